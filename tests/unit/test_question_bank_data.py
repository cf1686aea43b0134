"""The shipped question bank: complete, well formed, no two questions alike, and no sign given away by its question."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from rapidfuzz import fuzz, process

import jobcopilot.practice
from jobcopilot.reading.vocabulary import load

DATA: Final = Path(jobcopilot.practice.__file__).parent / "data"
TYPE_IDS: Final = (
    "technical", "behavioral", "system-design", "product-sense", "recruiter-screen", "hiring-manager",
)  # fmt: skip
TECHNOLOGIES: Final = (
    "Python", "SQL", "Java", "JavaScript", "TypeScript", "Go", "Rust", "C++", "C#", "React", "Node.js", "Kubernetes",
    "Docker", "Terraform", "AWS", "Google Cloud", "Azure", "PostgreSQL", "MySQL", "MongoDB", "Redis", "Apache Kafka",
    "Apache Spark", "Apache Airflow", "dbt", "Snowflake", "pandas", "PyTorch", "TensorFlow", "scikit-learn",
    "Large Language Models", "Linux", "Git", "CI/CD", "REST", "GraphQL", "Django", "Spring Boot", "Machine Learning",
    "Data Modeling",
)  # fmt: skip
DIFFICULTIES: Final = ("easy", "medium", "hard")
SHAPES: Final = {"star", "design", "plain"}
KINDS: Final = {
    "language", "framework", "data", "infrastructure", "practice", "behaviour", "product", "career",
}  # fmt: skip
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
WORD: Final = re.compile(r"[a-z0-9]+")
SIGN: Final = re.compile(r"[^\sA-Z]+(?: [^\sA-Z]+){0,3}")
ALIKE: Final = 85

Entry: TypeAlias = dict[str, Any]


@cache
def _read(pattern: str, key: str) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for path in sorted(DATA.glob(pattern)):
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
        assert set(parsed) == {key}, path.name
        entries += parsed[key]
    return tuple(entries)


def _types() -> tuple[Entry, ...]:
    return _read("types.toml", "type")


def _skills() -> tuple[Entry, ...]:
    return _read("skills-*.toml", "skill")


def _questions() -> tuple[Entry, ...]:
    return _read("questions-*.toml", "question")


def _found(sign: str, text: str) -> bool:
    """Tell whether the sign's words, or words they begin, follow each other in the text."""
    wanted, words = WORD.findall(sign.lower()), WORD.findall(text.lower())
    return any(
        all(word.startswith(part) for part, word in zip(wanted, words[start:], strict=False))
        for start in range(len(words) - len(wanted) + 1)
    )


def _lacking(entries: tuple[Entry, ...], fields: set[str]) -> list[object]:
    return [entry.get("id", entry.get("name", entry)) for entry in entries if set(entry) != fields]


def test_types_skills_and_questions_have_exactly_the_fields_that_the_room_reads() -> None:
    assert not _lacking(_types(), {"id", "name", "description", "stages", "minutes", "skills", "shape"})
    assert not _lacking(_skills(), {"name", "kind", "description", "aliases"})
    fields = {"id", "type", "skill", "also", "difficulty", "text", "follow_ups", "points"}
    assert not _lacking(_questions(), fields)
    assert [
        one["id"] for one in _questions() if any(set(p) != {"point", "signs"} for p in one["points"])
    ] == []


def test_the_six_types_suggest_skills_and_stages() -> None:
    assert tuple(one["id"] for one in _types()) == TYPE_IDS
    for one in _types():
        assert one["shape"] in SHAPES, one["id"]
        assert 1 <= one["minutes"] <= 15, one["id"]
        assert len(one["stages"]) >= 5, one["id"]
        assert one["stages"] == [stage.lower() for stage in one["stages"]], one["id"]
        assert len(one["skills"]) >= 3, one["id"]
        assert one["description"].endswith("."), one["id"]


@pytest.mark.parametrize("type_id", TYPE_IDS)
def test_what_a_type_suggests_can_be_asked_in_it(type_id: str) -> None:
    asked = {one["skill"] for one in _questions() if one["type"] == type_id}
    suggested = next(one["skills"] for one in _types() if one["id"] == type_id)
    assert set(suggested) <= asked


def test_skills_are_named_once_and_as_the_reader_of_postings_names_them() -> None:
    names = Counter(one["name"].casefold() for one in _skills())
    assert [name for name, times in names.items() if times > 1] == []
    canonical = {one.name.casefold(): one.name for one in load()}
    spelt = [(one["name"], canonical.get(one["name"].casefold(), one["name"])) for one in _skills()]
    assert [pair for pair in spelt if pair[0] != pair[1]] == []
    assert {one["kind"] for one in _skills()} <= KINDS
    assert [one["name"] for one in _skills() if not one["description"].endswith(".")] == []


