"""A real CalDAV server behind TLS: only a certificate that can be trusted gets the password or an interview."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from jobcopilot.calendars.caldav_calendar import CalDav
from jobcopilot.calendars.connecting import find_calendars
from jobcopilot.calendars.port import Refused
from jobcopilot.calendars.views import AccountView
from tests.fakes.calendar import FakeVault
from tests.fakes.calendar_desk import DAY, copied_pipeline
from tests.fakes.interviews import NOON, Pipeline
from tests.fakes.radicale_server import PASSWORD, USER, Radicale

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts."""
    authority = trustme.CA()
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    return authority


@pytest.fixture
def server(tmp_path: Path, authority: trustme.CA) -> Iterator[Radicale]:
    running = Radicale(tmp_path / "radicale", certificate=authority.issue_cert("127.0.0.1")).start()
    yield running
    running.stop()


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    pipeline = copied_pipeline(tmp_path)
    pipeline.runtime.__dict__["vault"] = FakeVault()
    return pipeline


def shows(server: Radicale, certificate: trustme.LeafCert) -> None:
    server.kill()
    server.show(certificate)
    server.start()


def connected(pipeline: Pipeline, server: Radicale) -> AccountView:
    return pipeline.runtime.calendars.connect(
        "caldav", address=server.address, username=USER, calendar=server.calendar(), secret=PASSWORD
    )


def lay(server: Radicale, name: str = "work") -> None:
    """Make a calendar where the server keeps them."""
    folder = server.folder / "store" / "collection-root" / USER / name
    folder.mkdir(parents=True)
    (folder / ".Radicale.props").write_text('{"tag": "VCALENDAR", "D:displayname": "Work"}')


def test_what_can_be_trusted_is_spoken_with(server: Radicale, pipeline: Pipeline) -> None:
    lay(server)
    (found,) = find_calendars(server.calendar(), USER, PASSWORD)
    assert found.address == server.calendar()
    account = connected(pipeline, server)
    pipeline.runtime.rounds.book(pipeline.job(), {"stage": "Technical", "starts_at": NOON + DAY})
    assert pipeline.runtime.calendar_worker.run(account.id).sent == 1
    assert len(server.files()) == 1
    assert server.asked


@pytest.mark.parametrize("wrong", ["another name", "an unknown authority"])
def test_what_cannot_be_trusted_gets_nothing_and_says_why(
    server: Radicale, authority: trustme.CA, pipeline: Pipeline, wrong: str
) -> None:
    lay(server)
    account = connected(pipeline, server)
    pipeline.runtime.rounds.book(pipeline.job(), {"stage": "Technical", "starts_at": NOON + DAY})
    other = authority.issue_cert("calendar.example.com") if wrong == "another name" else None
    shows(server, other or trustme.CA().issue_cert("127.0.0.1"))
    with pytest.raises(Refused, match="certificate cannot be trusted") as refused:
        find_calendars(server.address, USER, PASSWORD)
    assert "nothing was sent" in refused.value.message
    assert refused.value.hint
    report = pipeline.runtime.calendar_worker.run(account.id, look=True)
    assert (report.state, report.waiting, report.sent) == ("refused", 1, 0)
    assert "certificate cannot be trusted" in report.reason
    assert "jobcopilot calendar sync" in report.hint
    assert server.asked == []
    assert server.files() == {}

    # Once it shows the right one, everything goes on.
    shows(server, authority.issue_cert("127.0.0.1"))
    pipeline.runtime.calendars.retry(account.id)
    assert pipeline.runtime.calendar_worker.run(account.id).sent == 1
    assert len(server.files()) == 1


def test_no_answer_leads_from_an_encrypted_address_to_a_readable_one(
    server: Radicale, tmp_path: Path
) -> None:
    """What the server says of where its calendars lie is not trusted with the password either."""
    readable = Radicale(tmp_path / "readable").start()
    try:
        readable.make_calendar()
        calendar = CalDav(server.calendar(), USER, PASSWORD)
        with pytest.raises(Refused, match="everybody can read"):
            calendar.fetch("uid", readable.calendar() + "uid.ics")
        calendar.close()
    finally:
        readable.stop()
