"""`jobcopilot practice …`: mock interviews, their history and their reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobcopilot.cli import practice_delivery
from jobcopilot.cli import practice_voice as aloud
from jobcopilot.cli.interview_shapes import Times
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.cli.practice_reports import markdown_report, print_session, write_report
from jobcopilot.cli.when import understood
from jobcopilot.errors import UsageError
from jobcopilot.practice.views import DIFFICULTIES, MODES, SESSION_STATUSES, SessionRow, Setup
from jobcopilot.runtime import Runtime
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from jobcopilot.practice.spoken.port import SpokenHow

commands = typer.Typer(help="Mock interviews.", no_args_is_help=True, rich_markup_mode=None)
practice_delivery.add_to(commands)

UNSAID = {
    "skip": "went on to the next question",
    "ask_hint": "asked for a hint",
    "repeat": "asked to hear it again",
}
"""What the person did by a key or a command."""
SessionId = Annotated[int, typer.Argument(metavar="ID", help="A session's number.")]
Answers = Annotated[
    str | None,
    typer.Option(
        "--answers", metavar="FILE", help="A script of answers: a JSON list, or text parted by lines ---."
    ),
]


@commands.command("run")
def run(
    context: typer.Context,
    job: Annotated[int | None, typer.Option("--job", metavar="ID", help="Practise for this job.")] = None,
    kind: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="e.g. technical, behavioral")
    ] = None,
    skill: Annotated[
        list[str] | None, typer.Option("--skill", metavar="NAME", help="May be repeated.")
    ] = None,
    difficulty: Annotated[str | None, typer.Option("--difficulty", metavar="easy|medium|hard")] = None,
    questions: Annotated[int | None, typer.Option("--questions", metavar="N", help="Default: 6.")] = None,
    minutes: Annotated[
        int | None, typer.Option("--minutes", metavar="N", help="Instead of a number.")
    ] = None,
    mode: Annotated[str, typer.Option("--mode", metavar="practice|real")] = "practice",
    interviewer: Annotated[
        str | None, typer.Option("--interviewer", metavar="builtin|llama|http", help="Default: as set.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="The same one asks the same.")
    ] = None,
    answers: Answers = None,
    voice: aloud.Voice = False,
    device: aloud.Device = None,
    api: aloud.Api = None,
    whisper: aloud.Whisper = None,
    names: aloud.Names = None,
    turns: aloud.TurnsBy = None,
    speaker: aloud.Aloud = None,
    file: aloud.Recording = None,
    fast: aloud.Fast = False,
    as_json: AsJson = False,
) -> None:
    """Hold a mock interview: typed at a prompt, answered from a file, or spoken."""
    from jobcopilot.cli.practice_talk import read_script
    from jobcopilot.interviews.values import choice

    runtime = opened(context)
    spoken = aloud.Options(voice, device, api, whisper, names, turns, speaker, file, fast)
    how = spoken.how(runtime, answers)
    script = None if answers is None else read_script(answers)
    offered = runtime.practice_sessions.offer(kind, job_id=job)
    setup = Setup(
        type=offered.type.slug,
        skills=tuple(skill or ()),
        job_id=job,
        difficulty=None if difficulty is None else choice("--difficulty", difficulty, DIFFICULTIES),
        questions=6 if questions is None and minutes is None else questions,
        minutes=minutes,
        mode=choice("--mode", mode, MODES),
        interviewer=interviewer or runtime.settings.model.use,
        seed=seed,
    )
    view, notes = runtime.practice_sessions.create(setup)
    if not as_json:
        if kind is None:
            say(f"{offered.type.name}: {offered.type_reason}.")
        for note in notes:
            say(note)
        for line in view.given:
            say(f"  {line.name}: {line.text}")
    _hold(runtime, view.row.id, script, how, as_json=as_json)


@commands.command("resume")
def resume(
    context: typer.Context,
    session_id: Annotated[int | None, typer.Argument(metavar="[ID]", help="Without it: the latest.")] = None,
    answers: Answers = None,
    voice: aloud.Voice = False,
    device: aloud.Device = None,
    api: aloud.Api = None,
    whisper: aloud.Whisper = None,
    names: aloud.Names = None,
    turns: aloud.TurnsBy = None,
    speaker: aloud.Aloud = None,
    file: aloud.Recording = None,
    fast: aloud.Fast = False,
    as_json: AsJson = False,
) -> None:
    """Go on with a session that was left, crashed or failed."""
    from jobcopilot.cli.practice_talk import read_script

    runtime = opened(context)
    spoken = aloud.Options(voice, device, api, whisper, names, turns, speaker, file, fast)
    how = spoken.how(runtime, answers)
    script = None if answers is None else read_script(answers)
    if session_id is None:
        waiting = runtime.practice_sessions.unfinished()
        if not waiting:
            raise UsageError("There is no session to go on with", hint="Begin one: jobcopilot practice run")
        session_id = waiting[0].id
    _hold(runtime, session_id, script, how, as_json=as_json)


@commands.command("assess")
def assess(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help='A JSON list of {"question", "answer"}.')],
    kind: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="e.g. technical, behavioral")
    ] = "technical",
    as_json: AsJson = False,
) -> None:
    """Assess answers that were given elsewhere; a question of the bank is marked by its own rubric."""
    from jobcopilot.cli.practice_talk import read_pairs
    from jobcopilot.practice.export import assessment_object, verdict
    from jobcopilot.practice.other_answers import assess_others

    runtime = opened(context)
    assessor = runtime.assessor()
    if assessor is None:
        raise UsageError("Nobody is here to assess")
    made = assess_others(runtime.bank, assessor, read_pairs(file), kind)
    if as_json:
        print_json({"answers": [assessment_object(one) for _, one in made]})
        return
    for question, one in made:
        say(clean_line(question))
        say(f"    {verdict(one.score, one.reason)}")
        for mark in one.marks:
            say(f"    {mark.name} {mark.score}: “{clean_line(mark.quote)}”")


@commands.command("list")
def list_sessions(
    context: typer.Context,
    search: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help="Said in it.")] = None,
    kind: Annotated[str | None, typer.Option("--type", metavar="TYPE")] = None,
    skill: Annotated[str | None, typer.Option("--skill", metavar="NAME")] = None,
    job: Annotated[int | None, typer.Option("--job", metavar="ID")] = None,
    status: Annotated[str | None, typer.Option("--status", metavar="|".join(SESSION_STATUSES))] = None,
    since: Annotated[str | None, typer.Option("--since", help='e.g. "2026-11-01"')] = None,
    until: Annotated[str | None, typer.Option("--until", help='e.g. "today"')] = None,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 50,
    offset: Annotated[int, typer.Option("--offset", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """List sessions, the latest first."""
    from datetime import time

    from jobcopilot.interviews.values import choice

    runtime = opened(context)
    page = runtime.practice_history.sessions(
        " ".join(search or ()),
        type=kind,
        skill=skill,
        job_id=job,
        status=None if status is None else choice("--status", status, SESSION_STATUSES),
        since=None if since is None else understood(runtime, since, time_of_day=time()).moment,
        until=None if until is None else understood(runtime, until, time_of_day=time()).moment,
        limit=limit,
        offset=offset,
    )
    if as_json:
        print_json({"total": page.total, "sessions": [_row_object(row) for row in page.sessions]})
        return
    if not page.total:
        say("No session is like that yet. Hold one: jobcopilot practice run")
        return
    times = Times(runtime)
    print_table(
        ("ID", "WHEN", "TITLE", "STATUS", "ANSWERED", "SCORE", "SAID" if search else "SKILLS"),
        [
            (
                row.id,
                times.said(row.started_at or row.created_at),
                row.title,
                row.status.replace("_", " "),
                f"{row.answered} of {row.planned}",
                row.score,
                row.snippet.replace("\x02", "").replace("\x03", "") if search else ", ".join(row.skills),
            )
            for row in page.sessions
        ],
    )
    say(f"{len(page.sessions)} of {page.total}")


@commands.command("show")
def show(context: typer.Context, session_id: SessionId, as_json: AsJson = False) -> None:
    """Print everything that was said in a session."""
    runtime = opened(context)
    view = runtime.practice_history.session(session_id)
    if as_json:
        print_session(view, runtime)
        return
    say(view.row.title)
    for message in view.messages:
        who = "you" if message.role == "person" else message.by or "interviewer"
        said = message.final or f"({UNSAID.get(message.kind, message.kind)})"
        say(f"\n{who}{' (corrected)' if message.edited is not None else ''}: {said}")


@commands.command("report")
def report(
    context: typer.Context,
    session_id: SessionId,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write .md or .json instead.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="llama|http", help="Let it mark beside the rules first.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a session's report as Markdown: each mark with the words that it rests on."""
    from jobcopilot.cli.model_says import let_model_assess

    runtime = opened(context)
    view = runtime.practice_sessions.report(session_id)
    if model is not None:
        let_model_assess(runtime, session_id, model)
        view = runtime.practice_sessions.view(session_id)
    if to is not None:
        write_report(runtime, view, to)
        if as_json:
            print_json({"written": str(to)})
        else:
            say(f"Written: {to}")
        return
    if as_json:
        print_session(view, runtime)
        return
    say(markdown_report(runtime, view).rstrip())


