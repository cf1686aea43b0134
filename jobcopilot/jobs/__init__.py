"""Tracked postings: kept, searched, scored, compared, with a history of every change."""
