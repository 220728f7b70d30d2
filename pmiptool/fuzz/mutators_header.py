"""What can be wrong with the header of a message, its padding, its end, and its octets; and one of all mutators."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from pmiptool.fuzz.mutators import MUTATORS, Mutated, mutator
from pmiptool.fuzz.shape import MOST, Edit, Grammar, Shape, Tlv
from pmiptool.registry import catalogue

PADN = 1


def mutate(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """One thing wrong with a tree, by a mutator that can; None where the message would not fit its header any more."""
    names, weights = list(MUTATORS), [weight for weight, _ in MUTATORS.values()]
    while True:
        changed = MUTATORS[chance.choices(names, weights)[0]][1](shape, chance, grammar)
        if changed is not None:
            return changed if len(grammar.octets(changed[0])) <= MOST + 64 else None


@mutator("header-length", 4)
def header_length(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """A Header Len that counts other than what is there."""
    right = max(0, len(grammar.octets(shape)) // 8 - 1)
    lies = {0, 1, right - 1, right + 1, right + 8, 127, 128, 254, 255} - {right}
    units = chance.choice(sorted(number for number in lies if 0 <= number <= 255))
    return replace(shape, units=units), f"Header Len {units} in place of {right}"


@mutator("checksum", 2)
def wrong_checksum(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """A checksum that is wrong, or zero."""
    if chance.random() < 0.4:
        return replace(shape, off=None), "checksum zero"
    off = chance.choice((1, 0x8000, 0x5555, 0xFFFF))
    return replace(shape, off=off), f"checksum wrong by {off:#06x}"


@mutator("payload-proto", 1)
def payload_proto(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """Something follows the Mobility Header, says its Payload Proto."""
    proto = chance.choice((0, 6, 17, 41, 43, 44, 50, 58, 60, 135, 255))
    return replace(shape, proto=proto), f"Payload Proto {proto}"


@mutator("message-type", 2)
def message_type(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """The message under the number of another, or of none."""
    known = sorted({int(entry.number) for entry in catalogue.MESSAGES if isinstance(entry.number, int)})
    unknown = [number for number in range(256) if number not in known]
    kind = chance.choice([number for number in known if number != shape.kind]) if chance.random() < 0.6 else None
    kind = chance.choice((*unknown[:2], 127, 128, 254, 255)) if kind is None else kind
    return replace(shape, kind=kind), f"message type {kind}"


@mutator("truncated", 3)
def truncated(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """The message ends anywhere; its Header Len counts what is there, or what was."""
    size = len(grammar.octets(shape))
    cut = chance.choice((0, 1, 2, 3, 5, 6, 7, 8, size - 8, size - 1, chance.randrange(max(size, 1))))
    if not 0 <= cut < size:
        return None
    if chance.random() < 0.4 and cut >= 8:
        gone = size - cut // 8 * 8
        edit = Edit(size - gone, gone)
        return replace(shape, edits=(*shape.edits, edit), recount=True), f"ends after {size - gone} octets, and says so"
    return replace(shape, cut=cut), f"cut after {cut} octets"


@mutator("trailing", 2)
def trailing(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """Octets behind the end that the header gives."""
    more = chance.choice((b"\0", bytes(7), bytes(8), b"\xff" * 8, chance.randbytes(chance.randint(1, 64))))
    return replace(shape, tail=more), f"{len(more)} octets behind the end"


@mutator("padding", 4)
def odd_padding(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """No padding, too much, of many Pad1, of PadN with octets in it, or with a length that is none."""
    what = chance.randrange(5)
    at = chance.randint(0, len(shape.options))

    def put(*pads: Tlv) -> Shape:
        return replace(shape, options=(*shape.options[:at], *pads, *shape.options[at:]))

    if what == 0:
        return replace(shape, padded=False), "no padding"
    if what == 1:
        many = chance.choice((1, 9, 64, 512))
        return put(*(Tlv(0, bare=True),) * many), f"{many} Pad1 put in"
    if what == 2:
        data = chance.choice((b"", b"\1", b"\xff" * 4, chance.randbytes(200)))
        return put(Tlv(PADN, data)), f"PadN with {data[:4].hex() or 'nothing'} in it"
    if what == 3:
        length = chance.choice((0, 1, 127, 254, 255))
        return put(Tlv(PADN, bytes(2), length=length)), f"PadN of length octet {length} over 2 octets"
    odd = chance.randint(1, 7)
    return replace(shape, padded=False, tail=shape.tail + bytes(odd)), f"no padding, and {odd} octets at the end"


@mutator("octets", 4)
def changed_octets(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """Single octets of the finished message changed, put in, doubled or taken out."""
    data = grammar.octets(shape)
    edits = tuple(octet_edit(data, chance) for _ in range(chance.randint(1, 4)))
    recount = chance.random() < 0.5
    told = ", ".join(f"{edit.octets[:4].hex() or 'nothing'} for {edit.gone} at {edit.at}" for edit in edits)
    return replace(shape, edits=(*shape.edits, *edits), recount=shape.recount or recount), f"octets: {told}"


def octet_edit(data: bytes, chance: Random) -> Edit:
    """A few octets changed, cut away, doubled or put in, of no structure."""
    at = chance.randrange(len(data)) if data else 0
    what = chance.random()
    if what < 0.6 and data:
        return Edit(at, 1, bytes((chance.choice((0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256))),)))
    if what < 0.75:
        return Edit(at, chance.randint(1, 8))
    if what < 0.9 and data:
        return Edit(at, 0, data[at : at + chance.randint(1, 24)])
    return Edit(at, 0, chance.randbytes(chance.randint(1, 8)))
