"""The installer: the folder that tshark names, else the default one; nothing foreign is touched, nothing is left."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.cli.dissector import command
from pmiptool.dissector import generate
from pmiptool.dissector import install as the
from pmiptool.errors import EnvironmentLacks, UsageError
from pmiptool.registry.codepoints import CodePoints

unix = pytest.mark.skipif(sys.platform == "win32", reason="a folder and a tshark of Unix")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder and a PATH without tshark."""
    folder = tmp_path / "home"
    folder.mkdir()
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setenv("APPDATA", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return folder


def tshark_says(home: Path, text: str) -> None:
    program = home.parent / "bin" / "tshark"
    program.write_text(f"#!/bin/sh\n/bin/cat <<'END'\n{text}\nEND\n")
    program.chmod(0o755)


def test_without_tshark_the_default_folder(home: Path) -> None:
    assert the.plugin_folder() == the.default_folder()
    assert home in the.default_folder().parents


@unix
def test_the_folder_that_tshark_names(home: Path) -> None:
    tshark_says(
        home, f"Temp:                \t/tmp\nPersonal Lua Plugins:\t{home}/my plugins\nGlobal Lua Plugins:  \t/usr/lib"
    )
    assert the.plugin_folder() == home / "my plugins"


@unix
def test_a_tshark_without_lua_names_none(home: Path) -> None:
    tshark_says(home, "Temp:                \t/tmp")
    assert the.plugin_folder() == the.default_folder()


def test_install_and_uninstall_leave_nothing_behind(home: Path) -> None:
    path = the.install(generate())
    assert path == the.default_folder() / "pmip6.lua" and path.read_text(encoding="utf-8") == generate()
    other = generate(CodePoints(multihoming_option_type=201))
    assert the.install(other).read_text(encoding="utf-8") == other
    assert the.uninstall() == [path]
    assert list(home.iterdir()) == []
    assert the.uninstall() == []


def test_the_profile_comes_and_goes(home: Path) -> None:
    path, profile = the.install(generate()), the.install_profile()
    assert {"preferences", "colorfilters", "dfilter_buttons", "io_graphs"} <= {file.name for file in profile.iterdir()}
    (profile / "decode_as_entries").write_text("what Wireshark adds")
    (profile / "recent").write_text("what its user made of the columns")
    assert the.install_profile() == profile and (profile / "decode_as_entries").exists()
    assert (profile / "recent").read_text() == "what its user made of the columns"
    assert the.uninstall() == [path, profile]
    assert list(home.iterdir()) == []


def test_the_profile_says_how_wide_each_of_its_columns_is(home: Path) -> None:
    profile = the.install_profile()
    columns = re.findall(r'"%?([^"]*)"(?:,|$)', (profile / "preferences").read_text(encoding="utf-8"))[1::2]
    widths = re.findall(r'"?%([^",]*)"?, (\d+)', (profile / "recent").read_text(encoding="utf-8"))
    assert [name for name, _ in widths] == [column.removesuffix(":0:R") for column in columns]
    assert all(int(width) >= 50 for _, width in widths)


def test_a_foreign_profile_of_that_name_stays(home: Path) -> None:
    profile = the.profile_folder()
    profile.mkdir(parents=True)
    (profile / "preferences").write_text("# mine")
    with pytest.raises(UsageError, match="not of pmiptool"):
        the.install_profile()
    assert the.uninstall() == [] and (profile / "preferences").read_text() == "# mine"


@unix
def test_the_profile_stands_where_tshark_has_its_configuration(home: Path) -> None:
    tshark_says(home, f"Personal configuration:\t{home}/conf")
    assert the.install_profile() == home / "conf" / "profiles" / "PMIPv6"


def test_what_else_is_there_stays(home: Path) -> None:
    path = the.install(generate())
    (path.parent / "other.lua").write_text("-- mine")
    the.uninstall()
    assert [entry.name for entry in path.parent.iterdir()] == ["other.lua"]


def test_a_foreign_file_of_that_name_is_neither_overwritten_nor_removed(home: Path) -> None:
    path = the.default_folder() / "pmip6.lua"
    path.parent.mkdir(parents=True)
    path.write_text("-- mine")
    with pytest.raises(UsageError, match="not of pmiptool"):
        the.install(generate())
    with pytest.raises(UsageError, match="not of pmiptool"):
        the.uninstall()
    assert path.read_text() == "-- mine"


@unix
def test_a_folder_that_cannot_be_made(home: Path) -> None:
    (home / ".local").write_text("in the way")
    with pytest.raises(EnvironmentLacks, match="cannot write"):
        the.install(generate())


def test_the_commands(home: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    assert run("generate") == generate()
    assert run("generate", "--codepoint", "multihoming_option_type=201") == generate(
        CodePoints(multihoming_option_type=201)
    )
    assert (
        run("generate", "-o", str(tmp_path / "x.lua")) == "" and (tmp_path / "x.lua").read_text("utf-8") == generate()
    )
    assert run("path").strip() == str(the.default_folder())
    assert run("install", "--codepoint", "dialect=rfc6089").strip() == str(the.default_folder() / "pmip6.lua")
    assert 'default = "rfc6089"' in (the.default_folder() / "pmip6.lua").read_text("utf-8")
    assert run("install", "--profile").split() == [str(the.default_folder() / "pmip6.lua"), str(the.profile_folder())]
    assert run("uninstall").split() == [str(the.default_folder() / "pmip6.lua"), str(the.profile_folder())]
    assert run("uninstall") == ""


def test_a_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        CliRunner().invoke(command, ["generate", "-o", str(tmp_path / "no" / "x.lua")], catch_exceptions=False)
