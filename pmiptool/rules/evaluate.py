"""From a rule's expression to a function over decoded messages.

Three outcomes: true, false, unknown (None). A rule is broken only where its expression is false. `compile_expr` makes
closures once for each set of code points; what an expression meant and saw is told by `explain`, only when it broke.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

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
from pmiptool.rules.view import Element, View
from pmiptool.session.prefix import network
from pmiptool.wire.values import Prefix

ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class Env:
    """What an expression is evaluated over. A message rule has one message; an exchange a request and its answer."""

    __slots__ = ("answer", "broken", "request")

    def __init__(self, answer: View, request: View | None = None) -> None:
        self.answer = answer
        self.request = request if request is not None else answer
        self.broken: list[Element] = []

    def side(self, which: str) -> View:
        return self.request if which == "request" else self.answer


def is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


Evaluate = Callable[[Env, "Element | None"], Any]


@lru_cache(maxsize=1024)
def split(path: str) -> tuple[str, str]:
    """`request:hi.hi` is ("request", "hi.hi"); without a side the answer's, which is the message itself."""
    side, colon, rest = path.partition(":")
    return (side, rest) if colon else ("answer", path)


@lru_cache(maxsize=1024)
def _is_option(name: str) -> bool:
    from pmiptool.registry.catalogue import OPTIONS

    return name.startswith("option-") or any(option.name == name for option in OPTIONS)


def _step(view: View, at: Any, part: str, element: Element | None) -> tuple[Any, Element | None]:
    """One part of a path further; None where there is nothing."""
    if at is None:
        return None, element
    if part == "@size":
        return (len(at) if isinstance(at, (bytes, tuple, str)) else None), element
    if part == "@offset":
        return (element.offset if element else None), element
    if part == "@length":
        return (element.length if element else None), element
    if part == "@after":
        return (view.after(element) if element else None), element
    found = getattr(at, part, None)
    if found is None and element is not None and hasattr(at, "suboptions"):
        subs = view.suboptions(element, part)
        return (subs[0].value, subs[0]) if subs else (None, element)
    return found, element


def _compile_path(path: str) -> Evaluate:
    if path.startswith("."):
        parts = path[1:].split(".")

        def of_element(env: Env, current: Element | None) -> Any:
            if current is None:
                return None
            at, element = current.value, current
            for part in parts:
                at, element = _step(env.answer, at, part, element)  # type: ignore[assignment]
            return at

        return of_element
    side, rest = split(path)
    first, *parts = rest.split(".")
    if _is_option(first):

        def of_option(env: Env, current: Element | None) -> Any:
            view = env.side(side)
            element = view.first(first)
            at = element.value if element is not None else None
            for part in parts:
                at, element = _step(view, at, part, element)
            return at

        return of_option

    def of_message(env: Env, current: Element | None) -> Any:
        return getattr(env.side(side).message, first, None)

    return of_message


Elements = Callable[[Env, "Element | None"], "list[Element]"]


def _compile_elements(path: str) -> Elements:
    """The options of a name, or inside `each` the sub-options of `.name`."""
    if path.startswith("."):
        sub = path[1:]
        return lambda env, current: env.answer.suboptions(current, sub) if current is not None else []
    side, name = split(path)
    if side == "request":
        return lambda env, current: env.request.named(name)
    return lambda env, current: env.answer.named(name)


def _values(env: Env, path: str) -> list[Any]:
    side, rest = split(path)
    name, *parts = rest.split(".")
    view = env.side(side)
    found = []
    for option in view.named(name):
        at: Any = option.value
        element: Element | None = option
        for part in parts:
            at, element = _step(view, at, part, element)
        if at is not None:
            found.append(_key(at))
    return found


def _key(value: Any) -> Any:
    return network(value) if isinstance(value, Prefix) else value


def compile_expr(expr: Expr, settings: CodePoints) -> Evaluate:
    """A function of the environment and, inside `each`, the current element."""
    return _Compiler(settings).any(expr)


