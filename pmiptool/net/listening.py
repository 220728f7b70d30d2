"""A transport that waits for a peer: a MAG under test says by its first PBU where it is."""

from __future__ import annotations

import errno
import select
import socket
from collections import deque

from pmiptool.net import icmp, sockets
from pmiptool.net.addresses import each_address
from pmiptool.net.alone import Alone
from pmiptool.net.live import LiveTransport
from pmiptool.net.target import Target, show_endpoint
from pmiptool.net.transport import Arrival, Received
from pmiptool.net.unheeded import Unheeded
from pmiptool.registry.rfc6275 import BU_P
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.values import address_text

NOBODY = Endpoint(b"")
"""The peer before it is known."""
_BINDING_UPDATE = 5
_SOFT = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR}


class ListeningTransport(LiveTransport):
    """Raw IPv6 or UDP at an address of ours, or at all of them, with the real clock.

    ``peer`` is given, or learnt from the first PBU; from then on only its messages count, and only it is answered.
    ``locals`` then has the one endpoint that it talks to. Over UDP a peer may change its port.
    """

    def __init__(self, target: Target, peer: Endpoint | None = None) -> None:
        self.target = target
        self._unheeded = Unheeded(lambda: show_endpoint(self.peer))
        self.woken = False
        self._wake_on: int | None = None
        self._sockets: dict[Endpoint, socket.socket] = {}
        self._echoes: deque[bytes] = deque(maxlen=64)
        self._poll = select.poll()
        self._by_number: dict[int, tuple[socket.socket, Endpoint]] = {}
        self.peer = NOBODY
        addresses = each_address(target)
        self._alone = Alone(addresses)
        try:
            self.locals = tuple(self._listen(each) for each in addresses)
        except BaseException:
            self.close()
            raise
        if peer is not None:
            self._settle(peer)

    @property
    def is_known(self) -> bool:
        """Whether it is known who the peer is."""
        return bool(self.peer.address)

    def _listen(self, target: Target) -> Endpoint:
        sock = sockets.open_socket(target.address, target.port, target.interface, esp=target.esp)
        local = Endpoint(target.address, None if target.port is None else int(sock.getsockname()[1]))
        self._sockets[local] = sock
        icmp.enable(sock)
        self._watch(sock, local)
        return local

    def _settle(self, peer: Endpoint, local: Endpoint | None = None) -> None:
        """From now on this is the peer, and it talks to that endpoint of ours."""
        self.peer = peer
        text = address_text(peer.address)
        scope = sockets.scope_of(peer.address, self.target.interface)
        self._name = (text, peer.port or 0, 0, scope) if len(peer.address) == 16 else (text, peer.port or 0)
        if local is not None:
            self.locals = (local, *(other for other in self.locals if other != local))

    def close(self) -> None:
        super().close()
        self._alone.close()

    def send(self, datagram: Datagram) -> None:
        if self.is_known:
            super().send(datagram)

    def _drain(self, sock: socket.socket, local: Endpoint, now: float, found: list[Arrival]) -> None:
        for data, address, port in self._waiting(sock, local, now, found):
            source = Endpoint(address, None if local.port is None else port)
            if source == local and data in self._echoes:
                self._echoes.remove(data)
                continue
            if address == self.peer.address:
                if self._unheeded.is_copy(data, now):
                    continue
                if is_pbu(data) and (source != self.peer or self.locals[0] != local):
                    self._settle(source, local)
            elif self.is_known:
                self._unheeded.stranger(address)
                continue
            elif not is_pbu(data):
                continue
            else:
                self._settle(source, local)
            found.append(Received(data, source, local, now))


def is_pbu(data: bytes) -> bool:
    """Whether octets look like a PBU: the type and the P flag."""
    return len(data) >= 12 and data[2] == _BINDING_UPDATE and bool(int.from_bytes(data[8:10], "big") & BU_P)
