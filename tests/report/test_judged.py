"""Which rules had anything to judge: whatever breaks a rule is something to judge, and what is absent is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rule import Rule
from pmiptool.report.judged import Judged
from pmiptool.rules import RULES, Context, SessionChecker, check_message
from pmiptool.wire.codec import Decoded, codec_for
from tests.rules import examples, form
from tests.rules.make import LMA, MAG1, RFC6089, START, pba, pbu, wire
from tests.rules.stories import sent
from tests.rules.test_every_rule import ENVELOPES, KNOWLEDGE


def applied(steps: Iterable[tuple[float, Decoded, bytes, bytes]], settings: CodePoints = DEFAULT) -> frozenset[str]:
    judged = Judged(settings)
    checker = SessionChecker(Context(settings, complete=True))
    for time, decoded, src, dst in steps:
        checker.observe(decoded, src=src, dst=dst, time=time)
        judged.add(decoded, checker.last)
    return judged.applied()


def between(*messages: Any, settings: CodePoints = DEFAULT) -> frozenset[str]:
    """Sent to and fro between a gateway and the anchor."""
    ends = (MAG1, LMA), (LMA, MAG1)
    steps = ((START + n, wire(message, settings), *ends[n % 2]) for n, message in enumerate(messages))
    return applied(steps, settings)


def played(steps: Iterable[tuple[Any, ...]]) -> frozenset[str]:
    return applied(sent(steps))


def by_example(rule: Rule) -> frozenset[str]:
    """What the example that breaks a rule gives anything to judge."""
    name = rule.id
    settings = RFC6089 if name in examples.MESSAGES_6089 or name in examples.EXCHANGES_6089 else DEFAULT
    if name in examples.MESSAGES or name in examples.MESSAGES_6089:
        judged = Judged(settings)
        judged.add(wire({**examples.MESSAGES, **examples.MESSAGES_6089}[name], settings), None)
        return judged.applied()
    if name in examples.EXCHANGES or name in examples.EXCHANGES_6089:
        pair = {**examples.EXCHANGES, **examples.EXCHANGES_6089}[name]
        return between(*pair, settings=settings)
    if name in examples.SESSIONS:
        return played(examples.SESSIONS[name])
    judged = Judged(settings)
    if name in examples.DIALECTS:
        message, written, read = examples.DIALECTS[name]
        judged = Judged(read or DEFAULT)
        judged.add(wire(codec_for(written or DEFAULT).encode(message), read or DEFAULT), None)
    elif name in KNOWLEDGE:
        _, answer, *asked = KNOWLEDGE[name]
        return between(asked[0] if asked else pbu(), answer)
    elif name in ENVELOPES:
        judged.add(wire(ENVELOPES[name][0]), None)
    else:
        return by_form(rule)
    return judged.applied()


def by_form(rule: Rule) -> frozenset[str]:
    for message, settings, udp in form.candidates(rule):
        raw = isinstance(message, bytes) and udp
        decoded = codec_for(settings).decode(message, udp=True) if raw else wire(message, settings, MAG1, LMA)
        if rule.id in {found.rule for found in check_message(decoded, None, settings)}:
            judged = Judged(settings)
            judged.add(decoded, None)
            return judged.applied()
    raise AssertionError(rule.id)


def test_whatever_breaks_a_rule_is_something_to_judge() -> None:
    missed = [rule.id for rule in RULES if rule.id not in by_example(rule)]
    assert missed == []


def test_what_is_absent_is_nothing_to_judge() -> None:
    """A request and its answer, without flows: nothing of flows, heartbeats or IPv4 applies."""
    found = between(pbu(), pba())
    assert {"rfc5213/8.3/length", "rfc6275/6.1.1/checksum", "rfc6275/9.5.4/answer-twice"} <= found
    assert "mext/4.2/length" not in found and "muho/4.1/filters-lost" not in found
    assert not {name for name in found if name.startswith(("rfc5846/", "rfc5847/", "rfc7077/"))}
    assert len(found) < 250 < len(RULES)


def test_an_exchange_needs_its_answer() -> None:
    alone, answered = between(pbu()), between(pbu(), pba())
    exchanges = {rule.id for rule in RULES if rule.scope == "exchange"}
    assert not alone & exchanges and answered & exchanges


def test_rules_of_the_other_dialect_do_not_apply() -> None:
    dialects = {rule.id: rule.dialect for rule in RULES}
    assert {dialects[name] for name in between(pbu(), pba())} <= {None, "mext"}
    assert {dialects[name] for name in between(pbu(), pba(), settings=RFC6089)} <= {None, "rfc6089"}
