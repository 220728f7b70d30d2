"""The group: help, suggestions, exit codes, and the last net under every command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pmiptool.cli import app
from pmiptool.errors import EnvironmentLacks, ExchangeFailed, PmipError, UsageError


def command(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pmiptool", *args], capture_output=True, text=True, env={**os.environ, **env}, timeout=60
    )


def test_help_lists_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys\nsys.argv=['pmiptool','--help']\nimport pmiptool.cli\n"
        "try:\n pmiptool.cli.main()\nexcept SystemExit as end:\n assert not end.code, end.code\n"
        "print(sorted(m for m in ('scapy','numpy','rich','msgspec','pyshark','yaml') if m in sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"
    for name in app.COMMANDS:
        assert f"\n  {name} " in out


def test_help_costs_at_most_five_bare_pythons() -> None:
    def best(*args: str) -> float:
        times = []
        for _ in range(7):
            begin = time.perf_counter()
            subprocess.run([sys.executable, *args], stdout=subprocess.DEVNULL, check=True)
            times.append(time.perf_counter() - begin)
        return min(times)

    assert best("-m", "pmiptool", "--help") <= 5 * best("-c", "pass")


def test_misspelt_command_suggests() -> None:
    result = CliRunner().invoke(app.cli, ["valdate"])
    assert result.exit_code == 2
    assert "did you mean 'validate'?" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_misspelt_option_suggests() -> None:
    result = CliRunner().invoke(app.cli, ["doctor", "--jsn"])
    assert result.exit_code == 2
    assert "--json" in result.stderr and len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (PmipError("x"), 6, "x"),
        (UsageError("the file a is empty."), 2, "the file a is empty."),
        (ExchangeFailed("no answer"), 3, "no answer"),
        (EnvironmentLacks("no right; run it with sudo"), 5, "no right; run it with sudo"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 0, ""),
        (FileNotFoundError(2, "No such file or directory", "a.pcap"), 2, "a.pcap: No such file or directory"),
        (ZeroDivisionError("division"), 6, "a bug of ours, ZeroDivisionError: division (test_app.py:"),
    ],
)
def test_errors_end_in_one_sentence_and_their_code(
    error: BaseException, code: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(app.Group, "get_command", lambda self, ctx, name: failing)
    result = CliRunner().invoke(app.cli, ["doctor"])
    assert result.exit_code == code
    assert text in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == (1 if text else 0)


def test_debug_shows_the_traceback_after_any_command(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def failing() -> None:
        raise UsageError("nothing matched")

    monkeypatch.setattr(app.Group, "get_command", lambda self, ctx, name: failing)
    result = CliRunner().invoke(app.cli, ["doctor", "--debug"])
    assert result.exit_code == 2
    assert "Traceback" in result.stderr and "nothing matched" in result.stderr


def test_a_command_returns_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.Group, "get_command", lambda self, ctx, name: click.Command("x", callback=lambda: 3))
    assert CliRunner().invoke(app.cli, ["doctor"]).exit_code == 3


def test_locale_without_our_characters() -> None:
    code = (
        "import click, pmiptool.cli.app as a\n"
        "a.Group.get_command=lambda s,c,n: click.Command('x',callback=lambda: click.echo('\\u2500 \\u00e9'))\n"
        "a.cli.main(['doctor'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"}
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"\\u2500 \xe9\n", b"")


def test_version() -> None:
    assert command("--version").stdout.startswith("pmiptool 0.")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    done = command("completion", shell)
    assert done.returncode == 0
    assert "_PMIPTOOL_COMPLETE" in done.stdout


def test_completion_completes_commands() -> None:
    done = command(_PMIPTOOL_COMPLETE="bash_complete", COMP_WORDS="pmiptool do", COMP_CWORD="1")
    assert done.stdout.splitlines() == ["plain,doctor"]


@pytest.mark.parametrize("number", ["nan", "inf", "1e300", "-1e20"])
@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("send pbu --target embedded", "--timeout"),
        ("send pbu --target embedded", "--clock-offset"),
        ("load --target embedded", "--clock-offset"),
        ("fuzz --target embedded", "--rate"),
        ("conformance run", "--max-time"),
        ("lma", "--clock-offset"),
        ("mag --target embedded", "--heartbeat"),
    ],
)
def test_a_number_that_no_clock_knows_is_refused(words: str, option: str, number: str) -> None:
    done = CliRunner().invoke(app.cli, [*words.split(), option, number])
    assert done.exit_code == 2
    assert f"Invalid value for '{option}'" in done.stderr


@pytest.mark.parametrize("number", ["nan", "inf", "1e300", "-1e20"])
@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--peer", "clock_offset = {}"),
        ("--peer", "[timers]\ninitial_bindack_timeout = {}"),
        ("--lma-config", "[timers]\ntimestamp_validity_window = {}"),
        ("--lma-config", "[timers]\nmax_brack_timeout = {}"),
    ],
)
def test_so_is_one_in_a_file(option: str, text: str, number: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text.format(number))
    done = CliRunner().invoke(app.cli, ["send", "pbu", "--target", "embedded", option, str(file)])
    assert done.exit_code == 2
    told = done.stderr.lower().replace("`", "")
    assert f"{text.split()[-3]}: expected float " in told


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", ["craft pbu", "decode --mh --hex 3b00050000000000", "registry list", "--help"])
def test_a_full_disk_is_no_bug_of_ours(words: str) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pmiptool", *words.split()], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (2, "pmiptool: cannot write: No space left on device\n")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("send pbu --target embedded --peer {}", "x = " + "[" * 20_000),
        ("send pbu --target embedded --lma-config {}", "x = " + "[" * 20_000),
        ("decode --esp {} --hex 00", "x = " + "[" * 20_000),
        ("scenario run {} --target embedded", "x: " + "[" * 16_000),
        ("scenario run {} --target embedded", "x: " + "[" * 200_000),
        ("scenario run {} --target embedded", "- " * 100_000),
        ("load report {}", "[" * 100_000),
        ("conformance matrix {}", "[" * 100_000),
    ],
)
def test_what_is_nested_without_end_is_refused(words: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text)
    done = CliRunner().invoke(app.cli, words.format(file).split())
    assert done.exit_code == 2, done.stderr
    assert "x.yaml" in done.stderr and "no " in done.stderr


def test_so_is_an_option_that_is() -> None:
    done = CliRunner().invoke(app.cli, ["craft", "pbu", "-O", '{"fields":' * 20_000])
    assert done.exit_code == 2 and "-O is no JSON" in done.stderr


def test_reports_have_files_of_their_own() -> None:
    done = CliRunner().invoke(app.cli, ["conformance", "run", "muho/4.1", "--json", "x.json", "--html", "x.json"])
    assert done.exit_code == 2 and "two reports have one file name" in done.stderr


def short(words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command where no file may grow beyond 4 kB, as on a disk that fills up meanwhile."""
    import resource

    return subprocess.run(
        [sys.executable, "-m", "pmiptool", *words.split()],
        cwd=folder, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="a limit of Unix")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("scenario run setup modify addition --target embedded", "PASS"),
        ("conformance run muho/4.1", "21 PASS"),
        ("steer steer/decisions", "16 PASS"),
        ("load --target embedded --count 50", "attach    50        50"),
    ],
)
def test_a_capture_without_room_takes_no_results_with_it(words: str, told: str, tmp_path: Path) -> None:
    done = short(f"{words} -w run.pcapng", tmp_path)
    assert done.returncode == 2
    assert "pmiptool: cannot write the capture run.pcapng: File too large\n" in done.stderr
    assert told in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="a limit of Unix")
def test_a_report_without_room_takes_no_other_with_it(tmp_path: Path) -> None:
    done = short("load --target embedded --count 50 --html big.html -o small.json", tmp_path)
    assert (done.returncode, done.stderr) == (2, "pmiptool: cannot write the report big.html: File too large\n")
    assert "attach    50        50" in done.stdout
    assert json.loads((tmp_path / "small.json").read_text())["totals"]["sent"] == 50


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix closes a stream")
@pytest.mark.parametrize("words", ["craft pbu", "decode --mh --hex 3b00050000000000", "registry list", "--help"])
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&-"])
def test_a_closed_stream_leads_nowhere(words: str, closed: str) -> None:
    line = f'exec "$0" -m pmiptool {words} {closed}'
    done = subprocess.run(["sh", "-c", line, sys.executable], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
