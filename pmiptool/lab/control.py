"""How one asks a node of a lab: a Unix socket in its folder, one question a connection, JSON both ways.

Sockets in the file system are reached from every network namespace.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pmiptool.errors import EnvironmentLacks, UsageError

FOLDER = Path("/run/pmiptool/labs")
LONGEST = 1 << 20
PATIENCE = 5.0  # seconds for an answer

Obey = Callable[[list[str]], Any]
"""What a node does with words; what it answers has a form in JSON. Raises UsageError."""


def folder(lab: str) -> Path:
    """Where a lab keeps its topology, its sockets and what its nodes tell."""
    return FOLDER / lab


def socket_of(lab: str, node: str) -> Path:
    return folder(lab) / f"{node}.sock"


class Listener:
    """The socket of one node; `ready` is to be called when `number` can be read."""

    def __init__(self, lab: str, node: str, obey: Obey) -> None:
        self._path = socket_of(lab, node)
        self._obey = obey
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.bind(str(self._path))
        os.chmod(self._path, 0o600)
        self._socket.listen(8)
        self.number = self._socket.fileno()

    def ready(self) -> None:
        """Answer one question. Who asks waits for the answer; who does not is not waited for."""
        connection, _ = self._socket.accept()
        with connection:
            connection.settimeout(1.0)
            with contextlib.suppress(OSError):
                words = json.loads(connection.recv(LONGEST))
                connection.sendall(json.dumps(self._answer(words)).encode())

    def _answer(self, words: list[str]) -> dict[str, Any]:
        try:
            return {"answer": self._obey(words)}
        except UsageError as error:
            return {"error": str(error)}

    def close(self) -> None:
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()


def ask(lab: str, node: str, *words: str, patience: float = PATIENCE) -> Any:
    """What a node answers. Raises UsageError for what it does not understand, EnvironmentLacks where nobody is."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
        sock.settimeout(patience)
        try:
            sock.connect(str(socket_of(lab, node)))
            sock.sendall(json.dumps(words).encode())
            reply = json.loads(sock.recv(LONGEST))
        except (OSError, ValueError):
            raise EnvironmentLacks(
                f"node {node} of lab {lab} does not answer; begin anew with: pmiptool lab down {lab}"
            ) from None
    if "error" in reply:
        raise UsageError(f"{node}: {reply['error']}")
    return reply["answer"]


def wait_for(lab: str, node: str, *, seconds: float = 20.0, alive: Callable[[], bool] = lambda: True) -> None:
    """Until a node answers. Raises EnvironmentLacks, with what it said last, where it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and alive():
        if socket_of(lab, node).exists():
            ask(lab, node, "status")
            return
        time.sleep(0.02)
    told = folder(lab) / f"{node}.err"
    last = told.read_text(errors="replace").strip().rpartition("\n")[2] if told.exists() else ""
    raise EnvironmentLacks(f"node {node} of lab {lab} did not begin{f': {last}' if last else ''}")
