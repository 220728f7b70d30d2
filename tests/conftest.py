"""What all tests share: root-only tests are skipped, with the reason, when we are not root."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONGEST = (
    "load/test_live.py", "fuzz/test_run.py", "lab/test_lab.py", "conformance/test_readings.py",
    "net/test_two_hosts.py", "fuzz/test_readers.py", "conformance/test_live.py", "report/test_bulk.py",
    "net/esp/test_commands.py", "dissector/test_analysis.py", "conformance/test_mag_live.py", "scenario/test_runner.py",
    "cli/test_lma_commands.py", "capture/test_wireshark.py", "test_contributing.py", "conformance/test_odd_peers.py",
    "conformance/test_steering.py", "dissector/test_tshark.py", "cli/test_fuzz.py", "dissector/test_rules.py",
)  # fmt: skip
"""Files that take longest, those that mostly wait between those that mostly reckon. Where several processes share the
tests these begin first, so that none is left alone at the end."""


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # the files with most tests first are not those that take longest


@pytest.hookimpl(hookwrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays to the end; looking for garbage among it takes a third of the time of collecting, and
    some of each test's."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = {HERE / name: number for number, name in enumerate(LONGEST)}
        items.sort(key=lambda item: place.get(item.path, len(place)))
    if sys.platform.startswith("linux") and os.geteuid() == 0:
        return
    skip = pytest.mark.skip(reason="needs root on Linux, for raw sockets and network namespaces")
    for item in items:
        if item.get_closest_marker("root"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def _sbin_in_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """``ip`` lives in /usr/sbin, which the PATH of a plain user may lack."""
    if shutil.which("ip") is None:
        monkeypatch.setenv("PATH", os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
