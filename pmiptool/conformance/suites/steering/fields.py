"""What a selector matches: each field of RFC 6088, at its limits and beside them."""

from __future__ import annotations

from msgspec.structs import replace

from pmiptool.conformance.case import steers
from pmiptool.conformance.steering import Steered
from pmiptool.session.packet import ESP
from pmiptool.session.probe import ICMPV6, TCP, Asked
from pmiptool.text.values import address_text

V6 = "RFC 6088 3.2"


def alone(lma: Steered, expression: str, *more: str) -> None:
    """One filter at the second interface: what it names goes there, all else to the first."""
    nodes = lma.interfaces([], [f"fid=1 pri=10 {expression}", *more])
    lma.follows(nodes[0])


@steers("fields/nothing", clause=V6, says="A selector without fields matches every packet.")
def nothing(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10"])
    base = lma.base(nodes[0])
    lma.follows(nodes[0], *(Asked(f"protocol {proto}", replace(base, proto=proto)) for proto in (TCP, ESP, ICMPV6)))


@steers("fields/protocol", clause=V6, says="The protocol is compared with that of the packet.")
def protocol(lma: Steered) -> None:
    alone(lma, "proto=tcp")


@steers("fields/protocol-range", clause=V6, says="A range of protocols includes both its ends.")
def protocol_range(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 proto=6-17"])
    base = lma.base(nodes[0])
    asked = [Asked(f"protocol {proto}", replace(base, proto=proto)) for proto in (5, 6, 7, 17, 18)]
    lma.follows(nodes[0], *asked)


@steers("fields/destination-port", clause=V6, says="A destination port matches that port alone.")
def destination_port(lma: Steered) -> None:
    alone(lma, "proto=udp dst-port=5060")


@steers("fields/destination-port-range", clause=V6, says="A range of destination ports includes both its ends.")
def destination_port_range(lma: Steered) -> None:
    alone(lma, "proto=udp dst-port=5060-5069")


@steers("fields/all-ports", clause=V6, says="A range from 0 to 65535 includes every port.")
def all_ports(lma: Steered) -> None:
    alone(lma, "proto=udp dst-port=0-65535")


@steers("fields/source-port", clause=V6, says="A source port matches that port alone, and no destination port.")
def source_port(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 proto=udp src-port=5060"])
    swapped = replace(lma.base(nodes[0]), dst_port=5060)
    lma.follows(nodes[0], Asked("the same as destination port", swapped))


@steers("fields/source-port-range", clause=V6, says="A range of source ports includes both its ends.")
def source_port_range(lma: Steered) -> None:
    alone(lma, "proto=tcp src-port=1024-2047")


@steers("fields/port-of-any-protocol", clause=V6, says="A port without a protocol matches in each that has ports.")
def port_of_any_protocol(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 dst-port=80"])
    base = replace(lma.base(nodes[0]), dst_port=80)
    lma.follows(nodes[0], *(Asked(f"protocol {proto}", replace(base, proto=proto)) for proto in (TCP, 132, ICMPV6)))


@steers("fields/source-address", clause=V6, says="A source address matches that address alone.")
def source_address(lma: Steered) -> None:
    alone(lma, "src=2001:db8:c::1234")


@steers("fields/source-prefix", clause=V6, says="A range of source addresses includes both its ends.")
def source_prefix(lma: Steered) -> None:
    alone(lma, "src=2001:db8:c:0:8000::/66")


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
    asked = [Asked(f"DSCP 46 with ECN {ecn}", replace(base, dscp=46, ecn=ecn)) for ecn in range(4)]
    lma.follows(nodes[0], *asked)


@steers("fields/dscp-range", clause=V6, says="A range of DSCPs includes both its ends.")
def dscp_range(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 dscp=10-12"])
    base = lma.base(nodes[0])
    asked = [Asked(f"DSCP {value}, ECN 3", replace(base, dscp=value, ecn=3)) for value in (9, 10, 11, 12, 13)]
    lma.follows(nodes[0], *asked)


@steers("fields/flow-label", clause=V6, says="The 20 bits of the flow label are compared.")
def flow_label(lma: Steered) -> None:
    alone(lma, "flow-label=0x12345")


@steers("fields/flow-label-range", clause=V6, says="A range of flow labels includes both its ends.")
def flow_label_range(lma: Steered) -> None:
    alone(lma, "flow-label=0xf0000-0xfffff")


@steers("fields/spi", clause=V6, says="The SPI of an ESP packet is compared.")
def spi(lma: Steered) -> None:
    alone(lma, "proto=50 spi=256")


@steers("fields/spi-range", clause=V6, says="A range of SPIs includes both its ends.")
def spi_range(lma: Steered) -> None:
    alone(lma, "spi=256-511")


@steers("fields/several", clause=V6, says="Every field of a selector must match.")
def several(lma: Steered) -> None:
    alone(lma, "proto=udp src=2001:db8:c::/64 dst-port=5060-5061 dscp=46 flow-label=7")


@steers("fields/extension-header", clause=V6, says="The protocol is that behind the extension headers.")
def extension_header(lma: Steered) -> None:
    nodes = lma.interfaces([], ["fid=1 pri=10 proto=udp dst-port=5060"])
    probe = replace(lma.base(nodes[0]), dst_port=5060, walked=True)
    lma.follows(nodes[0], Asked("the same behind a destination options header", probe))
