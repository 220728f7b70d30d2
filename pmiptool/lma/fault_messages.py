"""Families of faults in what the anchor sends: options left out, added, changed, cut or shifted, and other fields."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma.core import Core, Outcome
from pmiptool.lma.fault_behaviour import KINDS, Behaviour, kind_of, sealed
from pmiptool.lma.request import Request
from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.endpoint import Datagram
from pmiptool.session.prefix import as_prefix, is_all_zero, network
from pmiptool.text.json import option_name
from pmiptool.text.names import did_you_mean
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import CLASSES, BindingAcknowledgement, HomeNetworkPrefix, Prefix, UnknownOption

UNSPECIFIED, PROHIBITED = 128, 129
DULL = ("reserved", "rsvd", "rfu", "suboptions")  # fields that nobody means
WHERE = ("acceptance", "rejection", *KINDS)


def known_option(name: str, settings: CodePoints) -> Any:
    """The default value of the option of a short name. Raises UsageError where there is none."""
    entries = {entry.name: entry for _, entry in catalogue.options(settings) if not entry.pad}
    if name not in entries:
        raise UsageError(f"option {name!r} does not exist{did_you_mean(name, entries, 'see: registry list')}")
    return CLASSES[entries[name].value]()


class OfMessages(Behaviour):
    """A fault in a message's values: of PBAs, or of other messages where `in-MESSAGE:` names them."""

    def __init__(self, settings: CodePoints) -> None:
        self.settings = settings

    def change(self, message: Any) -> Any:
        raise NotImplementedError

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        changed: BindingAcknowledgement = self.change(pba)
        return changed

    def is_named(self, option: Any, name: str) -> bool:
        return option_name(option, self.settings) == name


class Without(OfMessages):
    def __init__(self, name: str, settings: CodePoints) -> None:
        super().__init__(settings)
        self.name = name
        known_option(name, settings)

    def change(self, message: Any) -> Any:
        return replace(message, options=tuple(o for o in message.options if not self.is_named(o, self.name)))


class Extra(OfMessages):
    def __init__(self, name: str, settings: CodePoints) -> None:
        super().__init__(settings)
        self.name = name
        self.made_up = known_option(name, settings)

    def change(self, message: Any) -> Any:
        """Behind the first option: re-instantiated filters stand at the end."""
        one = next((option for option in message.options if self.is_named(option, self.name)), self.made_up)
        return replace(message, options=(*message.options[:1], one, *message.options[1:]))


class Changed(OfMessages):
    """name: OPTION or OPTION.FIELD; without a field the last one that says something."""

    def __init__(self, name: str, settings: CodePoints) -> None:
        super().__init__(settings)
        self.name, _, self.field = name.partition(".")
        fields = known_option(self.name, settings).__struct_fields__
        self.field = self.field or [field for field in fields if field not in DULL][-1]
        if self.field not in fields:
            raise UsageError(f"option {self.name} has no field {self.field!r}; its fields are {', '.join(fields)}")

    def change(self, message: Any) -> Any:
        return replace(message, options=tuple(map(self._changed, message.options)))

    def _changed(self, option: Any) -> Any:
        if not self.is_named(option, self.name) or isinstance(option, UnknownOption):
            return option
        return replace(option, **{self.field: other(getattr(option, self.field))})


class Cut(OfMessages):
    def __init__(self, name: str, settings: CodePoints) -> None:
        super().__init__(settings)
        self.name = name
        known_option(name, settings)

    def change(self, message: Any) -> Any:
        return replace(message, options=tuple(map(self._shorter, message.options)))

    def _shorter(self, option: Any) -> Any:
        if not self.is_named(option, self.name) or isinstance(option, UnknownOption):
            return option
        octets = codec_for(self.settings).encode(BindingAcknowledgement(options=(option,)))[12:]
        while octets[0] < 2:  # what aligns it
            octets = octets[1:] if not octets[0] else octets[2 + octets[1] :]
        return UnknownOption(octets[0], octets[2 : 1 + octets[1]])


