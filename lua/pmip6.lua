-- pmip6.lua: Proxy Mobile IPv6 with multihoming for Wireshark 4.0 and later. pmiptool 0.1.0 generated it
-- from its registry: change that and run `pmiptool dissector generate`, not this file.
--
-- To install it by hand: copy it into the folder that Help > About Wireshark > Folders calls "Personal Lua Plugins",
-- then restart Wireshark. As root, Wireshark 4.4 and later load no Lua.
--
-- How a message looks in Wireshark with this dissector (JSON, PDML and pyshark show the same names).
-- 
-- Inside Wireshark's own tree (mipv6, "Mobility Options") each option is one `pmip6.option`, in the order of the wire:
--   pmip6.option.type, .length     the two octets of the wire
--   pmip6.option.offset            octets from the start of the Mobility Header (not where the layer is switched off)
--   pmip6.<option>.<field>         its fields, names as in the registry with _ for -; absent when it does not fit
--   pmip6.option.data              its octets, when it is unknown or does not fit its format
--   pmip6.option.trailing          octets that its format leaves over
--   pmip6.suboption                each sub-option: .type .length .data .trailing, and fields pmip6.ts.*, pmip6.bref.*
--   _ws.expert, pmip6.expert.<id>  each finding about it, on the line of the option or sub-option
-- Pad1, PadN and options that this registry does not have but Wireshark does are Wireshark's own (mip6.*).
-- A prefix is <field> (IPv6 address) and prefix_length; a timestamp is 64 bits, and .time the moment; text from the
-- wire is shown with \xNN for what cannot be printed, and its octets are <field>_octets; an IPv4 address of a field that
-- may also be IPv6 has a 4 in its name (src4, dst4_end, care_of_address4). pmip6.ts.dscp is six bits, .flow_label 20.
-- 
-- After it the layer `pmip6`, one for each Mobility Header:
--   pmip6.message                  pbu, pba, binding-update, ... (message-19 when unknown)
--   pmip6.type, pmip6.checksum, pmip6.header.payload_proto, .length, .reserved
--   pmip6.checksum.status          0 bad, 1 good, 2 unverified, 3 not present (zero over UDP)
--   pmip6.<field>                  the message's own: sequence, flags (each pmip6.flags.<letter>), lifetime, status, ...
--   _ws.expert, pmip6.expert.<id>  each finding that is about no option, id with . for /

