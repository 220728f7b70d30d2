"""That two programs do not both answer at one raw address."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.alone import Alone
from pmiptool.net.target import parse_target
from tests import netns
from tests.patience import eventually

ONE, OTHER = parse_target("2001:db8:77::1"), parse_target("2001:db8:77::2")
PMIPTOOL = [sys.executable, "-m", "pmiptool"]


def test_the_second_is_refused_by_the_name_of_the_first() -> None:
    with Alone([ONE]):
        with pytest.raises(EnvironmentLacks, match=rf"\(process {os.getpid()}\) answers at 2001:db8:77::1 already"):
            Alone([OTHER, ONE])
        Alone([OTHER]).close()  # what was held before the refusal is free again
    Alone([ONE]).close()


def test_udp_ports_are_for_the_kernel() -> None:
    with Alone([parse_target("udp://127.0.0.1")]), Alone([parse_target("udp://127.0.0.1")]):
        pass


@contextlib.contextmanager
def lma(pair: netns.Pair, *words: str) -> Iterator[subprocess.Popen[str]]:
    line = pair.command(pair.lma, *PMIPTOOL, "lma", "--listen", netns.LMA, *words)
    process = subprocess.Popen(
        line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.root
@pytest.mark.parametrize("words", [[], ["--workers", "2"]])
def test_a_second_lma_says_who_is_there_until_the_first_has_crashed(words: list[str]) -> None:
    with netns.Pair() as pair, lma(pair, *words) as first:
        assert first.stdout is not None and "listening on" in first.stdout.readline()
        with lma(pair, *words) as second:
            _, told = second.communicate(timeout=20)
        assert (second.returncode, len(told.splitlines())) == (5, 1)
        assert f"another pmiptool (process {first.pid}) answers at {netns.LMA} already" in told
        first.send_signal(signal.SIGKILL)
        first.wait()

        def starts() -> None:
            with lma(pair, *words) as third:
                assert third.stdout is not None
                assert "listening on" in third.stdout.readline()

        eventually(starts)
