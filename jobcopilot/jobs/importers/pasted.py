"""A posting pasted as text: who, what and where from its first lines, the rest is its description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers.cells import address_of
from jobcopilot.jobs.importers.headers import NAMES, fold_header
from jobcopilot.jobs.importers.words import word_set
from jobcopilot.jobs.views import JobDraft, WorkMode
from jobcopilot.reading.markdown import readable
from jobcopilot.reading.pay import Pay, read_pay
from jobcopilot.reading.places import read_place, work_mode_of
from jobcopilot.reading.role_words import names_a_role
from jobcopilot.text import clean_line

_FIRST_LINES: Final = 15
_LONGEST_NAME: Final = 120
_LABEL: Final = re.compile(r"^[\s*_#-]*([^\W\d][^:\n]{1,30}?)[\s*_]*:[\s*_]*(\S.*)$")
_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_AT: Final = re.compile(r"^(?P<title>.{3,120}?)\s+(?:at|@|bei|chez)\s+(?P<company>[A-Z0-9ÄÖÜÉ].{1,79})$")
_HIRING: Final = re.compile(
    r"^(?P<company>.{2,80}?)\s+(?:is\s+)?(?:hiring|looking for|seeking|sucht|recrute|recherche)\s+"
    r"(?:an?\s+|eine[nr]?\s+|une?\s+)?(?P<title>.{3,120}?)[.!:]?$",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"^[\s*_#]*(?:[Aa]bout|ABOUT|[Üü]ber|[Àà] propos de)\s+(?P<company>[A-Z0-9ÄÖÜÉ][\w&.,' -]{1,60}?)[\s*_:]*$"
)
_IN: Final = re.compile(r"^(?P<title>.{3,150}?)\s+in\s+(?P<place>[^\W\d_][^|@]{1,79})$")
_PREPOSITION: Final = re.compile(r"^(?:(?:based|located)\s+in|in|near|à|bei)\s+(?=\w)", re.IGNORECASE)
_NOBODY: Final = word_set("us you the role job team company position uns dich nous this our we")
_NO_NAME: Final = re.compile(
    r"^(?:full[- ]?time|part[- ]?time|contract|visa|onsite|on-site|remote|hybrid|apply|save|share|promoted|job|jobs|"
    r"about\b.*|über\b.*|à propos.*|responsibilities|requirements|qualifications|what you.*|the role|job description|"
    r"easy apply|home|menu|skip to .*|back to .*|description|overview|vollzeit|teilzeit|\d.*)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Told:
    """What the first lines told so far."""

    title: str = ""
    company: str = ""
    place: str = ""
    pay: Pay | None = None
    mode: WorkMode | None = None

    def take(self, field: str, text: str) -> None:
        """Keep what is told first."""
        if not getattr(self, field):
            words = clean_line(text.strip(" *_#|·-–—"), 200)
            setattr(self, field, bare_place(words) if field == "place" else words.rstrip(" ,;"))


def title_and_place(title: str) -> tuple[str, str]:
    """Return "Engineer in Munich" as "Engineer" and "Munich"; no place where it names none that is on the map."""
    found = _IN.match(title)
    places = read_place(found["place"]) if found else ()
    if found and places and all(place.country or place.region or place.area for place in places):
        return found["title"], found["place"]
    return title, ""


def bare_place(text: str) -> str:
    """Return a place without the "in" before it."""
    return _PREPOSITION.sub("", text)


def draft_from_text(text: str, *, title: str = "", company: str = "") -> JobDraft:
    """Return a draft of a pasted posting; `title` and `company` are what the person gave.

    Known forms: "Title at Company", "Company is hiring a Title", "Company | Role | Place" (Hacker News), labels
    ("Company: …"), title, company and place on a line each (LinkedIn). Raises `BadInput` where one cannot be told.
    """
    description = readable(text)
    if not description:
        raise BadInput("The text is empty", "", "Paste the posting, then end with ctrl+d.")
    lines = [line.strip() for line in description.split("\n") if line.strip()][:_FIRST_LINES]
    told = _Told(clean_line(title), clean_line(company))
    _from_labels(lines, told)
    _from_bars(lines[0], told)
    _from_sentences(lines[:4], told)
    _from_separate_lines([line for line in lines[:6] if not _LABEL.match(line)], told)
    if not title:
        told.title, place = title_and_place(told.title)
        told.take("place", place)
    if not told.company:
        _from_about(description, told)
    for name in ("title", "company"):
        if not getattr(told, name):
            raise BadInput(
                f"The text does not tell the {name}",
                f'It begins "{clean_line(lines[0], 60)}"',
                f"Give it with --{name}, or begin the text with “Title at Company”.",
            )
    return JobDraft(
        title=told.title,
        company=told.company,
        place=told.place,
        work_mode=told.mode or work_mode_of(told.place),
        description=description,
        address=_address(description, lines),
        pay=told.pay,
        row=1,
    )


def _from_labels(lines: list[str], told: _Told) -> None:
    """Read lines such as "Company: Acme"; the labels are those of tables' columns."""
    for line in lines:
        label = _LABEL.match(line)
        if not label:
            continue
        folded = fold_header(label[1])
        for field in ("title", "company", "place"):
            if folded in NAMES[field] and folded not in ("text", "name") and len(label[2]) <= _LONGEST_NAME:
                told.take(field, label[2])
        if told.pay is None and folded in NAMES["pay"]:
            told.pay = read_pay(label[2][:300])


