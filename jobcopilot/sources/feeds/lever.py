"""Lever's public postings (https://github.com/lever/postings-api), in its American and its European house."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import amount_of, host_of, section_of
from jobcopilot.jobs.importers.words import read_work_mode
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.reading.pay import Pay, stated_pay
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms
from jobcopilot.text import clean_text

_HOSTS: Final = {
    "jobs.lever.co": "",
    "api.lever.co": "",
    "jobs.eu.lever.co": "eu/",
    "api.eu.lever.co": "eu/",
}
"""Host to what the tokens of its boards begin with."""
_API_PATH: Final = ("v0", "postings")
_TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_PAGE: Final = 100


class Lever:
    """A company's board on Lever; the token of a European one begins with "eu/"."""

    name: Final = "lever"
    title: Final = "Lever"
    kind: Final[Kind] = "company board"
    complete: Final = True
    terms: Final = Terms(
        "Public boards of single companies; Lever says that published postings may be read by programs. "
        "Its robots file asks for a second between two requests.",
        address="https://github.com/lever/postings-api",
    )
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=1)

    def board_of(self, address: str) -> str | None:
        """Return the company's token in an address of the board, of a posting or of the interface."""
        host = host_of(address)
        if host not in _HOSTS:
            return None
        path = [part for part in urlsplit(address).path.split("/") if part]
        if host.startswith("api."):
            path = path[2:] if tuple(path[:2]) == _API_PATH else []
        return _HOSTS[host] + path[0] if path and _TOKEN.fullmatch(path[0]) else None

    def board_address(self, board: str) -> str:
        """Return the board's page."""
        return f"https://jobs.{_place_of(board)}"

    def first(self, board: str) -> Request:
        """Return the request for the first hundred postings; descriptions and pay come along."""
        return _page(board, 0)

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read one page; a full one is followed by another."""
        rows = answers.rows_of(self.title, answers.document(self.title, answer))
        rejected: list[Rejected] = []
        found: list[Found] = []
        for number, row in answers.objects(rows, rejected):
            posting = self._posting(board, number, row)
            if isinstance(posting, Rejected):
                rejected.append(posting)
            else:
                found.append(posting)
        # More than were asked for is a server that has no pages: then this was all.
        following = _page(board, _skipped(asked) + _PAGE) if len(rows) == _PAGE else None
        return Page(tuple(found), tuple(rejected), following)

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, board: str, number: int, row: dict[str, Any]) -> Found | Rejected:
        several = answers.at(row, "categories", "allLocations")
        places = answers.distinct(
            [
                answers.line(row, "categories", "location"),
                *(answers.line(place) for place in (several if isinstance(several, list) else [])),
            ]
        )
        return answers.found(
            self.name,
            board,
            number,
            answers.key_of(row.get("id")),
            JobDraft(
                title=answers.line(row, "text"),
                company=company_on_board(self.board_address(board)),
                # "unspecified" names no way of working, and a place may ("Remote - US").
                work_mode=read_work_mode(answers.line(row, "workplaceType"))
                or read_work_mode("; ".join(places)),
                description=_text(row),
                address=answers.web(row.get("hostedUrl")) or answers.web(row.get("applyUrl")),
                pay=_pay(row.get("salaryRange")),
            ),
            places,
            published_at=answers.moment(row.get("createdAt")),
            tags=answers.distinct(
                [answers.line(row, "categories", part) for part in ("department", "team", "commitment")]
            ),
        )


def _place_of(board: str) -> str:
    """Return host and path that the board and its interface have in common."""
    european = board.startswith("eu/")
    return f"{'eu.' if european else ''}lever.co/{quote(board.removeprefix('eu/') if european else board, safe='')}"


def _page(board: str, skip: int) -> Request:
    host, site = _place_of(board).split("/", 1)
    return Request(f"https://api.{host}/{'/'.join(_API_PATH)}/{site}?mode=json&skip={skip}&limit={_PAGE}")


def _skipped(asked: Request) -> int:
    """Return how many postings the request left out, by what was asked and not by what came."""
    told = parse_qs(urlsplit(asked.address).query).get("skip", ["0"])[0]
    return int(told) if re.fullmatch(r"[0-9]{1,9}", told) else 0


def _text(row: dict[str, Any]) -> str:
    """Return the posting as its page shows it: opening, description, lists, what is said of pay, the rest."""
    opening, text = _part(row, "opening"), _part(row, "description") or _part(row, "descriptionBody")
    if text.startswith(opening):
        # `description` mostly holds the opening already.
        opening = ""
    lists = row.get("lists")
    return clean_text(
        "\n\n".join(
            part
            for part in (
                opening,
                text,
                section_of(lists, "") if isinstance(lists, list) else "",
                _part(row, "salaryDescription"),
                _part(row, "additional"),
            )
            if part
        )
    )


def _part(row: dict[str, Any], name: str) -> str:
    return answers.html(row.get(name)) or answers.html(row.get(f"{name}Plain"))


def _pay(salary: Any) -> Pay | None:
    return stated_pay(
        amount_of(answers.at(salary, "min")),
        amount_of(answers.at(salary, "max")),
        answers.line(salary, "currency"),
        answers.line(salary, "interval"),
    )


FEED: Final = Lever()
