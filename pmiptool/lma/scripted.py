"""The reference LMA for who tests a MAG: it answers as it should, or refuses what it is told to refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pmiptool.lma.anchor import LocalMobilityAnchor
from pmiptool.lma.config import LmaConfig, MnEntry, TimersSection
from pmiptool.lma.request import Request
from pmiptool.registry.ambiguities import Readings
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.endpoint import Datagram, Endpoint

BINDING_ACKNOWLEDGEMENT = 6
ANY_TIME = 1e9  # seconds that a gateway's clock may be off
SHORT = 0.001  # in place of the delays in which a handover may still come


class ScriptedAnchor(LocalMobilityAnchor):
    """It takes any mobile node of any gateway at once, whatever its clock says.

    sections: tables of its configuration that are otherwise, by their names.
    """

    def __init__(
        self, address: bytes, codepoints: CodePoints, readings: Readings, sections: Mapping[str, Any], *, seed: int = 0
    ) -> None:
        pool = f"2001:db8:f{seed & 0xFFF:03x}::/48"  # of each run its own, so that none is taken for another's
        lma = msgspec.structs.replace(LmaConfig().lma, pool=pool, **sections.get("lma", {}))
        mns = msgspec.convert(sections.get("mn", ()), tuple[MnEntry, ...])
        timers = TimersSection(
            min_delay_before_bce_delete=SHORT, max_delay_before_new_bce_assign=SHORT, timestamp_validity_window=ANY_TIME
        )
        config = LmaConfig(lma=lma, mn=mns, timers=timers, readings=readings, codepoints=codepoints)
        super().__init__(config, address, seed=seed)
        self._refusing = 0

    def acknowledge(
        self, data: bytes, source: Endpoint, local: Endpoint, now: float, status: int = 0
    ) -> Datagram | None:
        """The answer to a request; status: refuse it with that one. None where it is to be ignored."""
        self._refusing = status
        self.receive(data, source, now, local)
        self._refusing = 0
        answers = self._answers(now)
        if not answers and (timer := self.next_timer()) is not None and timer <= now + 2 * SHORT:
            self.on_timer(timer)  # it was held for a handover
            answers = self._answers(timer)
        return answers[-1] if answers else None

    def _answers(self, now: float) -> list[Datagram]:
        """The acknowledgements that leave; errors about a request do not count."""
        return [datagram for datagram in self.to_send(now) if datagram.data[2:3] == bytes((BINDING_ACKNOWLEDGEMENT,))]

    def _sender_status(self, request: Request) -> int:
        return self._refusing or super()._sender_status(request)
