"""Practice: the question bank, mock interviews, and assessments in which every mark quotes what was said."""
