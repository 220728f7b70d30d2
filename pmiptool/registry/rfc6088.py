"""RFC 6088: binary traffic selectors for IPv4 (format 1) and IPv6 (format 2).

The flag letters of the figures are bit numbers here: A is 0. The draft's dialect (`mext`) carries these selectors in a
flow description sub-option, RFC 6089 in its traffic selector sub-option.
"""

from pmiptool.registry.model import Enumeration, Field, Flagged, Member, Part, reserved, u8

FORMAT = Enumeration(
    "format",
    "Format of a traffic selector",
    Member(1, "ipv4", "IPv4 binary traffic selector", "RFC 6088"),
    Member(2, "ipv6", "IPv6 binary traffic selector", "RFC 6088"),
)
IPV4, IPV6 = 1, 2


def _pair(
    flag: int, name: str, title: str, bits: int, *, kind: str = "uint", shift: int = 0, mask: int | None = None
) -> tuple[Part, Part]:
    """A Start and its End: the End never stands without its Start (3.1, 3.2)."""
    return (
        Part(flag, name, f"Start {title}", bits, kind, shift, mask),
        Part(flag + 1, f"{name}_end", f"End {title}", bits, kind, shift, mask, start=name),
    )


IPV4_PARTS = (
    *_pair(0, "src", "source address", 32, kind="address"),
    *_pair(2, "dst", "destination address", 32, kind="address"),
    *_pair(4, "spi", "IPsec SPI", 32),
    *_pair(6, "src_port", "source port", 16),
    *_pair(8, "dst_port", "destination port", 16),
    *_pair(10, "dscp", "DS field: its upper six bits count", 8, shift=2),
    *_pair(12, "proto", "protocol", 8),
)
IPV6_PARTS = (
    *_pair(0, "src", "source address", 128, kind="address"),
    *_pair(2, "dst", "destination address", 128, kind="address"),
    *_pair(4, "spi", "IPsec SPI", 32),
    *_pair(6, "flow_label", "flow label: its lower 20 bits count", 32, mask=0xFFFFF),
    *_pair(8, "src_port", "source port", 16),
    *_pair(10, "dst_port", "destination port", 16),
    *_pair(12, "dscp", "traffic class: its upper six bits count", 8, shift=2),
    *_pair(14, "proto", "next header: the last of the chain", 8),
)


def selector(kind: int, parts: tuple[Part, ...]) -> tuple[Field, ...]:
    """The fields of a traffic selector from its format octet on."""
    return (
        u8("format", "Format of the traffic selector", enum=FORMAT, default=kind),
        reserved(8),
        Flagged("reserved_flags", "Flags", parts),
    )


IPV4_FIELDS = selector(IPV4, IPV4_PARTS)
IPV6_FIELDS = selector(IPV6, IPV6_PARTS)
