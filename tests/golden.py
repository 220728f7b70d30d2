"""Makes the golden captures: `python -m tests.golden [FOLDER]` (part of `make regenerate`).

pcaps/ has a capture of every built-in scenario as played with the reference LMA; malformed.pcapng, whose octets are put
together by hand here; and every-message-and-option.pcapng, from the vectors that were made by hand. Beside each stands
a .json of the same name: what `decode --json` makes of it. Clock and sequence numbers are fixed, so the same code makes
the same files, octet for octet.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from pmiptool.capture.files import Writer
from pmiptool.capture.messages import messages
from pmiptool.cli.decode import message_json
from pmiptool.net.embedded import LMA_ADDRESS, EmbeddedTransport, mag_addresses
from pmiptool.net.record import Recorder
from pmiptool.rules import Context
from pmiptool.scenario.loader import builtin_names, load
from pmiptool.scenario.runner import RunSettings, run
from pmiptool.wire.checksum import checksum
from pmiptool.wire.envelope import build
from tests import every

FOLDER = Path(__file__).parent.parent / "pcaps"
START = 1_246_881_600.0  # 2009-07-06T12:00:00Z, the day the draft came out
SEED = 100
MALFORMED = "malformed"
EVERY = "every-message-and-option"


def main(folder: Path = FOLDER) -> None:
    """Write every capture and its .json into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in builtin_names():
        scenario(folder / f"{name}.pcapng", name)
    for name, packets in ((MALFORMED, malformed()), (EVERY, every.packets())):
        with Writer(folder / f"{name}.pcapng") as writer:
            for number, (text, packet) in enumerate(packets):
                writer.write(packet, round((START + number) * 1e9), text)
    for capture in sorted(folder.glob("*.pcapng")):
        capture.with_suffix(".json").write_text(decoded(capture), encoding="ascii")


def scenario(capture: Path, name: str) -> None:
    """Play a built-in scenario with the reference LMA under the fixed clock and record it."""
    recorder = Recorder(EmbeddedTransport(start=START), capture)
    try:
        result = run(load(name), recorder, RunSettings(seed=SEED))
    finally:
        recorder.close()
    if result.verdict != "PASS" or result.findings:
        raise SystemExit(f"{name} is {result.verdict}: {result.reason}")


def decoded(capture: Path) -> str:
    """What `decode --json` says of a capture, one object a line in a list; findings without their texts."""
    lines = []
    for one in messages(capture):
        shown = message_json(one, Context())
        for finding in shown["findings"]:
            del finding["text"]
        lines.append(json.dumps(shown))
    return "[\n" + ",\n".join(lines) + "\n]\n"


class Octets:
    """A Mobility Header put together octet by octet. Options begin at octet 12."""

    def __init__(self, kind: int = 5, fixed: bytes = struct.pack("!HHH", 1, 0x8200, 75)) -> None:
        self.data = bytearray(struct.pack("!BBBBH", 59, 0, kind, 0, 0) + fixed)

    def raw(self, octets: bytes) -> Octets:
        self.data += octets
        return self

    def option(self, kind: int, value: bytes, every: int = 1, at: int = 0) -> Octets:
        """An option after the padding that its alignment `every` n + `at` wants."""
        gap = (at - len(self.data)) % every
        self.data += b"\0" if gap == 1 else bytes((1, gap - 2)) + bytes(gap - 2) if gap else b""
        return self.raw(bytes((kind, len(value))) + value)

    def usual(self, hi: int = 1, hnp: bytes = bytes(18)) -> Octets:
        """MN-ID, HNP, handoff indicator and access technology type, as they should be."""
        self.option(8, b"\1mn1@example.org").option(22, hnp, 8, 4)
        return self.option(23, bytes((0, hi))).option(24, b"\0\4")

    def packet(self, *, proto: int = 59, longer: int = 0, sum_: int | None = None, answer: bool = False) -> bytes:
        """The IPv6 packet, padded to 8 octets. `longer`: what the length field says beyond the truth, in 8 octets."""
        gap = -len(self.data) % 8
        self.data += b"\0" if gap == 1 else bytes((1, gap - 2)) + bytes(gap - 2) if gap else b""
        self.data[0] = proto
        self.data[1] = len(self.data) // 8 - 1 + longer
        return self.as_is(sum_, answer)

    def cut(self, octets: int) -> bytes:
        """The IPv6 packet of the first octets alone."""
        del self.data[octets:]
        return self.as_is()

    def as_is(self, sum_: int | None = None, answer: bool = False) -> bytes:
        """The IPv6 packet of just these octets, with the right checksum or `sum_`."""
        source, destination = (LMA_ADDRESS, mag_addresses()[0]) if answer else (mag_addresses()[0], LMA_ADDRESS)
        mh = bytes(self.data)
        if len(mh) >= 6:
            value = checksum(source, destination, mh) if sum_ is None else sum_
            mh = mh[:4] + value.to_bytes(2, "big") + mh[6:]
        return build(mh, source, destination)


