"""The fields of fixed size that stand together in an entry, as one `struct`."""

from __future__ import annotations

import struct

from pmiptool.registry import model

CODES = {8: "B", 16: "H", 32: "I", 64: "Q"}


class Run:
    """The leading fields of fixed size: a struct format, its variables, and how fields come from them and go back."""

    def __init__(self, fields: tuple[model.Field, ...]) -> None:
        self.format = "!"
        self.variables: list[str] = []
        self.unpacked: dict[str, str] = {}
        self.packed: list[str] = []
        self.checks: list[str] = []
        self.rest: tuple[model.Field, ...] = ()
        group: list[model.UInt] = []
        for index, field in enumerate(fields):
            if isinstance(field, model.UInt) and (group or field.signed or field.bits not in CODES):
                group.append(field)
                if sum(f.bits for f in group) in (*CODES, 24):
                    self._group(group)
                    group = []
            elif isinstance(field, (model.UInt, model.Flags, model.Time48)):
                bits = 64 if isinstance(field, model.Time48) else field.bits
                self._plain(field.name, CODES[bits])
            elif isinstance(field, (model.Address, model.Octets)):
                self._plain(field.name, f"{field.size}s")
                self.checks.append(f"len(v.{field.name}) != {field.size}")
            elif isinstance(field, model.Count):
                self.format += CODES[field.bits]
                self.variables.append(field.name)
                self.packed.append(f"count_of(v.{field.of}, {field.unit})")
            elif isinstance(field, model.Prefix):
                length, address = f"{field.name}_length", f"{field.name}_address"
                self.format += "B16s"
                self.variables += [length, address]
                self.unpacked[field.name] = f"Prefix({address}, {length})"
                self.packed += [f"v.{field.name}.length", f"v.{field.name}.address"]
                self.checks.append(f"len(v.{field.name}.address) != 16")
            else:
                self.rest = fields[index:]
                break
        if group or len(self.rest) > 1:
            raise TypeError(f"fields do not end on an octet, or stand behind one of open size: {fields}")
        self.size = struct.calcsize(self.format)

    def _plain(self, name: str, code: str) -> None:
        self.format += code
        self.variables.append(name)
        self.unpacked[name] = name
        self.packed.append(f"v.{name}")

    def _group(self, group: list[model.UInt]) -> None:
        """Several fields in one integer of 8, 16, 24 or 32 bits; `struct` has no code for 24, so those are octets."""
        variable = "bits_" + group[0].name
        total = left = sum(field.bits for field in group)
        self.format += CODES.get(total, "3s")
        self.variables.append(variable)
        whole = variable if total in CODES else f"int.from_bytes({variable}, 'big')"
        terms = []
        for field in group:
            left -= field.bits
            shifted = f"{whole} >> {left}" if left else whole
            mask = (1 << field.bits) - 1
            self.unpacked[field.name] = f"({shifted}) & {mask}"
            value = f"v.{field.name}"
            if field.signed:  # two's complement
                sign = 1 << (field.bits - 1)
                self.unpacked[field.name] = f"((({shifted}) & {mask}) ^ {sign}) - {sign}"
                self.checks.append(f"not {field.lowest} <= {value} <= {field.highest}")
                value = f"({value} & {mask})"
            else:
                self.checks.append(f"{value} >> {field.bits}")
            terms.append(f"{value} << {left}" if left else value)
        joined = " | ".join(terms)
        self.packed.append(joined if total in CODES else f"({joined}).to_bytes(3, 'big')")


def function(signature: str, lines: list[str]) -> str:
    """The source of a function."""
    return f"def {signature}:\n" + "".join(f"    {line}\n" for line in lines)


def count_at(message: model.Message, start: int) -> int | None:
    """Where the octet stands that counts the addresses of a message's fixed part, which begins at `start`."""
    for field in message.fields:
        if isinstance(field, model.Count):
            return start
        start += Run((field,)).size
    return None


def proxy_mask_of(message: model.Message) -> int:
    """The mask of the P flag, 0 where a message has none."""
    for field in message.fields:
        if isinstance(field, model.Flags):
            return sum(flag.mask for flag in field.flags if flag.letter == "P")
    return 0
