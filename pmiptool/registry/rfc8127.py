"""RFC 8127: parameters of a MAG that the LMA controls (LCMP)."""

from pmiptool.registry.model import Option, SubOption, SubOptions, SubOptionSpace, clause, u16
from pmiptool.registry.rule import F, all_of, any_of, each, rule

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
        rule(
            "RFC 8127 5.1", "reregistration-zero", "error", "No parameter of re-registration is 0.",
            each("lcmp/reregistration-control", all_of(
                F(".start_time") > 0, F(".initial_retransmission_time") > 0, F(".maximum_retransmission_time") > 0)),
            field="lcmp.reregistration-control",
        ),
        rule(
            "RFC 8127 5.2", "heartbeat-zero", "error", "Interval and most retransmissions of heartbeats are not 0.",
            each("lcmp/heartbeat-control", all_of(F(".hb_interval") > 0, F(".hb_max_retransmissions") > 0)),
            field="lcmp.heartbeat-control",
        ),
        rule(
            "RFC 8127 4.1", "heartbeat-interval", "warning", "The interval of heartbeats is 30 s to 3600 s.",
            each("lcmp/heartbeat-control", any_of(
                F(".hb_interval") == 0, all_of(F(".hb_interval") >= 30, F(".hb_interval") <= 3600))),
            field="lcmp.heartbeat-control",
        ),
        rule(
            "RFC 8127 4.1", "heartbeat-delay", "warning", "Heartbeats are repeated sooner than the next is due.",
            each("lcmp/heartbeat-control", F(".hb_retransmission_delay") < F(".hb_interval")),
            field="lcmp.heartbeat-control",
        ),
    ),
)  # fmt: skip

SPACES = (SPACE,)
OPTIONS = (LCMP,)
