"""RFC 5213 8: the options of a MAG's requests as they lie there, and those of answers that it must cope with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec import structs

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.octets import octets_of, slot_of
from pmiptool.registry.rfc5213 import ACCESS_TECHNOLOGY, HANDOFF_INDICATOR
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeLinkLayerIdentifier,
    UnknownOption,
    VendorSpecific,
)

HNP, HI, ATT, LL_ID, LINK_LOCAL, TIMESTAMP = 22, 23, 24, 25, 26, 27
LINK_LAYER = "020000005213"
ASKED = {"mag": {"fixed_link_local": "::"}}
ONCE_MORE = 3.0  # seconds in which a request without an answer is sent again
TWO = ("2001:db8:a1::/64", "2001:db8:a2::/64")


def _length(request: Request, kind: int, wanted: int) -> None:
    octets = octets_of(request.decoded, kind)
    request.check(f"{wanted} octets in the option", octets is not None and len(octets) == wanted,
                  "no option" if octets is None else len(octets))  # fmt: skip


def _aligned(request: Request, kind: int, rest: int) -> None:
    slot = slot_of(request.decoded, kind)
    request.check(f"it starts at 8n+{rest}", slot is not None and slot.offset % 8 == rest,
                  "no option" if slot is None else slot.offset)  # fmt: skip


def _is_registered(node: MobileNode) -> None:
    node.expect_silence(ONCE_MORE, "no further request")
    given = node.renew().prefixes
    node.mag.check("a renewal with the prefixes of that answer", given == list(node.hnp), given)


def _answered(mag: Mag, more: list[object]) -> None:
    """An answer that has these options too counts all the same."""
    node = mag.node()
    node.attach().answer(more=more)
    _is_registered(node)


@against_mag("rfc5213/5.5/mag-epoch", "rfc5213/8.8/mag-format")
def epoch(mag: Mag) -> None:
    request = mag.node().attach()
    seconds = request.stamped() / 65536
    request.check("seconds since 1970 in 48 bits, and 16 of fractions", abs(seconds - request.time) < 86400, seconds)


@against_mag("rfc5213/8.1/mag-p-flag")
def p_flag(mag: Mag) -> None:
    node = mag.node()
    node.registered().expect("fields.flags = P")
    node.renew().expect("fields.flags = P")


@against_mag("rfc5213/8.1/mag-options-once")
def options_once(mag: Mag) -> None:
    request = mag.node(ll_id=LINK_LAYER).attach()
    kinds = Counter(type(option).__name__ for option in request.message.options)
    several = sorted(set(name for name, count in kinds.items() if count > 1) - {"HomeNetworkPrefix"})
    request.check("each option once, but prefixes", not several, ", ".join(several))


@against_mag("rfc5213/8.2/mag-unknown-option-skipped")
def unknown_option_skipped(mag: Mag) -> None:
    _answered(mag, [UnknownOption(251, bytes(6))])


@against_mag("rfc5213/8.2/mag-options-in-reverse-order")
def options_in_reverse_order(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(change=_reversed)
    _is_registered(node)


@against_mag("rfc5213/8.2/mag-several-prefixes")
def several_prefixes(mag: Mag) -> None:
    node = mag.node()
    node.registered(hnp=TWO)
    _is_registered(node)


@against_mag("rfc5213/8.2/mag-vendor-specific-options")
def vendor_specific_options(mag: Mag) -> None:
    _answered(mag, [VendorSpecific(vendor_id=number, sub_type=1, data=b"x") for number in (32473, 32474)])


@against_mag("rfc5213/8.2/mag-status-above-128")
def status_above_128(mag: Mag) -> None:
    """What is rejected is not renewed, although the answer told a lifetime and prefixes."""
    node = mag.node()
    node.attach().answer(status=130, hnp=TWO, change=lambda pba: structs.replace(pba, lifetime=2))
    renewals = [request.text for request in node.hear_all(8.0) if request.is_renewal]
    mag.check("no renewal of what was rejected", not renewals, "; ".join(renewals))


@against_mag("rfc5213/8.3/mag-alignment")
def hnp_alignment(mag: Mag) -> None:
    _aligned(mag.node().attach(), HNP, 4)


@against_mag("rfc5213/8.3/mag-length")
def hnp_length(mag: Mag) -> None:
    _length(mag.node().attach(), HNP, 18)


@against_mag("rfc5213/8.3/mag-reserved-zero")
def hnp_reserved_zero(mag: Mag) -> None:
    mag.node().attach().expect("option.hnp.reserved = 0")


@against_mag("rfc5213/8.3/mag-reserved-ignored")
def hnp_reserved_ignored(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(change=_with_reserved(HomeNetworkPrefix))
    _is_registered(node)


@against_mag("rfc5213/8.4/mag-length")
def hi_length(mag: Mag) -> None:
    _length(mag.node().attach(), HI, 2)


@against_mag("rfc5213/8.4/mag-reserved-zero")
def hi_reserved_zero(mag: Mag) -> None:
    mag.node().attach().expect("option.hi.reserved = 0")


@against_mag("rfc5213/8.4/mag-values")
def hi_values(mag: Mag) -> None:
    request = mag.node().attach()
    hi = getattr(request.option(HandoffIndicator), "hi", None)
    request.check("a value that is assigned", bool(hi) and hi in HANDOFF_INDICATOR.names(mag.codepoints), hi)


@against_mag("rfc5213/8.5/mag-length")
def att_length(mag: Mag) -> None:
    _length(mag.node().attach(), ATT, 2)


@against_mag("rfc5213/8.5/mag-reserved-zero")
def att_reserved_zero(mag: Mag) -> None:
    mag.node().attach().expect("option.att.reserved = 0")


@against_mag("rfc5213/8.5/mag-values")
def att_values(mag: Mag) -> None:
    request = mag.node().attach()
    att = getattr(request.option(AccessTechnologyType), "att", None)
    request.check("a value that is assigned", bool(att) and att in ACCESS_TECHNOLOGY.names(mag.codepoints), att)


@against_mag("rfc5213/8.6/mag-length")
def ll_id_length(mag: Mag) -> None:
    node = mag.node(ll_id=LINK_LAYER)
    _length(node.attach(), LL_ID, 2 + len(node.profile.ll_id or "") // 2)


@against_mag("rfc5213/8.6/mag-reserved-zero")
def ll_id_reserved_zero(mag: Mag) -> None:
    mag.node(ll_id=LINK_LAYER).attach().expect("option.ll-id.reserved = 0")


@against_mag("rfc5213/8.7/mag-alignment", configured=ASKED)
def link_local_alignment(mag: Mag) -> None:
    _aligned(mag.node().attach(), LINK_LOCAL, 6)


@against_mag("rfc5213/8.7/mag-length", configured=ASKED)
def link_local_length(mag: Mag) -> None:
    _length(mag.node().attach(), LINK_LOCAL, 16)


@against_mag("rfc5213/8.8/mag-alignment")
def timestamp_alignment(mag: Mag) -> None:
    request = mag.node().attach()
    request.stamped()
    _aligned(request, TIMESTAMP, 2)


@against_mag("rfc5213/8.8/mag-length")
def timestamp_length(mag: Mag) -> None:
    request = mag.node().attach()
    if octets_of(request.decoded, TIMESTAMP) is None:
        request.stamped()
    _length(request, TIMESTAMP, 8)


def _reversed(pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return structs.replace(pba, options=pba.options[::-1])


def _with_reserved(kind: type[Any]) -> Callable[[BindingAcknowledgement], BindingAcknowledgement]:
    def change(pba: BindingAcknowledgement) -> BindingAcknowledgement:
        options: list[Any] = list(pba.options)
        options = [structs.replace(o, reserved=0x15) if isinstance(o, kind) else o for o in options]
        return structs.replace(pba, options=tuple(options))

    return change


@against_mag("rfc5213/8.4/mag-reserved-ignored")
def hi_reserved_ignored(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(change=_with_reserved(HandoffIndicator))
    _is_registered(node)


@against_mag("rfc5213/8.5/mag-reserved-ignored")
def att_reserved_ignored(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(change=_with_reserved(AccessTechnologyType))
    _is_registered(node)


@against_mag("rfc5213/8.6/mag-reserved-ignored")
def ll_id_reserved_ignored(mag: Mag) -> None:
    node = mag.node(ll_id=LINK_LAYER)
    node.attach().answer(change=_with_reserved(MobileNodeLinkLayerIdentifier))
    _is_registered(node)
