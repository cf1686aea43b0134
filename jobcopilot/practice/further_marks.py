"""A model's marks for a session that the rules have marked: one answer after the other, each stored at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jobcopilot.errors import Cancelled
from jobcopilot.inference.port import Cancel, ModelError
from jobcopilot.practice.assessment.by_model import ModelAssessor
from jobcopilot.practice.books import Books
from jobcopilot.practice.marking import for_assessor, store_assessment
from jobcopilot.practice.session_rows import asked_of, messages_of
from jobcopilot.practice.views import AskedView


class FurtherMarks:
    """Has a model assess what the rules could judge; shown beside their marks, never instead."""

    def __init__(self, books: Books, assessor: ModelAssessor) -> None:
        self._books = books
        self._assessor = assessor
        self.failed: list[ModelError] = []
        """What went wrong, an entry for each answer that was left to the rules alone."""

    def waiting(self, session_id: int, *, again: bool = False) -> tuple[AskedView, ...]:
        """Return the answers that the rules have judged and this model has not."""
        with self._books.reading() as connection:
            every = asked_of(connection, session_id)
        return tuple(
            one
            for one in every
            if one.assessment is not None
            and one.assessment.score is not None
            and (again or all(further.by != self._assessor.by for further in one.further))
        )

    def mark(
        self, session_id: int, cancel: Cancel | None = None, *, again: bool = False
    ) -> Iterator[AskedView]:
        """Mark what waits; each question is stored before it is yielded, and a set `cancel` ends it between two.

        Answers that the model fails at keep the rules' marks alone, and the next one is tried; three in a row end it.
        """
        with self._books.reading() as connection:
            messages = messages_of(connection, session_id)
        in_a_row = 0
        for one in self.waiting(session_id, again=again):
            assert one.assessment is not None
            try:
                made = self._assessor.assess(for_assessor(one, messages), one.answer, one.assessment, cancel)
            except Cancelled:
                return
            except ModelError as fault:
                self.failed.append(fault)
                in_a_row += 1
                if in_a_row == 3:
                    return
                continue
            in_a_row = 0
            if made is None:
                continue
            with self._books.writing() as connection:
                stored = store_assessment(connection, one, one.answer, made, self._books.now)
            others = tuple(further for further in one.further if further.by != stored.by)
            yield replace(one, further=(*others, stored))
