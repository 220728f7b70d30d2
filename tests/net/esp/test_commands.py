"""Commands between two hosts under ESP, and no key in anything that they say or leave."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmiptool.net.esp.file import load_esp
from tests import netns

pytestmark = pytest.mark.root

PMIPTOOL = [sys.executable, "-m", "pmiptool"]
SECRETS = ("a1b2c3d4e5f60718293a4b5c6d7e8f90", "0f1e2d3c4b5a69788796a5b4c3d2e1f0")


@pytest.fixture(scope="module")
def pair() -> Iterator[netns.Pair]:
    with netns.Pair() as made:
        yield made


def lab_file(path: Path) -> Path:
    """A file for both hosts and all three MAGs: AES-GCM up, AES-CBC down."""
    sas = []
    for number, mag in enumerate(netns.MAGS):
        up = f'algorithm = "aes-gcm-128"\nkey = "{SECRETS[0]}0000000{number}"'
        down = f'algorithm = "aes-cbc-128/hmac-sha256-128"\nkey = "{SECRETS[1]}"\nauth_key = "{SECRETS[0] * 2}"'
        for spi, src, dst, keys in ((0x1000, mag, netns.LMA, up), (0x2000, netns.LMA, mag, down)):
            sas.append(
                f'[[sa]]\nsrc = "{src}"\ndst = "{dst}"\nspi = {spi + number}\nfirst_sequence = "clock"\n{keys}\n'
            )
    path.write_text("".join(sas))
    path.chmod(0o600)
    load_esp(path)
    return path


def test_commands_under_esp_and_no_key_anywhere(pair: netns.Pair, tmp_path: Path) -> None:
    lab = lab_file(tmp_path / "lab.toml")
    out = tmp_path / "out"
    out.mkdir()
    esp = ["--esp", str(lab)]
    sources = [word for mag in netns.MAGS for word in ("--source", mag)]
    to = ["--target", netns.LMA, *esp]
    line = pair.command(pair.lma, *PMIPTOOL, "lma", "--listen", netns.LMA, *esp, "-w", str(out / "lma.pcapng"))
    send = ["send", "pbu", *to, "--expect", "status = 0"]
    run = ["scenario", "run", "setup", "removal-keep", *to, *sources]
    hold = ["conformance", "run", "rfc5213/5.3.1/hnp-missing", *to, *sources]
    load = ["load", *to, *sources[:2], "--count", "200", "--json"]
    commands = [
        send,
        send,  # again: its sequence numbers go on from the clock
        [*run, "-w", str(out / "run.pcapng"), "--junit", str(out / "run.xml")],
        [*hold, "--evidence", str(out / "evidence"), "--json", str(out / "c.json"), "--html", str(out / "c.html")],
        ["replay", str(out / "run.pcapng"), *to, *sources, "--speed", "max"],
        [*load, "--html", str(out / "load.html"), "-w", str(out / "load.pcapng")],
    ]
    texts = []
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("listening on ")
            for words in commands:
                done = subprocess.run(
                    pair.command(pair.mag, *PMIPTOOL, *words), capture_output=True, text=True, timeout=120
                )
                assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr)
                texts += [done.stdout, done.stderr]
        finally:
            server.send_signal(signal.SIGINT)
            texts += server.communicate(timeout=20)
        assert (server.returncode, texts[-1]) == (0, "")
    left = [path for path in out.rglob("*") if path.is_file()]
    assert len(left) > 10
    octets = b"\n".join([*(text.encode() for text in texts), *(path.read_bytes() for path in left)])
    for secret in SECRETS:
        assert bytes.fromhex(secret) not in octets
        assert secret.encode() not in octets.lower()
    assert b"under ESP SPI 0x00001000" in (out / "run.pcapng").read_bytes()
    assert b"--esp " in octets  # the command that runs a case again names the file


def test_tests_of_a_lab_share_one_count(pair: netns.Pair, tmp_path: Path) -> None:
    """Each test opens a way of its own to the LMA, whose window would take a count that begins anew for replays."""
    lab = lab_file(tmp_path / "lab.toml")
    lab.write_text(lab.read_text().replace('first_sequence = "clock"\n', ""))
    case = "def test_{0}(lma):\n    lma.node().attach()\n"
    (tmp_path / "test_lab.py").write_text(case.format("one") + case.format("two"))
    esp = ["--esp", str(lab)]
    line = pair.command(pair.lma, *PMIPTOOL, "lma", "--listen", netns.LMA, *esp, "--quiet")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pmip-target", netns.LMA]
    words += ["--pmip-source", netns.MAGS[0], "--pmip-esp", str(lab), "test_lab.py"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("listening on ")
            done = subprocess.run(
                pair.command(pair.mag, *words), cwd=tmp_path, capture_output=True, text=True, timeout=100
            )
        finally:
            server.send_signal(signal.SIGINT)
            _, errors = server.communicate(timeout=20)
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout + done.stderr
    assert errors == ""
