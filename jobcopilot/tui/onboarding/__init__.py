"""The first three steps."""
