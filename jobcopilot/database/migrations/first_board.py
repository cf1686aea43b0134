"""What the first schema keeps beside the jobs so that lists, statistics and searches of 100,000 stay fast.

All of it follows from the tables that `jobs/tables.py` declares, by triggers; only the full-text index has to be told
(`jobs/search_index.py`). Part of revision 0001: a later change is a later revision.
"""

# ruff: noqa: S608  # made of this file's own names only
from __future__ import annotations

# --- what a list reads: live jobs only, a few dozen bytes each, kept by triggers ------------------------------

_FACETS = """(
    CASE {row}.status WHEN 'new' THEN 0 WHEN 'interested' THEN 1 WHEN 'applied' THEN 2 WHEN 'interviewed' THEN 3
        WHEN 'offer' THEN 4 WHEN 'accepted' THEN 5 WHEN 'rejected' THEN 6 ELSE 7 END
    | CASE {row}.work_mode WHEN 'remote' THEN 8 WHEN 'hybrid' THEN 16 WHEN 'onsite' THEN 24 ELSE 0 END
    | CASE WHEN {row}.favourite THEN 32 ELSE 0 END
    | CASE WHEN {row}.duplicate_of IS NULL THEN 0 ELSE 64 END
)"""
# Column of job_board: what it holds, and the columns of job that it comes from. Days count from 1970.
_KEPT = {
    "profile_id": ("{row}.profile_id", "profile_id"),
    "facets": (_FACETS, "status, work_mode, favourite, duplicate_of"),
    "match_rank": ("{row}.match_rank", "match_rank"),
    "pay_year": (
        "coalesce({row}.pay_yearly_maximum, {row}.pay_yearly_minimum)",
        "pay_yearly_maximum, pay_yearly_minimum",
    ),
    "pay_currency": ("{row}.pay_currency", "pay_currency"),
    "posted": ("CAST(julianday({row}.posted_on) - 2440587.5 AS INTEGER)", "posted_on"),
    "deadline": ("CAST(julianday({row}.deadline) - 2440587.5 AS INTEGER)", "deadline"),
    "closed": ("CAST(julianday({row}.closed_on) - 2440587.5 AS INTEGER)", "closed_on"),
    "created_at": ("{row}.created_at", "created_at"),
    "updated_at": ("{row}.updated_at", "updated_at"),
    "applied_at": ("{row}.applied_at", "applied_at"),
    "company_id": ("{row}.company_id", "company_id"),
    "origin": ("(SELECT id FROM job_source WHERE name = {row}.source)", "source"),
    "title_key": ("{row}.title_key", "title_key"),
    "company_key": ("{row}.company_key", "company_key"),
}
_NAME_SOURCE = """
    INSERT INTO job_source (name) SELECT NEW.source
    WHERE NOT EXISTS (SELECT 1 FROM job_source WHERE name = NEW.source);"""
_PUT_ON_BOARD = f"""
    {_NAME_SOURCE}
    INSERT INTO job_board (id, {", ".join(_KEPT)})
    VALUES (NEW.id, {", ".join(value.format(row="NEW") for value, _ in _KEPT.values())});"""
# What filters look at on the way through a sort order, so that nothing else is touched. Not the match: scoring
# writes it anew for every job, and each index that holds it makes that a second longer for 100,000 jobs.
_ON_THE_WAY = (
    "facets, pay_year, pay_currency, posted, deadline, closed, created_at, applied_at, company_id, origin"
)
_ORDERS = {
    "match": "match_rank",
    "pay": "pay_year",
    "posted": "posted",
    "deadline": "deadline",
    "created": "created_at",
    "updated": "updated_at",
    "title": "title_key",
    "company": "company_key",
}


def _order(name: str, column: str) -> str:
    others = ", ".join(other for other in _ON_THE_WAY.split(", ") if other != column)
    return f"CREATE INDEX job_board_by_{name} ON job_board (profile_id, {column}, id, {others})"


