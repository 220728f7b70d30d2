"""RFC 5845: GRE keys that a MAG asks for."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.octets import octets_of
from pmiptool.registry.rfc5845 import BU_T
from pmiptool.wire.values import GreKey

GRE_KEY = 33
DOWNLINK = 5845
ONCE_MORE = 3.0  # seconds in which something is sent again
TLV = {"mag": {"over_ipv4": True, "tlv_header": True}}


@against_mag("rfc5845/3.2/mag-no-key")
def no_key(mag: Mag) -> None:
    octets = octets_of(mag.node(gre="no-key").attach().decoded, GRE_KEY)
    mag.check("a GRE Key option of 2 octets", octets is not None and len(octets) == 2, octets)


@against_mag("rfc5845/6.1/mag-length")
def length(mag: Mag) -> None:
    octets = octets_of(mag.node(gre=DOWNLINK).attach().decoded, GRE_KEY)
    mag.check("a GRE Key option of 2 octets or 6", octets is not None and len(octets) in (2, 6), octets)


@against_mag("rfc5845/3.3.1/mag-key-in-first-request")
def key_in_first_request(mag: Mag) -> None:
    node = mag.node(gre=DOWNLINK)
    node.attach().expect(f"option.gre-key.gre_key = {node.profile.gre}")


@against_mag("rfc5845/3.3.2/mag-key-in-re-registration")
def key_in_re_registration(mag: Mag) -> None:
    node = mag.node(gre=DOWNLINK)
    node.registered()
    node.renew().expect(f"option.gre-key.gre_key = {node.profile.gre}")


@against_mag("rfc5845/3.3.2/mag-key-after-handoff")
def key_after_handoff(mag: Mag) -> None:
    node = mag.node(gre=DOWNLINK)
    node.hand_over().expect(f"option.gre-key.gre_key = {node.profile.gre}")


@against_mag("rfc5845/4.2/unsupported-not-asked-again")
def unsupported_not_asked_again(mag: Mag) -> None:
    mag.play(lma={"gre": "off"})
    node = mag.node(gre=DOWNLINK)
    node.is_denied = True
    node.registered()
    node.renew().expect("option.gre-key = none")


@against_mag("rfc5845/4.2/status-163-resends-with-key")
def status_163_resends_with_key(mag: Mag) -> None:
    mag.play(lma={"gre": "required"})
    node = mag.node()
    node.attach().answer()
    node.expect_request("a request with the option", "option.gre-key != none", within=ONCE_MORE).answer()


@against_mag("rfc5845/4.2/status-2-not-asked-again")
def status_2_not_asked_again(mag: Mag) -> None:
    mag.play(lma={"gre": "not-required"})
    node = mag.node(gre=DOWNLINK)
    node.registered()
    node.renew().expect("option.gre-key = none")


@against_mag("rfc5845/4.2/deregistration-without-key")
def deregistration_without_key(mag: Mag) -> None:
    node = mag.node(gre=DOWNLINK)
    node.registered()
    node.detach().expect("option.gre-key = none")


@against_mag("rfc5845/6.1/mag-reserved")
def reserved(mag: Mag) -> None:
    node = mag.node(gre=DOWNLINK)
    request = node.attach().expect("option.gre-key.reserved = 0")
    request.answer(put=[GreKey(gre_key=(77,), reserved=0x5A)])
    mag.pause(0.1)
    node.renew().expect(f"option.gre-key.gre_key = {node.profile.gre}")


@against_mag("rfc5845/7.2/mag-t-flag", configured=TLV)
def t_flag(mag: Mag) -> None:
    flags = mag.node(gre=DOWNLINK).attach().message.flags
    mag.check("the T flag", bool(flags & BU_T), f"{flags:#06x}")


@against_mag("rfc5845/7.2/mag-t-flag-kept", configured=TLV)
def t_flag_kept(mag: Mag) -> None:
    mag.play(lma={"tlv_header": True})
    node = mag.node(gre=DOWNLINK)
    first = node.registered().message.flags
    again = node.renew().message.flags
    mag.check("the T flag as before", first & BU_T == again & BU_T, f"{again:#06x} after {first:#06x}")


@against_mag("rfc5845/7.3/status-3-goes-on", configured=TLV)
def status_3_goes_on(mag: Mag) -> None:
    node = mag.node(gre=DOWNLINK)
    node.registered()
    node.expect_silence(ONCE_MORE, "no retransmission")
    node.renew().expect("lifetime > 0", f"hnp = {node.hnp_text}")
