"""How a message looks in Wireshark with this dissector (JSON, PDML and pyshark show the same names).

Inside Wireshark's own tree (mipv6, "Mobility Options") each option is one `pmip6.option`, in the order of the wire:
  pmip6.option.type, .length     the two octets of the wire
  pmip6.option.offset            octets from the start of the Mobility Header (not where the layer is switched off)
  pmip6.<option>.<field>         its fields, names as in the registry with _ for -; absent when it does not fit
  pmip6.option.data              its octets, when it is unknown or does not fit its format
  pmip6.option.trailing          octets that its format leaves over
  pmip6.suboption                each sub-option: .type .length .data .trailing, and fields pmip6.ts.*, pmip6.bref.*
  _ws.expert, pmip6.expert.<id>  each finding about it, on the line of the option or sub-option; pmip6.expert is its id
Pad1, PadN and options that this registry does not have but Wireshark does are Wireshark's own (mip6.*).
A prefix is <field> (IPv6 address) and prefix_length; a timestamp is 64 bits, and .time the moment; text from the
wire is shown with \\xNN for what cannot be printed, and its octets are <field>_octets; an IPv4 address of a field that
may also be IPv6 has a 4 in its name (src4, dst4_end, care_of_address4). pmip6.ts.dscp is six bits, .flow_label 20.

After it the layer `pmip6`, one for each Mobility Header:
  pmip6.message                  pbu, pba, binding-update, ... (message-19 when unknown)
  pmip6.type, pmip6.checksum, pmip6.header.payload_proto, .length, .reserved
  pmip6.checksum.status          0 bad, 1 good, 2 unverified, 3 not present (zero over UDP)
  pmip6.<field>                  the message's own: sequence, flags (each pmip6.flags.<letter>; .reserved where a bit
                                 without a letter is set), lifetime, status, ...
  pmip6.response_in, .response_to, .response_time, .response_again   the partner of a request or an answer
  pmip6.retransmission_of, .retransmitted_in                         the same request before and after
  pmip6.no_response              an expert note on a request that has no answer (second pass)
  pmip6.session.id, .mn_id, .hnp, .mhgid, .bindings, .flows          the mobility session: as it stood before a
                                 request, and as an answer leaves it; .bindings and .flows once for each
  _ws.expert, pmip6.expert.<id>  each finding that is about no option, id with . for /; rules on answers too. The text
                                 of pmip6.expert is the id itself, for filters such as pmip6.expert contains "muho"

Its options stand in it where Wireshark's own dissector gave up before the first, and in messages that it does not know.

Preferences (Protocols > PMIP6): every code point, the layer, the analysis of requests with answers and of sessions, the
checksum, Wireshark's own fields beside ours. Tools > PMIPv6 shows statistics and the ladder of the selected session;
`tshark -q -o pmip6.statistics:TRUE` prints both at the end.
"""

from pmiptool.dissector.generate import FILE_NAME, all_rules, default_lua, generate

__all__ = ["FILE_NAME", "all_rules", "default_lua", "generate"]
