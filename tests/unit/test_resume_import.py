"""Résumés and exports into a profile, and what is said of files that are none."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcopilot.clock import FixedClock
from jobcopilot.errors import BadInput
from jobcopilot.profiles.importers import read_resume
from jobcopilot.profiles.importers.employment import Period, period_between, periods_in, years_of
from jobcopilot.profiles.views import ProfileDraft
from tests.effort import examples

DATA = Path(__file__).parents[1] / "data" / "imports"
TODAY = date(2026, 11, 20)
CLOCK = FixedClock(datetime(2026, 11, 20, 12, tzinfo=UTC))

ENGLISH = """ADA LOVELACE
Senior Data Engineer
Berlin, Germany | ada@lovelace.example | +49 30 1234567

SUMMARY
Builds pipelines.

EXPERIENCE

Senior Data Engineer | Acme GmbH | Jan 2021 – Present
- Moved everything to Snowflake

Globex Corporation, London
Data Engineer
03/2018 - 12/2020
- Scala all day

Junior Analyst at Initech (2016 - 2018)

EDUCATION
University of London, BSc Mathematics, 2002 – 2016

SKILLS
Languages: Python (5 years), SQL
Zymurgy, Kubernetes

CERTIFICATIONS
Forklift licence (2022)
"""
GERMAN = """# Lebenslauf

**Jürgen von Müller**
Softwareentwickler (m/w/d) · Hamburg, Deutschland · juergen@example.de

## Berufserfahrung
### Softwareentwickler bei der Beispiel AG
seit 04/2019
- Java

### Praktikant, Muster KG
01.10.2017 – 31.03.2018

## Ausbildung
2002 - 2017 TU Hamburg

