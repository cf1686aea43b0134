"""The company boards over answers that are broken: a row costs itself, an envelope its poll, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcopilot.sources.feed import ChangedShape
from tests.effort import examples
from tests.hostile import HOSTILE
from tests.unit.recorded_boards import (
    BOARDS,
    LISTS,
    REMOVED,
    VALUES,
    changed_at,
    check,
    detailed,
    is_safe,
    raw,
    read,
    recorded,
    rows,
    variants,
)  # fmt: skip

NEEDED = [(name, key) for name, key in LISTS.items() if key] + [("smartrecruiters", "totalFound")]


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
@pytest.mark.parametrize("name", LISTS)
def test_a_row_with_any_field_broken_is_kept_or_rejected_with_a_reason(name: str, value: Any) -> None:
    body = recorded(name)
    whole = rows(name, body)[0]
    broken = [changed_at(whole, path, value) for path in variants(whole)]
    assert len(broken) > 10
    for row in broken:
        rows(name, body)[:] = [row]
        page = read(name, body)
        assert len(page.found) + len(page.rejected) == 1
        assert all(one.reason and one.row == 1 for one in page.rejected)
        for found in page.found:
            check(found)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("row", [None, 1, "x", [], True])
def test_a_row_that_is_no_object_is_rejected_and_the_others_are_kept(name: str, row: Any) -> None:
    body = recorded(name)
    before = read(name, body)
    rows(name, body).append(row)
    after = read(name, body)
    assert after.found == before.found
    assert [one.row for one in after.rejected] == [len(rows(name, body))]


@pytest.mark.parametrize("put", [REMOVED, None, "text", 1.5, True, {"a": 1}, "renamed"])
@pytest.mark.parametrize(("name", "key"), NEEDED)
def test_an_envelope_without_its_postings_is_another_shape(name: str, key: str, put: Any) -> None:
    body = recorded(name)
    if put == "renamed":
        body[f"{key}_v2"] = body.pop(key)
    else:
        body = changed_at(body, (key,), put)
    with pytest.raises(ChangedShape) as wrong:
        read(name, body)
    assert BOARDS[name][0].title in wrong.value.title


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
@pytest.mark.parametrize("name", [name for name, key in LISTS.items() if key])
def test_what_else_an_envelope_says_costs_no_posting(name: str, value: Any) -> None:
    body = recorded(name)
    keys = [one.key for one in read(name, body).found]
    for key in [key for key in body if (name, key) not in NEEDED]:
        assert [one.key for one in read(name, changed_at(body, (key,), value)).found] == keys


WRONG = {
    "an error page": b"<!DOCTYPE html><html><head><title>502</title></head><body>Bad gateway</body></html>",
    "a page of another kind": b"\xef\xbb\xbf\n <html><p>Please enable JavaScript</p></html>",
    "nothing": b"",
    "blanks": b" \r\n\t ",
    "plain text": b"Service unavailable",
    "null": b"null",
    "a number": b"12",
    "a truth value": b"true",
    "a text": b'"jobs"',
    "an error": b'{"ok": false, "error": "Document not found"}',
    "a list of lists in a list": b"[" * 5 + b"]" * 4,
    "deep nesting": b"[" * 200_000,
    "a number too long to read": b'{"jobs": ' + b"9" * 10_000 + b"}",
    "another XML": b'<?xml version="1.0"?><rss><channel/></rss>',
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("name", BOARDS)
def test_what_is_no_answer_of_the_feed_is_another_shape(name: str, content: bytes) -> None:
    with pytest.raises(ChangedShape) as wrong:
        read(name, content)
    assert BOARDS[name][0].title in wrong.value.title
    assert is_safe(str(wrong.value))


@pytest.mark.parametrize("name", BOARDS)
def test_an_answer_cut_off_anywhere_is_another_shape(name: str) -> None:
    content = raw(name).rstrip()
    for part in range(1, 40):
        with pytest.raises(ChangedShape):
            read(name, content[: len(content) * part // 40])
    with pytest.raises(ChangedShape):
        read(name, content[:-1])


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_detail_with_any_field_broken_is_read_or_another_shape(value: Any) -> None:
    body = json.loads(raw("smartrecruiters-detail-constructed"))
    read_ones = 0
    for path in variants(body):
        try:
            check(detailed(changed_at(body, path, value)))
        except ChangedShape as wrong:
            assert "SmartRecruiters" in wrong.title  # noqa: PT017 - both ways are right
            continue
        read_ones += 1
    assert read_ones > 10


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(list(HOSTILE.values())[:-2]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
QUIET = settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", LISTS)
def test_any_json_at_all_is_read_or_another_shape(name: str) -> None:
    fields = dict.fromkeys(rows(name, recorded(name))[0], JSON)
    row = st.fixed_dictionaries({}, optional=fields) | JSON
    enveloped: Callable[[list[Any]], Any] = lambda some: (  # noqa: E731
        {**recorded(name), LISTS[name]: some} if LISTS[name] else some
    )

    @QUIET
    @given(st.lists(row, max_size=3).map(enveloped) | JSON)
    def reads(body: Any) -> None:
        try:
            page = read(name, body)
        except ChangedShape:
            return
        for found in page.found:
            check(found)

    reads()
