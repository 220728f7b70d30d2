"""RFC 5026, Mobile IPv6 bootstrapping in split scenario: the DNS Update option."""

from pmiptool.registry.model import Enumeration, Flag, Flags, Member, Option, Rest, clause, u8

DNS_UPDATE_STATUS = Enumeration(
    "dns-update-status",
    "Status of a DNS update; 128 and above: not done",
    Member(0, "performed", "DNS update performed", "RFC 5026"),
    Member(128, "unspecified", "Reason unspecified", "RFC 5026"),
    Member(129, "prohibited", "Administratively prohibited", "RFC 5026"),
    Member(130, "failed", "DNS update failed", "RFC 5026"),
)

DNS_UPDATE = Option(
    "dns-update", "DNS Update", 17, clause("RFC 5026 8.1"),
    carried_in=("binding-update", "binding-ack"), at_most=1, at_most_stated=False,
    note="the text does not say whether the FQDN is text or labels of DNS: both are shown as a name, labels with a dot",
    fields=(
        u8("status", "Status, in acknowledgements", enum=DNS_UPDATE_STATUS),
        Flags("flags", "Flags", 8, (Flag("R", 0x80, "Remove the entry", "RFC 5026"),)),
        Rest("mn_identity", "FQDN of the mobile node", form="domain"),
    ),
    value="DnsUpdate",
)  # fmt: skip

OPTIONS = (DNS_UPDATE,)
