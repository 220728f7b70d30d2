"""The command line: one file per command, loaded only when that command runs.

``pmiptool.cli.app`` has the group; a command NAME lives in ``pmiptool/cli/NAME.py`` as ``command``.
"""

from __future__ import annotations

import atexit
import gc


def main() -> None:
    """Entry point of the console script; ends the process with the exit code."""
    from pmiptool.cli.app import cli
    from pmiptool.net.signals import TOLD, end_by

    end_by(*TOLD)  # as Ctrl-C does: what was found so far is written
    atexit.register(gc.freeze)  # nobody need look for garbage in what ends with the process
    cli.main(prog_name="pmiptool")
