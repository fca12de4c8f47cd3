"""Private PostgreSQL, private Redis and our own processes, started together and ended together."""
