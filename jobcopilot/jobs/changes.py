"""Which fields of a job can be changed, what each takes, and how a change is written on a command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Final, Literal, get_args

from jobcopilot.errors import UsageError
from jobcopilot.jobs.views import STATUSES, WorkMode
from jobcopilot.reading.pay import Pay, read_pay
from jobcopilot.text import LINE_LIMIT, TEXT_LIMIT, clean_line, clean_text

Kind = Literal["line", "text", "choice", "address", "pay", "date", "moment", "tags", "flag"]

ADDRESS_LIMIT: Final = 4_000
TAG_LENGTH: Final = 60
MOST_TAGS: Final = 50
_BETWEEN_TAGS: Final = re.compile(r"[,;|\n]")
"""What a file puts between tags, and so no tag can hold."""
EARLIEST, LATEST = 1970, 2200


@dataclass(frozen=True, slots=True)
class TagEdit:
    """Tags to add and to take away, where the others stay: `tags=+berlin,-old`."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def applied_to(self, tags: Iterable[str]) -> tuple[str, ...]:
        """Return the tags after the edit; tags that differ only in case are one. Raises `UsageError` on too many."""
        gone = {tag.casefold() for tag in self.remove}
        kept = [tag for tag in tags if tag.casefold() not in gone]
        edited = unique_tags([*kept, *self.add], None)
        if len(edited) > max(MOST_TAGS, len(kept)):
            raise UsageError(
                "The job has too many tags", f"{len(edited)} of them", f"Keep at most {MOST_TAGS}."
            )
        return edited


@dataclass(frozen=True, slots=True)
class ChangeField:
    """One field that a person may change."""

    name: str
    kind: Kind
    label: str
    allowed: str
    """What it takes, as the end of "status takes …"."""
    choices: tuple[str, ...] = ()
    required: bool = False
    aliases: tuple[str, ...] = ()


_DATE = "a date such as 2026-12-01, or nothing"
_MOMENT = "a date such as 2026-12-01, with a time if you like (2026-12-01 14:30), or nothing"
_MODES: tuple[str, ...] = get_args(WorkMode)

FIELDS: Final[dict[str, ChangeField]] = {
    field.name: field
    for field in (
        ChangeField("title", "line", "Title", "some text", required=True),
        ChangeField("company", "line", "Company", "some text", required=True, aliases=("employer",)),
        ChangeField("place", "line", "Place", "some text, or nothing", aliases=("location",)),
        ChangeField(
            "work_mode",
            "choice",
            "Remote",
            "remote, hybrid, onsite, or nothing",
            choices=_MODES,
            aliases=("remote", "mode"),
        ),
        ChangeField("description", "text", "Description", "some text, or nothing"),
        ChangeField(
            "address", "address", "Address", "a web address (https://…), or nothing", aliases=("url", "link")
        ),
        ChangeField(
            "pay",
            "pay",
            "Pay",
            'pay as a posting writes it ("€80–100k", "$45/hr"), or nothing',
            aliases=("salary",),
        ),
        ChangeField("posted", "date", "Posted", _DATE, aliases=("posted_on",)),
        ChangeField("closed", "date", "Closed", _DATE, aliases=("closed_on",)),
        ChangeField("deadline", "date", "Deadline", _DATE, aliases=("due",)),
        ChangeField("status", "choice", "Status", ", ".join(STATUSES), choices=STATUSES, required=True),
        ChangeField("notes", "text", "Notes", "some text, or nothing", aliases=("note",)),
        ChangeField(
            "tags",
            "tags",
            "Tags",
            "words separated by commas (berlin,dream), +word to add one, -word to remove one, or nothing",
            aliases=("tag",),
        ),
        ChangeField(
            "favourite", "flag", "Favourite", "yes or no", aliases=("favorite", "fav", "star", "starred")
        ),
        ChangeField("applied", "moment", "Applied", _MOMENT, aliases=("applied_at", "applied_on")),
        ChangeField("rejected", "moment", "Rejected", _MOMENT, aliases=("rejected_at", "rejected_on")),
        ChangeField("rejection_reason", "line", "Why rejected", "some text, or nothing", aliases=("reason",)),
        ChangeField("company_notes", "text", "Notes on the company", "some text, or nothing"),
    )
}
"""Every field that can be changed, by its name."""

