"""Personio's file: what it says, and the XML that is not read."""

from __future__ import annotations

import html

import pytest

from jobcopilot.sources.feed import ChangedShape
from tests.hostile import HOSTILE
from tests.unit.recorded_boards import check, raw, read

PERSONIO = raw("personio").decode()
CONSTRUCTED = raw("personio-constructed").decode()
FIELDS = (
    "id",
    "name",
    "office",
    "department",
    "recruitingCategory",
    "jobDescriptions",
    "createdAt",
    "keywords",
)


def board(text: str) -> str:
    return f"<workzag-jobs>{text}</workzag-jobs>"


def position(**fields: str) -> str:
    """Return a position; values are XML."""
    usual = {"id": "1", "name": "Cook", "office": "Hamburg"} | fields
    return "<position>" + "".join(f"<{name}>{text}</{name}>" for name, text in usual.items()) + "</position>"


def described(value: str) -> str:
    return position(
        jobDescriptions=f"<jobDescription><name>Tasks</name><value>{value}</value></jobDescription>"
    )


def test_a_position_that_stands_there_twice_is_one_with_all_its_places() -> None:
    page = read("personio", board(position() + position(office="Kiel") + position(id="2")).encode())
    assert [(one.key, one.places, one.draft.place) for one in page.found] == [
        ("1", ("Hamburg", "Kiel"), "Hamburg; Kiel"),
        ("2", ("Hamburg",), "Hamburg"),
    ]


def test_an_empty_board_is_empty_and_not_another_shape() -> None:
    for text in (
        "<workzag-jobs/>",
        "<workzag-jobs>\n</workzag-jobs>",
        '<?xml version="1.0"?><workzag-jobs/>',
    ):
        page = read("personio", text.encode())
        assert (page.found, page.rejected) == ((), ())


@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_text_as_character_data_or_escaped_reads_the_same(times: int) -> None:
    text = "<p>We build <b>bridges</b> &amp; roads.</p><ul><li>One</li></ul>"
    value = f"<![CDATA[{text}]]>"
    if times:
        for _ in range(times):
            text = html.escape(text)
        value = text
    found = read("personio", board(described(value)).encode()).found
    assert found[0].draft.description == "**Tasks**\n\nWe build **bridges** & roads.\n\n- One"


def test_a_description_may_quote_a_declaration() -> None:
    text = read("personio", CONSTRUCTED.encode()).found[0].draft.description
    assert text.endswith("**Your profile**\n\nYou like jokes.")


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
REFUSED = {
    "entities that grow": f'<!DOCTYPE x [<!ENTITY a0 "ha">{BOMB}]>' + board(position(name="&a9;")),
    "a file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + board(position(name="&f;")),
    "a request": '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + board(position()),
    "after a comment": "<?xml version='1.0'?><!-- <a> --><?x y?>\n<!DOCTYPE x>" + board(position()),
    "in small letters": "<!doctype x>" + board(position()),
    "another root": "<jobs>" + position() + "</jobs>",
    "renamed positions": board(position().replace("position", "job")),
    "an unknown entity": board(position(name="&nbsp;x")),
    "two roots": board(position()) + board(position()),
    "a page": "<html><body><p>Not found</p></body></html>",
    "a comment without an end": "<!-- " + "<!--" * 100_000,
    "an instruction without an end": "<?x " * 100_000,
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_declarations_and_other_documents_are_not_read(text: str, encoding: str) -> None:
    with pytest.raises(ChangedShape, match="Personio answered in a shape that is not known"):
        read("personio", text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "latin-1"])
def test_any_encoding_is_read_whatever_the_file_claims(encoding: str) -> None:
    text = '<?xml version="1.0" encoding="ascii"?>' + board(
        position(name="Köchin", office="Düsseldorf am Rhein")
    )
    found = read("personio", text.encode(encoding)).found
    assert (found[0].draft.title, found[0].places) == ("Köchin", ("Düsseldorf am Rhein",))


VALUES = {
    "nothing": "",
    "elements": "<a><b>x</b></a>",
    "a comment": "<!-- x -->",
    "very long": "long &lt;b&gt; word " * 20_000,
    "deep": "<a>" * 5_000 + "</a>" * 5_000,
    "a number": "-1",
    **{name: f"<![CDATA[{text}]]>" for name, text in HOSTILE.items() if name != "lone surrogate"},
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_position_with_any_field_broken_is_kept_or_rejected_with_a_reason(value: str) -> None:
    for field in FIELDS:
        page = read("personio", board(position(**{field: value})).encode())
        assert len(page.found) + len(page.rejected) == 1
        for found in page.found:
            check(found)
        assert all(one.reason and one.row == 1 for one in page.rejected)
    check(read("personio", board(described(value)).encode()).found[0])


def test_a_position_without_a_field_is_kept_or_rejected_with_a_reason() -> None:
    kept = {}
    for field in FIELDS:
        text = PERSONIO.replace(f"<{field}>", f"<x-{field}>").replace(f"</{field}>", f"</x-{field}>")
        page = read("personio", text.encode())
        kept[field] = len(page.found)
        assert len(page.found) or {one.reason for one in page.rejected} == {
            f"no {field}".replace("name", "title")
        }
    assert kept == {**dict.fromkeys(FIELDS, 1), "id": 0, "name": 0}
