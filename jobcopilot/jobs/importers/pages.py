"""A web page or a pasted text into drafts: what the page declares about itself first, else what a reader sees."""

from __future__ import annotations

import html as entities
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import address_of
from jobcopilot.jobs.importers.pasted import bare_place, title_and_place
from jobcopilot.jobs.importers.pasted import draft_from_text as draft_from_text  # noqa: PLC0414 - part of this face
from jobcopilot.jobs.importers.posting_markup import drafts_from_markup, parse_markup
from jobcopilot.jobs.importers.words import word_set
from jobcopilot.jobs.views import JobDraft
from jobcopilot.reading.markdown import html_to_markdown, is_absurd
from jobcopilot.text import clean_line, clean_text, decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

PAGE_LIMIT: Final = 10_000_000
"""Most characters of a page that are looked at."""
_MOST_ELEMENTS: Final = 12_000
_AROUND: Final = (
    "nav, [role=navigation], [role=contentinfo], [role=banner], [role=dialog], [role=alertdialog], header, footer, "
    "[id*=cookie i], [class*=cookie i], [id*=consent i], [class*=consent i], [class*=gdpr i], [id*=gdpr i], "
    "[id*=onetrust i], [class*=breadcrumb i], [class*=skip-link i]"
)
"""What stands around a posting on its page."""
_POSTING: Final = "h1, main, article, [itemprop=description]"
_SHORTEST: Final = 80
"""A page with less readable text shows nothing without a browser."""
_ANYTHING: Final = 20
"""With less text left, what was taken for a page's surroundings was the page."""

_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_SAVED_FROM: Final = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)
_BOARDS: Final = word_set(
    "linkedin|indeed|glassdoor|monster|stepstone|xing|greenhouse|lever|ashby|workable|smartrecruiters|ziprecruiter|dice|"
    "wellfound|angellist|hacker news|y combinator|welcome to the jungle|remote ok|remoteok|we work remotely|remotive|"
    "himalayas|arbeitnow|jobicy|the muse|simplify|builtin|built in|otta|jobs|careers|career|job board|google|facebook",
    "|",
)
_HIRING: Final = re.compile(
    r"^(?P<company>.{2,80}?)\s+(?:is\s+)?(?:hiring|looking for|sucht|recrute)\s+(?:an?\s+|eine[nr]?\s+|une?\s+)?"
    r"(?P<title>.{3,150}?)(?:\s+in\s+(?P<place>[^|]{2,80}))?$",
    re.IGNORECASE,
)
_APPLICATION: Final = re.compile(
    r"^(?:job application for|apply for|bewerbung als)\s+(?P<title>.{3,150}?)\s+(?:at|bei|chez)\s+"
    r"(?P<company>.{2,80})$",
    re.IGNORECASE,
)
_AT: Final = re.compile(
    r"^(?P<title>.{3,150}?)\s+(?:at|@|bei|chez)\s+(?P<company>[^|@]{2,80})$", re.IGNORECASE
)
_WALL: Final = re.compile(
    r"^\W*(?:just a moment|access denied|attention required|are you a (?:robot|human)|(?:please )?verify you are human|"
    r"sign in|log ?in|sign up|403|404|page not found|not found|error|captcha|security check|checking your browser)\b",
    re.IGNORECASE,
)
_GONE: Final = re.compile(
    r"(?:job|position|posting|vacancy|role) (?:is|you .{0,30} is) no longer (?:available|open|active|accepting)|"
    r"no longer accepting applications|this job has expired|stelle ist nicht mehr verfügbar|"
    r"offre n.est plus disponible",
    re.IGNORECASE,
)


def drafts_from_page(
    html: bytes | str, address: str, *, title: str = "", company: str = ""
) -> list[JobDraft]:
    """Return the postings of a page: every JobPosting in its JSON-LD, else one from its readable text.

    `address` is where it was fetched, or empty for a saved file; `title` and `company` are what the person gave, and
    win over the page. Raises `BadInput` where title or company cannot be told or nothing is to be read.
    """
    from selectolax.lexbor import LexborHTMLParser

    source = _decoded(html)[:PAGE_LIMIT] if isinstance(html, bytes) else html[:PAGE_LIMIT]
    source = source.replace("\x00", "")
    if is_absurd(source):
        raise BadInput(
            "The page is nested beyond measure", clean_line(address) or "the page", "Paste its text instead."
        )
    tree = LexborHTMLParser(source)
    address = address_of(address) or _own_address(source, tree)
    site = _site(tree)
    values = [
        value
        for script in tree.css("script")
        if "ld+json" in (script.attributes.get("type") or "").lower()
        for value in parse_markup(script.text(deep=True) or "")
    ]
    drafts = drafts_from_markup(values, address, company=clean_line(company) or site)
    if len(drafts) > 1:
        return drafts
    if drafts:
        return [
            replace(
                drafts[0],
                title=clean_line(title) or drafts[0].title,
                company=clean_line(company) or drafts[0].company,
                description=drafts[0].description or _main_text(source),
            )
        ]
    return [_from_reading(source, tree, address, site, clean_line(title), clean_line(company))]


