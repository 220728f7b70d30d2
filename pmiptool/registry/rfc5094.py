"""RFC 5094: the Vendor Specific option."""

from pmiptool.registry.model import Option, Rest, clause, u8, u32

VENDOR_SPECIFIC = Option(
    "vendor", "Vendor Specific", 19, clause("RFC 5094 3"),
    align=(4, 2),
    fields=(
        u32("vendor_id", "SMI private enterprise number of the vendor"),
        u8("sub_type", "The vendor's own type"),
        Rest("data", "The vendor's data"),
    ),
    value="VendorSpecific",
)  # fmt: skip

OPTIONS = (VENDOR_SPECIFIC,)
