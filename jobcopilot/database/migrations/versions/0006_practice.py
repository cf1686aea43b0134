"""Practice: the bank as each profile has it, sessions, what was said, and marks held to their quotes.

Revision: 0006
"""

# ruff: noqa: S608  # made of this file's own names only
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SAID = "CASE WHEN {row}.state IN ('draft', 'speaking') THEN '' ELSE coalesce({row}.edited, {row}.text) END"
"""What of a message is searched: nothing while it is being made."""
_KEY = "({row}session_id << 32) | {row}id"
"""A message's number in the index: which session it belongs to is told without looking it up."""
_FORGET = (
    "INSERT INTO practice_search (practice_search, rowid, text)"
    f" VALUES ('delete', {_KEY.format(row='OLD.')}, {_SAID.format(row='OLD')});"
)
_LEARN = (
    "INSERT INTO practice_search (rowid, text)"
    f" VALUES ({_KEY.format(row='NEW.')}, {_SAID.format(row='NEW')});"
)
_STANDS = """
    SELECT 1 FROM practice_assessment
    WHERE id = NEW.assessment_id AND substr(answer, NEW.start + 1, NEW."end" - NEW.start) = NEW.quote
"""
_RULES = (
    # --- what was said can be found ---
    f"CREATE INDEX practice_message_key ON practice_message ({_KEY.format(row='')})",
    (
        f"CREATE VIEW practice_words AS SELECT {_KEY.format(row='')} AS id,"
        f" {_SAID.format(row='practice_message')} AS text FROM practice_message"
    ),
    (
        "CREATE VIRTUAL TABLE practice_search USING fts5(text, content='practice_words', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')"
    ),
    f"CREATE TRIGGER practice_message_added AFTER INSERT ON practice_message BEGIN {_LEARN} END",
    (
        "CREATE TRIGGER practice_message_changed AFTER UPDATE OF text, edited, state ON practice_message"
        f" WHEN {_SAID.format(row='OLD')} IS NOT {_SAID.format(row='NEW')} BEGIN {_FORGET} {_LEARN} END"
    ),
    f"CREATE TRIGGER practice_message_gone AFTER DELETE ON practice_message BEGIN {_FORGET} END",
    # --- no mark without a quote that stands in the answer, no score without a mark ---
    (
        f"CREATE TRIGGER practice_mark_added BEFORE INSERT ON practice_mark WHEN NOT EXISTS ({_STANDS})"
        " BEGIN SELECT RAISE(ABORT, 'a mark needs a quote that stands in the answer'); END"
    ),
    (
        f"CREATE TRIGGER practice_mark_changed BEFORE UPDATE ON practice_mark WHEN NOT EXISTS ({_STANDS})"
        " BEGIN SELECT RAISE(ABORT, 'a mark needs a quote that stands in the answer'); END"
    ),
    (
        "CREATE TRIGGER practice_mark_gone BEFORE DELETE ON practice_mark WHEN EXISTS"
        " (SELECT 1 FROM practice_assessment WHERE id = OLD.assessment_id AND score IS NOT NULL)"
        " AND (SELECT count(*) FROM practice_mark WHERE assessment_id = OLD.assessment_id) = 1"
        " BEGIN SELECT RAISE(ABORT, 'a score needs a mark'); END"
    ),
    (
        "CREATE TRIGGER practice_score_first BEFORE INSERT ON practice_assessment WHEN NEW.score IS NOT NULL"
        " BEGIN SELECT RAISE(ABORT, 'marks come before the score'); END"
    ),
    (
        "CREATE TRIGGER practice_score_rests BEFORE UPDATE OF score ON practice_assessment WHEN NEW.score IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM practice_mark WHERE assessment_id = NEW.id)"
        " BEGIN SELECT RAISE(ABORT, 'a score needs a mark'); END"
    ),
    (
        "CREATE TRIGGER practice_answer_stays BEFORE UPDATE OF answer ON practice_assessment"
        " WHEN NEW.answer IS NOT OLD.answer BEGIN SELECT RAISE(ABORT, 'marks quote this answer'); END"
    ),
)


