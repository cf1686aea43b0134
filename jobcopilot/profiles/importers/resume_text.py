"""A résumé as text into a draft: its sections by their headings, jobs by their dates, skills by the vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from jobcopilot.profiles.importers.employment import Period, periods_in, years_of
from jobcopilot.profiles.views import ProfileDraft, SkillView
from jobcopilot.reading.places import read_place
from jobcopilot.reading.role_words import names_a_role
from jobcopilot.reading.skills import canonical, extract_skills
from jobcopilot.reading.titles import read_title
from jobcopilot.text import clean_line, clean_text

MOST_ROLES: Final = 2
_MOST_SKILLS: Final = 120
_MOST_LICENCES: Final = 20

_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}\b", re.IGNORECASE)
_PHONE: Final = re.compile(r"\d{6,}|\d{3}[ -]\d{3}")
_HEADINGS: Final[dict[str, str]] = {
    heading: section
    for section, headings in {
        "experience": "experience|work experience|professional experience|employment|employment history|work history"
        "|career|career history|professional background|berufserfahrung|beruflicher werdegang|werdegang"
        "|praktische erfahrung|expérience|expériences|expérience professionnelle"
        "|expériences professionnelles|parcours professionnel",
        "education": "education|academic background|education and training|studies|ausbildung|bildung|studium"
        "|schulbildung|formation|formations|études|diplômes|volunteering|volunteer experience|ehrenamt|bénévolat",
        "skills": "skills|technical skills|key skills|core skills|skills and tools|skills & tools|core competencies"
        "|competencies|technologies|tech stack|tools|expertise|areas of expertise|kenntnisse|fähigkeiten|it-kenntnisse"
        "|kompetenzen|fachkenntnisse|compétences|compétences techniques|savoir-faire",
        "licences": "certifications|certificates|licenses|licences|licenses and certifications"
        "|licenses & certifications|zertifikate|zertifizierungen|lizenzen|certificats",
        "summary": "summary|profile|about|about me|professional summary|career summary|objective"
        "|personal statement|profil|über mich|kurzprofil|zusammenfassung|à propos|résumé|resumé",
        "other": "projects|personal projects|side projects|publications|awards|honors|languages|interests|hobbies"
        "|references|projekte|sprachen|sprachkenntnisse|hobbys|interessen|referenzen|projets|langues|loisirs"
        "|centres d'intérêt|publikationen|contact|kontakt|courses|patents",
    }.items()
    for heading in headings.split("|")
}  # fmt: skip
_NO_NAME: Final = re.compile(
    r"curriculum|vitae|\bcv\b|r[ée]sum[ée]|lebenslauf|page \d|bewerbung|@|https?:|www\.|\d{3}|"
    r"^#* *(?:about|profile?)\b",
    re.IGNORECASE,
)
_PARTICLES: Final = ("de", "van", "von", "der", "den", "da", "la", "di", "al", "el", "bin")
_PARTS: Final = re.compile(r"\s+[|•·–—@-]\s+|\s*[|•·]\s*|\t+| {3,}|,\s+|\s+(?:at|bei|chez)\s+")
_SKILL_PARTS: Final = re.compile(r"[,;|•·\n\t]|\s+[/–—-]\s+|\s{3,}")
_SKILL_YEARS: Final = re.compile(r"\(?\b(\d{1,2})\+?\s*(?:years?|yrs?|jahre?|ans?)\b\)?", re.IGNORECASE)
_LEVEL: Final = re.compile(
    r"\((?:expert|advanced|intermediate|basic|beginner|proficient|fluent|native|sehr gut|gut|grundkenntnisse|"
    r"fortgeschritten|avancé|intermédiaire|débutant)[^)]*\)",
    re.IGNORECASE,
)
_STATED_YEARS: Final = re.compile(
    r"\b(\d{1,2})\s?\+?\s*(?:years|yrs|jahren?|ans)\b.{0,40}?\b(?:experience|erfahrung|berufserfahrung|d.expérience)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Employment:
    """One job of a résumé: when, and what it was called."""

    period: Period
    title: str


@dataclass(slots=True)
class _Sections:
    """The lines of a résumé under their headings; what stands above the first is the head."""

    head: list[str] = field(default_factory=list)
    named: dict[str, list[str]] = field(default_factory=dict)


def draft_from_resume_text(text: str, today: date) -> ProfileDraft:
    """Return what a résumé says of a person; "present" in it means `today`."""
    lines = [line.strip() for line in text.split("\n")]
    sections = _sections(lines)
    top = [line for line in (*sections.head, *lines) if line][:12]
    name = _name(top)
    employments = _employments(sections, lines, today)
    headline = _headline(top, name)
    roles = list(dict.fromkeys(job.title for job in employments if job.title))[:MOST_ROLES]
    if not roles and headline and names_a_role(headline):
        roles = [_PARTS.split(headline)[0]]
    stated = _STATED_YEARS.search(text)
    email = _EMAIL.search(text)
    return ProfileDraft(
        full_name=name,
        email=email[0] if email else "",
        headline=headline,
        summary=clean_text(" ".join(sections.named.get("summary", [])), 2000),
        roles=tuple(clean_line(role, 120) for role in roles),
        places=_places(top),
        licences=_licences(sections.named.get("licences", [])),
        seniority=seniority_of([*(job.title for job in employments), headline]),
        years=years_of(job.period for job in employments) or (float(stated[1]) if stated else None),
        skills=skills_of(sections.named.get("skills", []), text),
    )


def seniority_of(titles: list[str]) -> str | None:
    """Return the rung of the latest title that names one; a person's level does not fall with a plain title."""
    for title in titles[:3]:
        seniority = read_title(title).seniority if title else None
        if seniority:
            return seniority
    return None


