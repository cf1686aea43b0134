"""Questions and forms laid over a screen."""
