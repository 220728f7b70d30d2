"""A command of the operator's: one that makes a peer do something (`--trigger CMD`), or brings it back."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Sequence

from pmiptool.errors import EnvironmentLacks, UsageError

PATIENCE = 10.0  # seconds that one may take


class Trigger:
    """Runs a command with words as its further arguments, and goes on; the next waits until it has ended.

    command: a program and its arguments, as a shell reads them; no shell runs it unless `shell`, where the words are
    appended in quotes. say: is told what is run. option, what: how messages name it.
    """

    def __init__(
        self,
        command: str,
        say: Callable[[str], None],
        *,
        shell: bool = False,
        patience: float = PATIENCE,
        option: str = "--trigger",
        what: str = "the trigger",
    ) -> None:
        try:
            self._command = shlex.split(command)
        except ValueError:
            raise UsageError(f"{option} {command!r}: a quotation mark is not closed") from None
        if not self._command:
            raise UsageError(f"{option} takes a command")
        self._option, self._what = option, what
        self._text = command
        self._shell = shell
        self._say = say
        self._patience = patience
        self._running: subprocess.Popen[bytes] | None = None
        self._words = ""
        self.trouble = ""

    def run(self, words: Sequence[str]) -> None:
        """Start it. `trouble` then says how the one before failed, if it did. Raises EnvironmentLacks: no program."""
        self.end()
        self._words = shlex.join(words)
        self._say(f"running: {self._line}")
        what: str | list[str] = self._line if self._shell else [*self._command, *words]
        try:
            self._running = subprocess.Popen(
                what, shell=self._shell, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise EnvironmentLacks(f"{self._option}: cannot run {self._command[0]}: {error.strerror}") from None

    @property
    def _line(self) -> str:
        return f"{self._text} {self._words}".rstrip()

    def carry_out(self, *words: str) -> str:
        """Run it to its end; how it failed, in a sentence, empty where it did not. Raises EnvironmentLacks."""
        self.run(words)
        self.end()
        return self.trouble

    def look(self) -> str:
        """How the one that was started last failed, in a sentence; empty while it runs, or when it did not."""
        if self._running is not None and self._running.poll() is not None:
            self.end()
        return self.trouble

    def end(self) -> None:
        """Wait for it; one that takes too long is stopped."""
        process, self._running = self._running, None
        if process is None:
            return
        self.trouble = ""
        try:
            _, said = process.communicate(timeout=self._patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.trouble = f"{self._what} did not end within {self._patience:g} s: {self._line}"
            return
        if process.returncode:
            last = said.decode(errors="replace").strip().rpartition("\n")[2]
            why = f"{process.returncode} ({last})" if last else str(process.returncode)
            self.trouble = f"{self._what} ended with {why}: {self._line}"
