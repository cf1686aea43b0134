"""Alembic's migrations, run by `jobcopilot.database.migrate` only."""
