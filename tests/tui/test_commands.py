"""One declaration a command: key, line of keys, palette, help and rebinding cannot drift apart."""

from __future__ import annotations

import inspect
import re

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from jobcopilot.tui.app import JobcopilotApp
from jobcopilot.tui.command import Command
from jobcopilot.tui.commands import BY_ID, COMMANDS, PLACES, bindings, key_list, keys_of, problems
from jobcopilot.tui.modals.add_job import AddJob
from jobcopilot.tui.modals.ask import AskInput
from jobcopilot.tui.modals.bank import BankDialogue
from jobcopilot.tui.modals.behind import BehindDialogue
from jobcopilot.tui.modals.calendars import CalendarsDialogue
from jobcopilot.tui.modals.choose import Choices
from jobcopilot.tui.modals.contacts import ContactsDialogue
from jobcopilot.tui.modals.dialogue import Dialogue
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.figure_table import FigureTableDialogue
from jobcopilot.tui.modals.help import active_commands
from jobcopilot.tui.modals.import_preview import ImportDialogue
from jobcopilot.tui.modals.inbox import InboxDialogue
from jobcopilot.tui.modals.keys import KeysDialogue
from jobcopilot.tui.modals.letter import LetterPanel
from jobcopilot.tui.modals.mail_setup import MailSetupPanel
from jobcopilot.tui.modals.microphone import MicrophoneDialogue
from jobcopilot.tui.modals.notes import NotesDialogue
from jobcopilot.tui.modals.offers import OffersDialogue
from jobcopilot.tui.modals.origins import OriginsDialogue
from jobcopilot.tui.modals.panel import Panel
from jobcopilot.tui.modals.pick import PickInput
from jobcopilot.tui.modals.pick_many import PickMany
from jobcopilot.tui.modals.profile_form import ProfileForm
from jobcopilot.tui.modals.profiles import ProfilesDialogue
from jobcopilot.tui.modals.searches import SearchesDialogue
from jobcopilot.tui.modals.settings import SettingsDialogue
from jobcopilot.tui.modals.sources import SourcesDialogue
from jobcopilot.tui.modals.trends import TrendsDialogue
from jobcopilot.tui.onboarding.steps import Onboarding
from jobcopilot.tui.palette import CommandNames, carrier
from jobcopilot.tui.screens.board import BoardScreen
from jobcopilot.tui.screens.discovered import DiscoveredScreen
from jobcopilot.tui.screens.discovered_pane import PostingPane
from jobcopilot.tui.screens.market import MarketScreen
from jobcopilot.tui.screens.pipeline import PipelineScreen
from jobcopilot.tui.screens.practice import PracticeScreen
from jobcopilot.tui.screens.practice_history import HistoryScreen
from jobcopilot.tui.screens.practice_report import ReportScreen
from jobcopilot.tui.screens.practice_spoken import SpokenScreen
from jobcopilot.tui.screens.practice_talk import TalkScreen
from jobcopilot.tui.start import Glance
from jobcopilot.tui.widgets.agenda import AgendaList, Checklist
from jobcopilot.tui.widgets.chart import Chart
from jobcopilot.tui.widgets.detail import DetailPane
from jobcopilot.tui.widgets.document import Document
from jobcopilot.tui.widgets.figure_lists import FigureList
from jobcopilot.tui.widgets.kanban import Kanban
from jobcopilot.tui.widgets.lists import VirtualList
from jobcopilot.tui.widgets.month_grid import MonthGrid
from jobcopilot.tui.widgets.report_text import ReportRows
from jobcopilot.tui.widgets.round_pane import RoundPane
from jobcopilot.tui.widgets.search import SearchInput
from jobcopilot.tui.widgets.setup_list import SetupList, SkillPicks
from jobcopilot.tui.widgets.talk_head import AnswerEditor
from jobcopilot.tui.widgets.transcript import Transcript
from tests.tui.driving import opened

