"""The words by which a job's title is told from a company's name, a place or a heading."""

from __future__ import annotations

import re
from typing import Final

_ROLE: Final = re.compile(
    r"\b(?:\w*engineer(?:in)?|\w*developer|manager|analyst|designer|scientist|consultant|director|architect|nurse|"
    r"administrator|specialist|assistant|teacher|officer|intern(?:ship)?|lead|head of|accountant|\w*entwickler(?:in)?|"
    r"\w*ingenieur(?:in)?|\w*leiter(?:in)?|\w*berater(?:in)?|sachbearbeiter(?:in)?|développeu(?:r|se)|ingénieure?|"
    r"responsable|chargée?|devops|sre|recruiter|technician|editor|writer|researcher|programmer|founder|cto|ceo|vp|"
    r"representative|executive|coordinator|supervisor|clerk|driver|technologist|strategist|marketer|owner|professor|"
    r"scrum master|full[- ]?stack|front[- ]?end|back[- ]?end|swe|fellow|curator|buchhalter(?:in)?|\w*pfleger(?:in)?|"
    r"verkäufer(?:in)?|comptable|advocate|trainee|werkstudent(?:in)?|stagiaire|electrician|mechanic|chef|cook|lawyer|"
    r"paralegal|physician|therapist|pharmacist|librarian|translator|journalist|president|partner|buyer|planner)s?\b",
    re.IGNORECASE,
)


def names_a_role(text: str) -> bool:
    """Tell whether a short text names what somebody does; only its first 300 characters count."""
    return _ROLE.search(text[:300]) is not None
