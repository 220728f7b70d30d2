"""`--esp FILE` on the command line: what it opens, what it refuses, and that no key ever shows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import Writer, read
from pmiptool.cli.app import cli
from pmiptool.net.esp.file import load_esp
from pmiptool.text.values import parse_address
from pmiptool.wire.envelope import build

MAG, LMA = parse_address("", "2001:db8:1::2"), parse_address("", "2001:db8:1::1")
SECRET = "5ec2e75ec2e7" * 3 + "c0ffee00"  # 22 octets
PBU = bytes.fromhex("3b0105001b7a0007 8200004b 01020000")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    return written(tmp_path / "lab.toml", SECRET)


def written(path: Path, secret: str) -> Path:
    path.write_text(
        f'[[sa]]\nsrc = "2001:db8:1::2"\ndst = "2001:db8:1::1"\nspi = 0x1001\nalgorithm = "aes-gcm-128"\n'
        f'key = "{secret[:40]}"\n'
    )
    path.chmod(0o600)
    return path


@pytest.fixture
def capture(lab: Path) -> Path:
    """Two packets: one in the clear, one sealed."""
    path = lab.with_name("wire.pcapng")
    packet = load_esp(lab).seal(PBU, MAG, LMA)
    with Writer(path) as writer:
        writer.write(build(PBU, MAG, LMA), 0)
        writer.write(b"\x60\0\0\0" + len(packet).to_bytes(2, "big") + bytes((50, 64)) + MAG + LMA + packet, 1)
    return path


def test_decode_opens_what_the_file_has(lab: Path, capture: Path) -> None:
    without = run("decode", str(capture), "--json")
    assert without.stdout.count("\n") == 1
    done = run("decode", str(capture), "--json", "--esp", str(lab))
    assert (done.exit_code, done.stderr) == (0, "")
    clear, sealed = map(json.loads, done.stdout.splitlines())
    assert sealed.pop("esp") == {"spi": "0x00001001", "sequence": 1}
    assert (clear.pop("frame"), sealed.pop("frame")) == (1, 2)
    del clear["time"], sealed["time"]
    assert clear == sealed and "esp" not in clear
    tree = run("decode", str(capture), "--esp", str(lab), "--frame", "2").stdout
    assert "   in ESP, SPI 0x00001001, sequence number 1\n" in tree
    octets = run("decode", str(capture), "--esp", str(lab), "--as", "hex").stdout.split()
    assert octets == [build(PBU, MAG, LMA).hex()] * 2
    assert run("decode", "--hex", octets[0], "--esp", str(lab)).exit_code == 0


def test_validate_judges_what_was_inside(lab: Path, capture: Path) -> None:
    """The finding on the sealed packet is the one on the packet in the clear, under the number and name of its own."""
    without = json.loads(run("validate", str(capture), "--json", "--level", "note").stdout)["sets"][0]
    clear = capture.with_name("clear.pcapng")
    with Writer(clear) as writer:
        writer.write(build(PBU, MAG, LMA), 0)
        writer.write(build(PBU, MAG, LMA), 1)
    told = [
        json.loads(run("validate", str(file), "--json", *words).stdout)["sets"][0]
        for file, words in ((clear, ()), (capture, ("--esp", str(lab))))
    ]
    assert told[0].pop("files") == [str(clear)] and told[1].pop("files") == [str(capture)]
    assert without["messages"] == 1 and told[1]["messages"] == 2
    assert _elsewhere(told[0], clear) == _elsewhere(told[1], capture)


def _elsewhere(told: Any, file: Path) -> str:
    return json.dumps(told).replace(str(file), "FILE")


def test_validate_writes_what_was_inside_and_says_so(lab: Path, capture: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.pcapng"
    done = run("validate", str(capture), "--esp", str(lab), "-w", str(again))
    assert done.exit_code in (0, 1), done.output
    assert done.stdout.startswith(str(capture)) or f"{capture}: " in done.stdout
    first, second = read(again)
    assert first.data == second.data == build(PBU, MAG, LMA)
    assert second.comment is not None and second.comment.startswith("under ESP SPI 0x00001001")
    assert SECRET[:10] not in done.output.lower()


def test_validate_tells_of_a_capture_that_is_cut_or_none(lab: Path, capture: Path) -> None:
    capture.write_bytes(capture.read_bytes()[:-5])
    done = run("validate", str(capture), "--esp", str(lab))
    assert done.exit_code == 2 and "1 message" in done.stdout and "cut in the middle of packet 2" in done.stderr
    capture.write_bytes(b"nonsense" * 9)
    assert run("validate", str(capture), "--esp", str(lab)).exit_code == 2


def test_wrong_keys_are_named_and_the_rest_is_read(lab: Path, capture: Path) -> None:
    other = written(lab.with_name("other.toml"), SECRET.replace("5", "6"))
    done = run("decode", str(capture), "--json", "--esp", str(other))
    assert done.exit_code == 0 and done.stdout.count("\n") == 1
    assert "note: packet 2 is ESP from 2001:db8:1::2 to 2001:db8:1::1, SPI 0x00001001, that could not be" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        "send pbu --target udp://[2001:db8:1::1]",
        "send pbu --target udp://192.0.2.1",
        "send pbu --target embedded",
        "scenario run setup --target embedded",
        "conformance run",
        "conformance run --role mag",
        "conformance run --role mag --listen udp://127.0.0.1",
        "mag --target udp://192.0.2.1",
        "load --target udp://192.0.2.1 --count 1",
        "load --target embedded --count 1",
        "fuzz --target udp://192.0.2.1 --count 1",
        "steer --target embedded",
        "demo --target embedded",
        "lma --listen udp://127.0.0.1",
    ],
)
def test_what_is_not_raw_ipv6_is_refused(lab: Path, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lab.parent)
    done = run(*words.split(), "--esp", str(lab))
    assert done.exit_code == 2, done.output
    assert "--esp seals what goes over raw IPv6, and here is " in done.stderr


@pytest.mark.parametrize("words", ["send pbu --target ::1", "lma --listen ::1", "decode x.pcap", "mag --target ::1"])
def test_a_wrong_file_is_told_before_anything_is_opened(lab: Path, words: str) -> None:
    lab.write_text(lab.read_text().replace("aes-gcm-128", "rot13"))
    done = run(*words.split(), "--esp", str(lab))
    assert done.exit_code == 2
    assert f"{lab}: sa number 1: algorithm is none of " in done.stderr
    assert SECRET[:10] not in done.output


def test_workers_could_not_tell_whose_a_message_is(lab: Path) -> None:
    done = run("lma", "--listen", "::1", "--workers", "2", "--esp", str(lab))
    assert done.exit_code == 2 and "--esp does not go with 2 workers" in done.stderr


def test_no_key_shows_in_what_decode_says(lab: Path, capture: Path) -> None:
    lab.chmod(0o644)
    for words in (["--json"], ["--as", "command"], ["--as", "scapy"], []):
        done = run("decode", str(capture), "--esp", str(lab), *words)
        assert done.exit_code == 0
        assert f"warning: {lab} has keys and others can read it" in done.stderr
        assert SECRET[:10] not in done.output.lower()


def test_without_it_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from pmiptool.cli.app import cli\n"
        "import pmiptool.net.live, pmiptool.net.listening, pmiptool.net.driver, pmiptool.net.record, pmiptool.cli.lma\n"
        f"assert CliRunner().invoke(cli, ['decode', '--hex', '{build(PBU, MAG, LMA).hex()}']).exit_code == 0\n"
        "print([m for m in sys.modules if m.startswith('cryptography')])\n"
        "assert CliRunner().invoke(cli, ['send', 'pbu', '--target', 'embedded']).exit_code == 0\n"
        "print([m for m in sys.modules if m.startswith(('pmiptool.net.esp', 'pmiptool.capture.sealed'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\n[]\n", "")
