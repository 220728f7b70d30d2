"""A data plane at work: packets between a TUN device and the tunnels, as the part without I/O decides."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from pmiptool.lab.network import keep_quiet
from pmiptool.net.tunnels import BATCH, PacketSender, Tun, TunnelSockets

_OF_THE_LINK = b"\xff\x02"  # multicast that no router forwards: what this kernel says to its own device


class Plane:
    """The device and the sockets of one end of tunnels.

    entered: what becomes of a packet that was routed to the device. left: the packet that comes out of a tunnel, of
    protocol, octets behind the outer header and address of the other end; None where it is dropped. errors: ICMP errors
    that wait.
    """

    def __init__(
        self,
        address: bytes,
        device: str,
        entered: Callable[[bytes], None],
        left: Callable[[int, bytes, bytes], bytes | None],
        errors: Callable[[], list[bytes]],
    ) -> None:
        self._entered, self._left, self._errors = entered, left, errors
        with contextlib.ExitStack() as stack:
            self.tun = Tun(device)
            stack.callback(self.tun.close)
            keep_quiet(device)
            self.sockets = TunnelSockets(address)
            stack.callback(self.sockets.close)
            self._sender = PacketSender()
            stack.callback(self._sender.close)
            self._close = stack.pop_all()

    def readers(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """What a loop is to watch, and to call when it can be read."""
        yield self.tun.number, self._from_device
        for protocol, sock in self.sockets.sockets.items():
            yield sock.fileno(), lambda protocol=protocol: self.sockets.drain(protocol, self._from_tunnel)  # type: ignore[misc]

    def _from_device(self) -> None:
        for _ in range(BATCH):
            packet = self.tun.read()
            if packet is None:
                break
            if packet[24:26] != _OF_THE_LINK or packet[0] >> 4 != 6:
                self._entered(packet)
        self._tell()

    def _from_tunnel(self, protocol: int, payload: bytes, peer: bytes) -> None:
        packet = self._left(protocol, payload, peer)
        if packet is not None:
            self.tun.write(packet)

    def _tell(self) -> None:
        for error in self._errors():
            with contextlib.suppress(OSError):  # no way back to who sent it
                self._sender.send(error)

    def close(self) -> None:
        self._close.close()
