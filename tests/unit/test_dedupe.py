"""When two postings are the same job, and when they are only alike."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcopilot.jobs.dedupe import address_key, are_alike, company_key, company_stem, title_key, title_words
from jobcopilot.jobs.likeness import Likeness
from jobcopilot.jobs.recognition import _BY_ADDRESS, _BY_ID, _BY_ID_IN_FILE
from tests.fakes.board import make_board

PAIRS = Path(__file__).parents[1] / "data" / "dedupe" / "pairs.tsv"


@pytest.mark.parametrize(
    "addresses",
    [
        (
            "https://jobs.lever.co/weride/a102c558-c365-48cf-b1ae-766037509e5c/apply",
            "HTTP://jobs.lever.co:80/WeRide/a102c558-c365-48cf-b1ae-766037509e5c/?lever-source=LinkedIn#top",
            "jobs.lever.co/weride/a102c558-c365-48cf-b1ae-766037509e5c/apply/?utm_source=x&utm_medium=y",
        ),
        (
            "https://www.linkedin.com/jobs/view/data-engineer-at-acme-3823456789/?refId=x&trackingId=y%3D%3D",
            "https://www.linkedin.com/jobs/view/3823456789/",
            "https://www.linkedin.com/jobs/search/?currentJobId=3823456789&keywords=data",
            "https://de.linkedin.com/comm/jobs/view/3823456789?trk=eml",
        ),
        (
            "https://boards.greenhouse.io/acme/jobs/4012345?gh_src=abc",
            "https://job-boards.greenhouse.io/acme/jobs/4012345",
            "https://acme.com/careers/?gh_jid=4012345",
            "https://boards.greenhouse.io/embed/job_app?for=acme&token=4012345",
        ),
        (
            "https://jobs.ashbyhq.com/ramp/29663a4b-c457-4a38-bbdf-069f189b20eb/application",
            "https://ramp.com/careers?ashby_jid=29663a4b-c457-4a38-bbdf-069f189b20eb#open-positions",
        ),
        ("https://de.indeed.com/viewjob?jk=0123456789abcdef&from=serp", "https://www.indeed.com/rc/clk?jk=0123456789ABCDEF"),
        (
            "https://nvidia.wd5.myworkdayjobs.com/en-US/Site/job/Berlin/Engineer_JR1/apply/autofillWithResume",
            "https://nvidia.wd5.myworkdayjobs.com/Site/job/Berlin/Engineer_JR1",
        ),
        ("https://acme.com/jobs/ing%c3%a9nieur-7", "https://www.acme.com/Jobs/ingénieur-7/"),
        ("https://acme.com/job?b=2&a=1&ref=x", "http://acme.com/job?a=1&b=2&fbclid=IwAR0"),
        ("https://acme.com/#/jobs/7", "https://acme.com/#!/jobs/7/"),
    ],
)  # fmt: skip
def test_one_posting_has_one_key(addresses: tuple[str, ...]) -> None:
    assert None not in {address_key(address) for address in addresses}
    assert len({address_key(address) for address in addresses}) == 1


def test_two_postings_have_two_keys() -> None:
    addresses = [
        "https://acme.com/jobs/1", "https://acme.com/jobs/2", "https://acme.com/job?id=1", "https://acme.com/job?id=2",
        "https://acme.com:8443/jobs/1", "https://jobs.acme.com/1", "https://acme.com/#/jobs/1", "https://acme.com/#/jobs/2",
        "https://boards.greenhouse.io/acme/jobs/4012345", "https://boards.greenhouse.io/acme/jobs/4012346",
        "https://acme.com/jobs/ing%E9", "https://acme.com/jobs/ing%E8", "https://www.linkedin.com/jobs/view/3823456789",
        "https://university-uber.icims.com/jobs/134010/job", "https://university-uber.icims.com/jobs/136141/job",
    ]  # fmt: skip
    keys = [address_key(address) for address in addresses]
    assert None not in keys
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "address",
    [
        "", "  ", "n/a", "see website", "tbd.", "mailto:jobs@acme.com", "javascript:alert(1)", "ftp://acme.com/1",
        "https://", "http://[::1", "https://acme.com:99999/jobs/1", "https://exa mple.com/jobs/1", "https://acme.com",
        "https://acme.com/careers/", "https://www.acme.com/en/jobs?utm_source=x", "https://boards.greenhouse.io/acme",
        "https://jobs.lever.co/acme", "https://www.linkedin.com/jobs/search/?keywords=python",
        "https://www.linkedin.com/company/acme/", "https://acme.com/" + "x" * 9_000, "\x00", "https://\ud800.com/1",
    ],
)  # fmt: skip
def test_what_names_no_single_posting_has_no_key(address: str) -> None:
    """Two roles that share a company's careers page must not become one."""
    assert address_key(address) is None