def _follow(*columns: str) -> str:
    """The trigger that carries a change of some columns of a job onto the board."""
    sources = ", ".join(_KEPT[column][1] for column in columns)
    changes = ", ".join(f"{column} = {_KEPT[column][0].format(row='NEW')}" for column in columns)
    return f"""
    CREATE TRIGGER job_board_{columns[0]} AFTER UPDATE OF {sources} ON job WHEN NEW.deleted_at IS NULL
    BEGIN {_NAME_SOURCE if "origin" in columns else ""}
    UPDATE job_board SET {changes} WHERE id = NEW.id; END"""


BOARD = (
    "CREATE TABLE job_source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE job_board (
        id INTEGER PRIMARY KEY, profile_id INTEGER NOT NULL, facets INTEGER NOT NULL, match_rank INTEGER NOT NULL,
        pay_year REAL, pay_currency TEXT, posted INTEGER, deadline INTEGER, closed INTEGER,
        created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, applied_at INTEGER,
        company_id INTEGER NOT NULL, origin INTEGER NOT NULL, title_key TEXT NOT NULL, company_key TEXT NOT NULL
    )""",
    *(_order(name, column) for name, column in _ORDERS.items()),
    "CREATE INDEX job_board_by_status ON job_board (profile_id, facets & 7)",
    "CREATE INDEX job_board_marked ON job_board (profile_id, facets) WHERE facets & 96 <> 0",
    "CREATE INDEX job_board_by_applied ON job_board (profile_id, applied_at) WHERE applied_at IS NOT NULL",
    "CREATE INDEX job_board_by_closed ON job_board (profile_id, closed) WHERE closed IS NOT NULL",
    "CREATE INDEX job_board_by_company_id ON job_board (company_id)",
    "CREATE INDEX job_text_with_notes ON job_text (job_id) WHERE notes <> ''",
    f"CREATE TRIGGER job_board_added AFTER INSERT ON job WHEN NEW.deleted_at IS NULL BEGIN {_PUT_ON_BOARD} END",
    f"""
    CREATE TRIGGER job_board_restored AFTER UPDATE OF deleted_at ON job
    WHEN NEW.deleted_at IS NULL AND OLD.deleted_at IS NOT NULL
    BEGIN {_PUT_ON_BOARD} END""",
    """
    CREATE TRIGGER job_board_deleted AFTER UPDATE OF deleted_at ON job WHEN NEW.deleted_at IS NOT NULL
    BEGIN DELETE FROM job_board WHERE id = OLD.id; END""",
    "CREATE TRIGGER job_board_removed AFTER DELETE ON job BEGIN DELETE FROM job_board WHERE id = OLD.id; END",
    *(
        _follow(*columns)
        for columns in (
            ("match_rank",),
            ("facets",),
            ("updated_at",),
            ("applied_at",),
            ("pay_year", "pay_currency"),
            ("posted", "deadline", "closed"),
            ("title_key",),
            ("company_key", "company_id"),
            ("profile_id", "created_at", "origin"),
        )
    ),
)

# --- what statistics read: one small number for each value of each subject, kept by triggers -------------------

_APPLIED = "({row}.reached >= 2 OR {row}.applied_at IS NOT NULL)"
_ANSWERED = f"({_APPLIED} AND ({{row}}.reached >= 3 OR {{row}}.status = 'rejected' OR {{row}}.rejected_at IS NOT NULL))"
# Subjects that change together; each is (subject, value, weight).
_SUBJECTS = {
    "stage": (
        "status, reached, applied_at, rejected_at",
        (
            ("'status'", "{row}.status", "1"),
            ("'reached'", "{row}.reached", "1"),
            ("'applied'", "''", _APPLIED),
            ("'answered'", "''", _ANSWERED),
        ),
    ),
    "score": (
        "match, level",
        (
            ("'level'", "coalesce({row}.level, '')", "1"),
            ("'scored'", "''", "({row}.match IS NOT NULL)"),
            ("'match'", "''", "coalesce({row}.match, 0)"),
        ),
    ),
    "origin": (
        "source, created_at",
        # Weeks since Monday, 29 December 1969, in UTC.
        (("'source'", "{row}.source", "1"), ("'week'", "({row}.created_at / 86400000 + 3) / 7", "1")),
    ),
}


def _count(group: str, row: str, sign: str) -> str:
    """The statement that adds a job to the numbers of a group, or takes it out."""
    lines = " UNION ALL ".join(
        f"SELECT {row}.profile_id, {subject}, {value.format(row=row)}, {sign}{weight.format(row=row)}"
        for subject, value, weight in _SUBJECTS[group][1]
    )
    return f"""
    INSERT INTO job_tally (profile_id, subject, value, n) SELECT * FROM ({lines}) WHERE {row}.deleted_at IS NULL
    ON CONFLICT DO UPDATE SET n = n + excluded.n;"""


TALLY = (
    """
    CREATE TABLE job_tally (
        profile_id INTEGER NOT NULL, subject TEXT NOT NULL, value NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY (profile_id, subject, value)
    ) WITHOUT ROWID""",
    f"CREATE TRIGGER job_tally_added AFTER INSERT ON job BEGIN {''.join(_count(g, 'NEW', '') for g in _SUBJECTS)} END",
    f"CREATE TRIGGER job_tally_gone AFTER DELETE ON job BEGIN {''.join(_count(g, 'OLD', '-') for g in _SUBJECTS)} END",
    *(
        f"""
        CREATE TRIGGER job_tally_{group} AFTER UPDATE OF {columns}, deleted_at, profile_id ON job
        BEGIN {_count(group, "OLD", "-")} {_count(group, "NEW", "")} END"""
        for group, (columns, _) in _SUBJECTS.items()
    ),
    """
    CREATE TRIGGER job_tally_profile_removed AFTER DELETE ON profile
    BEGIN DELETE FROM job_tally WHERE profile_id = OLD.id; END""",
)

# --- what searches read ----------------------------------------------------------------------------------------

_TOKENS = "tokenize = \"unicode61 remove_diacritics 2 tokenchars '+#'\""
"""Letters and digits without case and accents; + and # too, for C++ and C#."""
_INDEXES = {
    "job_search": "owner, title, company, place, skills, tags, notes, description",
    "job_headline": "owner, title, company, place, skills, tags",
}


