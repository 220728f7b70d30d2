"""The classifier against an independent judge: the same filters as nftables rules of a kernel, the same packets.

Packets go in by one TUN device and come out of another; the rule that a packet meets first writes its number into the
hop limit on the way.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import subprocess
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from msgspec.structs import replace

from pmiptool.lab.network import inside
from pmiptool.net.tunnels import Tun
from pmiptool.session.classifier import decide
from pmiptool.session.model import FORWARD, Binding, Flow, Session
from pmiptool.session.probe import ICMPV6, TCP, UDP, Probe, around, limits
from pmiptool.session.transitions import add_binding
from pmiptool.text.filters import parse_flow
from pmiptool.text.values import address_text
from pmiptool.wire.values import Ipv6Selector

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(
        os.geteuid() != 0 or not Path("/dev/net/tun").exists() or not shutil.which("nft"),
        reason="needs root, TUN devices and nftables",
    ),
]
NAME = f"pmip-test-{os.getpid()}-nft"
CN, MN, MAG = (ip_address(text).packed for text in ("2001:db8:c::1", "2001:db8:a1::1", "2001:db8:1::2"))
WITH_PORTS = "meta l4proto { 6, 17, 33, 132, 136 }"
FIRST = 100  # the hop limit that the first rule writes
UNDER_WAY = 64
SETS, PACKETS = 20, 500


class Kernel:
    """A namespace that forwards from one TUN device to another, by the rules of the moment."""

    def __init__(self) -> None:
        with inside(NAME):
            self.into, self.out = Tun("in0"), Tun("out0")

    def configure(self) -> None:
        for words in (
            "link set in0 up", "link set out0 up", "-6 addr add 2001:db8:b::1/64 dev in0 nodad",
            "-6 route add 2001:db8:a1::/64 dev out0", "-6 route add default dev in0",
        ):  # fmt: skip
            subprocess.run(["ip", "-n", NAME, *words.split()], check=True, capture_output=True)
        with inside(NAME):
            Path("/proc/sys/net/ipv6/conf/all/forwarding").write_text("1")

    def rules(self, selectors: list[Ipv6Selector]) -> None:
        lines = [f"{' '.join(_matches(one))} ip6 hoplimit set {FIRST + n} accept" for n, one in enumerate(selectors)]
        chain = "type filter hook prerouting priority 0; policy accept;\n" + "\n".join(lines)
        text = f"flush ruleset\ntable ip6 judge {{ chain steer {{ {chain}\n }}\n}}\n"
        subprocess.run(["ip", "netns", "exec", NAME, "nft", "-f", "-"], input=text, text=True, check=True)

    def ask(self, packets: list[bytes]) -> list[int | None]:
        """The number of the rule that each packet met first; None for none."""
        told: list[int | None] = []
        for start in range(0, len(packets), UNDER_WAY):
            some = packets[start : start + UNDER_WAY]
            for packet in some:
                assert self.into.write(packet)
            came: list[int] = []
            while len(came) < len(some):
                assert select.select([self.out.number], [], [], 3)[0], "a packet was not forwarded"
                octets = self.out.read()
                if octets is not None and octets[24:32] == MN[:8]:
                    came.append(octets[7] + 1)
            told += [None if hops < FIRST else hops - FIRST for hops in came]
        return told

    def close(self) -> None:
        self.into.close()
        self.out.close()


def _matches(selector: Ipv6Selector) -> Iterator[str]:
    """A selector in the words of nft(8)."""
    for name, (first, last) in limits(selector).items():
        if isinstance(first, bytes):
            values = f"{address_text(first)}-{address_text(last)}"
        else:
            values = f"{first}-{last}" if first != last else str(first)
        if name in ("src_port", "dst_port"):
            yield f"{WITH_PORTS} th {'sport' if name == 'src_port' else 'dport'} {values}"
        else:
            yield {
                "src": "ip6 saddr", "dst": "ip6 daddr", "spi": "esp spi", "flow_label": "ip6 flowlabel",
                "dscp": "ip6 dscp", "proto": "meta l4proto",
            }[name] + f" {values}"  # fmt: skip


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    subprocess.run(["ip", "netns", "add", NAME], check=True, capture_output=True)
    try:
        made = Kernel()
        made.configure()
        yield made
        made.close()
    finally:
        subprocess.run(["ip", "netns", "del", NAME], check=True, capture_output=True)


def _session(selectors: list[Ipv6Selector]) -> Session:
    session = Session((1, b"mn1"), 0, ((MN[:8] + bytes(8), 64),))
    binding = Binding(MAG, 4, None)
    add_binding(session, (MAG, 4, None), binding)
    binding.flows = {fid: Flow(fid, 10, FORWARD, selector, (), fid) for fid, selector in enumerate(selectors)}
    session.changed()
    return session


PORTS = (0, 1, 1000, 1001, 1002, 5060, 65534, 65535)


def _random_selector(made: random.Random) -> Ipv6Selector:
    pools = {
        "src": [ip_address(f"2001:db8:c::{n:x}").packed for n in (0, 1, 2, 0xFF)],
        "dst": [ip_address(f"2001:db8:a1::{n:x}").packed for n in (0, 1, 2, 0xFFFF)],
        "spi": [1, 256, 257, 0xFFFFFFFF],
        "flow_label": [0, 1, 0x12345, 0xFFFFF],
        "src_port": PORTS,
        "dst_port": PORTS,
        "dscp": [n << 2 for n in (0, 10, 46, 63)],
        "proto": [TCP, UDP, 50, ICMPV6],
    }
    values = {}
    for name in made.sample(sorted(pools), made.randint(1, 3)):
        first, last = sorted((made.choice(pools[name]), made.choice(pools[name])))
        values[name] = first
        if last != first:
            values[f"{name}_end"] = last
    return Ipv6Selector(**values)


def _random_probe(made: random.Random) -> Probe:
    return Probe(
        ip_address(f"2001:db8:c::{made.choice((1, 2, 3)):x}").packed,
        ip_address(f"2001:db8:a1::{made.choice((1, 2, 3)):x}").packed,
        made.choice((TCP, UDP, 50, ICMPV6, 132, 59)),
        made.choice(PORTS),
        made.choice(PORTS),
        dscp=made.choice((0, 10, 11, 46, 63)),
        ecn=made.randrange(4),
        flow_label=made.choice((0, 1, 2, 0x12345, 0xFFFFF)),
        spi=made.choice((1, 2, 256, 0xFFFFFFFF)),
        walked=made.random() < 0.15,
    )


def test_ten_thousand_packets_meet_the_filter_that_a_kernel_says(kernel: Kernel) -> None:
    made, differ, met = random.Random(20261123), [], 0
    for _ in range(SETS):
        selectors = [_random_selector(made) for _ in range(made.randint(1, 8))]
        session = _session(selectors)
        kernel.rules(selectors)
        probes = [asked.probe for one in selectors for asked in around(one, Probe(CN, MN))]
        probes = (probes + [_random_probe(made) for _ in range(PACKETS)])[:PACKETS]
        packets = [probe.octets(b"12345678") for probe in probes]
        for probe, packet, judged in zip(probes, packets, kernel.ask(packets), strict=True):
            flow = decide(packet, session).flow
            ours = None if flow is None else flow.fid
            met += judged is not None
            if ours != judged:
                differ.append((probe, ours, judged, selectors))
    assert differ == [] and met > SETS * PACKETS / 4


@pytest.mark.parametrize("text", ["dst-port=5060", "proto=udp", "proto=udp dst-port=5060"])
def test_later_fragments_have_a_protocol_and_no_ports(kernel: Kernel, text: str) -> None:
    """Each fragment by itself; that later ones follow the first is the anchor's memory, which the kernel has not."""
    (selector,) = parse_flow(f"fid=1 {text}").suboptions
    base = Probe(CN, MN, UDP, dst_port=5060)
    pieces = [replace(base, fragment=(0, True, 9)), replace(base, fragment=(1400, False, 9)), base]
    packets = [piece.octets(b"x" * 64) for piece in pieces]
    kernel.rules([selector])
    flows = [decide(packet, _session([selector])).flow for packet in packets]
    assert kernel.ask(packets) == [None if flow is None else flow.fid for flow in flows]