def skills_of(listed: list[str], text: str) -> tuple[SkillView, ...]:
    """Return the skills of a list (all of its short entries) and those that the text names, by their usual names."""
    found: dict[str, SkillView] = {}
    for line in listed:
        # "Languages: Python, Go" is a list with its kind before it.
        entries = line.split(":", 1)[-1] if ":" in line[:40] else line
        for part in _SKILL_PARTS.split(entries):
            years = _SKILL_YEARS.search(part)
            plain = _SKILL_YEARS.sub("", _LEVEL.sub("", part))
            known = extract_skills(plain)
            names = [mention.name for mention in known]
            entry = clean_line(plain.strip(" \t-*•·.()_#:"), 60)
            if (
                not names
                and 1 < len(entry) <= 40
                and len(entry.split()) <= 4
                and any(map(str.isalpha, entry))
            ):
                names = [canonical(entry)]
            for name in names:
                found.setdefault(name.casefold(), SkillView(name, float(years[1]) if years else None))
    for mention in extract_skills(text):
        found.setdefault(mention.name.casefold(), SkillView(mention.name))
    return tuple(found.values())[:_MOST_SKILLS]


def _sections(lines: list[str]) -> _Sections:
    sections = _Sections()
    current = sections.head
    for line in lines:
        section, rest = _heading_of(line)
        if section:
            current = sections.named.setdefault(section, [])
            if rest:
                current.append(rest)
        else:
            current.append(line)
    return sections


def _heading_of(line: str) -> tuple[str, str]:
    """Return the section that a line opens and what follows its heading on the line."""
    plain = line.strip(" \t#*_-–—=|")
    if len(plain) > 120 or not plain:
        return "", ""
    head, colon, rest = plain.partition(":")
    key = " ".join(head.strip(" *_").casefold().split())
    section = _HEADINGS.get(key, "")
    if section and (not rest.strip(" *_") or (colon and section in ("skills", "licences", "summary"))):
        return section, rest.strip(" *_")
    # Some programs put a space between the letters of a heading.
    if len(plain) > 8 and plain[1::2].strip() == "" and _HEADINGS.get(plain.replace(" ", "").casefold()):
        return _HEADINGS[plain.replace(" ", "").casefold()], ""
    return "", ""


def _name(top: list[str]) -> str:
    for line in top[:5]:
        plain = clean_line(re.split(r"\s*[|•·]\s*|,\s", line.strip(" #*_"))[0], 80)
        words = plain.split()
        if not 2 <= len(words) <= 5 or _NO_NAME.search(plain) or names_a_role(plain):
            continue
        if all(word[0].isupper() or word.casefold() in _PARTICLES for word in words):
            return plain.title() if plain.isupper() else plain
    return ""


def _headline(top: list[str], name: str) -> str:
    for line in top[:8]:
        plain = clean_line(line.strip(" #*_"), 200)
        if name and plain.casefold().startswith(name.casefold()):
            plain = plain[len(name) :].strip(" ,|•·–—-")
        if _EMAIL.search(plain):
            # A line of contacts may begin with what somebody is.
            plain = re.split(r"\s*[|•·]\s*", plain)[0]
        if (
            plain
            and names_a_role(plain)
            and not _EMAIL.search(plain)
            and len(plain) <= 160
            and not plain.endswith(".")
        ):
            return plain
    return ""


def _places(top: list[str]) -> tuple[str, ...]:
    for line in top[:8]:
        for part in re.split(r"\s*[|•·]\s*|\s{3,}|\t", line):
            plain = clean_line(part.strip(" #*_"), 80)
            if "," not in plain or len(plain) > 60 or _EMAIL.search(plain) or names_a_role(plain):
                continue
            if any(place.country and place.city for place in read_place(plain)) and not _PHONE.search(plain):
                return (plain,)
    return ()


def _licences(lines: list[str]) -> tuple[str, ...]:
    entries = (
        clean_line(re.sub(r"\(?\b(?:19|20)\d{2}\b\)?", "", line).strip(" -*•·,|–—"), 120) for line in lines
    )
    return tuple(dict.fromkeys(entry for entry in entries if len(entry) > 2))[:_MOST_LICENCES]


def _employments(sections: _Sections, lines: list[str], today: date) -> list[_Employment]:
    """Return the jobs of the experience section, latest first; without one, of all that is not education."""
    body = sections.named.get("experience")
    if body is None:
        elsewhere = {
            id(line) for name in ("education", "other", "licences") for line in sections.named.get(name, [])
        }
        body = [
            line for line in (*sections.head, *sections.named.get("summary", [])) if id(line) not in elsewhere
        ]
        body = body if sections.named else lines
    body = [line for line in body if line]
    found = []
    last_dated = -1
    for place, line in enumerate(body):
        for period, match in periods_in(line, today):
            rest = f"{line[: match.start()]} {line[match.end() :]}"
            around = [
                rest,
                *reversed(body[max(last_dated + 1, place - 2) : place]),
                *body[place + 1 : place + 3],
            ]
            found.append(_Employment(period, _title_in(around)))
            last_dated = place
            break
    return sorted(found, key=lambda job: (job.period.ongoing, job.period.end, job.period.start), reverse=True)


def _title_in(lines: list[str]) -> str:
    """Return what the job was called, from the lines around its dates."""
    for line in lines:
        if len(line) > 160:
            continue
        for part in _PARTS.split(line):
            plain = clean_line((part or "").strip(" \t#*_()[]-–—:,"), 120)
            if (
                2 < len(plain) <= 80
                and names_a_role(plain)
                and not plain.endswith(".")
                and len(plain.split()) <= 9
            ):
                return plain
    return ""
