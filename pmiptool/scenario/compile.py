"""From what people wrote to what the gateways take: names become numbers, filters options, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pmiptool.errors import UsageError
from pmiptool.mag import MnProfile
from pmiptool.mag.config import Flow
from pmiptool.net.peer import PeerNode
from pmiptool.net.profiles import gre_option, ipv4_request, path_of
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.muho import ACT
from pmiptool.registry.rfc5213 import ACCESS_TECHNOLOGY, HANDOFF_INDICATOR
from pmiptool.registry.rfc5846 import REVOCATION_TRIGGER
from pmiptool.registry.rfc7077 import REASON, REGISTERING
from pmiptool.scenario.model import (
    BY_LMA,
    Action,
    Attach,
    Detach,
    Heartbeat,
    Modify,
    Notify,
    Receive,
    Renew,
    Revoke,
    Scenario,
    Step,
)
from pmiptool.scenario.verify import parse_expectations
from pmiptool.text.filters import parse_flow
from pmiptool.text.names import parse_number_or_name
from pmiptool.text.reading import read_option
from pmiptool.text.values import parse_hex, parse_octets_text, parse_prefix
from pmiptool.wire.values import Prefix

INTER_MAG_HANDOVER = (2, 3, 4)  # triggers that a MAG refuses whose mobile node is still attached (RFC 5846 9.1)
FIRST_GLOBAL_TRIGGER = 128


class Move(msgspec.Struct, frozen=True):
    """One step, ready to be played. interface: its name, which is also the key in the MAG's list.

    What the LMA asks: mags are the gateways that it tells, message is what it sends, number its trigger or reason.
    """

    name: str
    kind: str
    mag: str = ""
    interface: str = ""
    profile: MnProfile = MnProfile(id=b"")
    hi: int = 1
    flows: tuple[Flow, ...] = ()
    summary: tuple[int, ...] | None = None
    lifetime: int | None = None
    act: int = 0
    wait: float = 0.0
    expect: tuple[str, ...] = ()
    reinstantiated: tuple[Flow, ...] | None = None
    expects_status: bool = False
    expects_no_answer: bool = False
    mags: tuple[str, ...] = ()
    message: str = ""
    number: int = 0
    ack: bool = True
    ipv4_only: bool = False
    options: tuple[Any, ...] = ()
    answered: tuple[str, ...] = ()
    bulk: bool = False
    overwrite: bool = False


class Compiled(msgspec.Struct, frozen=True):
    """The steps of a scenario under given code points."""

    moves: tuple[Move, ...]


def compile_scenario(scenario: Scenario, codepoints: CodePoints, node: PeerNode | None = None) -> Compiled:
    """Every step as a `Move`. `node` takes the place of the scenario's mobile node. UsageError names the step."""
    attached: dict[str, list[str]] = {}
    moves = []
    for index, step in enumerate(scenario.steps):
        try:
            moves.append(_move(scenario, step, codepoints, node, attached))
        except UsageError as error:
            named = f" ({step.name})" if step.name else ""
            raise UsageError(f"scenario {scenario.name}: steps[{index}]{named}: {error}") from None
    return Compiled(tuple(moves))


def flow(text: str, codepoints: CodePoints) -> Flow:
    """A filter of a scenario. RFC 6089 has neither PRO nor Action: what is its only way is left out there."""
    if codepoints.wire_dialect == "rfc6089":
        understood = ("action=forward", "action=1", "pro=add", "pro=modify", "pro=0", "pro=1")
        text = " ".join(word for word in text.split() if word.lower() not in understood)
    return parse_flow(text, codepoints)


