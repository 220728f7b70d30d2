"""Failures of a corpus once more: which of them still fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pmiptool.errors import ExchangeFailed
from pmiptool.fuzz.cases import Step
from pmiptool.fuzz.corpus import load
from pmiptool.fuzz.peer import Peer
from pmiptool.fuzz.result import Failure, Result

Told = Callable[[Path, bool], None]
"""Hears of each file, and whether it still fails."""


def against_peer(files: Sequence[Path], peer: Peer, result: Result, told: Told) -> Result:
    """Send the messages of each file to a living peer. Raises ExchangeFailed where nobody is there."""
    steps = {path: load(path) for path in files}
    if not peer.alive():
        raise ExchangeFailed(f"{peer.way.target}: nothing answers a registration or a heartbeat there")
    for path, wrong in steps.items():
        peer.way.step = path.name
        if peer.is_embedded:
            peer.bring_back()
        sent: list[bytes] = []
        alive = peer.survives(wrong, sent)
        _enter(result, path, tuple(sent), alive, told)
        if not alive and not (peer.comes_back and peer.bring_back()):
            result.ended = "the peer is dead and does not come back"
            break
    result.messages = peer.messages
    return result


def against_reader(
    files: Sequence[Path], read: Callable[[Step], tuple[str, str] | None], result: Result, told: Told,
    octets: Callable[[Step], bytes],
) -> Result:  # fmt: skip
    """Have the messages of each file read."""
    for path in files:
        for step in load(path):
            failed = read(step)
            result.messages += 1
            _enter(result, path, (octets(step),), failed is None, told, *(failed or ()))
    return result


def _enter(
    result: Result, path: Path, messages: tuple[bytes, ...], fine: bool, told: Told, kind: str = "dead",
    what: str = "it answers nothing any more",
) -> None:  # fmt: skip
    result.cases += 1
    told(path, not fine)
    if not fine:
        result.failures.append(Failure(kind, what, path.name, messages, [0], known=True, file=str(path)))
