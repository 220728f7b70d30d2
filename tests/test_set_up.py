"""`.ci/set-up --check` where something is missing: installs it as root, else stops with the one command to run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SET_UP = Path(__file__).parent.parent / ".ci" / "set-up"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="set-up is for Linux")


def tool(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout and a PATH with Python and ip, no tshark, and a Python that lacks ensurepip."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / "bin").mkdir()
    # Nothing of the real /usr/sbin may come in.
    (tmp_path / ".ci" / "set-up").write_text(SET_UP.read_text().replace("PATH=$PATH:/usr/sbin:/sbin", ""))
    for name in ("sh", "dirname", "uname"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    tool(tmp_path / "bin", "ip", "exit 0")
    tool(tmp_path / "bin", "python3", 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    tool(tmp_path / "bin", "id", "echo 1000")
    tool(tmp_path / "bin", "apt-get", 'echo "apt-get $DEBIAN_FRONTEND $*" >> "$0.log"')
    return tmp_path


def check(machine: Path, what: str = "--check") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": str(machine / "bin")}
    for name in ("PYTHON", "CHROMIUM"):
        environment.pop(name, None)
    line = ["/bin/sh", str(machine / ".ci" / "set-up"), what]
    return subprocess.run(line, capture_output=True, text=True, env=environment, timeout=30)


def test_a_plain_user_is_told_the_one_command(machine: Path) -> None:
    done = check(machine)
    assert done.returncode == 5
    assert done.stderr.splitlines() == [
        "Missing: tshark python3-venv. Run this, then make again:",
        "    sudo apt-get update && sudo apt-get install -y tshark python3-venv",
    ]
    assert not (machine / "bin" / "apt-get.log").exists()


def test_root_gets_it_installed_without_questions(machine: Path) -> None:
    tool(machine / "bin", "id", "echo 0")
    assert check(machine).returncode == 0
    update, install = (machine / "bin" / "apt-get.log").read_text().splitlines()
    assert update.startswith("apt-get noninteractive ") and update.endswith(" update")
    assert " -y " in install and install.endswith(" tshark python3-venv")


def test_a_failed_installation_stops_everything(machine: Path) -> None:
    tool(machine / "bin", "id", "echo 0")
    tool(machine / "bin", "apt-get", 'case "$*" in *install*) exit 100;; esac')
    assert check(machine).returncode == 100


def test_where_nothing_is_missing_nothing_is_done(machine: Path) -> None:
    tool(machine / "bin", "tshark", "exit 0")
    tool(machine / "bin", "python3", "exit 0")
    done = check(machine)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_old_python_is_refused(machine: Path) -> None:
    tool(machine / "bin", "python3", "exit 1")
    done = check(machine)
    assert done.returncode == 5 and "Python 3.10 or later" in done.stderr


def test_root_gets_a_browser_and_nftables(machine: Path) -> None:
    tool(machine / "bin", "id", "echo 0")
    assert check(machine, "--tests").returncode == 0
    update, install, _, other = (machine / "bin" / "apt-get.log").read_text().splitlines()
    assert update.endswith(" update") and install.endswith(" --no-install-recommends chromium")
    assert other.endswith(" --no-install-recommends nftables")


def test_a_browser_is_no_condition(machine: Path) -> None:
    """A plain user, or a system that has none, is told what is skipped, and goes on."""
    done = check(machine, "--tests")
    assert (done.returncode, (machine / "bin" / "apt-get.log").exists()) == (0, False)
    assert done.stderr.splitlines() == [
        "No Chromium: the tests of HTML reports in a browser are skipped",
        "No nft: the tests that hold the classifier against nftables are skipped",
    ]
    tool(machine / "bin", "id", "echo 0")
    tool(machine / "bin", "apt-get", 'case "$*" in *install*) exit 100;; esac')
    done = check(machine, "--tests")
    assert done.returncode == 0 and done.stderr.endswith("are skipped\n")


def test_a_browser_that_is_there(machine: Path) -> None:
    for name in ("google-chrome", "nft"):
        tool(machine / "bin", name, "exit 0")
    assert (check(machine, "--tests").stderr, (machine / "bin" / "apt-get.log").exists()) == ("", False)


def test_root_gets_what_benchmarks_compare_with(machine: Path) -> None:
    tool(machine / "bin", "id", "echo 0")
    done = check(machine, "--bench")
    assert done.returncode == 0 and done.stderr.endswith("the benchmarks of sending are skipped\n")
    _, install = (machine / "bin" / "apt-get.log").read_text().splitlines()
    assert install.endswith(" --no-install-recommends tcpreplay netsniff-ng")


def test_what_benchmarks_compare_with_is_no_condition(machine: Path) -> None:
    done = check(machine, "--bench")
    assert (done.returncode, (machine / "bin" / "apt-get.log").exists()) == (0, False)
    assert done.stderr == "No tcpreplay or no trafgen: the benchmarks of sending are skipped\n"
    for name in ("tcpreplay", "trafgen"):
        tool(machine / "bin", name, "exit 0")
    assert check(machine, "--bench").stderr == ""
