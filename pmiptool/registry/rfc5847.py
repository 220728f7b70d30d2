"""RFC 5847, heartbeat mechanism for Proxy Mobile IPv6: the heartbeat and the restart counter."""

from pmiptool.registry.exchange import LMA, MAG, Exchange, When
from pmiptool.registry.model import Flag, Flags, Message, Option, clause, u32
from pmiptool.registry.rule import F, has, implies, present, rule, told

UNSOLICITED, RESPONSE = 0x0002, 0x0001

HEARTBEAT = Message(
    "heartbeat", "Heartbeat", 13, clause("RFC 5847 3.3"),
    fields=(
        Flags("flags", "Flags", 16, (
            Flag("U", UNSOLICITED, "Unsolicited response", "RFC 5847"),
            Flag("R", RESPONSE, "Response; a request without it", "RFC 5847"),
        )),
        u32("sequence", "Sequence number"),
    ),
    value="Heartbeat",
    rules=(
        rule("RFC 5847 3.3", "u-flag", "error", "Only a response is unsolicited.",
             implies(has("flags", UNSOLICITED), has("flags", RESPONSE)), field="flags"),
        rule("RFC 5847 3.4", "counter-in-request", "error", "A restart counter stands in a response.",
             implies(present("restart-counter"), has("flags", RESPONSE)), field="restart-counter"),
        rule("RFC 5847 3.2", "counter-missing", "warning", "A response has a restart counter.",
             implies(has("flags", RESPONSE), present("restart-counter")), field="restart-counter"),
    ),
)  # fmt: skip

RESTART_COUNTER = Option(
    "restart-counter", "Restart Counter", 28, clause("RFC 5847 3.4"),
    align=(4, 2), carried_in=("heartbeat",), at_most=1, at_most_stated=False,
    fields=(u32("restart_counter", "Restart counter"),),
    value="RestartCounter",
)  # fmt: skip

HEARTBEATS = Exchange(
    "heartbeat", "Heartbeat", clause("RFC 5847 3"), "heartbeat", "heartbeat",
    mn_id=False, ways=((MAG, LMA), (LMA, MAG)), repeats_same=False,
    answer_when=When("flags", RESPONSE, RESPONSE),
    unsolicited_when=When("flags", UNSOLICITED, UNSOLICITED),
    rules=(
        told("RFC 5847 3.1", "sequence", "error", "The sequence number is that of the request.",
             F("sequence") == F("request:sequence"), field="sequence"),
    ),
)  # fmt: skip

EXCHANGES = (HEARTBEATS,)

MESSAGES = (HEARTBEAT,)
OPTIONS = (RESTART_COUNTER,)
