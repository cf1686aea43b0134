"""What an import shows: where from, what would come of it, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widgets import Static
from textual.widgets.option_list import Option

from jobcopilot.jobs.importers.mapping import FIELDS, REQUIRED
from jobcopilot.tui.modals.app_words import in_app_words
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.fields import Form, LongText
from jobcopilot.tui.modals.path_input import PathField
from jobcopilot.tui.modals.surface import SurfaceDocument
from jobcopilot.tui.theme import Palette, palette_of
from jobcopilot.tui.widgets.signs import STATUS_SIGNS, bar, count, fit, short_pay, steady

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from jobcopilot.jobs.intake import IntakeReport
    from jobcopilot.jobs.views import JobDraft, Rejected
    from jobcopilot.tui.modals.import_origin import Candidate
    from jobcopilot.tui.widgets.paper import Paper, Run

GO = "go"
"""The id of the line that starts the import."""
_REFUSED_SHOWN = 5
_FIELD_CELLS = 17

_KINDS = (
    (
        "A file or folder",
        "CSV, TSV, JSON, saved pages; exports of LinkedIn, Huntr, Teal, Simplify",
    ),
    ("A web address", "one posting's page; only that page is fetched, once you press enter"),
    ("A text", "paste it here: several lines open a field for it, and so does ctrl+t"),
)


class OriginStep(Vertical):
    """Where postings come from: a path, an address, or a text."""

    DEFAULT_CSS = """
    OriginStep { height: 1fr; }
    OriginStep #kinds { height: auto; margin-top: 1; }
    OriginStep LongText { display: none; margin-top: 1; }
    OriginStep.-text LongText { display: block; }
    OriginStep.-text #kinds, OriginStep.-text Form { display: none; }
    """

    def __init__(self, given: str = "") -> None:
        super().__init__()
        self.line = PathField(
            "origin", "From", given, placeholder="path or https://…", hint="tab completes a path"
        )
        self.long = LongText(placeholder="The posting's text")

    def compose(self) -> ComposeResult:
        """Put the line, the text field that opens when needed, and what can be given."""
        yield Form(self.line)
        yield self.long
        yield Static(self._kinds(), id="kinds", markup=False)

    @property
    def given(self) -> str:
        """What was typed or pasted."""
        return self.long.text if self.has_class("-text") else self.line.text

    def _kinds(self) -> Text:
        palette = palette_of(self.app)
        text = Text()
        for name, words in _KINDS:
            text.append(f"{name}\n", palette.foreground)
            text.append(f"  {words}\n", palette.muted)
        return text

    def open_text(self, text: str = "") -> None:
        """Show the field for a text."""
        self.add_class("-text")
        if text:
            self.long.text = text
        self.long.focus()

    def close_text(self) -> None:
        """Go back to the line."""
        self.remove_class("-text")
        self.line.control.focus()


class PreviewStep(Horizontal):
    """The mapping to change, beside what would come of it."""

    DEFAULT_CSS = """
    PreviewStep { height: 1fr; }
    PreviewStep #mapping { width: 5fr; height: 100%; max-height: 100%; margin-right: 2; }
    PreviewStep #seen { width: 7fr; height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.mapping = MappingList()
        self.seen = PreviewText()

    def compose(self) -> ComposeResult:
        """Put mapping and preview."""
        yield self.mapping
        yield self.seen

    def show(self, candidate: Candidate) -> None:
        """Show a candidate; the cursor stays on its line."""
        self.mapping.show(candidate)
        self.seen.show(candidate)


class MappingList(Choices):
    """The line that imports, then every field with the columns that feed it."""

    def __init__(self) -> None:
        super().__init__([])
        self.id = "mapping"

    def show(self, candidate: Candidate) -> None:
        """Fill the list."""
        palette = palette_of(self.app)
        at = self.highlighted
        missing = candidate.source.mapping.missing if candidate.source.columns else ()
        self.clear_options()
        self.add_option(Option(_go_line(candidate, missing, palette), id=GO))
        if candidate.source.columns:
            self.add_options(_mapping_lines(candidate, palette))
        first_missing = next(
            (place for place, option in enumerate(self.options) if option.id in missing), None
        )
        self.highlighted = first_missing if first_missing is not None and not at else at or 0


