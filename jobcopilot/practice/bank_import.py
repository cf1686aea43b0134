"""Types, skills and questions from CSV and JSON files: read whole, told row by row what was wrong, added at once.

JSON is a list of questions, or an object with `types`, `skills` and `questions`; the names of fields are those of
`bank_values`, and those that other programs use for the same. A CSV file's headers say what it holds: a column of
questions makes it questions, one of skills or types without questions makes it those. A cell that holds several
values parts them by ";"; a point is `what it is: sign, another sign`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jobcopilot.errors import BadInput, JobcopilotError
from jobcopilot.interviews.values import FieldError
from jobcopilot.practice.bank import Bank
from jobcopilot.practice.bank_names import find, near
from jobcopilot.practice.bank_values import question_values, skill_values, type_values
from jobcopilot.practice.likeness import most_alike
from jobcopilot.text import clean_line, decode, from_spreadsheet_cell

LARGEST: Final = 20_000_000
MOST_ROWS: Final = 20_000
_SAME: Final = {
    "question": "text", "prompt": "text", "interview_type": "type", "category": "type", "main_skill": "skill",
    "topic": "skill", "skills": "also", "further_skills": "also", "tags": "also", "level": "difficulty",
    "followups": "follow_ups", "follow_up": "follow_ups", "rubric": "points", "key_points": "points",
    "suggested_skills": "skills",
}  # fmt: skip
"""Other words for the fields."""
_NOT_AN_OBJECT, _TOO_MANY = " entry", " cells"
"""Fields, which no file can name, for what is wrong with a row as a whole."""
_IGNORED: Final = frozenset(
    ("id", "slug", "origin", "asked", "last_asked_at", "last_score", "due_at", "edited", "last_asked", "due")
)
"""What our own export says beside; it is not imported."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, and why; `row` as a person counts it in the file."""

    row: int
    what: str
    reason: str


@dataclass(slots=True)
class BankImport:
    """What an import did or, as a dry run, would do."""

    read: int = 0
    questions: int = 0
    skills: int = 0
    types: int = 0
    alike: list[Refused] = field(default_factory=list)
    """Questions that were there already, in these or other words."""
    refused: list[Refused] = field(default_factory=list)


