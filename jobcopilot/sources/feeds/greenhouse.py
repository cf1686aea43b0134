"""Greenhouse's public boards (https://developers.greenhouse.io/job-board.html): one answer holds a whole board."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import host_of
from jobcopilot.jobs.importers.words import read_work_mode
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.reading.pay import Pay, stated_pay
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms

_HOSTS: Final = frozenset({
    "boards.greenhouse.io", "job-boards.greenhouse.io", "boards-api.greenhouse.io",
    "boards.eu.greenhouse.io", "job-boards.eu.greenhouse.io",
})  # fmt: skip
_API: Final = "https://boards-api.greenhouse.io/v1/boards"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NO_BOARD: Final = frozenset({"embed", "v1", "boards", "jobs"})


class Greenhouse:
    """A company's board on Greenhouse."""

    name: Final = "greenhouse"
    title: Final = "Greenhouse"
    kind: Final[Kind] = "company board"
    complete: Final = True
    terms: Final = Terms(
        "Public boards of single companies, open to programs without a key; no limit is stated.",
        address="https://developers.greenhouse.io/job-board.html",
    )
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=1)

    def board_of(self, address: str) -> str | None:
        """Return the company's token in an address of the board, of a posting, or of the embedded board."""
        if host_of(address) not in _HOSTS:
            return None
        parts = urlsplit(address)
        for_token = parse_qs(parts.query).get("for", [""])[0]
        path = [part for part in parts.path.split("/") if part and part not in _NO_BOARD]
        token = for_token or (path[0] if path else "")
        return token if _TOKEN.fullmatch(token) else None

    def board_address(self, board: str) -> str:
        """Return the board's page."""
        return f"https://job-boards.greenhouse.io/{quote(board, safe='')}"

    def first(self, board: str) -> Request:
        """Return the one request: descriptions and pay come along."""
        return Request(f"{_API}/{quote(board, safe='')}/jobs?content=true&pay_transparency=true")

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read the whole board."""
        body = answers.document(self.title, answer)
        rejected: list[Rejected] = []
        found: list[Found] = []
        for number, row in answers.objects(answers.rows_of(self.title, body, "jobs"), rejected):
            posting = self._posting(board, number, row)
            (rejected if isinstance(posting, Rejected) else found).append(posting)  # type: ignore[arg-type]
        total = answers.at(body, "meta", "total")
        return Page(tuple(found), tuple(rejected), total=total if isinstance(total, int) else None)

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, board: str, number: int, row: dict[str, Any]) -> Found | Rejected:
        # One field holds several places: "Berlin; Paris".
        places = answers.distinct([part.strip() for part in answers.line(row, "location", "name").split(";")])
        address = answers.web(row.get("absolute_url"))
        return answers.found(
            self.name,
            board,
            number,
            answers.key_of(row.get("id")),
            JobDraft(
                title=answers.line(row, "title"),
                company=answers.line(row, "company_name") or company_on_board(self.board_address(board)),
                work_mode=read_work_mode("; ".join(places)) if places else None,
                description=answers.html(row.get("content")),
                address=address,
                pay=_pay(row.get("pay_input_ranges")),
            ),
            places,
            # `updated_at` moves with every edit of the board and says nothing of the posting's age.
            published_at=answers.moment(row.get("first_published")),
            closes_at=answers.moment(row.get("application_deadline")),
            tags=answers.distinct(
                [answers.line(one, "name") for one in row.get("departments") or [] if isinstance(one, dict)]
                if isinstance(row.get("departments"), list)
                else []
            ),
        )


def _pay(ranges: Any) -> Pay | None:
    """Return the first range that is one: bounds in cents, the period in the words beside them if anywhere."""
    for one in ranges if isinstance(ranges, list) else []:
        cents = [answers.at(one, name) for name in ("min_cents", "max_cents")]
        low, high = (
            value / 100 if isinstance(value, int | float) and not isinstance(value, bool) else None
            for value in cents
        )
        words = f"{answers.line(one, 'title')} {answers.line(one, 'blurb')}"
        named = re.search(r"\b(hour|year|annual|month|week|day)", words, re.IGNORECASE)
        period = {"annual": "year"}.get(named[1].lower(), named[1].lower()) if named else None
        if pay := stated_pay(low, high, answers.line(one, "currency_type"), period):
            return pay
    return None


FEED: Final = Greenhouse()
