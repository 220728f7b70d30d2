"""RFC 5213 6.9.1.3, 6.9.1.4, 6.9.4 and 6.13: extending a lifetime, de-registration, and retransmission."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request

LIFETIME = 12  # seconds of a lifetime that is waited for
TIMEOUT = 1.0  # INITIAL_BINDACK_TIMEOUT (RFC 6275 12)
LONGEST = 1.5
SLACK = 0.5  # seconds that a timer may be off
RATE = 3  # MAX_UPDATE_RATE (RFC 6275 12)
TWO = ("2001:db8:a1::/64", "2001:db8:a2::/64")
BY_SEQUENCE = {"mag": {"timestamps": False}}
ONLY_AT_FIRST = {"fid", "flow-summary", "pad1", "padn"}  # of the session's filters, not of the registration


def _same_options(first: Request, later: Request) -> None:
    missing = {*first.names} - {*later.names} - ONLY_AT_FIRST
    first.mag.check(f"the options of the first request: {', '.join(first.names)}", not missing, ", ".join(later.names))


@against_mag("rfc5213/6.9.1.3/extends-in-time")
def extends_in_time(mag: Mag) -> None:
    node = mag.node()
    node.registered(lifetime=LIFETIME)
    node.expect_request("a further request before the lifetime ends", "lifetime > 0", within=LIFETIME).answer()


@against_mag("rfc5213/6.9.1.3/same-options")
def renewal_same_options(mag: Mag) -> None:
    node = mag.node(ll_id="020000005213")
    _same_options(node.registered(), node.renew())


@against_mag("rfc5213/6.9.1.3/every-prefix")
def renewal_every_prefix(mag: Mag) -> None:
    node = mag.node()
    node.registered(hnp=TWO)
    renewal = node.renew()
    mag.check("both prefixes", sorted(renewal.prefix_texts) == list(TWO), ", ".join(renewal.prefix_texts))


@against_mag("rfc5213/6.9.1.3/hi-re-registration")
def hi_re_registration(mag: Mag) -> None:
    node = mag.node()
    node.registered()
    node.renew().expect("option.hi.hi = 5")


@against_mag("rfc5213/6.9.1.4/detach-sends-pbu")
def detach_sends_pbu(mag: Mag) -> None:
    node = mag.node()
    node.registered()
    node.told("detach")
    node.expect_request("a PBU when it leaves", "lifetime = 0", within=mag.patience).answer()


@against_mag("rfc5213/6.9.1.4/same-options")
def detach_same_options(mag: Mag) -> None:
    node = mag.node(ll_id="020000005213")
    _same_options(node.registered(), node.detached())


@against_mag("rfc5213/6.9.1.4/every-prefix")
def detach_every_prefix(mag: Mag) -> None:
    node = mag.node()
    node.registered(hnp=TWO)
    request = node.detach()
    mag.check("both prefixes", sorted(request.prefix_texts) == list(TWO), ", ".join(request.prefix_texts))


@against_mag("rfc5213/6.9.1.4/hi-unknown")
def detach_hi_unknown(mag: Mag) -> None:
    node = mag.node()
    node.registered()
    node.detached().expect("option.hi.hi = 4")


@against_mag("rfc5213/6.9.1.4/lets-go-after-answer")
def lets_go_after_answer(mag: Mag) -> None:
    node = mag.node()
    node.registered(lifetime=LIFETIME)
    node.detached()
    node.expect_silence(LIFETIME, "nothing more is sent for it")


@against_mag("rfc5213/6.9.1.4/lets-go-without-answer")
def lets_go_without_answer(mag: Mag) -> None:
    node = mag.node()
    node.registered(lifetime=LIFETIME)
    node.detach()
    came = node.hear_all(LIFETIME)
    mag.check("no lifetime is extended", all(other.message.lifetime == 0 for other in came), _texts(came))


@against_mag("rfc5213/6.9.1.4/attach-after-detach-starts-anew")
def attach_after_detach_starts_anew(mag: Mag) -> None:
    node = mag.node()
    node.registered()
    node.detached()
    node.attach().expect("lifetime > 0", "option.hi.hi in 1-4").answer()


@against_mag("rfc5213/6.9.4/rate-limited")
def rate_limited(mag: Mag) -> None:
    node = mag.node()
    came = [node.attach(), *node.hear_all(8 * TIMEOUT)]
    most = max(sum(0 <= other.time - one.time < 1.0 for other in came) for one in came)
    mag.check(f"{RATE} requests at most within a second", most <= RATE, most)


@against_mag("rfc5213/6.9.4/first-retransmission")
def first_retransmission(mag: Mag) -> None:
    node = mag.node()
    first = node.attach()
    wait = mag.settings.timers.initial_bindack_timeout or TIMEOUT
    after = node.expect_request("a retransmission", within=LONGEST * wait + 4 * SLACK).time - first.time
    longest = LONGEST * wait  # InitialBindackTimeoutFirstReg (RFC 6275 12), which the gateway need not use, but may
    mag.check(f"after {wait:g} to {longest:g} s", wait - SLACK <= after <= longest + SLACK, f"{after:.2f} s")


@against_mag("rfc5213/6.9.4/retransmits-registration")
def retransmits_registration(mag: Mag) -> None:
    node = mag.node()
    first = node.attach()
    for _ in range(2):
        node.expect_request("a retransmission", f"lifetime = {first.message.lifetime}", within=3 * TIMEOUT)


@against_mag("rfc5213/6.9.4/retransmits-re-registration")
def retransmits_re_registration(mag: Mag) -> None:
    node = mag.node()
    node.registered()
    node.renew()
    for _ in range(2):
        node.expect_request("a retransmission", "lifetime > 0", "option.hi.hi = 5", within=3 * TIMEOUT)


@against_mag("rfc5213/6.9.4/no-retransmission-after-detach")
def no_retransmission_after_detach(mag: Mag) -> None:
    node = mag.node(hnp=TWO)
    node.attach()
    node.told("lose")
    came = node.hear_all(5 * TIMEOUT)
    asked = [other for other in came if other.message.lifetime]
    mag.check("the registration is not sent again", not asked, _texts(asked))


@against_mag("rfc5213/6.9.4/back-off")
def back_off(mag: Mag) -> None:
    node = mag.node()
    came = [node.attach(), *node.hear_all(8 * TIMEOUT)]
    gaps = [later.time - earlier.time for earlier, later in zip(came, came[1:], strict=False)]
    doubled = [abs(later - 2 * earlier) <= SLACK for earlier, later in zip(gaps, gaps[1:], strict=False)]
    mag.check(
        "each wait is twice the one before", bool(doubled) and all(doubled), ", ".join(f"{gap:.2f} s" for gap in gaps)
    )


@against_mag("rfc5213/6.9.4/stops-at-answer")
def stops_at_answer(mag: Mag) -> None:
    node = mag.node()
    node.attach()
    node.expect_request("a retransmission", within=3 * TIMEOUT).answer()
    node.expect_silence(5 * TIMEOUT, "no further retransmission")


@against_mag("rfc5213/6.9.4/retransmission-fresh-timestamp")
def retransmission_fresh_timestamp(mag: Mag) -> None:
    node = mag.node()
    first = node.attach()
    again = node.expect_request("a retransmission", within=3 * TIMEOUT)
    told = ((again.timestamp or 0) - (first.timestamp or 0)) / 65536
    passed = again.time - first.time
    mag.check(
        "a timestamp of its own time", abs(told - passed) <= SLACK, f"{told:.2f} s later, sent {passed:.2f} s later"
    )


@against_mag("rfc5213/6.9.4/retransmission-higher-sequence", configured=BY_SEQUENCE)
def retransmission_higher_sequence(mag: Mag) -> None:
    node = mag.node()
    first = node.attach()
    again = node.expect_request("a retransmission", within=3 * TIMEOUT)
    grown = (again.sequence - first.sequence) & 0xFFFF
    mag.check("a higher sequence number", 0 < grown < 0x8000, f"{again.sequence} after {first.sequence}")


@against_mag("rfc5213/6.13/no-renewal-after-detach")
def no_renewal_after_detach(mag: Mag) -> None:
    node = mag.node()
    node.registered(lifetime=LIFETIME)
    node.told("detach")
    came = node.hear_all(LIFETIME + 3 * TIMEOUT)
    extended = [other for other in came if other.message.lifetime]
    mag.check("no lifetime is extended", not extended, _texts(extended))


@against_mag("rfc5213/6.13/no-renewal-when-presence-unknown")
def no_renewal_when_presence_unknown(mag: Mag) -> None:
    node = mag.node()
    node.registered(lifetime=LIFETIME)
    node.told("lose")
    extended = [other for other in node.hear_all(LIFETIME) if other.message.lifetime]
    mag.check("no lifetime is extended", not extended, _texts(extended))


@against_mag("rfc5213/6.13/ends-binding-when-presence-unknown")
def ends_binding_when_presence_unknown(mag: Mag) -> None:
    node = mag.node()
    node.registered(lifetime=LIFETIME)
    node.told("lose")
    node.expect_request("a PBU that ends the binding", "lifetime = 0", within=mag.patience).answer()


def _texts(came: list[Request]) -> str:
    return "; ".join(request.text for request in came)
