"""HTML, escaped or not, into Markdown that reads well in a terminal: headings, lists, links, bold, nothing else.

Own code because markdownify takes nine times as long for a posting (16 ms against 1.8 ms for 13 KB) and recurses
into nested elements until the stack ends; selectolax parses, and the walk here keeps its own stack.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from jobcopilot.text import TEXT_LIMIT, clean_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_TAG: Final = re.compile(
    r"</?(?:p|div|br|ul|ol|li|h[1-6]|span|strong|em|b|i|u|a|table|tr|td|th|tbody|section|article|header|footer|main|"
    r"html|body|head|script|style|font|hr|blockquote|pre|code|img|dl|dt|dd|iframe|title|meta|link|form)\b[^<>]*/?>",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_SPACES: Final = re.compile(r"[\s\xa0]+")
_BULLET: Final = re.compile(r"^[ \t]*[•●▪◦‣∙○■□►➢➤✓✔·][ \t\xa0]*", re.MULTILINE)
_LONG_RUN: Final = " " * 200
_BLANKS: Final = re.compile(r"[ \t\xa0]{200,}")
_ANY_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_HTML_LIMIT: Final = 10 * TEXT_LIMIT


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_HIDDEN: Final = _tags(
    "script style noscript template iframe svg math head title object embed canvas audio video select button textarea "
    "input img meta link nav"
)
_BLOCKS: Final = _tags(
    "p div section article header footer main aside blockquote pre table tbody thead ul ol dl dt dd address figure "
    "figcaption form fieldset hr center details summary tr"
)
_MARKS: Final = _tags("a b big code em font i nobr s small strike strong tt u")
_CLOSED_BY_THEMSELVES: Final = _tags(
    "p li dt dd tr td th thead tbody tfoot option optgroup br hr img input meta link area base col embed source track "
    "wbr"
)
_USUAL_TAGS: Final = 1500
_TAGS: Final = re.compile(r"<[^<>]{0,2000}>")
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}


def looks_like_html(text: str) -> bool:
    """Tell whether a text holds tags; a mere `<` in prose is none."""
    return "<" in text and _TAG.search(text) is not None


def readable(raw: str, limit: int = TEXT_LIMIT) -> str:
    """Return safe Markdown of a text that may be HTML, HTML escaped once or twice (Greenhouse), or plain."""
    text = raw[:_HTML_LIMIT]
    if _LONG_RUN in text or text.count("\t") > 100:
        # Long runs of blanks say nothing, and cost a reader the square of their length.
        text = _BLANKS.sub("  ", text)
    if "<" not in text and "&" not in text:
        return clean_text(text, limit)
    for _ in range(3):
        if looks_like_html(text):
            text = _converted(text, limit)
        if not _ENTITY.search(text):
            break
        text = html.unescape(text) if "&lt;" in text else _ENTITY.sub(_plain, text)
    return clean_text(text, limit)


def _plain(entity: re.Match[str]) -> str:
    """Return what an entity stands for; in prose an ampersand without its semicolon is an ampersand."""
    return html.unescape(entity[0])


def html_to_markdown(source: str, limit: int = TEXT_LIMIT) -> str:
    """Return the visible text of HTML as safe Markdown, at most `limit` characters."""
    return clean_text(_converted(source[:_HTML_LIMIT], limit), limit)


def is_absurd(source: str) -> bool:
    """Tell whether HTML would grow beyond measure when parsed: a thousand levels deep, or every open mark repeated.

    The standard makes a parser look through all open elements at each tag, and open all marks (`<b>`) again in each
    block, so that a small page can cost minutes and gigabytes.
    """
    if source.count("<") < _USUAL_TAGS:
        return False
    depth = marks = elements = 0
    for closing, written in _ANY_TAG.findall(source):
        name = written.lower()
        step = -1 if closing else 1
        if name in _MARKS:
            marks = max(0, marks + step)
        elif name not in _CLOSED_BY_THEMSELVES:
            depth = max(0, depth + step)
        if not closing:
            elements += 1 + marks
        if depth > 1000 or marks > 1000 or elements > 1_000_000:
            return True
    return False


def _converted(source: str, limit: int) -> str:
    """Walk the parsed HTML once; leaving an element is an entry of its own on the stack."""
    from selectolax.lexbor import LexborHTMLParser

    if is_absurd(source):
        return " ".join(_TAGS.sub(" ", source).split())
    body = LexborHTMLParser(source.replace("\x00", "")).body
    if body is None:
        return ""
    writer = _Writer()
    stack: list[tuple[LexborNode, bool]] = [(body, False)]
    while stack and writer.length < limit:
        node, leaving = stack.pop()
        if leaving:
            writer.leave(node.tag or "")
            continue
        if node.is_text_node:
            writer.text(node.text_content or "")
            continue
        tag = node.tag or ""
        if tag in _HIDDEN or not node.is_element_node or "hidden" in (attributes := node.attributes):
            continue
        writer.enter(tag, attributes.get("href") or "")
        stack.append((node, True))
        child = node.last_child
        while child is not None:
            stack.append((child, False))
            child = child.prev
    return _BULLET.sub("- ", writer.result())


class _Writer:
    """Collects text with the breaks, bullets and marks that the elements around it ask for."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._breaks = 0
        self._space = False
        self._prefix = ""
        self._lists: list[int | None] = []
        self._bold_depth = 0
        self._bold_open = False
        self._links: list[tuple[int, str]] = []
        self._pre = 0
        self._heading = False
        self.length = 0

    def enter(self, tag: str, href: str) -> None:
        """Begin an element."""
        if tag in ("strong", "b"):
            self._bold_depth += 1
        elif tag == "a":
            self._links.append((-1, href))
        elif tag == "br":
            self._break(2)
        elif tag in ("td", "th"):
            self._space = True
        elif tag == "li":
            self._begin_item()
        elif tag in _HEADINGS:
            self._break(2)
            self._prefix = "#" * _HEADINGS[tag] + " "
            self._heading = True
        elif tag in _BLOCKS:
            self._break(1 if self._lists else 2)
            if tag in ("ul", "ol"):
                self._lists.append(0 if tag == "ol" else None)
            self._pre += tag == "pre"

    def leave(self, tag: str) -> None:
        """End an element."""
        if tag in ("strong", "b"):
            self._bold_depth = max(0, self._bold_depth - 1)
            if not self._bold_depth:
                self._close_bold()
        elif tag == "a":
            self._end_link()
        elif tag in _HEADINGS:
            self._break(2)
            self._prefix = ""
            self._heading = False
        elif tag == "li":
            self._break(1)
        elif tag in _BLOCKS:
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()
            self._pre -= tag == "pre"
            self._break(1 if self._lists else 2)

    def text(self, raw: str) -> None:
        """Add text, its white space made single."""
        if self._pre:
            for number, line in enumerate(raw.split("\n")):
                if number:
                    self._break(1)
                self._words(line)
        else:
            self._words(raw)

    def result(self) -> str:
        """Return all that was written."""
        self._close_bold()
        return "".join(self._out)

    def _words(self, raw: str) -> None:
        words = _SPACES.sub(" ", raw)
        if not words or words == " ":
            self._space = self._space or bool(words)
            return
        self._flush(spaced=words[0] == " ")
        if self._bold_depth and not self._bold_open and not self._heading:
            if self._out and self._out[-1] == "**":
                self._out.pop()
            else:
                self._put("**")
            self._bold_open = True
        if self._links and self._links[-1][0] < 0:
            self._links[-1] = (len(self._out), self._links[-1][1])
        self._put(words.strip())
        self._space = words[-1] == " "

    def _flush(self, *, spaced: bool) -> None:
        """Write the break or the space that the next words need before them."""
        if self._breaks and self._out:
            self._put("\n" * self._breaks)
        elif (self._space or spaced) and self._out and not self._prefix:
            self._put(" ")
        if self._prefix:
            self._put(self._prefix)
            self._prefix = ""
        self._breaks, self._space = 0, False

    def _put(self, text: str) -> None:
        self._out.append(text)
        self.length += len(text)

    def _break(self, lines: int) -> None:
        self._close_bold()
        if not self._prefix:
            # A paragraph inside a bullet begins on the bullet's line.
            self._breaks = max(self._breaks, lines)

    def _begin_item(self) -> None:
        self._prefix = ""
        self._break(1)
        number = self._lists[-1] if self._lists else None
        mark = "- "
        if number is not None:
            self._lists[-1] = number + 1
            mark = f"{number + 1}. "
        self._prefix = "  " * min(max(len(self._lists) - 1, 0), 6) + mark

    def _close_bold(self) -> None:
        if self._bold_open:
            self._put("**")
            self._bold_open = False

    def _end_link(self) -> None:
        """Turn what was written since the link began into a Markdown link, where it leads somewhere else."""
        if not self._links:
            return
        start, href = self._links.pop()
        if (
            start < 0
            or not href.startswith(("http://", "https://"))
            or len(href) > 500
            or re.search(r"[\s()<>]", href)
        ):
            return
        self._close_bold()
        label = "".join(part for part in self._out[start:] if part != "**")
        if any(mark in label for mark in ("\n", "[", "]", "*", "://", "www.")):
            return
        if start and self._out[start - 1] == "**":
            start -= 1
        self._out[start:] = [f"[{label}]({href})"]
        self.length += len(href)
