"""A session as a file of the person's: Markdown to read, JSON to keep. Marks stand with the words they rest on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any, Final

from jobcopilot.practice.delivery_export import deliveries_object, delivery_lines, session_lines
from jobcopilot.practice.feedback import Feedback
from jobcopilot.practice.feedback_export import feedback_lines, feedback_object
from jobcopilot.practice.marking import open_follow_ups, open_words, said_about
from jobcopilot.practice.spoken_delivery import AnswerDelivery
from jobcopilot.practice.views import AnswerAssessment, AskedView, MessageView, SessionView

NOT_JUDGED: Final = "not enough to judge"
_LIST: Final = re.compile(r"^(\s*)(\d*)([-+=.)])", re.MULTILINE)
"""What would begin a list or underline a heading."""
_PART: Final = re.compile(r"\*\*([^*]+:)\*\* (.*)", re.DOTALL)
"""A part of a stronger version: its heading and the words."""


def session_object(
    view: SessionView, deliveries: Sequence[AnswerDelivery] = (), feedback: Feedback | None = None
) -> dict[str, Any]:
    """Return a session as JSON has it; what was not marked is null, never 0. `feedback` is a model's."""
    row = view.row
    return {
        "id": row.id,
        "title": row.title,
        "type": row.type,
        "skills": list(row.skills),
        "job_id": row.job_id,
        "job": row.job,
        "status": row.status,
        "mode": row.mode,
        "interviewer": row.interviewer,
        "given": [{"name": line.name, "text": line.text} for line in view.given],
        "created": row.created_at,
        "started": row.started_at,
        "completed": row.completed_at,
        "seconds": round(row.seconds, 1),
        "seed": view.setup.seed,
        "difficulty": view.setup.difficulty,
        "score": row.score,
        "assessment": None if view.assessment is None else _summary(view),
        "questions": [asked_object(one, view.messages) for one in view.asked],
        "messages": [message_object(one) for one in view.messages],
        "delivery": deliveries_object(deliveries),
        "feedback": feedback_object(feedback),
    }


def asked_object(asked: AskedView, messages: tuple[MessageView, ...]) -> dict[str, Any]:
    """Return one question of a session with what was answered and what was made of it."""
    return {
        "order": asked.order,
        "question": asked.text,
        "skill": asked.skill,
        "also": list(asked.also),
        "difficulty": asked.difficulty,
        "status": asked.status,
        "attempt": asked.attempt,
        "hints": asked.hints,
        "answer": asked.answer or None,
        "open_follow_ups": [{"text": one.text, "left": one.left} for one in open_follow_ups(asked, messages)],
        "assessment": None if asked.assessment is None else assessment_object(asked.assessment),
        "further_assessments": [assessment_object(one) for one in asked.further],
    }


def assessment_object(assessment: AnswerAssessment) -> dict[str, Any]:
    """Return what was made of an answer."""
    return {
        "score": assessment.score,
        "reason": assessment.reason,
        "cause": assessment.cause,
        "by": assessment.by,
        "marks": [
            {
                "name": mark.name,
                "score": mark.score,
                "quote": mark.quote,
                "start": mark.start,
                "end": mark.end,
                "reason": mark.reason,
            }
            for mark in assessment.marks
        ],
        "covered": [{"point": one.point, "quote": one.quote} for one in assessment.covered],
        "missed": list(assessment.missed),
        "landed": list(assessment.landed),
        "sharpen": list(assessment.sharpen),
        "stronger": assessment.stronger,
    }


def message_object(message: MessageView) -> dict[str, Any]:
    """Return one message; `edited` is the person's correction beside the original."""
    return {
        "id": message.id,
        "role": message.role,
        "kind": message.kind,
        "text": message.text,
        "edited": message.edited,
        "at": message.at,
        "state": message.state,
        "question": message.asked_id,
        "attempt": message.attempt,
        "by": message.by,
        "fallback": message.fallback,
        "seconds": message.seconds,
    }


def session_json(
    view: SessionView, deliveries: Sequence[AnswerDelivery] = (), feedback: Feedback | None = None
) -> str:
    """Return a session as a JSON document, moments as ISO 8601."""
    made = session_object(view, deliveries, feedback)
    return json.dumps(made, ensure_ascii=False, indent=2, default=lambda at: at.isoformat()) + "\n"


def session_markdown(
    view: SessionView,
    zone: tzinfo,
    deliveries: Sequence[AnswerDelivery] = (),
    feedback: Feedback | None = None,
) -> str:
    """Return a session as Markdown; what was said stands in quotation blocks, and none of it is markup."""
    lines = (*_lines(view, zone), *feedback_lines(feedback, plain), *_delivery(deliveries))
    return "\n".join(lines).rstrip() + "\n"