def _from_reading(
    source: str, tree: LexborHTMLParser, address: str, site: str, title: str, company: str
) -> JobDraft:
    """Make a draft of what a reader sees."""
    shown = clean_line(address) or "the page"
    text = _main_text(source)
    found_title, found_company, place = _heading(tree, site)
    if len(text) < _SHORTEST or (_WALL.match(found_title) and len(text) < 1500):
        raise BadInput(
            "The page shows no posting to a program",
            f"{shown}: {found_title}" if found_title else shown,
            "Open it in a browser and paste its text with jobcopilot jobs add -, or save the page and import it.",
        )
    if _GONE.search(text[:2000]) and len(text) < 3000:
        raise BadInput(
            "The posting is closed", shown, "Paste its text with jobcopilot jobs add - if you have it."
        )
    title, company = title or found_title, company or found_company or company_on_board(address)
    for name, value in (("title", title), ("company", company)):
        if not value:
            raise BadInput(f"The page does not tell the {name}", shown, f"Give it with --{name}.")
    title, named = title_and_place(title)
    place = bare_place(place or named)
    return JobDraft(title=title, company=company, place=place, description=text, address=address, row=1)


def _decoded(raw: bytes) -> str:
    """Return the page's text by the encoding that it declares, else by its bytes."""
    declared = _CHARSET.search(raw[:4096])
    if declared and not raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeError, ValueError):
            pass
    return decode(raw)


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return clean_line(entities.unescape(node.attributes.get(name) or ""), 2048) if node is not None else ""


def _own_address(source: str, tree: LexborHTMLParser) -> str:
    """Return the address that a saved page tells of itself."""
    saved = _SAVED_FROM.search(source[:4000])
    for candidate in (
        _attribute(tree, 'link[rel="canonical"]', "href"),
        _attribute(tree, 'meta[property="og:url"]', "content"),
        saved[1] if saved else "",
    ):
        if candidate.startswith(("http://", "https://")):
            return address_of(candidate)
    return ""


def _site(tree: LexborHTMLParser) -> str:
    """Return whose site it is, nothing for a job board's."""
    name = _attribute(tree, 'meta[property="og:site_name"]', "content")
    name = re.sub(
        r"\s*[-–|]?\s*(?:careers?|jobs?|karriere|stellenangebote|recrutement)\s*$",
        "",
        name,
        flags=re.IGNORECASE,
    )
    return "" if _is_board(name) else clean_line(name, 120)


def _is_board(name: str) -> bool:
    folded = re.sub(r"\.(?:com|co|io|org|net|de|fr|jobs)$", "", name.casefold().strip())
    return not folded or folded in _BOARDS or folded.removesuffix(" jobs") in _BOARDS


def _heading(tree: LexborHTMLParser, site: str) -> tuple[str, str, str]:
    """Return title, company and place as the page's heading and its titles tell them."""
    node = tree.css_first("h1")
    heading = clean_line(node.text(deep=True, separator=" ")) if node is not None else ""
    titles = [_attribute(tree, 'meta[property="og:title"]', "content")]
    head = tree.css_first("title")
    titles.append(clean_line(head.text(deep=True)) if head is not None else "")
    title = company = place = ""
    for text in (*titles, heading):
        parts = [part.strip() for part in re.split(r"\s+[|·•»]\s+", text) if part.strip()]
        while len(parts) > 1 and _is_board(parts[-1]):
            parts.pop()
        for part in parts[:1]:
            found = _APPLICATION.match(part) or _HIRING.match(part) or _AT.match(part)
            if found:
                told = found.groupdict()
                title, company, place = (
                    title or told["title"],
                    company or told["company"],
                    place or told.get("place") or "",
                )
        if not company and not site and len(parts) > 1 and parts[0] in (heading, title or heading):
            company = parts[1]
    plain = next((text for text in titles if text), "")
    # "Title - Site" is the commonest form of a page's title.
    for mark in (" - ", " – ", " — "):
        if site and plain.casefold().endswith(mark + site.casefold()):
            plain = plain[: -len(mark + site)]
        if site and plain.casefold().startswith(site.casefold() + mark):
            plain = plain[len(site + mark) :]
    if title and heading and title.casefold() in heading.casefold():
        heading = title
    return clean_line(heading or title or plain), clean_line(company or site, 120), clean_line(place or "")


def _without_surroundings(source: str) -> str:
    """Return a page without menus, heads, feet and talk of cookies; what holds the posting stays."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source)
    body = tree.body
    if body is None:
        return source
    for node in body.css(_AROUND):
        if (
            node.parent is not None
            and node.tag not in ("body", "main", "article")
            and not node.css_matches(_POSTING)
        ):
            node.decompose()
    left = body.text(deep=True).strip()
    return (tree.html or "") if len(left) >= _ANYTHING else source


def _main_text(source: str) -> str:
    """Return the page's main text as Markdown: as trafilatura finds it, else what is visible, menus left out."""
    source = _without_surroundings(source)
    if source.count("</") > _MOST_ELEMENTS:
        # trafilatura takes the square of a page's length; one of this length is all posting anyway.
        return html_to_markdown(source)
    import trafilatura
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        text = trafilatura.extract(
            source, output_format="markdown", include_comments=False, include_tables=True, favor_recall=True
        )
    except (
        LxmlError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
        AssertionError,
        RecursionError,
    ):
        # A foreign reader over hostile markup: whatever it trips over, the visible text remains.
        text = None
    if not text or len(text) < _SHORTEST * 2:
        everything = html_to_markdown(source)
        text = everything if len(everything) > len(text or "") else text
    return clean_text(text or "")
