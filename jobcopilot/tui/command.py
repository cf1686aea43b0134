"""What a command is: one declaration for its key, footer word, palette name, help line and rebinding id."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a key does."""

    id: str
    keys: str
    """As Textual takes them, several joined by a comma; the first is the one shown."""
    label: str
    """One or two words for the line of keys."""
    title: str
    """Its name in the palette."""
    help: str
    """One sentence for the help."""
    action: str
    rank: int
    """Where it stands in the line of keys: lower is earlier, and the last to go where room is short."""

    @property
    def place(self) -> str:
        """Where it is carried out."""
        return self.id.partition(".")[0]

    def binding(self) -> Binding:
        """Return it as Textual binds it."""
        return Binding(self.keys, self.action, self.label, id=self.id, tooltip=self.help)
