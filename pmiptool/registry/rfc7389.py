"""RFC 7389, control plane and user plane apart: the address of the LMA's user plane."""

from pmiptool.registry.contradictions import Contradiction, OtherAlignment
from pmiptool.registry.model import AddressRest, Option, clause, reserved
from pmiptool.registry.rule import F, all_of, any_of, each, implies, rule, unasked

_ADDRESS = F(".lma_user_plane_address")
_SIZE = F(".lma_user_plane_address.@size")

LMA_USER_PLANE = Option(
    "lma-user-plane", "LMA User-Plane Address", 59, clause("RFC 7389 4"),
    align=(8, 2), carried_in=("pbu", "pba"), at_most=2,
    contradictions=(
        Contradiction(
            "lma-user-plane-alignment", "aligned at 8n+2", "the text says so, though it puts the address at 8n+6",
            "aligned at 8n+4, as the figure's address wants it", "RFC 7389 4", OtherAlignment((8, 4)),
        ),
    ),
    fields=(
        reserved(16),
        AddressRest("lma_user_plane_address", "Address of the LMA's user plane, IPv4 or IPv6; none or 0 asks for it"),
    ),
    value="LmaUserPlaneAddress",
    rules=(
        rule(
            "RFC 7389 4", "one-of-each", "error", "Of two addresses of the user plane one is IPv4, the other IPv6.",
            each("lma-user-plane", implies(all_of(F(".@offset") > F("lma-user-plane.@offset"), _SIZE > 0),
                                           F("lma-user-plane.lma_user_plane_address.@size") != _SIZE)),
            field="lma-user-plane.lma_user_plane_address",
        ),
        rule(
            "RFC 7389 4", "asks-only", "error", "In a PBU the address of the user plane is left out or all zero.",
            each("lma-user-plane", any_of(_SIZE == 0, _ADDRESS == bytes(4), _ADDRESS == bytes(16))),
            messages=("pbu",), field="lma-user-plane.lma_user_plane_address",
        ),
        rule(
            "RFC 7389 4", "address-given", "error", "In a PBA the address of the user plane is there.",
            each("lma-user-plane", _SIZE > 0),
            messages=("pba",), field="lma-user-plane.lma_user_plane_address",
        ),
        rule(
            "RFC 7389 4", "address-zero", "error", "In a PBA the address of the user plane is not all zero.",
            each("lma-user-plane", all_of(_ADDRESS != bytes(4), _ADDRESS != bytes(16))),
            messages=("pba",), field="lma-user-plane.lma_user_plane_address",
        ),
        unasked("RFC 7389 5", "lma-user-plane", "The address of the user plane", "warning"),
    ),
)  # fmt: skip

OPTIONS = (LMA_USER_PLANE,)