class _Compiler:
    def __init__(self, settings: CodePoints) -> None:
        self.settings = settings

    def any(self, expr: Expr) -> Evaluate:
        make: Callable[[Any], Evaluate] = getattr(self, f"_{type(expr).__name__.lower()}")
        return make(expr)

    def _const(self, expr: Const) -> Evaluate:
        return lambda env, current: expr.value

    def _f(self, expr: F) -> Evaluate:
        return _compile_path(expr.path)

    def _bits(self, expr: Bits) -> Evaluate:
        at, mask = _compile_path(expr.path), expr.mask

        def masked(env: Env, current: Element | None) -> Any:
            value = at(env, current)
            return value & mask if isinstance(value, int) else None

        return masked

    def _setting(self, expr: Setting) -> Evaluate:
        value = getattr(self.settings, expr.key)
        return lambda env, current: value

    def _compare(self, expr: Compare) -> Evaluate:
        left, right = self.any(expr.left), self.any(expr.right)
        if expr.op in ("==", "!="):
            equal = expr.op == "=="
            unset = any(
                isinstance(side, Setting) and getattr(self.settings, side.key) is None
                for side in (expr.left, expr.right)
            )

            def equals(env: Env, current: Element | None) -> bool | None:
                one, other = left(env, current), right(env, current)
                if unset:
                    return None if one is None and other is None else not equal
                if one is None or other is None:
                    return None
                return (_key(one) == _key(other)) is equal

            return equals
        order = ORDER[expr.op]

        def orders(env: Env, current: Element | None) -> bool | None:
            one, other = left(env, current), right(env, current)
            if one is None or other is None or type(one) is not type(other):
                return None
            return bool(order(one, other))

        return orders

    def _in(self, expr: In) -> Evaluate:
        item, values = self.any(expr.item), frozenset(expr.values)

        def within(env: Env, current: Element | None) -> bool | None:
            value = item(env, current)
            return None if value is None else value in values

        return within

    def _utf8(self, expr: Utf8) -> Evaluate:
        at = _compile_path(expr.path)

        def text(env: Env, current: Element | None) -> bool | None:
            value = at(env, current)
            return is_utf8(value) if isinstance(value, bytes) else None

        return text

    def _present(self, expr: Present) -> Evaluate:
        elements = _compile_elements(expr.path)
        return lambda env, current: bool(elements(env, current))

    def _count(self, expr: Count) -> Evaluate:
        elements = _compile_elements(expr.path)
        return lambda env, current: len(elements(env, current))

    def _not(self, expr: Not) -> Evaluate:
        item = self.any(expr.item)

        def negated(env: Env, current: Element | None) -> bool | None:
            known = len(env.broken)
            value = item(env, current)
            del env.broken[known:]  # what is false in here breaks nothing
            return None if value is None else not value

        return negated

    def _allof(self, expr: AllOf) -> Evaluate:
        items = [self.any(item) for item in expr.items]

        def every(env: Env, current: Element | None) -> bool | None:
            result: bool | None = True
            for item in items:
                value = item(env, current)
                if value is False:
                    return False
                if value is None:
                    result = None
            return result

        return every

    def _anyof(self, expr: AnyOf) -> Evaluate:
        items = [self.any(item) for item in expr.items]

        def some(env: Env, current: Element | None) -> bool | None:
            result: bool | None = False
            for item in items:
                value = item(env, current)
                if value is True:
                    return True
                if value is None:
                    result = None
            return result

        return some

    def _implies(self, expr: Implies) -> Evaluate:
        when, then = self.any(expr.when), self.any(expr.then)

        def implied(env: Env, current: Element | None) -> bool | None:
            value = when(env, current)
            if value is True:
                answer: bool | None = then(env, current)
                return answer
            return None if value is None else True

        return implied

    def _each(self, expr: Each) -> Evaluate:
        holds = self.any(expr.holds)
        path, slash, sub = expr.name.partition("/")
        options = _compile_elements(path)

        def each_of(env: Env, current: Element | None) -> bool | None:
            result: bool | None = True
            elements = options(env, current)
            if slash:
                side = env.side(split(path)[0])
                elements = [found for element in elements for found in side.suboptions(element, sub)]
            for element in elements:
                value = holds(env, element)
                if value is False:
                    env.broken.append(element)
                    result = False
                elif value is None and result is True:
                    result = None
            return result

        return each_of

    def _aligned(self, expr: Aligned) -> Evaluate:
        x, y = expr.x, expr.y

        def aligned(env: Env, current: Element | None) -> bool | None:
            if current is None or current.offset is None:
                return None
            return current.offset % x == y % x

        return aligned

    def _unique(self, expr: Unique) -> Evaluate:
        path = expr.path

        def unique(env: Env, current: Element | None) -> bool:
            values = _values(env, path)
            return len(set(values)) == len(values)

        return unique

    def _sameset(self, expr: SameSet) -> Evaluate:
        left, right = expr.left, expr.right
        return lambda env, current: set(_values(env, left)) == set(_values(env, right))

    def _among(self, expr: Among) -> Evaluate:
        item, path = _compile_path(expr.item), expr.path

        def among(env: Env, current: Element | None) -> bool | None:
            value = item(env, current)
            return None if value is None else _key(value) in _values(env, path)

        return among


def needed(expr: Expr) -> tuple[str, str] | None:
    """Side and option without which an expression is never false, where there is one: then it need not be evaluated."""
    if isinstance(expr, Each):
        return _option_of(expr.name.partition("/")[0])
    if isinstance(expr, Implies):
        return _demanded(expr.when) or needed(expr.then)
    if isinstance(expr, Compare):
        sides = (_option_of(side.path) for side in (expr.left, expr.right) if isinstance(side, (F, Bits)))
        return next((found for found in sides if found is not None), None)
    if isinstance(expr, In):
        return _option_of(expr.item.path) if isinstance(expr.item, F) else None
    if isinstance(expr, Not):
        return _demanded(expr.item)
    if isinstance(expr, AnyOf):
        return next((found for found in map(needed, expr.items) if found is not None), None)
    if isinstance(expr, AllOf):
        every = {needed(item) for item in expr.items}
        return every.pop() if len(every) == 1 else None
    if isinstance(expr, Unique):
        return _option_of(expr.path)
    return None


def _demanded(expr: Expr) -> tuple[str, str] | None:
    """Side and option that must be there for an expression to be true."""
    if isinstance(expr, Present):
        return _option_of(expr.path)
    if isinstance(expr, Compare):
        if isinstance(expr.left, Count):
            more = expr.op == ">" and isinstance(expr.right, Const) and expr.right.value == 0
            return _option_of(expr.left.path) if more else None
        return needed(expr)
    if isinstance(expr, In):
        return needed(expr)
    if isinstance(expr, AllOf):
        return next((found for found in map(_demanded, expr.items) if found is not None), None)
    return None


def _option_of(path: str) -> tuple[str, str] | None:
    if path.startswith("."):
        return None
    side, rest = split(path)
    name = rest.partition(".")[0]
    return (side, name) if _is_option(name) else None
