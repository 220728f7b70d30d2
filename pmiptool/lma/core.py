"""What all parts of the anchor share: policy, binding cache, timers, events."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeVar

from pmiptool.lma.events import Event, SessionEnded
from pmiptool.lma.ipv4 import Homes
from pmiptool.lma.policy import Policy, Profile
from pmiptool.lma.pool import PrefixPool
from pmiptool.lma.share import WHOLE, Share
from pmiptool.lma.timers import Timers
from pmiptool.session.model import Binding, Ipv4Home, MnKey, PrefixKey, Session
from pmiptool.session.prefix import network
from pmiptool.wire.values import Multihoming, Prefix

if TYPE_CHECKING:
    from pmiptool.lma.faults import Faults
    from pmiptool.lma.request import Request

PLAIN = ()
"""The key of the one binding of a session without the Multihoming option."""
KNOWN = 4096
"""Values that are kept as one object; when there are more, all are forgotten."""
Shared = TypeVar("Shared")


class MobileNode:
    """What the cache holds for one mobile node: sessions without the option, and one for each multihoming group."""

    __slots__ = ("groups", "key", "plain", "profile", "timestamp")

    def __init__(self, key: MnKey, profile: Profile | None) -> None:
        self.key = key
        self.profile = profile
        self.plain: tuple[Session, ...] = ()
        self.groups: tuple[Session, ...] = ()
        self.timestamp: int | None = None

    @property
    def sessions(self) -> tuple[Session, ...]:
        return self.plain + self.groups

    def group(self, mhgid: int) -> Session | None:
        """The session of a multihoming group."""
        for session in self.groups:
            if session.mhgid == mhgid:
                return session
        return None

    def remove(self, session: Session) -> None:
        self.plain = tuple(one for one in self.plain if one is not session)
        self.groups = tuple(one for one in self.groups if one is not session)


class Found:
    """What the binding cache says of a request before it is applied.

    what: created, added, updated, moved, revived, removed, removed-again, held. status: a rejection. ignored: the
    reason of a silent discard. moves: the key of the binding that moves.
    """

    __slots__ = ("binding", "ignored", "key", "moves", "session", "status", "what")

    def __init__(self, session: Session | None = None, binding: Binding | None = None, what: str = "created") -> None:
        self.session = session
        self.binding = binding
        self.what = what
        self.key: tuple[Any, ...] = PLAIN
        self.moves: tuple[Any, ...] = PLAIN
        self.status = 0
        self.ignored = ""

    @classmethod
    def rejected(cls, status: int) -> Found:
        found = cls(what="")
        found.status = status
        return found

    @classmethod
    def nothing(cls, core: Core, request: Request) -> Found:
        """The look-up of a request that will be rejected."""
        return cls()

    @classmethod
    def silent(cls, reason: str) -> Found:
        found = cls(what="")
        found.ignored = reason
        return found


class Outcome:
    """How a request ended: status and what goes into the PBA beside copies of the request.

    ipv4: the IPv4 home address where one was asked for. released: prefixes that the session has no longer. fids: FID
    options. The last `adverts` of them are re-instantiated filters that nobody asked for.
    """

    __slots__ = ("adverts", "bids", "binding", "fids", "ipv4", "lifetime", "released", "session", "status", "what")

    def __init__(
        self,
        status: int = 0,
        what: str = "",
        session: Session | None = None,
        binding: Binding | None = None,
        lifetime: int = 0,
    ) -> None:
        self.status = status
        self.what = what
        self.session = session
        self.binding = binding
        self.lifetime = lifetime
        self.bids: list[Any] = []
        self.fids: list[Any] = []
        self.adverts = 0
        self.ipv4: Ipv4Home | None = None
        self.released: tuple[PrefixKey, ...] = ()


class Core:
    """State and policy of one anchor. Time comes in with every call."""

    def __init__(self, policy: Policy, pool: str, seed: int, share: Share = WHOLE) -> None:
        self.policy = policy
        self.pool = PrefixPool(pool, share)
        self.share = share
        self.seed = seed
        self.max_sessions = -(-policy.max_sessions // share.of)
        self.nodes: dict[MnKey, MobileNode] = {}
        self.session_count = 0
        self.prefixes: dict[PrefixKey, Session] = {}
        self.homes = Homes(policy, share)
        self.events: list[Event] = []
        self.timers = Timers()
        self.reinstantiated: list[tuple[Session, Binding]] = []  # where filters went since they were last announced
        self.faults: Faults | None = None
        self._once: dict[Any, Any] = {}
        self._gre_keys = itertools.count(1 + share.number, share.of)

    def once(self, value: Shared) -> Shared:
        """A value that many bindings have, as one object: gateways are few."""
        if len(self._once) >= KNOWN:
            self._once.clear()
        found: Shared = self._once.setdefault(value, value)
        return found

    def at(self, when: float, what: Any, session: Any = None) -> None:
        """`what` is due: a binding of `session`, or what has a `due` of its own. It has `scheduled` = `when`."""
        self.timers.add(when, what, session)

    def watch(self, session: Session, binding: Binding, when: float) -> None:
        """A binding is to be looked at by `when`. An entry for an earlier time looks again, so none is added."""
        if not binding.scheduled or when < binding.scheduled:
            self.rewatch(session, binding, when)

    def rewatch(self, session: Session, binding: Binding, when: float) -> None:
        """As `watch`, in place of any earlier entry."""
        if binding.scheduled:
            self.timers.died()
        binding.scheduled = when
        self.at(when, binding, session)

    def unwatch(self, binding: Binding) -> None:
        """Its entry is dead from now on."""
        if binding.scheduled:
            self.timers.died()
        binding.scheduled = 0.0

    def node(self, key: MnKey) -> MobileNode:
        found = self.nodes.get(key)
        if found is None:
            found = self.nodes[key] = MobileNode(key, self.policy.profiles.get(key))
        return found

    def known(self, key: MnKey | None) -> MobileNode | None:
        """The mobile node that a request names, where it has been heard of."""
        return None if key is None else self.nodes.get(key)

    def free_prefix(self, key: MnKey) -> PrefixKey | None:
        """For ALL_ZERO: the next free configured prefix of the mobile node, else one of the pool (RFC 5213 5.3.2)."""
        profile = self.policy.profiles.get(key)
        if profile is not None:
            for prefix in profile.prefixes:
                if prefix not in self.prefixes:
                    return prefix
        return self.pool.take(self.prefixes)

    def may_have(self, key: MnKey, prefix: PrefixKey) -> bool:
        """For a named prefix in no session: configured for this mobile node, or a /64 of the pool."""
        owner = self.policy.configured.get(prefix)
        return owner == key if owner is not None else prefix in self.pool

    def is_full(self) -> bool:
        """Whether there is no room for another session."""
        return self.session_count >= self.max_sessions

    def open_session(self, key: MnKey, mhgid: int | None, prefixes: tuple[PrefixKey, ...]) -> Session:
        node = self.node(key)
        self.session_count += 1
        session = Session(key, mhgid, prefixes)
        if mhgid is None:
            node.plain += (session,)
            self._share(session)
        else:
            self._join(session, node)
            node.groups += (session,)
        for prefix in prefixes:
            self.prefixes.setdefault(prefix, session)
        return session

    @staticmethod
    def _join(session: Session, node: MobileNode) -> None:
        """A further group of a mobile node (`mhgid-nonzero` = accept)."""
        for other in node.groups:
            session.family = other.family = other.family or [other]
        if session.family:
            session.family.append(session)

    def _share(self, session: Session) -> None:
        """A further interface with the prefixes of another (RFC 7864 3.2.1)."""
        other = self.prefixes.get(session.prefixes[0]) if session.prefixes else None
        if other is not None:
            session.family = other.family = other.family or [other]
            session.family.append(session)

    def session_of(self, address: bytes) -> Session | None:
        """The session of a prefix that an IPv6 address lies in, or of an IPv4 home address."""
        if len(address) == 4:
            return self.homes.sessions.get(address)
        for length in self.policy.prefix_lengths:
            found = self.prefixes.get(network(Prefix(address, length)))
            if found is not None:
                return found
        return None

    def groups(self, key: MnKey | None) -> tuple[Session, ...]:
        """The sessions of a mobile node's multihoming groups."""
        node = self.known(key)
        return () if node is None else node.groups

    def group_prefixes(self, key: MnKey | None) -> tuple[PrefixKey, ...]:
        """The prefixes that all groups of a mobile node share."""
        return next((session.prefixes for session in self.groups(key) if session.prefixes), ())

    def take_prefixes(self, session: Session, prefixes: tuple[PrefixKey, ...]) -> None:
        session.prefixes = prefixes
        for prefix in prefixes:
            self.prefixes[prefix] = session

    def release_prefixes(self, session: Session) -> None:
        """The prefixes of a session are free again."""
        self._give_back(session)
        session.prefixes = ()

    def _give_back(self, session: Session) -> None:
        """What another group has too goes on as its own."""
        for prefix in session.prefixes:
            heir = next((one for one in session.family if one is not session and prefix in one.prefixes), None)
            if heir is not None:
                self.prefixes[prefix] = heir
                continue
            del self.prefixes[prefix]
            self.pool.give_back(prefix)

    def next_gre_key(self) -> int:
        """A key for the uplink of a binding, given to no other (RFC 5845 2.2)."""
        return next(self._gre_keys) & 0xFFFFFFFF

    def close_if_empty(self, session: Session, now: float) -> None:
        """A session ends with its last binding, remembered ones included; its prefixes are free again."""
        if session.bindings or session.tombstones:
            return
        node = self.nodes[session.mn_id]
        node.remove(session)
        self.session_count -= 1
        self._give_back(session)
        if session.ipv4 is not None:
            self.homes.release(session)
        if session.family:
            session.family.remove(session)
            if len(session.family) == 1:
                session.family[0].family = []
        if not node.plain and not node.groups:
            del self.nodes[session.mn_id]
        self.events.append(SessionEnded(time=now, mn_id=session.mn_id, mhgid=session.mhgid, prefixes=session.prefixes))

    def granted(self, asked: int) -> int:
        """Lifetime in units of 4 s: what was asked, the configured maximum at most (RFC 6275 10.3.1)."""
        return min(asked, self.policy.max_lifetime)

    def multihoming_of(self, request: Request) -> Multihoming | None:
        """The option of the request when it is understood; None when it is absent, skipped as unknown, or odd."""
        return request.multihoming if self.policy.multihoming and not request.odd_multihoming else None