def _from_bars(line: str, told: _Told) -> None:
    """Read "Company | Role | Place | Remote | …", the form of Hacker News' "Who is hiring?"."""
    parts = [part.strip() for part in line.split("|") if part.strip()]
    if len(parts) < 3:
        return
    roles = [
        part for part in parts if names_a_role(part) and len(part) <= _LONGEST_NAME and not _URL.search(part)
    ]
    company, *rest = parts
    if company in roles and len(roles) == 1:
        company, *rest = [part for part in parts if part not in roles]
    told.take("company", _URL.sub("", re.sub(r"\s*\((?:https?:|www\.|YC )[^)]*\)", "", company)))
    if roles:
        told.take("title", next((role for role in roles if role != company), roles[0]))
    for part in rest:
        if part in roles or _URL.search(part):
            continue
        told.mode = told.mode or work_mode_of(part)
        if told.pay is None and any(map(str.isdigit, part)):
            told.pay = read_pay(part)
        if not told.place and _is_place(part):
            told.take("place", part)


def _from_sentences(lines: list[str], told: _Told) -> None:
    """Read "Title at Company" and "Company is hiring a Title"."""
    for line in lines:
        plain = line.strip(" *_#")
        if len(plain) > 200 or plain.count("|") > 1:
            continue
        found = _AT.match(plain) or _HIRING.match(plain)
        if (
            found
            and (names_a_role(found["title"]) or line is lines[0])
            and not found["title"].endswith((".", ","))
        ):
            company, _, place = found["company"].partition(" in ")
            for mark in (" (", " | ", " · ", " - ", " – ", ", "):
                head, _, tail = company.partition(mark)
                if tail and _is_place(tail.rstrip(")")):
                    company, place = head, tail.rstrip(")")
            told.take("title", found["title"])
            told.take("company", company.rstrip(".!"))
            if place:
                told.take("place", place)


def _from_separate_lines(lines: list[str], told: _Told) -> None:
    """Read title, company and place on lines of their own, as a copied page has them."""
    names = [line.strip(" *_#") for line in lines if len(line) <= _LONGEST_NAME and not _URL.match(line)]
    names = [
        name
        for name in names
        if name and not _NO_NAME.match(name) and not name.endswith((".", "!", "?", ":"))
    ]
    role_at = next((place for place, name in enumerate(names) if names_a_role(name)), None)
    if not told.title and role_at is not None:
        _title_and_company(names[role_at], told)
    for name in names:
        head, *tail = (part.strip() for part in re.split(r"\s+[·•|]\s+|\s+[–—-]\s+", name))
        if tail and _is_place(tail[0]) and not names_a_role(name) and head:
            told.take("company", head)
            told.take("place", tail[0])
        elif not told.place and _is_place(name) and name != told.title and not names_a_role(name):
            told.take("place", head if _is_place(head) else name)
    if not told.company and role_at is not None:
        for place in (role_at + 1, role_at - 1):
            if 0 <= place < len(names) and names[place] not in (told.title, told.place):
                name = re.split(r"\s+[·•|]\s+", names[place])[0]
                if len(name) <= 60 and not _is_place(name) and not names_a_role(name) and name.count(" ") < 6:
                    told.take("company", name)
                    break


def _title_and_company(name: str, told: _Told) -> None:
    """Read "Title – Company" and "Title, Company" as well as a bare title."""
    parts = [part.strip() for part in re.split(r"\s+[–—|-]\s+", name) if part.strip()]
    if len(parts) == 2 and not told.company:
        roles = [part for part in parts if names_a_role(part)]
        other = [part for part in parts if part not in roles]
        if len(roles) == 1 and not _is_place(other[0]) and other[0][:1].isupper() and len(other[0]) <= 60:
            told.take("title", roles[0])
            told.take("company", other[0])
            return
    told.take("title", name)


def _from_about(description: str, told: _Told) -> None:
    """Read the company from the heading "About Acme"."""
    for line in description.split("\n")[:400]:
        found = _ABOUT.match(line) if len(line) < 90 else None
        if found and found["company"].split()[0].casefold() not in _NOBODY:
            told.take("company", found["company"])
            return


def _is_place(text: str) -> bool:
    """Tell whether a text names a known place, or working from anywhere."""
    if not 2 <= len(text) <= 80 or text.isdigit():
        return False
    return any(place.remote or place.country or place.area or place.region for place in read_place(text))


def _address(description: str, lines: list[str]) -> str:
    """Return an address that stands in the first lines or alone on a later one."""
    for line in lines:
        found = _URL.search(line)
        if found:
            return address_of(found[0])
    for line in description.split("\n"):
        if _URL.fullmatch(line.strip()):
            return address_of(line)
    return ""
