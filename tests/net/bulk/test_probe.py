"""What the doctor says of the fast path."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from pmiptool.cli.doctor import check_fast_path
from pmiptool.net.bulk import policy, probe

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the fast path is for Linux")


class NoSocket:
    """A socket module's `socket` that refuses one family."""

    def __init__(self, family: int, number: int) -> None:
        self.family, self.number = family, number

    def __call__(self, family: int, *more: int) -> NoSocket:
        if family == self.family:
            raise OSError(self.number, os.strerror(self.number))
        return self

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("family", "number", "found", "mend"),
    [
        (17, errno.EPERM, "no CAP_NET_RAW", "cap_net_raw,cap_net_admin"),
        (17, errno.EAFNOSUPPORT, "no packet sockets", "CONFIG_PACKET"),
        (probe.AF_XDP, errno.EAFNOSUPPORT, "no AF_XDP sockets", "CONFIG_XDP_SOCKETS"),
    ],
)
def test_what_the_kernel_has_not(
    monkeypatch: pytest.MonkeyPatch, family: int, number: int, found: str, mend: str
) -> None:
    monkeypatch.setattr(probe.socket, "socket", NoSocket(family, number))
    check = check_fast_path()
    assert check.state == "note" and found in check.found and "messages a second" in check.costs and mend in check.mend


def test_policies_that_cannot_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(probe.socket, "socket", NoSocket(-1, 0))
    monkeypatch.setattr(policy, "policies", forbidden)
    check = check_fast_path()
    assert check.state == "note" and "no CAP_NET_ADMIN" in check.found and "setcap" in check.mend


def test_memory_that_may_not_be_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe.socket, "socket", NoSocket(-1, 0))
    monkeypatch.setattr(policy, "policies", list)
    monkeypatch.setattr(probe.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(probe, "lockable", lambda: 1 << 16)
    assert "less than 4 MB" in check_fast_path().found
    monkeypatch.setattr(probe, "lockable", lambda: -1)
    assert check_fast_path().state == "ok"


def test_another_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe.sys, "platform", "darwin")
    check = check_fast_path()
    assert (check.state, check.found, check.mend) == ("note", "darwin", "use a Linux machine, or embedded")


@pytest.mark.root
def test_root_has_it_here() -> None:
    check = check_fast_path()
    assert check.state == "ok" and "AF_XDP" in check.found


def test_looking_needs_no_numpy() -> None:
    code = "import sys; import pmiptool.net.bulk.probe, pmiptool.net.bulk.port; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
