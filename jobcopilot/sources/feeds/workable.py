"""Workable's boards, by the answer that its widget shows on companies' own pages: one holds a whole board."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import host_of
from jobcopilot.jobs.importers.words import read_work_mode, word_set
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms
from jobcopilot.text import clean_line

_BOARDS: Final = "apply.workable.com"
_API_PATH: Final = re.compile(r"/api/(?:v\d/)?(?:widget/)?accounts/([^/]+)")
_OWN_HOST: Final = re.compile(r"([a-z0-9][a-z0-9-]{0,62})\.workable\.com")
_TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
# An address "/j/CODE" names a posting and no company.
_NO_BOARD: Final = frozenset({"api", "j", "static", "assets"})
_NO_COMPANY: Final = word_set(
    "api app apply blog careers developers get help id jobs partners resources status support try"
)


class Workable:
    """A company's board on Workable."""

    name: Final = "workable"
    title: Final = "Workable"
    kind: Final[Kind] = "company board"
    complete: Final = True
    terms: Final = Terms(
        "Public boards of single companies, read as their own pages read them; not documented, refuses haste, "
        "and asks that no model be trained on it.",
        address="https://apply.workable.com/robots.txt",
    )
    manners: Final = Manners(hours_between_polls=12, crawl_delay_s=2)

    def board_of(self, address: str) -> str | None:
        """Return the company's token in an address of the board, of a posting under it or of the interface."""
        host = host_of(address)
        if host in (_BOARDS, "workable.com"):
            path = urlsplit(address).path
            told = _API_PATH.match(path)
            token = told[1] if told else path.strip("/").split("/")[0] if host == _BOARDS else ""
            return token if token not in _NO_BOARD and _TOKEN.fullmatch(token) else None
        own = _OWN_HOST.fullmatch(host)
        return own[1] if own and own[1] not in _NO_COMPANY else None

    def board_address(self, board: str) -> str:
        """Return the board's page."""
        return f"https://{_BOARDS}/{quote(board, safe='')}/"

    def first(self, board: str) -> Request:
        """Return the one request: descriptions come along."""
        return Request(f"https://{_BOARDS}/api/v1/widget/accounts/{quote(board, safe='')}?details=true")

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read the whole board; a posting that stands there once for each of its places becomes one."""
        body = answers.document(self.title, answer)
        company = answers.line(body, "name") or company_on_board(self.board_address(board))
        rejected: list[Rejected] = []
        found: dict[str, Found] = {}
        for number, row in answers.objects(answers.rows_of(self.title, body, "jobs"), rejected):
            posting = self._posting(board, company, number, row)
            if isinstance(posting, Rejected):
                rejected.append(posting)
            elif posting.key in found:
                found[posting.key] = _joined(found[posting.key], posting)
            else:
                found[posting.key] = posting
        return Page(tuple(found.values()), tuple(rejected))

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, board: str, company: str, number: int, row: dict[str, Any]) -> Found | Rejected:
        places = _places(row)
        remote = answers.flag(row, "telecommuting")
        return answers.found(
            self.name,
            board,
            number,
            answers.key_of(row.get("shortcode")),
            JobDraft(
                title=answers.line(row, "title"),
                company=company,
                work_mode="remote" if remote else read_work_mode("; ".join(places)),
                description=answers.html(row.get("description")),
                address=answers.web(row.get("url")) or answers.web(row.get("shortlink")),
            ),
            places,
            published_at=answers.moment(row.get("published_on")),
            tags=answers.distinct(
                [
                    answers.line(row, part)
                    for part in ("department", "function", "industry", "employment_type")
                ]
            ),
        )


def _places(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the places that the company shows; the row's own is the first of them again, without that mark."""
    listed = row.get("locations")
    shown = answers.distinct(
        [
            _place(one, "city", "region", "country")
            for one in (listed if isinstance(listed, list) else [])
            if answers.flag(one, "hidden") is not True
        ]
    )
    return shown or answers.distinct([_place(row, "city", "state", "country")])


def _place(row: Any, *parts: str) -> str:
    return ", ".join(answers.distinct([answers.line(row, part) for part in parts]))


def _joined(first: Found, again: Found) -> Found:
    places = answers.distinct([*first.places, *again.places])
    return replace(first, places=places, draft=replace(first.draft, place=clean_line("; ".join(places), 500)))


FEED: Final = Workable()
