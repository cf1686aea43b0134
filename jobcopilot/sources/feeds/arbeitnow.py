"""Arbeitnow's public feed (https://www.arbeitnow.com/blog/job-board-api): jobs in Germany and around, page by page."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from jobcopilot.jobs.importers.cells import host_of, line_of
from jobcopilot.jobs.importers.words import read_work_mode
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms

_API: Final = "https://www.arbeitnow.com/api/job-board-api"
# A tag tells how many postings bear it, "Engineering (515)", and would be another tag tomorrow.
_COUNT: Final = re.compile(r"\s*\(\d{1,9}\)$")


class Arbeitnow:
    """Jobs of all fields in Germany and its neighbours, gathered from companies' own boards."""

    name: Final = "arbeitnow"
    title: Final = "Arbeitnow"
    kind: Final[Kind] = "aggregator"
    # Two calls in a row show different slices of the whole: one that is missing may come back with the next.
    complete: Final = False
    terms: Final = Terms(
        "Free where Arbeitnow is linked; the permission may be withdrawn at any time.",
        credit="Jobs from Arbeitnow (https://www.arbeitnow.com)",
        address="https://www.arbeitnow.com/terms",
    )
    # About 35 pages of 175 postings were there when it was last counted (August 2026).
    manners: Final = Manners(hours_between_polls=12, crawl_delay_s=2, most_pages=50)

    def board_of(self, address: str) -> str | None:
        """Return the one board for Arbeitnow's own addresses."""
        return "" if host_of(address) == "arbeitnow.com" else None

    def board_address(self, board: str) -> str:
        """Return the site."""
        return "https://www.arbeitnow.com"

    def first(self, board: str) -> Request:
        """Return the request for the first page."""
        return Request(f"{_API}?page=1")

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read one page; the next one follows from the number that was asked, until a page is empty."""
        body = answers.document(self.title, answer)
        found: list[Found] = []
        rejected: list[Rejected] = []
        rows = answers.rows_of(self.title, body, "data")
        for number, row in answers.objects(rows, rejected):
            match self._posting(number, row):
                case Found() as posting:
                    found.append(posting)
                case refused:
                    rejected.append(refused)
        page = _page_of(asked)
        # `links.next` leads nowhere at times, and in circles at others. A page that says itself to be another
        # than the one asked for is a repetition.
        given = answers.at(body, "meta", "current_page")
        repeated = type(given) is int and given != page
        return Page(
            tuple(found),
            tuple(rejected),
            following=Request(f"{_API}?page={page + 1}") if rows and not repeated else None,
            notes=(f"Page {page} was asked for, and another came.",) if repeated else (),
        )

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, number: int, row: dict[str, Any]) -> Found | Rejected:
        place = line_of(answers.html(row.get("location")))
        tags = _texts(row.get("tags")) + _texts(row.get("job_types"))
        return answers.found(
            self.name,
            "",
            number,
            answers.key_of(row.get("slug")),
            JobDraft(
                title=line_of(answers.html(row.get("title"))),
                company=line_of(answers.html(row.get("company_name"))),
                # False leaves open whether it is hybrid or on site.
                work_mode="remote" if answers.flag(row, "remote") else read_work_mode(place),
                description=answers.html(row.get("description")),
                address=answers.web(row.get("url")),
            ),
            answers.distinct([place]),
            published_at=answers.moment(row.get("created_at")),
            tags=answers.distinct([_COUNT.sub("", tag) for tag in tags]),
        )


def _page_of(asked: Request) -> int:
    """Return the number of the page that was asked for."""
    number = parse_qs(urlsplit(asked.address).query).get("page", ["1"])[0]
    return int(number) if number.isdecimal() and len(number) < 7 else 1


def _texts(value: Any) -> list[str]:
    """Return the texts of a list as lines; none where it is no list."""
    return [line_of(answers.html(one)) for one in value[:100]] if isinstance(value, list) else []


FEED: Final = Arbeitnow()
