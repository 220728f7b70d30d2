"""What can be made wrong with a message. Each mutator changes one thing of a tree and says what."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from msgspec.structs import replace

from pmiptool.fuzz import boundaries, sound
from pmiptool.fuzz.places import Place, places
from pmiptool.fuzz.shape import (
    MOST,
    Grammar,
    Path,
    Shape,
    Tlv,
    at_path,
    paths,
    siblings,
    space_of,
    with_siblings,
    with_tlvs,
)
from pmiptool.registry import catalogue, model
from pmiptool.wire import values

Mutated = tuple[Shape, str]
"""The tree, and what is wrong with it now: `hnp: length 0`."""
Mutator = Callable[[Shape, Random, Grammar], "Mutated | None"]
"""None where the message has nothing that could be wrong so."""
MUTATORS: dict[str, tuple[int, Mutator]] = {}
"""Each by its name, with how often it is taken."""
DEEPEST = 6  # levels of sub-options
LONGEST = 253  # octets of an option that sub-options of two counted octets still fit around


def mutator(name: str, weight: int = 2) -> Callable[[Mutator], Mutator]:
    """Enter a mutator under its name."""

    def enter(function: Mutator) -> Mutator:
        MUTATORS[name] = weight, function
        return function

    return enter


def name_of(grammar: Grammar, shape: Shape, path: Path) -> str:
    """What an option or sub-option is called: `fid/binding-reference`."""
    words = []
    for depth in range(1, len(path) + 1):
        entry = grammar.entry_of(shape, path[:depth])
        number = at_path(shape, path[:depth]).type
        words.append(entry.name if entry is not None else f"{'sub-' * (depth > 1)}option-{number}")
    return "/".join(words)


def _somewhere(shape: Shape, chance: Random) -> Path | None:
    """One of the options or sub-options that have a length."""
    found = [path for path in paths(shape) if not at_path(shape, path).bare]
    return chance.choice(found) if found else None


# Lengths


@mutator("length", 5)
def wrong_length(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """A length octet that counts other than what follows."""
    path = _somewhere(shape, chance)
    if path is None:
        return None
    right = grammar.right_length(shape, path)
    lies = {0, 1, 2, 127, 128, 254, 255, right - 2, right - 1, right + 1, right + 2, right + 8} - {right}
    length = chance.choice(sorted(number for number in lies if 0 <= number <= 255))
    tlv = replace(at_path(shape, path), length=length)
    return with_tlvs(shape, path, tlv), f"{name_of(grammar, shape, path)}: length octet {length} in place of {right}"


@mutator("size", 4)
def other_size(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """An option that is shorter or longer than its format, and says so."""
    path = _somewhere(shape, chance)
    if path is None:
        return None
    tlv = at_path(shape, path)
    size = chance.choice((0, 0, 1, len(tlv.data) - 1, len(tlv.data) + 1, len(tlv.data) + 8, 2 * len(tlv.data), LONGEST))
    size = min(max(size, 0), LONGEST)
    if size == len(tlv.data):
        return None
    data = (tlv.data + chance.randbytes(size))[:size]
    inner = tlv.inner if size >= len(tlv.data) else ()
    changed = replace(tlv, data=data, inner=inner, live="")
    return with_tlvs(shape, path, changed), f"{name_of(grammar, shape, path)}: {size} octets of data"


@mutator("no-length", 1)
def no_length(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """A type octet at the very end, without a length."""
    number = chance.choice([tlv.type for tlv in shape.options] or [8])
    changed = replace(shape, options=(*shape.options, Tlv(number, bare=True)), padded=False)
    return changed, f"option {number} without a length octet at the end"


# Values


@mutator("field", 8)
def boundary(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """A boundary value in a field of the message, of an option or of a sub-option."""
    path = _somewhere(shape, chance) if chance.random() < 0.75 else None
    entry: model.Entry | None = grammar.message_of(shape) if path is None else grammar.entry_of(shape, path)
    data = shape.fixed if path is None else at_path(shape, path).data
    found = places(entry, data) if entry is not None else []
    if not found:
        return None
    place = chance.choice(found)
    about = f"{name_of(grammar, shape, path)}." if path is not None else ""
    if isinstance(place.field, (model.Rest, model.Sized)) and path is not None:
        new = boundaries.octets(place, data, chance)
        data = data[: place.bit // 8] + new + data[(place.bit + place.bits) // 8 :]
        told = f"{about}{place.name}: {len(new)} octets {new[:8].hex()}"
    else:
        data, told = _numbered(place, data, chance, grammar)
        told = about + told
    if path is None:
        return replace(shape, fixed=data), told
    tlv = at_path(shape, path)
    return with_tlvs(shape, path, replace(tlv, data=data[:LONGEST], live="")), told


def _numbered(place: Place, data: bytes, chance: Random, grammar: Grammar) -> tuple[bytes, str]:
    may = [number for number in boundaries.numbers(place, grammar.settings) if number != place.number(data)]
    number = chance.choice(may) if may else 0
    shown = f"{number:#x}" if place.bits > 16 else str(number)
    return place.put(data, number), f"{place.name}={shown}"


@mutator("reserved", 3)
def reserved_bits(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """Reserved bits, or flags that nobody has assigned, are set."""
    found: list[tuple[Path, Place, int]] = []
    for path in [(), *paths(shape)]:
        entry: model.Entry | None = grammar.entry_of(shape, path) if path else grammar.message_of(shape)
        data = at_path(shape, path).data if path else shape.fixed
        for place in places(entry, data) if entry is not None else ():
            mask = _reserved(place.field, place.bits)
            if mask:
                found.append((path, place, mask))
    if not found or chance.random() < 0.1:
        octet = chance.choice((1, 0x80, 0xFF))
        return replace(shape, reserved=octet), f"reserved octet of the header {octet:#04x}"
    path, place, mask = chance.choice(found)
    bits = mask & chance.choice((mask, mask, chance.getrandbits(place.bits) or mask))
    bits = bits or mask
    told = f"{name_of(grammar, shape, path)}.{place.name}" if path else place.name
    if not path:
        changed = replace(shape, fixed=place.put(shape.fixed, place.number(shape.fixed) | bits))
    else:
        tlv = at_path(shape, path)
        data = place.put(tlv.data, place.number(tlv.data) | bits)
        changed = with_tlvs(shape, path, replace(tlv, data=data, live=""))
    return changed, f"{told}: reserved bits {bits:#x}"


def _reserved(field: model.Field | model.Part, bits: int) -> int:
    if isinstance(field, model.UInt):
        return (1 << bits) - 1 if field.reserved else 0
    if isinstance(field, model.Flags):
        return ((1 << bits) - 1) & ~field.known
    return field.reserved_mask if isinstance(field, model.Flagged) and bits == 32 else 0


@mutator("flags-without-members", 1)
def flags_without_members(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """A traffic selector's flags say that members are there which are not, or the other way round."""
    found = []
    for path in paths(shape):
        entry = grammar.entry_of(shape, path)
        data = at_path(shape, path).data
        for place in places(entry, data) if entry is not None else ():
            if isinstance(place.field, model.Flagged) and place.bits == 32:
                found.append((path, place))
    if not found:
        return None
    path, place = chance.choice(found)
    tlv = at_path(shape, path)
    flags = chance.choice((0, 0xFFFFFFFF, 0xFFFF0000, place.number(tlv.data) ^ 1 << chance.randrange(16, 32)))
    changed = with_tlvs(shape, path, replace(tlv, data=place.put(tlv.data, flags)))
    return changed, f"{name_of(grammar, shape, path)}: flags {flags:#010x} over other members"


