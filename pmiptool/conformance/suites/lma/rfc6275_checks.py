"""RFC 6275 9.2: what is looked at before anything else, and what becomes of a message that fails."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.suites.lma.rfc6275_header import NO_MESSAGE, UNRECOGNIZED

CHECKSUM = 4  # offset
TCP = 6


def _bound(lma: Lma) -> Node:
    """A mobile node with an entry of which `has_entry` can tell."""
    node = lma.node()
    node.attach(timestamp=None)
    return node


def _miscounted(lma: Lma, message: bytes) -> bytes:
    """With a checksum that is not right."""
    lma.has_checksums()
    return message[:CHECKSUM] + bytes((message[4] ^ 0x55, message[5])) + message[6:]


def _short(lma: Lma, node: Node) -> bytes:
    """8 octets of a Binding Update, which has 12 at least."""
    return lma.summed(lma.altered(node.pbu(), 1, 0)[:8])


@against_lma("rfc6275/9.2/checksum-wrong")
def checksum_wrong(lma: Lma) -> None:
    lma.ignores(_miscounted(lma, lma.encode(lma.node().pbu())))


@against_lma("rfc6275/9.2/checksum-wrong-with-binding")
def checksum_wrong_with_binding(lma: Lma) -> None:
    node = _bound(lma)
    lma.ignores(_miscounted(lma, lma.encode(node.pbu(timestamp=None))))
    node.ask(timestamp=None).accepted()


@against_lma("rfc6275/9.2/checksum-wrong-in-deregistration")
def checksum_wrong_in_deregistration(lma: Lma) -> None:
    node = _bound(lma)
    late = node.shared.sequence
    lma.ignores(_miscounted(lma, lma.encode(node.pbu(timestamp=None, lifetime=0, hi=UNKNOWN))))
    lma.wait(lma.delete_delay + 1)
    lma.check("the entry is still there", node.has_entry(late), "it is gone")


@against_lma("rfc6275/9.2/checksum-zero")
def checksum_zero(lma: Lma) -> None:
    lma.has_checksums()
    message = lma.encode(lma.node().pbu())
    lma.ignores(message[:CHECKSUM] + bytes(2) + message[6:])


@against_lma("rfc6275/9.2/type-unknown")
def type_unknown(lma: Lma) -> None:
    lma.ask(lma.summed(NO_MESSAGE)).expect("answer = binding-error", f"status = {UNRECOGNIZED}")
    lma.node().ask().accepted()


@against_lma("rfc6275/9.2/type-unknown-with-binding")
def type_unknown_with_binding(lma: Lma) -> None:
    node = _bound(lma)
    lma.ask(lma.summed(NO_MESSAGE)).expect("answer = binding-error", f"status = {UNRECOGNIZED}")
    lma.check("the entry is still there", node.has_entry(), "it is gone")


@against_lma("rfc6275/9.2/payload-proto-wrong")
def payload_proto_wrong(lma: Lma) -> None:
    lma.ignores(lma.altered(lma.node().pbu(), 0, TCP))


@against_lma("rfc6275/9.2/payload-proto-wrong-with-binding")
def payload_proto_wrong_with_binding(lma: Lma) -> None:
    node = _bound(lma)
    lma.ignores(lma.altered(node.pbu(timestamp=None), 0, TCP))
    node.ask(timestamp=None).accepted()


@against_lma("rfc6275/9.2/header-len-short")
def header_len_short(lma: Lma) -> None:
    lma.ignores(_short(lma, lma.node()))


@against_lma("rfc6275/9.2/header-len-short-with-binding")
def header_len_short_with_binding(lma: Lma) -> None:
    node = _bound(lma)
    lma.ignores(_short(lma, node), then=False)
    lma.ignores(_short(lma, node))
    node.ask(timestamp=None).accepted()


@against_lma("rfc6275/9.2/checksum-before-type")
def checksum_before_type(lma: Lma) -> None:
    lma.ignores(_miscounted(lma, NO_MESSAGE))


@against_lma("rfc6275/9.2/checksum-before-payload-proto")
def checksum_before_payload_proto(lma: Lma) -> None:
    message = lma.altered(lma.node().pbu(), 0, TCP)
    lma.ignores(_miscounted(lma, message))
    lma.check("no ICMP error", lma.icmp is None, lma.icmp.text if lma.icmp else "")
