"""Files that are broken, foreign, hostile or absurd: read as far as they go, or refused in words, nothing else."""

from __future__ import annotations

import csv
import io
import json
import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers import archives, tables
from jobcopilot.jobs.importers.pages import draft_from_text, drafts_from_page
from jobcopilot.jobs.importers.preview import preview
from jobcopilot.jobs.importers.source_files import open_source
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.text import LINE_LIMIT, TEXT_LIMIT, clean_line, clean_text
from tests.effort import examples
from tests.hostile import HOSTILE

TABLE = "Job Title,Company Name\nBaker,Acme\n"


def zipped(files: dict[str, bytes], *, locked: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    raw = bytearray(out.getvalue())
    if locked:
        raw[6] |= 1
        raw[raw.find(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


# --- files that are refused -------------------------------------------------------------------------------

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("jobs.csv", b"", "empty"),
    "only zeros": ("jobs.csv", bytes(1000), "empty"),
    "only spaces": ("jobs.json", b" \n\t\r\n", "empty"),
    "only a mark": ("jobs.csv", b"\xef\xbb\xbf", "empty"),
    "pdf": ("jobs.pdf", b"%PDF-1.7\n", "PDF file"),
    "excel": ("jobs.xlsx", zipped({"xl/workbook.xml": b"x", "[Content_Types].xml": b"x"}), "Excel workbook"),
    "old excel": ("jobs.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old Excel"),
    "open document": ("jobs.ods", zipped({"content.xml": b"x", "mimetype": b"x"}), "LibreOffice"),
    "word": ("jobs.docx", zipped({"word/document.xml": b"x"}), "Word document"),
    "gzip": ("jobs.csv.gz", b"\x1f\x8b\x08" + bytes(20), "gzip"),
    "database": ("jobs.db", b"SQLite format 3\x00" + bytes(100), "database"),
    "picture": ("jobs.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
    "xml": ("jobs.xml", b"<?xml version='1.0'?><workzag-jobs/>", "XML"),
    "prose": ("notes.txt", b"I should look for a job.\nTomorrow perhaps.\n", "No table"),
    "broken zip": ("export.zip", b"PK\x03\x04 and then nothing", "damaged"),
    "cut zip": ("export.zip", zipped({"jobs.csv": TABLE.encode() * 50})[:-30], "damaged"),
    "empty zip": ("export.zip", zipped({}), "Nothing in it"),
    "zip of pictures": ("export.zip", zipped({"a.png": b"x", "b.txt": b"y"}), "Nothing in it"),
    "locked zip": ("export.zip", zipped({"Job Applications.csv": b"x"}, locked=True), "password"),
    "zip bomb": ("export.zip", zipped({"jobs.csv": bytes(40_000_000)}), "far too much"),
    "zip in zip": ("export.zip", zipped({"jobs.csv": zipped({"jobs.csv": TABLE.encode()})}), "zip file within"),
    "linkedin without jobs": ("export.zip", zipped({"Profile.csv": b"a", "Skills.csv": b"b"}), "holds no jobs"),
    "too many columns": ("jobs.csv", b",".join(b"c%d" % n for n in range(2000)) + b"\n", "too many columns"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_imported_is_told_with_the_file_and_a_way_on(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(BadInput, match=words) as refusal:
        open_source(file)
    assert name in f"{refusal.value.message}" or "jobs.csv" in refusal.value.message
    assert refusal.value.hint


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        open_source(tmp_path / "nothing.csv")
    with pytest.raises(BadInput):
        open_source(Path("a\x00b"))
    with pytest.raises(BadInput, match="Nothing in it"):
        open_source(tmp_path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device files on this system")
def test_devices_are_not_read() -> None:
    with pytest.raises(BadInput, match="neither a file nor a folder"):
        open_source(Path("/dev/zero"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights cannot be taken from this user")
def test_a_file_without_rights_is_told(tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text(TABLE)
    file.chmod(0)
    with pytest.raises(BadInput, match="cannot be opened"):
        open_source(file)


# --- archives ---------------------------------------------------------------------------------------------


def test_names_in_a_zip_lead_nowhere(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "deeper"
    target.mkdir(parents=True)
    file = target / "export.zip"
    file.write_bytes(
        zipped(
            {
                "../../evil.csv": TABLE.encode(),
                "/tmp/evil2.csv": TABLE.encode(),
                "C:\\x\\evil3.csv": TABLE.encode(),
            }
        )
    )
    assert len(list(open_source(file).read())) == 3
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["deep", "deeper", "export.zip"]


def test_a_zip_that_lies_about_its_size_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "export.zip"
    file.write_bytes(zipped({"jobs.csv": TABLE.encode() + b"Baker,Acme\n" * 3000}))
    source = open_source(file)
    monkeypatch.setattr(archives, "MEMBER_LIMIT", 20_000)
    entries = list(source.read())
    assert isinstance(entries[0], JobDraft)
    assert isinstance(entries[-1], Rejected)
    assert "far too much" in entries[-1].reason


def test_a_zip_damaged_within_keeps_what_came_before(tmp_path: Path) -> None:
    import random

    random.seed(7)
    rows = "".join(f"Baker {random.random()},Acme\n" for _ in range(20_000))
    raw = bytearray(zipped({"jobs.csv": f"Job Title,Company Name\n{rows}".encode()}))
    middle = len(raw) * 3 // 4
    raw[middle : middle + 50] = b"\xff" * 50
    file = tmp_path / "export.zip"
    file.write_bytes(raw)
    try:
        entries = list(open_source(file).read())
    except BadInput as refusal:
        # The damage may show while the file is looked at.
        entries = [Rejected(1, str(refusal))]
    assert isinstance(entries[-1], Rejected)
    assert "damaged" in entries[-1].reason


def test_folders_keep_what_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    (tmp_path / "b.json").write_text("{broken")
    (tmp_path / "c.csv").write_text("x,y\n1,2\n")
    (tmp_path / "d.jsonl").write_text('{"title":"Cook","company":"Acme"}\n')
    source = open_source(tmp_path)
    assert source.kind == "2 files"
    assert [entry.title for entry in source.read() if isinstance(entry, JobDraft)] == ["Baker", "Cook"]


# --- hostile text in every field --------------------------------------------------------------------------

FIELDS = (
    "Job Title",
    "Company Name",
    "Location",
    "Salary",
    "Job Description",
    "Job URL",
    "Status",
    "Notes",
    "Tags",
    "Date Posted",
)


@pytest.mark.parametrize("trouble", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_hostile_text_is_made_safe_in_every_field(tmp_path: Path, trouble: str, form: str) -> None:
    file = tmp_path / f"jobs.{form}"
    rows = [dict.fromkeys(FIELDS, "x") | {"Job Title": "Baker", "Company Name": "Acme"}]
    rows += [rows[0] | {field: trouble} for field in FIELDS]
    if form == "csv":
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
        content = out.getvalue()
    else:
        content = "\n".join(map(json.dumps, rows)) if form == "jsonl" else json.dumps(rows)
    file.write_bytes(content.encode("utf-8", "surrogatepass"))
    seen = list(open_source(file).read())
    assert len(seen) == len(rows) or "\n" in trouble
    for entry in seen:
        if isinstance(entry, Rejected):
            assert entry.reason == clean_line(entry.reason)
            continue
        for line in (entry.title, entry.company, entry.place, entry.rejection_reason, *entry.tags):
            assert line == clean_line(line)
            assert len(line) <= LINE_LIMIT
        for text in (entry.description, entry.notes):
            assert text == clean_text(text)
            assert len(text) <= TEXT_LIMIT
        assert entry.address == "" or entry.address.startswith(("http://", "https://"))
        assert entry.address == clean_line(entry.address, 4000)


@pytest.mark.parametrize("trouble", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_column_names_and_file_names_are_made_safe(tmp_path: Path, trouble: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["Job Title", trouble, "Company Name"], ["Baker", "x", ""]])
    file = tmp_path / "jobs.csv"
    file.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
    source = open_source(file)
    assert all(column == clean_line(column) for column in source.columns)
    seen = preview(source)
    assert all(refused.reason == clean_line(refused.reason, 2000) for refused in seen.refused)


# --- bounded ----------------------------------------------------------------------------------------------


def test_a_row_without_end_is_refused_and_the_rest_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROW_LIMIT", 10_000)
    file = tmp_path / "jobs.csv"
    file.write_text(
        f'{TABLE}Cook,{"x" * 25_000}\nSmith,Acme\nTailor,"{"y" * 200}\n' + "z\n" * 8000 + "Baker,Acme\n"
    )
    entries = list(open_source(file).read())
    kept = [entry.title for entry in entries if isinstance(entry, JobDraft)]
    assert kept[0] == "Baker"
    assert "Smith" in kept
    assert any("longer than" in entry.reason for entry in entries if isinstance(entry, Rejected))


def test_an_open_quotation_mark_in_a_long_table_is_found_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROW_LIMIT", 10_000)
    file = tmp_path / "jobs.csv"
    file.write_text('Title,Company,Place\nBaker,"Acme,Rome\n' + "Cook,Globex,Paris\n" * 3000)
    entries = list(open_source(file).read())
    assert [entry.row for entry in entries if isinstance(entry, Rejected)] == [2]
    assert len(entries) == 3001


def test_many_open_quotation_marks_take_no_square_of_time(tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("Title,Company,Place\n" + 'Baker,"""Acme,x\n' * 20_000)
    began = time.monotonic()
    entries = list(open_source(file).read())
    assert entries
    assert time.monotonic() - began < 10


ABSURD = {
    "a": "a" * 300_000,
    "less than": "<" * 100_000,
    "div": "<div>" * 50_000,
    "marks": "<b><p>" * 50_000,
    "escaped": "&lt;" * 100_000,
    "ampersands": "&amp;" * 100_000,
    "brackets": "[" * 100_000,
    "schemes": "https://" * 40_000,
    "digits": "1" * 100_000,
    "amounts": "$1" * 50_000,
    "spaces": "a" + " " * 300_000 + "b",
    "breaks": "\t\n" * 100_000,
    "comments": "<!--" * 50_000,
    "emoji": "🎉" * 100_000,
    "escapes": "\x1b]" * 50_000,
}


@pytest.mark.parametrize("cell", ABSURD.values(), ids=ABSURD.keys())
def test_absurd_cells_take_little_time(tmp_path: Path, cell: str) -> None:
    file = tmp_path / "jobs.jsonl"
    row = dict.fromkeys(
        ("location", "salary", "description", "url", "status", "notes", "tags", "posted_at", "remote"), cell
    )
    file.write_text(json.dumps({"title": "Baker", "company": "Acme", **row}) + "\n")
    began = time.monotonic()
    (entry,) = open_source(file).read()
    assert isinstance(entry, JobDraft)
    assert time.monotonic() - began < 10


def test_memory_stays_flat_over_a_long_table(tmp_path: Path) -> None:
    import tracemalloc

    file = tmp_path / "jobs.csv"
    with file.open("w") as out:
        out.write("Title,Company,Description\n")
        out.writelines(f"Baker {n},Acme,{'bread ' * 300}\n" for n in range(10_000))
    source = open_source(file)
    tracemalloc.start()
    count = sum(1 for _ in source.read())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 5_000_000


# --- anything at all --------------------------------------------------------------------------------------

HEADS = {
    "csv": [b"", b"Job Title,Company Name\n", b"\xff\xfe", b"Title;Company;Date Posted\n"],
    "tsv": [b"Title\tCompany\n"],
    "json": [b"", b"[", b'{"jobs":[', b'[{"title":"a","company":"b"},', b'{"@type":"JobPosting",'],
    "jsonl": [b"", b'{"title":"a","company":"b"}\n'],
    "html": [
        b"<html>",
        b'<html><script type="application/ld+json">',
        b"<!doctype html><body><h1>Baker at Acme</h1><p>",
    ],
    "mhtml": [b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"],
    "zip": [b"PK\x03\x04"],
    "dat": [b""],
}


@pytest.mark.parametrize("suffix", HEADS)
@given(
    content=st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@settings(
    max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    file = tmp_path / f"jobs.{suffix}"
    for head in HEADS[suffix]:
        file.write_bytes(head + content)
        try:
            entries: list[object] = list(open_source(file).read())
        except BadInput as refusal:
            entries = [refusal]
        assert all(isinstance(entry, JobDraft | Rejected | BadInput) for entry in entries)


VALUES = st.sampled_from(["2026-01-01", "https://a.example", "$5k", "EUR"]) | st.text(max_size=30)
KEYS = st.sampled_from(
    [
        "title", "company", "location", "address", "addressLocality", "name", "@type", "@id", "@graph", "@value",
        "salary", "baseSalary", "value", "minValue", "jobLocation", "hiringOrganization", "description", "identifier",
        "datePosted", "url", "skills", "jobs", "validThrough", "jobLocationType",
        "applicantLocationRequirements", "employmentType",
    ]
)  # fmt: skip
OBJECTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


@given(value=OBJECTS, as_posting=st.booleans())
@settings(
    max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_json_of_any_shape_is_read_or_refused(tmp_path: Path, value: object, as_posting: bool) -> None:
    if as_posting and isinstance(value, dict):
        value = {"title": "Baker", "hiringOrganization": "Acme", **value, "@type": "JobPosting"}
    file = tmp_path / "jobs.json"
    file.write_text(json.dumps(value))
    try:
        entries: list[object] = list(open_source(file).read())
    except BadInput as refusal:
        entries = [refusal]
    script = f'<script type="application/ld+json">{json.dumps(value)}</script>'
    try:
        entries += drafts_from_page(
            f"<html>{script}<body><h1>Baker at Acme</h1></body></html>", "https://a.example"
        )
    except BadInput as refusal:
        entries.append(refusal)
    assert entries or value in ([], {})


@given(
    text=st.text(max_size=300) | st.sampled_from(list(HOSTILE.values())),
    lead=st.sampled_from(["", "Acme | Engineer | ", "Engineer at "]),
)
@settings(max_examples=examples(200), deadline=None)
def test_any_pasted_text_is_read_or_refused(text: str, lead: str) -> None:
    try:
        draft = draft_from_text(lead + text)
    except BadInput as refusal:
        assert refusal.hint  # noqa: PT017 - either outcome is fine
        return
    assert draft.title == clean_line(draft.title)
    assert draft.company == clean_line(draft.company)
    assert draft.title
    assert draft.company
