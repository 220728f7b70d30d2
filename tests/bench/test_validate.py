"""`pmiptool validate` against tshark on a capture of mixed sessions, and its memory on one five times as long.

A million packets; PMIPTOOL_BENCH_PACKETS=200000 makes a smaller one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pmiptool.dissector import default_lua
from pmiptool.registry.codepoints import DEFAULT
from tests.bench.mixed import write
from tests.bench.timing import report

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]

PACKETS = int(os.environ.get("PMIPTOOL_BENCH_PACKETS", "1000000"))
NODES = PACKETS // 50
FIELDS = (
    "mip6.mhtype", "mip6.bu.seqnr", "mip6.bu.lifetime", "mip6.ba.status", "mip6.ba.seqnr", "mip6.ba.lifetime",
    "mip6.mnid.identifier", "mip6.csum",
)  # fmt: skip


def run(*command: str) -> tuple[float, float, int]:
    """Seconds on the clock and of the processor, and MB at the most; what it prints is thrown away.

    Python keeps its bytecode, as that of an installed pmiptool is kept, whatever the shell says.
    """
    installed = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=installed) as process:
        started = time.perf_counter()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def validate(path: Path) -> tuple[float, float, int]:
    return run(sys.executable, "-m", "pmiptool", "validate", str(path))


def fields(path: Path) -> tuple[float, float, int]:
    chosen = [word for name in FIELDS for word in ("-e", name)]
    return run("tshark", "-r", str(path), "-T", "fields", *chosen)


def expert(path: Path, lua: Path) -> tuple[float, float, int]:
    """The generated dissector alone, with what it finds: the same work."""
    chosen = ["-e", "_ws.expert.message", "-e", "pmip6.message"]
    return run("tshark", "-X", f"lua_script:{lua}", "-r", str(path), "-T", "fields", *chosen)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "mixed.pcap"
    write(path, PACKETS, nodes=NODES)
    return path


def test_time(capture: Path, tmp_path: Path) -> None:
    if not shutil.which("tshark"):
        pytest.skip("needs tshark")
    lua = tmp_path / "pmip6.lua"
    shutil.copy(default_lua(DEFAULT), lua)
    ours = [validate(capture), validate(capture)]
    theirs = fields(capture)
    # One tenth is enough of what takes long: its time is in proportion.
    few = tmp_path / "few.pcap"
    write(few, PACKETS // 10, nodes=NODES)
    same = expert(few, lua)
    for what, at in (("clock", 0), ("processor", 1)):
        best = min(one[at] for one in ours)
        told = f"{best:.1f} s for {PACKETS} packets"
        report(f"validate to tshark -T fields with eight fields ({what}; {told})", theirs[at] / best, "at least 4")
        report(f"validate to tshark with dissector and expert fields ({what})", 10 * same[at] / best, "at least 10")


def test_memory(capture: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.pcap"
    write(long, 5 * PACKETS, nodes=NODES)
    _, _, once = validate(capture)
    seconds, _, five = validate(long)
    report(f"MB for {PACKETS} packets", once, "under 400")
    report(f"MB for five times as many ({five} MB, {seconds:.1f} s), ratio", five / once, "at most 1.2")
    assert once < 400
