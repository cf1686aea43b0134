"""`jobcopilot prep …`: what is to be done before interviews."""

from __future__ import annotations

from datetime import time
from typing import Annotated

import typer

from jobcopilot.cli.interview_shapes import Times, task_object
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.cli.when import ahead, understood
from jobcopilot.errors import UsageError
from jobcopilot.interviews.views import TaskView
from jobcopilot.runtime import Runtime

commands = typer.Typer(help="Preparation for interviews.", no_args_is_help=True, rich_markup_mode=None)

RoundId = Annotated[int, typer.Argument(metavar="INTERVIEW", help="An interview's number.")]
TaskId = Annotated[int, typer.Argument(metavar="ID", help="A task's number.")]
Due = Annotated[str | None, typer.Option("--due", help='e.g. "tomorrow 18:00"')]
_EVENING = time(18)


@commands.command("list")
def list_tasks(
    context: typer.Context,
    round_id: Annotated[
        int | None, typer.Argument(metavar="[INTERVIEW]", help="Without it: what is open before all of them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what is to be prepared, in your order."""
    runtime = opened(context)
    if round_id is not None:
        runtime.interviews.round(round_id)
    tasks = runtime.interviews.tasks(round_id, open_only=round_id is None)
    _print_tasks(runtime, tasks, as_json=as_json)


@commands.command("add")
def add(
    context: typer.Context,
    round_id: RoundId,
    title: Annotated[str, typer.Argument()],
    due: Due = None,
    detail: Annotated[str, typer.Option("--detail")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a task of your own."""
    runtime = opened(context)
    at = None if due is None else understood(runtime, due, time_of_day=_EVENING).moment
    _print(runtime, runtime.tasks.add(round_id, title, detail=detail, due_at=at), as_json=as_json)


@commands.command("edit")
def edit(
    context: typer.Context,
    task_id: TaskId,
    title: Annotated[str | None, typer.Option("--title")] = None,
    due: Due = None,
    detail: Annotated[str | None, typer.Option("--detail")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a task."""
    runtime = opened(context)
    changes: dict[str, object] = {}
    if title is not None:
        changes["title"] = title
    if detail is not None:
        changes["detail"] = detail
    if due is not None:
        changes["due_at"] = understood(runtime, due, time_of_day=_EVENING).moment if due.strip() else None
    if not changes:
        raise UsageError("Nothing to change", hint="Give --title, --detail or --due.")
    _print(runtime, runtime.tasks.edit(task_id, changes), as_json=as_json)


@commands.command("reorder")
def reorder(
    context: typer.Context,
    round_id: RoundId,
    ids: Annotated[list[int], typer.Argument(metavar="ID...", help="Tasks in the order wanted.")],
    as_json: AsJson = False,
) -> None:
    """Put tasks in another order; those not named follow."""
    runtime = opened(context)
    _print_tasks(runtime, runtime.tasks.reorder(round_id, ids), as_json=as_json)


@commands.command("done")
def done(context: typer.Context, task_id: TaskId, as_json: AsJson = False) -> None:
    """Tick a task."""
    runtime = opened(context)
    _print(runtime, runtime.tasks.done(task_id), as_json=as_json)


@commands.command("undone")
def undone(context: typer.Context, task_id: TaskId, as_json: AsJson = False) -> None:
    """Take the tick off a task."""
    runtime = opened(context)
    _print(runtime, runtime.tasks.undone(task_id), as_json=as_json)


@commands.command("snooze")
def snooze(
    context: typer.Context,
    task_id: TaskId,
    until: Annotated[str | None, typer.Option("--until", help='e.g. "tomorrow 18:00"')] = None,
    minutes: Annotated[int | None, typer.Option("--minutes", min=1, max=60 * 24 * 60)] = None,
    as_json: AsJson = False,
) -> None:
    """Put a task off."""
    runtime = opened(context)
    _print(runtime, runtime.tasks.put_off(task_id, ahead(runtime, until, minutes)), as_json=as_json)


@commands.command("delete")
def delete(context: typer.Context, task_id: TaskId, as_json: AsJson = False) -> None:
    """Delete a task; undo brings it back."""
    batch = opened(context).tasks.delete(task_id)
    if as_json:
        print_json({"deleted": [task_id], "batch": batch})
        return
    say(f"Deleted. To bring back: jobcopilot jobs undo {batch}")


def _print_tasks(runtime: Runtime, tasks: tuple[TaskView, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"total": len(tasks), "tasks": [task_object(task) for task in tasks]})
        return
    times = Times(runtime)
    print_table(
        ("ID", "INTERVIEW", "", "TASK", "DUE"),
        [
            (task.id, task.round_id, "[x]" if task.done else "[ ]", task.title, times.said(task.due_at))
            for task in tasks
        ],
    )
    say(f"{sum(task.done for task in tasks)} of {len(tasks)} done")


def _print(runtime: Runtime, task: TaskView, *, as_json: bool) -> None:
    if as_json:
        print_json(task_object(task))
        return
    due = f", due {Times(runtime).said(task.due_at)}" if task.due_at is not None else ""
    say(f"{'[x]' if task.done else '[ ]'} {task.id}  {task.title}{due}")
