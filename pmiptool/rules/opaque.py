"""Which octets of identity no rule looks into: it only compares them with each other, with zero, or counts them.

Worked out from the rules' expressions. Rules that are functions look into none, but for the names of mobile nodes
where something is known of single ones (`opaque`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache

from pmiptool.registry.rule import Among, Bits, Compare, Const, Each, Expr, F, In, Rule, SameSet, Unique, Utf8
from pmiptool.rules.check import RULES
from pmiptool.rules.context import Context

IDENTITY = {
    "mn-id": "identifier",
    "hnp": "home_network_prefix",
    "ll-id": "link_layer_identifier",
    "link-local": "link_local_address",
    "timestamp": "timestamp",
}
"""Options with such octets, and the field that they are in. Their other fields are no secret."""
_NUMBERS = ("sequence", "checksum")


@lru_cache(maxsize=4)
def opaque_options(rules: tuple[Rule, ...] = RULES) -> frozenset[str]:
    """The options whose octets of identity may be left out of what a verdict depends on."""
    seen = {name for rule in rules if rule.scope != "session" and rule.holds is not None for name in _seen(rule.holds)}
    return frozenset(IDENTITY) - seen if not seen.intersection(_NUMBERS) else frozenset()


def opaque(context: Context) -> frozenset[str]:
    """The same where something may be known of single mobile nodes."""
    known = context.knowledge
    named = known.mns is not None or known.mags is not None or bool(known.services)
    return opaque_options() - {"mn-id"} if named else opaque_options()


def _seen(expr: Expr, option: str | None = None) -> Iterator[str]:
    """What an expression looks into; `option` is the current one of an `Each`."""
    if isinstance(expr, Compare):
        sides = expr.left, expr.right
        even = expr.op in ("==", "!=") and all(_plain(side) for side in sides)
        names = [_identity(side.path, option) for side in sides if isinstance(side, F)]
        if not even:
            yield from (name for name in names if name is not None)
        elif len(names) == 2 and names[0] != names[1]:  # two different things are compared
            yield from (name for name in names if name is not None)
        for side in sides:
            if not isinstance(side, F):
                yield from _seen(side, option)
        return
    if isinstance(expr, Among):
        one, other = _identity(expr.item, option), _identity(expr.path, None)
        if one != other:
            yield from (name for name in (one, other) if name is not None)
        return
    if isinstance(expr, SameSet):
        names = [_identity(expr.left, None), _identity(expr.right, None)]
        if names[0] != names[1]:
            yield from (name for name in names if name is not None)
        return
    if isinstance(expr, Unique):
        return
    if isinstance(expr, (F, Bits, Utf8)):
        name = _identity(expr.path, option)
        if name is not None:
            yield name
        return
    if isinstance(expr, In):
        yield from _seen(expr.item, option)
        return
    if isinstance(expr, Each):
        name = expr.name.partition(":")[2] or expr.name
        yield from _seen(expr.holds, name.partition("/")[0])
        return
    if is_dataclass(type(expr)):
        for field in fields(expr):  # type: ignore[arg-type]
            value = getattr(expr, field.name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Expr):
                    yield from _seen(part, option)


def _identity(path: str, option: str | None) -> str | None:
    """The option whose octets of identity a path means, or the number."""
    rest = path.partition(":")[2] or path
    if rest.startswith("."):
        name, field = option, rest[1:]
    else:
        name, _, field = rest.partition(".")
        if not field:
            return name if name in _NUMBERS else None
    wanted = IDENTITY.get(name or "")
    first, _, more = field.partition(".")
    if wanted is None or first != wanted or more in ("@size", "length"):
        return None
    return name


def _plain(side: Expr) -> bool:
    """A path, or zeros to compare one with."""
    if isinstance(side, Const):
        return isinstance(side.value, bytes) and not any(side.value)
    return isinstance(side, F)
