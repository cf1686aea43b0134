"""A JSON schema as a grammar for llama.cpp (GBNF).

llama-cpp-python brings a converter, but what it makes lets control characters into strings, which is no JSON, and pays
no heed to the bounds of numbers. Taken here is what pydantic writes for bounded shapes; properties come in their order
and all of them, so that a small model has nothing to decide but the values.

Grammar: github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

_SPACE: Final = 'space ::= " "?'
# Ranges rather than what is left out: beyond U+10FFFF llama.cpp would count one sign where a decoder sees four broken
# ones. No controls, no \u escapes: they could make half a surrogate pair, which is no text.
_CHARACTER: Final = r'character ::= [ !#-\x5b\x5d-~\u00a0-\ud7ff\ue000-\U0010ffff] | "\\" ["\\/bfnrt]'
_NUMBER: Final = 'number ::= "-"? ("0" | [1-9] [0-9]{0,8}) ("." [0-9]{1,6})?'
_SIMPLE: Final = {"number": "number", "boolean": '"true" | "false"', "null": '"null"'}
_WIDEST_RANGE: Final = 1_000
_LONGEST: Final = 2_000
"""Repetitions that llama.cpp still takes."""


class SchemaRefused(ValueError):
    """The schema holds something that this grammar does not know."""


def grammar_of(schema: Mapping[str, Any]) -> str:
    """Return the GBNF of a JSON schema. Raises `SchemaRefused` for what pydantic's bounded shapes do not hold."""
    return _Grammar(schema).text()


class _Grammar:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._definitions: Mapping[str, Any] = schema.get("$defs", {})
        self._rules: dict[str, str] = {}

    def text(self) -> str:
        root = self._rule("value", self._schema)
        lines = [f"root ::= {root}", *(f"{name} ::= {body}" for name, body in self._rules.items())]
        return "\n".join([*lines, _CHARACTER, _NUMBER, _SPACE]) + "\n"

    def _rule(self, name: str, schema: Mapping[str, Any]) -> str:
        """Write the rule for a schema and return its name."""
        if (ref := schema.get("$ref")) is not None:
            inner = str(ref).rpartition("/")[2]
            if inner not in self._definitions:
                raise SchemaRefused(f"{ref} leads nowhere")
            name = "def-" + _rule_name(inner)
            if name not in self._rules:
                # Named before its body is written: a shape may hold itself.
                self._rules[name] = ""
                self._rules[name] = self._body(name, self._definitions[inner])
            return name
        number = sum(rule == name or rule.startswith(f"{name}-n") for rule in self._rules)
        name = f"{name}-n{number}" if number else name
        self._rules[name] = ""
        self._rules[name] = self._body(name, schema)
        return name

    def _body(self, name: str, schema: Mapping[str, Any]) -> str:
        if "const" in schema:
            return _literal(schema["const"])
        if "enum" in schema:
            return " | ".join(_literal(value) for value in schema["enum"])
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return " | ".join(self._rule(f"{name}-{place}", one) for place, one in enumerate(schema[key]))
        if len(schema.get("allOf", ())) == 1:
            return self._rule(name, schema["allOf"][0])
        match schema.get("type"):
            case "object":
                return self._object(name, schema)
            case "array":
                return self._array(name, schema)
            case "string":
                low, high = int(schema.get("minLength", 0)), schema.get("maxLength")
                return f'"\\"" character{_times(low, high)} "\\""'
            case "integer":
                return _integer(schema)
            case other:
                if other not in _SIMPLE:
                    raise SchemaRefused(f"type {other!r} is not known")
                return _SIMPLE[other]

    def _object(self, name: str, schema: Mapping[str, Any]) -> str:
        properties: Mapping[str, Any] = schema.get("properties", {})
        if not properties:
            return '"{" space "}"'
        parts = [
            f'{_literal(key)} space ":" space {self._rule(f"{name}-{_rule_name(key)}", value)} space'
            for key, value in properties.items()
        ]
        return '"{" space ' + ' "," space '.join(parts) + ' "}"'

    def _array(self, name: str, schema: Mapping[str, Any]) -> str:
        items = schema.get("items")
        if not isinstance(items, Mapping):
            raise SchemaRefused("a list has to say what it holds")
        item = self._rule(f"{name}-item", items)
        low, high = int(schema.get("minItems", 0)), schema.get("maxItems")
        if high == 0:
            return '"[" space "]"'
        more = f'("," space {item} space){_times(max(0, low - 1), None if high is None else int(high) - 1)}'
        some = f"{item} space {more}"
        return f'"[" space {some} "]"' if low else f'"[" space ({some})? "]"'


def _integer(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None and schema.get("exclusiveMinimum") is not None:
        low = int(schema["exclusiveMinimum"]) + 1
    if high is None and schema.get("exclusiveMaximum") is not None:
        high = int(schema["exclusiveMaximum"]) - 1
    if low is not None and high is not None and high - low <= _WIDEST_RANGE:
        return " | ".join(f'"{value}"' for value in range(int(low), int(high) + 1))
    sign = "" if low is not None and low >= 0 else '"-"? '
    return f'{sign}("0" | [1-9] [0-9]{{0,8}})'


def _times(low: int, high: Any) -> str:
    if high is None:
        return f"{{{low},}}" if low else "*"
    return f"{{{low},{min(int(high), _LONGEST)}}}"


def _literal(value: Any) -> str:
    """Return a JSON value as a quoted word of the grammar."""
    written = json.dumps(value, ensure_ascii=False)
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _rule_name(text: str) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in text)
