"""Damaged packets, read in two passes with every detail. `make fuzz` does more, with messages that are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pmiptool.fuzz import wireshark
from tests.dissector.damage import PCAPS, complaints, edited


@pytest.mark.skipif(shutil.which("editcap") is None, reason="no editcap here")
@pytest.mark.parametrize("path", PCAPS, ids=lambda path: path.stem)
def test_golden_captures_through_editcap_bring_no_lua_error(path: Path, tmp_path: Path) -> None:
    assert complaints(edited(tmp_path / "x.pcapng", path, 7)) == []


def test_a_capture_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.pcapng").write_bytes(b"nothing of a capture")
    (told,) = complaints(tmp_path / "x.pcapng")
    assert "cannot read" in told


def test_a_dissector_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lua = tmp_path / "wrong.lua"
    lua.write_text("this is no Lua")
    monkeypatch.setattr("tests.dissector.damage.default_lua", lambda: lua)
    (told,) = complaints(PCAPS[0])
    assert "Lua" in told and wireshark.SHOWN
