"""Damaged input, read in two passes with every detail: 2,000 packets in 20 captures. `make fuzz` does more."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.dissector.damage import PCAPS, complaints, edited, mutations


@pytest.mark.parametrize("seed", range(10))
def test_changed_octets_bring_no_lua_error(seed: int, tmp_path: Path) -> None:
    assert complaints(mutations(tmp_path / "x.pcapng", 200, random.Random(seed))) == []


@pytest.mark.skipif(shutil.which("editcap") is None, reason="no editcap here")
@pytest.mark.parametrize("path", PCAPS[:10], ids=lambda path: path.stem)
def test_golden_captures_through_editcap_bring_no_lua_error(path: Path, tmp_path: Path) -> None:
    assert complaints(edited(tmp_path / "x.pcapng", path, 7)) == []
