"""What the messages of a run are: kinds of exchange, and how many of each."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pmiptool.errors import UsageError
from pmiptool.text.names import did_you_mean

ATTACH, RENEW, MODIFY, HANDOVER, DETACH, REATTACH, HEARTBEAT = range(7)
KINDS = ("attach", "renew", "modify", "handover", "detach", "reattach", "heartbeat")
"""By number. `reattach`: an MN that was attached registers anew with its prefix, since the LMA or the MAG restarted."""
_MIXED = ("attach", "renew", "modify", "handover", "detach", "heartbeat")
DEFAULT = "renew=1"
"""All attach first, whatever the mix."""
_MOST_OWED = 1000.0


def parse_mix(text: str) -> dict[int, float]:
    """`attach=1,renew=8`: shares by kind. Raises UsageError."""
    found: dict[int, float] = {}
    for part in text.split(","):
        name, equals, share = (word.strip() for word in part.partition("="))
        if name not in _MIXED:
            there_are = f"there are {', '.join(_MIXED)}"
            raise UsageError(f"--mix: there is no exchange '{name}'{did_you_mean(name, _MIXED, there_are)}")
        try:
            number = float(share) if equals else 1.0
        except ValueError:
            number = -1.0
        if not math.isfinite(number) or number < 0:
            raise UsageError(f"--mix: '{part.strip()}' is not KIND=SHARE with a share of 0 or more")
        if KINDS.index(name) in found:
            raise UsageError(f"--mix: {name} stands there twice")
        found[KINDS.index(name)] = number
    if not any(found.values()):
        raise UsageError("--mix: all shares are 0")
    return {kind: share for kind, share in found.items() if share}


def mix_text(mix: Mapping[int, float]) -> str:
    return ",".join(f"{KINDS[kind]}={share:g}" for kind, share in mix.items())


class Mix:
    """Shares out messages so that in the long run each kind has its share, as far as there are mobile nodes for it.

    Attachments need a detached mobile node, everything else an attached one, a heartbeat none. A kind that cannot be
    now is owed, up to a bound; what is left goes to the others.
    """

    def __init__(self, shares: Mapping[int, float]) -> None:
        whole = sum(shares.values())
        self.shares = {kind: share / whole for kind, share in shares.items()}
        self._owed = dict.fromkeys(self.shares, 0.0)

    def choose(self, count: int, detached: int, attached: int) -> dict[int, int]:
        """How many of each kind, `count` in all or fewer: no more attachments than `detached`, and so on."""
        if len(self.shares) == 1:
            (kind,) = self.shares
            return {kind: min(count, _room(kind, detached, attached, count))}
        owed = self._owed
        for kind, share in self.shares.items():
            owed[kind] += share * count
        chosen = dict.fromkeys(self.shares, 0)
        left = {ATTACH: detached, RENEW: attached}
        for strict in (True, False):
            for kind in sorted(owed, key=lambda kind: -owed[kind]):
                free = count - sum(chosen.values())
                wanted = int(owed[kind]) if strict else free
                pool = _pool(kind)
                number = max(0, min(wanted, free, left[pool] if pool is not None else free))
                chosen[kind] += number
                owed[kind] -= number
                if pool is not None:
                    left[pool] -= number
        for kind in owed:
            owed[kind] = min(max(owed[kind], -_MOST_OWED), _MOST_OWED)
        return chosen


def _pool(kind: int) -> int | None:
    """Which mobile nodes a kind takes: ATTACH detached ones, RENEW attached ones, None none."""
    return None if kind == HEARTBEAT else ATTACH if kind == ATTACH else RENEW


def _room(kind: int, detached: int, attached: int, count: int) -> int:
    pool = _pool(kind)
    return count if pool is None else detached if pool == ATTACH else attached
