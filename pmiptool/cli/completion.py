"""``pmiptool completion``: the script that makes a shell complete our commands and options."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash: pmiptool completion bash > ~/.local/share/bash-completion/completions/pmiptool
    zsh:  pmiptool completion zsh > "${fpath[1]}/_pmiptool"
    fish: pmiptool completion fish > ~/.config/fish/completions/pmiptool.fish
    """
    from click.shell_completion import BashComplete, get_completion_class

    from pmiptool.cli.app import cli

    kind = get_completion_class(shell)
    assert kind is not None  # the three names are click's own
    maker = kind(cli, {}, "pmiptool", "_PMIPTOOL_COMPLETE")
    # click asks the local bash for its version; the script may be meant for another machine.
    click.echo(maker.source_template % maker.source_vars() if issubclass(kind, BashComplete) else maker.source())
