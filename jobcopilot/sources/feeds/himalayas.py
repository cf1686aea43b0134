"""Himalayas' public feed (https://himalayas.app/docs/remote-jobs-api): remote jobs, twenty a page."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from jobcopilot.jobs.importers.cells import amount_of, host_of, line_of
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.reading.pay import Pay, stated_pay
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms

_API: Final = "https://himalayas.app/jobs/api"
_A_PAGE: Final = 20
_MOST_PAGES: Final = 50


class Himalayas:
    """Remote jobs of all fields and lands."""

    name: Final = "himalayas"
    title: Final = "Himalayas"
    kind: Final[Kind] = "aggregator"
    # A hundred thousand are counted, paging ends at eight thousand, and a poll reads the first thousand of these.
    complete: Final = False
    terms: Final = Terms(
        "Free where himalayas.app is linked and named as the source; the answers are renewed once a day, and too "
        "many calls are refused.",
        credit="Jobs from Himalayas (https://himalayas.app)",
        address="https://himalayas.app/docs/remote-jobs-api",
    )
    manners: Final = Manners(hours_between_polls=24, crawl_delay_s=2, most_pages=_MOST_PAGES)

    def board_of(self, address: str) -> str | None:
        """Return the one board for Himalayas' own addresses."""
        return "" if host_of(address) == "himalayas.app" else None

    def board_address(self, board: str) -> str:
        """Return the site."""
        return "https://himalayas.app/jobs"

    def first(self, board: str) -> Request:
        """Return the request for the first twenty, which are as many as one answer holds."""
        return _from(0)

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read one page; the next begins where this one ended, until one is empty or begins elsewhere."""
        body = answers.document(self.title, answer)
        found: list[Found] = []
        rejected: list[Rejected] = []
        rows = answers.rows_of(self.title, body, "jobs")
        for number, row in answers.objects(rows, rejected):
            match self._posting(number, row):
                case Found() as posting:
                    found.append(posting)
                case refused:
                    rejected.append(refused)
        begin, given, total = _offset_of(asked), answers.at(body, "offset"), answers.at(body, "totalCount")
        total = total if type(total) is int else None
        repeated = type(given) is int and given != begin
        end = begin + len(rows)
        more = bool(rows) and not repeated and (total is None or end < total)
        return Page(
            tuple(found),
            tuple(rejected),
            following=_from(end) if more else None,
            total=total,
            notes=_notes(begin, total, repeated=repeated),
        )

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, number: int, row: dict[str, Any]) -> Found | Rejected:
        lands = row.get("locationRestrictions")
        # An empty list says "anywhere"; no list at all says nothing.
        places = ["Worldwide"] if lands == [] else _texts(lands)
        grouped = _texts(row.get("parentCategories")) + _texts(row.get("categories"))
        return answers.found(
            self.name,
            "",
            number,
            answers.key_of(row.get("guid")),
            JobDraft(
                title=line_of(answers.html(row.get("title"))),
                company=line_of(answers.html(row.get("companyName"))),
                work_mode="remote",
                description=answers.html(row.get("description")),
                address=answers.web(row.get("applicationLink")),
                pay=_pay(row),
            ),
            answers.distinct(places),
            # In seconds, though the documentation says milliseconds; either is told from the other by its size.
            published_at=answers.moment(row.get("pubDate")),
            closes_at=answers.moment(row.get("expiryDate")),
            tags=answers.distinct(
                [
                    *(group.replace("-", " ") for group in grouped),
                    *_texts(row.get("seniority")),
                    answers.line(row, "employmentType"),
                ]
            ),
        )


def _from(offset: int) -> Request:
    return Request(f"{_API}?limit={_A_PAGE}&offset={offset}")


def _offset_of(asked: Request) -> int:
    """Return the number of postings before the page that was asked for."""
    number = parse_qs(urlsplit(asked.address).query).get("offset", ["0"])[0]
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def _notes(begin: int, total: int | None, *, repeated: bool) -> tuple[str, ...]:
    """Return what is to be known: once how much is left out, and where a page did not begin as asked."""
    if repeated:
        return (f"The postings after number {begin} were asked for, and others came.",)
    most = _A_PAGE * _MOST_PAGES
    return (f"Only the first {most} of {total} are read.",) if begin == 0 and total and total > most else ()


def _pay(row: dict[str, Any]) -> Pay | None:
    """Return the stated pay; a bound that nobody can mean (4 a month was seen) is left out."""
    bounds = [row.get(name) for name in ("minSalary", "maxSalary")]
    low, high = (amount_of(bound) if isinstance(bound, int | float | str) else None for bound in bounds)
    return stated_pay(low, high, answers.line(row, "currency"), answers.line(row, "salaryPeriod"))


def _texts(value: Any) -> list[str]:
    """Return a list's texts, or its objects' names, as lines; none where it is no list."""
    if not isinstance(value, list):
        return []
    named = [one.get("name") if isinstance(one, dict) else one for one in value[:100]]
    return [line_of(answers.html(one)) for one in named]


FEED: Final = Himalayas()
