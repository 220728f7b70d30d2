"""What the texts demand, as data, and the judges that hold messages, exchanges and sessions against it.

`RULES` is every rule. `check_message` judges one message, `check_exchange` a request with its answer,
`SessionChecker` everything that passes between gateways and an anchor over time.
"""

from pmiptool.rules.check import RULES, check_exchange, check_message
from pmiptool.rules.context import Context, Knowledge, Service
from pmiptool.rules.pairing import Pair, Pairing
from pmiptool.rules.sessions import Seen, SessionChecker

__all__ = [
    "RULES",
    "Context",
    "Knowledge",
    "Pair",
    "Pairing",
    "Seen",
    "Service",
    "SessionChecker",
    "check_exchange",
    "check_message",
]
