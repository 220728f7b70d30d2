"""Judging one message, and one request with its answer, by the rules of a scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.rule import Rule
from pmiptool.rules.evaluate import Env, Evaluate, compile_expr, needed
from pmiptool.rules.explain import explain
from pmiptool.rules.view import Element
from pmiptool.wire.finding import Finding

KEPT = 1024
"""For how many kinds of messages, by the options in them, the rules that apply are remembered."""


class Compiled:
    """The rules of one scope under given code points, by the name of the message they are about."""

    def __init__(self, rules: tuple[Rule, ...], scope: str, settings: CodePoints) -> None:
        self.settings = settings
        self.all = [
            (rule, compile_expr(rule.holds, settings), needed(rule.holds))
            for rule in rules
            if rule.scope == scope and rule.holds is not None and rule.dialect in (None, settings.wire_dialect)
        ]
        self._by_name: dict[str, list[tuple[Rule, Evaluate, tuple[str, str] | None]]] = {}
        self._applying: dict[Any, list[tuple[Rule, Evaluate]]] = {}

    def about(self, name: str) -> list[tuple[Rule, Evaluate, tuple[str, str] | None]]:
        found = self._by_name.get(name)
        if found is None:
            found = [each for each in self.all if not each[0].messages or name in each[0].messages]
            self._by_name[name] = found
        return found

    def applying(self, name: str, env: Env) -> list[tuple[Rule, Evaluate]]:
        """Those that can be broken with the options that are there."""
        key = name, env.answer.names, env.request.names
        found = self._applying.get(key)
        if found is None:
            if len(self._applying) >= KEPT:
                self._applying.clear()
            found = self._applying[key] = [
                (rule, evaluate)
                for rule, evaluate, need in self.about(name)
                if need is None or need[1] in env.side(need[0]).names
            ]
        return found

    def broken(self, name: str, env: Env) -> Iterator[Finding]:
        for rule, evaluate in self.applying(name, env):
            env.broken.clear()
            if evaluate(env, None) is not False:
                continue
            elements: list[Element | None] = list(dict.fromkeys(env.broken)) or [None]
            for element in elements:
                yield self.finding(rule, env, element)

    def finding(self, rule: Rule, env: Env, element: Element | None) -> Finding:
        assert rule.holds is not None
        told = explain(rule.holds, env, element, self.settings)
        field = rule.field
        if element is None and field is not None:
            element = env.answer.first(field.partition(".")[0])
        text = rule.sentence.rstrip(".") + (f": {told}" if told else "")
        if element is None:
            return Finding(rule.id, rule.level, text, field=field)
        return Finding(rule.id, rule.level, text, element.index, element.offset, field)


def found(rule: Rule, text: str, element: Element | None = None) -> Finding:
    """A finding of a rule that a function judges. `text` says what was seen and what was expected."""
    whole = f"{rule.sentence.rstrip('.')}: {text}"
    if element is None:
        return Finding(rule.id, rule.level, whole, field=rule.field)
    return Finding(rule.id, rule.level, whole, element.index, element.offset, rule.field)


Compile = Callable[[CodePoints], Compiled]


def compiler(rules: Callable[[], tuple[Rule, ...]], scope: str) -> Compile:
    """Compiles the rules of a scope once for each set of code points."""

    @lru_cache(maxsize=16)
    def compiled(settings: CodePoints) -> Compiled:
        return Compiled(rules(), scope, settings)

    return compiled
