"""What all tests share: root-only tests are skipped, with the reason, when we are not root."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays to the end; looking for garbage among it takes a third of the time of collecting, and
    some of each test's."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
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
