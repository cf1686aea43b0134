"""Opens practice from anywhere in the app; each screen and dialogue is imported when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from textual.app import App

    from jobcopilot.practice.views import SessionRow
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.practice_data import Answering
    from jobcopilot.tui.screens.practice import PracticeScreen
    from jobcopilot.tui.screens.practice_talk import TalkScreen


def practice_screen() -> PracticeScreen:
    """Make the room."""
    from jobcopilot.tui.screens.practice import PracticeScreen

    return PracticeScreen()


async def practise_for(app: App[Any], *, job_id: int | None = None, round_id: int | None = None) -> None:
    """Go to the setup with a job or a booked round chosen; a session that is open there stays behind it."""
    from jobcopilot.tui.screens.practice import PracticeScreen

    await app.switch_mode("practice")
    while not isinstance(app.screen, PracticeScreen):
        await app.pop_screen()
    app.screen.practise_for(job_id=job_id, round_id=round_id)
    app.screen.to_list()


def open_talk(
    app: App[Any], session_id: int, *, notes: str = "", instead: bool = False, answering: Answering = "typing"
) -> None:
    """Hold a session, or go on with it, `instead` of the screen in front; `notes` are said before its first word."""
    screen: TalkScreen
    if answering == "typing":
        from jobcopilot.tui.screens.practice_talk import TalkScreen

        screen = TalkScreen(session_id, notes)
    else:
        from jobcopilot.tui.screens.practice_spoken import SpokenScreen

        screen = SpokenScreen(session_id, notes, turn_taking=answering)
    if instead:
        app.switch_screen(screen)
    else:
        app.push_screen(screen)


def go_on(app: App[Any], row: SessionRow, wanted: Answering = "typing") -> None:
    """Go on with a session: in the way to answer that is `wanted`, else spoken where it was spoken before."""
    from jobcopilot.tui.practice_data import ANSWERING

    answering: Answering = wanted if wanted != "typing" else row.spoken or "typing"
    notes = "" if answering == "typing" else f"You go on {ANSWERING[answering]}. f9 types instead."
    open_talk(app, row.id, notes=notes, answering=answering)


def open_report(app: App[Any], session_id: int, *, instead: bool = False) -> None:
    """Show what was made of a session, `instead` of the screen in front."""
    from jobcopilot.tui.screens.practice_report import ReportScreen

    if instead:
        app.switch_screen(ReportScreen(session_id))
    else:
        app.push_screen(ReportScreen(session_id))


def open_session_export(app: App[Any], session_id: int) -> None:
    """Write a session to a file."""
    from jobcopilot.tui.modals.export_session import ExportSession

    app.push_screen(ExportSession(session_id))


def open_history(app: App[Any]) -> None:
    """Show the sessions that were held."""
    from jobcopilot.tui.screens.practice_history import HistoryScreen

    app.push_screen(HistoryScreen())


def open_trends(app: App[Any]) -> None:
    """Show marks by skill over time."""
    from jobcopilot.tui.modals.trends import TrendsDialogue

    clock = cast("JobcopilotApp", app).data.runtime.clock
    zone = clock.zone()
    app.push_screen(TrendsDialogue(zone, clock.now().astimezone(zone).date()))


def open_bank(app: App[Any]) -> None:
    """Show and change the question bank."""
    from jobcopilot.tui.modals.bank import BankDialogue

    app.push_screen(BankDialogue())


def open_microphone(app: App[Any]) -> None:
    """Try the microphone."""
    from jobcopilot.tui.modals.microphone import MicrophoneDialogue

    app.push_screen(MicrophoneDialogue())
