"""schema.org JobPosting in JSON-LD, in the shapes that sites give it: bare, in lists, in a graph, nested, broken.

Fields: https://schema.org/JobPosting; which of them sites fill:
https://developers.google.com/search/docs/appearance/structured-data/job-posting
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urljoin

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import address_of, amount_of, as_text, host_of, line_of, section_of
from jobcopilot.jobs.importers.dates import read_day
from jobcopilot.jobs.importers.words import read_work_mode, word_set
from jobcopilot.jobs.views import JobDraft, WorkMode
from jobcopilot.reading.markdown import looks_like_html, readable
from jobcopilot.reading.pay import Pay, read_pay, stated_pay
from jobcopilot.reading.places import work_mode_of
from jobcopilot.text import clean_line

_MOST_OBJECTS: Final = 20_000
_MOST_POSTINGS: Final = 500
_OPENING: Final = re.compile(r"(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)\s*")
# A string, kept as it is, or a comma before a closing bracket.
_TRAILING_COMMA: Final = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,20})\b[^<>]{0,500}>")
_MARKS: Final = word_set("a b big code em font i mark small span strong sub sup u wbr")
_SECTIONS: Final = (
    ("responsibilities", "Responsibilities"), ("qualifications", "Qualifications"), ("skills", "Skills"),
    ("experienceRequirements", "Experience"), ("educationRequirements", "Education"), ("jobBenefits", "Benefits"),
    ("incentiveCompensation", "Incentives"),
)  # fmt: skip


def parse_markup(script: str) -> list[Any]:
    """Return the values of a JSON-LD script, as far as it can be read; broken ones are mended where that is safe.

    Tolerated: line breaks in strings, commas before a closing bracket, HTML comments and CDATA around it, anything
    behind it, several values one after another.
    """
    text = script.strip().lstrip("\ufeff")
    for _ in range(2):
        opening = _OPENING.match(text)
        text = text[opening.end() :] if opening else text
    values = _values_of(text)
    return values or _values_of(_TRAILING_COMMA.sub(lambda found: found[1] or "", text))


def _values_of(text: str) -> list[Any]:
    scan = json.JSONDecoder(strict=False).raw_decode
    values: list[Any] = []
    place = 0
    while place < len(text) and len(values) < 50:
        try:
            value, place = scan(text, place)
        except (ValueError, RecursionError):
            break
        values.append(value)
        while place < len(text) and text[place] in " \t\r\n,;":
            place += 1
    return values


def drafts_from_markup(values: Sequence[Any], address: str, *, company: str = "") -> list[JobDraft]:
    """Return a draft for every JobPosting in JSON-LD values that has a title and a company.

    `address` is the page's own, `company` whose page it is, for postings that do not say.
    """
    objects = list(_objects(values))
    by_id = {value["@id"]: value for value in objects if isinstance(value.get("@id"), str) and len(value) > 1}
    postings = [value for value in objects if _is_posting(value)][:_MOST_POSTINGS]
    drafts = []
    for row, posting in enumerate(postings, start=1):
        draft = _draft(posting, by_id, address, company, alone=len(postings) == 1, row=row)
        if draft is not None:
            drafts.append(draft)
    return drafts


def _objects(values: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield every object in the values, in the order of the page, however deep it lies."""
    waiting: list[Any] = list(reversed(values))
    left = _MOST_OBJECTS
    while waiting and left:
        left -= 1
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(reversed([child for child in value.values() if isinstance(child, dict | list)]))
        elif isinstance(value, list):
            waiting.extend(reversed([child for child in value if isinstance(child, dict | list)]))


def _is_posting(value: dict[str, Any]) -> bool:
    kinds = value.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and re.split(r"[/:#]", name)[-1] == "JobPosting" for name in names)


def _draft(
    posting: dict[str, Any], by_id: dict[str, Any], address: str, company: str, *, alone: bool, row: int
) -> JobDraft | None:
    own = address_of(urljoin(address, as_text(posting.get("url")).strip()) if posting.get("url") else "")
    where = (address or own) if alone else own
    title = _line(posting.get("title") or posting.get("name"))
    company = (
        _name(posting.get("hiringOrganization"), by_id)
        or _line(_member(posting.get("identifier"), "name"))
        or company
        or company_on_board(where)
    )
    if not title or not company:
        return None
    places = _places(posting.get("jobLocation"), by_id)
    remote = "TELECOMMUTE" in as_text(posting.get("jobLocationType")).upper()
    if remote and not places:
        places = _places(posting.get("applicantLocationRequirements"), by_id)
    place = clean_line("; ".join(places))
    description = _description(posting)
    mode: WorkMode | None = "remote" if remote else work_mode_of(place) or read_work_mode(title)
    return JobDraft(
        title=title,
        company=company,
        place=place,
        work_mode=mode,
        description=description,
        address=where,
        source_id=_source_id(posting.get("identifier"), where, company),
        pay=_pay(posting),
        posted_on=read_day(_scalar(posting.get("datePosted"))),
        deadline=read_day(_scalar(posting.get("validThrough"))),
        row=row,
    )


