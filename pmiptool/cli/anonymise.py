"""``pmiptool anonymise``: a capture again with other addresses, names and numbers, to be given away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmiptool.cli.options import Settings, settings_options

if TYPE_CHECKING:
    from pmiptool.capture.anonymise import Done


@click.command()
@click.argument("file", metavar="FILE")
@click.option("-o", "output", metavar="FILE", required=True, help="Where to write; - is standard output.")
@click.option(
    "--key",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The key, 16 octets or more: the same names become the same again.  [default: a random one, not stored]",
)
@click.option(
    "--keep",
    multiple=True,
    type=click.Choice(["unknown", "payload", "comments"]),
    help="Keep octets that no format is known of, what packets carry beside the signalling, or comments and names in "
    "the file itself (repeatable).",
)
@settings_options
def command(file: str, output: str, key: str | None, keep: tuple[str, ...], settings: Settings) -> int:
    """Write FILE (a capture, or - for standard input) again without what names somebody.

    IPv6 and IPv4 addresses, prefixes, MACs, also those in interface identifiers, network access identifiers, IMSIs,
    names of services, networks and places, coordinates, tokens and authenticators become others of the same form and
    length, in headers and options, in tunnels and in what ICMP errors return. The same becomes the same; addresses that
    share their first bits still do, and no more; what kind of address it is stays, and a small interface identifier
    such as ::1 stays small. Sequence numbers, flow and key identifiers, times, lengths and link types stay, and
    checksums are as right or wrong as they were, so that validate finds the same.

    What no format is known of becomes other octets, other payload zeros (data of users, what is encrypted, later
    fragments), and comments, host and interface names go; stderr says how often.

    \b
    Examples:
      pmiptool anonymise trace.pcapng -o shared.pcapng
      head -c 32 /dev/urandom > key; pmiptool anonymise day1.pcap -o shared1.pcap --key key
      pmiptool anonymise trace.pcapng -o shared.pcapng --keep unknown --codepoint multihoming_option_type=42
    """
    from pmiptool.capture.anonymise import anonymise, read_key

    done = anonymise(file, output, read_key(key), keep=frozenset(keep), settings=settings.codepoints)
    for line in told(done, frozenset(keep), key):
        click.echo(line, err=True)
    if Path(output).suffix.lower() == {"pcap": ".pcapng", "pcapng": ".pcap"}[done.form]:
        click.echo(f"note: {output} is a {done.form}, as {file} is, whatever its name says", err=True)
    return 0


def told(result: Done, keep: frozenset[str], key: str | None) -> list[str]:
    """What was done, line by line."""
    from pmiptool.capture.anonymise.messages import DIFFERENT, KEPT_COMMENTS, KEPT_PAYLOAD, KEPT_UNKNOWN

    counted = result.counted
    lines = [f"{result.packets} packets with {result.messages} Mobility Headers written"]
    for kind, what, became in (
        (KEPT_UNKNOWN, "parts of unknown format", "replaced"),
        (KEPT_PAYLOAD, "payloads", "zeroed"),
        (KEPT_COMMENTS, "comments and names in the file itself", "left out"),
    ):
        if counted[kind]:
            done_to = "kept as they are" if kind in keep else f"{became} (--keep {kind} keeps them)"
            lines.append(f"{counted[kind]} {what} {done_to}")
    if counted[DIFFERENT]:
        lines.append(f"warning: {counted[DIFFERENT]} messages are judged otherwise than before")
    if key is None:
        lines.append("the key was a random one: with --key FILE the same names become the same in another capture")
    return lines
