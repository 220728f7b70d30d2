"""How long `pmiptool --help` takes, in runs of an empty Python."""

import subprocess
import sys

import pytest

from tests.bench.timing import ratio, report

pytestmark = pytest.mark.bench


def test_help_starts_fast() -> None:
    def run(*command: str) -> None:
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)

    run("-m", "pmiptool", "--help")
    measured = ratio(lambda: run("-m", "pmiptool", "--help"), lambda: run("-c", "pass"), (3, 3), rounds=7)
    report("bare Pythons that run while --help does", measured, "at most 5")
