"""A port: many Mobility Headers at once to one target, as rows of octets; what comes back, as columns.

Nothing here looks into a message. Who uses a port writes whole Mobility Headers into the rows that it hands out, with
their checksums (over UDP that field is zero, RFC 5844 4.1.3.2), and reads the columns of what arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from pmiptool.errors import EnvironmentLacks, PmipError, UsageError
from pmiptool.net.target import Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pmiptool.net.transport import IcmpError

LARGEST = 2048
"""Octets of the longest Mobility Header: its length counts 8 octets in one octet (RFC 6275 6.1.1)."""
SMALL_WINDOW = 32
"""Below so many messages under way, batches cost more than they save."""


class Arrivals(msgspec.Struct, frozen=True):
    """A batch that came in, as columns of n rows; views, valid until the next `receive`.

    data: (n, stride), each row a Mobility Header from its first octet. lengths: how many octets of it there are.
    senders: (n, 16), contiguous: the address it came from; an IPv4 address is the last four octets, the rest zero.
    local: index into the port's sources that it came to. times: seconds since 1970, the kernel's time stamp where
    there is one.
    """

    data: NDArray[np.uint8]
    lengths: NDArray[np.int32]
    senders: NDArray[np.uint8]
    local: NDArray[np.int32]
    times: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lengths)


class Drops(msgspec.Struct, frozen=True):
    """Messages lost in this machine since the port was opened; never the peer's doing.

    receive_queue: came in and found no room (socket buffer, ring). send_queue: the kernel refused to take them, or
    dropped them before they left. interface: packets of whatever kind that the interface had no room for; known on
    the fast path only.
    """

    receive_queue: int = 0
    send_queue: int = 0
    interface: int = 0


class BulkPort(Protocol):
    """A way to one target for many messages.

    path: how they travel (`sendmmsg`, `AF_XDP`, `send`); why: one sentence, why this path and not the faster one.
    sources and destination are what the checksum's pseudo-header needs. batch: most messages of one `rows` and `send`.
    """

    path: str
    why: str
    target: Target
    sources: tuple[bytes, ...]
    destination: bytes
    batch: int

    def rows(self, source: int, count: int) -> NDArray[np.uint8]:
        """Return (k, capacity) writable rows where the next messages from that source go.

        k is less than `count` where room is short, and 0 where there is none. What was written before may still
        stand in them.
        """
        ...

    def send(self, length: int) -> int:
        """Send the rows handed out last, `length` octets of each.

        Returns how many the kernel took, always the first so many; the others are dropped here and counted.
        """
        ...

    def receive(self, timeout: float) -> Arrivals | None:
        """Return what arrived, waiting at most so many seconds for the first; 0 does not wait."""
        ...

    def drops(self) -> Drops:
        """Return what this machine lost since the port was opened."""
        ...

    def icmp_errors(self) -> list[IcmpError]:
        """Return ICMP errors about our messages that came since the last call."""
        ...

    def close(self) -> None:
        """Let go of sockets and memory; harmless when done twice."""
        ...


def check_rows(sources: int, batch: int, source: int, count: int) -> int:
    """Return `count`, at most the batch. Raises PmipError for a source that there is not, or a negative count."""
    if not 0 <= source < sources:
        raise PmipError(f"source {source} of a port that has {sources}")
    if count < 0:
        raise PmipError(f"{count} rows asked of a port")
    return min(count, batch)


def check_length(length: int, capacity: int) -> int:
    """Return the length. Raises PmipError where rows cannot hold it."""
    if not 0 < length <= capacity:
        raise PmipError(f"messages of {length} octets in rows of {capacity}")
    return length


def as_senders(addresses: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return addresses of 4 or 16 octets as `Arrivals.senders` has them, one behind the other."""
    import numpy as np

    if addresses.shape[1] == 16:
        return np.ascontiguousarray(addresses)
    senders = np.zeros((len(addresses), 16), np.uint8)
    senders[:, 12:] = addresses
    return senders


PATHS = ("send", "sendmmsg", "AF_PACKET", "AF_XDP")
"""Names of the paths, the slower before the faster, for `open_port`."""


def open_port(
    target: Target,
    sources: Sequence[bytes],
    *,
    window: int | None = None,
    longest: int = 0,
    path: str | None = None,
) -> BulkPort:
    """Open a port to a target over raw IPv6 or UDP, from each of the sources (none: what the kernel would choose).

    `window`: how many messages will be under way at most; below 32 a path without batches. `longest`: octets that a
    message will have at most, where they may be more than 1,900. `path` forces one.
    Raises EnvironmentLacks (a right, an address, a route, a neighbour that does not answer, a path that cannot be
    had) and UsageError (embedded, a source of another family, a path that there is not).
    """
    if target.kind == "embedded":
        raise UsageError("the embedded target has no sockets; give an address")
    if path is not None and path not in PATHS:
        raise UsageError(f"there is no path '{path}'; there are {', '.join(PATHS)}")
    from pmiptool.net import sockets
    from pmiptool.net.bulk.fast import LONGEST, FastPort, way_for
    from pmiptool.net.bulk.mmsg import MmsgPort
    from pmiptool.net.bulk.single import SinglePort

    own = tuple(sources) or (sockets.source_for(target),)
    for source in own:
        sockets.check_family(target, source)
        sockets.open_socket(source, 0, target.interface).close()  # says what is wrong with a source better than a route
    way, why_not = way_for(target, own)
    if target.esp is not None:
        if path not in (None, "send"):
            raise EnvironmentLacks(f"{path} cannot be used: ESP seals message by message; use the path send")
        return SinglePort(target, own, "ESP seals message by message")
    if path == "sendmmsg":
        return MmsgPort(target, own, "asked for")
    if path == "send" or path is None and window is not None and window < SMALL_WINDOW:
        return SinglePort(target, own, "asked for" if path else f"fewer than {SMALL_WINDOW} messages are under way")
    if longest > LONGEST:
        way, why_not = None, f"messages of {longest} octets do not fit into frames"
    if way is not None:
        try:
            return FastPort(target, own, way, path)
        except OSError as error:
            why_not = f"the kernel refuses the fast path on {way.link.name}: {error.strerror or error}"
    if path is not None:
        raise EnvironmentLacks(f"{path} cannot be used: {why_not}; use the path sendmmsg")
    return MmsgPort(target, own, why_not)