local description = {
  preferences = {
    { key = "multihoming_option_type", title = "Multihoming option type", default = 200 },
    { key = "status_mh_not_supported", title = "Status MH_NOT_SUPPORTED_BY_LMA", default = 250 },
    {
      key = "status_reinstantiation_not_supported",
      title = "Status MH_FILTERS_REINSTANCIATION_NOT_SUPPORTED_BY_LMA",
      default = 251,
    },
    { key = "flow_identification_option_type", title = "Flow Identification option type", default = 45 },
    { key = "flow_summary_option_type", title = "Flow Summary option type", default = 44 },
    {
      key = "dialect",
      title = "Dialect of the Flow Identification option",
      default = "mext",
      choices = { "mext", "rfc6089" },
    },
    {
      key = "fid_length_unit",
      title = "Unit of the Flow Identification option's length",
      default = "octets",
      choices = { "octets", "units-of-8" },
    },
    { key = "flow_description_suboption", title = "Flow description sub-option (mext)", default = 17 },
    {
      key = "fid_status_bid_unknown",
      title = "Flow status: BID unknown (0: the dialect's own)",
      default = 0,
      optional = true,
    },
    { key = "reinstantiated_status", title = "Flow status of a re-instantiated flow", default = 0 },
    { key = "pro_delete", title = "PRO value that deletes (0: none)", default = 0, optional = true },
  },
  enums = {
    status = {
      key = "STATUS",
      names = {
        [0] = "accepted",
        [1] = "accepted-prefix-discovery",
        [2] = "GRE_KEY_OPTION_NOT_REQUIRED",
        [3] = "GRE_TUNNELING_BUT_TLV_HEADER_NOT_SUPPORTED",
        [4] = "MCOA_NOTCOMPLETE",
        [5] = "MCOA_RETURNHOME_WO_NDP",
        [6] = "PBU_ACCEPTED_TB_IGNORED_SETTINGSMISMATCH",
        [128] = "unspecified",
        [129] = "prohibited",
        [130] = "insufficient-resources",
        [131] = "home-registration-unsupported",
        [132] = "not-home-subnet",
        [133] = "not-home-agent",
        [134] = "dad-failed",
        [135] = "sequence-out-of-window",
        [136] = "expired-home-nonce",
        [137] = "expired-care-of-nonce",
        [138] = "expired-nonces",
        [139] = "registration-type-change",
        [140] = "mobile-router-not-permitted",
        [141] = "invalid-prefix",
        [142] = "not-authorized-for-prefix",
        [143] = "forwarding-setup-failed",
        [144] = "MIPV6-ID-MISMATCH",
        [145] = "MIPV6-MESG-ID-REQD",
        [146] = "MIPV6-AUTH-FAIL",
        [147] = "permanent-keygen-token-unavailable",
        [148] = "cga-verification-failed",
        [149] = "permanent-keygen-token-exists",
        [150] = "non-null-home-nonce-expected",
        [151] = "SERVICE_AUTHORIZATION_FAILED",
        [152] = "PROXY_REG_NOT_ENABLED",
        [153] = "NOT_LMA_FOR_THIS_MOBILE_NODE",
        [154] = "MAG_NOT_AUTHORIZED_FOR_PROXY_REG",
        [155] = "NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX",
        [156] = "TIMESTAMP_MISMATCH",
        [157] = "TIMESTAMP_LOWER_THAN_PREV_ACCEPTED",
        [158] = "MISSING_HOME_NETWORK_PREFIX_OPTION",
        [159] = "BCE_PBU_PREFIX_SET_DO_NOT_MATCH",
        [160] = "MISSING_MN_IDENTIFIER_OPTION",
        [161] = "MISSING_HANDOFF_INDICATOR_OPTION",
        [162] = "MISSING_ACCESS_TECH_TYPE_OPTION",
        [163] = "GRE_KEY_OPTION_REQUIRED",
        [164] = "MCOA_MALFORMED",
        [165] = "MCOA_NON_MCOA_BINDING_EXISTS",
        [166] = "MCOA_PROHIBITED",
        [167] = "MCOA_UNKNOWN_COA",
        [168] = "MCOA_BULK_REGISTRATION_PROHIBITED",
        [169] = "MCOA_SIMULTANEOUS_HOME_AND_FOREIGN_PROHIBITED",
        [170] = "NOT_AUTHORIZED_FOR_IPV4_MOBILITY_SERVICE",
        [171] = "NOT_AUTHORIZED_FOR_IPV4_HOME_ADDRESS",
        [172] = "NOT_AUTHORIZED_FOR_IPV6_MOBILITY_SERVICE",
        [173] = "MULTIPLE_IPV4_HOME_ADDRESS_ASSIGNMENT_NOT_SUPPORTED",
        [174] = "invalid-care-of-address",
        [175] = "INVALID_MOBILE_NODE_GROUP_IDENTIFIER",
        [176] = "REINIT_SA_WITH_HAC",
        [177] = "NOT_AUTHORIZED_FOR_DELEGATED_MNP",
        [178] = "REQUESTED_DMNP_IN_USE",
        [179] = "CANNOT_MEET_QOS_SERVICE_REQUEST",
        [180] = "CANNOT_SUPPORT_MULTIPATH_BINDING",
      },
      chosen = {
        status_mh_not_supported = "MH_NOT_SUPPORTED_BY_LMA",
        status_reinstantiation_not_supported = "MH_FILTERS_REINSTANCIATION_NOT_SUPPORTED_BY_LMA",
      },
    },
    binding_error_status = { key = "BINDING_ERROR_STATUS", names = { [1] = "unknown-binding", [2] = "unrecognized-mh-type" } },
    subtype = {
      key = "SUBTYPE",
      names = {
        [1] = "NAI",
        [2] = "ipv6-address",
        [3] = "IMSI",
        [4] = "P-TMSI",
        [5] = "EUI-48",
        [6] = "EUI-64",
        [7] = "GUTI",
        [8] = "DUID",
      },
    },
    hi = {
      key = "HI",
      names = {
        [0] = "reserved",
        [1] = "attach",
        [2] = "handoff-interfaces",
        [3] = "handoff-mags",
        [4] = "unknown",
        [5] = "unchanged",
        [6] = "attach-shared",
      },
    },
    att = {
      key = "ATT",
      names = {
        [0] = "reserved",
        [1] = "virtual",
        [2] = "ppp",
        [3] = "802.3",
        [4] = "802.11",
        [5] = "802.16e",
        [6] = "geran",
        [7] = "utran",
        [8] = "e-utran",
        [9] = "ehrpd",
        [10] = "hrpd",
        [11] = "1xrtt",
        [12] = "umb",
        [13] = "nb-iot",
      },
    },
    action = { key = "ACTION", names = { [1] = "forward", [2] = "discard", [3] = "n-cast" } },
    pro = {
      key = "PRO",
      names = { [0] = "add", [1] = "modify", [2] = "reinstantiated" },
      chosen = { pro_delete = "delete" },
    },
    flow_status = {
      key = "FLOW_STATUS",
      names = {
        [0] = "ok",
        [128] = "rejected",
        [129] = "malformed",
        [130] = "prohibited",
        [135] = "fid-in-use",
        [136] = "fid-not-found",
        [137] = "format-unsupported",
        [138] = "discard-unsupported",
        [139] = "n-cast-unsupported",
      },
    },
    flow_status_2 = {
      key = "FLOW_STATUS",
      names = {
        [0] = "ok",
        [128] = "prohibited",
        [129] = "rejected",
        [130] = "malformed",
        [131] = "bid-not-found",
        [132] = "fid-not-found",
        [133] = "format-unsupported",
      },
    },
    act = { key = "ACT", names = { [0] = "none", [1] = "remove", [2] = "keep" } },
    format = { key = "FORMAT", names = { [1] = "ipv4", [2] = "ipv6" } },
  },
  messages = {
    {
      name = "binding-update",
      title = "Binding Update",
      clause = "RFC 6275 6.1.7",
      number = 5,
      proxy = { name = "pbu", title = "Proxy Binding Update" },
      proxy_mask = 512,
      fields = {
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "flags",
          octets = 2,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.a", title = "A: Acknowledge", letter = "A", mask = 0x8000 },
            { filter = "pmip6.flags.h", title = "H: Home Registration", letter = "H", mask = 0x4000 },
            { filter = "pmip6.flags.l", title = "L: Link-Local Address Compatibility", letter = "L", mask = 0x2000 },
            {
              filter = "pmip6.flags.k",
              title = "K: Key Management Mobility Capability",
              letter = "K",
              mask = 0x1000,
            },
            { filter = "pmip6.flags.m", title = "M: MAP Registration", letter = "M", mask = 0x800 },
            { filter = "pmip6.flags.r", title = "R: Mobile Router", letter = "R", mask = 0x400 },
            { filter = "pmip6.flags.p", title = "P: Proxy Registration", letter = "P", mask = 0x200 },
            { filter = "pmip6.flags.f", title = "F: Forcing UDP encapsulation", letter = "F", mask = 0x100 },
            { filter = "pmip6.flags.t", title = "T: TLV-header format", letter = "T", mask = 0x80 },
            { filter = "pmip6.flags.b", title = "B: Bulk-Binding-Update", letter = "B", mask = 0x40 },
            { filter = "pmip6.flags.s", title = "S: Subscription information", letter = "S", mask = 0x20 },
            { filter = "pmip6.flags.d", title = "D: Distributed mobility", letter = "D", mask = 0x10 },
          },
        },
        {
          kind = "uint",
          octets = 2,
          name = "lifetime",
          filter = "pmip6.lifetime",
          title = "Lifetime in units of 4 s",
          unit = 4,
        },
      },
    },
    {
      name = "binding-ack",
      title = "Binding Acknowledgement",
      clause = "RFC 6275 6.1.8",
      number = 6,
      proxy = { name = "pba", title = "Proxy Binding Acknowledgement" },
      proxy_mask = 32,
      fields = {
        { kind = "uint", octets = 1, name = "status", filter = "pmip6.status", title = "Status", enum = "status" },
        {
          kind = "flags",
          octets = 1,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.k", title = "K: Key Management Mobility Capability", letter = "K", mask = 0x80 },
            { filter = "pmip6.flags.r", title = "R: Mobile Router", letter = "R", mask = 0x40 },
            { filter = "pmip6.flags.p", title = "P: Proxy Registration", letter = "P", mask = 0x20 },
            { filter = "pmip6.flags.t", title = "T: TLV-header format", letter = "T", mask = 0x10 },
            { filter = "pmip6.flags.b", title = "B: Bulk-Binding-Update", letter = "B", mask = 0x8 },
            { filter = "pmip6.flags.s", title = "S: Subscription information", letter = "S", mask = 0x4 },
            { filter = "pmip6.flags.d", title = "D: Distributed mobility", letter = "D", mask = 0x2 },
          },
        },
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "uint",
          octets = 2,
          name = "lifetime",
          filter = "pmip6.lifetime",
          title = "Lifetime granted in units of 4 s",
          unit = 4,
        },
      },
    },
    {
      name = "binding-error",
      title = "Binding Error",
      clause = "RFC 6275 6.1.9",
      number = 7,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.status",
          title = "Status",
          enum = "binding_error_status",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
        { kind = "address", name = "home_address", filter = "pmip6.home_address", title = "Home Address" },
      },
    },
  },
  options = {
    {
      name = "binding-refresh-advice",
      title = "Binding Refresh Advice",
      clause = "RFC 6275 6.2.4",
      number = 2,
      length_rule = "rfc6275/6.2.4/length",
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "refresh_interval",
          filter = "pmip6.binding_refresh_advice.refresh_interval",
          title = "Refresh interval in units of 4 s",
          unit = 4,
        },
      },
    },
    {
      name = "alt-coa",
      title = "Alternate Care-of Address",
      clause = "RFC 6275 6.2.5",
      number = 3,
      length_rule = "rfc6275/6.2.5/length",
      fields = {
        {
          kind = "address",
          name = "alternate_care_of_address",
          filter = "pmip6.alt_coa.alternate_care_of_address",
          title = "Alternate care-of address",
        },
      },
    },
    {
      name = "mn-id",
      title = "Mobile Node Identifier",
      clause = "RFC 4283 3",
      number = 8,
      length_rule = "rfc4283/3/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "subtype",
          filter = "pmip6.mn_id.subtype",
          title = "Subtype",
          enum = "subtype",
        },
        {
          kind = "rest",
          name = "identifier",
          filter = "pmip6.mn_id.identifier",
          title = "Identifier",
          octets_filter = "pmip6.mn_id.identifier_octets",
          by = "subtype",
          forms = { [1] = "text", [2] = "address", [3] = "imsi" },
        },
      },
    },
    {
      name = "vendor",
      title = "Vendor Specific",
      clause = "RFC 5094 3",
      number = 19,
      length_rule = "rfc5094/3/length",
      fields = {
        {
          kind = "uint",
          octets = 4,
          name = "vendor_id",
          filter = "pmip6.vendor.vendor_id",
          title = "SMI private enterprise number of the vendor",
        },
        {
          kind = "uint",
          octets = 1,
          name = "sub_type",
          filter = "pmip6.vendor.sub_type",
          title = "The vendor's own type",
        },
        { kind = "rest", name = "data", filter = "pmip6.vendor.data", title = "The vendor's data", form = "hex" },
      },
    },
    {
      name = "service-selection",
      title = "Service Selection",
      clause = "RFC 5149 3",
      number = 20,
      length_rule = "rfc5149/3/length",
      fields = {
        {
          kind = "rest",
          name = "identifier",
          filter = "pmip6.service_selection.identifier",
          title = "Service identifier, UTF-8 of 1 to 255 octets",
          octets_filter = "pmip6.service_selection.identifier_octets",
          form = "text",
          minimum = 1,
        },
      },
    },
    {
      name = "hnp",
      title = "Home Network Prefix",
      clause = "RFC 5213 8.3",
      number = 22,
      length_rule = "rfc5213/8.3/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.hnp.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "prefix",
          name = "home_network_prefix",
          filter = "pmip6.hnp.home_network_prefix",
          title = "Home network prefix",
          length_filter = "pmip6.hnp.prefix_length",
        },
      },
    },
    {
      name = "hi",
      title = "Handoff Indicator",
      clause = "RFC 5213 8.4",
      number = 23,
      length_rule = "rfc5213/8.4/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.hi.reserved",
          title = "Reserved",
          reserved = true,
        },
        { kind = "uint", octets = 1, name = "hi", filter = "pmip6.hi.hi", title = "Handoff indicator", enum = "hi" },
      },
    },
    {
      name = "att",
      title = "Access Technology Type",
      clause = "RFC 5213 8.5",
      number = 24,
      length_rule = "rfc5213/8.5/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.att.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 1,
          name = "att",
          filter = "pmip6.att.att",
          title = "Access technology type",
          enum = "att",
        },
      },
    },
    {
      name = "ll-id",
      title = "Mobile Node Link-layer Identifier",
      clause = "RFC 5213 8.6",
      number = 25,
      length_rule = "rfc5213/8.6/length",
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.ll_id.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "rest",
          name = "link_layer_identifier",
          filter = "pmip6.ll_id.link_layer_identifier",
          title = "Link-layer identifier",
          form = "hex",
          minimum = 1,
        },
      },
    },
    {
      name = "link-local",
      title = "Link-local Address",
      clause = "RFC 5213 8.7",
      number = 26,
      length_rule = "rfc5213/8.7/length",
      fields = {
        {
          kind = "address",
          name = "link_local_address",
          filter = "pmip6.link_local.link_local_address",
          title = "Link-local address of the MAG",
        },
      },
    },
    {
      name = "timestamp",
      title = "Timestamp",
      clause = "RFC 5213 8.8",
      number = 27,
      length_rule = "rfc5213/8.8/length",
      fields = {
        {
          kind = "time48",
          name = "timestamp",
          filter = "pmip6.timestamp.timestamp",
          title = "48 bits of seconds since 1970, 16 bits of 1/65536 s",
          time_filter = "pmip6.timestamp.time",
        },
      },
    },
    {
      name = "bid",
      title = "Binding Identifier",
      clause = "RFC 5648 4.3",
      number = 35,
      length_rule = "rfc5648/4.3/length",
      fields = {
        { kind = "uint", octets = 2, name = "bid", filter = "pmip6.bid.bid", title = "Binding identifier" },
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.bid.status",
          title = "Status",
          enum = "status",
        },
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "h",
              filter = "pmip6.bid.h",
              title = "Simultaneous home and foreign binding",
              weight = 128,
              count = 2,
              mask = 0x80,
            },
            {
              name = "bid_pri",
              filter = "pmip6.bid.bid_pri",
              title = "Priority of the binding, lower first",
              weight = 1,
              count = 128,
              mask = 0x7f,
            },
          },
        },
        {
          kind = "address_rest",
          name = "care_of_address",
          filter = "pmip6.bid.care_of_address",
          title = "Care-of address: none, IPv4 or IPv6",
          filter4 = "pmip6.bid.care_of_address4",
          sizes = { 0, 4, 16 },
        },
      },
    },
    {
      name = "flow-summary",
      title = "Flow Summary",
      clause = "RFC 6089 4.2.2",
      number = "flow_summary_option_type",
      length_rule = "rfc6089/4.2.2/length",
      fields = {
        {
          kind = "numbers",
          octets = 2,
          name = "fid",
          filter = "pmip6.flow_summary.fid",
          title = "FIDs that stay as they are",
        },
      },
    },
    {
      name = "fid",
      title = "Flow Identification",
      clause = "draft-ietf-mext-flow-binding-02 4.2",
      number = "flow_identification_option_type",
      dialect = "mext",
      units = true,
      length_rule = "mext/4.2/length",
      fields = {
        { kind = "uint", octets = 2, name = "fid", filter = "pmip6.fid.fid", title = "Flow identifier" },
        { kind = "uint", octets = 1, name = "pri", filter = "pmip6.fid.pri", title = "Priority, lower first" },
        {
          kind = "uint",
          octets = 1,
          name = "action",
          filter = "pmip6.fid.action",
          title = "Action",
          enum = "action",
        },
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "rsvd",
              filter = "pmip6.fid.rsvd",
              title = "Reserved",
              reserved = true,
              weight = 16,
              count = 16,
              mask = 0xf0,
            },
            {
              name = "pro",
              filter = "pmip6.fid.pro",
              title = "What is asked",
              enum = "pro",
              weight = 1,
              count = 16,
              mask = 0xf,
            },
          },
        },
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.fid.status",
          title = "Status, in acknowledgements",
          enum = "flow_status",
        },
        {
          kind = "suboptions",
          name = "suboptions",
          filter = "pmip6.fid.suboptions",
          title = "Sub-options",
          space = "mext",
        },
      },
    },
    {
      name = "fid",
      title = "Flow Identification",
      clause = "RFC 6089 4.2",
      number = "flow_identification_option_type",
      dialect = "rfc6089",
      units = true,
      length_rule = "rfc6089/4.2/length",
      fields = {
        { kind = "uint", octets = 2, name = "fid", filter = "pmip6.fid.fid", title = "Flow identifier" },
        {
          kind = "uint",
          octets = 2,
          name = "pri",
          filter = "pmip6.fid.pri",
          title = "Priority, lower first, unique per mobile node",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.fid.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.fid.status",
          title = "Status, in acknowledgements",
          enum = "flow_status_2",
        },
        {
          kind = "suboptions",
          name = "suboptions",
          filter = "pmip6.fid.suboptions",
          title = "Sub-options",
          space = "rfc6089",
        },
      },
    },
    {
      name = "multihoming",
      title = "Multihoming",
      clause = "draft-melia-netext-muho-solution-00 4.1",
      number = "multihoming_option_type",
      length_rule = "muho/4.1/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "mhgid",
          filter = "pmip6.multihoming.mhgid",
          title = "Multihoming group",
        },
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "act",
              filter = "pmip6.multihoming.act",
              title = "What becomes of the filters of a removed interface",
              enum = "act",
              weight = 32,
              count = 8,
              mask = 0xe0,
            },
            {
              name = "rfu",
              filter = "pmip6.multihoming.rfu",
              title = "Reserved for future use",
              reserved = true,
              weight = 1,
              count = 32,
              mask = 0x1f,
            },
          },
        },
      },
    },
  },
  spaces = {
    mext = {
      key = "mext",
      header = 2,
      past_end = "mext/4.2.1/sub-option-past-end",
      unknown = "mext/4.2.1/unknown-sub-option",
      entries = {
        {
          name = "binding-reference",
          title = "Binding Reference",
          number = 1,
          clause = "draft-ietf-mext-flow-binding-02 4.2.1",
          length_rule = "mext/4.2.1/length",
          fields = {
            { kind = "numbers", octets = 2, name = "bid", filter = "pmip6.bref.bid", title = "Binding identifiers" },
          },
        },
        {
          name = "traffic-selector",
          title = "IPv4 Traffic Selector",
          number = "flow_description_suboption",
          clause = "RFC 6088 3.1",
          when = 1,
          length_rule = "rfc6088/3.1/length",
          start_rule = "rfc6088/3.1/end-without-start",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.ts.format",
              title = "Format of the traffic selector",
              enum = "format",
            },
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.ts.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "flagged",
              name = "reserved_flags",
              filter = "pmip6.ts.reserved_flags",
              title = "Reserved flags",
              word_filter = "pmip6.ts.flags",
              reserved_mask = 0x3ffff,
              parts = {
                {
                  name = "src",
                  filter = "pmip6.ts.src4",
                  title = "Start source address",
                  kind = "address",
                  octets = 4,
                  flag = 0x80000000,
                },
                {
                  name = "src_end",
                  filter = "pmip6.ts.src4_end",
                  title = "End source address",
                  kind = "address",
                  octets = 4,
                  flag = 0x40000000,
                  start = "src",
                },
                {
                  name = "dst",
                  filter = "pmip6.ts.dst4",
                  title = "Start destination address",
                  kind = "address",
                  octets = 4,
                  flag = 0x20000000,
                },
                {
                  name = "dst_end",
                  filter = "pmip6.ts.dst4_end",
                  title = "End destination address",
                  kind = "address",
                  octets = 4,
                  flag = 0x10000000,
                  start = "dst",
                },
                {
                  name = "spi",
                  filter = "pmip6.ts.spi",
                  title = "Start IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x8000000,
                },
                {
                  name = "spi_end",
                  filter = "pmip6.ts.spi_end",
                  title = "End IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x4000000,
                  start = "spi",
                },
                {
                  name = "src_port",
                  filter = "pmip6.ts.src_port",
                  title = "Start source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x2000000,
                },
                {
                  name = "src_port_end",
                  filter = "pmip6.ts.src_port_end",
                  title = "End source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x1000000,
                  start = "src_port",
                },
                {
                  name = "dst_port",
                  filter = "pmip6.ts.dst_port",
                  title = "Start destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x800000,
                },
                {
                  name = "dst_port_end",
                  filter = "pmip6.ts.dst_port_end",
                  title = "End destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x400000,
                  start = "dst_port",
                },
                {
                  name = "dscp",
                  filter = "pmip6.ts.dscp",
                  title = "Start DS field",
                  kind = "uint",
                  octets = 1,
                  flag = 0x200000,
                  mask = 0xfc,
                  weight = 4,
                  count = 64,
                },
                {
                  name = "dscp_end",
                  filter = "pmip6.ts.dscp_end",
                  title = "End DS field",
                  kind = "uint",
                  octets = 1,
                  flag = 0x100000,
                  mask = 0xfc,
                  start = "dscp",
                  weight = 4,
                  count = 64,
                },
                {
                  name = "proto",
                  filter = "pmip6.ts.proto",
                  title = "Start protocol",
                  kind = "uint",
                  octets = 1,
                  flag = 0x80000,
                },
                {
                  name = "proto_end",
                  filter = "pmip6.ts.proto_end",
                  title = "End protocol",
                  kind = "uint",
                  octets = 1,
                  flag = 0x40000,
                  start = "proto",
                },
              },
            },
          },
        },
        {
          name = "traffic-selector",
          title = "IPv6 Traffic Selector",
          number = "flow_description_suboption",
          clause = "RFC 6088 3.2",
          when = 2,
          length_rule = "rfc6088/3.2/length",
          start_rule = "rfc6088/3.2/end-without-start",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.ts.format",
              title = "Format of the traffic selector",
              enum = "format",
            },
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.ts.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "flagged",
              name = "reserved_flags",
              filter = "pmip6.ts.reserved_flags",
              title = "Reserved flags",
              word_filter = "pmip6.ts.flags",
              reserved_mask = 0xffff,
              parts = {
                {
                  name = "src",
                  filter = "pmip6.ts.src",
                  title = "Start source address",
                  kind = "address",
                  octets = 16,
                  flag = 0x80000000,
                },
                {
                  name = "src_end",
                  filter = "pmip6.ts.src_end",
                  title = "End source address",
                  kind = "address",
                  octets = 16,
                  flag = 0x40000000,
                  start = "src",
                },
                {
                  name = "dst",
                  filter = "pmip6.ts.dst",
                  title = "Start destination address",
                  kind = "address",
                  octets = 16,
                  flag = 0x20000000,
                },
                {
                  name = "dst_end",
                  filter = "pmip6.ts.dst_end",
                  title = "End destination address",
                  kind = "address",
                  octets = 16,
                  flag = 0x10000000,
                  start = "dst",
                },
                {
                  name = "spi",
                  filter = "pmip6.ts.spi",
                  title = "Start IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x8000000,
                },
                {
                  name = "spi_end",
                  filter = "pmip6.ts.spi_end",
                  title = "End IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x4000000,
                  start = "spi",
                },
                {
                  name = "flow_label",
                  filter = "pmip6.ts.flow_label",
                  title = "Start flow label",
                  kind = "uint",
                  octets = 4,
                  flag = 0x2000000,
                  mask = 0xfffff,
                  weight = 1,
                  count = 1048576,
                },
                {
                  name = "flow_label_end",
                  filter = "pmip6.ts.flow_label_end",
                  title = "End flow label",
                  kind = "uint",
                  octets = 4,
                  flag = 0x1000000,
                  mask = 0xfffff,
                  start = "flow_label",
                  weight = 1,
                  count = 1048576,
                },
                {
                  name = "src_port",
                  filter = "pmip6.ts.src_port",
                  title = "Start source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x800000,
                },
                {
                  name = "src_port_end",
                  filter = "pmip6.ts.src_port_end",
                  title = "End source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x400000,
                  start = "src_port",
                },
                {
                  name = "dst_port",
                  filter = "pmip6.ts.dst_port",
                  title = "Start destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x200000,
                },
                {
                  name = "dst_port_end",
                  filter = "pmip6.ts.dst_port_end",
                  title = "End destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x100000,
                  start = "dst_port",
                },
                {
                  name = "dscp",
                  filter = "pmip6.ts.dscp",
                  title = "Start traffic class",
                  kind = "uint",
                  octets = 1,
                  flag = 0x80000,
                  mask = 0xfc,
                  weight = 4,
                  count = 64,
                },
                {
                  name = "dscp_end",
                  filter = "pmip6.ts.dscp_end",
                  title = "End traffic class",
                  kind = "uint",
                  octets = 1,
                  flag = 0x40000,
                  mask = 0xfc,
                  start = "dscp",
                  weight = 4,
                  count = 64,
                },
                {
                  name = "proto",
                  filter = "pmip6.ts.proto",
                  title = "Start next header",
                  kind = "uint",
                  octets = 1,
                  flag = 0x20000,
                },
                {
                  name = "proto_end",
                  filter = "pmip6.ts.proto_end",
                  title = "End next header",
                  kind = "uint",
                  octets = 1,
                  flag = 0x10000,
                  start = "proto",
                },
              },
            },
          },
        },
      },
    },
    rfc6089 = {
      key = "rfc6089",
      header = 0,
      past_end = "rfc6089/4.2.1/sub-option-past-end",
      unknown = "rfc6089/4.2.1/unknown-sub-option",
      entries = {
        { name = "pad1", title = "Pad1", number = 0, pad = true },
        { name = "padn", title = "PadN", number = 1, pad = true },
        {
          name = "binding-reference",
          title = "Binding Reference",
          number = 2,
          clause = "RFC 6089 4.2.1.3",
          length_rule = "rfc6089/4.2.1.3/length",
          fields = {
            { kind = "numbers", octets = 2, name = "bid", filter = "pmip6.bref.bid", title = "Binding identifiers" },
          },
        },
        {
          name = "traffic-selector",
          title = "IPv4 Traffic Selector",
          number = 3,
          clause = "RFC 6088 3.1",
          when = 1,
          length_rule = "rfc6088/3.1/length",
          start_rule = "rfc6088/3.1/end-without-start",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.ts.format",
              title = "Format of the traffic selector",
              enum = "format",
            },
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.ts.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "flagged",
              name = "reserved_flags",
              filter = "pmip6.ts.reserved_flags",
              title = "Reserved flags",
              word_filter = "pmip6.ts.flags",
              reserved_mask = 0x3ffff,
              parts = {
                {
                  name = "src",
                  filter = "pmip6.ts.src4",
                  title = "Start source address",
                  kind = "address",
                  octets = 4,
                  flag = 0x80000000,
                },
                {
                  name = "src_end",
                  filter = "pmip6.ts.src4_end",
                  title = "End source address",
                  kind = "address",
                  octets = 4,
                  flag = 0x40000000,
                  start = "src",
                },
                {
                  name = "dst",
                  filter = "pmip6.ts.dst4",
                  title = "Start destination address",
                  kind = "address",
                  octets = 4,
                  flag = 0x20000000,
                },
                {
                  name = "dst_end",
                  filter = "pmip6.ts.dst4_end",
                  title = "End destination address",
                  kind = "address",
                  octets = 4,
                  flag = 0x10000000,
                  start = "dst",
                },
                {
                  name = "spi",
                  filter = "pmip6.ts.spi",
                  title = "Start IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x8000000,
                },
                {
                  name = "spi_end",
                  filter = "pmip6.ts.spi_end",
                  title = "End IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x4000000,
                  start = "spi",
                },
                {
                  name = "src_port",
                  filter = "pmip6.ts.src_port",
                  title = "Start source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x2000000,
                },
                {
                  name = "src_port_end",
                  filter = "pmip6.ts.src_port_end",
                  title = "End source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x1000000,
                  start = "src_port",
                },
                {
                  name = "dst_port",
                  filter = "pmip6.ts.dst_port",
                  title = "Start destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x800000,
                },
                {
                  name = "dst_port_end",
                  filter = "pmip6.ts.dst_port_end",
                  title = "End destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x400000,
                  start = "dst_port",
                },
                {
                  name = "dscp",
                  filter = "pmip6.ts.dscp",
                  title = "Start DS field",
                  kind = "uint",
                  octets = 1,
                  flag = 0x200000,
                  mask = 0xfc,
                  weight = 4,
                  count = 64,
                },
                {
                  name = "dscp_end",
                  filter = "pmip6.ts.dscp_end",
                  title = "End DS field",
                  kind = "uint",
                  octets = 1,
                  flag = 0x100000,
                  mask = 0xfc,
                  start = "dscp",
                  weight = 4,
                  count = 64,
                },
                {
                  name = "proto",
                  filter = "pmip6.ts.proto",
                  title = "Start protocol",
                  kind = "uint",
                  octets = 1,
                  flag = 0x80000,
                },
                {
                  name = "proto_end",
                  filter = "pmip6.ts.proto_end",
                  title = "End protocol",
                  kind = "uint",
                  octets = 1,
                  flag = 0x40000,
                  start = "proto",
                },
              },
            },
          },
        },
        {
          name = "traffic-selector",
          title = "IPv6 Traffic Selector",
          number = 3,
          clause = "RFC 6088 3.2",
          when = 2,
          length_rule = "rfc6088/3.2/length",
          start_rule = "rfc6088/3.2/end-without-start",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.ts.format",
              title = "Format of the traffic selector",
              enum = "format",
            },
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.ts.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "flagged",
              name = "reserved_flags",
              filter = "pmip6.ts.reserved_flags",
              title = "Reserved flags",
              word_filter = "pmip6.ts.flags",
              reserved_mask = 0xffff,
              parts = {
                {
                  name = "src",
                  filter = "pmip6.ts.src",
                  title = "Start source address",
                  kind = "address",
                  octets = 16,
                  flag = 0x80000000,
                },
                {
                  name = "src_end",
                  filter = "pmip6.ts.src_end",
                  title = "End source address",
                  kind = "address",
                  octets = 16,
                  flag = 0x40000000,
                  start = "src",
                },
                {
                  name = "dst",
                  filter = "pmip6.ts.dst",
                  title = "Start destination address",
                  kind = "address",
                  octets = 16,
                  flag = 0x20000000,
                },
                {
                  name = "dst_end",
                  filter = "pmip6.ts.dst_end",
                  title = "End destination address",
                  kind = "address",
                  octets = 16,
                  flag = 0x10000000,
                  start = "dst",
                },
                {
                  name = "spi",
                  filter = "pmip6.ts.spi",
                  title = "Start IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x8000000,
                },
                {
                  name = "spi_end",
                  filter = "pmip6.ts.spi_end",
                  title = "End IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x4000000,
                  start = "spi",
                },
                {
                  name = "flow_label",
                  filter = "pmip6.ts.flow_label",
                  title = "Start flow label",
                  kind = "uint",
                  octets = 4,
                  flag = 0x2000000,
                  mask = 0xfffff,
                  weight = 1,
                  count = 1048576,
                },
                {
                  name = "flow_label_end",
                  filter = "pmip6.ts.flow_label_end",
                  title = "End flow label",
                  kind = "uint",
                  octets = 4,
                  flag = 0x1000000,
                  mask = 0xfffff,
                  start = "flow_label",
                  weight = 1,
                  count = 1048576,
                },
                {
                  name = "src_port",
                  filter = "pmip6.ts.src_port",
                  title = "Start source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x800000,
                },
                {
                  name = "src_port_end",
                  filter = "pmip6.ts.src_port_end",
                  title = "End source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x400000,
                  start = "src_port",
                },
                {
                  name = "dst_port",
                  filter = "pmip6.ts.dst_port",
                  title = "Start destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x200000,
                },
                {
                  name = "dst_port_end",
                  filter = "pmip6.ts.dst_port_end",
                  title = "End destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x100000,
                  start = "dst_port",
                },
                {
                  name = "dscp",
                  filter = "pmip6.ts.dscp",
                  title = "Start traffic class",
                  kind = "uint",
                  octets = 1,
                  flag = 0x80000,
                  mask = 0xfc,
                  weight = 4,
                  count = 64,
                },
                {
                  name = "dscp_end",
                  filter = "pmip6.ts.dscp_end",
                  title = "End traffic class",
                  kind = "uint",
                  octets = 1,
                  flag = 0x40000,
                  mask = 0xfc,
                  start = "dscp",
                  weight = 4,
                  count = 64,
                },
                {
                  name = "proto",
                  filter = "pmip6.ts.proto",
                  title = "Start next header",
                  kind = "uint",
                  octets = 1,
                  flag = 0x20000,
                },
                {
                  name = "proto_end",
                  filter = "pmip6.ts.proto_end",
                  title = "End next header",
                  kind = "uint",
                  octets = 1,
                  flag = 0x10000,
                  start = "proto",
                },
              },
            },
          },
        },
      },
    },
  },
  form = {
    ["payload-proto"] = "rfc6275/6.1.1/payload-proto",
    ["header-length"] = "rfc6275/6.1.1/header-length",
    ["minimum-length"] = "rfc6275/6.1.1/minimum-length",
    reserved = "rfc6275/6.1.1/reserved",
    checksum = "rfc6275/6.1.1/checksum",
    ["unknown-type"] = "rfc6275/6.1.1/unknown-type",
    ["checksum-over-udp"] = "rfc5844/4.1/checksum-over-udp",
    ["option-past-end"] = "rfc6275/6.2.1/option-past-end",
    ["unknown-option"] = "rfc6275/6.2.1/unknown-option",
    ["padn-octets"] = "rfc6275/6.2.3/padn-octets",
  },
}
description.version = "0.1.0"
description.default = {
  multihoming_option_type = 200,
  status_mh_not_supported = 250,
  status_reinstantiation_not_supported = 251,
  flow_identification_option_type = 45,
  flow_summary_option_type = 44,
  dialect = "mext",
  fid_length_unit = "octets",
  flow_description_suboption = 17,
  reinstantiated_status = 0,
}

