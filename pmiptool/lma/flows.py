"""The filters of an accepted PBU: FID options in order, then the flow summary, then what is re-instantiated.

mext 5.3.2 to 5.3.5, RFC 6089 5.3.2 to 5.3.5, muho 4.2, with the readings of the register. A refused FID changes
nothing and leaves the PBA's status alone.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from pmiptool.lma.adverts import advert
from pmiptool.lma.core import Core
from pmiptool.lma.events import FlowInstalled, FlowRemoved, FlowRenumbered
from pmiptool.lma.request import Fid, Request
from pmiptool.session.model import DISCARD, FORWARD, N_CAST, Binding, Flow, Selector, Session
from pmiptool.session.transitions import (
    fids_in_use,
    highest_free_fid,
    install_flow,
    remove_flow,
    remove_flows,
    renumber_flow,
    same_filter,
)
from pmiptool.wire.layout import Slot
from pmiptool.wire.values import (
    BindingReference,
    FlowIdentification,
    FlowIdentification6089,
    Ipv4Selector,
    Ipv6Selector,
    UnknownOption,
    UnknownSubOption,
)

ADD, MODIFY = 0, 1
NEW_INTERFACE = 1
FORMATS = (1, 2)  # RFC 6088 3


class Statuses(msgspec.Struct, frozen=True):
    """The status numbers of a dialect."""

    rejected: int
    malformed: int
    prohibited: int
    in_use: int
    not_found: int
    format_unsupported: int
    discard_unsupported: int
    n_cast_unsupported: int


MEXT = Statuses(128, 129, 130, 135, 136, 137, 138, 139)
RFC6089 = Statuses(129, 130, 128, 129, 132, 133, 128, 128)

Asked = FlowIdentification | FlowIdentification6089


class _Wanted(msgspec.Struct):
    """The sub-options of one FID option."""

    selector: Selector | None = None
    bids: tuple[int, ...] | None = None
    status: int = 0


class FlowTable:
    """Works on the filters that one binding owns, for one request."""

    def __init__(self, core: Core, request: Request, session: Session, binding: Binding, now: float) -> None:
        self.core = core
        self.request = request
        self.session = session
        self.binding = binding
        self.now = now
        self.codepoints = request.codepoints
        self.readings = core.policy.readings
        self.rfc6089 = self.codepoints.wire_dialect == "rfc6089"
        self.statuses = RFC6089 if self.rfc6089 else MEXT

    def process(self) -> tuple[list[Any], int]:
        """The FID options of the PBA, and how many of them, at the end, are re-instantiated ones nobody asked for."""
        echoes = self._requested()
        self._summarised(echoes)
        self._omitted(echoes)
        adverts = self._advertised(echoes)
        return [*echoes.values(), *adverts], len(adverts)

    def _requested(self) -> dict[int, Any]:
        """Every FID option of the request with its status; a FID stands once (mext 5.3.5)."""
        echoes: dict[int, Any] = {}
        fids = [_fid_of(option) for option in self.request.fids]
        repeated = len(set(fids)) != len(fids)
        for fid, option in zip(fids, self.request.fids, strict=True):
            if fid is None or fid in echoes:
                continue
            if repeated:
                status = self.statuses.rejected
            elif isinstance(option, UnknownOption):
                status = self.statuses.malformed
            elif isinstance(option, FlowIdentification6089):
                status = self._rfc6089(option)
            else:
                status = self._mext(option)
            echoes[fid] = self._echo(option, fid, status)
        return echoes

    def _echo(self, option: Fid, fid: int, status: int) -> Any:
        if isinstance(option, FlowIdentification):
            return replace(option, rsvd=0, status=status)
        if isinstance(option, FlowIdentification6089):
            return replace(option, reserved=0, status=status)
        return self._bare(fid, status)

    def _bare(self, fid: int, status: int) -> Any:
        """A FID option with nothing but FID and status."""
        return (
            FlowIdentification6089(fid=fid, status=status) if self.rfc6089 else FlowIdentification(fid, status=status)
        )

    def _mext(self, option: FlowIdentification) -> int:
        """mext 5.3.2.1 and 5.3.2.2, which leave the order of the checks open."""
        fid, pro = option.fid, option.pro
        known = self._known(fid)
        if pro == self.codepoints.pro_delete:
            return self._delete(fid, known)
        if pro not in (ADD, MODIFY):
            return self.statuses.malformed
        if known is None and self._another_has(fid):
            return self.statuses.prohibited
        if pro == MODIFY and known is None:
            return self.statuses.not_found
        if pro == ADD and known is not None and not self._repeats(option, known):
            return self.statuses.in_use
        wanted = self._read(option)
        if wanted.selector is None and not wanted.status:
            if pro == ADD or self.readings["modify-without-selector"] == "refuse":
                return self.statuses.malformed
        if wanted.status:
            return wanted.status
        if option.action not in (FORWARD, DISCARD, N_CAST):
            return self.statuses.rejected
        return self._accept(option, option.action, wanted, known)

    def _rfc6089(self, option: FlowIdentification6089) -> int:
        """RFC 6089 5.3.2.1 and 5.3.2.2: no action, no PRO; a known FID is an update and keeps what is left out."""
        fid = option.fid
        if fid == 0 or option.pri == 0:
            return self.statuses.malformed
        known = self._known(fid)
        if known is None and self._another_has(fid):
            return self.statuses.prohibited
        wanted = self._read(option)
        if wanted.status:
            return wanted.status
        if known is None and wanted.selector is None:
            return self.statuses.malformed
        refers = known is None or wanted.bids is not None
        if known is not None and not refers:
            wanted.bids = known.bids  # gone ones too: the flow is inactive, and stays so
        action = N_CAST if wanted.bids is not None and len(wanted.bids) > 1 else FORWARD
        return self._accept(option, action, wanted, known, refers=refers)

    def _known(self, fid: int) -> Flow | None:
        """The filter of this binding with that FID, as far as its MAG can know of it."""
        flow = self.binding.flows.get(fid)
        return flow if flow is not None and flow.announced else None

    def _accept(self, option: Asked, action: int, wanted: _Wanted, known: Flow | None, *, refers: bool = True) -> int:
        """The last checks, and the filter is added, or changed when it is known. refers: its reference is new."""
        status = self._action_allowed(action) or (self._references(action, wanted) if refers else 0)
        if status:
            return status
        if known is None and self.session.flow_count() >= self.core.policy.flows.max_per_session:
            return self.statuses.prohibited
        if known is None and option.fid in self.binding.flows:
            self._make_room(option.fid)
        self._install(option.fid, option.pri, action, wanted, known)
        return 0

    def _repeats(self, option: FlowIdentification, known: Flow) -> bool:
        """The request that attached this interface came again, since its answer was lost: the same filter."""
        if self.request.hi != NEW_INTERFACE or known.reinstantiated:
            return False
        wanted = self._read(option)
        if wanted.status or wanted.selector is None:
            return False
        return same_filter(known, Flow(option.fid, option.pri, option.action, wanted.selector, wanted.bids or ()))

    def _another_has(self, fid: int) -> bool:
        """Another binding's FID, where a FID is unique in the group."""
        return self.readings["fid-scope"] == "group" and any(
            fid in other.flows for other in self.session.bindings.values() if other is not self.binding
        )

    def _action_allowed(self, action: int) -> int:
        if action == DISCARD and not self.core.policy.flows.discard:
            return self.statuses.discard_unsupported
        if action == N_CAST and not self.core.policy.flows.n_cast:
            return self.statuses.n_cast_unsupported
        return 0

    def _references(self, action: int, wanted: _Wanted) -> int:
        """The binding reference: by `binding-reference` implied or required; Discard ignores it (mext 5.3.2.1)."""
        if action == DISCARD:
            wanted.bids = ()
            return 0
        if not wanted.bids:
            return self.statuses.malformed if self.readings["binding-reference"] == "required" else 0
        if action == FORWARD and len(wanted.bids) > 1:
            return self.statuses.malformed
        if any(self.session.holder(bid) is None for bid in wanted.bids):
            return self.codepoints.bid_unknown
        return 0

    def _read(self, option: Asked) -> _Wanted:
        """Selector and binding reference; status 137 for an unknown format, 129 for malformed or repeated ones."""
        wanted = _Wanted()
        found = self.request.findings  # without any, nothing is malformed
        for item in option.suboptions:
            if isinstance(item, (Ipv4Selector, Ipv6Selector)):
                if wanted.selector is not None or (found and _has_end_without_start(item)):
                    wanted.status = wanted.status or self.statuses.malformed
                wanted.selector = wanted.selector or item
            elif isinstance(item, BindingReference):
                if wanted.bids is not None:
                    wanted.status = wanted.status or self.statuses.malformed
                wanted.bids = item.bid
            elif isinstance(item, UnknownSubOption):
                wanted.status = wanted.status or self._unknown(item)
        slot = self.request.slot_of(option) if found else None
        if slot is not None and _left_over(slot, filled=self.codepoints.fid_length_unit == "units-of-8"):
            wanted.status = wanted.status or self.statuses.malformed
        return wanted

    def _unknown(self, item: UnknownSubOption) -> int:
        """A flow description of another type or format is 137, a known one that does not fit is malformed."""
        description = 3 if self.rfc6089 else self.codepoints.flow_description_suboption
        if item.type == description:
            unknown = bool(item.data) and item.data[0] not in FORMATS
            return self.statuses.format_unsupported if unknown else self.statuses.malformed
        if not self.rfc6089 and 17 <= item.type <= 32:
            return self.statuses.format_unsupported
        return self.statuses.malformed if item.type == (2 if self.rfc6089 else 1) else 0

    def _install(self, fid: int, priority: int, action: int, wanted: _Wanted, known: Flow | None) -> None:
        """Add, or change in place: a modified filter keeps its turn among those of its priority."""
        if known is None:
            assert wanted.selector is not None
            install_flow(self.session, self.binding, Flow(fid, priority, action, wanted.selector, wanted.bids or ()))
        else:
            known.priority = priority
            known.action = action
            known.selector = wanted.selector or known.selector
            known.bids = wanted.bids or ()
            known.named = True
            self.session.changed()
        self.core.events.append(
            FlowInstalled(
                time=self.now,
                mn_id=self.session.mn_id,
                care_of_address=self.binding.care_of_address,
                fid=fid,
                modified=known is not None,
            )
        )

    def _make_room(self, fid: int) -> None:
        """A re-instantiated filter that its MAG has not been told of gives its FID to that MAG's own."""
        taken = fids_in_use(self.session, self.binding, in_group=self.readings["fid-scope"] == "group")
        taken.update(found for option in self.request.fids if (found := _fid_of(option)) is not None)
        new = highest_free_fid(taken)
        if new is None:
            self._removed([fid], "omitted")
            return
        renumber_flow(self.session, self.binding, fid, new)
        self.core.events.append(
            FlowRenumbered(
                time=self.now,
                mn_id=self.session.mn_id,
                care_of_address=self.binding.care_of_address,
                fid=fid,
                new_fid=new,
            )
        )

    def _delete(self, fid: int, known: Flow | None) -> int:
        if known is None:
            return self.statuses.not_found
        remove_flow(self.session, self.binding, fid)
        self._tell_removed(fid, "deleted")
        return 0

    def _summarised(self, echoes: dict[int, Any]) -> None:
        """An unknown FID in a flow summary gets a FID option "not found" (mext 5.3.3)."""
        for summary in self.request.summaries:
            for fid in summary.fid:
                flow = self._known(fid)
                if flow is not None:
                    flow.named = True
                elif fid not in echoes:
                    echoes[fid] = self._bare(fid, self.statuses.not_found)

    def _omitted(self, echoes: dict[int, Any]) -> None:
        """What the request does not name, by `flow-omission`; never what its MAG has not been told of."""
        reading = self.readings["flow-omission"]
        if reading == "keep" or (reading == "summary" and not self.request.summaries):
            return
        named = {fid for summary in self.request.summaries for fid in summary.fid} | echoes.keys()
        self._removed(
            [fid for fid, flow in self.binding.flows.items() if flow.announced and fid not in named], "omitted"
        )

    def _removed(self, fids: list[int], reason: str) -> None:
        for flow in remove_flows(self.session, self.binding, fids):
            self._tell_removed(flow.fid, reason)

    def _tell_removed(self, fid: int, reason: str) -> None:
        self.core.events.append(
            FlowRemoved(
                time=self.now,
                mn_id=self.session.mn_id,
                care_of_address=self.binding.care_of_address,
                fid=fid,
                reason=reason,
            )
        )

    def _advertised(self, echoes: dict[int, Any]) -> list[Any]:
        """The re-instantiated filters of this binding, until the reading says that they were told (muho 4.2)."""
        reading = self.readings["reinstantiated-advert"]
        adverts = []
        for flow in self.binding.flows.values():
            if not flow.reinstantiated or flow.fid in echoes:
                continue
            told = flow.announced if reading == "once" else flow.named and reading == "until-named"
            if not told:
                adverts.append(advert(flow, self.codepoints, self.readings))
                flow.announced = True
        return adverts


def _fid_of(option: Fid) -> int | None:
    """The FID of an option, also of one too short for its format; None when not even that is there."""
    if isinstance(option, UnknownOption):
        return int.from_bytes(option.data[:2], "big") if len(option.data) >= 2 else None
    return option.fid


_PAIRS = ("src", "dst", "spi", "flow_label", "src_port", "dst_port", "dscp", "proto")


def _has_end_without_start(selector: Selector) -> bool:
    """An End never stands without its Start (RFC 6088 3.1, 3.2)."""
    return any(
        getattr(selector, f"{name}_end", None) is not None and getattr(selector, name) is None for name in _PAIRS
    )


def _left_over(slot: Slot, *, filled: bool) -> bool:
    """Whether octets of an option do not fit its format. Zeros fill it to its unit, and stand at the end of one that
    was read otherwise."""
    fits = bool(slot.reading) or (filled and not any(slot.trailing))
    if slot.cut or (slot.trailing and not fits):
        return True
    return any(sub.cut or sub.trailing for sub in slot.sub)
