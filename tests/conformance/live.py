"""A reference LMA in a namespace of its own, which obeys a trigger: `configure FILE`, `revoke MN`, `notify MN REASON`.

`python -m tests.conformance.live [SELECTION...]`, as root, runs conformance cases against it over raw IPv6.
"""

from __future__ import annotations

import contextlib
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import tomllib

from pmiptool.conformance.configured import toml_of
from tests import netns

PMIPTOOL = [sys.executable, "-m", "pmiptool"]
TIMERS = {"min_delay_before_bce_delete": 1.0, "max_delay_before_new_bce_assign": 0.5}
"""Short, so that a run takes minutes and not hours (RFC 5213 9.1 has 10 s and 1.5 s)."""
PEER = "[timers]\n" + "".join(f"{key} = {value}\n" for key, value in TIMERS.items())

# What the trigger runs: it hands its words to the supervisor and ends when they are carried out.
_HAND_OVER = """
import socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect(sys.argv[1])
    line.sendall(chr(0).join(sys.argv[2:]).encode() + b"\\n")
    said = line.makefile().readline().strip()
sys.exit(said if said != "done" else 0)
"""


class LiveLma:
    """The LMA and its supervisor. `trigger` is the command for `--trigger`."""

    def __init__(self, pair: netns.Pair, *words: str, listen: str = netns.LMA) -> None:
        self._pair = pair
        self._words = words
        self._listen = listen
        self._folder = tempfile.TemporaryDirectory(prefix="pmiptool-test-")
        folder = Path(self._folder.name)
        self.peer_file = folder / "peer.toml"
        self.peer_file.write_text(PEER, "utf-8")
        (folder / "hand-over.py").write_text(_HAND_OVER, "utf-8")
        self._path = str(folder / "line")
        self.trigger = shlex.join([sys.executable, "-S", str(folder / "hand-over.py"), self._path])
        self._process: subprocess.Popen[str] | None = None
        self._socket = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> LiveLma:
        self._socket.bind(self._path)
        self._socket.listen()
        self.start({})
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def start(self, tables: dict[str, Any]) -> None:
        """Start it anew, so configured beside the short timers, and wait until it listens."""
        self.stop()
        self._tables = tables
        config = Path(self._folder.name) / "lma.toml"
        merged = {**tables, "timers": {**TIMERS, **tables.get("timers", {})}}
        config.write_text(toml_of(merged), "utf-8")
        line = [*PMIPTOOL, "lma", "--listen", self._listen, "--config", str(config), *self._words]
        self._process = subprocess.Popen(
            self._pair.command(self._pair.lma, *line),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith("listening on ")
        self._reader = threading.Thread(target=self._process.stdout.read)  # so that it never blocks
        self._reader.start()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with process:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                self._reader.join(20)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            with line, line.makefile() as words:
                said = self._answer(words.readline().rstrip("\n").split("\0"))
                with contextlib.suppress(OSError):  # the trigger waits no longer
                    line.sendall(f"{said}\n".encode())

    def _answer(self, words: list[str]) -> str:
        """What went wrong is told to the trigger; the next words are carried out all the same."""
        try:
            return self._obey(words)
        except (OSError, AssertionError, subprocess.SubprocessError) as error:
            return f"{type(error).__name__} {error}".replace("\n", " ")

    def _obey(self, words: list[str]) -> str:
        if words[0] == "configure":
            self.start(tomllib.loads(Path(words[1]).read_text("utf-8")) if words[1:] else {})
            return "done"
        if words[0] == "restart":
            self.start(self._tables)
            return "done"
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(shlex.join(words) + "\n")
        self._process.stdin.flush()
        return "done"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run conformance cases against it from the other namespace."""
        line = [*PMIPTOOL, "conformance", "run", "--target", self._listen, "--peer", str(self.peer_file)]
        line += [word for source in netns.MAGS for word in ("--source", source)]
        line += ["--trigger", self.trigger, "--timeout", "1", *words]
        command = self._pair.command(self._pair.mag, *line)
        return subprocess.run(command, capture_output=True, text=True, timeout=3000, stdin=subprocess.DEVNULL)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._folder.cleanup()


def main() -> int:
    begun = time.monotonic()
    with netns.Pair() as pair, LiveLma(pair) as lma:
        done = lma.run(*sys.argv[1:])
    print(done.stdout)
    print("".join(line for line in done.stderr.splitlines(True) if not line.startswith("running: ")), file=sys.stderr)
    print(f"rc {done.returncode}, {time.monotonic() - begun:.0f} s")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
