"""Opens the larger dialogues from anywhere in the app, and tells the board what they changed.

Everything behind them is imported when it is first opened. Each function may be called from an action or a message
handler; none blocks. What a dialogue changes in the database, the board sees by itself when it is in front again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import App

    from jobcopilot.jobs.query import Query
    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.screens.board import BoardScreen


def open_import(app: App[Any], given: str = "") -> None:
    """Bring in postings; `given` (a path, an address, a text) is looked at straight away."""
    from jobcopilot.tui.modals.import_preview import ImportDialogue

    app.push_screen(ImportDialogue(given))


def open_add(app: App[Any]) -> None:
    """Add a job by hand, or from the page of its address."""
    from jobcopilot.tui.modals.add_job import AddJob

    app.push_screen(AddJob())


def open_edit(app: App[Any], job_ids: Sequence[int]) -> None:
    """Edit one job, or what several share; nothing happens without any."""
    from jobcopilot.tui.modals.edit_job import EditJob, EditSeveral

    if len(job_ids) == 1:
        app.push_screen(EditJob(job_ids[0]))
    elif job_ids:
        app.push_screen(EditSeveral(job_ids))


def open_settings(app: App[Any]) -> None:
    """Change the settings."""
    from jobcopilot.tui.modals.settings import SettingsDialogue

    app.push_screen(SettingsDialogue())


def open_keys(app: App[Any]) -> None:
    """Change keys."""
    from jobcopilot.tui.modals.keys import KeysDialogue

    app.push_screen(KeysDialogue())


def open_profile(app: App[Any]) -> None:
    """Edit the profile that is searching; ctrl+o in it leads to the others."""
    from jobcopilot.tui.modals.profile_form import ProfileForm

    app.push_screen(ProfileForm())


def open_profiles(app: App[Any]) -> None:
    """Switch, add, edit and delete profiles."""
    from jobcopilot.tui.modals.profiles import ProfilesDialogue

    app.push_screen(ProfilesDialogue())


def open_export(app: App[Any], query: Query, sort: str, selected: Sequence[int] = ()) -> None:
    """Write jobs to a file: the selected ones, those of a search, or all."""
    from jobcopilot.tui.modals.export import ExportDialogue

    app.push_screen(ExportDialogue(query, sort, selected))


def open_onboarding(app: App[Any]) -> None:
    """Take the first three steps."""
    from jobcopilot.tui.onboarding.steps import Onboarding

    app.push_screen(Onboarding())


# What the dialogues tell the board


def board_of(app: App[Any]) -> BoardScreen | None:
    """Return the board, wherever it is in the stack."""
    from jobcopilot.tui.screens.board import BoardScreen

    return next((screen for screen in app.screen_stack if isinstance(screen, BoardScreen)), None)


def profile_changed(app: App[Any]) -> None:
    """Compare every posting with the profile as it is now; the board shows how far that is, and escape stops it."""
    board = board_of(app)
    if board is not None:
        board.chrome.profile_name = _person(app)
        if board.stop_scoring is not None:
            # What is under way compares with the profile of before.
            board.stop_scoring.set()
            board.stop_scoring = None
        if board.search.everything != 0:
            board.action_score()


def begun(app: App[Any]) -> None:
    """Show the board after the first steps, the best match under the cursor."""
    board = board_of(app)
    if board is not None:
        profile_changed(app)
        board.read_again()
        board.to_list()


def profile_switched(app: App[Any]) -> None:
    """Show the jobs of another profile."""
    board = board_of(app)
    if board is not None:
        board.chrome.profile_name = _person(app)
        board.view.select_none()
        board.read_again()
        # A search reads from the profile that is active when it begins.
        board.sort_by(board.search.sort)
        from jobcopilot.tui.failures import start_work

        start_work(board, board.score_if_due(), name="score-if-due")


def board_shown(app: App[Any], *, view: str | None = None, sort: str | None = None) -> None:
    """Show the board as it is set to open."""
    board = board_of(app)
    if board is None:
        return
    if view is not None and (view == "kanban") != board.as_kanban:
        board.action_view()
    if sort is not None:
        board.sort_by(sort)


def forget_settings(app: App[Any]) -> None:
    """Read the settings again at their next use."""
    vars(cast("JobcopilotApp", app).data.runtime).pop("settings", None)


def _person(app: App[Any]) -> str:
    profile = cast("JobcopilotApp", app).data.runtime.profile
    return profile.full_name or profile.name
