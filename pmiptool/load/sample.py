"""A capture of a sample: everything that the first mobile nodes send and get (`-w`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pmiptool.capture.files import Writer, nanoseconds
from pmiptool.load.nodes import Numbers
from pmiptool.net.record import packet_of, sealed_in
from pmiptool.session.endpoint import Endpoint

if TYPE_CHECKING:
    from pmiptool.load.setup import Load
    from pmiptool.net.bulk.port import Arrivals

NODES, MOST = 100, 20_000
"""Mobile nodes that are watched, and most messages that are kept. Heartbeats are of node -1."""


class Sample:
    """Hangs on an engine and keeps messages until `write`."""

    def __init__(self, load: Load, path: str) -> None:
        Writer(path).close()  # a folder that is not there shows now, not after the run
        self._path, self._port = path, load.port
        self._kept: list[tuple[float, int, bool, bytes]] = []
        load.engine.watcher = self

    def sent(self, rows: NDArray[np.uint8], length: int, source: int, nodes: Numbers, now: float) -> None:
        """Messages that left."""
        if len(self._kept) < MOST:
            for place in np.nonzero(nodes[: len(rows)] < NODES)[0].tolist():
                self._kept.append((now, source, True, rows[place, :length].tobytes()))

    def came(self, arrivals: Arrivals, nodes: Numbers, times: NDArray[np.float64]) -> None:
        """Messages that came, with the mobile node that each sequence number belongs to."""
        if len(self._kept) < MOST:
            for place in np.nonzero(nodes < NODES)[0].tolist():
                data = arrivals.data[place, : arrivals.lengths[place]].tobytes()
                self._kept.append((float(times[place]), int(arrivals.local[place]), False, data))

    def write(self) -> None:
        """Write the capture. Raises UsageError where that cannot be."""
        target = self._port.target
        peer = Endpoint(self._port.destination, target.port)
        about = (
            f"pmiptool load: what the first {NODES} mobile nodes sent and got, up to {MOST} messages; "
            "times of sending are those of whole batches"
        )
        with Writer(self._path, about=about) as writer:
            for time, source, sent, data in sorted(self._kept, key=lambda one: one[0]):
                local = Endpoint(self._port.sources[source], target.port)
                packet = packet_of(data, local, peer) if sent else packet_of(data, peer, local)
                comment = sealed_in(target, *((local, peer) if sent else (peer, local)))
                writer.write(packet, nanoseconds(time), comment or None)
