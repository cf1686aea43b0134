"""Whose posting it is by its address on a company-board host; the boards' own answers often don't say."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from jobcopilot.jobs.importers.words import word_set
from jobcopilot.text import clean_line

_IN_PATH: Final = {
    "jobs.lever.co": 0,
    "jobs.eu.lever.co": 0,
    "jobs.ashbyhq.com": 0,
    "boards.greenhouse.io": 0,
    "boards.eu.greenhouse.io": 0,
    "job-boards.greenhouse.io": 0,
    "job-boards.eu.greenhouse.io": 0,
    "apply.workable.com": 0,
    "jobs.smartrecruiters.com": 0,
    "jobs.jobvite.com": 0,
}
"""Host to the part of the path that names the company."""
_IN_HOST: Final = re.compile(
    r"([a-z0-9-]{2,63})\.(?:recruitee\.com|teamtailor\.com|bamboohr\.com|jobs\.personio\.(?:de|com)|breezy\.hr"
    r"|wd\d+\.myworkdayjobs\.com|applytojob\.com|workable\.com)$"
)
_NOBODY: Final = word_set("j o job jobs embed www career careers api app apply en de fr job_app")


def company_on_board(address: str) -> str:
    """Return the company's name as the board writes it in the address, nothing for other hosts."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if host in _IN_PATH:
        path = [part for part in parts.path.split("/") if part]
        name = unquote(path[_IN_PATH[host]]) if len(path) > _IN_PATH[host] else ""
    else:
        found = _IN_HOST.match(host)
        name = found[1] if found else ""
    name = clean_line(name.replace("-", " ").replace("_", " "), 100)
    return "" if name.lower() in _NOBODY else name
