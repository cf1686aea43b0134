"""Jobcopilot: a whole job search in the terminal, on your own machine."""
