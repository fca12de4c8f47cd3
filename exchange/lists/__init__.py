"""Lists that an organisation has already: which column is which, what each row would become, and the report of all rows."""
