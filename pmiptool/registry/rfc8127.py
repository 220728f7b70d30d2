"""RFC 8127: parameters of a MAG that the LMA controls (LCMP)."""

from pmiptool.registry.model import Option, SubOption, SubOptions, SubOptionSpace, clause, u16
from pmiptool.registry.rule import F, each, rule

REREGISTRATION = SubOption(
    "reregistration-control", "Binding Re-registration Control", 1, clause("RFC 8127 3.1.1"), at_most=1,
    fields=(
        u16("start_time", "When to re-register before the lifetime ends, in units of 4 s", unit=4),
        u16("initial_retransmission_time", "Delay before the first retransmission, in seconds"),
        u16("maximum_retransmission_time", "Longest delay before a retransmission, in seconds"),
    ),
    value="ReregistrationControl",
)  # fmt: skip

HEARTBEAT = SubOption(
    "heartbeat-control", "Heartbeat Control", 2, clause("RFC 8127 3.1.2"),
    fields=(
        u16("hb_interval", "From one heartbeat exchange to the next, in seconds"),
        u16("hb_retransmission_delay", "Least delay before a heartbeat is sent again, in seconds"),
        u16("hb_max_retransmissions", "Most retransmissions of a heartbeat"),
    ),
    value="HeartbeatControl",
)  # fmt: skip

SPACE = SubOptionSpace("lcmp", clause=clause("RFC 8127 3.1"), entries=(REREGISTRATION, HEARTBEAT))

LCMP = Option(
    "lcmp", "LMA-Controlled MAG Parameters", 62, clause("RFC 8127 3"),
    align=(4, 2), carried_in=("pba",), at_most=1,
    fields=(SubOptions("suboptions", "LCMP sub-options", "lcmp"),),
    value="LmaControlledMagParameters",
    rules=(
        rule(
            "RFC 8127 3", "at-least-one", "error", "LMA-Controlled MAG Parameters: there is at least one sub-option.",
            each("lcmp", F(".@length") > 0), field="lcmp",
        ),
    ),
)  # fmt: skip

SPACES = (SPACE,)
OPTIONS = (LCMP,)
