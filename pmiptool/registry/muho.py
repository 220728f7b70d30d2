"""draft-melia-netext-muho-solution-00: the Multihoming option (figure 8)."""

from pmiptool.registry.model import CodePoint, Enumeration, Member, Option, bits, clause, u8
from pmiptool.registry.rule import F, all_of, implies, present, rule

ACT = Enumeration(
    "act",
    "What becomes of the filters of a removed interface",
    Member(0, "none", "Reserved: nothing is asked", "muho"),
    Member(1, "remove", "Remove filters", "muho"),
    Member(2, "keep", "Keep filters: re-instantiate them on the other interfaces", "muho"),
)
ACT_REMOVE, ACT_KEEP = 1, 2

MULTIHOMING = Option(
    "multihoming", "Multihoming", CodePoint("multihoming_option_type"), clause("muho 4.1"),
    carried_in=("pbu", "pba"), at_most=1,
    fields=(
        u8("mhgid", "Multihoming group; 0 is the default group of all interfaces"),
        bits(3, "act", "What becomes of the filters of a removed interface", enum=ACT),
        bits(5, "rfu", "Reserved for future use", reserved=True),
    ),
    value="Multihoming",
    rules=(
        rule("muho 4.1", "act-outside-hi4", "error", "ACT is set only in a PBU whose handoff indicator is 4.",
             implies(all_of(present("hi"), F("multihoming.act") != 0), F("hi.hi") == 4),
             messages=("pbu",), field="multihoming.act"),
        rule("muho 4.1", "act-in-pba", "note", "ACT is set by the MAG alone: 0 in a PBA.",
             F("multihoming.act") == 0, messages=("pba",), field="multihoming.act"),
        rule("muho 4.1", "act-undefined", "warning", "ACT is 0, 1 (remove) or 2 (keep).",
             F("multihoming.act") <= 2, messages=("pbu",), field="multihoming.act"),
        rule("muho 4.1", "mhgid", "warning", "Only multihoming group 0 is defined.",
             F("multihoming.mhgid") == 0, field="multihoming.mhgid"),
    ),
)  # fmt: skip

OPTIONS = (MULTIHOMING,)
