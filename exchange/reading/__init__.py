"""Reads files of strangers into plain cells, in a process of its own that may use little of anything.

Stands on the standard library alone, so that it starts quickly and holds no secret, no connection and no setting.
Whatever is wrong with a file is a `Refusal`: a code, what belongs into its words, and the sheet and cell.
"""
