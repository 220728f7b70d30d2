"""A peer that follows the other of two readings is served as any other."""

from __future__ import annotations

import pytest

from pmiptool.wire.checksum import checksum
from pmiptool.wire.values import FlowIdentification, FlowIdentification6089
from tests.lma.support import LMA, MAG1, World
from tests.vectors import pad

FLOWS = {
    "number 44": ("mext", "2c 10 0001 0a 01 00 00  11 0a 01 00 00800000 0050"),
    "units of 8": ("mext", "2d 03 0001 0a 01 00 00  11 0a 01 00 00800000 0050  000000000000"),
    "PadN of N": ("rfc6089", "2d 14 0001 000a 00 00  01 04 0000  03 08 01 00 00800000 0050"),
}


def with_option(octets: bytes, end: int, option: bytes) -> bytes:
    """A message that ends with that option and padding."""
    octets = octets[:end] + option
    octets += pad(-len(octets) % 8)
    octets = octets[:1] + bytes((len(octets) // 8 - 1,)) + octets[2:]
    return octets[:4] + checksum(MAG1, LMA, octets).to_bytes(2, "big") + octets[6:]


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_is_installed_and_answered_as_the_registry_reads(name: str) -> None:
    dialect, option = FLOWS[name]
    world = World(codepoints={"dialect": dialect})
    plain = world.codec.encode(world.request(group=0))
    last = [slot for slot in world.codec.decode(plain).layout.slots if slot.pad is None][-1]
    end = last.offset + 2 + (last.length or 0)
    (sent,) = world.deliver(with_option(plain, end, bytes.fromhex(option.replace(" ", ""))))
    answer = world.answer(sent)
    assert answer.status == 0 and answer.decoded.findings == ()
    (flow,) = answer.options(FlowIdentification if dialect == "mext" else FlowIdentification6089)
    assert (flow.fid, flow.status) == (1, 0)
    assert world.owners() == {MAG1: [1]}