def _lines(view: SessionView, zone: tzinfo) -> Iterator[str]:
    row = view.row
    when = row.started_at or row.created_at
    yield f"# {plain(row.title)}"
    yield ""
    state = f"{row.mode} mode · {row.status.replace('_', ' ')}"
    yield f"{when.astimezone(zone):%Y-%m-%d %H:%M} · {state} · {_score(row.score)}"
    if row.skills:
        yield f"Skills: {plain(', '.join(row.skills))}"
    for asked in view.asked:
        yield ""
        yield f"## {asked.order}. {plain(asked.text)}"
        yield ""
        yield f"{plain(asked.skill)} · {asked.difficulty} · {status_words(asked, view.messages)}"
        yield from _said(asked, view.messages)
        if asked.assessment is not None:
            yield from _assessment(asked.assessment)
        for further in asked.further:
            yield from _assessment(further)
    if view.assessment is not None:
        yield ""
        yield "## Over the session"
        yield ""
        yield plain(verdict(view.assessment.score, view.assessment.reason))
        yield from _listed("What landed", view.assessment.landed)
        yield from _listed("What to sharpen", view.assessment.sharpen)


def _said(asked: AskedView, messages: tuple[MessageView, ...]) -> Iterator[str]:
    """Yield what was said to a question, try by try: only the last one is marked, and no word is left out."""
    for attempt in range(1, asked.attempt + 1):
        if asked.attempt > 1:
            yield ""
            yield f"### Try {attempt}" + (", the one that counts" if attempt == asked.attempt else "")
        for message in said_about(replace(asked, attempt=attempt), messages):
            if not message.final or message.id == asked.question_message_id:
                continue
            who = "You" if message.role == "person" else message.by or "Interviewer"
            yield ""
            yield f"**{plain(who)}**{' (corrected)' if message.edited is not None else ''}"
            yield ""
            yield from _quoted(message.final)
            if message.edited is not None and message.text.strip():
                yield ""
                yield "as it was before:"
                yield ""
                yield from _quoted(message.text)


def _quoted(words: str) -> Iterator[str]:
    """Yield words as a quotation block, each line of them a line."""
    lines = words.split("\n")
    yield from (
        f"> {plain(line)}{'  ' if line.strip() and at < len(lines) else ''}"
        for at, line in enumerate(lines, 1)
    )


def _delivery(deliveries: Sequence[AnswerDelivery]) -> Iterator[str]:
    if not deliveries:
        return
    yield ""
    yield "## How it was spoken"
    yield ""
    yield "Measured from the recording; figures, no marks."
    for one in deliveries:
        yield from _listed(f"Question {one.order}" if one.order else "An answer", tuple(delivery_lines(one)))
    yield from _listed("Beside it", tuple(session_lines(deliveries)))


def _assessment(assessment: AnswerAssessment) -> Iterator[str]:
    yield ""
    reason = plain(_apart(assessment.reason))
    yield f"**{_score(assessment.score)}** ({plain(assessment.by)}). {reason}".rstrip()
    if assessment.marks:
        yield ""
    for mark in assessment.marks:
        quote = plain(" ".join(mark.quote.split()))
        yield f"- {plain(mark.name)} {mark.score}: “{quote}”{f' — {plain(mark.reason)}' if mark.reason else ''}"
    yield from _listed("Not covered", assessment.missed)
    yield from _listed("What landed", assessment.landed)
    yield from _listed("What to sharpen", assessment.sharpen)
    if assessment.stronger:
        yield ""
        yield "A stronger version, from your own facts:"
        yield ""
        for line in assessment.stronger.split("\n"):
            # What the parts are called is ours, and bold; the words are the person's.
            part = _PART.match(line)
            yield f"> **{plain(part[1])}** {plain(part[2])}  " if part else f"> {plain(line)}  "


def _listed(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}:"
        yield ""
        yield from (f"- {plain(line)}" for line in lines)


def status_words(asked: AskedView, messages: tuple[MessageView, ...]) -> str:
    """Return what became of a question, its follow-ups included: "answered, try 2; a follow-up skipped"."""
    status = {
        "planned": "not asked",
        "asked": "not answered",
        "skipped": "skipped",
        "answered": "answered" if asked.attempt == 1 else f"answered, try {asked.attempt}",
    }[asked.status]
    left = open_words(open_follow_ups(asked, messages)) if asked.status == "answered" else ""
    return f"{status}; {left}" if left else status


def _score(score: int | None) -> str:
    return NOT_JUDGED if score is None else f"{score} of 100"


def verdict(score: int | None, reason: str) -> str:
    """Return a score with its reason in one line; what was not judged says so once."""
    return f"{_score(score)}. {_apart(reason)}".rstrip()


def _apart(reason: str) -> str:
    """A reason without the words that every list shows before it in place of a score."""
    rest = re.sub(rf"^{NOT_JUDGED}[.:]\s*", "", reason, flags=re.IGNORECASE)
    return rest[:1].upper() + rest[1:]


def _summary(view: SessionView) -> dict[str, Any]:
    made = view.assessment
    assert made is not None
    return {
        "score": made.score,
        "reason": made.reason,
        "by": made.by,
        "skills": [{"skill": one.skill, "score": one.score, "answers": one.answers} for one in made.skills],
        "landed": list(made.landed),
        "sharpen": list(made.sharpen),
        "judged": made.judged,
        "not_judged": made.not_judged,
        "not_answered": made.not_answered,
        "not_asked": made.not_asked,
    }


def plain(words: str) -> str:
    """Words that stay words in Markdown: nothing said becomes a link, an image, markup or HTML."""
    escaped = "".join(f"\\{char}" if char in "\\`*_[]<>#|!~" else char for char in words)
    return _LIST.sub(r"\1\2\\\3", escaped)
