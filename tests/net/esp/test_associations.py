"""Which SA a packet is under, what is dropped and how that is told."""

from __future__ import annotations

import pytest

from pmiptool.errors import UsageError
from pmiptool.net.esp.associations import Association, Esp, Network, NoAssociation, Unopened
from pmiptool.net.esp.transform import ALGORITHMS, Transform
from pmiptool.text.values import parse_address

MAG, OTHER, LMA = (parse_address("", f"2001:db8:1::{number}") for number in (2, 3, 1))
INSIDE = bytes.fromhex("3b010000 00000000")


def association(spi: int = 0x1001, key: int = 0, **more: object) -> Association:
    return Association(spi, Transform(ALGORITHMS["aes-gcm-128"], bytes([key]) * 20, b""), **more)  # type: ignore[arg-type]


def esp(*associations: Association) -> tuple[Esp, list[str]]:
    said: list[str] = []
    return Esp(associations, "lab.toml", said.append), said


def test_the_first_that_fits_seals_and_the_spi_opens() -> None:
    ends, _ = esp(association(1001, src=Network("2001:db8:1::3")), association(1002, dst=Network("2001:db8:1::/64")))
    assert ends.seal(INSIDE, OTHER, LMA)[:4] == (1001).to_bytes(4, "big")
    packet = ends.seal(INSIDE, MAG, LMA)
    assert packet[:8] == (1002).to_bytes(4, "big") + (1).to_bytes(4, "big")
    assert ends.receive(packet, MAG, LMA) == INSIDE
    assert ends.comment(MAG, LMA) == "under ESP SPI 0x000003ea"


def test_directions() -> None:
    ends, _ = esp(association(1001, direction="out"), association(1002, direction="in"))
    assert ends.seal(INSIDE, MAG, LMA)[:4] == (1001).to_bytes(4, "big")
    assert ends.receive(association(1002).seal(INSIDE), LMA, MAG) == INSIDE
    assert ends.receive(association(1001).seal(INSIDE), LMA, MAG) is None
    ends.check(MAG, LMA)


def test_nothing_goes_out_in_the_clear() -> None:
    ends, _ = esp(association(src=Network("2001:db8:1::2")))
    with pytest.raises(NoAssociation, match="lab.toml has no SA for what is sent from 2001:db8:1::3 to 2001:db8:1::1"):
        ends.seal(INSIDE, OTHER, LMA)
    with pytest.raises(NoAssociation, match="for what is received from 2001:db8:1::1 to 2001:db8:1::2"):
        ends.check(MAG, LMA)


def drops() -> dict[str, tuple[bytes, str]]:
    sender, stranger = association(), association(key=1)
    sealed = sender.seal(INSIDE)
    head = sealed[:4] + (9).to_bytes(4, "big")
    transform = sender.transform
    bad = bytes(transform._gcm.encrypt(bytes(4) + bytes(8), INSIDE + b"\x01\x03\x02\x87", head))
    return {
        "spi": (association(0x2002).seal(INSIDE), "lab.toml has no SA with SPI 0x00002002 between them"),
        "integrity": (stranger.seal(INSIDE), "its integrity check value is wrong"),
        "malformed": (sealed[:20], "20 octets are no packet of aes-gcm-128"),
        "padding": (head + bytes(8) + bad, "its padding is not 1, 2, 3"),
        "inside": (sender.seal(INSIDE, 60), "what is in it has the protocol number 60, not 135"),
    }


@pytest.mark.parametrize("kind", ["spi", "integrity", "malformed", "padding", "inside"])
def test_what_is_dropped_is_told_once_and_counted(kind: str) -> None:
    packet, told = drops()[kind]
    ends, said = esp(association(window=0))
    for _ in range(3):
        assert ends.receive(packet, MAG, LMA) is None
    assert ends.dropped == {kind: 3}
    assert (
        len(said) == 1
        and said[0].startswith("warning: an ESP packet from 2001:db8:1::2 is dropped: ")
        and told in said[0]
    )
    assert INSIDE.hex() not in said[0]
    assert ends.receive(association().seal(INSIDE), MAG, LMA) == INSIDE


def test_a_dummy_packet_is_no_error() -> None:
    """RFC 4303 2.6: who hides how much is said sends packets with nothing in them."""
    ends, said = esp(association())
    assert ends.receive(association().seal(bytes(100), 59), MAG, LMA) is None
    assert said == [] and not ends.dropped


def test_replays_are_dropped_and_a_forged_number_moves_no_window() -> None:
    sender = association()
    packets = [sender.seal(INSIDE) for _ in range(70)]
    ends, said = esp(association())
    assert ends.receive(packets[3], MAG, LMA) == INSIDE
    forged = packets[4][:4] + (5000).to_bytes(4, "big") + packets[4][8:]
    assert ends.receive(forged, MAG, LMA) is None
    assert ends.receive(packets[2], MAG, LMA) == INSIDE  # late, in the window
    assert ends.receive(packets[2], MAG, LMA) is None
    assert ends.receive(packets[69], MAG, LMA) == INSIDE
    assert ends.receive(packets[5], MAG, LMA) is None  # new, and left of the window
    assert ends.dropped == {"integrity": 1, "replayed": 2}
    assert "sequence number 3 came before" in said[1]


def test_the_last_sequence_number_is_the_last() -> None:
    sender = association(number=0xFFFFFFFF)
    assert sender.seal(INSIDE)[4:8] == b"\xff\xff\xff\xff"
    with pytest.raises(UsageError, match="has no sequence number left; give it new keys"):
        sender.seal(INSIDE)


def test_what_an_icmp_error_brings_back() -> None:
    ends, _ = esp(association(src=Network("2001:db8:1::2")))
    packet = ends.seal(INSIDE, MAG, LMA)
    assert ends.quoted(packet, MAG, LMA) == INSIDE
    assert ends.quoted(packet[:-1], MAG, LMA) == b"" == ends.quoted(packet, LMA, MAG)


def test_a_capture_has_both_directions_and_no_replays() -> None:
    ends, _ = esp(association(direction="out"))
    packet = association().seal(INSIDE)
    assert ends.incoming(packet, LMA, MAG, None).opened(packet) == (INSIDE, 135)
    with pytest.raises(Unopened):
        ends.incoming(packet, LMA, MAG)


def test_how_much_was_dropped_is_told_with_the_last_socket() -> None:
    ends, said = esp(association())
    ends._sockets = 2
    for _ in range(3):
        ends.receive(b"", MAG, LMA)
    ends.closed()
    assert len(said) == 1
    ends.closed()
    assert said[1] == "ESP: dropped 3 malformed"
