"""Answers of a replay against the recorded ones, field by field, over the JSON of `decode`.

What must differ is taken relative to the request: sequence number and timestamp count as "as asked" or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.text.json import message_object
from pmiptool.wire import patch
from pmiptool.wire.layout import Decoded

_PADS = ("pad1", "padn")
ABSENT = "none"


class Difference(NamedTuple):
    """One field, named as `--expect` names it, then and now."""

    field: str
    recorded: str
    now: str

    def __str__(self) -> str:
        return f"{self.field}: recorded {self.recorded}, now {self.now}"


class Exchange(NamedTuple):
    """A request and what came back, None for silence."""

    request: Decoded
    answer: Decoded | None


def differences(
    then: Exchange, now: Exchange, settings: CodePoints = DEFAULT, *, moved: bool = False
) -> list[Difference]:
    """Where the answers differ; nothing where there was none and is none.

    then: its answer is what is expected now. moved: where options stand does not count: a name has another length.
    """
    if then.answer is None or now.answer is None:
        came = [exchange.answer.name if exchange.answer else ABSENT for exchange in (then, now)]
        return [] if came[0] == came[1] else [Difference("answer", *came)]
    names = then.answer.name, now.answer.name
    named = [] if names[0] == names[1] else [Difference("answer", *names)]
    if then.answer.layout.type != now.answer.layout.type:
        return named
    return named + list(_compare(_relative(then, settings), _relative(now, settings), moved))


def _relative(exchange: Exchange, settings: CodePoints) -> dict[str, Any]:
    """The answer's object, with sequence number and timestamps relative to the request."""
    answer, request = exchange.answer, exchange.request
    assert answer is not None
    shown = message_object(answer, settings=settings)
    asked, given = patch.sequence_of(request.raw), patch.sequence_of(answer.raw)
    if asked is not None and given is not None:
        shown["fields"]["sequence"] = "as asked" if asked == given else f"asked + {(given - asked) & 0xFFFF}"
    stamps = {item["fields"].get("timestamp") for item in message_object(request, settings=settings)["options"]} - {
        None
    }
    for item in shown["options"]:
        if item["name"] == "timestamp" and "timestamp" in item["fields"]:
            item["fields"]["timestamp"] = "as asked" if item["fields"]["timestamp"] in stamps else "its own"
            for name in [name for name in item["fields"] if name.startswith("timestamp_")]:
                del item["fields"][name]
    return shown


def _compare(then: dict[str, Any], now: dict[str, Any], moved: bool) -> Iterator[Difference]:
    yield from _fields("fields.", then["fields"], now["fields"])
    if None not in (then["checksum"]["ok"], now["checksum"]["ok"]) and then["checksum"]["ok"] != now["checksum"]["ok"]:
        yield Difference("checksum", *("right" if shown["checksum"]["ok"] else "wrong" for shown in (then, now)))
    for name in sorted({*then.get("header", {}), *now.get("header", {})}):
        was, became = (str(shown.get("header", {}).get(name, ABSENT)) for shown in (then, now))
        if was != became:
            yield Difference(f"header.{name}", was, became)
    one, other = _named(then["options"]), _named(now["options"])
    found = False
    for name in [*one, *(name for name in other if name not in one)]:
        if name not in other or name not in one:
            found = True
            yield Difference(name, *("there" if name in options else ABSENT for options in (one, other)))
            continue
        for difference in _fields(name + ".", one[name]["fields"], other[name]["fields"]):
            found = True
            yield difference
    if found:
        return
    if list(one) != list(other):
        yield Difference("options", " ".join(one), " ".join(other))
        return
    if moved:
        return
    for name in one:
        if one[name]["offset"] != other[name]["offset"] or one[name]["length"] != other[name]["length"]:
            yield Difference(f"{name}.offset", *(f"{item['offset']}" for item in (one[name], other[name])))
            return
    if then["length"] != now["length"]:
        yield Difference("length", str(then["length"]), str(now["length"]))


def _named(options: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Options by the name that `--expect` uses, a filter by its FID; a second one of a name is numbered."""
    found: dict[str, dict[str, Any]] = {}
    for item in options:
        if item["name"] in _PADS:
            continue
        fid = item["fields"].get("fid") if item["name"] == "fid" else None
        name = f"flow[{fid}]" if fid is not None else f"option.{item['name']}"
        times = 2
        unique = name
        while unique in found:
            unique, times = f"{name}#{times}", times + 1
        found[unique] = item
    return found


def _fields(where: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for name in [*then, *(name for name in now if name not in then)]:
        if name.endswith(("_name", "_s")) and name.rpartition("_")[0] in {**then, **now}:
            continue
        if then.get(name) == now.get(name):
            continue
        if name == "suboptions":
            yield from _suboptions(where, then.get(name) or [], now.get(name) or [])
            continue
        short = {"home_network_prefix": "hnp", "status": "status", "lifetime": "lifetime"}
        in_message = where == "fields." or name == "home_network_prefix"
        field = short.get(name, where + name) if in_message else where + name
        yield Difference(field, _text(then, name), _text(now, name))


def _suboptions(where: str, then: list[Any], now: list[Any]) -> Iterator[Difference]:
    names = [[item["name"] for item in items] for items in (then, now)]
    if names[0] != names[1]:
        yield Difference(f"{where}suboptions", *(" ".join(items) or ABSENT for items in names))
        return
    for one, other in zip(then, now, strict=True):
        yield from _fields(where, one["fields"], other["fields"])


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ABSENT
    shown = ",".join(map(str, value)) or ABSENT if isinstance(value, list) else str(value)
    return f"{shown} ({fields[name + '_name']})" if fields.get(f"{name}_name") else shown
