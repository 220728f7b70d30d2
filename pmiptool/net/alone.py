"""One program for one address: of several raw sockets each gets every message, so that all would answer a MAG.

A UDP port is its first owner's, whom `ss` names; for raw sockets a name of the network namespace says the same (an
abstract Unix socket, unix(7)). It goes with the processes that hold it, however they end.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from collections.abc import Iterable
from types import TracebackType

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.target import Target

_CREDENTIALS = struct.Struct("=iII")  # struct ucred: process, user, group
_REFUSED = 4096  # programs that ask who it is, of which nobody hears


class Alone:
    """Holds addresses to answer at, until it is closed or its process and those that it forked are gone.

    Raises EnvironmentLacks that names who has one of them.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        self._held: list[socket.socket] = []
        try:
            for target in targets:
                if target.kind == "raw" and sys.platform.startswith("linux"):  # elsewhere there are no raw ones
                    self._hold(target)
        except BaseException:
            self.close()
            raise

    def _hold(self, target: Target) -> None:
        name = f"\0pmiptool answers at {target}"
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.bind(name)
            sock.listen(_REFUSED)
        except OSError:
            sock.close()
            raise EnvironmentLacks(
                f"another pmiptool{_who(name)} answers at {target} already, and both would; "
                "end it, or listen at another address"
            ) from None
        self._held.append(sock)

    def close(self) -> None:
        for sock in self._held:
            sock.close()
        self._held.clear()

    def __enter__(self) -> Alone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _who(name: str) -> str:
    """The process that holds a name, in words; nothing where it is not seen from here."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.setblocking(False)
        asking.connect(name)
        process, _, _ = _CREDENTIALS.unpack(asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
        return f" (process {process})" if process > 0 else ""
    return ""
