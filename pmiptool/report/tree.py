"""A message as a tree, for people: what `decode`, `craft --show` and `send` print.

It is made from the JSON object of `decode` (schema `pmiptool/decode/1`), so that both say the same. Reserved fields
that are 0 are left out. A finding stands under the option it is about, any other at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pmiptool.registry import catalogue, model
from pmiptool.report.style import LEVELS, paint

Shown = Mapping[str, Any]
_UNICODE = ("├─", "└─", "│  ")  # a branch, the last one, and beside what hangs below a branch
_ASCII = ("|-", "`-", "|  ")


class Node(NamedTuple):
    """One line and what hangs below it."""

    text: str
    style: str = ""
    below: tuple[Node, ...] = ()


def _reserved_names() -> frozenset[str]:
    spaces = (entry for space in catalogue.SPACES.values() for entry in space.entries)
    names = {"reserved_flags"}
    for entry in (*catalogue.MESSAGES, *catalogue.OPTIONS, *spaces):
        names.update(field.name for field in entry.fields if isinstance(field, model.UInt) and field.reserved)
    return frozenset(names)


_RESERVED = _reserved_names()


def render(shown: Shown, *, colour: bool = False, unicode: bool = True) -> str:
    """The tree of one message, lines ending in newlines; without `unicode` its branches are ASCII."""
    node = message_node(shown)
    lines = [
        *_above(shown),
        paint(node.text, "bold", colour),
        *_lines(node.below, "", colour, _UNICODE if unicode else _ASCII),
    ]
    return "".join(f"{line}\n" for line in lines)


def _lines(nodes: Sequence[Node], indent: str, colour: bool, branches: tuple[str, str, str]) -> Iterable[str]:
    more, end, trunk = branches
    for number, node in enumerate(nodes, 1):
        last = number == len(nodes)
        text = paint(node.text, node.style, colour) if node.style else node.text
        yield f"{indent}{end if last else more} {text}"
        yield from _lines(node.below, indent + ("   " if last else trunk), colour, branches)


def _above(shown: Shown) -> list[str]:
    """When and between whom: nothing for a Mobility Header without an envelope."""
    lines = []
    if shown.get("frame") is not None:
        lines.append(f"frame {shown['frame']}" + (f", {shown['time']}" if shown.get("time") else ""))
    if shown.get("src") is not None:
        ports = (shown.get("sport"), shown.get("dport"))
        text = f"{shown['src']} -> {shown['dst']}"
        if shown.get("transport"):
            text += f", {str(shown['transport']).upper()} {ports[0]} -> {ports[1]}"
        if shown.get("hop_limit") is not None:
            text += f", hop limit {shown['hop_limit']}"
        lines.append(text)
        if esp := shown.get("esp"):
            lines.append(f"   in ESP, SPI {esp['spi']}, sequence number {esp['sequence']}")
        lines += [f"   inside {_outer(header)}" for header in reversed(shown.get("outer") or ())]
    return lines


def _outer(header: Shown) -> str:
    where = f" {header['src']} -> {header['dst']}" if header.get("src") else ""
    return f"{header['protocol']}{where}"


def title(name: str, kind: int) -> str:
    """The RFC's name of a message: `Proxy Binding Update (pbu)`; its number where it has none here."""
    known = catalogue.message_named(name)
    if known is None:
        return f"Message type {kind}"
    message, proxy = known
    return f"{message.proxy[1] if proxy and message.proxy else message.title} ({name})"


def message_node(shown: Shown) -> Node:
    """The message with its fields, options and findings."""
    ok = shown["checksum"]["ok"]
    judged = {True: "right", False: "wrong", None: "not judged"}[ok]
    head = f"{title(shown['message'], shown['type'])}, {shown['length']} octets, "
    head += f"checksum {shown['checksum']['value']} {judged}"
    below = [Node(text) for text in field_texts(_as_meant(shown), alone=False)]
    below += [Node(f"header: {name} {value}") for name, value in (shown.get("header") or {}).items()]
    findings = shown.get("findings") or ()
    options = shown.get("options") or ()
    said: dict[Any, list[Shown]] = {}
    for finding in findings:
        said.setdefault(finding.get("option"), []).append(finding)
    index = 0
    while index < len(options):
        about = said.get(index, ())
        run = 1
        while not about and _is_pad1(options, index) and _is_pad1(options, index + run):
            run += 1
        below.append(_option_node(options[index], about, run))
        index += run
    rest = [f for f in findings if not isinstance(f.get("option"), int) or f["option"] >= len(options)]
    below += [finding_node(finding) for finding in rest]
    return Node(head, "", tuple(below))


