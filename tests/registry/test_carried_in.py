"""Where options may stand: what the texts say of a message, against what the entries of the options say."""

from __future__ import annotations

import pytest

from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import CodePoints
from pmiptool.rules import check_message
from pmiptool.wire import values
from pmiptool.wire.codec import codec_for

LATER = CodePoints(dialect="rfc6089")

VALID = {
    "brr": {"bid"},  # RFC 6275 6.1.2 defines none; RFC 5648 4.3
    "hoti": set(),  # RFC 6275 6.1.3
    "coti": {"bid"},  # RFC 6275 6.1.4, RFC 5648 4.3
    "hot": set(),  # RFC 6275 6.1.5
    "cot": {"bid"},  # RFC 6275 6.1.6, RFC 5648 4.3
    "binding-error": set(),  # RFC 6275 6.1.9
    "home-agent-switch": {"binding-refresh-advice"},  # RFC 5142 4
    "heartbeat": {"restart-counter"},  # RFC 5847 3.3
    "fbu": {"alt-coa", "badf", "multicast-mobility", "multicast-ack"},  # RFC 5568 6.2.2, RFC 7411 5.3 and 5.4
    "fback": {"alt-coa", "badf", "multicast-mobility", "multicast-ack"},  # RFC 5568 6.2.3, RFC 7411
    "bri": {"hnp", "bid", "ipv4-hoa", "ipv4-hoa-request", "alt-coa",  # RFC 5846 5.1
            "mn-group-id", "fid"},  # RFC 6602 4.3, RFC 7109 6.1.3
    "bra": {"hnp", "bid", "mn-group-id", "fid"},  # RFC 5846 5.2, RFC 6602 4.3, RFC 7109 6.1.3
    "lri": {"hnp", "mag-ipv6-address"},  # RFC 6705 10.1
    "lra": {"hnp"},  # RFC 6705 10.2
    "fbi": {"fid"},  # RFC 7109 6.1.1
    "fba": {"fid"},  # RFC 7109 6.1.2
    "subscription-query": set(),  # RFC 7161 4.3.1.2
    "subscription-response": {"multicast-ipv4", "multicast-ipv6"},  # RFC 7161 4.3.2.2
}  # fmt: skip
"""The options that the section of a message, or a later text that extends it, says are valid in it.

Without those that any message may carry: padding, identifier, vendor-specific and experimental ones, and the link-layer
address of RFC 5568 6.4.4.
"""
ANYWHERE = {"pad1", "padn", "mn-id", "vendor", "experimental", "mh-lla"}


def test_any_message_may_carry_a_few() -> None:
    assert {option.name for _, option in catalogue.options(LATER) if not option.carried_in} == ANYWHERE


@pytest.mark.parametrize("message", VALID)
def test_a_message_carries_what_its_text_says(message: str) -> None:
    assert {option.name for _, option in catalogue.options(LATER) if message in option.carried_in} == VALID[message]


@pytest.mark.parametrize("under", [CodePoints(), LATER], ids=lambda under: under.dialect)
def test_what_stands_in_place_is_not_misplaced(under: CodePoints) -> None:
    """Of every message and option, as far as the rule goes; those of RFC 7077 4 and RFC 5949 6.1 carry any."""
    options = {option.name: values.CLASSES[option.value]() for _, option in catalogue.options(under) if option.value}
    free = {"update-notification", "update-ack", "handover-initiate", "handover-ack"}
    entries = {option.name: option for _, option in catalogue.options(under)}
    for name in catalogue.message_names():
        message, proxy = catalogue.message_named(name) or pytest.fail(name)
        if message.opaque:
            continue
        flags = {"flags": 0x0200 if message.number == 5 else 0x20} if proxy else {}
        whole = values.CLASSES[message.value](**flags, options=tuple(options.values()))
        decoded = codec_for(under).decode(codec_for(under).encode(whole))
        there = {values.ENTRIES[type(option)].name for option in decoded.message.options}
        found = check_message(decoded, settings=under)
        misplaced = {finding.rule for finding in found if finding.rule.endswith("/misplaced")}
        wanted = {
            f"{entries[option].clause.key}/misplaced"
            for option in options
            if option in there  # one in the wrong place may be read as another of its number (RFC 5555 8)
            if name not in free and entries[option].carried_in and name not in entries[option].carried_in
        }
        assert misplaced == wanted, name