-- ---------------------------------------------------------------------------------------------------- logic

-- What the conditions of the rules call. Each condition is written as the one under which its rule is broken.

local set = {} -- the code points in force, by key
local NOTHING = {} -- no options; the values of an element that does not fit its format

local function first(list) return list and list[1] end

-- The values of the first element of a list.
local function values_of(list)
  local element = list and list[1]
  return element and element.v or NOTHING
end

local function bits(number, mask)
  local both = bit.band(number, mask)
  return both < 0 and both + 4294967296 or both
end

-- The values of one field in all options of a list differ from each other.
local function unique(elements, name)
  local seen = {}
  for _, element in ipairs(elements) do
    local one = (element.v or NOTHING)[name]
    if one ~= nil then
      if seen[one] then return false end
      seen[one] = true
    end
  end
  return true
end

-- Whether a condition holds for every element.
local function every(list, holds)
  for _, element in ipairs(list) do
    if not holds(element, element.v or NOTHING) then return false end
  end
  return true
end

-- Whether one breaks a condition for any element; those that do are noted in the message, for the finding.
local function culprits(m, list, fails)
  local any = false
  for _, element in ipairs(list) do
    if fails(element, element.v or NOTHING) then
      any = true
      m.culprits[#m.culprits + 1] = element
    end
  end
  return any
end

description.rules = {
  {
    id = "rfc6275/6.1.1/payload-proto",
    filter = "pmip6.expert.rfc6275.6.1.1.payload-proto",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.1",
    sentence = "Payload Proto is 59 (no next header).",
  },
  {
    id = "rfc6275/6.1.1/header-length",
    filter = "pmip6.expert.rfc6275.6.1.1.header-length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6275 6.1.1",
    sentence = "Header Len counts the octets that are there.",
  },
  {
    id = "rfc6275/6.1.1/minimum-length",
    filter = "pmip6.expert.rfc6275.6.1.1.minimum-length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6275 6.1.1",
    sentence = "The header is as long as its type demands.",
  },
  {
    id = "rfc6275/6.1.1/reserved",
    filter = "pmip6.expert.rfc6275.6.1.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.1",
    sentence = "The reserved octet of the header is 0.",
  },
  {
    id = "rfc6275/6.1.1/checksum",
    filter = "pmip6.expert.rfc6275.6.1.1.checksum",
    level = "error",
    group = "CHECKSUM",
    clause = "RFC 6275 6.1.1",
    sentence = "The checksum is right.",
  },
  {
    id = "rfc6275/6.1.1/unknown-type",
    filter = "pmip6.expert.rfc6275.6.1.1.unknown-type",
    level = "note",
    group = "UNDECODED",
    clause = "RFC 6275 6.1.1",
    sentence = "The type of the message is known.",
  },
  {
    id = "rfc5844/4.1/checksum-over-udp",
    filter = "pmip6.expert.rfc5844.4.1.checksum-over-udp",
    level = "error",
    group = "CHECKSUM",
    clause = "RFC 5844 4.1",
    sentence = "Over UDP the checksum of the Mobility Header is 0.",
  },
  {
    id = "rfc6275/6.2.1/option-past-end",
    filter = "pmip6.expert.rfc6275.6.2.1.option-past-end",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6275 6.2.1",
    sentence = "An option ends within its message.",
  },
  {
    id = "rfc6275/6.2.1/unknown-option",
    filter = "pmip6.expert.rfc6275.6.2.1.unknown-option",
    level = "note",
    group = "UNDECODED",
    clause = "RFC 6275 6.2.1",
    sentence = "The type of the option is known.",
  },
  {
    id = "rfc6275/6.2.3/padn-octets",
    filter = "pmip6.expert.rfc6275.6.2.3.padn-octets",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.3",
    sentence = "The octets of PadN are 0.",
  },
  {
    id = "rfc6275/6.1.7/flags-reserved",
    filter = "pmip6.expert.rfc6275.6.1.7.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.7",
    sentence = "Binding Update: unassigned flags are 0.",
    messages = { ["binding-update"] = true, pbu = true },
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0xf) ~= 0 end,
  },
  {
    id = "rfc6275/6.1.8/flags-reserved",
    filter = "pmip6.expert.rfc6275.6.1.8.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.8",
    sentence = "Binding Acknowledgement: unassigned flags are 0.",
    messages = { ["binding-ack"] = true, pba = true },
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x1) ~= 0 end,
  },
  {
    id = "rfc6275/6.1.9/reserved",
    filter = "pmip6.expert.rfc6275.6.1.9.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.9",
    sentence = "Binding Error: reserved bits are 0.",
    messages = { ["binding-error"] = true },
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc6275/6.2.4/length",
    filter = "pmip6.expert.rfc6275.6.2.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6275 6.2.4",
    sentence = "Binding Refresh Advice: the length fits the format.",
  },
  {
    id = "rfc6275/6.2.4/alignment",
    filter = "pmip6.expert.rfc6275.6.2.4.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.4",
    sentence = "Binding Refresh Advice: aligned at 2n.",
    on = "binding-refresh-advice",
    each = true,
    about = "binding-refresh-advice",
    broken = function(m, e, v) return e.offset % 2 ~= 0 end,
  },
  {
    id = "rfc6275/6.2.4/at-most-one",
    filter = "pmip6.expert.rfc6275.6.2.4.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.4",
    sentence = "Binding Refresh Advice: at most 1 in a message.",
    on = "binding-refresh-advice",
    about = "binding-refresh-advice",
    broken = function(m) return #(m.named["binding-refresh-advice"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6275/6.2.5/length",
    filter = "pmip6.expert.rfc6275.6.2.5.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6275 6.2.5",
    sentence = "Alternate Care-of Address: the length fits the format.",
  },
  {
    id = "rfc6275/6.2.5/alignment",
    filter = "pmip6.expert.rfc6275.6.2.5.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.5",
    sentence = "Alternate Care-of Address: aligned at 8n+6.",
    on = "alt-coa",
    each = true,
    about = "alt-coa",
    broken = function(m, e, v) return e.offset % 8 ~= 6 end,
  },
  {
    id = "rfc6275/6.2.5/at-most-one",
    filter = "pmip6.expert.rfc6275.6.2.5.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.5",
    sentence = "Alternate Care-of Address: at most 1 in a message.",
    on = "alt-coa",
    about = "alt-coa",
    broken = function(m) return #(m.named["alt-coa"] or NOTHING) > 1 end,
  },
  {
    id = "rfc4283/3/length",
    filter = "pmip6.expert.rfc4283.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 4283 3",
    sentence = "Mobile Node Identifier: the length fits the format.",
  },
  {
    id = "rfc4283/3/at-most-one",
    filter = "pmip6.expert.rfc4283.3.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 4283 3",
    sentence = "Mobile Node Identifier: at most 1 in a message.",
    on = "mn-id",
    about = "mn-id",
    broken = function(m) return #(m.named["mn-id"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5094/3/length",
    filter = "pmip6.expert.rfc5094.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5094 3",
    sentence = "Vendor Specific: the length fits the format.",
  },
  {
    id = "rfc5094/3/alignment",
    filter = "pmip6.expert.rfc5094.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5094 3",
    sentence = "Vendor Specific: aligned at 4n+2.",
    on = "vendor",
    each = true,
    about = "vendor",
    broken = function(m, e, v) return e.offset % 4 ~= 2 end,
  },
  {
    id = "rfc5149/3/length",
    filter = "pmip6.expert.rfc5149.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5149 3",
    sentence = "Service Selection: the length fits the format.",
  },
  {
    id = "rfc5149/3/at-most-one",
    filter = "pmip6.expert.rfc5149.3.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5149 3",
    sentence = "Service Selection: at most 1 in a message.",
    on = "service-selection",
    about = "service-selection",
    broken = function(m) return #(m.named["service-selection"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5213/8.3/length",
    filter = "pmip6.expert.rfc5213.8.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5213 8.3",
    sentence = "Home Network Prefix: the length fits the format.",
  },
  {
    id = "rfc5213/8.3/reserved",
    filter = "pmip6.expert.rfc5213.8.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.3",
    sentence = "Home Network Prefix: reserved bits are 0.",
    on = "hnp",
    each = true,
    about = "hnp",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5213/8.3/prefix-length",
    filter = "pmip6.expert.rfc5213.8.3.prefix-length",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.3",
    sentence = "Home Network Prefix: a prefix length is at most 128.",
    on = "hnp",
    each = true,
    about = "hnp",
    broken = function(m, e, v) return v["home_network_prefix.length"] ~= nil and v["home_network_prefix.length"] > 128 end,
  },
  {
    id = "rfc5213/8.3/alignment",
    filter = "pmip6.expert.rfc5213.8.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5213 8.3",
    sentence = "Home Network Prefix: aligned at 8n+4.",
    on = "hnp",
    each = true,
    about = "hnp",
    broken = function(m, e, v) return e.offset % 8 ~= 4 end,
  },
  {
    id = "rfc5213/8.4/length",
    filter = "pmip6.expert.rfc5213.8.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5213 8.4",
    sentence = "Handoff Indicator: the length fits the format.",
  },
  {
    id = "rfc5213/8.4/reserved",
    filter = "pmip6.expert.rfc5213.8.4.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.4",
    sentence = "Handoff Indicator: reserved bits are 0.",
    on = "hi",
    each = true,
    about = "hi",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5213/8.4/at-most-one",
    filter = "pmip6.expert.rfc5213.8.4.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.4",
    sentence = "Handoff Indicator: at most 1 in a message.",
    on = "hi",
    about = "hi",
    broken = function(m) return #(m.named.hi or NOTHING) > 1 end,
  },
  {
    id = "rfc5213/8.5/length",
    filter = "pmip6.expert.rfc5213.8.5.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5213 8.5",
    sentence = "Access Technology Type: the length fits the format.",
  },
  {
    id = "rfc5213/8.5/reserved",
    filter = "pmip6.expert.rfc5213.8.5.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.5",
    sentence = "Access Technology Type: reserved bits are 0.",
    on = "att",
    each = true,
    about = "att",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5213/8.5/at-most-one",
    filter = "pmip6.expert.rfc5213.8.5.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.5",
    sentence = "Access Technology Type: at most 1 in a message.",
    on = "att",
    about = "att",
    broken = function(m) return #(m.named.att or NOTHING) > 1 end,
  },
  {
    id = "rfc5213/8.6/length",
    filter = "pmip6.expert.rfc5213.8.6.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5213 8.6",
    sentence = "Mobile Node Link-layer Identifier: the length fits the format.",
  },
  {
    id = "rfc5213/8.6/reserved",
    filter = "pmip6.expert.rfc5213.8.6.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.6",
    sentence = "Mobile Node Link-layer Identifier: reserved bits are 0.",
    on = "ll-id",
    each = true,
    about = "ll-id",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5213/8.6/at-most-one",
    filter = "pmip6.expert.rfc5213.8.6.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.6",
    sentence = "Mobile Node Link-layer Identifier: at most 1 in a message.",
    on = "ll-id",
    about = "ll-id",
    broken = function(m) return #(m.named["ll-id"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5213/8.7/length",
    filter = "pmip6.expert.rfc5213.8.7.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5213 8.7",
    sentence = "Link-local Address: the length fits the format.",
  },
  {
    id = "rfc5213/8.7/alignment",
    filter = "pmip6.expert.rfc5213.8.7.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5213 8.7",
    sentence = "Link-local Address: aligned at 8n+6.",
    on = "link-local",
    each = true,
    about = "link-local",
    broken = function(m, e, v) return e.offset % 8 ~= 6 end,
  },
  {
    id = "rfc5213/8.7/at-most-one",
    filter = "pmip6.expert.rfc5213.8.7.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.7",
    sentence = "Link-local Address: at most 1 in a message.",
    on = "link-local",
    about = "link-local",
    broken = function(m) return #(m.named["link-local"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5213/8.8/length",
    filter = "pmip6.expert.rfc5213.8.8.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5213 8.8",
    sentence = "Timestamp: the length fits the format.",
  },
  {
    id = "rfc5213/8.8/alignment",
    filter = "pmip6.expert.rfc5213.8.8.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5213 8.8",
    sentence = "Timestamp: aligned at 8n+2.",
    on = "timestamp",
    each = true,
    about = "timestamp",
    broken = function(m, e, v) return e.offset % 8 ~= 2 end,
  },
  {
    id = "rfc5213/8.8/at-most-one",
    filter = "pmip6.expert.rfc5213.8.8.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.8",
    sentence = "Timestamp: at most 1 in a message.",
    on = "timestamp",
    about = "timestamp",
    broken = function(m) return #(m.named.timestamp or NOTHING) > 1 end,
  },
  {
    id = "rfc5648/4.3/length",
    filter = "pmip6.expert.rfc5648.4.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5648 4.3",
    sentence = "Binding Identifier: the length fits the format.",
  },
  {
    id = "rfc5648/4.3/alignment",
    filter = "pmip6.expert.rfc5648.4.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5648 4.3",
    sentence = "Binding Identifier: aligned at 2n, with care_of_address at 8n+2.",
    on = "bid",
    each = true,
    about = "bid",
    broken = function(m, e, v) return ((v.care_of_address ~= nil and #v.care_of_address <= 0) and (e.offset % 2 ~= 0)) or ((v.care_of_address ~= nil and #v.care_of_address > 0) and (e.offset % 8 ~= 2)) end,
  },
  {
    id = "rfc6089/4.2.2/length",
    filter = "pmip6.expert.rfc6089.4.2.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6089 4.2.2",
    sentence = "Flow Summary: the length fits the format.",
  },
  {
    id = "rfc6089/4.2.2/alignment",
    filter = "pmip6.expert.rfc6089.4.2.2.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.2",
    sentence = "Flow Summary: aligned at 2n.",
    on = "flow-summary",
    each = true,
    about = "flow-summary",
    broken = function(m, e, v) return e.offset % 2 ~= 0 end,
  },
  {
    id = "mext/4.2/length",
    filter = "pmip6.expert.mext.4.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "Flow Identification: the length fits the format.",
    dialect = "mext",
  },
  {
    id = "mext/4.2/rsvd",
    filter = "pmip6.expert.mext.4.2.rsvd",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "Flow Identification: reserved bits are 0.",
    dialect = "mext",
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return v.rsvd ~= nil and v.rsvd ~= 0 end,
  },
  {
    id = "mext/4.2.1/sub-option-past-end",
    filter = "pmip6.expert.mext.4.2.1.sub-option-past-end",
    level = "error",
    group = "MALFORMED",
    clause = "draft-ietf-mext-flow-binding-02 4.2.1",
    sentence = "A sub-option ends within its option.",
    dialect = "mext",
  },
  {
    id = "mext/4.2.1/unknown-sub-option",
    filter = "pmip6.expert.mext.4.2.1.unknown-sub-option",
    level = "note",
    group = "UNDECODED",
    clause = "draft-ietf-mext-flow-binding-02 4.2.1",
    sentence = "Type and format of the sub-option are known.",
    dialect = "mext",
  },
  {
    id = "mext/4.2.1/length",
    filter = "pmip6.expert.mext.4.2.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "draft-ietf-mext-flow-binding-02 4.2.1",
    sentence = "Binding Reference: the length fits the format.",
    dialect = "mext",
  },
  {
    id = "mext/4.2.1/at-most-one",
    filter = "pmip6.expert.mext.4.2.1.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2.1",
    sentence = "Binding Reference: at most 1 in an option.",
    dialect = "mext",
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return #(e.parts["binding-reference"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6088/3.1/length",
    filter = "pmip6.expert.rfc6088.3.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6088 3.1",
    sentence = "IPv4 Traffic Selector: the length fits the format.",
  },
  {
    id = "rfc6088/3.1/end-without-start",
    filter = "pmip6.expert.rfc6088.3.1.end-without-start",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.1",
    sentence = "An End stands only with its Start.",
  },
  {
    id = "rfc6088/3.1/reserved",
    filter = "pmip6.expert.rfc6088.3.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.1",
    sentence = "IPv4 Traffic Selector: reserved bits are 0.",
    on = "fid/traffic-selector",
    each = true,
    about = "fid",
    broken = function(m, e, v) return (v.format == 1) and (v.reserved ~= nil and v.reserved ~= 0) end,
  },
  {
    id = "rfc6088/3.1/flags-reserved",
    filter = "pmip6.expert.rfc6088.3.1.flags-reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.1",
    sentence = "IPv4 Traffic Selector: reserved flags are 0.",
    on = "fid/traffic-selector",
    each = true,
    about = "fid",
    broken = function(m, e, v) return (v.format == 1) and (v.reserved_flags ~= nil and v.reserved_flags ~= 0) end,
  },
  {
    id = "rfc6088/3.1/at-most-one",
    filter = "pmip6.expert.rfc6088.3.1.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.1",
    sentence = "IPv4 Traffic Selector: at most 1 in an option.",
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return #(e.parts["traffic-selector"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6088/3.2/length",
    filter = "pmip6.expert.rfc6088.3.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6088 3.2",
    sentence = "IPv6 Traffic Selector: the length fits the format.",
  },
  {
    id = "rfc6088/3.2/end-without-start",
    filter = "pmip6.expert.rfc6088.3.2.end-without-start",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.2",
    sentence = "An End stands only with its Start.",
  },
  {
    id = "rfc6088/3.2/reserved",
    filter = "pmip6.expert.rfc6088.3.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.2",
    sentence = "IPv6 Traffic Selector: reserved bits are 0.",
    on = "fid/traffic-selector",
    each = true,
    about = "fid",
    broken = function(m, e, v) return (v.format == 2) and (v.reserved ~= nil and v.reserved ~= 0) end,
  },
  {
    id = "rfc6088/3.2/flags-reserved",
    filter = "pmip6.expert.rfc6088.3.2.flags-reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.2",
    sentence = "IPv6 Traffic Selector: reserved flags are 0.",
    on = "fid/traffic-selector",
    each = true,
    about = "fid",
    broken = function(m, e, v) return (v.format == 2) and (v.reserved_flags ~= nil and v.reserved_flags ~= 0) end,
  },
  {
    id = "rfc6088/3.2/at-most-one",
    filter = "pmip6.expert.rfc6088.3.2.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.2",
    sentence = "IPv6 Traffic Selector: at most 1 in an option.",
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return #(e.parts["traffic-selector"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6089/4.2/length",
    filter = "pmip6.expert.rfc6089.4.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6089 4.2",
    sentence = "Flow Identification: the length fits the format.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/4.2/reserved",
    filter = "pmip6.expert.rfc6089.4.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2",
    sentence = "Flow Identification: reserved bits are 0.",
    dialect = "rfc6089",
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc6089/4.2/alignment",
    filter = "pmip6.expert.rfc6089.4.2.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2",
    sentence = "Flow Identification: aligned at 2n.",
    dialect = "rfc6089",
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return e.offset % 2 ~= 0 end,
  },
  {
    id = "rfc6089/4.2.1/sub-option-past-end",
    filter = "pmip6.expert.rfc6089.4.2.1.sub-option-past-end",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6089 4.2.1",
    sentence = "A sub-option ends within its option.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/4.2.1/unknown-sub-option",
    filter = "pmip6.expert.rfc6089.4.2.1.unknown-sub-option",
    level = "note",
    group = "UNDECODED",
    clause = "RFC 6089 4.2.1",
    sentence = "Type and format of the sub-option are known.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/4.2.1.3/length",
    filter = "pmip6.expert.rfc6089.4.2.1.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6089 4.2.1.3",
    sentence = "Binding Reference: the length fits the format.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/4.2.1.3/at-most-one",
    filter = "pmip6.expert.rfc6089.4.2.1.3.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.1.3",
    sentence = "Binding Reference: at most 1 in an option.",
    dialect = "rfc6089",
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return #(e.parts["binding-reference"] or NOTHING) > 1 end,
  },
  {
    id = "muho/4.1/length",
    filter = "pmip6.expert.muho.4.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "Multihoming: the length fits the format.",
  },
  {
    id = "muho/4.1/rfu",
    filter = "pmip6.expert.muho.4.1.rfu",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "Multihoming: reserved bits are 0.",
    on = "multihoming",
    each = true,
    about = "multihoming",
    broken = function(m, e, v) return v.rfu ~= nil and v.rfu ~= 0 end,
  },
  {
    id = "muho/4.1/at-most-one",
    filter = "pmip6.expert.muho.4.1.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "Multihoming: at most 1 in a message.",
    on = "multihoming",
    about = "multihoming",
    broken = function(m) return #(m.named.multihoming or NOTHING) > 1 end,
  },
  {
    id = "muho/4.1/act-outside-hi4",
    filter = "pmip6.expert.muho.4.1.act-outside-hi4",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "ACT is set only in a PBU whose handoff indicator is 4.",
    messages = { pbu = true },
    on = "hi",
    about = "multihoming",
    broken = function(m) return (((m.named.hi or NOTHING)[1] ~= nil) and (values_of(m.named.multihoming).act ~= nil and values_of(m.named.multihoming).act ~= 0)) and (values_of(m.named.hi).hi ~= nil and values_of(m.named.hi).hi ~= 4) end,
  },
  {
    id = "muho/4.1/act-in-pba",
    filter = "pmip6.expert.muho.4.1.act-in-pba",
    level = "note",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "ACT is set by the MAG alone: 0 in a PBA.",
    messages = { pba = true },
    on = "multihoming",
    about = "multihoming",
    broken = function(m) return values_of(m.named.multihoming).act ~= nil and values_of(m.named.multihoming).act ~= 0 end,
  },
  {
    id = "muho/4.1/act-undefined",
    filter = "pmip6.expert.muho.4.1.act-undefined",
    level = "warning",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "ACT is 0, 1 (remove) or 2 (keep).",
    messages = { pbu = true },
    on = "multihoming",
    about = "multihoming",
    broken = function(m) return values_of(m.named.multihoming).act ~= nil and values_of(m.named.multihoming).act > 2 end,
  },
  {
    id = "muho/4.1/mhgid",
    filter = "pmip6.expert.muho.4.1.mhgid",
    level = "warning",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "Only multihoming group 0 is defined.",
    on = "multihoming",
    about = "multihoming",
    broken = function(m) return values_of(m.named.multihoming).mhgid ~= nil and values_of(m.named.multihoming).mhgid ~= 0 end,
  },
  {
    id = "rfc5213/6.9.1.5/a-flag",
    filter = "pmip6.expert.rfc5213.6.9.1.5.a-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.5",
    sentence = "A Proxy Binding Update asks for an acknowledgement (A flag).",
    messages = { pbu = true },
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= 32768 end,
  },
  {
    id = "rfc5213/8.1/p-flag",
    filter = "pmip6.expert.rfc5213.8.1.p-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.1",
    sentence = "A Binding Update with options of a proxy registration has the P flag.",
    messages = { ["binding-update"] = true },
    broken = function(m) return ((m.named.hnp or NOTHING)[1] ~= nil) or ((m.named.hi or NOTHING)[1] ~= nil) or ((m.named.att or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5213/8.2/p-flag",
    filter = "pmip6.expert.rfc5213.8.2.p-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "A Binding Acknowledgement with options of a proxy registration has the P flag.",
    messages = { ["binding-ack"] = true },
    broken = function(m) return ((m.named.hnp or NOTHING)[1] ~= nil) or ((m.named.hi or NOTHING)[1] ~= nil) or ((m.named.att or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5213/8.1/mn-id",
    filter = "pmip6.expert.rfc5213.8.1.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.1",
    sentence = "A Proxy Binding Update carries the Mobile Node Identifier option.",
    messages = { pbu = true },
    about = "mn-id",
    broken = function(m) return (m.named["mn-id"] or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5213/8.1/hnp",
    filter = "pmip6.expert.rfc5213.8.1.hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.1",
    sentence = "A Proxy Binding Update carries the Home Network Prefix option.",
    messages = { pbu = true },
    about = "hnp",
    broken = function(m) return ((m.named.hnp or NOTHING)[1] == nil) and ((m.named["option-36"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/8.1/hi",
    filter = "pmip6.expert.rfc5213.8.1.hi",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.1",
    sentence = "A Proxy Binding Update carries the Handoff Indicator option.",
    messages = { pbu = true },
    about = "hi",
    broken = function(m) return (m.named.hi or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5213/8.1/att",
    filter = "pmip6.expert.rfc5213.8.1.att",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.1",
    sentence = "A Proxy Binding Update carries the Access Technology Type option.",
    messages = { pbu = true },
    about = "att",
    broken = function(m) return (m.named.att or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5213/8.2/mn-id",
    filter = "pmip6.expert.rfc5213.8.2.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "A Proxy Binding Acknowledgement carries the Mobile Node Identifier option.",
    messages = { pba = true },
    about = "mn-id",
    broken = function(m) return (m.named["mn-id"] or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5213/8.2/hnp",
    filter = "pmip6.expert.rfc5213.8.2.hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "A Proxy Binding Acknowledgement carries the Home Network Prefix option.",
    messages = { pba = true },
    about = "hnp",
    broken = function(m) return ((m.named.hnp or NOTHING)[1] == nil) and ((m.named["option-37"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/8.2/hi",
    filter = "pmip6.expert.rfc5213.8.2.hi",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "A Proxy Binding Acknowledgement carries the Handoff Indicator option.",
    messages = { pba = true },
    about = "hi",
    broken = function(m) return (m.named.hi or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5213/8.2/att",
    filter = "pmip6.expert.rfc5213.8.2.att",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "A Proxy Binding Acknowledgement carries the Access Technology Type option.",
    messages = { pba = true },
    about = "att",
    broken = function(m) return (m.named.att or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5213/6.9.1.1/all-zero-hnp-alone",
    filter = "pmip6.expert.rfc5213.6.9.1.1.all-zero-hnp-alone",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.1",
    sentence = "A Home Network Prefix of ALL_ZERO is the only one in its Proxy Binding Update.",
    messages = { pbu = true },
    on = "hnp",
    each = true,
    about = "hnp",
    broken = function(m, e, v) return (v["home_network_prefix.address"] == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000") and (#(m.named.hnp or NOTHING) > 1) end,
  },
  {
    id = "rfc5213/6.9.1.1/hi-reserved",
    filter = "pmip6.expert.rfc5213.6.9.1.1.hi-reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.1",
    sentence = "The handoff indicator of a Proxy Binding Update is not 0.",
    messages = { pbu = true },
    on = "hi",
    about = "hi",
    broken = function(m) return values_of(m.named.hi).hi == 0 end,
  },
  {
    id = "rfc5213/6.9.1.1/hi-undefined",
    filter = "pmip6.expert.rfc5213.6.9.1.1.hi-undefined",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.1",
    sentence = "The handoff indicator is one that is assigned.",
    messages = { pbu = true },
    on = "hi",
    about = "hi",
    broken = function(m) return values_of(m.named.hi).hi ~= nil and values_of(m.named.hi).hi > 6 end,
  },
  {
    id = "rfc5213/6.9.1.1/att-reserved",
    filter = "pmip6.expert.rfc5213.6.9.1.1.att-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.1",
    sentence = "The access technology type of an attached interface is not 0.",
    messages = { pbu = true },
    on = "att",
    about = "att",
    broken = function(m) return values_of(m.named.att).att == 0 end,
  },
  {
    id = "rfc5213/6.9.1.1/att-undefined",
    filter = "pmip6.expert.rfc5213.6.9.1.1.att-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.1",
    sentence = "The access technology type is one that is assigned.",
    messages = { pbu = true },
    on = "att",
    about = "att",
    broken = function(m) return values_of(m.named.att).att ~= nil and values_of(m.named.att).att > 13 end,
  },
  {
    id = "rfc5213/6.9.1.1/ll-id-all-zero",
    filter = "pmip6.expert.rfc5213.6.9.1.1.ll-id-all-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.1",
    sentence = "A link-layer identifier of ALL_ZERO is left out.",
    messages = { pbu = true },
    on = "ll-id",
    about = "ll-id",
    broken = function(m) return (values_of(m.named["ll-id"]).link_layer_identifier == "\000\000\000\000\000\000") or (values_of(m.named["ll-id"]).link_layer_identifier == "\000\000\000\000\000\000\000\000") end,
  },
  {
    id = "rfc5213/6.9.1.3/hnp",
    filter = "pmip6.expert.rfc5213.6.9.1.3.hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.3",
    sentence = "A re-registration (HI=5) names the prefixes of its session.",
    messages = { pbu = true },
    on = "hi",
    about = "hnp",
    broken = function(m) return (values_of(m.named.hi).hi == 5) and (culprits(m, (m.named.hnp or NOTHING), function(e, v) return v["home_network_prefix.address"] == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000" end)) end,
  },
  {
    id = "rfc5213/6.9.1.4/hi",
    filter = "pmip6.expert.rfc5213.6.9.1.4.hi",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.4",
    sentence = "The handoff indicator of a de-registration is 4.",
    messages = { pbu = true },
    on = "hi",
    about = "hi",
    broken = function(m) return (m.v.lifetime == 0) and (values_of(m.named.hi).hi ~= nil and values_of(m.named.hi).hi ~= 4) end,
  },
  {
    id = "rfc5213/6.9.1.4/hnp",
    filter = "pmip6.expert.rfc5213.6.9.1.4.hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 6.9.1.4",
    sentence = "A de-registration names the prefixes of its session.",
    messages = { pbu = true },
    on = "hnp",
    about = "hnp",
    broken = function(m) return (m.v.lifetime == 0) and (culprits(m, (m.named.hnp or NOTHING), function(e, v) return v["home_network_prefix.address"] == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000" end)) end,
  },
  {
    id = "rfc5213/5.3.6/hnp-all-zero",
    filter = "pmip6.expert.rfc5213.5.3.6.hnp-all-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "An accepting Proxy Binding Acknowledgement assigns real prefixes.",
    messages = { pba = true },
    on = "hnp",
    about = "hnp",
    broken = function(m) return (m.v.status ~= nil and m.v.status < 128) and (culprits(m, (m.named.hnp or NOTHING), function(e, v) return v["home_network_prefix.address"] == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000" end)) end,
  },
  {
    id = "rfc5213/5.3.1/empty-mn-id",
    filter = "pmip6.expert.rfc5213.5.3.1.empty-mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "An acknowledgement with status 160 has an empty identifier.",
    messages = { pba = true },
    on = "mn-id",
    about = "mn-id",
    broken = function(m) return (m.v.status == 160) and (values_of(m.named["mn-id"]).identifier ~= nil and #values_of(m.named["mn-id"]).identifier ~= 0) end,
  },
  {
    id = "rfc4283/3/empty",
    filter = "pmip6.expert.rfc4283.3.empty",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4283 3",
    sentence = "A mobile node identifier is not empty.",
    messages = { pbu = true },
    on = "mn-id",
    about = "mn-id",
    broken = function(m) return values_of(m.named["mn-id"]).identifier ~= nil and #values_of(m.named["mn-id"]).identifier <= 0 end,
  },
  {
    id = "rfc6275/6.1.8/status-undefined",
    filter = "pmip6.expert.rfc6275.6.1.8.status-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.8",
    sentence = "The status is one that is assigned.",
    messages = { ["binding-ack"] = true, pba = true },
    broken = function(m) return (m.v.status ~= nil and not ((m.v.status >= 0 and m.v.status <= 6) or (m.v.status >= 128 and m.v.status <= 180))) and (m.v.status ~= nil and m.v.status ~= set.status_mh_not_supported) and (m.v.status ~= nil and m.v.status ~= set.status_reinstantiation_not_supported) end,
  },
  {
    id = "rfc6275/10.3.1/refresh-interval",
    filter = "pmip6.expert.rfc6275.10.3.1.refresh-interval",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 10.3.1",
    sentence = "A refresh interval is less than the lifetime granted.",
    messages = { ["binding-ack"] = true, pba = true },
    on = "binding-refresh-advice",
    about = "binding-refresh-advice",
    broken = function(m) return (m.v.status ~= nil and m.v.status < 128) and (values_of(m.named["binding-refresh-advice"]).refresh_interval ~= nil and m.v.lifetime ~= nil and values_of(m.named["binding-refresh-advice"]).refresh_interval >= m.v.lifetime) end,
  },
  {
    id = "rfc6275/6.2.4/misplaced",
    filter = "pmip6.expert.rfc6275.6.2.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.4",
    sentence = "Binding Refresh Advice: stands in a message that may carry it.",
    messages = { pbu = true, ["binding-update"] = true, ["binding-error"] = true },
    on = "binding-refresh-advice",
    about = "binding-refresh-advice",
    broken = function(m) return true end,
  },
  {
    id = "rfc6275/6.2.5/misplaced",
    filter = "pmip6.expert.rfc6275.6.2.5.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.5",
    sentence = "Alternate Care-of Address: stands in a message that may carry it.",
    messages = { pba = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "alt-coa",
    about = "alt-coa",
    broken = function(m) return true end,
  },
  {
    id = "rfc5149/3/misplaced",
    filter = "pmip6.expert.rfc5149.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5149 3",
    sentence = "Service Selection: stands in a message that may carry it.",
    messages = { pba = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "service-selection",
    about = "service-selection",
    broken = function(m) return true end,
  },
  {
    id = "rfc5213/8.3/misplaced",
    filter = "pmip6.expert.rfc5213.8.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5213 8.3",
    sentence = "Home Network Prefix: stands in a message that may carry it.",
    messages = { ["binding-update"] = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "hnp",
    about = "hnp",
    broken = function(m) return true end,
  },
  {
    id = "rfc5213/8.4/misplaced",
    filter = "pmip6.expert.rfc5213.8.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5213 8.4",
    sentence = "Handoff Indicator: stands in a message that may carry it.",
    messages = { ["binding-update"] = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "hi",
    about = "hi",
    broken = function(m) return true end,
  },
  {
    id = "rfc5213/8.5/misplaced",
    filter = "pmip6.expert.rfc5213.8.5.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5213 8.5",
    sentence = "Access Technology Type: stands in a message that may carry it.",
    messages = { ["binding-update"] = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "att",
    about = "att",
    broken = function(m) return true end,
  },
  {
    id = "rfc5213/8.6/misplaced",
    filter = "pmip6.expert.rfc5213.8.6.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5213 8.6",
    sentence = "Mobile Node Link-layer Identifier: stands in a message that may carry it.",
    messages = { ["binding-update"] = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "ll-id",
    about = "ll-id",
    broken = function(m) return true end,
  },
  {
    id = "rfc5213/8.7/misplaced",
    filter = "pmip6.expert.rfc5213.8.7.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5213 8.7",
    sentence = "Link-local Address: stands in a message that may carry it.",
    messages = { ["binding-update"] = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "link-local",
    about = "link-local",
    broken = function(m) return true end,
  },
  {
    id = "rfc5213/8.8/misplaced",
    filter = "pmip6.expert.rfc5213.8.8.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5213 8.8",
    sentence = "Timestamp: stands in a message that may carry it.",
    messages = { ["binding-update"] = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "timestamp",
    about = "timestamp",
    broken = function(m) return true end,
  },
  {
    id = "rfc5648/4.3/misplaced",
    filter = "pmip6.expert.rfc5648.4.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5648 4.3",
    sentence = "Binding Identifier: stands in a message that may carry it.",
    messages = { ["binding-error"] = true },
    on = "bid",
    about = "bid",
    broken = function(m) return true end,
  },
  {
    id = "rfc6089/4.2.2/misplaced",
    filter = "pmip6.expert.rfc6089.4.2.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.2",
    sentence = "Flow Summary: stands in a message that may carry it.",
    messages = { pba = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "flow-summary",
    about = "flow-summary",
    broken = function(m) return true end,
  },
  {
    id = "mext/4.2/misplaced",
    filter = "pmip6.expert.mext.4.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "Flow Identification: stands in a message that may carry it.",
    dialect = "mext",
    messages = { ["binding-error"] = true },
    on = "fid",
    about = "fid",
    broken = function(m) return true end,
  },
  {
    id = "rfc6089/4.2/misplaced",
    filter = "pmip6.expert.rfc6089.4.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2",
    sentence = "Flow Identification: stands in a message that may carry it.",
    dialect = "rfc6089",
    messages = { ["binding-error"] = true },
    on = "fid",
    about = "fid",
    broken = function(m) return true end,
  },
  {
    id = "muho/4.1/misplaced",
    filter = "pmip6.expert.muho.4.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "Multihoming: stands in a message that may carry it.",
    messages = { ["binding-update"] = true, ["binding-ack"] = true, ["binding-error"] = true },
    on = "multihoming",
    about = "multihoming",
    broken = function(m) return true end,
  },
  {
    id = "muho/1/one-hnp",
    filter = "pmip6.expert.muho.1.one-hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 1",
    sentence = "A multihomed session has a single home network prefix.",
    messages = { pbu = true, pba = true },
    on = "multihoming",
    about = "hnp",
    broken = function(m) return #(m.named.hnp or NOTHING) > 1 end,
  },
  {
    id = "muho/4.1/act-without-removal",
    filter = "pmip6.expert.muho.4.1.act-without-removal",
    level = "warning",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "ACT is set only when the interface is removed (lifetime 0).",
    messages = { pbu = true },
    on = "multihoming",
    about = "multihoming",
    broken = function(m) return ((values_of(m.named.multihoming).act ~= nil and values_of(m.named.multihoming).act ~= 0) and (values_of(m.named.hi).hi == 4)) and (m.v.lifetime ~= nil and m.v.lifetime ~= 0) end,
  },
  {
    id = "muho/5/fid-without-option",
    filter = "pmip6.expert.muho.5.fid-without-option",
    level = "note",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 5",
    sentence = "A Proxy Binding Update with FID options has a Multihoming option.",
    messages = { pbu = true },
    on = "fid",
    about = "fid",
    broken = function(m) return (m.named.multihoming or NOTHING)[1] == nil end,
  },
  {
    id = "muho/4.2/pro-from-mag",
    filter = "pmip6.expert.muho.4.2.pro-from-mag",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.2",
    sentence = "Only the LMA says that a flow is re-instantiated (PRO=2).",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return v.pro == 2 end,
  },
  {
    id = "muho/4.2/fid-accepted-in-rejection",
    filter = "pmip6.expert.muho.4.2.fid-accepted-in-rejection",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.2",
    sentence = "A FID option in a rejecting acknowledgement is refused too.",
    messages = { pba = true, ["binding-ack"] = true },
    on = "fid",
    about = "fid",
    broken = function(m) return (m.v.status ~= nil and m.v.status >= 128) and (culprits(m, (m.named.fid or NOTHING), function(e, v) return v.status ~= nil and v.status < 128 end)) end,
  },
  {
    id = "mext/4.2/pro-undefined",
    filter = "pmip6.expert.mext.4.2.pro-undefined",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "PRO is 0 (add), 1 (modify) or 2 (re-instantiated), or as configured.",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return (v.pro ~= nil and v.pro > 2) and (v.pro ~= nil and v.pro ~= set.pro_delete) end,
  },
  {
    id = "mext/4.2/action-undefined",
    filter = "pmip6.expert.mext.4.2.action-undefined",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "Action is 1 (forward), 2 (discard) or 3 (n-cast).",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return (v.pro ~= nil and v.pro ~= set.pro_delete) and (v.action ~= nil and not ((v.action >= 1 and v.action <= 3))) end,
  },
  {
    id = "mext/4.2/forward-bids",
    filter = "pmip6.expert.mext.4.2.forward-bids",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "Forward names exactly one BID where it names any.",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return ((v.action == 1) and ((e.parts["binding-reference"] or NOTHING)[1] ~= nil)) and (values_of(e.parts["binding-reference"]).bid ~= nil and #values_of(e.parts["binding-reference"]).bid ~= 1) end,
  },
  {
    id = "mext/4.2/n-cast-bids",
    filter = "pmip6.expert.mext.4.2.n-cast-bids",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "N-cast names at least one BID where it has a Binding Reference.",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return ((v.action == 3) and ((e.parts["binding-reference"] or NOTHING)[1] ~= nil)) and (values_of(e.parts["binding-reference"]).bid ~= nil and #values_of(e.parts["binding-reference"]).bid < 1) end,
  },
  {
    id = "mext/5.2.2.1/discard-bids",
    filter = "pmip6.expert.mext.5.2.2.1.discard-bids",
    level = "warning",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.2.2.1",
    sentence = "Discard names no BID.",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return (v.action == 2) and ((e.parts["binding-reference"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "mext/5.2/status-in-request",
    filter = "pmip6.expert.mext.5.2.status-in-request",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.2",
    sentence = "The status of a FID option in a request is 0.",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return v.status ~= nil and v.status ~= 0 end,
  },
  {
    id = "mext/5.2/fid-twice",
    filter = "pmip6.expert.mext.5.2.fid-twice",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.2",
    sentence = "A FID stands at most once in a request.",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    about = "fid",
    broken = function(m) return not unique((m.named.fid or NOTHING), "fid") end,
  },
  {
    id = "mext/5.3.5/fid-twice",
    filter = "pmip6.expert.mext.5.3.5.fid-twice",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.3.5",
    sentence = "A FID stands at most once in an acknowledgement.",
    dialect = "mext",
    messages = { pba = true, ["binding-ack"] = true },
    on = "fid",
    about = "fid",
    broken = function(m) return not unique((m.named.fid or NOTHING), "fid") end,
  },
  {
    id = "mext/5.2/one-summary",
    filter = "pmip6.expert.mext.5.2.one-summary",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.2",
    sentence = "A request has at most one Flow Summary option.",
    dialect = "mext",
    messages = { pbu = true, ["binding-update"] = true },
    on = "flow-summary",
    about = "flow-summary",
    broken = function(m) return #(m.named["flow-summary"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6089/4.2/fid-zero",
    filter = "pmip6.expert.rfc6089.4.2.fid-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2",
    sentence = "FID 0 is reserved.",
    dialect = "rfc6089",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return v.fid == 0 end,
  },
  {
    id = "rfc6089/4.2/pri-zero",
    filter = "pmip6.expert.rfc6089.4.2.pri-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2",
    sentence = "FID-PRI 0 is reserved.",
    dialect = "rfc6089",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return v.pri == 0 end,
  },
  {
    id = "rfc6089/4.2/pri-twice",
    filter = "pmip6.expert.rfc6089.4.2.pri-twice",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2",
    sentence = "FID-PRI is unique for a mobile node.",
    dialect = "rfc6089",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    about = "fid",
    broken = function(m) return not unique((m.named.fid or NOTHING), "pri") end,
  },
  {
    id = "rfc6089/5.3.2/fid-twice",
    filter = "pmip6.expert.rfc6089.5.3.2.fid-twice",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 5.3.2",
    sentence = "A FID stands at most once in a request.",
    dialect = "rfc6089",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    about = "fid",
    broken = function(m) return not unique((m.named.fid or NOTHING), "fid") end,
  },
  {
    id = "rfc6089/5.2.2.1/status-in-request",
    filter = "pmip6.expert.rfc6089.5.2.2.1.status-in-request",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 5.2.2.1",
    sentence = "The status of a FID option in a request is 0.",
    dialect = "rfc6089",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid",
    each = true,
    about = "fid",
    broken = function(m, e, v) return v.status ~= nil and v.status ~= 0 end,
  },
  {
    id = "rfc6089/4.1/bid-pri-zero",
    filter = "pmip6.expert.rfc6089.4.1.bid-pri-zero",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6089 4.1",
    sentence = "BID-PRI 0 is reserved.",
    dialect = "rfc6089",
    messages = { pbu = true, ["binding-update"] = true },
    on = "bid",
    each = true,
    about = "bid",
    broken = function(m, e, v) return v.bid_pri == 0 end,
  },
  {
    id = "rfc5648/4.3/bid-zero",
    filter = "pmip6.expert.rfc5648.4.3.bid-zero",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5648 4.3",
    sentence = "BID 0 is reserved.",
    on = "bid",
    each = true,
    about = "bid",
    broken = function(m, e, v) return v.bid == 0 end,
  },
  {
    id = "rfc5648/4.3/bid-twice",
    filter = "pmip6.expert.rfc5648.4.3.bid-twice",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5648 4.3",
    sentence = "A BID stands at most once in a request.",
    messages = { pbu = true, ["binding-update"] = true },
    on = "bid",
    about = "bid",
    broken = function(m) return not unique((m.named.bid or NOTHING), "bid") end,
  },
  {
    id = "rfc5648/4.3/h-in-ack",
    filter = "pmip6.expert.rfc5648.4.3.h-in-ack",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5648 4.3",
    sentence = "The H flag of a BID is set in a request only.",
    messages = { pba = true, ["binding-ack"] = true },
    on = "bid",
    each = true,
    about = "bid",
    broken = function(m, e, v) return v.h ~= nil and v.h ~= 0 end,
  },
  {
    id = "rfc5648/4.3/care-of-address-in-ack",
    filter = "pmip6.expert.rfc5648.4.3.care-of-address-in-ack",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5648 4.3",
    sentence = "A BID option carries a care-of address in a request only.",
    messages = { pba = true, ["binding-ack"] = true },
    on = "bid",
    each = true,
    about = "bid",
    broken = function(m, e, v) return v.care_of_address ~= nil and #v.care_of_address ~= 0 end,
  },
  {
    id = "rfc6088/3.1/range",
    filter = "pmip6.expert.rfc6088.3.1.range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.1",
    sentence = "A range of a traffic selector ends at or after its start.",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid/traffic-selector",
    each = true,
    about = "fid",
    broken = function(m, e, v) return ((v.format == 1) and (v.spi_end ~= nil and v.spi ~= nil and v.spi_end < v.spi)) or ((v.format == 1) and (v.src_port_end ~= nil and v.src_port ~= nil and v.src_port_end < v.src_port)) or ((v.format == 1) and (v.dst_port_end ~= nil and v.dst_port ~= nil and v.dst_port_end < v.dst_port)) or ((v.format == 1) and (v.dscp_end ~= nil and v.dscp ~= nil and v.dscp_end < v.dscp)) or ((v.format == 1) and (v.proto_end ~= nil and v.proto ~= nil and v.proto_end < v.proto)) end,
  },
  {
    id = "rfc6088/3.2/range",
    filter = "pmip6.expert.rfc6088.3.2.range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3.2",
    sentence = "A range of a traffic selector ends at or after its start.",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid/traffic-selector",
    each = true,
    about = "fid",
    broken = function(m, e, v) return ((v.format == 2) and (v.flow_label_end ~= nil and v.flow_label ~= nil and v.flow_label_end < v.flow_label)) or ((v.format == 2) and (v.spi_end ~= nil and v.spi ~= nil and v.spi_end < v.spi)) or ((v.format == 2) and (v.src_port_end ~= nil and v.src_port ~= nil and v.src_port_end < v.src_port)) or ((v.format == 2) and (v.dst_port_end ~= nil and v.dst_port ~= nil and v.dst_port_end < v.dst_port)) or ((v.format == 2) and (v.dscp_end ~= nil and v.dscp ~= nil and v.dscp_end < v.dscp)) or ((v.format == 2) and (v.proto_end ~= nil and v.proto ~= nil and v.proto_end < v.proto)) end,
  },
  {
    id = "rfc6088/3.2/flow-label",
    filter = "pmip6.expert.rfc6088.3.2.flow-label",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6088 3.2",
    sentence = "A flow label has 20 bits; those above do not count.",
    messages = { pbu = true, ["binding-update"] = true },
    on = "fid/traffic-selector",
    each = true,
    about = "fid",
    broken = function(m, e, v) return ((v.format == 2) and (v.flow_label ~= nil and v.flow_label > 1048575)) or ((v.format == 2) and (v.flow_label_end ~= nil and v.flow_label_end > 1048575)) end,
  },
}

-- ---------------------------------------------------------------------------------------------------- reader

-- From octets to elements, as the codec does it: every option is cut to its own length before it is looked into,
-- and what is left over or missing is a finding on that option. Nothing here touches Wireshark.
--
-- An element (option or sub-option) has: type, length (its octet), offset (from the start of the Mobility Header),
-- at and stop (positions in the string, stop behind its end), entry (its description, nil when unknown or misfit),
-- v (values by field), subs (sub-options), parts (those by name), trailing (position of what its format leaves over).

local byte, sub = string.byte, string.sub
local NO_PARTS = {}

local option_of = {} -- type -> description, under the code points in force
local suboption_of = {} -- space -> number -> { [format or 0] = description }
local suboption_names = {} -- space -> number -> name
local units_type -- the option whose length counts units of 8 octets

local function number_of(entry)
  local number = entry.number
  if type(number) == "string" then return set[number], true end
  return number, false
end

-- Fill the tables above from the code points.
local function number_options()
  option_of, suboption_of, units_type = {}, {}, nil
  for _, chosen in ipairs({ false, true }) do -- a code point wins over a registered number
    for _, entry in ipairs(description.options) do
      local number, is_chosen = number_of(entry)
      if number and is_chosen == chosen and (entry.dialect == nil or entry.dialect == set.dialect) then
        option_of[number] = entry
        if entry.units and set.fid_length_unit == "units-of-8" then units_type = number end
      end
    end
  end
  for key, space in pairs(description.spaces) do
    local numbers, names = {}, {}
    for _, entry in ipairs(space.entries) do
      local number = number_of(entry)
      names[number] = entry.name
      numbers[number] = numbers[number] or {}
      numbers[number][entry.when or 0] = entry
      if entry.when then numbers[number].by_format = true end
    end
    suboption_of[key], suboption_names[key] = numbers, names
  end
end

local function found(m, id, element, text)
  m.findings[#m.findings + 1] = { id = id, element = element, text = text }
end

local function uint(s, at, octets)
  local a, b, c, d = byte(s, at, at + octets - 1)
  if octets == 1 then return a end
  if octets == 2 then return a * 256 + b end
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local read = {}

-- Read fields from position `at` up to before `stop`; the position behind them, or nil when octets are missing.
local function read_fields(fields, m, element, s, at, stop)
  for i = 1, #fields do
    local field = fields[i]
    at = field.read(field, m, element, s, at, stop)
    if at == nil then return nil end
  end
  return at
end

function read.uint(field, m, element, s, at, stop)
  local octets = field.octets
  local behind = at + octets
  if behind > stop then return nil end
  if octets == 1 then
    element.v[field.name] = byte(s, at)
  elseif octets == 2 then
    local a, b = byte(s, at, at + 1)
    element.v[field.name] = a * 256 + b
  else
    element.v[field.name] = uint(s, at, octets)
  end
  return behind
end

read.flags = read.uint

function read.bits(field, m, element, s, at, stop)
  local behind = at + field.octets
  if behind > stop then return nil end
  local whole = uint(s, at, field.octets)
  local v = element.v
  for _, part in ipairs(field.parts) do
    v[part.name] = math.floor(whole / part.weight) % part.count
  end
  return behind
end

function read.address(field, m, element, s, at, stop)
  if at + 16 > stop then return nil end
  element.v[field.name] = sub(s, at, at + 15)
  return at + 16
end

function read.prefix(field, m, element, s, at, stop)
  if at + 17 > stop then return nil end
  element.v[field.length_key] = byte(s, at)
  element.v[field.address_key] = sub(s, at + 1, at + 16)
  return at + 17
end

function read.time48(field, m, element, s, at, stop)
  if at + 8 > stop then return nil end
  -- Rounded above 2^53: good enough to compare with.
  element.v[field.name] = uint(s, at, 4) * 4294967296 + uint(s, at + 4, 4)
  return at + 8
end

function read.rest(field, m, element, s, at, stop)
  if field.minimum and stop - at < field.minimum then return nil end
  element.v[field.name] = sub(s, at, stop - 1)
  return stop
end

function read.address_rest(field, m, element, s, at, stop)
  local best
  for _, octets in ipairs(field.sizes) do
    if at + octets <= stop then best = octets end
  end
  if best == nil then return nil end
  element.v[field.name] = sub(s, at, at + best - 1)
  return at + best
end

function read.numbers(field, m, element, s, at, stop)
  local list = {}
  while at + field.octets <= stop do
    list[#list + 1] = uint(s, at, field.octets)
    at = at + field.octets
  end
  element.v[field.name] = list
  return at
end

function read.flagged(field, m, element, s, at, stop)
  if at + 4 > stop then return nil end
  local word, v = uint(s, at, 4), element.v
  v[field.name] = bits(word, field.reserved_mask)
  at = at + 4
  for _, part in ipairs(field.parts) do
    if bit.band(word, part.flag) ~= 0 then
      if at + part.octets > stop then return nil end
      if part.kind == "address" then
        v[part.name] = sub(s, at, at + part.octets - 1)
      else
        v[part.name] = uint(s, at, part.octets)
      end
      at = at + part.octets
    end
  end
  return at
end

-- One sub-option that has its octets: its description and values, or the finding that it has none.
local function read_suboption(space, m, element, s, at, stop)
  local numbers = suboption_of[space.key][element.type]
  local format = numbers and numbers.by_format and at < stop and byte(s, at) or 0
  local entry = numbers and numbers[format]
  if entry == nil then
    local text = "sub-option " .. element.type .. " is unknown"
    if format ~= 0 then text = "format " .. format .. " of sub-option " .. element.type .. " is unknown" end
    found(m, space.unknown, element, text)
    return
  end
  element.v = {}
  local behind = read_fields(entry.fields, m, element, s, at, stop)
  if behind ~= stop then
    found(m, entry.length_rule, element, entry.title .. ": its " .. stop - at .. " octets do not fit its format")
    if behind == nil then
      element.v = false
      return
    end
    element.trailing = behind
  end
  element.entry = entry
  local field = entry.start_rule and entry.fields[#entry.fields]
  for _, part in ipairs(field and field.parts or {}) do
    if part.start and element.v[part.name] and element.v[part.start] == nil then
      found(m, entry.start_rule, element, part.name .. " stands without " .. part.start)
    end
  end
end

function read.suboptions(field, m, element, s, at, stop)
  local space = description.spaces[field.space]
  local list, parts = {}, {}
  element.subs, element.parts = list, parts
  while at < stop do
    local kind = byte(s, at)
    local pad = suboption_of[field.space][kind]
    pad = pad and pad[0] and pad[0].pad
    local one = { type = kind, at = at, offset = at - m.start, pad = pad }
    if not pad then
      local name = suboption_names[field.space][kind] or "sub-option-" .. kind
      if parts[name] then parts[name][#parts[name] + 1] = one else parts[name] = { one } end
    end
    list[#list + 1] = one
    if kind == 0 and pad then
      one.stop = at + 1
    else
      local length = at + 1 < stop and byte(s, at + 1) or nil
      one.length = length
      one.stop = length and at + 2 + length - space.header or stop
      if length == nil or one.stop > stop or one.stop < at + 2 then
        local text = length and (" has length " .. length .. ", and " .. stop - at .. " octets are there")
        found(m, space.past_end, one, "sub-option " .. kind .. (text or " has no length octet"))
        one.stop = stop
      elseif not pad then
        read_suboption(space, m, one, s, at + 2, one.stop)
      end
    end
    at = one.stop
  end
  return at
end

-- The length counts units of 8 octets and zero octets fill the tail: try how many, and take what breaks least.
local function read_in_units(entry, m, element, s, at, stop)
  local best, best_broken
  for filled = math.min(7, stop - at - 6), 0, -1 do
    if not string.find(sub(s, stop - filled, stop - 1), "[^\0]") then
      local trial = { findings = {}, start = m.start }
      local one = { v = {} }
      local behind = read_fields(entry.fields, trial, one, s, at, stop - filled)
      local broken = 0
      for _, finding in ipairs(trial.findings) do
        if string.find(finding.id, "/sub-option-past-end", 1, true) then broken = broken + 1 end
      end
      if behind == stop - filled and (best == nil or broken < best_broken) then
        best, best_broken = { one = one, findings = trial.findings, behind = behind }, broken
      end
    end
  end
  if best == nil then return nil end
  element.v, element.subs, element.parts = best.one.v, best.one.subs, best.one.parts
  element.filled = best.behind < stop and best.behind or nil
  for _, finding in ipairs(best.findings) do m.findings[#m.findings + 1] = finding end
  return stop
end

-- One option whose octets are there, type and length read.
local function read_option(m, element, s)
  local kind, at, stop = element.type, element.at + 2, element.stop
  local entry = option_of[kind]
  if entry == nil then
    found(m, description.form["unknown-option"], element, "option " .. kind .. " is unknown")
    return
  end
  element.v = {}
  local behind
  if kind == units_type then
    behind = read_in_units(entry, m, element, s, at, stop)
  else
    behind = read_fields(entry.fields, m, element, s, at, stop)
  end
  if behind ~= stop then
    found(m, entry.length_rule, element, entry.title .. ": length " .. stop - at .. " does not fit its format")
    if behind == nil then
      element.v = false
      return
    end
    element.trailing = behind
  end
  element.entry = entry
end

-- Options by name: malformed ones count too, unknown ones are option-N.
local function name_option(m, element, entry)
  local name = entry and entry.name or "option-" .. element.type
  local list = m.named[name]
  if list then list[#list + 1] = element else m.named[name] = { element } end
  if element.parts == NO_PARTS then return end
  for part, subs in pairs(element.parts) do -- and `option/sub-option`
    local key = name .. "/" .. part
    local all = m.named[key] or {}
    for i = 1, #subs do all[#all + 1] = subs[i] end
    m.named[key] = all
  end
end

local function read_options(m, s, at, stop)
  while at < stop do
    local kind = byte(s, at)
    if kind == 0 then
      at = at + 1
    else
      local offset = at - m.start
      if at + 2 > stop then
        local element = { type = kind, at = at, offset = offset, stop = stop, parts = NO_PARTS }
        found(m, description.form["option-past-end"], element, "option " .. kind .. " has no length octet")
        name_option(m, element, option_of[kind])
        return
      end
      local length = byte(s, at + 1)
      local behind = at + 2 + length
      if kind == units_type then behind = at + 8 * length end
      if kind == 1 then
        local element = { type = kind, length = length, offset = offset, at = at, stop = stop, parts = NO_PARTS }
        if behind > stop then
          local text = "PadN has length " .. length .. ", and " .. stop - at - 2 .. " octets are there"
          found(m, description.form["option-past-end"], element, text)
        end
        local odd = string.find(s, "[^\0]", at + 2)
        if odd and odd < behind and odd < stop then
          found(m, description.form["padn-octets"], element, "PadN holds other octets than 0")
        end
      elseif behind > stop or behind < at + 2 then
        local element = { type = kind, length = length, offset = offset, at = at, stop = stop, parts = NO_PARTS }
        local text = "option " .. kind .. " has length " .. length .. ", and " .. stop - at - 2 .. " octets are there"
        found(m, description.form["option-past-end"], element, text)
        name_option(m, element, option_of[kind])
        return
      else
        local element = {
          type = kind, length = length, offset = offset, at = at, stop = behind, v = false, entry = false, parts = NO_PARTS,
        }
        m.at[offset] = element
        read_option(m, element, s)
        name_option(m, element, option_of[kind])
      end
      at = behind
    end
  end
end

local message_of = {}
for _, entry in ipairs(description.messages) do message_of[entry.number] = entry end

-- A whole Mobility Header. `total`: its octets on the wire, of which `s` may have only the first.
local function read_message(s, total)
  local m = { v = {}, named = {}, at = {}, findings = {}, culprits = {}, start = 1, size = #s }
  m.cut = #s < total
  local form = description.form
  if #s < 8 then
    m.type = byte(s, 3)
    if not m.cut then
      found(m, form["minimum-length"], nil, "a Mobility Header has at least 8 octets, and " .. #s .. " are there")
    end
    return m
  end
  local proto, units, kind, reserved, high, low = byte(s, 1, 6)
  m.type, m.checksum, m.stated = kind, high * 256 + low, 8 * units + 8
  if proto ~= 59 then found(m, form["payload-proto"], nil, "Payload Proto is " .. proto .. ", not 59") end
  if m.stated ~= total then
    found(m, form["header-length"], nil, "Header Len says " .. m.stated .. " octets, and " .. total .. " are there")
  end
  if reserved ~= 0 then
    found(m, form["reserved"], nil, string.format("the reserved octet is 0x%02x", reserved))
  end
  local stop = math.min(m.stated, #s) + 1
  local entry = message_of[kind]
  if entry == nil then
    m.name = "message-" .. kind
    found(m, form["unknown-type"], nil, "message type " .. kind .. " is unknown")
    return m
  end
  m.name, m.title = entry.name, entry.title
  local behind = read_fields(entry.fields, m, m, s, 7, stop)
  if behind == nil then
    m.v = {}
    if not m.cut then
      local text = entry.title .. " is longer than the " .. stop - 1 .. " octets that are there"
      found(m, form["minimum-length"], nil, text)
    end
    return m
  end
  m.entry = entry
  if entry.proxy and bit.band(m.v.flags, entry.proxy_mask) ~= 0 then
    m.name, m.title = entry.proxy.name, entry.proxy.title
  end
  m.options_at = behind
  read_options(m, s, behind, stop)
  return m
end

-- ---------------------------------------------------------------------------------------------------- fields

-- One ProtoField for each field of the description.

local fields = {} -- every ProtoField, to register
local by_key = {} -- a filter name may have several shapes (16 bits or 8); each stands once

local function protofield(make, filter, ...)
  local key = filter
  for i = 1, select("#", ...) do
    key = key .. "|" .. tostring((select(i, ...)))
  end
  local made = by_key[key]
  if made == nil then
    made = make(filter, ...)
    by_key[key] = made
    fields[#fields + 1] = made
  end
  return made
end

local UINT = { ProtoField.uint8, ProtoField.uint16, ProtoField.uint32, ProtoField.uint32 }

-- Names as Wireshark knows them from the start; a preference that changes one is shown by `named` below.
local function static_names(enum)
  if enum == nil then return nil end
  if enum.static == nil then
    enum.static = {}
    for number, name in pairs(enum.names) do enum.static[number] = name end
    for key, name in pairs(enum.chosen or {}) do
      local number = description.default[key]
      if number and number ~= 0 then enum.static[number] = name end
    end
  end
  return enum.static
end

local current_names = {} -- enumeration -> number -> name, under the code points in force

local function name_values()
  current_names = {}
  for _, enum in pairs(description.enums) do
    local names = {}
    for number, name in pairs(enum.names) do names[number] = name end
    for key, name in pairs(enum.chosen or {}) do
      if set[key] then names[set[key]] = name end
    end
    current_names[enum] = names
  end
end

local function declare_uint(field, octets)
  field.enum = field.enum and description.enums[field.enum]
  local display = field.reserved and base.HEX or base.DEC
  field.field = protofield(UINT[octets], field.filter, field.title, display, static_names(field.enum), field.mask)
end

local declare = {}

function declare.uint(field) declare_uint(field, field.octets) end

function declare.bits(field)
  for _, part in ipairs(field.parts) do declare_uint(part, field.octets) end
end

function declare.flags(field)
  field.field = protofield(UINT[field.octets], field.filter, field.title, base.HEX)
  for _, flag in ipairs(field.flags) do
    flag.field = protofield(ProtoField.bool, flag.filter, flag.title, 8 * field.octets, nil, flag.mask)
  end
end

function declare.address(field) field.field = protofield(ProtoField.ipv6, field.filter, field.title) end

function declare.prefix(field)
  field.length_key, field.address_key = field.name .. ".length", field.name .. ".address"
  field.field = protofield(ProtoField.ipv6, field.filter, field.title)
  field.length_field = protofield(ProtoField.uint8, field.length_filter, "Prefix length", base.DEC)
end

function declare.time48(field)
  field.field = protofield(ProtoField.uint64, field.filter, field.title, base.HEX)
  field.time_field = protofield(ProtoField.absolute_time, field.time_filter, "Time", base.UTC)
end

function declare.rest(field)
  if field.octets_filter then
    field.field = protofield(ProtoField.string, field.filter, field.title)
    field.octets_field = protofield(ProtoField.bytes, field.octets_filter, field.title .. ", octets")
  else
    field.field = protofield(ProtoField.bytes, field.filter, field.title)
  end
end

function declare.address_rest(field)
  field.field = protofield(ProtoField.ipv6, field.filter, field.title)
  field.field4 = protofield(ProtoField.ipv4, field.filter4, field.title .. " (IPv4)")
end

function declare.numbers(field) field.field = protofield(UINT[field.octets], field.filter, field.title, base.DEC) end

function declare.flagged(field)
  field.word_field = protofield(ProtoField.uint32, field.word_filter, "Flags", base.HEX)
  field.field = protofield(ProtoField.uint32, field.filter, field.title, base.HEX, nil, field.reserved_mask)
  for _, part in ipairs(field.parts) do
    if part.kind == "address" then
      part.field = protofield(part.octets == 4 and ProtoField.ipv4 or ProtoField.ipv6, part.filter, part.title)
    else
      part.field = protofield(UINT[part.octets], part.filter, part.title, base.DEC, nil, part.mask)
    end
  end
end

function declare.suboptions() end

local function declare_all(entries)
  for _, entry in ipairs(entries) do
    for _, field in ipairs(entry.fields or {}) do
      declare[field.kind](field)
      field.read = read[field.kind]
    end
  end
end

declare_all(description.messages)
declare_all(description.options)
for _, space in pairs(description.spaces) do declare_all(space.entries) end

local F = {
  option = ProtoField.none("pmip6.option", "Mobility option"),
  option_type = ProtoField.uint8("pmip6.option.type", "Type", base.DEC),
  option_length = ProtoField.uint8("pmip6.option.length", "Length", base.DEC),
  option_offset = ProtoField.uint16("pmip6.option.offset", "Offset in the Mobility Header", base.DEC),
  option_data = ProtoField.bytes("pmip6.option.data", "Data"),
  option_trailing = ProtoField.bytes("pmip6.option.trailing", "Octets that the format leaves over"),
  suboption = ProtoField.none("pmip6.suboption", "Sub-option"),
  suboption_type = ProtoField.uint8("pmip6.suboption.type", "Type", base.DEC),
  suboption_length = ProtoField.uint8("pmip6.suboption.length", "Length", base.DEC),
  suboption_data = ProtoField.bytes("pmip6.suboption.data", "Data"),
  suboption_trailing = ProtoField.bytes("pmip6.suboption.trailing", "Octets that the format leaves over"),
}
for _, field in pairs(F) do fields[#fields + 1] = field end

-- ---------------------------------------------------------------------------------------------------- tree

-- From elements to Wireshark's tree: values as text, and how each kind of field is shown.

-- Octets of the wire as text that every output can carry: valid UTF-8 stays, the rest and controls become \xNN.
local function clean(octets)
  if not string.find(octets, "[^\32-\126]") then return octets end
  local out, at, last = {}, 1, #octets
  while at <= last do
    local a, b, c, d = byte(octets, at, at + 3)
    local n
    if a >= 32 and a < 127 then
      n = 1
    elseif a >= 194 and a < 224 and b and b >= 128 and b < 192 and (a > 194 or b >= 160) then
      n = 2
    elseif a >= 224 and a < 240 and c and b >= 128 and b < 192 and c >= 128 and c < 192
      and (a ~= 224 or b >= 160) and (a ~= 237 or b < 160)
      and not (a == 226 and b == 128 and (c >= 168 and c <= 174)) then -- line ends and changes of direction
      n = 3
    elseif a >= 240 and a < 245 and d and b >= 128 and b < 192 and c >= 128 and c < 192 and d >= 128 and d < 192
      and (a ~= 240 or b >= 144) and (a ~= 244 or b < 144) then
      n = 4
    end
    out[#out + 1] = n and sub(octets, at, at + n - 1) or string.format("\\x%02x", a)
    at = at + (n or 1)
  end
  return table.concat(out)
end

local function hex(octets)
  return (string.gsub(octets, ".", function(c) return string.format("%02x", byte(c)) end))
end

-- RFC 5952; remembered, because few addresses come often.
local address_texts, address_count = {}, 0

local function ipv6_text(octets)
  local text = address_texts[octets]
  if text then return text end
  local words, best, best_size, run = {}, 0, 1, 0
  for i = 1, 8 do
    words[i] = uint(octets, 2 * i - 1, 2)
    run = words[i] == 0 and run + 1 or 0
    if run > best_size then best, best_size = i - run + 1, run end
  end
  local out = {}
  for i = 1, 8 do
    if best > 0 and i == best then
      out[#out + 1] = i == 1 and "::" or ":"
    elseif best == 0 or i < best or i >= best + best_size then
      out[#out + 1] = string.format(i < 8 and "%x:" or "%x", words[i])
    end
  end
  text = table.concat(out)
  if address_count > 10000 then address_texts, address_count = {}, 0 end
  address_texts[octets], address_count = text, address_count + 1
  return text
end

local function rest_text(field, element, octets)
  local form = field.form or (field.forms and field.forms[element.v[field.by]]) or "hex"
  if form == "text" then return clean(octets) end
  if form == "address" and #octets == 16 then return ipv6_text(octets) end
  if form == "imsi" then
    local digits = string.gsub(octets, ".", function(c)
      local a = byte(c)
      return string.format("%02x", a)
    end)
    return (string.gsub(digits, "f$", ""))
  end
  return hex(octets)
end

local function named(field, number)
  local names = field.enum and current_names[field.enum]
  return names and (names[number] or field.enum.key .. "_" .. number)
end

-- What the line of an element says of a field: name=value, or the value alone where it is the only one.
local function brief(out, name, text) out[#out + 1] = { name, text } end

local function brief_text(out)
  if #out == 1 then return out[1][2] end
  local parts = {}
  for i, pair in ipairs(out) do parts[i] = pair[1] .. "=" .. pair[2] end
  return table.concat(parts, " ")
end

local show = {}
local visible = true -- whether the tree is drawn; where it is not, only fields that someone asks for are added

-- Add a field, where anyone looks at it: its line, or nil.
local function put(item, field, range, at, octets, text)
  if visible or item:referenced(field) then
    if text then return item:add(field, range(at, octets), text) end
    return item:add(field, range(at, octets))
  end
end

-- Each shows one field from position `at` and gives the position behind it. `range(at, octets)` is the TvbRange.
local function show_fields(list, element, item, range, at, out)
  for i = 1, #list do
    local field = list[i]
    at = field.show(field, element, item, range, at, out)
  end
end

local function show_uint(field, element, item, range, at, octets, out)
  local line = put(item, field.field, range, at, octets)
  if not visible then return end
  local number = element.v[field.name]
  local name = named(field, number)
  if name and name ~= field.enum.static[number] then
    line:set_text(field.title .. ": " .. name .. " (" .. number .. ")")
  end
  if field.unit then line:append_text(" (" .. number * field.unit .. " s)") end
  if not field.reserved then brief(out, field.name, name or number) end
end

function show.uint(field, element, item, range, at, out)
  show_uint(field, element, item, range, at, field.octets, out)
  return at + field.octets
end

function show.bits(field, element, item, range, at, out)
  for _, part in ipairs(field.parts) do show_uint(part, element, item, range, at, field.octets, out) end
  return at + field.octets
end

local function letters(field, number)
  local out = {}
  for _, flag in ipairs(field.flags) do
    if bit.band(number, flag.mask) ~= 0 then out[#out + 1] = flag.letter end
  end
  return table.concat(out)
end

function show.flags(field, element, item, range, at, out)
  local line = put(item, field.field, range, at, field.octets) or item
  for _, flag in ipairs(field.flags) do put(line, flag.field, range, at, field.octets) end
  if visible then
    local text = letters(field, element.v[field.name])
    if text ~= "" then line:append_text(" (" .. text .. ")") end
    brief(out, field.name, text)
  end
  return at + field.octets
end

function show.address(field, element, item, range, at, out)
  put(item, field.field, range, at, 16)
  if visible then brief(out, field.name, ipv6_text(element.v[field.name])) end
  return at + 16
end

function show.prefix(field, element, item, range, at, out)
  put(item, field.length_field, range, at, 1)
  put(item, field.field, range, at + 1, 16)
  if visible then
    brief(out, field.name, ipv6_text(element.v[field.address_key]) .. "/" .. element.v[field.length_key])
  end
  return at + 17
end

function show.time48(field, element, item, range, at, out)
  local line = put(item, field.field, range, at, 8)
  if visible or item:referenced(field.time_field) then
    local where = range(at, 8)
    local s = where:raw()
    local seconds, part = uint(s, 1, 2) * 4294967296 + uint(s, 3, 4), uint(s, 7, 2)
    if seconds < 253402300800 then -- the year 10000: no clock of the platform needs to know more
      item:add(field.time_field, where, NSTime.new(seconds, math.floor(part * 1000000000 / 65536)))
    end
    if visible then
      local text = string.format("%.6f", seconds + part / 65536)
      line:append_text(" (" .. text .. " s)")
      brief(out, field.name, text)
    end
  end
  return at + 8
end

function show.rest(field, element, item, range, at, out)
  local octets = element.v[field.name]
  if field.octets_field then
    if visible or item:referenced(field.field) then
      local text = rest_text(field, element, octets)
      item:add(field.field, range(at, #octets), text)
      brief(out, field.name, text)
    end
    put(item, field.octets_field, range, at, #octets)
  else
    if #octets > 0 then put(item, field.field, range, at, #octets) end
    if visible then brief(out, field.name, rest_text(field, element, octets)) end
  end
  return at + #octets
end

function show.address_rest(field, element, item, range, at, out)
  local octets = element.v[field.name]
  if #octets == 16 then
    put(item, field.field, range, at, 16)
    brief(out, field.name, ipv6_text(octets))
  elseif #octets == 4 then
    put(item, field.field4, range, at, 4)
    brief(out, field.name, table.concat({ byte(octets, 1, 4) }, "."))
  end
  return at + #octets
end

function show.numbers(field, element, item, range, at, out)
  local list = element.v[field.name]
  for i = 1, #list do put(item, field.field, range, at + (i - 1) * field.octets, field.octets) end
  if visible then brief(out, field.name, #list > 0 and table.concat(list, ",") or "none") end
  return at + #list * field.octets
end

function show.flagged(field, element, item, range, at, out)
  put(item, field.word_field, range, at, 4)
  if element.v[field.name] ~= 0 then put(item, field.field, range, at, 4) end
  at = at + 4
  for _, part in ipairs(field.parts) do
    local value = element.v[part.name]
    if value ~= nil then
      put(item, part.field, range, at, part.octets)
      if visible then
        if part.kind == "address" then
          value = part.octets == 16 and ipv6_text(value) or table.concat({ byte(value, 1, 4) }, ".")
        elseif part.mask then
          value = math.floor(value / part.weight) % part.count
        end
        brief(out, part.name, value)
      end
      at = at + part.octets
    end
  end
  return at
end

-- What the line of an option or sub-option says.
local function entitle(line, title, out)
  local text = brief_text(out)
  line:set_text(text ~= "" and title .. ": " .. text or title)
end

local PADS = { [0] = "Pad1", [1] = "PadN" }

local function show_suboption(one, item, range)
  local whole = put(item, F.suboption, range, one.at, one.stop - one.at)
  local line, out = whole or item, {}
  one.item = whole
  put(line, F.suboption_type, range, one.at, 1)
  if one.length then put(line, F.suboption_length, range, one.at + 1, 1) end
  if one.entry then
    show_fields(one.entry.fields, one, line, range, one.at + 2, out)
    if one.trailing then put(line, F.suboption_trailing, range, one.trailing, one.stop - one.trailing) end
  elseif one.stop > one.at + 2 then
    put(line, F.suboption_data, range, one.at + 2, one.stop - one.at - 2)
  end
  if visible then
    entitle(line, one.entry and one.entry.title or one.pad and PADS[one.type] or "Sub-option " .. one.type, out)
  end
end

function show.suboptions(field, element, item, range, at, out)
  for _, one in ipairs(element.subs) do
    show_suboption(one, item, range)
    at = one.stop
  end
  return at
end

-- An option's line and its fields.
local function show_option(element, tree, range, with_offset)
  local whole = put(tree, F.option, range, element.at, element.stop - element.at)
  local line, out = whole or tree, {}
  element.item = whole
  put(line, F.option_type, range, element.at, 1)
  put(line, F.option_length, range, element.at + 1, 1, element.length)
  if with_offset then
    local offset = put(line, F.option_offset, range, element.at, 1, element.offset)
    if offset then offset:set_generated() end
  end
  if element.entry then
    show_fields(element.entry.fields, element, line, range, element.at + 2, out)
    if element.trailing then
      put(line, F.option_trailing, range, element.trailing, element.stop - element.trailing)
    end
  elseif element.stop > element.at + 2 then
    put(line, F.option_data, range, element.at + 2, element.stop - element.at - 2)
  end
  if visible then
    local known = option_of[element.type]
    entitle(line, known and known.title or "Option " .. element.type .. " (unknown)", out)
  end
end

for _, entries in ipairs({ description.messages, description.options }) do
  for _, entry in ipairs(entries) do
    for _, field in ipairs(entry.fields) do field.show = show[field.kind] end
  end
end
for _, space in pairs(description.spaces) do
  for _, entry in ipairs(space.entries) do
    for _, field in ipairs(entry.fields or NOTHING) do field.show = show[field.kind] end
  end
end

-- ---------------------------------------------------------------------------------------------------- runtime

-- The protocol: preferences, the option dissectors in Wireshark's own table, the layer around Wireshark's own
-- dissector, checksum, rules, and the Info column.

local proto = Proto("pmip6", "Proxy Mobile IPv6")
local udp_proto = Proto("pmip6.udp", "Proxy Mobile IPv6 over UDP")
local option_proto = Proto("pmip6.tlv", "Proxy Mobile IPv6 Mobility Option")

local GOOD = { [0] = "Bad", [1] = "Good", [2] = "Unverified", [3] = "Not present" } -- as Wireshark's own
local BAD, RIGHT, UNVERIFIED, NOT_PRESENT = 0, 1, 2, 3

F.message = ProtoField.string("pmip6.message", "Message")
F.type = ProtoField.uint8("pmip6.type", "Type", base.DEC)
F.payload_proto = ProtoField.uint8("pmip6.header.payload_proto", "Payload Proto", base.DEC)
F.header_length = ProtoField.uint8("pmip6.header.length", "Header Len", base.DEC)
F.header_reserved = ProtoField.uint8("pmip6.header.reserved", "Reserved", base.HEX)
F.checksum = ProtoField.uint16("pmip6.checksum", "Checksum", base.HEX)
F.checksum_status = ProtoField.uint8("pmip6.checksum.status", "Checksum Status", base.DEC, GOOD)
for _, key in ipairs({ "message", "type", "payload_proto", "header_length", "header_reserved", "checksum", "checksum_status" }) do
  fields[#fields + 1] = F[key]
end
proto.fields = fields

local SEVERITY = { error = expert.severity.ERROR, warning = expert.severity.WARN, note = expert.severity.NOTE }
local rules, experts = {}, {}
for _, rule in ipairs(description.rules) do
  rule.expert = ProtoExpert.new(rule.filter, rule.sentence, expert.group[rule.group], SEVERITY[rule.level])
  experts[#experts + 1] = rule.expert
  rules[rule.id] = rule
end
proto.experts = experts

local rules_for = {} -- the rules, by the name of the message that they are about

-- Preferences: every code point, and whether our layer stands around Wireshark's own dissector.

for _, preference in ipairs(description.preferences) do
  local key = preference.key
  if preference.choices then
    local choices, default = {}, 1
    for i, choice in ipairs(preference.choices) do
      choices[i] = { i, choice, i }
      if choice == preference.default then default = i end
    end
    proto.prefs[key] = Pref.enum(preference.title, default, key, choices, false)
  else
    proto.prefs[key] = Pref.uint(preference.title, preference.default, key)
  end
end
proto.prefs.layer = Pref.bool("Show the Proxy Mobile IPv6 layer", true,
  "Summary, checksum, findings and Info column; without it only the mobility options are shown")
proto.prefs.keep_mip6_fields = Pref.bool("Keep Wireshark's own fields of mobility options", false,
  "Show Wireshark's own dissection (mip6.*) inside each option that it knows")

local function read_preferences()
  for _, preference in ipairs(description.preferences) do
    local value = proto.prefs[preference.key]
    if preference.choices then
      value = preference.choices[value] or preference.default
    elseif preference.optional and value == 0 then
      value = nil
    end
    set[preference.key] = value
  end
  rules_for = {}
  number_options()
  name_values()
end

-- The rules for one kind of message, by the option without which they are silent; made when the first comes.

local function sort_rules(name)
  local sorted = { always = {}, on = {} }
  for _, rule in ipairs(description.rules) do
    local meant = rule.messages == nil or rule.messages[name]
    if rule.broken and meant and (rule.dialect == nil or rule.dialect == set.dialect) then
      local list = sorted.always
      if rule.on then
        list = sorted.on[rule.on] or {}
        sorted.on[rule.on] = list
      end
      list[#list + 1] = rule
    end
  end
  rules_for[name] = sorted
  return sorted
end

local function judge_by(list, m, elements)
  for i = 1, #list do
    local rule = list[i]
    local broken = rule.broken
    if rule.each then
      for k = 1, #elements do
        local element = elements[k]
        if broken(m, element, element.v or NOTHING) then found(m, rule.id, element, nil) end
      end
    elseif broken(m) then
      if m.culprits[1] == nil then
        found(m, rule.id, first(m.named[rule.about]), nil)
      else
        for _, element in ipairs(m.culprits) do found(m, rule.id, element, nil) end
      end
    end
    if m.culprits[1] then m.culprits = {} end
  end
end

local function judge(m)
  local sorted = rules_for[m.name] or sort_rules(m.name)
  judge_by(sorted.always, m, NOTHING)
  for name, elements in pairs(m.named) do
    local list = sorted.on[name]
    if list then judge_by(list, m, elements) end
  end
end

-- Checksum (RFC 6275 6.1.1). Wireshark puts the addresses that count into pinfo.src and dst: the home address after
-- a Home Address option or a type 2 routing header.

local function sum_of(s, last)
  local total, at = 0, 1
  while at + 15 <= last do
    local a, b, c, d, e, f, g, h, i, j, k, l, n, o, p, q = byte(s, at, at + 15)
    total = total + 256 * (a + c + e + g + i + k + n + p) + b + d + f + h + j + l + o + q
    at = at + 16
  end
  while at < last do
    total = total + uint(s, at, 2)
    at = at + 2
  end
  if at == last then total = total + 256 * byte(s, at) end
  return total
end

local address_sums, sums_count = {}, 0

-- The sum of an IPv6 address's words, from its text; nil when the text is a name.
local function address_sum(text)
  local sum = address_sums[text]
  if sum then return sum end
  if string.find(text, "[^%x:.]") or not string.find(text, ":", 1, true) then return nil end
  sum = 0
  for word in string.gmatch(text, "[^:]+") do
    local a, b, c, d = string.match(word, "^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
    if a then
      sum = sum + 256 * a + b + 256 * c + d
    else
      sum = sum + (tonumber(word, 16) or 0)
    end
  end
  if sums_count > 10000 then address_sums, sums_count = {}, 0 end
  address_sums[text], sums_count = sum, sums_count + 1
  return sum
end

local function check(m, s, pinfo, over_udp)
  if m.checksum == nil then return nil end
  local form = description.form
  if over_udp then
    if m.checksum ~= 0 then
      found(m, form["checksum-over-udp"], nil, string.format("the checksum is 0x%04x", m.checksum))
      return UNVERIFIED
    end
    return NOT_PRESENT
  end
  if m.cut then return UNVERIFIED end
  local from, to = address_sum(tostring(pinfo.src)), address_sum(tostring(pinfo.dst))
  if from == nil or to == nil then return UNVERIFIED end
  local octets = math.min(m.stated, #s)
  local total = from + to + octets + 135 + sum_of(s, octets)
  if total % 65535 == 0 then return RIGHT end
  local right = (65535 - (total - m.checksum) % 65535) % 65535
  local text = string.format("the checksum is 0x%04x, and 0x%04x would be right", m.checksum, right)
  found(m, form["checksum"], nil, text)
  return BAD
end

-- The Info column: what matters in a line.

local SHORT = { pbu = "PBU", pba = "PBA", ["binding-update"] = "BU", ["binding-ack"] = "BA", ["binding-error"] = "BE" }

local function enum_text(name, number)
  local enum = description.enums[name]
  return enum and current_names[enum][number] or number
end

local function summary(m)
  local v, options, n = m.v, m.named, 1
  local out = { SHORT[m.name] or m.title }
  local function add(name, text)
    n = n + 1
    out[n] = name .. text
  end
  if v.status then
    local enum = m.entry.status_enum
    add(enum and current_names[enum][v.status] or "status", " (" .. v.status .. ")")
  end
  if v.sequence then add("seq=", v.sequence) end
  if v.lifetime then add("lifetime=", 4 * v.lifetime .. "s") end
  local mn = first(options["mn-id"])
  if mn and mn.v then
    local field = mn.entry.fields[#mn.entry.fields]
    add("mn=", rest_text(field, mn, mn.v[field.name]))
  end
  for _, element in ipairs(options.hnp or NOTHING) do
    local w = element.v
    if w then add("hnp=", ipv6_text(w["home_network_prefix.address"]) .. "/" .. w["home_network_prefix.length"]) end
  end
  local hi, att = values_of(options.hi).hi, values_of(options.att).att
  if hi then add("HI=", hi) end
  if att then add("ATT=", att) end
  local group, act = values_of(options.multihoming).mhgid, values_of(options.multihoming).act
  if group then
    add("MHGID=", group)
    if act ~= 0 then add("ACT=", enum_text("act", act)) end
  end
  if options.fid then
    local fids = {}
    for _, element in ipairs(options.fid) do
      local w = element.v
      if w then
        local text = w.fid .. (m.type == 6 and ":" .. w.status or "")
        fids[#fids + 1] = w.pro == 2 and text .. "(re)" or text
      end
    end
    add("FID=", table.concat(fids, ","))
  end
  local kept = values_of(options["flow-summary"]).fid
  if kept then add("FlowSummary=", #kept > 0 and table.concat(kept, ",") or "none") end
  return table.concat(out, " ")
end

for _, entry in ipairs(description.messages) do
  for _, field in ipairs(entry.fields) do
    if field.name == "status" then entry.status_enum = field.enum end
  end
end

-- The layers.

local mip6 = Dissector.get("mip6")
local option_table = DissectorTable.get("mip6.option")
local ip_table, udp_table = DissectorTable.get("ip.proto"), DissectorTable.get("udp.port")
local MOBILITY_HEADER, UDP_PORT = 135, 5436

local originals = {} -- Wireshark's own option dissectors, by type
if option_table then
  for number = 2, 255 do originals[number] = option_table:get_dissector(number) end
end

local current -- the message whose options Wireshark's own dissector is walking through

local function complain(m, item)
  for i = 1, #m.findings do
    local finding = m.findings[i]
    local rule = rules[finding.id]
    if rule then
      local at = finding.element and finding.element.item or item
      local text = finding.text and finding.text .. " (" .. rule.clause .. ")"
      at:add_proto_expert_info(rule.expert, text or "Against " .. rule.clause .. ": " .. rule.sentence)
    end
  end
end

-- Whether anyone looks at our fields, and whether the tree is drawn. Wireshark knows our dissector by name only after this file has been loaded.
local own
local function shown(tree)
  own = own or Dissector.get("pmip6")
  visible = tree.visible
  return visible or own == nil or tree:referenced(own)
end

-- One option in Wireshark's own list. Where the layer has not read it (it is switched off, or does not know the
-- message) it is read here, and judged by its form alone.
function option_proto.dissector(tvb, pinfo, tree)
  local m = current
  if m and not m.shown then return end
  if m == nil and not shown(tree) then return end
  local element = m and m.at[tvb:offset() - m.base]
  local known, judged = element ~= nil, m and m.entry
  if not known then
    local s = tvb:raw()
    if #s < 2 then return end
    m = { named = {}, findings = {}, culprits = {}, start = 1 }
    element = { type = byte(s, 1), length = byte(s, 2), at = 1, stop = #s + 1, offset = 0, parts = NO_PARTS }
    read_option(m, element, s)
  end
  local shift, last = element.at, tvb:len()
  local function range(at, octets)
    at = at - shift
    if at + octets > last then octets = math.max(0, last - at) end
    return tvb(at, octets)
  end
  show_option(element, tree, range, known)
  local item = element.item or tree
  if not known and not judged then complain(m, item) end
  local original = set.keep_mip6_fields and originals[element.type]
  if original then pcall(original.call, original, tvb, pinfo, item) end
end

-- Wireshark's own dissector steps by the length octet. Where that counts units of 8 octets, it gets a copy in octets.
local function in_octets(m, tvb)
  if units_type == nil or m.named.fid == nil then return nil end
  local copy
  for _, element in ipairs(m.named.fid) do
    local octets = element.stop - element.at - 2
    if m.at[element.offset] == element and octets <= 255 then
      copy = copy or tvb:bytes()
      copy:set_index(element.offset + 1, octets)
    end
  end
  return copy and copy:tvb("Mobility Header, lengths in octets")
end

local function show_message(m, item, tvb, status)
  local function range(at, octets) return tvb(at - 1, octets) end
  local name = put(item, F.message, range, 3, 1, m.name)
  put(item, F.payload_proto, range, 1, 1)
  local length = put(item, F.header_length, range, 2, 1)
  local kind = put(item, F.type, range, 3, 1)
  put(item, F.header_reserved, range, 4, 1)
  put(item, F.checksum, range, 5, 2)
  local judged = put(item, F.checksum_status, range, 5, 2, status)
  if name then name:set_generated() end
  if judged then judged:set_generated() end
  if visible then
    length:append_text(" (" .. m.stated .. " octets)")
    if m.title then kind:append_text(" (" .. m.title .. ")") end
  end
  if m.entry then show_fields(m.entry.fields, m, item, range, 7, {}) end
end

local function call_mip6(tvb, pinfo, tree)
  if mip6 == nil then return end
  local ok, message = pcall(mip6.call, mip6, tvb, pinfo, tree)
  return ok, message
end

local function dissect(tvb, pinfo, tree, over_udp)
  local s = tvb:raw()
  local m = read_message(s, tvb:reported_len())
  m.shown = shown(tree)
  local status = check(m, s, pinfo, over_udp)
  if m.entry and not m.cut then judge(m) end
  local copy = m.shown and in_octets(m, tvb)
  m.base = copy and 0 or tvb:offset()
  local outer = current
  current = m
  call_mip6(copy or tvb, pinfo, tree)
  current = outer
  local item
  if m.shown or #m.findings > 0 then
    item = tree:add(proto, tvb())
    if m.shown and m.stated then show_message(m, item, tvb, status) end
    complain(m, item)
  end
  if m.entry then
    local text = summary(m)
    local columns = pinfo.cols
    columns.info = text
    columns.protocol = (m.name == "pbu" or m.name == "pba") and "PMIPv6" or "MIPv6"
    if item and visible then item:append_text(", " .. text) end
  end
  return tvb:len()
end

function proto.dissector(tvb, pinfo, tree) return dissect(tvb, pinfo, tree, false) end
function udp_proto.dissector(tvb, pinfo, tree) return dissect(tvb, pinfo, tree, true) end

-- Where Wireshark finds us. A code point may take the number of an option that Wireshark knows; it is given back.

local ours = {}

local function register()
  for number = 2, 255 do
    local wanted = option_table ~= nil and (option_of[number] ~= nil or originals[number] == nil)
    if wanted and not ours[number] then
      option_table:add(number, option_proto)
    elseif ours[number] and not wanted then
      option_table:add(number, originals[number])
    end
    ours[number] = wanted
  end
end

local layered = false

local function place(layer)
  if layer == layered or mip6 == nil then return end
  layered = layer
  if ip_table then ip_table:add(MOBILITY_HEADER, layer and proto or mip6) end
  if udp_table then udp_table:add(UDP_PORT, layer and udp_proto or mip6) end
end

local function follow_preferences()
  read_preferences()
  set.keep_mip6_fields = proto.prefs.keep_mip6_fields
  register()
  place(proto.prefs.layer)
end

follow_preferences()
proto.prefs_changed = follow_preferences

if set_plugin_info then
  set_plugin_info({
    version = description.version,
    author = "pmiptool",
    description = "Proxy Mobile IPv6 with multihoming (draft-melia-netext-muho-solution-00)",
  })
end

-- Lua 5.4 keeps far less memory so; on 5.2 it would keep more.
if _VERSION ~= "Lua 5.1" and _VERSION ~= "Lua 5.2" and _VERSION ~= "Lua 5.3" then collectgarbage("generational") end