def test_every_question_names_known_things_under_a_stable_slug() -> None:
    slugs = Counter(one["id"] for one in _questions())
    assert [slug for slug, times in slugs.items() if times > 1 or not SLUG.fullmatch(slug)] == []
    skills = {one["name"] for one in _skills()}
    for one in _questions():
        assert one["type"] in TYPE_IDS, one["id"]
        assert one["difficulty"] in DIFFICULTIES, one["id"]
        assert {one["skill"], *one["also"]} <= skills, one["id"]
        assert one["skill"] not in one["also"], one["id"]


def test_a_file_holds_the_questions_of_the_type_it_is_named_for() -> None:
    for path in DATA.glob("questions-*.toml"):
        named = next(one for one in TYPE_IDS if path.stem.startswith(f"questions-{one}"))
        held = {one["type"] for one in tomllib.loads(path.read_text(encoding="utf-8"))["question"]}
        assert held == {named}, path.name


@pytest.mark.parametrize("type_id", TYPE_IDS)
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_every_type_and_difficulty_has_a_dozen(type_id: str, difficulty: str) -> None:
    asked = [one for one in _questions() if one["type"] == type_id and one["difficulty"] == difficulty]
    assert len(asked) >= 12


def test_the_bank_holds_360_questions_and_four_of_each_technology() -> None:
    mains = Counter(one["skill"] for one in _questions())
    assert len(_questions()) >= 360
    assert [name for name in TECHNOLOGIES if mains[name] < 4] == []


def test_every_skill_that_is_not_technical_is_the_main_one_of_three() -> None:
    mains = Counter(one["skill"] for one in _questions())
    assert [one["name"] for one in _read("skills-people.toml", "skill") if mains[one["name"]] < 3] == []


def test_no_two_questions_are_alike() -> None:
    texts = [one["text"].lower() for one in _questions()]
    likeness = process.cdist(texts, texts, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, workers=1)
    pairs = [
        (texts[one], texts[other], float(likeness[one][other]))
        for one, other in itertools.combinations(range(len(texts)), 2)
        if likeness[one][other] >= ALIKE
    ]
    assert pairs == []


def test_questions_and_follow_ups_are_spoken_sentences() -> None:
    for one in _questions():
        assert re.fullmatch(r"[A-Z\"'].{18,400}[.?!]", one["text"]), one["id"]
        assert 2 <= len(one["follow_ups"]) <= 3, one["id"]
        assert len(set(one["follow_ups"])) == len(one["follow_ups"]), one["id"]
        spoken = [re.fullmatch(r"[A-Z\"'].{8,250}[.?!]", said) for said in one["follow_ups"]]
        assert all(spoken), one["id"]


def test_points_and_signs_are_well_formed() -> None:
    for one in _questions():
        assert 3 <= len(one["points"]) <= 6, one["id"]
        names = [point["point"] for point in one["points"]]
        assert len(set(names)) == len(names), one["id"]
        for point in one["points"]:
            signs = point["signs"]
            assert 10 <= len(point["point"]) <= 160, (one["id"], point["point"])
            assert not point["point"].endswith("."), (one["id"], point["point"])
            assert 4 <= len(signs) <= 12, (one["id"], point["point"], len(signs))
            assert len(set(signs)) == len(signs), (one["id"], signs)
            assert [sign for sign in signs if not SIGN.fullmatch(sign)] == [], one["id"]
            assert [sign for sign in signs if len("".join(WORD.findall(sign))) < 2] == [], one["id"]


def test_saying_the_question_back_shows_no_sign() -> None:
    given = [
        (one["id"], sign)
        for one in _questions()
        for point in one["points"]
        for sign in point["signs"]
        if _found(sign, one["text"])
    ]
    assert given == []


def test_a_sign_belongs_to_one_point_of_a_question() -> None:
    shared = []
    for one in _questions():
        signs = Counter(sign for point in one["points"] for sign in point["signs"])
        shared += [(one["id"], sign) for sign, times in signs.items() if times > 1]
    assert shared == []


def test_a_sign_finds_its_words_or_their_beginnings_in_a_row() -> None:
    assert _found("talk to her", "So I talked to her directly.")
    assert _found("index", "two indexes were missing")
    assert not _found("her talk", "So I talked to her directly.")
    assert not _found("reindex", "an index")
