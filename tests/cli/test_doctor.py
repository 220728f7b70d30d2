"""The doctor names what is missing, what it costs and what mends it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pmiptool.capture.tshark import read_version
from pmiptool.cli import doctor
from pmiptool.cli.app import cli


def test_versions_are_read_from_what_tshark_prints() -> None:
    debian = "TShark (Wireshark) 4.0.17 (Git v4.0.17 packaged as 4.0.17-0+deb12u1).\n... with Lua\n5.2.4, with"
    assert read_version(debian) == ((4, 0, 17), "5.2.4")
    assert read_version("TShark (Wireshark) 4.6.0.\nwithout Lua") == ((4, 6, 0), None)
    assert read_version("nonsense") == ((0,), None)


def test_a_missing_tshark_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    result = CliRunner().invoke(cli, ["doctor", "--json"])
    assert result.exit_code == 5
    document = json.loads(result.stdout)
    assert document["schema"] == "pmiptool/doctor/1"
    tshark = next(check for check in document["checks"] if check["name"] == "tshark")
    assert tshark["state"] == "missing"
    assert "second judge" in tshark["costs"] and "tshark" in tshark["mend"]


def test_without_rights_raw_sockets_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(doctor.socket, "socket", refuse)
    check = doctor.check_raw()
    assert check.state == "missing" and "setcap cap_net_raw" in check.mend


def test_all_well_ends_with_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    note = doctor.Check("clock", "note", "unknown", "costs much", "mend it")
    monkeypatch.setattr(doctor, "CHECKS", (lambda: doctor.Check("x", "ok", "here"), lambda: note))
    result = CliRunner().invoke(cli, ["doctor"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "ok      x            here",
        "note    clock        unknown",
        " " * 21 + "costs: costs much",
        " " * 21 + "mend:  mend it",
    ]
