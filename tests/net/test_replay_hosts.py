"""A recording on the one host, a MAG or another recording on the other: over raw IPv6, and over UDP on IPv4."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmiptool.capture.messages import messages
from tests import netns

pytestmark = pytest.mark.root

PMIPTOOL = [sys.executable, "-m", "pmiptool"]
PCAPS = Path(__file__).parents[2] / "pcaps"
WAYS = {"raw": (netns.LMA, netns.MAGS), "udp4": (f"udp://{netns.LMA4}", netns.MAGS4)}


@pytest.fixture(scope="module")
def pair() -> Iterator[netns.Pair]:
    with netns.Pair() as made:
        yield made


@contextlib.contextmanager
def recorded(pair: netns.Pair, listen: str, name: str, *words: str) -> Iterator[list[str]]:
    """A recorded LMA that is ready; its lines are complete when it has ended."""
    line = [*PMIPTOOL, "replay", str(PCAPS / f"{name}.pcapng"), "--as", "lma", "--listen", listen, "--json", *words]
    lines: list[str] = []
    with subprocess.Popen(
        pair.command(pair.lma, *line), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["event"] == "Listening"
            yield lines
        finally:
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=20)
            lines += out.splitlines()
    assert process.returncode == 0


@pytest.mark.parametrize("way", WAYS)
def test_a_mag_is_content_with_a_recorded_lma(pair: netns.Pair, way: str, tmp_path: Path) -> None:
    """It attaches, renews twice and detaches a mobile node of another name; the recording has one renewal."""
    target, sources = WAYS[way]
    kept = tmp_path / "lma.pcapng"
    with recorded(pair, target, "rfc5213-renewal", "-w", str(kept)) as lines:
        line = pair.command(pair.mag, *PMIPTOOL, "mag", "--target", target, "--source", sources[0])
        words = "".join(f"{word} lab1@vendor.example\n" for word in ("attach", "renew", "renew", "detach")) + "quit\n"
        done = subprocess.run(line, input=words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    accepted = [one for one in done.stdout.splitlines() if ": accepted, PBA" in one]
    assert len(accepted) == 4 and "Released acknowledged=True" in done.stdout
    assert [json.loads(one)["frame"] for one in lines] == [1, 3, 3, 5]
    for seen in messages(str(kept)):
        assert not seen.decoded.findings and seen.decoded.checksum_ok is not False


def test_a_recorded_lma_and_the_recorded_mags(pair: netns.Pair) -> None:
    with recorded(pair, netns.LMA, "removal-keep", "--speed", "max"):
        sources = [word for source in netns.MAGS for word in ("--source", source)]
        line = [*PMIPTOOL, "replay", str(PCAPS / "removal-keep.pcapng"), "--target", netns.LMA, "--speed", "max"]
        line = pair.command(pair.mag, *line, *sources, "--rewrite", "seq,timestamp,addresses,mn-id")
        done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and " 0 different, 0 unanswered" in done.stdout, done.stdout + done.stderr


def test_what_a_recorded_lma_asked_is_asked_of_a_mag(pair: netns.Pair, tmp_path: Path) -> None:
    """Its revocation goes to a MAG that knows nothing of the mobile node: 128, which then was 0."""
    line = pair.command(pair.mag, *PMIPTOOL, "mag", "--target", netns.LMA, "--source", netns.MAGS[0])
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as mag:
        assert mag.stdout is not None
        assert "MAG" in mag.stdout.readline()
        words = ["--as", "lma", "--target", netns.MAGS[0], "--source", netns.LMA, "--speed", "max"]
        line = pair.command(pair.lma, *PMIPTOOL, "replay", str(PCAPS / "revocation.pcapng"), *words)
        done = subprocess.run(line, capture_output=True, text=True, timeout=60)
        mag.communicate("quit\n", timeout=30)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "status: recorded 0 (success), now 128" in done.stdout
    assert "what the MAGs asked (5 pbu) is left out" in done.stderr
