"""The figures of the market as pictures: small SVG files that any browser shows, and that say what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from jobcopilot.tui import market_words as words
from jobcopilot.tui.market_axes import extent, nice_ticks, runs, values_of
from jobcopilot.tui.market_tables import table_of

if TYPE_CHECKING:
    from jobcopilot.market.views import GapRow, TrendPoint
    from jobcopilot.tui.market_data import Figure, Reading

WIDTH, HEIGHT = 840, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 30, 80, 60
_BAR = 26
_BARS = 20
"""As many bars as one looks at."""
_STYLE = (
    "text{font:14px sans-serif;fill:#1d2330}.title{font-size:19px;font-weight:bold}.quiet{fill:#535b6d;font-size:13px}"
    ".line{fill:none;stroke:#1b4db3;stroke-width:2.5}.band{fill:#1b4db3;fill-opacity:.15}.dot{fill:#1b4db3}"
    ".bar{fill:#1b4db3}.axis{stroke:#535b6d}.grid{stroke:#c9cad3;stroke-dasharray:2 4}"
)


def picture_of(figure: Figure, reading: Reading) -> str:
    """Return a figure as an SVG document: title, axes, line and band or bars, and the numbers behind them."""
    table = table_of(figure, reading)
    if figure in ("pay", "postings"):
        body, height = _line(figure, reading), HEIGHT
    else:
        bars = _bars_of(figure, reading)[:_BARS]
        body, height = _bars(bars), _TOP + _BAR * max(len(bars), 1) + 50
    notes = words.basis(reading)
    if figure == "pay":
        notes += f"; exchange rates of {words.short_day(reading.level.rates.on, reading.today)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-label="{_said(table.title)}">\n<style>{_STYLE}</style>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n'
        + _text(20, 34, table.title, "title")
        + _text(20, 58, notes, "quiet")
        + body
        + "</svg>\n"
    )


def _said(text: str) -> str:
    return escape("".join(letter for letter in text if letter.isprintable()))


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    shown = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{shown}>{_said(text)}</text>\n'


def _segment(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>\n'


def _line(figure: Figure, reading: Reading) -> str:
    points, currency = reading.trend.points, reading.level.currency
    of_pay = figure == "pay"
    stretches = runs(points, of_pay=of_pay)
    if not stretches:
        return _text(WIDTH / 2, HEIGHT / 2, "No trend can be drawn over this window.", "quiet", "middle")
    low, high = extent(values_of(stretches, of_pay=of_pay), from_zero=not of_pay)
    ticks = nice_ticks(low, high, 6)
    first, last = points[0].on.toordinal(), points[-1].on.toordinal()

    def across(point: TrendPoint) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (point.on.toordinal() - first) / max(last - first, 1)

    def up(value: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low)

    parts = []
    labels = words.ticks(ticks, currency) if of_pay else [f"{tick:,.0f}" for tick in ticks]
    for tick, label in zip(ticks, labels, strict=True):
        parts.append(_segment(_LEFT, up(tick), WIDTH - _RIGHT, up(tick), "grid"))
        parts.append(_text(_LEFT - 8, up(tick) + 5, label, anchor="end"))
    parts.append(_segment(_LEFT, HEIGHT - _BOTTOM, WIDTH - _RIGHT, HEIGHT - _BOTTOM, "axis"))
    every = max(1, -(-len(points) // 8))
    for point in points[::every]:
        day = words.short_day(point.on, reading.today)
        parts.append(_text(across(point), HEIGHT - _BOTTOM + 22, day, anchor="middle"))
    for run in stretches:
        if of_pay:
            edge = [(across(point), up(point.high)) for point in run if point.high is not None]
            edge += [(across(point), up(point.low)) for point in reversed(run) if point.low is not None]
            parts.append(f'<polygon class="band" points="{_joined(edge)}"/>\n')
        middle = [(across(point), up((point.median or 0.0) if of_pay else point.postings)) for point in run]
        parts.append(f'<polyline class="line" points="{_joined(middle)}"/>\n')
        parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>\n' for x, y in middle]
    said = "line: median; band: half of the postings" if of_pay else "open postings"
    parts.append(_text(WIDTH - _RIGHT, HEIGHT - 14, said, "quiet", "end"))
    return "".join(parts)


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _bars_of(figure: Figure, reading: Reading) -> list[tuple[str, float, str]]:
    """Return name, length and words of each bar."""
    if figure == "skills":
        return [
            (
                one.name + (f" {words.YOURS}" if one.has else ""),
                one.share,
                f"{words.share(one.share)} (n = {one.n:,}) {words.points(one.change)}",
            )
            for one in reading.skills.demands
        ]
    if figure == "gap":
        currency = reading.gap.currency
        return [
            (
                row.skill,
                float(row.more_matching),
                _opened(row, currency),
            )
            for row in reading.gap.rows
        ]
    return [(one.name, float(one.open), f"{one.open:,} open, {one.new:,} new") for one in reading.employers]


def _opened(row: GapRow, currency: str) -> str:
    difference = words.signed_money(row.difference, currency)
    return f"+{row.more_matching:,} postings, {difference} (n = {row.with_pay:,} with pay)"


def _bars(bars: Sequence[tuple[str, float, str]]) -> str:
    if not bars:
        return _text(WIDTH / 2, _TOP + 30, "Nothing to show.", "quiet", "middle")
    most = max(length for _, length, _ in bars) or 1.0
    left, room = 230, 320
    parts = []
    for place, (name, length, said) in enumerate(bars):
        y = _TOP + _BAR * place
        long = room * length / most
        parts.append(_text(left - 10, y + 17, name[:28], anchor="end"))
        parts.append(
            f'<rect class="bar" x="{left}" y="{y + 4}" width="{max(long, 1):.1f}" height="{_BAR - 9}"/>\n'
        )
        parts.append(_text(left + long + 8, y + 17, said, "quiet"))
    parts.append(_segment(left, _TOP, left, _TOP + _BAR * len(bars), "axis"))
    return "".join(parts)