def _go_line(candidate: Candidate, missing: Sequence[str], palette: Palette) -> Text:
    if missing:
        return Text(f" ! Choose the column for {' and '.join(missing)} first", f"bold {palette.warning}")
    if not candidate.takeable:
        return Text(" ! Nothing of it can be imported", f"bold {palette.warning}")
    outcome = candidate.preview.outcome
    assert outcome is not None
    more = "" if candidate.whole else "+"
    if outcome.added:
        number = f"{outcome.added:,}{more}"
        words = "Import this posting" if number == "1" else f"Import these {number} postings"
    elif outcome.updated:
        words = f"Bring {outcome.updated:,}{more} up to date"
    else:
        words = "Import: nothing new so far" if more else "Import: nothing in it is new"
    return Text(f" ↵ {words}", f"bold {palette.accent}")


def _mapping_lines(candidate: Candidate, palette: Palette) -> list[Option]:
    texts = candidate.source.mapping.as_text()
    order = sorted(
        FIELDS, key=lambda field: (field not in texts and field not in REQUIRED, field not in REQUIRED)
    )
    lines = []
    for field in order:
        entry = candidate.source.mapping.get(field)
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(
            f"   {fit(field.replace('_', ' '), _FIELD_CELLS)}", palette.foreground if entry else palette.muted
        )
        if entry is None:
            text.append("←  —", palette.error if field in REQUIRED else palette.muted)
            text.append("  needed" if field in REQUIRED else "", palette.error)
        else:
            shown = f"“{entry.constant}” for all" if entry.constant else " + ".join(entry.columns)
            text.append("←  ", palette.muted)
            text.append(steady(shown), palette.foreground)
            if entry.how == "guessed":
                text.append("  guessed", palette.muted)
        lines.append(Option(text, id=field))
    return lines


class PreviewText(SurfaceDocument):
    """Counts, the first postings as they would look, what is left out and why."""

    def __init__(self) -> None:
        super().__init__(id="seen")
        self.candidate: Candidate | None = None

    def show(self, candidate: Candidate) -> None:
        """Show another candidate."""
        self.candidate = candidate
        self.refill(to_top=True)

    def lay_out(self, paper: Paper) -> None:
        """Write what was found."""
        if self.candidate is None:
            return
        palette, seen = paper.palette, self.candidate.preview
        bold = paper.style(palette.foreground, bold=True)
        rows = f"{seen.read:,}" if self.candidate.whole else f"the first {seen.read:,} (counting on …)"
        outcome = seen.outcome
        assert outcome is not None
        runs: list[Run] = [(f"{outcome.added:,}", bold), (" new, ", paper.plain)]
        if outcome.updated:
            runs += [(f"{outcome.updated:,}", bold), (" to bring up to date, ", paper.plain)]
        if outcome.duplicates:
            runs += [(f"{outcome.duplicates:,}", bold), (" already here or in it twice, ", paper.plain)]
        runs += [(f"{len(seen.refused):,}", bold), (f" refused, of {rows} read", paper.plain)]
        paper.write(runs)
        if outcome.deleted:
            paper.write([(f"{outcome.deleted:,} of them you deleted; they stay away", paper.quiet)])
        if outcome.possible_duplicates:
            alike = (
                f"{outcome.possible_duplicates:,} of the new ones look like a job you have, or like another"
            )
            paper.write([(f"{alike}: marked ≈", paper.quiet)])
        for remark in seen.mapping.remarks:
            paper.write([(f"! {remark}", paper.style(palette.warning))], "", "  ")
        if seen.examples:
            paper.heading("As they would look")
            for draft in seen.examples[:3]:
                write_draft(paper, draft)
        if seen.refused:
            paper.heading(f"Refused ({len(seen.refused):,})")
            write_refused(paper, seen.refused[:_REFUSED_SHOWN])
            if len(seen.refused) > _REFUSED_SHOWN:
                paper.text(
                    f"… and {len(seen.refused) - _REFUSED_SHOWN:,} more: r shows them all", paper.quiet
                )
        if seen.unread:
            paper.heading(f"Left out, while their rows are taken in ({len(seen.unread):,})")
            for value in seen.unread[:_REFUSED_SHOWN]:
                words = f"row {value.row}, {value.column}: “{value.text[:80]}” is not understood"
                paper.write([(words, paper.quiet)], "", "  ")


