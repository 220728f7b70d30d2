"""`mag` over UDP on loopback to anchors that are silent, or say far too much."""

from __future__ import annotations

import re
import subprocess

import pytest

from pmiptool.wire.values import BindingError
from tests.cli.test_lma import PMIPTOOL
from tests.net.test_odd_peers import CODEC, accept, peer

QUICK = "0.05"  # seconds before the first retransmission


def words(port: int) -> list[str]:
    return [*PMIPTOOL, "mag", "--target", f"udp://127.0.0.9:{port}", "--source", "127.0.0.1", "--timeout", QUICK]


@pytest.mark.parametrize("ends", ["quit", "the end of stdin"])
def test_it_ends_although_an_answer_never_comes(ends: str) -> None:
    """Not after all the retransmissions that it would make (at most 3 a second), and with what else was asked."""
    with peer(lambda *_: []) as (port, heard):
        process = subprocess.Popen(words(port), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("attach a\nattach b\n" + ("quit\n" if ends == "quit" else ""))
        process.stdin.flush()
        if ends == "quit":
            assert process.wait(timeout=20) == 3
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 3, out
    assert "a attach: unanswered" in out and "b attach: unanswered" in out
    assert "attempt 2" in out and "attempt 6" not in out
    assert len(heard) == out.count(": sent PBU")


def test_what_nobody_asked_for_is_named_and_counted() -> None:
    error = CODEC.encode(BindingError(status=1, home_address=bytes(16)))
    with peer(lambda data, _: [(0, error)] * 90 + [(0, accept(data))]) as (port, _):
        done = subprocess.run(words(port), input="attach a\n", capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout
    told = re.findall(r"Ignored .*: binding-error: status 1 unknown-binding(?:: (\d+) more)?$", done.stdout, re.M)
    assert len(told) < 40 and sum(int(more or 1) for more in told) == 90
