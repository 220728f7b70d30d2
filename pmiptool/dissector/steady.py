"""Which rules see the same in messages that are alike, so that Lua judges one for all of them.

Messages are alike when their fields are, all but the sequence number, and their options, octet for octet and each at
the same place; of options that name a node, a prefix, an address or a moment, which are other ones in every message,
only the numbers count, the size of the rest, and whether that is all zero. judging.lua finds them by that.
"""

from __future__ import annotations

from collections.abc import Iterator

from pmiptool.registry import model, rule
from pmiptool.registry.catalogue import OPTIONS
from pmiptool.registry.rule import Expr

_PASSING = (model.Address, model.AddressRest, model.Octets, model.Rest, model.Prefix, model.Time48)
_COUNTED = (model.UInt, model.Flags)


def is_changing(option: model.Option) -> bool:
    """Whether an option holds what differs from message to message, and nothing more than that and numbers."""
    fields = option.fields
    return all(isinstance(f, (*_PASSING, *_COUNTED)) for f in fields) and any(isinstance(f, _PASSING) for f in fields)


_NUMBERS = {
    option.name: frozenset(field.name for field in option.fields if isinstance(field, _COUNTED))
    for option in OPTIONS
    if is_changing(option)
}


def is_steady(expr: Expr, option: str = "") -> bool:
    """Whether an expression sees the same in messages that are alike. option: what `each` is at."""
    if isinstance(expr, rule.Each):
        return is_steady(expr.holds, option if expr.name.startswith(".") else expr.name.rpartition(":")[2])
    if isinstance(expr, rule.Compare):
        if _is_zero(expr.right) and isinstance(expr.left, rule.F):
            return not _is_sequence(expr.left.path)
        return is_steady(expr.left, option) and is_steady(expr.right, option)
    return all(_is_counted(path, option) for path in _paths(expr)) and all(is_steady(e, option) for e in _inner(expr))


def _is_zero(expr: Expr) -> bool:
    return isinstance(expr, rule.Const) and isinstance(expr.value, bytes) and not any(expr.value)


def _is_sequence(path: str) -> bool:
    return path.rpartition(":")[2] == "sequence"


def _is_counted(path: str, option: str) -> bool:
    """Whether what stands at a path is the same in messages that are alike."""
    whole = path.rpartition(":")[2]
    if whole.startswith("."):
        whole = option + whole
    name, dot, field = whole.partition(".")
    if not dot:
        return not _is_sequence(whole)
    known = _NUMBERS.get(name)
    return known is None or "@" in field or field in known or field.endswith(".length")


def _paths(expr: Expr) -> Iterator[str]:
    """The paths that an expression itself looks at the values of."""
    if isinstance(expr, (rule.F, rule.Bits, rule.Utf8, rule.Unique)):
        yield expr.path
    elif isinstance(expr, rule.SameSet):
        yield from (expr.left, expr.right)
    elif isinstance(expr, rule.Among):
        yield from (expr.item, expr.path)


def _inner(expr: Expr) -> tuple[Expr, ...]:
    if isinstance(expr, rule.In):
        return (expr.item,)
    if isinstance(expr, rule.Not):
        return (expr.item,)
    if isinstance(expr, (rule.AllOf, rule.AnyOf)):
        return expr.items
    if isinstance(expr, rule.Implies):
        return (expr.when, expr.then)
    return ()
