"""Damaged captures through tshark with the dissector: no Lua error and no crash, whatever the octets are.

`python -m tests.dissector.damage --count 2000 --seed 1` (make fuzz) does it at length: golden captures through
`editcap -E`, their packets with octets changed, and what `randpkt` makes.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pmiptool.capture import tshark
from pmiptool.capture.files import Writer, read
from pmiptool.dissector import default_lua
from pmiptool.wire.envelope import find

PCAPS = sorted((Path(__file__).parents[2] / "pcaps").glob("*.pcapng"))
LUA_ERRORS = ("Lua Error", "_ws.lua.error")


def mutated(data: bytes, mh_at: int, chance: random.Random) -> bytes:
    """A packet with a few octets of its Mobility Header changed, cut away or doubled; the headers before it stay."""
    head, mh = data[:mh_at], bytearray(data[mh_at:])
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(mh)) if mh else 0
        what = chance.random()
        if what < 0.6 and mh:
            mh[at] = chance.choice((0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)))
        elif what < 0.75:
            del mh[at : at + chance.randint(1, 8)]
        elif what < 0.9:
            mh[at:at] = mh[at : at + chance.randint(1, 24)]
        else:
            mh[at:at] = chance.randbytes(chance.randint(1, 8))
    return head + bytes(mh)


def packets() -> list[tuple[int, bytes, int]]:
    """Link type, octets and where the Mobility Header stands, of every packet of the golden captures."""
    found = []
    for path in PCAPS:
        for frame in read(path):
            envelopes = find(frame.linktype, frame.data)
            if envelopes:
                found.append((frame.linktype, frame.data, envelopes[0].mh_offset))
    return found


def mutations(path: Path, count: int, chance: random.Random) -> Path:
    """A capture of that many packets with octets changed."""
    every = [packet for packet in packets() if packet[0] == 101]
    with Writer(path) as writer:
        for number in range(count):
            _, data, at = chance.choice(every)
            writer.write(with_length(mutated(data, at, chance)), number * 1_000_000)
    return path


def with_length(packet: bytes) -> bytes:
    """An IPv6 packet whose header counts what is there."""
    return packet[:4] + min(len(packet) - 40, 0xFFFF).to_bytes(2, "big") + packet[6:]


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def edited(path: Path, source: Path, seed: int) -> Path:
    """A golden capture through `editcap -E`: 2 of 100 octets are wrong."""
    run(["editcap", "-E", "0.02", "--seed", str(seed), str(source), str(path)])
    return path


def complaints(path: Path) -> list[str]:
    """What is wrong with how Wireshark reads a capture, in two passes and every detail: Lua errors, or its end."""
    try:
        lines = tshark.run(path, ["-V"], lua=default_lua(), two_pass=True)
        return [line.strip() for line in lines if any(word in line for word in LUA_ERRORS)]
    except tshark.LuaRefused as error:
        return [str(error)]


def captures(folder: Path, count: int, each: int, seed: int) -> Iterator[Path]:
    """Damaged captures, one kind after the other: changed octets, `editcap -E`, `randpkt`."""
    for number in range(count):
        chance = random.Random(seed * 1_000_003 + number)
        path = folder / f"{seed}-{number}.pcapng"
        kind = number % 10
        if kind == 9 and shutil.which("randpkt"):
            run(["randpkt", "-c", str(each), "-b", "300", "-t", "ip", str(path)])
            yield path
        elif kind in (4, 8) and shutil.which("editcap"):
            yield edited(path, chance.choice(PCAPS), chance.randrange(1 << 30))
        else:
            yield mutations(path, each, chance)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="captures")
    parser.add_argument("--each", type=int, default=20, help="packets in one")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="pmiptool-damage-") as folder:
        for number, path in enumerate(captures(Path(folder), asked.count, asked.each, asked.seed), 1):
            for line in complaints(path):
                kept = Path.cwd() / path.name
                shutil.copyfile(path, kept)
                print(f"{kept}: {line}")
                bad += 1
            path.unlink()
            if number % 100 == 0:
                print(f"{number} of {asked.count} captures", file=sys.stderr)
    print(f"{asked.count} damaged captures of {asked.each} packets, seed {asked.seed}: {bad} complaints")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
