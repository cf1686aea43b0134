"""Who somebody is from files with fields: JSON Resume, and LinkedIn's export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from jobcopilot.errors import BadInput
from jobcopilot.profiles.importers.employment import Period, period_between, years_of
from jobcopilot.profiles.importers.resume_text import MOST_ROLES, seniority_of, skills_of
from jobcopilot.profiles.views import ProfileDraft
from jobcopilot.reading.markdown import readable
from jobcopilot.text import clean_line, clean_text, decode

_MOST_ENTRIES: Final = 500


def draft_from_json_resume(raw: bytes, name: str, today: date) -> ProfileDraft:
    """Read a JSON Resume (https://jsonresume.org/schema). Raises `BadInput` for other JSON."""
    shown = clean_line(name)
    try:
        value = json.loads(decode(raw))
    except (ValueError, RecursionError) as broken:
        raise BadInput(
            "The file is not JSON", f"{shown}: {clean_line(str(broken), 120)}", "Export it again."
        ) from broken
    if not isinstance(value, dict) or not isinstance(value.get("basics", value.get("work")), dict | list):
        raise BadInput("This is no JSON Resume", shown, 'Expected an object with "basics" and "work".')
    basics = value.get("basics") if isinstance(value.get("basics"), dict) else {}
    assert isinstance(basics, dict)
    work = _entries(value.get("work"))
    jobs: list[tuple[Period, str]] = []
    titles_without_dates = []
    for entry in work:
        title = _line(entry.get("position") or entry.get("title"))
        period = period_between(_line(entry.get("startDate")), _line(entry.get("endDate")), today)
        if period is not None:
            jobs.append((period, title))
        elif title:
            titles_without_dates.append(title)
    listed = [_listed(entry) for entry in _entries(value.get("skills"))]
    location = basics.get("location") if isinstance(basics.get("location"), dict) else {}
    assert isinstance(location, dict)
    place = ", ".join(text for key in ("city", "region", "countryCode") if (text := _line(location.get(key))))
    text = "\n".join(
        _prose(value, key) for key in ("work", "projects", "volunteer", "publications", "certificates")
    )
    return _draft(
        jobs,
        titles_without_dates,
        full_name=_line(basics.get("name")),
        email=_line(basics.get("email")),
        headline=_line(basics.get("label")),
        summary=_text(basics.get("summary")),
        places=(place,) if place else (),
        licences=tuple(
            text for entry in _entries(value.get("certificates")) if (text := _line(entry.get("name")))
        ),
        listed=listed,
        text=f"{_text(basics.get('summary'))}\n{text}",
    )


def draft_from_linkedin(files: Mapping[str, bytes], today: date) -> ProfileDraft:
    """Read LinkedIn's export: `Profile.csv`, `Positions.csv`, `Skills.csv` and what else of it is there.

    `files` holds the content by small file name.
    """
    rows = {name: _rows(raw) for name, raw in files.items()}
    profile = next(iter(rows.get("profile.csv", [])), {})
    jobs: list[tuple[Period, str]] = []
    undated = []
    prose = [profile.get("summary", "")]
    for row in rows.get("positions.csv", []):
        title = _line(row.get("title"))
        period = period_between(row.get("started on", ""), row.get("finished on", ""), today)
        if period is not None:
            jobs.append((period, title))
        elif title:
            undated.append(title)
        prose.append(row.get("description", ""))
    emails = rows.get("email addresses.csv", [])
    primary = next(
        (row for row in emails if row.get("primary", "").casefold() == "yes"), emails[0] if emails else {}
    )
    place = _line(profile.get("geo location"))
    return _draft(
        jobs,
        undated,
        full_name=clean_line(f"{profile.get('first name', '')} {profile.get('last name', '')}"),
        email=_line(primary.get("email address")),
        headline=_line(profile.get("headline")),
        summary=_text(profile.get("summary")),
        places=(place,) if place else (),
        licences=tuple(
            text for row in rows.get("certifications.csv", []) if (text := _line(row.get("name")))
        ),
        listed=[row.get("name", "") for row in rows.get("skills.csv", [])],
        text="\n".join(prose),
    )


def _draft(
    jobs: list[tuple[Period, str]],
    undated: list[str],
    *,
    full_name: str,
    email: str,
    headline: str,
    summary: str,
    places: tuple[str, ...],
    licences: tuple[str, ...],
    listed: list[str],
    text: str,
) -> ProfileDraft:
    """Put together what both forms tell: roles and level by the latest jobs, years by all of them."""
    jobs.sort(key=lambda job: (job[0].ongoing, job[0].end, job[0].start), reverse=True)
    titles = [title for _, title in jobs if title] + undated
    return ProfileDraft(
        full_name=full_name,
        email=email,
        headline=headline,
        summary=summary,
        roles=tuple(dict.fromkeys(titles))[:MOST_ROLES],
        places=places,
        licences=licences[:20],
        seniority=seniority_of([*titles[:2], headline]),
        years=years_of(period for period, _ in jobs),
        skills=skills_of(listed, text[:200_000]),
    )


def _entries(value: Any) -> list[dict[str, Any]]:
    return (
        [entry for entry in value[:_MOST_ENTRIES] if isinstance(entry, dict)]
        if isinstance(value, list)
        else []
    )


def _line(value: Any) -> str:
    return clean_line(value) if isinstance(value, str) else ""


def _text(value: Any) -> str:
    return readable(value, 4000) if isinstance(value, str) else ""


def _listed(entry: dict[str, Any]) -> str:
    """Return a skill with its keywords, one a line."""
    keywords = entry.get("keywords")
    words = [word for word in keywords[:100] if isinstance(word, str)] if isinstance(keywords, list) else []
    return "\n".join([_line(entry.get("name")), *map(clean_line, words)])


def _prose(value: dict[str, Any], key: str) -> str:
    """Return what the entries of a section say in words."""
    parts: list[str] = []
    for entry in _entries(value.get(key)):
        parts.extend(_text(entry.get(name)) for name in ("position", "summary", "description", "name"))
        for name in ("highlights", "keywords"):
            listed = entry.get(name)
            parts.extend(_text(item) for item in (listed[:100] if isinstance(listed, list) else []))
    return clean_text("\n".join(part for part in parts if part))


def _rows(raw: bytes) -> list[dict[str, str]]:
    """Return the rows of a small CSV by small column name."""
    text = decode(raw).replace("\x00", "")
    rows: list[dict[str, str]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        header = [name.strip().casefold() for name in next(reader, [])]
        for row in reader:
            rows.append(dict(zip(header, row, strict=False)))
            if len(rows) >= _MOST_ENTRIES:
                break
    except csv.Error:
        # A field beyond the module's limit: what was read so far is a profile all the same.
        return rows
    return rows
