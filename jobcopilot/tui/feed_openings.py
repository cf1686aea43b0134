"""Opens the faces of job feeds from anywhere in the app; each is imported when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from jobcopilot.tui.app import JobcopilotApp
    from jobcopilot.tui.feed_polls import FeedPolls


def discovered_screen() -> Screen[Any]:
    """Make the screen of discovered postings."""
    from jobcopilot.tui.screens.discovered import DiscoveredScreen

    return DiscoveredScreen()


def open_discovered(app: App[Any]) -> None:
    """Show what the sources found; escape leads back to where the person came from."""
    from jobcopilot.tui.screens.discovered import DiscoveredScreen

    came_from = app.current_mode
    app.switch_mode("discovered")
    if isinstance(app.screen, DiscoveredScreen) and came_from != "discovered":
        app.screen.came_from = came_from


def open_sources(app: App[Any]) -> None:
    """Show, add, switch and poll sources."""
    from jobcopilot.tui.modals.sources import SourcesDialogue

    app.push_screen(SourcesDialogue())


def polls_of(app: App[Any]) -> FeedPolls:
    """Return what is being polled from this app, whichever screen began it."""
    from jobcopilot.tui.feed_polls import FeedPolls

    own = cast("JobcopilotApp", app)
    if own.polls is None:
        own.polls = FeedPolls(own)
    return own.polls
