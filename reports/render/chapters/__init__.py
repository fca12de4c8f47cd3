"""The chapters of the report: each turns a part of the snapshot into blocks."""
