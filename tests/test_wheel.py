"""The wheel, installed into an empty environment with an empty home, has all that it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a command of the installed package. What it depends on is lent from the environment of this test."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    shutil.copytree(ROOT / "pmiptool", source / "pmiptool", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    building = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(source)]
    subprocess.run(building, check=True, capture_output=True, timeout=120)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True, timeout=60)
    wheel = next(folder.glob("*.whl"))
    target = sysconfig.get_path("purelib", vars={"base": str(folder / "env"), "platbase": str(folder / "env")})
    shutil.unpack_archive(wheel, target, "zip")
    home = folder / "home"
    home.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "PYTHON"))}
    environment |= {"HOME": str(home), "PYTHONPATH": sysconfig.get_path("purelib")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        line = [str(folder / "env" / "bin" / "python"), *words]
        return subprocess.run(line, capture_output=True, text=True, env=environment, cwd=home, timeout=120)

    found = run("-c", "import pmiptool; print(pmiptool.__file__)").stdout
    assert found.startswith(str(folder / "env")), found
    return run


def test_craft_and_decode(installed: Run) -> None:
    made = installed("-m", "pmiptool", "craft", "pbu", "-o", "x.pcapng")
    assert (made.returncode, made.stderr) == (0, "")
    shown = installed("-m", "pmiptool", "decode", "x.pcapng")
    assert shown.returncode == 0 and "Proxy Binding Update" in shown.stdout


def test_the_dissector_is_installed(installed: Run) -> None:
    done = installed("-m", "pmiptool", "dissector", "install")
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.splitlines()[0])
    assert path.name == "pmip6.lua" and "pmip6" in path.read_text()


@pytest.mark.skipif(shutil.which("tshark") is None, reason="needs tshark")
def test_the_demo_runs(installed: Run) -> None:
    done = installed("-m", "pmiptool", "demo", "--out", "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().splitlines()[-1].startswith("PASS")


def test_scapy_loads_it_as_an_extension(installed: Run) -> None:
    packet = installed("-m", "pmiptool", "craft", "pbu").stdout.strip()
    code = (
        "from scapy.config import conf; conf.exts.load('pmiptool')\n"
        "assert [e.name for e in conf.exts.exts] == ['pmiptool']\n"
        "from scapy.layers.inet6 import IPv6, MIP6MH_BU\n"
        f"found = IPv6(bytes.fromhex('{packet}'))[MIP6MH_BU]\n"
        "print(type(found).__module__.partition('.')[0])"
    )
    done = installed("-c", code)
    assert (done.returncode, done.stdout) == (0, "pmiptool\n"), done.stderr


def test_a_page_is_made(installed: Run) -> None:
    """Templates, style and script are in the wheel."""
    assert installed("-m", "pmiptool", "craft", "pbu", "-o", "page.pcapng").returncode == 0
    done = installed("-m", "pmiptool", "validate", "page.pcapng", "--html", "page.html")
    assert (done.returncode, done.stderr) == (0, "")
    shown = installed("-c", "print(open('page.html').read())").stdout
    assert "</html>" in shown and "prefers-color-scheme: dark" in shown and "aria-sort" in shown
