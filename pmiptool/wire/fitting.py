"""Messages that would be longer than a Mobility Header can be go without their last options."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pmiptool.wire.codec import Codec
from pmiptool.wire.layout import EncodeError


def encode_what_fits(
    codec: Codec, message: Any, src: bytes | None = None, dst: bytes | None = None
) -> tuple[bytes, str]:
    """The octets of a message, and why its last options were left out; empty where it is whole.

    For what repeats the words of a peer: a request of 2048 octets has a longer answer. Raises EncodeError where the
    message does not fit without options either.
    """
    try:
        return codec.encode(message, src=src, dst=dst), ""
    except EncodeError as error:
        reason = str(error)
    options = getattr(message, "options", ())
    data, fits, too_many = codec.encode(replace(message, options=()), src=src, dst=dst), 0, len(options)
    while too_many - fits > 1:
        half = (fits + too_many) // 2
        try:
            data = codec.encode(replace(message, options=options[:half]), src=src, dst=dst)
            fits = half
        except EncodeError:
            too_many = half
    return data, f"{reason}; its last {len(options) - fits} options are left out"
