"""RFC 5213 6.9.1.2: what a MAG makes of the answers to its registrations."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.wire.values import AccessTechnologyType, HomeNetworkPrefix, LinkLocalAddress, UnknownOption

ONCE_MORE = 3.0  # seconds in which a request without an answer is sent again at least once
SHORT = 12  # seconds of a lifetime that is waited for
GIVEN = bytes.fromhex("fe80") + bytes(12) + bytes.fromhex("5213")
OTHER = b"somebody-else@example.org"
ASKED = {"mag": {"fixed_link_local": "::"}}


def _is_still_asked(node: MobileNode) -> None:
    """The answer did not count: the request is sent again."""
    node.expect_request("the request once more", "lifetime > 0", within=ONCE_MORE)


def _is_registered(node: MobileNode) -> None:
    """The answer counted: nothing is sent again, and the prefixes that it gave are known."""
    node.expect_silence(ONCE_MORE, "no further request")
    given = [option.home_network_prefix for option in node.renew().options(HomeNetworkPrefix)]
    node.mag.check("a renewal with the prefixes of that answer", given == list(node.hnp), given)


@against_mag("rfc5213/6.9.1.2/pba-bad-checksum")
def pba_bad_checksum(mag: Mag) -> None:
    mag.has_checksums()
    node = mag.node()
    node.attach().answer(octets=lambda data: data[:4] + bytes((data[4] ^ 0xFF,)) + data[5:])
    _is_still_asked(node)


@against_mag("rfc5213/6.9.1.2/pba-longer-than-header")
def pba_longer_than_header(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(octets=lambda data: mag.summed(bytes((data[0], data[1] + 4)) + data[2:]))
    _is_still_asked(node)


@against_mag("rfc5213/6.9.1.2/pba-unknown-option")
def pba_unknown_option(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(more=[UnknownOption(250, b"unknown")])
    _is_registered(node)


@against_mag("rfc5213/6.9.1.2/pba-wrong-sequence")
def pba_wrong_sequence(mag: Mag) -> None:
    node = mag.node()
    request = node.attach()
    request.answer(sequence=request.sequence + 7)
    _is_still_asked(node)


@against_mag("rfc5213/6.9.1.2/pba-without-routing-header")
def pba_without_routing_header(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer()
    _is_registered(node)


@against_mag("rfc5213/6.9.1.2/pba-of-an-earlier-request")
def pba_of_an_earlier_request(mag: Mag) -> None:
    node = mag.node()
    first = node.attach()
    node.expect_request("the request once more", within=ONCE_MORE)
    first.answer()
    _is_registered(node)


@against_mag("rfc5213/6.9.1.2/pba-unmatched")
def pba_unmatched(mag: Mag) -> None:
    node = mag.node()
    request = node.attach()
    request.answer(sequence=request.sequence + 0x4000, mn_id=OTHER)
    _is_still_asked(node)


@against_mag("rfc5213/6.9.1.2/pba-unmatched-with-binding")
def pba_unmatched_with_binding(mag: Mag) -> None:
    node = mag.node()
    request = node.registered()
    given = list(node.hnp)
    request.answer(sequence=request.sequence + 0x4000, hnp=["2001:db8:bad::/64"])
    node.hnp = tuple(given)
    _is_registered(node)


@against_mag("rfc5213/6.9.1.2/pba-duplicate")
def pba_duplicate(mag: Mag) -> None:
    node = mag.node()
    request = node.registered()
    given = list(node.hnp)
    request.answer(hnp=["2001:db8:bad::/64"])
    node.hnp = tuple(given)
    _is_registered(node)


@against_mag("rfc5213/6.9.1.2/pba-hi-differs")
def pba_hi_differs(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(lifetime=SHORT, hi=2)
    _was_ignored(node)


@against_mag("rfc5213/6.9.1.2/pba-att-differs")
def pba_att_differs(mag: Mag) -> None:
    node = mag.node()
    request = node.attach()
    asked = request.option(AccessTechnologyType)
    request.answer(lifetime=SHORT, att=5 if asked is None or asked.att != 5 else 4)
    _was_ignored(node)


@against_mag("rfc5213/6.9.1.2/pba-ll-id-differs")
def pba_ll_id_differs(mag: Mag) -> None:
    node = mag.node(ll_id="020000005213")
    node.attach().answer(lifetime=SHORT, ll_id=bytes.fromhex("02000000dead"))
    _was_ignored(node)


@against_mag("rfc5213/6.9.1.2/pba-mn-id-differs")
def pba_mn_id_differs(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(lifetime=SHORT, mn_id=OTHER)
    _was_ignored(node)


def _was_ignored(node: MobileNode) -> None:
    """Such an answer gives no lifetime: nothing is there that would be renewed when it nears its end."""
    renewals = [request.text for request in node.hear_all(SHORT) if request.is_renewal]
    node.mag.check("no renewal of what was not granted", not renewals, "; ".join(renewals))


@against_mag("rfc5213/6.9.1.2/pba-differs-no-retransmission")
def pba_differs_no_retransmission(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(hi=2)
    node.expect_silence(2 * ONCE_MORE, "the request is not sent again")


@against_mag("rfc5213/6.9.1.2/status-152-no-retry")
def status_152_no_retry(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(status=152)
    node.expect_silence(2 * ONCE_MORE, "no further request for it")


@against_mag("rfc5213/6.9.1.2/status-157-retries")
def status_157_retries(mag: Mag) -> None:
    node = mag.node()
    first = node.attach()
    first.stamped()
    first.answer(status=157)
    second = node.expect_request("a further request", "lifetime > 0", within=ONCE_MORE)
    later = (second.timestamp or 0) > (first.timestamp or 0)
    mag.check("a later timestamp", later, f"{second.timestamp} after {first.timestamp}")


@against_mag("rfc5213/6.9.1.2/status-156-no-blind-retry")
def status_156_no_blind_retry(mag: Mag) -> None:
    node = mag.node()
    request = node.attach()
    request.stamped()
    request.answer(status=156)
    node.expect_silence(ONCE_MORE, "no further request while the clock is as it was")


@against_mag("rfc5213/6.9.1.2/status-156-clock-not-set")
def status_156_clock_not_set(mag: Mag) -> None:
    node, other = mag.node(), mag.node()
    first = node.attach()
    at, told = first.time, first.stamped()
    first.answer(status=156, timestamp=told + (3600 << 16))
    mag.pause(1.0)
    second = other.attach()
    stepped = (second.stamped() - told) / 65536 - (second.time - at)
    mag.check("a clock that goes on as before", abs(stepped) < 60, f"{stepped:g} s ahead of it")


@against_mag("rfc5213/6.9.1.2/status-155-not-the-same-prefix")
def status_155_not_the_same_prefix(mag: Mag) -> None:
    node = mag.node(hnp=("2001:db8:a1::/64",))
    request = node.attach()
    request.answer(status=155)
    again = node.hear(ONCE_MORE)
    same = again is not None and again.prefixes == request.prefixes
    mag.check("the same prefix is not asked for again", not same, again and ", ".join(again.prefix_texts))


@against_mag("rfc5213/6.9.1.2/status-155-all-zero")
def status_155_all_zero(mag: Mag) -> None:
    node = mag.node(hnp=("2001:db8:a1::/64",))
    node.attach().answer(status=155)
    node.expect_request("a further request", "hnp = ::/0", within=ONCE_MORE)


@against_mag("rfc5213/6.9.1.2/accepted-prefixes-used")
def accepted_prefixes_used(mag: Mag) -> None:
    node = mag.node()
    node.registered()
    node.renew().expect(f"hnp = {node.hnp_text}")


@against_mag("rfc5213/6.9.1.2/accepted-lifetime-used")
def accepted_lifetime_used(mag: Mag) -> None:
    node = mag.node()
    node.registered(lifetime=SHORT)
    node.expect_request("a renewal before the granted lifetime ends", "lifetime > 0", within=SHORT)


@against_mag("rfc5213/6.9.1.2/link-local-uploaded", configured=ASKED)
def link_local_uploaded(mag: Mag) -> None:
    """The address that the LMA gave is the one that later requests tell."""
    node = mag.node()
    node.registered(put=[LinkLocalAddress(link_local_address=GIVEN)])
    node.renew().expect("option.link-local.link_local_address = fe80::5213")
