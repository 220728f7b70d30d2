"""`anonymise` on the command line: what it says, what it refuses, and that a key makes runs agree."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import Writer
from pmiptool.cli.app import cli
from pmiptool.wire.envelope import build

PCAPS = Path(__file__).parents[2] / "pcaps"
SETUP = str(PCAPS / "setup.pcapng")


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["anonymise", *args])


def test_it_says_what_it_did(tmp_path: Path) -> None:
    done = run(str(PCAPS / "malformed.pcapng"), "-o", str(tmp_path / "x.pcapng"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "53 packets with 53 Mobility Headers written",
        "9 parts of unknown format replaced (--keep unknown keeps them)",
        "53 comments and names in the file itself left out (--keep comments keeps them)",
        "the key was a random one: with --key FILE the same names become the same in another capture",
    ]
    kept = run(str(PCAPS / "malformed.pcapng"), "-o", str(tmp_path / "y.pcapng"), "--keep", "unknown")
    assert "9 parts of unknown format kept as they are\n" in kept.stderr


def test_a_key_makes_two_runs_agree_and_without_one_they_do_not(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    out = [tmp_path / f"{name}.pcapng" for name in "abcd"]
    for path, more in zip(out, (["--key", str(key)], ["--key", str(key)], [], []), strict=True):
        assert run(SETUP, "-o", str(path), *more).exit_code == 0
    octets = [path.read_bytes() for path in out]
    assert octets[0] == octets[1] and len(set(octets)) == 3


def test_to_standard_output(tmp_path: Path) -> None:
    done = run(SETUP, "-o", "-")
    assert done.exit_code == 0 and done.stdout_bytes.startswith(b"\x0a\x0d\x0d\x0a")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([SETUP], "Missing option '-o'"),
        ([SETUP, "-o", "{}/x.pcapng.gz"], "would not be compressed; name it .pcapng"),
        ([SETUP, "-o", "{}/none/x.pcapng"], "cannot write the capture"),
        (["{}/none.pcapng", "-o", "{}/x.pcapng"], "cannot read the capture"),
        ([__file__, "-o", "{}/x.pcapng"], "is no capture"),
        ([SETUP, "-o", "{}/x.pcapng", "--key", "{}/none"], "make one with: head -c 32 /dev/urandom > "),
        ([SETUP, "-o", "{}/x.pcapng", "--key", "{}/short"], "has 3 octets, and 16 are the least"),
        ([SETUP, "-o", "{}/x.pcapng", "--keep", "names"], "'names' is not one of"),
        ([SETUP, "-o", "{}/x.pcapng", "--codepoint", "x=1"], "x"),
    ],
)
def test_what_it_refuses(args: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"abc")
    done = run(*[arg.format(tmp_path) for arg in args])
    assert done.exit_code == 2 and says in done.stderr, done.stderr
    assert not (tmp_path / "x.pcapng").exists() and not (tmp_path / "x.pcap").exists()


@pytest.mark.parametrize(("have", "name"), [("pcapng", "x.pcap"), ("pcap", "x.pcapng")])
def test_a_name_that_says_another_form_is_told(have: str, name: str, tmp_path: Path) -> None:
    source, out = tmp_path / f"s.{have}", tmp_path / name
    with Writer(source) as writer:
        writer.write(build(bytes.fromhex("3b00050000000000"), bytes(15) + b"\1", bytes(15) + b"\2"), 1)
    done = run(str(source), "-o", str(out))
    assert done.exit_code == 0
    assert f"note: {out} is a {have}, as {source} is, whatever its name says" in done.stderr
    assert out.read_bytes()[:4] == source.read_bytes()[:4]
    assert "note" not in run(str(source), "-o", str(tmp_path / f"y.{have}")).stderr


@pytest.mark.parametrize("how", ["same", "link"])
def test_it_does_not_write_over_its_input(how: str, tmp_path: Path) -> None:
    source = tmp_path / "x.pcapng"
    shutil.copy(SETUP, source)
    target = source
    if how == "link":
        target = tmp_path / "y.pcapng"
        target.symlink_to(source)
    done = run(str(source), "-o", str(target))
    assert done.exit_code == 2 and "is not written over" in done.stderr
    assert source.read_bytes() == Path(SETUP).read_bytes()


def test_a_cut_capture_is_2_after_what_came_before(tmp_path: Path) -> None:
    source, out = tmp_path / "x.pcapng", tmp_path / "y.pcapng"
    source.write_bytes(Path(SETUP).read_bytes()[:-5])
    done = run(str(source), "-o", str(out))
    assert done.exit_code == 2 and "is cut in the middle of packet 8" in done.stderr
    assert CliRunner().invoke(cli, ["decode", str(out), "--frame", "7"]).exit_code == 0
