"""Remote OK's public feed (https://remoteok.com/api): the newest hundred or so in one answer."""

from __future__ import annotations

import re
from typing import Any, Final

from jobcopilot.jobs.importers.cells import amount_of, host_of, line_of
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.reading.pay import Pay, stated_pay
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms

_API: Final = "https://remoteok.com/api"
_HOSTS: Final = frozenset({"remoteok.com", "remoteok.io"})

# Bytes of UTF-8 that were taken for Windows-1252, or for Latin-1 where that has none: "Ã©" for "é", "â€™" for "’".
_BYTES: Final = {
    **{chr(byte): byte for byte in range(0x80, 0x100)},
    **{bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(0x80, 0xA0)},
}
_BYTES.pop("", None)
_REST: Final = "[" + re.escape("".join(char for char, byte in _BYTES.items() if byte < 0xC0)) + "]"
_GARBLED: Final = re.compile(f"[Â-ß]{_REST}|[à-ï]{_REST}{{2}}|[ð-ô]{_REST}{{3}}")
# What no language writes: single signs may stand together by chance, as in “Café”…, but never these.
_CERTAINLY: Final = re.compile(f"[ÂÃ][\x80-\xbf]|â{_REST}{{2}}|ð{_REST}{{3}}")
_SHORT_LINE: Final = 80


class RemoteOK:
    """Remote jobs, mostly in technology."""

    name: Final = "remoteok"
    title: Final = "Remote OK"
    kind: Final[Kind] = "aggregator"
    # About a hundred of all its postings: what is missing has only been pushed out by newer ones.
    complete: Final = False
    terms: Final = Terms(
        "Free where each posting links back to Remote OK (a link that search engines may follow) and Remote OK is "
        "named as the source; its logo may not be used.",
        credit="Jobs from Remote OK (https://remoteok.com)",
        address=_API,
    )
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=5, most_pages=1)

    def board_of(self, address: str) -> str | None:
        """Return the one board for Remote OK's own addresses."""
        return "" if host_of(address) in _HOSTS else None

    def board_address(self, board: str) -> str:
        """Return the site."""
        return "https://remoteok.com"

    def first(self, board: str) -> Request:
        """Return the one request."""
        return Request(_API)

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read all that is given; the terms stand first in the list and are no posting."""
        found: list[Found] = []
        rejected: list[Rejected] = []
        rows = answers.rows_of(self.title, answers.document(self.title, answer))
        for number, row in answers.objects(rows, rejected):
            if number == 1 and "legal" in row and "id" not in row:
                continue
            match self._posting(number, row):
                case Found() as posting:
                    found.append(posting)
                case refused:
                    rejected.append(refused)
        return Page(tuple(found), tuple(rejected), notes=("Only about the newest 100 are given.",))

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, number: int, row: dict[str, Any]) -> Found | Rejected:
        description = _text(row.get("description"))
        place = _place(_line(row.get("location")), description)
        tags = row.get("tags")
        return answers.found(
            self.name,
            "",
            number,
            answers.key_of(row.get("id")),
            JobDraft(
                title=_line(row.get("position")),
                company=_line(row.get("company")),
                work_mode="remote",
                description=description,
                # Its own page and not the company's: to link there is what it asks for.
                address=answers.web(row.get("url")),
                pay=_pay(row),
            ),
            answers.distinct([place]),
            published_at=answers.moment(row.get("date")) or answers.moment(row.get("epoch")),
            tags=answers.distinct([_line(tag) for tag in tags[:100]]) if isinstance(tags, list) else (),
        )


def _place(place: str, description: str) -> str:
    """Return the place; where it was cut at its comma, the whole of it if the description begins with it."""
    if not place.endswith(","):
        return place
    begin = description.split("\n", 1)[0]
    if len(begin) <= _SHORT_LINE and begin.startswith(f"{place} "):
        return line_of(begin)
    return place.rstrip(", ")


def _pay(row: dict[str, Any]) -> Pay | None:
    """Return the pay where it is stated; 0 means that it is not.

    Neither currency nor period is given. The site shows the figures behind a dollar sign, so they are US dollars
    at a guess, which the pay says of itself.
    """
    bounds = [row.get(name) for name in ("salary_min", "salary_max")]
    low, high = (amount_of(bound) if isinstance(bound, int | float | str) else None for bound in bounds)
    return stated_pay(low, high, "$", None)


def _line(value: Any) -> str:
    return line_of(_text(value))


def _text(value: Any) -> str:
    return answers.html(_repaired(value)) if isinstance(value, str) else ""


def _repaired(text: str) -> str:
    """Return text with its garbled letters as they were meant, if they are certainly garbled; else as it is.

    Some texts went through it twice.
    """
    for _ in range(2):
        if not _CERTAINLY.search(text):
            break
        text = _GARBLED.sub(_meant, text)
    return text


def _meant(garbled: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[char] for char in garbled[0]).decode("utf-8")
    except UnicodeDecodeError:
        return garbled[0]


FEED: Final = RemoteOK()
