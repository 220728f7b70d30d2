"""RFC 5142: the Home Agent Switch message."""

from pmiptool.registry.model import Addresses, Count, Message, clause, reserved

HOME_AGENT_SWITCH = Message(
    "home-agent-switch", "Home Agent Switch", 12, clause("RFC 5142 4"),
    fields=(
        Count("number_of_addresses", "Number of addresses", of="home_agent_addresses"),
        reserved(8),
        Addresses("home_agent_addresses", "Home agent addresses; none: find one", count="number_of_addresses"),
    ),
    value="HomeAgentSwitch",
)  # fmt: skip

MESSAGES = (HOME_AGENT_SWITCH,)
