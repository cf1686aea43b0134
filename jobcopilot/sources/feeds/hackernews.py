"""Hacker News' monthly thread "Ask HN: Who is hiring?", through Algolia's search (https://hn.algolia.com/api).

Two questions make a poll: which thread is the newest, and what it says. Each comment on the thread itself is one
posting, whose first line has the form "Company | Role | Place | Remote | Pay", in any order after the company.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from jobcopilot.jobs.importers.cells import host_of
from jobcopilot.jobs.importers.words import read_work_mode
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.reading.pay import Pay, read_pay
from jobcopilot.reading.places import Place, read_place
from jobcopilot.reading.role_words import names_a_role
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms
from jobcopilot.text import clean_line

_API: Final = "https://hn.algolia.com/api/v1"
_ITEMS: Final = "/api/v1/items/"
_HOSTS: Final = frozenset({"news.ycombinator.com", "hn.algolia.com"})
# The same author asks "Who wants to be hired?" and "Freelancer?" on the same day.
_THREAD: Final = re.compile(r"\s*(?:Ask HN:\s*)?Who is hiring\?", re.IGNORECASE)
_ID: Final = re.compile(r"[0-9]{1,15}")
# The text of a link ends in dots where it is long; the address itself does not.
_LINK: Final = re.compile(
    r'<a\s[^<>]{0,40}?href="([^"<>]{1,2000})"[^<>]{0,200}>[^<]{0,2000}</a>', re.IGNORECASE
)
_WEB: Final = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_ASIDE: Final = re.compile(r"\s*[(\[](?:\s*https?:|\s*www\.|\s*YC\b)[^)\]]*[)\]]", re.IGNORECASE)
# "+/-" stands in time zones.
_SEVERAL: Final = re.compile(r"\s*;\s*|\s*(?<!\+)/(?!-)\s*|\s+or\s+", re.IGNORECASE)
# Parted only where the whole is no place: "Trinidad and Tobago" is one.
_BOTH: Final = re.compile(r"\s*&\s*|\s+(?:and|\+)\s+", re.IGNORECASE)
_MODE: Final = r"(?:on-?site|in[ -]?(?:person|office)|hybrid)"
_HERE: Final = re.compile(
    rf"{_MODE}(?:\s*\({_MODE}\))?\s*(?:(?:in|at)\b|[-–—:,])?\s*"
    r"(?:\((?P<aside>[^()]+)\)|(?P<place>[^()]+(?:\([^()]*\))?))",
    re.IGNORECASE,
)
_LAST_ASIDE: Final = re.compile(r"\s*\(([^()]*)\)$")
# What a company does ends in letters that are also a country's: Anguilla, Italy, Mali …
_FIELD: Final = re.compile(r"(?:[^,]*[\s/])?(?:AI|IT|ML|AR|VR|PM|TV|HR|PR)")
# "drw.com", but not "Node.js" or ".NET".
_HOST: Final = re.compile(r"(?:[a-z0-9-]+\.)+(?!js\b|net\b)[a-z]{2,24}(?:/\S*)?", re.IGNORECASE)
_MONEY_RAISED: Final = re.compile(
    r"\(?YC\b.{0,8}|(?:pre-?)?seed\b.{0,40}|series [a-h]\b.{0,40}|"
    r".{0,40}\b(?:raised|backed|funded|bootstrapped)\b.{0,40}",
    re.IGNORECASE,
)
_CONDITION: Final = (
    r"(?:full|part)[ -]?time|contract(?:or|ors)?|freelance|permanent|perm|interns?|internships?|visas?|"
    r"visa sponsor\w*|sponsor\w*|h-?1b|equity|ft|pt"
)
_CONDITIONS: Final = re.compile(rf"(?:(?:{_CONDITION}|or|and|ok|no)\b[\s,/&+.]*){{1,8}}", re.IGNORECASE)
_ONLY_MODE: Final = re.compile(
    rf"(?:(?:fully|full|100 ?%)\s+)?(?:remote|{_MODE})(?:[ -](?:only|first|friendly|preferred))?",
    re.IGNORECASE,
)
# A line below the first that names a role, where that one does not: "Staff Engineer: https://…", no sentence.
_BULLET: Final = re.compile(
    r"^(?:[-*•]|\d{1,2}[.)])\s*|^(?:(?:open )?(?:roles?|positions?)|(?:we['’]re )?hiring)\s*:\s*",
    re.IGNORECASE,
)
_PROSE: Final = re.compile(
    r"(?:we|we['’]\w+|our|i|i['’]m|you|the|if|this|as|at|in|for|and|my|please|email|apply|contact|stack|tech)\b|.*[.!?]$",
    re.IGNORECASE,
)
_MOST_LINES, _MOST_ROLES, _LONGEST_ROLE = 60, 5, 90
_LONGEST_NAME: Final = 160


@dataclass(frozen=True, slots=True)
class _Header:
    """What the first line of a comment says."""

    company: str
    title: str
    places: tuple[str, ...]
    modes: str
    pay: Pay | None
    conditions: tuple[str, ...]


class HackerNews:
    """The comments on the newest "Who is hiring?"."""

    name: Final = "hackernews"
    title: Final = "Hacker News: Who is hiring?"
    kind: Final[Kind] = "aggregator"
    # Each month begins a new thread, and nobody takes a filled posting out of one: silence says nothing.
    complete: Final = False
    terms: Final = Terms(
        "Public comments, searched through Algolia, which allows 10,000 calls an hour; each belongs to who wrote it.",
        credit="From Hacker News, Who is hiring? (https://news.ycombinator.com)",
        address="https://hn.algolia.com/api",
    )
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=1, timeout_s=30, most_pages=2)

    def board_of(self, address: str) -> str | None:
        """Return the one board for addresses of Hacker News and of its search."""
        return "" if host_of(address) in _HOSTS else None

    def board_address(self, board: str) -> str:
        """Return the list of all such threads."""
        return "https://news.ycombinator.com/submitted?id=whoishiring"

    def first(self, board: str) -> Request:
        """Return the request for the newest threads of their author."""
        return Request(f"{_API}/search_by_date?tags=story,author_whoishiring")

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read which thread is the newest, or the thread."""
        body = answers.document(self.title, answer)
        if urlsplit(asked.address).path.startswith(_ITEMS):
            return self._thread(body)
        return self._search(body)

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the thread says everything."""
        return found

    def _search(self, body: Any) -> Page:
        hits = [hit for hit in answers.rows_of(self.title, body, "hits") if isinstance(hit, dict)]
        threads = [
            int(key)
            for hit in hits
            if isinstance(hit.get("title"), str)
            and _THREAD.match(hit["title"])
            and _ID.fullmatch(key := answers.key_of(hit.get("objectID")))
        ]
        if not threads:
            raise answers.changed(self.title, "no thread “Who is hiring?” is among the newest")
        # Ids grow with time.
        return Page(following=Request(f"https://hn.algolia.com{_ITEMS}{max(threads)}"))

    def _thread(self, body: Any) -> Page:
        found: list[Found] = []
        rejected: list[Rejected] = []
        rows = answers.rows_of(self.title, body, "children")
        thread = answers.key_of(answers.at(body, "id"))
        for number, row in answers.objects(rows, rejected):
            if "text" in row and row["text"] in (None, ""):
                continue  # deleted
            match self._posting(number, row, thread):
                case Found() as posting:
                    found.append(posting)
                case refused:
                    rejected.append(refused)
        name = answers.line(body, "title")
        return Page(tuple(found), tuple(rejected), notes=(name,) if name else ())

    def _posting(self, number: int, row: dict[str, Any], thread: str) -> Found | Rejected:
        parent = answers.key_of(row.get("parent_id"))
        if parent and thread and parent != thread:
            return Rejected(number, "a reply and no posting")
        text = row.get("text")
        if not isinstance(text, str):
            return Rejected(number, "no text")
        description = answers.html(_LINK.sub(r"\1", text))
        header = _header(description)
        if header is None:
            return Rejected(number, 'the first line is not "Company | Role | …"')
        key = answers.key_of(row.get("id"))
        if not _ID.fullmatch(key):
            return Rejected(number, "no id")
        return answers.found(
            self.name,
            "",
            number,
            key,
            JobDraft(
                title=header.title,
                company=header.company,
                work_mode=read_work_mode(header.modes),
                description=description,
                address=f"https://news.ycombinator.com/item?id={key}",
                pay=header.pay,
            ),
            header.places,
            published_at=answers.moment(row.get("created_at_i")) or answers.moment(row.get("created_at")),
            tags=header.conditions,
        )


def _header(text: str) -> _Header | None:
    """Return what the first line says; None where it does not name a company, and a role or where the work is.

    A role that the first line leaves out is looked for below it.
    """
    lines = text.split("\n", _MOST_LINES)[:_MOST_LINES]
    named, *parts = [part.strip(" *_\t") for part in lines[0][:2000].strip("| ").split("|")]
    parts = [
        part for part in (_WEB.sub("", part).strip() for part in parts) if part and not _HOST.fullmatch(part)
    ]
    site = _WEB.search(named)
    company = clean_line(_WEB.sub("", _ASIDE.sub("", named))).rstrip(" ,:-–—([") or (
        host_of(site[0]) if site else ""
    )
    if not company or len(company) > _LONGEST_NAME or not parts:
        return None
    conditions = [part for part in parts if _CONDITIONS.fullmatch(part)]
    open_parts = [part for part in parts if part not in conditions]
    country = next((place.country for part in open_parts for place in _known(part) if place.country), None)
    sums = [(part, read_pay(part, country=country)) for part in open_parts if any(map(str.isdigit, part))]
    paid = [part for part, pay in sums if pay is not None]
    roles = [
        part
        for part in open_parts
        if names_a_role(part) and not _is_noise(part) and len(part) <= _LONGEST_NAME
    ]
    placed = {part: _places(part) for part in open_parts if part not in roles and part not in paid}
    places = answers.distinct([place for several in placed.values() for place in several])
    modes = "; ".join(open_parts)
    # "Multiple roles", "Rust": what is nothing else stands for the role where none is named.
    rest = [
        part for part, found in placed.items()
        if not (found or read_work_mode(part) or _MONEY_RAISED.fullmatch(part) or len(part) > _LONGEST_NAME)
    ]  # fmt: skip
    # A stray bar in a question makes no posting.
    told = len(parts) > 1 and bool(places or conditions or paid or read_work_mode(modes))
    title = ", ".join(dict.fromkeys(roles or (told and (_roles_below(lines[1:]) or rest[:1])) or []))
    if not title:
        return None
    pay = next((pay for _, pay in sums if pay is not None), None)
    return _Header(company, clean_line(title), places, modes, pay, answers.distinct(conditions))


def _roles_below(lines: list[str]) -> list[str]:
    """Return the first roles that have a line of their own."""
    plain = (_BULLET.sub("", _WEB.sub("", line).strip(" *_#\t")).strip(" *:-–—([") for line in lines)
    roles = [
        line for line in plain
        if len(line) <= _LONGEST_ROLE and names_a_role(line) and not _PROSE.match(line) and not _is_noise(line)
    ]  # fmt: skip
    return roles[:_MOST_ROLES]


def _is_noise(part: str) -> bool:
    """Tell whether a part only says how one works and on which terms: "REMOTE, INTERNS"."""
    return all(
        _ONLY_MODE.fullmatch(bit) or _CONDITIONS.fullmatch(bit) for bit in map(str.strip, part.split(","))
    )


def _known(part: str) -> list[Place]:
    """Return the places of a part that are known ones: any word could be the name of a town."""
    if not 2 <= len(part) <= _LONGEST_NAME or _FIELD.fullmatch(part):
        return []
    return [place for place in read_place(part) if place.country or place.area or place.region]


def _places(part: str) -> list[str]:
    """Return each place of "NYC / SF" or "Onsite (Berlin)", as written; none where one of them is unknown."""
    first, *bits = _without_aside(part).split(",")
    whole = ",".join([first, *(bit for bit in bits if not _is_noise(bit))])
    here = _HERE.fullmatch(whole)
    places: list[str] = []
    for piece in _SEVERAL.split((here["aside"] or here["place"]).strip() if here else whole):
        for one in [piece] if _known(piece) else _BOTH.split(piece):
            if _known(one) or (read_work_mode(one) == "remote" and len(one) <= _LONGEST_NAME):
                places.append(one)
            elif not _ONLY_MODE.fullmatch(one):
                return [whole] if _known(whole) else []
    return places if any(map(_known, places)) else []


def _without_aside(part: str) -> str:
    """Return a place without "(On-site, full time)" behind it."""
    aside = _LAST_ASIDE.search(part)
    return part[: aside.start()] if aside and aside.start() and _is_noise(aside[1]) else part


FEED: Final = HackerNews()
