"""Questions that the texts leave open, and the named readings of each: settings of the LMA, the rules and the reports.

The first reading of an entry is the default. Whichever named reading a peer follows, it is not at fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pmiptool.errors import UsageError


@dataclass(frozen=True)
class Reading:
    """One answer to an open question: the name that settings and reports use, and what it means."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Ambiguity:
    """An open question. `clause` says where the texts leave it open; the first of `readings` is the default."""

    key: str
    clause: str
    question: str
    readings: tuple[Reading, ...]

    @property
    def default(self) -> str:
        return self.readings[0].name

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(reading.name for reading in self.readings)


def _open(key: str, clause: str, question: str, **readings: str) -> Ambiguity:
    """Readings as keyword arguments, `_` standing for `-` in their names."""
    named = tuple(Reading(name.strip("_").replace("_", "-"), meaning) for name, meaning in readings.items())
    return Ambiguity(key, clause, question, named)


AMBIGUITIES: tuple[Ambiguity, ...] = (
    _open(
        "flow-omission", "mext 5.3.4",
        "A PBU names some flows or none: what becomes of the sending binding's others?",
        summary="Only a PBU with a Flow Summary option removes what neither it nor a FID option names.",
        strict="Every accepted PBU removes what it does not name, as the text says.",
        keep="Nothing is removed by omission.",
    ),
    _open(
        "binding-reference", "mext 4.2",
        "Forward and n-cast demand BIDs, which the multihoming draft never mentions: what when there are none?",
        implied="Absent means the PBU's own binding for Forward, all bindings of the group for n-cast.",
        required="Absent is status 129.",
    ),
    _open(
        "binding-key", "muho 2",
        "What makes a binding of a session?",
        interface="Proxy care-of address, access technology type and link-layer identifier (or none).",
        care_of_address="The proxy care-of address alone.",
    ),
    _open(
        "handover", "RFC 5213 5.4.1",
        "A PBU from a new care-of address says handover (HI 2, 3, or 4 with the same interface): what happens?",
        move="HI=3 and 4 move the binding of the same interface, HI=2 the one other binding; filters go along.",
        add="A binding is added.",
    ),
    _open(
        "fid-scope", "mext 4.2",
        "Among what is a FID unique?",
        binding="Among the filters of one binding of a session.",
        group="Among all filters of a session; another binding's FID is status 130.",
    ),
    _open(
        "modify-without-selector", "mext 5.3.2.2",
        "A modifying FID option has no flow description: what then?",
        keep="The old selector stays.",
        refuse="Status 129.",
    ),
    _open(
        "act-scope", "muho 4.1",
        "ACT=Remove removes all filters currently configured: whose?",
        interface="Those that the removed binding owns.",
        group="Those of the whole multihoming group.",
    ),
    _open(
        "act-zero", "muho 4.1",
        "A deregistration carries ACT=0 (or an undefined one): what becomes of the filters?",
        remove="They are removed.",
        keep="They are re-instantiated.",
        reject="The PBU is rejected with 128.",
    ),
    _open(
        "keep-without-peer", "muho 4.1",
        "ACT=Keep, and no other binding is left: what then?",
        drop="The filters go, the PBU is accepted.",
        reject="The PBU is rejected: re-instantiation not supported.",
    ),
    _open(
        "reinstantiation-target", "muho 4.1",
        "Several bindings remain: which one takes the filters?",
        oldest="The one registered first.",
        newest="The one registered last.",
        all="Each gets a copy, the oldest first.",
    ),
    _open(
        "reinstantiated-advert", "muho 4.2",
        "Until when is a re-instantiated FID repeated in PBAs to its MAG?",
        always="As long as it exists.",
        until_named="Until that MAG names it, by PRO=1 or in a flow summary.",
        once="In one PBA.",
    ),
    _open(
        "reinstantiated-mark", "muho 4.1",
        "4.1 speaks of a specific status, 4.2 of PRO=2: which marks a re-instantiated FID?",
        pro="PRO=2 with status 0.",
        status="A configured status below 128.",
    ),
    _open(
        "pba-act", "muho 4.1",
        "What is ACT in the PBA?",
        zero="0: only the MAG sets it.",
        echo="A copy of the PBU's.",
    ),
    _open(
        "mhgid-nonzero", "muho 4.1",
        "Only group 0 is supported: what of a PBU for another?",
        reject="Rejected: multihoming not supported.",
        accept="A session of its own; all groups of a mobile node share its prefix, group 0 spans all interfaces.",
    ),
    _open(
        "removal-delay", "RFC 5213 5.3.5",
        "MinDelayBeforeBCEDelete, when other bindings of the session remain?",
        tombstone="Steering stops and filters move at once; the binding is remembered for the delay.",
        wait="Everything waits for the delay.",
        at_once="The binding is gone at once.",
    ),
    _open(
        "timestamp-scope", "RFC 5213 5.5",
        "Later than all accepted timestamps of what: the mobile node (item 6) or the binding (item 8)?",
        binding="Of the binding in multihomed sessions, of the mobile node in others.",
        mn="Of the mobile node.",
    ),
    _open(
        "sequence-scope", "RFC 5213 5.5",
        "Whose sequence numbers are compared in a multihomed session?",
        binding="Those of the binding.",
        session="Those of the session.",
    ),
    _open(
        "no-match", "mext 5.1.1",
        "Where does a downlink packet go that no filter matches?",
        bid_pri="To the binding with the lowest BID-PRI when a BID was registered, else to the oldest.",
        oldest="To the oldest binding.",
        newest="To the newest binding.",
        drop="Nowhere.",
        all="To all bindings.",
    ),
    _open(
        "detach-wait", "muho 5",
        "When does the MAG let go of a detached mobile node?",
        timeout="On a successful PBA or after INITIAL_BINDACK_TIMEOUT (RFC 5213 6.9.1.4).",
        pba="On a successful PBA only.",
    ),
)  # fmt: skip

