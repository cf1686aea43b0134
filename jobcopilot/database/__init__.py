"""The one SQLite file: engine, sessions, migrations, backups."""
