"""The two themes of our own, and the colours that hand-drawn lines take from whichever theme is on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

if TYPE_CHECKING:
    from typing import Any

    from textual.app import App

    from jobcopilot.jobs.views import Level, Status

DARK = Theme(
    name="jobcopilot-dark",
    dark=True,
    background="#11141b",
    surface="#171b24",
    panel="#222a3a",
    foreground="#e1e5ee",
    primary="#82aaff",
    secondary="#c3a6ff",
    accent="#ffc777",
    success="#86d993",
    warning="#ead079",
    error="#ff8b92",
    variables={
        "muted": "#9aa3b8",
        "line": "#313a4d",
        "cursor": "#293652",
        "border": "#82aaff",
        "border-blurred": "#313a4d",
        "scrollbar": "#3a4560",
        "scrollbar-hover": "#55648a",
        "scrollbar-active": "#82aaff",
        "scrollbar-background": "#11141b",
        "scrollbar-background-hover": "#11141b",
        "scrollbar-background-active": "#11141b",
        "input-selection-background": "#82aaff 35%",
        "block-cursor-background": "#293652",
        "block-cursor-foreground": "#e1e5ee",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#222a3a",
        "block-cursor-blurred-foreground": "#e1e5ee",
        "block-cursor-blurred-text-style": "none",
    },
)
LIGHT = Theme(
    name="jobcopilot-light",
    dark=False,
    background="#fbfaf6",
    surface="#f3f1ea",
    panel="#e6e7ee",
    foreground="#1d2330",
    primary="#1b4db3",
    secondary="#5f3bb0",
    accent="#8a4400",
    success="#16622f",
    warning="#6e4c00",
    error="#a91d2a",
    variables={
        "muted": "#535b6d",
        "line": "#c9cad3",
        "cursor": "#dbe4f8",
        "border": "#1b4db3",
        "border-blurred": "#c9cad3",
        "scrollbar": "#b4b8c6",
        "scrollbar-hover": "#8d94a8",
        "scrollbar-active": "#1b4db3",
        "scrollbar-background": "#fbfaf6",
        "scrollbar-background-hover": "#fbfaf6",
        "scrollbar-background-active": "#fbfaf6",
        "input-selection-background": "#1b4db3 25%",
        "block-cursor-background": "#dbe4f8",
        "block-cursor-foreground": "#1d2330",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#e6e7ee",
        "block-cursor-blurred-foreground": "#1d2330",
        "block-cursor-blurred-text-style": "none",
    },
)
OWN_THEMES = (DARK, LIGHT)
DEFAULT_THEME = DARK.name


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as `#rrggbb`, read once a theme change, for lines that are drawn cell by cell."""

    background: str
    surface: str
    panel: str
    cursor: str
    foreground: str
    muted: str
    line: str
    primary: str
    secondary: str
    accent: str
    success: str
    warning: str
    error: str

    def of_status(self, status: Status) -> str:
        """Return the colour that goes with a status; its sign and word stand beside it."""
        return {
            "new": self.foreground,
            "interested": self.warning,
            "applied": self.primary,
            "interviewed": self.secondary,
            "offer": self.accent,
            "accepted": self.success,
            "rejected": self.error,
            "withdrawn": self.muted,
        }[status]

    def of_level(self, level: Level | None) -> str:
        """Return the colour that goes with a level of match; the number stands beside it."""
        if level == "high":
            return self.success
        return self.warning if level == "medium" else self.muted


@lru_cache(maxsize=512)
def style(
    color: str,
    background: str | None = None,
    *,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
) -> Style:
    """Return a style of plain colours; made once, since every cell of a list asks for one."""
    return Style(
        color=color, bgcolor=background, bold=bold or None, italic=italic or None, underline=underline or None
    )


def variable_defaults(theme: Theme) -> dict[str, str]:
    """Return the variables of ours that themes made by others lack, derived from their own colours."""
    colors = theme.to_color_system().generate()
    background, foreground = _color(colors["background"], "#000000"), _color(colors["foreground"], "#ffffff")
    primary = _color(colors["primary"], foreground.hex)
    return {
        "muted": foreground.blend(background, 0.3).hex,
        "line": foreground.blend(background, 0.75).hex,
        "cursor": background.blend(primary, 0.25).hex,
    }


def palette_of(app: App[Any]) -> Palette:
    """Return the colours of the theme that is on."""
    return _palette(tuple((name, app.theme_variables.get(name, "")) for name in Palette.__dataclass_fields__))


@lru_cache(maxsize=16)
def _palette(variables: tuple[tuple[str, str], ...]) -> Palette:
    given = dict(variables)
    background = _color(given["background"], "#000000")
    fallback = "#ffffff" if background.brightness < 0.5 else "#000000"
    flat = {}
    for name, value in given.items():
        color = _color(value, background.hex if name in ("surface", "panel", "cursor") else fallback)
        flat[name] = (background + color).hex6
    return Palette(**flat)


def _color(value: str, fallback: str) -> Color:
    # A theme may name terminal colours ("ansi_blue") or "auto 60%", which have no fixed value.
    try:
        color = Color.parse(value)
    except ColorParseError:
        return Color.parse(fallback)
    return color if color.ansi is None else Color.parse(fallback)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [part / 255 for part in Color.parse(color).rgb]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
