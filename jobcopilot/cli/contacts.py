"""`jobcopilot contacts …`: the people met and to be met."""

from __future__ import annotations

from typing import Annotated

import typer

from jobcopilot.cli.interview_shapes import contact_object
from jobcopilot.cli.jobs import opened
from jobcopilot.cli.output import AsJson, print_json, print_table, say
from jobcopilot.errors import UsageError
from jobcopilot.interviews.views import ContactView

commands = typer.Typer(help="People you met or will meet.", no_args_is_help=True, rich_markup_mode=None)

ContactId = Annotated[int, typer.Argument(metavar="ID")]
Title = Annotated[str | None, typer.Option("--title", help="What they do there.")]
Email = Annotated[str | None, typer.Option("--email")]
Phone = Annotated[str | None, typer.Option("--phone")]
LinkedIn = Annotated[str | None, typer.Option("--linkedin", help="Address of the profile.")]
Company = Annotated[str | None, typer.Option("--company")]
JobNumbers = Annotated[
    list[int] | None, typer.Option("--job", help="A job they belong to; may be given again.")
]
Notes = Annotated[str | None, typer.Option("--notes")]


@commands.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument()],
    title: Title = None,
    email: Email = None,
    phone: Phone = None,
    linkedin: LinkedIn = None,
    company: Company = None,
    job: JobNumbers = None,
    notes: Notes = None,
    as_json: AsJson = False,
) -> None:
    """Add a contact."""
    runtime = opened(context)
    given = _given(name, title, email, phone, linkedin, company, job, notes)
    if company is None and job:
        given["company"] = runtime.pages.get(job[0]).row.company
    _print(runtime.contacts.add(given), as_json=as_json)


@commands.command("list")
def list_contacts(
    context: typer.Context,
    company: Company = None,
    job: Annotated[int | None, typer.Option("--job")] = None,
    as_json: AsJson = False,
) -> None:
    """List contacts by name."""
    found = opened(context).interviews.contacts(company=company, job_id=job)
    if as_json:
        print_json({"total": len(found), "contacts": [contact_object(view) for view in found]})
        return
    print_table(
        ("ID", "NAME", "TITLE", "COMPANY", "E-MAIL", "PHONE"),
        [(view.id, view.name, view.title, view.company, view.email, view.phone) for view in found],
    )
    if not found:
        say("No contacts yet. Add one: jobcopilot contacts add NAME --company …")


@commands.command("show")
def show(context: typer.Context, contact_id: ContactId, as_json: AsJson = False) -> None:
    """Show one contact."""
    _print(opened(context).interviews.contact(contact_id), as_json=as_json)


@commands.command("edit")
def edit(
    context: typer.Context,
    contact_id: ContactId,
    name: Annotated[str | None, typer.Option("--name")] = None,
    title: Title = None,
    email: Email = None,
    phone: Phone = None,
    linkedin: LinkedIn = None,
    company: Company = None,
    job: JobNumbers = None,
    notes: Notes = None,
    as_json: AsJson = False,
) -> None:
    """Change a contact; --job replaces the jobs they belong to."""
    given = _given(name, title, email, phone, linkedin, company, job, notes)
    if not given:
        raise UsageError("Nothing to change", hint="See: jobcopilot contacts edit --help")
    _print(opened(context).contacts.edit(contact_id, given), as_json=as_json)


@commands.command("delete")
def delete(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(metavar="ID...")],
    as_json: AsJson = False,
) -> None:
    """Delete contacts; undo brings them back."""
    batch = opened(context).contacts.delete(ids)
    if as_json:
        print_json({"deleted": ids, "batch": batch})
        return
    say(f"Deleted. To bring back: jobcopilot jobs undo {batch}")


def _given(
    name: str | None,
    title: str | None,
    email: str | None,
    phone: str | None,
    linkedin: str | None,
    company: str | None,
    job: list[int] | None,
    notes: str | None,
) -> dict[str, object]:
    given = {
        "name": name,
        "title": title,
        "email": email,
        "phone": phone,
        "linkedin": linkedin,
        "company": company,
        "jobs": job,
        "notes": notes,
    }
    return {field: value for field, value in given.items() if value is not None}


def _print(view: ContactView, *, as_json: bool) -> None:
    if as_json:
        print_json(contact_object(view))
        return
    say(f"Contact {view.id}: {view.name}")
    for label, value in (
        ("title", view.title),
        ("company", view.company),
        ("e-mail", view.email),
        ("phone", view.phone),
        ("linkedin", view.linkedin),
        ("jobs", ", ".join(map(str, view.job_ids))),
        ("met in", ", ".join(map(str, view.round_ids))),
        ("notes", view.notes),
    ):
        if value:
            say(f"{label:>9}  {value}")
