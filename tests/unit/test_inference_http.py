"""A model behind a server: what it says, how it is stopped, and what becomes of servers that misbehave."""

from __future__ import annotations

import threading
import time

import pytest

from jobcopilot.errors import Cancelled
from jobcopilot.inference import http_answer
from jobcopilot.inference.http_api import HttpChoice, HttpModel, host_of, stays_here
from jobcopilot.inference.port import (
    AnswerUnusable,
    Cancel,
    ConsentNeeded,
    Ended,
    ModelCrashed,
    ModelUnreachable,
    Request,
    Turn,
    whole_answer,
)
from jobcopilot.inference.structured import ask
from tests.fakes.model_server import WORDS, ModelServer
from tests.unit.test_inference_shapes import Mark

HELLO = (Turn("system", "You are an interviewer."), Turn("user", "hello"))


def model_of(server: ModelServer, **options: object) -> HttpModel:
    return HttpModel(HttpChoice(url=server.url, **options))  # type: ignore[arg-type]


def answer(model: HttpModel, limit: int = 40, **options: object) -> tuple[str, Ended]:
    return whole_answer(model.stream(Request(HELLO, limit=limit, **options)))  # type: ignore[arg-type]


def test_an_answer_streams_with_its_cost() -> None:
    with ModelServer() as server:
        model = model_of(server)
        text, ended = answer(model)
        assert text == "".join(WORDS)
        assert (ended.finish, ended.usage.prompt_tokens, ended.usage.evaluated_tokens) == ("stop", 40, 10)
        body = server.asked[0]
        assert body["messages"][0] == {"role": "system", "content": "You are an interviewer."}
        assert (body["max_tokens"], body["stream"], body["model"]) == (40, True, "served")
        report = model.report()
        assert (report.name, report.context, report.leaves_machine) == ("served", 4096, False)
        model.close()


def test_a_server_that_does_not_stream_is_heard() -> None:
    with ModelServer("whole") as server:
        assert answer(model_of(server))[0] == "".join(WORDS)


def test_what_a_model_says_to_itself_is_left_out() -> None:
    with ModelServer("thinks") as server:
        assert answer(model_of(server))[0] == "".join(WORDS)


def test_an_empty_answer_is_an_answer() -> None:
    with ModelServer("nothing") as server:
        text, ended = answer(model_of(server))
        assert (text, ended.finish, ended.usage.evaluated_tokens) == ("", "stop", -1)


def test_the_key_goes_along_and_its_lack_is_told() -> None:
    with ModelServer("key") as server:
        with pytest.raises(ModelUnreachable, match="JOBCOPILOT_MODEL__KEY"):
            answer(model_of(server))
        assert answer(model_of(server, key="secret"))[1].finish == "stop"


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("closes", "broke off|closed the connection"),
        ("garbage", "no event"),
        ("odd", "no object"),
        ("fails", "CUDA out of memory"),
        ("line", "a line of more than"),
        ("busy", "503: Loading model"),
        ("unknown", "404: no such model"),
    ],
)
def test_a_server_that_misbehaves_is_told_in_words(way: str, words: str) -> None:
    with ModelServer(way) as server:
        model = model_of(server)
        with pytest.raises(ModelUnreachable, match=words) as told:
            answer(model)
        assert "\x1b" not in str(told.value)
        server.way = "well"
        assert answer(model)[0] == "".join(WORDS)
        model.close()


@pytest.mark.parametrize("way", ["hangs", "mute"])
def test_a_server_that_hangs_is_left_after_the_time_that_is_set(way: str) -> None:
    with ModelServer(way) as server:
        with pytest.raises(ModelUnreachable, match="took too long"):
            answer(model_of(server, silent_seconds=0.2))
        assert server.broken_off.wait(10)