def _move(
    scenario: Scenario, step: Step, codepoints: CodePoints, node: PeerNode | None, attached: dict[str, list[str]]
) -> Move:
    action = step.action
    if action is None:
        return Move(step.name or f"wait {step.wait:g} s", "wait", wait=step.wait or 0.0)
    expect, on_status, no_answer = parse_expectations(step.expect, codepoints)
    if step.answered and step.kind not in BY_LMA:
        raise UsageError(f"answered is what the MAG says to the LMA's request, and {step.kind} has none")
    if isinstance(action, Heartbeat):
        name = step.name or f"{action.mag} asks whether the LMA is there"
        return Move(name, step.kind, action.mag, expect=expect, expects_no_answer=no_answer)
    if isinstance(action, (Revoke, Notify, Receive)):
        move = _by_lma(scenario, step, action, codepoints, node, attached)
        return msgspec.structs.replace(move, expect=expect, answered=parse_expectations(step.answered, codepoints)[0])
    interface = _interface(action, attached)
    profile = _profile(scenario, interface, action, codepoints, node)
    move = Move(
        name=step.name or _default_name(step.kind, interface, action.mag),
        kind=step.kind,
        mag=action.mag,
        interface=interface,
        profile=profile,
        summary=_summary(action),
        expect=expect,
        reinstantiated=_filters(step.reinstantiated, codepoints),
        expects_status=on_status,
        expects_no_answer=no_answer,
    )
    if isinstance(action, Attach):
        attached.setdefault(action.mag, []).append(interface)
        hi = parse_number_or_name("hi", HANDOFF_INDICATOR, str(action.hi), codepoints)
        return msgspec.structs.replace(move, hi=hi, overwrite=action.overwrite)
    if isinstance(action, Renew):
        return msgspec.structs.replace(move, lifetime=action.lifetime, bulk=action.bulk, overwrite=action.overwrite)
    if isinstance(action, Modify):
        return msgspec.structs.replace(move, flows=_filters(action.flows, codepoints) or ())
    assert isinstance(action, Detach)
    if interface in attached.get(action.mag, []):
        attached[action.mag].remove(interface)
    return msgspec.structs.replace(move, act=parse_number_or_name("act", ACT, str(action.act), codepoints, 7))


def _by_lma(
    scenario: Scenario,
    step: Step,
    action: Revoke | Notify | Receive,
    codepoints: CodePoints,
    node: PeerNode | None,
    attached: dict[str, list[str]],
) -> Move:
    """A request of the LMA: which gateways hear it, and the one interface there that it is about, if it is one."""
    mags = (action.mag,) if action.mag is not None else tuple(mag for mag, here in attached.items() if here)
    if not mags:
        raise UsageError("nothing is attached; attach an interface first, or name the MAG")
    here = [interface for mag in mags for interface in attached.get(mag, [])]
    interface = action.interface or (here[0] if len(here) == 1 else "")
    move = Move(
        step.name,
        step.kind,
        mags[0],
        interface,
        MnProfile(id=_identity(scenario, node), interface=interface),
        mags=mags,
        reinstantiated=_filters(step.reinstantiated, codepoints),
    )
    if isinstance(action, Receive):
        name = step.name or f"{action.mag} receives {action.message} from the LMA"
        return msgspec.structs.replace(move, name=name, message=action.message)
    everywhere = " and ".join(mags)
    if isinstance(action, Revoke):
        trigger = parse_number_or_name("trigger", REVOCATION_TRIGGER, str(action.trigger), codepoints)
        if action.ipv4_only and trigger >= FIRST_GLOBAL_TRIGGER:
            raise UsageError(f"ipv4_only is about one mobile node, and trigger {trigger} is global")
        for mag in mags:
            stays = scenario.mags[mag].still_attached and trigger in INTER_MAG_HANDOVER
            if not (stays or action.ipv4_only):
                attached.pop(mag, None)
        name = step.name or f"the LMA revokes what is bound at {everywhere}"
        return msgspec.structs.replace(move, name=name, message="bri", number=trigger, ipv4_only=action.ipv4_only)
    reason = parse_number_or_name("reason", REASON, str(action.reason), codepoints, 0xFFFF)
    return msgspec.structs.replace(
        move,
        name=step.name or f"the LMA notifies {everywhere}",
        message="update-notification",
        number=reason,
        ack=reason not in REGISTERING if action.ack is None else action.ack,
        options=_options(action.options, codepoints),
    )


