"""`jobcopilot profile …`: who is searching."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.cli.shapes import profile_object
from jobcopilot.errors import NotFound, UsageError
from jobcopilot.profiles.views import ProfileView
from jobcopilot.runtime import Runtime
from jobcopilot.runtime.scoring import score_everything

commands = typer.Typer(help="Who is searching, and for what.", no_args_is_help=True, rich_markup_mode=None)

ProfileName = Annotated[str | None, typer.Argument(metavar="[NAME]", help="Without it: the active one.")]


@commands.command("list")
def list_profiles(context: typer.Context, as_json: AsJson = False) -> None:
    """List the profiles on this machine."""
    runtime = opened(context)
    profiles = runtime.profiles.list()
    active = runtime.profile.name
    if as_json:
        found = [profile_object(profile, active=profile.name == active) for profile in profiles]
        print_json({"total": len(found), "profiles": found})
        return
    print_table(
        ("", "NAME", "PERSON", "AIMS AT", "SKILLS"),
        [
            ("▸" if p.name == active else " ", p.name, p.full_name, "; ".join(p.roles), len(p.skills))
            for p in profiles
        ],
    )


@commands.command("add")
def add(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")], as_json: AsJson = False
) -> None:
    """Make a new profile; `profile use NAME` switches to it."""
    runtime = opened(context)
    made = runtime.profiles.create(name)
    _print(runtime, made, as_json=as_json)


@commands.command("use")
def use(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")], as_json: AsJson = False
) -> None:
    """Search as this profile from now on."""
    from jobcopilot.settings import save_setting

    runtime = opened(context)
    chosen = runtime.profiles.get(name)
    save_setting(runtime.home.settings_file, "profile", chosen.name)
    runtime.forget_profile(chosen.name)
    _print(runtime, chosen, as_json=as_json)


@commands.command("show")
def show(context: typer.Context, name: ProfileName = None, as_json: AsJson = False) -> None:
    """Show one profile."""
    runtime = opened(context)
    _print(runtime, runtime.profiles.get(name) if name else runtime.profile, as_json=as_json)


@commands.command("set")
def change(
    context: typer.Context,
    assignments: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...")],
    as_json: AsJson = False,
) -> None:
    """Change the active profile, e.g. skills=Python:5,FastAPI,Go:2 roles="Senior Backend" min_pay="120k USD"."""
    from jobcopilot.profiles.values import parse_changes

    runtime = opened(context)
    runtime.profiles.change(runtime.profile.name, parse_changes(assignments))
    score_everything(runtime)
    _print(runtime, runtime.profile, as_json=as_json)


@commands.command("import")
def import_resume(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="PDF, DOCX, text, Markdown or JSON Resume.")],
    as_json: AsJson = False,
) -> None:
    """Read a résumé into the active profile; what you typed yourself stays."""
    from jobcopilot.profiles.importers import read_resume

    runtime = opened(context)
    runtime.profiles.take_over(runtime.profile.name, read_resume(file))
    score_everything(runtime)
    _print(runtime, runtime.profile, as_json=as_json)


@commands.command("delete")
def delete(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a profile with all of its jobs, after a backup; its recordings, which no backup has, go for good."""
    from jobcopilot.runtime.leaving import delete_profile

    runtime = opened(context)
    doomed = runtime.profiles.get(name)
    if doomed.name == runtime.profile.name:
        raise UsageError(
            "The active profile cannot be deleted", name, "Switch first: jobcopilot profile use OTHER"
        )
    if not yes and not sys.stdin.isatty():
        raise UsageError("Deleting a profile has to be confirmed", name, "Say --yes where nobody can answer.")
    if not yes and not typer.confirm(
        f"Delete profile {name} with all of its jobs? A backup is made first, of all but its recordings."
    ):
        raise NotFound("Nothing was deleted")
    saved = delete_profile(runtime, name)
    if as_json:
        print_json(profile_object(doomed, active=False) | {"backup": str(saved)})
    else:
        say(f"Deleted profile {name}. The backup is {saved}")


def _print(runtime: Runtime, profile: ProfileView, *, as_json: bool) -> None:
    document = profile_object(profile, active=profile.name == runtime.profile.name)
    if as_json:
        print_json(document)
        return
    skills = [f"{s.name} ({s.years:g} y)" if s.years is not None else s.name for s in profile.skills]
    pay = f"{profile.minimum_pay:,.0f} {profile.pay_currency or ''} a year" if profile.minimum_pay else None
    for label, value in (
        ("name", profile.name + ("  (active)" if document["active"] else "")),
        ("person", profile.full_name),
        ("aims at", "; ".join(profile.roles)),
        ("seniority", profile.seniority),
        ("years", f"{profile.years:g}" if profile.years is not None else None),
        ("places", "; ".join(profile.places)),
        ("remote", profile.remote),
        ("pay from", pay),
        ("licences", "; ".join(profile.licences)),
        ("skills", ", ".join(skills)),
    ):
        say(f"{label:>9}  {value or '—'}")
