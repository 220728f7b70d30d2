"""Damaged captures through tshark with the dissector: no Lua error and no crash, whatever the octets are.

`pmiptool fuzz --against wireshark` makes messages that are wrong; this damages whole packets, with what carries them:
golden captures through `editcap -E`, and what `randpkt` makes. `python -m tests.dissector.damage --count 200 --seed 1`
(make fuzz) does it at length.
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

from pmiptool.dissector import default_lua
from pmiptool.errors import UsageError
from pmiptool.fuzz import wireshark

PCAPS = sorted((Path(__file__).parents[2] / "pcaps").glob("*.pcapng"))


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def edited(path: Path, source: Path, seed: int) -> Path:
    """A golden capture through `editcap -E`: 2 of 100 octets are wrong."""
    run(["editcap", "-E", "0.02", "--seed", str(seed), str(source), str(path)])
    return path


def complaints(path: Path) -> list[str]:
    """What is wrong with how Wireshark reads a capture, in two passes and every detail: Lua errors, or its end."""
    try:
        return [text for _, text in wireshark.complaints(path, Path(default_lua())).values()]
    except UsageError as error:  # also LuaRefused
        return [str(error)]


def captures(folder: Path, count: int, each: int, seed: int) -> Iterator[Path]:
    """Damaged captures: mostly `editcap -E`, each fifth from `randpkt`."""
    for number in range(count):
        chance = random.Random(seed * 1_000_003 + number)
        path = folder / f"{seed}-{number}.pcapng"
        if number % 5 == 4 and shutil.which("randpkt"):
            run(["randpkt", "-c", str(each), "-b", "300", "-t", "ip", str(path)])
            yield path
        else:
            yield edited(path, chance.choice(PCAPS), chance.randrange(1 << 30))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="captures")
    parser.add_argument("--each", type=int, default=20, help="packets in one of randpkt's")
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
    print(f"{asked.count} damaged captures, seed {asked.seed}: {bad} complaints")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
