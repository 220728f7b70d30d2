"""Expectations of an answer, `FIELD OP VALUE`, over the JSON of `decode`: what `--expect` and scenarios take.

FIELD: `answer`, `status`, `lifetime` (units of 4 s), `lifetime_s`, `hnp`, `fields.NAME`, `option.NAME` or
`option.NAME.FIELD`, `flow[FID]` or `flow[FID].FIELD` (a filter's own fields and those of its selector), `findings`.
OP: `=` and `!=` compare numbers, names and addresses; `<` and `>` numbers; `~` searches a regular expression; `in`
takes a list (`0,1`), a range (`128-255`) or a prefix (`2001:db8::/32`). VALUE `none` means that there is none.
A field that stands several times fits when one of its values does; `!=` wants it of all of them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pmiptool.errors import UsageError
from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.model import UInt
from pmiptool.text.names import did_you_mean, plain
from pmiptool.wire import values

ANSWERS = ("none", "pba", "binding-error", "icmp", "any")
OPERATORS = ("=", "!=", "<", ">", "~", "in")
SIMPLE = ("answer", "status", "lifetime", "lifetime_s", "hnp", "findings")

_FORM = re.compile(r"\s*(?P<field>[A-Za-z][\w.\-\[\]]*)\s*(?P<op>!=|[=<>~]+|\bin\b)\s*(?P<value>.*?)\s*", re.DOTALL)
_SPAN = re.compile(r"(0x[0-9a-fA-F]+|\d+)-(0x[0-9a-fA-F]+|\d+)")
_FLOW = re.compile(r"flow\[(?P<fid>\w+)\](?:\.(?P<field>.+))?")


class Outcome(NamedTuple):
    """Whether the answer is as expected, and what was there instead, in words."""

    ok: bool
    actual: str


class _Found(NamedTuple):
    """A value of the answer, and the name beside it where it is an enumeration."""

    value: Any
    name: str | None = None

    def __str__(self) -> str:
        shown = ",".join(map(str, self.value)) if isinstance(self.value, list) else str(self.value)
        return f"{shown} ({self.name})" if self.name else shown


@dataclass(frozen=True)
class Expectation:
    """A parsed expression. `check` judges an answer by it."""

    text: str
    field: str
    op: str
    value: str

    def check(self, shown: Mapping[str, Any] | None, answer: str | None = None) -> Outcome:
        """Judge an answer. `shown` is its object as `decode --json` prints it, None where there is none.

        `answer` says what came: one of ANSWERS or a message's name; without, what `shown` says.
        """
        came = answer or (str(shown.get("message")) if shown else "none")
        if self.field == "answer":
            return Outcome(self._answered(came), came)
        if shown is None:
            return Outcome(False, f"no message to look into (answer: {came})")
        found = list(_values(shown, self.field))
        actual = ", ".join(map(str, found)) or "none"
        if self.field == "findings" and re.fullmatch(r"\d+", self.value) and self.op != "~":
            found = [_Found(len(found))]
        if plain(self.value) == "none" and self.op in ("=", "!=") and not any(item.name == "none" for item in found):
            return Outcome((not found) == (self.op == "="), actual)
        if not found:
            return Outcome(False, actual)
        if self.op == "!=":
            return Outcome(not any(_equal(item, self.value) for item in found), actual)
        return Outcome(any(self._holds(item) for item in found), actual)

    def _answered(self, came: str) -> bool:
        def same(word: str) -> bool:
            return came != "none" if plain(word) == "any" else plain(word) == came

        if self.op == "in":
            return any(same(word) for word in self.value.split(","))
        return same(self.value) == (self.op == "=")

    def _holds(self, item: _Found) -> bool:
        if self.op == "=":
            return _equal(item, self.value)
        if self.op == "~":
            return any(re.search(self.value, text) for text in _texts(item))
        if self.op == "in":
            return any(_within(item, word) for word in self.value.split(","))
        number, bound = _number(item.value), _number(self.value)
        if number is None or bound is None:
            return False
        return number < bound if self.op == "<" else number > bound


def parse_expectation(text: str, settings: CodePoints = DEFAULT) -> Expectation:
    """Read an expression. Raises UsageError that says what is wrong: field, operator or value."""
    form = _FORM.fullmatch(text)
    if form is None or not form["value"]:
        raise UsageError(
            f"expectation '{text}' is not FIELD OP VALUE, such as 'status = 0' (OP: {' '.join(OPERATORS)})"
        )
    field, op, value = form["field"], form["op"], form["value"]
    if op not in OPERATORS:
        hint = "; write =" if op == "==" else ""
        raise UsageError(f"expectation '{text}': the operator {op} is none of {' '.join(OPERATORS)}{hint}")
    _check_field(text, field, settings)
    if field == "answer":
        words = value.split(",") if op == "in" else [value]
        names = (*ANSWERS, *catalogue.message_names())
        for word in words:
            if plain(word) not in names:
                hint = did_you_mean(word, names)
                raise UsageError(f"expectation '{text}': answer takes {', '.join(ANSWERS)} or a message's name{hint}")
        if op not in ("=", "!=", "in"):
            raise UsageError(f"expectation '{text}': answer takes =, != and in")
    elif op in ("<", ">") and _number(value) is None:
        raise UsageError(f"expectation '{text}': {op} compares numbers, and '{value}' is none")
    elif op == "~":
        try:
            re.compile(value)
        except re.error as error:
            raise UsageError(f"expectation '{text}': '{value}' is no regular expression ({error})") from None
    elif op != "~":
        _check_words(text, field, value.split(",") if op == "in" else [value], settings)
    return Expectation(text.strip(), field, op, value)


def _check_words(text: str, field: str, words: Sequence[str], settings: CodePoints) -> None:
    """Refuse a value that the field can never have, such as a misspelt name: that never says anything."""
    if field not in ("status", "lifetime", "lifetime_s", "hnp"):
        return
    fields = [message.field("status") for message in catalogue.MESSAGES] if field == "status" else ()
    enumerations = [found.enum for found in fields if isinstance(found, UInt) and found.enum is not None]
    names = [member.name for enumeration in enumerations for _, member in enumeration.numbered(settings)]
    known = {"none", *map(plain, names)}
    for word in words:
        if plain(word) in known or (field == "hnp" and _is_prefix(word.strip())):
            continue
        if field != "hnp" and (_number(word) is not None or _SPAN.fullmatch(word.strip())):
            continue
        takes = "a prefix such as 2001:db8:a1::/64, any or none" if field == "hnp" else "a number"
        takes += " or the name of a status" if names else ""
        raise UsageError(
            f"expectation '{text}': {field} takes {takes}, not '{word.strip()}'{did_you_mean(word, names)}"
        )


def _check_field(text: str, field: str, settings: CodePoints) -> None:
    """Refuse a field that no answer can have. Names of fields and options come from the registry."""
    if field in SIMPLE:
        return
    kind, _, rest = field.partition(".")
    where = f"expectation '{text}'"
    if kind == "fields" and rest:
        known = {name for message in catalogue.MESSAGES for name in _fields_of(message.value)} | {"lifetime_s", "data"}
        if _bare(rest) not in known:
            raise UsageError(f"{where}: no message has a field '{rest}'{did_you_mean(rest, known)}")
    elif kind == "option" and rest:
        name, _, member = rest.partition(".")
        entry = catalogue.option_named(name, settings)
        if entry is None and not re.fullmatch(r"option-\d+", name):
            known = {option.name for option in catalogue.OPTIONS}
            raise UsageError(f"{where}: there is no option '{name}'{did_you_mean(name, known)}")
        if entry is not None and member:
            known = {*_fields_of(entry.value), "data", "suboptions"}
            if _bare(member) not in known:
                raise UsageError(f"{where}: {name} has no field '{member}'{did_you_mean(member, known)}")
    elif found := _FLOW.fullmatch(field):
        if _number(found["fid"]) is None:
            raise UsageError(f"{where}: '{found['fid']}' is no FID; write flow[1].status")
    else:
        takes = f"it takes {', '.join(SIMPLE)}, fields.NAME, option.NAME.FIELD or flow[FID].FIELD"
        raise UsageError(f"{where}: there is no field '{field}'{did_you_mean(field, SIMPLE, takes)}")


def _bare(name: str) -> str:
    name = name.replace("-", "_")
    return re.sub(r"(_name|_s)$", "", name) if name != "lifetime_s" else name


def _fields_of(value: str) -> set[str]:
    kind = values.CLASSES.get(value)
    return set(kind.__struct_fields__) - {"options"} if kind is not None else set()


def _values(shown: Mapping[str, Any], field: str) -> Iterator[_Found]:
    """The values of a field in an answer."""
    fields = shown.get("fields") or {}
    options = [option for option in shown.get("options") or () if isinstance(option, Mapping)]
    if field in ("status", "lifetime", "lifetime_s"):
        yield from _member(fields, field)
    elif field == "hnp":
        for option in options:
            if option["name"] == "hnp":
                yield from _member(option["fields"], "home_network_prefix")
    elif field == "findings":
        yield from (_Found(finding["rule"]) for finding in shown.get("findings") or ())
    elif field.startswith("fields."):
        yield from _member(fields, field[7:])
    elif field.startswith("option."):
        name, _, member = field[7:].partition(".")
        for option in options:
            if option["name"] == name:
                yield from _member(option["fields"], member) if member else [_Found("present")]
    elif flow := _FLOW.fullmatch(field):
        for option in options:
            if option["name"] == "fid" and option["fields"].get("fid") == _number(flow["fid"]):
                yield from _flow(option, flow["field"])


def _flow(option: Mapping[str, Any], member: str | None) -> Iterator[_Found]:
    if member is None:
        yield _Found("present")
        return
    own = list(_member(option["fields"], member))
    yield from own
    for sub in option["fields"].get("suboptions") or () if not own else ():
        yield from _member(sub.get("fields") or {}, member)


def _member(fields: Mapping[str, Any], name: str) -> Iterator[_Found]:
    for key in (name, name.replace("-", "_")):
        if key in fields and fields[key] is not None:
            yield _Found(fields[key], fields.get(f"{key}_name"))
            return


def _texts(item: _Found) -> list[str]:
    whole = [",".join(map(str, item.value)), "".join(map(str, item.value))] if isinstance(item.value, list) else []
    parts = [str(part) for part in item.value] if isinstance(item.value, list) else [str(item.value)]
    return [*whole, *parts, *([item.name] if item.name else [])]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or isinstance(value, (list, dict)) or value is None:
        return None
    if isinstance(value, (int, float)):
        return value
    try:
        return int(str(value), 0)
    except ValueError:
        pass
    try:
        return float(str(value))
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv6Network | ipaddress.IPv4Network | None:
    try:
        return ipaddress.ip_network("::/0" if plain(text) == "any" else text, strict=False)
    except ValueError:
        return None


def _is_prefix(text: str) -> bool:
    return _network(text) is not None and ("/" in text or plain(text) == "any")


def _same_address(one: str, other: str) -> bool:
    """Two ways of writing one address or prefix; the bits behind a prefix count here."""
    if plain(other) == "any":
        other = "::/0"
    try:
        return ipaddress.ip_interface(one) == ipaddress.ip_interface(other) and ("/" in one) == ("/" in other)
    except ValueError:
        return False


def _equal(item: _Found, wanted: str) -> bool:
    number = _number(wanted)
    parts: Sequence[Any] = item.value if isinstance(item.value, list) else [item.value]
    if number is not None and any(_number(part) == number for part in parts):
        return True
    return any(plain(text) == plain(wanted) or _same_address(text, wanted) for text in _texts(item))


def _within(item: _Found, word: str) -> bool:
    word = word.strip()
    span = _SPAN.fullmatch(word)
    number = _number(item.value)
    if span and number is not None:
        return int(span[1], 0) <= number <= int(span[2], 0)
    outer = _network(word) if "/" in word or plain(word) == "any" else None
    for text in _texts(item) if outer is not None else ():
        inner = _network(text)
        if inner is not None and inner.version == outer.version and inner.subnet_of(outer):  # type: ignore[union-attr,arg-type]
            return True
    return _equal(item, word)