@commands.command("label")
def label(
    context: typer.Context,
    session_id: SessionId,
    kind: Annotated[str | None, typer.Option("--type", metavar="TYPE")] = None,
    skill: Annotated[
        list[str] | None, typer.Option("--skill", metavar="NAME", help="May be repeated.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title")] = None,
    as_json: AsJson = False,
) -> None:
    """Say of which type a session was and what it was about, also of an old one."""
    if kind is None and skill is None and title is None:
        raise UsageError("Nothing to change", hint="Give --type, --skill or --title.")
    history = opened(context).practice_history
    if kind is not None:
        history.set_type(session_id, kind)
    if skill is not None:
        history.set_skills(session_id, skill)
    if title is not None:
        history.rename(session_id, title)
    row = history.session(session_id).row
    if as_json:
        print_json(_row_object(row))
        return
    say(f"{row.id}  {row.title}: {row.type_name or 'no type'}, {', '.join(row.skills) or 'no skills'}")


@commands.command("trends")
def trends(
    context: typer.Context,
    skill: Annotated[str | None, typer.Option("--skill", metavar="NAME")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the marks of each skill over time, the weakest first."""
    runtime = opened(context)
    found = runtime.practice_history.trends(skill)
    if as_json:
        skills = [
            {
                "skill": one.skill,
                "mean": round(one.mean, 1),
                "latest": one.latest,
                "marks": [{"at": at, "score": score} for at, score in one.points],
            }
            for one in found
        ]
        print_json({"skills": skills})
        return
    print_table(
        ("SKILL", "LAST FIVE", "LATEST", "MARKS"),
        [(one.skill, round(one.mean), one.latest, len(one.scores)) for one in found],
    )


@commands.command("delete")
def delete(
    context: typer.Context,
    session_id: SessionId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a session for good, with its recordings."""
    runtime = opened(context)
    row = runtime.practice_history.session(session_id).row
    if not yes:
        if as_json or not sys.stdin.isatty():
            raise UsageError("Deleting a session cannot be undone", row.title, "Say so with --yes.")
        if not typer.confirm(f"Delete {row.title!r} for good, with its recordings?"):
            return
    runtime.practice_history.delete(session_id)
    if as_json:
        print_json({"deleted": [session_id]})
        return
    say("Deleted.")


def _hold(
    runtime: Runtime, session_id: int, script: list[str] | None, how: SpokenHow | None, *, as_json: bool
) -> None:
    from jobcopilot.cli.practice_talk import Talk

    what = "typed" if how is None else "said"
    left = f"Session {session_id} is kept, with what you {what}. To go on: jobcopilot practice resume {session_id}"
    try:
        if how is None:
            over = Talk(runtime.practice_sessions.open(session_id), script, quiet=as_json).hold()
        else:
            over = aloud.hold_aloud(runtime, session_id, how, as_json=as_json)
    except KeyboardInterrupt:
        if not as_json:
            say(f"\n{left}")
        raise typer.Exit(130) from None
    view = runtime.practice_sessions.report(session_id)
    if over and view.row.interviewer != "builtin":
        from jobcopilot.cli.model_says import assess_after

        assess_after(runtime, view)
    if as_json and how is None:
        print_session(runtime.practice_sessions.view(session_id), runtime)
        return
    if as_json:
        return
    say(f"\nReport: jobcopilot practice report {session_id}" if over else f"\n{left}")


def _row_object(row: SessionRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "type": row.type,
        "skills": row.skills,
        "job_id": row.job_id,
        "job": row.job,
        "status": row.status,
        "mode": row.mode,
        "interviewer": row.interviewer,
        "score": row.score,
        "asked": row.asked,
        "answered": row.answered,
        "planned": row.planned,
        "created": row.created_at,
        "started": row.started_at,
        "completed": row.completed_at,
        "seconds": round(row.seconds, 1),
        "snippet": row.snippet.replace("\x02", "").replace("\x03", "") or None,
    }
