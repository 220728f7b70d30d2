"""The options that many commands share."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from pmiptool.cli.options import Settings, Talk, parse_source, settings_options, talk_options
from pmiptool.errors import UsageError


def talk_of(*args: str) -> Talk:
    found: list[Talk] = []

    @click.command()
    @click.argument("name")
    @talk_options
    def command(name: str, talk: Talk) -> None:
        assert name == "x"
        found.append(talk)

    command.main(["x", *args], standalone_mode=False)
    return found[0]


def test_flags_override_the_peer_file(tmp_path: Path) -> None:
    peer = tmp_path / "p.toml"
    peer.write_text(
        'target = "udp://192.0.2.1"\nsource = "192.0.2.2"\nclock_offset = 2\n'
        "[codepoints]\nmultihoming_option_type = 201\nflow_summary_option_type = 202\n[readings]\nact-zero = 'keep'\n"
    )
    talk = talk_of("--peer", str(peer))
    assert str(talk.target) == "udp://192.0.2.1:5436"
    assert talk.sources == (bytes((192, 0, 2, 2)),)
    assert talk.clock_offset == 2
    assert talk.settings.codepoints.multihoming_option_type == 201
    assert talk.settings.readings["act-zero"] == "keep"
    talk = talk_of(
        *("--peer", str(peer), "--target", "udp://192.0.2.9", "--source", "192.0.2.7", "--source", "192.0.2.8"),
        *("--clock-offset", "-1", "--codepoint", "multihoming_option_type=203", "--reading", "act-zero=reject"),
    )
    assert str(talk.target) == "udp://192.0.2.9:5436"
    assert talk.sources == (bytes((192, 0, 2, 7)), bytes((192, 0, 2, 8)))
    assert talk.clock_offset == -1
    assert talk.settings.codepoints.multihoming_option_type == 203
    assert talk.settings.codepoints.flow_summary_option_type == 202
    assert talk.settings.readings["act-zero"] == "reject"


def test_without_a_target() -> None:
    with pytest.raises(UsageError, match="--target"):
        _ = talk_of().target


@pytest.mark.parametrize("flag", ["--fault", "--lma-config"])
def test_what_is_of_the_embedded_lma_is_refused_elsewhere(flag: str) -> None:
    with pytest.raises(UsageError, match=flag):
        _ = talk_of("--target", "udp://192.0.2.1", flag, "x").target


@pytest.mark.parametrize("text", ["multihoming_option_type", "=200", "dialect="])
def test_key_value(text: str) -> None:
    with pytest.raises(UsageError, match="is not KEY=VALUE"):
        _ = Settings(codepoint=(text,)).codepoints


def test_two_code_points_with_one_number_are_both_named() -> None:
    with pytest.raises(UsageError) as error:
        _ = Settings(codepoint=("multihoming_option_type=44",)).codepoints
    assert "multihoming_option_type" in str(error.value) and "flow_summary_option_type" in str(error.value)


def test_an_assigned_number_warns_once(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(codepoint=("multihoming_option_type=27",))
    assert settings.codepoints.multihoming_option_type == settings.codepoints.multihoming_option_type == 27
    assert capsys.readouterr().err.count("multihoming_option_type = 27") == 1


@pytest.mark.parametrize("text", ["ff02::1", "::", "somewhere", "0.0.0.0"])
def test_a_source_is_unicast(text: str) -> None:
    with pytest.raises(UsageError, match="source"):
        parse_source(text)


def test_settings_alone() -> None:
    @click.command()
    @settings_options
    def command(settings: Settings) -> int:
        return settings.codepoints.multihoming_option_type

    assert command.main(["--codepoint", "multihoming_option_type=0xc9"], standalone_mode=False) == 201


@pytest.mark.parametrize("flag", ["--reading=foo=1", "--reading=act-zero=foo", "--codepoint=foo=1", "--reading=foo"])
def test_a_wrong_setting_is_refused_also_where_it_is_of_no_use(flag: str) -> None:
    from click.testing import CliRunner

    from pmiptool.cli.app import cli

    for words in (
        ["craft", "pbu"],
        ["send", "pbu", "--target", "embedded"],
        ["decode", "--mh", "--hex", "3b00050000000000"],
    ):
        result = CliRunner().invoke(cli, [*words, flag])
        assert result.exit_code == 2 and not result.stdout and len(result.stderr.splitlines()) == 1


def test_an_address_given_twice_is_refused() -> None:
    talk = talk_of("--target", "::1", "--source", "2001:db8::1", "--source", "2001:db8:0::1")
    with pytest.raises(UsageError, match="2001:db8::1 is given twice"):
        _ = talk.sources


def test_a_configuration_that_takes_an_assigned_number_is_warned_of_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "lma.toml"
    config.write_text("[codepoints]\nmultihoming_option_type = 201\nflow_summary_option_type = 24\n")
    talk = talk_of("--target", "embedded", "--lma-config", str(config))
    assert talk.lma_config is talk.lma_config
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: flow_summary_option_type = 24 takes the number of Access Technology Type")


def test_flags_change_of_a_configuration_only_what_they_name(tmp_path: Path) -> None:
    config = tmp_path / "lma.toml"
    config.write_text("[codepoints]\nmultihoming_option_type = 42\n[readings]\nact-zero = 'keep'\n")
    flags = ("--codepoint", "dialect=rfc6089", "--reading", "pba-act=echo")
    lma = talk_of("--target", "embedded", "--lma-config", str(config), *flags).lma_config
    assert (lma.codepoints.multihoming_option_type, lma.codepoints.dialect) == (42, "rfc6089")
    assert (lma.readings["act-zero"], lma.readings["pba-act"]) == ("keep", "echo")
