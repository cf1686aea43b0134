"""Who is searching: skills, target roles, places and limits."""
