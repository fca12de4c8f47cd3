"""Chasing: who is reminded of what and when, what they are told, and how it is sent at most once."""
