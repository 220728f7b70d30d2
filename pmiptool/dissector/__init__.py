"""How a message looks in Wireshark with this dissector (JSON, PDML and pyshark show the same names).

Inside Wireshark's own tree (mipv6, "Mobility Options") each option is one `pmip6.option`, in the order of the wire:
  pmip6.option.type, .length     the two octets of the wire
  pmip6.option.offset            octets from the start of the Mobility Header (not where the layer is switched off)
  pmip6.<option>.<field>         its fields, names as in the registry with _ for -; absent when it does not fit
  pmip6.option.data              its octets, when it is unknown or does not fit its format
  pmip6.option.trailing          octets that its format leaves over
  pmip6.suboption                each sub-option: .type .length .data .trailing, and fields pmip6.ts.*, pmip6.bref.*
  _ws.expert, pmip6.expert.<id>  each finding about it, on the line of the option or sub-option
Pad1, PadN and options that this registry does not have but Wireshark does are Wireshark's own (mip6.*).
A prefix is <field> (IPv6 address) and prefix_length; a timestamp is 64 bits, and .time the moment; text from the
wire is shown with \\xNN for what cannot be printed, and its octets are <field>_octets; an IPv4 address of a field that
may also be IPv6 has a 4 in its name (src4, dst4_end, care_of_address4). pmip6.ts.dscp is six bits, .flow_label 20.

After it the layer `pmip6`, one for each Mobility Header:
  pmip6.message                  pbu, pba, binding-update, ... (message-19 when unknown)
  pmip6.type, pmip6.checksum, pmip6.header.payload_proto, .length, .reserved
  pmip6.checksum.status          0 bad, 1 good, 2 unverified, 3 not present (zero over UDP)
  pmip6.<field>                  the message's own: sequence, flags (each pmip6.flags.<letter>), lifetime, status, ...
  _ws.expert, pmip6.expert.<id>  each finding that is about no option, id with . for /
"""

from pmiptool.dissector.generate import FILE_NAME, all_rules, default_lua, generate

__all__ = ["FILE_NAME", "all_rules", "default_lua", "generate"]
