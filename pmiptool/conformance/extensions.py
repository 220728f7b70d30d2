"""What an LMA need not have, as its first answer shows it: IPv4 home addresses, GRE keys, several paths."""

from __future__ import annotations

from typing import Any, NamedTuple

from pmiptool.conformance.reply import Reply
from pmiptool.mag.answers import first
from pmiptool.wire.values import (
    BindingUpdate,
    GreKey,
    HomeNetworkPrefix,
    Ipv4HomeAddressRequest,
    MagMultipathBinding,
)

MISSING_PREFIX = 158


class Extension(NamedTuple):
    """asks: the option that asks for it. types: of options that tell of it. refusal: the status that denies it all."""

    asks: type[Any]
    types: tuple[int, ...]
    refusal: int | None = None


EXTENSIONS = {
    "ipv4": Extension(Ipv4HomeAddressRequest, (37, 38, 39), 170),  # RFC 5844 3.1.2.1
    "gre": Extension(GreKey, (33,)),  # RFC 5845 5.2: 2 is no refusal, and has no option
    "multipath": Extension(MagMultipathBinding, (63,), 180),  # RFC 8278 4.3, 4.4
}


def gives(need: str, reply: Reply) -> bool:
    """Whether an answer accepts, and tells of what was asked for."""
    return reply.is_accepted and any(reply.octets(kind) for kind in EXTENSIONS[need].types)


def lacking(need: str, reply: Reply) -> str:
    """Why an answer shows an LMA that does not have what was asked for, and is right; "" where it does not."""
    asked, extension = reply.request.decoded.message, EXTENSIONS[need]
    if not isinstance(asked, BindingUpdate) or not asked.lifetime or first(asked.options, extension.asks) is None:
        return ""
    if reply.status is not None and reply.status == extension.refusal:
        return f"it refuses this with {reply.status_text}"
    # One that skips the option sees nothing to assign (RFC 6275 6.2.1).
    skipped = need == "ipv4" and first(asked.options, HomeNetworkPrefix) is None and reply.status == MISSING_PREFIX
    if skipped or (reply.is_accepted and not gives(need, reply)):
        return f"its answer {reply.status_text} tells nothing of {need}"
    return ""
