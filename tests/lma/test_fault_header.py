"""Faults in the octets of messages: each does what it says, and nothing where it does not apply."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.wire.checksum import checksum
from tests.lma.support import LMA, MAG1, World


def answer(*faults, **fields):
    """The octets that answer a request, and to whom they go; None for silence."""
    world = World(faults=faults)
    data = world.codec.encode(world.request(**fields), src=MAG1, dst=LMA)
    sent = world.deliver(data)
    return (sent[0].data, sent[0].destination.address) if sent else None


RIGHT = answer()


def test_an_octet_and_octets_at_the_end():
    data, _ = answer("octet-3=7")
    assert (data[3], data[:3], data[6:]) == (7, RIGHT[0][:3], RIGHT[0][6:])
    assert int.from_bytes(data[4:6], "big") == checksum(LMA, MAG1, data)
    longer, _ = answer("ends-with-0106666f6f666f6f")
    assert longer[6:] == RIGHT[0][6:] + b"\1\6foofoo" and longer[1] == RIGHT[0][1] + 1


def test_what_is_minded_and_wanted():
    assert answer("minds-pbu.3=255") == RIGHT, "the octet is 0"
    assert answer("minds-pbu.8=128") is None, "it has the A flag"
    assert answer("wants-pbu.8=128") == RIGHT
    assert answer("wants-pbu.3=255") is None
    assert answer("minds-bri.8=128") == RIGHT, "another message"


def test_padding_is_minded():
    world = World(faults=["minds-padding"])
    data = world.codec.encode(world.request(), src=MAG1, dst=LMA)
    padded = data[:1] + bytes((data[1] + 1,)) + data[2:12] + bytes((1, 6)) + b"filler" + data[12:]
    padded = padded[:4] + checksum(MAG1, LMA, padded).to_bytes(2, "big") + padded[6:]
    assert world.deliver(padded) == []


def test_a_message_goes_astray():
    data, to = answer("misdirects-binding-ack")
    assert to == MAG1[:-1] + bytes((MAG1[-1] ^ 1,)) and data[6:] == RIGHT[0][6:]
    assert answer("misdirects-bri") == RIGHT


@pytest.mark.parametrize(("how", "greater"), [("strictly", {8}), ("plainly", {8, 100, 40000}), ("from-zero", {8, 100})])
def test_numbers(how, greater):
    for number in (0, 7, 8, 100, 40000):
        world = World(faults=[f"numbers-{how}"])
        hnp = world.send(seq=7, ts=None).hnp
        assert (world.send(seq=number, ts=None, hi=5, hnp=hnp).status == 0) is (number in greater), number
    assert World(faults=["numbers-plainly"]).send(seq=40000, ts=None).status == 0
    assert World(faults=["numbers-from-zero"]).send(seq=40000, ts=None).status == 135


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("octet-3", "no AT=N of two numbers"),
        ("ends-with-0x", "no octets in hexadecimal"),
        ("ends-with-00", "no multiple of 8"),
        ("minds-pba.3=1", None),
        ("minds-nothing.3=1", "there is no message 'nothing'"),
        ("misdirects-nothing", "there is no message 'nothing'"),
        ("numbers-oddly", "strictly, plainly or from-zero"),
    ],
)
def test_what_makes_no_sense_is_told(name, says):
    if says is None:
        World(faults=[name])
        return
    with pytest.raises(UsageError, match=says):
        World(faults=[name])
