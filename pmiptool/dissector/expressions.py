"""Turns the conditions of rules into Lua.

An expression is true, false or nil (unknown). The helpers that the text calls (`eq`, `all`, `implies`, `each`, ...)
stand in logic.lua; `m` is the message, `e` the option or sub-option that `each` is at, `v` its values, `set` the
code points.
"""

from __future__ import annotations

from dataclasses import dataclass

from pmiptool.dissector.lua import index, literal, text
from pmiptool.registry import rule
from pmiptool.registry.rule import Expr

_HELPERS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_OPERATORS = {"==": "==", "!=": "~="}
_PARTS = ("length", "address")


class NotInLua(ValueError):
    """The expression asks for something that a single message does not have."""


@dataclass(frozen=True)
class Condition:
    """A rule's condition in Lua.

    on: the option without which it is never false, where there is one. over: what it is about, one by one (an
    option, or an option and a sub-option); then `holds` is a function of `(m, e, v)`, else of `(m)`.
    """

    holds: str
    on: str | None = None
    over: tuple[str, ...] = ()


def condition(expr: Expr, options: frozenset[str]) -> Condition:
    """The condition of a rule; `options` are the names that begin a path to an option's field.

    Raises NotInLua for paths into a request or an answer.
    """
    lua = _Lua(options)
    if isinstance(expr, rule.Each) and not expr.name.startswith("."):
        over = tuple(part for part in expr.name.partition("/")[::2] if part)
        return Condition(lua.write(expr.holds), over[0], over)
    on = _trigger(expr, options)
    if isinstance(expr, rule.Implies) and on is not None and _says_present(expr.when, on):
        return Condition(lua.write(expr.then), on)
    return Condition(lua.write(expr), on)


class _Lua:
    def __init__(self, options: frozenset[str]) -> None:
        self.options = options

    def write(self, expr: Expr) -> str:
        if isinstance(expr, rule.Const):
            return literal(expr.value)
        if isinstance(expr, rule.F):
            return self.path(expr.path)
        if isinstance(expr, rule.Bits):
            return f"bits({self.path(expr.path)}, {expr.mask:#x})"
        if isinstance(expr, rule.Setting):
            return index("set", expr.key)
        if isinstance(expr, rule.Compare):
            return self.compare(expr)
        if isinstance(expr, rule.In):
            return f"among({', '.join([self.write(expr.item), *map(literal, expr.values)])})"
        if isinstance(expr, rule.Present):
            return f"count({self.elements(expr.path)}) > 0"
        if isinstance(expr, rule.Count):
            return f"count({self.elements(expr.path)})"
        if isinstance(expr, rule.Not):
            return f"no({self.write(expr.item)})"
        if isinstance(expr, (rule.AllOf, rule.AnyOf)):
            items = ", ".join(self.write(item) for item in expr.items)
            return f"{'all' if isinstance(expr, rule.AllOf) else 'any'}({len(expr.items)}, {items})"
        if isinstance(expr, rule.Implies):
            return f"implies({self.write(expr.when)}, {self.write(expr.then)})"
        if isinstance(expr, rule.Each):
            return f"each(m, {self.elements(expr.name)}, function(e, v) return {self.write(expr.holds)} end)"
        if isinstance(expr, rule.Aligned):
            return f"e.offset % {expr.x} == {expr.y % expr.x}"
        if isinstance(expr, rule.Unique):
            name, _, field = expr.path.partition(".")
            if name not in self.options or not field:
                raise NotInLua(f"{expr.path} is no field of an option of this message")
            return f"unique({index('m.named', name)}, {text(field)})"
        raise NotInLua(f"no Lua for {type(expr).__name__}")

    def compare(self, expr: rule.Compare) -> str:
        left, right = self.write(expr.left), self.write(expr.right)
        if isinstance(expr.left, rule.Count) and isinstance(expr.right, rule.Const):
            return f"{left} {_OPERATORS.get(expr.op, expr.op)} {right}"
        for side in (expr.left, expr.right):
            if isinstance(side, rule.Setting) and expr.op in _OPERATORS:
                # Nothing equals a code point that is not set.
                return f"{_HELPERS[expr.op]}_set({left}, {right}, {index('set', side.key)})"
        return f"{_HELPERS[expr.op]}({left}, {right})"

    def elements(self, name: str) -> str:
        """The options or sub-options that `present`, `count` and `each` ask about."""
        if ":" in name:
            raise NotInLua(f"{name} is not in this message")
        if name.startswith("."):
            return f"subs(e, {text(name[1:])})"
        option, _, sub = name.partition("/")
        return f"subs_of({index('m.named', option)}, {text(sub)})" if sub else index("m.named", option)

    def path(self, path: str) -> str:
        if ":" in path:
            raise NotInLua(f"{path} is not in this message")
        parts = path.removeprefix(".").split(".")
        if path.startswith("."):
            if len(parts) > 1 and not parts[1].startswith("@") and parts[1] not in _PARTS:
                return self.field(f"first(subs(e, {text(parts[0])}))", parts[1:])
            if parts == ["@offset"] or parts == ["@length"]:
                return f"e.{parts[0][1:]}"
            if parts[-1] == "@size":
                return f"size({index('v', parts[0])})"
            return index("v", ".".join(parts))
        if parts[0] in self.options and len(parts) > 1:
            return self.field(f"first({index('m.named', parts[0])})", parts[1:])
        return index("m.v", ".".join(parts))

    def field(self, element: str, parts: list[str]) -> str:
        if parts[0] in ("@offset", "@length"):
            return f"get({element}, {text(parts[0][1:])})"
        if parts[-1] == "@size":
            return f"size(value({element}, {text(parts[0])}))"
        return f"value({element}, {text('.'.join(parts))})"


