"""Jobicy's public feed (https://github.com/Jobicy/remote-jobs-api): the newest hundred remote jobs in one answer."""

from __future__ import annotations

from typing import Any, Final

from jobcopilot.jobs.importers.cells import amount_of, host_of, line_of
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.reading.pay import Pay, stated_pay
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms

_MOST: Final = 100


class Jobicy:
    """Remote jobs of all fields, a few hours after Jobicy shows them itself."""

    name: Final = "jobicy"
    title: Final = "Jobicy"
    kind: Final[Kind] = "aggregator"
    # The newest hundred and no further page: what is missing has only been pushed out by newer ones.
    complete: Final = False
    terms: Final = Terms(
        "Free to show unchanged, at most one call an hour; no handing on to other job sites. Postings come some "
        "hours late.",
        credit="Jobs from Jobicy (https://jobicy.com)",
        address="https://github.com/Jobicy/remote-jobs-api",
    )
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=5, most_pages=1, most_tries=1)

    def board_of(self, address: str) -> str | None:
        """Return the one board for Jobicy's own addresses."""
        return "" if host_of(address) == "jobicy.com" else None

    def board_address(self, board: str) -> str:
        """Return the site."""
        return "https://jobicy.com/jobs"

    def first(self, board: str) -> Request:
        """Return the one request; a parameter that Jobicy does not know would be refused."""
        return Request(f"https://jobicy.com/api/v2/remote-jobs?count={_MOST}")

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read the newest hundred."""
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
        notes = (f"Only the newest {_MOST} are given.",) if len(rows) >= _MOST else ()
        return Page(tuple(found), tuple(rejected), notes=notes)

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, number: int, row: dict[str, Any]) -> Found | Rejected:
        # Where one may live: "USA", "Anywhere", "Canada,  USA".
        lands = line_of(answers.html(row.get("jobGeo"))).split(",")
        return answers.found(
            self.name,
            "",
            number,
            answers.key_of(row.get("id")),
            JobDraft(
                title=line_of(answers.html(row.get("jobTitle"))),
                company=line_of(answers.html(row.get("companyName"))),
                work_mode="remote",
                description=answers.html(row.get("jobDescription")),
                address=answers.web(row.get("url")),
                pay=_pay(row),
            ),
            answers.distinct([land.strip() for land in lands]),
            published_at=answers.moment(row.get("pubDate")),
            tags=answers.distinct(
                [
                    *_texts(row.get("jobIndustry")),
                    *_texts(row.get("jobType")),
                    *(level for level in [answers.line(row, "jobLevel")] if level != "Any"),
                ]
            ),
        )


def _pay(row: dict[str, Any]) -> Pay | None:
    """Return the stated pay: bounds with a period, or in older answers bounds of a year."""
    currency = answers.line(row, "salaryCurrency")
    for low, high, period in (
        ("salaryMin", "salaryMax", answers.line(row, "salaryPeriod")),
        ("annualSalaryMin", "annualSalaryMax", "year"),
    ):
        least, most = (
            amount_of(bound) if isinstance(bound, int | float | str) else None
            for bound in (row.get(low), row.get(high))
        )
        if pay := stated_pay(least, most, currency, period):
            return pay
    return None


def _texts(value: Any) -> list[str]:
    """Return the texts of a list as lines; none where it is no list."""
    return [line_of(answers.html(one)) for one in value[:100]] if isinstance(value, list) else []


FEED: Final = Jobicy()
