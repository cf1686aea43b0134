"""The app: rooms, themes, keys and lifecycle; everything it shows lives in screens, modals and widgets.

Places for what comes later:

* a room: a `Screen` in `screens/`, added to `MODES` and `ROOMS`, its commands to `commands.py`;
* a dialogue: a `Dialogue` in `modals/`, named in `DIALOGUES` so that it is imported when it is first opened;
* anything that fails in the background: `failures.start_work` or `failures.show`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.reactive import var
from textual.screen import Screen

from jobcopilot.tui import failures
from jobcopilot.tui.commands import BY_ID, bindings, problems
from jobcopilot.tui.messages import JobWanted, RoundWanted
from jobcopilot.tui.screens.board import BoardScreen
from jobcopilot.tui.theme import DEFAULT_THEME, OWN_THEMES, variable_defaults
from jobcopilot.tui.typing_ahead import TypingAhead

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.command import Provider

    from jobcopilot.tui.board_data import BoardData
    from jobcopilot.tui.feed_polls import FeedPolls
    from jobcopilot.tui.reminding import Reminding
    from jobcopilot.tui.start import Glance
    from jobcopilot.tui.widgets.chrome import Outlook


def _palette_provider() -> type[Provider]:
    from jobcopilot.tui.palette import CommandNames

    return CommandNames


def _pipeline() -> Screen[Any]:
    from jobcopilot.tui.screens.pipeline import PipelineScreen

    return PipelineScreen()


def _discovered() -> Screen[Any]:
    from jobcopilot.tui.feed_openings import discovered_screen

    return discovered_screen()


def _market() -> Screen[Any]:
    from jobcopilot.tui.screens.market import MarketScreen

    return MarketScreen()


def _practice() -> Screen[Any]:
    from jobcopilot.tui.practice_openings import practice_screen

    return practice_screen()


class JobcopilotApp(TypingAhead):
    """One person's job search."""

    TITLE = "jobcopilot"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "board": BoardScreen,
        "pipeline": _pipeline,
        "market": _market,
        "practice": _practice,
        "discovered": _discovered,
    }
    DEFAULT_MODE = "board"
    ROOMS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("board", "Board"),
        ("pipeline", "Pipeline"),
        ("market", "Market"),
        ("practice", "Practice"),
    )
    DIALOGUES: ClassVar[dict[str, str]] = {
        "help": "jobcopilot.tui.modals.help:HelpDialogue",
        "inbox": "jobcopilot.tui.modals.inbox:InboxDialogue",
        "jump": "jobcopilot.tui.jumper:Jumper",
        "theme": "jobcopilot.tui.modals.theme:ThemeDialogue",
    }
    """Dialogues that need nothing but the app: name to module and class."""
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette_provider}
    BINDINGS: ClassVar[Any] = bindings("app")
    # Named here and not on the screens, so that it is parsed with everything else, once.
    CSS_PATH = "screens/board.tcss"
    CSS = """
    Toast { padding: 0 1; background: $panel; width: auto; max-width: 100%; }
    .-wide Toast { max-width: 70%; }
    CommandPalette > Vertical { background: $surface; }
    """
    outlook: var[Outlook | None] = var(None)
    """What is next and whether it will be told; None where no reminders are told from here."""

    def __init__(self, data: BoardData, glance: Glance) -> None:
        self._glance = glance
        self.data = data
        self.reminding: Reminding | None = None
        """Tells reminders from the first rows on; given by whoever opens the app on a real home."""
        self.polls: FeedPolls | None = None
        """Polls begun from the screen; made when feeds are first looked at."""
        super().__init__()
        for theme in OWN_THEMES:
            self.register_theme(theme)
        self._begin_in(glance.theme if glance.theme in self.available_themes else DEFAULT_THEME)
        self.set_keymap(glance.keys)

    def _begin_in(self, theme: str) -> None:
        """Start with a theme; assigning it would parse every style sheet a second time before the first frame."""
        self.set_reactive(App.theme, theme)
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    @property
    def glance(self) -> Glance:
        """What was read of the settings before the first frame."""
        return self._glance

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give themes made by others the colours that only ours define."""
        return variable_defaults(self.current_theme)

    def on_mount(self) -> None:
        """Tell what of the settings cannot be followed."""
        for problem in problems(self._glance.keys):
            failures.show(self, problem)

    def on_ready(self) -> None:
        """Let the board read its rows, now that the first frame is painted."""
        if isinstance(self.screen, BoardScreen):
            if self.reminding is not None:
                self.reminding.begin_after(self.screen)
            self.screen.begin()

    def show_dialogue(self, name: str) -> None:
        """Open one of `DIALOGUES`; it is imported now, not at the start."""
        module, _, dialogue = self.DIALOGUES[name].partition(":")
        self.push_screen(getattr(import_module(module), dialogue)())

    def action_room(self, mode: str) -> None:
        """Go to a room."""
        if self.current_mode != mode:
            self.switch_mode(mode)
        elif (to_list := getattr(self.screen, "to_list", None)) is not None:
            to_list()

    def action_help(self) -> None:
        """Show what every key does here."""
        self.show_dialogue("help")

    def action_jump(self) -> None:
        """Put a letter on everything that can be gone to."""
        self.show_dialogue("jump")

    def action_inbox(self) -> None:
        """Show what was told, came late, failed or was missed."""
        self.show_dialogue("inbox")

    def action_discovered(self) -> None:
        """Show what the sources found."""
        from jobcopilot.tui.feed_openings import open_discovered

        open_discovered(self)

    def action_sources(self) -> None:
        """Show, add, switch and poll sources."""
        from jobcopilot.tui.feed_openings import open_sources

        open_sources(self)

    def action_settings(self) -> None:
        """Change the settings."""
        from jobcopilot.tui.openings import open_settings

        open_settings(self)

    def action_profile(self) -> None:
        """Say who is searching and what is wanted."""
        from jobcopilot.tui.openings import open_profile

        open_profile(self)

    def action_theme(self) -> None:
        """Choose another theme."""
        self.show_dialogue("theme")

    async def action_back(self) -> None:
        """Close the foremost failure, else let the screen go one step back."""
        go_back = getattr(self.screen, "go_back", None)
        if not failures.dismiss(self) and go_back is not None:
            go_back()

    async def on_job_wanted(self, event: JobWanted) -> None:
        """Show a job on the board."""
        await self.switch_mode("board")
        if isinstance(self.screen, BoardScreen):
            self.screen.show_job(event.job_id)

    async def on_round_wanted(self, event: RoundWanted) -> None:
        """Show an interview in the pipeline."""
        await self.switch_mode("pipeline")
        show_round = getattr(self.screen, "show_round", None)
        if show_round is not None:
            show_round(event.round_id)

    async def action_run_command(self, name: str) -> None:
        """Carry out a command by its id, wherever on the screen it lives."""
        from jobcopilot.tui.palette import carrier

        node = carrier(self.screen, BY_ID[name])
        if node is not None:
            await self.run_action(BY_ID[name].action, node)

    def _handle_exception(self, error: Exception) -> None:
        # The outermost boundary of the screen itself: no traceback reaches a person; Textual offers no other hook.
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        failure = failures.told(error)
        self.exit(
            return_code=1,
            message="\n".join(part for part in (failure.title, failure.message, failure.hint) if part),
        )
        self._close_messages_no_wait()