def _scalar(value: Any) -> Any:
    """Return a value out of a list or a `{"@value": …}` around it."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict) and "@value" in value:
            value = value["@value"]
    return value


def _line(value: Any) -> str:
    """Return a value as a line of plain text; sites escape their titles now and then, and put tags into them."""
    text = as_text(_scalar(value))[:2000]
    for _ in range(3):
        if looks_like_html(text):
            text = _without_tags(text)
        plain = html.unescape(text)
        if plain == text:
            break
        text = plain
    return clean_line(text)[:500].rstrip()


def _without_tags(text: str) -> str:
    """Return the words of a line in HTML: a break between lines parts them, a mark inside a word does not."""
    return _TAG.sub(lambda tag: "" if tag[1].lower() in _MARKS else " ", text)


def _member(value: Any, key: str) -> Any:
    value = _scalar(value)
    return value.get(key) if isinstance(value, dict) else None


def _resolved(value: Any, by_id: dict[str, Any]) -> Any:
    value = _scalar(value)
    if (
        isinstance(value, dict)
        and isinstance(value.get("@id"), str)
        and "name" not in value
        and "address" not in value
    ):
        return by_id.get(value["@id"], value)
    return value


def _name(value: Any, by_id: dict[str, Any]) -> str:
    value = _resolved(value, by_id)
    if isinstance(value, dict):
        return _line(value.get("name") or value.get("legalName") or value.get("alternateName"))
    text = _line(value)
    return "" if text.startswith(("http://", "https://")) else text


def _places(value: Any, by_id: dict[str, Any]) -> list[str]:
    """Return the places of a string, a Place, a PostalAddress, or a list of them."""
    entries = value if isinstance(value, list) else [value]
    found = []
    for entry in entries[:50]:
        entry = _resolved(entry, by_id)  # noqa: PLW2901 - what the reference stands for
        if isinstance(entry, dict):
            text = (
                _postal(_resolved(entry.get("address"), by_id)) or _postal(entry) or _line(entry.get("name"))
            )
        else:
            text = _line(entry)
        if text:
            found.append(text)
    return list(dict.fromkeys(found))


def _postal(address: Any) -> str:
    """Return town, region and country of a PostalAddress; each may be a string or an object with a name."""
    if not isinstance(address, dict):
        return _line(address)
    parts: list[str] = []
    for key in ("addressLocality", "addressRegion", "addressCountry"):
        value = _scalar(address.get(key))
        part = (
            _line(value.get("name") or value.get("identifier")) if isinstance(value, dict) else _line(value)
        )
        if part and part.casefold() not in (known.casefold() for known in parts):
            parts.append(part)
    return ", ".join(parts)


def _description(posting: dict[str, Any]) -> str:
    """Return the description with the sections that it does not hold itself."""
    main = readable(as_text(_scalar(posting.get("description"))))
    parts = [main] if main else []
    for key, heading in _SECTIONS:
        value = posting.get(key)
        section = section_of(value if isinstance(value, list) else as_text(value), "")
        if section and _plain(section)[:60] not in _plain(main):
            parts.append(f"**{heading}**\n\n{section}")
    return "\n\n".join(parts)


def _plain(markdown: str) -> str:
    """Return the words of a text without its marks, to see whether it says the same."""
    return " ".join(markdown.replace("*", "").replace("- ", " ").replace("#", " ").split())


def _source_id(identifier: Any, address: str, company: str) -> str | None:
    value = _scalar(identifier)
    text = line_of(_scalar(value.get("value")) if isinstance(value, dict) else value)
    if not text or text.startswith(("http://", "https://")):
        return None
    return f"{host_of(address) or company.casefold()}:{text}"


def _pay(posting: dict[str, Any]) -> Pay | None:
    """Return the pay of `baseSalary`, else of `estimatedSalary`: a number, a text, a MonetaryAmount or a list."""
    currency = _line(posting.get("salaryCurrency"))
    for key in ("baseSalary", "estimatedSalary"):
        value = posting.get(key)
        for entry in (value if isinstance(value, list) else [value])[:5]:
            pay = _pay_of(entry, currency)
            if pay is not None:
                return pay
    return None


def _pay_of(amount: Any, currency: str) -> Pay | None:
    if isinstance(amount, str):
        number = amount_of(amount)
        return (
            stated_pay(number, number, currency, None, amount)
            if isinstance(number, float)
            else read_pay(amount[:500])
        )
    if isinstance(amount, int | float) and not isinstance(amount, bool):
        return stated_pay(amount_of(amount), amount_of(amount), currency, None)
    if not isinstance(amount, dict):
        return None
    currency = _line(amount.get("currency")) or currency
    value = _scalar(amount.get("value"))
    holder = value if isinstance(value, dict) else amount
    currency = _line(holder.get("currency")) or currency
    period = _line(holder.get("unitText") or amount.get("unitText") or holder.get("unitCode"))
    low, high = (amount_of(_scalar(holder.get(key))) for key in ("minValue", "maxValue"))
    if low is None and high is None:
        single = _scalar(holder.get("value"))
        if (isinstance(single, str) and amount_of(single) is None) or isinstance(amount_of(single), str):
            return read_pay(f"{currency} {as_text(single)[:200]} {period}")
        low = high = amount_of(single)
    return stated_pay(low, high, currency, period)
