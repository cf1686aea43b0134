"""A posting's Markdown as lines: headings, lists, emphasis, quotes, code, tables; HTML and the rest stay plain text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from jobcopilot.tui.widgets.paper import Paper, Run


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # No HTML, no images, no indented code: postings are indented by accident, and markup in them is text.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 60})
    return parser.disable(["code", "html_block", "html_inline", "image"]).enable("table")


def write_markdown(text: str, paper: Paper) -> None:
    """Write Markdown onto paper. A line break in a paragraph stays one, since postings are often plain text."""
    before = len(paper.lines)
    _Writer(paper).write(_parser().parse(text))
    if len(paper.lines) == before and text.strip():
        # Nested deeper than the parser follows: shown as it stands rather than not at all.
        paper.text(text)


class _Writer:
    """One walk over the parser's tokens."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.lists: list[int | None] = []
        """For each open list the next number, None for bullets."""
        self.marker = ""
        """What stands before the next line: a bullet or a number."""
        self.quotes = 0
        self.cells: list[str] = []

    def write(self, tokens: list[Token]) -> None:
        for at, token in enumerate(tokens):
            if token.type == "inline":
                self._inline(token, tokens[at - 1])
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                if not self.lists:
                    self.paper.blank()
                self.lists.append(None if token.type[0] == "b" else int(token.attrGet("start") or 1))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
                if not self.lists:
                    self.paper.blank()
            elif token.type == "list_item_open":
                number = self.lists[-1]
                self.marker = "• " if number is None else f"{number}. "
                if number is not None:
                    self.lists[-1] = number + 1
            elif token.type == "fence":
                self.paper.blank()
                self.paper.text(
                    token.content.rstrip("\n"), self.paper.style(self.paper.palette.secondary), "  "
                )
                self.paper.blank()
            else:
                self._block(token)

    def _block(self, token: Token) -> None:
        if token.type == "hr":
            self.paper.blank()
            self.paper.text("─" * min(self.paper.width, 24), self.paper.style(self.paper.palette.line))
            self.paper.blank()
        elif token.type == "blockquote_open":
            self.quotes += 1
        elif token.type == "blockquote_close":
            self.quotes -= 1
        elif token.type == "tr_open":
            self.cells = []
        elif token.type == "tr_close":
            self.paper.text("  ·  ".join(self.cells))
        elif token.type == "paragraph_close" and not self.lists:
            self.paper.blank()

    def _inline(self, token: Token, opening: Token) -> None:
        if opening.type in ("th_open", "td_open"):
            self.cells.append(
                "".join(text for line in self._lines(token, self.paper.plain) for text, _ in line)
            )
            return
        heading = opening.type == "heading_open"
        if heading:
            self.paper.blank()
        base = self.paper.style(self.paper.palette.foreground, bold=True) if heading else self.paper.plain
        indent = "│ " * self.quotes + "  " * max(len(self.lists) - 1, 0)
        # However deep it is nested, half of the width is left for words.
        indent = indent[: self.paper.width // 2]
        first = indent + self.marker
        rest = indent + " " * len(self.marker or ("  " if self.lists else ""))
        self.marker = ""
        for runs in self._lines(token, base):
            self.paper.write(runs, first, rest)
            first = rest

    def _lines(self, token: Token, base: Style) -> list[list[Run]]:
        lines: list[list[Run]] = [[]]
        styles = [base]
        address = ""
        for child in token.children or []:
            if child.type == "strong_open":
                styles.append(styles[-1] + Style(bold=True))
            elif child.type == "em_open":
                styles.append(styles[-1] + Style(italic=True))
            elif child.type == "link_open":
                # Shown, never followed: only `o` opens the posting's own address.
                address = str(child.attrGet("href") or "")
                styles.append(styles[-1] + Style(underline=True))
            elif child.type == "link_close":
                styles.pop()
                shown = "".join(text for text, _ in lines[-1])
                if address and address not in shown:
                    lines[-1].append((f" ({address})", self.paper.quiet))
            elif child.type.endswith("_close"):
                styles.pop()
            elif child.type in ("softbreak", "hardbreak"):
                lines.append([])
            elif child.type == "code_inline":
                lines[-1].append((child.content, self.paper.style(self.paper.palette.secondary)))
            else:
                lines[-1].append((child.content, styles[-1]))
        return lines
