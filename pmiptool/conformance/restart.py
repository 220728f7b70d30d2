"""Bringing back a peer that answers nothing any more, by a command of its operator's."""

from __future__ import annotations

import sys
from collections.abc import Callable

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.trigger import Trigger

PATIENCE = 60.0  # seconds that the command may take


def restarter(command: str) -> Callable[[], bool]:
    """A function that runs a command, without a shell, and says whether it ended well. Raises UsageError."""
    runs = Trigger(command, _say, patience=PATIENCE, option="--restart-command", what="the restart command")

    def restart() -> bool:
        _say("the peer answers nothing any more, so it is restarted")
        try:
            trouble = runs.carry_out()
        except EnvironmentLacks as error:
            trouble = str(error)
        if trouble:
            _say(trouble)
        return not trouble

    return restart


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
