"""`Add an option in five minutes`, done in a copy of the repository just as CONTRIBUTING.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from pmiptool.capture import tshark
from pmiptool.capture.files import Writer

REPOSITORY = Path(__file__).parent.parent
TEXT = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
COPIED = ("pmiptool", "tests", "lua", "pcaps", "CONTRIBUTING.md", "Makefile", "pyproject.toml", "README.md")
OCTETS = "f004 0107 8003".replace(" ", "")


def block(begins: str) -> str:
    """The indented lines of CONTRIBUTING.md from the one that begins so to the next that stands further left."""
    lines = TEXT.splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith(" " * 7 + begins))
    rest = lines[first:]
    end = next((index for index, line in enumerate(rest) if line and not line.startswith(" " * 7)), len(rest))
    return dedent("\n".join(rest[:end])).rstrip() + "\n"


def named(begins: str) -> str:
    """The file that the text says the block may go to."""
    before = TEXT[: TEXT.index(begins)]
    return re.findall(r"say\s+`([^`]+)`", before)[-1]


class Copy:
    """The repository with the made-up option, and what its programs say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source = REPOSITORY / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, folder / name)

    def python(self, *arguments: str, ok: bool = True) -> str:
        env = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=env, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0 or not ok, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout.strip()

    def pmiptool(self, *arguments: str) -> str:
        return self.python("-m", "pmiptool", *arguments)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Step 1, 2 and the first half of 3."""
    copy = Copy(tmp_path_factory.mktemp("contributing") / "repository")
    entry, vector = block('"""draft-example-parking'), block("- name: parking")
    (copy.folder / named('"""draft-example-parking')).write_text(entry, "utf-8")
    catalogue = copy.folder / "pmiptool" / "registry" / "catalogue.py"
    text = catalogue.read_text("utf-8")
    text = text.replace("from pmiptool.registry import (\n", "from pmiptool.registry import (\n    parking,\n", 1)
    text = text.replace("    *muho.OPTIONS,\n", "    *muho.OPTIONS,\n    *parking.OPTIONS,\n", 1)
    assert text.count("parking") == 2
    catalogue.write_text(text, "utf-8")
    (copy.folder / named("- name: parking")).write_text(vector, "utf-8")
    recipe = (copy.folder / "Makefile").read_text("utf-8").split("\nregenerate:")[1].split("\n\n")[0]
    commands = re.findall(r"\$\(BIN\)/python (.*)", recipe)
    assert len(commands) == 3
    for command in commands:
        copy.python(*command.split())
    return copy


def test_its_octets_are_crafted_and_decoded(copy: Copy) -> None:
    craft = ("craft", "pbu", "-O", "parking:lot=263,r=1,level=3")
    assert OCTETS in copy.pmiptool(*craft, "--mh-hex")
    tree = copy.pmiptool("decode", "--hex", copy.pmiptool(*craft))
    assert re.search(r"parking +lot 263, r 1, level 3", tree)
    assert "parking" in copy.pmiptool(*craft, "--as", "command")
    assert "the Scapy class (`MIP6OptParking`)" in TEXT and "-O parking:lot=263,level=3`" in TEXT


def test_its_form_is_judged_by_rules_that_nobody_wrote(copy: Copy) -> None:
    wrong = copy.pmiptool("craft", "pbu", "-O", "parking:lot=0,reserved=1", "-O", "raw:type=240,data=000102")
    shown = copy.pmiptool("decode", "--json", "--hex", wrong)
    for rule in ("lot-range", "reserved", "length", "at-most-one"):
        assert f'"draft-example-parking/3.1/{rule}"' in shown, rule


def test_scapy_has_a_class_for_it(copy: Copy) -> None:
    code = "from pmiptool.layers import MIP6OptParking; print(bytes(MIP6OptParking(lot=263, r=1, level=3)).hex())"
    assert copy.python("-c", code) == OCTETS


def test_wireshark_has_its_fields(copy: Copy, tmp_path: Path) -> None:
    packet = copy.pmiptool("craft", "pbu", "-O", "parking:lot=263,r=1,level=3")
    with Writer(tmp_path / "x.pcapng") as writer:
        writer.write(bytes.fromhex(packet), 0)
    names = [f"pmip6.parking.{name}" for name in ("lot", "r", "level")]
    lua = copy.folder / "lua" / "pmip6.lua"
    assert list(tshark.fields(tmp_path / "x.pcapng", names, lua=lua)) == [(("263",), ("1",), ("3",))]


def test_the_tables_have_it(copy: Copy) -> None:
    assert "| 240 | parking | Parking | draft-example-parking | 3.1 |" in copy.pmiptool(
        "registry", "list", "--markdown"
    )
    assert "Number of the lot; 0 is reserved" in copy.pmiptool("registry", "show", "parking")


def test_the_tests_take_the_one_vector_up(copy: Copy) -> None:
    """In codec, layers, rules and dissector; the whole suite goes as well."""
    files = [f"tests/{name}/test_vectors.py" for name in ("wire", "layers", "rules", "dissector")]
    chosen = "parking or break_every_rule or every_message_option"
    out = copy.python("-m", "pytest", "-q", "-p", "no:cacheprovider", *files, "-k", chosen, ok=False)
    assert re.search(r"^\d+ passed", out.splitlines()[-1]), out[-4000:]
