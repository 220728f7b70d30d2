"""``pmiptool decode``: every Mobility Header of a capture or a hex string, as a tree, JSON, hex or a command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.options import Settings, security_associations, settings_options
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.capture.files import Frame
    from pmiptool.capture.messages import Seen
    from pmiptool.registry.codepoints import CodePoints
    from pmiptool.rules import Context

FORMS = ("json", "command", "scapy", "hex")


@click.command()
@click.argument("file", required=False, metavar="[FILE|-]")
@click.option("--hex", "hex_digits", metavar="STRING", help="An IPv6 packet in hex instead of a capture.")
@click.option("--mh", is_flag=True, help="The hex string is a Mobility Header alone.")
@click.option("--frame", type=click.IntRange(min=1), metavar="N", help="Only packet N of the capture.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one for each Mobility Header.")
@click.option("--as", "form", type=click.Choice(FORMS), help="Print json, a craft command, Scapy's form, or hex.")
@click.option("--esp", metavar="FILE", type=click.Path(dir_okay=False), help="Open ESP by the SAs in FILE (TOML).")
@settings_options
def command(
    file: str | None,
    hex_digits: str | None,
    mh: bool,
    frame: int | None,
    as_json: bool,
    form: str | None,
    esp: str | None,
    settings: Settings,
) -> int:
    """Show every Mobility Header of FILE (pcap or pcapng, also in gzip or zstd) or of a hex string.

    Looks inside IPv6-in-IPv6, GRE and UDP 5436 and behind extension headers. Exit code 0 when it could read. With --esp
    a packet is shown, and its hex given, as it was before ESP; what cannot be opened is told on stderr.
    """
    if as_json and form not in (None, "json"):
        raise UsageError(f"--json and --as {form} exclude each other; give one of them")
    seen = _seen(file, hex_digits, mh, frame, settings.codepoints, esp)
    context = settings.context
    printer = _PRINTERS["json" if as_json else form or "tree"]
    written = 0
    stdout = sys.stdout
    try:
        for one, codepoints in seen:
            if codepoints is not context.codepoints:
                context = replace(context, codepoints=codepoints)
            stdout.write(printer(one, context, written == 0))
            written += 1
            if file == "-":  # a live capture is shown as it comes
                stdout.flush()
    finally:
        stdout.flush()
    if not written:
        where = "the hex string" if hex_digits is not None else "standard input" if file == "-" else file
        packet = f"packet {frame} of " if frame is not None else ""
        click.echo(f"note: no Mobility Header in {packet}{where}", err=True)
    return 0


def _seen(
    file: str | None,
    hex_digits: str | None,
    mh: bool,
    number: int | None,
    codepoints: CodePoints,
    esp: str | None,
) -> Iterator[tuple[Seen, CodePoints]]:
    """The messages, each with the settings that it was read with."""
    if (file is None) == (hex_digits is None):
        what = "either a capture or --hex, not both" if file is not None else "a capture file, - or --hex STRING"
        raise UsageError(f"give {what}")
    if hex_digits is not None and number is not None:
        raise UsageError("--frame selects from a capture, and --hex is one packet")
    if file is not None and mh:
        raise UsageError("--mh is about a --hex string; a capture says by itself what it holds")
    from pmiptool.capture.messages import Dialects

    dialects = Dialects(codepoints, lambda text: click.echo(f"note: {text}", err=True))
    associations = security_associations(esp)
    frames = _from_hex(hex_digits, mh) if file is None else _from_capture(file, number)
    if associations is not None and not mh:
        from pmiptool.capture.sealed import opened

        frames = opened(frames, associations, lambda text: click.echo(f"note: {text}", err=True))
    for frame in frames:
        yield from [_alone(frame, codepoints)] if mh else dialects.read(frame)


def _from_capture(file: str, number: int | None) -> Iterator[Frame]:
    from pmiptool.capture.files import read

    if number is None:
        yield from read(file)
        return
    last = 0
    for frame in read(file):
        last = frame.number
        if last == number:
            yield frame
            return
    raise UsageError(f"{file} has no packet {number}; its last is {last}")


def _from_hex(text: str | None, mh: bool) -> Iterator[Frame]:
    from pmiptool.capture.files import RAW_IP, Frame
    from pmiptool.text.values import parse_hex

    data = parse_hex("--hex", text or "")
    if not mh and (not data or data[0] >> 4 not in (4, 6)):
        raise UsageError("--hex is no IPv6 packet; add --mh when it is a Mobility Header alone")
    yield Frame(0, 0, RAW_IP, data)


def _alone(frame: Frame, codepoints: CodePoints) -> tuple[Seen, CodePoints]:
    """A Mobility Header without anything that carries it."""
    from pmiptool.capture.messages import Seen
    from pmiptool.wire.codec import codec_for

    return Seen(frame, None, codec_for(codepoints).decode(frame.data)), codepoints


def message_json(one: Seen, context: Context) -> dict[str, Any]:
    """The JSON object of one message with the findings of all rules on it."""
    from pmiptool.rules import check_message
    from pmiptool.text.json import message_object

    truncated = one.envelope is not None and one.envelope.truncated
    # What a rule misses in a truncated message may be in the octets that were not captured.
    findings = one.decoded.findings if truncated else check_message(one.decoded, one.envelope, context)
    shown = message_object(
        one.decoded,
        one.envelope,
        frame=one.frame.number or None,
        time_ns=one.frame.time_ns if one.frame.number else None,
        findings=findings,
        settings=context.codepoints,
    )
    if truncated:
        shown["truncated"] = True
    spi = getattr(one.frame, "spi", None)
    if spi is not None:
        shown["esp"] = {"spi": f"0x{spi:08x}", "sequence": getattr(one.frame, "sequence", 0)}
    return shown


def _json(one: Seen, context: Context, first: bool) -> str:
    import json

    return json.dumps(message_json(one, context)) + "\n"


def _tree(one: Seen, context: Context, first: bool) -> str:
    from pmiptool.report.ladder import speaks_unicode
    from pmiptool.report.style import wants_colour
    from pmiptool.report.tree import render

    text = render(
        message_json(one, context), colour=wants_colour(sys.stdout), unicode=speaks_unicode(sys.stdout.encoding)
    )
    return text if first else "\n" + text


def packet(one: Seen) -> bytes:
    """The octets from the outermost IP header to the end of its packet; of a bare Mobility Header itself."""
    if one.envelope is None:
        return one.decoded.raw
    data = one.frame.data[one.envelope.ip_offset :]
    length = 40 + int.from_bytes(data[4:6], "big") if data[0] >> 4 == 6 else int.from_bytes(data[2:4], "big")
    return data if length in (0, 40) else data[:length]


def _hex(one: Seen, context: Context, first: bool) -> str:
    return packet(one).hex() + "\n"


def _scapy(one: Seen, context: Context, first: bool) -> str:
    from pmiptool.layers import scapy_text

    return scapy_text(packet(one), alone=one.envelope is None, settings=context.codepoints) + "\n"


def _command(one: Seen, context: Context, first: bool) -> str:
    from pmiptool.text.command import craft_command

    return craft_command(one.decoded, one.envelope, context.codepoints) + "\n"


_PRINTERS: dict[str, Callable[[Seen, Context, bool], str]] = {
    "tree": _tree,
    "json": _json,
    "hex": _hex,
    "scapy": _scapy,
    "command": _command,
}
