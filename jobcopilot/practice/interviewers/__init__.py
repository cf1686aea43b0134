"""Who asks: one port, and an interviewer a module."""