## Kenntnisse
- Java (sehr gut), Kotlin, Docker
"""


def read(tmp_path: Path, name: str, content: str | bytes) -> ProfileDraft:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_resume(file, clock=CLOCK)


def skills(draft: ProfileDraft) -> list[str]:
    return [skill.name for skill in draft.skills]


def pdf(lines: list[str]) -> bytes:
    """A one-page PDF with a line of text for each entry; none makes an empty page, as a scan has."""
    shows = "".join(f"({line.replace('(', '[').replace(')', ']')}) Tj T*\n" for line in lines)
    stream = f"BT /F1 10 Tf 12 TL 40 800 Td\n{shows}ET".encode("latin-1", "replace") if lines else b""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 %s >> >> >>"
        % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table)


def docx(text: str) -> bytes:
    from docx import Document

    document = Document()
    head, _, rest = text.partition("SKILLS\n")
    for line in head.split("\n"):
        document.add_paragraph(line)
    document.add_heading("Skills", 1)
    table = document.add_table(rows=0, cols=2)
    for line in rest.split("\n")[:2]:
        cells = table.add_row().cells
        for cell, entry in zip(cells, line.split(","), strict=False):
            cell.text = entry
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- what a résumé says -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cv.txt", ENGLISH.encode()),
        ("cv.txt", ENGLISH.encode("utf-16")),
        ("cv.txt", ENGLISH.replace("–", "-").encode("latin-1")),
        ("cv.md", ENGLISH.encode()),
        ("cv.pdf", pdf(ENGLISH.replace("–", "-").split("\n"))),
        ("cv.docx", docx(ENGLISH)),
        ("cv", pdf(ENGLISH.replace("–", "-").split("\n"))),
        (
            "cv.html",
            (
                "<html><body>" + "".join(f"<p>{line}</p>" for line in ENGLISH.split("\n")) + "</body></html>"
            ).encode(),
        ),
    ],
    ids=["text", "utf-16", "latin-1", "markdown", "pdf", "docx", "pdf without a suffix", "html"],
)
def test_every_form_of_a_resume_tells_the_same(tmp_path: Path, name: str, content: bytes) -> None:
    draft = read(tmp_path, name, content)
    assert draft.full_name == "Ada Lovelace"
    assert draft.email == "ada@lovelace.example"
    assert draft.headline == "Senior Data Engineer"
    assert draft.places == ("Berlin, Germany",)
    assert draft.roles == ("Senior Data Engineer", "Data Engineer")
    assert draft.seniority == "senior"
    # 24 months from 2016, 34 from March 2018, 71 from January 2021; the fourteen years of studies don't count.
    assert draft.years == 10.8
    assert {"Python", "SQL", "Zymurgy", "Kubernetes", "Snowflake", "Scala"} <= set(skills(draft))


def test_details_of_a_resume(tmp_path: Path) -> None:
    draft = read(tmp_path, "cv.txt", ENGLISH)
    assert next(skill for skill in draft.skills if skill.name == "Python").years == 5
    assert skills(draft)[0] == "Python", "what the person lists comes first"
    assert draft.licences == ("Forklift licence",)
    assert draft.summary == "Builds pipelines."


def test_a_german_resume(tmp_path: Path) -> None:
    draft = read(tmp_path, "lebenslauf.md", GERMAN)
    assert draft.full_name == "Jürgen von Müller"
    assert draft.headline == "Softwareentwickler (m/w/d)"
    assert draft.places == ("Hamburg, Deutschland",)
    assert draft.roles == ("Softwareentwickler",)
    assert draft.years == 8.2
    assert skills(draft)[:3] == ["Java", "Kotlin", "Docker"]


def test_stated_years_count_where_no_dates_are_given(tmp_path: Path) -> None:
    draft = read(
        tmp_path, "cv.txt", "Ada Lovelace\nPython developer with 12+ years of professional experience.\n"
    )
    assert draft.years == 12


def test_what_a_resume_does_not_say_stays_empty(tmp_path: Path) -> None:
    draft = read(tmp_path, "cv.txt", "I like to bake bread and to swim in cold lakes in winter.\n")
    assert (draft.full_name, draft.email, draft.roles, draft.years, draft.seniority) == (
        "",
        "",
        (),
        None,
        None,
    )


def test_nothing_of_a_resume_steers_the_terminal(tmp_path: Path) -> None:
    draft = read(
        tmp_path,
        "cv.txt",
        ENGLISH.replace("Builds", "\x1b[31mBuilds\u202e").replace("Zymurgy", "Zym\x07urgy"),
    )
    assert draft.summary == "Builds pipelines."
    assert "Zymurgy" in skills(draft)


# --- employment -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("Jan 2021 – Present", (2021, 1), (2026, 12)),
        ("January 2021 to March 2022", (2021, 1), (2022, 4)),
        ("03/2018 - 12/2020", (2018, 3), (2021, 1)),
        ("01.10.2017 – 31.03.2018", (2017, 10), (2018, 4)),
        ("2013-12-01 - 2014-12-01", (2013, 12), (2015, 1)),
        ("2016 - 2018", (2016, 1), (2018, 1)),
        ("seit 04/2019", (2019, 4), (2026, 12)),
        ("depuis mars 2020", (2020, 3), (2026, 12)),
        ("Sept. 2019 — aujourd'hui", (2019, 9), (2026, 12)),
        ("März 2020 bis heute", (2020, 3), (2026, 12)),
    ],
)
def test_periods_are_read(line: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    ((period, _),) = periods_in(f"Acme, {line} (Berlin)", TODAY)
    assert divmod(period.start, 12) == (start[0], start[1] - 1)
    assert divmod(period.end, 12) == (end[0], end[1] - 1)


@pytest.mark.parametrize(
    "line", ["2020", "call 030 2019 2020 now", "2022 - 2019", "Python 3.11 - 3.13", "99/2020 - 12/2021x", ""]
)
def test_what_is_no_period_is_left(line: str) -> None:
    assert list(periods_in(line, TODAY)) == []


def test_what_overlaps_counts_once() -> None:
    assert years_of([Period(0, 24), Period(12, 36), Period(48, 60)]) == 4.0
    assert years_of([Period(0, 60), Period(12, 24)]) == 5.0
    assert years_of([]) is None


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 200)), max_size=8))
def test_the_years_never_exceed_the_span_nor_the_sum(spans: list[tuple[int, int]]) -> None:
    periods = [Period(start, start + length) for start, length in spans]
    years = years_of(periods) or 0.0
    assert years <= sum(length for _, length in spans) / 12 + 0.1
    if periods:
        assert years <= (max(p.end for p in periods) - min(p.start for p in periods)) / 12 + 0.1
        assert years >= max(length for _, length in spans) / 12 - 0.1


def test_an_end_that_is_no_date_makes_no_period() -> None:
    assert period_between("2020-01", "some day", TODAY) is None
    assert period_between("", "2020-01", TODAY) is None
    assert period_between("2020-01", "", TODAY) == Period(2020 * 12, 2026 * 12 + 11, ongoing=True)


# --- files with fields ------------------------------------------------------------------------------------


def test_json_resume() -> None:
    draft = read_resume(DATA / "sample.resume.json", clock=CLOCK)
    assert draft.full_name == "Richard Hendriks"
    assert draft.email == "richard.hendriks@mail.com"
    assert draft.headline == "Programmer"
    assert draft.places == ("San Francisco, California, US",)
    assert draft.roles == ("CEO/President",)
    assert draft.seniority == "executive"
    assert draft.years == 1.1
    assert {"HTML", "CSS", "JavaScript", "Compression"} <= set(skills(draft))


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_linkedin_export(tmp_path: Path, packed: bool) -> None:
    source = DATA / "linkedin"
    if packed:
        source = tmp_path / "Basic_LinkedInDataExport_03-24-2026.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for file in (DATA / "linkedin").glob("*.csv"):
                archive.write(file, f"export/{file.name}")
    draft = read_resume(source, clock=CLOCK)
    assert draft.full_name == "Ada Byron-Lovelace"
    assert draft.headline.startswith("Analytical Engineer")
    assert draft.places == ("London, England, United Kingdom",)
    assert draft.roles == ("Staff Engineer", "Senior Software Engineer")
    assert draft.seniority == "staff"
    assert draft.years == 24.3
    assert {"Flutter", "Docker", "Go", "Type Theory"} <= set(skills(draft))


def test_one_file_of_the_export_is_enough() -> None:
    assert read_resume(DATA / "linkedin" / "Positions.csv", clock=CLOCK).years == 24.3


# --- what is no résumé ------------------------------------------------------------------------------------


def encrypted() -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf(["secret"]))))
    writer.encrypt("open sesame", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zipped(files: dict[str, bytes], *, password_bit: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    raw = bytearray(out.getvalue())
    if password_bit:
        place = raw.find(b"PK\x01\x02")
        raw[place + 8] |= 1
        raw[6] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cv.pdf", b"", "empty"),
        ("cv.txt", b"   \n\x00\x00", "empty"),
        ("cv.pdf", pdf([]), "no text"),
        ("cv.pdf", b"%PDF-1.7\n%broken", "damaged"),
        ("cv.pdf", pdf(ENGLISH.split("\n"))[:300], "damaged|no text"),
        ("cv.pdf", encrypted(), "locked with a password"),
        ("cv.docx", b"PK\x03\x04 broken", "damaged"),
        ("cv.docx", zipped({"word/document.xml": b"<w:document"}), "damaged"),
        ("cv.docx", docx("\n"), "no text"),
        ("cv.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word document"),
        ("cv.rtf", rb"{\rtf1 hello}", "RTF"),
        ("cv.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        ("cv.json", b"{", "not JSON"),
        ("cv.json", b"[1, 2]", "no JSON Resume"),
        ("cv.json", json.dumps({"jobs": []}).encode(), "no JSON Resume"),
        ("cv.json", b'{"basics":' * 20_000, "not JSON"),
        ("cv.bin", bytes(range(256)) * 40, "no text"),
        ("export.zip", zipped({"notes.txt": b"x"}), "tells who you are"),
        ("export.zip", zipped({"Profile.csv": b"First Name\nAda\n"}, password_bit=True), "password"),
        ("export.zip", zipped({"Skills.csv": b"Name\n"}), "export is empty"),
        ("Jobs.csv", b"a,b\n1,2\n", "tells who you are"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_resume_is_told_with_the_file_and_a_way_on(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(BadInput, match=words) as refusal:
        read(tmp_path, name, content)
    assert name in refusal.value.message
    assert refusal.value.hint


def test_a_missing_file_and_an_impossible_path_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_resume(tmp_path / "nowhere.pdf")
    with pytest.raises(BadInput):
        read_resume(Path("a\x00b"))
    with pytest.raises(BadInput, match="tells who you are"):
        read_resume(tmp_path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "cv.txt"
    with file.open("wb") as out:
        out.truncate(30_000_000)
    with pytest.raises(BadInput, match="too large"):
        read_resume(file)


def test_a_document_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    bomb = zipped({"word/document.xml": bytes(70_000_000)})
    with pytest.raises(BadInput, match="far too much"):
        read(tmp_path, "cv.docx", bomb)


@pytest.mark.parametrize("suffix", ["pdf", "docx", "txt", "json", "csv", "zip", "html"])
@given(content=st.binary(max_size=600))
@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    head = {
        "pdf": b"%PDF-1.5\n",
        "docx": b"PK\x03\x04",
        "zip": b"PK\x03\x04",
        "json": b'{"basics":',
        "html": b"<html>",
    }
    file = tmp_path / f"cv.{suffix}"
    for raw in (content, head.get(suffix, b"") + content):
        file.write_bytes(raw)
        try:
            outcome: object = read_resume(file, clock=CLOCK)
        except BadInput as refusal:
            outcome = refusal.hint
        assert outcome


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.just("2020-01"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "basics",
                        "work",
                        "skills",
                        "name",
                        "position",
                        "startDate",
                        "endDate",
                        "location",
                        "keywords",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
@settings(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_json_of_any_shape_is_read_or_refused(tmp_path: Path, value: object) -> None:
    file = tmp_path / "resume.json"
    file.write_text(json.dumps(value))
    try:
        draft = read_resume(file, clock=CLOCK)
    except BadInput:
        return
    assert isinstance(draft, ProfileDraft)