# Which options, how often, in which order


@mutator("duplicate", 4)
def duplicate(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """An option or sub-option once more, or many times."""
    path = _somewhere(shape, chance)
    if path is None:
        return None
    tlv, name = at_path(shape, path), name_of(grammar, shape, path)
    row = siblings(shape, path)
    size = len(grammar.option_octets(tlv)) if len(path) == 1 else 2 + len(tlv.data) + 8 * len(tlv.inner)
    fits = (MOST // 2 if len(path) == 1 else LONGEST // 2) // max(size, 2)
    many = max(1, min(fits, chance.choice((1, 1, 1, 2, 7, 40, 127, 500))))
    at = chance.choice((path[-1] + 1, len(row), 0))
    return with_siblings(shape, path, (*row[:at], *(tlv,) * many, *row[at:])), f"{name}: {many} more"


@mutator("leave-out", 3)
def leave_out(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """An option or sub-option is missing, or all of them are."""
    path = _somewhere(shape, chance)
    if path is None:
        return None
    if chance.random() < 0.1:
        told = f"{name_of(grammar, shape, path[:-1])}: no sub-options" if len(path) > 1 else "no options"
        return with_siblings(shape, path, ()), told
    return with_tlvs(shape, path), f"{name_of(grammar, shape, path)}: left out"


@mutator("order", 2)
def other_order(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """Options, or the sub-options of one, in another order."""
    rows = [path for path in paths(shape) if path[-1] == 1]
    if not rows:
        return None
    path = chance.choice(rows)
    row = list(siblings(shape, path))
    if chance.random() < 0.5:
        row.reverse()
    else:
        chance.shuffle(row)
    about = f"{name_of(grammar, shape, path[:-1])}: sub-options" if len(path) > 1 else "options"
    return with_siblings(shape, path, tuple(row)), f"{about} in another order"


@mutator("foreign-option", 3)
def foreign_option(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """A sound option that this message does not carry, or not once more."""
    entry = chance.choice([entry for entry in grammar.options.values() if not entry.pad])
    made = grammar.shape_of(values.BindingUpdate(options=(sound.value(entry, chance, grammar.settings),)))
    at = chance.randint(0, len(shape.options))
    changed = replace(shape, options=(*shape.options[:at], *made.options, *shape.options[at:]))
    return changed, f"option {entry.name} put in"


@mutator("unknown-option", 2)
def unknown_option(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """An option of a number that nothing is known of."""
    number = chance.choice([number for number in range(2, 256) if number not in grammar.options])
    tlv = Tlv(number, chance.randbytes(chance.choice((0, 1, 7, 64, LONGEST))))
    at = chance.randint(0, len(shape.options))
    changed = replace(shape, options=(*shape.options[:at], tlv, *shape.options[at:]))
    return changed, f"unknown option {number} with {len(tlv.data)} octets"


@mutator("other-type", 2)
def other_type(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """The octets of one option or sub-option under the number of another."""
    path = _somewhere(shape, chance)
    if path is None:
        return None
    space = space_of(grammar.entry_of(shape, path[:-1])) if len(path) > 1 else None
    known = [number for number, _ in grammar.suboptions[space]] if space is not None else list(grammar.options)
    number = chance.choice([number for number in [*known, 0, 255] if number != at_path(shape, path).type])
    tlv = replace(at_path(shape, path), type=number, live="")
    return with_tlvs(shape, path, tlv), f"{name_of(grammar, shape, path)}: as type {number}"


@mutator("full", 1)
def full(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """As long as a Mobility Header can be: 2048 octets."""
    room = MOST - len(grammar.octets(shape)) - 16
    if room < 4:
        return None
    number = chance.choice([number for number in range(64, 256) if number not in grammar.options])
    sizes = [min(LONGEST, room - 255 * done - 2) for done in range(room // 255 + 1)]
    more = tuple(Tlv(number, bytes(size)) for size in sizes if size >= 0)
    return replace(shape, options=(*shape.options, *more)), f"filled up by {len(more)} options {number}"


# Sub-options


@mutator("nesting", 3)
def nesting(shape: Shape, chance: Random, grammar: Grammar) -> Mutated | None:
    """Sub-options where none belong, in themselves, of no known number, or of another option's."""
    holders = [path for path in paths(shape) if space_of(grammar.entry_of(shape, path)) is not None]
    if not holders:
        return None
    path = chance.choice(holders)
    tlv, name = at_path(shape, path), name_of(grammar, shape, path)
    space = space_of(grammar.entry_of(shape, path))
    assert space is not None
    what = chance.randrange(4)
    if what == 0:
        taken = {number for number, _ in grammar.suboptions[space]}
        number = chance.choice([number for number in range(256) if number not in taken])
        new, told = Tlv(number, chance.randbytes(chance.choice((0, 1, 8)))), f"unknown sub-option {number}"
    elif what == 1:
        new, depth = tlv, chance.randint(1, DEEPEST)
        for _ in range(depth):
            new = Tlv(tlv.type, tlv.data, (new,))
        told = f"{depth} of itself in it"
    elif what == 2:
        other = chance.choice([key for key in catalogue.SPACES if key != space])
        number, entry = chance.choice(grammar.suboptions[other])
        made = sound.value(entry, chance, grammar.settings) if not entry.pad else None
        body = grammar.codec.spaces[other].encode((made,))[2:] if made is not None else b""
        new, told = Tlv(number, body), f"sub-option {entry.name} of {other} put in"
    else:
        new, told = Tlv(chance.choice((0, 1, 2, 3, 17)), bare=True), "a sub-option without a length octet"
    changed = with_tlvs(shape, path, replace(tlv, inner=(*tlv.inner, new)))
    if len(grammar.option_octets(changed.options[path[0]])) > 257:
        return None
    return changed, f"{name}: {told}"
