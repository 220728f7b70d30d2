"""A decoded message as rules look at it: its options by short name, each with its place on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmiptool.registry.catalogue import option_names, suboption_names
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.model import Records, SubOptions
from pmiptool.wire.codec import Decoded
from pmiptool.wire.layout import Slot
from pmiptool.wire.values import ENTRIES, UnknownOption, UnknownSubOption


class Element:
    """An option or sub-option: value, name, index among the slots (of its option), offset and length octet.

    place: of an option, how many stand before it.
    """

    __slots__ = ("index", "length", "name", "offset", "parent", "place", "sub", "subs", "value")

    def __init__(self, value: Any, name: str, index: int | None, slot: Slot | None, parent: Element | None) -> None:
        self.value = value
        self.name = name
        self.index = index
        self.offset = slot.offset if slot is not None else None
        self.length = slot.length if slot is not None else None
        self.sub = slot.sub if slot is not None else ()
        self.parent = parent
        self.place = 0
        self.subs: list[Element] | None = None


def _space(value: Any) -> str | None:
    """The space of an option's sub-options."""
    entry = ENTRIES.get(type(value))
    return next((f.space for f in entry.fields if isinstance(f, SubOptions)), None) if entry else None


def _slots(items: tuple[Any, ...], slots: tuple[Slot, ...]) -> Iterator[tuple[Any, int | None, Slot | None]]:
    meant = [(index, slot) for index, slot in enumerate(slots) if slot.pad is None]
    if len(meant) != len(items):  # a message that was put together, without a layout of its own
        for item in items:
            yield item, None, None
        return
    for item, (index, slot) in zip(items, meant, strict=True):
        yield item, index, slot


class View:
    """A message under given code points. `named(name)` is the list of its options of that name; `names`: of all."""

    __slots__ = ("_named", "decoded", "elements", "message", "name", "names", "settings")

    def __init__(self, decoded: Decoded, settings: CodePoints) -> None:
        self.decoded = decoded
        self.message = decoded.message
        self.name = decoded.name
        self.settings = settings
        self.elements: list[Element] = []
        self._named: dict[str, list[Element]] = {}
        names = option_names(settings)
        for value, index, slot in _slots(decoded.message.options, decoded.layout.slots):
            if isinstance(value, UnknownOption):
                name = names.get(value.type, f"option-{value.type}")
            else:
                name = ENTRIES[type(value)].name
            element = Element(value, name, index, slot, None)
            element.place = len(self.elements)
            self.elements.append(element)
            self._named.setdefault(name, []).append(element)
        self.names = frozenset(self._named)

    def named(self, name: str) -> list[Element]:
        return self._named.get(name, _NONE)

    def first(self, name: str) -> Element | None:
        found = self._named.get(name)
        return found[0] if found else None

    def after(self, element: Element) -> int | None:
        """How many options stand behind this one; None for what is none itself."""
        if element.parent is not None:
            return None
        return len(self.elements) - 1 - element.place

    def value(self, name: str) -> Any:
        """The value of the first well-formed option of that name; None when there is none."""
        for element in self._named.get(name, _NONE):
            if not isinstance(element.value, UnknownOption):
                return element.value
        return None

    def values(self, name: str) -> list[Any]:
        """The values of the well-formed options of that name."""
        return [e.value for e in self._named.get(name, _NONE) if not isinstance(e.value, UnknownOption)]

    def suboptions(self, element: Element, name: str | None = None) -> list[Element]:
        """The sub-options of an option, all of them or those of one name; records go by the name of their field."""
        found = element.subs
        if found is None:
            found = element.subs = list(self._suboptions(element))
        return found if name is None else [sub for sub in found if sub.name == name]

    def _suboptions(self, element: Element) -> Iterator[Element]:
        space = _space(element.value)
        names = suboption_names(space, self.settings) if space else {}
        for value, _, slot in _slots(getattr(element.value, "suboptions", ()), element.sub):
            if isinstance(value, UnknownSubOption):
                name = names.get(value.type, f"sub-option-{value.type}")
            else:
                name = ENTRIES[type(value)].name
            yield Element(value, name, element.index, slot, element)
        entry = ENTRIES.get(type(element.value))
        for field in entry.fields if entry is not None else ():
            if isinstance(field, Records):
                item = getattr(element.value, field.name)
                for record in item if isinstance(item, tuple) else (item,):
                    if type(record) in ENTRIES:
                        yield Element(record, field.name, element.index, None, element)


_NONE: list[Element] = []