@pytest.mark.parametrize("way", ["hangs", "mute", "slow"])
def test_a_stop_is_obeyed_at_once_and_the_server_notices(way: str) -> None:
    with ModelServer(way) as server:
        model, cancel = model_of(server), Cancel()
        model.report()
        stopped: list[float] = []

        def stop() -> None:
            stopped.append(time.perf_counter())
            cancel.set()

        threading.Timer(0.15, stop).start()
        _, ended = whole_answer(model.stream(Request(HELLO), cancel))
        taken = time.perf_counter() - stopped[0]
        assert ended.finish == "cancelled"
        # A tenth of a second is the promise; a busy machine gets a little more here.
        assert taken < 0.5
        assert server.broken_off.wait(10)
        server.way = "well"
        assert answer(model)[1].finish == "stop"


def test_an_endless_answer_is_bounded() -> None:
    with ModelServer("endless") as server:
        text, ended = answer(model_of(server), limit=50)
        assert ended.finish == "limit"
        assert len(text) <= 50 * 24 + 40
        assert server.broken_off.wait(10)


def test_an_answer_in_circles_is_stopped() -> None:
    with ModelServer("loops") as server:
        text, ended = answer(model_of(server), limit=100_000)
        assert ended.finish == "loop"
        assert len(text) < 1_000


def test_an_answer_has_a_deadline() -> None:
    with ModelServer("slow") as server:
        assert answer(model_of(server), limit=5_000, seconds=0.2)[1].finish == "time"


def test_a_shape_is_asked_for_and_kept() -> None:
    with ModelServer("obeys") as server:
        found = ask(model_of(server), Request(HELLO), Mark)
        assert (found.value.verdict, found.tries, found.repaired) == ("fair", 1, False)
        assert server.asked[0]["response_format"]["json_schema"]["schema"]["required"]


def test_a_server_that_refuses_forms_is_asked_in_words_and_corrected() -> None:
    with ModelServer("refuses") as server:
        model = model_of(server)
        found = ask(model, Request(HELLO), Mark)
        assert (found.value.score, found.tries, found.repaired) == (6, 2, True)
        kinds = [body.get("response_format", {}).get("type") for body in server.asked]
        assert kinds == ["json_schema", "json_object", None, None]
        assert "JSON schema" in server.asked[2]["messages"][-1]["content"]
        assert "score: Field required" in server.asked[3]["messages"][-1]["content"]
        # What it refused is not asked of it again.
        ask(model, Request(HELLO), Mark)
        assert all("response_format" not in body for body in server.asked[4:])


def test_a_form_that_is_ignored_gives_way_to_one_that_is_kept() -> None:
    with ModelServer("ignores") as server:
        found = ask(model_of(server), Request(HELLO), Mark)
        assert found.tries == 2
        assert server.asked[1]["response_format"]["type"] == "json_object"


def test_after_two_retries_the_model_is_given_up() -> None:
    with ModelServer("never") as server:
        with pytest.raises(AnswerUnusable, match="asked 3 times"):
            ask(model_of(server), Request(HELLO), Mark)
        assert len(server.asked) == 3


def test_a_stop_ends_the_asking() -> None:
    with ModelServer("mute") as server:
        cancel = Cancel()

        def stop_once_asked() -> None:
            if server.was_asked.wait(30):
                cancel.set()

        threading.Thread(target=stop_once_asked, daemon=True).start()
        with pytest.raises(Cancelled):
            ask(model_of(server), Request(HELLO), Mark, cancel)
        assert len(server.asked) == 1


def test_reading_ahead_asks_for_one_token() -> None:
    with ModelServer() as server:
        done = model_of(server).prefill(HELLO)
        assert (done.tokens, done.evaluated, done.cancelled) == (40, 10, False)
        assert server.asked[0]["max_tokens"] == 1


def test_closing_ends_a_running_answer() -> None:
    with ModelServer("mute") as server:
        model = model_of(server)
        model.report()
        threading.Timer(0.1, model.close).start()
        with pytest.raises(ModelUnreachable, match="closed"):
            answer(model)
        with pytest.raises(ModelCrashed, match="closed"):
            answer(model)


def test_nobody_at_home_is_told() -> None:
    with ModelServer() as server:
        address = server.url
    with pytest.raises(ModelUnreachable, match="No model server answers"):
        whole_answer(HttpModel(HttpChoice(address)).stream(Request(HELLO)))


