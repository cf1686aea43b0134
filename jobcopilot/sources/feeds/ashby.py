"""Ashby's public boards (https://developers.ashbyhq.com/docs/public-job-posting-api): one answer, a whole board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import amount_of, host_of
from jobcopilot.jobs.importers.words import read_work_mode
from jobcopilot.jobs.views import JobDraft, Rejected, WorkMode
from jobcopilot.reading.pay import Pay, stated_pay
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms

_BOARDS: Final = "jobs.ashbyhq.com"
_API: Final = "api.ashbyhq.com"
_API_PATH: Final = ("posting-api", "job-board")
# Names may hold blanks and dots ("Acme Labs", "acme.ai").
_TOKEN: Final = re.compile(r"\w[\w .&+'()-]{0,99}")
_NO_BOARD: Final = frozenset({"api", "_next", "static", "embed"})


class Ashby:
    """A company's board on Ashby."""

    name: Final = "ashby"
    title: Final = "Ashby"
    kind: Final[Kind] = "company board"
    complete: Final = True
    terms: Final = Terms(
        "Public boards of single companies, open to programs without a key; it is slow and refuses haste.",
        address="https://developers.ashbyhq.com/docs/public-job-posting-api",
    )
    # An answer takes about ten seconds.
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=2, timeout_s=30)

    def board_of(self, address: str) -> str | None:
        """Return the board's name in an address of the board, of a posting or of the interface."""
        host = host_of(address)
        if host not in (_BOARDS, _API):
            return None
        path = [unquote(part) for part in urlsplit(address).path.split("/") if part]
        if host == _API:
            path = path[2:] if tuple(path[:2]) == _API_PATH else []
        return path[0] if path and path[0] not in _NO_BOARD and _TOKEN.fullmatch(path[0]) else None

    def board_address(self, board: str) -> str:
        """Return the board's page."""
        return f"https://{_BOARDS}/{quote(board, safe='')}"

    def first(self, board: str) -> Request:
        """Return the one request: descriptions and pay come along."""
        return Request(
            f"https://{_API}/{'/'.join(_API_PATH)}/{quote(board, safe='')}?includeCompensation=true"
        )

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read the whole board, without the postings that are open only to those who have their address."""
        body = answers.document(self.title, answer)
        rejected: list[Rejected] = []
        found: list[Found] = []
        for number, row in answers.objects(answers.rows_of(self.title, body, "jobs"), rejected):
            if answers.flag(row, "isListed") is False:
                continue
            posting = self._posting(board, number, row)
            if isinstance(posting, Rejected):
                rejected.append(posting)
            else:
                found.append(posting)
        return Page(tuple(found), tuple(rejected))

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, board: str, number: int, row: dict[str, Any]) -> Found | Rejected:
        others = row.get("secondaryLocations")
        places = answers.distinct(
            [
                answers.line(row, "location"),
                *(answers.line(other, "location") for other in (others if isinstance(others, list) else [])),
            ]
        )
        return answers.found(
            self.name,
            board,
            number,
            answers.key_of(row.get("id")),
            JobDraft(
                title=answers.line(row, "title"),
                company=company_on_board(self.board_address(board)),
                work_mode=_work_mode(row, places),
                description=answers.html(row.get("descriptionHtml"))
                or answers.html(row.get("descriptionPlain")),
                address=answers.web(row.get("jobUrl")) or answers.web(row.get("applyUrl")),
                pay=_pay(row.get("compensation")),
            ),
            places,
            published_at=answers.moment(row.get("publishedAt")),
            tags=answers.distinct([answers.line(row, part) for part in ("department", "team")]),
        )


def _work_mode(row: dict[str, Any], places: tuple[str, ...]) -> WorkMode | None:
    """Return the way of working; a hybrid job is also marked as remote, so the word goes before the mark."""
    if word := read_work_mode(answers.line(row, "workplaceType")):
        return word
    return "remote" if answers.flag(row, "isRemote") else read_work_mode("; ".join(places))


def _pay(compensation: Any) -> Pay | None:
    """Return the salary, of all places together where the posting sums them up; shares and bonuses are none."""
    summary = answers.line(compensation, "scrapeableCompensationSalarySummary")
    for part in _parts(compensation):
        if answers.line(part, "compensationType") == "Salary" and (
            pay := stated_pay(
                amount_of(answers.at(part, "minValue")),
                amount_of(answers.at(part, "maxValue")),
                answers.line(part, "currencyCode"),
                answers.line(part, "interval"),
                answers.line(part, "summary") or summary,
            )
        ):
            return pay
    return None


def _parts(compensation: Any) -> Iterator[Any]:
    whole = answers.at(compensation, "summaryComponents")
    yield from whole if isinstance(whole, list) else []
    tiers = answers.at(compensation, "compensationTiers")
    for tier in tiers if isinstance(tiers, list) else []:
        parts = answers.at(tier, "components")
        yield from parts if isinstance(parts, list) else []


FEED: Final = Ashby()
