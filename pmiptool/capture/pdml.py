"""What Wireshark, with a dissector, reads in a capture, through pyshark.

pyshark cuts tshark's PDML into packets and is kept behind this one module. Two things are done for it: it starts
processes through asyncio, which fails from the second capture of a process on, in threads and from Python 3.14 on, so
it is given a plain process; and it flattens a packet's tree, which loses the order of the options, so the tree is read
where it is whole.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator, Mapping
from types import TracebackType
from typing import IO, Any, NamedTuple

import lxml.etree  # type: ignore[import-untyped]
import pyshark
from pyshark.tshark.output_parser.tshark_xml import TsharkXmlParser

from pmiptool.capture import tshark
from pmiptool.capture.opening import open_file
from pmiptool.errors import EnvironmentLacks

_OPTIONS_TITLE = "Mobility Options"
_FIRST = ("mip6.proto", "pmip6.header.payload_proto")
_NO_FIELD = frozenset({"", "_ws.lua.fake", "_ws.lua.text", "_ws.expert", "mip6.mobility_opt", "mip6.mobility_opt.len"})
_CONTROL = {n: 0xFFFD for n in range(32) if n not in (9, 10, 13)}


class Value(NamedTuple):
    """What Wireshark says of one field: its octets in hex (masked bits as a number), its text, and where it stands."""

    raw: str
    show: str
    offset: int

    @property
    def number(self) -> int | None:
        """The value as a number, where it is one."""
        text = {"True": "1", "False": "0"}.get(self.show, self.show)
        try:
            return int(text, 0)
        except ValueError:
            return None


class Expert(NamedTuple):
    """One expert information: its filter name and its sentence."""

    name: str
    text: str


class WiresharkOption(NamedTuple):
    """One mobility option or pad. offset: from the start of the Mobility Header; length: its length octet.

    fields: by the dissector's field name, in order; a name may stand several times in one option.
    """

    type: int | None
    length: int | None
    offset: int
    fields: dict[str, tuple[Value, ...]]
    expert: tuple[Expert, ...]


class WiresharkMessage(NamedTuple):
    """One Mobility Header. fields: of its fixed part; expert: all that is not about one option."""

    frame: int
    type: int
    fields: dict[str, tuple[Value, ...]]
    options: tuple[WiresharkOption, ...]
    expert: tuple[Expert, ...]


def read_messages(
    capture: str | os.PathLike[str],
    lua: str | os.PathLike[str] | None = None,
    preferences: Mapping[str, object] | None = None,
) -> list[WiresharkMessage]:
    """All Mobility Headers of a capture as Wireshark reads them, in order.

    `lua` is the dissector to load (None: Wireshark's own alone), `preferences` go to Wireshark by their full names.
    Raises EnvironmentLacks without tshark, tshark.LuaRefused where the Lua file fails, and where the dissector did
    not show itself although there were messages; UsageError for an unreadable capture.
    """
    messages: list[WiresharkMessage] = []
    ours = False
    with _Capture(capture, lua, preferences) as packets:
        for number, packet in packets:
            messages += _messages(number, packet)
            ours = ours or bool(packet.xpath("boolean(.//*[starts-with(@name, 'pmip6')])"))
    if messages and lua is not None and not ours:
        raise EnvironmentLacks(
            f"Wireshark read {os.fspath(capture)} without the dissector {os.fspath(lua)}; "
            "allow it Lua, for instance by running as a user other than root"
        )
    return messages


def _messages(number: int, packet: Any) -> Iterator[WiresharkMessage]:
    layers, ours = ([layer for layer in packet.iter("proto") if _is(layer, name)] for name in ("mipv6", "pmip6"))
    # Some types the dissector takes over altogether. A layer of a copy (lengths in octets) begins at 0.
    alone = [] if len(ours) == len(layers) else [layer for layer in ours if _is_alone(layer, packet)]
    ours = [layer for layer in ours if layer not in alone]
    for layer in packet.iter("proto"):
        if layer in alone:
            yield _message(number, layer, None)
        elif layer in layers:
            yield _message(number, layer, ours[layers.index(layer)] if len(ours) == len(layers) else None)


def _is_alone(layer: Any, packet: Any) -> bool:
    """Whether Wireshark's own dissector has no layer there; quotations and plain IPv4 are left out, as in `_is`."""
    place = int(layer.get("pos", 0))
    above: dict[str, int] = {}
    for other in packet.iter("proto"):
        if other.get("name") == "mipv6" and int(other.get("pos", 0)) == place:
            return False
        if int(other.get("pos") or place) < place:
            above[other.get("name")] = int(other.get("pos"))
    if {"icmp", "icmpv6"} & {*above} or max(above, key=above.__getitem__, default="") == "ip":
        return False
    return any(child.get("name") == "pmip6.type" for child in layer)


def _is(layer: Any, name: str) -> bool:
    """Whether a layer has that name, is no quotation in an ICMP error and not in plain IPv4, which no text has."""
    before = layer.getprevious()
    while before is not None and before.get("name") == "fake-field-wrapper":
        before = before.getprevious()
    if layer.get("name") != name or (before is not None and before.get("name") == "ip"):
        return False
    return not any(above.get("name") in ("icmpv6", "icmp") for above in layer.iterancestors())


def _message(number: int, layer: Any, ours: Any) -> WiresharkMessage:
    """One message from Wireshark's own layer and the dissector's that belongs to it."""
    start = _start(layer)
    parts = [*layer, *(ours if ours is not None else ())]
    lists = [child for child in layer if child.get("show") == _OPTIONS_TITLE or child.get("name") == "pmip6.option"]
    elements = (one for part in lists for one in ([part] if part.get("name") == "pmip6.option" else part))
    options = tuple(_option(start, element) for element in elements if _is_option(element))
    fields: dict[str, tuple[Value, ...]] = {}
    expert: list[Expert] = []
    for child in parts:
        if child not in lists:
            _collect(start, child, fields)
            expert += [_expert(found) for found in _expert_elements(child)]
    kind = fields.get("mip6.mhtype") or fields.get("pmip6.type")
    return WiresharkMessage(number, -1 if kind is None else kind[0].number or 0, fields, options, tuple(expert))


def _start(layer: Any) -> int:
    """Where the Mobility Header begins, as its fields count: those of a copy begin at 0 whatever is around it."""
    first = next((child for child in layer if child.get("name") in _FIRST), layer)
    return int(first.get("pos", 0))


def _is_option(element: Any) -> bool:
    return element.get("name") not in ("_ws.lua.fake", "_ws.expert") and int(element.get("size", 0)) > 0


def _option(start: int, element: Any) -> WiresharkOption:
    fields: dict[str, tuple[Value, ...]] = {}
    _collect(start, element, fields)
    size = int(element.get("size", 0))
    raw = element.get("value", "")
    named = fields.get("pmip6.option.type") or _own_type(element)
    kind = named[0].number if named else int(raw[:2], 16) if len(raw) == 2 * size else None
    stated = fields.get("pmip6.option.length")
    length = stated[0].number if stated else None if kind == 0 else size - 2
    expert = tuple(_expert(e) for e in _expert_elements(element))
    return WiresharkOption(kind, length, int(element.get("pos", 0)) - start, fields, expert)


def _own_type(element: Any) -> tuple[Value, ...]:
    """The type as Wireshark's own dissector gives it for an option that it does not know."""
    types = [child for child in element.iter("field") if child.get("name") == "mip6.mobility_opt"]
    return tuple(Value(child.get("value", ""), child.get("show", ""), 0) for child in types[-1:])


def _collect(start: int, element: Any, fields: dict[str, tuple[Value, ...]]) -> None:
    """Add the fields of a subtree by name, in order; expert information is told apart."""
    name = element.get("name", "")
    if name == "_ws.expert":
        return
    if name not in _NO_FIELD:
        value = Value(element.get("value", ""), element.get("show", ""), int(element.get("pos", 0)) - start)
        fields[name] = (*fields.get(name, ()), value)
    for child in element:
        _collect(start, child, fields)


def _expert_elements(element: Any) -> Iterator[Any]:
    return (found for found in element.iter("field") if found.get("name") == "_ws.expert")


def _expert(element: Any) -> Expert:
    name = text = ""
    for child in element:
        if child.get("name") == "_ws.expert.message":
            text = child.get("show", "")
        elif not name and not child.get("name", "").startswith("_ws.expert"):
            name = child.get("name", "")
    return Expert(name, text)


class _Parser(TsharkXmlParser):  # type: ignore[misc]
    """Gives each packet's number and its tree instead of pyshark's flattened packet."""

    def _parse_single_packet(self, packet: bytes) -> tuple[int, Any]:
        text = packet.decode(errors="replace").translate(_CONTROL)
        tree = lxml.etree.fromstring(text.encode(), lxml.etree.XMLParser(huge_tree=True, recover=True))
        number = tree.find("proto[@name='geninfo']/field[@name='num']")
        return int(number.get("show")), tree


class _Pipe:
    """A process's output as the stream that pyshark's parser awaits."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    async def read(self, size: int) -> bytes:
        return os.read(self._pipe.fileno(), size)


class _NoLoop:
    """In place of an event loop: nothing here ever waits, so a coroutine ends in one step, inside other loops too."""

    def run_until_complete(self, coroutine: Coroutine[None, None, Any]) -> Any:
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
        raise AssertionError("a coroutine of the capture waited")


class _Process:
    """A plain process in the shape that pyshark expects of asyncio's."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self.process, self.pid, self.stdout = process, process.pid, _Pipe(process.stdout)

    @property
    def returncode(self) -> int | None:
        return self.process.poll()

    def end(self) -> int:
        """Let it end if it has said all, else make it end; the exit code."""
        assert self.process.stdout is not None
        self.process.stdout.close()
        try:
            return self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class _Capture(pyshark.FileCapture):  # type: ignore[misc]
    """pyshark's file capture with a process and a parser of ours, ended and judged when the `with` ends."""

    def __init__(
        self,
        capture: str | os.PathLike[str],
        lua: str | os.PathLike[str] | None,
        preferences: Mapping[str, object] | None,
    ) -> None:
        self._running_processes: set[object] = set()
        self._started: _Process | None = None
        self._name = capture
        self._found = tshark.find()
        self._stream = open_file(capture)
        try:
            self._room = tshark.Room(lua)
        except BaseException:
            self._stream.close()
            raise
        self._errors = tempfile.TemporaryFile()
        super().__init__(
            os.fspath(capture),
            keep_packets=False,
            eventloop=_NoLoop(),
            tshark_path=self._found.path,
            custom_parameters=[*self._room.arguments, *tshark.options(preferences)],
        )

    def get_parameters(self, packet_count: int | None = None) -> list[str]:
        return [*self._custom_parameters, "-r", "-"]

    async def _get_tshark_process(self, packet_count: int | None = None, stdin: object = None) -> _Process:
        command = [self._found.path, "-l", "-n", "-T", "pdml", *self.get_parameters()]
        pipes: dict[str, Any] = {"stdin": self._stream, "stdout": subprocess.PIPE, "stderr": self._errors}
        try:
            process = subprocess.Popen(command, **pipes, **self._room.process)
        except OSError:
            process = subprocess.Popen(command, **pipes, **self._room.privileged())
        self._started = _Process(process)
        return self._started

    def _setup_tshark_output_parser(self) -> _Parser:
        return _Parser()

    def __enter__(self) -> _Capture:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            code = 0 if self._started is None else self._started.end()
            self._errors.seek(0)
            if kind is None:
                tshark.ended(self._name, self._room, code, self._errors.read().decode(errors="replace"))
        finally:
            self._errors.close()
            self._stream.close()
            self._room.close()
