"""Narrowing the history, and saying what old sessions were: asked step by step."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jobcopilot.tui.modals.ask import AskDialogue
from jobcopilot.tui.modals.choose import ChooseDialogue, Option

if TYPE_CHECKING:
    from textual.app import App

    from jobcopilot.practice.views import SessionRow
    from jobcopilot.tui.practice_data import PracticeData
    from jobcopilot.tui.widgets.session_list import Narrowed

DATES = ((7, "the last 7 days"), (30, "the last 30 days"), (90, "the last 90 days"), (365, "the last year"))


async def choose_filter(app: App[Any], data: PracticeData, now: Narrowed) -> Narrowed | None:
    """Ask what to narrow by; None where nothing was chosen."""
    kinds = [
        Option("type", "t", "type"),
        Option("skill", "s", "skill"),
        Option("job", "j", "job"),
        Option("date", "d", "date"),
        Option("all", "a", "everything again"),
    ]
    match await app.push_screen_wait(ChooseDialogue("Only which sessions?", kinds)):
        case "type":
            chosen = await _type(app, data, now.type)
            return None if chosen is None else replace(now, type=chosen)
        case "skill":
            chosen = await _skill(app, data, now.skill or "")
            return None if chosen is None else replace(now, skill=chosen)
        case "job":
            from jobcopilot.tui.modals.pick_job import PickJob

            job_id = await app.push_screen_wait(PickJob(data.jobs, now.job_id, none="any job"))
            if job_id is None:
                return None
            job = await asyncio.to_thread(data.runtime.pages.get, job_id) if job_id else None
            return replace(now, job_id=job_id or None, job="" if job is None else job.row.title)
        case "date":
            options = [Option(str(days), str(at), words) for at, (days, words) in enumerate(DATES, 1)]
            chosen = await app.push_screen_wait(ChooseDialogue("Since when?", options))
            if chosen is None:
                return None
            since = data.runtime.clock.now() - timedelta(days=int(chosen))
            return replace(now, since=since, since_words=dict(DATES)[int(chosen)])
        case "all":
            return now.cleared()
    return None


async def relabel(app: App[Any], data: PracticeData, row: SessionRow) -> bool:
    """Ask for another type, skills or title; return whether anything was changed."""
    history = data.runtime.practice_history
    kinds = [
        Option("type", "t", f"type    {row.type_name or 'none'}"),
        Option("skills", "s", f"skills  {', '.join(row.skills) or 'none'}"),
        Option("title", "n", f"title   {row.title}"),
    ]
    match await app.push_screen_wait(ChooseDialogue("What of it?", kinds)):
        case "type":
            chosen = await _type(app, data, row.type_name)
            if chosen is not None:
                await asyncio.to_thread(history.set_type, row.id, chosen)
                return True
        case "skills":
            from jobcopilot.tui.modals.pick_many import PickMany

            skills = await asyncio.to_thread(data.runtime.bank.skills)
            names = await app.push_screen_wait(
                PickMany("Skills of the session", [one.name for one in skills], row.skills)
            )
            if names is not None:
                await asyncio.to_thread(history.set_skills, row.id, names)
                return True
        case "title":
            title = await app.push_screen_wait(AskDialogue("Title", "how the history names it", row.title))
            if title is not None:
                await asyncio.to_thread(history.rename, row.id, title)
                return True
    return False


async def _type(app: App[Any], data: PracticeData, now: str | None) -> str | None:
    types = await asyncio.to_thread(data.runtime.bank.types)
    options = [Option(one.name, str(at), one.name) for at, one in enumerate(types, 1)]
    return await app.push_screen_wait(ChooseDialogue("Type", options, now))


async def _skill(app: App[Any], data: PracticeData, now: str) -> str | None:
    from jobcopilot.tui.modals.pick_many import PickMany

    skills = await asyncio.to_thread(data.runtime.bank.skills)
    names = await app.push_screen_wait(
        PickMany("Skill", [one.name for one in skills], (now,) if now else (), one=True)
    )
    return None if not names else names[0]
