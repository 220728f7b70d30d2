"""What a broken rule expected and what it saw, in words. Only called for what is broken: not fast."""

from __future__ import annotations

import ipaddress
from typing import Any

from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.rule import (
    Aligned,
    AllOf,
    Among,
    AnyOf,
    Bits,
    Compare,
    Const,
    Count,
    Each,
    Expr,
    F,
    Implies,
    In,
    Not,
    Present,
    SameSet,
    Setting,
    Unique,
    Utf8,
)
from pmiptool.rules.evaluate import Env, _values, compile_expr, split
from pmiptool.rules.view import Element
from pmiptool.wire.values import ENTRIES, Prefix

_OCTETS = (model.Rest, model.Sized, model.Octets)
_WORDS = {
    "==": "",
    "!=": "anything but ",
    "<": "less than ",
    "<=": "at most ",
    ">": "more than ",
    ">=": "at least ",
}

_SAID = {
    "size": "the size of",
    "offset": "the offset of",
    "length": "the length of",
    "after": "the number of options behind",
}


def show(value: Any, field: model.Field | None = None, settings: CodePoints | None = None) -> str:
    """A value as people read it: addresses and prefixes as text, enumerations with their names."""
    if isinstance(value, Prefix):
        return f"{show(value.address)}/{value.length}"
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], bytes):
        return f"{show(value[0])}/{value[1]}"
    if isinstance(value, bytes):
        if isinstance(field, _OCTETS) and value and value.isascii() and value.decode("ascii").isprintable():
            return repr(value.decode("ascii"))
        if len(value) == 16:
            return str(ipaddress.IPv6Address(value))
        if len(value) == 4 and not isinstance(field, _OCTETS):
            return str(ipaddress.IPv4Address(value))
        return value.hex() or "nothing"
    if isinstance(field, model.UInt) and field.enum is not None and isinstance(value, int) and settings is not None:
        name = field.enum.names(settings).get(value)
        return f"{value} ({name})" if name else str(value)
    if isinstance(field, model.Flags) and isinstance(value, int):
        letters = "".join(flag.letter for flag in field.flags if value & flag.mask)
        return f"0x{value:x} ({letters})" if letters else f"0x{value:x}"
    if value is None:
        return "nothing"
    return str(value)


def show_list(values: list[Any]) -> str:
    return ", ".join(show(value) for value in values) or "none"


def _field_of(value: Any, parts: list[str]) -> model.Field | None:
    entry = ENTRIES.get(type(value))
    return entry.field(parts[-1]) if entry is not None and parts else None