def upgrade() -> None:
    op.create_table(
        "practice_bank",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("profile_id"),
    )
    op.create_table(
        "practice_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("profile_id", "name_key"),
        sa.UniqueConstraint("profile_id", "slug"),
    )
    op.create_table(
        "practice_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("profile_id", "name_key"),
        sa.UniqueConstraint("profile_id", "slug"),
    )
    op.create_table(
        "practice_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("difficulty", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("follow_ups", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("last_asked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_score", sa.Integer(), nullable=True),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("hardness", sa.Float(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["practice_skill.id"],
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["practice_type.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("profile_id", "slug"),
    )
    op.create_index(op.f("ix_practice_question_skill_id"), "practice_question", ["skill_id"], unique=False)
    op.create_index(op.f("ix_practice_question_type_id"), "practice_question", ["type_id"], unique=False)
    op.create_index(
        "practice_question_due",
        "practice_question",
        ["profile_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "practice_question_list",
        "practice_question",
        ["profile_id", "enabled", "type_id", "skill_id", "difficulty", "origin", "text"],
        unique=False,
    )
    op.create_table(
        "practice_type_skill",
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["skill_id"], ["practice_skill.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["type_id"], ["practice_type.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("type_id", "skill_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_practice_type_skill_skill_id"), "practice_type_skill", ["skill_id"], unique=False
    )
    op.create_table(
        "practice_question_skill",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["practice_question.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["skill_id"], ["practice_skill.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question_id", "skill_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_practice_question_skill_skill_id"), "practice_question_skill", ["skill_id"], unique=False
    )
    op.create_table(
        "practice_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("job_words", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("interviewer", sa.String(), nullable=False),
        sa.Column("setup", sa.JSON(), nullable=False),
        sa.Column("brief", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("owed", sa.String(), nullable=False),
        sa.Column("current_id", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("running_since", sa.BigInteger(), nullable=True),
        sa.Column("answer_from", sa.Float(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("assessment", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'in_progress', 'completed', 'cancelled', 'error')", name="status"
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["type_id"], ["practice_type.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_practice_session_job_id"), "practice_session", ["job_id"], unique=False)
    op.create_index(op.f("ix_practice_session_round_id"), "practice_session", ["round_id"], unique=False)
    op.create_index(op.f("ix_practice_session_type_id"), "practice_session", ["type_id"], unique=False)
    op.create_index(
        "practice_session_by_time", "practice_session", ["profile_id", "created_at"], unique=False
    )
    op.create_table(
        "practice_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("difficulty", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("follow_ups", sa.JSON(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("question_message_id", sa.Integer(), nullable=True),
        sa.Column("answer_message_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("status IN ('planned', 'asked', 'answered', 'skipped')", name="status"),
        sa.ForeignKeyConstraint(["question_id"], ["practice_question.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["session_id"], ["practice_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "position"),
    )
    op.create_index(op.f("ix_practice_asked_question_id"), "practice_asked", ["question_id"], unique=False)
    op.create_table(
        "practice_session_skill",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["practice_session.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["skill_id"], ["practice_skill.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "skill_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_practice_session_skill_skill_id"), "practice_session_skill", ["skill_id"], unique=False
    )
    op.create_table(
        "practice_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("covered", sa.JSON(), nullable=False),
        sa.Column("missed", sa.JSON(), nullable=False),
        sa.Column("landed", sa.JSON(), nullable=False),
        sa.Column("sharpen", sa.JSON(), nullable=False),
        sa.Column("stronger", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("score IS NOT NULL OR trim(reason) <> ''", name="reason"),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_id"], ["practice_asked.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("asked_id", "attempt", "by"),
    )
    op.create_index(
        "practice_assessment_over_time",
        "practice_assessment",
        ["profile_id", "skill", "at", "score"],
        unique=False,
        sqlite_where=sa.text("score IS NOT NULL AND by = 'rules'"),
    )
    op.create_table(
        "practice_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("edited", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("fallback", sa.String(), nullable=False),
        sa.Column("audio", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asked_id"], ["practice_asked.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["session_id"], ["practice_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_practice_message_asked_id"), "practice_message", ["asked_id"], unique=False)
    op.create_index("practice_message_of_session", "practice_message", ["session_id", "id"], unique=False)
    op.create_table(
        "practice_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("trim(quote) <> ''", name="quote"),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        sa.CheckConstraint('start >= 0 AND "end" > start', name="span"),
        sa.ForeignKeyConstraint(["assessment_id"], ["practice_assessment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_practice_mark_assessment_id"), "practice_mark", ["assessment_id"], unique=False)

    for rule in _RULES:
        op.execute(rule)
