"""``pmiptool craft``: one message from flags, well formed or wrong on purpose."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pmiptool.cli.message_options import message_options
from pmiptool.cli.options import Settings, settings_options
from pmiptool.craft.request import Request
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.capture.messages import Seen
    from pmiptool.craft import Crafted
    from pmiptool.registry.codepoints import CodePoints


@click.command()
@message_options
@click.option("--hex", "as_hex", is_flag=True, help="The whole IP packet in hex (this is the default).")
@click.option("--mh-hex", is_flag=True, help="The Mobility Header alone in hex.")
@click.option("-o", "output", metavar="FILE", type=click.Path(dir_okay=False), help="Write .pcap, .pcapng or .bin.")
@click.option("--show", is_flag=True, help="A tree.")
@click.option("--json", "as_json", is_flag=True, help="JSON, as decode prints it.")
@click.option("--as", "form", type=click.Choice(["command", "scapy"]), help="What makes it again.")
@settings_options
def command(
    request: Request,
    as_hex: bool,
    mh_hex: bool,
    output: str | None,
    show: bool,
    as_json: bool,
    form: str | None,
    settings: Settings,
) -> int:
    """Make one MESSAGE (pbu, pba, bri, heartbeat, ...: registry list has all, message-N is any other) and print it.

    \b
    pmiptool craft pbu --act keep --hi 4 --lifetime 0 --show
    pmiptool craft pbu --flow 'fid=1 pri=10 proto=udp dst-port=5060-5061' -o pbu.pcapng
    pmiptool craft pba --status 155 -O hi:hi=9,len=3 --set checksum=wrong
    pmiptool craft bri --flags P --mn-id mn1@example.org --set revocation_trigger=administrative --show
    pmiptool craft update-notification --flags A --mn-id mn1@example.org --set reason=qos-service-request \\
    -O '{"name": "qos", "fields": {"sr_id": 1, "oc": 1, "suboptions": [{"name": "agg-max-dl", "fields": {"rate": 9}}]}}'
    pmiptool craft --from capture.pcap --frame 7 --seq 8 --as command
    """
    asked = {
        "--hex": as_hex, "--mh-hex": mh_hex, "-o": output is not None, "--show": show, "--json": as_json,
        "--as": form is not None,
    }  # fmt: skip
    flags = [flag for flag, given in asked.items() if given]
    if len(flags) > 1:
        raise UsageError(f"{' and '.join(flags)} exclude each other; give one of them")
    from pmiptool.craft import craft

    points = settings.codepoints
    crafted = craft(request, points)
    if output is not None:
        _write(output, crafted.octets)
    elif mh_hex:
        click.echo(crafted.mh.hex())
    elif show or as_json:
        _read(crafted, settings, as_json)
    elif form == "scapy":
        from pmiptool.layers import scapy_text

        click.echo(scapy_text(crafted.octets, settings=points))
    elif form == "command":
        from pmiptool.text.command import craft_command

        seen = _seen(crafted, points)
        click.echo(craft_command(seen.decoded, seen.envelope, points))
    else:
        click.echo(crafted.octets.hex())
    return 0


def _write(name: str, octets: bytes) -> None:
    """A capture of one packet at time 0, or the octets alone."""
    lower = name.lower()
    if lower.endswith(".bin"):
        try:
            with open(name, "wb") as file:
                file.write(octets)
        except OSError as error:
            raise UsageError(f"cannot write {name}: {error.strerror}") from None
    elif lower.endswith((".pcap", ".pcapng")):
        from pmiptool.capture.files import Writer

        with Writer(name) as writer:
            writer.write(octets, 0)
    else:
        raise UsageError(f"-o {name} ends in none of .pcap, .pcapng and .bin, which say what to write")


def _seen(crafted: Crafted, points: CodePoints) -> Seen:
    """The packet as a reader finds it. A Mobility Header that is cut away altogether is one without octets."""
    from pmiptool.capture.files import RAW_IP, Frame
    from pmiptool.capture.messages import Seen, decode_envelope
    from pmiptool.wire.codec import codec_for
    from pmiptool.wire.envelope import Envelope

    udp = crafted.sport is not None
    src, dst = crafted.src, crafted.dst
    hops = crafted.octets[8 if len(src) == 4 else 7]
    envelope = Envelope(
        src, dst, src, dst, hops, "udp" if udp else "ipv6", crafted.sport, crafted.dport, (), crafted.mh,
        len(crafted.octets) - len(crafted.mh), False,
    )  # fmt: skip
    return Seen(Frame(0, 0, RAW_IP, crafted.octets), envelope, decode_envelope(codec_for(points), envelope))


def _read(crafted: Crafted, settings: Settings, as_json: bool) -> None:
    from pmiptool.cli.decode import message_json

    shown = message_json(_seen(crafted, settings.codepoints), settings.context)
    if as_json:
        import json

        click.echo(json.dumps(shown))
        return
    from pmiptool.report.ladder import speaks_unicode
    from pmiptool.report.style import wants_colour
    from pmiptool.report.tree import render

    click.echo(render(shown, colour=wants_colour(sys.stdout), unicode=speaks_unicode(sys.stdout.encoding)), nl=False)
