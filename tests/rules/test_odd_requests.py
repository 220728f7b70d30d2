"""Requests that are odd but readable: whoever takes them by the letter is not blamed, whoever does not is."""

from __future__ import annotations

import pytest

from pmiptool.rules import check_exchange
from pmiptool.wire.values import (
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    Ipv4HomeAddress,
    Ipv4HomeAddressRequest,
    MobileNodeGroupIdentifier,
    Prefix,
)
from tests.rules.examples import asked, bound, told
from tests.rules.make import ANY, P1, P2, fid, hi, hnp, ll, mh, mn, pba, pbu, wire
from tests.rules.stories import play, rules_of

P, V = 0x8000, 0x4000
ADDRESS = bytes((198, 18, 0, 1))


def broken(request: object, answer: object) -> set[str]:
    return {finding.rule for finding in check_exchange(wire(request), wire(answer))}


@pytest.mark.parametrize(("status", "right"), [(0, False), (128, False), (129, True), (135, True)])
def test_a_new_flow_without_description_may_also_be_one_whose_fid_is_in_use(status: int, right: bool) -> None:
    rules = broken(pbu(mh(), fid(sub=())), pba(mh(), fid(sub=(), status=status)))
    assert ("mext/5.3.2.1/no-selector" not in rules) is right


@pytest.mark.parametrize(
    ("named", "right"),
    [
        ((hnp(P1),), False),
        ((hnp(ANY),), True),
        ((hnp(Prefix(P1.address, 0)),), True),  # of no bits at all
        ((hnp(Prefix(P1.address, 2)),), True),  # 2001:db8:: begins with 00
        ((hnp(ANY), hnp(P1)), True),  # both any and one: no text says which
    ],
)
def test_only_a_prefix_that_was_named_is_expected(named: tuple[object, ...], right: bool) -> None:
    rules = broken(pbu(*named[1:], hnp=named[0]), pba(hnp=hnp(P2)))
    assert ("rfc5213/5.3.6/hnp-changed" not in rules) is right


ME = ll(b"\x02\0\0\0\0\x01")


@pytest.mark.parametrize(
    ("options", "named", "right"),
    [((ME,), ANY, False), ((), ANY, True), ((), P2, True), ((), P1, False)],
    ids=["by its interface", "by nothing", "by a prefix of its own", "by its prefix"],
)
def test_a_renewal_that_names_no_session_is_one_for_a_new_session(
    options: tuple[object, ...], named: Prefix, right: bool
) -> None:
    """RFC 5213 5.4.1.1 (1), 5.4.1.3 (4)."""
    steps = (
        asked(0, 1, *options, hnp=hnp(ANY)), told(0.1, 1, *options),
        asked(1, 1, *options, sequence=2, hi=hi(5), hnp=hnp(named)),
        told(1.1, 1, *options, sequence=2, hi=hi(5), hnp=hnp(P2)),
    )  # fmt: skip
    assert ("rfc5213/5.3.6/hnp-session" not in rules_of(play(steps))) is right
    assert "rfc5213/5.3.6/hnp-session" not in rules_of(play(bound(0, 1, 1)))


@pytest.mark.parametrize(
    ("flags", "option", "right"),
    [
        (P | V, Ipv4HomeAddress(ipv4_home_address=ADDRESS), True),
        (P | V, Ipv4HomeAddressRequest(ipv4_home_address=ADDRESS), False),
        (V, Ipv4HomeAddress(ipv4_home_address=ADDRESS), False),
    ],
)
def test_with_p_an_indication_of_ipv4_has_the_request_option(flags: int, option: object, right: bool) -> None:
    """RFC 5846 5.1: the IPv4 Home Address option where P is clear, the Request option where it is set."""
    request = BindingRevocationIndication(sequence=7, flags=flags, revocation_trigger=1, options=(mn(), option))
    answer = BindingRevocationAcknowledgement(status=129, sequence=7, flags=flags)
    assert ("rfc5846/10/needless-129" not in broken(request, answer)) is right


@pytest.mark.parametrize(("status", "right"), [(0, False), (128, True), (133, True), (134, True)])
def test_a_bulk_revocation_may_be_refused_for_what_is_looked_at_before(status: int, right: bool) -> None:
    group = MobileNodeGroupIdentifier(subtype=1, group=7)
    request = BindingRevocationIndication(sequence=7, flags=P, revocation_trigger=128, options=(hnp(P1), group))
    answer = BindingRevocationAcknowledgement(status=status, sequence=7, flags=P)
    assert ("rfc6602/5.2.3/bulk-revocation-invalid" not in broken(request, answer)) is right