def import_file(bank: Bank, file: Path, *, dry_run: bool = False, new_skills: bool = False) -> BankImport:
    """Add what a file holds to the bank; with `new_skills` also skills that its questions only name.

    Raises `BadInput` for a file that cannot be read as one of these.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise BadInput("The file is too large", f"{file}", f"It takes up to {LARGEST // 1_000_000} MB.")
        raw = file.read_bytes()
    except OSError as refused:
        raise BadInput(
            "The file cannot be read", f"{file}: {refused.strerror}", "Check the path."
        ) from refused
    return import_text(bank, decode(raw), str(file), dry_run=dry_run, new_skills=new_skills)


def import_text(
    bank: Bank, text: str, name: str, *, dry_run: bool = False, new_skills: bool = False
) -> BankImport:
    """Add what a text holds to the bank; `name` is what it is called in messages."""
    rows = list(_rows(text, name))
    if not rows:
        raise BadInput("There is nothing to import", name, "The file needs a row for each question.")
    if len(rows) > MOST_ROWS:
        raise BadInput(
            "The file has too many rows", f"{name}: {len(rows):,}", f"It takes up to {MOST_ROWS:,}."
        )
    report = BankImport(read=len(rows))
    _Importing(bank, report, dry_run=dry_run, new_skills=new_skills).take(rows)
    return report


_Row = tuple[int, str, dict[str, Any]]
"""Where it stands, what it is ("type", "skill" or "question"), its fields."""


class _Importing:
    """One import: skills first, then types that suggest them, then the questions that name both."""

    def __init__(self, bank: Bank, report: BankImport, *, dry_run: bool, new_skills: bool) -> None:
        self._bank = bank
        self._report = report
        self._dry_run = dry_run
        self._new_skills = new_skills
        self._skills = {
            name.casefold() for one in bank.skills(disabled=True) for name in (one.name, *one.aliases)
        }
        self._types = {name.casefold() for one in bank.types(disabled=True) for name in (one.name, one.slug)}

    def take(self, rows: list[_Row]) -> None:
        """Add all rows that can be added."""
        for kind, add in (("skill", self._skill), ("type", self._type)):
            for row, what, fields in rows:
                if what == kind:
                    self._try(row, fields, add)
        texts = self._bank.texts()
        taken: list[dict[str, Any]] = []
        for row, what, fields in rows:
            if what == "question":
                self._try(row, fields, lambda fields, row=row: self._question(row, fields, texts, taken))  # type: ignore[misc]
        if taken and not self._dry_run:
            self._bank.add_questions(taken, origin="imported", anyway=True)
        self._report.questions = len(taken)

    def _try(self, row: int, fields: dict[str, Any], add: Callable[[dict[str, Any]], object]) -> None:
        try:
            _require_shape(fields)
            add(fields)
        except JobcopilotError as refused:
            self._report.refused.append(Refused(row, _what(fields), str(refused)))

    def _skill(self, fields: dict[str, Any]) -> None:
        self._add("skill", skill_values({"name": "", **fields}), self._skills, fields)
        self._report.skills += 1

    def _type(self, fields: dict[str, Any]) -> None:
        stored = type_values({"name": "", **fields})
        self._require_skills(stored.get("skills", []))
        self._add("type", stored, self._types, fields)
        self._report.types += 1

    def _add(self, kind: str, stored: dict[str, Any], known: set[str], fields: dict[str, Any]) -> None:
        key = stored["name"].casefold()
        if key in known:
            raise FieldError("name", f"There is a {kind} called {stored['name']!r} already")
        known.add(key)
        if not self._dry_run:
            _ = self._bank.add_skill(fields) if kind == "skill" else self._bank.add_type(fields)

    def _question(
        self, row: int, fields: dict[str, Any], texts: dict[int, str], taken: list[dict[str, Any]]
    ) -> None:
        stored = question_values({"text": "", "type": "", "skill": "", **fields})
        if stored["type"].casefold() not in self._types:
            self._bank.type(stored["type"])
        self._require_skills([stored["skill"], *stored.get("also", [])])
        if same := most_alike(stored["text"], texts, limit=1):
            words = f"{same[0][1]} % alike: {clean_line(texts[same[0][0]], 120)}"
            self._report.alike.append(Refused(row, _what(fields), words))
            return
        # Those taken have no number yet: below zero nothing else is found.
        texts[-row] = stored["text"]
        taken.append(fields)

    def _require_skills(self, names: list[str]) -> None:
        for name in names:
            if name.casefold() in self._skills:
                continue
            if find(name, self._bank.skills(disabled=True)) is None:
                if not self._new_skills:
                    raise FieldError(
                        "skill",
                        f"There is no skill called {name!r}",
                        hint=f"{_near(name, self._bank)}To add such skills with them: --new-skills.",
                    )
                if not self._dry_run:
                    self._bank.add_skill({"name": name})
                self._report.skills += 1
            self._skills.add(name.casefold())


def _near(name: str, bank: Bank) -> str:
    alike = near(name, bank.skills(disabled=True))
    return f"Did you mean: {', '.join(alike)}? " if alike else ""


def _require_shape(fields: dict[str, Any]) -> None:
    if _NOT_AN_OBJECT in fields:
        raise BadInput("It is not an object", hint='Write {"text": "…", "type": "…", "skill": "…"}.')
    if _TOO_MANY in fields:
        raise BadInput(
            "The row is longer than the first one",
            fields[_TOO_MANY],
            'Put words that hold the separator in quotation marks: "One, two".',
        )


def _what(fields: dict[str, Any]) -> str:
    return clean_line(str(fields.get("text") or fields.get("name") or fields.get(_NOT_AN_OBJECT) or ""), 80)


# --- reading ------------------------------------------------------------------------------------------------------


def _rows(text: str, name: str) -> Iterator[_Row]:
    """Rows of whichever of both the text is."""
    start = text.lstrip()[:1]
    return _json_rows(text, name) if start in ("[", "{") else _csv_rows(text, name)


def _json_rows(text: str, name: str) -> Iterator[_Row]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as broken:
        where = (
            f"line {broken.lineno}: {broken.msg}"
            if isinstance(broken, json.JSONDecodeError)
            else "nested too deep"
        )
        raise BadInput(
            "The file is not valid JSON", f"{name}, {where}", "Correct it, or save it as CSV."
        ) from broken
    if isinstance(document, list):
        document = {"questions": document}
    if not any(isinstance(document.get(key), list) for key in ("questions", "skills", "types")):
        raise BadInput(
            "The file holds no questions",
            name,
            'It takes a list, or an object with "questions", "skills" or "types".',
        )
    for kind in ("skill", "type", "question"):
        for row, entry in enumerate(document.get(f"{kind}s") or [], start=1):
            if isinstance(entry, str) and kind == "question":
                entry = {"text": entry}  # noqa: PLW2901
            yield row, kind, _fields(entry, kind) if isinstance(entry, dict) else {_NOT_AN_OBJECT: entry}


def _csv_rows(text: str, name: str) -> Iterator[_Row]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(LARGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        table = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as broken:
        raise BadInput("The file is not valid CSV", f"{name}, line {reader.line_num}: {broken}") from broken
    if not table:
        return
    headers = [_header(cell) for cell in table[0]]
    named = [_SAME.get(header, header) for header in headers if header]
    if twice := next((one for one in named if named.count(one) > 1), None):
        raise BadInput(
            "Two columns say the same", f"{name}: {twice}", "Leave one of them out, or name it otherwise."
        )
    if any(_SAME.get(header, header) == "text" for header in headers):
        kind = "question"
    elif "skill" in headers or "type" in headers:
        kind = "skill" if "skill" in headers else "type"
        headers = ["name" if header == kind else header for header in headers]
    else:
        raise BadInput(
            "The columns are not known",
            f"{name}: {clean_line(head, 120)}",
            "The first row names them: question, type, skill, also, difficulty, points, follow_ups.",
        )
    for number, row in enumerate(table[1:], start=2):
        cells = {
            header: from_spreadsheet_cell(cell)
            for header, cell in zip(headers, row, strict=False)
            if header and cell.strip()
        }
        fields = _fields(cells, kind)
        if any(cell.strip() for cell in row[len(headers) :]):
            fields[_TOO_MANY] = f"{len(row)} cells for {len(headers)} columns"
        yield number, kind, fields


def _header(cell: str) -> str:
    return clean_line(cell, 80).casefold().replace(" ", "_").replace("-", "_")


def _fields(entry: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Fields under the names that the bank has for them; what the bank does not know is left for it to refuse."""
    fields: dict[str, Any] = {}
    for key, value in entry.items():
        name = _header(str(key))
        if kind == "question" or name not in ("skills", "type", "skill"):
            name = _SAME.get(name, name)
        if value is None or name in _IGNORED or (kind != "type" and name == "questions"):
            continue
        fields[name] = _typed(name, value)
    return fields


def _typed(name: str, value: Any) -> Any:
    """A cell as the value that its field takes: spreadsheets hold nothing but words."""
    if name == "minutes" and isinstance(value, str) and value.strip().isdigit():
        return int(value)
    if name == "enabled" and isinstance(value, str):
        return value.strip().casefold() not in ("no", "false", "0")
    return value
