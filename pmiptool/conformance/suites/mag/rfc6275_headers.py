"""RFC 6275 6.1, 6.2, 9.2 and 9.3.3: the Mobility Header and its options, sent and received by a MAG."""

from __future__ import annotations

from collections.abc import Callable

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.octets import slot_of
from pmiptool.conformance.reply import Reply
from pmiptool.registry.rfc6275 import NO_NEXT_HEADER
from pmiptool.wire.checksum import checksum
from pmiptool.wire.values import (
    BindingError,
    BindingRefreshAdvice,
    NonceIndices,
    UnknownOption,
)

FIXED = 12  # octets of a Binding Update or its acknowledgement before the options
ONCE_MORE = 3.0  # seconds in which a request without an answer is sent again
UNKNOWN_TYPE = 200
ALTERNATE, AUTHORIZATION_DATA, PREFIX = 3, 5, 22
LIFETIME, LONG = 12, 300  # seconds of a lifetime that is waited for, and of one that is not


def _is_registered(node: MobileNode) -> None:
    """The answer counted."""
    node.expect_silence(ONCE_MORE, "no further request")
    node.renew().expect("lifetime > 0", f"hnp = {node.hnp_text}")


def _is_still_asked(node: MobileNode) -> None:
    """The answer did not count."""
    node.expect_request("the request once more", "lifetime > 0", within=ONCE_MORE)


def _answered(mag: Mag, octets: Callable[[bytes], bytes]) -> MobileNode:
    """Answer a registration with other octets, the checksum made right over them."""
    node = mag.node()
    node.attach().answer(octets=lambda data: mag.summed(octets(data)))
    return node


def _error(mag: Mag) -> Reply:
    """The answer to a message of a type that nobody knows."""
    mag.node().registered()
    return mag.ask(mag.summed(bytes((NO_NEXT_HEADER, 1, UNKNOWN_TYPE)) + bytes(13)))


def _sent(mag: Mag) -> Request:
    return mag.node().attach()


@against_mag("rfc6275/6.1.1/mag-payload-proto-sent")
def payload_proto_sent(mag: Mag) -> None:
    octet = _sent(mag).decoded.raw[0]
    mag.check("Payload Proto 59", octet == NO_NEXT_HEADER, octet)


@against_mag("rfc6275/6.1.1/mag-header-len")
def header_len(mag: Mag) -> None:
    data = _sent(mag).decoded.raw
    mag.check(f"Header Len of {len(data)} octets", 8 * data[1] + 8 == len(data), data[1])


@against_mag("rfc6275/6.1.1/mag-reserved-zero")
def reserved_zero(mag: Mag) -> None:
    octet = _sent(mag).decoded.raw[3]
    mag.check("a reserved octet of 0", octet == 0, octet)


@against_mag("rfc6275/6.1.1/mag-reserved-ignored")
def reserved_ignored(mag: Mag) -> None:
    _is_registered(_answered(mag, lambda data: data[:3] + b"\x5a" + data[4:]))


@against_mag("rfc6275/6.1.1/mag-checksum-sent")
def checksum_sent(mag: Mag) -> None:
    mag.has_checksums()
    packet = _sent(mag).packet
    wanted = checksum(packet.source.address, packet.destination.address, packet.data)
    value = int.from_bytes(packet.data[4:6], "big")
    mag.check(f"a checksum of {wanted:#06x}", value == wanted, f"{value:#06x}")


@against_mag("rfc6275/6.1.1/mag-options-behind-fixed-part", "rfc6275/6.2.1/mag-option-length")
def options_behind_fixed_part(mag: Mag) -> None:
    request = _sent(mag)
    slots = request.decoded.layout.slots
    starts = [slot.offset for slot in slots]
    ends = [slot.offset + (1 if slot.length is None else 2 + slot.length) for slot in slots]
    mag.check("options side by side from octet 12 to the end", [FIXED, *ends] == [*starts, len(request.decoded.raw)],
              f"{starts}, {ends}")  # fmt: skip