class _Explainer:
    def __init__(self, env: Env, settings: CodePoints) -> None:
        self.env = env
        self.settings = settings
        self.both = env.request is not env.answer

    def value(self, expr: Expr, current: Element | None) -> Any:
        return compile_expr(expr, self.settings)(self.env, current)

    def label(self, path: str, current: Element | None) -> tuple[str, model.Field | None]:
        """How a path is called in a text, and the field that it means."""
        name, field = self._label(path, current)
        stem, at, what = name.rpartition(".@")
        return (f"{_SAID[what]} {stem}" if at else name), field

    def _label(self, path: str, current: Element | None) -> tuple[str, model.Field | None]:
        if path.startswith("."):
            parts = [part for part in path[1:].split(".") if not part.startswith("@")]
            name = current.name if current else ""
            field = _field_of(current.value, parts) if current else None
            return f"{name}{path}", field
        side, rest = split(path)
        first, *parts = rest.split(".")
        view = self.env.side(side)
        element = view.first(first)
        if element is not None:
            field = _field_of(element.value, parts)
        else:
            message = ENTRIES.get(type(view.message))
            field = message.field(first) if message is not None else None
            if field is None:
                option = catalogue.option_named(first, self.settings)
                field = option.field(parts[-1]) if option is not None and parts else None
        if not self.both:
            return rest, field
        return ("the request's " if side == "request" else "the answer's ") + rest, field

    def operand(self, expr: Expr, current: Element | None, field: model.Field | None) -> str:
        if isinstance(expr, Const):
            return show(expr.value, field, self.settings)
        value = self.value(expr, current)
        if isinstance(expr, Setting):
            return f"{show(value, field, self.settings)} (setting {expr.key})"
        if isinstance(expr, (F, Bits)):
            name, own = self.label(expr.path, current)
            return f"{show(value, own or field, self.settings)} ({name})"
        return show(value)

    def seen(self, expr: Expr, current: Element | None) -> tuple[str, model.Field | None]:
        value = self.value(expr, current)
        if isinstance(expr, F):
            name, field = self.label(expr.path, current)
            return f"{name} is {show(value, field, self.settings)}", field
        if isinstance(expr, Bits):
            name, field = self.label(expr.path, current)
            return f"{name} is {show(self.value(F(expr.path), current), field, self.settings)}", field
        if isinstance(expr, Count):
            things = self.things(expr.path)
            return (
                f"there is 1 {things.replace('options', 'option', 1)}" if value == 1 else f"there are {value} {things}"
            ), None
        return f"{show(value)}", None

    def things(self, path: str) -> str:
        side, name = split(path)
        if path.startswith("."):
            return f"{name[1:]} sub-options"
        return f"{name} options in the {side}" if self.both else f"{name} options"

    def tell(self, expr: Expr, current: Element | None) -> str:
        """Why this expression is false."""
        if isinstance(expr, Compare):
            text, field = self.seen(expr.left, current)
            if isinstance(expr.right, Const) and isinstance(expr.left, Bits):
                bits = show(expr.left.mask, field, self.settings) if field is not None else f"0x{expr.left.mask:x}"
                return f"{text}, expected {bits} {'set' if expr.right.value else 'clear'}"
            return f"{text}, expected {_WORDS[expr.op]}{self.operand(expr.right, current, field)}"
        if isinstance(expr, In):
            text, field = self.seen(expr.item, current)
            return f"{text}, expected {self.one_of(expr.values, field)}" if len(expr.values) <= 8 else text
        if isinstance(expr, Utf8):
            return f"{self.seen(F(expr.path), current)[0]}, expected UTF-8"
        if isinstance(expr, Present):
            return f"there is no {self.things(expr.path)[:-1] if not self.both else self.one(expr.path)}"
        if isinstance(expr, Not):
            return self.tell_true(expr.item, current)
        if isinstance(expr, AllOf):
            false = [item for item in expr.items if self.value(item, current) is False]
            return self.tell(false[0], current) if false else ""
        if isinstance(expr, AnyOf):
            told = [self.tell(item, current) for item in expr.items if not _by_number(item)]
            expected: dict[str, list[str]] = {}
            for text in told:
                seen, _, wanted = text.partition(", expected ")
                expected.setdefault(seen, []).extend([wanted] if wanted else [])
            parts = (seen + ", expected " * bool(wanted) + " or ".join(wanted) for seen, wanted in expected.items())
            return " and ".join(parts)
        if isinstance(expr, Implies):
            return self.tell(expr.then, current)
        if isinstance(expr, Each):
            return self.tell(expr.holds, current)
        if isinstance(expr, Aligned):
            where = f"{expr.x}n+{expr.y}" if expr.y else f"{expr.x}n"
            return f"it stands at offset {current.offset if current else None}, expected {where}"
        if isinstance(expr, Unique):
            values = _values(self.env, expr.path)
            twice = sorted({value for value in values if values.count(value) > 1})
            return f"{split(expr.path)[1]} has {show_list(twice)} more than once"
        if isinstance(expr, SameSet):
            left, right = _values(self.env, expr.left), _values(self.env, expr.right)
            return f"seen {show_list(right)}, expected {show_list(left)}"
        if isinstance(expr, Among):
            text, _ = self.seen(F(expr.item), current)
            return f"{text}, expected one of {show_list(_values(self.env, expr.path))}"
        return ""

    def one_of(self, values: tuple[int, ...], field: model.Field | None) -> str:
        """Up to three values with their names; of more, the first with its name and the numbers of the others."""
        if len(values) <= 3:
            return " or ".join(show(value, field, self.settings) for value in values)
        return f"{show(values[0], field, self.settings)}, or one of {', '.join(map(str, values[1:]))}"

    def one(self, path: str) -> str:
        side, name = split(path)
        return f"{name} option in the {side}"

    def tell_true(self, expr: Expr, current: Element | None) -> str:
        """Why the negation of this expression is false."""
        if isinstance(expr, Present):
            return f"there is a {self.one(expr.path) if self.both else self.things(expr.path)[:-1]}"
        if isinstance(expr, Compare):
            return self.seen(expr.left, current)[0]
        if isinstance(expr, AnyOf):
            true = [item for item in expr.items if self.value(item, current) is True]
            return self.tell_true(true[0], current) if true else ""
        if isinstance(expr, AllOf):
            return " and ".join(self.tell_true(item, current) for item in expr.items)
        if isinstance(expr, Each):
            return f"there is no such {self.one(expr.name) if self.both else self.things(expr.name)[:-1]}"
        if isinstance(expr, In):
            return self.seen(expr.item, current)[0]
        return ""


def explain(holds: Expr, env: Env, current: Element | None, settings: CodePoints) -> str:
    """What an expression that is false saw and expected, for the element it broke at."""
    explainer = _Explainer(env, settings)
    if current is not None:
        holds = _inside(holds, explainer)
    return explainer.tell(holds, current)


def _by_number(expr: Expr) -> bool:
    """An option outside of the registry: nobody misses it."""
    return isinstance(expr, Present) and split(expr.path)[1].startswith("option-")


def _inside(holds: Expr, explainer: _Explainer) -> Expr:
    """The part of the expression that speaks of the element."""
    while not isinstance(holds, Each):
        if isinstance(holds, Implies):
            holds = holds.then
        elif isinstance(holds, AllOf):
            holds = next((item for item in holds.items if isinstance(item, Each)), holds.items[0])
        else:
            return holds
    return holds.holds
