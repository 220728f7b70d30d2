"""Every rule fails on at least one message, exchange or session, and no id stands twice."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pmiptool.registry.codepoints import DEFAULT
from pmiptool.registry.rule import LEVELS, Rule
from pmiptool.rules import RULES, Context, Knowledge, Service, check_exchange, check_message
from pmiptool.rules.exchanges import NEEDLESS_POLICY, NOT_ENABLED, NOT_LMA, NOT_MAG
from pmiptool.rules.ipv4 import KEY_REQUIRED, NEEDLESS, NEEDLESS_KEY, NOT_IPV4, NOT_IPV6
from pmiptool.rules.messages import HOME_ADDRESS, ROUTING, SOURCE
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import Envelope
from tests.rules import examples, examples_exchanges, examples_extensions, examples_over_time, examples_places, form
from tests.rules.examples_ipv4 import GIVEN, ask
from tests.rules.make import LMA, MAG1, RFC6089, fid, hi, mh, pba, pbu, wire
from tests.rules.stories import play, rules_of

SCOPES = {rule.id: rule.scope for rule in RULES}
LINK_LOCAL = bytes.fromhex("fe80000000000000000000000000000a")


def served(**services: bool) -> Knowledge:
    return Knowledge(services={b"mn1@example.org": Service(**services)})


KNOWLEDGE = {
    NOT_LMA.id: (Knowledge(mns={}, closed=True, mags={MAG1: None}), pba(status=128)),
    NOT_MAG.id: (Knowledge(mags={}), pba(status=128)),
    NOT_ENABLED.id: (Knowledge(mns={b"mn1@example.org": False}), pba(status=128)),
    NEEDLESS_POLICY.id: (Knowledge(mns={b"mn1@example.org": True}), pba(status=153)),
    NOT_IPV4.id: (served(ipv4=False), pba(*GIVEN), pbu(ask())),
    NOT_IPV6.id: (served(ipv6=False), pba()),
    NEEDLESS.id: (served(ipv6=True), pba(status=172)),
    KEY_REQUIRED.id: (served(gre=True), pba()),
    NEEDLESS_KEY.id: (served(gre=False), pba(status=163)),
}
ENVELOPES = {
    SOURCE.id: (pbu(), Envelope(LINK_LOCAL, LMA, LINK_LOCAL, LMA, 64, "ipv6", None, None, (), b"", 0, False)),
    HOME_ADDRESS.id: (pbu(), Envelope(MAG1, LMA, LINK_LOCAL, LMA, 64, "ipv6", None, None, (), b"", 0, False)),
    ROUTING.id: (pba(), Envelope(LMA, MAG1, LMA, LINK_LOCAL, 64, "ipv6", None, None, (), b"", 0, False)),
}


def broken_by_example(rule: Rule) -> set[str]:
    """The rules that the example of this rule breaks."""
    name = rule.id
    if name in examples.MESSAGES or name in examples.MESSAGES_6089:
        settings = DEFAULT if name in examples.MESSAGES else RFC6089
        message = {**examples.MESSAGES, **examples.MESSAGES_6089}[name]
        return {found.rule for found in check_message(wire(message, settings), None, settings)}
    if name in examples.EXCHANGES or name in examples.EXCHANGES_6089:
        settings = DEFAULT if name in examples.EXCHANGES else RFC6089
        request, answer = {**examples.EXCHANGES, **examples.EXCHANGES_6089}[name]
        return {found.rule for found in check_exchange(wire(request, settings), wire(answer, settings), settings)}
    if name in examples.SESSIONS:
        return rules_of(play(examples.SESSIONS[name]))
    if name in examples.DIALECTS:
        message, written, read = examples.DIALECTS[name]
        decoded = wire(codec_for(written or DEFAULT).encode(message), read or DEFAULT)
        return {found.rule for found in check_message(decoded, None, read or DEFAULT)}
    if name in KNOWLEDGE:
        knowledge, answer, *asked = KNOWLEDGE[name]
        request = asked[0] if asked else pbu()
        found_ = check_exchange(wire(request), wire(answer), Context(knowledge=knowledge), MAG1)
        return {found.rule for found in found_}
    if name in ENVELOPES:
        message, envelope = ENVELOPES[name]
        return {found.rule for found in check_message(wire(message), envelope)}
    return broken_form(rule)


def broken_form(rule: Rule) -> set[str]:
    for message, settings, udp in form.candidates(rule):
        if isinstance(message, bytes) and udp:
            decoded = codec_for(settings).decode(message, udp=True)
        else:
            decoded = wire(message, settings, MAG1, LMA)
        broken = {found.rule for found in check_message(decoded, None, settings)}
        if rule.id in broken:
            return broken
    return set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_has_an_example_that_breaks_it(rule: Rule) -> None:
    assert rule.id in broken_by_example(rule)


def test_ids_stand_once_and_levels_are_known() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert {rule.level for rule in RULES} <= set(LEVELS)
    assert {rule.scope for rule in RULES} == {"message", "exchange", "session"}


def test_every_rule_is_one_sentence_with_its_clause() -> None:
    for rule in RULES:
        assert rule.sentence.endswith(".") and rule.id.startswith(rule.clause.key + "/"), rule.id
        assert "\n" not in rule.sentence and len(rule.sentence) <= 120, rule.id


def test_examples_name_rules_that_exist() -> None:
    named = {*examples.MESSAGES, *examples.MESSAGES_6089, *examples.EXCHANGES, *examples.EXCHANGES_6089}
    named |= {*examples.SESSIONS, *examples.DIALECTS, *form.HEADER, *form.UDP, *KNOWLEDGE, *ENVELOPES}
    assert named <= {rule.id for rule in RULES}


def test_options_called_by_number_are_not_in_the_registry() -> None:
    """A rule that says `option-36` must change when the registry gets that option."""
    from pmiptool.registry.catalogue import option_names

    said = {int(number) for rule in RULES for number in re.findall(r"option-(\d+)", repr(rule.holds))}
    assert not said & set(option_names(DEFAULT))


@pytest.mark.parametrize("name", sorted(examples.SESSIONS))
def test_findings_say_where_and_what(name: str) -> None:
    for seen in play(examples.SESSIONS[name]):
        assert seen.frames and seen.finding.text and not seen.finding.text.endswith("."), seen
        if SCOPES[seen.finding.rule] != "message":
            assert ": " in seen.finding.text


@pytest.mark.parametrize("name", sorted(examples_over_time.RIGHT))
def test_nothing_is_found_in_what_is_right(name: str) -> None:
    assert not [seen for seen in play(examples_over_time.RIGHT[name]) if seen.finding.level != "note"]


ANSWERED = {
    **examples_exchanges.ANSWERED,
    **examples_extensions.RIGHT,
    **examples_places.RIGHT,
    **examples_exchanges.ANSWERED_6089,
}


@pytest.mark.parametrize("name", sorted(ANSWERED))
def test_nothing_is_found_in_a_right_exchange(name: str) -> None:
    settings = RFC6089 if name in examples_exchanges.ANSWERED_6089 else DEFAULT
    request, answer = (wire(message, settings) for message in ANSWERED[name])
    alone = (*check_message(request, None, settings), *check_message(answer, None, settings))
    found = (*alone, *check_exchange(request, answer, settings))
    assert not [one for one in found if one.level != "note"]


RENEWED = pbu(mh(), fid(1, pro=1), sequence=2, hi=hi(5)), pba(mh(), fid(1, pro=1, status=136), sequence=2, hi=hi(5))
REFUSED = "mext/5.3.2.2/fid-present"


@pytest.mark.parametrize(("counter", "blamed"), [(5, True), (6, False)])
def test_an_anchor_that_says_that_it_restarted_has_lost_its_filters(counter: int, blamed: bool) -> None:
    steps = (
        (0, 1, pbu(mh(), fid())), (0.1, 1, pba(mh(), fid())),
        (1, 1, examples_exchanges.beat(1), "up"), (1.1, 1, examples_exchanges.pulse(1), "down"),
        (40, 1, examples_exchanges.beat(2), "up"), (40.1, 1, examples_exchanges.pulse(2, counter=counter), "down"),
        (50, 1, RENEWED[0]), (50.1, 1, RENEWED[1]),
    )  # fmt: skip
    assert (REFUSED in rules_of(play(steps))) is blamed


@pytest.mark.parametrize("answer", [None, examples_exchanges.bra(status=132)], ids=["no answer", "refused"])
def test_a_revocation_without_success_leaves_the_binding_in_doubt(answer: Any) -> None:
    steps = [(0, 1, pbu(mh(), fid())), (0.1, 1, pba(mh(), fid())), (1, 1, examples_exchanges.bri(trigger=4))]
    steps += [(1.1, 1, answer)] if answer is not None else []
    steps += [(50, 1, RENEWED[0]), (50.1, 1, RENEWED[1])]
    assert REFUSED not in rules_of(play(steps))
    assert REFUSED in rules_of(play([step for step in steps if step[2] not in (steps[2][2], answer)]))
