"""Letters from Jinja2 templates: the person's texts are values and never templates; HTML is escaped by itself."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from jobcopilot.mail.views import Draft
from jobcopilot.text import clean_text

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("jobcopilot.mail", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        lstrip_blocks=True,
    )


def rendered(template: str, **values: Any) -> str:
    """Return a template with its values."""
    return _templates().get_template(template).render(values)


def drafted(template: str, closing: str, **values: Any) -> Draft:
    """Return a letter from a template: its first line is the subject, its paragraphs are filled, `closing` ends it."""
    from jobcopilot.mail.values import subject_line

    head, _, body = rendered(template, **values).strip().partition("\n")
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", body)]
    text = "\n\n".join([*(part for part in paragraphs if part), closing])
    return Draft(subject_line(head.removeprefix("Subject: ")), clean_text(text))


def letter_html(subject: str, body: str) -> str:
    """Return a letter as an HTML document."""
    paragraphs = [part.split("\n") for part in body.split("\n\n") if part.strip()]
    return rendered("letter.html.j2", subject=subject, paragraphs=paragraphs)
