"""RFC 5096, Mobile IPv6 experimental messages: the experimental message and option."""

from pmiptool.registry.model import Message, Option, Rest, clause

EXPERIMENTAL_MESSAGE = Message(
    "experimental-mh", "Experimental Mobility Header", 11, clause("RFC 5096 3"),
    fields=(Rest("message_data", "The experiment's data, to the end of the header", minimum=2, usual=2),),
    value="ExperimentalMessage",
)  # fmt: skip

EXPERIMENTAL = Option(
    "experimental", "Experimental", 18, clause("RFC 5096 4"),
    fields=(Rest("experimental_data", "The experiment's data"),),
    value="Experimental",
)  # fmt: skip

MESSAGES = (EXPERIMENTAL_MESSAGE,)
OPTIONS = (EXPERIMENTAL,)
