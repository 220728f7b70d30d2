"""IPsec policies as the kernel tells them, and which of them cover a target."""

from __future__ import annotations

import errno
import ipaddress

import msgspec
import pytest

from pmiptool.net.bulk import netlink, policy
from pmiptool.net.bulk.policy import Policy, covering, read
from pmiptool.net.target import parse_target

OWN = ipaddress.ip_address("2001:db8:1::2").packed
TARGET = parse_target("2001:db8:1::1")

# struct xfrm_userpolicy_info of `ip xfrm policy add dir out src 2001:db8:1::/64 dst 2001:db8:1::1/128 proto 135
# priority 10 tmpl proto esp mode transport`, by linux/xfrm.h, as a little-endian machine has it.
SELECTOR = """
    20010db8000100000000000000000001  destination
    20010db8000100000000000000000000  source
    0000 0000  destination port and mask
    0000 0000  source port and mask
    0a00  family: AF_INET6
    80 40  lengths of the prefixes
    87  protocol 135
    000000  to the next word
    00000000  interface
    00000000  user
"""
REST = """
    ffffffffffffffff ffffffffffffffff ffffffffffffffff ffffffffffffffff  limits
    0000000000000000 0000000000000000 0000000000000000 0000000000000000  lifetimes
    0000000000000000 0000000000000000 0000000000000000 0000000000000000  what was used of them
    0a000000  priority
    09000000  index
    01 00 00 00  out, allow, no flags, share any
    00000000  to the next eight octets
"""
TEMPLATE = "4400 0500" + "00" * 64


def hexed(*texts: str) -> bytes:
    """The octets of lines, each up to its words."""
    found = b""
    for text in texts:
        for line in text.strip().splitlines():
            found += bytes.fromhex(line.strip().partition("  ")[0])
    return found


WHOLE = hexed(SELECTOR, REST, TEMPLATE)
KNOWN = Policy(1, 10, TARGET.address, 128, OWN[:15] + b"\0", 64, 135, (0, 0, 0, 0), 0, False)


def test_a_policy_is_read_as_the_kernel_writes_it() -> None:
    assert len(hexed(SELECTOR)) == 56 and len(hexed(SELECTOR, REST)) == 168
    assert read(WHOLE) == KNOWN


def test_a_policy_without_templates_lets_through_and_a_block_does_not() -> None:
    bare = hexed(SELECTOR, REST)
    assert read(bare) == msgspec.structs.replace(KNOWN, lets_through=True)
    blocks = bare[:161] + b"\1" + bare[162:]
    assert read(blocks) == KNOWN


@pytest.mark.parametrize("length", [0, 1, 55, 56, 167])
def test_what_is_cut_is_no_policy(length: int) -> None:
    assert read(WHOLE[:length]) is None


def test_forwarding_and_other_interfaces_identifiers_and_marks_are_not_ours() -> None:
    assert read(WHOLE[:160] + b"\2" + WHOLE[161:]) is None
    assert read(WHOLE + bytes.fromhex("08001f0007000000")) is None  # XFRMA_IF_ID 7
    assert read(WHOLE + bytes.fromhex("0c0015000100000001000000")) is None  # XFRMA_MARK 1/1
    assert read(WHOLE + bytes.fromhex("0c0015000000000000000000")) == KNOWN


def other(**changes: object) -> Policy:
    return msgspec.structs.replace(KNOWN, **changes)


@pytest.mark.parametrize(
    ("known", "covers"),
    [
        ([], False),
        ([KNOWN], True),
        ([other(protocol=0)], True),
        ([other(protocol=17)], False),
        ([other(index=3)], True),
        ([other(index=4)], False),
        ([other(destination_bits=0, source_bits=0)], True),
        ([other(destination=b"", source=b"")], True),
        ([other(destination=bytes(16))], False),
        ([other(source=bytes(16))], False),
        ([other(destination=bytes(4), destination_bits=0)], False),
        # Among those that match the least number decides.
        ([KNOWN, other(priority=5, lets_through=True)], False),
        ([KNOWN, other(priority=20, lets_through=True)], True),
        ([KNOWN, other(priority=10, lets_through=True)], True),
        # What comes in must be protected too.
        ([other(direction=0)], False),
        ([other(direction=0, destination=OWN, source=TARGET.address, source_bits=128)], True),
    ],
)
def test_which_policies_cover_a_target(known: list[Policy], covers: bool) -> None:
    assert covering(TARGET, (OWN,), 3, known) is covers


@pytest.mark.parametrize(("ports", "covers"), [((0, 0), True), ((5436, 0xFFFF), True), ((5437, 0xFFFF), False)])
def test_over_udp_the_port_counts(ports: tuple[int, int], covers: bool) -> None:
    target = parse_target("udp://[2001:db8:1::1]:5436")
    out = other(protocol=17, ports=(*ports, 0, 0))
    back = other(
        protocol=17, direction=0, destination=OWN, source=TARGET.address, source_bits=128, ports=(0, 0, *ports)
    )
    assert covering(target, (OWN,), 3, [out]) is covers
    assert covering(target, (OWN,), 3, [back]) is covers


def test_ipv4_addresses_are_four_octets() -> None:
    selector = (
        bytes.fromhex("c0000201") + bytes(12) + bytes(16) + bytes(8) + bytes.fromhex("0200 20 00 11 000000") + bytes(8)
    )
    found = read(selector + WHOLE[56:])
    assert found is not None and (found.destination, found.source) == (bytes.fromhex("c0000201"), bytes(4))
    target = parse_target("udp://192.0.2.1")
    assert covering(target, (bytes.fromhex("c0000202"),), 3, [found])
    assert not covering(TARGET, (OWN,), 3, [found])


def test_a_kernel_without_ipsec_has_no_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(*args: object, **more: object) -> list[tuple[int, bytes]]:
        raise OSError(errno.EPROTONOSUPPORT, "Protocol not supported")

    monkeypatch.setattr(netlink, "ask", lacks)
    assert policy.policies() == []


def test_who_may_not_look_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*args: object, **more: object) -> list[tuple[int, bytes]]:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(netlink, "ask", refuses)
    with pytest.raises(PermissionError):
        covering(TARGET, (OWN,), 3)
