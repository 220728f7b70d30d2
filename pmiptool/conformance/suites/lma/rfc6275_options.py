"""RFC 6275 6.2: options, known and unknown, and the padding between them."""

from __future__ import annotations

from msgspec.structs import replace

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.reply import Reply
from pmiptool.wire.values import AlternateCareOfAddress, BindingRefreshAdvice, NonceIndices, UnknownOption

FIXED = 12  # octets of a Binding Update before its options
STRANGE = UnknownOption(240, b"who knows")
PAD1, PADN = 0, 1


def _beside(lma: Lma, option: UnknownOption, *, at: int) -> Reply:
    """The answer to a request with an unknown option at that place among the others."""
    node = lma.node()
    request = node.pbu()
    options = (*request.options[:at], option, *request.options[at:])
    return node.ask(replace(request, options=options))


@against_lma("rfc6275/6.2.1/unknown-option-first")
def unknown_option_first(lma: Lma) -> None:
    _beside(lma, STRANGE, at=0).accepted()


@against_lma("rfc6275/6.2.1/unknown-option-between")
def unknown_option_between(lma: Lma) -> None:
    _beside(lma, STRANGE, at=2).accepted()


@against_lma("rfc6275/6.2.1/unknown-option-last")
def unknown_option_last(lma: Lma) -> None:
    _beside(lma, STRANGE, at=100).accepted()


@against_lma("rfc6275/6.2.1/unknown-option-empty")
def unknown_option_empty(lma: Lma) -> None:
    _beside(lma, UnknownOption(240, b""), at=1).accepted()


@against_lma("rfc6275/6.2.1/unknown-option-long")
def unknown_option_long(lma: Lma) -> None:
    _beside(lma, UnknownOption(240, bytes(range(255))), at=1).accepted()


@against_lma("rfc6275/6.2.1/unknown-option-no-error")
def unknown_option_no_error(lma: Lma) -> None:
    reply = _beside(lma, STRANGE, at=1)
    came = [reply.decoded.name, *(packet.decoded.name for packet in reply.further)]
    lma.check("no Binding Error", "binding-error" not in came, " and ".join(came))


@against_lma("rfc6275/6.2.1/alignment")
def alignment(lma: Lma) -> None:
    lma.node().ask().accepted()
    wrong = [found.text for found in lma.findings if found.rule.endswith("/alignment")]
    lma.check("aligned options", not wrong, "; ".join(wrong))


# Padding


def _padded(lma: Lma, octets: bytes) -> Reply:
    """The answer to a renewal that begins with this padding."""
    node = lma.node()
    node.attach()
    return node.ask(lma.inserted(node.pbu(), FIXED, octets))


@against_lma("rfc6275/6.2.2/pad1")
def pad1(lma: Lma) -> None:
    _padded(lma, bytes((PAD1, PADN, 5)) + bytes(5)).accepted()


@against_lma("rfc6275/6.2.2/several-pad1")
def several_pad1(lma: Lma) -> None:
    _padded(lma, bytes((PAD1,)) * 8).accepted()


@against_lma("rfc6275/6.2.3/padn-empty")
def padn_empty(lma: Lma) -> None:
    _padded(lma, bytes((PADN, 0)) * 4).accepted()


@against_lma("rfc6275/6.2.3/padn-with-data")
def padn_with_data(lma: Lma) -> None:
    _padded(lma, bytes((PADN, 6)) + b"filler").accepted()


@against_lma("rfc6275/6.2.2/padding-sent")
def padding_sent_together(lma: Lma) -> None:
    slots = lma.node().ask().decoded.layout.slots
    beside = [one.offset for one, other in zip(slots, slots[1:], strict=False) if one.type == other.type == PAD1]
    lma.check("no Pad1 beside another", not beside, f"at offset {', '.join(map(str, beside))}")


@against_lma("rfc6275/6.2.3/padding-sent")
def padding_sent_zero(lma: Lma) -> None:
    slots = lma.node().ask().decoded.layout.slots
    filled = [slot.offset for slot in slots if slot.pad is not None and slot.type == PADN and any(slot.pad[2:])]
    lma.check("PadN of zero octets", not filled, f"others at offset {', '.join(map(str, filled))}")


# Options that have their places


@against_lma("rfc6275/6.2.4/refresh-advice-alignment")
def refresh_advice_alignment(lma: Lma) -> None:
    slots = [slot for slot in lma.node().ask().decoded.layout.slots if slot.type == 2]
    odd = [slot.offset for slot in slots if slot.offset % 2]
    lma.check("no Binding Refresh Advice but at 2n", not odd, f"at offset {odd}")


@against_lma("rfc6275/6.2.4/refresh-advice-only-in-acceptance")
def refresh_advice_only_in_acceptance(lma: Lma) -> None:
    advice = lma.node().ask(without="hnp").rejected().option(BindingRefreshAdvice)
    lma.check("no Binding Refresh Advice in a rejection", advice is None, advice)


@against_lma("rfc6275/6.2.4/refresh-advice-shorter")
def refresh_advice_shorter(lma: Lma) -> None:
    reply = lma.node().ask().accepted()
    advice = reply.option(BindingRefreshAdvice)
    shorter = advice is None or advice.refresh_interval < reply.message.lifetime
    lma.check("no Binding Refresh Advice beyond the lifetime", shorter, advice)


@against_lma("rfc6275/10.3.2/no-refresh-advice")
def no_refresh_advice(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    advice = node.detach().option(BindingRefreshAdvice)
    lma.check("no Binding Refresh Advice after a deregistration", advice is None, advice)


@against_lma("rfc6275/6.2.5/not-in-acknowledgement")
def no_alternate_care_of_address(lma: Lma) -> None:
    option = lma.node().ask().option(AlternateCareOfAddress)
    lma.check("no Alternate Care-of Address option", option is None, option)


@against_lma("rfc6275/6.2.6/not-in-acknowledgement")
def no_nonce_indices(lma: Lma) -> None:
    option = lma.node().ask().option(NonceIndices)
    lma.check("no Nonce Indices option", option is None, option)
