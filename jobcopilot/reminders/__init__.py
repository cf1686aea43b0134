"""What is due: claimed once, sent, and kept for the inbox. A subject is known only by its kind and number."""
