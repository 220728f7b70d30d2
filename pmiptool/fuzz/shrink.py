"""Making what fails as small as it can be and still fail: fewer messages, options and oddities, shorter fields.

Each candidate is simpler by `burden`, which never grows, so that shrinking ends; and only one that fails is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from pmiptool.fuzz.cases import Step
from pmiptool.fuzz.shape import Edit, Grammar, Path, Shape, Tlv, at_path, paths, siblings, with_siblings, with_tlvs
from pmiptool.registry.rfc6275 import NO_NEXT_HEADER

Fails = Callable[[Sequence[Step]], bool]
Steps = tuple[Step, ...]
PLAINEST = 5
"""The type that a message has where its type does not matter: a binding update."""
FIXED = 6  # its octets before the options
Burden = tuple[int, ...]
ODDITY, OPTION, TYPE = 24, 4, 8
"""How many octets of data an oddity weighs, an option, and a type that is none of the plainest."""


def burden(steps: Sequence[Step], grammar: Grammar) -> Burden:
    """What is to become less: messages; what they are made of, oddities above all; octets that are not 0."""
    shapes = [step.shape for step in steps]
    data = [b"".join(_data(shape)) for shape in shapes]
    return (
        len(steps),
        sum(ODDITY * (oddities(step.shape) + step.source) for step in steps)
        + sum(OPTION * len(paths(shape)) + TYPE * (shape.kind != PLAINEST) for shape in shapes)
        + sum(map(len, data))
        + sum(max(0, FIXED - len(shape.fixed)) for shape in shapes),
        sum(len(grammar.octets(shape)) for shape in shapes),
        sum(len(one) - one.count(0) for one in data),
    )


def _data(shape: Shape) -> Iterator[bytes]:
    """The octets that a tree names itself."""
    yield shape.fixed
    yield shape.tail
    yield from (edit.octets for edit in shape.edits)
    yield from (at_path(shape, path).data for path in paths(shape))


def oddities(shape: Shape) -> int:
    """How much of a tree is odd, but for its values."""
    tlvs = [at_path(shape, path) for path in paths(shape)]
    return (
        (shape.units is not None) + (shape.off != 0) + (shape.proto != NO_NEXT_HEADER) + bool(shape.reserved)
        + 2 * len(shape.edits) + shape.recount + (shape.cut is not None) + bool(shape.tail) + (not shape.padded)
        + sum((tlv.length is not None) + bool(tlv.live) for tlv in tlvs)
    )  # fmt: skip


def shrink(steps: Sequence[Step], fails: Fails, grammar: Grammar, tries: int = 2000) -> Steps:
    """The smallest that was found of what fails, after so many tries at most. What is given fails."""
    best = _Best(tuple(steps), fails, grammar, tries)
    best.drop_steps()
    while best.left > 0 and any([best.simplify(index) for index in range(len(best.steps))]):
        pass
    return best.steps


class _Best:
    def __init__(self, steps: Steps, fails: Fails, grammar: Grammar, tries: int) -> None:
        self.steps = steps
        self.left = tries
        self._fails, self._grammar = fails, grammar
        self._burden = burden(steps, grammar)
        self._seen: set[Steps] = set()

    def takes(self, steps: Steps) -> bool:
        """Whether these are simpler, and fail: then they are the best."""
        if self.left <= 0 or not steps or steps in self._seen:
            return False
        weight = burden(steps, self._grammar)
        if weight >= self._burden:
            return False
        self._seen.add(steps)
        self.left -= 1
        if not self._fails(steps):
            return False
        self.steps, self._burden = steps, weight
        return True

    def drop_steps(self) -> None:
        """The last message alone, or without whole parts of what came before."""
        if len(self.steps) > 1 and self.takes(self.steps[-1:]):
            return
        size = len(self.steps) // 2
        while size:
            at = 0
            while at < len(self.steps):
                if not self.takes(self.steps[:at] + self.steps[at + size :]):
                    at += size
            size //= 2

    def simplify(self, index: int) -> bool:
        """One round over all that can be simpler in a message; whether something was."""
        before = self.steps
        if self.steps[index].source:
            self.takes((*self.steps[:index], replace(self.steps[index], source=0), *self.steps[index + 1 :]))
        going = True
        while going and self.left > 0:
            step = self.steps[index]
            going = any(
                self.takes((*self.steps[:index], replace(step, shape=shape), *self.steps[index + 1 :]))
                for shape in simpler(step.shape, self._grammar)
            )
        return self.steps != before


def simpler(shape: Shape, grammar: Grammar) -> Iterator[Shape]:
    """Trees that may be simpler, the boldest first."""
    yield Shape(shape.kind, shape.fixed, shape.options)
    yield replace(shape, kind=PLAINEST)
    yield replace(shape, kind=PLAINEST, fixed=bytes(FIXED))
    yield Shape(PLAINEST)
    yield Shape(shape.kind)
    if shape.edits:
        yield grammar.reread(grammar.octets(shape))
    yield replace(shape, edits=(), recount=False)
    yield replace(shape, cut=None)
    yield replace(shape, tail=b"")
    yield replace(shape, units=None)
    yield replace(shape, off=0)
    yield replace(shape, proto=NO_NEXT_HEADER)
    yield replace(shape, reserved=0)
    yield replace(shape, padded=True)
    for row in dict.fromkeys(path[:-1] for path in paths(shape)):
        yield from _fewer(shape, row)
    for path in paths(shape):
        tlv = at_path(shape, path)
        if tlv.length is not None:
            yield with_tlvs(shape, path, replace(tlv, length=None))
        if tlv.live:
            yield with_tlvs(shape, path, replace(tlv, live=""))
        if tlv.length is None and not tlv.bare:  # its length octet may matter, and not what it counts
            length = min(grammar.right_length(shape, path), 255)
            yield with_tlvs(shape, path, Tlv(tlv.type, tlv.data[:1], (), length))
        for data in _less(tlv.data):
            yield with_tlvs(shape, path, replace(tlv, data=data, live=""))
    for fixed in (*_less(shape.fixed), *_zeroed(shape.fixed)):
        yield replace(shape, fixed=fixed)
    for path in paths(shape):
        tlv = at_path(shape, path)
        for data in _zeroed(tlv.data):
            yield with_tlvs(shape, path, replace(tlv, data=data))
    yield from _fewer_edits(shape)
    if shape.cut is not None:
        for cut in dict.fromkeys((0, 8, shape.cut // 2, shape.cut - 1)):
            yield replace(shape, cut=cut) if 0 <= cut < shape.cut else shape
    for tail in _less(shape.tail):
        yield replace(shape, tail=tail)


def _fewer(shape: Shape, parent: Path) -> Iterator[Shape]:
    """Without whole parts of a row of options."""
    row: tuple[Tlv, ...] = siblings(shape, (*parent, 0))
    size = len(row)
    while size:
        for at in range(0, len(row), size):
            yield with_siblings(shape, (*parent, 0), row[:at] + row[at + size :])
        size //= 2


def _less(data: bytes) -> Iterator[bytes]:
    """Fewer octets, from the end and from the beginning."""
    size = len(data)
    while size:
        yield data[: len(data) - size]
        if size < len(data):
            yield data[size:]
        size //= 2


def _zeroed(data: bytes) -> Iterator[bytes]:
    """Zeros in place of whole parts."""
    size = len(data)
    while size:
        for at in range(0, len(data), size):
            yield data[:at] + bytes(len(data[at : at + size])) + data[at + size :]
        size //= 2


def _fewer_edits(shape: Shape) -> Iterator[Shape]:
    for at, edit in enumerate(shape.edits):
        rest = shape.edits[:at], shape.edits[at + 1 :]
        yield replace(shape, edits=rest[0] + rest[1])
        for octets in (*_less(edit.octets), *_zeroed(edit.octets)):
            yield replace(shape, edits=(*rest[0], Edit(edit.at, edit.gone, octets), *rest[1]))


def describe(step: Step, grammar: Grammar) -> str:
    """The form of a message in words, without its values: what tells one failure from another."""
    shape, entry = step.shape, grammar.message_of(step.shape)
    words = [entry.name if entry is not None else f"message-{shape.kind}"]
    options = []
    for tlv in shape.options:
        known = grammar.options.get(tlv.type)
        word = f"{known.name if known is not None else f'option-{tlv.type}'} {len(grammar.option_octets(tlv))}"
        word += f" length {tlv.length}" if tlv.length is not None else ""
        inner = [f"{one.type}:{len(one.data)}" + (f" length {one.length}" if one.length is not None else "")
                 for one in tlv.inner]  # fmt: skip
        options.append(word + (f" ({', '.join(inner)})" if inner else ""))
    counted = {word: options.count(word) for word in options}
    words += [f"{many} x {word}" if many > 1 else word for word, many in counted.items()]
    for name, odd in (
        ("Header Len", shape.units), ("Payload Proto", shape.proto if shape.proto != NO_NEXT_HEADER else None),
        ("cut after", shape.cut), ("trailing", len(shape.tail) or None), ("edits", len(shape.edits) or None),
    ):  # fmt: skip
        words += [f"{name} {odd}"] if odd is not None else []
    words += ["checksum wrong"] if shape.off != 0 else []
    words += ["not padded"] if not shape.padded else []
    return "; ".join(words)
