"""``pmiptool shell``: Scapy's interactive shell with everything loaded."""

from __future__ import annotations

from typing import Any

import click

from pmiptool.cli.options import Settings, settings_options

_BANNER = """pmiptool {version} on Scapy {scapy}: {dialect} dialect of the flow identification option.
PBU, PBA, MIP6Opt* and MIP6Sub* are here, ls(PBU) shows fields; codec decodes and encodes; Request and craft craft.
  pkt = IPv6(src="2001:db8:1::2", dst="2001:db8:1::1") / PBU(options=[MIP6OptMNID(identifier="mn1"), MIP6OptHNP()])
  pkt.show2(); decode(pkt); judge(pkt); craft(Request("pbu", flow=("fid=1 pri=10 proto=udp",))).packet.show2()"""


def namespace(settings: Settings) -> dict[str, Any]:
    """What the shell knows beyond Scapy's own names."""
    from pmiptool import craft, layers, rules
    from pmiptool.wire import values
    from pmiptool.wire.codec import codec_for
    from pmiptool.wire.envelope import find_ip

    points = settings.codepoints
    codec = codec_for(points)

    def decode(packet: Any) -> Any:
        """The codec's view of an IP packet or of a Mobility Header, as octets, hex or a Scapy packet."""
        octets = bytes.fromhex(packet) if isinstance(packet, str) else bytes(packet)
        found = find_ip(octets) if octets[:1] and octets[0] >> 4 in (4, 6) else []
        if not found:
            return codec.decode(octets)
        return codec.decode(found[0].mh, *found[0].checksum_pair, udp=found[0].transport == "udp")

    def judge(packet: Any) -> Any:
        """What the rules find in an IP packet."""
        context = rules.Context(codepoints=points, readings=settings.readings)
        octets = bytes(packet)
        envelopes = find_ip(octets)
        return rules.check_message(decode(octets), envelopes[0] if envelopes else None, context)

    def craft_here(request: craft.Request) -> craft.Crafted:
        """What a request asks for, under the code points of this shell."""
        return craft.craft(request, points)

    layers.install(points)
    found: dict[str, Any] = {name: getattr(layers, name) for name in layers.__all__}
    return found | {
        "Request": craft.Request,
        "codec": codec,
        "craft": craft_here,
        "decode": decode,
        "judge": judge,
        "values": values,
    }


@click.command()
@settings_options
def command(settings: Settings) -> int:
    """Open a Scapy shell with the layers, the codec and the rules."""
    import scapy
    import scapy.main
    from scapy.config import conf

    from pmiptool import __version__

    told = _BANNER.format(version=__version__, scapy=scapy.__version__, dialect=settings.codepoints.wire_dialect)
    click.echo(told, err=True)  # Scapy prints a banner of ours only where IPython is installed
    conf.fancy_banner = False
    scapy.main.interact(mydict=namespace(settings), argv=["pmiptool"])
    return 0
