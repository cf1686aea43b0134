"""How turns are written for a model: its own marks around what was said, so that a longer conversation only appends.

The templates that models bring along rewrite what was said before (they strip thoughts, or put in today's date), which
throws the cached prefix away. These say the same and never look back. Marks and words stay apart, so that words of a
posting or an answer can never be read as marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jobcopilot.inference.port import Turn

Segment = tuple[str, bool]
"""A text, and whether it is one of the template's marks."""


@dataclass(frozen=True, slots=True)
class Template:
    """The marks of one family of models."""

    name: str
    opening: Mapping[str, str]
    closing: Mapping[str, str]
    stops: tuple[str, ...]
    system_in_user: bool = False
    """Whether the family has no system turn: its words then begin the first turn of the user."""
    empty_thought: str = field(default="")
    """What stands before each answer so that a model that could think aloud answers at once."""

    def write(self, conversation: Sequence[Turn], *, open_end: bool = False) -> list[Segment]:
        """Return the segments of a conversation, ready to be answered; `open_end` leaves its last turn open."""
        turns = self._without_system(conversation)
        segments: list[Segment] = []
        for place, turn in enumerate(turns):
            segments.append((self._opening(turn.role), True))
            if turn.text:
                segments.append((turn.text, False))
            if place + 1 < len(turns) or not open_end:
                segments.append((self.closing[turn.role], True))
        if not open_end:
            segments.append((self._opening("assistant"), True))
        return [segment for segment in segments if segment[0]]

    def _opening(self, role: str) -> str:
        return self.opening[role] + (self.empty_thought if role == "assistant" else "")

    def _without_system(self, conversation: Sequence[Turn]) -> Sequence[Turn]:
        if not self.system_in_user or conversation[0].role != "system":
            return conversation
        system, *rest = conversation
        if rest and rest[0].role == "user":
            return [Turn("user", f"{system.text}\n\n{rest[0].text}"), *rest[1:]]
        return [Turn("user", system.text), *rest]


def _each(
    pattern: str, system: str = "system", user: str = "user", assistant: str = "assistant"
) -> dict[str, str]:
    return {
        "system": pattern.format(system), "user": pattern.format(user), "assistant": pattern.format(assistant)
    }  # fmt: skip


_CHATML_STOPS = ("<|im_end|>", "<|im_start|>", "<|endoftext|>")

TEMPLATES: Final[Mapping[str, Template]] = {
    one.name: one
    for one in (
        Template("chatml", _each("<|im_start|>{}\n"), _each("<|im_end|>\n"), _CHATML_STOPS),
        Template(
            "chatml-no-think", _each("<|im_start|>{}\n"), _each("<|im_end|>\n"), _CHATML_STOPS,
            empty_thought="<think>\n\n</think>\n\n",
        ),
        Template(
            "llama3", _each("<|start_header_id|>{}<|end_header_id|>\n\n"), _each("<|eot_id|>"),
            ("<|eot_id|>", "<|start_header_id|>", "<|end_of_text|>"),
        ),
        Template(
            "gemma", _each("<start_of_turn>{}\n", assistant="model"), _each("<end_of_turn>\n"),
            ("<end_of_turn>", "<start_of_turn>"), system_in_user=True,
        ),
        Template(
            "mistral", {"system": "", "user": "[INST] ", "assistant": ""},
            {"system": "", "user": "[/INST]", "assistant": "</s>"}, ("</s>", "[INST]"), system_in_user=True,
        ),
        Template("phi3", _each("<|{}|>\n"), _each("<|end|>\n"), ("<|end|>", "<|user|>", "<|assistant|>")),
        Template("phi4", _each("<|im_start|>{}<|im_sep|>"), _each("<|im_end|>"), _CHATML_STOPS),
        Template(
            "plain", _each("### {}:\n", "Instructions", "User", "Assistant"), _each("\n\n"),
            ("### User:", "### Assistant:", "### Instructions:"),
        ),
    )
}  # fmt: skip

_TELLING: Final = (
    ("phi4", ("<|im_sep|>",)),
    ("chatml-no-think", ("<|im_start|>", "enable_thinking")),
    ("chatml", ("<|im_start|>",)),
    ("llama3", ("<|start_header_id|>",)),
    ("gemma", ("<start_of_turn>",)),
    ("phi3", ("<|end|>", "<|assistant|>")),
    ("mistral", ("[INST]",)),
)
"""What in a model's own template tells its family; the first that fits."""


def template_for(chat_template: str | None) -> Template:
    """Return the template of the family that a model's own chat template tells of; `plain` where none is known."""
    for name, signs in _TELLING:
        if chat_template and all(sign in chat_template for sign in signs):
            return TEMPLATES[name]
    return TEMPLATES["plain"]
