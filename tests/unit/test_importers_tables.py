"""Tables of trackers and spreadsheets, as people's programs write them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jobcopilot.errors import BadInput, UsageError
from jobcopilot.jobs.importers.preview import preview
from jobcopilot.jobs.importers.source_files import open_source
from jobcopilot.jobs.importers.sources import ImportSource
from jobcopilot.jobs.views import JobDraft, Rejected

DATA = Path(__file__).parents[1] / "data" / "imports"


def opened(tmp_path: Path, content: str | bytes, name: str = "jobs.csv") -> ImportSource:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_source(file)


def drafts(source: ImportSource) -> list[JobDraft]:
    entries = list(source.read())
    refused = [entry for entry in entries if isinstance(entry, Rejected)]
    assert refused == []
    return [entry for entry in entries if isinstance(entry, JobDraft)]


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


# --- presets ----------------------------------------------------------------------------------------------


def test_teal() -> None:
    source = open_source(DATA / "tables" / "teal.csv")
    assert source.kind == "Teal table"
    assert {entry.how for entry in source.mapping.entries} == {"preset"}
    found = drafts(source)
    assert [draft.status for draft in found] == [
        "interviewed", "interested", "rejected", "withdrawn", "applied", "offer", "withdrawn", "accepted",
    ]  # fmt: skip
    first, second, third, *_ = found
    assert (first.title, first.company, first.place) == ("Senior Data Engineer", "Globex", "Berlin")
    assert first.applied_at == noon(2026, 2, 3)
    assert first.pay is not None
    assert (first.pay.minimum, first.pay.maximum, first.pay.currency) == (80_000, 95_000, "EUR")
    assert "Call with Hank, Friday" in first.notes
    assert "Date Saved: 2026-02-01" in first.notes
    assert second.pay is None
    assert second.applied_at is None
    assert (third.place, third.work_mode) == ("Remote", "remote")


def test_huntr() -> None:
    source = open_source(DATA / "tables" / "huntr.csv")
    assert source.kind == "Huntr table"
    found = drafts(source)
    assert [draft.status for draft in found] == [
        "interested",
        "applied",
        "interviewed",
        "offer",
        "rejected",
        "new",
    ]
    assert (
        found[0].description
        == "Build **pipelines**.\n\n- Python\n- SQL\n\n**Requirements**\n\n- 5 years of Spark"
    )
    assert found[1].applied_at == datetime(2026, 2, 2, 9, 30, tzinfo=UTC)
    assert found[5].tags == ("My own list",), "a list of the person's own is kept as a tag"


def test_simplify() -> None:
    source = open_source(DATA / "tables" / "simplify.csv")
    assert source.kind == "Simplify table"
    found = drafts(source)
    assert [draft.status for draft in found] == ["applied", "interviewed", "interested", "rejected"]
    assert [draft.applied_at for draft in found] == [
        noon(2026, 2, 3),
        noon(2026, 1, 12),
        None,
        noon(2025, 12, 1),
    ]


def test_linkedin_applications_and_saved_jobs() -> None:
    source = open_source(DATA / "linkedin")
    assert source.kind == "LinkedIn export"
    found = drafts(source)
    applied = [draft for draft in found if draft.status == "applied"]
    saved = [draft for draft in found if draft.status == "interested"]
    assert (len(applied), len(saved)) == (25, 8)
    assert (applied[0].title, applied[0].company) == ("Editor", "Linnean Society")
    assert applied[0].applied_at == noon(2025, 3, 3)
    assert applied[0].address == "https://example.com/jobs/linnean-society/editor-0"
    assert "Are you authorized to work" in applied[0].notes
    assert saved[0].applied_at is None


def test_linkedin_s_other_form_of_dates(tmp_path: Path) -> None:
    head = "Application Date,Contact Email,Company Name,Job Title,Job Url,Resume Name,Question And Answers"
    source = opened(
        tmp_path,
        f'{head}\n"3/4/23, 4:11 PM",,Acme,Baker,https://x.example/1,cv.pdf,\n',
        "Job Applications_1.csv",
    )
    assert source.kind == "LinkedIn export"
    assert drafts(source)[0].applied_at == datetime(2023, 3, 4, 16, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("First Name,Last Name,URL,Email Address,Company,Position,Connected On", "contacts"),
        ("Company Name,Title,Description,Location,Started On,Finished On", "what you did before"),
        ("School Name,Start Date,End Date,Notes,Degree Name,Activities", "schools"),
        ("First Name,Last Name,Maiden Name,Address,Birth Date,Headline", "profile"),
        ("Question,Answer", "saved answers"),
    ],
)
def test_linkedin_s_other_tables_are_not_taken_for_postings(tmp_path: Path, header: str, words: str) -> None:
    preamble = 'Notes:\n"When exporting your connection data, some e-mails may be missing."\n\n'
    for content in (f"{header}\nx,y,z,a,b,c,d\n", f"{preamble}{header}\nx,y,z,a,b,c,d\n"):
        with pytest.raises(BadInput, match=words):
            opened(tmp_path, content, "Connections.csv")


# --- guessing ---------------------------------------------------------------------------------------------


GERMAN = """\
Position;Firma;Standort;Gehalt;Link zur Stelle;Bewerbungsstatus;Beworben am;Notizen
Bäcker;Brot GmbH;Köln;42.000 €;https://brot.example/1;Absage;24.03.2026;nett
"""
FRENCH = """\
Intitulé du poste,Entreprise,Lieu,Salaire,Lien de l'offre,Statut,Date de candidature
Boulanger,Pain SA,Lyon,35 000 €,https://pain.example/1,Entretien,24/03/2026
"""
PARTED = """\
Role,Employer,City,State,Country,Min Salary,Max Salary,Currency,Remote?,Apply By,Tags
Baker,Acme,Austin,TX,USA,50000,60000,USD,yes,2026-12-01,bread;night
"""
TABS = """\
job_title\tcompany_name\tjob_description\tdate_posted\tclosing_date\tjob_id
Baker\tAcme\tWe bake bread every night and sell it in the morning.\t2026-03-01\t2026-04-01\tA-10-77
"""


@pytest.mark.parametrize(
    ("table", "mapping"),
    [
        (
            GERMAN,
            {
                "title": "Position", "company": "Firma", "place": "Standort", "address": "Link zur Stelle",
                "pay": "Gehalt", "status": "Bewerbungsstatus", "notes": "Notizen", "applied": "Beworben am",
            },
        ),
        (
            FRENCH,
            {
                "title": "Intitulé du poste", "company": "Entreprise", "place": "Lieu", "address": "Lien de l'offre",
                "pay": "Salaire", "status": "Statut", "applied": "Date de candidature",
            },
        ),
        (
            PARTED,
            {
                "title": "Role", "company": "Employer", "place": "City+State+Country", "work_mode": "Remote?",
                "pay_minimum": "Min Salary", "pay_maximum": "Max Salary", "pay_currency": "Currency",
                "deadline": "Apply By", "tags": "Tags",
            },
        ),
        (
            TABS,
            {
                "title": "job_title", "company": "company_name", "description": "job_description",
                "source_id": "job_id", "posted": "date_posted", "deadline": "closing_date",
            },
        ),
    ],
    ids=["German", "French", "parts of place and pay", "tabs"],
)  # fmt: skip
def test_columns_are_guessed_by_their_names(tmp_path: Path, table: str, mapping: dict[str, str]) -> None:
    source = opened(tmp_path, table)
    assert source.mapping.as_text() == mapping
    (draft,) = drafts(source)
    assert draft.title
    assert draft.company


def test_the_values_of_a_guessed_table_arrive(tmp_path: Path) -> None:
    source = opened(tmp_path, PARTED)
    (draft,) = drafts(source)
    assert draft.place == "Austin, TX, USA"
    assert draft.work_mode == "remote"
    assert draft.deadline == date(2026, 12, 1)
    assert draft.tags == ("bread", "night")
    assert draft.pay is not None
    assert (draft.pay.minimum, draft.pay.maximum, draft.pay.currency, draft.pay.known) == (
        50_000,
        60_000,
        "USD",
        "guessed",
    )
    assert draft.row == 2


def test_columns_of_unknown_name_are_guessed_by_their_values(tmp_path: Path) -> None:
    text = "We are a small team that bakes bread. " * 12
    source = opened(
        tmp_path, f"Job Title,Company,alpha,beta,gamma\nBaker,Acme,https://a.example/1,{text},$50k - $60k\n"
    )
    assert source.mapping.as_text() == {
        "title": "Job Title", "company": "Company", "address": "alpha", "description": "beta", "pay": "gamma",
    }  # fmt: skip


def test_a_table_without_a_header_is_guessed_by_its_values(tmp_path: Path) -> None:
    rows = "".join(
        f'Software Engineer {n},Firm{"abc"[n]},"Berlin, Germany",https://a.example/{n},2026-03-0{n + 1}\n'
        for n in range(3)
    )
    found = drafts(opened(tmp_path, rows))
    assert [(draft.title, draft.company, draft.place, draft.address) for draft in found] == [
        (f"Software Engineer {n}", f"Firm{'abc'[n]}", "Berlin, Germany", f"https://a.example/{n}")
        for n in range(3)
    ]


def test_what_has_no_field_in_a_tracker_stays_as_a_note(tmp_path: Path) -> None:
    source = opened(tmp_path, "Company,Title,Status,Next step,Contact\nAcme,Baker,Applied,Call Tuesday,Bob\n")
    (draft,) = drafts(source)
    assert draft.notes == "Next step: Call Tuesday\n\nContact: Bob"


def test_the_glassdoor_shapes(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        ",Job Title,Salary Estimate,Company Name,Location\n"
        '0,Data Scientist,$53K-$91K (Glassdoor est.),"Acme\n3.8","Austin, TX"\n'
        "1,Data Engineer,-1,Globex,-1\n",
    )
    first, second = drafts(source)
    assert (first.company, first.source_id) == ("Acme", None)
    assert (second.pay, second.place) == (None, "")


@pytest.mark.parametrize(("name", "kept"), [("id", False), ("job_id", True)])
def test_only_ids_that_identify_are_taken(tmp_path: Path, name: str, kept: bool) -> None:
    """Row numbers of two files would make two different jobs one."""
    values = ["90871263", "90812377", "10293847"] if kept else ["1", "2", "3"]
    rows = "".join(f"{value},Baker,Acme,https://board.example/x{value}\n" for value in values)
    found = drafts(opened(tmp_path, f"{name},title,company,url\n{rows}"))
    assert [draft.source_id for draft in found] == (
        [f"board.example:{value}" for value in values] if kept else [None] * 3
    )


# --- dates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["3/4/2026", "24/3/2026"], [date(2026, 4, 3), date(2026, 3, 24)]),
        (["3/4/2026", "3/24/2026"], [date(2026, 3, 4), date(2026, 3, 24)]),
        (["1767225600", "1767225600000"], [date(2026, 1, 1)] * 2),
        (["04.03.2026", "2026-03-04T10:00:00Z"], [date(2026, 3, 4)] * 2),
    ],
)
def test_day_and_month_are_told_apart_for_the_whole_column(
    tmp_path: Path, values: list[str], expected: list[date]
) -> None:
    rows = "".join(f"Baker,Acme,{value}\n" for value in values)
    found = drafts(opened(tmp_path, f"Title,Company,Date Posted\n{rows}"))
    assert [draft.posted_on for draft in found] == expected


def test_the_deciding_date_may_stand_far_down(tmp_path: Path) -> None:
    rows = "Baker,Acme,3/4/2026\n" * 400 + "Baker,Acme,24/3/2026\n"
    source = opened(tmp_path, f"Title,Company,Date Posted\n{rows}")
    assert drafts(source)[0].posted_on == date(2026, 4, 3)
    assert source.mapping.remarks == ()


@pytest.mark.parametrize(
    ("header", "day"),
    [("Title,Company,Date Posted", date(2026, 3, 4)), ("Titel,Firma,Datum", date(2026, 4, 3))],
)
def test_dates_that_fit_both_ways_are_said(tmp_path: Path, header: str, day: date) -> None:
    source = opened(tmp_path, f"{header}\nBaker,Acme,3/4/2026\n")
    assert drafts(source)[0].posted_on == day
    (remark,) = source.mapping.remarks
    assert "does not tell" in remark


def test_impossible_dates_are_left_out_and_told(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        "Title,Company,Date Posted,Date Applied\nBaker,Acme,31/31/2026,some day in May\n"
        "Cook,Acme,2026-01-02,2026-01-03\n",
    )
    seen = preview(source)
    first, second = seen.examples
    assert (first.posted_on, first.applied_at) == (None, None)
    assert "Date Applied: some day in May" in first.notes
    assert second.posted_on == date(2026, 1, 2)
    assert {(value.row, value.column, value.text) for value in seen.unread} == {
        (2, "Date Posted", "31/31/2026"), (2, "Date Applied", "some day in May"),
    }  # fmt: skip


def test_a_mere_yes_makes_it_applied_without_a_date(tmp_path: Path) -> None:
    (draft,) = drafts(opened(tmp_path, "Title,Company,Applied\nBaker,Acme,x\n"))
    assert (draft.status, draft.applied_at) == ("applied", None)


@pytest.mark.parametrize(
    ("word", "closed"), [("closed", True), ("open", False), ("expired", True), ("active", False)]
)
def test_a_posting_s_own_state_is_not_the_person_s(tmp_path: Path, word: str, closed: bool) -> None:
    (draft,) = drafts(opened(tmp_path, f"Title,Company,Status,Updated At\nBaker,Acme,{word},2026-03-04\n"))
    assert (draft.status, draft.closed_on) == ("new", date(2026, 3, 4) if closed else None)


# --- given mapping ----------------------------------------------------------------------------------------

ODD = "A,B,C,D\nBaker,Acme,Austin,TX\n"


def test_given_columns_win(tmp_path: Path) -> None:
    source = opened(tmp_path, ODD).with_mapping(
        {"title": "a", "company": "B", "location": "C+D", "status": "=applied"}
    )
    (draft,) = drafts(source)
    assert (draft.title, draft.company, draft.place, draft.status) == (
        "Baker",
        "Acme",
        "Austin, TX",
        "applied",
    )
    title = source.mapping.get("title")
    assert title is not None
    assert title.how == "given"
    assert source.mapping.missing == ()


def test_a_guessed_column_can_be_unmapped(tmp_path: Path) -> None:
    source = opened(tmp_path, "Title,Company,Location\nBaker,Acme,Austin\n").with_mapping({"place": ""})
    assert drafts(source)[0].place == ""


def test_a_constant_fills_every_row(tmp_path: Path) -> None:
    source = opened(tmp_path, "Title,Place\nBaker,Austin\n").with_mapping({"company": "=Acme"})
    assert drafts(source)[0].company == "Acme"
    assert source.mapping.as_text()["company"] == "=Acme"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"colour": "A"}, "no field 'colour'.*Fields are: title"),
        ({"title": "Z"}, 'no column "Z".*"A", "B", "C", "D"'),
    ],
)
def test_unknown_fields_and_columns_name_the_choices(
    tmp_path: Path, given: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        opened(tmp_path, ODD).with_mapping(given)


def test_a_source_of_two_tables_takes_one_mapping() -> None:
    source = open_source(DATA / "linkedin").with_mapping({"tags": "Resume Name"})
    tags = [draft.tags for draft in drafts(source)]
    assert tags[0] == ("Ada-Byron-Example-Resume-v4.pdf",)
    assert tags[-1] == ()


# --- rows that cannot be ----------------------------------------------------------------------------------


def test_refusals_name_the_row_and_what_to_do(tmp_path: Path) -> None:
    source = opened(tmp_path, "Job Title,Company Name\nBaker,\n,Acme\nCook,Acme\nSmith,Acme,extra\n")
    entries = list(source.read())
    assert entries[:2] == [
        Rejected(2, 'no company. Add one in column "Company Name", or import with --map company=…'),
        Rejected(3, 'no title. Add one in column "Job Title", or import with --map title=…'),
    ]
    assert isinstance(entries[2], JobDraft)
    assert isinstance(entries[3], Rejected)
    assert "3 cells where the header has 2" in entries[3].reason


def test_refusals_of_several_files_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "Job Applications.csv").write_text(
        "Application Date,Company Name,Job Title,Job Url\n2026-01-01,,Baker,https://a.example\n"
    )
    (tmp_path / "Saved Jobs.csv").write_text(
        "Saved Date,Job Url,Job Title,Company Name\n2026-01-01,https://a.example,,Acme\n"
    )
    reasons = [entry.reason for entry in open_source(tmp_path).read() if isinstance(entry, Rejected)]
    assert [reason.split(":")[0] for reason in reasons] == ["Job Applications.csv", "Saved Jobs.csv"]


def test_a_table_without_a_company_says_how_to_give_it(tmp_path: Path) -> None:
    source = opened(tmp_path, "Title,Location\nBaker,Austin\n")
    assert source.mapping.missing == ("company",)
    assert list(source.read()) == [Rejected(2, "no company. Import with --map company=…")]


def test_the_company_is_known_by_its_board(tmp_path: Path) -> None:
    (draft,) = drafts(opened(tmp_path, "Title,URL\nBaker,https://jobs.lever.co/acme-bread/123\n"))
    assert draft.company == "acme bread"


# --- how files are written --------------------------------------------------------------------------------

HEADER = "Job Title,Company Name,Location,Notes"
ROW = 'Bäcker,"Brot, Mehl & Söhne",München,"Zeile 1\nZeile 2"'


def check_one(source: ImportSource) -> None:
    (draft,) = drafts(source)
    assert (draft.title, draft.company, draft.place) == ("Bäcker", "Brot, Mehl & Söhne", "München")
    assert "Zeile 1\nZeile 2" in draft.notes


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    check_one(opened(tmp_path, f"{HEADER}\n{ROW}\n".encode(encoding)))


@pytest.mark.parametrize("length", [70_000, 1_200_000])
def test_the_first_foreign_letter_may_stand_far_down(tmp_path: Path, length: int) -> None:
    filler = "Baker,Acme,Austin,nothing\n" * (length // 26)
    found = drafts(opened(tmp_path, f"{HEADER}\n{filler}{ROW}\n".encode("cp1252")))
    assert found[-1].title == "Bäcker"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False], ids=["last line ended", "last line open"])
def test_line_endings(tmp_path: Path, ending: str, last: bool) -> None:
    text = f"{HEADER}\nBaker,Acme,Austin,fine".replace("\n", ending) + (ending if last else "")
    assert drafts(opened(tmp_path, text.encode()))[0].company == "Acme"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separators(tmp_path: Path, delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["Job Title", "Company Name", "Notes"], ["Baker", "Acme, Inc; Sons", "a|b\tc"]])
    (draft,) = drafts(opened(tmp_path, out.getvalue()))
    assert draft.company == "Acme, Inc; Sons"


@pytest.mark.parametrize(
    "preamble",
    ["sep=;\n", "Notes:\n\n", "My job search 2026\n\n\n", '"Exported on 1 March 2026";;\n', "\ufeff\n"],
)
def test_lines_before_the_header(tmp_path: Path, preamble: str) -> None:
    source = opened(tmp_path, f"{preamble}Job Title;Company Name\nBaker;Acme\n")
    (draft,) = drafts(source)
    assert (draft.title, draft.company) == ("Baker", "Acme")
    assert draft.row == preamble.count("\n") + 2


def test_repeated_and_nameless_columns_are_told_apart(tmp_path: Path) -> None:
    source = opened(tmp_path, "Title,Company,Notes,Notes,,\nBaker,Acme,one,two,three,four\n")
    assert source.columns == ("Title", "Company", "Notes", "Notes (2)", "column 5", "column 6")
    assert drafts(source.with_mapping({"notes": "Notes (2)"}))[0].notes == "two"


def test_ragged_rows(tmp_path: Path) -> None:
    found = drafts(opened(tmp_path, "Title,Company,Location\nBaker,Acme\n\nCook,Acme,Austin,,\n  \n"))
    assert [(draft.title, draft.place, draft.row) for draft in found] == [
        ("Baker", "", 2),
        ("Cook", "Austin", 4),
    ]


def test_rows_with_an_index_that_the_header_lacks(tmp_path: Path) -> None:
    found = drafts(opened(tmp_path, "Title,Company\n1,Baker,Acme\n2,Cook,Globex\n"))
    assert [(draft.title, draft.company) for draft in found] == [("Baker", "Acme"), ("Cook", "Globex")]


def test_nul_bytes_are_dropped(tmp_path: Path) -> None:
    (draft,) = drafts(opened(tmp_path, b"Title,Company\nBa\x00ker,Ac\x00me\n"))
    assert (draft.title, draft.company) == ("Baker", "Acme")


def test_an_open_quotation_mark_spoils_its_row_only(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        'Title,Company,Location\nBaker,Acme,Austin\nCook,"Globex,Paris\nSmith,Initech,Rome\nTailor,Hooli,Nice\n',
    )
    entries = list(source.read())
    assert [entry.title for entry in entries if isinstance(entry, JobDraft)] == ["Baker", "Smith", "Tailor"]
    (refused,) = [entry for entry in entries if isinstance(entry, Rejected)]
    assert refused.row == 3
    assert "never closed" in refused.reason


def test_a_file_that_breaks_off_within_a_cell_keeps_the_rest(tmp_path: Path) -> None:
    source = opened(
        tmp_path,
        'Title,Company,Description\nBaker,Acme,fine\nCook,Globex,"We cook, fry\nand bake, all day\nand all',
    )
    entries = list(source.read())
    assert isinstance(entries[0], JobDraft)
    assert [type(entry) for entry in entries[1:]] == [Rejected]


@pytest.mark.slow
def test_a_cell_of_fifty_megabytes_is_cut_and_the_rest_kept(tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    with file.open("w") as out:
        out.write('Title,Company,Description\nBaker,Acme,"')
        for _ in range(50):
            out.write("bread and more bread\n" * 48_000)
        out.write('"\nCook,Globex,soup\n')
    found = drafts(open_source(file))
    assert [draft.title for draft in found] == ["Baker", "Cook"]
    assert len(found[0].description) <= 200_000


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    source = opened(tmp_path, "Job Title,Company Name\n")
    assert list(source.read()) == []
    assert preview(source).read == 0


def test_preview_counts_and_shows_examples(tmp_path: Path) -> None:
    rows = "".join(f"Baker {n},Acme\n" for n in range(8)) + ",Acme\n"
    source = opened(tmp_path, f"Title,Company\n{rows}")
    seen = preview(source)
    assert (seen.kind, seen.read, len(seen.examples), len(seen.refused)) == ("CSV table", 9, 5, 1)
    assert preview(source, limit=3).read == 3


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    source = opened(tmp_path, f"{HEADER}\n{ROW}\n")
    assert list(source.read()) == list(source.read())


def test_addresses_are_found_in_what_people_paste(tmp_path: Path) -> None:
    cells = ["https://a.example/1", "www.a.example/2", "[Apply](https://a.example/3)", "<a href='https://a.example/4'>x</a>",
             "javascript:alert(1)", "see mail", "a.example/5", "https://a.example/" + "x" * 3000]  # fmt: skip
    rows = "".join(f'Baker,Acme,"{cell}"\n' for cell in cells)
    found = drafts(opened(tmp_path, f"Title,Company,URL\n{rows}"))
    assert [draft.address for draft in found] == [
        "https://a.example/1", "https://www.a.example/2", "https://a.example/3", "https://a.example/4", "", "",
        "https://a.example/5", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "count"),
    [
        ("Title,Company\nBaker,Acme\nCook,Acme\n", "jobs.csv", 2),
        ("Notes:\n\nTitle,Company\nBaker,Acme\nCook,Acme", "jobs.csv", 2),
        ("Title,Company\n", "jobs.csv", 0),
        ('Title,Company,Notes\nBaker,Acme,"two\nlines"\n', "jobs.csv", None),
        ('{"title":"Baker","company":"Acme"}\n{"title":"Cook","company":"Acme"}', "jobs.jsonl", 2),
        ('[{"title":"Baker","company":"Acme"},{"title":"Cook","company":"Acme"}]', "jobs.json", 2),
    ],
)
def test_rows_are_counted_where_that_is_cheap(
    tmp_path: Path, content: str, name: str, count: int | None
) -> None:
    assert opened(tmp_path, content, name).count() == count


@pytest.mark.parametrize("odd", ["X", "x", "0", "n", "2026-01-02", "https://a.example", "w" * 900])
@pytest.mark.parametrize("header", ["title", "Title", "company", "Company"])
def test_a_header_that_names_a_required_field_needs_no_shape(tmp_path: Path, header: str, odd: str) -> None:
    other = "company" if header.lower() == "title" else "title"
    source = opened(tmp_path, f"{header},{other}\nEngineer,Acme\n{odd},Beta\n")
    assert source.mapping.as_text() == {header.lower(): header, other: other}
    assert len(drafts(source)) == 2


def test_what_could_not_be_read_is_told(tmp_path: Path) -> None:
    heard: set[tuple[int, str, str]] = set()
    source = opened(tmp_path, "title,company,status,applied\nA8,B,weird,foo\nA9,B,applied,2026-01-02\n")
    list(source.read(lambda *value: heard.add(value)))
    assert heard == {(2, "status", "weird"), (2, "applied", "foo")}


PLAIN = 'Job {0},Comp {0},Berlin,"text {0}"'


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        (PLAIN, 'Job 15,Comp 15,Berlin,"opened and never closed'),
        ('Job {0},"Comp, {0}",Berlin,"text {0}"', 'Job 15,"Comp, 15",Berlin,"opened and never closed'),
        ("Job {0},Comp {0},Berlin,text {0}", 'Job 15,Comp 15,Berlin,"opened and never closed'),
        ('Job {0},Comp {0},Berlin,"text\nof {0}"', 'Job 15,Comp 15,Berlin,"opened and never closed'),
        (PLAIN, '"Job 15,Comp 15,Berlin,"text 15"'),
        (PLAIN, '"Job 15,Comp 15,Berlin,text 15'),
    ],
)
def test_a_quotation_mark_left_open_in_the_middle_is_told_and_takes_no_other_row(
    tmp_path: Path, line: str, broken: str
) -> None:
    lines = ["title,company,location,description", *(line.format(number) for number in range(1, 41))]
    lines[15] = broken
    entries = list(opened(tmp_path, "\n".join(lines) + "\n").read())
    (refused,) = [entry for entry in entries if isinstance(entry, Rejected)]
    # The header is row 1.
    assert refused.row == 16
    assert "never closed" in refused.reason
    kept = {entry.title for entry in entries if isinstance(entry, JobDraft)}
    assert kept == {f"Job {number}" for number in range(1, 41) if number != 15}


def test_a_quotation_mark_left_open_in_many_rows_loses_only_those(tmp_path: Path) -> None:
    odd, even = PLAIN, 'Job {0},Comp {0},Rome,"open {0}'
    rows = ((odd if number % 2 else even).format(number) for number in range(1, 122))
    lines = ["title,company,location,description", *rows]
    entries = list(opened(tmp_path, "\n".join(lines) + "\n").read())
    assert sum(isinstance(entry, JobDraft) for entry in entries) == 61
    assert [entry.row for entry in entries if isinstance(entry, Rejected)] == list(range(3, 122, 2))


def test_quotation_marks_within_a_quoted_text_do_no_harm(tmp_path: Path) -> None:
    content = (
        'title,company,description\nBaker,Acme,"The "best" bread,\nin town"\nCook,Globex,"a ""good"" soup"\n'
    )
    entries = list(opened(tmp_path, content).read())
    assert [entry.title for entry in entries if isinstance(entry, JobDraft)] == ["Baker", "Cook"]


@pytest.mark.parametrize("name", ["jobs.csv", "jobs.json"])
def test_values_that_cannot_be_read_are_told_with_row_and_column(tmp_path: Path, name: str) -> None:
    content = "title,company,posted,salary\nBaker,Acme,31/02/2024,lots\n"
    if name.endswith("json"):
        content = '[{"title": "Baker", "company": "Acme", "posted": "31/02/2024", "salary": "lots"}]'
    told: list[tuple[int, str, str]] = []
    (draft,) = opened(tmp_path, content, name).read(lambda *value: told.append(value))
    assert isinstance(draft, JobDraft)
    assert (draft.pay, draft.posted_on) == (None, None)
    row = 1 if name.endswith("json") else 2
    assert sorted(told) == [(row, "posted", "31/02/2024"), (row, "salary", "lots")]


@pytest.mark.parametrize(
    "words", ["Competitive", "DOE", "n/a", "Depends on experience", "", "Nach Vereinbarung"]
)
def test_pay_that_a_posting_does_not_tell_is_no_mistake(tmp_path: Path, words: str) -> None:
    told: list[tuple[int, str, str]] = []
    content = f"title,company,salary\nBaker,Acme,{words}\nCook,Globex,50k EUR\n"
    assert len(list(opened(tmp_path, content).read(lambda *value: told.append(value)))) == 2
    assert told == []


def test_title_and_company_by_name_need_no_guess(tmp_path: Path) -> None:
    found = drafts(
        opened(tmp_path, "title,company\n7,2024-01-01 Ventures\n").with_mapping({"title": "title"})
    )
    assert [(draft.title, draft.company) for draft in found] == [("7", "2024-01-01 Ventures")]
    found = drafts(
        opened(tmp_path, "title,company\n3D,42\n").with_mapping({"title": "title", "company": "company"})
    )
    assert [(draft.title, draft.company) for draft in found] == [("3D", "42")]