def _options(shown: Sequence[dict[str, Any]], codepoints: CodePoints) -> tuple[Any, ...]:
    return tuple(read_option(option, codepoints) for option in shown)


def _identity(scenario: Scenario, node: PeerNode | None) -> bytes:
    return parse_octets_text(node.id if node is not None else scenario.mn.id)


def _default_name(kind: str, interface: str, mag: str) -> str:
    doing = {"attach": "attaches to", "renew": "is renewed at", "modify": "has its filters changed at"}
    return f"{interface} {doing.get(kind, 'leaves')} {mag}"


def _interface(action: Attach | Renew | Modify | Detach, attached: dict[str, list[str]]) -> str:
    if action.interface is not None:
        return action.interface
    here = attached.get(action.mag, [])
    if len(here) == 1:
        return here[0]
    if not here:
        raise UsageError(f"nothing is attached to {action.mag}; attach an interface first, or name one")
    raise UsageError(f"{action.mag} has {' and '.join(here)}; name the interface")


def _profile(
    scenario: Scenario,
    name: str,
    action: Attach | Renew | Modify | Detach,
    codepoints: CodePoints,
    node: PeerNode | None,
) -> MnProfile:
    interface = scenario.interfaces[name]
    given = action if isinstance(action, Attach) else None
    lifetime = (given.lifetime if given else None) or interface.lifetime or scenario.lifetime
    if lifetime < 0 or lifetime % 4 or lifetime > 4 * 0xFFFF:
        raise UsageError(f"lifetime is {lifetime} s; it takes a multiple of 4 from 0 to {4 * 0xFFFF}")
    texts = interface.flows if given is None or given.flows is None else given.flows
    mhgid = scenario.mn.mhgid
    if node is not None and node.mhgid is not None and mhgid is not None:
        mhgid = node.mhgid
    return MnProfile(
        id=_identity(scenario, node),
        interface=name,
        hnp=_prefixes(given.hnp if given else "any"),
        att=parse_number_or_name("att", ACCESS_TECHNOLOGY, str(interface.att), codepoints),
        ll_id=parse_hex("ll_id", interface.ll_id) if interface.ll_id else None,
        mhgid=mhgid,
        flows=_filters(texts, codepoints) or (),
        lifetime=lifetime,
        ipv6=scenario.mn.ipv6,
        ipv4_hoa=ipv4_request("ipv4_hoa", _ipv4_hoa(scenario, name, node)),
        gre=gre_option("gre", interface.gre),
        multipath=path_of(f"mags.{action.mag}.multipath", scenario.mags[action.mag].multipath, codepoints),
    )


def _ipv4_hoa(scenario: Scenario, interface: str, node: PeerNode | None) -> str | None:
    """Where a scenario asks for an IPv4 home address, the mobile node of a peer file has its own."""
    asked = scenario.interfaces[interface].ipv4_hoa or scenario.mn.ipv4_hoa
    return node.ipv4_hoa if asked and node is not None and node.ipv4_hoa else asked


def _prefixes(text: str | list[str]) -> tuple[Prefix, ...]:
    texts = [text] if isinstance(text, str) else text
    found = tuple(parse_prefix("hnp", item) for item in texts)
    return tuple(prefix for prefix in found if not prefix.is_any)


def _filters(texts: list[str] | None, codepoints: CodePoints) -> tuple[Flow, ...] | None:
    return None if texts is None else tuple(flow(text, codepoints) for text in texts)


def _summary(action: Action) -> tuple[int, ...] | None:
    fids = getattr(action, "flow_summary", None)
    if fids is None:
        return None
    for fid in fids:
        if not 0 <= fid <= 0xFFFF:
            raise UsageError(f"flow_summary has {fid}; a FID is a number from 0 to 65535")
    return tuple(fids)