HOSTS = st.sampled_from(
    (
        "acme.com",
        "WWW.Acme.com",
        "jobs.lever.co",
        "www.linkedin.com",
        "boards.greenhouse.io",
        "münchen.de",
        "a.b:8080",
    )
)
PATHS = st.lists(
    st.text(max_size=8) | st.sampled_from(("jobs", "apply", "view", "1234567", "%2F", "..")), max_size=4
)
QUERIES = st.dictionaries(
    st.sampled_from(("id", "gh_jid", "utm_source", "ref", "jk", "q")), st.text(max_size=6)
)


@given(HOSTS, PATHS, QUERIES, st.text(max_size=6))
def test_the_key_of_a_key_is_the_key(
    host: str, path: list[str], query: dict[str, str], fragment: str
) -> None:
    said = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    address = f"https://{host}/{'/'.join(path)}?{urlencode(said)}#{fragment}"
    key = address_key(address)
    assert key is None or address_key(key) == key


@given(st.text())
def test_any_text_may_stand_for_an_address(text: str) -> None:
    key = address_key(text)
    assert key is None or address_key(key) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme", "acme"), ("ACME, Inc.", "acme"), ("Acme GmbH & Co. KG", "acme"), ("Acme S.à r.l.", "acme"),
        ("Acme S.A.", "acme"), ("acme a/s", "acme"), ("Acme L.L.C.", "acme"), ("Acme Pty Ltd", "acme"),
        ("McDonald’s", "mcdonalds"), ("Müller", "muller"), ("AT&T", "at and t"), ("SA", "sa"), ("Inc.", "inc"),
        ("株式会社メルカリ", "株式会社メルカリ"), ("!!!", "!!!"), ("AB InBev", "ab inbev"), ("Sp. z o.o.", "sp"),
    ],
)  # fmt: skip
def test_a_companys_key_is_its_name_without_dress(name: str, key: str) -> None:
    assert company_key(name) == key


@given(st.text(min_size=1))
def test_keys_are_stable_and_never_empty_for_a_name(name: str) -> None:
    for key in (company_key, title_key):
        assert key(key(name)) == key(name)
        assert key(name) or not name.strip()
    assert company_stem(company_key(name)) or not company_key(name)
    assert title_words(name) == title_words(name)


def test_pairs_labelled_by_hand() -> None:
    """At least 60 pairs; a wrong mark costs more than a missed one."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) >= 60
    wrongly = [row for row in rows if row[0] == "different" and are_alike(*row[1:])]
    missed = [row for row in rows if row[0] == "same" and not are_alike(*row[1:])]
    alike = sum(row[0] == "same" for row in rows)
    found = alike - len(missed)
    precision, recall = found / (found + len(wrongly)), found / alike
    print(f"\n{len(rows)} pairs, {alike} the same: precision {precision:.3f}, recall {recall:.3f}")
    for row in wrongly + missed:
        print("  ", *row, sep=" | ")
    assert precision >= 0.97, wrongly
    assert recall >= 0.9, missed


def test_the_rule_is_the_same_both_ways_round_and_among_many(tmp_path: Path) -> None:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    database = make_board(tmp_path).runtime.home.database
    with closing(sqlite3.connect(database)) as connection:
        for _, company, title, place, other_company, other_title, other_place in rows:
            expected = are_alike(company, title, place, other_company, other_title, other_place)
            assert expected == are_alike(other_company, other_title, other_place, company, title, place)
            known = Likeness(connection, 1)
            assert known.expect(7, company_key(company), title, title_key(title), place, None) is None
            alike = known.expect(
                8, company_key(other_company), other_title, title_key(other_title), other_place, None
            )
            assert (alike == 7) == expected


def test_looking_up_a_job_reads_no_more_than_it_needs(tmp_path: Path) -> None:
    """Without indexes an import of 100,000 would read each job 100,000 times."""
    database = make_board(tmp_path).runtime.home.database
    with closing(sqlite3.connect(database)) as connection:
        for query in (
            _BY_ADDRESS,
            _BY_ID,
            _BY_ID_IN_FILE,
            "SELECT id FROM job WHERE deleted_at IS NULL AND duplicate_of IN (SELECT value FROM json_each(?))",
        ):
            plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", ("1",) * query.count("?")).fetchall()
            assert not [step for *_, step in plan if step.startswith("SCAN job")], (query, plan)