BY_KEY: Mapping[str, Ambiguity] = {ambiguity.key: ambiguity for ambiguity in AMBIGUITIES}


def ambiguity(key: str) -> Ambiguity:
    """The entry of a key. Raises UsageError that lists the keys."""
    try:
        return BY_KEY[key]
    except KeyError:
        raise UsageError(f"reading {key!r} does not exist; the keys are {', '.join(BY_KEY)}") from None


@dataclass(frozen=True)
class Readings(Mapping[str, str]):
    """The reading in force for every key: the defaults, changed by settings. Immutable and hashable.

    `readings["act-zero"]` is the name of the reading. Settings are checked when they come in.
    """

    changes: tuple[tuple[str, str], ...] = ()
    _all: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        changes = {}
        for key, name in self.changes:
            entry = ambiguity(key)
            if name not in entry.choices:
                raise UsageError(f"reading {key} is {name!r}; it takes {', '.join(entry.choices)}")
            if name != entry.default:
                changes[key] = name
            else:
                changes.pop(key, None)
        ordered = tuple((key, changes[key]) for key in BY_KEY if key in changes)
        object.__setattr__(self, "changes", ordered)
        object.__setattr__(self, "_all", {key: changes.get(key, entry.default) for key, entry in BY_KEY.items()})

    def __getitem__(self, key: str) -> str:
        return self._all[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __hash__(self) -> int:
        return hash(self.changes)

    def changed(self, settings: Mapping[str, object] | Iterable[str]) -> Readings:
        """These readings with settings on top: a mapping (from a file), or texts `KEY=NAME` (from options).

        Raises UsageError that names the key and lists the choices.
        """
        pairs = list(self.changes)
        if isinstance(settings, Mapping):
            pairs += [(str(key), value if isinstance(value, str) else repr(value)) for key, value in settings.items()]
        else:
            for text in settings:
                key, equals, name = text.partition("=")
                if not equals:
                    raise UsageError(f"reading {text!r} is not KEY=NAME, such as act-zero=keep")
                pairs.append((key.strip(), name.strip()))
        return Readings(tuple(pairs))


DEFAULT_READINGS = Readings()
