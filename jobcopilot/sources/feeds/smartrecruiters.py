"""SmartRecruiters' public postings (https://developers.smartrecruiters.com/docs/posting-api), texts one by one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import host_of, section_of
from jobcopilot.jobs.importers.words import read_work_mode
from jobcopilot.jobs.views import JobDraft, Rejected, WorkMode
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms
from jobcopilot.text import clean_text

_BOARDS: Final = frozenset({"jobs.smartrecruiters.com", "careers.smartrecruiters.com"})
_API: Final = "api.smartrecruiters.com"
_TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")
_NO_BOARD: Final = frozenset({"oneclick-ui", "sr-jobs", "static", "my-applications", "job-search"})
_PAGE: Final = 100
_SECTIONS: Final = {
    "companyDescription": "Company",
    "jobDescription": "Job",
    "qualifications": "Qualifications",
    "additionalInformation": "Further information",
}
_NOBODY: Final = "SmartRecruiters also answers with no postings where it does not know the company."


class SmartRecruiters:
    """A company's board on SmartRecruiters."""

    name: Final = "smartrecruiters"
    title: Final = "SmartRecruiters"
    kind: Final[Kind] = "company board"
    complete: Final = True
    terms: Final = Terms(
        "Public boards of single companies, open to programs without a key; each description is a request of "
        "its own.",
        address="https://developers.smartrecruiters.com/docs/posting-api",
    )
    manners: Final = Manners(hours_between_polls=12, crawl_delay_s=1)

    def board_of(self, address: str) -> str | None:
        """Return the company's identifier in an address of the board, of a posting or of the interface."""
        host = host_of(address)
        path = [part for part in urlsplit(address).path.split("/") if part] if host else []
        if host == _API:
            path = path[2:] if path[:2] == ["v1", "companies"] else []
        elif host not in _BOARDS:
            return None
        elif path[:2] == ["oneclick-ui", "company"]:
            path = path[2:]
        return path[0] if path and path[0] not in _NO_BOARD and _TOKEN.fullmatch(path[0]) else None

    def board_address(self, board: str) -> str:
        """Return the board's page."""
        return f"https://jobs.smartrecruiters.com/{quote(board, safe='')}"

    def first(self, board: str) -> Request:
        """Return the request for the first hundred postings, without their descriptions."""
        return _page(board, 0)

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read one page; there is another until as many came as the feed says there are."""
        body = answers.document(self.title, answer)
        rows = answers.rows_of(self.title, body, "content")
        total = answers.at(body, "totalFound")
        if isinstance(total, bool) or not isinstance(total, int) or total < 0:
            raise answers.changed(self.title, 'the answer does not say how many there are in "totalFound"')
        reached = _offset(asked) + len(rows)
        if not rows and reached < total:
            raise answers.changed(self.title, f"a page is empty after {reached} of {total} postings")
        rejected: list[Rejected] = []
        found: list[Found] = []
        for number, row in answers.objects(rows, rejected):
            posting = self._posting(board, number, row)
            if isinstance(posting, Rejected):
                rejected.append(posting)
            else:
                found.append(posting)
        return Page(
            tuple(found),
            tuple(rejected),
            _page(board, reached) if reached < total else None,
            total,
            () if total else (_NOBODY,),
        )

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting with its description. Raises `ChangedShape`, also where it is another posting's."""
        body = answers.document(self.title, answer)
        if answers.key_of(answers.at(body, "id")) != found.key:
            raise answers.changed(self.title, f"the answer is not about posting {found.key}")
        sections = answers.at(body, "jobAd", "sections")
        if not isinstance(sections, dict):
            raise answers.changed(self.title, 'the posting has no "jobAd" with "sections"')
        parts = (
            section_of(answers.at(sections, name, "text"), answers.line(sections, name, "title") or heading)
            for name, heading in _SECTIONS.items()
        )
        text = clean_text("\n\n".join(part for part in parts if part))
        return replace(found, draft=replace(found.draft, description=text), detail=None)

    def _posting(self, board: str, number: int, row: dict[str, Any]) -> Found | Rejected:
        key = answers.key_of(row.get("id"))
        place = answers.line(row, "location", "fullLocation") or ", ".join(
            answers.distinct(
                [
                    answers.line(row, "location", "city"),
                    answers.line(row, "location", "region"),
                    answers.line(row, "location", "country").upper(),
                ]
            )
        )
        safe = _KEY.fullmatch(key) is not None
        return answers.found(
            self.name,
            board,
            number,
            key,
            JobDraft(
                title=answers.line(row, "name"),
                company=answers.line(row, "company", "name") or company_on_board(self.board_address(board)),
                work_mode=_work_mode(row, place),
                address=f"{self.board_address(board)}/{key}" if safe else "",
            ),
            answers.distinct([place]),
            published_at=answers.moment(row.get("releasedDate")),
            tags=answers.distinct(
                [
                    answers.line(row, part, "label")
                    for part in ("department", "function", "industry", "typeOfEmployment")
                ]
            ),
            # The address is made here: `ref` may lead anywhere.
            detail=Request(f"{_api(board)}/{key}") if safe else None,
        )


def _work_mode(row: dict[str, Any], place: str) -> WorkMode | None:
    """Return the way of working; both marks are false also where nobody said anything."""
    if answers.flag(row, "location", "hybrid"):
        return "hybrid"
    return "remote" if answers.flag(row, "location", "remote") else read_work_mode(place)


def _api(board: str) -> str:
    return f"https://{_API}/v1/companies/{quote(board, safe='')}/postings"


def _page(board: str, offset: int) -> Request:
    return Request(f"{_api(board)}?limit={_PAGE}&offset={offset}")


def _offset(asked: Request) -> int:
    """Return where the page begins, by what was asked and not by what came."""
    told = parse_qs(urlsplit(asked.address).query).get("offset", ["0"])[0]
    return int(told) if re.fullmatch(r"[0-9]{1,9}", told) else 0


FEED: Final = SmartRecruiters()
