"""Rules as data: what a text demands of a message, or of an answer to its request, in a small expression form.

Three outcomes: an expression is true, false, or unknown (None) where it asks for something that is absent.
A rule is broken only where its expression is false: what is unknown stays silent.

Paths: `lifetime` is a field of the message, `hi.hi` a field of its first option of that name, `.pri` a field of the
element that `each` is at, `.traffic-selector.dst_port` one of its sub-options. `request:` and `answer:` before a path
name the message in rules on a request with its answer; there a path without either means the answer. Prefix fields
have the parts `.length` and `.address`; every option has `@offset`, `@length` and, inside `each` of a message,
`@after`: how many options stand behind it, padding not counted. A list or text has `@size`.

An option whose octets do not fit its format is present and counts, and its fields are unknown. An option that the
registry does not have is called `option-200` by its number.
"""

from __future__ import annotations

from dataclasses import dataclass

from pmiptool.registry.model import Clause, clause

LEVELS = ("error", "warning", "note")


class Expr:
    """Base of all expressions; comparison operators on it make expressions."""

    def __eq__(self, other: object) -> Compare:  # type: ignore[override]
        return Compare("==", self, _expr(other))

    def __ne__(self, other: object) -> Compare:  # type: ignore[override]
        return Compare("!=", self, _expr(other))

    def __lt__(self, other: object) -> Compare:
        return Compare("<", self, _expr(other))

    def __le__(self, other: object) -> Compare:
        return Compare("<=", self, _expr(other))

    def __gt__(self, other: object) -> Compare:
        return Compare(">", self, _expr(other))

    def __ge__(self, other: object) -> Compare:
        return Compare(">=", self, _expr(other))

    __hash__ = object.__hash__

    def isin(self, *values: int) -> In:
        return In(self, values)


@dataclass(frozen=True, eq=False)
class Const(Expr):
    """An integer, octets or text."""

    value: int | bytes | str


@dataclass(frozen=True, eq=False)
class F(Expr):
    """The value at a path; unknown when absent."""

    path: str


@dataclass(frozen=True, eq=False)
class Bits(Expr):
    """The bits of `mask` in the number at a path, not shifted."""

    path: str
    mask: int


@dataclass(frozen=True, eq=False)
class Setting(Expr):
    """A code point or other setting by its key. One that is not set equals nothing: `==` is false, `!=` true."""

    key: str


@dataclass(frozen=True, eq=False)
class Compare(Expr):
    op: str
    left: Expr
    right: Expr

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth before it is evaluated")


@dataclass(frozen=True, eq=False)
class In(Expr):
    item: Expr
    values: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Utf8(Expr):
    """The octets at a path are UTF-8 (RFC 3629)."""

    path: str


@dataclass(frozen=True, eq=False)
class Present(Expr):
    """An option of that name stands in the message; never unknown."""

    path: str


@dataclass(frozen=True, eq=False)
class Count(Expr):
    """How many options of that name; never unknown."""

    path: str


@dataclass(frozen=True, eq=False)
class Not(Expr):
    item: Expr


@dataclass(frozen=True, eq=False)
class AllOf(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class AnyOf(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Implies(Expr):
    """Silent unless `when` is true: then true where `when` is false, unknown where it is unknown."""

    when: Expr
    then: Expr


@dataclass(frozen=True, eq=False)
class Each(Expr):
    """For every option of that name (`fid`) or sub-option (`fid/traffic-selector`) on its own; the finding names it."""

    name: str
    holds: Expr


@dataclass(frozen=True, eq=False)
class Aligned(Expr):
    """Inside `each`: the option's offset is xn+y, counted from the start of the Mobility Header."""

    x: int
    y: int


@dataclass(frozen=True, eq=False)
class Unique(Expr):
    """The values at a path (`fid.fid`), over all options of that name, differ from each other; never unknown."""

    path: str


@dataclass(frozen=True, eq=False)
class SameSet(Expr):
    """The values at two paths, over all options of those names, are the same set. Prefixes count without host bits."""

    left: str
    right: str


@dataclass(frozen=True, eq=False)
class Among(Expr):
    """The value at a path is one of those at the other path, over all options of that name. As in `SameSet`."""

    item: str
    path: str


def _expr(value: object) -> Expr:
    if isinstance(value, Expr):
        return value
    if isinstance(value, (int, bytes, str)):
        return Const(value)
    raise TypeError(f"no expression: {value!r}")


def present(path: str) -> Present:
    return Present(path)


def count(path: str) -> Count:
    return Count(path)


def implies(when: Expr, then: Expr) -> Implies:
    return Implies(when, then)


def all_of(*items: Expr) -> AllOf:
    return AllOf(items)


def any_of(*items: Expr) -> AnyOf:
    return AnyOf(items)


def no(item: Expr) -> Not:
    return Not(item)


def each(name: str, holds: Expr) -> Each:
    return Each(name, holds)


AUTHENTICATING = ("auth", "binding-auth-data", "badf")
"""Options that authenticate or authorize the message that they stand in."""


def has(path: str, mask: int) -> Compare:
    """All bits of `mask` are set at `path`."""
    return Bits(path, mask) == mask


@dataclass(frozen=True)
class Rule:
    """One demand of a text.

    id: `rfc5213/8.3/length`. scope: "message", "exchange" (request with answer) or "session".
    messages: names of the messages it is about (for an exchange: of the request); empty: any.
    sentence: what holds when all is well. field: the path meant, for the finding.
    holds: None for rules that the codec or a Python function judges.
    dialect: of which dialect of the Flow Identification option it is (None: any).
    """

    id: str
    level: str
    clause: Clause
    sentence: str
    holds: Expr | None = None
    scope: str = "message"
    messages: tuple[str, ...] = ()
    field: str | None = None
    dialect: str | None = None


def rule(
    where: str,
    what: str,
    level: str,
    sentence: str,
    holds: Expr | None = None,
    *,
    scope: str = "message",
    messages: tuple[str, ...] = (),
    field: str | None = None,
) -> Rule:
    """`rule("RFC 5213 8.3", "length", "error", ...)`: the id is made from clause and `what`."""
    at = clause(where)
    return Rule(f"{at.key}/{what}", level, at, sentence, holds, scope, messages, field)


def told(where: str, what: str, level: str, sentence: str, holds: Expr, *, field: str | None = None,
         messages: tuple[str, ...] = ()) -> Rule:  # fmt: skip
    """What an answer must have for its request. messages: names of the request; empty where an `Exchange` has it."""
    return rule(where, what, level, sentence, holds, scope="exchange", field=field, messages=messages)


def unasked(where: str, name: str, title: str, level: str = "error") -> Rule:
    """An option of an acknowledgement that answers one of its proxy binding update."""
    holds = implies(present(name), present(f"request:{name}"))
    return told(where, f"{name}-unasked", level, f"{title} answers that of the request.", holds, field=name,
                messages=("pbu",))  # fmt: skip


def before_authentication(where: str, name: str, title: str) -> tuple[Rule, ...]:
    """An option that stands before those that authenticate its message."""
    return tuple(
        rule(where, f"before-{other}", "error", f"{title} stands before any {other} option.",
             each(other, F(f"{name}.@offset") < F(".@offset")), field=name)
        for other in AUTHENTICATING
    )  # fmt: skip
