"""What stands in place of the list when it is empty: what to do next, with the keys."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from jobcopilot.tui.commands import BY_ID, shown_key
from jobcopilot.tui.theme import palette_of

NEXT_STEPS = ("board.import", "board.add", "board.samples")
"""Commands that bring postings in, as far as there are such."""


class EmptyNote(Static):
    """An empty board, or a search without hits."""

    DEFAULT_CSS = """
    EmptyNote { width: 1fr; height: 1fr; padding: 2 4; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__("", markup=False, id=id)

    def closed(self) -> None:
        """Say that the jobs could not be opened, and how to try again."""
        steps = (*self._step("app.board", "try again"), *self._step("app.quit"))
        self.update(Text.assemble(("Your jobs could not be opened.\n\n", "bold"), *steps))

    def tell(self, total: int, query: str) -> None:
        """Say why there is nothing and what to do next."""
        if total:
            return
        palette = palette_of(self.app)
        if query.strip():
            text = Text.assemble(
                ("No job fits this search.\n\n", "bold"),
                *self._step("board.search", "change it"),
                *self._step("app.back", "clear it"),
            )
        else:
            text = Text.assemble(
                ("No jobs yet.\n\n", "bold"),
                (
                    "Bring in the postings you have; each is compared with your profile and says why it fits.\n\n",
                    palette.muted,
                ),
                *(part for name in NEXT_STEPS if name in BY_ID for part in self._step(name)),
                *self._step("app.palette"),
                *self._step("app.help"),
            )
        self.update(text)

    def _step(self, name: str, words: str = "") -> tuple[tuple[str, str], ...]:
        command = BY_ID[name]
        palette = palette_of(self.app)
        key = shown_key(name, self.app._keymap)
        return (f"{key:>6}", f"bold {palette.accent}"), (f"  {words or command.title}\n", palette.foreground)
