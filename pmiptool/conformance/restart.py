"""Bringing back a peer that answers nothing any more, by a command of its operator's."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable

from pmiptool.errors import UsageError

PATIENCE = 60.0  # seconds that the command may take


def restarter(command: str) -> Callable[[], bool]:
    """A function that runs a command, without a shell, and says whether it ended well. Raises UsageError."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--restart-command '{command}' is no command line: {error}") from None
    if not words:
        raise UsageError("--restart-command is empty; name the command that starts the peer again")

    def restart() -> bool:
        print(f"the peer answers nothing any more; restarting it: {command}", file=sys.stderr, flush=True)
        try:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)
        except OSError as error:
            print(f"the restart command does not run: {error.strerror}: {words[0]}", file=sys.stderr)
            return False
        except subprocess.TimeoutExpired:
            print(f"the restart command did not end within {PATIENCE:g} s", file=sys.stderr)
            return False
        if done.returncode:
            print(f"the restart command ended with {done.returncode}", file=sys.stderr)
        return done.returncode == 0

    return restart
