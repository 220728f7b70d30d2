"""RFC 5149: the Service Selection option."""

from pmiptool.registry.model import Option, Rest, clause

SERVICE_SELECTION = Option(
    "service-selection", "Service Selection", 20, clause("RFC 5149 3"),
    carried_in=("binding-update", "pbu"), at_most=1,
    fields=(Rest("identifier", "Service identifier, UTF-8 of 1 to 255 octets", form="text", minimum=1),),
    value="ServiceSelection",
)  # fmt: skip

OPTIONS = (SERVICE_SELECTION,)
