"""Promises of the whole house; each app's own promises live in a folder of the app's name."""
