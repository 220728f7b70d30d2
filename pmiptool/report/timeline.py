"""What happened to each mobile node: a ladder of its messages, the state after each, and why what ended did so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.exchange import CN, LMA, MAG, MN
from pmiptool.registry.rfc5213 import ACCESS_TECHNOLOGY
from pmiptool.registry.rfc6089 import ACTION
from pmiptool.registry.rfc6275 import LIFETIME_UNIT
from pmiptool.registry.rule import LEVELS
from pmiptool.report.describe import details, label
from pmiptool.report.ladder import Arrow, Ladder, Participant, Remark
from pmiptool.rules.pairing import MnKey
from pmiptool.rules.watch_state import Ended, Group
from pmiptool.session.model import Binding, Flow, Ipv4Home, Path
from pmiptool.text.filters import format_selector
from pmiptool.text.names import many
from pmiptool.text.values import address_text
from pmiptool.wire.codec import Decoded
from pmiptool.wire.finding import Finding
from pmiptool.wire.values import Ipv4Selector, Ipv6Selector

NAMELESS = "no mobile node identifier"


@dataclass
class Step:
    """A message, what is wrong with it, and the state of its mobile node after it.

    frame: what people call it. number: its running number in the set. roles: what source and destination are, where
    that is known (`registry.exchange.LMA` and its like). asks: it is a request.
    """

    decoded: Decoded
    src: bytes
    dst: bytes
    time: float
    frame: str
    number: int
    findings: list[Finding] = field(default_factory=list)
    roles: tuple[str, str] | None = None
    asks: bool = False
    state: list[dict[str, Any]] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    ordinal: int = 0


def mn_text(mn: MnKey | None) -> str:
    """An identifier as people read it; octets that are no text in hex."""
    if mn is None:
        return NAMELESS
    try:
        text = mn[1].decode()
    except UnicodeDecodeError:
        return mn[1].hex()
    return text if text.isprintable() else mn[1].hex()


def state_of(groups: Iterable[Group], now: float, settings: CodePoints = DEFAULT) -> list[dict[str, Any]]:
    """Sessions with their bindings and filters, as JSON would have them."""
    return [
        {
            "lma": address_text(group.lma),
            "mhgid": group.session.mhgid,
            **({} if group.session.mag_id is None else {"mag_id": mn_text(group.session.mag_id)}),
            "hnp": [f"{address_text(address)}/{length}" for address, length in group.session.prefixes],
            **({} if group.session.ipv4 is None else {"ipv4_hoa": _ipv4_text(group.session.ipv4)}),
            "bindings": [
                _binding(group, key, binding, now, settings) for key, binding in group.session.bindings.items()
            ],
            "kept": [
                {"fid": kept.flow.fid, "of": address_text(kept.care_of)} for kept in group.kept if not kept.announced
            ],
        }
        for group in groups
    ]


def _binding(group: Group, key: Any, binding: Binding, now: float, settings: CodePoints) -> dict[str, Any]:
    known = isinstance(binding.att, int) and binding.att >= 0
    left = float(binding.expires) - now if isinstance(binding.expires, float) else None
    return {
        "care_of_address": address_text(binding.care_of_address),
        "att": ACCESS_TECHNOLOGY.name(int(binding.att), settings) if known and isinstance(binding.att, int) else None,
        **({} if binding.path is None else {"path": _path_object(binding.path, settings)}),
        **({} if binding.gre is None else {"gre": binding.gre._asdict()}),
        "lifetime_s": binding.lifetime * LIFETIME_UNIT if isinstance(binding.lifetime, int) else None,
        "expires_in_s": round(left, 3) if left is not None and left != float("inf") else None,
        "flows": [
            flow_object(flow, sure=group.sure(key, flow.fid), settings=settings)
            for flow in sorted(binding.flows.values(), key=lambda flow: flow.fid)
        ],
    }


def _ipv4_text(home: Ipv4Home) -> str:
    return f"{address_text(home.address)}/{home.prefix_length}"


def _path_object(path: Path, settings: CodePoints) -> dict[str, Any]:
    """One of several ways of a MAG (RFC 8278)."""
    att = ACCESS_TECHNOLOGY.name(path.att, settings) if isinstance(path.att, int) else None
    return {"bid": path.bid, "label": path.label if isinstance(path.label, int) else None, "att": att}


def flow_object(flow: Flow, *, sure: bool, settings: CodePoints = DEFAULT) -> dict[str, Any]:
    selector = flow.selector if isinstance(flow.selector, (Ipv4Selector, Ipv6Selector)) else None
    return {
        "fid": flow.fid,
        "pri": flow.priority if isinstance(flow.priority, int) else None,
        "action": ACTION.name(flow.action, settings) if isinstance(flow.action, int) else None,
        "selector": format_selector(selector) if selector is not None else None,
        "reinstantiated": flow.reinstantiated,
        "sure": sure,
    }


def state_lines(state: Sequence[dict[str, Any]]) -> list[str]:
    """The state in a line for each session, binding and filter that is kept for another interface.

    Where there are several anchors, each session says which has it.
    """
    lines = []
    several = len({session["lma"] for session in state}) > 1
    for session in state:
        group = "without multihoming" if session["mhgid"] is None else f"MHGID {session['mhgid']}"
        group = f"with several paths of {session['mag_id']}" if "mag_id" in session else group
        home = session.get("ipv4_hoa")
        words = [] if home and not session["hnp"] else [f"HNP {', '.join(session['hnp']) or 'unknown'}"]
        group += f" at {session['lma']}" if several else ""
        lines.append(", ".join([f"session {group}", *words, *([f"IPv4 {home}"] if home else [])]))
        for binding in session["bindings"]:
            flows = "; ".join(_flow_text(flow) for flow in binding["flows"])
            left = binding["expires_in_s"]
            until = "without end" if left is None else f"{left:.0f} s left"
            path = binding.get("path")
            way = f" BID {path['bid']}, label {path['label']}, {path['att']}" if path else ""
            way += _gre_text(binding["gre"]) if "gre" in binding else ""
            lines.append(f"  {binding['care_of_address']}{way} ({until}){f': {flows}' if flows else ''}")
        lines += [f"  FID {kept['fid']} of {kept['of']} waits for another interface" for kept in session["kept"]]
    return lines or ["no session"]


def _gre_text(keys: dict[str, int | None]) -> str:
    """GRE encapsulation, with the keys for downlink and uplink where they were exchanged (RFC 5845)."""
    return " GRE" if keys["uplink"] is None else f" GRE keys {keys['downlink']} down, {keys['uplink']} up"


def _flow_text(flow: dict[str, Any]) -> str:
    words = [f"FID {flow['fid']}"]
    words += [f"pri={'?' if flow['pri'] is None else flow['pri']}", flow["action"] or "?"]
    words += [flow["selector"]] if flow["selector"] else []
    words += ["re-instantiated"] if flow["reinstantiated"] else []
    words += ["(if still there)"] if not flow["sure"] else []
    return " ".join(words)


def ended_line(ended: Ended, names: dict[int, str]) -> str:
    """`FID 1 at 2001:db8:1::2 ends: ACT=Remove (frames 13, 14)`."""
    frames = ", ".join(names.get(frame, str(frame)) for frame in ended.frames)
    what = ended.what if ended.kind == "flow" else f"binding {ended.what}"
    where = f" ({'frames' if len(ended.frames) > 1 else 'frame'} {frames})" if frames else ""
    return f"{what} ends: {ended.why}{where}"


def _columns(steps: Sequence[Step]) -> dict[bytes, str]:
    """A name for each address, from left to right; of one node in two roles that which comes later here."""
    named: dict[str, dict[bytes, str]] = {role: {} for role in (MN, MAG, LMA, CN)}
    for step in steps:
        for role, address in zip(step.roles or (), (step.src, step.dst), strict=False):
            there = named[role]
            there.setdefault(address, f"{role.upper()}{len(there) + 1}")
    columns: dict[bytes, str] = {}
    if len(named[LMA]) == 1:
        named[LMA] = dict.fromkeys(named[LMA], "LMA")
    for there in named.values():
        for address, name in there.items():
            columns.pop(address, None)
            columns[address] = name
    for number, address in enumerate(dict.fromkeys(a for step in steps for a in (step.src, step.dst)), 1):
        columns.setdefault(address, f"NODE{number}")
    return columns


def ladder(
    mn: MnKey | None,
    steps: Sequence[Step],
    names: dict[int, str],
    settings: CodePoints = DEFAULT,
    *,
    total: int = 0,
    link: Callable[[Step], str] | None = None,
) -> Ladder:
    """The ladder of one mobile node: gateways by their addresses from left to right, anchors last.

    total: how many steps it has where `steps` leaves some out, which the ladder says. link: where a step is told of.
    """
    columns = _columns(steps)
    rows: list[Arrow | Remark] = []
    last: list[str] = []
    started = steps[0].time if steps else 0.0
    before = 0
    for step in steps:
        if step.ordinal > before + 1:
            rows.append(Remark(_left_out(step.ordinal - before - 1)))
        before = step.ordinal
        marks = tuple(f"{finding.level} {finding.rule}: {finding.text}" for finding in step.findings)
        worst = min((finding.level for finding in step.findings), key=LEVELS.index, default="")
        text = (f"frame {step.frame}", *details(step.decoded, settings))
        rows.append(
            Arrow(
                columns[step.src],
                columns[step.dst],
                label(step.decoded),
                text,
                step.time - started,
                False,
                marks,
                worst,
                link(step) if link is not None else "",
            )
        )
        if step.ended:
            rows.append(Remark("\n".join(ended_line(ended, names) for ended in step.ended)))
        lines = state_lines(step.state)
        if mn is not None and lines != last and not step.asks:
            rows.append(Remark("\n".join(lines)))
            last = lines
    if total > before > 0:
        rows.append(Remark(_left_out(total - before)))
    people = tuple(Participant(name, address_text(address)) for address, name in columns.items())
    return Ladder(f"Mobile node {mn_text(mn)}" if mn is not None else f"Messages with {NAMELESS}", people, tuple(rows))


def _left_out(count: int) -> str:
    return f"... {many(count, 'message')} left out here"
