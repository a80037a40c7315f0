"""Checks against the record: comparison tables, claims of a draft."""
