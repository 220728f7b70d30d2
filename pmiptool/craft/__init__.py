"""Makes one message as asked, well formed or wrong on purpose, through the Scapy layers.

`Request` says what is wanted, in the words of the command line; `craft` makes the packet.
"""

from pmiptool.craft.build import Crafted, craft
from pmiptool.craft.request import Request

__all__ = ["Crafted", "Request", "craft"]