def _as_meant(shown: Shown) -> dict[str, Any]:
    """The fields of a message, flags by the letter that they have in it: O beside a BID option, where JSON has B."""
    fields = dict(shown["fields"])
    known = catalogue.message_named(shown["message"])
    if known is None or known[1]:
        return fields
    names = {option["name"] for option in shown.get("options") or ()}
    for field in known[0].fields:
        if isinstance(field, model.Flags) and isinstance(fields.get(field.name), list):
            also = {flag.letter: flag.also.letter for flag in field.flags if flag.also and flag.also.beside in names}
            fields[field.name] = [also.get(letter, letter) for letter in fields[field.name]]
    return fields


def _is_pad1(options: Sequence[Shown], index: int) -> bool:
    return index < len(options) and options[index]["name"] == "pad1"


def _option_node(option: Shown, findings: Sequence[Shown], times: int) -> Node:
    below = [_suboption_node(sub) for sub in option["fields"].get("suboptions") or ()]
    below += _record_nodes(option["fields"])
    below += [finding_node(finding) for finding in findings]
    text = _entry_text(option) + (f" x {times}" if times > 1 else "")
    style = "dim" if option["name"] in ("pad1", "padn") and not findings else ""
    return Node(f"@{option['offset']:<3} {text}", style, tuple(below))


def _suboption_node(option: Shown) -> Node:
    style = "dim" if option["name"] in ("pad1", "padn") else ""
    return Node(_entry_text(option), style, tuple(_record_nodes(option["fields"])))


def _record_nodes(fields: Shown) -> list[Node]:
    """The records among these fields, each with those inside it."""
    return [
        Node(f"{name:<17} {', '.join(field_texts(record))}".rstrip(), "", tuple(_record_nodes(record)))
        for name, value in fields.items()
        if name != "suboptions" and _holds_records(value)
        for record in ([value] if isinstance(value, Mapping) else value)
    ]


def _holds_records(value: Any) -> bool:
    return isinstance(value, Mapping) or isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _entry_text(option: Shown) -> str:
    name = option["name"]
    if name == "padn":
        octets = option["fields"].get("padding") or ""
        details = [f"{len(octets) // 2 + 2} octets"] + ([f"holding {octets}"] if octets.strip("0") else [])
    else:
        details = field_texts(option["fields"])
    if option.get("trailing"):
        details.append(f"left over {option['trailing']}")
    if option.get("cut"):
        length = option["length"]
        details.append("cut: it has no length octet" if length is None else f"cut: its length says {length}")
    return f"{name:<17} {', '.join(details)}".rstrip()


def field_texts(fields: Shown, *, alone: bool = True) -> list[str]:
    """`act 2 keep`, `lifetime 75 (300 s)`, `dst_port 5060-5061`.

    alone: a single field goes without its name, where nothing else of the same hangs below it.
    """
    alone = alone and not fields.get("suboptions") and not any(map(_holds_records, fields.values()))
    texts: list[tuple[str, str]] = []
    for name, value in fields.items():
        if name == "suboptions" or value is None or (name in _RESERVED and not value) or _holds_records(value):
            continue
        if _helps(name, fields) or (name == "l" and not value and "home_network_prefix" in fields):
            continue  # the off-link flag is RFC 7864's: told where it is set
        text = _value_text(value)
        if f"{name}_name" in fields:
            text += f" {fields[f'{name}_name']}"
        if f"{name}_s" in fields:
            seconds = fields[f"{name}_s"]
            text += " (for ever)" if seconds is None else f" ({seconds} s)"
        if f"{name}_degrees" in fields:
            text += f" ({fields[f'{name}_degrees']:.5f} degrees)"
        if fields.get(f"{name}_end") is not None:
            text += f"-{_value_text(fields[f'{name}_end'])}"
        texts.append((name, text))
    if alone and len(texts) == 1:
        return [texts[0][1]]
    return [f"{name} {text}" for name, text in texts]


_BESIDE = ("_name", "_s", "_end", "_degrees", "_octets")


def _helps(name: str, fields: Shown) -> bool:
    """Whether a member only helps to read another: `act_name` beside `act`, an End beside its Start."""
    return any(name.endswith(end) and fields.get(name[: -len(end)]) is not None for end in _BESIDE)


def _value_text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value)) if value else "none"
    return str(value) if value != "" else "(empty)"


def finding_node(finding: Shown) -> Node:
    return Node(f"{finding['level']} {finding['rule']}: {finding['text']}", LEVELS.get(finding["level"], ""))