_BY_ANY_NAME: Final = {name: field for field in FIELDS.values() for name in (field.name, *field.aliases)}
_YES: Final = frozenset(("yes", "y", "true", "on", "1", "ja", "oui"))
_NO: Final = frozenset(("no", "n", "false", "off", "0", "", "nein", "non"))


def parse_changes(assignments: Sequence[str]) -> dict[str, object]:
    """Read `["status=applied", "tags=a,b", "pay=$120k"]` into checked values by field name.

    Raises `UsageError` that names the field, the value and what is allowed.
    """
    if not assignments:
        raise UsageError("Nothing to change", hint=f"Give FIELD=VALUE; the fields are {_names()}.")
    said: dict[str, object] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(
                "A change is written FIELD=VALUE", repr(_short(assignment)), f"The fields are {_names()}."
            )
        field = field_named(name)
        if field.name in said:
            raise UsageError(f"{field.name} is given twice", repr(_short(value)), "Give each field once.")
        said[field.name] = value
    return checked(said)


def checked(changes: Mapping[str, object]) -> dict[str, object]:
    """Return the values that a change asks for, each as its field keeps it, by field name.

    Lines and texts become safe `str`; dates `date`; moments `datetime` (without a zone: the person's) or `date`;
    flags `bool`; tags `tuple[str, ...]` or `TagEdit`; pay `Pay` or None. Raises `UsageError`.
    """
    values: dict[str, object] = {}
    for name, value in changes.items():
        field = field_named(name)
        if field.name in values:
            raise UsageError(f"{field.name} is given twice", repr(name), "Give each field once.")
        values[field.name] = _CHECKS[field.kind](field, value)
    return values


def field_named(name: str) -> ChangeField:
    """Return the field of that name or alias. Raises `UsageError` that lists the fields."""
    folded = name.strip().lower().replace("-", "_").replace(" ", "_")
    field = _BY_ANY_NAME.get(folded)
    if field is not None:
        return field
    from rapidfuzz.process import extractOne

    near = extractOne(folded, list(_BY_ANY_NAME), score_cutoff=70) if folded else None
    hint = f"Did you mean {_BY_ANY_NAME[near[0]].name}? " if near is not None else ""
    raise UsageError(
        "There is no such field to change", repr(_short(name)), f"{hint}The fields are {_names()}."
    )


def unique_tags(tags: Iterable[str], most: int | None = MOST_TAGS) -> tuple[str, ...]:
    """Return tags cleaned, each once whatever its case, sorted as a person reads them; the first `most` of them."""
    kept: dict[str, str] = {}
    for raw in tags:
        for part in _BETWEEN_TAGS.split(str(raw)):
            if tag := clean_line(part.lstrip("# "), TAG_LENGTH):
                kept.setdefault(tag.casefold(), tag)
    return tuple(sorted(kept.values(), key=lambda tag: (tag.casefold(), tag)))[:most]


def _refused(field: ChangeField, value: object) -> UsageError:
    return UsageError(
        f"{field.name} cannot be {_short(str(value))!r}", hint=f"{field.name} takes {field.allowed}."
    )


def _line(field: ChangeField, value: object) -> str:
    return _fitting(field, clean_line(_string(field, value), LINE_LIMIT + 1), LINE_LIMIT)


def _text(field: ChangeField, value: object) -> str:
    return _fitting(field, clean_text(_string(field, value), TEXT_LIMIT + 1), TEXT_LIMIT)


def _fitting(field: ChangeField, text: str, limit: int) -> str:
    if len(text) > limit:
        # Cutting what a person wrote would lose it without a word.
        raise UsageError(
            f"{field.name} is too long",
            f"it begins {_short(text)!r}",
            f"{field.name} takes up to {limit:,} characters.",
        )
    if field.required and not text:
        raise UsageError(f"{field.name} cannot be empty", hint=f"{field.name} takes {field.allowed}.")
    return text


