"""A data plane at work: packets between a TUN device and the tunnels, as the part without I/O decides."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Protocol

from pmiptool.lab.network import keep_quiet
from pmiptool.net.tunnels import BATCH, PacketSender, Tun
from pmiptool.session.tunnel import Tunnelled

_OF_THE_LINK = b"\xff\x02"  # multicast that no router forwards: what this kernel says to its own device


def is_for_routers(packet: bytes) -> bool:
    """Whether a packet that came to a device may go on, and is not this kernel's own word on its link."""
    return packet[24:26] != _OF_THE_LINK or packet[0] >> 4 != 6


class Tunnels(Protocol):
    """The outer side of the tunnels of one end: sockets of ours, or devices of the kernel."""

    def send(self, packet: Tunnelled) -> None: ...

    def readers(self, take: Callable[[int, bytes, bytes], None]) -> Iterator[tuple[int, Callable[[], None]]]: ...

    def drops(self) -> dict[str, int]: ...

    def close(self) -> None: ...


class Plane:
    """The device and the tunnels of one end; both are closed with it.

    entered: what becomes of a packet that was routed to the device. left: the packet that comes out of a tunnel, of
    protocol, octets behind the outer header and address of the other end; None where it is dropped. errors: ICMP errors
    that wait.
    """

    def __init__(
        self,
        tunnels: Tunnels,
        device: str,
        entered: Callable[[bytes], None],
        left: Callable[[int, bytes, bytes], bytes | None],
        errors: Callable[[], list[bytes]],
    ) -> None:
        self.tunnels = tunnels
        self._entered, self._left, self._errors = entered, left, errors
        with contextlib.ExitStack() as stack:
            stack.callback(tunnels.close)
            self.tun = Tun(device)
            stack.callback(self.tun.close)
            keep_quiet(device)
            self._sender = PacketSender()
            stack.callback(self._sender.close)
            self._close = stack.pop_all()

    def readers(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """What a loop is to watch, and to call when it can be read."""
        yield self.tun.number, self._from_device
        yield from self.tunnels.readers(self._from_tunnel)

    def _from_device(self) -> None:
        for _ in range(BATCH):
            packet = self.tun.read()
            if packet is None:
                break
            if is_for_routers(packet):
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
