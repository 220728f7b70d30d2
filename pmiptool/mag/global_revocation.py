"""The revocation of all bindings with the anchor, which a gateway itself asks for (RFC 5846 9.2, 6.3)."""

from __future__ import annotations

from pmiptool.mag.config import MagConfig
from pmiptool.registry.rfc5846 import BR_G, BR_P, PER_PEER_POLICY
from pmiptool.wire.values import AlternateCareOfAddress, BindingRevocationIndication, MobileNodeIdentifier

NAI = 1
GLOBAL_NOT_AUTHORIZED = 130
ACCEPTED = 1  # and below: success, partial success


class GlobalRevocation:
    """The one indication of this kind that may be outstanding.

    due: when it is sent again, or given up; None while nothing is outstanding. not_authorized: the anchor has said so;
    no more are sent to it.
    """

    def __init__(self, config: MagConfig, care_of_address: bytes, sequence: int) -> None:
        self._config = config
        self._care_of_address = care_of_address
        self._sequence = sequence
        self._timeout = 0.0
        self._left = 0
        self.due: float | None = None
        self.not_authorized = False

    def begin(self, now: float) -> BindingRevocationIndication:
        """A new indication."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timeout, self._left = self._config.init_min_delay_bris, self._config.bri_max_retries
        self.due = now + self._timeout
        return self.message()

    def again(self, now: float) -> BindingRevocationIndication | None:
        """The same once more, after a wait that doubles up to MAX_BRACK_TIMEOUT; None where it has been enough."""
        if not self._left:
            self.due = None
            return None
        self._left -= 1
        self._timeout = min(2 * self._timeout, self._config.max_brack_timeout)
        self.due = now + self._timeout
        return self.message()

    def message(self) -> BindingRevocationIndication:
        """9.2: P and G, Per-Peer Policy, who this is, and its proxy care-of address, where it is of IPv6."""
        options: list[object] = [MobileNodeIdentifier(subtype=NAI, identifier=self._config.identity.encode())]
        if len(self._care_of_address) == 16:
            options.append(AlternateCareOfAddress(alternate_care_of_address=self._care_of_address))
        return BindingRevocationIndication(
            revocation_trigger=PER_PEER_POLICY, sequence=self._sequence, flags=BR_P | BR_G, options=tuple(options)
        )

    def answered(self, sequence: int, status: int) -> bool | None:
        """Whether an acknowledgement ends the bindings; None where it answers nothing that is outstanding (6.2.2)."""
        if self.due is None or sequence != self._sequence:
            return None
        self.due = None
        self.not_authorized |= status == GLOBAL_NOT_AUTHORIZED
        return status <= ACCEPTED