@against_mag("rfc6275/6.1.7/mag-reserved-zero")
def bu_reserved_zero(mag: Mag) -> None:
    flags = _sent(mag).message.flags
    mag.check("reserved bits of 0", not flags & 0x0F, f"{flags:#06x}")


@against_mag("rfc6275/6.1.7/mag-care-of-address")
def care_of_address(mag: Mag) -> None:
    address = _sent(mag).proxy_care_of_address
    odd = address[0] == 0xFF or address[:2] == b"\xfe\x80" or not any(address)
    mag.check("a unicast address that is routable", not odd, address.hex())


@against_mag("rfc6275/6.1.8/mag-reserved-ignored")
def ba_reserved_ignored(mag: Mag) -> None:
    _is_registered(_answered(mag, lambda data: data[:7] + bytes((data[7] | 1,)) + data[8:]))


@against_mag("rfc6275/6.1.8/mag-lifetime-of-rejection")
def lifetime_of_rejection(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(status=130, change=lambda pba: type(pba)(
        status=pba.status, flags=pba.flags, sequence=pba.sequence, lifetime=2, options=pba.options
    ))  # fmt: skip
    renewals = [request.text for request in node.hear_all(8.0) if request.is_renewal]
    mag.check("no renewal of what was rejected", not renewals, "; ".join(renewals))


@against_mag("rfc6275/6.1.9/mag-status", "rfc6275/9.2/mag-type-unknown")
def type_unknown(mag: Mag) -> None:
    _error(mag).expect("answer = binding-error", "status = 2")


@against_mag("rfc6275/6.1.9/mag-reserved-zero")
def error_reserved_zero(mag: Mag) -> None:
    _error(mag).expect("fields.reserved = 0")


@against_mag("rfc6275/6.1.9/mag-header-len")
def error_header_len(mag: Mag) -> None:
    data = _error(mag).decoded.raw
    mag.check("24 octets and Header Len 2", (len(data), data[1]) == (24, 2), f"{len(data)} octets, {data[1]}")


@against_mag("rfc6275/9.3.3/mag-binding-error-home-address")
def error_home_address(mag: Mag) -> None:
    _error(mag).expect("fields.home_address = ::")


@against_mag("rfc6275/9.3.3/mag-binding-error-destination")
def error_destination(mag: Mag) -> None:
    reply = _error(mag)
    reply.check("an error", reply.decoded.name == "binding-error", reply.decoded.name)
    came = reply.packet
    reply.check("to the source of the message", came is not None and came.destination == reply.request.source)


@against_mag("rfc6275/6.1.9/mag-received-reserved-ignored", "rfc6275/6.1.9/mag-received-unknown-option")
def error_received(mag: Mag) -> None:
    """An error about nothing that it sent changes nothing."""
    node = mag.node()
    node.registered(lifetime=LIFETIME)
    mag.ignores(BindingError(status=1, reserved=0x5A, options=(UnknownOption(250, b"unknown"),)))
    node.expect_request("the registration is renewed", f"hnp = {node.hnp_text}", within=LIFETIME).answer()


@against_mag("rfc6275/6.2.1/mag-unknown-option-first")
def unknown_option_first(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(change=lambda pba: type(pba)(
        status=pba.status, flags=pba.flags, sequence=pba.sequence, lifetime=pba.lifetime,
        options=(UnknownOption(250, b"unknown"), *pba.options),
    ))  # fmt: skip
    _is_registered(node)


@against_mag("rfc6275/6.2.1/mag-unknown-option-no-error")
def unknown_option_no_error(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(more=[UnknownOption(250, b"unknown")])
    came = mag.hear("binding-error", within=mag.settings.silence)
    mag.check("no Binding Error", came is None, "one")
    node.renew().expect("lifetime > 0", f"hnp = {node.hnp_text}")


@against_mag("rfc6275/6.2.1/mag-alignment")
def alignment(mag: Mag) -> None:
    slot = slot_of(_sent(mag).decoded, PREFIX)
    mag.check("the prefix at 8n+4", slot is not None and slot.offset % 8 == 4, slot and slot.offset)


@against_mag("rfc6275/6.2.2/mag-pad1")
def pad1(mag: Mag) -> None:
    """Each PadN of an answer made of Pad1."""
    _is_registered(_answered(mag, lambda data: _repadded(data, lambda size: bytes(size))))


@against_mag("rfc6275/6.2.3/mag-padn-with-data")
def padn_with_data(mag: Mag) -> None:
    def dirty(size: int) -> bytes:
        return bytes((1, size - 2)) + b"\x99" * (size - 2)

    _is_registered(_answered(mag, lambda data: _repadded(data, dirty)))


@against_mag("rfc6275/6.2.2/mag-padding-sent")
def padding_not_in_pad1(mag: Mag) -> None:
    slots = _sent(mag).decoded.layout.slots
    several = [a.offset for a, b in zip(slots, slots[1:], strict=False) if a.type == b.type == 0]
    mag.check("no two Pad1 side by side", not several, several)


@against_mag("rfc6275/6.2.3/mag-padding-sent")
def padding_of_zeros(mag: Mag) -> None:
    request = _sent(mag)
    dirty = [s.offset for s in request.decoded.layout.slots if s.type == 1 and any(_data(request, s.offset, s.length))]
    mag.check("zeros in each PadN", not dirty, dirty)


@against_mag("rfc6275/6.2.4/mag-refresh-advice-followed")
def refresh_advice_followed(mag: Mag) -> None:
    node = mag.node()
    node.registered(lifetime=LONG, more=[BindingRefreshAdvice(refresh_interval=2)])
    node.expect_request("a registration after the 8 s advised", "lifetime > 0", within=10.0).answer()


@against_mag("rfc6275/6.2/mag-authorization-data-last")
def authorization_data_last(mag: Mag) -> None:
    """Where it stands at all."""
    slots = _sent(mag).decoded.layout.slots
    at = [n for n, slot in enumerate(slots, 1) if slot.type == AUTHORIZATION_DATA]
    mag.check("no Binding Authorization Data, or as the last option", at in ([], [len(slots)]), at)


@against_mag("rfc6275/6.2.5/mag-alignment")
def alternate_alignment(mag: Mag) -> None:
    slot = slot_of(mag.node(alternate_coa="2001:db8:1::c0a").attach().decoded, ALTERNATE)
    mag.demand("an Alternate Care-of Address option", slot is not None, "none")
    mag.check("it starts at 8n+6", slot is not None and slot.offset % 8 == 6, slot and slot.offset)


@against_mag("rfc6275/6.2.6/mag-no-nonce-indices")
def no_nonce_indices(mag: Mag) -> None:
    mag.check("no Nonce Indices option", _sent(mag).option(NonceIndices) is None, "one")


@against_mag("rfc6275/9.2/mag-checksum-wrong")
def checksum_wrong(mag: Mag) -> None:
    mag.has_checksums()
    node = mag.node()
    node.attach().answer(octets=lambda data: data[:4] + b"\xde\xad" + data[6:])
    _is_still_asked(node)


@against_mag("rfc6275/9.2/mag-payload-proto-wrong")
def payload_proto_wrong(mag: Mag) -> None:
    _is_still_asked(_answered(mag, lambda data: b"\x06" + data[1:]))


@against_mag("rfc6275/9.2/mag-header-len-short")
def header_len_short(mag: Mag) -> None:
    _is_still_asked(_answered(mag, lambda data: data[:1] + b"\0" + data[2:8]))


def _data(request: Request, offset: int, length: int | None) -> bytes:
    return request.decoded.raw[offset + 2 : offset + 2 + (length or 0)]


def _repadded(data: bytes, pad: Callable[[int], bytes]) -> bytes:
    """An acknowledgement with each PadN made otherwise."""
    made, at = data[:FIXED], FIXED
    while at < len(data):
        size = 1 if data[at] == 0 else 2 + data[at + 1]
        made += pad(size) if data[at] == 1 else data[at : at + size]
        at += size
    return made
