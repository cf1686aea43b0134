"""The command palette: every command by name, carried out wherever on the screen it lives."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from jobcopilot.tui.command import Command
from jobcopilot.tui.commands import COMMANDS, key_name, keys_of

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen


def carrier(screen: Screen[Any], command: Command) -> DOMNode | None:
    """Return what on the screen carries out a command: the nearest to the focus first; None where nothing does."""
    chain = list(screen.focused.ancestors_with_self) if screen.focused is not None else [screen, screen.app]
    shown = [
        widget for widget in screen.query("*") if widget.display and widget.region and widget not in chain
    ]
    for node in (*chain, *shown):
        if any(binding.id == command.id for _key, binding in node._bindings):
            allowed = node.check_action(command.action.partition("(")[0], ())
            return node if allowed else None
    return None


class CommandNames(Provider):
    """All commands that can be carried out here."""

    def _reachable(self) -> list[tuple[Command, DOMNode]]:
        found = []
        for command in COMMANDS:
            node = carrier(self.screen, command)
            if node is not None and command.id != "app.palette":
                found.append((command, node))
        return found

    def _run(self, command: Command, node: DOMNode) -> Any:
        return partial(self.app.run_action, command.action, node)

    def _keys(self, command: Command) -> str:
        return ", ".join(key_name(key) for key in keys_of(command, self.app._keymap))

    async def discover(self) -> Hits:
        """Show everything while nothing is typed."""
        for command, node in self._reachable():
            yield DiscoveryHit(
                f"{command.title}  ({self._keys(command)})",
                self._run(command, node),
                text=command.title,
                help=command.help,
            )

    async def search(self, query: str) -> Hits:
        """Show what fits."""
        matcher = self.matcher(query)
        for command, node in self._reachable():
            shown = f"{command.title}  ({self._keys(command)})"
            score = matcher.match(shown)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(shown),
                    self._run(command, node),
                    text=command.title,
                    help=command.help,
                )
