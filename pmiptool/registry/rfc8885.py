"""RFC 8885, distributed mobility management: the options of mobility anchor and access routers (MAAR)."""

from pmiptool.registry.model import Address, Option, Prefix, Rest, clause, reserved, u8
from pmiptool.registry.rule import Expr, Rule, has, implies, present, rule

BU_D, BA_D = 0x0010, 0x02


def _needs_d(section: str, name: str) -> tuple[Rule, Rule]:
    """The option stands only where the D flag is set."""

    def one(what: str, message: str, mask: int) -> Rule:
        holds: Expr = implies(present(name), has("flags", mask))
        sentence = f"A {message.upper()} with {name} has the D flag."
        return rule(f"RFC 8885 {section}", what, "error", sentence, holds, messages=(message,), field="flags")

    return one("d-flag", "pbu", BU_D), one("d-flag-in-answer", "pba", BA_D)


ANCHORED_PREFIX = Option(
    "anchored-prefix", "Anchored Prefix", 65, clause("RFC 8885 4.3"),
    align=(8, 4), carried_in=("pbu", "pba"),
    fields=(reserved(8), Prefix("anchored_prefix", "Prefix of the mobile node at the anchoring MAAR")),
    value="AnchoredPrefix",
    rules=_needs_d("4.3", "anchored-prefix"),
)  # fmt: skip

LOCAL_PREFIX = Option(
    "local-prefix", "Local Prefix", 66, clause("RFC 8885 4.4"),
    align=(8, 4), carried_in=("pbu", "pba"),
    fields=(reserved(8), Prefix("local_prefix", "Prefix of a network that only the anchoring MAAR reaches")),
    value="LocalPrefix",
    rules=_needs_d("4.4", "local-prefix"),
)  # fmt: skip

PREVIOUS_MAAR = Option(
    "previous-maar", "Previous MAAR", 67, clause("RFC 8885 4.5"),
    align=(8, 4), carried_in=("pba",),
    fields=(
        reserved(8),
        u8("prefix_length", "Length of the home network prefix", maximum=128),
        Address("previous_maar", "Global address of the previous MAAR"),
        Address("home_network_prefix", "Home network prefix anchored there"),
    ),
    value="PreviousMaar",
)  # fmt: skip

SERVING_MAAR = Option(
    "serving-maar", "Serving MAAR", 68, clause("RFC 8885 4.6"),
    align=(8, 6), carried_in=("pbu",),
    fields=(Address("serving_maar", "Global address of the serving MAAR"),),
    value="ServingMaar",
)  # fmt: skip

DLIF_LINK_LOCAL = Option(
    "dlif-link-local", "DLIF Link-Local Address", 69, clause("RFC 8885 4.7"),
    align=(8, 6), carried_in=("pba",),
    fields=(Address("dlif_link_local_address", "Link-local address of the distributed logical interface"),),
    value="DlifLinkLocalAddress",
)  # fmt: skip

DLIF_LINK_LAYER = Option(
    "dlif-link-layer", "DLIF Link-Layer Address", 70, clause("RFC 8885 4.8"),
    carried_in=("pba",), note="aligned by the size of the address: the text gives no number",
    fields=(
        reserved(16),
        Rest("dlif_link_layer_address", "Link-layer address of the distributed logical interface", minimum=1),
    ),
    value="DlifLinkLayerAddress",
)  # fmt: skip

OPTIONS = (ANCHORED_PREFIX, LOCAL_PREFIX, PREVIOUS_MAAR, SERVING_MAAR, DLIF_LINK_LOCAL, DLIF_LINK_LAYER)
