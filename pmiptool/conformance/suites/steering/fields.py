"""What a selector matches: each field of RFC 6088, at its limits and beside them."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from pmiptool.conformance.case import steers
from pmiptool.conformance.steering import Steered
from pmiptool.session.packet import ESP
from pmiptool.session.probe import ICMPV6, TCP, Asked
from pmiptool.text.values import address_text

V6 = "RFC 6088 3.2"

ALONE = {
    "protocol": ("proto=tcp", "The protocol is compared with that of the packet."),
    "destination-port": ("proto=udp dst-port=5060", "A destination port matches that port alone."),
    "destination-port-range": ("proto=udp dst-port=5060-5069", "A range of destination ports includes both its ends."),
    "all-ports": ("proto=udp dst-port=0-65535", "A range from 0 to 65535 includes every port."),
    "source-port-range": ("proto=tcp src-port=1024-2047", "A range of source ports includes both its ends."),
    "source-address": ("src=2001:db8:c::1234", "A source address matches that address alone."),
    "source-prefix": ("src=2001:db8:c:0:8000::/66", "A range of source addresses includes both its ends."),
    "flow-label": ("flow-label=0x12345", "The 20 bits of the flow label are compared."),
    "flow-label-range": ("flow-label=0xf0000-0xfffff", "A range of flow labels includes both its ends."),
    "spi": ("proto=50 spi=256", "The SPI of an ESP packet is compared."),
    "spi-range": ("spi=256-511", "A range of SPIs includes both its ends."),
    "several": (
        "proto=udp src=2001:db8:c::/64 dst-port=5060-5061 dscp=46 flow-label=7",
        "Every field of a selector must match.",
    ),
}
"""Filters that are looked at by themselves: what they name goes to the second interface, all else to the first."""


def _alone(expression: str) -> Callable[[Steered], None]:
    def run(lma: Steered) -> None:
        lma.follows(lma.interfaces([], [f"fid=1 pri=10 {expression}"])[0])

    return run


for _name, (_expression, _says) in ALONE.items():
    steers(f"fields/{_name}", clause=V6, says=_says)(_alone(_expression))


@steers("fields/nothing", clause=V6, says="A selector without fields matches every packet.")
def nothing(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10"])
    base = lma.base(nodes[0])
    lma.follows(nodes[0], *(Asked(f"protocol {proto}", replace(base, proto=proto)) for proto in (TCP, ESP, ICMPV6)))


@steers("fields/protocol-range", clause=V6, says="A range of protocols includes both its ends.")
def protocol_range(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 proto=6-17"])
    base = lma.base(nodes[0])
    lma.follows(
        nodes[0], *(Asked(f"protocol {proto}", replace(base, proto=proto)) for proto in (5, 6, 7, 17, 18))
    )  # fmt: skip


@steers("fields/source-port", clause=V6, says="A source port matches that port alone, and no destination port.")
def source_port(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 proto=udp src-port=5060"])
    swapped = replace(lma.base(nodes[0]), dst_port=5060)
    lma.follows(nodes[0], Asked("the same as destination port", swapped))


@steers("fields/port-of-any-protocol", clause=V6, says="A port without a protocol matches in each that has ports.")
def port_of_any_protocol(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 dst-port=80"])
    base = replace(lma.base(nodes[0]), dst_port=80)
    lma.follows(nodes[0], *(Asked(f"protocol {proto}", replace(base, proto=proto)) for proto in (TCP, 132, ICMPV6)))


@steers("fields/destination-address", clause=V6, says="A destination address matches that address alone.")
def destination_address(lma: Steered) -> None:
    nodes = lma.interfaces([], [])
    address = address_text(nodes[0].hnp[0].address[:8] + bytes.fromhex("0000000000000007"))
    nodes[1].renew(flows=[f"fid=1 pri=10 dst={address}"])
    lma.follows(nodes[0])


@steers("fields/dscp", clause=V6, says="The upper six bits of the traffic class are compared, and not the ECN bits.")
def dscp(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 dscp=46"])
    base = lma.base(nodes[0])
    lma.follows(
        nodes[0], *(Asked(f"DSCP 46 with ECN {ecn}", replace(base, dscp=46, ecn=ecn)) for ecn in range(4))
    )  # fmt: skip


@steers("fields/dscp-range", clause=V6, says="A range of DSCPs includes both its ends.")
def dscp_range(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 dscp=10-12"])
    base = lma.base(nodes[0])
    asked = [Asked(f"DSCP {value}, ECN 3", replace(base, dscp=value, ecn=3)) for value in (9, 10, 11, 12, 13)]
    lma.follows(nodes[0], *asked)


@steers("fields/extension-header", clause=V6, says="The protocol is that behind the extension headers.")
def extension_header(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 proto=udp dst-port=5060"])
    probe = replace(lma.base(nodes[0]), dst_port=5060, walked=True)
    lma.follows(nodes[0], Asked("the same behind a destination options header", probe))
