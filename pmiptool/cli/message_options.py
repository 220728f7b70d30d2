"""The flags that say what a message is to be: `craft` and `send` share them.

``@message_options`` gives a command ``request: Request``, which `pmiptool.craft.craft` turns into a packet.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from pmiptool.craft.request import Request

F = TypeVar("F", bound=Callable[..., Any])
_PORT = click.IntRange(0, 65535)

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("message", required=False, metavar="[MESSAGE]"),
    click.option("--src", metavar="ADDRESS", help="Source (2001:db8:1::2; of a PBA 2001:db8:1::1)."),
    click.option("--dst", metavar="ADDRESS", help="Destination (2001:db8:1::1; of a PBA 2001:db8:1::2)."),
    click.option("--hop-limit", type=click.IntRange(0, 255), metavar="N", help="Hop limit (64)."),
    click.option("--udp", is_flag=True, help="In UDP (RFC 5844 4); with IPv4 addresses over IPv4."),
    click.option("--sport", type=_PORT, metavar="N", help="UDP source port (5436); brings --udp."),
    click.option("--dport", type=_PORT, metavar="N", help="UDP destination port (5436); brings --udp."),
    click.option("--seq", metavar="N", help="Sequence number (1)."),
    click.option("--lifetime", metavar="SECONDS", help="A multiple of 4, or max for 0xffff (300)."),
    click.option("--flags", metavar="LETTERS", help="Flags (PBU AP, PBA P)."),
    click.option("--status", metavar="NAME|N", help="Status of an acknowledgement or error."),
    click.option("--mn-id", metavar="NAI", help="Mobile node identifier (mn1@example.org)."),
    click.option("--hnp", multiple=True, metavar="PREFIX", help="Home network prefix; any is ::/0 (repeatable)."),
    click.option("--hi", metavar="NAME|N", help="Handoff indicator (1)."),
    click.option("--att", metavar="NAME|N", help="Access technology type (4)."),
    click.option("--ll-id", metavar="MAC", help="Mobile node link-layer identifier."),
    click.option("--link-local", metavar="ADDR", help="Link-local address; :: asks for one."),
    click.option("--timestamp", metavar="now|none|ISO-8601|0xRAW", help="Timestamp."),
    click.option("--service", metavar="NAME", help="Service selection."),
    click.option("--mhgid", metavar="N", help="Multihoming group; brings the multihoming option."),
    click.option("--act", metavar="none|remove|keep|N", help="What becomes of the filters; brings that option too."),
    click.option("--flow", multiple=True, metavar="'EXPR'", help="A filter: 'fid=1 pri=10 dst-port=80' (repeatable)."),
    click.option("--flow-summary", metavar="FID,FID|empty", help="Flow summary."),
    click.option(
        "-O",
        "options",
        multiple=True,
        metavar="NAME:field=value,...",
        help="Any option; raw:type=N,data=HEX; or the JSON of one option. type= and len= may be wrong (repeatable).",
    ),
    click.option("--bare", is_flag=True, help="Only the options asked for, none that a PBU or PBA must have."),
    click.option(
        "--set",
        "sets",
        multiple=True,
        metavar="FIELD=VALUE",
        help="A field of the message as it must not be: checksum=wrong, len=3, reserved=1 (repeatable).",
    ),
    click.option("--no-pad", is_flag=True, help="No padding: options unaligned, the tail not filled."),
    click.option("--truncate", type=click.IntRange(min=0), metavar="N", help="Keep N octets of the Mobility Header."),
    click.option("--append", metavar="HEX", help="Octets behind the Mobility Header."),
    click.option(
        "--from", "source", metavar="FILE|-", help="Start from a capture, an object of decode --json, or a line of hex."
    ),
    click.option("--frame", type=click.IntRange(min=1), metavar="N", help="Which packet of --from."),
)


def message_options(function: F) -> F:
    """MESSAGE and its flags; the command gets ``request``."""
    names = tuple(Request.__dataclass_fields__)

    @functools.wraps(function)
    def wrapper(*args: Any, **given: Any) -> Any:
        given["request"] = Request(**{name: given.pop(name) for name in names})
        return function(*args, **given)

    result: Any = wrapper
    for option in reversed(_OPTIONS):
        result = option(result)
    return result  # type: ignore[no-any-return]
