"""`jobcopilot demo`: the app on sample data, in a home that is thrown away."""

from __future__ import annotations

import tempfile

import typer

from jobcopilot.cli.opening import OPEN_APP
from jobcopilot.logs import stop_logging
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime


def demo(context: typer.Context) -> None:
    """Open the app on sample postings; nothing of it is kept."""
    from jobcopilot.cli.sample_market import fill_market
    from jobcopilot.settings import save_setting

    # On Windows an open file cannot be removed; a rest in the temporary folder is better than a traceback.
    with tempfile.TemporaryDirectory(prefix="jobcopilot-demo-", ignore_cleanup_errors=True) as folder:
        runtime = Runtime(find_home(folder))
        save_setting(runtime.home.settings_file, "onboarded", True)
        fill_with_samples(runtime)
        fill_market(runtime)
        runtime.close()
        code = context.meta[OPEN_APP](folder, None)
        stop_logging()
    raise typer.Exit(code)


def fill_with_samples(runtime: Runtime) -> None:
    """Give a fresh home the sample person, the sample postings and their interviews."""
    from jobcopilot.cli.sample_interviews import book_samples
    from jobcopilot.jobs.samples import SAMPLE_LIMITS, SAMPLE_PERSON, take_in_samples

    runtime.open()
    name = runtime.profile.name
    runtime.profiles.take_over(name, SAMPLE_PERSON)
    runtime.profiles.change(name, SAMPLE_LIMITS)
    runtime.forget_profile()
    take_in_samples(runtime.intake, runtime.clock)
    book_samples(runtime)
