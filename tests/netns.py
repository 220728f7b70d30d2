"""Two network namespaces joined by a veth pair, for root-only tests. Names begin with ``pmip-test-``."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from types import TracebackType

LMA, MAGS = "2001:db8:1::1", ("2001:db8:1::2", "2001:db8:1::3", "2001:db8:1::4")
LMA4, MAGS4 = "192.0.2.1", ("192.0.2.2", "192.0.2.3", "192.0.2.4")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=30)


class Pair:
    """Namespace ``lma`` with 2001:db8:1::1 and 192.0.2.1, namespace ``mag`` with ::2 to ::4 and .2 to .4.

    more: ends the names of one that stands beside another.
    """

    def __init__(self, more: str = "") -> None:
        self.lma = f"pmip-test-{os.getpid()}-lma{more}"
        self.mag = f"pmip-test-{os.getpid()}-mag{more}"

    def __enter__(self) -> Pair:
        try:
            for name in (self.lma, self.mag):
                ip("netns", "add", name)
            ip("-n", self.lma, "link", "add", "pmip0", "type", "veth", "peer", "name", "pmip0", "netns", self.mag)
            self._configure(self.lma, (LMA,), (LMA4,))
            self._configure(self.mag, MAGS, MAGS4)
        except BaseException:
            self.close()
            raise
        return self

    def _configure(self, name: str, addresses: Sequence[str], addresses4: Sequence[str]) -> None:
        for link in ("lo", "pmip0"):
            ip("-n", name, "link", "set", link, "up")
        for address in addresses:
            ip("-n", name, "-6", "addr", "add", f"{address}/64", "dev", "pmip0", "nodad")
        for address in addresses4:
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "pmip0")

    def close(self) -> None:
        for name in (self.lma, self.mag):
            with contextlib.suppress(subprocess.CalledProcessError):
                ip("netns", "del", name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def command(self, name: str, *words: str) -> list[str]:
        """Return the command line that runs words inside a namespace."""
        return ["ip", "netns", "exec", name, *words]


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """Sockets that this thread opens in the block belong to the namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net") as before, open(f"/run/netns/{name}") as wanted:
        if libc.setns(wanted.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            if libc.setns(before.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), "setns")