def _forget(index: str) -> str:
    return f"""
    INSERT INTO {index} ({index}, rowid, {_INDEXES[index]})
    SELECT 'delete', id, {_INDEXES[index]} FROM job_words
    WHERE id = OLD.id AND EXISTS (SELECT 1 FROM {index}_docsize WHERE id = OLD.id);"""


SEARCH = (
    # A private-use letter marks whose job it is: nobody types it. Lists have one order, so that what the index is
    # told to forget is what it was told to keep.
    """
    CREATE VIEW job_words AS
    SELECT job.id, char(57344) || job.profile_id AS owner, job.title, job.company, job.place,
        coalesce((SELECT group_concat(name, '; ') FROM (SELECT name FROM job_skill
            JOIN skill_name ON skill_name.id = skill_id WHERE job_id = job.id ORDER BY skill_id)), '') AS skills,
        coalesce((SELECT group_concat(tag, '; ') FROM (SELECT tag FROM job_tag
            WHERE job_id = job.id ORDER BY tag)), '') AS tags,
        coalesce(job_text.notes, '') AS notes, coalesce(job_text.description, '') AS description
    FROM job LEFT JOIN job_text ON job_text.job_id = job.id WHERE job.deleted_at IS NULL""",
    *(
        f"CREATE VIRTUAL TABLE {name} USING fts5 ({columns}, content = 'job_words', content_rowid = 'id', {_TOKENS})"
        for name, columns in _INDEXES.items()
    ),
    # Fewer, larger pieces while an import writes; 4 MB in memory.
    *(f"INSERT INTO {name} ({name}, rank) VALUES ('hashsize', 4000000)" for name in _INDEXES),
    # The index holds no text of its own: it must forget a job while the job's text is still the one it knows.
    f"""
    CREATE TRIGGER job_search_deleted BEFORE UPDATE OF deleted_at ON job
    WHEN OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL
    BEGIN {_forget("job_search")} {_forget("job_headline")} END""",
    f"""
    CREATE TRIGGER job_search_removed BEFORE DELETE ON job WHEN OLD.deleted_at IS NULL
    BEGIN {_forget("job_search")} {_forget("job_headline")} END""",
)