def write_draft(paper: Paper, draft: JobDraft) -> None:
    """Write a posting as the board and its detail would show it."""
    palette = paper.palette
    where = " · ".join(part for part in (draft.place, draft.work_mode or "") if part)
    paper.write([(draft.title, paper.style(palette.foreground, bold=True))])
    paper.write(
        [
            (f"{draft.company}  ", paper.plain),
            (f"{where or 'place not said'}  {short_pay(draft.pay)}  ", paper.quiet),
            (
                f"{STATUS_SIGNS[draft.status]}\u00a0{draft.status}",
                paper.style(palette.of_status(draft.status)),
            ),
        ],
        "  ",
        "  ",
    )
    rest = [
        f"posted {draft.posted_on:%Y-%m-%d}" if draft.posted_on else "",
        f"applied {draft.applied_at:%Y-%m-%d}" if draft.applied_at else "",
        f"until {draft.deadline:%Y-%m-%d}" if draft.deadline else "",
        f"{len(draft.description):,} characters of text" if draft.description else "no text",
        " ".join(f"#{tag}" for tag in draft.tags),
    ]
    paper.write([("  ".join(part for part in rest if part), paper.quiet)], "  ", "  ")


def write_refused(paper: Paper, refused: Sequence[Rejected]) -> None:
    """Write rows that cannot be taken in, each with its reason."""
    for row in refused:
        paper.write(
            [
                (f"row {row.row}  ", paper.style(paper.palette.warning)),
                (in_app_words(row.reason), paper.plain),
            ],
            "",
            "  ",
        )


class RefusedText(SurfaceDocument):
    """All refused rows."""

    def __init__(self, refused: Sequence[Rejected]) -> None:
        super().__init__(id="refused")
        self.refused = refused

    def lay_out(self, paper: Paper) -> None:
        """Write them."""
        write_refused(paper, self.refused)


class ImportProgress(Static):
    """How far the import is, and how to stop it."""

    DEFAULT_CSS = """
    ImportProgress { height: auto; padding: 1 0; }
    """

    def __init__(self, label: str, total: int | None) -> None:
        super().__init__(markup=False)
        self.label = label
        self.total = total

    def show(self, done: int, *, stopping: bool = False) -> None:
        """Show how many postings are in."""
        palette = palette_of(self.app)
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"Importing {steady(self.label)}\n\n", "bold")
        if self.total:
            share = min(done / self.total, 1.0)
            text.append(bar(share, 40), palette.primary)
            text.append(f"▏ {share:>4.0%}  {done:,} of {self.total:,}\n\n", palette.foreground)
        else:
            text.append(f"{count(done, 'posting')} so far\n\n", palette.foreground)
        words = "Stopping …" if stopping else "esc stops; nothing of it is kept then"
        text.append(words, palette.muted)
        self.update(text)


def _of_duplicates(report: IntakeReport) -> str:
    if report.deleted:
        return f"{report.deleted:,} of them you deleted; they stay away"
    return "nothing of them changed"


def report_text(report: IntakeReport, label: str, palette: Palette) -> Text:
    """Return what an import did, one figure a line, each beside what it means."""
    text = Text()
    text.append(f"{steady(label)}\n\n", f"bold {palette.foreground}")
    lines: tuple[tuple[int, str, str], ...] = (
        (report.added, "added", ""),
        (report.updated, "brought up to date", ""),
        (report.duplicates, "already here, or in it twice", _of_duplicates(report)),
        (len(report.rejected), "refused", "r shows why" if report.rejected else ""),
        (report.possible_duplicates, "look like a job you have", "marked ≈; m merges, M keeps apart"),
    )
    for number, words, remark in lines:
        text.append(f"{number:>8,}  ", f"bold {palette.foreground}" if number else palette.muted)
        text.append(words, palette.foreground if number else palette.muted)
        text.append(f"   {remark}\n" if number and remark else "\n", palette.muted)
    text.append(f"{report.read:>8,}  rows read\n", palette.muted)
    return text


def undone_text(report: IntakeReport, palette: Palette) -> Text:
    """Return that the import was taken back."""
    return Text(
        f"Taken back: {count(report.added + report.updated, 'job')} as before the import.", palette.foreground
    )
