"""RFC 4866, enhanced route optimization for Mobile IPv6: its options."""

from pmiptool.registry.model import Octets, Option, Rest, clause

UPDATE, ACKNOWLEDGEMENT = ("binding-update",), ("binding-ack",)

CGA_PARAMETERS_REQUEST = Option(
    "cga-params-request", "CGA Parameters Request", 11, clause("RFC 4866 5.6"),
    carried_in=UPDATE, at_most=1, at_most_stated=False, fields=(), value="CgaParametersRequest",
)  # fmt: skip

CGA_PARAMETERS = Option(
    "cga-params", "CGA Parameters", 12, clause("RFC 4866 5.1"),
    carried_in=(*UPDATE, *ACKNOWLEDGEMENT), note="all but the last of a message have 255 octets, one after another",
    fields=(Rest("cga_parameters", "Part of the CGA parameters (RFC 3972 3)"),),
    value="CgaParameters",
)  # fmt: skip

SIGNATURE = Option(
    "signature", "Signature", 13, clause("RFC 4866 5.2"),
    carried_in=(*UPDATE, *ACKNOWLEDGEMENT), at_most=1, at_most_stated=False,
    fields=(Rest("signature", "Signature over the CGA parameters options before it"),),
    value="Signature",
)  # fmt: skip

PERMANENT_HOME_KEYGEN_TOKEN = Option(
    "permanent-keygen-token", "Permanent Home Keygen Token", 14, clause("RFC 4866 5.3"),
    carried_in=ACKNOWLEDGEMENT, at_most=1, at_most_stated=False,
    fields=(Rest("permanent_home_keygen_token", "Permanent home keygen token, encrypted", minimum=8),),
    value="PermanentHomeKeygenToken",
)  # fmt: skip

CARE_OF_TEST_INIT = Option(
    "care-of-test-init", "Care-of Test Init", 15, clause("RFC 4866 5.4"),
    carried_in=UPDATE, at_most=1, at_most_stated=False, fields=(), value="CareOfTestInitOption",
)  # fmt: skip

CARE_OF_TEST = Option(
    "care-of-test", "Care-of Test", 16, clause("RFC 4866 5.5"),
    carried_in=ACKNOWLEDGEMENT, at_most=1, at_most_stated=False,
    fields=(Octets("care_of_keygen_token", "Care-of keygen token", 8),),
    value="CareOfTestOption",
)  # fmt: skip

OPTIONS = (
    CGA_PARAMETERS_REQUEST,
    CGA_PARAMETERS,
    SIGNATURE,
    PERMANENT_HOME_KEYGEN_TOKEN,
    CARE_OF_TEST_INIT,
    CARE_OF_TEST,
)