class With(OfMessages):
    """text: FIELD=N of the message, or OPTION.FIELD=N."""

    def __init__(self, text: str, settings: CodePoints) -> None:
        super().__init__(settings)
        where, _, value = text.partition("=")
        self.option, _, self.field = where.rpartition(".")
        one = known_option(self.option, settings) if self.option else None
        if one is not None and self.field not in one.__struct_fields__:
            raise UsageError(f"option {self.option} has no field {self.field!r}")
        try:
            self.value = int(value, 0)
        except ValueError:
            raise UsageError(
                f"with-{text}: {value!r} is no number; write with-FIELD=N or with-OPTION.FIELD=N"
            ) from None

    def change(self, message: Any) -> Any:
        if self.option:
            return replace(message, options=tuple(map(self._with, message.options)))
        return self._set(message)

    def _with(self, option: Any) -> Any:
        return self._set(option) if self.is_named(option, self.option) else option

    def _set(self, value: Any) -> Any:
        before = getattr(value, self.field, None)
        if before is None:
            return value
        after: Any = self.value
        if isinstance(before, bytes):
            after = self.value.to_bytes(max(len(before), (self.value.bit_length() + 7) // 8), "big")
        return replace(value, **{self.field: after})


class WrongStatus(OfMessages):
    def __init__(self, text: str, settings: CodePoints) -> None:
        super().__init__(settings)
        self.status = status_of(text)

    def change(self, message: Any) -> Any:
        wrong = UNSPECIFIED if self.status != UNSPECIFIED else PROHIBITED
        return replace(message, status=wrong) if getattr(message, "status", None) == self.status else message


class Lenient(Behaviour):
    """It says that it accepts, and does nothing."""

    def __init__(self, text: str, settings: CodePoints) -> None:
        self.status = status_of(text)

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        return as_if_accepted(core, request, pba) if pba.status == self.status else pba


class Unaligned(Behaviour):
    def __init__(self, name: str, settings: CodePoints) -> None:
        known_option(name, settings)
        self.number = next(number for number, entry in catalogue.options(settings) if entry.name == name)

    def on_the_wire(self, datagram: Datagram) -> Datagram:
        """Its neighbours stay where they were, but for 8 octets."""
        data, at = datagram.data, 12
        while at < len(data):
            size = 1 if data[at] == 0 else 2 + data[at + 1]
            if data[at] == self.number:
                data = data[:at] + b"\0" + data[at : at + size] + bytes((1, 5)) + bytes(5) + data[at + size :]
                at += 8
            at += size
        return sealed(datagram, data[:1] + bytes((len(data) // 8 - 1,)) + data[2:])


class In(Behaviour):
    """where: acceptance, rejection, a kind of request, or the short name of a message that the anchor sends."""

    def __init__(self, where: str, inner: Behaviour) -> None:
        messages = [entry.name for entry in catalogue.MESSAGES]
        if where not in (*WHERE, *messages):
            raise UsageError(f"in-{where}: no such answers{did_you_mean(where, (*WHERE, *messages))}")
        self.where, self.inner = where, inner
        self._now = ""

    def found(self, core: Core, request: Request, found: Any) -> Any:
        self._now = kind_of(request, found)
        return found

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        here = {"acceptance": pba.status < UNSPECIFIED, "rejection": pba.status >= UNSPECIFIED}
        if here.get(self.where, self._now == self.where):
            return self.inner.acknowledgement(core, request, outcome, pba)
        return pba

    def message(self, message: Any, name: str) -> Any:
        if name == self.where and isinstance(self.inner, OfMessages):
            return self.inner.change(message)
        return message


def status_of(text: str) -> int:
    if not text.isdecimal() or int(text) > 255:
        raise UsageError(f"{text!r} is no status; it takes a number up to 255")
    return int(text)


def other(value: Any) -> Any:
    """Another value of the same kind, near it."""
    if isinstance(value, Prefix):
        return replace(value, address=value.address[:7] + bytes((value.address[7] ^ 0x80,)) + value.address[8:])
    if isinstance(value, bytes):
        return value[:-1] + bytes((value[-1] ^ 1,)) if value else b"\1"
    if isinstance(value, int):
        return value ^ 1
    return value[:-1] if isinstance(value, tuple) else value


def as_if_accepted(core: Core, request: Request, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    """A rejection, in the words of an acceptance."""
    options = []
    for option in pba.options:
        if isinstance(option, HomeNetworkPrefix) and is_all_zero(network(option.home_network_prefix)):
            prefix = core.pool.take(core.prefixes)
            option = option if prefix is None else HomeNetworkPrefix(home_network_prefix=as_prefix(prefix))
        options.append(option)
    fids = [option if isinstance(option, UnknownOption) else replace(option, status=0) for option in request.fids]
    return replace(pba, status=0, lifetime=core.granted(request.lifetime), options=(*options, *fids))
