"""Expectations: what holds, what does not, and errors that say what is wrong with an expression."""

from __future__ import annotations

import pytest

from pmiptool.errors import UsageError
from pmiptool.text.expect import parse_expectation
from pmiptool.text.json import message_object
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for

HNP = bytes.fromhex("20010db8f0000001") + bytes(8)
SELECTOR = v.Ipv6Selector(dst_port=5060, dst_port_end=5061, proto=17)


@pytest.fixture(scope="module")
def pba() -> dict[str, object]:
    message = v.BindingAcknowledgement(
        0,
        0x20,
        100,
        75,
        (
            v.MobileNodeIdentifier(1, b"mn1@example.org"),
            v.HomeNetworkPrefix(home_network_prefix=v.Prefix(HNP, 64)),
            v.Multihoming(0, 0, 0),
            v.FlowIdentification(1, 10, 1, 0, 0, 0, (v.BindingReference((7,)), SELECTOR)),
            v.FlowIdentification(2, 20, 2, 0, 0, 135, ()),
            v.FlowSummary((1, 2)),
        ),
    )
    shown = message_object(codec_for().decode(codec_for().encode(message)))
    shown["findings"] = [{"rule": "rfc5213/8.3/length", "level": "error", "text": "x"}]
    return shown


@pytest.mark.parametrize(
    "text",
    [
        "status = 0",
        "status=accepted",
        "status < 128",
        "status in 0,1",
        "status in 0-127",
        "status != 130",
        "answer = pba",
        "answer = any",
        "answer != icmp",
        "answer in pba,binding-error",
        "lifetime = 75",
        "lifetime_s = 300",
        "lifetime_s > 0x10",
        "hnp = 2001:db8:f000:1::/64",
        "hnp = 2001:0DB8:F000:0001:0:0:0:0/64",
        "hnp in 2001:db8:f000::/36",
        "hnp != any",
        "hnp != none",
        "fields.sequence = 100",
        "fields.flags = P",
        "option.multihoming.act = none",
        "option.multihoming.act = 0",
        "option.mn-id.identifier ~ ^mn1@",
        "option.link-local = none",
        "option.flow-summary.fid = 1,2",
        "option.flow-summary.fid = 2",
        "flow[1].status = ok",
        "flow[1].dst_port = 5060",
        "flow[1].dst-port-end = 5061",
        "flow[2].status = 135",
        "flow[2].status > 127",
        "flow[3] = none",
        "flow[1] != none",
        "findings = 1",
        "findings = rfc5213/8.3/length",
        "findings ~ rfc5213/",
        "findings != muho/4.1/length",
    ],
)
def test_holds(pba: dict[str, object], text: str) -> None:
    outcome = parse_expectation(text).check(pba)
    assert outcome.ok, outcome


@pytest.mark.parametrize(
    ("text", "actual"),
    [
        ("status = 130", "0 (accepted)"),
        ("status != 0", "0 (accepted)"),
        ("status > 0", "0 (accepted)"),
        ("answer = none", "pba"),
        ("hnp = any", "2001:db8:f000:1::/64"),
        ("hnp = 2001:db8:f000:1::/65", "2001:db8:f000:1::/64"),
        ("hnp = none", "2001:db8:f000:1::/64"),
        ("hnp in 2001:db8:e000::/36", "2001:db8:f000:1::/64"),
        ("option.link-local.link_local_address = fe80::1", "none"),
        ("option.multihoming.act = 2", "0 (none)"),
        ("flow[3].status = 0", "none"),
        ("flow[3].status != 0", "none"),
        ("flow[1].status = 136", "0 (ok)"),
        ("findings = 0", "rfc5213/8.3/length"),
        ("findings = none", "rfc5213/8.3/length"),
    ],
)
def test_does_not_hold_and_says_what_was_there(pba: dict[str, object], text: str, actual: str) -> None:
    outcome = parse_expectation(text).check(pba)
    assert not outcome.ok
    assert outcome.actual == actual


def test_no_answer() -> None:
    assert parse_expectation("answer = none").check(None).ok
    assert not parse_expectation("answer = any").check(None).ok
    assert parse_expectation("answer = icmp").check(None, "icmp").ok
    assert parse_expectation("answer = any").check(None, "icmp").ok
    outcome = parse_expectation("status != 0").check(None)
    assert not outcome.ok and "no message" in outcome.actual


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("status", "is not FIELD OP VALUE"),
        ("status =", "is not FIELD OP VALUE"),
        ("status == 0", "write ="),
        ("status <= 0", "the operator <= is none of"),
        ("state = 0", "there is no field 'state'; did you mean 'status'?"),
        ("fields.sequenze = 1", "did you mean 'sequence'?"),
        ("option.multihomin.act = 1", "did you mean 'multihoming'?"),
        ("option.multihoming.ack = 1", "did you mean 'act'?"),
        ("flow[x].status = 1", "'x' is no FID"),
        ("answer = pbu1", "answer takes none, pba"),
        ("answer ~ pba", "answer takes =, != and in"),
        ("status < accepted", "compares numbers"),
        ("findings ~ (", "is no regular expression"),
        ("status = acepted", "did you mean 'accepted'?"),
        ("status != nonsense", "status takes a number or the name of a status, not 'nonsense'"),
        ("status in [0,1]", "not '[0'"),
        ("lifetime = 300s", "lifetime takes a number, not '300s'"),
        ("hnp = 2001:db8:a1::", "hnp takes a prefix such as 2001:db8:a1::/64"),
        ("hnp != foo", "hnp takes a prefix"),
    ],
)
def test_errors(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_expectation(text)
    assert says in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "status = MH_NOT_SUPPORTED_BY_LMA",
        "status = timestamp-mismatch",
        "status != none",
        "status = 0x9c",
        "status in 0, 128-255",
        "status = unrecognized-mh-type",
        "hnp in any,2001:db8::/32",
    ],
)
def test_names_numbers_and_ranges_that_a_field_may_have(text: str) -> None:
    assert parse_expectation(text).text == text
