"""Web pages, saved pages and pasted text into drafts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers.pages import draft_from_text, drafts_from_page
from jobcopilot.jobs.importers.posting_markup import parse_markup
from jobcopilot.jobs.importers.source_files import open_source
from jobcopilot.jobs.views import JobDraft, Rejected

ADDRESS = "https://acme.example/jobs/42"
POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Baker &amp; Cook",
    "description": "<p>We bake <b>bread</b>.</p><ul><li>At night</li></ul>",
    "hiringOrganization": {"@type": "Organization", "name": "Acme", "sameAs": "https://acme.example"},
    "jobLocation": {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Köln",
            "addressRegion": "NRW",
            "addressCountry": "DE",
        },
    },
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {"@type": "QuantitativeValue", "minValue": 40000, "maxValue": "50000", "unitText": "YEAR"},
    },
    "datePosted": "2026-03-01",
    "validThrough": "2026-04-01T00:00:00+02:00",
    "identifier": {"@type": "PropertyValue", "name": "Acme", "value": "R-77"},
}


def page(*values: object, body: str = "<h1>ignored</h1>") -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'
        for value in values
    )
    return f"<!doctype html><html><head><title>Jobs</title>{scripts}</head><body>{body}</body></html>"


def one(html: str | bytes, address: str = ADDRESS, **given: str) -> JobDraft:
    (draft,) = drafts_from_page(html, address, **given)
    return draft


def changed(**values: object) -> dict[str, object]:
    return {key: value for key, value in {**POSTING, **values}.items() if value is not None}


# --- schema.org -------------------------------------------------------------------------------------------


def test_a_posting_is_read_whole() -> None:
    draft = one(page(POSTING))
    assert (draft.title, draft.company, draft.place) == ("Baker & Cook", "Acme", "Köln, NRW, DE")
    assert draft.description == "We bake **bread**.\n\n- At night"
    assert draft.address == ADDRESS
    assert draft.source_id == "acme.example:R-77"
    assert (draft.posted_on, draft.deadline) == (date(2026, 3, 1), date(2026, 4, 1))
    assert draft.pay is not None
    assert (draft.pay.minimum, draft.pay.maximum, draft.pay.currency, draft.pay.period, draft.pay.known) == (
        40_000, 50_000, "EUR", "year", "stated",
    )  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        POSTING,
        [POSTING],
        [[POSTING]],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, POSTING]},
        {**POSTING, "@type": ["Thing", "JobPosting"]},
        {**POSTING, "@type": "schema:JobPosting"},
        {**POSTING, "@type": "http://schema.org/JobPosting"},
        {"@type": "WebPage", "mainEntity": POSTING},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": POSTING}]},
        {
            "@graph": [
                {**POSTING, "hiringOrganization": {"@id": "#acme"}},
                {"@id": "#acme", "@type": "Organization", "name": "Acme"},
            ]
        },
    ],
    ids=[
        "bare",
        "list",
        "nested list",
        "graph",
        "type list",
        "prefixed",
        "full address",
        "main entity",
        "item list",
        "reference",
    ],
)
def test_a_posting_is_found_wherever_it_lies(value: object) -> None:
    draft = one(page({"@type": "BreadcrumbList"}, value))
    assert (draft.title, draft.company) == ("Baker & Cook", "Acme")


@pytest.mark.parametrize(
    ("organization", "company"),
    [
        ("Acme", "Acme"),
        ({"name": "Acme"}, "Acme"),
        ([{"name": "Acme"}], "Acme"),
        ({"legalName": "Acme GmbH"}, "Acme GmbH"),
        (None, "Acme"),
    ],
)
def test_shapes_of_a_company(organization: object, company: str) -> None:
    assert one(page(changed(hiringOrganization=organization))).company == company


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("Köln", "Köln"),
        (["Köln", "Bonn", "Köln"], "Köln; Bonn"),
        ({"address": "Köln, DE"}, "Köln, DE"),
        (
            {
                "address": {
                    "addressLocality": "Köln",
                    "addressCountry": {"@type": "Country", "name": "Germany"},
                }
            },
            "Köln, Germany",
        ),
        ({"name": "Headquarters"}, "Headquarters"),
        ({"@type": "PostalAddress", "addressLocality": "Köln"}, "Köln"),
        (
            [
                {"address": {"addressLocality": "Köln"}},
                {"address": {"addressLocality": "Bonn", "addressCountry": "DE"}},
            ],
            "Köln; Bonn, DE",
        ),
        (
            {"address": {"addressLocality": "Berlin", "addressRegion": "Berlin", "addressCountry": "DE"}},
            "Berlin, DE",
        ),
        (None, ""),
        (7, "7"),
    ],
)
def test_shapes_of_a_place(location: object, place: str) -> None:
    assert one(page(changed(jobLocation=location))).place == place


def test_working_from_anywhere() -> None:
    remote = changed(
        jobLocation=None,
        jobLocationType="TELECOMMUTE",
        applicantLocationRequirements=[{"@type": "Country", "name": "Germany"}, {"name": "France"}],
    )
    draft = one(page(remote))
    assert (draft.work_mode, draft.place) == ("remote", "Germany; France")


@pytest.mark.parametrize(
    ("salary", "minimum", "maximum", "currency", "period"),
    [
        (
            {"currency": "USD", "value": {"minValue": 50000, "maxValue": 60000, "unitText": "YEAR"}},
            50_000,
            60_000,
            "USD",
            "year",
        ),
        ({"currency": "USD", "value": {"value": 25.5, "unitText": "HOUR"}}, 25.5, 25.5, "USD", "hour"),
        (
            {"currency": "USD", "minValue": 50000, "maxValue": 60000, "unitText": "YEAR"},
            50_000,
            60_000,
            "USD",
            "year",
        ),
        ({"currency": "USD", "value": 50000, "unitText": "YEAR"}, 50_000, 50_000, "USD", "year"),
        ({"currency": "USD", "value": "50000"}, 50_000, 50_000, "USD", "year"),
        ({"currency": "USD", "value": {"value": "$50,000 - $60,000"}}, 50_000, 60_000, "USD", "year"),
        (50000, 50_000, 50_000, "USD", "year"),
        ("$50k - $60k a year", 50_000, 60_000, "USD", "year"),
        ("50000", 50_000, 50_000, "USD", "year"),
        (
            [{"currency": "USD", "value": {"minValue": 50000, "unitText": "YEAR"}}],
            50_000,
            None,
            "USD",
            "year",
        ),
    ],
)
def test_shapes_of_a_salary(
    salary: object, minimum: float, maximum: float | None, currency: str, period: str
) -> None:
    pay = one(page(changed(baseSalary=salary, salaryCurrency="USD"))).pay
    assert pay is not None
    assert (pay.minimum, pay.maximum, pay.currency, pay.period) == (minimum, maximum, currency, period)


@pytest.mark.parametrize(
    "salary",
    [
        None,
        {},
        [],
        "DOE",
        0,
        -1,
        {"currency": "USD", "value": {"minValue": 0, "maxValue": 0}},
        True,
        {"value": None},
    ],
)
def test_no_salary_is_none(salary: object) -> None:
    assert one(page(changed(baseSalary=salary))).pay is None


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"JobPosting","title":"Baker","hiringOrganization":"Acme",}',
        '{"@type":"JobPosting","title":"Baker","hiringOrganization":"Acme","skills":["a","b",],}',
        '<!-- {"@type":"JobPosting","title":"Baker","hiringOrganization":"Acme"} -->',
        '//<![CDATA[\n{"@type":"JobPosting","title":"Baker","hiringOrganization":"Acme"}\n//]]>',
        '/* <![CDATA[ */{"@type":"JobPosting","title":"Baker","hiringOrganization":"Acme"}/* ]]> */',
        '{"@type":"JobPosting","title":"Baker","hiringOrganization":"Acme","description":"one\ntwo\tthree"};',
        '{"@type":"WebPage"}{"@type":"JobPosting","title":"Baker","hiringOrganization":"Acme"}',
    ],
    ids=["comma", "commas", "comment", "cdata", "commented cdata", "line breaks", "two values"],
)
def test_broken_markup_is_mended(script: str) -> None:
    draft = one(page(script))
    assert (draft.title, draft.company) == ("Baker", "Acme")


def test_a_comma_within_a_text_stays() -> None:
    assert parse_markup('{"a": "x,}", "b": "y, ]",}') == [{"a": "x,}", "b": "y, ]"}]


@pytest.mark.parametrize("script", ["", "{", "nonsense", '{"a":' * 5000, "[" * 50_000])
def test_hopeless_markup_leaves_the_readable_text(script: str) -> None:
    draft = one(page(script, body=READABLE))
    assert (draft.title, draft.company) == ("Night baker", "Brot GmbH")


def test_several_postings_on_a_page_keep_their_own_addresses() -> None:
    found = drafts_from_page(
        page(
            [
                changed(title="A", url="/jobs/1"),
                changed(title="B", url="https://acme.example/jobs/2"),
                changed(title="C"),
            ]
        ),
        ADDRESS,
    )
    assert [(draft.title, draft.address) for draft in found] == [
        ("A", "https://acme.example/jobs/1"), ("B", "https://acme.example/jobs/2"), ("C", ""),
    ]  # fmt: skip


def test_sections_beside_the_description_are_kept_once() -> None:
    draft = one(
        page(
            changed(
                qualifications="Three years of dough",
                responsibilities="We bake bread.",
                skills=["Ovens", "Yeast"],
            )
        )
    )
    assert draft.description == (
        "We bake **bread**.\n\n- At night\n\n**Qualifications**\n\nThree years of dough\n\n"
        "**Skills**\n\n- Ovens\n- Yeast"
    )


def test_what_the_person_gave_wins() -> None:
    draft = one(page(POSTING), title="Chief baker", company="Brot")
    assert (draft.title, draft.company) == ("Chief baker", "Brot")
    bare = one(page(changed(hiringOrganization=None, identifier=None)), company="Brot")
    assert bare.company == "Brot"


# --- readable pages ---------------------------------------------------------------------------------------

READABLE = """
<nav><a href="/">Home</a><a href="/jobs">Jobs</a></nav>
<h1>Night baker at Brot GmbH</h1>
<article><p>We are looking for somebody who bakes bread at night and likes it, with five years of experience.</p>
<ul><li>Rye and wheat</li><li>Ovens of every kind</li></ul>
<p>We pay well, we start at two in the morning, and we finish when the bread is sold.</p></article>
<footer>Imprint</footer><script>var secret = 1;</script>
"""


def readable(title: str, *, heading: str = "", site: str = "", og: str = "") -> str:
    head = f"<title>{title}</title>"
    head += f'<meta property="og:site_name" content="{site}">' if site else ""
    head += f'<meta property="og:title" content="{og}">' if og else ""
    body = READABLE.replace("<h1>Night baker at Brot GmbH</h1>", f"<h1>{heading}</h1>" if heading else "")
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def test_a_page_without_markup_is_read_as_a_person_reads_it() -> None:
    draft = one(page(body=READABLE))
    assert (draft.title, draft.company) == ("Night baker", "Brot GmbH")
    assert "bakes bread at night" in draft.description
    assert "- Rye and wheat" in draft.description
    assert "secret" not in draft.description
    assert draft.address == ADDRESS


@pytest.mark.parametrize(
    ("html", "title", "company"),
    [
        (
            readable("Job Application for Night baker at Brot GmbH", heading="Night baker"),
            "Night baker",
            "Brot GmbH",
        ),
        (readable("Brot GmbH hiring Night baker in Köln | LinkedIn"), "Night baker", "Brot GmbH"),
        (readable("Night baker | Brot GmbH", heading="Night baker"), "Night baker", "Brot GmbH"),
        (readable("Night baker - Brot", heading="Night baker", site="Brot Careers"), "Night baker", "Brot"),
        (readable("Night baker – Brot", site="Brot"), "Night baker", "Brot"),
        (readable("x", og="Night baker bei Brot", heading="Night baker"), "Night baker", "Brot"),
    ],
)
def test_title_and_company_of_a_page(html: str, title: str, company: str) -> None:
    draft = one(html, "https://somewhere.example/1")
    assert (draft.title, draft.company) == (title, company)


def test_the_company_is_known_by_the_board() -> None:
    assert one(readable("Night baker", site="Lever"), "https://jobs.lever.co/brot/1").company == "brot"


def test_a_company_that_the_page_does_not_tell_is_asked_for() -> None:
    html = readable("Night baker", site="LinkedIn")
    with pytest.raises(BadInput, match="does not tell the company") as refusal:
        drafts_from_page(html, "https://www.linkedin.com/jobs/view/1")
    assert "--company" in refusal.value.hint
    assert one(html, "https://www.linkedin.com/jobs/view/1", company="Brot").company == "Brot"


WALL = (
    "<html><head><title>Just a moment...</title></head><body>Checking your browser before you go on, this takes a few "
    "seconds and then you will be sent to the page that you wanted.</body></html>"
)
GONE = (
    f"<html><body><h1>Baker</h1><p>This job is no longer available. {'Look at the other jobs that we have. ' * 5}</p>"
    "</body></html>"
)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (
            "<html><body><div id='root'></div><script>app()</script></body></html>",
            "shows no posting to a program",
        ),
        (
            WALL,
            "shows no posting to a program",
        ),
        ("", "shows no posting to a program"),
        (
            GONE,
            "posting is closed",
        ),
    ],
    ids=["script only", "wall", "nothing", "gone"],
)
def test_pages_without_a_posting_are_told(html: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as refusal:
        drafts_from_page(html, ADDRESS)
    assert refusal.value.hint


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_the_encoding_that_a_page_declares(encoding: str) -> None:
    body = READABLE.replace("Brot GmbH", "Bäckerei Müller")
    html = f'<html><head><meta charset="{encoding}"></head><body>{body}</body></html>'
    assert one(html.encode(encoding)).company == "Bäckerei Müller"


def test_nothing_of_a_page_steers_the_terminal() -> None:
    draft = one(page(changed(title="Ba\u202eker\x1b[31m", description="a\x1b]0;title\x07b\u200b")))
    assert (draft.title, draft.description) == ("Baker", "ab")


# --- saved pages ------------------------------------------------------------------------------------------


def saved(tmp_path: Path, content: bytes, name: str = "job.html") -> list[JobDraft | Rejected]:
    file = tmp_path / name
    file.write_bytes(content)
    source = open_source(file)
    assert source.kind == "saved page"
    assert source.columns == ()
    return list(source.read())


@pytest.mark.parametrize(
    "head",
    [
        "<!-- saved from url=(0028)https://acme.example/jobs/42 -->",
        "<link rel='canonical' href='https://acme.example/jobs/42'>",
        "<meta property='og:url' content='https://acme.example/jobs/42'>",
    ],
)
def test_a_saved_page_knows_where_it_came_from(tmp_path: Path, head: str) -> None:
    (draft,) = saved(tmp_path, page(changed(url=None)).replace("<head>", f"<head>{head}").encode())
    assert isinstance(draft, JobDraft)
    assert draft.address == ADDRESS


def test_a_page_saved_as_one_file(tmp_path: Path) -> None:
    content = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://acme.example/jobs/42\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="XX"\r\n\r\n--XX\r\nContent-Type: text/html\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    import base64

    content += base64.encodebytes(page(POSTING).encode()) + b"\r\n--XX--\r\n"
    for name in ("job.mhtml", "job"):
        (draft,) = saved(tmp_path, content, name)
        assert isinstance(draft, JobDraft)
        assert (draft.title, draft.address) == ("Baker & Cook", ADDRESS)


def test_a_folder_of_saved_pages_keeps_the_good_ones(tmp_path: Path) -> None:
    (tmp_path / "1 good.html").write_text(page(POSTING))
    (tmp_path / "2 bad.html").write_text("<html><body><script>x()</script></body></html>")
    (tmp_path / "3 good.htm").write_text(page(body=READABLE))
    (tmp_path / "1 good_files").mkdir()
    (tmp_path / "1 good_files" / "frame.html").write_text(page(POSTING))
    source = open_source(tmp_path)
    assert (source.kind, source.count()) == ("saved page", 3)
    entries = list(source.read())
    assert [type(entry) for entry in entries] == [JobDraft, Rejected, JobDraft]
    assert isinstance(entries[1], Rejected)
    assert entries[1].reason.startswith("2 bad.html: the page shows no posting")


# --- pasted text ------------------------------------------------------------------------------------------

BODY = "\n\nWe bake bread at night.\nYou like it.\n"


@pytest.mark.parametrize(
    ("text", "title", "company", "place"),
    [
        ("Senior Engineer at Acme", "Senior Engineer", "Acme", ""),
        ("Senior Engineer @ Acme (Berlin, Germany)", "Senior Engineer", "Acme", "Berlin, Germany"),
        ("Acme is hiring a Senior Engineer!", "Senior Engineer", "Acme", ""),
        (
            "Acme | Senior Engineer | Berlin, Germany | REMOTE | $120k-$150k",
            "Senior Engineer",
            "Acme",
            "Berlin, Germany",
        ),
        (
            "Acme (https://acme.example) | Backend Engineer | Full-time | Paris, France | ONSITE",
            "Backend Engineer",
            "Acme",
            "Paris, France",
        ),
        ("Senior Engineer | Acme | New York, NY", "Senior Engineer", "Acme", "New York, NY"),
        ("Senior Engineer\nAcme\nBerlin, Germany", "Senior Engineer", "Acme", "Berlin, Germany"),
        (
            "Acme\nSenior Engineer\nBerlin, Germany · 2 days ago · 50 applicants",
            "Senior Engineer",
            "Acme",
            "Berlin, Germany",
        ),
        (
            "Senior Engineer\nAcme · Berlin, Germany (Hybrid)",
            "Senior Engineer",
            "Acme",
            "Berlin, Germany (Hybrid)",
        ),
        ("Senior Engineer – Acme", "Senior Engineer", "Acme", ""),
        (
            "Job Title: Senior Engineer\nCompany: Acme\nLocation: Berlin, Germany",
            "Senior Engineer",
            "Acme",
            "Berlin, Germany",
        ),
        ("Stelle: Bäcker\nUnternehmen: Brot GmbH\nStandort: Köln", "Bäcker", "Brot GmbH", "Köln"),
        ("Senior Engineer\n\nWe do things.\n\nAbout Acme", "Senior Engineer", "Acme", ""),
        ("# Senior Engineer\n**Acme**\n", "Senior Engineer", "Acme", ""),
    ],
)
def test_pasted_postings(text: str, title: str, company: str, place: str) -> None:
    draft = draft_from_text(text + BODY)
    assert (draft.title, draft.company, draft.place) == (title, company, place)
    assert "We bake bread at night." in draft.description


def test_pay_mode_and_address_of_a_pasted_posting() -> None:
    draft = draft_from_text(
        "Acme | Senior Engineer | Berlin | REMOTE | $120k-$150k | https://acme.example/jobs/1" + BODY
    )
    assert draft.pay is not None
    assert (draft.pay.minimum, draft.pay.maximum) == (120_000, 150_000)
    assert draft.work_mode == "remote"
    assert draft.address == "https://acme.example/jobs/1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n\t\x00", "empty"),
        ("We bake bread.", "does not tell the title"),
        ("Senior Engineer\n\nWe bake bread.", "does not tell the company"),
    ],
)
def test_text_that_does_not_tell_says_how_to_give_it(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as refusal:
        draft_from_text(text)
    assert refusal.value.hint


def test_given_names_make_any_text_a_posting() -> None:
    draft = draft_from_text("We bake bread.", title="Baker", company="Acme")
    assert (draft.title, draft.company, draft.description) == ("Baker", "Acme", "We bake bread.")


def test_pasted_html_is_read() -> None:
    draft = draft_from_text("<h1>Senior Engineer at Acme</h1><p>We <b>bake</b>.</p>")
    assert (draft.title, draft.company) == ("Senior Engineer", "Acme")
    assert draft.description == "# Senior Engineer at Acme\n\nWe **bake**."


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Senior <b>Python</b> Engineer", "Senior Python Engineer"),
        ("Senior &lt;b&gt;Python&lt;/b&gt; Engineer", "Senior Python Engineer"),
        ("&amp;lt;p&amp;gt;Baker&amp;lt;/p&amp;gt;", "Baker"),
        ("Baker<br>Night shift", "Baker Night shift"),
        ('<a href="https://a.example/x">Baker</a>', "Baker"),
        ("<h2>Baker</h2>", "Baker"),
        ("C++ *senior* & C# < 3 years", "C++ *senior* & C# < 3 years"),
        ("R&amp;D Lead", "R&D Lead"),
    ],
)
def test_a_title_in_markup_is_plain_text(written: str, read: str) -> None:
    organisation = {"@type": "Organization", "name": "Acme <i>Bakeries</i>"}
    draft = one(page(changed(title=written, hiringOrganization=organisation)))
    assert (draft.title, draft.company) == (read, "Acme Bakeries")


AROUND = """<header><a href="/">Acme logo</a><span>Call us today</span></header>
<nav><ul><li><a href="/jobs">All jobs</a></li></ul></nav>
<div id="cookie-banner" class="box">We use cookies to improve your visit. <button>Accept</button></div>
<div role="dialog">Choose your privacy settings</div>"""
TEXT = "<p>We build turbines and need an engineer who likes wind.</p><ul><li>Python, 5 years</li><li>SQL</li></ul>"


@pytest.mark.parametrize(
    "body",
    [
        f"{AROUND}<h1>Engineer in Munich</h1>{TEXT}<footer>© Acme. Imprint.</footer>",
        f"{AROUND}<main><h1>Engineer in Munich</h1>{TEXT * 5}</main><footer>© Acme. Imprint.</footer>",
        f"<div class='cookie-wrapper'>{AROUND}<main><h1>Engineer in Munich</h1>{TEXT}</main></div>",
        f"<header><nav>All jobs</nav><h1>Engineer in Munich</h1></header>{TEXT}<footer>Imprint</footer>",
    ],
)
def test_what_stands_around_a_posting_is_no_part_of_it(body: str) -> None:
    head = "<head><title>Engineer in Munich</title><meta property='og:site_name' content='Acme'></head>"
    draft = one(f"<!doctype html><html>{head}<body>{body}</body></html>")
    assert (draft.title, draft.company, draft.place) == ("Engineer", "Acme", "Munich")
    assert "turbines" in draft.description
    assert "Python, 5 years" in draft.description
    for words in ("logo", "Call us", "All jobs", "cookies", "privacy", "Imprint"):
        assert words not in draft.description


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Engineer in Munich\nAcme Inc\n\nPython.", ("Engineer", "Acme Inc", "Munich")),
        ("Engineer\nAcme Inc\nin Munich\n\nPython.", ("Engineer", "Acme Inc", "Munich")),
        ("Engineer at Acme, in Munich\n\nPython.", ("Engineer", "Acme", "Munich")),
        ("Engineer\nAcme Inc\nBased in Munich\n\nPython.", ("Engineer", "Acme Inc", "Munich")),
        ("Specialist in Reinsurance\nAcme Inc\n\nPython.", ("Specialist in Reinsurance", "Acme Inc", "")),
    ],
)
def test_a_place_after_in_is_the_place_alone(text: str, told: tuple[str, str, str]) -> None:
    draft = draft_from_text(text)
    assert (draft.title, draft.company, draft.place) == told


def test_names_in_markup_become_plain_text() -> None:
    organization = {"@type": "Organization", "name": "Smith &amp;amp; <b>Sons</b>"}
    draft = one(
        page(
            changed(
                title="R&amp;D &lt;b&gt;Engineer&lt;/b&gt; &ndash; <i>m/w/d</i>",
                hiringOrganization=organization,
            )
        )
    )
    assert (draft.title, draft.company) == ("R&D Engineer – m/w/d", "Smith & Sons")
