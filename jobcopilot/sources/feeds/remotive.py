"""Remotive's public feed (https://remotive.com/api-documentation): one answer, remote jobs of all fields."""

from __future__ import annotations

from typing import Any, Final

from jobcopilot.jobs.importers.cells import host_of, line_of
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.reading.pay import read_pay
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms

_HOSTS: Final = frozenset({"remotive.com", "remotive.io"})


class Remotive:
    """Remote jobs that Remotive gives away a day after it shows them itself."""

    name: Final = "remotive"
    title: Final = "Remotive"
    kind: Final[Kind] = "aggregator"
    # A few dozen postings of thousands, chosen by Remotive: one that is missing may well be open.
    complete: Final = False
    terms: Final = Terms(
        "Free where each posting links back and Remotive is named; at most four calls a day, and no handing on to "
        "other job sites. Postings come a day late.",
        credit="Jobs from Remotive (https://remotive.com)",
        address="https://remotive.com/api-documentation",
    )
    # More than two calls a minute, or four a day, are blocked.
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=60, most_pages=1, most_tries=1)

    def board_of(self, address: str) -> str | None:
        """Return the one board for Remotive's own addresses."""
        return "" if host_of(address) in _HOSTS else None

    def board_address(self, board: str) -> str:
        """Return the site."""
        return "https://remotive.com/remote-jobs"

    def first(self, board: str) -> Request:
        """Return the one request; the parameters that the documentation names are ignored."""
        return Request("https://remotive.com/api/remote-jobs")

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read all that is given."""
        body = answers.document(self.title, answer)
        found: list[Found] = []
        rejected: list[Rejected] = []
        for number, row in answers.objects(answers.rows_of(self.title, body, "jobs"), rejected):
            match self._posting(number, row):
                case Found() as posting:
                    found.append(posting)
                case refused:
                    rejected.append(refused)
        total = answers.at(body, "total-job-count")
        return Page(tuple(found), tuple(rejected), total=total if type(total) is int else None)

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the list says everything."""
        return found

    def _posting(self, number: int, row: dict[str, Any]) -> Found | Rejected:
        # One text holds several: "Americas, Europe, Asia". They say where one may live, not where one works.
        lands = line_of(answers.html(row.get("candidate_required_location"))).split(",")
        pay = answers.line(row, "salary")
        return answers.found(
            self.name,
            "",
            number,
            answers.key_of(row.get("id")),
            JobDraft(
                title=line_of(answers.html(row.get("title"))),
                company=line_of(answers.html(row.get("company_name"))),
                work_mode="remote",
                description=answers.html(row.get("description")),
                address=answers.web(row.get("url")),
                pay=read_pay(pay) if pay else None,
            ),
            answers.distinct([land.strip() for land in lands]),
            published_at=answers.moment(row.get("publication_date")),
            tags=answers.distinct(
                [
                    line_of(answers.html(row.get("category"))),
                    answers.line(row, "job_type").replace("_", " "),
                    *_texts(row.get("tags")),
                ]
            ),
        )


def _texts(value: Any) -> list[str]:
    """Return the texts of a list as lines; none where it is no list."""
    return [line_of(answers.html(one)) for one in value[:100]] if isinstance(value, list) else []


FEED: Final = Remotive()