def _string(field: ChangeField, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _refused(field, value)
    return value


def _choice(field: ChangeField, value: object) -> str | None:
    word = clean_line(_string(field, value)).casefold().replace("-", "").replace(" ", "")
    if not field.required and word in ("", "none", "unknown"):
        return None
    if field.name == "work_mode" and word in _YES | _NO:
        word = "remote" if word in _YES else "onsite"
    if word not in field.choices:
        raise _refused(field, value)
    return word


def _address(field: ChangeField, value: object) -> str:
    address = clean_line(_string(field, value), ADDRESS_LIMIT + 1)
    if not address:
        return ""
    if "://" not in address and "." in address.split("/", maxsplit=1)[0]:
        address = f"https://{address}"
    scheme, _, rest = address.partition("://")
    if scheme.lower() not in ("http", "https") or not rest or " " in address or len(address) > ADDRESS_LIMIT:
        raise _refused(field, value)
    return address


def _pay(field: ChangeField, value: object) -> Pay | None:
    if value is None or isinstance(value, Pay):
        return value
    words = clean_line(_string(field, value))
    if not words:
        return None
    pay = read_pay(words)
    if pay is None:
        raise _refused(field, value)
    return pay


def _date(field: ChangeField, value: object) -> date | None:
    moment = _moment(field, value)
    return moment.date() if isinstance(moment, datetime) else moment


def _moment(field: ChangeField, value: object) -> datetime | date | None:
    read: datetime | date | None = None
    if isinstance(value, date):
        read = value
    else:
        words = clean_line(_string(field, value), 64)
        if not words:
            return None
        try:
            read = date.fromisoformat(words) if len(words) <= 10 else datetime.fromisoformat(words)
        except ValueError:
            read = _spelled(words)
    if read is None or not EARLIEST <= read.year <= LATEST:
        raise _refused(field, value)
    return read


def _spelled(words: str) -> date | None:
    """Read "1 Dec 2026": a month in words, so that day and month cannot be taken for each other."""
    from jobcopilot.jobs.importers.dates import read_day

    return read_day(words) if any(char.isalpha() for char in words) else None


def _tags(field: ChangeField, value: object) -> tuple[str, ...] | TagEdit:
    if isinstance(value, TagEdit):
        return TagEdit(unique_tags(value.add), unique_tags(value.remove))
    if value is None:
        return ()
    if isinstance(value, list | tuple | set | frozenset):
        return _few(field, unique_tags(value))
    words = [word.strip() for word in _string(field, value).split(",") if word.strip()]
    signed = [word for word in words if word[0] in "+-"]
    if not signed:
        return _few(field, unique_tags(words))
    if len(signed) != len(words):
        # "a,+b" could mean either; neither is done.
        raise _refused(field, value)
    return TagEdit(
        _few(field, unique_tags(word[1:] for word in words if word[0] == "+")),
        unique_tags(word[1:] for word in words if word[0] == "-"),
    )


def _few(field: ChangeField, tags: tuple[str, ...]) -> tuple[str, ...]:
    if len(tags) >= MOST_TAGS:
        raise UsageError(f"{field.name} holds too many", hint=f"A job has fewer than {MOST_TAGS} tags.")
    return tags


def _flag(field: ChangeField, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = clean_line(_string(field, value)).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise _refused(field, value)


_CHECKS: Final[dict[Kind, Callable[[ChangeField, object], object]]] = {
    "line": _line,
    "text": _text,
    "choice": _choice,
    "address": _address,
    "pay": _pay,
    "date": _date,
    "moment": _moment,
    "tags": _tags,
    "flag": _flag,
}


def _names() -> str:
    return ", ".join(FIELDS)


def _short(value: str) -> str:
    line = clean_line(value, 81)
    return line if len(line) <= 80 else f"{line[:79]}…"


def in_zone(moment: datetime | date, zone: tzinfo) -> datetime:
    """Return a moment aware; a day alone becomes its noon, a time without a zone is the person's."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(12))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
