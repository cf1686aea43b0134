"""The command line: one module a noun; every view also as --json."""