def _trigger(expr: Expr, options: frozenset[str]) -> str | None:
    """The option without which the expression is never false, where there is one: then it need not be evaluated."""
    if isinstance(expr, rule.Each):
        name = expr.name.partition("/")[0]
        return None if name.startswith(".") else name
    if isinstance(expr, rule.Implies):
        return _demands(expr.when, options) or _trigger(expr.then, options)
    if isinstance(expr, rule.Not):
        return expr.item.path if isinstance(expr.item, rule.Present) else None
    if isinstance(expr, rule.Compare):
        return _named(expr.left, options) or _named(expr.right, options)
    if isinstance(expr, rule.Unique):
        return expr.path.partition(".")[0]
    if isinstance(expr, rule.AllOf):
        found = {_trigger(item, options) for item in expr.items}
        return found.pop() if len(found) == 1 else None
    return None


def _named(expr: Expr, options: frozenset[str]) -> str | None:
    """The option that a path begins with."""
    if isinstance(expr, (rule.F, rule.Bits)):
        name, dot, _ = expr.path.partition(".")
        return name if dot and name in options else None
    return None


def _demands(expr: Expr, options: frozenset[str]) -> str | None:
    """The option that must be there for the expression to be true."""
    if isinstance(expr, rule.Present) and not expr.path.startswith("."):
        return expr.path
    if isinstance(expr, rule.Compare):
        if isinstance(expr.left, rule.Count) and expr.op == ">" and not expr.left.path.startswith("."):
            return expr.left.path if isinstance(expr.right, rule.Const) and expr.right.value == 0 else None
        return _named(expr.left, options) or _named(expr.right, options)
    if isinstance(expr, rule.AllOf):
        return next((found for item in expr.items if (found := _demands(item, options))), None)
    return None


def _says_present(expr: Expr, name: str) -> bool:
    """Whether the expression says no more than that the option is there."""
    if isinstance(expr, rule.Compare):
        return isinstance(expr.left, rule.Count) and expr.left.path == name
    return isinstance(expr, rule.Present) and expr.path == name
