"""What Scapy users expect of a layer."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys

import pytest
from scapy.config import conf
from scapy.layers import inet6
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import HAO, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrRouting
from scapy.packet import Packet, Raw, fuzz, ls

from pmiptool.layers import (
    CLASSES,
    MIP6MH_BE,
    MIP6MH_BU,
    PBA,
    PBU,
    MIP6MH_Generic,
    MIP6OptATT,
    MIP6OptBID,
    MIP6OptFID,
    MIP6OptFID6089,
    MIP6OptFlowSummary,
    MIP6OptHI,
    MIP6OptHNP,
    MIP6OptMNID,
    MIP6OptMultihoming,
    MIP6OptTimestamp,
    MIP6OptUnknown,
    MIP6SubBindingReference,
    MIP6SubIpv6Selector,
    install,
    message_class,
    uninstall,
)
from pmiptool.layers import options as tlv
from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire.checksum import verifies

MAG, LMA = "2001:db8:1::2", "2001:db8:1::1"


def packed(*texts: str) -> list[bytes]:
    return [socket.inet_pton(socket.AF_INET6, text) for text in texts]


def pbu(**more: object) -> Packet:
    options = [
        MIP6OptMNID(identifier="mn1@example.org"),
        MIP6OptHNP(home_network_prefix="2001:db8:a1::/64"),
        MIP6OptHI(hi="attach"),
        MIP6OptATT(att="802.11"),
        MIP6OptMultihoming(act="keep"),
        MIP6OptFID(fid=1, pri=10, suboptions=[MIP6SubIpv6Selector(dst_port=5060, dst_port_end=5061, proto=17)]),
    ]
    return IPv6(src=MAG, dst=LMA) / PBU(sequence=100, options=options, **more)


def test_every_entry_has_a_class() -> None:
    entries = [*catalogue.MESSAGES, *catalogue.OPTIONS, *(e for s in catalogue.SPACES.values() for e in s.entries)]
    for entry in entries:  # those of records come along: the list grows
        entries += [r for f in entry.fields if isinstance(f, model.Records) for r in f.records if r not in entries]
    others = {cls for forms in tlv.other_forms.values() for cls in forms.values()}
    made = [cls._entry for cls in set(CLASSES.values()) - others if getattr(cls, "_entry", None) is not None]
    assert {id(entry) for entry in entries} == {id(entry) for entry in made}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_each_class_shows_builds_and_pickles(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    cls = CLASSES[name]
    ls(cls)
    typed = "otype" in capsys.readouterr().out
    assert typed != (issubclass(cls, inet6._MobilityHeader) or isinstance(cls._entry, model.Record))
    packet = cls()
    octets = bytes(packet)
    assert packet.show(dump=True) and packet.summary() and repr(packet)
    again = pickle.loads(pickle.dumps(packet))
    assert type(again) is cls and bytes(again) == octets
    for _ in range(20):
        bytes(fuzz(cls()))


def test_a_dissected_update_is_found_by_every_name_it_has() -> None:
    found = IPv6(bytes(pbu()))
    assert found[PBU] is found[inet6.MIP6MH_BU] is found[MIP6MH_BU] is found["MIP6MH_BU"] is found["PBU"]
    assert PBU in found and inet6.MIP6MH_BU in found and PBA not in found
    assert found[inet6.MIP6OptMNID].identifier == found[inet6.MIP6OptMNID].id == b"mn1@example.org"
    assert (found[inet6.MIP6MH_BU].seq, found[PBU].sequence, found[PBU].mhtime) == (100, 100, 75)
    assert found.sprintf("{MIP6MH_BU:%MIP6MH_BU.seq% %MIP6MH_BU.flags%}") == "100 AP"
    assert found.summary() == f"{MAG} > {LMA} (135) / PBU 100 AP lifetime 75 (300 s) mn1@example.org"
    assert found[PBU].flags.P and found[PBU].flags.A and not found[PBU].flags.H
    plain = IPv6(bytes(IPv6(src=MAG, dst=LMA) / MIP6MH_BU(flags="AH")))
    assert PBU not in plain and inet6.MIP6MH_BU in plain


def test_what_is_none_is_worked_out_and_what_is_given_stands() -> None:
    right = bytes(pbu())[40:]
    assert right[1] == len(right) // 8 - 1
    assert verifies(*packed(MAG, LMA), right)
    wrong = bytes(pbu(len=3, cksum=0xDEAD, nh=17, res=9, mhtype=99))[40:]
    assert wrong[:6] == bytes((17, 3, 99, 9, 0xDE, 0xAD)) and wrong[6:] == right[6:]
    hi = MIP6OptHI(hi=9, olen=77, otype=200, reserved=255)
    assert bytes(hi) == bytes((200, 77, 255, 9))
    assert bytes(MIP6OptHI(hi=1, trailing=b"\xff\xff")) == bytes((23, 4, 0, 1, 0xFF, 0xFF))
    assert bytes(MIP6OptHNP(home_network_prefix="2001:db8::/200"))[3] == 200
    selector = MIP6SubIpv6Selector(proto_end=17, flags=0xFFFF0000, reserved=3)
    assert bytes(selector) == bytes((17, 9, 2, 3, 0xFF, 0xFF, 0, 0, 17))
    unaligned = IPv6(src=MAG, dst=LMA) / PBU(autopad=0, options=[MIP6OptHNP()])
    assert bytes(unaligned)[52:54] == b"\x16\x12"


def test_names_that_are_none_are_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="attach-shared"):
        MIP6OptHI(hi="nonsense")


def test_an_edit_of_a_captured_packet_moves_no_other_byte() -> None:
    # Padded as no RFC demands it: a PadN before the first option and Pad1s at the tail.
    options = [MIP6OptUnknown(otype=1, odata=b"\0\0"), MIP6OptHI(hi=1), MIP6OptHNP()]
    before = bytes(IPv6(src=MAG, dst=LMA) / PBU(autopad=0, options=[*options, Raw(b"\0" * 6)]))
    captured = IPv6(before)
    captured[PBU].sequence = 0x1234
    after = bytes(captured)
    assert [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [46, 47]
    captured[PBU].options[1].hi = 5
    assert bytes(captured) == after[:59] + b"\x05" + after[60:]


def test_an_edit_deep_inside_is_not_lost() -> None:
    captured = IPv6(bytes(pbu()))
    before = bytes(captured)
    captured[MIP6OptFID].suboptions[0].dst_port = 80
    assert bytes(captured) == before.replace((5060).to_bytes(2, "big"), (80).to_bytes(2, "big"))
    captured[MIP6OptFID].suboptions[0].dscp = 184
    assert captured[MIP6OptFID].olen == 19  # as captured: it follows only when it is None
    for packet, name in ((captured[MIP6OptFID], "olen"), (captured[MIP6SubIpv6Selector], "olen")):
        delattr(packet, name)
    selector = IPv6(bytes(captured))[MIP6OptFID].suboptions[0]
    assert (selector.dst_port, selector.dscp, selector.reserved_flags) == (80, 184, 0)


def test_answers_pair_by_sequence_number_and_addresses() -> None:
    request = pbu()
    answer = IPv6(src=LMA, dst=MAG) / PBA(sequence=100)
    assert answer.answers(request) and answer.hashret() == request.hashret()
    without_p = IPv6(bytes(IPv6(src=LMA, dst=MAG) / PBA(sequence=100, flags=0)))
    assert without_p.answers(request), "the P bit has no say in it"
    assert not (IPv6(src=LMA, dst=MAG) / PBA(sequence=101)).answers(request)
    assert not (IPv6(src=LMA, dst="2001:db8:1::9") / PBA(sequence=100)).answers(request)
    # As everywhere in Scapy the other address is in the key by which `sr` looks requests up.
    assert (IPv6(src="2001:db8:1::9", dst=MAG) / PBA(sequence=100)).hashret() != request.hashret()
    assert not request.answers(answer)
    of_scapy = IPv6(src=MAG, dst=LMA) / inet6.MIP6MH_BU(seq=100)
    assert answer.answers(of_scapy)
    error = IPv6(src=LMA, dst=MAG) / MIP6MH_BE(status=2)
    assert error.answers(request) and error.hashret() == request.hashret()


def test_a_sequence_number_out_of_window_answers_with_the_last_accepted_one() -> None:
    """RFC 6275 9.5.1: status 135 without a timestamp goes with the update of the same mobile node."""
    mn = MIP6OptMNID(identifier="mn1@example.org")
    answer = IPv6(src=LMA, dst=MAG) / PBA(sequence=7, status=135, options=[mn])
    assert answer.answers(pbu())
    assert not (IPv6(src=LMA, dst=MAG) / PBA(sequence=7, status=134, options=[mn])).answers(pbu())
    other = MIP6OptMNID(identifier="mn2@example.org")
    assert not (IPv6(src=LMA, dst=MAG) / PBA(sequence=7, status=135, options=[other])).answers(pbu())
    stamped = PBA(sequence=7, status=135, options=[mn, MIP6OptTimestamp(timestamp=1)])
    assert not (IPv6(src=LMA, dst=MAG) / stamped).answers(pbu())


def test_over_udp_the_checksum_is_zero_and_both_ways_are_dissected() -> None:
    for lower in (IPv6(src=MAG, dst=LMA), IP(src="192.0.2.2", dst="192.0.2.1")):
        for ports in ({"sport": 40000, "dport": 5436}, {"sport": 5436, "dport": 40000}, {}):
            packet = lower / UDP(**ports) / PBU(sequence=5)
            again = type(lower)(bytes(packet))
            assert again[PBU].cksum == 0 and again[PBU].sequence == 5
            assert 5436 in (again[UDP].sport, again[UDP].dport)


def test_the_checksum_counts_the_real_addresses() -> None:
    """RFC 6275 6.1.1: the home address of a Home Address option, the last address of a routing header."""
    home, final = "2001:db8:5::5", "2001:db8:6::6"
    padded = [HAO(hoa=home), inet6.PadN(optdata=b"\0\0")]
    carriers = IPv6(src=MAG, dst=LMA) / IPv6ExtHdrRouting(type=2, addresses=[final], segleft=1)
    packet = carriers / IPv6ExtHdrDestOpt(options=padded) / MIP6MH_BU(sequence=1)
    again = IPv6(bytes(packet))
    assert again[IPv6ExtHdrDestOpt].nh == 135
    assert verifies(*packed(home, final), bytes(again[MIP6MH_BU]))


def test_a_message_without_addresses_has_checksum_zero() -> None:
    assert bytes(PBU())[4:6] == b"\0\0"


def test_numbers_and_dialect_are_settings() -> None:
    install(CodePoints(dialect="rfc6089", multihoming_option_type=42, flow_identification_option_type=210))
    octets = bytes(PBU(options=[MIP6OptMultihoming(mhgid=3), MIP6OptFID6089(fid=1, pri=0x1234)]))
    assert octets[12:16] == bytes((42, 2, 3, 0)) and octets[16:22] == bytes((210, 6, 0, 1, 0x12, 0x34))
    found = PBU(octets)
    assert [type(option) for option in found.options[:2]] == [MIP6OptMultihoming, MIP6OptFID6089]
    assert found.options[0].sprintf("%otype%") == "multihoming"
    install()
    assert isinstance(PBU(octets).options[0], MIP6OptUnknown)
    assert bytes(MIP6OptMultihoming()) == bytes((200, 2, 0, 0))


def test_an_option_that_does_not_fit_shifts_nothing() -> None:
    # A handoff indicator of one octet, then one of four, then one that runs past the end.
    octets = bytes.fromhex(
        "3b03050000000001820000 4b 170100 17040001ffff 18020004 0000 17 08 01 00 00".replace(" ", "")
    )
    found = message_class(octets)(octets)
    kinds = [type(option).__name__ for option in found.options]
    assert kinds == ["MIP6OptUnknown", "MIP6OptHI", "MIP6OptATT", "MIP6OptPad1", "MIP6OptPad1", "MIP6OptUnknown"]
    assert found.options[1].trailing == b"\xff\xff" and found.options[2].att == 4
    assert bytes(found) == octets


def test_a_message_too_short_for_its_type_is_generic() -> None:
    octets = bytes.fromhex("3b00050000000001")
    assert message_class(octets) is MIP6MH_Generic
    found = IPv6(bytes(IPv6(src=MAG, dst=LMA, nh=135) / Raw(octets)))
    assert isinstance(found.payload, MIP6MH_Generic) and found.payload.msg == b"\0\x01"
    unknown = bytes.fromhex("3b01630000000102030405060708090a")
    assert MIP6MH_Generic(unknown).msg == unknown[6:], "Scapy's own loses the last eight octets"


def test_lists_and_addresses_take_what_people_have() -> None:
    assert bytes(MIP6OptFlowSummary(fid=(1, 2)))[2:] == b"\0\x01\0\x02"
    assert bytes(MIP6SubBindingReference(bid=7)) == bytes((1, 4, 0, 7))
    bid = MIP6OptBID(bid=1, care_of_address="192.0.2.1")
    assert bytes(bid) == bytes((35, 8, 0, 1, 0, 0, 192, 0, 2, 1)) and bid.alignment_delta(12) == 6
    assert MIP6OptBID(bid=1).alignment_delta(12) == 0
    assert MIP6OptTimestamp(timestamp=1.5).timestamp == 0x18000


def test_lengths_that_scapy_has_wrong_are_right() -> None:
    for name, length in (("MIP6OptNonceIndices", 4), ("MIP6OptBindingAuthData", 12)):
        assert bytes(CLASSES[name]())[1] == length == len(bytes(CLASSES[name]())) - 2
        found = PBU(bytes(PBU(options=[CLASSES[name]()])))
        assert found[getattr(inet6, name)].olen == length


def test_taken_out_again_scapy_is_as_it_was() -> None:
    octets = bytes(pbu())
    uninstall()
    assert type(IPv6(octets).payload) is inet6.MIP6MH_BU
    assert inet6.moboptcls[8] is inet6.MIP6OptMNID and 22 not in inet6.moboptcls
    install()
    assert type(IPv6(octets).payload) is PBU


def test_explore_still_works() -> None:
    assert conf.layers.layers()


def test_scapys_loader_takes_us_as_an_extension() -> None:
    code = (
        "from scapy.config import conf; conf.exts.load('pmiptool'); print(len(conf.exts.exts))\n"
        "from scapy.layers.inet6 import IPv6, MIP6MH_BU\n"
        "from pmiptool.layers import PBU\n"
        "print(IPv6(bytes(IPv6(src='::1', dst='::2') / PBU(sequence=9)))[MIP6MH_BU].seq)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n9\n", "")
