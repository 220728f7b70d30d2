"""RFC 6275 6.1: the Mobility Header, Binding Updates, acknowledgements and Binding Errors."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.reply import Reply
from pmiptool.mag.request import BU_A, BU_P
from pmiptool.registry.rfc7077 import FORCE_REREGISTRATION
from pmiptool.wire.values import AlternateCareOfAddress, BindingError, BindingUpdate, HomeNetworkPrefix, UnknownOption

UNKNOWN_TYPE = 200  # of a message; RFC 6275 and its successors have no such
NO_MESSAGE = bytes((59, 1, UNKNOWN_TYPE)) + bytes(13)
UNRECOGNIZED = 2  # status of a Binding Error
RESERVED, FLAGS = 3, 9  # offsets in a Binding Update
KNOWN_FLAGS = 0xFE  # of an acknowledgement


@against_lma("rfc6275/6.1.1/payload-proto-sent")
def payload_proto_sent(lma: Lma) -> None:
    reply = lma.node().ask()
    lma.check("Payload Proto 59", reply.decoded.raw[0] == 59, reply.decoded.raw[0])


def _counted(reply: Reply) -> None:
    raw = reply.decoded.raw
    reply.check("as many octets as Header Len says", len(raw) == 8 * raw[1] + 8, f"{len(raw)}, of {8 * raw[1] + 8}")


@against_lma("rfc6275/6.1.1/header-len")
def header_len(lma: Lma) -> None:
    _counted(lma.node().ask())


@against_lma("rfc6275/6.1.1/header-len-of-rejection")
def header_len_of_rejection(lma: Lma) -> None:
    _counted(lma.node().ask(without="hi").rejected())


@against_lma("rfc6275/6.1.1/reserved-zero")
def reserved_zero(lma: Lma) -> None:
    raw = lma.node().ask().decoded.raw
    lma.check("a reserved octet of 0", raw[RESERVED] == 0, raw[RESERVED])


@against_lma("rfc6275/6.1.1/reserved-ignored")
def reserved_ignored(lma: Lma) -> None:
    node = lma.node()
    node.ask(lma.altered(node.pbu(), RESERVED, 0xFF)).accepted()


@against_lma("rfc6275/6.1.1/checksum-sent")
def checksum_sent(lma: Lma) -> None:
    lma.has_checksums()
    reply = lma.node().ask()
    lma.check("a right checksum", reply.decoded.checksum_ok is not False, f"0x{reply.decoded.layout.checksum:04x}")


@against_lma("rfc6275/6.1.1/options-to-the-end")
def options_to_the_end(lma: Lma) -> None:
    """A prefix option that ends where the message does."""
    node = lma.node()
    request = node.pbu()
    prefixes = [option for option in request.options if isinstance(option, HomeNetworkPrefix)]
    others = [option for option in request.options if not isinstance(option, HomeNetworkPrefix)]
    last = BindingUpdate(request.sequence, request.flags, request.lifetime, (*others, *prefixes))
    node.ask(last).accepted()


@against_lma("rfc6275/6.1.7/reserved-ignored")
def reserved_flags_ignored(lma: Lma) -> None:
    node = lma.node()
    node.ask(lma.altered(node.pbu(), FLAGS, 0x0F)).accepted()


@against_lma("rfc6275/6.1.7/without-options")
def without_options(lma: Lma) -> None:
    lma.ask(BindingUpdate(sequence=1, flags=BU_A | BU_P, lifetime=75)).rejected(160)


def _bound_elsewhere(lma: Lma, address: str) -> None:
    node = lma.node()
    lma.ignores(node.pbu(more=[AlternateCareOfAddress(bytes.fromhex(address))]))


@against_lma("rfc6275/6.1.7/care-of-address-multicast")
def care_of_address_multicast(lma: Lma) -> None:
    _bound_elsewhere(lma, "ff0e0000000000000000000000000001")


@against_lma("rfc6275/6.1.7/care-of-address-unspecified")
def care_of_address_unspecified(lma: Lma) -> None:
    _bound_elsewhere(lma, "00" * 16)


@against_lma("rfc6275/6.1.7/care-of-address-link-local")
def care_of_address_link_local(lma: Lma) -> None:
    _bound_elsewhere(lma, "fe800000000000000000000000000001")


@against_lma("rfc6275/6.1.7/care-of-address-loopback")
def care_of_address_loopback(lma: Lma) -> None:
    _bound_elsewhere(lma, "00" * 15 + "01")


@against_lma("rfc6275/6.1.8/reserved-zero")
def reserved_flags_zero(lma: Lma) -> None:
    flags = lma.node().ask().decoded.raw[7]
    lma.check("reserved bits of 0", not flags & ~KNOWN_FLAGS, f"flags 0x{flags:02x}")


def _copies_sequence(lma: Lma, reply: Reply) -> None:
    lma.expect(reply.decoded, f"fields.sequence = {reply.request.decoded.message.sequence}")


@against_lma("rfc6275/6.1.8/sequence-copied")
def sequence_copied(lma: Lma) -> None:
    _copies_sequence(lma, lma.node().ask().accepted())


@against_lma("rfc6275/6.1.8/sequence-copied-in-rejection")
def sequence_copied_in_rejection(lma: Lma) -> None:
    _copies_sequence(lma, lma.node().ask(without="hnp").rejected())


@against_lma("rfc6275/6.1.8/entry-kept-for-lifetime")
def entry_kept_for_lifetime(lma: Lma) -> None:
    node = lma.node()
    granted = 4 * node.attach(timestamp=None, lifetime=8).message.lifetime
    lma.wait(granted - 2)
    lma.check(f"an entry {granted - 2} s later", node.has_entry(), "none")


# Binding Errors


def binding_error(lma: Lma) -> Reply:
    """The answer to a message of unknown type."""
    return lma.ask(lma.summed(NO_MESSAGE)).expect("answer = binding-error")


@against_lma("rfc6275/6.1.9/status")
def status_of_binding_error(lma: Lma) -> None:
    binding_error(lma).expect(f"status = {UNRECOGNIZED}")


@against_lma("rfc6275/6.1.9/reserved-zero")
def reserved_of_binding_error(lma: Lma) -> None:
    binding_error(lma).expect("fields.reserved = 0")


@against_lma("rfc6275/6.1.9/header-len")
def header_len_of_binding_error(lma: Lma) -> None:
    raw = binding_error(lma).decoded.raw
    lma.check("Header Len 2 without options", raw[1] == 2 == len(raw) // 8 - 1, raw[1])


@against_lma("rfc6275/9.3.3/binding-error-home-address")
def home_address_of_binding_error(lma: Lma) -> None:
    binding_error(lma).expect("fields.home_address = ::")


@against_lma("rfc6275/9.3.3/binding-error-destination")
def destination_of_binding_error(lma: Lma) -> None:
    error = binding_error(lma)
    assert error.packet is not None
    lma.check("it goes to the gateway at fault", error.packet.receiver == error.request.sender, error.packet.receiver)


def _heeds(lma: Lma, error: bytes) -> None:
    """A notification is not sent again after this Binding Error."""
    node = lma.node()
    node.attach()
    lma.notify(node, FORCE_REREGISTRATION)
    if lma.hear("update-notification") is None:
        lma.lacks("it sends no update notification")
    lma.send(error)
    lma.check("no retransmission afterwards", lma.hear("update-notification") is None, "one")


@against_lma("rfc6275/6.1.9/received-reserved-ignored", operator=True)
def binding_error_reserved_ignored(lma: Lma) -> None:
    _heeds(lma, lma.altered(BindingError(status=UNRECOGNIZED), 7, 0xFF))


@against_lma("rfc6275/6.1.9/received-unknown-option", operator=True)
def binding_error_unknown_option(lma: Lma) -> None:
    _heeds(lma, lma.encode(BindingError(status=UNRECOGNIZED, options=(UnknownOption(240, b"who knows"),))))
