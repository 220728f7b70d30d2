"""What the benchmarks between two namespaces share: programs timed, rounds interleaved, medians of ratios."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROUNDS = 9


class Done(NamedTuple):
    """So many messages, in these seconds and these seconds of processor time."""

    count: float
    elapsed: float
    spent: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.count / self.elapsed

    @property
    def frugality(self) -> float:
        """Messages a second of processor time."""
        return self.count / self.spent


def compiled(name: str, folder: Path) -> str:
    """Compile a program that stands beside this file."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    made = str(folder / name)
    source = str(Path(__file__).with_name(f"{name}.c"))
    subprocess.run([compiler, "-O2", "-o", made, source], check=True, capture_output=True)
    return made


def timed(command: list[str], count: int) -> Done:
    """Run a program that handles `count` messages."""
    started = time.perf_counter()
    # Its words go to a file: nobody has to read along.
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=words, stderr=words)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        elapsed = time.perf_counter() - started
        words.seek(0)
        assert process.returncode == 0, words.read()[-500:]
    return Done(count, elapsed, usage.ru_utime + usage.ru_stime)


def measured(work: Callable[[], int]) -> Done:
    """Do something in this process that returns how many messages it handled."""
    started, before = time.perf_counter(), time.process_time()
    count = work()
    return Done(count, time.perf_counter() - started, time.process_time() - before)


def by_turns(works: Mapping[str, Callable[[], Done]], rounds: int = ROUNDS) -> dict[str, list[Done]]:
    """Do all of them by turns; the order changes from round to round."""
    found: dict[str, list[Done]] = {name: [] for name in works}
    names = list(works)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            found[name].append(works[name]())
    return found


def ratio(ours: list[Done], theirs: list[Done], of: str = "frugality") -> float:
    """The median of the ratios of the rounds, by processor time (`frugality`) or by the clock (`rate`)."""
    return statistics.median(getattr(a, of) / getattr(b, of) for a, b in zip(ours, theirs, strict=True))


def per_second(done: list[Done], of: str = "frugality") -> str:
    """The median, for people."""
    return f"{statistics.median(getattr(each, of) for each in done):,.0f}/s"


def throw_away(namespace: str, interface: str) -> bool:
    """Let a namespace drop Mobility Headers where they come in, as if they had gone down a wire; whether it can."""
    program = "4,48 0 0 20,21 0 1 135,6 0 0 2,6 0 0 4294967295"  # next header 135: TC_ACT_SHOT
    for words in (
        ["qdisc", "add", "dev", interface, "clsact"],
        ["filter", "add", "dev", interface, "ingress", "protocol", "ipv6", "bpf", "da", "bytecode", program],
    ):
        if subprocess.run(["tc", "-n", namespace, *words], capture_output=True, check=False).returncode:
            return False
    return True


def received(namespace: str, interface: str) -> int:
    """How many packets came to an interface."""
    told = subprocess.run(
        ["ip", "-j", "-s", "-n", namespace, "link", "show", interface], check=True, capture_output=True, text=True
    )
    return int(json.loads(told.stdout)[0]["stats64"]["rx"]["packets"])
