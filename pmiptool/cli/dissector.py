"""``pmiptool dissector``: make pmip6.lua, put it where Wireshark finds it, take it away again."""

from __future__ import annotations

import os

import click

from pmiptool.cli.files import STDOUT, write_or_print
from pmiptool.cli.options import Settings, settings_options


@click.group()
def command() -> None:
    """Generate or install the Wireshark dissector (pmip6.lua).

    Code points given here are what its preferences stand at; Wireshark's user can change them at any time
    (Preferences > Protocols > PMIP6).
    """


@command.command()
@click.option("-o", "--output", metavar="FILE", help="Write it there (default: to stdout).")
@settings_options
def generate(output: str | None, settings: Settings) -> None:
    """Print the dissector, or write it to a file."""
    from pmiptool.dissector import generate as generate_lua

    text = generate_lua(settings.codepoints)
    write_or_print(STDOUT if output is None else output, text)


@command.command()
@click.option("--profile", is_flag=True, help='Also the profile "PMIPv6": columns, colours, buttons, I/O graphs.')
@settings_options
def install(profile: bool, settings: Settings) -> None:
    """Write it into Wireshark's folder of personal Lua plugins, and say where that is."""
    from pmiptool.dissector import generate as generate_lua
    from pmiptool.dissector.install import install as put
    from pmiptool.dissector.install import install_profile

    click.echo(put(generate_lua(settings.codepoints)))
    if profile:
        click.echo(install_profile())
        click.echo("choose the profile: Edit > Configuration Profiles > PMIPv6, or: wireshark -C PMIPv6", err=True)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        click.echo("note: Wireshark 4.4 and later load no Lua for root; install as the user who runs it", err=True)
    click.echo("restart Wireshark, or reload its Lua plugins (Analyze menu), to use it", err=True)


@command.command()
def uninstall() -> None:
    """Remove it and its profile, and the folders that are empty then."""
    from pmiptool.dissector.install import uninstall as remove

    removed = remove()
    for path in removed:
        click.echo(path)
    if removed:
        click.echo("restart Wireshark: without it, it would leave Mobility Headers unread until then", err=True)
    else:
        click.echo("it was not installed: nothing to remove", err=True)


@command.command()
def path() -> None:
    """Print the folder of personal Lua plugins that Wireshark looks into."""
    from pmiptool.dissector.install import plugin_folder

    click.echo(plugin_folder())
