"""Text into facts: skills, requirements, titles, places and pay; the vocabularies lie beside as data."""
