"""RFC 7148: prefixes delegated to a mobile router."""

from pmiptool.registry.contradictions import Contradiction, OtherAlignment
from pmiptool.registry.model import AddressRest, Option, bits, clause, reserved, u8
from pmiptool.registry.rule import Among, F, Unique, all_of, any_of, each, implies, present, rule, told, unasked

DELEGATED_PREFIX = Option(
    "dmnp", "Delegated Mobile Network Prefix", 55, clause("RFC 7148 4.1"),
    align=(8, 2), carried_in=("pbu", "pba"),
    contradictions=(
        Contradiction(
            "dmnp-alignment", "aligned at 8n+2", "the text says so, though it puts the prefix at 8n+6",
            "aligned at 8n+4, as the figure's prefix wants it", "RFC 7148 4.1", OtherAlignment((8, 4)),
        ),
    ),
    fields=(
        bits(1, "v", "The prefix is IPv4"),
        reserved(7),
        u8("prefix_length", "Prefix length; 0 asks for a prefix"),
        AddressRest("prefix", "IPv4 or IPv6 prefix, whole address", (4, 16)),
    ),
    value="DelegatedMobileNetworkPrefix",
    rules=(
        rule("RFC 7148 4.1", "v-and-prefix", "error",
             "V is set with an IPv4 prefix of up to 32 bits, and clear with an IPv6 prefix of up to 128.",
             each("dmnp", any_of(all_of(F(".v") == 1, F(".prefix.@size") == 4, F(".prefix_length") <= 32),
                                 all_of(F(".v") == 0, F(".prefix.@size") == 16, F(".prefix_length") <= 128))),
             field="dmnp.v"),
        rule("RFC 7148 5.1.2", "once", "error", "Each delegated prefix, or request for one, stands once.",
             Unique("dmnp.prefix"), field="dmnp.prefix"),
        rule("RFC 7148 5.2.2", "given", "error", "An accepting PBA delegates real prefixes.",
             implies(F("status") < 128, each("dmnp", all_of(F(".prefix") != bytes(4), F(".prefix") != bytes(16)))),
             messages=("pba",), field="dmnp.prefix"),
        unasked("RFC 7148 5.2.2", "dmnp", "A delegated prefix"),
        told("RFC 7148 5.2.2", "changed", "error", "An accepting answer delegates the prefixes that were asked for.",
             implies(all_of(F("status") < 128, present("dmnp")), each("request:dmnp", any_of(
                 F(".prefix") == bytes(4), F(".prefix") == bytes(16), Among(".prefix", "dmnp.prefix")))),
             field="dmnp", messages=("pbu",)),
        told("RFC 7148 4.2", "needless-177", "error", "177 and 178 answer a request for delegated prefixes.",
             implies(F("status").isin(177, 178), present("request:dmnp")), field="status", messages=("pbu",)),
    ),
)  # fmt: skip

OPTIONS = (DELEGATED_PREFIX,)
