"""HTML into Markdown that reads well and steers nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.reading.markdown import html_to_markdown, is_absurd, looks_like_html, readable
from jobcopilot.text import clean_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li><p>a</p></li><li>b<ul><li>c</li></ul></li></ul>after", "- a\n- b\n  - c\n\nafter"),
        ("<h2>Who</h2><p>you</p>", "## Who\n\nyou"),
        ("<h2><strong>Who</strong></h2>you", "## Who\n\nyou"),
        ("<p><strong>Note: </strong>text</p>", "**Note:** text"),
        ("<b>a</b><b>b</b>", "**ab**"),
        ("<b>x<p>y</p></b>z", "**x**\n\n**y**\n\nz"),
        ("a<br>b<br/><br>c", "a\n\nb\n\nc"),
        ("<a href='https://a.example/x'>here</a>", "[here](https://a.example/x)"),
        ("<a href='https://a.example/x'>see <b>this</b></a>", "[see this](https://a.example/x)"),
        ("<a href='javascript:alert(1)'>x</a> <a href='https://a.example/a b'>y</a>", "x y"),
        ("<a href='https://a.example'>https://a.example</a>", "https://a.example"),
        ("<p>• one</p><p>· two</p>", "- one\n\n- two"),
        ("a<script>x</script><style>y</style><!-- z --><template>t</template>b", "ab"),
        ("<p hidden>secret</p>shown", "shown"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ("<div><div><div>deep</div></div></div>", "deep"),
        ("<p>R&amp;D &lt;tag&gt;&nbsp;x</p>", "R&D <tag> x"),
        ("&lt;p&gt;a &amp;amp; b&lt;/p&gt;", "a & b"),
        ("&amp;lt;p&amp;gt;hi&amp;lt;/p&amp;gt;", "hi"),
        ("plain &amp; simple, 5 < 6 &copy 7", "plain & simple, 5 < 6 &copy 7"),
        ("AT&T and Q&A", "AT&T and Q&A"),
        ("no markup\n\n\n\nat all  \n", "no markup\n\nat all"),
        ("<p>never closed <b>bold", "never closed **bold**"),
        ("", ""),
    ],
)
def test_what_a_reader_sees(source: str, text: str) -> None:
    assert readable(source) == text


def test_a_tag_is_told_from_prose() -> None:
    assert looks_like_html("a <br/> b")
    assert not looks_like_html("if a < b and c > d, a<b>c".replace("<b>", "< b >"))
    assert not looks_like_html("<T> is a type")


def test_the_limit_holds() -> None:
    assert len(readable("<p>word</p>" * 100_000, 1000)) <= 1000
    assert len(html_to_markdown("<p>word</p>" * 10_000, 50)) <= 50


@pytest.mark.parametrize(
    "source", ["<div>" * 5000, "<b><p>" * 5000, "".join(f"<i id={n}>" for n in range(2000)) + "<p>a" * 900]
)
def test_absurd_html_is_stripped_instead_of_parsed(source: str) -> None:
    assert is_absurd(source)
    assert readable(f"{source}end").endswith("end")


def test_long_but_usual_html_is_parsed() -> None:
    source = "<p>hello <b>you</b></p><ul><li>a<li>b</ul>" * 2000
    assert not is_absurd(source)
    assert readable(source).startswith("hello **you**\n\n- a\n- b\n\nhello")


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<a href='https://x.example'>",
                "</a>",
                "<li>",
                "<ul>",
                "</ul>",
                "<h1>",
                "</h1>",
                "<br>",
                "text",
                " ",
                "&lt;",
                "&amp;",
                "<pre>",
                "\n",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_becomes_safe_text(source: str) -> None:
    text = readable(source)
    assert text == clean_text(text)
