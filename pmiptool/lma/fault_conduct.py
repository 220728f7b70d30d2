"""Families of faults in what the anchor does: what it hears, takes in, remembers, and how it is set."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.fault_behaviour import KINDS, Behaviour, matches
from pmiptool.lma.fault_messages import known_option
from pmiptool.lma.removal import remove_binding
from pmiptool.lma.request import Request
from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import CodePoints, code_points
from pmiptool.session.model import Session
from pmiptool.text.json import option_name
from pmiptool.wire.layout import Decoded

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REJECTION = 128
FOREVER = 1e9


class OnRequests(Behaviour):
    """what: as `matches` has it, several joined by +, or the short name of a message."""

    ends = ""

    def __init__(self, what: str, settings: CodePoints) -> None:
        self.what = what
        self.parts = what.split("+")
        messages = {"pbu", *(entry.name for entry in catalogue.MESSAGES)}
        for part in self.parts:
            known = part in (*KINDS, "reserved") or (part in messages and part == what)
            if not known and not part.startswith(("option-", "message-")):
                known_option(part, settings)

    def matches(self, request: Request, found: Found) -> bool:
        """Whether all is so of a request."""
        return all([matches(part, request, found) for part in self.parts])

    def instead(self, request: Request, found: Found) -> str:
        return self.ends if self.matches(request, found) else ""


class Rejects(OnRequests):
    ends = "rejected"


class Pretends(OnRequests):
    ends = "pretended"


class DeafTo(OnRequests):
    ends = "unheard"

    def hears(self, decoded: Decoded) -> bool:
        return decoded.name != self.what


class CrashesAt(DeafTo):
    crashed = False

    def hears(self, decoded: Decoded) -> bool:
        self.crashed |= decoded.name == self.what
        return not self.crashed

    def instead(self, request: Request, found: Found) -> str:
        self.crashed |= self.matches(request, found)
        return self.ends if self.crashed else ""


class ChokesOn(Behaviour):
    """text: OPTION=N."""

    def __init__(self, text: str, settings: CodePoints) -> None:
        name, _, length = text.partition("=")
        known_option(name, settings)
        if not length.isdecimal() or int(length) > 255:
            raise UsageError(f"chokes-on-{text}: {length!r} is no length octet; write chokes-on-OPTION=N")
        self.type = next(number for number, option in catalogue.options(settings) if option.name == name)
        self.length, self.choked = int(length), False

    def hears(self, decoded: Decoded) -> bool:
        slots = decoded.layout.slots
        self.choked |= any(slot.pad is None and (slot.type, slot.length) == (self.type, self.length) for slot in slots)
        return not self.choked


class CrashesAfter(Behaviour):
    def __init__(self, text: str, settings: CodePoints) -> None:
        if not text.isdecimal():
            raise UsageError(f"crashes-after-{text}: {text!r} is no number of messages")
        self.left = int(text)

    def hears(self, decoded: Decoded) -> bool:
        self.left -= 1
        return self.left >= 0


class BlindTo(Behaviour):
    def __init__(self, name: str, settings: CodePoints) -> None:
        self.name, self.settings = name, settings
        known_option(name, settings)

    def sees(self, decoded: Decoded) -> Decoded:
        options = getattr(decoded.message, "options", ())
        slots = [slot for slot in decoded.layout.slots if slot.pad is None]
        if len(options) != len(slots):
            return decoded
        kept = [
            (option, slot)
            for option, slot in zip(options, slots, strict=True)
            if option_name(option, self.settings) != self.name
        ]
        message = replace(decoded.message, options=tuple(option for option, _ in kept))
        return replace(decoded, message=message, layout=replace(decoded.layout, slots=tuple(slot for _, slot in kept)))


class Secretly(Behaviour):
    """text: TABLE.KEY=VALUE, the value as the configuration file has it; quotes may be left out."""

    def __init__(self, text: str, settings: CodePoints) -> None:
        where, _, value = text.partition("=")
        self.table, _, self.key = where.partition(".")
        try:
            self.value = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            self.value = value
        self.text = text
        self.configured(LmaConfig())

    def configured(self, config: LmaConfig) -> LmaConfig:
        section = getattr(config, self.table, None)
        change = {self.key: self.value}
        if self.table == "readings":
            return replace(config, readings=config.readings.changed(change))
        if self.table == "codepoints":
            return replace(config, codepoints=code_points(change, config.codepoints))
        try:
            if self.table not in ("lma", "flows", "timers"):
                raise msgspec.ValidationError(f"there is no table {self.table!r}")
            changed = msgspec.convert({**msgspec.to_builtins(section), **change}, type(section))
        except msgspec.ValidationError as error:
            raise UsageError(f"secretly-{self.text}: {error}; write secretly-TABLE.KEY=VALUE") from None
        return replace(config, **{self.table: changed})


class Plain(Behaviour):
    """One without a parameter."""

    def __init__(self, parameter: str, settings: CodePoints) -> None:
        pass


class AnswersIgnored(Plain):
    answers_ignored = True


class ForgetsBindings(Plain):
    def before(self, core: Core, request: Request, now: float) -> None:
        forget(core, request, now)


class ForgetsWhenRejecting(Plain):
    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        if outcome.status >= REJECTION:
            forget(core, request, now)


class AlwaysNewSession(Plain):
    def found(self, core: Core, request: Request, found: Found) -> Found:
        if request.lifetime == 0 or found.status or found.ignored or request.multihoming is not None:
            return found
        return Found()


class AlwaysSameSession(Plain):
    def found(self, core: Core, request: Request, found: Found) -> Found:
        node = core.known(request.mn_id)
        if request.lifetime == 0 or node is None or not node.plain or request.multihoming is not None:
            return found
        session = node.plain[0]
        (binding, *_) = (*session.bindings.values(), *session.tombstones.values())
        return found if session.mag_id is not None else Found(session, binding, "updated")


class NeverExpires(Plain):
    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        _expires(core, outcome, now + FOREVER)


class ExpiresEarly(Plain):
    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        _expires(core, outcome, now + 2.0 * outcome.lifetime)


def _expires(core: Core, outcome: Outcome, when: float) -> None:
    session, binding = outcome.session, outcome.binding
    if session is not None and binding is not None and binding.removed_at is None:
        binding.expires = when
        core.rewatch(session, binding, when)


def forget(core: Core, request: Request, now: float) -> None:
    """The anchor loses what it has of a mobile node, and tells nobody."""
    node = core.known(request.mn_id)
    if node is None:
        return
    sessions: Iterable[Session] = node.sessions
    for session in sessions:
        for buried in list(session.tombstones):
            core.unwatch(session.tombstones.pop(buried))
        for key in list(session.bindings):
            remove_binding(core, session, key, now, keep=False, remember=False, reason="forgotten")
        if not session.bindings and session in node.sessions:
            core.close_if_empty(session, now)
