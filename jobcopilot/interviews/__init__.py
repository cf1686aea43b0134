"""Rounds, contacts, preparation, follow-ups and offers of tracked jobs."""