def _fid(fid: int = 1, pro: int = 0, suboptions: bytes = b"") -> bytes:
    return struct.pack("!HBBBB", fid, 10, 1, pro, 0) + suboptions


_PORT = bytes.fromhex("110a0200 00200000 13c4")  # RFC 6088 format 2, destination port 5060
_PBA = struct.pack("!BBHH", 0, 0x20, 1, 75)
_HNP = bytes((0, 64)) + bytes.fromhex("20010db800a1") + bytes(10)


def malformed() -> Iterator[tuple[str, bytes]]:
    """What is wrong with each, and the packet."""
    yield "nothing is wrong with this one", Octets().usual().packet()
    yield "checksum wrong", Octets().usual().packet(sum_=0xDEAD)
    yield "checksum zero", Octets().usual().packet(sum_=0)
    yield "payload proto 17", Octets().usual().packet(proto=17)
    yield "header says 8 octets more than there are", Octets().usual().packet(longer=1)
    yield "header says 8 octets less than there are", Octets().usual().packet(longer=-1)
    yield "four octets in all", Octets().cut(4)
    yield "binding update of 8 octets", Octets().cut(8)
    yield "message type 99", Octets(99).usual().packet()
    yield "no options at all", Octets().packet()
    yield "an option runs past the end", Octets().usual().raw(b"\xc8\x20\0\0").packet()
    yield "the last octet is an option type without a length", _stray()
    yield "padding that is not zero", Octets().usual().raw(b"\1\2\xff\xff").packet()
    yield (
        "home network prefix option of 17 octets",
        Octets()
        .option(8, b"\1mn1@example.org")
        .option(22, bytes(17), 8, 4)
        .option(23, b"\0\1")
        .option(24, b"\0\4")
        .packet(),
    )
    yield "prefix length 129", Octets().usual(hnp=b"\0\x81" + _HNP[2:]).packet()
    yield "bits behind the prefix", Octets().usual(hnp=_HNP[:-1] + b"\1").packet()
    yield "no prefix option", Octets().option(8, b"\1mn1@example.org").option(23, b"\0\1").option(24, b"\0\4").packet()
    yield "two handoff indicators", Octets().usual().option(23, b"\0\2").packet()
    yield "handoff indicator 0", Octets().usual(hi=0).packet()
    yield (
        "handoff indicator option of one octet",
        Octets()
        .option(8, b"\1mn1@example.org")
        .option(22, bytes(18), 8, 4)
        .option(23, b"\1")
        .option(24, b"\0\4")
        .packet(),
    )
    yield (
        "home network prefix unaligned",
        Octets().option(8, b"\1mn1@example.org").option(22, bytes(18)).option(23, b"\0\1").option(24, b"\0\4").packet(),
    )
    yield (
        "MN-ID without identifier",
        Octets().option(8, b"\1").option(22, bytes(18), 8, 4).option(23, b"\0\1").option(24, b"\0\4").packet(),
    )
    yield (
        "MN-ID of length 0",
        Octets().option(8, b"").option(22, bytes(18), 8, 4).option(23, b"\0\1").option(24, b"\0\4").packet(),
    )
    yield "timestamp of 4 octets", Octets().usual().option(27, bytes(4), 8, 2).packet()
    yield "link-layer identifier all zero", Octets().usual().option(25, bytes(8)).packet()
    yield "P flag clear", Octets(fixed=struct.pack("!HHH", 1, 0x8000, 75)).usual().packet()
    yield "A flag clear", Octets(fixed=struct.pack("!HHH", 1, 0x0200, 75)).usual().packet()
    yield "lifetime 0 with handoff indicator 1", Octets(fixed=struct.pack("!HHH", 1, 0x8200, 0)).usual(1, _HNP).packet()
    yield "re-registration for any prefix", Octets().usual(5).packet()
    yield "multihoming option of 3 octets", Octets().usual().option(200, bytes(3)).packet()
    yield "two multihoming options", Octets().usual().option(200, bytes(2)).option(200, bytes(2)).packet()
    yield "ACT keep outside handoff indicator 4", Octets().usual().option(200, b"\0\x40").packet()
    yield "ACT 5", Octets(fixed=struct.pack("!HHH", 1, 0x8200, 0)).usual(4, _HNP).option(200, b"\0\xa0").packet()
    yield "reserved bits of the multihoming option set", Octets().usual().option(200, b"\0\1").packet()
    yield "multihoming group 7", Octets().usual().option(200, b"\7\0").packet()
    grouped = b"\xc8\2\0\0"
    yield "FID option without its status", Octets().usual().raw(grouped).option(45, _fid()[:-1], 2).packet()
    yield (
        "one FID twice",
        Octets()
        .usual()
        .raw(grouped)
        .option(45, _fid(suboptions=_PORT), 2)
        .option(45, _fid(suboptions=_PORT), 2)
        .packet(),
    )
    yield "PRO 2 from a MAG", Octets().usual().raw(grouped).option(45, _fid(pro=2, suboptions=_PORT), 2).packet()
    yield "adding a filter without a selector", Octets().usual().raw(grouped).option(45, _fid(), 2).packet()
    yield (
        "sub-option past the end of its option",
        Octets().usual().raw(grouped).option(45, _fid(suboptions=b"\x11\x20\2\0"), 2).packet(),
    )
    yield "sub-option of length 1", Octets().usual().raw(grouped).option(45, _fid(suboptions=b"\x11\1"), 2).packet()
    yield (
        "end of a range without its start",
        Octets().usual().raw(grouped).option(45, _fid(suboptions=bytes.fromhex("110a0200 00100000 13c4")), 2).packet(),
    )
    yield (
        "selector of format 9",
        Octets().usual().raw(grouped).option(45, _fid(suboptions=bytes.fromhex("110a0900 00200000 13c4")), 2).packet(),
    )
    yield (
        "a filter of RFC 6089",
        Octets().usual().raw(grouped).option(45, bytes.fromhex("0001 000a 0000 0308 0200 00200000 13c4"), 2).packet(),
    )
    yield "flow summary of odd length", Octets().usual().raw(grouped).option(44, b"\0\1\0", 2).packet()
    yield "two flow summaries", Octets().usual().raw(grouped).option(44, b"\0\1", 2).option(44, b"\0\2", 2).packet()
    yield "binding identifier option of 5 octets", Octets().usual().option(35, bytes(5), 2).packet()
    yield "option 201", Octets().usual().option(201, b"abc").packet()
    yield "answer that accepts and assigns no prefix", Octets(6, _PBA).usual().packet(answer=True)
    yield "answer with the P flag clear", Octets(6, b"\0\0" + _PBA[2:]).usual(hnp=_HNP).packet(answer=True)
    yield "answer with ACT", Octets(6, _PBA).usual(hnp=_HNP).option(200, b"\0\x40").packet(answer=True)
    yield "answer with status 183", Octets(6, b"\xb7" + _PBA[1:]).usual(hnp=_HNP).packet(answer=True)
    yield "answer to a PBU without MN-ID that names one", Octets(6, b"\xa0" + _PBA[1:]).usual().packet(answer=True)


def _stray() -> bytes:
    """The one octet before the end is an option type; nothing follows it."""
    made = Octets().usual()
    made.raw(b"\0" * ((7 - len(made.data)) % 8))
    return made.raw(b"\xc9").packet()


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:2]))