def test_another_machine_is_not_asked_without_consent() -> None:
    model = HttpModel(HttpChoice("http://192.0.2.1:8000/v1", connect_seconds=0.1))
    for ask_it in (model.report, lambda: answer(model)):
        with pytest.raises(ConsentNeeded, match=r"192\.0\.2\.1:8000 would see"):
            ask_it()
    # Consent to one host is none to another.
    with pytest.raises(ConsentNeeded):
        HttpModel(HttpChoice("http://192.0.2.1:8000/v1", consent="192.0.2.1:9000")).report()
    agreed = HttpModel(HttpChoice("http://192.0.2.1:8000/v1", consent="192.0.2.1:8000", connect_seconds=0.1))
    with pytest.raises(ModelUnreachable):
        agreed.report()
    assert agreed.prefill(HELLO).evaluated == -1


def test_a_redirect_to_another_machine_is_not_followed() -> None:
    with ModelServer("elsewhere") as server:
        assert answer(model_of(server, model="served"))[1].finish == "stop"
        assert len(server.asked) == 1


def test_no_proxy_hears_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer() as proxy, ModelServer() as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert answer(model_of(server))[1].finish == "stop"
        assert proxy.paths == []


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.0.0.1:8080/v1", True),
        ("http://127.8.8.8/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost.example.com/v1", False),
        ("http://127.0.0.1.example.com/v1", False),
        ("https://api.example.com/v1", False),
        ("http://192.168.1.4:8000/v1", False),
        ("http://0.0.0.0:8000/v1", False),
        ("http://127.0.0.1@example.com/v1", False),
    ],
)
def test_which_addresses_are_this_machine(url: str, here: bool) -> None:
    assert stays_here(url) is here


@pytest.mark.parametrize(
    "url", ["", "ftp://host/v1", "localhost:8080", "http://", "http://host:99999/v1", "file:///etc"]
)
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(ModelUnreachable, match="no address"):
        host_of(url)


@pytest.mark.parametrize("url", ["http://[::1/v1", "http://[not]/v1"])
def test_what_only_looks_like_an_address_is_told(url: str) -> None:
    with pytest.raises(ModelUnreachable, match="no address"):
        host_of(url)
    assert not stays_here(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/v1\x01", "http://exa..mple/v1", f"http://{'a' * 300}/v1"]
)
def test_an_address_that_cannot_be_asked_is_told(url: str) -> None:
    model = HttpModel(HttpChoice(url=url, consent=host_of(url)))
    with pytest.raises(ModelUnreachable, match="No model server answers") as told:
        model.report()
    assert told.value.hint
    assert model.state().phase == "failed"


def test_a_request_that_cannot_be_sent_is_told_at_once() -> None:
    # Half a surrogate pair is no text. Whoever waited for the answer waited for as long as a server may be silent.
    with ModelServer() as server:
        model = model_of(server, silent_seconds=600.0)
        with pytest.raises(ModelUnreachable, match="UnicodeEncodeError"):
            whole_answer(model.stream(Request((Turn("user", "\ud800"),), limit=4)))
        assert answer(model)[1].finish == "stop"


def test_what_a_server_calls_its_model_steers_no_terminal() -> None:
    with ModelServer("rude name") as server:
        model = model_of(server)
        answer(model)
        assert server.asked[0]["model"] == "ser\x1b]0;mine\x07ved\n"
        assert model.state().name == model.report().name == "served"


def test_a_server_that_refused_is_shown_as_failed_until_it_answers() -> None:
    with ModelServer("busy") as server:
        model = model_of(server)
        with pytest.raises(ModelUnreachable):
            answer(model)
        assert (model.state().phase, model.state().why) == ("failed", "Loading model")
        server.way = "well"
        answer(model)
        assert model.state().phase == "ready"


@pytest.mark.parametrize("way", ["endless list", "dripping list"])
def test_a_list_of_models_without_an_end_is_left(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answer, "LIST_SECONDS", 0.5)
    with ModelServer(way) as server:
        model = model_of(server)
        assert model.report().name == "default"
        assert server.broken_off.wait(30)
