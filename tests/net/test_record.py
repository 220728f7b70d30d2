"""What `-w` leaves behind, and what of it is kept in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.capture.files import Writer, read
from pmiptool.errors import UsageError
from pmiptool.net.record import Recorder
from pmiptool.session.endpoint import Datagram
from tests.net.test_exchange import CODEC, LOCAL, PEER, REQUESTS, Way

REQUEST, ANSWER, _ = REQUESTS["proxy-binding"]
PBU = Datagram(CODEC.encode(REQUEST, src=LOCAL.address, dst=PEER.address), LOCAL, PEER)


def recorder(path: Path | str | None) -> Recorder:
    return Recorder(Way(lambda _, __: ANSWER), path)  # type: ignore[arg-type]


def exchanged(way: Recorder) -> None:
    way.step = "asked"
    way.send(PBU)
    way.receive(1.0)


def test_who_runs_for_days_remembers_nothing_of_it(tmp_path: Path) -> None:
    """What was spilt is in the file before the end, which a killed program has not; the rest comes behind it."""
    path = tmp_path / "x.pcapng"
    way = recorder(path)
    for number in range(1, 4):
        exchanged(way)
        way.spill()
        assert (way.packets, len(list(read(path)))) == ([], 2 * number)
    exchanged(way)
    way.comment(PBU.data, "the last one")
    way.close()
    way.close()
    comments = [frame.comment for frame in read(path)]
    assert comments == ["asked"] * 6 + ["asked; the last one", "asked"]


def test_without_a_file_it_forgets_all_the_same() -> None:
    way = recorder(None)
    exchanged(way)
    way.spill()
    assert way.packets == []
    way.close()


def test_a_full_disk_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[UsageError] = []
    way = Recorder(Way(lambda _, __: ANSWER), tmp_path / "x.pcapng", told.append)  # type: ignore[arg-type]

    def full(writer: Writer) -> None:
        raise UsageError("cannot write it: No space left on device")

    monkeypatch.setattr(Writer, "flush", full)
    for _ in range(3):
        exchanged(way)
        way.spill()
        assert way.packets == []
    way.close()
    assert [str(error) for error in told] == ["cannot write it: No space left on device"]
