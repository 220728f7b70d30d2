"""The wheel, installed where nothing of this checkout is in reach, with an empty HOME."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Build the wheel from a copy of what git tracks, and install it beside this environment's dependencies."""
    base = tmp_path_factory.mktemp("wheel")
    source = base / "source"
    names = subprocess.run(
        ["git", "ls-files", "-z", "pmiptool", "lua", "pyproject.toml", "README.md", "LICENSE"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, names):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", str(base), str(source)], check=True, capture_output=True)
    (wheel,) = base.glob("pmiptool-*.whl")
    room = base / "venv"
    venv.create(room, symlinks=True)
    python = room / "bin" / "python"
    site = next((room / "lib").glob("python*")) / "site-packages"
    subprocess.run(
        [*pip, "--python", str(python), "install", "-q", "--no-deps", str(wheel)], check=True, capture_output=True
    )
    # Behind its own packages, those that the wheel needs; its editable twin here is not among them.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    home = base / "home"
    home.mkdir()
    environment = {"PATH": f"{room / 'bin'}:{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8"}

    def run(*command: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, (command, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        return done

    where = run("python", "-c", "import pmiptool; print(pmiptool.__file__)").stdout
    assert str(room) in where, where
    return run


def test_crafts_and_decodes(installed: Run) -> None:
    packet = installed("pmiptool", "craft", "pbu", "--mhgid", "0", "--flow", "fid=1 proto=udp").stdout.strip()
    shown = json.loads(installed("pmiptool", "decode", "--hex", packet, "--json").stdout)
    assert shown["message"] == "pbu"
    assert shown["checksum"]["ok"] is True
    assert shown["findings"] == []


def test_installs_the_dissector_where_wireshark_looks(installed: Run) -> None:
    if not shutil.which("tshark"):
        pytest.skip("needs tshark")
    installed("pmiptool", "dissector", "install")
    folder = installed("pmiptool", "dissector", "path").stdout.strip()
    assert list(Path(folder).rglob("pmip6.lua")) or Path(folder).name == "pmip6.lua"
    fields = installed("tshark", "-G", "fields").stdout
    assert "\tpmip6.multihoming.mhgid\t" in fields
    installed("pmiptool", "dissector", "uninstall")
    assert "pmip6.multihoming" not in installed("tshark", "-G", "fields").stdout


def test_plays_the_demo(installed: Run) -> None:
    if not shutil.which("tshark"):
        pytest.skip("needs tshark")
    done = installed("pmiptool", "demo", "--out", "captures")
    assert done.stdout.rstrip().rpartition("\n")[2].startswith("PASS")


def test_scapy_loads_it_as_an_extension(installed: Run) -> None:
    script = (
        "from scapy.config import conf; conf.exts.load('pmiptool');"
        "from scapy.layers.inet6 import IPv6; import pmiptool.layers as p;"
        "print(IPv6(bytes(IPv6() / p.PBU())).summary())"
    )
    assert "/ PBU 0 AP" in installed("python", "-c", script).stdout
