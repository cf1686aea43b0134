"""Forms of the question bank: a question with its rubric, a skill, an interview type."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from jobcopilot.interviews.values import FieldError
from jobcopilot.practice.views import DIFFICULTIES, SHAPES, SKILL_KINDS
from jobcopilot.tui.modals.edit_job import FormPanel
from jobcopilot.tui.modals.fields import Choice, Field, LineInput, LongText

if TYPE_CHECKING:
    from jobcopilot.practice.bank import Bank
    from jobcopilot.practice.views import InterviewType, Question, Skill

_LISTS = "several are parted by ;"


class BankForm(FormPanel):
    """A form whose mistakes are told under their field."""

    def __init__(self, heading: str, about: str, bank: Bank) -> None:
        super().__init__(heading, about)
        self.bank = bank

    def store(self, said: dict[str, Any]) -> object:
        """Write what was said; blocks. Raises `FieldError`."""
        raise NotImplementedError

    async def keep(self) -> None:
        """Store what the form says; what a field does not take is said under it."""
        said: dict[str, Any] = dict(self.texts)
        try:
            await asyncio.to_thread(self.store, said)
        except FieldError as wrong:
            field = next((at for form in self.forms for at in form.fields if at.key == wrong.field), None)
            if field is None:
                raise
            field.complain(" ".join(part for part in (wrong.title, wrong.message, wrong.hint) if part))
            field.control.focus()
            return
        self.dismiss(1)


class QuestionForm(BankForm):
    """A question, what a strong answer covers, and follow-ups."""

    def __init__(self, bank: Bank, question: Question | None) -> None:
        super().__init__(
            "Edit the question" if question else "Add a question", "type, skill and words are needed", bank
        )
        self.question = question

    async def on_mount(self) -> None:
        """Show the form."""
        one = self.question
        types = await asyncio.to_thread(self.bank.types)
        points = [] if one is None else [f"{point.point}: {', '.join(point.signs)}" for point in one.points]
        await self.show_fields(
            [
                Field("text", "Question", LineInput("" if one is None else one.text)),
                Field(
                    "type",
                    "Type",
                    Choice([(kind.slug, kind.name) for kind in types], "" if one is None else one.type),
                ),
                Field("skill", "Skill", LineInput("" if one is None else one.skill), hint="its main skill"),
                Field("also", "Further skills", LineInput("" if one is None else "; ".join(one.also)), hint=_LISTS),
                Field(
                    "difficulty",
                    "Difficulty",
                    Choice([(name, name) for name in DIFFICULTIES], "medium" if one is None else one.difficulty),
                ),
            ],
            [
                Field(
                    "points",
                    "What a strong answer covers: a line each, “what it is: sign, another sign”",
                    LongText("\n".join(points)),
                    hint="signs are short phrases by which a point shows in an answer",
                ),
                Field(
                    "follow_ups",
                    "Follow-ups, a line each",
                    LongText("" if one is None else "\n".join(one.follow_ups)),
                ),
            ],
        )  # fmt: skip

    def store(self, said: dict[str, Any]) -> object:
        """Add the question, or change what was changed."""
        if self.question is None:
            return self.bank.add_question(said)
        changed = {name: said[name] for name in self.changed}
        return self.bank.edit_question(self.question.id, changed) if changed else None


class SkillForm(BankForm):
    """A skill."""

    def __init__(self, bank: Bank, skill: Skill | None) -> None:
        super().__init__("Edit the skill" if skill else "Add a skill", "a name is enough", bank)
        self.skill = skill

    async def on_mount(self) -> None:
        """Show the form."""
        one = self.skill
        await self.show_fields(
            [
                Field("name", "Name", LineInput("" if one is None else one.name)),
                Field(
                    "kind",
                    "Kind",
                    Choice([(name, name) for name in SKILL_KINDS], "practice" if one is None else one.kind),
                ),
                Field(
                    "aliases", "Also called", LineInput("" if one is None else "; ".join(one.aliases)), hint=_LISTS
                ),
            ],
            [Field("description", "Description", LongText("" if one is None else one.description))],
        )  # fmt: skip

    def store(self, said: dict[str, Any]) -> object:
        """Add the skill, or change what was changed."""
        if self.skill is None:
            return self.bank.add_skill(said)
        changed = {name: said[name] for name in self.changed}
        return self.bank.edit_skill(self.skill.id, changed) if changed else None


class TypeForm(BankForm):
    """An interview type."""

    def __init__(self, bank: Bank, kind: InterviewType | None) -> None:
        super().__init__("Edit the type" if kind else "Add an interview type", "a name is enough", bank)
        self.kind = kind

    async def on_mount(self) -> None:
        """Show the form."""
        one = self.kind
        await self.show_fields(
            [
                Field("name", "Name", LineInput("" if one is None else one.name)),
                Field(
                    "stages",
                    "Rounds",
                    LineInput("" if one is None else "; ".join(one.stages)),
                    hint="words in the name of a booked round that suggest this type; parted by ;",
                ),
                Field(
                    "minutes",
                    "Minutes",
                    LineInput("3" if one is None else str(one.minutes)),
                    hint="how long one answer usually is",
                ),
                Field(
                    "shape",
                    "Answers are",
                    Choice([(name, name) for name in SHAPES], "plain" if one is None else one.shape),
                    hint="star: situation, task, action, result; design: clarify, approach, trade-offs, check",
                ),
                Field("skills", "Skills", LineInput("" if one is None else "; ".join(one.skills)), hint=_LISTS),
            ],
            [Field("description", "Description", LongText("" if one is None else one.description))],
        )  # fmt: skip

    def store(self, said: dict[str, Any]) -> object:
        """Add the type, or change what was changed."""
        minutes = said["minutes"].strip()
        said["minutes"] = int(minutes) if minutes.isdigit() else minutes
        if self.kind is None:
            return self.bank.add_type(said)
        changed = {name: said[name] for name in self.changed}
        return self.bank.edit_type(self.kind.id, changed) if changed else None
