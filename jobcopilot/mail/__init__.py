"""Letters after a round, sent by the person, and reminders by e-mail."""
