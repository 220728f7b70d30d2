"""Octets to values and back, strictly, as the registry describes them.

The decoder never raises on what came from the wire. Every option is cut to its own length before it is looked into;
what is left over or missing is a finding on that option and never shifts the next one.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

from pmiptool.registry import catalogue, form, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.other_readings import OCTETS, UNITS, shows_misfits
from pmiptool.registry.rfc6275 import NO_NEXT_HEADER
from pmiptool.wire import checksum as sums
from pmiptool.wire import values
from pmiptool.wire.compiler import Pack, Unpack, compile_entry, explain
from pmiptool.wire.layout import Decoded, EncodeError, Layout, Slot, as_captured
from pmiptool.wire.other_readings import OtherReadings
from pmiptool.wire.runs import Run, count_at, proxy_mask_of
from pmiptool.wire.suboptions import Context, Space, in_units, longest_fit, packed_value
from pmiptool.wire.values import UnknownMessage, UnknownOption

__all__ = ["Codec", "Decoded", "EncodeError", "Layout", "Slot", "codec_for"]

HEADER = 6
"""Octets before the message data: payload proto, header length, type, reserved, checksum."""
LONGEST = 257
"""Octets of an option, with type and length, where its length counts octets."""
_RULES = {rule.id.partition("/")[2].partition("/")[2]: rule for rule in form.HEADER_RULES}
_HEADER = struct.Struct("!BBBBH")
_Known = tuple[Unpack, model.Message, int, int, "int | None"]
"""Unpacking, entry, octets before the options, mask of the P flag, and where the octet is that counts addresses."""
PADS = (b"", b"\0", *(bytes((1, n - 2)) + bytes(n - 2) for n in range(2, 9)))
"""A pad of each length up to 8 octets."""


class Codec:
    """The codec under one set of code points. Make it with `codec_for`."""

    def __init__(self, settings: CodePoints) -> None:
        self.settings = settings
        self.spaces = {key: Space(space, settings) for key, space in catalogue.SPACES.items()}
        self._options: list[tuple[Unpack, model.Option, bool] | None] = [None] * 256
        self._packers: dict[type, tuple[int, Pack, model.Option, tuple[int, int] | None]] = {}
        known_options: dict[int, tuple[Unpack, model.Option]] = {}
        for number, option in catalogue.options(settings):
            if option.pad:
                continue
            unpack, pack = compile_entry(option, number)
            deep = isinstance(option.fields[-1], (model.SubOptions, model.Flagged)) if option.fields else False
            self._options[number] = unpack, option, deep
            self._packers[values.CLASSES[option.value]] = number, pack, option, option.align
            known_options[number] = unpack, option
        self.other_readings = OtherReadings(settings, known_options, self.spaces)
        spans = self.other_readings.spans
        self._counting = {number: span for number, span in spans.items() if span != OCTETS}
        self._ambiguous = frozenset((*self.other_readings.lengths, *self.other_readings.numbers))
        """Options that can be read otherwise."""
        self._doubtful = frozenset(n for n in self.other_readings.numbers if not shows_misfits(known_options[n][1]))
        """Those of them that can be where nothing is wrong."""
        self._special = self._doubtful.union(self._counting)
        for number in self._ambiguous.union(self._counting):
            unpack, option = known_options[number]
            self._options[number] = unpack, option, True
        self._messages: dict[int, _Known] = {}
        self._forms: dict[int, tuple[int, dict[int, _Known]]] = {}
        self._message_packers: dict[type, tuple[int, Pack, model.Message]] = {}
        for message in catalogue.MESSAGES:
            number = model.resolve(message.number or 0, settings) or 0
            unpack, pack = compile_entry(message)
            size = HEADER + Run(message.fields).size
            proxy_mask = proxy_mask_of(message)
            known = unpack, message, size, proxy_mask, count_at(message, HEADER)
            if message.when is None:
                self._messages[number] = known
            else:
                width = 1 if isinstance(first := message.fields[0], model.UInt) and first.bits == 8 else 2
                self._forms.setdefault(number, (width, {}))[1][message.when] = known
            self._message_packers[values.CLASSES[message.value]] = number, pack, message

    def counts_octets(self, number: int) -> bool:
        """Whether the length of an option counts the octets behind it, as most do."""
        return number not in self._counting

    # Decoding

    def decode(self, data: bytes, src: bytes | None = None, dst: bytes | None = None, *, udp: bool = False) -> Decoded:
        """Decode the octets of a Mobility Header. Never raises.

        With `src` and `dst` (16 octets each) the checksum is judged, else not. `udp`: it came in UDP, where the
        checksum is 0 and is not judged (RFC 5844 4.1.3.1).
        """
        size = len(data)
        context = Context(self.spaces)
        if size < 8:
            return self._stump(data, context)
        proto, units, kind, reserved, checksum = _HEADER.unpack_from(data)
        end = 8 * units + 8
        if proto != NO_NEXT_HEADER:
            context.found(_RULES["payload-proto"], f"Payload Proto is {proto}, not {NO_NEXT_HEADER}", 0)
        if end != size:
            context.found(_RULES["header-length"], f"Header Len says {end} octets, and {size} are there", 1)
        if reserved:
            context.found(_RULES["reserved"], f"the reserved octet is {reserved:#04x}", 3)
        checksum_ok = None
        if udp:
            if checksum:
                context.found(_RULES["checksum-over-udp"], f"the checksum is {checksum:#06x}", 4)
        elif src is not None and dst is not None:
            whole = data if end == size else data[:end]
            checksum_ok = sums.verifies(src, dst, whole)
            if not checksum_ok:
                right = sums.checksum(src, dst, whole)
                context.found(
                    _RULES["checksum"], f"the checksum is {checksum:#06x}, and {right:#06x} would be right", 4
                )
        stop = end if end < size else size
        known = self._messages.get(kind)
        form = None
        if known is None and kind in self._forms:
            width, forms = self._forms[kind]
            form = int.from_bytes(data[HEADER : HEADER + width], "big")
            known = forms.get(form)
        slots: tuple[Slot, ...] = ()
        fixed = HEADER
        if known is not None:
            fixed = known[2]
            if known[1].opaque:
                fixed = max(fixed, stop)
            elif known[4] is not None and fixed <= stop:
                fixed += 16 * data[known[4]]
        if known is not None and stop >= fixed:
            unpack, entry, _, proxy_mask, _ = known
            options, slots = self._decode_options(data, fixed, stop, context)
            message = unpack(data, HEADER, fixed, options)
            name = entry.proxy[0] if entry.proxy and message.flags & proxy_mask else entry.name
            if context.doubtful or context.findings:
                read = self._otherwise(name, data, fixed, stop, options, slots, context)
                if read is not None:
                    options, slots = read
                    message = unpack(data, HEADER, fixed, options)
        else:
            message = UnknownMessage(kind, data[HEADER:stop])
            if known is None:
                name = f"message-{kind}"
                told = f"message type {kind}" if form is None else f"form {form} of message type {kind}"
                context.found(_RULES["unknown-type"], f"{told} is unknown", 2)
            else:
                name = known[1].name
                told = f"{known[1].title} has at least {fixed} octets, and {stop} are there"
                context.found(_RULES["minimum-length"], told, 1)
        natural = None if end == size else units
        layout = Layout(kind, slots, proto, natural, reserved, checksum, data[stop:] if stop < size else b"")
        return Decoded(message, layout, tuple(context.findings), data, name, checksum_ok)

    def _stump(self, data: bytes, context: Context) -> Decoded:
        context.found(
            _RULES["minimum-length"], f"a Mobility Header has at least 8 octets, and {len(data)} are there", 0
        )
        kind = data[2] if len(data) > 2 else 0
        layout = Layout(kind, stump=data)
        return Decoded(UnknownMessage(kind, data[HEADER:]), layout, tuple(context.findings), data, f"message-{kind}")

    def _decode_options(
        self, data: bytes, at: int, end: int, context: Context
    ) -> tuple[tuple[Any, ...], tuple[Slot, ...]]:
        found: list[Any] = []
        slots: list[Slot] = []
        unpackers, special = self._options, self._ambiguous | self._special if context.chosen else self._special
        while at < end:
            kind = data[at]
            if kind == 0:
                slots.append(Slot(at, 0, None, b""))
                at += 1
                continue
            begin = at + 2
            if begin > end:
                context.index, context.offset = len(slots), at
                context.found(_RULES["option-past-end"], f"option {kind} has no length octet")
                slots.append(Slot(at, kind, None, cut=True))
                found.append(UnknownOption(kind))
                break
            length = data[at + 1]
            stop = begin + length
            if kind == 1:
                slots.append(self._padn(data, at, length, end, context, len(slots)))
                at = stop
                continue
            if kind in special:
                stop = begin + self._octets(kind, length, at, context)
            if stop > end or stop < begin:
                context.index, context.offset = len(slots), at
                told = f"option {kind} has length {length}, and {end - begin} octets are there"
                context.found(_RULES["option-past-end"], told)
                slots.append(Slot(at, kind, length, cut=True))
                found.append(UnknownOption(kind, data[begin:end]))
                break
            known = unpackers[kind]
            if known is None:
                context.index, context.offset = len(slots), at
                context.found(_RULES["unknown-option"], f"option {kind} is unknown")
                found.append(UnknownOption(kind, data[begin:stop]))
                slots.append(Slot(at, kind, length))
                at = stop
                continue
            unpack, option, deep = known
            if not deep and (value := unpack(data, begin, stop, context)) is not None:
                found.append(value)
                slots.append(Slot(at, kind, length))
                at = stop
                continue
            context.index, context.offset, context.sub = len(slots), at, ()
            trailing, other = b"", context.chosen.get(at)
            if other is not None:
                unpack, option = other.unpack, other.entry
            if kind in special and (self._counting.get(kind) if other is None else other.span) == UNITS:
                value, trailing = in_units(unpack, data, begin, stop, context)
            else:
                value = unpack(data, begin, stop, context)
            if value is None:
                value, trailing = self._misfit(unpack, option, data, begin, stop, kind, context)
            if other is not None:
                context.found(other.rule, other.text)
            found.append(value)
            slots.append(
                Slot(at, kind, length, None, trailing, False, context.sub, "" if other is None else other.what)
            )
            at = stop
        context.index, context.offset = None, 0
        return tuple(found), tuple(slots)

    def _octets(self, kind: int, length: int, at: int, context: Context) -> int:
        """The octets behind type and length of an option that needs a closer look."""
        if kind in self._doubtful:
            context.doubtful = True
        other = context.chosen.get(at)
        unit, more = self._counting.get(kind, OCTETS) if other is None else other.span
        return unit * length + more

    def _otherwise(
        self,
        name: str,
        data: bytes,
        start: int,
        end: int,
        options: tuple[Any, ...],
        slots: tuple[Slot, ...],
        context: Context,
    ) -> tuple[tuple[Any, ...], tuple[Slot, ...]] | None:
        """Options and slots again where some follow other readings than those taken; None where none does."""
        if not any(slot.type in self._ambiguous for slot in slots):
            return None
        of_header = [finding for finding in context.findings if finding.option is None]
        read = None
        if len(of_header) < len(context.findings):
            context.chosen = self.other_readings.of_lengths(data, start, end)
            if context.chosen:
                context.findings = of_header.copy()
                read = options, slots = self._decode_options(data, start, end, context)
        numbers = self.other_readings.of_numbers(name, data, options, slots, context.findings)
        if numbers:
            context.chosen = {**context.chosen, **numbers}
            before, context.findings = context.findings, of_header.copy()
            again = self._decode_options(data, start, end, context)
            if any(finding.level == "error" for finding in context.findings[len(of_header) :]):
                context.findings = before
            else:
                read = again
        return read

    def _padn(self, data: bytes, at: int, length: int, end: int, context: Context, index: int) -> Slot:
        stop = at + 2 + length
        octets = data[at + 2 : min(stop, end)]
        context.index, context.offset = index, at
        if stop > end:
            context.found(_RULES["option-past-end"], f"PadN has length {length}, and {len(octets)} octets are there")
        if any(octets):
            context.found(_RULES["padn-octets"], f"PadN holds {octets.hex()}")
        return Slot(at, 1, length, octets, cut=stop > end)

    def _misfit(
        self, unpack: Unpack, option: model.Option, data: bytes, begin: int, stop: int, kind: int, context: Context
    ) -> tuple[Any, bytes]:
        length = stop - begin
        context.found(form.length_rule(option), f"{option.title}: length {length} does not fit its format")
        shorter = longest_fit(unpack, data, begin, stop, context)
        if shorter is None:
            return UnknownOption(kind, data[begin:stop]), b""
        return shorter[0], data[shorter[1] : stop]

    # Encoding

    def encode(
        self, message: Any, layout: Layout | None = None, src: bytes | None = None, dst: bytes | None = None
    ) -> bytes:
        """Encode a message, laid out as the RFCs want, or as `layout` was captured.

        With `src` and `dst` the checksum is computed; without, it is the layout's, else 0.
        Raises EncodeError naming the field that does not fit, or when the layout has another number of options.
        """
        if layout is not None and layout.stump is not None:
            return layout.stump
        if isinstance(message, UnknownMessage):
            kind, out = message.type, bytearray(HEADER)
            out += message.data
        else:
            known = self._message_packers.get(type(message))
            if known is None:
                raise EncodeError(f"{type(message).__name__} is no message of the registry")
            kind, pack, entry = known
            out = bytearray(HEADER)
            out += packed_value(pack, entry, message, None)
            if layout is None and entry.opaque and (len(out) % 8 or message.options):
                told = "it fills the message, which has a multiple of 8 octets and no options"
                raise EncodeError(f"{entry.name}: {entry.fields[-1].name} has {len(out) - HEADER} octets; {told}")
            if layout is None:
                self._encode_options(out, message.options)
            else:
                self._lay_out(out, message.options, layout)
        if layout is None:
            out += PADS[-len(out) % 8]
            proto, reserved, checksum, units, trailing = NO_NEXT_HEADER, 0, 0, None, b""
        else:
            proto, reserved, checksum = layout.payload_proto, layout.reserved, layout.checksum
            units, trailing = layout.header_length, layout.trailing
        if units is None:
            units = len(out) // 8 - 1
        if units > 255:
            raise EncodeError(f"the message has {len(out)} octets; a Mobility Header holds 2048")
        _HEADER.pack_into(out, 0, proto, units & 255, kind, reserved, checksum)
        if src is not None and dst is not None:
            checksum = sums.checksum(src, dst, out)
            out[4], out[5] = checksum >> 8, checksum & 255
        return bytes(out) + trailing if trailing else bytes(out)

    def encode_option(self, option: Any) -> tuple[int, int, bytes]:
        """Where one option may stand, at xn + y octets of its message, and its octets, without the pad before it.

        Raises EncodeError naming the field that does not fit.
        """
        known = self._packers.get(type(option))
        align = None
        if known is not None:
            entry = known[2]
            filled = entry.align_filled is not None and getattr(option, entry.fields[-1].name)
            align = entry.align_filled if filled else known[3]
        return *(align or (1, 0)), self._option(option, None)

    def _encode_options(self, out: bytearray, options: tuple[Any, ...]) -> None:
        packers, encode_suboptions = self._packers, self._encode_suboptions
        for option in options:
            known = packers.get(type(option))
            if known is None:
                out += self._option(option, None)
                continue
            kind, pack, entry, align = known
            if align is not None:
                if entry.align_filled is not None and getattr(option, entry.fields[-1].name):
                    align = entry.align_filled
                out += PADS[(align[1] - len(out)) % align[0]]
            if kind in self._counting:
                out += self._option(option, None)
                continue
            try:
                packed = pack(option, encode_suboptions)
            except (struct.error, ValueError, TypeError, AttributeError, OverflowError):
                raise EncodeError(explain(entry, option)) from None
            if len(packed) > LONGEST:
                raise EncodeError(explain(entry, option))
            out += packed

    def _encode_suboptions(self, space: str, items: tuple[Any, ...]) -> bytes:
        return self.spaces[space].encode(items)

    def _option(self, option: Any, slot: Slot | None) -> bytes:
        """Type, length and octets of one option; with a slot, what was odd about it stays odd."""
        if isinstance(option, UnknownOption):
            kind, data = option.type, option.data
        else:
            known = self._packers.get(type(option))
            if known is None:
                raise EncodeError(f"{type(option).__name__} is no option under these settings")
            kind, pack, entry, _ = known
            sub = slot.sub if slot is not None else ()
            data = packed_value(pack, entry, option, lambda space, items: self.spaces[space].encode(items, sub))[2:]
        if slot is not None and slot.cut:
            return as_captured(kind, slot, data)
        span = self._counting.get(kind, OCTETS)
        if slot is not None and slot.reading:
            other = self.other_readings.named(slot.type, slot.reading)
            if other is None:
                raise EncodeError(f"option {slot.type} has no reading {slot.reading!r}")
            kind, span = slot.type, other.span
        if span != OCTETS and slot is not None and isinstance(option, UnknownOption) and slot.length is not None:
            return bytes((kind, slot.length)) + data
        if span == UNITS:
            data += bytes(-(len(data) + 2) % 8)
        elif slot is not None:
            data += slot.trailing
        unit, more = span
        length, odd = divmod(len(data) - more, unit)
        if odd or length < 0:
            told = f"it takes {more} and whole words of {unit} octets"
            raise EncodeError(f"option {kind} has {len(data)} octets; {told}")
        if length > 255:
            raise EncodeError(f"option {kind} has {length} octets; its length octet holds 255")
        return bytes((kind, length)) + data

    def _lay_out(self, out: bytearray, options: tuple[Any, ...], layout: Layout) -> None:
        meant = sum(slot.pad is None for slot in layout.slots)
        if meant != len(options):
            raise EncodeError(f"the layout has {meant} options, the message {len(options)}; encode it without a layout")
        rest = iter(options)
        for slot in layout.slots:
            if slot.pad is None:
                out += self._option(next(rest), slot)
            else:
                out += as_captured(slot.type, slot, slot.pad)


@lru_cache(maxsize=64)
def codec_for(settings: CodePoints = DEFAULT) -> Codec:
    """The codec under these settings, made once."""
    return Codec(settings)
