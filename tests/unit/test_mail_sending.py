"""Sending over a real SMTP server on loopback: what it takes is right, and no fault sends twice or loses anything."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobcopilot.interviews.values import FieldError
from jobcopilot.mail.messages import Mail, Party, built, new_message_id, on_the_wire
from jobcopilot.mail.sending import Later, Patience, Refused, Server, TakenBack, Uncertain, send, try_out
from tests.fakes.mail_server import PASSWORD, USER, MailServer
from tests.hostile import HOSTILE

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA = Party("Ada Lovelace", "ada@example.com")
SHORT = Patience(answer=2, data=1, whole=20)


def mail(
    name: str = "Grace Hopper", address: str = "grace@acme.example", subject: str = "Thanks", body: str = "Hi"
) -> EmailMessage:
    return built(Mail(ADA, Party(name, address), subject, body, new_message_id("ada@example.com"), NOW))


@pytest.fixture(params=["starttls", "tls"])
def server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    with MailServer(security=request.param) as server:
        yield server


@pytest.fixture
def plain_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def to(
    server: MailServer, message: EmailMessage | None = None, password: str = PASSWORD, **given: object
) -> None:
    send(
        Server("localhost", server.port, server.security, USER),  # type: ignore[arg-type]
        password,
        message or mail(),
        **{"leaving": lambda: True, "context": server.context, "patience": SHORT, **given},  # type: ignore[arg-type]
    )


# --- what arrives -------------------------------------------------------------------------------------------------


def test_a_letter_arrives_whole_and_encrypted(server: MailServer) -> None:
    body = "Hi Grace,\n\n.one point\n..two points\nÜnïcode ✓ 李雷 " + "long " * 300 + "end\n\nFrom me\n.\nend"
    to(server, mail("Grace „Amazing“ Hopper, PhD", subject="Dánke für ✓ 李雷 " * 8, body=body))
    ((envelope, got),) = server.taken
    assert isinstance(envelope.content, bytes)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("ada@example.com", ["grace@acme.example"])
    assert got["To"].addresses[0].display_name == "Grace „Amazing“ Hopper, PhD"
    assert got["Subject"] == ("Dánke für ✓ 李雷 " * 8).strip()
    assert got["Date"].datetime == NOW
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == body + "\n"
    assert "<p>Hi Grace,</p>" in html.get_content()
    assert max(len(line) for line in envelope.content.split(b"\r\n")) <= 998
    assert envelope.content.count(b"\n") == envelope.content.count(b"\r\n")
    assert socket.gethostname().encode() not in envelope.content or socket.gethostname() == "localhost"


def test_html_is_escaped_by_itself() -> None:
    html = mail(subject="<b>&", body="<script>alert('x')</script> & {{ 7*7 }}").get_body(("html",))
    assert html is not None
    content = html.get_content()
    assert "<script>" not in content
    assert "&lt;script&gt;" in content
    assert "{{ 7*7 }}" in content
    assert "<title>&lt;b&gt;&amp;</title>" in content


@given(st.one_of(st.sampled_from(list(HOSTILE.values())), st.text(max_size=200)))
@settings(max_examples=150, deadline=None)
def test_no_name_or_subject_breaks_out_of_its_header(words: str) -> None:
    message = mail(words, subject=words, body=words)
    head = on_the_wire(message).partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert names == [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"MIME-Version", b"Content-Type"]
    assert [one.addr_spec for one in message["To"].addresses] == ["grace@acme.example"]
    assert b"\r\n.\r\n" not in on_the_wire(message)[:-5]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "grace",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "a b@c.example",
        "a@b@c.example",
        "<a@b.example>",
        "a@b..example",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(FieldError):
        mail(address=address)


def test_message_ids_tell_nothing_of_the_machine() -> None:
    ids = {new_message_id("ada@example.com") for _ in range(50)}
    assert len(ids) == 50
    assert all(one.endswith("@example.com>") for one in ids)


# --- faults -------------------------------------------------------------------------------------------------------


def test_a_refused_recipient_is_refused_for_good(server: MailServer) -> None:
    server.rcpt = lambda _address: "550 5.1.1 no such \x1b[31muser"
    with pytest.raises(Refused, match=r"550 5\.1\.1 no such user"):
        to(server)
    assert server.taken == []


def test_greylisting_and_a_busy_server_are_tried_later(server: MailServer) -> None:
    server.rcpt = lambda _address: "450 4.7.1 greylisted"
    with pytest.raises(Later, match="greylisted"):
        to(server)
    server.rcpt = lambda _address: None
    server.data = lambda: "452 4.3.1 disk full"
    with pytest.raises(Later, match="disk full"):
        to(server)
    server.data = lambda: "554 5.7.1 spam"
    with pytest.raises(Refused, match="spam"):
        to(server)
    assert server.taken == []


def test_a_connection_that_drops_after_data_leaves_it_open(server: MailServer) -> None:
    server.drop = lambda: True
    with pytest.raises(Uncertain, match="after the letter was handed over"):
        to(server)
    assert len(server.taken) == 1


def test_no_answer_after_data_leaves_it_open(plain_server: MailServer) -> None:
    plain_server.hold.clear()
    with pytest.raises(Uncertain, match="took too long"):
        to(plain_server)
    assert len(plain_server.taken) == 1


@pytest.mark.parametrize("answer", ["hello there", "999 what"])
def test_an_answer_after_data_that_nobody_understands_leaves_it_open(
    plain_server: MailServer, answer: str
) -> None:
    plain_server.data = lambda: answer
    with pytest.raises(Uncertain, match="cannot be understood"):
        to(plain_server)


def test_every_answer_that_begins_with_two_is_a_yes(plain_server: MailServer) -> None:
    plain_server.data = lambda: "252 taken, and looked after"
    to(plain_server)


def test_what_is_taken_back_at_the_last_moment_does_not_leave(server: MailServer) -> None:
    with pytest.raises(TakenBack):
        to(server, leaving=lambda: False)
    assert server.taken == []


def test_the_mark_is_written_before_anything_is_handed_over(server: MailServer) -> None:
    seen: list[int] = []

    def leaving() -> bool:
        seen.append(len(server.taken))
        return True

    to(server, leaving=leaving)
    assert (seen, len(server.taken)) == ([0], 1)


def test_a_wrong_password_is_told_without_it(server: MailServer) -> None:
    with pytest.raises(Refused, match="does not let you sign in") as refused:
        to(server, password="s3cret-wrong")
    assert "s3cret" not in str(refused.value)


def test_a_strangers_certificate_sends_nothing_and_no_password(server: MailServer) -> None:
    said = threading.Event()
    server._authenticate = lambda *_: said.set()  # type: ignore[method-assign,assignment]
    with pytest.raises(Refused, match="certificate is not one to trust"):
        to(server, context=None)
    assert not said.is_set()
    assert server.taken == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_for_another_name_sends_nothing(security: str) -> None:
    with MailServer(security=security, names=("mail.elsewhere.example",)) as server:
        with pytest.raises(Refused, match="not valid for 'localhost'"):
            to(server)
        assert server.taken == []


def test_a_server_without_encryption_gets_nothing() -> None:
    with MailServer(security="none", sign_in=False) as server:
        starttls = Server("localhost", server.port, "starttls")
        with pytest.raises(Refused, match="offers no encryption"):
            send(starttls, "", mail(), leaving=lambda: True, patience=SHORT)
        assert server.taken == []
        send(Server("localhost", server.port, "none"), "", mail(), leaving=lambda: True, patience=SHORT)
        assert len(server.taken) == 1
    with pytest.raises(Refused, match="never sent without encryption"):
        send(Server("mail.example", 25, "none"), "", mail(), leaving=lambda: True, patience=SHORT)


def test_no_server_is_tried_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Later, match="did not answer"):
            send(
                Server("127.0.0.1", taken.getsockname()[1], "tls"),
                "",
                mail(),
                leaving=lambda: True,
                patience=SHORT,
            )
    with pytest.raises(Later, match="no such server"):
        send(Server("nowhere.invalid", 465, "tls"), "", mail(), leaving=lambda: True, patience=SHORT)


def test_a_server_that_never_says_a_word_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(Later, match="took too long"):
            send(Server("127.0.0.1", port), "", mail(), leaving=lambda: True, patience=Patience(0.2, 0.2, 5))


def test_a_server_that_drips_is_hung_up_on() -> None:
    ended = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"220 here\r\n")
            connection.recv(100)
            while not ended.wait(0.05):
                try:
                    connection.sendall(b"250-x\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        try:
            with pytest.raises(Later):
                send(
                    Server("127.0.0.1", listening.getsockname()[1], "none"),
                    "", mail(), leaving=lambda: True, patience=Patience(5, 5, 0.4),
                )  # fmt: skip
        finally:
            ended.set()
            thread.join(10)


def test_trying_out_signs_in_and_sends_nothing(server: MailServer) -> None:
    where = Server("localhost", server.port, server.security, USER)  # type: ignore[arg-type]
    assert try_out(where, PASSWORD, context=server.context, patience=SHORT)
    with pytest.raises(Refused):
        try_out(where, "wrong", context=server.context, patience=SHORT)
    assert server.taken == []


def test_nothing_of_a_letter_or_password_reaches_the_log(
    plain_server: MailServer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level("DEBUG", logger="jobcopilot"):
        plain_server.data = lambda: "554 no"
        with pytest.raises(Refused):
            to(plain_server, mail(body="private words"))
    said = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("jobcopilot"))
    assert "private words" not in said
    assert PASSWORD not in said
