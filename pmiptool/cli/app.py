"""The click group: knows every command by name and sentence, and loads its module when it is asked for."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any, NoReturn

import click

from pmiptool import __version__
from pmiptool.cli.files import UNWRITTEN
from pmiptool.errors import PmipError, UsageError

# Name -> what ``pmiptool --help`` says. The module is ``pmiptool.cli.NAME``, its click command is ``command`` there.
COMMANDS = {
    "demo": "Play the draft's figures 3 to 7 as ladder diagrams.",
    "craft": "Make one message from flags, well formed or wrong on purpose.",
    "send": "Send one message to an LMA or a MAG, wait for the answer and judge it.",
    "decode": "Show every Mobility Header of a capture or a hex string.",
    "validate": "Judge messages, exchanges and sessions of captures by the rules.",
    "scenario": "List, show and run choreographies of several MAGs.",
    "conformance": "Test an LMA or a MAG clause by clause, with verdicts that tell why.",
    "fuzz": "Send messages that are wrong in many ways, and see whether the peer lives on.",
    "load": "Put an LMA under load, and measure.",
    "steer": "Test where an LMA sends the downlink flows of a mobile node.",
    "replay": "Send a capture's requests again, or answer a MAG from it.",
    "anonymise": "Write a capture again without what names somebody.",
    "lma": "Run the reference LMA in the foreground.",
    "mag": "Run the reference MAG, with commands on stdin.",
    "lab": "A mobile node with several interfaces in network namespaces, with real packets.",
    "dissector": "Generate or install the Wireshark dissector.",
    "registry": "List what the registry knows: messages, options, status codes.",
    "shell": "Open a Scapy shell with everything loaded.",
    "doctor": "Look for what this machine lacks, and what mends it.",
    "completion": "Print the completion script for a shell.",
}

BUG = 6
INTERRUPTED = 130
UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class Group(click.Group):
    """Loads commands late, and turns every error into one sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        import importlib

        command: click.Command = importlib.import_module(f"pmiptool.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from pmiptool.text.names import did_you_mean

            raise click.UsageError(f"there is no command '{name}'{did_you_mean(name, COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete command names without loading the commands."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return names or super().shell_complete(ctx, incomplete)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run a command line and end the process; also what click's test runner calls."""
        argv = list(sys.argv[1:] if args is None else args)
        if os.environ.get("_PMIPTOOL_COMPLETE"):
            from click.shell_completion import shell_complete

            sys.exit(shell_complete(self, {}, "pmiptool", "_PMIPTOOL_COMPLETE", os.environ["_PMIPTOOL_COMPLETE"]))
        argv, debug = take_debug(argv)
        keep_standard_streams()
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:  # a locale without our characters must not stop us
                reconfigure(errors="backslashreplace")
        code = run(self, argv, debug, extra)
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            quieten_stdout()
        except OSError as error:
            quieten_stdout()
            if code == 0:
                code = cannot_write(error)
        sys.exit(code)


def take_debug(argv: list[str]) -> tuple[list[str], bool]:
    """Take ``--debug`` out of the arguments, wherever it stands before a ``--``."""
    end = argv.index("--") if "--" in argv else len(argv)
    kept = [arg for i, arg in enumerate(argv) if i >= end or arg != "--debug"]
    return kept, len(kept) < len(argv) or bool(os.environ.get("PMIPTOOL_DEBUG"))


def run(group: click.Group, argv: list[str], debug: bool, extra: MutableMapping[str, Any]) -> int:
    """Run one command line; return its exit code. Never raises but for ``SystemExit``."""
    try:
        with group.make_context("pmiptool", argv, **extra) as ctx:
            result = group.invoke(ctx)
            if ctx.meta.get(UNWRITTEN):
                return UsageError.exit_code
        return result if isinstance(result, int) and not isinstance(result, bool) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        return UsageError.exit_code
    except click.ClickException as error:
        if debug:
            raise_trace()
        ctx_of = getattr(error, "ctx", None)
        where = ctx_of.command_path if ctx_of else "pmiptool"
        say(f"{where}: {one_line(error.format_message())} (see {where} --help)")
        return UsageError.exit_code
    except PmipError as error:
        if debug:
            raise_trace()
        say(f"pmiptool: {error}")
        return error.exit_code
    except BrokenPipeError:
        quieten_stdout()
        return 0
    except Exception as error:  # the last net: a user never sees a traceback without asking
        if debug:
            raise_trace()
        if isinstance(error, OSError) and error.filename is not None and error.strerror:
            say(f"pmiptool: {os.fsdecode(error.filename)}: {error.strerror}")
            return UsageError.exit_code
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            return cannot_write(error)
        text = one_line(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
        say(
            f"pmiptool: a bug of ours, {text} ({place(error)}); please report this line with the command line, "
            f"pmiptool {__version__}, and what the same command prints with --debug."
        )
        return BUG


def one_line(text: str) -> str:
    """Join lines and runs of blanks; no full stop at the end."""
    return " ".join(text.split()).rstrip(".")


def place(error: BaseException) -> str:
    """Return file and line where the error arose."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return "place unknown"
    return f"{os.path.basename(last.tb_frame.f_code.co_filename)}:{last.tb_lineno}"


def say(text: str) -> None:
    """Write a line to stderr, whatever state that is in."""
    try:
        click.echo(text, err=True)
    except OSError:
        pass


def cannot_write(error: OSError) -> int:
    """Say that a disk is full or broken; return the exit code."""
    say(f"pmiptool: cannot write: {error.strerror}")
    return UsageError.exit_code


def keep_standard_streams() -> None:
    """Let what a caller closed (``>&-``) lead nowhere: no file or socket of ours may become stdout."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))


def raise_trace() -> None:
    """Print the traceback of the error at hand."""
    import traceback

    traceback.print_exc()


def quieten_stdout() -> None:
    """Nobody reads stdout any more: make the interpreter's last flush harmless."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        pass


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="--debug, after any command, shows the traceback of an error.",
)
@click.version_option(__version__, prog_name="pmiptool", message="%(prog)s %(version)s")
def cli() -> None:
    """Craft, send, replay and validate Proxy Mobile IPv6 signalling, with the multihoming extension."""
