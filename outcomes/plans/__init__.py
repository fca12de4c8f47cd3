"""Both plans as data: reading the files, holding them against their sources, bringing the database to them."""
