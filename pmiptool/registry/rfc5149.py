"""RFC 5149: the Service Selection option."""

from pmiptool.registry.model import Option, Rest, clause
from pmiptool.registry.rfc4283 import NAI
from pmiptool.registry.rule import F, before_authentication, each, implies, rule

SERVICE_SELECTION = Option(
    "service-selection", "Service Selection", 20, clause("RFC 5149 3"),
    carried_in=("binding-update", "pbu"), at_most=1,
    fields=(Rest("identifier", "Service identifier, UTF-8 of 1 to 255 octets", form="text", minimum=1),),
    value="ServiceSelection",
    rules=(
        rule("RFC 5149 3", "after-mn-id", "error", "A service selection stands after the NAI of the mobile node.",
             each("service-selection", implies(F("mn-id.subtype") == NAI, F("mn-id.@offset") < F(".@offset"))),
             field="service-selection"),
        *before_authentication("RFC 5149 3", "service-selection", "A service selection"),
    ),
)  # fmt: skip

OPTIONS = (SERVICE_SELECTION,)
