"""Files, pages and pasted text into drafts; one module a form."""
