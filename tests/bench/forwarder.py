"""What the benchmark of forwarding compares, each a process of its own: ``python -m tests.bench.forwarder KIND``.

KIND is `copy`, the least that can be done in Python: read a packet from a TUN device, write it to a raw socket; or
`plane`, the data plane of the reference LMA with a hundred filters. Both say "ready".
"""

from __future__ import annotations

import os
import select
import socket
import sys

from pmiptool.net.tunnels import BATCH, Tun, TunnelSockets
from tests.netns import LMA, MAGS

HNP, FILTERS, DEVICE = "2001:db8:a1::/64", 100, "pmip-tun"


def copy(tun: Tun) -> None:
    """As `socat` would: whatever comes goes to one gateway."""
    sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 41)
    sock.bind((LMA, 0))
    name = (MAGS[0], 0)
    poll = select.poll()
    poll.register(tun.number, select.POLLIN)
    while True:
        poll.poll()
        for _ in range(BATCH):
            try:
                packet = os.read(tun.number, 65575)
            except BlockingIOError:
                break
            sock.sendto(packet, name)


def plane() -> None:
    from pmiptool.lab.plane import Plane
    from pmiptool.lma.forwarding import Forwarding
    from pmiptool.net.driver import Driver
    from pmiptool.text.filters import parse_flow
    from tests.lma.support import World, addr

    world = World({"mn": [{"id": "mn1@example.org", "hnp": [HNP]}]})
    flows = [parse_flow(f"fid={n} pri={n} proto=udp dst-port={1000 + n}") for n in range(1, FILTERS + 1)]
    for mag, own in ((addr(MAGS[1]), []), (addr(MAGS[0]), flows)):
        for start in range(0, max(len(own), 1), 25):
            answer = world.send(mag=mag, group=0, hi=5 if start else 1, flows=own[start : start + 25])
            assert answer.status == 0
    forwarding = Forwarding(world.anchor)

    def downlink(packet: bytes) -> None:
        for sent in forwarding.downlink(packet):
            ends.tunnels.send(sent)

    ends = Plane(TunnelSockets(addr(LMA)), DEVICE, downlink, forwarding.received, forwarding.take_errors)
    driver = Driver([])
    for number, ready in ends.readers():
        driver.add_reader(number, ready)
    up(ends.tun)
    driver.run()


def up(tun: Tun) -> None:
    os.system(f"ip link set {tun.name} up && ip -6 route add {HNP} dev {tun.name}")
    print("ready", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "plane":
        plane()
    else:
        device = Tun(DEVICE)
        up(device)
        copy(device)
