"""Demonstration data: an invented organisation at work. Nothing here is true, and every page that shows it says so."""
