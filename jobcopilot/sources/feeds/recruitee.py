"""Recruitee's public boards (https://docs.recruitee.com/reference/intro-to-careers-site-api): one answer holds one."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import amount_of, host_of, tags_of
from jobcopilot.jobs.importers.words import read_work_mode, word_set
from jobcopilot.jobs.views import JobDraft, Rejected, WorkMode
from jobcopilot.reading.pay import Pay, stated_pay
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms
from jobcopilot.text import clean_text

_HOST: Final = re.compile(r"([a-z0-9][a-z0-9-]{0,62})\.recruitee\.com")
_NO_COMPANY: Final = word_set("api app auth blog careers docs get help info status support")
_SAMPLE: Final = "(sample)"


class Recruitee:
    """A company's board on Recruitee."""

    name: Final = "recruitee"
    title: Final = "Recruitee"
    kind: Final[Kind] = "company board"
    complete: Final = True
    terms: Final = Terms(
        "Public boards of single companies; no limit is stated. Recruitee says that from 10 February 2027 on it "
        "wants a key that only the company has, and refuses others.",
        address="https://docs.recruitee.com/reference/authentication-1",
    )
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=1)

    def board_of(self, address: str) -> str | None:
        """Return the company's token in an address of the board, of a posting or of the interface."""
        own = _HOST.fullmatch(host_of(address))
        return own[1] if own and own[1] not in _NO_COMPANY else None

    def board_address(self, board: str) -> str:
        """Return the board's page."""
        return f"https://{quote(board, safe='')}.recruitee.com/"

    def first(self, board: str) -> Request:
        """Return the one request: descriptions and pay come along."""
        return Request(f"{self.board_address(board)}api/offers/")

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read the whole board, without the samples that a new account begins with."""
        body = answers.document(self.title, answer)
        rejected: list[Rejected] = []
        found: list[Found] = []
        for number, row in answers.objects(answers.rows_of(self.title, body, "offers"), rejected):
            if _SAMPLE in answers.line(row, "title").casefold():
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
        places = _places(row)
        tags = row.get("tags")
        text = [answers.html(row.get(part)) for part in ("description", "requirements")]
        return answers.found(
            self.name,
            board,
            number,
            answers.key_of(row.get("id")),
            JobDraft(
                title=answers.line(row, "title"),
                company=answers.line(row, "company_name") or company_on_board(self.board_address(board)),
                work_mode=_work_mode(row, places),
                description=clean_text("\n\n".join(part for part in text if part)),
                address=answers.web(row.get("careers_url")) or answers.web(row.get("careers_apply_url")),
                pay=_pay(row.get("salary")),
            ),
            places,
            published_at=answers.moment(row.get("published_at")),
            closes_at=answers.moment(row.get("close_at")),
            tags=answers.distinct(
                [
                    answers.line(row, "department"),
                    *(tags_of(tags) if isinstance(tags, list) else ()),
                ]
            ),
        )


def _places(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the places: by their parts, for their names may be anything ("Germany/Remote", "HQ")."""
    listed = row.get("locations")
    places = answers.distinct(
        [
            _place(one, "city", "state", "country") or answers.line(one, "name")
            for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, dict)
        ]
    )
    return places or answers.distinct(
        [_place(row, "city", "state_name", "country") or answers.line(row, "location")]
    )


def _place(row: dict[str, Any], *parts: str) -> str:
    return ", ".join(answers.distinct([answers.line(row, part) for part in parts]))


def _work_mode(row: dict[str, Any], places: tuple[str, ...]) -> WorkMode | None:
    """Return the way of working; a job that may be done in more than one is hybrid or remote before on site."""
    marks: tuple[tuple[str, WorkMode], ...] = (
        ("hybrid", "hybrid"),
        ("remote", "remote"),
        ("on_site", "onsite"),
    )
    marked = next((mode for mark, mode in marks if answers.flag(row, mark)), None)
    return marked or read_work_mode("; ".join(places))


def _pay(salary: Any) -> Pay | None:
    """Return the pay, whose bounds are texts ("60000")."""
    return stated_pay(
        amount_of(answers.at(salary, "min")),
        amount_of(answers.at(salary, "max")),
        answers.line(salary, "currency"),
        answers.line(salary, "period"),
    )


FEED: Final = Recruitee()