CARRIERS: dict[str, type[DOMNode]] = {
    "app": JobcopilotApp,
    "board": BoardScreen,
    "list": VirtualList,
    "kanban": Kanban,
    "text": Document,
    "detail": DetailPane,
    "search": SearchInput,
    "notes": NotesDialogue,
    "searches": SearchesDialogue,
    "inbox": InboxDialogue,
    "calendars": CalendarsDialogue,
    "letter": LetterPanel,
    "mail": MailSetupPanel,
    "choose": Choices,
    "ask": AskInput,
    "dialogue": Dialogue,
    "panel": Panel,
    "form": FormPanel,
    "add": AddJob,
    "profile": ProfileForm,
    "profiles": ProfilesDialogue,
    "intake": ImportDialogue,
    "settings": SettingsDialogue,
    "keymap": KeysDialogue,
    "first": Onboarding,
    "contacts": ContactsDialogue,
    "offers": OffersDialogue,
    "pipeline": PipelineScreen,
    "agenda": AgendaList,
    "checklist": Checklist,
    "round": RoundPane,
    "discovered": DiscoveredScreen,
    "posting": PostingPane,
    "sources": SourcesDialogue,
    "month": MonthGrid,
    "market": MarketScreen,
    "figure": Chart,
    "figures": FigureList,
    "origins": OriginsDialogue,
    "behind": BehindDialogue,
    "figuretable": FigureTableDialogue,
    "pick": PickInput,
    "practice": PracticeScreen,
    "setup": SetupList,
    "skillpicks": SkillPicks,
    "talk": TalkScreen,
    "spoken": SpokenScreen,
    "microphone": MicrophoneDialogue,
    "answer": AnswerEditor,
    "transcript": Transcript,
    "report": ReportScreen,
    "marks": ReportRows,
    "history": HistoryScreen,
    "trends": TrendsDialogue,
    "bank": BankDialogue,
    "pickmany": PickMany,
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_has_all_five(command: Command) -> None:
    assert key_list(command.keys), "a key"
    assert command.label, "a word for the line of keys"
    assert len(command.label) <= 12
    assert command.title[0].isupper(), "a name for the palette"
    assert re.fullmatch(r"[A-Z].*\.", command.help), "a sentence for the help"
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", command.id), "an id for rebinding"
    assert command.place in PLACES
    assert BY_ID[command.id] is command


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_is_bound_and_carried_out(command: Command) -> None:
    carrier_class = CARRIERS[command.place]
    action = command.action.partition("(")[0]
    assert callable(getattr(carrier_class, f"action_{action}", None)), action
    bound = {binding.id for binding in carrier_class.BINDINGS if isinstance(binding, Binding)}
    assert command.id in bound


def test_no_two_commands_on_one_key_in_one_place() -> None:
    taken: dict[tuple[str, str], str] = {}
    for command in COMMANDS:
        for key in keys_of(command, {}):
            assert taken.setdefault((command.place, key), command.id) == command.id
    assert not problems({})


def test_every_place_is_bound_somewhere() -> None:
    assert {command.place for command in COMMANDS} == set(CARRIERS)
    for place in CARRIERS:
        assert bindings(place)


def test_a_wrong_key_is_told_with_what_was_meant() -> None:
    (unknown,) = problems({"board.statsu": "ctrl+s"})
    assert "board.statsu" in unknown.message
    assert "board.status" in unknown.hint
    (clash,) = problems({"board.score": "s"})
    assert "board.status" in clash.message
    assert "board.score" in clash.message


async def test_rebinding_moves_key_line_help_and_palette() -> None:
    async with opened(glance=Glance(keys={"board.status": "ctrl+t,c"})) as driven:
        assert "ctrl+t status" in driven.lines()[-1]
        await driven.press("s")
        assert len(driven.app.screen_stack) == 1
        await driven.press("ctrl+t")
        assert "Status of" in driven.text()
        await driven.press("escape", "question_mark")
        assert "ctrl+t c" in driven.text()


async def test_a_key_that_is_set_wrong_is_told_at_the_start() -> None:
    async with opened(glance=Glance(keys={"board.nothing": "c"})) as driven:
        assert "board.nothing" in driven.text()


async def test_the_help_names_every_command_that_has_a_key_here() -> None:
    async with opened() as driven:
        reachable = active_commands(driven.board)
        assert {"list", "board", "app"} <= set(reachable)
        for place in ("board", "app", "list"):
            assert set(reachable[place]) == {command for command in COMMANDS if command.place == place}
        await driven.press("question_mark")
        assert "Help: lists" in driven.text()
        await driven.press("G")
        assert "posted:<7d" in driven.text() or "settings file" in driven.text()
        await driven.press("escape")
        assert len(driven.app.screen_stack) == 1


async def test_the_help_says_what_keys_do_in_one_column_and_where_they_are_changed() -> None:
    async with opened((80, 24)) as driven:
        await driven.press("question_mark")
        moves = [line for line in driven.lines() if "Moves " in line]
        assert len(moves) >= 6, "the keys of paging among them"
        assert len({line.index("Moves ") for line in moves}) == 1, moves
        await driven.press("G")
        assert ", then ctrl+k" in driven.text()


async def test_the_palette_knows_every_command_of_the_screen_and_runs_it() -> None:
    async with opened() as driven:
        provider = CommandNames(driven.board)
        names = {hit.text async for hit in provider.discover()}
        for command in COMMANDS:
            if command.place in ("app", "board", "list", "detail") and command.id not in (
                "app.palette",
                "board.apart",
            ):
                assert command.title in names, command.id
        await driven.press("colon")
        await driven.type("kanban")
        await driven.press("enter", "enter")
        assert driven.board.as_kanban


async def test_a_command_that_cannot_act_now_is_not_offered() -> None:
    async with opened() as driven:
        assert driven.board.row is not None
        assert carrier(driven.board, BY_ID["board.apart"]) is None
        assert "m merge" not in driven.lines()[-1]
        await driven.press("j")
        assert carrier(driven.board, BY_ID["board.apart"]) is driven.board
        assert carrier(driven.board, BY_ID["board.merge"]) is driven.board
        assert "m merge" in driven.lines()[-1]


def test_no_widget_parses_markup_of_texts() -> None:
    """Texts from outside are data: every Static of ours says so."""
    from pathlib import Path

    import jobcopilot.tui

    for file in Path(inspect.getfile(jobcopilot.tui)).parent.rglob("*.py"):
        for call in re.findall(r"\bStatic\((?:[^()]|\([^()]*\))*\)", file.read_text("utf-8")):
            assert "markup=False" in call, f"{file.name}: {call}"
        for call in re.findall(r"\.notify\((?:[^()]|\([^()]*\))*\)", file.read_text("utf-8")):
            assert "markup=False" in call, f"{file.name}: {call}"


def test_only_one_place_starts_background_work() -> None:
    from pathlib import Path

    import jobcopilot.tui

    starts = [
        file.name
        for file in Path(inspect.getfile(jobcopilot.tui)).parent.rglob("*.py")
        if re.search(r"\.run_worker\(|@work\b", file.read_text("utf-8"))
    ]
    assert starts == ["failures.py"]


async def test_forms_have_help_too() -> None:
    async with opened() as driven:
        driven.app.push_screen(SettingsDialogue())
        await driven.pilot.pause()
        await driven.pilot.press("f1")
        await driven.until(lambda: "Says what every key does here" in driven.text(), "the help is shown")
