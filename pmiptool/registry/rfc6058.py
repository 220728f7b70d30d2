"""RFC 6058: transient bindings, which keep the old path during a handover."""

from pmiptool.registry.model import Option, bits, clause, reserved, u8
from pmiptool.registry.rule import F, all_of, any_of, each, implies, no, present, rule, told

TRANSIENT_BINDING = Option(
    "transient-binding", "Transient Binding", 43, clause("RFC 6058 5.1"),
    carried_in=("pbu", "pba"), at_most=1,
    fields=(
        reserved(7),
        bits(1, "l", "Late path switch: downlink packets still go to the previous MAG"),
        u8("lifetime", "Longest transient state in units of 100 ms"),
    ),
    value="TransientBinding",
    rules=(
        rule("RFC 6058 4.5", "lifetime", "error", "A late path switch is asked for with a lifetime.",
             each("transient-binding", implies(F(".l") == 1, F(".lifetime") > 0)), messages=("pbu",),
             field="transient-binding.lifetime"),
        rule("RFC 6058 4.5", "l-flag", "warning", "A transient binding is asked for with L.",
             each("transient-binding", F(".l") == 1), messages=("pbu",), field="transient-binding.l"),
        rule("RFC 6058 4.6.1", "l-flag", "error", "A transient binding is granted with L.",
             each("transient-binding", F(".l") == 1), messages=("pba",), field="transient-binding.l"),
        rule("RFC 6058 4.6.1", "ignored", "warning", "With status 6 the transient binding is left out.",
             implies(F("status") == 6, no(present("transient-binding"))), messages=("pba",),
             field="transient-binding"),
        told("RFC 6058 4.6.1", "needless-6", "error", "6 answers a request for a transient binding.",
             implies(F("status") == 6, present("request:transient-binding")), field="status", messages=("pbu",)),
        told("RFC 6058 4.6.1", "lifetime", "error", "The transient lifetime is at most the one asked for.",
             F("transient-binding.lifetime") <= F("request:transient-binding.lifetime"),
             field="transient-binding.lifetime", messages=("pbu",)),
        told("RFC 6058 4.6.1", "settings", "note", "A transient binding without L or lifetime is answered with 6.",
             implies(all_of(F("status") < 128, any_of(F("request:transient-binding.l") == 0,
                                                      F("request:transient-binding.lifetime") == 0)),
                     F("status") == 6), field="status", messages=("pbu",)),
    ),
)  # fmt: skip

OPTIONS = (TRANSIENT_BINDING,)
