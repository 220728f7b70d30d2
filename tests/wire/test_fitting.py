"""Messages that do not fit: what goes, and what is said of the rest."""

import pytest

from pmiptool.wire.codec import codec_for
from pmiptool.wire.fitting import encode_what_fits
from pmiptool.wire.layout import EncodeError
from pmiptool.wire.values import BindingAcknowledgement, MobileNodeIdentifier, Multihoming, UnknownMessage

CODEC = codec_for()
HERE, THERE = bytes(15) + b"\1", bytes(15) + b"\2"
NAME = MobileNodeIdentifier(subtype=1, identifier=bytes(125))  # 128 octets


def test_a_message_that_fits_is_whole():
    message = BindingAcknowledgement(sequence=7, options=(NAME,))
    assert encode_what_fits(CODEC, message, HERE, THERE) == (CODEC.encode(message, src=HERE, dst=THERE), "")


def test_the_last_options_are_left_out():
    """12 octets, 15 times 128 and 4 of padding make 1936; the sixteenth would make 2064."""
    message = BindingAcknowledgement(sequence=7, options=(NAME,) * 20)
    data, told = encode_what_fits(CODEC, message, HERE, THERE)
    shorter = BindingAcknowledgement(sequence=7, options=(NAME,) * 15)
    assert (len(data), data) == (1936, CODEC.encode(shorter, src=HERE, dst=THERE))
    assert told.endswith("its last 5 options are left out") and "holds 2048" in told


def test_what_cannot_be_encoded_ends_the_options():
    message = BindingAcknowledgement(options=(NAME, Multihoming(mhgid=70000), NAME))
    data, told = encode_what_fits(CODEC, message)
    assert data == CODEC.encode(BindingAcknowledgement(options=(NAME,)))
    assert "its last 2 options are left out" in told and "mhgid" in told


def test_a_message_without_options_that_does_not_fit_is_an_error():
    with pytest.raises(EncodeError, match="holds 2048"):
        encode_what_fits(CODEC, UnknownMessage(99, bytes(3000)))
