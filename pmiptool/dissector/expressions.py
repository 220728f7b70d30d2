"""Turns the conditions of rules into Lua.

An expression is true, false or unknown, and Lua has two values: so each is written twice over, as the condition under
which it is false (`fails`, what breaks a rule) and the one under which it is true (`holds`, what an `implies` asks).
`m` is the message (of an exchange the answer, and `r` the request), `e` the option or sub-option that `each` is at, `v`
its values, `set` the code points; the functions that the text calls stand in logic.lua.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pmiptool.dissector.lua import index, literal, text
from pmiptool.registry import rule
from pmiptool.registry.rule import Expr

_OPPOSITE = {"==": "~=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_OPERATOR = {"!=": "~="}


class NotInLua(ValueError):
    """The expression asks for something that the messages, or the reader in Lua, do not have."""


@dataclass(frozen=True)
class Names:
    """What paths may name: options, and fields of them that are prefixes (`hnp.home_network_prefix`)."""

    options: frozenset[str]
    prefixes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Condition:
    """When a rule is broken, in Lua.

    on: the option (or `option/sub-option`) without which it never is, where there is one. each: it is about each of
    those on its own; then `broken` is a function of `(m, e, v)`, else of `(m)`. That of an exchange is one of `(m, r)`.
    alone: it looks at nothing of the message but that one.
    """

    broken: str
    on: str | None = None
    each: bool = False
    alone: bool = False


def condition(expr: Expr, names: Names) -> Condition:
    """The condition of a rule. Raises NotInLua."""
    lua = _Lua(names)
    if isinstance(expr, rule.Each) and not expr.name.startswith("."):
        lua.option = expr.name
        broken = lua.fails(expr.holds)
        return Condition(broken, expr.name, True, not lua.looks_around)
    on = _trigger(expr, names.options)
    if isinstance(expr, rule.Implies) and on is not None and _says_present(expr.when, on):
        return Condition(lua.fails(expr.then), on)
    if isinstance(expr, rule.Not) and on is not None and _says_present(expr.item, on):
        return Condition("true", on)
    return Condition(lua.fails(expr), on)


@dataclass(frozen=True)
class _Operand:
    """A value in Lua, and what must not be nil for it to be known (None: it is always known)."""

    text: str
    known: str | None


def exchange_condition(expr: Expr, names: Names) -> Condition:
    """The condition of a rule on a request and its answer. Raises NotInLua."""
    return Condition(_Lua(names, exchange=True).fails(expr))


class _Lua:
    def __init__(self, names: Names, exchange: bool = False) -> None:
        self.names = names
        self.exchange = exchange
        self.option = ""  # that `each` is at
        self.looks_around = False  # at more than that

    def _side(self, path: str) -> tuple[str, str]:
        """Whose the path is, `m` or `r`, and the path without its side."""
        self.looks_around = True
        side, colon, rest = path.partition(":")
        if not colon:
            return "m", path
        if not self.exchange:
            raise NotInLua(f"{path} is not in this message")
        return "r" if side == "request" else "m", rest

    def fails(self, expr: Expr) -> str:
        """True exactly where the expression is false."""
        return self._either(expr, False)

    def holds(self, expr: Expr) -> str:
        """True exactly where the expression is true."""
        return self._either(expr, True)

    def _either(self, expr: Expr, wanted: bool) -> str:
        if isinstance(expr, rule.Compare):
            return self._compare(expr, wanted)
        if isinstance(expr, rule.In):
            item = self._operand(expr.item)
            within = _ranges(item.text, expr.values)
            return _and([*_known(item), f"({within})" if wanted else f"not ({within})"])
        if isinstance(expr, rule.Utf8):
            item = self._path(expr.path)
            return _and([*_known(item), f"{'' if wanted else 'not '}is_utf8({item.text})"])
        if isinstance(expr, rule.Present):
            listed = self._list(expr.path)
            return f"{listed}[1] {'~=' if wanted else '=='} nil"
        if isinstance(expr, rule.Not):
            return self._either(expr.item, not wanted)
        if isinstance(expr, (rule.AllOf, rule.AnyOf)):
            join = _and if isinstance(expr, rule.AllOf) is wanted else _or
            return join([f"({self._either(item, wanted)})" for item in expr.items])
        if isinstance(expr, rule.Implies):
            if not wanted and _says_less(expr):
                return self.fails(expr.then)
            if not wanted:
                return f"({self.holds(expr.when)}) and ({self.fails(expr.then)})"
            return f"({self.fails(expr.when)}) or (({self.holds(expr.when)}) and ({self.holds(expr.then)}))"
        if isinstance(expr, rule.Each):
            listed = self._list(expr.name)
            outer, self.option = self.option, expr.name if expr.name.startswith(".") else self._side(expr.name)[1]
            found = self.holds(expr.holds) if wanted else self.fails(expr.holds)
            self.option = outer
            if wanted:
                return f"every({listed}, function(e, v) return {found} end)"
            theirs = ", true" if listed.startswith("(r.") else ""
            return f"culprits({listed}, function(e, v) return {found} end{theirs})"
        if isinstance(expr, rule.Aligned):
            return f"e.offset % {expr.x} {'==' if wanted else '~='} {expr.y % expr.x}"
        if isinstance(expr, rule.Unique):
            name, _, field = expr.path.partition(".")
            if name not in self.names.options or not field or expr.path in self.names.prefixes:
                raise NotInLua(f"{expr.path} is no field of an option of this message")
            return f"{'' if wanted else 'not '}unique({self._list(name)}, {text(field)})"
        if isinstance(expr, rule.SameSet):
            left, right = self._values(expr.left), self._values(expr.right)
            return f"{'' if wanted else 'not '}same_set({left}, {right})"
        if isinstance(expr, rule.Among):
            item = self._path(expr.item)
            return _and([*_known(item), f"{'' if wanted else 'not '}among({item.text}, {self._values(expr.path)})"])
        raise NotInLua(f"no Lua for {type(expr).__name__}")

    def _values(self, path: str) -> str:
        """List and field name of all options of that name, as arguments."""
        whole = self._side(path)[1]
        name, _, field = whole.partition(".")
        if name not in self.names.options or not field or "." in field:
            raise NotInLua(f"{path} is no field of an option")
        prefix = "true" if whole in self.names.prefixes else "false"
        return f"{self._list(path.partition('.')[0])}, {text(field)}, {prefix}"

    def _compare(self, expr: rule.Compare, wanted: bool) -> str:
        left, right = self._operand(expr.left), self._operand(expr.right)
        operator = _OPERATOR.get(expr.op, expr.op) if wanted else _OPPOSITE[expr.op]
        if operator == "==" and isinstance(expr.right, rule.Const):  # nil equals no constant
            return (
                f"{left.text} == {right.text}"
                if not left.text.startswith(("#", "bits("))
                else _and([*_known(left), f"{left.text} == {right.text}"])
            )
        return _and([*_known(left), *_known(right), f"{left.text} {operator} {right.text}"])

    def _operand(self, expr: Expr) -> _Operand:
        if isinstance(expr, rule.Const):
            return _Operand(literal(expr.value), None)
        if isinstance(expr, rule.Setting):
            # Nothing equals a code point that is not set: nil is a value of its own here.
            return _Operand(index("set", expr.key), None)
        if isinstance(expr, rule.F):
            return self._path(expr.path)
        if isinstance(expr, rule.Bits):
            found = self._path(expr.path)
            return _Operand(f"bits({found.text}, {expr.mask:#x})", found.known)
        if isinstance(expr, rule.Count):
            return _Operand(f"#{self._list(expr.path)}", None)
        raise NotInLua(f"no value in Lua: {type(expr).__name__}")

    def _list(self, name: str) -> str:
        """The options or sub-options that `present`, `count` and `each` ask about; never nil."""
        if name.startswith("."):
            return f"({index('e.parts', name[1:])} or NOTHING)"
        side, name = self._side(name)
        return f"({index(f'{side}.named', name)} or NOTHING)"

    def _path(self, path: str) -> _Operand:
        relative = path.startswith(".")
        side, path = ("", path[1:]) if relative else self._side(path)
        parts = path.split(".")
        values, element, option = f"{side}.v", None, ""
        if relative:
            values, element, option = "v", "e", self.option
            if len(parts) > 1 and f"{option}.{parts[0]}" not in self.names.prefixes and not parts[1].startswith("@"):
                values, element, parts = f"values_of({index('e.parts', parts[0])})", None, parts[1:]
        elif parts[0] in self.names.options and len(parts) > 1:
            option, listed, parts = parts[0], index(f"{side}.named", parts[0]), parts[1:]
            values, element = f"values_of({listed})", f"(first({listed}) or NOTHING)"
        if parts == ["@after"] and relative and "/" not in option and not self.exchange:
            self.looks_around = True
            return _Operand("after(m, e)", None)
        if parts[0].startswith("@"):
            if element is None or parts[0] not in ("@offset", "@length"):
                raise NotInLua(f"{path} is not kept in Lua")
            found = f"{element}.{parts[0][1:]}"
            return _Operand(found, found)
        if parts[-1] == "@size":
            found = index(values, ".".join(parts[:-1]))
            return _Operand(f"#{found}", found)
        if f"{option}.{parts[-1]}" in self.names.prefixes:
            found = f"network({values}, {text('.'.join(parts))})"
            return _Operand(found, found)
        found = index(values, ".".join(parts))
        return _Operand(found, found)


def _known(operand: _Operand) -> list[str]:
    return [] if operand.known is None else [f"{operand.known} ~= nil"]


def _and(items: Iterable[str]) -> str:
    return " and ".join(items)


def _or(items: Iterable[str]) -> str:
    return " or ".join(items)


def _ranges(item: str, values: Iterable[int]) -> str:
    """One of the values, as runs of neighbours."""
    runs: list[tuple[int, int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], value)
        else:
            runs.append((value, value))
    return _or(f"{item} == {a}" if a == b else f"({item} >= {a} and {item} <= {b})" for a, b in runs)


def _trigger(expr: Expr, options: frozenset[str]) -> str | None:
    """The option without which the expression is never false, where there is one: then it need not be evaluated."""
    if isinstance(expr, rule.Each):
        return None if expr.name.startswith(".") else expr.name
    if isinstance(expr, rule.Implies):
        return _demands(expr.when, options) or _trigger(expr.then, options)
    if isinstance(expr, rule.Not):
        return expr.item.path if isinstance(expr.item, rule.Present) else None
    if isinstance(expr, rule.Compare):
        return _named(expr.left, options) or _named(expr.right, options) or _too_many(expr)
    if isinstance(expr, rule.Unique):
        return expr.path.partition(".")[0]
    if isinstance(expr, rule.AllOf):
        found = {_trigger(item, options) for item in expr.items}
        return found.pop() if len(found) == 1 else None
    return None


def _too_many(expr: rule.Compare) -> str | None:
    """`count(x) <= n` is true of none."""
    counted = isinstance(expr.left, rule.Count) and expr.op == "<=" and isinstance(expr.right, rule.Const)
    return expr.left.path if counted and isinstance(expr.left, rule.Count) else None


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


def _says_less(expr: rule.Implies) -> bool:
    """Whether what must hold first is no more than what is counted then: `implies(count(x) > 0, count(x) <= 1)`."""
    when, then = expr.when, expr.then
    if not isinstance(when, rule.Compare) or not isinstance(then, rule.Compare) or (when.op, then.op) != (">", "<="):
        return False
    both = isinstance(when.left, rule.Count) and isinstance(then.left, rule.Count)
    zero = isinstance(when.right, rule.Const) and when.right.value == 0 and isinstance(then.right, rule.Const)
    return both and zero and when.left.path == then.left.path  # type: ignore[attr-defined]


def _says_present(expr: Expr, name: str) -> bool:
    """Whether the expression says no more than that the option is there."""
    if isinstance(expr, rule.Compare):
        return isinstance(expr.left, rule.Count) and expr.left.path == name
    return isinstance(expr, rule.Present) and expr.path == name
