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
--   _ws.expert, pmip6.expert.<id>  each finding about it, on the line of the option or sub-option; pmip6.expert is its id
-- Pad1, PadN and options that this registry does not have but Wireshark does are Wireshark's own (mip6.*).
-- A prefix is <field> (IPv6 address) and prefix_length; a timestamp is 64 bits, and .time the moment; text from the
-- wire is shown with \xNN for what cannot be printed, and its octets are <field>_octets; an IPv4 address of a field that
-- may also be IPv6 has a 4 in its name (src4, dst4_end, care_of_address4). pmip6.ts.dscp is six bits, .flow_label 20.
-- 
-- After it the layer `pmip6`, one for each Mobility Header:
--   pmip6.message                  pbu, pba, binding-update, ... (message-19 when unknown)
--   pmip6.type, pmip6.checksum, pmip6.header.payload_proto, .length, .reserved
--   pmip6.checksum.status          0 bad, 1 good, 2 unverified, 3 not present (zero over UDP)
--   pmip6.<field>                  the message's own: sequence, flags (each pmip6.flags.<letter>; .reserved where a bit
--                                  without a letter is set), lifetime, status, ...
--   pmip6.response_in, .response_to, .response_time, .response_again   the partner of a request or an answer
--   pmip6.retransmission_of, .retransmitted_in                         the same request before and after
--   pmip6.no_response              an expert note on a request that has no answer (second pass)
--   pmip6.session.id, .mn_id, .hnp, .mhgid, .bindings, .flows          the mobility session: as it stood before a
--                                  request, and as an answer leaves it; .bindings and .flows once for each
--   _ws.expert, pmip6.expert.<id>  each finding that is about no option, id with . for /; rules on answers too. The text
--                                  of pmip6.expert is the id itself, for filters such as pmip6.expert contains "muho"
-- 
-- Its options stand in it where Wireshark's own dissector gave up before the first, and in messages that it does not know.
-- 
-- Preferences (Protocols > PMIP6): every code point, the layer, the analysis of requests with answers and of sessions, the
-- checksum, Wireshark's own fields beside ours. Tools > PMIPv6 shows statistics and the ladder of the selected session;
-- `tshark -q -o pmip6.statistics:TRUE` prints both at the end.

local description = {
  preferences = {
    {
      key = "multihoming_option_type",
      title = "Multihoming option type",
      default = 200,
      help = "A number from 2 to 255",
    },
    {
      key = "status_mh_not_supported",
      title = "Status MH_NOT_SUPPORTED_BY_LMA",
      default = 250,
      help = "A number from 128 to 255",
    },
    {
      key = "status_reinstantiation_not_supported",
      title = "Status MH_FILTERS_REINSTANCIATION_NOT_SUPPORTED_BY_LMA",
      default = 251,
      help = "A number from 128 to 255",
    },
    {
      key = "flow_identification_option_type",
      title = "Flow Identification option type",
      default = 45,
      help = "A number from 2 to 255",
    },
    {
      key = "flow_summary_option_type",
      title = "Flow Summary option type",
      default = 44,
      help = "A number from 2 to 255",
    },
    {
      key = "dialect",
      title = "Dialect of the Flow Identification option",
      default = "mext",
      choices = { "mext", "rfc6089" },
      help = "draft-ietf-mext-flow-binding-02, which the multihoming draft builds on, or RFC 6089",
    },
    {
      key = "fid_length_unit",
      title = "Unit of the Flow Identification option's length",
      default = "octets",
      choices = { "octets", "units-of-8" },
      help = "What its length counts",
    },
    {
      key = "flow_description_suboption",
      title = "Flow description sub-option (mext)",
      default = 17,
      help = "A number from 17 to 32",
    },
    {
      key = "fid_status_bid_unknown",
      title = "Flow status: BID unknown (0: the dialect's own)",
      default = 0,
      optional = true,
      help = "A number from 128 to 255, or 0",
    },
    {
      key = "reinstantiated_status",
      title = "Flow status of a re-instantiated flow",
      default = 0,
      help = "A number from 0 to 127",
    },
    {
      key = "pro_delete",
      title = "PRO value that deletes (0: none)",
      default = 0,
      optional = true,
      help = "A number from 3 to 15, or 0",
    },
  },
  readings = {
    {
      key = "pba-act",
      preference = "reading_pba_act",
      title = "Reading: pba-act",
      help = "What is ACT in the PBA?",
      choices = { "zero", "echo" },
    },
    {
      key = "mhgid-nonzero",
      preference = "reading_mhgid_nonzero",
      title = "Reading: mhgid-nonzero",
      help = "Only group 0 is supported: what of a PBU for another?",
      choices = { "reject", "accept" },
    },
    {
      key = "binding-key",
      preference = "reading_binding_key",
      title = "Reading: binding-key",
      help = "What makes a binding of a session?",
      choices = { "interface", "care-of-address" },
    },
    {
      key = "handover",
      preference = "reading_handover",
      title = "Reading: handover",
      help = "A PBU from a new care-of address says handover (HI 2, 3, or 4 with the same interface): what happens?",
      choices = { "move", "add" },
    },
    {
      key = "flow-omission",
      preference = "reading_flow_omission",
      title = "Reading: flow-omission",
      help = "A PBU names some flows or none: what becomes of the sending binding's others?",
      choices = { "summary", "strict", "keep" },
    },
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
    fback_status = {
      key = "FBACK_STATUS",
      names = {
        [0] = "accepted",
        [1] = "accepted-ncoa-invalid",
        [128] = "unspecified",
        [129] = "prohibited",
        [130] = "insufficient-resources",
        [131] = "interface-identifier-length",
      },
    },
    handover_initiate_code = {
      key = "HANDOVER_INITIATE_CODE",
      names = {
        [0] = "fbu-from-pcoa",
        [1] = "fbu-not-from-pcoa",
        [2] = "forwarding-completed",
        [3] = "context-transferred",
      },
    },
    handover_ack_code = {
      key = "HANDOVER_ACK_CODE",
      names = {
        [0] = "accepted",
        [1] = "accepted-ncoa-not-valid",
        [2] = "accepted-ncoa-assigned",
        [3] = "accepted-use-pcoa",
        [4] = "unsolicited",
        [5] = "context-transfer-accepted",
        [6] = "context-transferred",
        [128] = "unspecified",
        [129] = "prohibited",
        [130] = "insufficient-resources",
        [131] = "context-not-available",
        [132] = "forwarding-not-available",
      },
    },
    binding_revocation_type = { key = "BINDING_REVOCATION_TYPE", names = { [0] = "reserved", [1] = "bri", [2] = "bra" } },
    revocation_trigger = {
      key = "REVOCATION_TRIGGER",
      names = {
        [0] = "unspecified",
        [1] = "administrative",
        [2] = "inter-mag-same-att",
        [3] = "inter-mag-different-att",
        [4] = "inter-mag-unknown",
        [5] = "user-terminated",
        [6] = "access-network-terminated",
        [7] = "out-of-sync",
        [128] = "per-peer-policy",
        [129] = "local-policy",
      },
    },
    revocation_status = {
      key = "REVOCATION_STATUS",
      names = {
        [0] = "success",
        [1] = "partial-success",
        [128] = "no-binding",
        [129] = "ipv4-hoa-option-required",
        [130] = "global-not-authorized",
        [131] = "identity-required",
        [132] = "mn-attached",
        [133] = "trigger-not-supported",
        [134] = "function-not-supported",
        [135] = "proxy-not-supported",
      },
    },
    lra_status = { key = "LRA_STATUS", names = { [0] = "success", [128] = "not-allowed", [129] = "mn-not-attached" } },
    notification_reason = {
      key = "NOTIFICATION_REASON",
      names = {
        [0] = "reserved",
        [1] = "force-reregistration",
        [2] = "update-session-parameters",
        [3] = "vendor-specific",
        [4] = "ani-params-requested",
        [5] = "qos-service-request",
        [6] = "pcscf-restoration-pco",
        [7] = "pcscf-restoration-dhcp",
        [8] = "flow-mobility",
        [255] = "reserved-255",
      },
    },
    update_status = {
      key = "UPDATE_STATUS",
      names = {
        [0] = "success",
        [128] = "failed-to-update",
        [129] = "missing-vendor-option",
        [130] = "cannot-meet-qos",
        [131] = "unspecified",
        [132] = "mn-not-attached",
      },
    },
    flow_binding_type = { key = "FLOW_BINDING_TYPE", names = { [1] = "fbi", [2] = "fba" } },
    flow_binding_trigger = {
      key = "FLOW_BINDING_TRIGGER",
      names = { [0] = "reserved", [1] = "unspecified", [2] = "administrative", [3] = "out-of-sync" },
    },
    flow_binding_status = {
      key = "FLOW_BINDING_STATUS",
      names = { [0] = "success", [128] = "no-binding", [129] = "action-not-authorized" },
    },
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
    auth_subtype = { key = "AUTH_SUBTYPE", names = { [1] = "mn-ha", [2] = "mn-aaa" } },
    dns_update_status = {
      key = "DNS_UPDATE_STATUS",
      names = { [0] = "performed", [128] = "unspecified", [129] = "prohibited", [130] = "failed" },
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
    ipv4_address_status = {
      key = "IPV4_ADDRESS_STATUS",
      names = {
        [0] = "success",
        [128] = "failure",
        [129] = "prohibited",
        [130] = "incorrect-home-address",
        [131] = "invalid-address",
        [132] = "dynamic-unavailable",
        [133] = "prefix-unauthorized",
      },
    },
    mh_lla_code = { key = "MH_LLA_CODE", names = { [2] = "mn" } },
    mh_address_code = {
      key = "MH_ADDRESS_CODE",
      names = { [1] = "old-coa", [2] = "new-coa", [3] = "nar-address", [4] = "nar-prefix" },
    },
    ipv4_hoa_status = {
      key = "IPV4_HOA_STATUS",
      names = {
        [0] = "success",
        [128] = "failure",
        [129] = "prohibited",
        [130] = "incorrect-home-address",
        [131] = "invalid-address",
        [132] = "dynamic-unavailable",
      },
    },
    dhcp_mode = { key = "DHCP_MODE", names = { [0] = "relay", [1] = "server" } },
    lma_address_code = { key = "LMA_ADDRESS_CODE", names = { [1] = "ipv6", [2] = "ipv4" } },
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
    mn_group_subtype = { key = "MN_GROUP_SUBTYPE", names = { [0] = "reserved", [1] = "bulk-binding-update", [255] = "reserved-255" } },
    mn_group = { key = "MN_GROUP", names = { [0] = "reserved", [1] = "all-sessions" } },
    multicast_protocol = {
      key = "MULTICAST_PROTOCOL",
      names = { [18] = "igmpv1", [22] = "igmpv2", [34] = "igmpv3", [131] = "mldv1", [143] = "mldv2" },
    },
    multicast_record_type = {
      key = "MULTICAST_RECORD_TYPE",
      names = {
        [1] = "mode-is-include",
        [2] = "mode-is-exclude",
        [3] = "change-to-include-mode",
        [4] = "change-to-exclude-mode",
        [5] = "allow-new-sources",
        [6] = "block-old-sources",
      },
    },
    igmp_type = { key = "IGMP_TYPE", names = { [18] = "igmpv1", [22] = "igmpv2", [34] = "igmpv3" } },
    mld_type = { key = "MLD_TYPE", names = { [131] = "mldv1", [143] = "mldv2" } },
    qos_operation = {
      key = "QOS_OPERATION",
      names = { [0] = "response", [1] = "allocate", [2] = "de-allocate", [3] = "modify", [4] = "query", [5] = "negotiate" },
    },
    multicast_payload = {
      key = "MULTICAST_PAYLOAD",
      names = { [1] = "igmpv3", [2] = "mldv2", [3] = "igmpv3-from-igmpv2", [4] = "mldv2-from-mldv1" },
    },
    multicast_status = {
      key = "MULTICAST_STATUS",
      names = { [1] = "payload-unsupported", [2] = "group-unsupported", [3] = "group-prohibited" },
    },
    act = { key = "ACT", names = { [0] = "none", [1] = "remove", [2] = "keep" } },
    format = { key = "FORMAT", names = { [1] = "ipv4", [2] = "ipv6" } },
    flow_binding_action = {
      key = "FLOW_BINDING_ACTION",
      names = { [11] = "add", [12] = "delete", [13] = "modify", [14] = "refresh", [15] = "move", [16] = "revoke" },
    },
    op_id_type = { key = "OP_ID_TYPE", names = { [0] = "reserved", [1] = "pen", [2] = "realm", [255] = "reserved-255" } },
    civic_format = { key = "CIVIC_FORMAT", names = { [0] = "binary" } },
    civic_type = {
      key = "CIVIC_TYPE",
      names = {
        [0] = "language",
        [1] = "A1",
        [2] = "A2",
        [3] = "A3",
        [4] = "A4",
        [5] = "A5",
        [6] = "A6",
        [16] = "PRD",
        [17] = "POD",
        [18] = "STS",
        [19] = "HNO",
        [20] = "HNS",
        [21] = "LMK",
        [22] = "LOC",
        [23] = "NAM",
        [24] = "PC",
        [25] = "BLD",
        [26] = "UNIT",
        [27] = "FLR",
        [28] = "ROOM",
        [29] = "PLC",
        [30] = "PCN",
        [31] = "POBOX",
        [32] = "ADDCODE",
        [33] = "SEAT",
        [34] = "RD",
        [35] = "RDSEC",
        [36] = "RDBR",
        [37] = "RDSUBBR",
        [38] = "PRM",
        [39] = "POM",
        [128] = "script",
      },
    },
    preemption = { key = "PREEMPTION", names = { [0] = "enabled", [1] = "disabled" } },
  },
  messages = {
    {
      name = "brr",
      title = "Binding Refresh Request",
      clause = "RFC 6275 6.1.2",
      number = 0,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
      },
    },
    {
      name = "hoti",
      title = "Home Test Init",
      clause = "RFC 6275 6.1.3",
      number = 1,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "octets",
          octets = 8,
          name = "home_init_cookie",
          filter = "pmip6.home_init_cookie",
          title = "Home init cookie",
        },
      },
    },
    {
      name = "coti",
      title = "Care-of Test Init",
      clause = "RFC 6275 6.1.4",
      number = 2,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "octets",
          octets = 8,
          name = "care_of_init_cookie",
          filter = "pmip6.care_of_init_cookie",
          title = "Care-of init cookie",
        },
      },
    },
    {
      name = "hot",
      title = "Home Test",
      clause = "RFC 6275 6.1.5",
      number = 3,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "home_nonce_index",
          filter = "pmip6.home_nonce_index",
          title = "Home nonce index",
        },
        {
          kind = "octets",
          octets = 8,
          name = "home_init_cookie",
          filter = "pmip6.home_init_cookie",
          title = "Home init cookie",
        },
        {
          kind = "octets",
          octets = 8,
          name = "home_keygen_token",
          filter = "pmip6.home_keygen_token",
          title = "Home keygen token",
        },
      },
    },
    {
      name = "cot",
      title = "Care-of Test",
      clause = "RFC 6275 6.1.6",
      number = 4,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "care_of_nonce_index",
          filter = "pmip6.care_of_nonce_index",
          title = "Care-of nonce index",
        },
        {
          kind = "octets",
          octets = 8,
          name = "care_of_init_cookie",
          filter = "pmip6.care_of_init_cookie",
          title = "Care-of init cookie",
        },
        {
          kind = "octets",
          octets = 8,
          name = "care_of_keygen_token",
          filter = "pmip6.care_of_keygen_token",
          title = "Care-of keygen token",
        },
      },
    },
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
            {
              filter = "pmip6.flags.b",
              title = "B: Bulk-Binding-Update",
              letter = "B",
              mask = 0x40,
              also = { letter = "O", title = "O: Overwrite", beside = "bid" },
            },
            { filter = "pmip6.flags.s", title = "S: Subscription information", letter = "S", mask = 0x20 },
            { filter = "pmip6.flags.d", title = "D: Distributed mobility", letter = "D", mask = 0x10 },
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0xf },
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
          reserved = { filter = "pmip6.flags.reserved", mask = 0x1 },
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
        {
          kind = "address",
          octets = 16,
          name = "home_address",
          filter = "pmip6.home_address",
          title = "Home Address",
        },
      },
    },
    {
      name = "experimental-mh",
      title = "Experimental Mobility Header",
      clause = "RFC 5096 3",
      number = 11,
      fields = {
        {
          kind = "rest",
          name = "message_data",
          filter = "pmip6.message_data",
          title = "The experiment's data, to the end of the header",
          form = "hex",
          minimum = 2,
        },
      },
    },
    {
      name = "home-agent-switch",
      title = "Home Agent Switch",
      clause = "RFC 5142 4",
      number = 12,
      own = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "number_of_addresses",
          filter = "pmip6.number_of_addresses",
          title = "Number of addresses",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "addresses",
          octets = 16,
          name = "home_agent_addresses",
          filter = "pmip6.home_agent_addresses",
          title = "Home agent addresses",
          count = "number_of_addresses",
        },
      },
    },
    {
      name = "fbu",
      title = "Fast Binding Update",
      clause = "RFC 5568 6.2.2",
      number = 8,
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
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0xfff },
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
      name = "fback",
      title = "Fast Binding Acknowledgment",
      clause = "RFC 5568 6.2.3",
      number = 9,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.status",
          title = "Status",
          enum = "fback_status",
        },
        {
          kind = "flags",
          octets = 1,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.k", title = "K: Key Management Mobility Capability", letter = "K", mask = 0x80 },
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0x7f },
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
      name = "fna",
      title = "Fast Neighbor Advertisement",
      clause = "RFC 5568 6.2",
      number = 10,
      own = true,
      fields = {
        {
          kind = "rest",
          name = "message_data",
          filter = "pmip6.message_data",
          title = "Message data",
          form = "hex",
          minimum = 2,
        },
      },
    },
    {
      name = "handover-initiate",
      title = "Handover Initiate",
      clause = "RFC 5568 6.2.1.1",
      number = 14,
      fields = {
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "flags",
          octets = 1,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.s", title = "S: Assigned address configuration", letter = "S", mask = 0x80 },
            { filter = "pmip6.flags.u", title = "U: Buffer", letter = "U", mask = 0x40 },
            { filter = "pmip6.flags.p", title = "P: Proxy", letter = "P", mask = 0x20 },
            { filter = "pmip6.flags.f", title = "F: Forwarding", letter = "F", mask = 0x10 },
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0xf },
        },
        {
          kind = "uint",
          octets = 1,
          name = "code",
          filter = "pmip6.code",
          title = "Code",
          enum = "handover_initiate_code",
        },
      },
    },
    {
      name = "handover-ack",
      title = "Handover Acknowledge",
      clause = "RFC 5568 6.2.1.2",
      number = 15,
      fields = {
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "flags",
          octets = 1,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.u", title = "U: Buffer", letter = "U", mask = 0x80 },
            { filter = "pmip6.flags.p", title = "P: Proxy", letter = "P", mask = 0x40 },
            { filter = "pmip6.flags.f", title = "F: Forwarding", letter = "F", mask = 0x20 },
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0x1f },
        },
        {
          kind = "uint",
          octets = 1,
          name = "code",
          filter = "pmip6.code",
          title = "Code",
          enum = "handover_ack_code",
        },
      },
    },
    {
      name = "bri",
      title = "Binding Revocation Indication",
      clause = "RFC 5846 5.1",
      number = 16,
      when = 1,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "binding_revocation_type",
          filter = "pmip6.binding_revocation_type",
          title = "Binding revocation type",
          enum = "binding_revocation_type",
        },
        {
          kind = "uint",
          octets = 1,
          name = "revocation_trigger",
          filter = "pmip6.revocation_trigger",
          title = "Revocation trigger",
          enum = "revocation_trigger",
        },
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "flags",
          octets = 2,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.p", title = "P: Proxy Binding", letter = "P", mask = 0x8000 },
            { filter = "pmip6.flags.v", title = "V: IPv4 HoA Binding Only", letter = "V", mask = 0x4000 },
            { filter = "pmip6.flags.g", title = "G: Global", letter = "G", mask = 0x2000 },
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0x1fff },
        },
      },
    },
    {
      name = "bra",
      title = "Binding Revocation Acknowledgement",
      clause = "RFC 5846 5.2",
      number = 16,
      when = 2,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "binding_revocation_type",
          filter = "pmip6.binding_revocation_type",
          title = "Binding revocation type",
          enum = "binding_revocation_type",
        },
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.status",
          title = "Status",
          enum = "revocation_status",
        },
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "flags",
          octets = 2,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.p", title = "P: Proxy Binding", letter = "P", mask = 0x8000 },
            { filter = "pmip6.flags.v", title = "V: IPv4 HoA Binding Only", letter = "V", mask = 0x4000 },
            { filter = "pmip6.flags.g", title = "G: Global", letter = "G", mask = 0x2000 },
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0x1fff },
        },
      },
    },
    {
      name = "heartbeat",
      title = "Heartbeat",
      clause = "RFC 5847 3.3",
      number = 13,
      fields = {
        {
          kind = "flags",
          octets = 2,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.u", title = "U: Unsolicited response", letter = "U", mask = 0x2 },
            { filter = "pmip6.flags.r", title = "R: Response; a request without it", letter = "R", mask = 0x1 },
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0xfffc },
        },
        { kind = "uint", octets = 4, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
      },
    },
    {
      name = "lri",
      title = "Localized Routing Initiation",
      clause = "RFC 6705 10.1",
      number = 17,
      own = true,
      fields = {
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 2,
          name = "lifetime",
          filter = "pmip6.lifetime",
          title = "Lifetime in seconds",
          unit = 1,
        },
      },
    },
    {
      name = "lra",
      title = "Localized Routing Acknowledgment",
      clause = "RFC 6705 10.2",
      number = 18,
      own = true,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "sequence",
          filter = "pmip6.sequence",
          title = "Sequence number, that of the initiation",
        },
        {
          kind = "flags",
          octets = 1,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = { { filter = "pmip6.flags.u", title = "U: Unsolicited", letter = "U", mask = 0x80 } },
          reserved = { filter = "pmip6.flags.reserved", mask = 0x7f },
        },
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.status",
          title = "Status",
          enum = "lra_status",
        },
        {
          kind = "uint",
          octets = 2,
          name = "lifetime",
          filter = "pmip6.lifetime",
          title = "Lifetime in seconds",
          unit = 1,
        },
      },
    },
    {
      name = "update-notification",
      title = "Update Notification",
      clause = "RFC 7077 4.1",
      number = 19,
      own = true,
      fields = {
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "uint",
          octets = 2,
          name = "reason",
          filter = "pmip6.reason",
          title = "Notification reason",
          enum = "notification_reason",
        },
        {
          kind = "flags",
          octets = 2,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = {
            { filter = "pmip6.flags.a", title = "A: Acknowledgement Requested", letter = "A", mask = 0x8000 },
            { filter = "pmip6.flags.d", title = "D: Retransmit", letter = "D", mask = 0x4000 },
          },
          reserved = { filter = "pmip6.flags.reserved", mask = 0x3fff },
        },
      },
    },
    {
      name = "update-ack",
      title = "Update Notification Acknowledgement",
      clause = "RFC 7077 4.2",
      number = 20,
      own = true,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "sequence",
          filter = "pmip6.sequence",
          title = "Sequence number, that of the update notification",
        },
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.status",
          title = "Status",
          enum = "update_status",
        },
        {
          kind = "uint",
          octets = 3,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
      },
    },
    {
      name = "fbi",
      title = "Flow Binding Indication",
      clause = "RFC 7109 6.1.1",
      number = 21,
      own = true,
      when = 1,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "flow_binding_type",
          filter = "pmip6.flow_binding_type",
          title = "Flow binding type",
          enum = "flow_binding_type",
        },
        { kind = "uint", octets = 2, name = "sequence", filter = "pmip6.sequence", title = "Sequence number" },
        {
          kind = "uint",
          octets = 1,
          name = "trigger",
          filter = "pmip6.trigger",
          title = "Trigger",
          enum = "flow_binding_trigger",
        },
        {
          kind = "flags",
          octets = 1,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = { { filter = "pmip6.flags.a", title = "A: Acknowledge", letter = "A", mask = 0x80 } },
          reserved = { filter = "pmip6.flags.reserved", mask = 0x7f },
        },
      },
    },
    {
      name = "fba",
      title = "Flow Binding Acknowledgement",
      clause = "RFC 7109 6.1.2",
      number = 21,
      own = true,
      when = 2,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "flow_binding_type",
          filter = "pmip6.flow_binding_type",
          title = "Flow binding type",
          enum = "flow_binding_type",
        },
        {
          kind = "uint",
          octets = 2,
          name = "sequence",
          filter = "pmip6.sequence",
          title = "Sequence number, that of the indication",
        },
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.status",
          title = "Status",
          enum = "flow_binding_status",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
      },
    },
    {
      name = "subscription-query",
      title = "Subscription Query",
      clause = "RFC 7161 4.3.1.2",
      number = 22,
      own = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "sequence",
          filter = "pmip6.sequence",
          title = "Sequence number, modulo 256",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.reserved",
          title = "Reserved",
          reserved = true,
        },
      },
    },
    {
      name = "subscription-response",
      title = "Subscription Response",
      clause = "RFC 7161 4.3.2.2",
      number = 23,
      own = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "sequence",
          filter = "pmip6.sequence",
          title = "Sequence number, that of the query",
        },
        {
          kind = "flags",
          octets = 1,
          name = "flags",
          filter = "pmip6.flags",
          title = "Flags",
          flags = { { filter = "pmip6.flags.i", title = "I: There are subscriptions", letter = "I", mask = 0x80 } },
          reserved = { filter = "pmip6.flags.reserved", mask = 0x7f },
        },
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
      changing = true,
      fields = {
        {
          kind = "address",
          octets = 16,
          name = "alternate_care_of_address",
          filter = "pmip6.alt_coa.alternate_care_of_address",
          title = "Alternate care-of address",
        },
      },
    },
    {
      name = "nonce-indices",
      title = "Nonce Indices",
      clause = "RFC 6275 6.2.6",
      number = 4,
      length_rule = "rfc6275/6.2.6/length",
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "home_nonce_index",
          filter = "pmip6.nonce_indices.home_nonce_index",
          title = "Home nonce index",
        },
        {
          kind = "uint",
          octets = 2,
          name = "care_of_nonce_index",
          filter = "pmip6.nonce_indices.care_of_nonce_index",
          title = "Care-of nonce index",
        },
      },
    },
    {
      name = "binding-auth-data",
      title = "Binding Authorization Data",
      clause = "RFC 6275 6.2.7",
      number = 5,
      length_rule = "rfc6275/6.2.7/length",
      changing = true,
      fields = {
        {
          kind = "rest",
          name = "authenticator",
          filter = "pmip6.binding_auth_data.authenticator",
          title = "Authenticator",
          form = "hex",
        },
      },
    },
    {
      name = "mnp",
      title = "Mobile Network Prefix",
      clause = "RFC 3963 4.3",
      number = 6,
      length_rule = "rfc3963/4.3/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.mnp.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "prefix",
          name = "mobile_network_prefix",
          filter = "pmip6.mnp.mobile_network_prefix",
          title = "Mobile network prefix",
          length_filter = "pmip6.mnp.prefix_length",
        },
      },
    },
    {
      name = "mn-id",
      title = "Mobile Node Identifier",
      clause = "RFC 4283 3",
      number = 8,
      length_rule = "rfc4283/3/length",
      changing = true,
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
          forms = { [1] = "text", [2] = "address", [3] = "imsi", [5] = "eui", [6] = "eui" },
        },
      },
    },
    {
      name = "auth",
      title = "Mobility Message Authentication",
      clause = "RFC 4285 5",
      number = 9,
      length_rule = "rfc4285/5/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "subtype",
          filter = "pmip6.auth.subtype",
          title = "Whom it authenticates",
          enum = "auth_subtype",
        },
        {
          kind = "uint",
          octets = 4,
          name = "mobility_spi",
          filter = "pmip6.auth.mobility_spi",
          title = "Mobility security parameter index",
        },
        {
          kind = "rest",
          name = "authentication_data",
          filter = "pmip6.auth.authentication_data",
          title = "Authentication data",
          form = "hex",
        },
      },
    },
    {
      name = "mesg-id",
      title = "Mobility Message Replay Protection",
      clause = "RFC 4285 6",
      number = 10,
      length_rule = "rfc4285/6/length",
      fields = {
        {
          kind = "uint",
          octets = 4,
          name = "seconds",
          filter = "pmip6.mesg_id.seconds",
          title = "Seconds since 1900-01-01 UTC",
        },
        {
          kind = "uint",
          octets = 4,
          name = "fraction",
          filter = "pmip6.mesg_id.fraction",
          title = "Fraction of a second, in units of 2^-32 s",
        },
      },
    },
    {
      name = "cga-params-request",
      title = "CGA Parameters Request",
      clause = "RFC 4866 5.6",
      number = 11,
      length_rule = "rfc4866/5.6/length",
      fields = {},
    },
    {
      name = "cga-params",
      title = "CGA Parameters",
      clause = "RFC 4866 5.1",
      number = 12,
      length_rule = "rfc4866/5.1/length",
      changing = true,
      fields = {
        {
          kind = "rest",
          name = "cga_parameters",
          filter = "pmip6.cga_params.cga_parameters",
          title = "Part of the CGA parameters (RFC 3972 3)",
          form = "hex",
        },
      },
    },
    {
      name = "signature",
      title = "Signature",
      clause = "RFC 4866 5.2",
      number = 13,
      length_rule = "rfc4866/5.2/length",
      changing = true,
      fields = {
        {
          kind = "rest",
          name = "signature",
          filter = "pmip6.signature.signature",
          title = "Signature over the CGA parameters options before it",
          form = "hex",
        },
      },
    },
    {
      name = "permanent-keygen-token",
      title = "Permanent Home Keygen Token",
      clause = "RFC 4866 5.3",
      number = 14,
      length_rule = "rfc4866/5.3/length",
      changing = true,
      fields = {
        {
          kind = "rest",
          name = "permanent_home_keygen_token",
          filter = "pmip6.permanent_keygen_token.permanent_home_keygen_token",
          title = "Permanent home keygen token, encrypted",
          form = "hex",
          minimum = 8,
        },
      },
    },
    {
      name = "care-of-test-init",
      title = "Care-of Test Init",
      clause = "RFC 4866 5.4",
      number = 15,
      length_rule = "rfc4866/5.4/length",
      fields = {},
    },
    {
      name = "care-of-test",
      title = "Care-of Test",
      clause = "RFC 4866 5.5",
      number = 16,
      length_rule = "rfc4866/5.5/length",
      changing = true,
      fields = {
        {
          kind = "octets",
          octets = 8,
          name = "care_of_keygen_token",
          filter = "pmip6.care_of_test.care_of_keygen_token",
          title = "Care-of keygen token",
        },
      },
    },
    {
      name = "dns-update",
      title = "DNS Update",
      clause = "RFC 5026 8.1",
      number = 17,
      length_rule = "rfc5026/8.1/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.dns_update.status",
          title = "Status, in acknowledgements",
          enum = "dns_update_status",
        },
        {
          kind = "flags",
          octets = 1,
          name = "flags",
          filter = "pmip6.dns_update.flags",
          title = "Flags",
          flags = { { filter = "pmip6.dns_update.flags.r", title = "R: Remove the entry", letter = "R", mask = 0x80 } },
          reserved = { filter = "pmip6.dns_update.flags.reserved", mask = 0x7f },
        },
        {
          kind = "rest",
          name = "mn_identity",
          filter = "pmip6.dns_update.mn_identity",
          title = "FQDN of the mobile node",
          octets_filter = "pmip6.dns_update.mn_identity_octets",
          form = "domain",
        },
      },
      carried_in = { ["binding-update"] = true, ["binding-ack"] = true },
    },
    {
      name = "vendor",
      title = "Vendor Specific",
      clause = "RFC 5094 3",
      number = 19,
      length_rule = "rfc5094/3/length",
      changing = true,
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
      name = "experimental",
      title = "Experimental",
      clause = "RFC 5096 4",
      number = 18,
      length_rule = "rfc5096/4/length",
      changing = true,
      fields = {
        {
          kind = "rest",
          name = "experimental_data",
          filter = "pmip6.experimental.experimental_data",
          title = "The experiment's data",
          form = "hex",
        },
      },
    },
    {
      name = "service-selection",
      title = "Service Selection",
      clause = "RFC 5149 3",
      number = 20,
      length_rule = "rfc5149/3/length",
      changing = true,
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
      changing = true,
      fields = {
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "l",
              filter = "pmip6.hnp.l",
              title = "Off-link: for flow mobility, not to be hosted on the link (RFC 7864)",
              weight = 128,
              count = 2,
              mask = 0x80,
            },
            {
              name = "reserved",
              filter = "pmip6.hnp.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 128,
              mask = 0x7f,
            },
          },
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
      changing = true,
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
      changing = true,
      fields = {
        {
          kind = "address",
          octets = 16,
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
      changing = true,
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
      name = "ipv4-hoa",
      title = "IPv4 Home Address",
      clause = "RFC 5555 3.1.1",
      number = 29,
      length_rule = "rfc5555/3.1.1/length",
      changing = true,
      fields = {
        {
          kind = "bits",
          octets = 2,
          parts = {
            {
              name = "prefix_length",
              filter = "pmip6.ipv4_hoa.prefix_length",
              title = "Prefix length",
              weight = 1024,
              count = 64,
              mask = 0xfc00,
            },
            {
              name = "p",
              filter = "pmip6.ipv4_hoa.p",
              title = "A mobile network prefix is asked for",
              weight = 512,
              count = 2,
              mask = 0x200,
            },
            {
              name = "reserved",
              filter = "pmip6.ipv4_hoa.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 512,
              mask = 0x1ff,
            },
          },
        },
        {
          kind = "address_rest",
          name = "ipv4_home_address",
          filter = "pmip6.ipv4_hoa.ipv4_home_address",
          title = "IPv4 home address",
          filter4 = "pmip6.ipv4_hoa.ipv4_home_address4",
          sizes = { 4 },
        },
      },
      carried_in = { ["binding-update"] = true, bri = true },
    },
    {
      name = "ipv4-address-ack",
      title = "IPv4 Address Acknowledgement",
      clause = "RFC 5555 3.2.1",
      number = 30,
      length_rule = "rfc5555/3.2.1/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.ipv4_address_ack.status",
          title = "Status",
          enum = "ipv4_address_status",
        },
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "prefix_length",
              filter = "pmip6.ipv4_address_ack.prefix_length",
              title = "Prefix length granted",
              weight = 4,
              count = 64,
              mask = 0xfc,
            },
            {
              name = "reserved",
              filter = "pmip6.ipv4_address_ack.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 4,
              mask = 0x3,
            },
          },
        },
        {
          kind = "address_rest",
          name = "ipv4_home_address",
          filter = "pmip6.ipv4_address_ack.ipv4_home_address",
          title = "IPv4 home address",
          filter4 = "pmip6.ipv4_address_ack.ipv4_home_address4",
          sizes = { 4 },
        },
      },
      numbers = {
        rule = "rfc5555/8/ipv4-address-ack-29",
        text = "IPv4 Address Acknowledgement: its number is 29",
        list = { 29 },
      },
      carried_in = { ["binding-ack"] = true },
    },
    {
      name = "nat-detection",
      title = "NAT Detection",
      clause = "RFC 5555 3.2.2",
      number = 31,
      length_rule = "rfc5555/3.2.2/length",
      fields = {
        {
          kind = "bits",
          octets = 2,
          parts = {
            {
              name = "f",
              filter = "pmip6.nat_detection.f",
              title = "UDP encapsulation is required",
              weight = 32768,
              count = 2,
              mask = 0x8000,
            },
            {
              name = "reserved",
              filter = "pmip6.nat_detection.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 32768,
              mask = 0x7fff,
            },
          },
        },
        {
          kind = "uint",
          octets = 4,
          name = "refresh_time",
          filter = "pmip6.nat_detection.refresh_time",
          title = "Seconds between refreshes of the NAT binding",
          unit = 1,
        },
      },
    },
    {
      name = "ipv4-coa",
      title = "IPv4 Care-of Address",
      clause = "RFC 5555 3.1.2",
      number = 32,
      length_rule = "rfc5555/3.1.2/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.ipv4_coa.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "address_rest",
          name = "ipv4_care_of_address",
          filter = "pmip6.ipv4_coa.ipv4_care_of_address",
          title = "IPv4 care-of address",
          filter4 = "pmip6.ipv4_coa.ipv4_care_of_address4",
          sizes = { 4 },
        },
      },
    },
    {
      name = "mh-lla",
      title = "Mobility Header Link-Layer Address",
      clause = "RFC 5568 6.4.4",
      number = 7,
      length_rule = "rfc5568/6.4.4/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "option_code",
          filter = "pmip6.mh_lla.option_code",
          title = "Whose address",
          enum = "mh_lla_code",
        },
        { kind = "rest", name = "lla", filter = "pmip6.mh_lla.lla", title = "Link-layer address", form = "hex" },
      },
    },
    {
      name = "badf",
      title = "Binding Authorization Data for FMIPv6",
      clause = "RFC 5568 6.4.5",
      number = 21,
      length_rule = "rfc5568/6.4.5/length",
      changing = true,
      fields = {
        { kind = "uint", octets = 4, name = "spi", filter = "pmip6.badf.spi", title = "Security parameter index" },
        {
          kind = "rest",
          name = "authenticator",
          filter = "pmip6.badf.authenticator",
          title = "Authenticator",
          form = "hex",
        },
      },
      lengths = {
        {
          rule = "rfc5568/6.4.5/badf-length-of-authenticator",
          text = "Binding Authorization Data for FMIPv6: its length counts the authenticator alone",
          unit = 1,
          more = 4,
          last = true,
          turned = "Binding Authorization Data for FMIPv6: its length counts SPI and authenticator",
        },
      },
    },
    {
      name = "mh-address",
      title = "Mobility Header IPv6 Address/Prefix",
      clause = "RFC 5568 6.4.2",
      number = 34,
      length_rule = "rfc5568/6.4.2/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "option_code",
          filter = "pmip6.mh_address.option_code",
          title = "What it is",
          enum = "mh_address_code",
        },
        {
          kind = "prefix",
          name = "prefix",
          filter = "pmip6.mh_address.prefix",
          title = "IPv6 address or prefix",
          length_filter = "pmip6.mh_address.prefix_length",
        },
      },
      numbers = {
        rule = "rfc5568/6.4.2/mh-address-17",
        text = "Mobility Header IPv6 Address/Prefix: its number is 17",
        list = { 17 },
      },
      carried_in = { ["handover-initiate"] = true, ["handover-ack"] = true },
    },
    {
      name = "bid",
      title = "Binding Identifier",
      clause = "RFC 5648 4.3",
      number = 35,
      length_rule = "rfc5648/4.3/length",
      changing = true,
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
      name = "ipv4-hoa-request",
      title = "IPv4 Home Address Request",
      clause = "RFC 5844 3.3.1",
      number = 36,
      length_rule = "rfc5844/3.3.1/length",
      changing = true,
      fields = {
        {
          kind = "bits",
          octets = 2,
          parts = {
            {
              name = "prefix_length",
              filter = "pmip6.ipv4_hoa_request.prefix_length",
              title = "Prefix length of the IPv4 home network",
              weight = 1024,
              count = 64,
              mask = 0xfc00,
            },
            {
              name = "reserved",
              filter = "pmip6.ipv4_hoa_request.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 1024,
              mask = 0x3ff,
            },
          },
        },
        {
          kind = "address_rest",
          name = "ipv4_home_address",
          filter = "pmip6.ipv4_hoa_request.ipv4_home_address",
          title = "IPv4 home address",
          filter4 = "pmip6.ipv4_hoa_request.ipv4_home_address4",
          sizes = { 4 },
        },
      },
    },
    {
      name = "ipv4-hoa-reply",
      title = "IPv4 Home Address Reply",
      clause = "RFC 5844 3.3.2",
      number = 37,
      length_rule = "rfc5844/3.3.2/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.ipv4_hoa_reply.status",
          title = "Status",
          enum = "ipv4_hoa_status",
        },
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "prefix_length",
              filter = "pmip6.ipv4_hoa_reply.prefix_length",
              title = "Prefix length of the IPv4 home network",
              weight = 4,
              count = 64,
              mask = 0xfc,
            },
            {
              name = "reserved",
              filter = "pmip6.ipv4_hoa_reply.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 4,
              mask = 0x3,
            },
          },
        },
        {
          kind = "address_rest",
          name = "ipv4_home_address",
          filter = "pmip6.ipv4_hoa_reply.ipv4_home_address",
          title = "IPv4 home address given",
          filter4 = "pmip6.ipv4_hoa_reply.ipv4_home_address4",
          sizes = { 4 },
        },
      },
    },
    {
      name = "ipv4-default-router",
      title = "IPv4 Default-Router Address",
      clause = "RFC 5844 3.3.3",
      number = 38,
      length_rule = "rfc5844/3.3.3/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.ipv4_default_router.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "address_rest",
          name = "ipv4_default_router_address",
          filter = "pmip6.ipv4_default_router.ipv4_default_router_address",
          title = "The mobile node's default router",
          filter4 = "pmip6.ipv4_default_router.ipv4_default_router_address4",
          sizes = { 4 },
        },
      },
    },
    {
      name = "ipv4-dhcp-mode",
      title = "IPv4 DHCP Support Mode",
      clause = "RFC 5844 3.3.4",
      number = 39,
      length_rule = "rfc5844/3.3.4/length",
      fields = {
        {
          kind = "bits",
          octets = 2,
          parts = {
            {
              name = "reserved",
              filter = "pmip6.ipv4_dhcp_mode.reserved",
              title = "Reserved",
              reserved = true,
              weight = 2,
              count = 32768,
              mask = 0xfffe,
            },
            {
              name = "s",
              filter = "pmip6.ipv4_dhcp_mode.s",
              title = "DHCP support mode",
              enum = "dhcp_mode",
              weight = 1,
              count = 2,
              mask = 0x1,
            },
          },
        },
      },
    },
    {
      name = "gre-key",
      title = "GRE Key",
      clause = "RFC 5845 6.1",
      number = 33,
      length_rule = "rfc5845/6.1/length",
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.gre_key.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "numbers",
          octets = 4,
          name = "gre_key",
          filter = "pmip6.gre_key.gre_key",
          title = "GRE key identifier",
          maximum = 1,
        },
      },
    },
    {
      name = "restart-counter",
      title = "Restart Counter",
      clause = "RFC 5847 3.4",
      number = 28,
      length_rule = "rfc5847/3.4/length",
      fields = {
        {
          kind = "uint",
          octets = 4,
          name = "restart_counter",
          filter = "pmip6.restart_counter.restart_counter",
          title = "Restart counter",
        },
      },
    },
    {
      name = "context-request",
      title = "Context Request",
      clause = "RFC 5949 6.2.1",
      number = 40,
      length_rule = "rfc5949/6.2.1/length",
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.context_request.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "suboptions",
          name = "suboptions",
          filter = "pmip6.context_request.suboptions",
          title = "Types of the options asked for",
          space = "context-request",
        },
      },
    },
    {
      name = "lma-address",
      title = "Local Mobility Anchor Address",
      clause = "RFC 5949 6.2.2",
      number = 41,
      length_rule = "rfc5949/6.2.2/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "option_code",
          filter = "pmip6.lma_address.option_code",
          title = "Kind of address",
          enum = "lma_address_code",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.lma_address.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "address_rest",
          name = "lma_address",
          filter = "pmip6.lma_address.lma_address",
          title = "Address of the local mobility anchor",
          filter4 = "pmip6.lma_address.lma_address4",
          sizes = { 4, 16 },
        },
      },
    },
    {
      name = "lla-iid",
      title = "Mobile Node Link-local Address Interface Identifier",
      clause = "RFC 5949 6.2.3",
      number = 42,
      length_rule = "rfc5949/6.2.3/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.lla_iid.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "octets",
          octets = 8,
          name = "interface_identifier",
          filter = "pmip6.lla_iid.interface_identifier",
          title = "Interface identifier",
        },
      },
    },
    {
      name = "transient-binding",
      title = "Transient Binding",
      clause = "RFC 6058 5.1",
      number = 43,
      length_rule = "rfc6058/5.1/length",
      fields = {
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "reserved",
              filter = "pmip6.transient_binding.reserved",
              title = "Reserved",
              reserved = true,
              weight = 2,
              count = 128,
              mask = 0xfe,
            },
            {
              name = "l",
              filter = "pmip6.transient_binding.l",
              title = "Late path switch: downlink packets still go to the previous MAG",
              weight = 1,
              count = 2,
              mask = 0x1,
            },
          },
        },
        {
          kind = "uint",
          octets = 1,
          name = "lifetime",
          filter = "pmip6.transient_binding.lifetime",
          title = "Longest transient state in units of 100 ms",
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
      numbers = {
        rule = "rfc6089/8/flow-summary-45",
        text = "Flow Summary: its number is 45, as with flow_identification_option_type = 44 and flow_summary_option_type = 45",
        list = { 44, 45 },
      },
      carried_in = { ["binding-update"] = true, pbu = true },
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
      lengths = {
        {
          rule = "mext/4.2/fid-in-units-of-8",
          text = "Flow Identification: its length counts units of 8 octets with type and length, as with fid_length_unit = units-of-8",
          unit = 8,
          more = -2,
          turned = "Flow Identification: its length counts octets",
        },
      },
      numbers = {
        rule = "rfc6089/8/fid-44",
        text = "Flow Identification: its number is 44, as with flow_identification_option_type = 44 and flow_summary_option_type = 45",
        list = { 44, 45 },
      },
      carried_in = {
        ["binding-update"] = true,
        ["binding-ack"] = true,
        pbu = true,
        pba = true,
        fbi = true,
        fba = true,
        bri = true,
        bra = true,
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
      lengths = {
        {
          rule = "mext/4.2/fid-in-units-of-8",
          text = "Flow Identification: its length counts units of 8 octets with type and length, as with fid_length_unit = units-of-8",
          unit = 8,
          more = -2,
          turned = "Flow Identification: its length counts octets",
        },
      },
      numbers = {
        rule = "rfc6089/8/fid-44",
        text = "Flow Identification: its number is 44, as with flow_identification_option_type = 44 and flow_summary_option_type = 45",
        list = { 44, 45 },
      },
      carried_in = {
        ["binding-update"] = true,
        ["binding-ack"] = true,
        pbu = true,
        pba = true,
        fbi = true,
        fba = true,
        bri = true,
        bra = true,
      },
    },
    {
      name = "redirect-capability",
      title = "Redirect-Capability",
      clause = "RFC 6463 4.1",
      number = 46,
      length_rule = "rfc6463/4.1/length",
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.redirect_capability.reserved",
          title = "Reserved",
          reserved = true,
        },
      },
    },
    {
      name = "redirect",
      title = "Redirect",
      clause = "RFC 6463 4.2",
      number = 47,
      length_rule = "rfc6463/4.2/length",
      changing = true,
      fields = {
        {
          kind = "bits",
          octets = 2,
          parts = {
            {
              name = "k",
              filter = "pmip6.redirect.k",
              title = "An IPv6 address is there",
              weight = 32768,
              count = 2,
              mask = 0x8000,
            },
            {
              name = "n",
              filter = "pmip6.redirect.n",
              title = "An IPv4 address is there",
              weight = 16384,
              count = 2,
              mask = 0x4000,
            },
            {
              name = "reserved",
              filter = "pmip6.redirect.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 16384,
              mask = 0x3fff,
            },
          },
        },
        {
          kind = "address_rest",
          name = "r2lma_address",
          filter = "pmip6.redirect.r2lma_address",
          title = "Address of the anchor to go to",
          filter4 = "pmip6.redirect.r2lma_address4",
          sizes = { 4, 16 },
        },
      },
    },
    {
      name = "load-information",
      title = "Load Information",
      clause = "RFC 6463 4.3",
      number = 48,
      length_rule = "rfc6463/4.3/length",
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "priority",
          filter = "pmip6.load_information.priority",
          title = "Priority of the anchor, lower first",
        },
        {
          kind = "uint",
          octets = 4,
          name = "sessions_in_use",
          filter = "pmip6.load_information.sessions_in_use",
          title = "Sessions in use",
        },
        {
          kind = "uint",
          octets = 4,
          name = "maximum_sessions",
          filter = "pmip6.load_information.maximum_sessions",
          title = "Most sessions",
        },
        {
          kind = "uint",
          octets = 4,
          name = "used_capacity",
          filter = "pmip6.load_information.used_capacity",
          title = "Used capacity in kilobytes per second",
        },
        {
          kind = "uint",
          octets = 4,
          name = "maximum_capacity",
          filter = "pmip6.load_information.maximum_capacity",
          title = "Most capacity in kilobytes per second",
        },
      },
    },
    {
      name = "alt-ipv4-coa",
      title = "Alternate IPv4 Care-of Address",
      clause = "RFC 6463 4.4",
      number = 49,
      length_rule = "rfc6463/4.4/length",
      changing = true,
      fields = {
        {
          kind = "address_rest",
          name = "alternate_ipv4_care_of_address",
          filter = "pmip6.alt_ipv4_coa.alternate_ipv4_care_of_address",
          title = "Alternate IPv4 care-of address",
          filter4 = "pmip6.alt_ipv4_coa.alternate_ipv4_care_of_address4",
          sizes = { 4 },
        },
      },
    },
    {
      name = "mn-group-id",
      title = "Mobile Node Group Identifier",
      clause = "RFC 6602 4.3",
      number = 50,
      length_rule = "rfc6602/4.3/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "subtype",
          filter = "pmip6.mn_group_id.subtype",
          title = "Kind of group",
          enum = "mn_group_subtype",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.mn_group_id.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 4,
          name = "group",
          filter = "pmip6.mn_group_id.group",
          title = "Group identifier",
          enum = "mn_group",
        },
      },
    },
    {
      name = "mag-ipv6-address",
      title = "MAG IPv6 Address",
      clause = "RFC 6705 11.1",
      number = 51,
      length_rule = "rfc6705/11.1/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.mag_ipv6_address.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 1,
          name = "address_length",
          filter = "pmip6.mag_ipv6_address.address_length",
          title = "Address length in bits",
        },
        {
          kind = "address",
          octets = 16,
          name = "mag_ipv6_address",
          filter = "pmip6.mag_ipv6_address.mag_ipv6_address",
          title = "Address of a gateway in localized routing",
        },
      },
    },
    {
      name = "ani",
      title = "Access Network Identifier",
      clause = "RFC 6757 3",
      number = 52,
      length_rule = "rfc6757/3/length",
      fields = {
        {
          kind = "suboptions",
          name = "suboptions",
          filter = "pmip6.ani.suboptions",
          title = "Sub-options",
          space = "ani",
        },
      },
    },
    {
      name = "ipv4-offload",
      title = "IPv4 Traffic Offload Selector",
      clause = "RFC 6909 3.1",
      number = 53,
      length_rule = "rfc6909/3.1/length",
      fields = {
        {
          kind = "bits",
          octets = 4,
          parts = {
            {
              name = "m",
              filter = "pmip6.ipv4_offload.m",
              title = "0: matching flows are offloaded",
              weight = 2147483648,
              count = 2,
              mask = 0x80000000,
            },
            {
              name = "reserved",
              filter = "pmip6.ipv4_offload.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 2147483648,
              mask = 0x7fffffff,
            },
          },
        },
        {
          kind = "suboptions",
          name = "suboptions",
          filter = "pmip6.ipv4_offload.suboptions",
          title = "Sub-options",
          space = "offload",
        },
      },
    },
    {
      name = "multicast-selector",
      title = "Dynamic IP Multicast Selector",
      clause = "RFC 7028 5.1.2",
      number = 54,
      length_rule = "rfc7028/5.1.2/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "protocol",
          filter = "pmip6.multicast_selector.protocol",
          title = "Membership protocol",
          enum = "multicast_protocol",
        },
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "m",
              filter = "pmip6.multicast_selector.m",
              title = "1: routed locally",
              weight = 128,
              count = 2,
              mask = 0x80,
            },
            {
              name = "reserved",
              filter = "pmip6.multicast_selector.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 128,
              mask = 0x7f,
            },
          },
        },
        {
          kind = "uint",
          octets = 2,
          name = "records_count",
          filter = "pmip6.multicast_selector.records_count",
          title = "How many records follow",
        },
        {
          kind = "records",
          name = "records",
          filter = "pmip6.multicast_selector.records",
          title = "Multicast address records of that protocol",
          octets_filter = "pmip6.multicast_selector.records_octets",
          count = "records_count",
          by = "protocol",
          of = { [18] = 1, [22] = 1, [34] = 2, [131] = 3, [143] = 4 },
          records = {
            {
              title = "Group Address",
              fields = {
                {
                  kind = "address",
                  octets = 4,
                  name = "group_address",
                  filter = "pmip6.multicast_selector.records.group_address4",
                  title = "Group address",
                },
              },
            },
            {
              title = "Group Record",
              fields = {
                {
                  kind = "uint",
                  octets = 1,
                  name = "record_type",
                  filter = "pmip6.multicast_selector.records.record_type",
                  title = "Record type",
                  enum = "multicast_record_type",
                },
                {
                  kind = "uint",
                  octets = 1,
                  name = "aux_data_length",
                  filter = "pmip6.multicast_selector.records.aux_data_length",
                  title = "Words of auxiliary data",
                },
                {
                  kind = "uint",
                  octets = 2,
                  name = "source_count",
                  filter = "pmip6.multicast_selector.records.source_count",
                  title = "Number of sources",
                },
                {
                  kind = "address",
                  octets = 4,
                  name = "multicast_address",
                  filter = "pmip6.multicast_selector.records.multicast_address4",
                  title = "Multicast address",
                },
                {
                  kind = "addresses",
                  octets = 4,
                  name = "sources",
                  filter = "pmip6.multicast_selector.records.sources4",
                  title = "Source addresses",
                  count = "source_count",
                },
                {
                  kind = "sized",
                  name = "aux_data",
                  filter = "pmip6.multicast_selector.records.aux_data",
                  title = "Auxiliary data",
                  form = "hex",
                  count = "aux_data_length",
                  unit = 4,
                },
              },
            },
            {
              title = "Multicast Address",
              fields = {
                {
                  kind = "address",
                  octets = 16,
                  name = "multicast_address",
                  filter = "pmip6.multicast_selector.records.multicast_address",
                  title = "Multicast address",
                },
              },
            },
            {
              title = "Multicast Address Record",
              fields = {
                {
                  kind = "uint",
                  octets = 1,
                  name = "record_type",
                  filter = "pmip6.multicast_selector.records.record_type",
                  title = "Record type",
                  enum = "multicast_record_type",
                },
                {
                  kind = "uint",
                  octets = 1,
                  name = "aux_data_length",
                  filter = "pmip6.multicast_selector.records.aux_data_length",
                  title = "Words of auxiliary data",
                },
                {
                  kind = "uint",
                  octets = 2,
                  name = "source_count",
                  filter = "pmip6.multicast_selector.records.source_count",
                  title = "Number of sources",
                },
                {
                  kind = "address",
                  octets = 16,
                  name = "multicast_address",
                  filter = "pmip6.multicast_selector.records.multicast_address",
                  title = "Multicast address",
                },
                {
                  kind = "addresses",
                  octets = 16,
                  name = "sources",
                  filter = "pmip6.multicast_selector.records.sources",
                  title = "Source addresses",
                  count = "source_count",
                },
                {
                  kind = "sized",
                  name = "aux_data",
                  filter = "pmip6.multicast_selector.records.aux_data",
                  title = "Auxiliary data",
                  form = "hex",
                  count = "aux_data_length",
                  unit = 4,
                },
              },
            },
          },
        },
      },
    },
    {
      name = "dmnp",
      title = "Delegated Mobile Network Prefix",
      clause = "RFC 7148 4.1",
      number = 55,
      length_rule = "rfc7148/4.1/length",
      changing = true,
      fields = {
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "v",
              filter = "pmip6.dmnp.v",
              title = "The prefix is IPv4",
              weight = 128,
              count = 2,
              mask = 0x80,
            },
            {
              name = "reserved",
              filter = "pmip6.dmnp.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 128,
              mask = 0x7f,
            },
          },
        },
        {
          kind = "uint",
          octets = 1,
          name = "prefix_length",
          filter = "pmip6.dmnp.prefix_length",
          title = "Prefix length",
        },
        {
          kind = "address_rest",
          name = "prefix",
          filter = "pmip6.dmnp.prefix",
          title = "IPv4 or IPv6 prefix, whole address",
          filter4 = "pmip6.dmnp.prefix4",
          sizes = { 4, 16 },
        },
      },
    },
    {
      name = "multicast-ipv4",
      title = "Active Multicast Subscription IPv4",
      clause = "RFC 7161 6.1",
      number = 56,
      length_rule = "rfc7161/6.1/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "igmp_type",
          filter = "pmip6.multicast_ipv4.igmp_type",
          title = "Membership protocol",
          enum = "igmp_type",
        },
        {
          kind = "records",
          name = "context",
          filter = "pmip6.multicast_ipv4.context",
          title = "Membership context",
          octets_filter = "pmip6.multicast_ipv4.context_octets",
          single = true,
          by = "igmp_type",
          of = { [18] = 1, [22] = 1, [34] = 2 },
          records = {
            {
              title = "Group Address",
              fields = {
                {
                  kind = "address",
                  octets = 4,
                  name = "group_address",
                  filter = "pmip6.multicast_ipv4.context.group_address4",
                  title = "Group address",
                },
              },
            },
            {
              title = "Group Record",
              fields = {
                {
                  kind = "uint",
                  octets = 1,
                  name = "record_type",
                  filter = "pmip6.multicast_ipv4.context.record_type",
                  title = "Record type",
                  enum = "multicast_record_type",
                },
                {
                  kind = "uint",
                  octets = 1,
                  name = "aux_data_length",
                  filter = "pmip6.multicast_ipv4.context.aux_data_length",
                  title = "Words of auxiliary data",
                },
                {
                  kind = "uint",
                  octets = 2,
                  name = "source_count",
                  filter = "pmip6.multicast_ipv4.context.source_count",
                  title = "Number of sources",
                },
                {
                  kind = "address",
                  octets = 4,
                  name = "multicast_address",
                  filter = "pmip6.multicast_ipv4.context.multicast_address4",
                  title = "Multicast address",
                },
                {
                  kind = "addresses",
                  octets = 4,
                  name = "sources",
                  filter = "pmip6.multicast_ipv4.context.sources4",
                  title = "Source addresses",
                  count = "source_count",
                },
                {
                  kind = "sized",
                  name = "aux_data",
                  filter = "pmip6.multicast_ipv4.context.aux_data",
                  title = "Auxiliary data",
                  form = "hex",
                  count = "aux_data_length",
                  unit = 4,
                },
              },
            },
          },
        },
      },
    },
    {
      name = "multicast-ipv6",
      title = "Active Multicast Subscription IPv6",
      clause = "RFC 7161 4.1.2",
      number = 57,
      length_rule = "rfc7161/4.1.2/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "mld_type",
          filter = "pmip6.multicast_ipv6.mld_type",
          title = "Membership protocol",
          enum = "mld_type",
        },
        {
          kind = "records",
          name = "context",
          filter = "pmip6.multicast_ipv6.context",
          title = "Membership context",
          octets_filter = "pmip6.multicast_ipv6.context_octets",
          single = true,
          by = "mld_type",
          of = { [131] = 1, [143] = 2 },
          records = {
            {
              title = "MLDv1 Context",
              fields = {
                {
                  kind = "uint",
                  octets = 4,
                  name = "reserved",
                  filter = "pmip6.multicast_ipv6.context.reserved",
                  title = "Reserved",
                  reserved = true,
                },
                {
                  kind = "address",
                  octets = 16,
                  name = "multicast_address",
                  filter = "pmip6.multicast_ipv6.context.multicast_address",
                  title = "Multicast address",
                },
              },
            },
            {
              title = "Multicast Address Record",
              fields = {
                {
                  kind = "uint",
                  octets = 1,
                  name = "record_type",
                  filter = "pmip6.multicast_ipv6.context.record_type",
                  title = "Record type",
                  enum = "multicast_record_type",
                },
                {
                  kind = "uint",
                  octets = 1,
                  name = "aux_data_length",
                  filter = "pmip6.multicast_ipv6.context.aux_data_length",
                  title = "Words of auxiliary data",
                },
                {
                  kind = "uint",
                  octets = 2,
                  name = "source_count",
                  filter = "pmip6.multicast_ipv6.context.source_count",
                  title = "Number of sources",
                },
                {
                  kind = "address",
                  octets = 16,
                  name = "multicast_address",
                  filter = "pmip6.multicast_ipv6.context.multicast_address",
                  title = "Multicast address",
                },
                {
                  kind = "addresses",
                  octets = 16,
                  name = "sources",
                  filter = "pmip6.multicast_ipv6.context.sources",
                  title = "Source addresses",
                  count = "source_count",
                },
                {
                  kind = "sized",
                  name = "aux_data",
                  filter = "pmip6.multicast_ipv6.context.aux_data",
                  title = "Auxiliary data",
                  form = "hex",
                  count = "aux_data_length",
                  unit = 4,
                },
              },
            },
          },
        },
      },
    },
    {
      name = "qos",
      title = "Quality-of-Service",
      clause = "RFC 7222 4.1",
      number = 58,
      length_rule = "rfc7222/4.1/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "sr_id",
          filter = "pmip6.qos.sr_id",
          title = "Service request identifier, which the LMA allocates",
        },
        {
          kind = "bits",
          octets = 1,
          parts = {
            {
              name = "dscp",
              filter = "pmip6.qos.dscp",
              title = "Code point to mark the flows with",
              weight = 4,
              count = 64,
              mask = 0xfc,
            },
            {
              name = "rsvd",
              filter = "pmip6.qos.rsvd",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 4,
              mask = 0x3,
            },
          },
        },
        {
          kind = "uint",
          octets = 1,
          name = "oc",
          filter = "pmip6.qos.oc",
          title = "Operational code",
          enum = "qos_operation",
        },
        {
          kind = "uint",
          octets = 3,
          name = "reserved",
          filter = "pmip6.qos.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "suboptions",
          name = "suboptions",
          filter = "pmip6.qos.suboptions",
          title = "QoS attributes",
          space = "qos",
        },
      },
    },
    {
      name = "lma-user-plane",
      title = "LMA User-Plane Address",
      clause = "RFC 7389 4",
      number = 59,
      length_rule = "rfc7389/4/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.lma_user_plane.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "address_rest",
          name = "lma_user_plane_address",
          filter = "pmip6.lma_user_plane.lma_user_plane_address",
          title = "Address of the LMA's user plane, IPv4 or IPv6",
          filter4 = "pmip6.lma_user_plane.lma_user_plane_address4",
          sizes = { 0, 4, 16 },
        },
      },
    },
    {
      name = "multicast-mobility",
      title = "Multicast Mobility",
      clause = "RFC 7411 5.3",
      number = 60,
      words = true,
      length_rule = "rfc7411/5.3/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "option_code",
          filter = "pmip6.multicast_mobility.option_code",
          title = "Kind of the report",
          enum = "multicast_payload",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.multicast_mobility.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 2,
          name = "rsvd",
          filter = "pmip6.multicast_mobility.rsvd",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 2,
          name = "record_count",
          filter = "pmip6.multicast_mobility.record_count",
          title = "Number of multicast address records",
        },
        {
          kind = "records",
          name = "records",
          filter = "pmip6.multicast_mobility.records",
          title = "Multicast address records",
          octets_filter = "pmip6.multicast_mobility.records_octets",
          count = "record_count",
          by = "option_code",
          of = { [1] = 1, [2] = 2, [3] = 1, [4] = 2 },
          records = {
            {
              title = "Group Record",
              fields = {
                {
                  kind = "uint",
                  octets = 1,
                  name = "record_type",
                  filter = "pmip6.multicast_mobility.records.record_type",
                  title = "Record type",
                  enum = "multicast_record_type",
                },
                {
                  kind = "uint",
                  octets = 1,
                  name = "aux_data_length",
                  filter = "pmip6.multicast_mobility.records.aux_data_length",
                  title = "Words of auxiliary data",
                },
                {
                  kind = "uint",
                  octets = 2,
                  name = "source_count",
                  filter = "pmip6.multicast_mobility.records.source_count",
                  title = "Number of sources",
                },
                {
                  kind = "address",
                  octets = 4,
                  name = "multicast_address",
                  filter = "pmip6.multicast_mobility.records.multicast_address4",
                  title = "Multicast address",
                },
                {
                  kind = "addresses",
                  octets = 4,
                  name = "sources",
                  filter = "pmip6.multicast_mobility.records.sources4",
                  title = "Source addresses",
                  count = "source_count",
                },
                {
                  kind = "sized",
                  name = "aux_data",
                  filter = "pmip6.multicast_mobility.records.aux_data",
                  title = "Auxiliary data",
                  form = "hex",
                  count = "aux_data_length",
                  unit = 4,
                },
              },
            },
            {
              title = "Multicast Address Record",
              fields = {
                {
                  kind = "uint",
                  octets = 1,
                  name = "record_type",
                  filter = "pmip6.multicast_mobility.records.record_type",
                  title = "Record type",
                  enum = "multicast_record_type",
                },
                {
                  kind = "uint",
                  octets = 1,
                  name = "aux_data_length",
                  filter = "pmip6.multicast_mobility.records.aux_data_length",
                  title = "Words of auxiliary data",
                },
                {
                  kind = "uint",
                  octets = 2,
                  name = "source_count",
                  filter = "pmip6.multicast_mobility.records.source_count",
                  title = "Number of sources",
                },
                {
                  kind = "address",
                  octets = 16,
                  name = "multicast_address",
                  filter = "pmip6.multicast_mobility.records.multicast_address",
                  title = "Multicast address",
                },
                {
                  kind = "addresses",
                  octets = 16,
                  name = "sources",
                  filter = "pmip6.multicast_mobility.records.sources",
                  title = "Source addresses",
                  count = "source_count",
                },
                {
                  kind = "sized",
                  name = "aux_data",
                  filter = "pmip6.multicast_mobility.records.aux_data",
                  title = "Auxiliary data",
                  form = "hex",
                  count = "aux_data_length",
                  unit = 4,
                },
              },
            },
          },
        },
      },
      lengths = {
        {
          rule = "rfc6275/6.2.1/multicast-mobility-in-octets",
          text = "Multicast Mobility: its length counts octets",
          unit = 1,
          more = 0,
          turned = "Multicast Mobility: its length counts 32-bit words without the first four octets",
        },
        {
          rule = "rfc7411/5.3/multicast-mobility-in-all-words",
          text = "Multicast Mobility: its length counts 32-bit words with the first four octets",
          unit = 4,
          more = -2,
          turned = "Multicast Mobility: its length counts 32-bit words without the first four octets",
        },
      },
    },
    {
      name = "multicast-ack",
      title = "Multicast Acknowledgement",
      clause = "RFC 7411 5.4",
      number = 61,
      words = true,
      length_rule = "rfc7411/5.4/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "option_code",
          filter = "pmip6.multicast_ack.option_code",
          title = "Always 0",
        },
        {
          kind = "uint",
          octets = 1,
          name = "status",
          filter = "pmip6.multicast_ack.status",
          title = "Status",
          enum = "multicast_status",
        },
        {
          kind = "uint",
          octets = 2,
          name = "rsvd",
          filter = "pmip6.multicast_ack.rsvd",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 2,
          name = "record_count",
          filter = "pmip6.multicast_ack.record_count",
          title = "Number of multicast address records",
        },
        {
          kind = "records",
          name = "records",
          filter = "pmip6.multicast_ack.records",
          title = "Multicast address records",
          octets_filter = "pmip6.multicast_ack.records_octets",
          count = "record_count",
          by_at = 4,
          of = {
            [255] = 1,
            [224] = 2,
            [225] = 2,
            [226] = 2,
            [227] = 2,
            [228] = 2,
            [229] = 2,
            [230] = 2,
            [231] = 2,
            [232] = 2,
            [233] = 2,
            [234] = 2,
            [235] = 2,
            [236] = 2,
            [237] = 2,
            [238] = 2,
            [239] = 2,
          },
          records = {
            {
              title = "Multicast Address Record",
              fields = {
                {
                  kind = "uint",
                  octets = 1,
                  name = "record_type",
                  filter = "pmip6.multicast_ack.records.record_type",
                  title = "Record type",
                  enum = "multicast_record_type",
                },
                {
                  kind = "uint",
                  octets = 1,
                  name = "aux_data_length",
                  filter = "pmip6.multicast_ack.records.aux_data_length",
                  title = "Words of auxiliary data",
                },
                {
                  kind = "uint",
                  octets = 2,
                  name = "source_count",
                  filter = "pmip6.multicast_ack.records.source_count",
                  title = "Number of sources",
                },
                {
                  kind = "address",
                  octets = 16,
                  name = "multicast_address",
                  filter = "pmip6.multicast_ack.records.multicast_address",
                  title = "Multicast address",
                },
                {
                  kind = "addresses",
                  octets = 16,
                  name = "sources",
                  filter = "pmip6.multicast_ack.records.sources",
                  title = "Source addresses",
                  count = "source_count",
                },
                {
                  kind = "sized",
                  name = "aux_data",
                  filter = "pmip6.multicast_ack.records.aux_data",
                  title = "Auxiliary data",
                  form = "hex",
                  count = "aux_data_length",
                  unit = 4,
                },
              },
            },
            {
              title = "Group Record",
              fields = {
                {
                  kind = "uint",
                  octets = 1,
                  name = "record_type",
                  filter = "pmip6.multicast_ack.records.record_type",
                  title = "Record type",
                  enum = "multicast_record_type",
                },
                {
                  kind = "uint",
                  octets = 1,
                  name = "aux_data_length",
                  filter = "pmip6.multicast_ack.records.aux_data_length",
                  title = "Words of auxiliary data",
                },
                {
                  kind = "uint",
                  octets = 2,
                  name = "source_count",
                  filter = "pmip6.multicast_ack.records.source_count",
                  title = "Number of sources",
                },
                {
                  kind = "address",
                  octets = 4,
                  name = "multicast_address",
                  filter = "pmip6.multicast_ack.records.multicast_address4",
                  title = "Multicast address",
                },
                {
                  kind = "addresses",
                  octets = 4,
                  name = "sources",
                  filter = "pmip6.multicast_ack.records.sources4",
                  title = "Source addresses",
                  count = "source_count",
                },
                {
                  kind = "sized",
                  name = "aux_data",
                  filter = "pmip6.multicast_ack.records.aux_data",
                  title = "Auxiliary data",
                  form = "hex",
                  count = "aux_data_length",
                  unit = 4,
                },
              },
            },
          },
        },
      },
      lengths = {
        {
          rule = "rfc6275/6.2.1/multicast-ack-in-octets",
          text = "Multicast Acknowledgement: its length counts octets",
          unit = 1,
          more = 0,
          turned = "Multicast Acknowledgement: its length counts 32-bit words without the first four octets",
        },
        {
          rule = "rfc7411/5.4/multicast-ack-in-all-words",
          text = "Multicast Acknowledgement: its length counts 32-bit words with the first four octets",
          unit = 4,
          more = -2,
          turned = "Multicast Acknowledgement: its length counts 32-bit words without the first four octets",
        },
      },
    },
    {
      name = "lcmp",
      title = "LMA-Controlled MAG Parameters",
      clause = "RFC 8127 3",
      number = 62,
      length_rule = "rfc8127/3/length",
      fields = {
        {
          kind = "suboptions",
          name = "suboptions",
          filter = "pmip6.lcmp.suboptions",
          title = "LCMP sub-options",
          space = "lcmp",
        },
      },
    },
    {
      name = "mag-multipath",
      title = "MAG Multipath-Binding",
      clause = "RFC 8278 4.1",
      number = 63,
      length_rule = "rfc8278/4.1/length",
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "if_att",
          filter = "pmip6.mag_multipath.if_att",
          title = "Access technology of the interface",
          enum = "att",
        },
        {
          kind = "uint",
          octets = 1,
          name = "if_label",
          filter = "pmip6.mag_multipath.if_label",
          title = "Label of the interface",
        },
        {
          kind = "uint",
          octets = 1,
          name = "bid",
          filter = "pmip6.mag_multipath.bid",
          title = "Binding identifier",
        },
        {
          kind = "bits",
          octets = 3,
          parts = {
            {
              name = "b",
              filter = "pmip6.mag_multipath.b",
              title = "Bulk re-registration: renew all bindings",
              weight = 8388608,
              count = 2,
              mask = 0x800000,
            },
            {
              name = "o",
              filter = "pmip6.mag_multipath.o",
              title = "Registration overwrite: replace all bindings",
              weight = 4194304,
              count = 2,
              mask = 0x400000,
            },
            {
              name = "reserved",
              filter = "pmip6.mag_multipath.reserved",
              title = "Reserved",
              reserved = true,
              weight = 1,
              count = 4194304,
              mask = 0x3fffff,
            },
          },
        },
      },
    },
    {
      name = "mag-id",
      title = "MAG Identifier",
      clause = "RFC 8278 4.2",
      number = 64,
      length_rule = "rfc8278/4.2/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "subtype",
          filter = "pmip6.mag_id.subtype",
          title = "Subtype, as of a mobile node identifier",
          enum = "subtype",
        },
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.mag_id.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "rest",
          name = "identifier",
          filter = "pmip6.mag_id.identifier",
          title = "Identifier",
          octets_filter = "pmip6.mag_id.identifier_octets",
          by = "subtype",
          forms = { [1] = "text", [2] = "address", [3] = "imsi", [5] = "eui", [6] = "eui" },
        },
      },
    },
    {
      name = "anchored-prefix",
      title = "Anchored Prefix",
      clause = "RFC 8885 4.3",
      number = 65,
      length_rule = "rfc8885/4.3/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.anchored_prefix.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "prefix",
          name = "anchored_prefix",
          filter = "pmip6.anchored_prefix.anchored_prefix",
          title = "Prefix of the mobile node at the anchoring MAAR",
          length_filter = "pmip6.anchored_prefix.prefix_length",
        },
      },
    },
    {
      name = "local-prefix",
      title = "Local Prefix",
      clause = "RFC 8885 4.4",
      number = 66,
      length_rule = "rfc8885/4.4/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.local_prefix.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "prefix",
          name = "local_prefix",
          filter = "pmip6.local_prefix.local_prefix",
          title = "Prefix of a network that only the anchoring MAAR reaches",
          length_filter = "pmip6.local_prefix.prefix_length",
        },
      },
    },
    {
      name = "previous-maar",
      title = "Previous MAAR",
      clause = "RFC 8885 4.5",
      number = 67,
      length_rule = "rfc8885/4.5/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 1,
          name = "reserved",
          filter = "pmip6.previous_maar.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "uint",
          octets = 1,
          name = "prefix_length",
          filter = "pmip6.previous_maar.prefix_length",
          title = "Length of the home network prefix",
        },
        {
          kind = "address",
          octets = 16,
          name = "previous_maar",
          filter = "pmip6.previous_maar.previous_maar",
          title = "Global address of the previous MAAR",
        },
        {
          kind = "address",
          octets = 16,
          name = "home_network_prefix",
          filter = "pmip6.previous_maar.home_network_prefix",
          title = "Home network prefix anchored there",
        },
      },
    },
    {
      name = "serving-maar",
      title = "Serving MAAR",
      clause = "RFC 8885 4.6",
      number = 68,
      length_rule = "rfc8885/4.6/length",
      changing = true,
      fields = {
        {
          kind = "address",
          octets = 16,
          name = "serving_maar",
          filter = "pmip6.serving_maar.serving_maar",
          title = "Global address of the serving MAAR",
        },
      },
    },
    {
      name = "dlif-link-local",
      title = "DLIF Link-Local Address",
      clause = "RFC 8885 4.7",
      number = 69,
      length_rule = "rfc8885/4.7/length",
      changing = true,
      fields = {
        {
          kind = "address",
          octets = 16,
          name = "dlif_link_local_address",
          filter = "pmip6.dlif_link_local.dlif_link_local_address",
          title = "Link-local address of the distributed logical interface",
        },
      },
    },
    {
      name = "dlif-link-layer",
      title = "DLIF Link-Layer Address",
      clause = "RFC 8885 4.8",
      number = 70,
      length_rule = "rfc8885/4.8/length",
      changing = true,
      fields = {
        {
          kind = "uint",
          octets = 2,
          name = "reserved",
          filter = "pmip6.dlif_link_layer.reserved",
          title = "Reserved",
          reserved = true,
        },
        {
          kind = "rest",
          name = "dlif_link_layer_address",
          filter = "pmip6.dlif_link_layer.dlif_link_layer_address",
          title = "Link-layer address of the distributed logical interface",
          form = "hex",
          minimum = 1,
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
      forms = {},
    },
    rfc6089 = {
      key = "rfc6089",
      header = 0,
      past_end = "rfc6089/4.2.1/sub-option-past-end",
      unknown = "rfc6089/4.2.1/unknown-sub-option",
      entries = {
        { name = "pad1", title = "Pad1", number = 0, pad = true },
        {
          name = "padn",
          title = "PadN",
          number = 1,
          pad = true,
          padn = {
            rule = "rfc6089/4.2.1.2/padn-length-with-header",
            text = "PadN: its length counts type and length too",
            more = -2,
          },
        },
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
        {
          name = "flow-binding-action",
          title = "Flow Binding Action",
          number = 4,
          clause = "RFC 7109 6.2.1",
          length_rule = "rfc7109/6.2.1/length",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.flow_binding_action.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 1,
              name = "action",
              filter = "pmip6.flow_binding_action.action",
              title = "Action",
              enum = "flow_binding_action",
            },
          },
        },
        {
          name = "target-coa",
          title = "Target Care-of Address",
          number = 5,
          clause = "RFC 7109 6.2.2",
          length_rule = "rfc7109/6.2.2/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "reserved",
              filter = "pmip6.target_coa.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "address_rest",
              name = "target_care_of_address",
              filter = "pmip6.target_coa.target_care_of_address",
              title = "Where the flow moves to, IPv4 or IPv6",
              filter4 = "pmip6.target_coa.target_care_of_address4",
              sizes = { 4, 16 },
            },
          },
        },
      },
      forms = {},
    },
    ["context-request"] = {
      key = "context-request",
      header = 0,
      past_end = "rfc5949/6.2.1/sub-option-past-end",
      entries = {
        {
          name = "vendor-request",
          title = "Vendor Specific",
          number = 19,
          clause = "RFC 5949 6.2.1",
          length_rule = "rfc5949/6.2.1/length",
          fields = {
            {
              kind = "uint",
              octets = 4,
              name = "vendor_id",
              filter = "pmip6.vendor_request.vendor_id",
              title = "SMI private enterprise number of the vendor",
            },
            {
              kind = "uint",
              octets = 1,
              name = "sub_type",
              filter = "pmip6.vendor_request.sub_type",
              title = "The vendor's own type",
            },
            {
              kind = "rest",
              name = "vendor_data",
              filter = "pmip6.vendor_request.vendor_data",
              title = "The vendor's data",
              form = "hex",
            },
          },
        },
      },
      forms = {},
    },
    ani = {
      key = "ani",
      header = 0,
      past_end = "rfc6757/3.1/sub-option-past-end",
      unknown = "rfc6757/3.1/unknown-sub-option",
      entries = {
        {
          name = "network-id",
          title = "Network-Identifier",
          number = 1,
          clause = "RFC 6757 3.1.1",
          length_rule = "rfc6757/3.1.1/length",
          fields = {
            {
              kind = "bits",
              octets = 1,
              parts = {
                {
                  name = "e",
                  filter = "pmip6.network_id.e",
                  title = "The network name is UTF-8",
                  weight = 128,
                  count = 2,
                  mask = 0x80,
                },
                {
                  name = "reserved",
                  filter = "pmip6.network_id.reserved",
                  title = "Reserved",
                  reserved = true,
                  weight = 1,
                  count = 128,
                  mask = 0x7f,
                },
              },
            },
            {
              kind = "uint",
              octets = 1,
              name = "network_name_length",
              filter = "pmip6.network_id.network_name_length",
              title = "Octets of the network name",
            },
            {
              kind = "sized",
              name = "network_name",
              filter = "pmip6.network_id.network_name",
              title = "Network name, such as an SSID",
              octets_filter = "pmip6.network_id.network_name_octets",
              form = "text",
              count = "network_name_length",
              unit = 1,
            },
            {
              kind = "uint",
              octets = 1,
              name = "access_point_name_length",
              filter = "pmip6.network_id.access_point_name_length",
              title = "Octets of the access point's name",
            },
            {
              kind = "sized",
              name = "access_point_name",
              filter = "pmip6.network_id.access_point_name",
              title = "Name of the access point",
              octets_filter = "pmip6.network_id.access_point_name_octets",
              form = "text",
              count = "access_point_name_length",
              unit = 1,
            },
          },
        },
        {
          name = "geo-location",
          title = "Geo-Location",
          number = 2,
          clause = "RFC 6757 3.1.2",
          length_rule = "rfc6757/3.1.2/length",
          fields = {
            {
              kind = "signed",
              octets = 3,
              name = "latitude",
              filter = "pmip6.geo_location.latitude",
              title = "Latitude in 1/32768 degree, two's complement",
              fraction = 32768,
              degrees_filter = "pmip6.geo_location.latitude_degrees",
            },
            {
              kind = "signed",
              octets = 3,
              name = "longitude",
              filter = "pmip6.geo_location.longitude",
              title = "Longitude in 1/32768 degree, two's complement",
              fraction = 32768,
              degrees_filter = "pmip6.geo_location.longitude_degrees",
            },
          },
        },
        {
          name = "operator-id",
          title = "Operator-Identifier",
          number = 3,
          clause = "RFC 6757 3.1.3",
          length_rule = "rfc6757/3.1.3/length",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "op_id_type",
              filter = "pmip6.operator_id.op_id_type",
              title = "Kind of identifier",
              enum = "op_id_type",
            },
            {
              kind = "rest",
              name = "operator_id",
              filter = "pmip6.operator_id.operator_id",
              title = "Operator identifier",
              octets_filter = "pmip6.operator_id.operator_id_octets",
              by = "op_id_type",
              forms = { [1] = "number", [2] = "text" },
              minimum = 1,
            },
          },
        },
        {
          name = "civic-location",
          title = "Civic-Location",
          number = 4,
          clause = "RFC 7563 3.1",
          length_rule = "rfc7563/3.1/length",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.civic_location.format",
              title = "Encoding",
              enum = "civic_format",
            },
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.civic_location.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "records",
              name = "location",
              filter = "pmip6.civic_location.location",
              title = "Civic location",
              octets_filter = "pmip6.civic_location.location_octets",
              single = true,
              by = "format",
              of = { [0] = 1 },
              records = {
                {
                  title = "Civic Address",
                  fields = {
                    {
                      kind = "text",
                      octets = 2,
                      name = "country_code",
                      filter = "pmip6.civic_location.location.country_code",
                      title = "Two letters of ISO 3166",
                      octets_filter = "pmip6.civic_location.location.country_code_octets",
                      form = "text",
                    },
                    {
                      kind = "records",
                      name = "elements",
                      filter = "pmip6.civic_location.location.elements",
                      title = "Elements of the address",
                      octets_filter = "pmip6.civic_location.location.elements_octets",
                      of = { [0] = 1 },
                      records = {
                        {
                          title = "Civic Address Element",
                          fields = {
                            {
                              kind = "uint",
                              octets = 1,
                              name = "ca_type",
                              filter = "pmip6.civic_location.location.elements.ca_type",
                              title = "What it says",
                              enum = "civic_type",
                            },
                            {
                              kind = "uint",
                              octets = 1,
                              name = "ca_length",
                              filter = "pmip6.civic_location.location.elements.ca_length",
                              title = "Octets of the value",
                            },
                            {
                              kind = "sized",
                              name = "ca_value",
                              filter = "pmip6.civic_location.location.elements.ca_value",
                              title = "Value",
                              octets_filter = "pmip6.civic_location.location.elements.ca_value_octets",
                              form = "text",
                              count = "ca_length",
                              unit = 1,
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
        {
          name = "mag-group-id",
          title = "MAG-Group-Identifier",
          number = 5,
          clause = "RFC 7563 3.2",
          length_rule = "rfc7563/3.2/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "group",
              filter = "pmip6.mag_group_id.group",
              title = "Group of gateways",
            },
          },
        },
        {
          name = "update-timer",
          title = "ANI Update-Timer",
          number = 6,
          clause = "RFC 7563 3.3",
          length_rule = "rfc7563/3.3/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "update_timer",
              filter = "pmip6.update_timer.update_timer",
              title = "Time to an update in units of 4 s",
              unit = 4,
            },
          },
        },
      },
      forms = {
        {
          name = "mag-group-id",
          title = "MAG-Group-Identifier",
          number = 5,
          clause = "RFC 7563 3.2",
          when_at = 0,
          length_rule = "rfc7563/3.2/length",
          fields = { { kind = "uint", octets = 3, name = "group", filter = "pmip6.mag_group_id.group", title = "Group" } },
          rule = "rfc7563/3.2/mag-group-id-of-3-octets",
          text = "MAG-Group-Identifier: its group identifier has 3 octets",
        },
      },
    },
    offload = {
      key = "offload",
      header = 0,
      past_end = "rfc6909/3/sub-option-past-end",
      unknown = "rfc6909/3/unknown-sub-option",
      entries = {
        {
          name = "traffic-selector",
          title = "IPv4 Traffic Selector",
          number = 3,
          clause = "RFC 6089 4.2.1.4",
          when = 1,
          length_rule = "rfc6089/4.2.1.4/length",
          start_rule = "rfc6089/4.2.1.4/end-without-start",
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
      },
      forms = {},
    },
    qos = {
      key = "qos",
      header = 0,
      past_end = "rfc7222/4.2/sub-option-past-end",
      unknown = "rfc7222/4.2/unknown-sub-option",
      entries = {
        {
          name = "per-mn-agg-max-dl",
          title = "Per-Mobile-Node Aggregate Maximum Downlink Bit Rate",
          number = 1,
          clause = "RFC 7222 4.2.1",
          length_rule = "rfc7222/4.2.1/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "reserved",
              filter = "pmip6.per_mn_agg_max_dl.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 4,
              name = "rate",
              filter = "pmip6.per_mn_agg_max_dl.rate",
              title = "Bit rate in bit/s",
            },
          },
        },
        {
          name = "per-mn-agg-max-ul",
          title = "Per-Mobile-Node Aggregate Maximum Uplink Bit Rate",
          number = 2,
          clause = "RFC 7222 4.2.2",
          length_rule = "rfc7222/4.2.2/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "reserved",
              filter = "pmip6.per_mn_agg_max_ul.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 4,
              name = "rate",
              filter = "pmip6.per_mn_agg_max_ul.rate",
              title = "Bit rate in bit/s",
            },
          },
        },
        {
          name = "per-session-agg-max-dl",
          title = "Per-Mobility-Session Aggregate Maximum Downlink Bit Rate",
          number = 3,
          clause = "RFC 7222 4.2.3",
          length_rule = "rfc7222/4.2.3/length",
          fields = {
            {
              kind = "bits",
              octets = 2,
              parts = {
                {
                  name = "s",
                  filter = "pmip6.per_session_agg_max_dl.s",
                  title = "Over all sessions of the mobile node that share the service identifier",
                  weight = 32768,
                  count = 2,
                  mask = 0x8000,
                },
                {
                  name = "e",
                  filter = "pmip6.per_session_agg_max_dl.e",
                  title = "Flows with a guaranteed bit rate do not count",
                  weight = 16384,
                  count = 2,
                  mask = 0x4000,
                },
                {
                  name = "reserved",
                  filter = "pmip6.per_session_agg_max_dl.reserved",
                  title = "Reserved",
                  reserved = true,
                  weight = 1,
                  count = 16384,
                  mask = 0x3fff,
                },
              },
            },
            {
              kind = "uint",
              octets = 4,
              name = "rate",
              filter = "pmip6.per_session_agg_max_dl.rate",
              title = "Bit rate in bit/s",
            },
          },
        },
        {
          name = "per-session-agg-max-ul",
          title = "Per-Mobility-Session Aggregate Maximum Uplink Bit Rate",
          number = 4,
          clause = "RFC 7222 4.2.4",
          length_rule = "rfc7222/4.2.4/length",
          fields = {
            {
              kind = "bits",
              octets = 2,
              parts = {
                {
                  name = "s",
                  filter = "pmip6.per_session_agg_max_ul.s",
                  title = "Over all sessions of the mobile node that share the service identifier",
                  weight = 32768,
                  count = 2,
                  mask = 0x8000,
                },
                {
                  name = "e",
                  filter = "pmip6.per_session_agg_max_ul.e",
                  title = "Flows with a guaranteed bit rate do not count",
                  weight = 16384,
                  count = 2,
                  mask = 0x4000,
                },
                {
                  name = "reserved",
                  filter = "pmip6.per_session_agg_max_ul.reserved",
                  title = "Reserved",
                  reserved = true,
                  weight = 1,
                  count = 16384,
                  mask = 0x3fff,
                },
              },
            },
            {
              kind = "uint",
              octets = 4,
              name = "rate",
              filter = "pmip6.per_session_agg_max_ul.rate",
              title = "Bit rate in bit/s",
            },
          },
        },
        {
          name = "allocation-retention-priority",
          title = "Allocation and Retention Priority",
          number = 5,
          clause = "RFC 7222 4.2.5",
          length_rule = "rfc7222/4.2.5/length",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.allocation_retention_priority.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "bits",
              octets = 1,
              parts = {
                {
                  name = "pl",
                  filter = "pmip6.allocation_retention_priority.pl",
                  title = "Priority level, 1 is the highest",
                  weight = 16,
                  count = 16,
                  mask = 0xf0,
                },
                {
                  name = "pc",
                  filter = "pmip6.allocation_retention_priority.pc",
                  title = "Preemption capability",
                  enum = "preemption",
                  weight = 4,
                  count = 4,
                  mask = 0xc,
                },
                {
                  name = "pv",
                  filter = "pmip6.allocation_retention_priority.pv",
                  title = "Preemption vulnerability",
                  enum = "preemption",
                  weight = 1,
                  count = 4,
                  mask = 0x3,
                },
              },
            },
          },
        },
        {
          name = "agg-max-dl",
          title = "Aggregate Maximum Downlink Bit Rate",
          number = 6,
          clause = "RFC 7222 4.2.6",
          length_rule = "rfc7222/4.2.6/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "reserved",
              filter = "pmip6.agg_max_dl.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 4,
              name = "rate",
              filter = "pmip6.agg_max_dl.rate",
              title = "Bit rate in bit/s",
            },
          },
        },
        {
          name = "agg-max-ul",
          title = "Aggregate Maximum Uplink Bit Rate",
          number = 7,
          clause = "RFC 7222 4.2.7",
          length_rule = "rfc7222/4.2.7/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "reserved",
              filter = "pmip6.agg_max_ul.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 4,
              name = "rate",
              filter = "pmip6.agg_max_ul.rate",
              title = "Bit rate in bit/s",
            },
          },
        },
        {
          name = "guaranteed-dl",
          title = "Guaranteed Downlink Bit Rate",
          number = 8,
          clause = "RFC 7222 4.2.8",
          length_rule = "rfc7222/4.2.8/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "reserved",
              filter = "pmip6.guaranteed_dl.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 4,
              name = "rate",
              filter = "pmip6.guaranteed_dl.rate",
              title = "Bit rate in bit/s",
            },
          },
        },
        {
          name = "guaranteed-ul",
          title = "Guaranteed Uplink Bit Rate",
          number = 9,
          clause = "RFC 7222 4.2.9",
          length_rule = "rfc7222/4.2.9/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "reserved",
              filter = "pmip6.guaranteed_ul.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 4,
              name = "rate",
              filter = "pmip6.guaranteed_ul.rate",
              title = "Bit rate in bit/s",
            },
          },
        },
        {
          name = "qos-traffic-selector",
          title = "QoS IPv4 Traffic Selector",
          number = 10,
          clause = "RFC 7222 4.2.10",
          when = 1,
          when_at = 1,
          length_rule = "rfc7222/4.2.10/length",
          start_rule = "rfc7222/4.2.10/end-without-start",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.qos_traffic_selector.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.qos_traffic_selector.format",
              title = "Format of the traffic selector",
              enum = "format",
            },
            {
              kind = "flagged",
              name = "reserved_flags",
              filter = "pmip6.qos_traffic_selector.reserved_flags",
              title = "Reserved flags",
              word_filter = "pmip6.qos_traffic_selector.flags",
              reserved_mask = 0x3ffff,
              parts = {
                {
                  name = "src",
                  filter = "pmip6.qos_traffic_selector.src4",
                  title = "Start source address",
                  kind = "address",
                  octets = 4,
                  flag = 0x80000000,
                },
                {
                  name = "src_end",
                  filter = "pmip6.qos_traffic_selector.src4_end",
                  title = "End source address",
                  kind = "address",
                  octets = 4,
                  flag = 0x40000000,
                  start = "src",
                },
                {
                  name = "dst",
                  filter = "pmip6.qos_traffic_selector.dst4",
                  title = "Start destination address",
                  kind = "address",
                  octets = 4,
                  flag = 0x20000000,
                },
                {
                  name = "dst_end",
                  filter = "pmip6.qos_traffic_selector.dst4_end",
                  title = "End destination address",
                  kind = "address",
                  octets = 4,
                  flag = 0x10000000,
                  start = "dst",
                },
                {
                  name = "spi",
                  filter = "pmip6.qos_traffic_selector.spi",
                  title = "Start IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x8000000,
                },
                {
                  name = "spi_end",
                  filter = "pmip6.qos_traffic_selector.spi_end",
                  title = "End IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x4000000,
                  start = "spi",
                },
                {
                  name = "src_port",
                  filter = "pmip6.qos_traffic_selector.src_port",
                  title = "Start source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x2000000,
                },
                {
                  name = "src_port_end",
                  filter = "pmip6.qos_traffic_selector.src_port_end",
                  title = "End source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x1000000,
                  start = "src_port",
                },
                {
                  name = "dst_port",
                  filter = "pmip6.qos_traffic_selector.dst_port",
                  title = "Start destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x800000,
                },
                {
                  name = "dst_port_end",
                  filter = "pmip6.qos_traffic_selector.dst_port_end",
                  title = "End destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x400000,
                  start = "dst_port",
                },
                {
                  name = "dscp",
                  filter = "pmip6.qos_traffic_selector.dscp",
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
                  filter = "pmip6.qos_traffic_selector.dscp_end",
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
                  filter = "pmip6.qos_traffic_selector.proto",
                  title = "Start protocol",
                  kind = "uint",
                  octets = 1,
                  flag = 0x80000,
                },
                {
                  name = "proto_end",
                  filter = "pmip6.qos_traffic_selector.proto_end",
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
          name = "qos-traffic-selector",
          title = "QoS IPv6 Traffic Selector",
          number = 10,
          clause = "RFC 7222 4.2.10",
          when = 2,
          when_at = 1,
          length_rule = "rfc7222/4.2.10/length",
          start_rule = "rfc7222/4.2.10/end-without-start",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.qos_traffic_selector.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.qos_traffic_selector.format",
              title = "Format of the traffic selector",
              enum = "format",
            },
            {
              kind = "flagged",
              name = "reserved_flags",
              filter = "pmip6.qos_traffic_selector.reserved_flags",
              title = "Reserved flags",
              word_filter = "pmip6.qos_traffic_selector.flags",
              reserved_mask = 0xffff,
              parts = {
                {
                  name = "src",
                  filter = "pmip6.qos_traffic_selector.src",
                  title = "Start source address",
                  kind = "address",
                  octets = 16,
                  flag = 0x80000000,
                },
                {
                  name = "src_end",
                  filter = "pmip6.qos_traffic_selector.src_end",
                  title = "End source address",
                  kind = "address",
                  octets = 16,
                  flag = 0x40000000,
                  start = "src",
                },
                {
                  name = "dst",
                  filter = "pmip6.qos_traffic_selector.dst",
                  title = "Start destination address",
                  kind = "address",
                  octets = 16,
                  flag = 0x20000000,
                },
                {
                  name = "dst_end",
                  filter = "pmip6.qos_traffic_selector.dst_end",
                  title = "End destination address",
                  kind = "address",
                  octets = 16,
                  flag = 0x10000000,
                  start = "dst",
                },
                {
                  name = "spi",
                  filter = "pmip6.qos_traffic_selector.spi",
                  title = "Start IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x8000000,
                },
                {
                  name = "spi_end",
                  filter = "pmip6.qos_traffic_selector.spi_end",
                  title = "End IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x4000000,
                  start = "spi",
                },
                {
                  name = "flow_label",
                  filter = "pmip6.qos_traffic_selector.flow_label",
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
                  filter = "pmip6.qos_traffic_selector.flow_label_end",
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
                  filter = "pmip6.qos_traffic_selector.src_port",
                  title = "Start source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x800000,
                },
                {
                  name = "src_port_end",
                  filter = "pmip6.qos_traffic_selector.src_port_end",
                  title = "End source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x400000,
                  start = "src_port",
                },
                {
                  name = "dst_port",
                  filter = "pmip6.qos_traffic_selector.dst_port",
                  title = "Start destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x200000,
                },
                {
                  name = "dst_port_end",
                  filter = "pmip6.qos_traffic_selector.dst_port_end",
                  title = "End destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x100000,
                  start = "dst_port",
                },
                {
                  name = "dscp",
                  filter = "pmip6.qos_traffic_selector.dscp",
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
                  filter = "pmip6.qos_traffic_selector.dscp_end",
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
                  filter = "pmip6.qos_traffic_selector.proto",
                  title = "Start next header",
                  kind = "uint",
                  octets = 1,
                  flag = 0x20000,
                },
                {
                  name = "proto_end",
                  filter = "pmip6.qos_traffic_selector.proto_end",
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
        {
          name = "qos-vendor-specific",
          title = "QoS Vendor-Specific Attribute",
          number = 11,
          clause = "RFC 7222 4.2.11",
          length_rule = "rfc7222/4.2.11/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "reserved",
              filter = "pmip6.qos_vendor_specific.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "uint",
              octets = 4,
              name = "vendor_id",
              filter = "pmip6.qos_vendor_specific.vendor_id",
              title = "Private enterprise number",
            },
            {
              kind = "uint",
              octets = 1,
              name = "sub_type",
              filter = "pmip6.qos_vendor_specific.sub_type",
              title = "Sub-type, the vendor's",
            },
            {
              kind = "rest",
              name = "data",
              filter = "pmip6.qos_vendor_specific.data",
              title = "Data",
              form = "hex",
            },
          },
        },
      },
      forms = {
        {
          name = "qos-traffic-selector",
          title = "QoS IPv4 Traffic Selector",
          number = 10,
          clause = "RFC 7222 4.2.10",
          when = 1,
          when_at = 0,
          length_rule = "rfc7222/4.2.10/length",
          start_rule = "rfc7222/4.2.10/end-without-start",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.qos_traffic_selector.format",
              title = "Format of the traffic selector",
              enum = "format",
            },
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.qos_traffic_selector.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "flagged",
              name = "reserved_flags",
              filter = "pmip6.qos_traffic_selector.reserved_flags",
              title = "Reserved flags",
              word_filter = "pmip6.qos_traffic_selector.flags",
              reserved_mask = 0x3ffff,
              parts = {
                {
                  name = "src",
                  filter = "pmip6.qos_traffic_selector.src4",
                  title = "Start source address",
                  kind = "address",
                  octets = 4,
                  flag = 0x80000000,
                },
                {
                  name = "src_end",
                  filter = "pmip6.qos_traffic_selector.src4_end",
                  title = "End source address",
                  kind = "address",
                  octets = 4,
                  flag = 0x40000000,
                  start = "src",
                },
                {
                  name = "dst",
                  filter = "pmip6.qos_traffic_selector.dst4",
                  title = "Start destination address",
                  kind = "address",
                  octets = 4,
                  flag = 0x20000000,
                },
                {
                  name = "dst_end",
                  filter = "pmip6.qos_traffic_selector.dst4_end",
                  title = "End destination address",
                  kind = "address",
                  octets = 4,
                  flag = 0x10000000,
                  start = "dst",
                },
                {
                  name = "spi",
                  filter = "pmip6.qos_traffic_selector.spi",
                  title = "Start IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x8000000,
                },
                {
                  name = "spi_end",
                  filter = "pmip6.qos_traffic_selector.spi_end",
                  title = "End IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x4000000,
                  start = "spi",
                },
                {
                  name = "src_port",
                  filter = "pmip6.qos_traffic_selector.src_port",
                  title = "Start source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x2000000,
                },
                {
                  name = "src_port_end",
                  filter = "pmip6.qos_traffic_selector.src_port_end",
                  title = "End source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x1000000,
                  start = "src_port",
                },
                {
                  name = "dst_port",
                  filter = "pmip6.qos_traffic_selector.dst_port",
                  title = "Start destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x800000,
                },
                {
                  name = "dst_port_end",
                  filter = "pmip6.qos_traffic_selector.dst_port_end",
                  title = "End destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x400000,
                  start = "dst_port",
                },
                {
                  name = "dscp",
                  filter = "pmip6.qos_traffic_selector.dscp",
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
                  filter = "pmip6.qos_traffic_selector.dscp_end",
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
                  filter = "pmip6.qos_traffic_selector.proto",
                  title = "Start protocol",
                  kind = "uint",
                  octets = 1,
                  flag = 0x80000,
                },
                {
                  name = "proto_end",
                  filter = "pmip6.qos_traffic_selector.proto_end",
                  title = "End protocol",
                  kind = "uint",
                  octets = 1,
                  flag = 0x40000,
                  start = "proto",
                },
              },
            },
          },
          rule = "rfc6089/4.2.1.4/selector-order",
          text = "QoS IPv4 Traffic Selector: TS Format stands before Reserved",
        },
        {
          name = "qos-traffic-selector",
          title = "QoS IPv6 Traffic Selector",
          number = 10,
          clause = "RFC 7222 4.2.10",
          when = 2,
          when_at = 0,
          length_rule = "rfc7222/4.2.10/length",
          start_rule = "rfc7222/4.2.10/end-without-start",
          fields = {
            {
              kind = "uint",
              octets = 1,
              name = "format",
              filter = "pmip6.qos_traffic_selector.format",
              title = "Format of the traffic selector",
              enum = "format",
            },
            {
              kind = "uint",
              octets = 1,
              name = "reserved",
              filter = "pmip6.qos_traffic_selector.reserved",
              title = "Reserved",
              reserved = true,
            },
            {
              kind = "flagged",
              name = "reserved_flags",
              filter = "pmip6.qos_traffic_selector.reserved_flags",
              title = "Reserved flags",
              word_filter = "pmip6.qos_traffic_selector.flags",
              reserved_mask = 0xffff,
              parts = {
                {
                  name = "src",
                  filter = "pmip6.qos_traffic_selector.src",
                  title = "Start source address",
                  kind = "address",
                  octets = 16,
                  flag = 0x80000000,
                },
                {
                  name = "src_end",
                  filter = "pmip6.qos_traffic_selector.src_end",
                  title = "End source address",
                  kind = "address",
                  octets = 16,
                  flag = 0x40000000,
                  start = "src",
                },
                {
                  name = "dst",
                  filter = "pmip6.qos_traffic_selector.dst",
                  title = "Start destination address",
                  kind = "address",
                  octets = 16,
                  flag = 0x20000000,
                },
                {
                  name = "dst_end",
                  filter = "pmip6.qos_traffic_selector.dst_end",
                  title = "End destination address",
                  kind = "address",
                  octets = 16,
                  flag = 0x10000000,
                  start = "dst",
                },
                {
                  name = "spi",
                  filter = "pmip6.qos_traffic_selector.spi",
                  title = "Start IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x8000000,
                },
                {
                  name = "spi_end",
                  filter = "pmip6.qos_traffic_selector.spi_end",
                  title = "End IPsec SPI",
                  kind = "uint",
                  octets = 4,
                  flag = 0x4000000,
                  start = "spi",
                },
                {
                  name = "flow_label",
                  filter = "pmip6.qos_traffic_selector.flow_label",
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
                  filter = "pmip6.qos_traffic_selector.flow_label_end",
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
                  filter = "pmip6.qos_traffic_selector.src_port",
                  title = "Start source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x800000,
                },
                {
                  name = "src_port_end",
                  filter = "pmip6.qos_traffic_selector.src_port_end",
                  title = "End source port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x400000,
                  start = "src_port",
                },
                {
                  name = "dst_port",
                  filter = "pmip6.qos_traffic_selector.dst_port",
                  title = "Start destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x200000,
                },
                {
                  name = "dst_port_end",
                  filter = "pmip6.qos_traffic_selector.dst_port_end",
                  title = "End destination port",
                  kind = "uint",
                  octets = 2,
                  flag = 0x100000,
                  start = "dst_port",
                },
                {
                  name = "dscp",
                  filter = "pmip6.qos_traffic_selector.dscp",
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
                  filter = "pmip6.qos_traffic_selector.dscp_end",
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
                  filter = "pmip6.qos_traffic_selector.proto",
                  title = "Start next header",
                  kind = "uint",
                  octets = 1,
                  flag = 0x20000,
                },
                {
                  name = "proto_end",
                  filter = "pmip6.qos_traffic_selector.proto_end",
                  title = "End next header",
                  kind = "uint",
                  octets = 1,
                  flag = 0x10000,
                  start = "proto",
                },
              },
            },
          },
          rule = "rfc6089/4.2.1.4/selector-order",
          text = "QoS IPv6 Traffic Selector: TS Format stands before Reserved",
        },
      },
    },
    lcmp = {
      key = "lcmp",
      header = 0,
      past_end = "rfc8127/3.1/sub-option-past-end",
      unknown = "rfc8127/3.1/unknown-sub-option",
      entries = {
        {
          name = "reregistration-control",
          title = "Binding Re-registration Control",
          number = 1,
          clause = "RFC 8127 3.1.1",
          length_rule = "rfc8127/3.1.1/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "start_time",
              filter = "pmip6.reregistration_control.start_time",
              title = "When to re-register before the lifetime ends, in units of 4 s",
              unit = 4,
            },
            {
              kind = "uint",
              octets = 2,
              name = "initial_retransmission_time",
              filter = "pmip6.reregistration_control.initial_retransmission_time",
              title = "Delay before the first retransmission, in seconds",
            },
            {
              kind = "uint",
              octets = 2,
              name = "maximum_retransmission_time",
              filter = "pmip6.reregistration_control.maximum_retransmission_time",
              title = "Longest delay before a retransmission, in seconds",
            },
          },
        },
        {
          name = "heartbeat-control",
          title = "Heartbeat Control",
          number = 2,
          clause = "RFC 8127 3.1.2",
          length_rule = "rfc8127/3.1.2/length",
          fields = {
            {
              kind = "uint",
              octets = 2,
              name = "hb_interval",
              filter = "pmip6.heartbeat_control.hb_interval",
              title = "From one heartbeat exchange to the next, in seconds",
            },
            {
              kind = "uint",
              octets = 2,
              name = "hb_retransmission_delay",
              filter = "pmip6.heartbeat_control.hb_retransmission_delay",
              title = "Least delay before a heartbeat is sent again, in seconds",
            },
            {
              kind = "uint",
              octets = 2,
              name = "hb_max_retransmissions",
              filter = "pmip6.heartbeat_control.hb_max_retransmissions",
              title = "Most retransmissions of a heartbeat",
            },
          },
        },
      },
      forms = {},
    },
  },
  exchanges = {
    {
      name = "proxy-binding",
      title = "Proxy binding update",
      request = "pbu",
      answer = "pba",
      family = "binding-update",
      pairs = { "sequence" },
      mn_id = true,
    },
    {
      name = "binding",
      title = "Binding update",
      request = "binding-update",
      answer = "binding-ack",
      family = "binding-update",
      pairs = { "sequence" },
      mn_id = true,
      asks_when = { field = "flags", mask = 0x8000, value = 32768 },
    },
    {
      name = "home-test",
      title = "Home test",
      request = "hoti",
      answer = "hot",
      family = "hoti",
      pairs = { "home_init_cookie" },
    },
    {
      name = "care-of-test",
      title = "Care-of test",
      request = "coti",
      answer = "cot",
      family = "coti",
      pairs = { "care_of_init_cookie" },
    },
    {
      name = "fast-binding",
      title = "Fast binding update",
      request = "fbu",
      answer = "fback",
      family = "fbu",
      pairs = { "sequence" },
      mn_id = true,
      asks_when = { field = "flags", mask = 0x8000, value = 32768 },
    },
    {
      name = "handover",
      title = "Handover initiate and acknowledge",
      request = "handover-initiate",
      answer = "handover-ack",
      family = "handover-initiate",
      pairs = { "sequence" },
      mn_id = true,
      unsolicited_when = { field = "code", mask = 0xff, value = 4 },
    },
    {
      name = "binding-revocation",
      title = "Binding revocation",
      request = "bri",
      answer = "bra",
      family = "bri",
      pairs = { "sequence" },
      mn_id = true,
    },
    {
      name = "heartbeat",
      title = "Heartbeat",
      request = "heartbeat",
      answer = "heartbeat",
      family = "heartbeat",
      pairs = { "sequence" },
      answer_when = { field = "flags", mask = 0x1, value = 1 },
      unsolicited_when = { field = "flags", mask = 0x2, value = 2 },
    },
    {
      name = "localized-routing",
      title = "Localized routing",
      request = "lri",
      answer = "lra",
      family = "lri",
      pairs = { "sequence" },
      mn_id = true,
      unsolicited_when = { field = "flags", mask = 0x80, value = 128 },
    },
    {
      name = "update-notification",
      title = "Update notification",
      request = "update-notification",
      answer = "update-ack",
      family = "update-notification",
      pairs = { "sequence" },
      mn_id = true,
      asks_when = { field = "flags", mask = 0x8000, value = 32768 },
      repeat_when = { field = "flags", mask = 0x4000, value = 16384 },
    },
    {
      name = "flow-binding",
      title = "Flow binding by the home agent",
      request = "fbi",
      answer = "fba",
      family = "fbi",
      pairs = { "sequence" },
      mn_id = true,
      asks_when = { field = "flags", mask = 0x80, value = 128 },
    },
    {
      name = "subscription",
      title = "Multicast subscription query",
      request = "subscription-query",
      answer = "subscription-response",
      family = "subscription-query",
      pairs = { "sequence" },
      mn_id = true,
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

local set = { reading = {} } -- the code points in force, by key; readings of open questions
local NOTHING = {} -- no options; the values of an element that does not fit its format

local function first(list) return list and list[1] end

-- The values of the first element of a list.
local function values_of(list)
  local element = list and list[1]
  return element and element.v or NOTHING
end

-- The values of the first option of a name that fits its format, and that option.
local function value_of(m, name)
  local elements = m.named[name]
  for i = 1, elements and #elements or 0 do
    local element = elements[i]
    if element.v then return element.v, element end
  end
end

-- How many options stand behind one, padding not counted.
local function after(m, element)
  local count = 0
  for name, elements in pairs(m.named) do
    if not string.find(name, "/", 1, true) then
      for _, other in ipairs(elements) do
        if other.offset > element.offset then count = count + 1 end
      end
    end
  end
  return count
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

-- The octets of the UTF-8 character at a position (RFC 3629 4); nil where there is none.
local function utf8_octets(s, at)
  local a, b, c, d = string.byte(s, at, at + 3)
  local function tail(octet) return octet and octet >= 128 and octet < 192 end
  if a < 128 then return 1 end
  if a >= 194 and a < 224 and tail(b) then return 2 end
  if a >= 224 and a < 240 and tail(b) and tail(c) and (a ~= 224 or b >= 160) and (a ~= 237 or b < 160) then return 3 end
  if a >= 240 and a < 245 and tail(b) and tail(c) and tail(d) and (a ~= 240 or b >= 144) and (a ~= 244 or b < 144) then
    return 4
  end
end

local function is_utf8(s)
  local at = 1
  while at <= #s do
    local octets = utf8_octets(s, at)
    if octets == nil then return false end
    at = at + octets
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

local noted = {} -- the elements that a condition is broken for

-- Whether one breaks a condition for any element; those that do are noted, for the finding. `theirs`: they are those of
-- the request, and none of this message.
local function culprits(list, fails, theirs)
  local any = false
  for _, element in ipairs(list) do
    if fails(element, element.v or NOTHING) then
      any = true
      noted[#noted + 1] = theirs and NOTHING or element
    end
  end
  return any
end

-- An address without its host bits.
local function masked(address, length)
  local whole, rest = math.floor(length / 8), length % 8
  if whole >= 16 then return address end
  local out = string.sub(address, 1, whole)
  if rest > 0 then
    local octet = string.byte(address, whole + 1)
    out = out .. string.char(octet - octet % 2 ^ (8 - rest))
  end
  return out .. string.rep("\0", 16 - #out)
end

-- A prefix as one value, without its host bits; nil where there is none.
local function network(v, name)
  local address, length = v[name .. ".address"], v[name .. ".length"]
  return address and masked(address, length) .. string.char(math.min(length, 128))
end

local function field_of(element, name, is_prefix)
  local v = element.v or NOTHING
  if is_prefix then return network(v, name) end
  return v[name]
end

-- Whether one of the elements has this value in a field.
local function among(value, elements, name, is_prefix)
  for _, element in ipairs(elements) do
    if field_of(element, name, is_prefix) == value then return true end
  end
  return false
end

local function within(elements, name, is_prefix, others, other_name, other_is_prefix)
  for _, element in ipairs(elements) do
    local value = field_of(element, name, is_prefix)
    if value ~= nil and not among(value, others, other_name, other_is_prefix) then return false end
  end
  return true
end

-- Whether two lists of elements have the same values in a field each.
local function same_set(one, name, is_prefix, other, other_name, other_is_prefix)
  return within(one, name, is_prefix, other, other_name, other_is_prefix)
    and within(other, other_name, other_is_prefix, one, name, is_prefix)
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
    id = "rfc6275/6.1.2/reserved",
    filter = "pmip6.expert.rfc6275.6.1.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.2",
    sentence = "Binding Refresh Request: reserved bits are 0.",
    messages = { brr = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc6275/6.1.3/reserved",
    filter = "pmip6.expert.rfc6275.6.1.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.3",
    sentence = "Home Test Init: reserved bits are 0.",
    messages = { hoti = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc6275/6.1.4/reserved",
    filter = "pmip6.expert.rfc6275.6.1.4.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.4",
    sentence = "Care-of Test Init: reserved bits are 0.",
    messages = { coti = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc6275/6.1.7/flags-reserved",
    filter = "pmip6.expert.rfc6275.6.1.7.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.7",
    sentence = "Binding Update: unassigned flags are 0.",
    messages = { ["binding-update"] = true, pbu = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0xf) ~= 0 end,
  },
  {
    id = "rfc5648/4.2/o-flag",
    filter = "pmip6.expert.rfc5648.4.2.o-flag",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5648 4.2",
    sentence = "Binding Update: the flag 0x0040 is B, Bulk-Binding-Update; otherwise the flag 0x0040 is O, Overwrite.",
    messages = { ["binding-update"] = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64) and ((m.named.bid or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc7161/4.2/s-flag-in-pbu",
    filter = "pmip6.expert.rfc7161.4.2.s-flag-in-pbu",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7161 4.2",
    sentence = "Binding Update: S is the bit 0x0020; otherwise S is the bit 0x0100, right after P.",
    messages = { pbu = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x100) == 256) and (m.v.flags ~= nil and bits(m.v.flags, 0x20) == 0) and (((m.named["multicast-ipv4"] or NOTHING)[1] ~= nil) or ((m.named["multicast-ipv6"] or NOTHING)[1] ~= nil)) end,
  },
  {
    id = "rfc6275/6.1.8/flags-reserved",
    filter = "pmip6.expert.rfc6275.6.1.8.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.8",
    sentence = "Binding Acknowledgement: unassigned flags are 0.",
    messages = { ["binding-ack"] = true, pba = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x1) ~= 0 end,
  },
  {
    id = "rfc7161/4.2/s-flag-in-pba",
    filter = "pmip6.expert.rfc7161.4.2.s-flag-in-pba",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7161 4.2",
    sentence = "Binding Acknowledgement: S is the bit 0x04; otherwise S is the bit 0x10, right after P.",
    messages = { pba = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x10) == 16) and (m.v.flags ~= nil and bits(m.v.flags, 0x4) == 0) and (((m.named["multicast-ipv4"] or NOTHING)[1] ~= nil) or ((m.named["multicast-ipv6"] or NOTHING)[1] ~= nil)) end,
  },
  {
    id = "rfc6275/6.1.9/reserved",
    filter = "pmip6.expert.rfc6275.6.1.9.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.9",
    sentence = "Binding Error: reserved bits are 0.",
    messages = { ["binding-error"] = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc5142/4/reserved",
    filter = "pmip6.expert.rfc5142.4.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5142 4",
    sentence = "Home Agent Switch: reserved bits are 0.",
    messages = { ["home-agent-switch"] = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc5568/6.2.2/flags-reserved",
    filter = "pmip6.expert.rfc5568.6.2.2.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.2",
    sentence = "Fast Binding Update: unassigned flags are 0.",
    messages = { fbu = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0xfff) ~= 0 end,
  },
  {
    id = "rfc5568/6.2.3/flags-reserved",
    filter = "pmip6.expert.rfc5568.6.2.3.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.3",
    sentence = "Fast Binding Acknowledgment: unassigned flags are 0.",
    messages = { fback = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x7f) ~= 0 end,
  },
  {
    id = "rfc5568/6.2.1.1/flags-reserved",
    filter = "pmip6.expert.rfc5568.6.2.1.1.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.1",
    sentence = "Handover Initiate: unassigned flags are 0.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0xf) ~= 0 end,
  },
  {
    id = "rfc5568/6.2.1.2/flags-reserved",
    filter = "pmip6.expert.rfc5568.6.2.1.2.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.2",
    sentence = "Handover Acknowledge: unassigned flags are 0.",
    messages = { ["handover-ack"] = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x1f) ~= 0 end,
  },
  {
    id = "rfc5846/5.1/flags-reserved",
    filter = "pmip6.expert.rfc5846.5.1.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 5.1",
    sentence = "Binding Revocation Indication: unassigned flags are 0.",
    messages = { bri = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x1fff) ~= 0 end,
  },
  {
    id = "rfc5846/5.2/flags-reserved",
    filter = "pmip6.expert.rfc5846.5.2.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 5.2",
    sentence = "Binding Revocation Acknowledgement: unassigned flags are 0.",
    messages = { bra = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x1fff) ~= 0 end,
  },
  {
    id = "rfc5847/3.3/flags-reserved",
    filter = "pmip6.expert.rfc5847.3.3.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5847 3.3",
    sentence = "Heartbeat: unassigned flags are 0.",
    messages = { heartbeat = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0xfffc) ~= 0 end,
  },
  {
    id = "rfc6705/10.1/reserved",
    filter = "pmip6.expert.rfc6705.10.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.1",
    sentence = "Localized Routing Initiation: reserved bits are 0.",
    messages = { lri = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc6705/10.2/flags-reserved",
    filter = "pmip6.expert.rfc6705.10.2.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "Localized Routing Acknowledgment: unassigned flags are 0.",
    messages = { lra = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x7f) ~= 0 end,
  },
  {
    id = "rfc7077/4.1/flags-reserved",
    filter = "pmip6.expert.rfc7077.4.1.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7077 4.1",
    sentence = "Update Notification: unassigned flags are 0.",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x3fff) ~= 0 end,
  },
  {
    id = "rfc7077/4.2/reserved",
    filter = "pmip6.expert.rfc7077.4.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 4.2",
    sentence = "Update Notification Acknowledgement: reserved bits are 0.",
    messages = { ["update-ack"] = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc7109/6.1.1/flags-reserved",
    filter = "pmip6.expert.rfc7109.6.1.1.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.1",
    sentence = "Flow Binding Indication: unassigned flags are 0.",
    messages = { fbi = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x7f) ~= 0 end,
  },
  {
    id = "rfc7109/6.1.2/reserved",
    filter = "pmip6.expert.rfc7109.6.1.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.2",
    sentence = "Flow Binding Acknowledgement: reserved bits are 0.",
    messages = { fba = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc7161/4.3.1.2/reserved",
    filter = "pmip6.expert.rfc7161.4.3.1.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.1.2",
    sentence = "Subscription Query: reserved bits are 0.",
    messages = { ["subscription-query"] = true },
    steady = true,
    broken = function(m) return m.v.reserved ~= nil and m.v.reserved ~= 0 end,
  },
  {
    id = "rfc7161/4.3.2.2/flags-reserved",
    filter = "pmip6.expert.rfc7161.4.3.2.2.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.2.2",
    sentence = "Subscription Response: unassigned flags are 0.",
    messages = { ["subscription-response"] = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x7f) ~= 0 end,
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
    alone = true,
    steady = true,
    about = "binding-refresh-advice",
    broken = function(m, e, v) return e.offset % 2 ~= 0 end,
  },
  {
    id = "rfc6275/6.2.4/at-most-one",
    filter = "pmip6.expert.rfc6275.6.2.4.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.4",
    sentence = "Binding Refresh Advice: at most 1 in a message; no text speaks of more.",
    on = "binding-refresh-advice",
    steady = true,
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
    alone = true,
    steady = true,
    about = "alt-coa",
    broken = function(m, e, v) return e.offset % 8 ~= 6 end,
  },
  {
    id = "rfc6275/6.2.5/at-most-one",
    filter = "pmip6.expert.rfc6275.6.2.5.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.5",
    sentence = "Alternate Care-of Address: at most 1 in a message; no text speaks of more.",
    on = "alt-coa",
    steady = true,
    about = "alt-coa",
    broken = function(m) return #(m.named["alt-coa"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6275/6.2.6/length",
    filter = "pmip6.expert.rfc6275.6.2.6.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6275 6.2.6",
    sentence = "Nonce Indices: the length fits the format.",
  },
  {
    id = "rfc6275/6.2.6/alignment",
    filter = "pmip6.expert.rfc6275.6.2.6.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.6",
    sentence = "Nonce Indices: aligned at 2n.",
    on = "nonce-indices",
    each = true,
    alone = true,
    steady = true,
    about = "nonce-indices",
    broken = function(m, e, v) return e.offset % 2 ~= 0 end,
  },
  {
    id = "rfc6275/6.2.6/at-most-one",
    filter = "pmip6.expert.rfc6275.6.2.6.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.6",
    sentence = "Nonce Indices: at most 1 in a message; no text speaks of more.",
    on = "nonce-indices",
    steady = true,
    about = "nonce-indices",
    broken = function(m) return #(m.named["nonce-indices"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6275/6.2.6/authorization",
    filter = "pmip6.expert.rfc6275.6.2.6.authorization",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.6",
    sentence = "Nonce indices stand together with authorization data.",
    messages = { ["binding-update"] = true },
    on = "nonce-indices",
    steady = true,
    about = "nonce-indices",
    broken = function(m) return (m.named["binding-auth-data"] or NOTHING)[1] == nil end,
  },
  {
    id = "rfc6275/9.5.1/home-registration",
    filter = "pmip6.expert.rfc6275.9.5.1.home-registration",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 9.5.1",
    sentence = "A home registration (H) has no nonce indices.",
    messages = { ["binding-update"] = true },
    on = "nonce-indices",
    steady = true,
    about = "nonce-indices",
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x4000) == 16384 end,
  },
  {
    id = "rfc6275/6.2.7/alignment",
    filter = "pmip6.expert.rfc6275.6.2.7.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.7",
    sentence = "Binding Authorization Data: aligned at 8n+2.",
    on = "binding-auth-data",
    each = true,
    alone = true,
    steady = true,
    about = "binding-auth-data",
    broken = function(m, e, v) return e.offset % 8 ~= 2 end,
  },
  {
    id = "rfc6275/6.2.7/at-most-one",
    filter = "pmip6.expert.rfc6275.6.2.7.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.7",
    sentence = "Binding Authorization Data: at most 1 in a message.",
    on = "binding-auth-data",
    steady = true,
    about = "binding-auth-data",
    broken = function(m) return #(m.named["binding-auth-data"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6275/6.2/last",
    filter = "pmip6.expert.rfc6275.6.2.last",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2",
    sentence = "Binding authorization data are the last option.",
    on = "binding-auth-data",
    each = true,
    steady = true,
    about = "binding-auth-data",
    broken = function(m, e, v) return after(m, e) ~= 0 end,
  },
  {
    id = "rfc3963/4.3/length",
    filter = "pmip6.expert.rfc3963.4.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 3963 4.3",
    sentence = "Mobile Network Prefix: the length fits the format.",
  },
  {
    id = "rfc3963/4.3/reserved",
    filter = "pmip6.expert.rfc3963.4.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 3963 4.3",
    sentence = "Mobile Network Prefix: reserved bits are 0.",
    on = "mnp",
    each = true,
    alone = true,
    steady = true,
    about = "mnp",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc3963/4.3/prefix-length",
    filter = "pmip6.expert.rfc3963.4.3.prefix-length",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 3963 4.3",
    sentence = "Mobile Network Prefix: a prefix length is at most 128.",
    on = "mnp",
    each = true,
    alone = true,
    steady = true,
    about = "mnp",
    broken = function(m, e, v) return v["mobile_network_prefix.length"] ~= nil and v["mobile_network_prefix.length"] > 128 end,
  },
  {
    id = "rfc3963/4.3/alignment",
    filter = "pmip6.expert.rfc3963.4.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 3963 4.3",
    sentence = "Mobile Network Prefix: aligned at 8n+4.",
    on = "mnp",
    each = true,
    alone = true,
    steady = true,
    about = "mnp",
    broken = function(m, e, v) return e.offset % 8 ~= 4 end,
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
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      ["handover-initiate"] = true,
      ["handover-ack"] = true,
      bri = true,
      bra = true,
      heartbeat = true,
      ["update-notification"] = true,
      ["update-ack"] = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "mn-id",
    steady = true,
    about = "mn-id",
    broken = function(m) return #(m.named["mn-id"] or NOTHING) > 1 end,
  },
  {
    id = "rfc8371/4.1/ipv6-address",
    filter = "pmip6.expert.rfc8371.4.1.ipv6-address",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8371 4.1",
    sentence = "An identifier that is an IPv6 address has 16 octets.",
    on = "mn-id",
    each = true,
    alone = true,
    steady = true,
    about = "mn-id",
    broken = function(m, e, v) return (v.subtype == 2) and (v.identifier ~= nil and #v.identifier ~= 16) end,
  },
  {
    id = "rfc8371/4.2/imsi",
    filter = "pmip6.expert.rfc8371.4.2.imsi",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8371 4.2",
    sentence = "An IMSI has 1 to 15 digits.",
    on = "mn-id",
    each = true,
    alone = true,
    steady = true,
    about = "mn-id",
    broken = function(m, e, v) return (v.subtype == 3) and ((v.identifier ~= nil and #v.identifier < 1) or (v.identifier ~= nil and #v.identifier > 8)) end,
  },
  {
    id = "rfc8371/4.3/eui-48",
    filter = "pmip6.expert.rfc8371.4.3.eui-48",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8371 4.3",
    sentence = "An identifier that is an EUI-48 address has 6 octets.",
    on = "mn-id",
    each = true,
    alone = true,
    steady = true,
    about = "mn-id",
    broken = function(m, e, v) return (v.subtype == 5) and (v.identifier ~= nil and #v.identifier ~= 6) end,
  },
  {
    id = "rfc8371/4.4/eui-64",
    filter = "pmip6.expert.rfc8371.4.4.eui-64",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8371 4.4",
    sentence = "An identifier that is an EUI-64 address has 8 octets.",
    on = "mn-id",
    each = true,
    alone = true,
    steady = true,
    about = "mn-id",
    broken = function(m, e, v) return (v.subtype == 6) and (v.identifier ~= nil and #v.identifier ~= 8) end,
  },
  {
    id = "rfc4283/3.2/before-auth",
    filter = "pmip6.expert.rfc4283.3.2.before-auth",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 4283 3.2",
    sentence = "A mobile node identifier stands before any auth option.",
    on = "auth",
    each = true,
    steady = true,
    about = "mn-id",
    broken = function(m, e, v) return (first(m.named["mn-id"]) or NOTHING).offset ~= nil and e.offset ~= nil and (first(m.named["mn-id"]) or NOTHING).offset >= e.offset end,
  },
  {
    id = "rfc4283/3.2/before-binding-auth-data",
    filter = "pmip6.expert.rfc4283.3.2.before-binding-auth-data",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 4283 3.2",
    sentence = "A mobile node identifier stands before any binding-auth-data option.",
    on = "binding-auth-data",
    each = true,
    steady = true,
    about = "mn-id",
    broken = function(m, e, v) return (first(m.named["mn-id"]) or NOTHING).offset ~= nil and e.offset ~= nil and (first(m.named["mn-id"]) or NOTHING).offset >= e.offset end,
  },
  {
    id = "rfc4283/3.2/before-badf",
    filter = "pmip6.expert.rfc4283.3.2.before-badf",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 4283 3.2",
    sentence = "A mobile node identifier stands before any badf option.",
    on = "badf",
    each = true,
    steady = true,
    about = "mn-id",
    broken = function(m, e, v) return (first(m.named["mn-id"]) or NOTHING).offset ~= nil and e.offset ~= nil and (first(m.named["mn-id"]) or NOTHING).offset >= e.offset end,
  },
  {
    id = "rfc4285/5/length",
    filter = "pmip6.expert.rfc4285.5.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 4285 5",
    sentence = "Mobility Message Authentication: the length fits the format.",
  },
  {
    id = "rfc4285/5/alignment",
    filter = "pmip6.expert.rfc4285.5.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4285 5",
    sentence = "Mobility Message Authentication: aligned at 4n+1.",
    on = "auth",
    each = true,
    alone = true,
    steady = true,
    about = "auth",
    broken = function(m, e, v) return e.offset % 4 ~= 1 end,
  },
  {
    id = "rfc4285/5/subtype-twice",
    filter = "pmip6.expert.rfc4285.5.subtype-twice",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 4285 5",
    sentence = "Authentication options of one message have different sub-types.",
    on = "auth",
    steady = true,
    about = "auth",
    broken = function(m) return not unique((m.named.auth or NOTHING), "subtype") end,
  },
  {
    id = "rfc4285/5.1/last",
    filter = "pmip6.expert.rfc4285.5.1.last",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 4285 5.1",
    sentence = "MN-HA authentication alone is the last option.",
    on = "auth",
    each = true,
    steady = true,
    about = "auth",
    broken = function(m, e, v) return ((v.subtype == 1) and (#(m.named.auth or NOTHING) <= 1)) and (after(m, e) ~= 0) end,
  },
  {
    id = "rfc4285/5.2/last",
    filter = "pmip6.expert.rfc4285.5.2.last",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 4285 5.2",
    sentence = "MN-AAA authentication is the last option, behind MN-HA.",
    on = "auth",
    each = true,
    steady = true,
    about = "auth",
    broken = function(m, e, v) return (v.subtype == 2) and (after(m, e) ~= 0) end,
  },
  {
    id = "rfc4285/5.2/in-answer",
    filter = "pmip6.expert.rfc4285.5.2.in-answer",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 4285 5.2",
    sentence = "An acknowledgement has no MN-AAA authentication.",
    messages = { ["binding-ack"] = true, pba = true },
    on = "auth",
    each = true,
    alone = true,
    steady = true,
    about = "auth",
    broken = function(m, e, v) return v.subtype == 2 end,
  },
  {
    id = "rfc4285/6/length",
    filter = "pmip6.expert.rfc4285.6.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 4285 6",
    sentence = "Mobility Message Replay Protection: the length fits the format.",
  },
  {
    id = "rfc4285/6/alignment",
    filter = "pmip6.expert.rfc4285.6.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4285 6",
    sentence = "Mobility Message Replay Protection: aligned at 8n+2.",
    on = "mesg-id",
    each = true,
    alone = true,
    steady = true,
    about = "mesg-id",
    broken = function(m, e, v) return e.offset % 8 ~= 2 end,
  },
  {
    id = "rfc4285/6/at-most-one",
    filter = "pmip6.expert.rfc4285.6.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4285 6",
    sentence = "Mobility Message Replay Protection: at most 1 in a message; no text speaks of more.",
    on = "mesg-id",
    steady = true,
    about = "mesg-id",
    broken = function(m) return #(m.named["mesg-id"] or NOTHING) > 1 end,
  },
  {
    id = "rfc4866/5.6/length",
    filter = "pmip6.expert.rfc4866.5.6.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 4866 5.6",
    sentence = "CGA Parameters Request: the length fits the format.",
  },
  {
    id = "rfc4866/5.6/at-most-one",
    filter = "pmip6.expert.rfc4866.5.6.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4866 5.6",
    sentence = "CGA Parameters Request: at most 1 in a message; no text speaks of more.",
    on = "cga-params-request",
    steady = true,
    about = "cga-params-request",
    broken = function(m) return #(m.named["cga-params-request"] or NOTHING) > 1 end,
  },
  {
    id = "rfc4866/5.2/at-most-one",
    filter = "pmip6.expert.rfc4866.5.2.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4866 5.2",
    sentence = "Signature: at most 1 in a message; no text speaks of more.",
    on = "signature",
    steady = true,
    about = "signature",
    broken = function(m) return #(m.named.signature or NOTHING) > 1 end,
  },
  {
    id = "rfc4866/5.3/length",
    filter = "pmip6.expert.rfc4866.5.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 4866 5.3",
    sentence = "Permanent Home Keygen Token: the length fits the format.",
  },
  {
    id = "rfc4866/5.3/at-most-one",
    filter = "pmip6.expert.rfc4866.5.3.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4866 5.3",
    sentence = "Permanent Home Keygen Token: at most 1 in a message; no text speaks of more.",
    on = "permanent-keygen-token",
    steady = true,
    about = "permanent-keygen-token",
    broken = function(m) return #(m.named["permanent-keygen-token"] or NOTHING) > 1 end,
  },
  {
    id = "rfc4866/5.4/length",
    filter = "pmip6.expert.rfc4866.5.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 4866 5.4",
    sentence = "Care-of Test Init: the length fits the format.",
  },
  {
    id = "rfc4866/5.4/at-most-one",
    filter = "pmip6.expert.rfc4866.5.4.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4866 5.4",
    sentence = "Care-of Test Init: at most 1 in a message; no text speaks of more.",
    on = "care-of-test-init",
    steady = true,
    about = "care-of-test-init",
    broken = function(m) return #(m.named["care-of-test-init"] or NOTHING) > 1 end,
  },
  {
    id = "rfc4866/5.5/length",
    filter = "pmip6.expert.rfc4866.5.5.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 4866 5.5",
    sentence = "Care-of Test: the length fits the format.",
  },
  {
    id = "rfc4866/5.5/at-most-one",
    filter = "pmip6.expert.rfc4866.5.5.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 4866 5.5",
    sentence = "Care-of Test: at most 1 in a message; no text speaks of more.",
    on = "care-of-test",
    steady = true,
    about = "care-of-test",
    broken = function(m) return #(m.named["care-of-test"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5026/8.1/length",
    filter = "pmip6.expert.rfc5026.8.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5026 8.1",
    sentence = "DNS Update: the length fits the format.",
  },
  {
    id = "rfc5026/8.1/flags-reserved",
    filter = "pmip6.expert.rfc5026.8.1.flags-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5026 8.1",
    sentence = "DNS Update: unassigned flags are 0.",
    on = "dns-update",
    each = true,
    alone = true,
    steady = true,
    about = "dns-update",
    broken = function(m, e, v) return v.flags ~= nil and bits(v.flags, 0x7f) ~= 0 end,
  },
  {
    id = "rfc5026/8.1/at-most-one",
    filter = "pmip6.expert.rfc5026.8.1.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5026 8.1",
    sentence = "DNS Update: at most 1 in a message; no text speaks of more.",
    on = "dns-update",
    steady = true,
    about = "dns-update",
    broken = function(m) return #(m.named["dns-update"] or NOTHING) > 1 end,
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
    alone = true,
    steady = true,
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
    steady = true,
    about = "service-selection",
    broken = function(m) return #(m.named["service-selection"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5149/3/after-mn-id",
    filter = "pmip6.expert.rfc5149.3.after-mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5149 3",
    sentence = "A service selection stands after the NAI of the mobile node.",
    on = "service-selection",
    each = true,
    steady = true,
    about = "service-selection",
    broken = function(m, e, v) return (values_of(m.named["mn-id"]).subtype == 1) and ((first(m.named["mn-id"]) or NOTHING).offset ~= nil and e.offset ~= nil and (first(m.named["mn-id"]) or NOTHING).offset >= e.offset) end,
  },
  {
    id = "rfc5149/3/before-auth",
    filter = "pmip6.expert.rfc5149.3.before-auth",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5149 3",
    sentence = "A service selection stands before any auth option.",
    on = "auth",
    each = true,
    steady = true,
    about = "service-selection",
    broken = function(m, e, v) return (first(m.named["service-selection"]) or NOTHING).offset ~= nil and e.offset ~= nil and (first(m.named["service-selection"]) or NOTHING).offset >= e.offset end,
  },
  {
    id = "rfc5149/3/before-binding-auth-data",
    filter = "pmip6.expert.rfc5149.3.before-binding-auth-data",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5149 3",
    sentence = "A service selection stands before any binding-auth-data option.",
    on = "binding-auth-data",
    each = true,
    steady = true,
    about = "service-selection",
    broken = function(m, e, v) return (first(m.named["service-selection"]) or NOTHING).offset ~= nil and e.offset ~= nil and (first(m.named["service-selection"]) or NOTHING).offset >= e.offset end,
  },
  {
    id = "rfc5149/3/before-badf",
    filter = "pmip6.expert.rfc5149.3.before-badf",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5149 3",
    sentence = "A service selection stands before any badf option.",
    on = "badf",
    each = true,
    steady = true,
    about = "service-selection",
    broken = function(m, e, v) return (first(m.named["service-selection"]) or NOTHING).offset ~= nil and e.offset ~= nil and (first(m.named["service-selection"]) or NOTHING).offset >= e.offset end,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
    about = "hnp",
    broken = function(m, e, v) return e.offset % 8 ~= 4 end,
  },
  {
    id = "rfc7864/4.1/l-from-mag",
    filter = "pmip6.expert.rfc7864.4.1.l-from-mag",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7864 4.1",
    sentence = "In a PBU the off-link flag of a home network prefix is 0.",
    messages = { pbu = true },
    on = "hnp",
    each = true,
    alone = true,
    steady = true,
    about = "hnp",
    broken = function(m, e, v) return v.l ~= nil and v.l ~= 0 end,
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
    alone = true,
    steady = true,
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
    steady = true,
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
    alone = true,
    steady = true,
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
    steady = true,
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
    alone = true,
    steady = true,
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
    steady = true,
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
    alone = true,
    steady = true,
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
    steady = true,
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
    alone = true,
    steady = true,
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
    steady = true,
    about = "timestamp",
    broken = function(m) return #(m.named.timestamp or NOTHING) > 1 end,
  },
  {
    id = "rfc5555/3.1.1/length",
    filter = "pmip6.expert.rfc5555.3.1.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5555 3.1.1",
    sentence = "IPv4 Home Address: the length fits the format.",
  },
  {
    id = "rfc5555/3.1.1/prefix_length-range",
    filter = "pmip6.expert.rfc5555.3.1.1.prefix_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5555 3.1.1",
    sentence = "IPv4 Home Address: prefix_length is 1 to 32.",
    on = "ipv4-hoa",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa",
    broken = function(m, e, v) return (v.prefix_length ~= nil and v.prefix_length < 1) or (v.prefix_length ~= nil and v.prefix_length > 32) end,
  },
  {
    id = "rfc5555/3.1.1/reserved",
    filter = "pmip6.expert.rfc5555.3.1.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5555 3.1.1",
    sentence = "IPv4 Home Address: reserved bits are 0.",
    on = "ipv4-hoa",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5555/3.1.1/alignment",
    filter = "pmip6.expert.rfc5555.3.1.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5555 3.1.1",
    sentence = "IPv4 Home Address: aligned at 4n.",
    on = "ipv4-hoa",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc5555/3.2.1/length",
    filter = "pmip6.expert.rfc5555.3.2.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5555 3.2.1",
    sentence = "IPv4 Address Acknowledgement: the length fits the format.",
  },
  {
    id = "rfc5555/3.2.1/prefix_length-range",
    filter = "pmip6.expert.rfc5555.3.2.1.prefix_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5555 3.2.1",
    sentence = "IPv4 Address Acknowledgement: prefix_length is 0 to 32.",
    on = "ipv4-address-ack",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-address-ack",
    broken = function(m, e, v) return (v.prefix_length ~= nil and v.prefix_length < 0) or (v.prefix_length ~= nil and v.prefix_length > 32) end,
  },
  {
    id = "rfc5555/3.2.1/reserved",
    filter = "pmip6.expert.rfc5555.3.2.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5555 3.2.1",
    sentence = "IPv4 Address Acknowledgement: reserved bits are 0.",
    on = "ipv4-address-ack",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-address-ack",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5555/3.2.1/alignment",
    filter = "pmip6.expert.rfc5555.3.2.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5555 3.2.1",
    sentence = "IPv4 Address Acknowledgement: aligned at 4n.",
    on = "ipv4-address-ack",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-address-ack",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc5555/3.2.1/refused-length",
    filter = "pmip6.expert.rfc5555.3.2.1.refused-length",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5555 3.2.1",
    sentence = "With a status that rejects the prefix length is 0.",
    on = "ipv4-address-ack",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-address-ack",
    broken = function(m, e, v) return (v.status ~= nil and v.status >= 128) and (v.prefix_length ~= nil and v.prefix_length ~= 0) end,
  },
  {
    id = "rfc5555/8/ipv4-address-ack-29",
    filter = "pmip6.expert.rfc5555.8.ipv4-address-ack-29",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5555 8",
    sentence = "IPv4 Address Acknowledgement: its number is 30.",
  },
  {
    id = "rfc5555/3.2.2/length",
    filter = "pmip6.expert.rfc5555.3.2.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5555 3.2.2",
    sentence = "NAT Detection: the length fits the format.",
  },
  {
    id = "rfc5555/3.2.2/reserved",
    filter = "pmip6.expert.rfc5555.3.2.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5555 3.2.2",
    sentence = "NAT Detection: reserved bits are 0.",
    on = "nat-detection",
    each = true,
    alone = true,
    steady = true,
    about = "nat-detection",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5555/3.2.2/alignment",
    filter = "pmip6.expert.rfc5555.3.2.2.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5555 3.2.2",
    sentence = "NAT Detection: aligned at 4n.",
    on = "nat-detection",
    each = true,
    alone = true,
    steady = true,
    about = "nat-detection",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc5555/3.1.2/length",
    filter = "pmip6.expert.rfc5555.3.1.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5555 3.1.2",
    sentence = "IPv4 Care-of Address: the length fits the format.",
  },
  {
    id = "rfc5555/3.1.2/reserved",
    filter = "pmip6.expert.rfc5555.3.1.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5555 3.1.2",
    sentence = "IPv4 Care-of Address: reserved bits are 0.",
    on = "ipv4-coa",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-coa",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5555/3.1.2/alignment",
    filter = "pmip6.expert.rfc5555.3.1.2.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5555 3.1.2",
    sentence = "IPv4 Care-of Address: aligned at 4n.",
    on = "ipv4-coa",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-coa",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc5568/6.4.4/length",
    filter = "pmip6.expert.rfc5568.6.4.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5568 6.4.4",
    sentence = "Mobility Header Link-Layer Address: the length fits the format.",
  },
  {
    id = "rfc5568/6.4.5/length",
    filter = "pmip6.expert.rfc5568.6.4.5.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5568 6.4.5",
    sentence = "Binding Authorization Data for FMIPv6: the length fits the format.",
  },
  {
    id = "rfc5568/6.4.5/at-most-one",
    filter = "pmip6.expert.rfc5568.6.4.5.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.4.5",
    sentence = "Binding Authorization Data for FMIPv6: at most 1 in a message.",
    on = "badf",
    steady = true,
    about = "badf",
    broken = function(m) return #(m.named.badf or NOTHING) > 1 end,
  },
  {
    id = "rfc5568/6.4.5/last",
    filter = "pmip6.expert.rfc5568.6.4.5.last",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.4.5",
    sentence = "Authorization data of a fast handover are the last option.",
    on = "badf",
    each = true,
    steady = true,
    about = "badf",
    broken = function(m, e, v) return after(m, e) ~= 0 end,
  },
  {
    id = "rfc5568/6.4.5/badf-length-of-authenticator",
    filter = "pmip6.expert.rfc5568.6.4.5.badf-length-of-authenticator",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5568 6.4.5",
    sentence = "Binding Authorization Data for FMIPv6: its length counts SPI and authenticator.",
  },
  {
    id = "rfc5568/6.4.2/length",
    filter = "pmip6.expert.rfc5568.6.4.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5568 6.4.2",
    sentence = "Mobility Header IPv6 Address/Prefix: the length fits the format.",
  },
  {
    id = "rfc5568/6.4.2/prefix-length",
    filter = "pmip6.expert.rfc5568.6.4.2.prefix-length",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.4.2",
    sentence = "Mobility Header IPv6 Address/Prefix: a prefix length is at most 128.",
    on = "mh-address",
    each = true,
    alone = true,
    steady = true,
    about = "mh-address",
    broken = function(m, e, v) return v["prefix.length"] ~= nil and v["prefix.length"] > 128 end,
  },
  {
    id = "rfc5568/6.4.2/alignment",
    filter = "pmip6.expert.rfc5568.6.4.2.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.4.2",
    sentence = "Mobility Header IPv6 Address/Prefix: aligned at 8n+4.",
    on = "mh-address",
    each = true,
    alone = true,
    steady = true,
    about = "mh-address",
    broken = function(m, e, v) return e.offset % 8 ~= 4 end,
  },
  {
    id = "rfc5568/6.4.2/mh-address-17",
    filter = "pmip6.expert.rfc5568.6.4.2.mh-address-17",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5568 6.4.2",
    sentence = "Mobility Header IPv6 Address/Prefix: its number is 34.",
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
    alone = true,
    steady = true,
    about = "bid",
    broken = function(m, e, v) return ((v.care_of_address ~= nil and #v.care_of_address <= 0) and (e.offset % 2 ~= 0)) or ((v.care_of_address ~= nil and #v.care_of_address > 0) and (e.offset % 8 ~= 2)) end,
  },
  {
    id = "rfc5844/3.3.1/length",
    filter = "pmip6.expert.rfc5844.3.3.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5844 3.3.1",
    sentence = "IPv4 Home Address Request: the length fits the format.",
  },
  {
    id = "rfc5844/3.3.1/prefix_length-range",
    filter = "pmip6.expert.rfc5844.3.3.1.prefix_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.1",
    sentence = "IPv4 Home Address Request: prefix_length is 0 to 32.",
    on = "ipv4-hoa-request",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-request",
    broken = function(m, e, v) return (v.prefix_length ~= nil and v.prefix_length < 0) or (v.prefix_length ~= nil and v.prefix_length > 32) end,
  },
  {
    id = "rfc5844/3.3.1/reserved",
    filter = "pmip6.expert.rfc5844.3.3.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.1",
    sentence = "IPv4 Home Address Request: reserved bits are 0.",
    on = "ipv4-hoa-request",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-request",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5844/3.3.1/alignment",
    filter = "pmip6.expert.rfc5844.3.3.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.1",
    sentence = "IPv4 Home Address Request: aligned at 4n.",
    on = "ipv4-hoa-request",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-request",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc5844/3.3.2/length",
    filter = "pmip6.expert.rfc5844.3.3.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5844 3.3.2",
    sentence = "IPv4 Home Address Reply: the length fits the format.",
  },
  {
    id = "rfc5844/3.3.2/prefix_length-range",
    filter = "pmip6.expert.rfc5844.3.3.2.prefix_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.2",
    sentence = "IPv4 Home Address Reply: prefix_length is 0 to 32.",
    on = "ipv4-hoa-reply",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, e, v) return (v.prefix_length ~= nil and v.prefix_length < 0) or (v.prefix_length ~= nil and v.prefix_length > 32) end,
  },
  {
    id = "rfc5844/3.3.2/reserved",
    filter = "pmip6.expert.rfc5844.3.3.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.2",
    sentence = "IPv4 Home Address Reply: reserved bits are 0.",
    on = "ipv4-hoa-reply",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5844/3.3.2/alignment",
    filter = "pmip6.expert.rfc5844.3.3.2.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.2",
    sentence = "IPv4 Home Address Reply: aligned at 4n.",
    on = "ipv4-hoa-reply",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc5844/3.3.3/length",
    filter = "pmip6.expert.rfc5844.3.3.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5844 3.3.3",
    sentence = "IPv4 Default-Router Address: the length fits the format.",
  },
  {
    id = "rfc5844/3.3.3/reserved",
    filter = "pmip6.expert.rfc5844.3.3.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.3",
    sentence = "IPv4 Default-Router Address: reserved bits are 0.",
    on = "ipv4-default-router",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-default-router",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5844/3.3.3/alignment",
    filter = "pmip6.expert.rfc5844.3.3.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.3",
    sentence = "IPv4 Default-Router Address: aligned at 4n.",
    on = "ipv4-default-router",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-default-router",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc5844/3.3.4/length",
    filter = "pmip6.expert.rfc5844.3.3.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5844 3.3.4",
    sentence = "IPv4 DHCP Support Mode: the length fits the format.",
  },
  {
    id = "rfc5844/3.3.4/reserved",
    filter = "pmip6.expert.rfc5844.3.3.4.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.4",
    sentence = "IPv4 DHCP Support Mode: reserved bits are 0.",
    on = "ipv4-dhcp-mode",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-dhcp-mode",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5845/6.1/length",
    filter = "pmip6.expert.rfc5845.6.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5845 6.1",
    sentence = "GRE Key: the length fits the format.",
  },
  {
    id = "rfc5845/6.1/reserved",
    filter = "pmip6.expert.rfc5845.6.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 6.1",
    sentence = "GRE Key: reserved bits are 0.",
    on = "gre-key",
    each = true,
    alone = true,
    steady = true,
    about = "gre-key",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5845/6.1/alignment",
    filter = "pmip6.expert.rfc5845.6.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5845 6.1",
    sentence = "GRE Key: aligned at 4n.",
    on = "gre-key",
    each = true,
    alone = true,
    steady = true,
    about = "gre-key",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc5847/3.4/length",
    filter = "pmip6.expert.rfc5847.3.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5847 3.4",
    sentence = "Restart Counter: the length fits the format.",
  },
  {
    id = "rfc5847/3.4/alignment",
    filter = "pmip6.expert.rfc5847.3.4.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5847 3.4",
    sentence = "Restart Counter: aligned at 4n+2.",
    on = "restart-counter",
    each = true,
    alone = true,
    steady = true,
    about = "restart-counter",
    broken = function(m, e, v) return e.offset % 4 ~= 2 end,
  },
  {
    id = "rfc5847/3.4/at-most-one",
    filter = "pmip6.expert.rfc5847.3.4.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5847 3.4",
    sentence = "Restart Counter: at most 1 in a message; no text speaks of more.",
    on = "restart-counter",
    steady = true,
    about = "restart-counter",
    broken = function(m) return #(m.named["restart-counter"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5949/6.2.1/length",
    filter = "pmip6.expert.rfc5949.6.2.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5949 6.2.1",
    sentence = "Context Request: the length fits the format.",
  },
  {
    id = "rfc5949/6.2.1/reserved",
    filter = "pmip6.expert.rfc5949.6.2.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.1",
    sentence = "Context Request: reserved bits are 0.",
    on = "context-request",
    each = true,
    alone = true,
    steady = true,
    about = "context-request",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5949/6.2.1/at-most-one",
    filter = "pmip6.expert.rfc5949.6.2.1.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.1",
    sentence = "Context Request: at most 1 in a message; no text speaks of more.",
    on = "context-request",
    steady = true,
    about = "context-request",
    broken = function(m) return #(m.named["context-request"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5949/6.2.1/sub-option-past-end",
    filter = "pmip6.expert.rfc5949.6.2.1.sub-option-past-end",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5949 6.2.1",
    sentence = "A sub-option ends within its option.",
  },
  {
    id = "rfc5949/6.2.2/length",
    filter = "pmip6.expert.rfc5949.6.2.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5949 6.2.2",
    sentence = "Local Mobility Anchor Address: the length fits the format.",
  },
  {
    id = "rfc5949/6.2.2/reserved",
    filter = "pmip6.expert.rfc5949.6.2.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.2",
    sentence = "Local Mobility Anchor Address: reserved bits are 0.",
    on = "lma-address",
    each = true,
    alone = true,
    steady = true,
    about = "lma-address",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5949/6.2.2/code-and-address",
    filter = "pmip6.expert.rfc5949.6.2.2.code-and-address",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.2",
    sentence = "An IPv6 address has code 1, an IPv4 address code 2.",
    on = "lma-address",
    each = true,
    alone = true,
    steady = true,
    about = "lma-address",
    broken = function(m, e, v) return ((v.option_code ~= nil and v.option_code ~= 1) or (v.lma_address ~= nil and #v.lma_address ~= 16)) and ((v.option_code ~= nil and v.option_code ~= 2) or (v.lma_address ~= nil and #v.lma_address ~= 4)) end,
  },
  {
    id = "rfc5949/6.2.3/length",
    filter = "pmip6.expert.rfc5949.6.2.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 5949 6.2.3",
    sentence = "Mobile Node Link-local Address Interface Identifier: the length fits the format.",
  },
  {
    id = "rfc5949/6.2.3/reserved",
    filter = "pmip6.expert.rfc5949.6.2.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.3",
    sentence = "Mobile Node Link-local Address Interface Identifier: reserved bits are 0.",
    on = "lla-iid",
    each = true,
    alone = true,
    steady = true,
    about = "lla-iid",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc5949/6.2.3/at-most-one",
    filter = "pmip6.expert.rfc5949.6.2.3.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.3",
    sentence = "Mobile Node Link-local Address Interface Identifier: at most 1 in a message; no text speaks of more.",
    on = "lla-iid",
    steady = true,
    about = "lla-iid",
    broken = function(m) return #(m.named["lla-iid"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6058/5.1/length",
    filter = "pmip6.expert.rfc6058.5.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6058 5.1",
    sentence = "Transient Binding: the length fits the format.",
  },
  {
    id = "rfc6058/5.1/reserved",
    filter = "pmip6.expert.rfc6058.5.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6058 5.1",
    sentence = "Transient Binding: reserved bits are 0.",
    on = "transient-binding",
    each = true,
    alone = true,
    steady = true,
    about = "transient-binding",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc6058/5.1/at-most-one",
    filter = "pmip6.expert.rfc6058.5.1.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6058 5.1",
    sentence = "Transient Binding: at most 1 in a message.",
    on = "transient-binding",
    steady = true,
    about = "transient-binding",
    broken = function(m) return #(m.named["transient-binding"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6058/4.5/lifetime",
    filter = "pmip6.expert.rfc6058.4.5.lifetime",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6058 4.5",
    sentence = "A late path switch is asked for with a lifetime.",
    messages = { pbu = true },
    on = "transient-binding",
    each = true,
    alone = true,
    steady = true,
    about = "transient-binding",
    broken = function(m, e, v) return (v.l == 1) and (v.lifetime ~= nil and v.lifetime <= 0) end,
  },
  {
    id = "rfc6058/4.5/l-flag",
    filter = "pmip6.expert.rfc6058.4.5.l-flag",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6058 4.5",
    sentence = "A transient binding is asked for with L.",
    messages = { pbu = true },
    on = "transient-binding",
    each = true,
    alone = true,
    steady = true,
    about = "transient-binding",
    broken = function(m, e, v) return v.l ~= nil and v.l ~= 1 end,
  },
  {
    id = "rfc6058/4.6.1/l-flag",
    filter = "pmip6.expert.rfc6058.4.6.1.l-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6058 4.6.1",
    sentence = "A transient binding is granted with L.",
    messages = { pba = true },
    on = "transient-binding",
    each = true,
    alone = true,
    steady = true,
    about = "transient-binding",
    broken = function(m, e, v) return v.l ~= nil and v.l ~= 1 end,
  },
  {
    id = "rfc6058/4.6.1/ignored",
    filter = "pmip6.expert.rfc6058.4.6.1.ignored",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6058 4.6.1",
    sentence = "With status 6 the transient binding is left out.",
    messages = { pba = true },
    on = "transient-binding",
    steady = true,
    about = "transient-binding",
    broken = function(m) return (m.v.status == 6) and ((m.named["transient-binding"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc6058/4.6.1/needless-6",
    filter = "pmip6.expert.rfc6058.4.6.1.needless-6",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6058 4.6.1",
    sentence = "6 answers a request for a transient binding.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 6) and ((r.named["transient-binding"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6058/4.6.1/lifetime",
    filter = "pmip6.expert.rfc6058.4.6.1.lifetime",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6058 4.6.1",
    sentence = "The transient lifetime is at most the one asked for.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "transient-binding",
    broken = function(m, r) return values_of(m.named["transient-binding"]).lifetime ~= nil and values_of(r.named["transient-binding"]).lifetime ~= nil and values_of(m.named["transient-binding"]).lifetime > values_of(r.named["transient-binding"]).lifetime end,
  },
  {
    id = "rfc6058/4.6.1/settings",
    filter = "pmip6.expert.rfc6058.4.6.1.settings",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6058 4.6.1",
    sentence = "A transient binding without L or lifetime is answered with 6.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and ((values_of(r.named["transient-binding"]).l == 0) or (values_of(r.named["transient-binding"]).lifetime == 0))) and (m.v.status ~= nil and m.v.status ~= 6) end,
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
    alone = true,
    steady = true,
    about = "flow-summary",
    broken = function(m, e, v) return e.offset % 2 ~= 0 end,
  },
  {
    id = "rfc6089/8/flow-summary-45",
    filter = "pmip6.expert.rfc6089.8.flow-summary-45",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 8",
    sentence = "Flow Summary: its number is 44.",
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
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return v.rsvd ~= nil and v.rsvd ~= 0 end,
  },
  {
    id = "rfc6089/8/fid-44",
    filter = "pmip6.expert.rfc6089.8.fid-44",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 8",
    sentence = "Flow Identification: its number is 45.",
  },
  {
    id = "mext/4.2/fid-in-units-of-8",
    filter = "pmip6.expert.mext.4.2.fid-in-units-of-8",
    level = "note",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "Flow Identification: its length counts octets.",
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    id = "rfc6089/4.2.1.2/padn-length-with-header",
    filter = "pmip6.expert.rfc6089.4.2.1.2.padn-length-with-header",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.1.2",
    sentence = "PadN: its length counts the zeros behind it.",
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
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return #(e.parts["binding-reference"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7109/6.2.1/length",
    filter = "pmip6.expert.rfc7109.6.2.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7109 6.2.1",
    sentence = "Flow Binding Action: the length fits the format.",
    dialect = "rfc6089",
  },
  {
    id = "rfc7109/6.2.1/reserved",
    filter = "pmip6.expert.rfc7109.6.2.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7109 6.2.1",
    sentence = "Flow Binding Action: reserved bits are 0.",
    dialect = "rfc6089",
    on = "fid/flow-binding-action",
    each = true,
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7109/6.2.1/at-most-one",
    filter = "pmip6.expert.rfc7109.6.2.1.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7109 6.2.1",
    sentence = "Flow Binding Action: at most 1 in an option; no text speaks of more.",
    dialect = "rfc6089",
    on = "fid",
    each = true,
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return #(e.parts["flow-binding-action"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7109/6.2.2/length",
    filter = "pmip6.expert.rfc7109.6.2.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7109 6.2.2",
    sentence = "Target Care-of Address: the length fits the format.",
    dialect = "rfc6089",
  },
  {
    id = "rfc7109/6.2.2/reserved",
    filter = "pmip6.expert.rfc7109.6.2.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7109 6.2.2",
    sentence = "Target Care-of Address: reserved bits are 0.",
    dialect = "rfc6089",
    on = "fid/target-coa",
    each = true,
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7109/6.2.2/at-most-one",
    filter = "pmip6.expert.rfc7109.6.2.2.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7109 6.2.2",
    sentence = "Target Care-of Address: at most 1 in an option; no text speaks of more.",
    dialect = "rfc6089",
    on = "fid",
    each = true,
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return #(e.parts["target-coa"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6463/4.1/length",
    filter = "pmip6.expert.rfc6463.4.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6463 4.1",
    sentence = "Redirect-Capability: the length fits the format.",
  },
  {
    id = "rfc6463/4.1/reserved",
    filter = "pmip6.expert.rfc6463.4.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 4.1",
    sentence = "Redirect-Capability: reserved bits are 0.",
    on = "redirect-capability",
    each = true,
    alone = true,
    steady = true,
    about = "redirect-capability",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc6463/4.1/alignment",
    filter = "pmip6.expert.rfc6463.4.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6463 4.1",
    sentence = "Redirect-Capability: aligned at 4n.",
    on = "redirect-capability",
    each = true,
    alone = true,
    steady = true,
    about = "redirect-capability",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc6463/4.1/at-most-one",
    filter = "pmip6.expert.rfc6463.4.1.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 4.1",
    sentence = "Redirect-Capability: at most 1 in a message.",
    on = "redirect-capability",
    steady = true,
    about = "redirect-capability",
    broken = function(m) return #(m.named["redirect-capability"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6463/4.2/length",
    filter = "pmip6.expert.rfc6463.4.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6463 4.2",
    sentence = "Redirect: the length fits the format.",
  },
  {
    id = "rfc6463/4.2/reserved",
    filter = "pmip6.expert.rfc6463.4.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 4.2",
    sentence = "Redirect: reserved bits are 0.",
    on = "redirect",
    each = true,
    alone = true,
    steady = true,
    about = "redirect",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc6463/4.2/alignment",
    filter = "pmip6.expert.rfc6463.4.2.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6463 4.2",
    sentence = "Redirect: aligned at 4n.",
    on = "redirect",
    each = true,
    alone = true,
    steady = true,
    about = "redirect",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc6463/4.2/at-most-one",
    filter = "pmip6.expert.rfc6463.4.2.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 4.2",
    sentence = "Redirect: at most 1 in a message.",
    on = "redirect",
    steady = true,
    about = "redirect",
    broken = function(m) return #(m.named.redirect or NOTHING) > 1 end,
  },
  {
    id = "rfc6463/4.2/k-and-n",
    filter = "pmip6.expert.rfc6463.4.2.k-and-n",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 4.2",
    sentence = "K stands alone with an IPv6 address, N alone with an IPv4 address.",
    on = "redirect",
    each = true,
    alone = true,
    steady = true,
    about = "redirect",
    broken = function(m, e, v) return ((v.k ~= nil and v.k ~= 1) or (v.n ~= nil and v.n ~= 0) or (v.r2lma_address ~= nil and #v.r2lma_address ~= 16)) and ((v.k ~= nil and v.k ~= 0) or (v.n ~= nil and v.n ~= 1) or (v.r2lma_address ~= nil and #v.r2lma_address ~= 4)) end,
  },
  {
    id = "rfc6463/5.3/success",
    filter = "pmip6.expert.rfc6463.5.3.success",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 5.3",
    sentence = "A redirection comes with a status that accepts.",
    messages = { pba = true },
    on = "redirect",
    steady = true,
    about = "redirect",
    broken = function(m) return m.v.status ~= nil and m.v.status >= 128 end,
  },
  {
    id = "rfc6463/5.2/redirect-unasked",
    filter = "pmip6.expert.rfc6463.5.2.redirect-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 5.2",
    sentence = "A redirection answers a request that is capable of it.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "redirect",
    broken = function(m, r) return ((m.named.redirect or NOTHING)[1] ~= nil) and ((r.named["redirect-capability"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6463/4.3/length",
    filter = "pmip6.expert.rfc6463.4.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6463 4.3",
    sentence = "Load Information: the length fits the format.",
  },
  {
    id = "rfc6463/4.3/alignment",
    filter = "pmip6.expert.rfc6463.4.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6463 4.3",
    sentence = "Load Information: aligned at 4n.",
    on = "load-information",
    each = true,
    alone = true,
    steady = true,
    about = "load-information",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc6463/4.4/length",
    filter = "pmip6.expert.rfc6463.4.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6463 4.4",
    sentence = "Alternate IPv4 Care-of Address: the length fits the format.",
  },
  {
    id = "rfc6463/4.4/alignment",
    filter = "pmip6.expert.rfc6463.4.4.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6463 4.4",
    sentence = "Alternate IPv4 Care-of Address: aligned at 4n+2.",
    on = "alt-ipv4-coa",
    each = true,
    alone = true,
    steady = true,
    about = "alt-ipv4-coa",
    broken = function(m, e, v) return e.offset % 4 ~= 2 end,
  },
  {
    id = "rfc6463/4.4/alt-ipv4-coa-unasked",
    filter = "pmip6.expert.rfc6463.4.4.alt-ipv4-coa-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 4.4",
    sentence = "An alternate IPv4 care-of address answers that of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "alt-ipv4-coa",
    broken = function(m, r) return ((m.named["alt-ipv4-coa"] or NOTHING)[1] ~= nil) and ((r.named["alt-ipv4-coa"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6463/4.4/alt-ipv4-coa-copied",
    filter = "pmip6.expert.rfc6463.4.4.alt-ipv4-coa-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 4.4",
    sentence = "An alternate IPv4 care-of address comes back as it was.",
    scope = "exchange",
    messages = { pbu = true },
    about = "alt-ipv4-coa",
    broken = function(m, r) return values_of(m.named["alt-ipv4-coa"]).alternate_ipv4_care_of_address ~= nil and values_of(r.named["alt-ipv4-coa"]).alternate_ipv4_care_of_address ~= nil and values_of(m.named["alt-ipv4-coa"]).alternate_ipv4_care_of_address ~= values_of(r.named["alt-ipv4-coa"]).alternate_ipv4_care_of_address end,
  },
  {
    id = "rfc6602/4.3/length",
    filter = "pmip6.expert.rfc6602.4.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6602 4.3",
    sentence = "Mobile Node Group Identifier: the length fits the format.",
  },
  {
    id = "rfc6602/4.3/reserved",
    filter = "pmip6.expert.rfc6602.4.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 4.3",
    sentence = "Mobile Node Group Identifier: reserved bits are 0.",
    on = "mn-group-id",
    each = true,
    alone = true,
    steady = true,
    about = "mn-group-id",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc6602/4.1/b-without-p",
    filter = "pmip6.expert.rfc6602.4.1.b-without-p",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 4.1",
    sentence = "A binding update without P has no B.",
    messages = { ["binding-update"] = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64 end,
  },
  {
    id = "rfc6602/4.2/b-without-p",
    filter = "pmip6.expert.rfc6602.4.2.b-without-p",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 4.2",
    sentence = "A binding acknowledgement without P has no B.",
    messages = { ["binding-ack"] = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x8) == 8 end,
  },
  {
    id = "rfc6602/4.3/subtype-twice",
    filter = "pmip6.expert.rfc6602.4.3.subtype-twice",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6602 4.3",
    sentence = "Group identifiers of one message have different sub-types.",
    on = "mn-group-id",
    steady = true,
    about = "mn-group-id",
    broken = function(m) return not unique((m.named["mn-group-id"] or NOTHING), "subtype") end,
  },
  {
    id = "rfc6602/4.3/group-zero",
    filter = "pmip6.expert.rfc6602.4.3.group-zero",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6602 4.3",
    sentence = "A group identifier is not 0.",
    on = "mn-group-id",
    each = true,
    alone = true,
    steady = true,
    about = "mn-group-id",
    broken = function(m, e, v) return v.group == 0 end,
  },
  {
    id = "rfc6602/5.1.2/group",
    filter = "pmip6.expert.rfc6602.5.1.2.group",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 5.1.2",
    sentence = "A request for bulk binding updates (B) names a group.",
    messages = { pbu = true },
    steady = true,
    about = "mn-group-id",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64) and ((m.named["mn-group-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6602/5.1.3/bulk-update",
    filter = "pmip6.expert.rfc6602.5.1.3.bulk-update",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 5.1.3",
    sentence = "A bulk binding update names no single session.",
    messages = { pbu = true },
    on = "mn-group-id",
    steady = true,
    about = "mn-group-id",
    broken = function(m) return (((m.named["mn-group-id"] or NOTHING)[1] ~= nil) and (m.v.flags ~= nil and bits(m.v.flags, 0x40) ~= 64)) and (((m.named["mn-id"] or NOTHING)[1] ~= nil) or ((m.named.hnp or NOTHING)[1] ~= nil) or ((m.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil) or ((m.named["gre-key"] or NOTHING)[1] ~= nil)) end,
  },
  {
    id = "rfc6602/5.1.3/bulk-revocation",
    filter = "pmip6.expert.rfc6602.5.1.3.bulk-revocation",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 5.1.3",
    sentence = "A bulk revocation names no single session.",
    messages = { bri = true },
    on = "mn-group-id",
    steady = true,
    about = "mn-group-id",
    broken = function(m) return ((m.named["mn-id"] or NOTHING)[1] ~= nil) or ((m.named.hnp or NOTHING)[1] ~= nil) or ((m.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil) or ((m.named["gre-key"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc6602/5.2.2/group",
    filter = "pmip6.expert.rfc6602.5.2.2.group",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 5.2.2",
    sentence = "An acknowledgement with B names a group.",
    messages = { pba = true },
    steady = true,
    about = "mn-group-id",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x8) == 8) and ((m.named["mn-group-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6602/4.2/b-unasked",
    filter = "pmip6.expert.rfc6602.4.2.b-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 4.2",
    sentence = "B in an acknowledgement answers B.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.flags ~= nil and bits(m.v.flags, 0x8) == 8) and (r.v.flags ~= nil and bits(r.v.flags, 0x40) ~= 64) end,
  },
  {
    id = "rfc6602/5.2.2/group-without-b",
    filter = "pmip6.expert.rfc6602.5.2.2.group-without-b",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 5.2.2",
    sentence = "Without B an acknowledgement of one session has no group.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "mn-group-id",
    broken = function(m, r) return ((r.v.flags ~= nil and bits(r.v.flags, 0x40) == 64) and (m.v.flags ~= nil and bits(m.v.flags, 0x8) ~= 8)) and ((m.named["mn-group-id"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc6602/5.2.3/group-copied",
    filter = "pmip6.expert.rfc6602.5.2.3.group-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 5.2.3",
    sentence = "A bulk binding update is accepted with its group.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "mn-group-id",
    broken = function(m, r) return (((r.named["mn-group-id"] or NOTHING)[1] ~= nil) and (r.v.flags ~= nil and bits(r.v.flags, 0x40) ~= 64) and (((r.named["mn-id"] or NOTHING)[1] == nil) and ((r.named.hnp or NOTHING)[1] == nil) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] == nil) and ((r.named["gre-key"] or NOTHING)[1] == nil)) and (m.v.status == 0)) and (values_of(m.named["mn-group-id"]).group ~= nil and values_of(r.named["mn-group-id"]).group ~= nil and values_of(m.named["mn-group-id"]).group ~= values_of(r.named["mn-group-id"]).group) end,
  },
  {
    id = "rfc6602/5.2.3/group-missing",
    filter = "pmip6.expert.rfc6602.5.2.3.group-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 5.2.3",
    sentence = "A bulk binding update is accepted with a group.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "mn-group-id",
    broken = function(m, r) return (((r.named["mn-group-id"] or NOTHING)[1] ~= nil) and (r.v.flags ~= nil and bits(r.v.flags, 0x40) ~= 64) and (((r.named["mn-id"] or NOTHING)[1] == nil) and ((r.named.hnp or NOTHING)[1] == nil) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] == nil) and ((r.named["gre-key"] or NOTHING)[1] == nil)) and (m.v.status == 0)) and ((m.named["mn-group-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6602/5.2.3/needless-175",
    filter = "pmip6.expert.rfc6602.5.2.3.needless-175",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6602 5.2.3",
    sentence = "175 answers a request with a group.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 175) and ((r.named["mn-group-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6602/5.2.3/bulk-revoked",
    filter = "pmip6.expert.rfc6602.5.2.3.bulk-revoked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6602 5.2.3",
    sentence = "A bulk revocation is accepted with its group.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    about = "mn-group-id",
    broken = function(m, r) return (((r.named["mn-group-id"] or NOTHING)[1] ~= nil) and (m.v.status == 0)) and (((m.named["mn-group-id"] or NOTHING)[1] == nil) or (values_of(m.named["mn-group-id"]).group ~= nil and values_of(r.named["mn-group-id"]).group ~= nil and values_of(m.named["mn-group-id"]).group ~= values_of(r.named["mn-group-id"]).group)) end,
  },
  {
    id = "rfc6602/5.2.3/bulk-revocation-invalid",
    filter = "pmip6.expert.rfc6602.5.2.3.bulk-revocation-invalid",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6602 5.2.3",
    sentence = "A bulk revocation that names a single session is refused, with 128 where nothing else is wrong.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return (((r.named["mn-group-id"] or NOTHING)[1] ~= nil) and (((r.named["mn-id"] or NOTHING)[1] ~= nil) or ((r.named.hnp or NOTHING)[1] ~= nil) or ((r.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil) or ((r.named["gre-key"] or NOTHING)[1] ~= nil))) and (m.v.status ~= nil and m.v.status < 128) end,
  },
  {
    id = "rfc6705/11.1/length",
    filter = "pmip6.expert.rfc6705.11.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6705 11.1",
    sentence = "MAG IPv6 Address: the length fits the format.",
  },
  {
    id = "rfc6705/11.1/reserved",
    filter = "pmip6.expert.rfc6705.11.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 11.1",
    sentence = "MAG IPv6 Address: reserved bits are 0.",
    on = "mag-ipv6-address",
    each = true,
    alone = true,
    steady = true,
    about = "mag-ipv6-address",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc6705/11.1/address_length-range",
    filter = "pmip6.expert.rfc6705.11.1.address_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 11.1",
    sentence = "MAG IPv6 Address: address_length is 128.",
    on = "mag-ipv6-address",
    each = true,
    alone = true,
    steady = true,
    about = "mag-ipv6-address",
    broken = function(m, e, v) return (v.address_length ~= nil and v.address_length < 128) or (v.address_length ~= nil and v.address_length > 128) end,
  },
  {
    id = "rfc6705/11.1/alignment",
    filter = "pmip6.expert.rfc6705.11.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6705 11.1",
    sentence = "MAG IPv6 Address: aligned at 8n+4.",
    on = "mag-ipv6-address",
    each = true,
    alone = true,
    steady = true,
    about = "mag-ipv6-address",
    broken = function(m, e, v) return e.offset % 8 ~= 4 end,
  },
  {
    id = "rfc6757/3/alignment",
    filter = "pmip6.expert.rfc6757.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6757 3",
    sentence = "Access Network Identifier: aligned at 4n.",
    on = "ani",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc6757/3/at-most-one",
    filter = "pmip6.expert.rfc6757.3.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3",
    sentence = "Access Network Identifier: at most 1 in a message.",
    on = "ani",
    steady = true,
    about = "ani",
    broken = function(m) return #(m.named.ani or NOTHING) > 1 end,
  },
  {
    id = "rfc6757/3/sub-option-missing",
    filter = "pmip6.expert.rfc6757.3.sub-option-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3",
    sentence = "Access Network Identifier: it has a sub-option.",
    on = "ani",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return e.length ~= nil and e.length <= 0 end,
  },
  {
    id = "rfc6757/3.1.1/network-name-utf-8",
    filter = "pmip6.expert.rfc6757.3.1.1.network-name-utf-8",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.1",
    sentence = "With E set the network name is UTF-8.",
    on = "ani/network-id",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return (v.e == 1) and (v.network_name ~= nil and not is_utf8(v.network_name)) end,
  },
  {
    id = "rfc6757/3.1.1/access-point-name-utf-8",
    filter = "pmip6.expert.rfc6757.3.1.1.access-point-name-utf-8",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.1",
    sentence = "The name of the access point is UTF-8.",
    on = "ani/network-id",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return v.access_point_name ~= nil and not is_utf8(v.access_point_name) end,
  },
  {
    id = "rfc6757/4.2/ani-unasked",
    filter = "pmip6.expert.rfc6757.4.2.ani-unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6757 4.2",
    sentence = "An access network identifier answers that of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ani",
    broken = function(m, r) return ((m.named.ani or NOTHING)[1] ~= nil) and ((r.named.ani or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7563/3.1/element-missing",
    filter = "pmip6.expert.rfc7563.3.1.element-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7563 3.1",
    sentence = "A civic location has an element.",
    on = "ani/civic-location",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return values_of(e.parts.location).elements ~= nil and #values_of(e.parts.location).elements <= 0 end,
  },
  {
    id = "rfc6757/3.1/sub-option-past-end",
    filter = "pmip6.expert.rfc6757.3.1.sub-option-past-end",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6757 3.1",
    sentence = "A sub-option ends within its option.",
  },
  {
    id = "rfc6757/3.1/unknown-sub-option",
    filter = "pmip6.expert.rfc6757.3.1.unknown-sub-option",
    level = "note",
    group = "UNDECODED",
    clause = "RFC 6757 3.1",
    sentence = "Type and format of the sub-option are known.",
  },
  {
    id = "rfc6757/3.1.1/length",
    filter = "pmip6.expert.rfc6757.3.1.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6757 3.1.1",
    sentence = "Network-Identifier: the length fits the format.",
  },
  {
    id = "rfc6757/3.1.1/reserved",
    filter = "pmip6.expert.rfc6757.3.1.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.1",
    sentence = "Network-Identifier: reserved bits are 0.",
    on = "ani/network-id",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc6757/3.1.1/network_name_length-range",
    filter = "pmip6.expert.rfc6757.3.1.1.network_name_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.1",
    sentence = "Network-Identifier: network_name_length is 1 to 255.",
    on = "ani/network-id",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return (v.network_name ~= nil and #v.network_name < 1) or (v.network_name ~= nil and #v.network_name > 255) end,
  },
  {
    id = "rfc6757/3.1.1/at-most-one",
    filter = "pmip6.expert.rfc6757.3.1.1.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.1",
    sentence = "Network-Identifier: at most 1 in an option.",
    on = "ani",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return #(e.parts["network-id"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6757/3.1.2/length",
    filter = "pmip6.expert.rfc6757.3.1.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6757 3.1.2",
    sentence = "Geo-Location: the length fits the format.",
  },
  {
    id = "rfc6757/3.1.2/latitude-range",
    filter = "pmip6.expert.rfc6757.3.1.2.latitude-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.2",
    sentence = "Geo-Location: latitude is -2949120 to 2949120.",
    on = "ani/geo-location",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return (v.latitude ~= nil and v.latitude < -2949120) or (v.latitude ~= nil and v.latitude > 2949120) end,
  },
  {
    id = "rfc6757/3.1.2/longitude-range",
    filter = "pmip6.expert.rfc6757.3.1.2.longitude-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.2",
    sentence = "Geo-Location: longitude is -5898240 to 5898240.",
    on = "ani/geo-location",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return (v.longitude ~= nil and v.longitude < -5898240) or (v.longitude ~= nil and v.longitude > 5898240) end,
  },
  {
    id = "rfc6757/3.1.2/at-most-one",
    filter = "pmip6.expert.rfc6757.3.1.2.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.2",
    sentence = "Geo-Location: at most 1 in an option.",
    on = "ani",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return #(e.parts["geo-location"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6757/3.1.3/length",
    filter = "pmip6.expert.rfc6757.3.1.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6757 3.1.3",
    sentence = "Operator-Identifier: the length fits the format.",
  },
  {
    id = "rfc6757/3.1.3/at-most-one",
    filter = "pmip6.expert.rfc6757.3.1.3.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6757 3.1.3",
    sentence = "Operator-Identifier: at most 1 in an option.",
    on = "ani",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return #(e.parts["operator-id"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7563/3.1/length",
    filter = "pmip6.expert.rfc7563.3.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7563 3.1",
    sentence = "Civic-Location: the length fits the format.",
  },
  {
    id = "rfc7563/3.1/reserved",
    filter = "pmip6.expert.rfc7563.3.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7563 3.1",
    sentence = "Civic-Location: reserved bits are 0.",
    on = "ani/civic-location",
    each = true,
    alone = true,
    steady = true,
    about = "ani",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7563/3.2/mag-group-id-of-3-octets",
    filter = "pmip6.expert.rfc7563.3.2.mag-group-id-of-3-octets",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7563 3.2",
    sentence = "MAG-Group-Identifier: its group identifier has 2 octets.",
  },
  {
    id = "rfc7563/3.2/length",
    filter = "pmip6.expert.rfc7563.3.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7563 3.2",
    sentence = "MAG-Group-Identifier: the length fits the format.",
  },
  {
    id = "rfc7563/3.3/length",
    filter = "pmip6.expert.rfc7563.3.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7563 3.3",
    sentence = "ANI Update-Timer: the length fits the format.",
  },
  {
    id = "rfc6909/3.1/length",
    filter = "pmip6.expert.rfc6909.3.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6909 3.1",
    sentence = "IPv4 Traffic Offload Selector: the length fits the format.",
  },
  {
    id = "rfc6909/3.1/reserved",
    filter = "pmip6.expert.rfc6909.3.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6909 3.1",
    sentence = "IPv4 Traffic Offload Selector: reserved bits are 0.",
    on = "ipv4-offload",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-offload",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc6909/3.1/alignment",
    filter = "pmip6.expert.rfc6909.3.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6909 3.1",
    sentence = "IPv4 Traffic Offload Selector: aligned at 4n.",
    on = "ipv4-offload",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-offload",
    broken = function(m, e, v) return (e.offset % 4 ~= 0) and (e.offset % 4 ~= 2) end,
  },
  {
    id = "rfc6909/3.1/selector-missing",
    filter = "pmip6.expert.rfc6909.3.1.selector-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6909 3.1",
    sentence = "In an acknowledgement the offload policy has a selector.",
    messages = { pba = true },
    on = "ipv4-offload",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-offload",
    broken = function(m, e, v) return e.length ~= nil and e.length <= 4 end,
  },
  {
    id = "rfc6909/3.2/m-flag",
    filter = "pmip6.expert.rfc6909.3.2.m-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6909 3.2",
    sentence = "A request for an offload policy, without a selector, has M clear.",
    messages = { pbu = true },
    on = "ipv4-offload",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-offload",
    broken = function(m, e, v) return (e.length ~= nil and e.length <= 4) and (v.m ~= nil and v.m ~= 0) end,
  },
  {
    id = "rfc6909/3.3/ipv4-offload-unasked",
    filter = "pmip6.expert.rfc6909.3.3.ipv4-offload-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6909 3.3",
    sentence = "An offload policy answers that of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ipv4-offload",
    broken = function(m, r) return ((m.named["ipv4-offload"] or NOTHING)[1] ~= nil) and ((r.named["ipv4-offload"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6909/3.1/offload-alignment",
    filter = "pmip6.expert.rfc6909.3.1.offload-alignment",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6909 3.1",
    sentence = "IPv4 Traffic Offload Selector: aligned at 4n; otherwise aligned at 4n+2, as the figure draws it.",
    on = "ipv4-offload",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-offload",
    broken = function(m, e, v) return (e.offset % 4 ~= 0) and (e.offset % 4 == 2) end,
  },
  {
    id = "rfc6909/3/sub-option-past-end",
    filter = "pmip6.expert.rfc6909.3.sub-option-past-end",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6909 3",
    sentence = "A sub-option ends within its option.",
  },
  {
    id = "rfc6909/3/unknown-sub-option",
    filter = "pmip6.expert.rfc6909.3.unknown-sub-option",
    level = "note",
    group = "UNDECODED",
    clause = "RFC 6909 3",
    sentence = "Type and format of the sub-option are known.",
  },
  {
    id = "rfc6089/4.2.1.4/length",
    filter = "pmip6.expert.rfc6089.4.2.1.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 6089 4.2.1.4",
    sentence = "IPv4 Traffic Selector: the length fits the format.",
  },
  {
    id = "rfc6089/4.2.1.4/end-without-start",
    filter = "pmip6.expert.rfc6089.4.2.1.4.end-without-start",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.1.4",
    sentence = "An End stands only with its Start.",
  },
  {
    id = "rfc6089/4.2.1.4/reserved",
    filter = "pmip6.expert.rfc6089.4.2.1.4.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.1.4",
    sentence = "IPv4 Traffic Selector: reserved bits are 0.",
    on = "ipv4-offload/traffic-selector",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-offload",
    broken = function(m, e, v) return (v.format == 1) and (v.reserved ~= nil and v.reserved ~= 0) end,
  },
  {
    id = "rfc6089/4.2.1.4/flags-reserved",
    filter = "pmip6.expert.rfc6089.4.2.1.4.flags-reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.1.4",
    sentence = "IPv4 Traffic Selector: reserved flags are 0.",
    on = "ipv4-offload/traffic-selector",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-offload",
    broken = function(m, e, v) return (v.format == 1) and (v.reserved_flags ~= nil and v.reserved_flags ~= 0) end,
  },
  {
    id = "rfc6089/4.2.1.4/at-most-one",
    filter = "pmip6.expert.rfc6089.4.2.1.4.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.1.4",
    sentence = "IPv4 Traffic Selector: at most 1 in an option.",
    on = "ipv4-offload",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-offload",
    broken = function(m, e, v) return #(e.parts["traffic-selector"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7028/5.1.2/length",
    filter = "pmip6.expert.rfc7028.5.1.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7028 5.1.2",
    sentence = "Dynamic IP Multicast Selector: the length fits the format.",
  },
  {
    id = "rfc7028/5.1.2/reserved",
    filter = "pmip6.expert.rfc7028.5.1.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7028 5.1.2",
    sentence = "Dynamic IP Multicast Selector: reserved bits are 0.",
    on = "multicast-selector",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-selector",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7028/5.1.2/records.record_type-range",
    filter = "pmip6.expert.rfc7028.5.1.2.records.record_type-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7028 5.1.2",
    sentence = "Dynamic IP Multicast Selector: record_type is 1 to 6.",
    on = "multicast-selector/records",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-selector",
    broken = function(m, e, v) return (v.record_type ~= nil and v.record_type < 1) or (v.record_type ~= nil and v.record_type > 6) end,
  },
  {
    id = "rfc7028/5.1.2/records.aux_data_length-range",
    filter = "pmip6.expert.rfc7028.5.1.2.records.aux_data_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7028 5.1.2",
    sentence = "Dynamic IP Multicast Selector: aux_data_length is 0.",
    on = "multicast-selector/records",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-selector",
    broken = function(m, e, v) return (v.aux_data ~= nil and #v.aux_data < 0) or (v.aux_data ~= nil and #v.aux_data > 0) end,
  },
  {
    id = "rfc7148/4.1/length",
    filter = "pmip6.expert.rfc7148.4.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7148 4.1",
    sentence = "Delegated Mobile Network Prefix: the length fits the format.",
  },
  {
    id = "rfc7148/4.1/reserved",
    filter = "pmip6.expert.rfc7148.4.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7148 4.1",
    sentence = "Delegated Mobile Network Prefix: reserved bits are 0.",
    on = "dmnp",
    each = true,
    alone = true,
    steady = true,
    about = "dmnp",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7148/4.1/alignment",
    filter = "pmip6.expert.rfc7148.4.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7148 4.1",
    sentence = "Delegated Mobile Network Prefix: aligned at 8n+2.",
    on = "dmnp",
    each = true,
    alone = true,
    steady = true,
    about = "dmnp",
    broken = function(m, e, v) return (e.offset % 8 ~= 2) and (e.offset % 8 ~= 4) end,
  },
  {
    id = "rfc7148/4.1/v-and-prefix",
    filter = "pmip6.expert.rfc7148.4.1.v-and-prefix",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7148 4.1",
    sentence = "V is set with an IPv4 prefix of up to 32 bits, and clear with an IPv6 prefix of up to 128.",
    on = "dmnp",
    each = true,
    alone = true,
    steady = true,
    about = "dmnp",
    broken = function(m, e, v) return ((v.v ~= nil and v.v ~= 1) or (v.prefix ~= nil and #v.prefix ~= 4) or (v.prefix_length ~= nil and v.prefix_length > 32)) and ((v.v ~= nil and v.v ~= 0) or (v.prefix ~= nil and #v.prefix ~= 16) or (v.prefix_length ~= nil and v.prefix_length > 128)) end,
  },
  {
    id = "rfc7148/5.1.2/once",
    filter = "pmip6.expert.rfc7148.5.1.2.once",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7148 5.1.2",
    sentence = "Each delegated prefix, or request for one, stands once.",
    on = "dmnp",
    about = "dmnp",
    broken = function(m) return not unique((m.named.dmnp or NOTHING), "prefix") end,
  },
  {
    id = "rfc7148/5.2.2/given",
    filter = "pmip6.expert.rfc7148.5.2.2.given",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7148 5.2.2",
    sentence = "An accepting PBA delegates real prefixes.",
    messages = { pba = true },
    on = "dmnp",
    steady = true,
    about = "dmnp",
    broken = function(m) return (m.v.status ~= nil and m.v.status < 128) and (culprits((m.named.dmnp or NOTHING), function(e, v) return (v.prefix == "\000\000\000\000") or (v.prefix == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000") end)) end,
  },
  {
    id = "rfc7148/5.2.2/dmnp-unasked",
    filter = "pmip6.expert.rfc7148.5.2.2.dmnp-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7148 5.2.2",
    sentence = "A delegated prefix answers that of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "dmnp",
    broken = function(m, r) return ((m.named.dmnp or NOTHING)[1] ~= nil) and ((r.named.dmnp or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7148/5.2.2/changed",
    filter = "pmip6.expert.rfc7148.5.2.2.changed",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7148 5.2.2",
    sentence = "An accepting answer delegates the prefixes that were asked for.",
    scope = "exchange",
    messages = { pbu = true },
    about = "dmnp",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and ((m.named.dmnp or NOTHING)[1] ~= nil)) and (culprits((r.named.dmnp or NOTHING), function(e, v) return (v.prefix ~= nil and v.prefix ~= "\000\000\000\000") and (v.prefix ~= nil and v.prefix ~= "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000") and (v.prefix ~= nil and not among(v.prefix, (m.named.dmnp or NOTHING), "prefix", false)) end, true)) end,
  },
  {
    id = "rfc7148/4.2/needless-177",
    filter = "pmip6.expert.rfc7148.4.2.needless-177",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7148 4.2",
    sentence = "177 and 178 answer a request for delegated prefixes.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status ~= nil and ((m.v.status >= 177 and m.v.status <= 178))) and ((r.named.dmnp or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7148/4.1/dmnp-alignment",
    filter = "pmip6.expert.rfc7148.4.1.dmnp-alignment",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7148 4.1",
    sentence = "Delegated Mobile Network Prefix: aligned at 8n+2; otherwise aligned at 8n+4, as the figure's prefix wants it.",
    on = "dmnp",
    each = true,
    alone = true,
    steady = true,
    about = "dmnp",
    broken = function(m, e, v) return (e.offset % 8 ~= 2) and (e.offset % 8 == 4) end,
  },
  {
    id = "rfc7161/6.1/length",
    filter = "pmip6.expert.rfc7161.6.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7161 6.1",
    sentence = "Active Multicast Subscription IPv4: the length fits the format.",
  },
  {
    id = "rfc7161/6.1/context.record_type-range",
    filter = "pmip6.expert.rfc7161.6.1.context.record_type-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 6.1",
    sentence = "Active Multicast Subscription IPv4: record_type is 1 to 6.",
    on = "multicast-ipv4/context",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ipv4",
    broken = function(m, e, v) return (v.record_type ~= nil and v.record_type < 1) or (v.record_type ~= nil and v.record_type > 6) end,
  },
  {
    id = "rfc7161/6.1/context.aux_data_length-range",
    filter = "pmip6.expert.rfc7161.6.1.context.aux_data_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 6.1",
    sentence = "Active Multicast Subscription IPv4: aux_data_length is 0.",
    on = "multicast-ipv4/context",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ipv4",
    broken = function(m, e, v) return (v.aux_data ~= nil and #v.aux_data < 0) or (v.aux_data ~= nil and #v.aux_data > 0) end,
  },
  {
    id = "rfc7161/6.1/alignment",
    filter = "pmip6.expert.rfc7161.6.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7161 6.1",
    sentence = "Active Multicast Subscription IPv4: aligned at 4n+1.",
    on = "multicast-ipv4",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ipv4",
    broken = function(m, e, v) return e.offset % 4 ~= 1 end,
  },
  {
    id = "rfc7161/4.1.2/length",
    filter = "pmip6.expert.rfc7161.4.1.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7161 4.1.2",
    sentence = "Active Multicast Subscription IPv6: the length fits the format.",
  },
  {
    id = "rfc7161/4.1.2/context.reserved",
    filter = "pmip6.expert.rfc7161.4.1.2.context.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.1.2",
    sentence = "Active Multicast Subscription IPv6: reserved bits are 0.",
    on = "multicast-ipv6/context",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ipv6",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7161/4.1.2/context.record_type-range",
    filter = "pmip6.expert.rfc7161.4.1.2.context.record_type-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.1.2",
    sentence = "Active Multicast Subscription IPv6: record_type is 1 to 6.",
    on = "multicast-ipv6/context",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ipv6",
    broken = function(m, e, v) return (v.record_type ~= nil and v.record_type < 1) or (v.record_type ~= nil and v.record_type > 6) end,
  },
  {
    id = "rfc7161/4.1.2/context.aux_data_length-range",
    filter = "pmip6.expert.rfc7161.4.1.2.context.aux_data_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.1.2",
    sentence = "Active Multicast Subscription IPv6: aux_data_length is 0.",
    on = "multicast-ipv6/context",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ipv6",
    broken = function(m, e, v) return (v.aux_data ~= nil and #v.aux_data < 0) or (v.aux_data ~= nil and #v.aux_data > 0) end,
  },
  {
    id = "rfc7161/4.1.2/alignment",
    filter = "pmip6.expert.rfc7161.4.1.2.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7161 4.1.2",
    sentence = "Active Multicast Subscription IPv6: aligned at 8n+1.",
    on = "multicast-ipv6",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ipv6",
    broken = function(m, e, v) return e.offset % 8 ~= 1 end,
  },
  {
    id = "rfc7161/4.2.1.1/s-flag",
    filter = "pmip6.expert.rfc7161.4.2.1.1.s-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.2.1.1",
    sentence = "A PBA with subscriptions has the S flag.",
    messages = { pba = true },
    steady = true,
    broken = function(m) return (((m.named["multicast-ipv4"] or NOTHING)[1] ~= nil) or ((m.named["multicast-ipv6"] or NOTHING)[1] ~= nil)) and (m.v.flags ~= nil and bits(m.v.flags, 0x4) ~= 4) end,
  },
  {
    id = "rfc7161/4.2.1.2/subscriptions",
    filter = "pmip6.expert.rfc7161.4.2.1.2.subscriptions",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.2.1.2",
    sentence = "A de-registration with the S flag has the subscriptions.",
    messages = { pbu = true },
    steady = true,
    broken = function(m) return ((m.v.lifetime == 0) and (m.v.flags ~= nil and bits(m.v.flags, 0x20) == 32)) and (((m.named["multicast-ipv4"] or NOTHING)[1] == nil) and ((m.named["multicast-ipv6"] or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc7161/4.2.1.2/s-flag",
    filter = "pmip6.expert.rfc7161.4.2.1.2.s-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.2.1.2",
    sentence = "A de-registration with subscriptions has the S flag.",
    messages = { pbu = true },
    steady = true,
    broken = function(m) return ((m.v.lifetime == 0) and (((m.named["multicast-ipv4"] or NOTHING)[1] ~= nil) or ((m.named["multicast-ipv6"] or NOTHING)[1] ~= nil))) and (m.v.flags ~= nil and bits(m.v.flags, 0x20) ~= 32) end,
  },
  {
    id = "rfc7161/4.2.1.1/s-unasked",
    filter = "pmip6.expert.rfc7161.4.2.1.1.s-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.2.1.1",
    sentence = "S in an acknowledgement answers S.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.flags ~= nil and bits(m.v.flags, 0x4) == 4) and (r.v.flags ~= nil and bits(r.v.flags, 0x20) ~= 32) end,
  },
  {
    id = "rfc7161/4.2.1.2/s-in-removal",
    filter = "pmip6.expert.rfc7161.4.2.1.2.s-in-removal",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7161 4.2.1.2",
    sentence = "The answer to a de-registration has no S.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (r.v.lifetime == 0) and (m.v.flags ~= nil and bits(m.v.flags, 0x4) == 4) end,
  },
  {
    id = "rfc7222/4.1/length",
    filter = "pmip6.expert.rfc7222.4.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.1",
    sentence = "Quality-of-Service: the length fits the format.",
  },
  {
    id = "rfc7222/4.1/rsvd",
    filter = "pmip6.expert.rfc7222.4.1.rsvd",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.1",
    sentence = "Quality-of-Service: reserved bits are 0.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.rsvd ~= nil and v.rsvd ~= 0 end,
  },
  {
    id = "rfc7222/4.1/reserved",
    filter = "pmip6.expert.rfc7222.4.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.1",
    sentence = "Quality-of-Service: reserved bits are 0.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.1/alignment",
    filter = "pmip6.expert.rfc7222.4.1.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7222 4.1",
    sentence = "Quality-of-Service: aligned at 4n.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return e.offset % 4 ~= 0 end,
  },
  {
    id = "rfc7222/4.1/sr-id",
    filter = "pmip6.expert.rfc7222.4.1.sr-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.1",
    sentence = "In a PBU that asks to allocate, the service request identifier is 0.",
    messages = { pbu = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.oc == 1) and (v.sr_id ~= nil and v.sr_id ~= 0) end,
  },
  {
    id = "rfc7222/4.2.5/preemption-reserved",
    filter = "pmip6.expert.rfc7222.4.2.5.preemption-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.5",
    sentence = "Preemption is enabled (0) or disabled (1).",
    on = "qos/allocation-retention-priority",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.pc ~= nil and v.pc > 1) or (v.pv ~= nil and v.pv > 1) end,
  },
  {
    id = "rfc7222/5.2/request",
    filter = "pmip6.expert.rfc7222.5.2.request",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.2",
    sentence = "In a PBU the operation is a request.",
    messages = { pbu = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.oc ~= nil and not ((v.oc >= 1 and v.oc <= 4)) end,
  },
  {
    id = "rfc7222/5.2/identifier",
    filter = "pmip6.expert.rfc7222.5.2.identifier",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.2",
    sentence = "A change names the service request that was allocated.",
    messages = { pbu = true, ["update-notification"] = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.oc ~= nil and ((v.oc >= 2 and v.oc <= 3))) and (v.sr_id == 0) end,
  },
  {
    id = "rfc7222/5.2/attributes",
    filter = "pmip6.expert.rfc7222.5.2.attributes",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.2",
    sentence = "A new service request has attributes.",
    messages = { pbu = true, ["update-notification"] = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.oc == 1) and (e.length ~= nil and e.length <= 6) end,
  },
  {
    id = "rfc7222/5.2/query",
    filter = "pmip6.expert.rfc7222.5.2.query",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.2",
    sentence = "A query is alone, with identifier and code point 0 and no attributes.",
    messages = { pbu = true, ["update-notification"] = true },
    on = "qos",
    each = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.oc == 4) and ((#(m.named.qos or NOTHING) ~= 1) or (v.sr_id ~= nil and v.sr_id ~= 0) or (v.dscp ~= nil and v.dscp ~= 0) or (e.length ~= nil and e.length ~= 6)) end,
  },
  {
    id = "rfc7222/5.1/request",
    filter = "pmip6.expert.rfc7222.5.1.request",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.1",
    sentence = "In an update notification the operation is a request.",
    messages = { ["update-notification"] = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.oc ~= nil and not ((v.oc >= 1 and v.oc <= 4)) end,
  },
  {
    id = "rfc7222/5.1/identifier",
    filter = "pmip6.expert.rfc7222.5.1.identifier",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.1",
    sentence = "A service request of the anchor has the identifier allocated.",
    messages = { ["update-notification"] = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.oc == 1) and (v.sr_id == 0) end,
  },
  {
    id = "rfc7222/5.1/a-flag",
    filter = "pmip6.expert.rfc7222.5.1.a-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.1",
    sentence = "A QoS service request asks for an acknowledgement.",
    messages = { ["update-notification"] = true },
    on = "qos",
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= 32768 end,
  },
  {
    id = "rfc7222/5.1/response",
    filter = "pmip6.expert.rfc7222.5.1.response",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.1",
    sentence = "In an acknowledgement the operation is a response.",
    messages = { pba = true, ["update-ack"] = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.oc ~= nil and not (v.oc == 0 or v.oc == 5) end,
  },
  {
    id = "rfc7222/5.1/allocated",
    filter = "pmip6.expert.rfc7222.5.1.allocated",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.1",
    sentence = "In a PBA a response names its service request.",
    messages = { pba = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.oc == 0) and (v.sr_id == 0) end,
  },
  {
    id = "rfc7222/5.1/proposal",
    filter = "pmip6.expert.rfc7222.5.1.proposal",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.1",
    sentence = "In a PBA a counter proposal has identifier 0.",
    messages = { pba = true },
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.oc == 5) and (v.sr_id ~= nil and v.sr_id ~= 0) end,
  },
  {
    id = "rfc7222/5.1/refused",
    filter = "pmip6.expert.rfc7222.5.1.refused",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.1",
    sentence = "With status 179 there is no QoS option.",
    messages = { pba = true },
    on = "qos",
    steady = true,
    about = "qos",
    broken = function(m) return (m.v.status == 179) and ((m.named.qos or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc7222/5.1/qos-unasked",
    filter = "pmip6.expert.rfc7222.5.1.qos-unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7222 5.1",
    sentence = "QoS options answer those of the request, or a handover (3).",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "qos",
    broken = function(m, r) return ((m.named.qos or NOTHING)[1] ~= nil) and (((r.named.qos or NOTHING)[1] == nil) and (values_of(r.named.hi).hi ~= nil and values_of(r.named.hi).hi ~= 3)) end,
  },
  {
    id = "rfc7222/4.3/needless-179",
    filter = "pmip6.expert.rfc7222.4.3.needless-179",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.3",
    sentence = "179 answers a request with QoS options.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 179) and ((r.named.qos or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7222/5.2/accepted",
    filter = "pmip6.expert.rfc7222.5.2.accepted",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.2",
    sentence = "Status 0 comes with responses.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "qos",
    broken = function(m, r) return (m.v.status == 0) and (culprits((m.named.qos or NOTHING), function(e, v) return v.oc ~= nil and v.oc ~= 0 end)) end,
  },
  {
    id = "rfc7222/5.2/copied",
    filter = "pmip6.expert.rfc7222.5.2.copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.2",
    sentence = "Status 0 comes with every service request of the notification.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "qos",
    broken = function(m, r) return (m.v.status == 0) and (culprits((r.named.qos or NOTHING), function(e, v) return (v.oc ~= nil and v.oc ~= 4) and (v.sr_id ~= nil and not among(v.sr_id, (m.named.qos or NOTHING), "sr_id", false)) end, true)) end,
  },
  {
    id = "rfc7222/5.2/refused",
    filter = "pmip6.expert.rfc7222.5.2.refused",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 5.2",
    sentence = "Status 130 comes with counter proposals, or without QoS options.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "qos",
    broken = function(m, r) return (m.v.status == 130) and (culprits((m.named.qos or NOTHING), function(e, v) return v.oc ~= nil and v.oc ~= 5 end)) end,
  },
  {
    id = "rfc7222/4.2/sub-option-past-end",
    filter = "pmip6.expert.rfc7222.4.2.sub-option-past-end",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2",
    sentence = "A sub-option ends within its option.",
  },
  {
    id = "rfc7222/4.2/unknown-sub-option",
    filter = "pmip6.expert.rfc7222.4.2.unknown-sub-option",
    level = "note",
    group = "UNDECODED",
    clause = "RFC 7222 4.2",
    sentence = "Type and format of the sub-option are known.",
  },
  {
    id = "rfc7222/4.2.1/length",
    filter = "pmip6.expert.rfc7222.4.2.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.1",
    sentence = "Per-Mobile-Node Aggregate Maximum Downlink Bit Rate: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.1/reserved",
    filter = "pmip6.expert.rfc7222.4.2.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.1",
    sentence = "Per-Mobile-Node Aggregate Maximum Downlink Bit Rate: reserved bits are 0.",
    on = "qos/per-mn-agg-max-dl",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.1/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.1.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.1",
    sentence = "Per-Mobile-Node Aggregate Maximum Downlink Bit Rate: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["per-mn-agg-max-dl"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7222/4.2.2/length",
    filter = "pmip6.expert.rfc7222.4.2.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.2",
    sentence = "Per-Mobile-Node Aggregate Maximum Uplink Bit Rate: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.2/reserved",
    filter = "pmip6.expert.rfc7222.4.2.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.2",
    sentence = "Per-Mobile-Node Aggregate Maximum Uplink Bit Rate: reserved bits are 0.",
    on = "qos/per-mn-agg-max-ul",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.2/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.2.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.2",
    sentence = "Per-Mobile-Node Aggregate Maximum Uplink Bit Rate: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["per-mn-agg-max-ul"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7222/4.2.3/length",
    filter = "pmip6.expert.rfc7222.4.2.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.3",
    sentence = "Per-Mobility-Session Aggregate Maximum Downlink Bit Rate: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.3/reserved",
    filter = "pmip6.expert.rfc7222.4.2.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.3",
    sentence = "Per-Mobility-Session Aggregate Maximum Downlink Bit Rate: reserved bits are 0.",
    on = "qos/per-session-agg-max-dl",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.3/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.3.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.3",
    sentence = "Per-Mobility-Session Aggregate Maximum Downlink Bit Rate: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["per-session-agg-max-dl"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7222/4.2.4/length",
    filter = "pmip6.expert.rfc7222.4.2.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.4",
    sentence = "Per-Mobility-Session Aggregate Maximum Uplink Bit Rate: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.4/reserved",
    filter = "pmip6.expert.rfc7222.4.2.4.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.4",
    sentence = "Per-Mobility-Session Aggregate Maximum Uplink Bit Rate: reserved bits are 0.",
    on = "qos/per-session-agg-max-ul",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.4/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.4.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.4",
    sentence = "Per-Mobility-Session Aggregate Maximum Uplink Bit Rate: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["per-session-agg-max-ul"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7222/4.2.5/length",
    filter = "pmip6.expert.rfc7222.4.2.5.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.5",
    sentence = "Allocation and Retention Priority: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.5/reserved",
    filter = "pmip6.expert.rfc7222.4.2.5.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.5",
    sentence = "Allocation and Retention Priority: reserved bits are 0.",
    on = "qos/allocation-retention-priority",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.5/pl-range",
    filter = "pmip6.expert.rfc7222.4.2.5.pl-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.5",
    sentence = "Allocation and Retention Priority: pl is 1 to 15.",
    on = "qos/allocation-retention-priority",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return (v.pl ~= nil and v.pl < 1) or (v.pl ~= nil and v.pl > 15) end,
  },
  {
    id = "rfc7222/4.2.5/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.5.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.5",
    sentence = "Allocation and Retention Priority: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["allocation-retention-priority"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7222/4.2.6/length",
    filter = "pmip6.expert.rfc7222.4.2.6.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.6",
    sentence = "Aggregate Maximum Downlink Bit Rate: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.6/reserved",
    filter = "pmip6.expert.rfc7222.4.2.6.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.6",
    sentence = "Aggregate Maximum Downlink Bit Rate: reserved bits are 0.",
    on = "qos/agg-max-dl",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.6/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.6.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.6",
    sentence = "Aggregate Maximum Downlink Bit Rate: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["agg-max-dl"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7222/4.2.7/length",
    filter = "pmip6.expert.rfc7222.4.2.7.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.7",
    sentence = "Aggregate Maximum Uplink Bit Rate: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.7/reserved",
    filter = "pmip6.expert.rfc7222.4.2.7.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.7",
    sentence = "Aggregate Maximum Uplink Bit Rate: reserved bits are 0.",
    on = "qos/agg-max-ul",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.7/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.7.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.7",
    sentence = "Aggregate Maximum Uplink Bit Rate: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["agg-max-ul"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7222/4.2.8/length",
    filter = "pmip6.expert.rfc7222.4.2.8.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.8",
    sentence = "Guaranteed Downlink Bit Rate: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.8/reserved",
    filter = "pmip6.expert.rfc7222.4.2.8.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.8",
    sentence = "Guaranteed Downlink Bit Rate: reserved bits are 0.",
    on = "qos/guaranteed-dl",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.8/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.8.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.8",
    sentence = "Guaranteed Downlink Bit Rate: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["guaranteed-dl"] or NOTHING) > 1 end,
  },
  {
    id = "rfc7222/4.2.9/length",
    filter = "pmip6.expert.rfc7222.4.2.9.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.9",
    sentence = "Guaranteed Uplink Bit Rate: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.9/reserved",
    filter = "pmip6.expert.rfc7222.4.2.9.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.9",
    sentence = "Guaranteed Uplink Bit Rate: reserved bits are 0.",
    on = "qos/guaranteed-ul",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.9/at-most-one",
    filter = "pmip6.expert.rfc7222.4.2.9.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.9",
    sentence = "Guaranteed Uplink Bit Rate: at most 1 in an option.",
    on = "qos",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return #(e.parts["guaranteed-ul"] or NOTHING) > 1 end,
  },
  {
    id = "rfc6089/4.2.1.4/selector-order",
    filter = "pmip6.expert.rfc6089.4.2.1.4.selector-order",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.1.4",
    sentence = "QoS IPv4 Traffic Selector: Reserved stands before TS Format.",
  },
  {
    id = "rfc7222/4.2.10/length",
    filter = "pmip6.expert.rfc7222.4.2.10.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.10",
    sentence = "QoS IPv4 Traffic Selector: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.10/end-without-start",
    filter = "pmip6.expert.rfc7222.4.2.10.end-without-start",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.10",
    sentence = "An End stands only with its Start.",
  },
  {
    id = "rfc7222/4.2.10/reserved",
    filter = "pmip6.expert.rfc7222.4.2.10.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.10",
    sentence = "QoS IPv4 Traffic Selector: reserved bits are 0.",
    on = "qos/qos-traffic-selector",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7222/4.2.10/flags-reserved",
    filter = "pmip6.expert.rfc7222.4.2.10.flags-reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.10",
    sentence = "QoS IPv4 Traffic Selector: reserved flags are 0.",
    on = "qos/qos-traffic-selector",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved_flags ~= nil and v.reserved_flags ~= 0 end,
  },
  {
    id = "rfc7222/4.2.11/length",
    filter = "pmip6.expert.rfc7222.4.2.11.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7222 4.2.11",
    sentence = "QoS Vendor-Specific Attribute: the length fits the format.",
  },
  {
    id = "rfc7222/4.2.11/reserved",
    filter = "pmip6.expert.rfc7222.4.2.11.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.2.11",
    sentence = "QoS Vendor-Specific Attribute: reserved bits are 0.",
    on = "qos/qos-vendor-specific",
    each = true,
    alone = true,
    steady = true,
    about = "qos",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7389/4/length",
    filter = "pmip6.expert.rfc7389.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7389 4",
    sentence = "LMA User-Plane Address: the length fits the format.",
  },
  {
    id = "rfc7389/4/reserved",
    filter = "pmip6.expert.rfc7389.4.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "LMA User-Plane Address: reserved bits are 0.",
    on = "lma-user-plane",
    each = true,
    alone = true,
    steady = true,
    about = "lma-user-plane",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7389/4/alignment",
    filter = "pmip6.expert.rfc7389.4.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "LMA User-Plane Address: aligned at 8n+2.",
    on = "lma-user-plane",
    each = true,
    alone = true,
    steady = true,
    about = "lma-user-plane",
    broken = function(m, e, v) return (e.offset % 8 ~= 2) and (e.offset % 8 ~= 4) end,
  },
  {
    id = "rfc7389/4/at-most-one",
    filter = "pmip6.expert.rfc7389.4.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "LMA User-Plane Address: at most 2 in a message.",
    on = "lma-user-plane",
    steady = true,
    about = "lma-user-plane",
    broken = function(m) return #(m.named["lma-user-plane"] or NOTHING) > 2 end,
  },
  {
    id = "rfc7389/4/one-of-each",
    filter = "pmip6.expert.rfc7389.4.one-of-each",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "Of two addresses of the user plane one is IPv4, the other IPv6.",
    on = "lma-user-plane",
    each = true,
    steady = true,
    about = "lma-user-plane",
    broken = function(m, e, v) return ((e.offset ~= nil and (first(m.named["lma-user-plane"]) or NOTHING).offset ~= nil and e.offset > (first(m.named["lma-user-plane"]) or NOTHING).offset) and (v.lma_user_plane_address ~= nil and #v.lma_user_plane_address > 0)) and (values_of(m.named["lma-user-plane"]).lma_user_plane_address ~= nil and v.lma_user_plane_address ~= nil and #values_of(m.named["lma-user-plane"]).lma_user_plane_address == #v.lma_user_plane_address) end,
  },
  {
    id = "rfc7389/4/asks-only",
    filter = "pmip6.expert.rfc7389.4.asks-only",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "In a PBU the address of the user plane is left out or all zero.",
    messages = { pbu = true },
    on = "lma-user-plane",
    each = true,
    alone = true,
    steady = true,
    about = "lma-user-plane",
    broken = function(m, e, v) return (v.lma_user_plane_address ~= nil and #v.lma_user_plane_address ~= 0) and (v.lma_user_plane_address ~= nil and v.lma_user_plane_address ~= "\000\000\000\000") and (v.lma_user_plane_address ~= nil and v.lma_user_plane_address ~= "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000") end,
  },
  {
    id = "rfc7389/4/address-given",
    filter = "pmip6.expert.rfc7389.4.address-given",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "In a PBA the address of the user plane is there.",
    messages = { pba = true },
    on = "lma-user-plane",
    each = true,
    alone = true,
    steady = true,
    about = "lma-user-plane",
    broken = function(m, e, v) return v.lma_user_plane_address ~= nil and #v.lma_user_plane_address <= 0 end,
  },
  {
    id = "rfc7389/4/address-zero",
    filter = "pmip6.expert.rfc7389.4.address-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "In a PBA the address of the user plane is not all zero.",
    messages = { pba = true },
    on = "lma-user-plane",
    each = true,
    alone = true,
    steady = true,
    about = "lma-user-plane",
    broken = function(m, e, v) return (v.lma_user_plane_address == "\000\000\000\000") or (v.lma_user_plane_address == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000") end,
  },
  {
    id = "rfc7389/5/lma-user-plane-unasked",
    filter = "pmip6.expert.rfc7389.5.lma-user-plane-unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7389 5",
    sentence = "The address of the user plane answers that of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "lma-user-plane",
    broken = function(m, r) return ((m.named["lma-user-plane"] or NOTHING)[1] ~= nil) and ((r.named["lma-user-plane"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7389/4/lma-user-plane-alignment",
    filter = "pmip6.expert.rfc7389.4.lma-user-plane-alignment",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "LMA User-Plane Address: aligned at 8n+2; otherwise aligned at 8n+4, as the figure's address wants it.",
    on = "lma-user-plane",
    each = true,
    alone = true,
    steady = true,
    about = "lma-user-plane",
    broken = function(m, e, v) return (e.offset % 8 ~= 2) and (e.offset % 8 == 4) end,
  },
  {
    id = "rfc7411/5.3/length",
    filter = "pmip6.expert.rfc7411.5.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7411 5.3",
    sentence = "Multicast Mobility: the length fits the format.",
  },
  {
    id = "rfc7411/5.3/reserved",
    filter = "pmip6.expert.rfc7411.5.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.3",
    sentence = "Multicast Mobility: reserved bits are 0.",
    on = "multicast-mobility",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-mobility",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc7411/5.3/rsvd",
    filter = "pmip6.expert.rfc7411.5.3.rsvd",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.3",
    sentence = "Multicast Mobility: reserved bits are 0.",
    on = "multicast-mobility",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-mobility",
    broken = function(m, e, v) return v.rsvd ~= nil and v.rsvd ~= 0 end,
  },
  {
    id = "rfc7411/5.3/records.record_type-range",
    filter = "pmip6.expert.rfc7411.5.3.records.record_type-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.3",
    sentence = "Multicast Mobility: record_type is 1 to 6.",
    on = "multicast-mobility/records",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-mobility",
    broken = function(m, e, v) return (v.record_type ~= nil and v.record_type < 1) or (v.record_type ~= nil and v.record_type > 6) end,
  },
  {
    id = "rfc7411/5.3/records.aux_data_length-range",
    filter = "pmip6.expert.rfc7411.5.3.records.aux_data_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.3",
    sentence = "Multicast Mobility: aux_data_length is 0.",
    on = "multicast-mobility/records",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-mobility",
    broken = function(m, e, v) return (v.aux_data ~= nil and #v.aux_data < 0) or (v.aux_data ~= nil and #v.aux_data > 0) end,
  },
  {
    id = "rfc6275/6.2.1/multicast-mobility-in-octets",
    filter = "pmip6.expert.rfc6275.6.2.1.multicast-mobility-in-octets",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.1",
    sentence = "Multicast Mobility: its length counts 32-bit words without the first four octets.",
  },
  {
    id = "rfc7411/5.3/multicast-mobility-in-all-words",
    filter = "pmip6.expert.rfc7411.5.3.multicast-mobility-in-all-words",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7411 5.3",
    sentence = "Multicast Mobility: its length counts 32-bit words without the first four octets.",
  },
  {
    id = "rfc7411/5.4/length",
    filter = "pmip6.expert.rfc7411.5.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 7411 5.4",
    sentence = "Multicast Acknowledgement: the length fits the format.",
  },
  {
    id = "rfc7411/5.4/option_code-range",
    filter = "pmip6.expert.rfc7411.5.4.option_code-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.4",
    sentence = "Multicast Acknowledgement: option_code is 0.",
    on = "multicast-ack",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ack",
    broken = function(m, e, v) return (v.option_code ~= nil and v.option_code < 0) or (v.option_code ~= nil and v.option_code > 0) end,
  },
  {
    id = "rfc7411/5.4/rsvd",
    filter = "pmip6.expert.rfc7411.5.4.rsvd",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.4",
    sentence = "Multicast Acknowledgement: reserved bits are 0.",
    on = "multicast-ack",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ack",
    broken = function(m, e, v) return v.rsvd ~= nil and v.rsvd ~= 0 end,
  },
  {
    id = "rfc7411/5.4/records.record_type-range",
    filter = "pmip6.expert.rfc7411.5.4.records.record_type-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.4",
    sentence = "Multicast Acknowledgement: record_type is 1 to 6.",
    on = "multicast-ack/records",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ack",
    broken = function(m, e, v) return (v.record_type ~= nil and v.record_type < 1) or (v.record_type ~= nil and v.record_type > 6) end,
  },
  {
    id = "rfc7411/5.4/records.aux_data_length-range",
    filter = "pmip6.expert.rfc7411.5.4.records.aux_data_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.4",
    sentence = "Multicast Acknowledgement: aux_data_length is 0.",
    on = "multicast-ack/records",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ack",
    broken = function(m, e, v) return (v.aux_data ~= nil and #v.aux_data < 0) or (v.aux_data ~= nil and #v.aux_data > 0) end,
  },
  {
    id = "rfc7411/5.4/no-records",
    filter = "pmip6.expert.rfc7411.5.4.no-records",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.4",
    sentence = "With status 1 there are no multicast address records.",
    on = "multicast-ack",
    each = true,
    alone = true,
    steady = true,
    about = "multicast-ack",
    broken = function(m, e, v) return (v.status == 1) and (v.records ~= nil and #v.records ~= 0) end,
  },
  {
    id = "rfc7411/5.2/acknowledged",
    filter = "pmip6.expert.rfc7411.5.2.acknowledged",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7411 5.2",
    sentence = "Multicast state that is transferred is acknowledged.",
    scope = "exchange",
    messages = { ["handover-initiate"] = true, fbu = true },
    steady = true,
    about = "multicast-ack",
    broken = function(m, r) return ((r.named["multicast-mobility"] or NOTHING)[1] ~= nil) and ((m.named["multicast-ack"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7411/5.2/acknowledgement-unasked",
    filter = "pmip6.expert.rfc7411.5.2.acknowledgement-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7411 5.2",
    sentence = "A multicast acknowledgement answers multicast state.",
    scope = "exchange",
    messages = { ["handover-initiate"] = true, fbu = true },
    steady = true,
    about = "multicast-ack",
    broken = function(m, r) return ((m.named["multicast-ack"] or NOTHING)[1] ~= nil) and ((r.named["multicast-mobility"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6275/6.2.1/multicast-ack-in-octets",
    filter = "pmip6.expert.rfc6275.6.2.1.multicast-ack-in-octets",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.1",
    sentence = "Multicast Acknowledgement: its length counts 32-bit words without the first four octets.",
  },
  {
    id = "rfc7411/5.4/multicast-ack-in-all-words",
    filter = "pmip6.expert.rfc7411.5.4.multicast-ack-in-all-words",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7411 5.4",
    sentence = "Multicast Acknowledgement: its length counts 32-bit words without the first four octets.",
  },
  {
    id = "rfc8127/3/alignment",
    filter = "pmip6.expert.rfc8127.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8127 3",
    sentence = "LMA-Controlled MAG Parameters: aligned at 4n+2.",
    on = "lcmp",
    each = true,
    alone = true,
    steady = true,
    about = "lcmp",
    broken = function(m, e, v) return e.offset % 4 ~= 2 end,
  },
  {
    id = "rfc8127/3/at-most-one",
    filter = "pmip6.expert.rfc8127.3.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8127 3",
    sentence = "LMA-Controlled MAG Parameters: at most 1 in a message.",
    on = "lcmp",
    steady = true,
    about = "lcmp",
    broken = function(m) return #(m.named.lcmp or NOTHING) > 1 end,
  },
  {
    id = "rfc8127/3/at-least-one",
    filter = "pmip6.expert.rfc8127.3.at-least-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8127 3",
    sentence = "LMA-Controlled MAG Parameters: there is at least one sub-option.",
    on = "lcmp",
    each = true,
    alone = true,
    steady = true,
    about = "lcmp",
    broken = function(m, e, v) return e.length ~= nil and e.length <= 0 end,
  },
  {
    id = "rfc8127/5.1/reregistration-zero",
    filter = "pmip6.expert.rfc8127.5.1.reregistration-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8127 5.1",
    sentence = "No parameter of re-registration is 0.",
    on = "lcmp/reregistration-control",
    each = true,
    alone = true,
    steady = true,
    about = "lcmp",
    broken = function(m, e, v) return (v.start_time ~= nil and v.start_time <= 0) or (v.initial_retransmission_time ~= nil and v.initial_retransmission_time <= 0) or (v.maximum_retransmission_time ~= nil and v.maximum_retransmission_time <= 0) end,
  },
  {
    id = "rfc8127/5.2/heartbeat-zero",
    filter = "pmip6.expert.rfc8127.5.2.heartbeat-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8127 5.2",
    sentence = "Interval and most retransmissions of heartbeats are not 0.",
    on = "lcmp/heartbeat-control",
    each = true,
    alone = true,
    steady = true,
    about = "lcmp",
    broken = function(m, e, v) return (v.hb_interval ~= nil and v.hb_interval <= 0) or (v.hb_max_retransmissions ~= nil and v.hb_max_retransmissions <= 0) end,
  },
  {
    id = "rfc8127/4.1/heartbeat-interval",
    filter = "pmip6.expert.rfc8127.4.1.heartbeat-interval",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8127 4.1",
    sentence = "The interval of heartbeats is 30 s to 3600 s.",
    on = "lcmp/heartbeat-control",
    each = true,
    alone = true,
    steady = true,
    about = "lcmp",
    broken = function(m, e, v) return (v.hb_interval ~= nil and v.hb_interval ~= 0) and ((v.hb_interval ~= nil and v.hb_interval < 30) or (v.hb_interval ~= nil and v.hb_interval > 3600)) end,
  },
  {
    id = "rfc8127/4.1/heartbeat-delay",
    filter = "pmip6.expert.rfc8127.4.1.heartbeat-delay",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8127 4.1",
    sentence = "Heartbeats are repeated sooner than the next is due.",
    on = "lcmp/heartbeat-control",
    each = true,
    alone = true,
    steady = true,
    about = "lcmp",
    broken = function(m, e, v) return v.hb_retransmission_delay ~= nil and v.hb_interval ~= nil and v.hb_retransmission_delay >= v.hb_interval end,
  },
  {
    id = "rfc8127/3.1/sub-option-past-end",
    filter = "pmip6.expert.rfc8127.3.1.sub-option-past-end",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8127 3.1",
    sentence = "A sub-option ends within its option.",
  },
  {
    id = "rfc8127/3.1/unknown-sub-option",
    filter = "pmip6.expert.rfc8127.3.1.unknown-sub-option",
    level = "note",
    group = "UNDECODED",
    clause = "RFC 8127 3.1",
    sentence = "Type and format of the sub-option are known.",
  },
  {
    id = "rfc8127/3.1.1/length",
    filter = "pmip6.expert.rfc8127.3.1.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8127 3.1.1",
    sentence = "Binding Re-registration Control: the length fits the format.",
  },
  {
    id = "rfc8127/3.1.1/at-most-one",
    filter = "pmip6.expert.rfc8127.3.1.1.at-most-one",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8127 3.1.1",
    sentence = "Binding Re-registration Control: at most 1 in an option.",
    on = "lcmp",
    each = true,
    alone = true,
    steady = true,
    about = "lcmp",
    broken = function(m, e, v) return #(e.parts["reregistration-control"] or NOTHING) > 1 end,
  },
  {
    id = "rfc8127/3.1.2/length",
    filter = "pmip6.expert.rfc8127.3.1.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8127 3.1.2",
    sentence = "Heartbeat Control: the length fits the format.",
  },
  {
    id = "rfc8278/4.1/length",
    filter = "pmip6.expert.rfc8278.4.1.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8278 4.1",
    sentence = "MAG Multipath-Binding: the length fits the format.",
  },
  {
    id = "rfc8278/4.1/bid-range",
    filter = "pmip6.expert.rfc8278.4.1.bid-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "MAG Multipath-Binding: bid is 1 to 254.",
    on = "mag-multipath",
    each = true,
    alone = true,
    steady = true,
    about = "mag-multipath",
    broken = function(m, e, v) return (v.bid ~= nil and v.bid < 1) or (v.bid ~= nil and v.bid > 254) end,
  },
  {
    id = "rfc8278/4.1/reserved",
    filter = "pmip6.expert.rfc8278.4.1.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "MAG Multipath-Binding: reserved bits are 0.",
    on = "mag-multipath",
    each = true,
    alone = true,
    steady = true,
    about = "mag-multipath",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc8278/4.1/at-most-one",
    filter = "pmip6.expert.rfc8278.4.1.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "MAG Multipath-Binding: at most 1 in a message; no text speaks of more.",
    on = "mag-multipath",
    steady = true,
    about = "mag-multipath",
    broken = function(m) return #(m.named["mag-multipath"] or NOTHING) > 1 end,
  },
  {
    id = "rfc8278/4.1/bulk-or-overwrite",
    filter = "pmip6.expert.rfc8278.4.1.bulk-or-overwrite",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "The flags B and O are not both set.",
    on = "mag-multipath",
    each = true,
    alone = true,
    steady = true,
    about = "mag-multipath",
    broken = function(m, e, v) return (v.b == 1) and (v.o == 1) end,
  },
  {
    id = "rfc8278/4.1/overwrite-in-deregistration",
    filter = "pmip6.expert.rfc8278.4.1.overwrite-in-deregistration",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "In a deregistration the flag O is 0.",
    messages = { pbu = true },
    on = "mag-multipath",
    steady = true,
    about = "mag-multipath",
    broken = function(m) return (m.v.lifetime == 0) and (culprits((m.named["mag-multipath"] or NOTHING), function(e, v) return v.o ~= nil and v.o ~= 0 end)) end,
  },
  {
    id = "rfc8278/4.4/mag-id-with-multipath",
    filter = "pmip6.expert.rfc8278.4.4.mag-id-with-multipath",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.4",
    sentence = "A PBU that asks for multipath has a MAG identifier.",
    messages = { pbu = true },
    on = "mag-multipath",
    steady = true,
    about = "mag-id",
    broken = function(m) return (m.named["mag-id"] or NOTHING)[1] == nil end,
  },
  {
    id = "rfc8278/4.1/if-att-reserved",
    filter = "pmip6.expert.rfc8278.4.1.if-att-reserved",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "The access technology of the interface is not 0.",
    messages = { pbu = true },
    on = "mag-multipath",
    steady = true,
    about = "mag-multipath",
    broken = function(m) return values_of(m.named["mag-multipath"]).if_att == 0 end,
  },
  {
    id = "rfc8278/4.1/if-att-undefined",
    filter = "pmip6.expert.rfc8278.4.1.if-att-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "The access technology of the interface is an assigned one.",
    messages = { pbu = true },
    on = "mag-multipath",
    steady = true,
    about = "mag-multipath",
    broken = function(m) return values_of(m.named["mag-multipath"]).if_att ~= nil and values_of(m.named["mag-multipath"]).if_att > 13 end,
  },
  {
    id = "rfc8278/4.2/length",
    filter = "pmip6.expert.rfc8278.4.2.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8278 4.2",
    sentence = "MAG Identifier: the length fits the format.",
  },
  {
    id = "rfc8278/4.2/reserved",
    filter = "pmip6.expert.rfc8278.4.2.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.2",
    sentence = "MAG Identifier: reserved bits are 0.",
    on = "mag-id",
    each = true,
    alone = true,
    steady = true,
    about = "mag-id",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc8278/4.2/at-most-one",
    filter = "pmip6.expert.rfc8278.4.2.at-most-one",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8278 4.2",
    sentence = "MAG Identifier: at most 1 in a message; no text speaks of more.",
    on = "mag-id",
    steady = true,
    about = "mag-id",
    broken = function(m) return #(m.named["mag-id"] or NOTHING) > 1 end,
  },
  {
    id = "rfc8278/4.4/mag-id-in-answer",
    filter = "pmip6.expert.rfc8278.4.4.mag-id-in-answer",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8278 4.4",
    sentence = "A PBA has no MAG identifier.",
    messages = { pba = true },
    steady = true,
    about = "mag-id",
    broken = function(m) return ((m.named["mag-id"] or NOTHING)[1] ~= nil) and ((m.named["mag-multipath"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc8278/4.4/mag-id-with-option",
    filter = "pmip6.expert.rfc8278.4.4.mag-id-with-option",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.4",
    sentence = "A PBA with a MAG Multipath-Binding option has no MAG identifier.",
    messages = { pba = true },
    on = "mag-multipath",
    steady = true,
    about = "mag-id",
    broken = function(m) return (m.named["mag-id"] or NOTHING)[1] ~= nil end,
  },
  {
    id = "rfc8278/4.2/empty",
    filter = "pmip6.expert.rfc8278.4.2.empty",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8278 4.2",
    sentence = "A MAG identifier is not empty.",
    messages = { pbu = true },
    on = "mag-id",
    steady = true,
    about = "mag-id",
    broken = function(m) return values_of(m.named["mag-id"]).identifier ~= nil and #values_of(m.named["mag-id"]).identifier <= 0 end,
  },
  {
    id = "rfc8885/4.3/length",
    filter = "pmip6.expert.rfc8885.4.3.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8885 4.3",
    sentence = "Anchored Prefix: the length fits the format.",
  },
  {
    id = "rfc8885/4.3/reserved",
    filter = "pmip6.expert.rfc8885.4.3.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.3",
    sentence = "Anchored Prefix: reserved bits are 0.",
    on = "anchored-prefix",
    each = true,
    alone = true,
    steady = true,
    about = "anchored-prefix",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc8885/4.3/prefix-length",
    filter = "pmip6.expert.rfc8885.4.3.prefix-length",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.3",
    sentence = "Anchored Prefix: a prefix length is at most 128.",
    on = "anchored-prefix",
    each = true,
    alone = true,
    steady = true,
    about = "anchored-prefix",
    broken = function(m, e, v) return v["anchored_prefix.length"] ~= nil and v["anchored_prefix.length"] > 128 end,
  },
  {
    id = "rfc8885/4.3/alignment",
    filter = "pmip6.expert.rfc8885.4.3.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8885 4.3",
    sentence = "Anchored Prefix: aligned at 8n+4.",
    on = "anchored-prefix",
    each = true,
    alone = true,
    steady = true,
    about = "anchored-prefix",
    broken = function(m, e, v) return e.offset % 8 ~= 4 end,
  },
  {
    id = "rfc8885/4.3/d-flag",
    filter = "pmip6.expert.rfc8885.4.3.d-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.3",
    sentence = "A PBU with anchored-prefix has the D flag.",
    messages = { pbu = true },
    on = "anchored-prefix",
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x10) ~= 16 end,
  },
  {
    id = "rfc8885/4.3/d-flag-in-answer",
    filter = "pmip6.expert.rfc8885.4.3.d-flag-in-answer",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.3",
    sentence = "A PBA with anchored-prefix has the D flag.",
    messages = { pba = true },
    on = "anchored-prefix",
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x2) ~= 2 end,
  },
  {
    id = "rfc8885/4.4/length",
    filter = "pmip6.expert.rfc8885.4.4.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8885 4.4",
    sentence = "Local Prefix: the length fits the format.",
  },
  {
    id = "rfc8885/4.4/reserved",
    filter = "pmip6.expert.rfc8885.4.4.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.4",
    sentence = "Local Prefix: reserved bits are 0.",
    on = "local-prefix",
    each = true,
    alone = true,
    steady = true,
    about = "local-prefix",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc8885/4.4/prefix-length",
    filter = "pmip6.expert.rfc8885.4.4.prefix-length",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.4",
    sentence = "Local Prefix: a prefix length is at most 128.",
    on = "local-prefix",
    each = true,
    alone = true,
    steady = true,
    about = "local-prefix",
    broken = function(m, e, v) return v["local_prefix.length"] ~= nil and v["local_prefix.length"] > 128 end,
  },
  {
    id = "rfc8885/4.4/alignment",
    filter = "pmip6.expert.rfc8885.4.4.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8885 4.4",
    sentence = "Local Prefix: aligned at 8n+4.",
    on = "local-prefix",
    each = true,
    alone = true,
    steady = true,
    about = "local-prefix",
    broken = function(m, e, v) return e.offset % 8 ~= 4 end,
  },
  {
    id = "rfc8885/4.4/d-flag",
    filter = "pmip6.expert.rfc8885.4.4.d-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.4",
    sentence = "A PBU with local-prefix has the D flag.",
    messages = { pbu = true },
    on = "local-prefix",
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x10) ~= 16 end,
  },
  {
    id = "rfc8885/4.4/d-flag-in-answer",
    filter = "pmip6.expert.rfc8885.4.4.d-flag-in-answer",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.4",
    sentence = "A PBA with local-prefix has the D flag.",
    messages = { pba = true },
    on = "local-prefix",
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x2) ~= 2 end,
  },
  {
    id = "rfc8885/4.5/length",
    filter = "pmip6.expert.rfc8885.4.5.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8885 4.5",
    sentence = "Previous MAAR: the length fits the format.",
  },
  {
    id = "rfc8885/4.5/reserved",
    filter = "pmip6.expert.rfc8885.4.5.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.5",
    sentence = "Previous MAAR: reserved bits are 0.",
    on = "previous-maar",
    each = true,
    alone = true,
    steady = true,
    about = "previous-maar",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
  },
  {
    id = "rfc8885/4.5/prefix_length-range",
    filter = "pmip6.expert.rfc8885.4.5.prefix_length-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.5",
    sentence = "Previous MAAR: prefix_length is 0 to 128.",
    on = "previous-maar",
    each = true,
    alone = true,
    steady = true,
    about = "previous-maar",
    broken = function(m, e, v) return (v.prefix_length ~= nil and v.prefix_length < 0) or (v.prefix_length ~= nil and v.prefix_length > 128) end,
  },
  {
    id = "rfc8885/4.5/alignment",
    filter = "pmip6.expert.rfc8885.4.5.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8885 4.5",
    sentence = "Previous MAAR: aligned at 8n+4.",
    on = "previous-maar",
    each = true,
    alone = true,
    steady = true,
    about = "previous-maar",
    broken = function(m, e, v) return e.offset % 8 ~= 4 end,
  },
  {
    id = "rfc8885/4.6/length",
    filter = "pmip6.expert.rfc8885.4.6.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8885 4.6",
    sentence = "Serving MAAR: the length fits the format.",
  },
  {
    id = "rfc8885/4.6/alignment",
    filter = "pmip6.expert.rfc8885.4.6.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8885 4.6",
    sentence = "Serving MAAR: aligned at 8n+6.",
    on = "serving-maar",
    each = true,
    alone = true,
    steady = true,
    about = "serving-maar",
    broken = function(m, e, v) return e.offset % 8 ~= 6 end,
  },
  {
    id = "rfc8885/4.7/length",
    filter = "pmip6.expert.rfc8885.4.7.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8885 4.7",
    sentence = "DLIF Link-Local Address: the length fits the format.",
  },
  {
    id = "rfc8885/4.7/alignment",
    filter = "pmip6.expert.rfc8885.4.7.alignment",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8885 4.7",
    sentence = "DLIF Link-Local Address: aligned at 8n+6.",
    on = "dlif-link-local",
    each = true,
    alone = true,
    steady = true,
    about = "dlif-link-local",
    broken = function(m, e, v) return e.offset % 8 ~= 6 end,
  },
  {
    id = "rfc8885/4.8/length",
    filter = "pmip6.expert.rfc8885.4.8.length",
    level = "error",
    group = "MALFORMED",
    clause = "RFC 8885 4.8",
    sentence = "DLIF Link-Layer Address: the length fits the format.",
  },
  {
    id = "rfc8885/4.8/reserved",
    filter = "pmip6.expert.rfc8885.4.8.reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8885 4.8",
    sentence = "DLIF Link-Layer Address: reserved bits are 0.",
    on = "dlif-link-layer",
    each = true,
    alone = true,
    steady = true,
    about = "dlif-link-layer",
    broken = function(m, e, v) return v.reserved ~= nil and v.reserved ~= 0 end,
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
    alone = true,
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
    about = "mn-id",
    broken = function(m) return ((m.named["mn-id"] or NOTHING)[1] == nil) and (((m.named["mn-group-id"] or NOTHING)[1] == nil) or (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64)) end,
  },
  {
    id = "rfc5213/8.1/hnp",
    filter = "pmip6.expert.rfc5213.8.1.hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.1",
    sentence = "A Proxy Binding Update carries the Home Network Prefix option.",
    messages = { pbu = true },
    steady = true,
    about = "hnp",
    broken = function(m) return ((m.named.hnp or NOTHING)[1] == nil) and ((m.named["ipv4-hoa-request"] or NOTHING)[1] == nil) and (((m.named["mn-group-id"] or NOTHING)[1] == nil) or (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64)) end,
  },
  {
    id = "rfc5213/8.1/hi",
    filter = "pmip6.expert.rfc5213.8.1.hi",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.1",
    sentence = "A Proxy Binding Update carries the Handoff Indicator option.",
    messages = { pbu = true },
    steady = true,
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
    steady = true,
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
    steady = true,
    about = "mn-id",
    broken = function(m) return ((m.named["mn-id"] or NOTHING)[1] == nil) and (((m.named["mn-group-id"] or NOTHING)[1] == nil) or (m.v.flags ~= nil and bits(m.v.flags, 0x8) == 8)) end,
  },
  {
    id = "rfc5213/8.2/hnp",
    filter = "pmip6.expert.rfc5213.8.2.hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "A Proxy Binding Acknowledgement carries the Home Network Prefix option.",
    messages = { pba = true },
    steady = true,
    about = "hnp",
    broken = function(m) return ((m.named.hnp or NOTHING)[1] == nil) and ((m.named["ipv4-hoa-reply"] or NOTHING)[1] == nil) and (((m.named["mn-group-id"] or NOTHING)[1] == nil) or (m.v.flags ~= nil and bits(m.v.flags, 0x8) == 8)) end,
  },
  {
    id = "rfc5213/8.2/hi",
    filter = "pmip6.expert.rfc5213.8.2.hi",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "A Proxy Binding Acknowledgement carries the Handoff Indicator option.",
    messages = { pba = true },
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
    about = "hnp",
    broken = function(m) return (values_of(m.named.hi).hi == 5) and (culprits((m.named.hnp or NOTHING), function(e, v) return v["home_network_prefix.address"] == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000" end)) end,
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
    steady = true,
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
    steady = true,
    about = "hnp",
    broken = function(m) return (m.v.lifetime == 0) and (culprits((m.named.hnp or NOTHING), function(e, v) return v["home_network_prefix.address"] == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000" end)) end,
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
    steady = true,
    about = "hnp",
    broken = function(m) return (m.v.status ~= nil and m.v.status < 128) and (culprits((m.named.hnp or NOTHING), function(e, v) return v["home_network_prefix.address"] == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000" end)) end,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "binding-refresh-advice",
    steady = true,
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
    messages = {
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fna = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "alt-coa",
    steady = true,
    about = "alt-coa",
    broken = function(m) return true end,
  },
  {
    id = "rfc6275/6.2.6/misplaced",
    filter = "pmip6.expert.rfc6275.6.2.6.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.6",
    sentence = "Nonce Indices: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "nonce-indices",
    steady = true,
    about = "nonce-indices",
    broken = function(m) return true end,
  },
  {
    id = "rfc6275/6.2.7/misplaced",
    filter = "pmip6.expert.rfc6275.6.2.7.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2.7",
    sentence = "Binding Authorization Data: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "binding-auth-data",
    steady = true,
    about = "binding-auth-data",
    broken = function(m) return true end,
  },
  {
    id = "rfc3963/4.3/misplaced",
    filter = "pmip6.expert.rfc3963.4.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 3963 4.3",
    sentence = "Mobile Network Prefix: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "mnp",
    steady = true,
    about = "mnp",
    broken = function(m) return true end,
  },
  {
    id = "rfc4285/5/misplaced",
    filter = "pmip6.expert.rfc4285.5.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 4285 5",
    sentence = "Mobility Message Authentication: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "auth",
    steady = true,
    about = "auth",
    broken = function(m) return true end,
  },
  {
    id = "rfc4285/6/misplaced",
    filter = "pmip6.expert.rfc4285.6.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 4285 6",
    sentence = "Mobility Message Replay Protection: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "mesg-id",
    steady = true,
    about = "mesg-id",
    broken = function(m) return true end,
  },
  {
    id = "rfc4866/5.6/misplaced",
    filter = "pmip6.expert.rfc4866.5.6.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 4866 5.6",
    sentence = "CGA Parameters Request: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "cga-params-request",
    steady = true,
    about = "cga-params-request",
    broken = function(m) return true end,
  },
  {
    id = "rfc4866/5.1/misplaced",
    filter = "pmip6.expert.rfc4866.5.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 4866 5.1",
    sentence = "CGA Parameters: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "cga-params",
    steady = true,
    about = "cga-params",
    broken = function(m) return true end,
  },
  {
    id = "rfc4866/5.2/misplaced",
    filter = "pmip6.expert.rfc4866.5.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 4866 5.2",
    sentence = "Signature: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "signature",
    steady = true,
    about = "signature",
    broken = function(m) return true end,
  },
  {
    id = "rfc4866/5.3/misplaced",
    filter = "pmip6.expert.rfc4866.5.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 4866 5.3",
    sentence = "Permanent Home Keygen Token: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "permanent-keygen-token",
    steady = true,
    about = "permanent-keygen-token",
    broken = function(m) return true end,
  },
  {
    id = "rfc4866/5.4/misplaced",
    filter = "pmip6.expert.rfc4866.5.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 4866 5.4",
    sentence = "Care-of Test Init: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "care-of-test-init",
    steady = true,
    about = "care-of-test-init",
    broken = function(m) return true end,
  },
  {
    id = "rfc4866/5.5/misplaced",
    filter = "pmip6.expert.rfc4866.5.5.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 4866 5.5",
    sentence = "Care-of Test: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "care-of-test",
    steady = true,
    about = "care-of-test",
    broken = function(m) return true end,
  },
  {
    id = "rfc5026/8.1/misplaced",
    filter = "pmip6.expert.rfc5026.8.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5026 8.1",
    sentence = "DNS Update: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "dns-update",
    steady = true,
    about = "dns-update",
    broken = function(m) return true end,
  },
  {
    id = "rfc5149/3/misplaced",
    filter = "pmip6.expert.rfc5149.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5149 3",
    sentence = "Service Selection: stands in a message that may carry it.",
    messages = {
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "service-selection",
    steady = true,
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
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      heartbeat = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "hnp",
    steady = true,
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
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "hi",
    steady = true,
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
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "att",
    steady = true,
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
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ll-id",
    steady = true,
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
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "link-local",
    steady = true,
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
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "timestamp",
    steady = true,
    about = "timestamp",
    broken = function(m) return true end,
  },
  {
    id = "rfc5555/3.1.1/misplaced",
    filter = "pmip6.expert.rfc5555.3.1.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5555 3.1.1",
    sentence = "IPv4 Home Address: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ipv4-hoa",
    steady = true,
    about = "ipv4-hoa",
    broken = function(m) return true end,
  },
  {
    id = "rfc5555/3.2.1/misplaced",
    filter = "pmip6.expert.rfc5555.3.2.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5555 3.2.1",
    sentence = "IPv4 Address Acknowledgement: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ipv4-address-ack",
    steady = true,
    about = "ipv4-address-ack",
    broken = function(m) return true end,
  },
  {
    id = "rfc5555/3.2.2/misplaced",
    filter = "pmip6.expert.rfc5555.3.2.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5555 3.2.2",
    sentence = "NAT Detection: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "nat-detection",
    steady = true,
    about = "nat-detection",
    broken = function(m) return true end,
  },
  {
    id = "rfc5555/3.1.2/misplaced",
    filter = "pmip6.expert.rfc5555.3.1.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5555 3.1.2",
    sentence = "IPv4 Care-of Address: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ipv4-coa",
    steady = true,
    about = "ipv4-coa",
    broken = function(m) return true end,
  },
  {
    id = "rfc5568/6.4.5/misplaced",
    filter = "pmip6.expert.rfc5568.6.4.5.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5568 6.4.5",
    sentence = "Binding Authorization Data for FMIPv6: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "badf",
    steady = true,
    about = "badf",
    broken = function(m) return true end,
  },
  {
    id = "rfc5568/6.4.2/misplaced",
    filter = "pmip6.expert.rfc5568.6.4.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5568 6.4.2",
    sentence = "Mobility Header IPv6 Address/Prefix: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "mh-address",
    steady = true,
    about = "mh-address",
    broken = function(m) return true end,
  },
  {
    id = "rfc5648/4.3/misplaced",
    filter = "pmip6.expert.rfc5648.4.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5648 4.3",
    sentence = "Binding Identifier: stands in a message that may carry it.",
    messages = {
      hoti = true,
      hot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "bid",
    steady = true,
    about = "bid",
    broken = function(m) return true end,
  },
  {
    id = "rfc5844/3.3.1/misplaced",
    filter = "pmip6.expert.rfc5844.3.3.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.1",
    sentence = "IPv4 Home Address Request: stands in a message that may carry it.",
    messages = {
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ipv4-hoa-request",
    steady = true,
    about = "ipv4-hoa-request",
    broken = function(m) return true end,
  },
  {
    id = "rfc5844/3.3.2/misplaced",
    filter = "pmip6.expert.rfc5844.3.3.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.2",
    sentence = "IPv4 Home Address Reply: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ipv4-hoa-reply",
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m) return true end,
  },
  {
    id = "rfc5844/3.3.3/misplaced",
    filter = "pmip6.expert.rfc5844.3.3.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.3",
    sentence = "IPv4 Default-Router Address: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ipv4-default-router",
    steady = true,
    about = "ipv4-default-router",
    broken = function(m) return true end,
  },
  {
    id = "rfc5844/3.3.4/misplaced",
    filter = "pmip6.expert.rfc5844.3.3.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.4",
    sentence = "IPv4 DHCP Support Mode: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ipv4-dhcp-mode",
    steady = true,
    about = "ipv4-dhcp-mode",
    broken = function(m) return true end,
  },
  {
    id = "rfc5845/6.1/misplaced",
    filter = "pmip6.expert.rfc5845.6.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5845 6.1",
    sentence = "GRE Key: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "gre-key",
    steady = true,
    about = "gre-key",
    broken = function(m) return true end,
  },
  {
    id = "rfc5847/3.4/misplaced",
    filter = "pmip6.expert.rfc5847.3.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5847 3.4",
    sentence = "Restart Counter: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "restart-counter",
    steady = true,
    about = "restart-counter",
    broken = function(m) return true end,
  },
  {
    id = "rfc5949/6.2.1/misplaced",
    filter = "pmip6.expert.rfc5949.6.2.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.1",
    sentence = "Context Request: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "context-request",
    steady = true,
    about = "context-request",
    broken = function(m) return true end,
  },
  {
    id = "rfc5949/6.2.2/misplaced",
    filter = "pmip6.expert.rfc5949.6.2.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.2",
    sentence = "Local Mobility Anchor Address: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "lma-address",
    steady = true,
    about = "lma-address",
    broken = function(m) return true end,
  },
  {
    id = "rfc5949/6.2.3/misplaced",
    filter = "pmip6.expert.rfc5949.6.2.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5949 6.2.3",
    sentence = "Mobile Node Link-local Address Interface Identifier: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "lla-iid",
    steady = true,
    about = "lla-iid",
    broken = function(m) return true end,
  },
  {
    id = "rfc6058/5.1/misplaced",
    filter = "pmip6.expert.rfc6058.5.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6058 5.1",
    sentence = "Transient Binding: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "transient-binding",
    steady = true,
    about = "transient-binding",
    broken = function(m) return true end,
  },
  {
    id = "rfc6089/4.2.2/misplaced",
    filter = "pmip6.expert.rfc6089.4.2.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2.2",
    sentence = "Flow Summary: stands in a message that may carry it.",
    messages = {
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "flow-summary",
    steady = true,
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
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      heartbeat = true,
      lri = true,
      lra = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "fid",
    steady = true,
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
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      heartbeat = true,
      lri = true,
      lra = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "fid",
    steady = true,
    about = "fid",
    broken = function(m) return true end,
  },
  {
    id = "rfc6463/4.1/misplaced",
    filter = "pmip6.expert.rfc6463.4.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6463 4.1",
    sentence = "Redirect-Capability: stands in a message that may carry it.",
    messages = {
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "redirect-capability",
    steady = true,
    about = "redirect-capability",
    broken = function(m) return true end,
  },
  {
    id = "rfc6463/4.2/misplaced",
    filter = "pmip6.expert.rfc6463.4.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6463 4.2",
    sentence = "Redirect: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "redirect",
    steady = true,
    about = "redirect",
    broken = function(m) return true end,
  },
  {
    id = "rfc6463/4.3/misplaced",
    filter = "pmip6.expert.rfc6463.4.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6463 4.3",
    sentence = "Load Information: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "load-information",
    steady = true,
    about = "load-information",
    broken = function(m) return true end,
  },
  {
    id = "rfc6463/4.4/misplaced",
    filter = "pmip6.expert.rfc6463.4.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6463 4.4",
    sentence = "Alternate IPv4 Care-of Address: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "alt-ipv4-coa",
    steady = true,
    about = "alt-ipv4-coa",
    broken = function(m) return true end,
  },
  {
    id = "rfc6602/4.3/misplaced",
    filter = "pmip6.expert.rfc6602.4.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6602 4.3",
    sentence = "Mobile Node Group Identifier: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "mn-group-id",
    steady = true,
    about = "mn-group-id",
    broken = function(m) return true end,
  },
  {
    id = "rfc6705/11.1/misplaced",
    filter = "pmip6.expert.rfc6705.11.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6705 11.1",
    sentence = "MAG IPv6 Address: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "mag-ipv6-address",
    steady = true,
    about = "mag-ipv6-address",
    broken = function(m) return true end,
  },
  {
    id = "rfc6757/3/misplaced",
    filter = "pmip6.expert.rfc6757.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6757 3",
    sentence = "Access Network Identifier: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ani",
    steady = true,
    about = "ani",
    broken = function(m) return true end,
  },
  {
    id = "rfc6909/3.1/misplaced",
    filter = "pmip6.expert.rfc6909.3.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6909 3.1",
    sentence = "IPv4 Traffic Offload Selector: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "ipv4-offload",
    steady = true,
    about = "ipv4-offload",
    broken = function(m) return true end,
  },
  {
    id = "rfc7028/5.1.2/misplaced",
    filter = "pmip6.expert.rfc7028.5.1.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7028 5.1.2",
    sentence = "Dynamic IP Multicast Selector: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "multicast-selector",
    steady = true,
    about = "multicast-selector",
    broken = function(m) return true end,
  },
  {
    id = "rfc7148/4.1/misplaced",
    filter = "pmip6.expert.rfc7148.4.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7148 4.1",
    sentence = "Delegated Mobile Network Prefix: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "dmnp",
    steady = true,
    about = "dmnp",
    broken = function(m) return true end,
  },
  {
    id = "rfc7161/6.1/misplaced",
    filter = "pmip6.expert.rfc7161.6.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7161 6.1",
    sentence = "Active Multicast Subscription IPv4: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
    },
    on = "multicast-ipv4",
    steady = true,
    about = "multicast-ipv4",
    broken = function(m) return true end,
  },
  {
    id = "rfc7161/4.1.2/misplaced",
    filter = "pmip6.expert.rfc7161.4.1.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7161 4.1.2",
    sentence = "Active Multicast Subscription IPv6: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
    },
    on = "multicast-ipv6",
    steady = true,
    about = "multicast-ipv6",
    broken = function(m) return true end,
  },
  {
    id = "rfc7222/4.1/misplaced",
    filter = "pmip6.expert.rfc7222.4.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7222 4.1",
    sentence = "Quality-of-Service: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "qos",
    steady = true,
    about = "qos",
    broken = function(m) return true end,
  },
  {
    id = "rfc7389/4/misplaced",
    filter = "pmip6.expert.rfc7389.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7389 4",
    sentence = "LMA User-Plane Address: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "lma-user-plane",
    steady = true,
    about = "lma-user-plane",
    broken = function(m) return true end,
  },
  {
    id = "rfc7411/5.3/misplaced",
    filter = "pmip6.expert.rfc7411.5.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7411 5.3",
    sentence = "Multicast Mobility: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "multicast-mobility",
    steady = true,
    about = "multicast-mobility",
    broken = function(m) return true end,
  },
  {
    id = "rfc7411/5.4/misplaced",
    filter = "pmip6.expert.rfc7411.5.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7411 5.4",
    sentence = "Multicast Acknowledgement: stands in a message that may carry it.",
    messages = {
      pbu = true,
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "multicast-ack",
    steady = true,
    about = "multicast-ack",
    broken = function(m) return true end,
  },
  {
    id = "rfc8127/3/misplaced",
    filter = "pmip6.expert.rfc8127.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8127 3",
    sentence = "LMA-Controlled MAG Parameters: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "lcmp",
    steady = true,
    about = "lcmp",
    broken = function(m) return true end,
  },
  {
    id = "rfc8278/4.1/misplaced",
    filter = "pmip6.expert.rfc8278.4.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "MAG Multipath-Binding: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "mag-multipath",
    steady = true,
    about = "mag-multipath",
    broken = function(m) return true end,
  },
  {
    id = "rfc8278/4.2/misplaced",
    filter = "pmip6.expert.rfc8278.4.2.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8278 4.2",
    sentence = "MAG Identifier: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "mag-id",
    steady = true,
    about = "mag-id",
    broken = function(m) return true end,
  },
  {
    id = "rfc8885/4.3/misplaced",
    filter = "pmip6.expert.rfc8885.4.3.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8885 4.3",
    sentence = "Anchored Prefix: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "anchored-prefix",
    steady = true,
    about = "anchored-prefix",
    broken = function(m) return true end,
  },
  {
    id = "rfc8885/4.4/misplaced",
    filter = "pmip6.expert.rfc8885.4.4.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8885 4.4",
    sentence = "Local Prefix: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "local-prefix",
    steady = true,
    about = "local-prefix",
    broken = function(m) return true end,
  },
  {
    id = "rfc8885/4.5/misplaced",
    filter = "pmip6.expert.rfc8885.4.5.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8885 4.5",
    sentence = "Previous MAAR: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "previous-maar",
    steady = true,
    about = "previous-maar",
    broken = function(m) return true end,
  },
  {
    id = "rfc8885/4.6/misplaced",
    filter = "pmip6.expert.rfc8885.4.6.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8885 4.6",
    sentence = "Serving MAAR: stands in a message that may carry it.",
    messages = {
      pba = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "serving-maar",
    steady = true,
    about = "serving-maar",
    broken = function(m) return true end,
  },
  {
    id = "rfc8885/4.7/misplaced",
    filter = "pmip6.expert.rfc8885.4.7.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8885 4.7",
    sentence = "DLIF Link-Local Address: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "dlif-link-local",
    steady = true,
    about = "dlif-link-local",
    broken = function(m) return true end,
  },
  {
    id = "rfc8885/4.8/misplaced",
    filter = "pmip6.expert.rfc8885.4.8.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 8885 4.8",
    sentence = "DLIF Link-Layer Address: stands in a message that may carry it.",
    messages = {
      pbu = true,
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "dlif-link-layer",
    steady = true,
    about = "dlif-link-layer",
    broken = function(m) return true end,
  },
  {
    id = "muho/4.1/misplaced",
    filter = "pmip6.expert.muho.4.1.misplaced",
    level = "note",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "Multihoming: stands in a message that may carry it.",
    messages = {
      brr = true,
      hoti = true,
      coti = true,
      hot = true,
      cot = true,
      ["binding-update"] = true,
      ["binding-ack"] = true,
      ["binding-error"] = true,
      ["experimental-mh"] = true,
      ["home-agent-switch"] = true,
      fbu = true,
      fback = true,
      fna = true,
      bri = true,
      bra = true,
      heartbeat = true,
      lri = true,
      lra = true,
      fbi = true,
      fba = true,
      ["subscription-query"] = true,
      ["subscription-response"] = true,
    },
    on = "multihoming",
    steady = true,
    about = "multihoming",
    broken = function(m) return true end,
  },
  {
    id = "rfc5568/6.2.2/a-flag",
    filter = "pmip6.expert.rfc5568.6.2.2.a-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.2",
    sentence = "A fast binding update asks for an acknowledgment.",
    messages = { fbu = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= 32768 end,
  },
  {
    id = "rfc5568/6.2.2/h-flag",
    filter = "pmip6.expert.rfc5568.6.2.2.h-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.2",
    sentence = "A fast binding update has the H flag.",
    messages = { fbu = true },
    steady = true,
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x4000) ~= 16384 end,
  },
  {
    id = "rfc5568/6.2.2/badf",
    filter = "pmip6.expert.rfc5568.6.2.2.badf",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.2",
    sentence = "A fast binding update has authorization data.",
    messages = { fbu = true },
    steady = true,
    about = "badf",
    broken = function(m) return (m.named.badf or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5568/6.2.3/badf",
    filter = "pmip6.expert.rfc5568.6.2.3.badf",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.3",
    sentence = "A fast binding acknowledgment has authorization data.",
    messages = { fback = true },
    steady = true,
    about = "badf",
    broken = function(m) return (m.named.badf or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5568/6.2.3/alternate",
    filter = "pmip6.expert.rfc5568.6.2.3.alternate",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.3",
    sentence = "Status 1 comes with an alternate care-of address.",
    messages = { fback = true },
    steady = true,
    about = "alt-coa",
    broken = function(m) return (m.v.status == 1) and ((m.named["alt-coa"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5568/6.2.3/status-undefined",
    filter = "pmip6.expert.rfc5568.6.2.3.status-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.3",
    sentence = "The status is one that is assigned.",
    messages = { fback = true },
    steady = true,
    broken = function(m) return m.v.status ~= nil and not ((m.v.status >= 0 and m.v.status <= 1) or (m.v.status >= 128 and m.v.status <= 131)) end,
  },
  {
    id = "rfc5568/6.2.1.1/s-flag",
    filter = "pmip6.expert.rfc5568.6.2.1.1.s-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.1",
    sentence = "S is 0 with code 1.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m) return (m.v.code == 1) and (m.v.flags ~= nil and bits(m.v.flags, 0x80) == 128) end,
  },
  {
    id = "rfc5568/6.2.1.1/u-flag",
    filter = "pmip6.expert.rfc5568.6.2.1.1.u-flag",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.1",
    sentence = "U is 0 with code 1.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m) return (m.v.code == 1) and (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64) end,
  },
  {
    id = "rfc5568/6.2.1.1/mh-lla",
    filter = "pmip6.expert.rfc5568.6.2.1.1.mh-lla",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.1",
    sentence = "A handover initiate has the mobile node's link-layer address.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    about = "mh-lla",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x20) ~= 32) and ((m.named["mh-lla"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5568/6.2.1.1/old-coa",
    filter = "pmip6.expert.rfc5568.6.2.1.1.old-coa",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.1",
    sentence = "A handover initiate has the previous care-of address.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    about = "mh-address",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x20) ~= 32) and (every((m.named["mh-address"] or NOTHING), function(e, v) return v.option_code ~= nil and v.option_code ~= 1 end)) end,
  },
  {
    id = "rfc5568/6.2.1.1/code",
    filter = "pmip6.expert.rfc5568.6.2.1.1.code",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.1",
    sentence = "Codes 2 and 3 stand with the P flag.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x20) ~= 32) and (m.v.code ~= nil and ((m.v.code >= 2 and m.v.code <= 3))) end,
  },
  {
    id = "rfc5568/6.2.1.1/code-undefined",
    filter = "pmip6.expert.rfc5568.6.2.1.1.code-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.1",
    sentence = "The code is one that is assigned.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m) return m.v.code ~= nil and not ((m.v.code >= 0 and m.v.code <= 3)) end,
  },
  {
    id = "rfc5949/6.1.1/s-flag",
    filter = "pmip6.expert.rfc5949.6.1.1.s-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.1",
    sentence = "S is 0 between gateways (P).",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x20) == 32) and (m.v.flags ~= nil and bits(m.v.flags, 0x80) == 128) end,
  },
  {
    id = "rfc5949/6.1.1/mn-id",
    filter = "pmip6.expert.rfc5949.6.1.1.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.1",
    sentence = "A handover initiate between gateways names the mobile node.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x20) == 32) and ((m.named["mn-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5949/6.1.1/code",
    filter = "pmip6.expert.rfc5949.6.1.1.code",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.1",
    sentence = "The code between gateways is not 1.",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x20) == 32) and (m.v.code == 1) end,
  },
  {
    id = "rfc5568/6.2.1.2/code-undefined",
    filter = "pmip6.expert.rfc5568.6.2.1.2.code-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.2",
    sentence = "The code is one that is assigned.",
    messages = { ["handover-ack"] = true },
    steady = true,
    broken = function(m) return m.v.code ~= nil and not ((m.v.code >= 0 and m.v.code <= 6) or (m.v.code >= 128 and m.v.code <= 132)) end,
  },
  {
    id = "rfc5568/6.2.1.2/code",
    filter = "pmip6.expert.rfc5568.6.2.1.2.code",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.2",
    sentence = "Codes 5, 6, 131 and 132 stand with the P flag.",
    messages = { ["handover-ack"] = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x40) ~= 64) and (m.v.code ~= nil and ((m.v.code >= 5 and m.v.code <= 6) or (m.v.code >= 131 and m.v.code <= 132))) end,
  },
  {
    id = "rfc5949/6.1.2/code",
    filter = "pmip6.expert.rfc5949.6.1.2.code",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.2",
    sentence = "The codes between gateways (P) are not 1 to 3.",
    messages = { ["handover-ack"] = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64) and (m.v.code ~= nil and ((m.v.code >= 1 and m.v.code <= 3))) end,
  },
  {
    id = "rfc5949/6.1.2/mn-id",
    filter = "pmip6.expert.rfc5949.6.1.2.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.2",
    sentence = "A handover acknowledge between gateways names the mobile node.",
    messages = { ["handover-ack"] = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64) and ((m.named["mn-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5949/6.1.2/no-context",
    filter = "pmip6.expert.rfc5949.6.1.2.no-context",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.2",
    sentence = "With code 131 there is no context.",
    messages = { ["handover-ack"] = true },
    steady = true,
    broken = function(m) return ((m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64) and (m.v.code == 131)) and (((m.named.hnp or NOTHING)[1] ~= nil) or ((m.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil) or ((m.named["ll-id"] or NOTHING)[1] ~= nil) or ((m.named["lma-address"] or NOTHING)[1] ~= nil) or ((m.named["lla-iid"] or NOTHING)[1] ~= nil) or ((m.named["gre-key"] or NOTHING)[1] ~= nil) or ((m.named["link-local"] or NOTHING)[1] ~= nil) or ((m.named.vendor or NOTHING)[1] ~= nil) or ((m.named["multicast-mobility"] or NOTHING)[1] ~= nil)) end,
  },
  {
    id = "rfc5846/5.1/mn-id",
    filter = "pmip6.expert.rfc5846.5.1.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 5.1",
    sentence = "An indication with P names the mobile node, but for all of a peer.",
    messages = { bri = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return ((m.v.flags ~= nil and bits(m.v.flags, 0x8000) == 32768) and ((m.v.flags ~= nil and bits(m.v.flags, 0x2000) ~= 8192) or (m.v.revocation_trigger ~= nil and m.v.revocation_trigger ~= 128))) and (((m.named["mn-id"] or NOTHING)[1] == nil) and ((m.named["mn-group-id"] or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc5846/5.1/mn-id-subtype",
    filter = "pmip6.expert.rfc5846.5.1.mn-id-subtype",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5846 5.1",
    sentence = "The mobile node identifier is of subtype 1.",
    messages = { bri = true },
    on = "mn-id",
    steady = true,
    about = "mn-id",
    broken = function(m) return values_of(m.named["mn-id"]).subtype ~= nil and values_of(m.named["mn-id"]).subtype ~= 1 end,
  },
  {
    id = "rfc5846/5.1/hnp-without-p",
    filter = "pmip6.expert.rfc5846.5.1.hnp-without-p",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 5.1",
    sentence = "A home network prefix stands in an indication with P.",
    messages = { bri = true },
    on = "hnp",
    steady = true,
    about = "hnp",
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= 32768 end,
  },
  {
    id = "rfc5846/5.1/ipv4-hoa",
    filter = "pmip6.expert.rfc5846.5.1.ipv4-hoa",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 5.1",
    sentence = "An IPv4 Home Address option stands with V, and without P.",
    messages = { bri = true },
    on = "ipv4-hoa",
    steady = true,
    about = "ipv4-hoa",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x4000) ~= 16384) or (m.v.flags ~= nil and bits(m.v.flags, 0x8000) == 32768) end,
  },
  {
    id = "rfc5846/5.1/ipv4-hoa-request",
    filter = "pmip6.expert.rfc5846.5.1.ipv4-hoa-request",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 5.1",
    sentence = "An IPv4 Home Address Request option stands with V and P.",
    messages = { bri = true },
    on = "ipv4-hoa-request",
    steady = true,
    about = "ipv4-hoa-request",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x4000) ~= 16384) or (m.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= 32768) end,
  },
  {
    id = "rfc5846/6.1.1/trigger-global",
    filter = "pmip6.expert.rfc5846.6.1.1.trigger-global",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 6.1.1",
    sentence = "The trigger of an indication with G is 128 or more.",
    messages = { bri = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x2000) == 8192) and (m.v.revocation_trigger ~= nil and m.v.revocation_trigger < 128) end,
  },
  {
    id = "rfc5846/6.1.1/trigger-per-mn",
    filter = "pmip6.expert.rfc5846.6.1.1.trigger-per-mn",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 6.1.1",
    sentence = "The trigger of an indication without G is less than 128.",
    messages = { bri = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x2000) ~= 8192) and ((m.v.revocation_trigger ~= nil and m.v.revocation_trigger >= 128) and (m.v.revocation_trigger ~= nil and m.v.revocation_trigger < 250)) end,
  },
  {
    id = "rfc5846/6.1.1/trigger-undefined",
    filter = "pmip6.expert.rfc5846.6.1.1.trigger-undefined",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 6.1.1",
    sentence = "The trigger is one that is assigned, or for tests.",
    messages = { bri = true },
    steady = true,
    broken = function(m) return (m.v.revocation_trigger ~= nil and not ((m.v.revocation_trigger >= 0 and m.v.revocation_trigger <= 7) or (m.v.revocation_trigger >= 128 and m.v.revocation_trigger <= 129))) and (m.v.revocation_trigger ~= nil and m.v.revocation_trigger < 250) end,
  },
  {
    id = "rfc5846/6.1.1/ipv4-address",
    filter = "pmip6.expert.rfc5846.6.1.1.ipv4-address",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 6.1.1",
    sentence = "An indication with V names the IPv4 home address.",
    messages = { bri = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x4000) == 16384) and (((m.named["ipv4-hoa"] or NOTHING)[1] == nil) and ((m.named["ipv4-hoa-request"] or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc5846/8.1/ipv4-only",
    filter = "pmip6.expert.rfc5846.8.1.ipv4-only",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 8.1",
    sentence = "An indication with V and P has no home network prefix.",
    messages = { bri = true },
    on = "hnp",
    steady = true,
    about = "hnp",
    broken = function(m) return ((m.v.flags ~= nil and bits(m.v.flags, 0x4000) == 16384) and (m.v.flags ~= nil and bits(m.v.flags, 0x8000) == 32768)) and ((m.named.hnp or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5846/8.1/per-peer",
    filter = "pmip6.expert.rfc5846.8.1.per-peer",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 8.1",
    sentence = "An indication for all of a peer names no single binding.",
    messages = { bri = true },
    steady = true,
    broken = function(m) return ((m.v.flags ~= nil and bits(m.v.flags, 0x2000) == 8192) and (m.v.revocation_trigger == 128)) and (((m.named.hnp or NOTHING)[1] ~= nil) or ((m.named.bid or NOTHING)[1] ~= nil) or (((m.named["ipv4-hoa"] or NOTHING)[1] ~= nil) or ((m.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil))) end,
  },
  {
    id = "rfc5846/8.1/local-policy",
    filter = "pmip6.expert.rfc5846.8.1.local-policy",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 8.1",
    sentence = "An indication by local policy has P and says whom it means.",
    messages = { bri = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return ((m.v.flags ~= nil and bits(m.v.flags, 0x2000) == 8192) and (m.v.revocation_trigger == 129)) and ((m.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= 32768) or (((m.named["mn-id"] or NOTHING)[1] == nil) and ((m.named["mn-group-id"] or NOTHING)[1] == nil))) end,
  },
  {
    id = "rfc5846/5.2/hnp-without-p",
    filter = "pmip6.expert.rfc5846.5.2.hnp-without-p",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 5.2",
    sentence = "A home network prefix stands in an acknowledgement with P.",
    messages = { bra = true },
    on = "hnp",
    steady = true,
    about = "hnp",
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= 32768 end,
  },
  {
    id = "rfc5846/5.2/mn-id-without-p",
    filter = "pmip6.expert.rfc5846.5.2.mn-id-without-p",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 5.2",
    sentence = "A mobile node is named in an acknowledgement with P.",
    messages = { bra = true },
    on = "mn-id",
    steady = true,
    about = "mn-id",
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= 32768 end,
  },
  {
    id = "rfc5846/5.2/mn-id",
    filter = "pmip6.expert.rfc5846.5.2.mn-id",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 5.2",
    sentence = "An acknowledgement with a prefix names its mobile node.",
    messages = { bra = true },
    on = "hnp",
    steady = true,
    about = "mn-id",
    broken = function(m) return (m.named["mn-id"] or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5846/5.2/status-undefined",
    filter = "pmip6.expert.rfc5846.5.2.status-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 5846 5.2",
    sentence = "The status is one that is assigned.",
    messages = { bra = true },
    steady = true,
    broken = function(m) return m.v.status ~= nil and not ((m.v.status >= 0 and m.v.status <= 1) or (m.v.status >= 128 and m.v.status <= 135)) end,
  },
  {
    id = "rfc5847/3.3/u-flag",
    filter = "pmip6.expert.rfc5847.3.3.u-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5847 3.3",
    sentence = "Only a response is unsolicited.",
    messages = { heartbeat = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x2) == 2) and (m.v.flags ~= nil and bits(m.v.flags, 0x1) ~= 1) end,
  },
  {
    id = "rfc5847/3.4/counter-in-request",
    filter = "pmip6.expert.rfc5847.3.4.counter-in-request",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5847 3.4",
    sentence = "A restart counter stands in a response.",
    messages = { heartbeat = true },
    on = "restart-counter",
    steady = true,
    about = "restart-counter",
    broken = function(m) return m.v.flags ~= nil and bits(m.v.flags, 0x1) ~= 1 end,
  },
  {
    id = "rfc5847/3.2/counter-missing",
    filter = "pmip6.expert.rfc5847.3.2.counter-missing",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5847 3.2",
    sentence = "A response has a restart counter.",
    messages = { heartbeat = true },
    steady = true,
    about = "restart-counter",
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x1) == 1) and ((m.named["restart-counter"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc6705/10.1/two-mobile-nodes",
    filter = "pmip6.expert.rfc6705.10.1.two-mobile-nodes",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.1",
    sentence = "An initiation names two mobile nodes.",
    messages = { lri = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return #(m.named["mn-id"] or NOTHING) ~= 2 end,
  },
  {
    id = "rfc6705/10.1/two-prefixes",
    filter = "pmip6.expert.rfc6705.10.1.two-prefixes",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.1",
    sentence = "An initiation has a prefix of either mobile node.",
    messages = { lri = true },
    steady = true,
    about = "hnp",
    broken = function(m) return #(m.named.hnp or NOTHING) < 2 end,
  },
  {
    id = "rfc6705/10.2/two-mobile-nodes",
    filter = "pmip6.expert.rfc6705.10.2.two-mobile-nodes",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "An acknowledgment of status 0 names two mobile nodes.",
    messages = { lra = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return (m.v.status == 0) and (#(m.named["mn-id"] or NOTHING) ~= 2) end,
  },
  {
    id = "rfc6705/10.2/two-prefixes",
    filter = "pmip6.expert.rfc6705.10.2.two-prefixes",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "An acknowledgment of status 0 has a prefix of either.",
    messages = { lra = true },
    steady = true,
    about = "hnp",
    broken = function(m) return (m.v.status == 0) and (#(m.named.hnp or NOTHING) < 2) end,
  },
  {
    id = "rfc6705/10.2/status-undefined",
    filter = "pmip6.expert.rfc6705.10.2.status-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "The status is one that is assigned.",
    messages = { lra = true },
    steady = true,
    broken = function(m) return m.v.status ~= nil and not (m.v.status == 0 or (m.v.status >= 128 and m.v.status <= 129)) end,
  },
  {
    id = "rfc7077/5/mn-id",
    filter = "pmip6.expert.rfc7077.5.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 5",
    sentence = "A notification names a mobile node or a group.",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return ((m.named["mn-id"] or NOTHING)[1] == nil) and ((m.named["mn-group-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7077/4.1/reason-reserved",
    filter = "pmip6.expert.rfc7077.4.1.reason-reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 4.1",
    sentence = "The reason is none of the reserved ones.",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m) return m.v.reason ~= nil and (m.v.reason == 0 or m.v.reason == 255) end,
  },
  {
    id = "rfc7077/4.1/reason-undefined",
    filter = "pmip6.expert.rfc7077.4.1.reason-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7077 4.1",
    sentence = "The reason is one that is assigned.",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m) return m.v.reason ~= nil and not ((m.v.reason >= 0 and m.v.reason <= 8) or m.v.reason == 255) end,
  },
  {
    id = "rfc7077/5.1/a-flag",
    filter = "pmip6.expert.rfc7077.5.1.a-flag",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7077 5.1",
    sentence = "A notification that makes the gateway register asks for no acknowledgement.",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m) return (m.v.reason ~= nil and (m.v.reason == 1 or m.v.reason == 4)) and (m.v.flags ~= nil and bits(m.v.flags, 0x8000) == 32768) end,
  },
  {
    id = "rfc7077/6.1/vendor-option",
    filter = "pmip6.expert.rfc7077.6.1.vendor-option",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 6.1",
    sentence = "A vendor's reason comes with a Vendor-Specific option.",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m) return (m.v.reason == 3) and ((m.named.vendor or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7864/4.2/hnp",
    filter = "pmip6.expert.rfc7864.4.2.hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7864 4.2",
    sentence = "A flow mobility notification names the mobile node, then prefixes.",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "hnp",
    broken = function(m) return (m.v.reason == 8) and (((m.named["mn-id"] or NOTHING)[1] == nil) or ((m.named.hnp or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc7864/4.2/order",
    filter = "pmip6.expert.rfc7864.4.2.order",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7864 4.2",
    sentence = "In a flow mobility notification prefixes follow the mobile node.",
    messages = { ["update-notification"] = true },
    on = "mn-id",
    steady = true,
    about = "hnp",
    broken = function(m) return (m.v.reason == 8) and ((first(m.named["mn-id"]) or NOTHING).offset ~= nil and (first(m.named.hnp) or NOTHING).offset ~= nil and (first(m.named["mn-id"]) or NOTHING).offset >= (first(m.named.hnp) or NOTHING).offset) end,
  },
  {
    id = "rfc7864/3.4/selector",
    filter = "pmip6.expert.rfc7864.3.4.selector",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7864 3.4",
    sentence = "Each flow of a flow mobility notification has a traffic selector.",
    messages = { ["update-notification"] = true },
    on = "fid",
    steady = true,
    about = "fid",
    broken = function(m) return (m.v.reason == 8) and (culprits((m.named.fid or NOTHING), function(e, v) return (v.fid ~= nil and v.fid >= 0) and ((e.parts["traffic-selector"] or NOTHING)[1] == nil) end)) end,
  },
  {
    id = "rfc7222/4.4/qos-missing",
    filter = "pmip6.expert.rfc7222.4.4.qos-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.4",
    sentence = "A QoS service request has a Quality-of-Service option.",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "qos",
    broken = function(m) return (m.v.reason == 5) and ((m.named.qos or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7077/6.2/mn-id",
    filter = "pmip6.expert.rfc7077.6.2.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 6.2",
    sentence = "An acknowledgement names a mobile node or a group.",
    messages = { ["update-ack"] = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return ((m.named["mn-id"] or NOTHING)[1] == nil) and ((m.named["mn-group-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7077/4.2/status-undefined",
    filter = "pmip6.expert.rfc7077.4.2.status-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7077 4.2",
    sentence = "The status is one that is assigned.",
    messages = { ["update-ack"] = true },
    steady = true,
    broken = function(m) return m.v.status ~= nil and not (m.v.status == 0 or (m.v.status >= 128 and m.v.status <= 132)) end,
  },
  {
    id = "rfc7109/6.1.1/fid",
    filter = "pmip6.expert.rfc7109.6.1.1.fid",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.1",
    sentence = "An indication has a Flow Identification option.",
    messages = { fbi = true },
    steady = true,
    about = "fid",
    broken = function(m) return (m.named.fid or NOTHING)[1] == nil end,
  },
  {
    id = "rfc7109/6.1.1/trigger-reserved",
    filter = "pmip6.expert.rfc7109.6.1.1.trigger-reserved",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.1",
    sentence = "The trigger is not 0.",
    messages = { fbi = true },
    steady = true,
    broken = function(m) return m.v.trigger == 0 end,
  },
  {
    id = "rfc7109/6.1.1/trigger-undefined",
    filter = "pmip6.expert.rfc7109.6.1.1.trigger-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.1",
    sentence = "The trigger is one that is assigned, or for tests.",
    messages = { fbi = true },
    steady = true,
    broken = function(m) return (m.v.trigger ~= nil and not ((m.v.trigger >= 0 and m.v.trigger <= 3))) and (m.v.trigger ~= nil and m.v.trigger < 250) end,
  },
  {
    id = "rfc7109/6.2.1/action",
    filter = "pmip6.expert.rfc7109.6.2.1.action",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7109 6.2.1",
    sentence = "Each flow of an indication has a Flow Binding Action.",
    dialect = "rfc6089",
    messages = { fbi = true },
    on = "fid",
    each = true,
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return (v.fid ~= nil and v.fid >= 0) and ((e.parts["flow-binding-action"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7109/6.2.2/target",
    filter = "pmip6.expert.rfc7109.6.2.2.target",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7109 6.2.2",
    sentence = "A flow that is to move has a Target Care-of Address.",
    dialect = "rfc6089",
    messages = { fbi = true },
    on = "fid",
    each = true,
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return (values_of(e.parts["flow-binding-action"]).action == 15) and ((e.parts["target-coa"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc7109/6.2.1/action-undefined",
    filter = "pmip6.expert.rfc7109.6.2.1.action-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7109 6.2.1",
    sentence = "The action is one that is assigned.",
    dialect = "rfc6089",
    messages = { fbi = true },
    on = "fid",
    each = true,
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return values_of(e.parts["flow-binding-action"]).action ~= nil and not ((values_of(e.parts["flow-binding-action"]).action >= 11 and values_of(e.parts["flow-binding-action"]).action <= 16)) end,
  },
  {
    id = "rfc7109/6.1.2/status-undefined",
    filter = "pmip6.expert.rfc7109.6.1.2.status-undefined",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.2",
    sentence = "The status is one that is assigned.",
    messages = { fba = true },
    steady = true,
    broken = function(m) return m.v.status ~= nil and not (m.v.status == 0 or (m.v.status >= 128 and m.v.status <= 129)) end,
  },
  {
    id = "rfc7161/4.3.1.2/mn-id",
    filter = "pmip6.expert.rfc7161.4.3.1.2.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.1.2",
    sentence = "A subscription query names the mobile node.",
    messages = { ["subscription-query"] = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return (m.named["mn-id"] or NOTHING)[1] == nil end,
  },
  {
    id = "rfc7161/4.3.2.2/mn-id",
    filter = "pmip6.expert.rfc7161.4.3.2.2.mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.2.2",
    sentence = "A subscription response names the mobile node.",
    messages = { ["subscription-response"] = true },
    steady = true,
    about = "mn-id",
    broken = function(m) return (m.named["mn-id"] or NOTHING)[1] == nil end,
  },
  {
    id = "rfc7161/4.3.2.2/subscriptions-missing",
    filter = "pmip6.expert.rfc7161.4.3.2.2.subscriptions-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.2.2",
    sentence = "With I set there are subscriptions.",
    messages = { ["subscription-response"] = true },
    steady = true,
    broken = function(m) return (m.v.flags ~= nil and bits(m.v.flags, 0x80) == 128) and (((m.named["multicast-ipv4"] or NOTHING)[1] == nil) and ((m.named["multicast-ipv6"] or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc7161/4.3.2.2/subscriptions-unsaid",
    filter = "pmip6.expert.rfc7161.4.3.2.2.subscriptions-unsaid",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.2.2",
    sentence = "Without I there are no subscriptions.",
    messages = { ["subscription-response"] = true },
    steady = true,
    broken = function(m) return (((m.named["multicast-ipv4"] or NOTHING)[1] ~= nil) or ((m.named["multicast-ipv6"] or NOTHING)[1] ~= nil)) and (m.v.flags ~= nil and bits(m.v.flags, 0x80) ~= 128) end,
  },
  {
    id = "rfc6275/6.1.7/care-of-address",
    filter = "pmip6.expert.rfc6275.6.1.7.care-of-address",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.7",
    sentence = "A care-of address is unicast and routable.",
  },
  {
    id = "rfc6463/4.2/unicast",
    filter = "pmip6.expert.rfc6463.4.2.unicast",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6463 4.2",
    sentence = "A redirection goes to a unicast address.",
  },
  {
    id = "rfc6705/10.1/order",
    filter = "pmip6.expert.rfc6705.10.1.order",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.1",
    sentence = "In an initiation each mobile node is followed by its prefixes.",
  },
  {
    id = "rfc6705/10.2/tuples",
    filter = "pmip6.expert.rfc6705.10.2.tuples",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "In an acknowledgment of status 0 each mobile node is followed by its prefixes.",
  },
  {
    id = "rfc6275/6.2/trailing-padding",
    filter = "pmip6.expert.rfc6275.6.2.trailing-padding",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.2",
    sentence = "Binding authorization data end their message.",
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
    steady = true,
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
    steady = true,
    about = "multihoming",
    broken = function(m) return ((values_of(m.named.multihoming).act ~= nil and values_of(m.named.multihoming).act ~= 0) and (values_of(m.named.hi).hi == 4)) and (m.v.lifetime ~= nil and m.v.lifetime ~= 0) end,
  },
  {
    id = "muho/5/fid-without-option",
    filter = "pmip6.expert.muho.5.fid-without-option",
    level = "note",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 5",
    sentence = "A Proxy Binding Update with FID options has a Multihoming option, or that of RFC 8278.",
    messages = { pbu = true },
    on = "fid",
    steady = true,
    about = "fid",
    broken = function(m) return ((m.named.multihoming or NOTHING)[1] == nil) and ((m.named["mag-multipath"] or NOTHING)[1] == nil) end,
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
    alone = true,
    steady = true,
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
    steady = true,
    about = "fid",
    broken = function(m) return (m.v.status ~= nil and m.v.status >= 128) and (culprits((m.named.fid or NOTHING), function(e, v) return v.status ~= nil and v.status < 128 end)) end,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    steady = true,
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
    steady = true,
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
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    steady = true,
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
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
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
    alone = true,
    steady = true,
    about = "fid",
    broken = function(m, e, v) return ((v.format == 2) and (v.flow_label ~= nil and v.flow_label > 1048575)) or ((v.format == 2) and (v.flow_label_end ~= nil and v.flow_label_end > 1048575)) end,
  },
  {
    id = "mext/5.2.2.1/no-selector",
    filter = "pmip6.expert.mext.5.2.2.1.no-selector",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.2.2.1",
    sentence = "A flow that is added has a flow description.",
    dialect = "mext",
  },
  {
    id = "rfc6088/3/address-range",
    filter = "pmip6.expert.rfc6088.3.address-range",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6088 3",
    sentence = "A range of addresses ends at or after its start.",
  },
  {
    id = "rfc5213/8.2/p-flag-copied",
    filter = "pmip6.expert.rfc5213.8.2.p-flag-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "The P flag answers the P flag of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return m.v.flags ~= nil and bits(m.v.flags, 0x20) ~= 32 end,
  },
  {
    id = "rfc5213/8.2/p-flag-unasked",
    filter = "pmip6.expert.rfc5213.8.2.p-flag-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 8.2",
    sentence = "The P flag is set only in answer to a request with it.",
    scope = "exchange",
    messages = { ["binding-update"] = true },
    steady = true,
    broken = function(m, r) return m.v.flags ~= nil and bits(m.v.flags, 0x20) ~= 0 end,
  },
  {
    id = "rfc5213/5.5/sequence",
    filter = "pmip6.expert.rfc5213.5.5.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.5",
    sentence = "The sequence number is copied from the request.",
    scope = "exchange",
    messages = { pbu = true },
    broken = function(m, r) return (m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence) and ((m.v.status ~= nil and m.v.status ~= 135) or ((r.named.timestamp or NOTHING)[1] ~= nil)) end,
  },
  {
    id = "rfc5213/5.3.6/mn-id-copied",
    filter = "pmip6.expert.rfc5213.5.3.6.mn-id-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The mobile node identifier is copied from the request.",
    scope = "exchange",
    messages = { pbu = true },
    about = "mn-id",
    broken = function(m, r) return ((r.named["mn-id"] or NOTHING)[1] ~= nil) and ((values_of(m.named["mn-id"]).identifier ~= nil and values_of(r.named["mn-id"]).identifier ~= nil and values_of(m.named["mn-id"]).identifier ~= values_of(r.named["mn-id"]).identifier) or (values_of(m.named["mn-id"]).subtype ~= nil and values_of(r.named["mn-id"]).subtype ~= nil and values_of(m.named["mn-id"]).subtype ~= values_of(r.named["mn-id"]).subtype)) end,
  },
  {
    id = "rfc5213/5.3.6/mn-id-empty",
    filter = "pmip6.expert.rfc5213.5.3.6.mn-id-empty",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The identifier is empty when the request has none.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "mn-id",
    broken = function(m, r) return (((r.named["mn-id"] or NOTHING)[1] == nil) and ((r.named["mn-group-id"] or NOTHING)[1] == nil)) and (values_of(m.named["mn-id"]).identifier ~= nil and #values_of(m.named["mn-id"]).identifier ~= 0) end,
  },
  {
    id = "rfc5213/5.3.6/hi-copied",
    filter = "pmip6.expert.rfc5213.5.3.6.hi-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The handoff indicator is copied from the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "hi",
    broken = function(m, r) return ((r.named.hi or NOTHING)[1] ~= nil) and (values_of(m.named.hi).hi ~= nil and values_of(r.named.hi).hi ~= nil and values_of(m.named.hi).hi ~= values_of(r.named.hi).hi) end,
  },
  {
    id = "rfc5213/5.3.6/hi-absent",
    filter = "pmip6.expert.rfc5213.5.3.6.hi-absent",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The handoff indicator is 0 when the request has none.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "hi",
    broken = function(m, r) return ((r.named.hi or NOTHING)[1] == nil) and (values_of(m.named.hi).hi ~= nil and values_of(m.named.hi).hi ~= 0) end,
  },
  {
    id = "rfc5213/5.3.6/att-copied",
    filter = "pmip6.expert.rfc5213.5.3.6.att-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The access technology type is copied from the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "att",
    broken = function(m, r) return ((r.named.att or NOTHING)[1] ~= nil) and (values_of(m.named.att).att ~= nil and values_of(r.named.att).att ~= nil and values_of(m.named.att).att ~= values_of(r.named.att).att) end,
  },
  {
    id = "rfc5213/5.3.6/att-absent",
    filter = "pmip6.expert.rfc5213.5.3.6.att-absent",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The access technology type is 0 when the request has none.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "att",
    broken = function(m, r) return ((r.named.att or NOTHING)[1] == nil) and (values_of(m.named.att).att ~= nil and values_of(m.named.att).att ~= 0) end,
  },
  {
    id = "rfc5213/5.3.6/ll-id-missing",
    filter = "pmip6.expert.rfc5213.5.3.6.ll-id-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The link-layer identifier option of the request is answered.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ll-id",
    broken = function(m, r) return ((r.named["ll-id"] or NOTHING)[1] ~= nil) and ((m.named["ll-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/5.3.6/ll-id-unasked",
    filter = "pmip6.expert.rfc5213.5.3.6.ll-id-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "A link-layer identifier option answers one of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ll-id",
    broken = function(m, r) return ((m.named["ll-id"] or NOTHING)[1] ~= nil) and ((r.named["ll-id"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/5.3.6/ll-id-copied",
    filter = "pmip6.expert.rfc5213.5.3.6.ll-id-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The link-layer identifier is copied from the request.",
    scope = "exchange",
    messages = { pbu = true },
    about = "ll-id",
    broken = function(m, r) return values_of(m.named["ll-id"]).link_layer_identifier ~= nil and values_of(r.named["ll-id"]).link_layer_identifier ~= nil and values_of(m.named["ll-id"]).link_layer_identifier ~= values_of(r.named["ll-id"]).link_layer_identifier end,
  },
  {
    id = "rfc5213/5.3.6/link-local-missing",
    filter = "pmip6.expert.rfc5213.5.3.6.link-local-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The link-local address option of the request is answered.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "link-local",
    broken = function(m, r) return ((r.named["link-local"] or NOTHING)[1] ~= nil) and ((m.named["link-local"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/5.3.6/link-local-unasked",
    filter = "pmip6.expert.rfc5213.5.3.6.link-local-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "A link-local address option answers one of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "link-local",
    broken = function(m, r) return ((m.named["link-local"] or NOTHING)[1] ~= nil) and ((r.named["link-local"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/5.3.6/link-local-copied",
    filter = "pmip6.expert.rfc5213.5.3.6.link-local-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "A link-local address is copied from the request.",
    scope = "exchange",
    messages = { pbu = true },
    about = "link-local",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status >= 128) or (values_of(r.named["link-local"]).link_local_address ~= nil and values_of(r.named["link-local"]).link_local_address ~= "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000")) and (values_of(m.named["link-local"]).link_local_address ~= nil and values_of(r.named["link-local"]).link_local_address ~= nil and values_of(m.named["link-local"]).link_local_address ~= values_of(r.named["link-local"]).link_local_address) end,
  },
  {
    id = "rfc5213/5.3.6/link-local-generated",
    filter = "pmip6.expert.rfc5213.5.3.6.link-local-generated",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "A link-local address that was asked for is given.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "link-local",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and (values_of(r.named["link-local"]).link_local_address == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000")) and (values_of(m.named["link-local"]).link_local_address == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000") end,
  },
  {
    id = "rfc5213/5.3.6/timestamp-missing",
    filter = "pmip6.expert.rfc5213.5.3.6.timestamp-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "The timestamp option of the request is answered.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "timestamp",
    broken = function(m, r) return ((r.named.timestamp or NOTHING)[1] ~= nil) and ((m.named.timestamp or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/5.3.6/timestamp-unasked",
    filter = "pmip6.expert.rfc5213.5.3.6.timestamp-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "A timestamp option answers one of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "timestamp",
    broken = function(m, r) return ((m.named.timestamp or NOTHING)[1] ~= nil) and ((r.named.timestamp or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/5.5/timestamp-copied",
    filter = "pmip6.expert.rfc5213.5.5.timestamp-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.5",
    sentence = "An accepted timestamp is returned as it was.",
    scope = "exchange",
    messages = { pbu = true },
    about = "timestamp",
    broken = function(m, r) return (m.v.status ~= nil and m.v.status < 128) and (values_of(m.named.timestamp).timestamp ~= nil and values_of(r.named.timestamp).timestamp ~= nil and values_of(m.named.timestamp).timestamp ~= values_of(r.named.timestamp).timestamp) end,
  },
  {
    id = "rfc5213/5.5/timestamp-of-lma",
    filter = "pmip6.expert.rfc5213.5.5.timestamp-of-lma",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5213 5.5",
    sentence = "With 156 and 157 the timestamp is the LMA's own time.",
    scope = "exchange",
    messages = { pbu = true },
    about = "timestamp",
    broken = function(m, r) return (m.v.status ~= nil and ((m.v.status >= 156 and m.v.status <= 157))) and (values_of(m.named.timestamp).timestamp ~= nil and values_of(r.named.timestamp).timestamp ~= nil and values_of(m.named.timestamp).timestamp == values_of(r.named.timestamp).timestamp) end,
  },
  {
    id = "rfc5213/5.5/status-without-timestamp",
    filter = "pmip6.expert.rfc5213.5.5.status-without-timestamp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.5",
    sentence = "156 and 157 answer a request with a timestamp.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status ~= nil and ((m.v.status >= 156 and m.v.status <= 157))) and ((r.named.timestamp or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5213/5.5/sequence-judged",
    filter = "pmip6.expert.rfc5213.5.5.sequence-judged",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.5",
    sentence = "With a timestamp the sequence number is not judged (135).",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return ((r.named.timestamp or NOTHING)[1] ~= nil) and (m.v.status == 135) end,
  },
  {
    id = "rfc5213/5.3.1/missing-mn-id",
    filter = "pmip6.expert.rfc5213.5.3.1.missing-mn-id",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "A request without MN identifier option is rejected with 160.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (((r.named["mn-id"] or NOTHING)[1] == nil) and ((r.named["mn-group-id"] or NOTHING)[1] == nil)) and (m.v.status ~= nil and m.v.status ~= 160) end,
  },
  {
    id = "rfc5213/5.3.1/missing-hnp",
    filter = "pmip6.expert.rfc5213.5.3.1.missing-hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "A request without home network prefix option is rejected with 158.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return ((((r.named["mn-id"] or NOTHING)[1] ~= nil) and ((r.named.hnp or NOTHING)[1] == nil)) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] == nil)) and (m.v.status ~= nil and not (m.v.status == 135 or (m.v.status >= 152 and m.v.status <= 154) or (m.v.status >= 156 and m.v.status <= 158))) end,
  },
  {
    id = "rfc5213/5.3.1/missing-hi",
    filter = "pmip6.expert.rfc5213.5.3.1.missing-hi",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "A request without handoff indicator option is rejected with 161.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (((r.named["mn-id"] or NOTHING)[1] ~= nil) and ((r.named.hnp or NOTHING)[1] ~= nil) and ((r.named.hi or NOTHING)[1] == nil)) and (m.v.status ~= nil and not (m.v.status == 135 or (m.v.status >= 152 and m.v.status <= 154) or (m.v.status >= 156 and m.v.status <= 157) or m.v.status == 161)) end,
  },
  {
    id = "rfc5213/5.3.1/missing-att",
    filter = "pmip6.expert.rfc5213.5.3.1.missing-att",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "A request without access technology type option is rejected with 162.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (((r.named["mn-id"] or NOTHING)[1] ~= nil) and ((r.named.hnp or NOTHING)[1] ~= nil) and ((r.named.hi or NOTHING)[1] ~= nil) and ((r.named.att or NOTHING)[1] == nil)) and (m.v.status ~= nil and not (m.v.status == 135 or (m.v.status >= 152 and m.v.status <= 154) or (m.v.status >= 156 and m.v.status <= 157) or m.v.status == 162)) end,
  },
  {
    id = "rfc5213/5.3.1/needless-160",
    filter = "pmip6.expert.rfc5213.5.3.1.needless-160",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "Status 160 answers a request without MN identifier option.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 160) and ((r.named["mn-id"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5213/5.3.1/needless-158",
    filter = "pmip6.expert.rfc5213.5.3.1.needless-158",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "Status 158 answers a request without home network prefix option.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 158) and ((r.named.hnp or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5213/5.3.1/needless-161",
    filter = "pmip6.expert.rfc5213.5.3.1.needless-161",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "Status 161 answers a request without handoff indicator option.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 161) and ((r.named.hi or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5213/5.3.1/needless-162",
    filter = "pmip6.expert.rfc5213.5.3.1.needless-162",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.1",
    sentence = "Status 162 answers a request without access technology type option.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 162) and ((r.named.att or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5213/5.3.2/needless-155",
    filter = "pmip6.expert.rfc5213.5.3.2.needless-155",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.2",
    sentence = "155 and 159 answer a request that names a prefix.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return ((m.v.status ~= nil and (m.v.status == 155 or m.v.status == 159)) and (#(r.named.hnp or NOTHING) == 1)) and (values_of(r.named.hnp)["home_network_prefix.address"] == "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000") end,
  },
  {
    id = "rfc5213/5.3.6/hnp-changed",
    filter = "pmip6.expert.rfc5213.5.3.6.hnp-changed",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "An accepting answer gives the prefixes that were asked for.",
    scope = "exchange",
    messages = { pbu = true },
    about = "hnp",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and ((m.named.hnp or NOTHING)[1] ~= nil) and (every((r.named.hnp or NOTHING), function(e, v) return (v["home_network_prefix.address"] ~= nil and v["home_network_prefix.address"] ~= "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000") and (v["home_network_prefix.length"] ~= nil and v["home_network_prefix.length"] >= 8) end))) and (culprits((r.named.hnp or NOTHING), function(e, v) return network(v, "home_network_prefix") ~= nil and not among(network(v, "home_network_prefix"), (m.named.hnp or NOTHING), "home_network_prefix", true) end, true)) end,
  },
  {
    id = "rfc5213/5.3.6/hnp-rejected",
    filter = "pmip6.expert.rfc5213.5.3.6.hnp-rejected",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "A rejecting answer repeats the prefixes of the request.",
    scope = "exchange",
    messages = { pbu = true },
    about = "hnp",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status >= 128) and ((r.named.hnp or NOTHING)[1] ~= nil)) and (not same_set((r.named.hnp or NOTHING), "home_network_prefix", true, (m.named.hnp or NOTHING), "home_network_prefix", true)) end,
  },
  {
    id = "rfc5213/5.3.6/hnp-rejected-none",
    filter = "pmip6.expert.rfc5213.5.3.6.hnp-rejected-none",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5213 5.3.6",
    sentence = "A rejecting answer to a request without prefix has one of ALL_ZERO.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "hnp",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status >= 128) and (((r.named["mn-id"] or NOTHING)[1] ~= nil) or ((r.named["mn-group-id"] or NOTHING)[1] == nil)) and ((r.named.hnp or NOTHING)[1] == nil) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] == nil)) and ((#(m.named.hnp or NOTHING) ~= 1) or (values_of(m.named.hnp)["home_network_prefix.address"] ~= nil and values_of(m.named.hnp)["home_network_prefix.address"] ~= "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000")) end,
  },
  {
    id = "rfc6275/10.3.1/lifetime",
    filter = "pmip6.expert.rfc6275.10.3.1.lifetime",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 10.3.1",
    sentence = "The lifetime granted is at most the one asked for.",
    scope = "exchange",
    messages = { pbu = true, ["binding-update"] = true },
    steady = true,
    broken = function(m, r) return (m.v.status ~= nil and m.v.status < 128) and (m.v.lifetime ~= nil and r.v.lifetime ~= nil and m.v.lifetime > r.v.lifetime) end,
  },
  {
    id = "rfc6275/10.3.1/lifetime-zero",
    filter = "pmip6.expert.rfc6275.10.3.1.lifetime-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 10.3.1",
    sentence = "An accepted request for a lifetime is granted one.",
    scope = "exchange",
    messages = { pbu = true, ["binding-update"] = true },
    steady = true,
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and (r.v.lifetime ~= nil and r.v.lifetime > 0)) and (m.v.lifetime ~= nil and m.v.lifetime <= 0) end,
  },
  {
    id = "rfc6275/10.3.2/lifetime",
    filter = "pmip6.expert.rfc6275.10.3.2.lifetime",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 10.3.2",
    sentence = "The lifetime in answer to a de-registration is 0.",
    scope = "exchange",
    messages = { pbu = true, ["binding-update"] = true },
    steady = true,
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and (r.v.lifetime == 0)) and (m.v.lifetime ~= nil and m.v.lifetime ~= 0) end,
  },
  {
    id = "muho/4.1/mhgid-copied",
    filter = "pmip6.expert.muho.4.1.mhgid-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "The answer speaks of the multihoming group of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "multihoming",
    broken = function(m, r) return values_of(m.named.multihoming).mhgid ~= nil and values_of(r.named.multihoming).mhgid ~= nil and values_of(m.named.multihoming).mhgid ~= values_of(r.named.multihoming).mhgid end,
  },
  {
    id = "muho/4.1/act-changed",
    filter = "pmip6.expert.muho.4.1.act-changed",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.1",
    sentence = "ACT in the answer is 0 or that of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "multihoming",
    broken = function(m, r) return (values_of(m.named.multihoming).act ~= nil and values_of(m.named.multihoming).act ~= 0) and (values_of(m.named.multihoming).act ~= nil and values_of(r.named.multihoming).act ~= nil and values_of(m.named.multihoming).act ~= values_of(r.named.multihoming).act) end,
  },
  {
    id = "muho/6.1/option-unasked",
    filter = "pmip6.expert.muho.6.1.option-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 6.1",
    sentence = "A Multihoming option answers one of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "multihoming",
    broken = function(m, r) return ((m.named.multihoming or NOTHING)[1] ~= nil) and ((r.named.multihoming or NOTHING)[1] == nil) end,
  },
  {
    id = "muho/6.1/status-without-option",
    filter = "pmip6.expert.muho.6.1.status-without-option",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 6.1",
    sentence = "MH_NOT_SUPPORTED_BY_LMA answers a request with a Multihoming option.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status ~= nil and m.v.status == set.status_mh_not_supported) and ((r.named.multihoming or NOTHING)[1] == nil) end,
  },
  {
    id = "muho/6.1/status-without-keep",
    filter = "pmip6.expert.muho.6.1.status-without-keep",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 6.1",
    sentence = "MH_FILTERS_REINSTANCIATION_NOT_SUPPORTED_BY_LMA answers a request to keep filters.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status ~= nil and m.v.status == set.status_reinstantiation_not_supported) and (values_of(r.named.multihoming).act ~= nil and values_of(r.named.multihoming).act ~= 2) end,
  },
  {
    id = "rfc5648/6.2/bid-echo",
    filter = "pmip6.expert.rfc5648.6.2.bid-echo",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5648 6.2",
    sentence = "Each BID option of the request is answered where any is.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "bid",
    broken = function(m, r) return ((m.named.bid or NOTHING)[1] ~= nil) and (culprits((r.named.bid or NOTHING), function(e, v) return v.bid ~= nil and not among(v.bid, (m.named.bid or NOTHING), "bid", false) end, true)) end,
  },
  {
    id = "rfc5648/6.2/bid-unasked",
    filter = "pmip6.expert.rfc5648.6.2.bid-unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5648 6.2",
    sentence = "A BID option answers one of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "bid",
    broken = function(m, r) return culprits((m.named.bid or NOTHING), function(e, v) return v.bid ~= nil and not among(v.bid, (r.named.bid or NOTHING), "bid", false) end) end,
  },
  {
    id = "rfc6275/6.1.5/cookie",
    filter = "pmip6.expert.rfc6275.6.1.5.cookie",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.5",
    sentence = "The home init cookie is that of the home test init.",
    scope = "exchange",
    messages = { hoti = true },
    steady = true,
    broken = function(m, r) return m.v.home_init_cookie ~= nil and r.v.home_init_cookie ~= nil and m.v.home_init_cookie ~= r.v.home_init_cookie end,
  },
  {
    id = "rfc6275/6.1.6/cookie",
    filter = "pmip6.expert.rfc6275.6.1.6.cookie",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.6",
    sentence = "The care-of init cookie is that of the care-of test init.",
    scope = "exchange",
    messages = { coti = true },
    steady = true,
    broken = function(m, r) return m.v.care_of_init_cookie ~= nil and r.v.care_of_init_cookie ~= nil and m.v.care_of_init_cookie ~= r.v.care_of_init_cookie end,
  },
  {
    id = "rfc5568/6.2.3/sequence",
    filter = "pmip6.expert.rfc5568.6.2.3.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.3",
    sentence = "The sequence number is copied from the update.",
    scope = "exchange",
    messages = { fbu = true },
    broken = function(m, r) return m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence end,
  },
  {
    id = "rfc5568/6.2.3/lifetime",
    filter = "pmip6.expert.rfc5568.6.2.3.lifetime",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.3",
    sentence = "The lifetime granted is at most the one asked for.",
    scope = "exchange",
    messages = { fbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status ~= nil and m.v.status < 128) and (m.v.lifetime ~= nil and r.v.lifetime ~= nil and m.v.lifetime > r.v.lifetime) end,
  },
  {
    id = "rfc5568/6.2.1.2/sequence",
    filter = "pmip6.expert.rfc5568.6.2.1.2.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.2",
    sentence = "The sequence number is copied from the handover initiate.",
    scope = "exchange",
    messages = { ["handover-initiate"] = true },
    broken = function(m, r) return m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence end,
  },
  {
    id = "rfc5568/6.2.1.2/new-coa",
    filter = "pmip6.expert.rfc5568.6.2.1.2.new-coa",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.2",
    sentence = "An initiate with S that is accepted is answered with an address.",
    scope = "exchange",
    messages = { ["handover-initiate"] = true },
    steady = true,
    about = "mh-address",
    broken = function(m, r) return ((r.v.flags ~= nil and bits(r.v.flags, 0x80) == 128) and (r.v.flags ~= nil and bits(r.v.flags, 0x20) ~= 32) and (m.v.code ~= nil and m.v.code < 128)) and (every((m.named["mh-address"] or NOTHING), function(e, v) return v.option_code ~= nil and v.option_code ~= 2 end)) end,
  },
  {
    id = "rfc5568/6.2.1.2/code-irrelevant",
    filter = "pmip6.expert.rfc5568.6.2.1.2.code-irrelevant",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5568 6.2.1.2",
    sentence = "Codes 1 and 2 do not answer an initiate of code 1.",
    scope = "exchange",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m, r) return (r.v.code == 1) and (m.v.code ~= nil and ((m.v.code >= 1 and m.v.code <= 2))) end,
  },
  {
    id = "rfc5949/6.1.2/p-flag",
    filter = "pmip6.expert.rfc5949.6.1.2.p-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.2",
    sentence = "P answers P.",
    scope = "exchange",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m, r) return ((r.v.flags ~= nil and bits(r.v.flags, 0x20) ~= 32) or (m.v.flags ~= nil and bits(m.v.flags, 0x40) ~= 64)) and ((r.v.flags ~= nil and bits(r.v.flags, 0x20) == 32) or (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64)) end,
  },
  {
    id = "rfc5949/6.1.2/mn-id-copied",
    filter = "pmip6.expert.rfc5949.6.1.2.mn-id-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.2",
    sentence = "The mobile node identifier is copied from the initiate.",
    scope = "exchange",
    messages = { ["handover-initiate"] = true },
    about = "mn-id",
    broken = function(m, r) return (m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64) and ((values_of(m.named["mn-id"]).identifier ~= nil and values_of(r.named["mn-id"]).identifier ~= nil and values_of(m.named["mn-id"]).identifier ~= values_of(r.named["mn-id"]).identifier) or (values_of(m.named["mn-id"]).subtype ~= nil and values_of(r.named["mn-id"]).subtype ~= nil and values_of(m.named["mn-id"]).subtype ~= values_of(r.named["mn-id"]).subtype)) end,
  },
  {
    id = "rfc5949/4.1/needless-132",
    filter = "pmip6.expert.rfc5949.4.1.needless-132",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 4.1",
    sentence = "132 answers an initiate that asks for forwarding (F).",
    scope = "exchange",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m, r) return (m.v.code == 132) and (r.v.flags ~= nil and bits(r.v.flags, 0x10) ~= 16) end,
  },
  {
    id = "rfc5949/6.1.2/context",
    filter = "pmip6.expert.rfc5949.6.1.2.context",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5949 6.1.2",
    sentence = "Context that is all transferred (6) has a prefix or an address.",
    scope = "exchange",
    messages = { ["handover-initiate"] = true },
    steady = true,
    broken = function(m, r) return ((m.v.flags ~= nil and bits(m.v.flags, 0x40) == 64) and (m.v.code == 6) and ((r.named["context-request"] or NOTHING)[1] ~= nil)) and (((m.named.hnp or NOTHING)[1] == nil) and ((m.named["ipv4-hoa-request"] or NOTHING)[1] == nil) and ((m.named["ll-id"] or NOTHING)[1] == nil) and ((m.named["lma-address"] or NOTHING)[1] == nil) and ((m.named["lla-iid"] or NOTHING)[1] == nil) and ((m.named["gre-key"] or NOTHING)[1] == nil) and ((m.named["link-local"] or NOTHING)[1] == nil) and ((m.named.vendor or NOTHING)[1] == nil) and ((m.named["multicast-mobility"] or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc5846/6.1.2/sequence",
    filter = "pmip6.expert.rfc5846.6.1.2.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 6.1.2",
    sentence = "The sequence number is copied from the indication.",
    scope = "exchange",
    messages = { bri = true },
    broken = function(m, r) return m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence end,
  },
  {
    id = "rfc5846/6.1.2/p-flag",
    filter = "pmip6.expert.rfc5846.6.1.2.p-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 6.1.2",
    sentence = "P is that of the indication.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return m.v.flags ~= nil and r.v.flags ~= nil and bits(m.v.flags, 0x8000) ~= bits(r.v.flags, 0x8000) end,
  },
  {
    id = "rfc5846/6.1.2/v-flag",
    filter = "pmip6.expert.rfc5846.6.1.2.v-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 6.1.2",
    sentence = "V is that of the indication.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return m.v.flags ~= nil and r.v.flags ~= nil and bits(m.v.flags, 0x4000) ~= bits(r.v.flags, 0x4000) end,
  },
  {
    id = "rfc5846/6.1.2/g-flag",
    filter = "pmip6.expert.rfc5846.6.1.2.g-flag",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 6.1.2",
    sentence = "G is that of the indication.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return m.v.flags ~= nil and r.v.flags ~= nil and bits(m.v.flags, 0x2000) ~= bits(r.v.flags, 0x2000) end,
  },
  {
    id = "rfc5846/5.2/mn-id-copied",
    filter = "pmip6.expert.rfc5846.5.2.mn-id-copied",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 5.2",
    sentence = "The mobile node named is that of the indication.",
    scope = "exchange",
    messages = { bri = true },
    about = "mn-id",
    broken = function(m, r) return ((r.v.flags ~= nil and bits(r.v.flags, 0x2000) ~= 8192) and ((r.named["mn-id"] or NOTHING)[1] ~= nil)) and ((values_of(m.named["mn-id"]).identifier ~= nil and values_of(r.named["mn-id"]).identifier ~= nil and values_of(m.named["mn-id"]).identifier ~= values_of(r.named["mn-id"]).identifier) or (values_of(m.named["mn-id"]).subtype ~= nil and values_of(r.named["mn-id"]).subtype ~= nil and values_of(m.named["mn-id"]).subtype ~= values_of(r.named["mn-id"]).subtype)) end,
  },
  {
    id = "rfc5846/5.2/hnp-unasked",
    filter = "pmip6.expert.rfc5846.5.2.hnp-unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 5.2",
    sentence = "A prefix named is one of those of the indication.",
    scope = "exchange",
    messages = { bri = true },
    about = "hnp",
    broken = function(m, r) return ((r.v.flags ~= nil and bits(r.v.flags, 0x2000) ~= 8192) and ((r.named.hnp or NOTHING)[1] ~= nil)) and (culprits((m.named.hnp or NOTHING), function(e, v) return network(v, "home_network_prefix") ~= nil and not among(network(v, "home_network_prefix"), (r.named.hnp or NOTHING), "home_network_prefix", true) end)) end,
  },
  {
    id = "rfc5846/6.2.1/function-unsupported",
    filter = "pmip6.expert.rfc5846.6.2.1.function-unsupported",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 6.2.1",
    sentence = "A trigger that does not fit G is refused with 134 (or 133).",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return (((r.v.flags ~= nil and bits(r.v.flags, 0x2000) == 8192) and (r.v.revocation_trigger ~= nil and r.v.revocation_trigger < 128)) or ((r.v.flags ~= nil and bits(r.v.flags, 0x2000) ~= 8192) and (r.v.revocation_trigger ~= nil and r.v.revocation_trigger >= 128) and (r.v.revocation_trigger ~= nil and r.v.revocation_trigger < 250))) and (m.v.status ~= nil and not ((m.v.status >= 133 and m.v.status <= 134))) end,
  },
  {
    id = "rfc5846/9.1/identity-required",
    filter = "pmip6.expert.rfc5846.9.1.identity-required",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 9.1",
    sentence = "A global indication that names nobody is refused with 131.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return ((r.v.flags ~= nil and bits(r.v.flags, 0x2000) == 8192) and (r.v.revocation_trigger == 129) and (((r.named["mn-id"] or NOTHING)[1] == nil) and ((r.named["mn-group-id"] or NOTHING)[1] == nil) and ((r.named["alt-coa"] or NOTHING)[1] == nil) and ((r.named.hnp or NOTHING)[1] == nil) and ((r.named.vendor or NOTHING)[1] == nil))) and (m.v.status ~= nil and m.v.status ~= 131) end,
  },
  {
    id = "rfc5846/10/needless-129",
    filter = "pmip6.expert.rfc5846.10.needless-129",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 10",
    sentence = "129 answers an indication with V without IPv4 home address.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 129) and ((r.v.flags ~= nil and bits(r.v.flags, 0x4000) ~= 16384) or ((r.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil) or ((r.v.flags ~= nil and bits(r.v.flags, 0x8000) ~= 32768) and ((r.named["ipv4-hoa"] or NOTHING)[1] ~= nil))) end,
  },
  {
    id = "rfc5846/8.2/needless-130",
    filter = "pmip6.expert.rfc5846.8.2.needless-130",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 8.2",
    sentence = "130 answers an indication with G.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 130) and (r.v.flags ~= nil and bits(r.v.flags, 0x2000) ~= 8192) end,
  },
  {
    id = "rfc5846/9.1/needless-131",
    filter = "pmip6.expert.rfc5846.9.1.needless-131",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 9.1",
    sentence = "131 answers an indication with G.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 131) and (r.v.flags ~= nil and bits(r.v.flags, 0x2000) ~= 8192) end,
  },
  {
    id = "rfc5846/9.1/needless-132",
    filter = "pmip6.expert.rfc5846.9.1.needless-132",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5846 9.1",
    sentence = "132 answers an indication of an inter-MAG handover.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 132) and (r.v.revocation_trigger ~= nil and not ((r.v.revocation_trigger >= 2 and r.v.revocation_trigger <= 4))) end,
  },
  {
    id = "rfc5846/10/needless-135",
    filter = "pmip6.expert.rfc5846.10.needless-135",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5846 10",
    sentence = "135 answers an indication with P.",
    scope = "exchange",
    messages = { bri = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 135) and (r.v.flags ~= nil and bits(r.v.flags, 0x8000) ~= 32768) end,
  },
  {
    id = "rfc5847/3.1/sequence",
    filter = "pmip6.expert.rfc5847.3.1.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5847 3.1",
    sentence = "The sequence number is that of the request.",
    scope = "exchange",
    messages = { heartbeat = true },
    broken = function(m, r) return m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence end,
  },
  {
    id = "rfc6705/10.2/sequence",
    filter = "pmip6.expert.rfc6705.10.2.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "The sequence number is copied from the initiation.",
    scope = "exchange",
    messages = { lri = true },
    broken = function(m, r) return m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence end,
  },
  {
    id = "rfc6705/10.2/mobile-nodes",
    filter = "pmip6.expert.rfc6705.10.2.mobile-nodes",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "Status 0 comes with both mobile nodes of the initiation.",
    scope = "exchange",
    messages = { lri = true },
    about = "mn-id",
    broken = function(m, r) return (m.v.status == 0) and (not same_set((r.named["mn-id"] or NOTHING), "identifier", false, (m.named["mn-id"] or NOTHING), "identifier", false)) end,
  },
  {
    id = "rfc6705/10.2/prefixes",
    filter = "pmip6.expert.rfc6705.10.2.prefixes",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "Status 0 comes with the prefixes of the initiation.",
    scope = "exchange",
    messages = { lri = true },
    about = "hnp",
    broken = function(m, r) return (m.v.status == 0) and (not same_set((r.named.hnp or NOTHING), "home_network_prefix", true, (m.named.hnp or NOTHING), "home_network_prefix", true)) end,
  },
  {
    id = "rfc6705/10.2/order",
    filter = "pmip6.expert.rfc6705.10.2.order",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "Status 0 comes with the mobile nodes in the order of the initiation.",
    scope = "exchange",
    messages = { lri = true },
    about = "mn-id",
    broken = function(m, r) return (m.v.status == 0) and (values_of(m.named["mn-id"]).identifier ~= nil and values_of(r.named["mn-id"]).identifier ~= nil and values_of(m.named["mn-id"]).identifier ~= values_of(r.named["mn-id"]).identifier) end,
  },
  {
    id = "rfc6705/10.2/mobile-node-unasked",
    filter = "pmip6.expert.rfc6705.10.2.mobile-node-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "A mobile node named is one of the initiation.",
    scope = "exchange",
    messages = { lri = true },
    about = "mn-id",
    broken = function(m, r) return (m.v.status ~= nil and m.v.status ~= 0) and (culprits((m.named["mn-id"] or NOTHING), function(e, v) return v.identifier ~= nil and not among(v.identifier, (r.named["mn-id"] or NOTHING), "identifier", false) end)) end,
  },
  {
    id = "rfc6705/10.2/prefix-unasked",
    filter = "pmip6.expert.rfc6705.10.2.prefix-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "A prefix named is one of the initiation.",
    scope = "exchange",
    messages = { lri = true },
    about = "hnp",
    broken = function(m, r) return (m.v.status ~= nil and m.v.status ~= 0) and (culprits((m.named.hnp or NOTHING), function(e, v) return network(v, "home_network_prefix") ~= nil and not among(network(v, "home_network_prefix"), (r.named.hnp or NOTHING), "home_network_prefix", true) end)) end,
  },
  {
    id = "rfc6705/10.2/lifetime",
    filter = "pmip6.expert.rfc6705.10.2.lifetime",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "The lifetime is at most that of the initiation.",
    scope = "exchange",
    messages = { lri = true },
    steady = true,
    broken = function(m, r) return (m.v.status ~= nil and m.v.status < 128) and (m.v.lifetime ~= nil and r.v.lifetime ~= nil and m.v.lifetime > r.v.lifetime) end,
  },
  {
    id = "rfc6705/10.2/lifetime-zero",
    filter = "pmip6.expert.rfc6705.10.2.lifetime-zero",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6705 10.2",
    sentence = "Status 0 grants an initiation for a time some time.",
    scope = "exchange",
    messages = { lri = true },
    steady = true,
    broken = function(m, r) return ((m.v.status == 0) and (r.v.lifetime ~= nil and r.v.lifetime > 0)) and (m.v.lifetime ~= nil and m.v.lifetime <= 0) end,
  },
  {
    id = "rfc7077/6.2/sequence",
    filter = "pmip6.expert.rfc7077.6.2.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 6.2",
    sentence = "The sequence number is that of the notification.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    broken = function(m, r) return m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence end,
  },
  {
    id = "rfc7077/6.2/mn-id-copied",
    filter = "pmip6.expert.rfc7077.6.2.mn-id-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 6.2",
    sentence = "The mobile node identifier is copied from the notification.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    about = "mn-id",
    broken = function(m, r) return (((r.named["mn-id"] or NOTHING)[1] ~= nil) and ((m.named["mn-group-id"] or NOTHING)[1] == nil)) and ((values_of(m.named["mn-id"]).identifier ~= nil and values_of(r.named["mn-id"]).identifier ~= nil and values_of(m.named["mn-id"]).identifier ~= values_of(r.named["mn-id"]).identifier) or (values_of(m.named["mn-id"]).subtype ~= nil and values_of(r.named["mn-id"]).subtype ~= nil and values_of(m.named["mn-id"]).subtype ~= values_of(r.named["mn-id"]).subtype)) end,
  },
  {
    id = "rfc7077/6.2/group-copied",
    filter = "pmip6.expert.rfc7077.6.2.group-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 6.2",
    sentence = "The group identifier is copied from the notification.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "mn-group-id",
    broken = function(m, r) return (((r.named["mn-group-id"] or NOTHING)[1] ~= nil) and ((m.named["mn-id"] or NOTHING)[1] == nil)) and ((values_of(m.named["mn-group-id"]).group ~= nil and values_of(r.named["mn-group-id"]).group ~= nil and values_of(m.named["mn-group-id"]).group ~= values_of(r.named["mn-group-id"]).group) or (values_of(m.named["mn-group-id"]).subtype ~= nil and values_of(r.named["mn-group-id"]).subtype ~= nil and values_of(m.named["mn-group-id"]).subtype ~= values_of(r.named["mn-group-id"]).subtype)) end,
  },
  {
    id = "rfc7077/6.2/named-as-asked",
    filter = "pmip6.expert.rfc7077.6.2.named-as-asked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 6.2",
    sentence = "What is copied is what the notification has.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "mn-id",
    broken = function(m, r) return (((m.named["mn-id"] or NOTHING)[1] ~= nil) and ((r.named["mn-id"] or NOTHING)[1] == nil)) or (((m.named["mn-group-id"] or NOTHING)[1] ~= nil) and ((r.named["mn-group-id"] or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc7077/4.2/unasked",
    filter = "pmip6.expert.rfc7077.4.2.unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7077 4.2",
    sentence = "An acknowledgement answers a notification that asks for one.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m, r) return r.v.flags ~= nil and bits(r.v.flags, 0x8000) ~= 32768 end,
  },
  {
    id = "rfc7077/6.1/vendor-option-missed",
    filter = "pmip6.expert.rfc7077.6.1.vendor-option-missed",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 6.1",
    sentence = "A vendor's reason without a Vendor-Specific option is refused with 129.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m, r) return ((r.v.reason == 3) and ((r.named.vendor or NOTHING)[1] == nil)) and (m.v.status ~= nil and m.v.status ~= 129) end,
  },
  {
    id = "rfc7077/4.2/needless-129",
    filter = "pmip6.expert.rfc7077.4.2.needless-129",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7077 4.2",
    sentence = "129 answers a vendor's reason.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 129) and (r.v.reason ~= nil and r.v.reason ~= 3) end,
  },
  {
    id = "rfc7077/6.1/needless-128",
    filter = "pmip6.expert.rfc7077.6.1.needless-128",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7077 6.1",
    sentence = "128 answers a notification that has parameters to apply.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 128) and (r.v.reason ~= nil and (r.v.reason == 1 or r.v.reason == 4)) end,
  },
  {
    id = "rfc7222/4.5/needless-130",
    filter = "pmip6.expert.rfc7222.4.5.needless-130",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7222 4.5",
    sentence = "130 answers a notification with a Quality-of-Service option.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 130) and ((r.v.reason ~= nil and r.v.reason ~= 5) and ((r.named.qos or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc7864/4.3/hnp",
    filter = "pmip6.expert.rfc7864.4.3.hnp",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7864 4.3",
    sentence = "A flow mobility acknowledgement of status 0 names the mobile node, then prefixes.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    steady = true,
    about = "hnp",
    broken = function(m, r) return ((r.v.reason == 8) and (m.v.status == 0)) and (((m.named["mn-id"] or NOTHING)[1] == nil) or ((m.named.hnp or NOTHING)[1] == nil)) end,
  },
  {
    id = "rfc7864/4.3/hnp-unasked",
    filter = "pmip6.expert.rfc7864.4.3.hnp-unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7864 4.3",
    sentence = "The prefixes are those of the flow mobility notification.",
    scope = "exchange",
    messages = { ["update-notification"] = true },
    about = "hnp",
    broken = function(m, r) return ((r.v.reason == 8) and (m.v.status == 0)) and (culprits((m.named.hnp or NOTHING), function(e, v) return network(v, "home_network_prefix") ~= nil and not among(network(v, "home_network_prefix"), (r.named.hnp or NOTHING), "home_network_prefix", true) end)) end,
  },
  {
    id = "rfc7109/6.1.2/sequence",
    filter = "pmip6.expert.rfc7109.6.1.2.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.2",
    sentence = "The sequence number is copied from the indication.",
    scope = "exchange",
    messages = { fbi = true },
    broken = function(m, r) return m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence end,
  },
  {
    id = "rfc7109/6.1.2/fid-copied",
    filter = "pmip6.expert.rfc7109.6.1.2.fid-copied",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.2",
    sentence = "Each flow of the indication is in the acknowledgement.",
    scope = "exchange",
    messages = { fbi = true },
    steady = true,
    about = "fid",
    broken = function(m, r) return culprits((r.named.fid or NOTHING), function(e, v) return v.fid ~= nil and not among(v.fid, (m.named.fid or NOTHING), "fid", false) end, true) end,
  },
  {
    id = "rfc7109/6.1.2/fid-unasked",
    filter = "pmip6.expert.rfc7109.6.1.2.fid-unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.2",
    sentence = "A flow of the acknowledgement is one of the indication.",
    scope = "exchange",
    messages = { fbi = true },
    steady = true,
    about = "fid",
    broken = function(m, r) return culprits((m.named.fid or NOTHING), function(e, v) return v.fid ~= nil and not among(v.fid, (r.named.fid or NOTHING), "fid", false) end) end,
  },
  {
    id = "rfc7109/6.1.1/unasked",
    filter = "pmip6.expert.rfc7109.6.1.1.unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7109 6.1.1",
    sentence = "An acknowledgement answers an indication that asks for one.",
    scope = "exchange",
    messages = { fbi = true },
    steady = true,
    broken = function(m, r) return r.v.flags ~= nil and bits(r.v.flags, 0x80) ~= 128 end,
  },
  {
    id = "rfc7161/4.3.2.2/sequence",
    filter = "pmip6.expert.rfc7161.4.3.2.2.sequence",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.2.2",
    sentence = "The sequence number is copied from the query.",
    scope = "exchange",
    messages = { ["subscription-query"] = true },
    broken = function(m, r) return m.v.sequence ~= nil and r.v.sequence ~= nil and m.v.sequence ~= r.v.sequence end,
  },
  {
    id = "rfc7161/4.3.2.2/mn-id-copied",
    filter = "pmip6.expert.rfc7161.4.3.2.2.mn-id-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.2.2",
    sentence = "The mobile node is that of the query.",
    scope = "exchange",
    messages = { ["subscription-query"] = true },
    about = "mn-id",
    broken = function(m, r) return ((r.named["mn-id"] or NOTHING)[1] ~= nil) and ((values_of(m.named["mn-id"]).identifier ~= nil and values_of(r.named["mn-id"]).identifier ~= nil and values_of(m.named["mn-id"]).identifier ~= values_of(r.named["mn-id"]).identifier) or (values_of(m.named["mn-id"]).subtype ~= nil and values_of(r.named["mn-id"]).subtype ~= nil and values_of(m.named["mn-id"]).subtype ~= values_of(r.named["mn-id"]).subtype)) end,
  },
  {
    id = "rfc7161/4.3.2.2/hnp-unasked",
    filter = "pmip6.expert.rfc7161.4.3.2.2.hnp-unasked",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 7161 4.3.2.2",
    sentence = "A prefix of the response is one of the query.",
    scope = "exchange",
    messages = { ["subscription-query"] = true },
    about = "hnp",
    broken = function(m, r) return ((r.named.hnp or NOTHING)[1] ~= nil) and (culprits((m.named.hnp or NOTHING), function(e, v) return network(v, "home_network_prefix") ~= nil and not among(network(v, "home_network_prefix"), (r.named.hnp or NOTHING), "home_network_prefix", true) end)) end,
  },
  {
    id = "rfc6275/9.2/answered",
    filter = "pmip6.expert.rfc6275.9.2.answered",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 9.2",
    sentence = "A request with a wrong checksum or Payload Proto is discarded without an answer.",
  },
  {
    id = "rfc6275/6.1.7/answered",
    filter = "pmip6.expert.rfc6275.6.1.7.answered",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.7",
    sentence = "A request with a care-of address that is not routable is discarded without an answer.",
  },
  {
    id = "rfc6275/6.1.8/lifetime-in-seconds",
    filter = "pmip6.expert.rfc6275.6.1.8.lifetime-in-seconds",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6275 6.1.8",
    sentence = "The lifetime counts units of 4 s.",
  },
  {
    id = "mext/5.3.3/two-summaries",
    filter = "pmip6.expert.mext.5.3.3.two-summaries",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.3.3",
    sentence = "A request with several Flow Summary options is rejected.",
    dialect = "mext",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (#(r.named["flow-summary"] or NOTHING) > 1) and (m.v.status ~= nil and m.v.status < 128) end,
  },
  {
    id = "mext/5.3.5/fid-echo",
    filter = "pmip6.expert.mext.5.3.5.fid-echo",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.3.5",
    sentence = "Every FID option of an accepted request is answered.",
    dialect = "mext",
  },
  {
    id = "mext/5.2.5/flows-unsupported",
    filter = "pmip6.expert.mext.5.2.5.flows-unsupported",
    level = "warning",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.2.5",
    sentence = "A request for flows is answered flow by flow.",
    dialect = "mext",
  },
  {
    id = "mext/5.3.5/fid-changed",
    filter = "pmip6.expert.mext.5.3.5.fid-changed",
    level = "warning",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.3.5",
    sentence = "A FID option is copied from the request, FID-PRI, action and PRO included.",
    dialect = "mext",
  },
  {
    id = "mext/5.3.5/fid-suboptions",
    filter = "pmip6.expert.mext.5.3.5.fid-suboptions",
    level = "warning",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.3.5",
    sentence = "A FID option is copied from the request with its sub-options.",
    dialect = "mext",
  },
  {
    id = "mext/5.3.2/fid-twice-accepted",
    filter = "pmip6.expert.mext.5.3.2.fid-twice-accepted",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.3.2",
    sentence = "A FID that stands twice in a request is refused, and all others with it.",
    dialect = "mext",
  },
  {
    id = "mext/4.2/status-fits",
    filter = "pmip6.expert.mext.4.2.status-fits",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 4.2",
    sentence = "The status of a FID option fits what was asked.",
    dialect = "mext",
  },
  {
    id = "rfc6089/5.3.5/fid-echo",
    filter = "pmip6.expert.rfc6089.5.3.5.fid-echo",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6089 5.3.5",
    sentence = "Every FID option of an accepted request is answered.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/5.3.5/flows-unsupported",
    filter = "pmip6.expert.rfc6089.5.3.5.flows-unsupported",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 6089 5.3.5",
    sentence = "A request for flows is answered flow by flow.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/5.3.5/fid-changed",
    filter = "pmip6.expert.rfc6089.5.3.5.fid-changed",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 5.3.5",
    sentence = "A FID option is copied from the request, FID-PRI, action and PRO included.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/5.3.5/fid-suboptions",
    filter = "pmip6.expert.rfc6089.5.3.5.fid-suboptions",
    level = "note",
    group = "PROTOCOL",
    clause = "RFC 6089 5.3.5",
    sentence = "A FID option is copied from the request with its sub-options.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/5.3.2/fid-twice-accepted",
    filter = "pmip6.expert.rfc6089.5.3.2.fid-twice-accepted",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 5.3.2",
    sentence = "A FID that stands twice in a request is refused, and all others with it.",
    dialect = "rfc6089",
  },
  {
    id = "rfc6089/4.2/status-fits",
    filter = "pmip6.expert.rfc6089.4.2.status-fits",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 6089 4.2",
    sentence = "The status of a FID option fits what was asked.",
    dialect = "rfc6089",
  },
  {
    id = "mext/5.3.2.1/no-selector",
    filter = "pmip6.expert.mext.5.3.2.1.no-selector",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-ietf-mext-flow-binding-02 5.3.2.1",
    sentence = "A new flow without description is refused with 129, or with 135 where its FID is in use.",
    dialect = "mext",
  },
  {
    id = "muho/4.2/pro",
    filter = "pmip6.expert.muho.4.2.pro",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.2",
    sentence = "A FID that the LMA re-instantiated has PRO=2, or the status agreed on.",
    dialect = "mext",
  },
  {
    id = "muho/4.2/fid-unasked",
    filter = "pmip6.expert.muho.4.2.fid-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "draft-melia-netext-muho-solution-00 4.2",
    sentence = "A FID that nobody asked for is not refused.",
    dialect = "mext",
  },
  {
    id = "rfc8278/4.4/option-unasked",
    filter = "pmip6.expert.rfc8278.4.4.option-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.4",
    sentence = "A MAG Multipath-Binding option answers one of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "mag-multipath",
    broken = function(m, r) return ((m.named["mag-multipath"] or NOTHING)[1] ~= nil) and ((r.named["mag-multipath"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc8278/4.1/bid-copied",
    filter = "pmip6.expert.rfc8278.4.1.bid-copied",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "The answer speaks of the binding of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "mag-multipath",
    broken = function(m, r) return values_of(m.named["mag-multipath"]).bid ~= nil and values_of(r.named["mag-multipath"]).bid ~= nil and values_of(m.named["mag-multipath"]).bid ~= values_of(r.named["mag-multipath"]).bid end,
  },
  {
    id = "rfc8278/4.1/interface-copied",
    filter = "pmip6.expert.rfc8278.4.1.interface-copied",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 8278 4.1",
    sentence = "The answer has the interface label and access technology of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "mag-multipath",
    broken = function(m, r) return (values_of(m.named["mag-multipath"]).if_label ~= nil and values_of(r.named["mag-multipath"]).if_label ~= nil and values_of(m.named["mag-multipath"]).if_label ~= values_of(r.named["mag-multipath"]).if_label) or (values_of(m.named["mag-multipath"]).if_att ~= nil and values_of(r.named["mag-multipath"]).if_att ~= nil and values_of(m.named["mag-multipath"]).if_att ~= values_of(r.named["mag-multipath"]).if_att) end,
  },
  {
    id = "rfc8278/4.4/refusal-echo",
    filter = "pmip6.expert.rfc8278.4.4.refusal-echo",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.4",
    sentence = "A refusal of several paths (180) repeats the option asked for.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "mag-multipath",
    broken = function(m, r) return ((m.v.status == 180) and ((r.named["mag-multipath"] or NOTHING)[1] ~= nil)) and (((m.named["mag-multipath"] or NOTHING)[1] == nil) or (values_of(m.named["mag-multipath"]).if_att ~= nil and values_of(r.named["mag-multipath"]).if_att ~= nil and values_of(m.named["mag-multipath"]).if_att ~= values_of(r.named["mag-multipath"]).if_att) or (values_of(m.named["mag-multipath"]).if_label ~= nil and values_of(r.named["mag-multipath"]).if_label ~= nil and values_of(m.named["mag-multipath"]).if_label ~= values_of(r.named["mag-multipath"]).if_label) or (values_of(m.named["mag-multipath"]).bid ~= nil and values_of(r.named["mag-multipath"]).bid ~= nil and values_of(m.named["mag-multipath"]).bid ~= values_of(r.named["mag-multipath"]).bid) or (values_of(m.named["mag-multipath"]).b ~= nil and values_of(r.named["mag-multipath"]).b ~= nil and values_of(m.named["mag-multipath"]).b ~= values_of(r.named["mag-multipath"]).b) or (values_of(m.named["mag-multipath"]).o ~= nil and values_of(r.named["mag-multipath"]).o ~= nil and values_of(m.named["mag-multipath"]).o ~= values_of(r.named["mag-multipath"]).o)) end,
  },
  {
    id = "rfc8278/4.3/status-without-option",
    filter = "pmip6.expert.rfc8278.4.3.status-without-option",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 8278 4.3",
    sentence = "180 answers a request with a MAG Multipath-Binding option.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 180) and ((r.named["mag-multipath"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5844/3.2.3.1/one-request",
    filter = "pmip6.expert.rfc5844.3.2.3.1.one-request",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.2.3.1",
    sentence = "At most one IPv4 home address is asked for.",
    messages = { pbu = true },
    on = "ipv4-hoa-request",
    steady = true,
    about = "ipv4-hoa-request",
    broken = function(m) return #(m.named["ipv4-hoa-request"] or NOTHING) > 1 end,
  },
  {
    id = "rfc5844/3.2.3.1/any-length",
    filter = "pmip6.expert.rfc5844.3.2.3.1.any-length",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.2.3.1",
    sentence = "The prefix length is 0 where any IPv4 home address will do.",
    messages = { pbu = true },
    on = "ipv4-hoa-request",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-request",
    broken = function(m, e, v) return (v.ipv4_home_address == "\000\000\000\000") and (v.prefix_length ~= nil and v.prefix_length ~= 0) end,
  },
  {
    id = "rfc5844/3.2.3.1/named-length",
    filter = "pmip6.expert.rfc5844.3.2.3.1.named-length",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5844 3.2.3.1",
    sentence = "A named IPv4 home address has the prefix length of its network.",
    messages = { pbu = true },
    on = "ipv4-hoa-request",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-request",
    broken = function(m, e, v) return (v.ipv4_home_address ~= nil and v.ipv4_home_address ~= "\000\000\000\000") and (v.prefix_length ~= nil and v.prefix_length <= 0) end,
  },
  {
    id = "rfc5844/3.1.2.6/status-accepted",
    filter = "pmip6.expert.rfc5844.3.1.2.6.status-accepted",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "An accepting answer gives the IPv4 home address (0).",
    messages = { pba = true },
    on = "ipv4-hoa-reply",
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m) return (m.v.status ~= nil and m.v.status < 128) and (culprits((m.named["ipv4-hoa-reply"] or NOTHING), function(e, v) return v.status ~= nil and v.status ~= 0 end)) end,
  },
  {
    id = "rfc5844/3.1.2.6/status-rejected",
    filter = "pmip6.expert.rfc5844.3.1.2.6.status-rejected",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "A rejecting answer gives no IPv4 home address.",
    messages = { pba = true },
    on = "ipv4-hoa-reply",
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m) return (m.v.status ~= nil and m.v.status >= 128) and (culprits((m.named["ipv4-hoa-reply"] or NOTHING), function(e, v) return v.status ~= nil and v.status < 128 end)) end,
  },
  {
    id = "rfc5844/3.1.2.6/address-given",
    filter = "pmip6.expert.rfc5844.3.1.2.6.address-given",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "The IPv4 home address given is not 0.0.0.0.",
    messages = { pba = true },
    on = "ipv4-hoa-reply",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, e, v) return (v.status ~= nil and v.status < 128) and (v.ipv4_home_address == "\000\000\000\000") end,
  },
  {
    id = "rfc5844/3.1.2.6/length-given",
    filter = "pmip6.expert.rfc5844.3.1.2.6.length-given",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "The IPv4 home address given has a prefix length.",
    messages = { pba = true },
    on = "ipv4-hoa-reply",
    each = true,
    alone = true,
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, e, v) return (v.status ~= nil and v.status < 128) and (v.prefix_length ~= nil and v.prefix_length <= 0) end,
  },
  {
    id = "rfc5844/3.1.2.6/one-reply",
    filter = "pmip6.expert.rfc5844.3.1.2.6.one-reply",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "At most one IPv4 home address is given.",
    messages = { pba = true },
    on = "ipv4-hoa-reply",
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m) return (m.v.status ~= nil and m.v.status < 128) and (#(m.named["ipv4-hoa-reply"] or NOTHING) > 1) end,
  },
  {
    id = "rfc5844/3.1.2.6/router-missing",
    filter = "pmip6.expert.rfc5844.3.1.2.6.router-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "With an IPv4 home address comes its default router.",
    messages = { pba = true },
    on = "ipv4-hoa-reply",
    steady = true,
    about = "ipv4-default-router",
    broken = function(m) return ((m.v.status == 0) and ((m.named["ipv4-hoa-reply"] or NOTHING)[1] ~= nil)) and ((m.named["ipv4-default-router"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5844/3.1.2.6/router-rejected",
    filter = "pmip6.expert.rfc5844.3.1.2.6.router-rejected",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "A rejecting answer names no IPv4 default router.",
    messages = { pba = true },
    on = "ipv4-default-router",
    steady = true,
    about = "ipv4-default-router",
    broken = function(m) return (m.v.status ~= nil and m.v.status >= 128) and ((m.named["ipv4-default-router"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5844/3.1.2.6/router-alone",
    filter = "pmip6.expert.rfc5844.3.1.2.6.router-alone",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "An IPv4 default router is that of an IPv4 home address.",
    messages = { pba = true },
    on = "ipv4-default-router",
    steady = true,
    about = "ipv4-default-router",
    broken = function(m) return (m.named["ipv4-hoa-reply"] or NOTHING)[1] == nil end,
  },
  {
    id = "rfc5844/3.3.3/router-zero",
    filter = "pmip6.expert.rfc5844.3.3.3.router-zero",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.3",
    sentence = "The IPv4 default router is not 0.0.0.0.",
    messages = { pba = true },
    on = "ipv4-default-router",
    steady = true,
    about = "ipv4-default-router",
    broken = function(m) return values_of(m.named["ipv4-default-router"]).ipv4_default_router_address == "\000\000\000\000" end,
  },
  {
    id = "rfc5844/3.3.4/dhcp-alone",
    filter = "pmip6.expert.rfc5844.3.3.4.dhcp-alone",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5844 3.3.4",
    sentence = "The DHCP support mode is said of an IPv4 home address.",
    messages = { pba = true },
    on = "ipv4-dhcp-mode",
    steady = true,
    about = "ipv4-dhcp-mode",
    broken = function(m) return (m.v.status ~= nil and m.v.status >= 128) or ((m.named["ipv4-hoa-reply"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5845/4.2/deregistration",
    filter = "pmip6.expert.rfc5845.4.2.deregistration",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5845 4.2",
    sentence = "A de-registration has no GRE Key option.",
    messages = { pbu = true },
    on = "gre-key",
    steady = true,
    about = "gre-key",
    broken = function(m) return (m.v.lifetime == 0) and ((m.named["gre-key"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5845/5.2/not-required",
    filter = "pmip6.expert.rfc5845.5.2.not-required",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 5.2",
    sentence = "With GRE_KEY_OPTION_NOT_REQUIRED comes no GRE Key option.",
    messages = { pba = true },
    on = "gre-key",
    steady = true,
    about = "gre-key",
    broken = function(m) return (m.v.status == 2) and ((m.named["gre-key"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5845/6.4/tlv-not-supported",
    filter = "pmip6.expert.rfc5845.6.4.tlv-not-supported",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 6.4",
    sentence = "Status 3 agrees on GRE (the option is there) and not on the TLV header (T flag clear).",
    messages = { pba = true },
    steady = true,
    broken = function(m) return (m.v.status == 3) and (((m.named["gre-key"] or NOTHING)[1] == nil) or (m.v.flags ~= nil and bits(m.v.flags, 0x10) ~= 0)) end,
  },
  {
    id = "rfc5844/3.1.2.6/reply-missing",
    filter = "pmip6.expert.rfc5844.3.1.2.6.reply-missing",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "An IPv4 Home Address Request is answered by an IPv4 Home Address Reply.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, r) return (((r.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil) and ((r.v.lifetime ~= nil and r.v.lifetime ~= 0) or (values_of(r.named["ipv4-hoa-request"]).ipv4_home_address ~= nil and values_of(r.named["ipv4-hoa-request"]).ipv4_home_address ~= "\000\000\000\000"))) and ((m.named["ipv4-hoa-reply"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5844/3.1.2.6/reply-rejecting",
    filter = "pmip6.expert.rfc5844.3.1.2.6.reply-rejecting",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "A rejection for IPv4 has the IPv4 Home Address Reply that says so.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, r) return ((m.v.status ~= nil and ((m.v.status >= 170 and m.v.status <= 171) or m.v.status == 173)) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil)) and ((m.named["ipv4-hoa-reply"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5844/3.1.2.6/reply-unasked",
    filter = "pmip6.expert.rfc5844.3.1.2.6.reply-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "An IPv4 Home Address Reply answers an IPv4 Home Address Request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, r) return ((m.named["ipv4-hoa-reply"] or NOTHING)[1] ~= nil) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5844/3.1.2.2/address-named",
    filter = "pmip6.expert.rfc5844.3.1.2.2.address-named",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.2",
    sentence = "The IPv4 home address given is the one asked for by value.",
    scope = "exchange",
    messages = { pbu = true },
    about = "ipv4-hoa-reply",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and (values_of(m.named["ipv4-hoa-reply"]).status ~= nil and values_of(m.named["ipv4-hoa-reply"]).status < 128) and (values_of(r.named["ipv4-hoa-request"]).ipv4_home_address ~= nil and values_of(r.named["ipv4-hoa-request"]).ipv4_home_address ~= "\000\000\000\000")) and (values_of(m.named["ipv4-hoa-reply"]).ipv4_home_address ~= nil and values_of(r.named["ipv4-hoa-request"]).ipv4_home_address ~= nil and values_of(m.named["ipv4-hoa-reply"]).ipv4_home_address ~= values_of(r.named["ipv4-hoa-request"]).ipv4_home_address) end,
  },
  {
    id = "rfc5844/3.1.2.6/request-repeated",
    filter = "pmip6.expert.rfc5844.3.1.2.6.request-repeated",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "A rejecting answer repeats the IPv4 home address and the prefix length of the request.",
    scope = "exchange",
    messages = { pbu = true },
    about = "ipv4-hoa-reply",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status >= 128) and (#(r.named["ipv4-hoa-request"] or NOTHING) == 1) and ((m.named["ipv4-hoa-reply"] or NOTHING)[1] ~= nil)) and ((values_of(m.named["ipv4-hoa-reply"]).ipv4_home_address ~= nil and values_of(r.named["ipv4-hoa-request"]).ipv4_home_address ~= nil and values_of(m.named["ipv4-hoa-reply"]).ipv4_home_address ~= values_of(r.named["ipv4-hoa-request"]).ipv4_home_address) or (values_of(m.named["ipv4-hoa-reply"]).prefix_length ~= nil and values_of(r.named["ipv4-hoa-request"]).prefix_length ~= nil and values_of(m.named["ipv4-hoa-reply"]).prefix_length ~= values_of(r.named["ipv4-hoa-request"]).prefix_length)) end,
  },
  {
    id = "rfc5844/3.1.2.6/replies",
    filter = "pmip6.expert.rfc5844.3.1.2.6.replies",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "A rejecting answer has a reply for each IPv4 home address asked.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status >= 128) and ((m.named["ipv4-hoa-reply"] or NOTHING)[1] ~= nil)) and (#(m.named["ipv4-hoa-reply"] or NOTHING) ~= #(r.named["ipv4-hoa-request"] or NOTHING)) end,
  },
  {
    id = "rfc5844/3.1.2.2/status-129",
    filter = "pmip6.expert.rfc5844.3.1.2.2.status-129",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.2",
    sentence = "171 comes with status 129 in the IPv4 Home Address Reply.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, r) return (m.v.status == 171) and (values_of(m.named["ipv4-hoa-reply"]).status ~= nil and values_of(m.named["ipv4-hoa-reply"]).status ~= 129) end,
  },
  {
    id = "rfc5844/3.1.2.2/status-128",
    filter = "pmip6.expert.rfc5844.3.1.2.2.status-128",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.2",
    sentence = "130 for want of IPv4 home addresses comes with status 128 in the IPv4 Home Address Reply.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "ipv4-hoa-reply",
    broken = function(m, r) return ((m.v.status == 130) and (values_of(r.named["ipv4-hoa-request"]).ipv4_home_address == "\000\000\000\000")) and (values_of(m.named["ipv4-hoa-reply"]).status ~= nil and values_of(m.named["ipv4-hoa-reply"]).status ~= 128) end,
  },
  {
    id = "rfc5844/3.1.2.6/hnp-unasked",
    filter = "pmip6.expert.rfc5844.3.1.2.6.hnp-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.6",
    sentence = "An answer to a request for IPv4 alone has no prefix.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "hnp",
    broken = function(m, r) return (((r.named.hnp or NOTHING)[1] == nil) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil) and ((m.named["ipv4-hoa-reply"] or NOTHING)[1] ~= nil)) and ((m.named.hnp or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5844/3.1.2.1/several",
    filter = "pmip6.expert.rfc5844.3.1.2.1.several",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.1",
    sentence = "A request for several IPv4 home addresses is rejected with 173.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return ((#(r.named["ipv4-hoa-request"] or NOTHING) > 1) and (((m.named["ipv4-hoa-reply"] or NOTHING)[1] ~= nil) or (m.v.status ~= nil and m.v.status >= 170))) and (m.v.status ~= nil and not (m.v.status == 135 or (m.v.status >= 152 and m.v.status <= 154) or (m.v.status >= 156 and m.v.status <= 157) or (m.v.status >= 160 and m.v.status <= 162) or m.v.status == 170 or (m.v.status >= 172 and m.v.status <= 173))) end,
  },
  {
    id = "rfc5844/3.1.2.1/needless-158",
    filter = "pmip6.expert.rfc5844.3.1.2.1.needless-158",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.1",
    sentence = "158 answers a request with neither a prefix nor an IPv4 home address.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return ((m.v.status == 158) and ((m.named["ipv4-hoa-reply"] or NOTHING)[1] ~= nil)) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5844/3.1.2.1/needless-170",
    filter = "pmip6.expert.rfc5844.3.1.2.1.needless-170",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.1",
    sentence = "170 and 171 answer a request for an IPv4 home address.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status ~= nil and ((m.v.status >= 170 and m.v.status <= 171))) and ((r.named["ipv4-hoa-request"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5844/3.1.2.2/needless-171",
    filter = "pmip6.expert.rfc5844.3.1.2.2.needless-171",
    level = "warning",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.2",
    sentence = "171 answers a request for an IPv4 home address by value.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 171) and (values_of(r.named["ipv4-hoa-request"]).ipv4_home_address == "\000\000\000\000") end,
  },
  {
    id = "rfc5844/3.1.2.1/needless-172",
    filter = "pmip6.expert.rfc5844.3.1.2.1.needless-172",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.1",
    sentence = "172 answers a request for a prefix.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 172) and ((r.named.hnp or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5844/3.1.2.1/needless-173",
    filter = "pmip6.expert.rfc5844.3.1.2.1.needless-173",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5844 3.1.2.1",
    sentence = "173 answers a request for several IPv4 home addresses.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 173) and (#(r.named["ipv4-hoa-request"] or NOTHING) <= 1) end,
  },
  {
    id = "rfc5845/3.3.2/option-unasked",
    filter = "pmip6.expert.rfc5845.3.3.2.option-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 3.3.2",
    sentence = "A GRE Key option answers one of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "gre-key",
    broken = function(m, r) return ((m.named["gre-key"] or NOTHING)[1] ~= nil) and ((r.named["gre-key"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5845/3.3.1/key-missing",
    filter = "pmip6.expert.rfc5845.3.3.1.key-missing",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 3.3.1",
    sentence = "A key for the downlink is answered by one for the uplink.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "gre-key",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and (values_of(r.named["gre-key"]).gre_key ~= nil and #values_of(r.named["gre-key"]).gre_key > 0)) and (values_of(m.named["gre-key"]).gre_key ~= nil and #values_of(m.named["gre-key"]).gre_key <= 0) end,
  },
  {
    id = "rfc5845/3.2/key-unasked",
    filter = "pmip6.expert.rfc5845.3.2.key-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 3.2",
    sentence = "GRE encapsulation without keys is answered without a key.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    about = "gre-key",
    broken = function(m, r) return ((m.v.status ~= nil and m.v.status < 128) and (values_of(r.named["gre-key"]).gre_key ~= nil and #values_of(r.named["gre-key"]).gre_key == 0)) and (values_of(m.named["gre-key"]).gre_key ~= nil and #values_of(m.named["gre-key"]).gre_key ~= 0) end,
  },
  {
    id = "rfc5845/6.4/needless-2",
    filter = "pmip6.expert.rfc5845.6.4.needless-2",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 6.4",
    sentence = "GRE_KEY_OPTION_NOT_REQUIRED answers a GRE Key option.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 2) and ((r.named["gre-key"] or NOTHING)[1] == nil) end,
  },
  {
    id = "rfc5845/6.4/needless-3",
    filter = "pmip6.expert.rfc5845.6.4.needless-3",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 6.4",
    sentence = "Status 3 answers a GRE Key option and the T flag.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 3) and (((r.named["gre-key"] or NOTHING)[1] == nil) or (r.v.flags ~= nil and bits(r.v.flags, 0x80) ~= 128)) end,
  },
  {
    id = "rfc5845/5.2/needless-163",
    filter = "pmip6.expert.rfc5845.5.2.needless-163",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 5.2",
    sentence = "GRE_KEY_OPTION_REQUIRED answers a request without the option.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.status == 163) and ((r.named["gre-key"] or NOTHING)[1] ~= nil) end,
  },
  {
    id = "rfc5845/7.2/t-flag-unasked",
    filter = "pmip6.expert.rfc5845.7.2.t-flag-unasked",
    level = "error",
    group = "PROTOCOL",
    clause = "RFC 5845 7.2",
    sentence = "The T flag of an answer answers that of the request.",
    scope = "exchange",
    messages = { pbu = true },
    steady = true,
    broken = function(m, r) return (m.v.flags ~= nil and bits(m.v.flags, 0x10) == 16) and (r.v.flags ~= nil and bits(r.v.flags, 0x80) ~= 128) end,
  },
}

-- ---------------------------------------------------------------------------------------------------- source

-- Lua that is written and loaded when it is first wanted: the fields of an option are known then, so what reads and
-- shows them need not look each of them up again. reading.lua and drawing.lua write it.

local Source = {}
Source.__index = Source

local function new_source() return setmetatable({ lines = {}, values = {}, names = {} }, Source) end

local function quoted(text) return string.format("%q", text) end

function Source:line(text, ...) self.lines[#self.lines + 1] = string.format(text, ...) end

-- The name under which the text knows a value of ours that no literal can say.
function Source:given(value)
  local name = self.names[value]
  if name == nil then
    self.values[#self.values + 1] = value
    name = "g" .. #self.values
    self.names[value] = name
  end
  return name
end

-- The function with these arguments that the lines are the body of.
function Source:load(arguments, title)
  local names = {}
  for i = 1, #self.values do names[i] = "g" .. i end
  local head = names[1] and "local " .. table.concat(names, ", ") .. " = ...\n" or ""
  local text = head .. "return function(" .. arguments .. ")\n" .. table.concat(self.lines, "\n") .. "\nend"
  return assert(load(text, "=" .. title, "t"))(table.unpack(self.values))
end

-- A function of one argument whose values are remembered, up to 10,000 of them: few come often.
local function remembering(make)
  local known, count = {}, 0
  return function(argument)
    local value = known[argument]
    if value == nil then
      value = make(argument)
      if count >= 10000 then known, count = {}, 0 end
      known[argument], count = value, count + 1
    end
    return value
  end
end

-- ---------------------------------------------------------------------------------------------------- reading

-- What reads the fields of an entry: Lua of one function for each list of fields, made when the first such entry comes.
-- Fields of a size that is known before are read together. Kinds that are not are written here too, or stand in
-- `read` (reader.lua).

local byte, sub = string.byte, string.sub

local function uint(s, at, octets)
  local a, b, c, d = byte(s, at, at + octets - 1)
  if octets == 1 then return a end
  if octets == 2 then return a * 256 + b end
  if octets == 3 then return (a * 256 + b) * 256 + c end
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local read = {} -- kind -> function(field, m, element, s, at, stop) that gives the position behind, or nil
local readers = {} -- list of fields -> function(m, element, s, at, stop) that gives the position behind, or nil

do
  local NUMBER = { uint = true, flags = true, bits = true, signed = true }
  local OCTETS = { address = true, octets = true, text = true }

  -- The octets of a field, where they are always as many.
  local function size_of(field)
    if NUMBER[field.kind] or OCTETS[field.kind] then return field.octets end
    return field.kind == "prefix" and 17 or field.kind == "time48" and 8 or nil
  end

  -- The number in octets k to k + count - 1 of a run, each of which is a local.
  local function number_text(stem, k, count)
    local text = stem .. k
    for i = k + 1, k + count - 1 do
      text = (i > k + 1 and "(" .. text .. ")" or text) .. " * 256 + " .. stem .. i
    end
    return text
  end

  local function part_text(source, part, whole, size)
    local text = whole
    if part.weight > 1 then text = source:given(math.floor) .. "(" .. whole .. " / " .. part.weight .. ")" end
    if part.weight * part.count < 256 ^ size then text = text .. " % " .. part.count end
    return text
  end

  -- Fields of known size from k octets behind `at`: the values that they give, as name and text.
  local function values_of_run(source, fields, first, last, stem)
    local values, k = {}, 0
    local s, start, numbers = source:given(sub), nil, {}
    local function flush(behind)
      if start == nil then return end
      source:line("local %s = %s(s, at + %d, at + %d)", table.concat(numbers, ", "), source:given(byte), start, behind - 1)
      start, numbers = nil, {}
    end
    for i = first, last do
      local field = fields[i]
      local name, size = quoted(field.name or ""), size_of(field) -- those that share octets have names of their own
      local behind = k + size
      if NUMBER[field.kind] then
        start = start or k
        for j = k, behind - 1 do numbers[#numbers + 1] = stem .. j end
        local whole = number_text(stem, k, size)
        if field.kind == "bits" then
          local all = size > 1 and "(" .. whole .. ")" or whole
          for _, part in ipairs(field.parts) do
            values[#values + 1] = { quoted(part.name), part_text(source, part, all, size) }
          end
        elseif field.kind == "signed" then
          values[#values + 1] = { name, string.format("(%s + %d) %% %d - %d", whole, 2 ^ (8 * size - 1), 2 ^ (8 * size), 2 ^ (8 * size - 1)) }
        else
          values[#values + 1] = { name, whole }
        end
      else
        flush(k)
        if field.kind == "prefix" then
          values[#values + 1] = { quoted(field.length_key), source:given(byte) .. "(s, at + " .. k .. ")" }
          values[#values + 1] = { quoted(field.address_key), string.format("%s(s, at + %d, at + %d)", s, k + 1, behind - 1) }
        else -- a number of Lua would round a timestamp: it stays octets
          values[#values + 1] = { name, string.format("%s(s, at + %d, at + %d)", s, k, behind - 1) }
        end
      end
      k = behind
    end
    flush(k)
    return values
  end

  local write = {} -- kinds whose size is not known before

  function write.rest(source, field)
    if field.minimum then source:line("if stop - at < %d then return nil end", field.minimum) end
    source:line("v[%s] = %s(s, at, stop - 1)", quoted(field.name), source:given(sub))
    source:line("at = stop")
  end

  function write.flagged(source, field)
    local number, octets = source:given(uint), source:given(sub)
    source:line("if at + 4 > stop then return nil end")
    source:line("local word = %s(s, at, 4)", number)
    source:line("v[%s] = %s(word, %d)", quoted(field.name), source:given(bits), field.reserved_mask)
    source:line("at = at + 4")
    for _, part in ipairs(field.parts) do
      local take = part.kind == "address" and string.format("%s(s, at, at + %d)", octets, part.octets - 1)
        or string.format("%s(s, at, %d)", number, part.octets)
      source:line("if word %% %d >= %d then", 2 * part.flag, part.flag)
      source:line("  if at + %d > stop then return nil end", part.octets)
      source:line("  v[%s] = %s", quoted(part.name), take)
      source:line("  at = at + %d", part.octets)
      source:line("end")
    end
  end

  local function write_reader(fields)
    local source, begun, i = new_source(), false, 1
    while i <= #fields do
      local last, size = i - 1, 0
      while last < #fields and size_of(fields[last + 1]) do
        last = last + 1
        size = size + size_of(fields[last])
      end
      if last >= i then
        source:line("if at + %d > stop then return nil end", size)
        local values = values_of_run(source, fields, i, last, "b" .. i .. "_")
        if not begun then
          source:line("local v = {")
          for _, value in ipairs(values) do source:line("[%s] = %s,", value[1], value[2]) end
          source:line("}")
          source:line("element.v = v")
        else
          for _, value in ipairs(values) do source:line("v[%s] = %s", value[1], value[2]) end
        end
        source:line("at = at + %d", size)
        i = last + 1
      else
        if not begun then source:line("local v = {} element.v = v") end
        local field = fields[i]
        if write[field.kind] then
          write[field.kind](source, field)
        else
          source:line("at = %s(%s, m, element, s, at, stop)", source:given(read[field.kind]), source:given(field))
          source:line("if at == nil then return nil end")
        end
        i = i + 1
      end
      begun = true
    end
    if not begun then source:line("element.v = {}") end
    source:line("return at")
    local reader = source:load("m, element, s, at, stop", "reader")
    readers[fields] = reader
    return reader
  end

  -- Read fields from position `at` up to before `stop` into element.v; the position behind them, or nil when octets are
  -- missing.
  function read.fields(fields, m, element, s, at, stop)
    return (readers[fields] or write_reader(fields))(m, element, s, at, stop)
  end
end

local read_fields = read.fields

-- ---------------------------------------------------------------------------------------------------- reader

-- From octets to elements, as the codec does it: every option is cut to its own length before it is looked into,
-- and what is left over or missing is a finding on that option. Nothing here touches Wireshark.
--
-- An element (option or sub-option) has: type, length (its octet), offset (from the start of the Mobility Header),
-- at and stop (positions in the string, stop behind its end), entry (its description, nil when unknown or misfit),
-- v (values by field), subs (sub-options), parts (those, and records, by name), trailing (position of what its format
-- leaves over), other (the reading that it follows where that is not the one taken: otherwise.lua), label (what its
-- line says, once it was drawn).

local NO_PARTS = {}

local option_of = {} -- type -> description, under the code points in force
local suboption_of = {} -- space -> number -> { [format or 0] = description }
local suboption_names = {} -- space -> number -> name
local units_type -- the option whose length counts units of 8 octets
local forms_of = {} -- space -> number -> other forms of its sub-options (other fields), where texts contradict
local lengths_of, numbers_of = {}, {} -- type -> other readings of its options: of their length, of their number
local ambiguous = {} -- the types of both
local spans = {} -- type -> unit and more, where the length of an option does not just count its octets
local number_others, read_otherwise, plausible -- stand in otherwise.lua
local forget_elements -- stands below

-- How the length of an option counts: so many octets each, and so many besides, behind type and length.
local function span_of(kind)
  local known = option_of[kind]
  if kind == units_type then return 8, -2 end
  if known and known.words then return 4, 2 end
  return 1, 0
end

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
      if entry.when then numbers[number].by_format, numbers[number].chooser = true, entry.when_at end
    end
    forms_of[key] = {}
    for _, form in ipairs(space.forms) do
      local list = forms_of[key][form.number] or {}
      list[#list + 1] = form
      forms_of[key][form.number] = list
    end
    suboption_of[key], suboption_names[key] = numbers, names
  end
  spans = {}
  for number in pairs(option_of) do
    local unit, more = span_of(number)
    if unit ~= 1 or more ~= 0 then spans[number] = { unit = unit, more = more } end
  end
  number_others()
  forget_elements()
end

local function found(m, id, element, text)
  m.findings[#m.findings + 1] = { id = id, element = element, text = text }
end

function read.sized(field, m, element, s, at, stop)
  local behind = at + field.unit * element.v[field.count]
  if behind > stop then return nil end
  element.v[field.name] = sub(s, at, behind - 1)
  return behind
end

function read.addresses(field, m, element, s, at, stop)
  local behind = at + field.octets * element.v[field.count]
  if behind > stop then return nil end
  local list = {}
  while at < behind do
    list[#list + 1] = sub(s, at, at + field.octets - 1)
    at = at + field.octets
  end
  element.v[field.name] = list
  return behind
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
  while at + field.octets <= stop and (field.maximum == nil or #list < field.maximum) do
    list[#list + 1] = uint(s, at, field.octets)
    at = at + field.octets
  end
  element.v[field.name] = list
  return at
end

-- Records inside an element: each is an element too, and stands among its parts under the name of the field. Octets
-- that no text describes stand in `undecoded`; then there is no value.
function read.records(field, m, element, s, at, stop)
  local name, list = field.name, {}
  local count = field.count and element.v[field.count]
  if element.parts == NO_PARTS then element.parts = {} end
  if not field.single and (count == 0 or count == nil and at == stop) then
    element.v[name], element.parts[name] = list, list
    return at
  end
  if field.by_at and at + field.by_at >= stop then return nil end
  local by = field.by_at and byte(s, at + field.by_at) or field.by and element.v[field.by] or 0
  local record = field.records[field.of[by]]
  if record == nil then
    element.undecoded = element.undecoded or {}
    element.undecoded[name] = sub(s, at, stop - 1)
    return stop
  end
  local most = field.single and 1 or count
  while most and #list < most or not most and at < stop do
    local one = { type = element.type, at = at, offset = at - 1, parts = NO_PARTS, record = record, label = false }
    local behind = read_fields(record.fields, m, one, s, at, stop)
    if behind == nil then
      if most then return nil end
      break
    end
    one.stop = behind
    list[#list + 1] = one
    at = behind
  end
  element.parts[name] = list
  element.v[name] = field.single and list[1].v or list
  return at
end

-- The ends of ranges, by entry: none stands without its start.
for _, space in pairs(description.spaces) do
  for _, list in ipairs({ space.entries, space.forms }) do
    for _, entry in ipairs(list) do
      entry.ends = {}
      for _, part in ipairs(entry.start_rule and entry.fields[#entry.fields].parts or NOTHING) do
        if part.start then table.insert(entry.ends, part) end
      end
    end
  end
end

-- An End that stands without its Start.
local function check_starts(m, element, entry)
  local ends, v = entry.ends, element.v
  for i = 1, #ends do
    local part = ends[i]
    if v[part.name] and v[part.start] == nil then
      found(m, entry.start_rule, element, part.name .. " stands without " .. part.start)
    end
  end
end

-- A sub-option in other fields, where its octets fit those alone.
local function read_other_form(space, m, element, s, at, stop)
  for _, form in ipairs(forms_of[space.key][element.type] or NOTHING) do
    if form.when == nil or (at + form.when_at < stop and byte(s, at + form.when_at) == form.when) then
      element.parts = NO_PARTS
      if read_fields(form.fields, m, element, s, at, stop) == stop then
        check_starts(m, element, form)
        found(m, form.rule, element, form.text)
        element.entry = form
        return true
      end
    end
  end
  element.v = nil
end

-- One sub-option that has its octets: its description and values, or the finding that it has none.
local function read_suboption(space, m, element, s, at, stop)
  local numbers = suboption_of[space.key][element.type]
  local chooser = at + (numbers and numbers.chooser or 0)
  local format = numbers and numbers.by_format and chooser < stop and byte(s, chooser) or 0
  local entry = numbers and numbers[format]
  if entry == nil then
    if read_other_form(space, m, element, s, at, stop) then return end
    local text = "sub-option " .. element.type .. " is unknown"
    if format ~= 0 then text = "format " .. format .. " of sub-option " .. element.type .. " is unknown" end
    if space.unknown then found(m, space.unknown, element, text) end
    return
  end
  local behind = read_fields(entry.fields, m, element, s, at, stop)
  if behind ~= stop then
    local v, parts = element.v, element.parts
    if read_other_form(space, m, element, s, at, stop) then return end
    element.v, element.parts = v, parts
    found(m, entry.length_rule, element, entry.title .. ": its " .. stop - at .. " octets do not fit its format")
    if behind == nil then
      element.v, element.parts = false, NO_PARTS
      return
    end
    element.trailing = behind
  end
  element.entry = entry
  check_starts(m, element, entry)
end

-- `more`: how many octets more than its length says stand behind a PadN.
local function walk_suboptions(field, m, element, s, at, stop, more)
  local space, known, names = description.spaces[field.space], suboption_of[field.space], suboption_names[field.space]
  local list, parts = {}, {}
  element.subs, element.parts = list, parts
  while at < stop do
    local kind = byte(s, at)
    local pad = known[kind]
    pad = pad and pad[0] and pad[0].pad
    local one = {
      type = kind, at = at, offset = at - 1, pad = pad, parts = NO_PARTS, v = false, entry = false, stop = false, label = false,
      asked = space.unknown == nil and option_of[kind] or nil, -- a type of option, which is asked for
    }
    if not pad then
      local name = names[kind] or "sub-option-" .. kind
      if parts[name] then parts[name][#parts[name] + 1] = one else parts[name] = { one } end
    end
    list[#list + 1] = one
    if kind == 0 and pad then
      one.stop = at + 1
    else
      local length = at + 1 < stop and byte(s, at + 1) or nil
      one.length = length
      one.stop = length and at + 2 + length - space.header + (kind == 1 and pad and more or 0) or stop
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

-- Where something is wrong, and nothing would be if the lengths of PadN were read otherwise, they are.
function read.suboptions(field, m, element, s, at, stop)
  local before = #m.findings
  local behind = walk_suboptions(field, m, element, s, at, stop, 0)
  local padn = suboption_of[field.space][1]
  padn = padn and padn[0] and padn[0].padn
  if not padn or #m.findings == before then return behind end
  local padded = false
  for _, one in ipairs(element.subs) do padded = padded or one.pad and one.type == 1 end
  if not padded then return behind end
  local trial, other, pads = { findings = {} }, {}, {}
  walk_suboptions(field, trial, other, s, at, stop, padn.more)
  if #trial.findings > 0 then return behind end
  for _, one in ipairs(other.subs) do
    if one.pad and one.type == 1 then
      if string.find(sub(s, one.at + 2, one.stop - 1), "[^\0]") then return behind end
      pads[#pads + 1] = one
    end
  end
  for i = #m.findings, before + 1, -1 do m.findings[i] = nil end
  element.subs, element.parts = other.subs, other.parts
  for _, one in ipairs(pads) do found(m, padn.rule, one, padn.text) end
  return stop
end

-- The length counts units of 8 octets and zero octets fill the tail: try how many, and take what breaks least.
local function read_in_units(entry, m, element, s, at, stop)
  local best, best_broken
  for filled = math.min(7, stop - at - 6), 0, -1 do
    if not string.find(sub(s, stop - filled, stop - 1), "[^\0]") then
      local trial = { findings = {} }
      local one = { parts = NO_PARTS }
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
  local other = element.other
  local entry = other and other.entry or option_of[kind]
  if entry == nil then
    found(m, description.form["unknown-option"], element, "option " .. kind .. " is unknown")
    return
  end
  local behind
  local unit = other and other.unit or span_of(kind)
  if unit == 8 then
    behind = read_in_units(entry, m, element, s, at, stop)
  else
    behind = read_fields(entry.fields, m, element, s, at, stop)
  end
  if behind ~= stop then
    found(m, entry.length_rule, element, entry.title .. ": length " .. stop - at .. " does not fit its format")
    if behind == nil then
      element.v, element.parts = false, NO_PARTS
      return
    end
    element.trailing = behind
  end
  element.entry = entry
  if other then found(m, other.rule, element, other.text) end
end

-- ---------------------------------------------------------------------------------------------------- message

-- A whole message: its options by order and by name, each read only where none like it was read before.

local name_option

do
  local inner_names = {}

  local function inner_name(name, part)
    local of_option = inner_names[name]
    if of_option == nil then
      if string.find(name, "^option%-") then return name .. "/" .. part end
      of_option = {}
      inner_names[name] = of_option
    end
    local whole = of_option[part]
    if whole == nil then
      whole = name .. "/" .. part
      if not string.find(part, "^sub%-option%-") then of_option[part] = whole end
    end
    return whole
  end

  -- One more under a name. A list of a first element is shared with other messages, so it grows as a copy.
  local function add_named(named, name, list)
    local before = named[name]
    if before == nil then
      named[name] = list
      return
    end
    local all = {}
    for i = 1, #before do all[i] = before[i] end
    for i = 1, #list do all[#all + 1] = list[i] end
    named[name] = all
  end

  -- Options by name: malformed ones count too, unknown ones are option-N. What is in them stands under `option/sub-option`.
  function name_option(named, element, entry)
    if not element.alone then
      local name = entry and entry.name or "option-" .. element.type
      element.name, element.alone = name, { element }
      if element.parts ~= NO_PARTS then
        local inner = {}
        for part, subs in pairs(element.parts) do inner[#inner + 1] = { name = inner_name(name, part), list = subs } end
        element.inner = inner
      end
    end
    local name, inner = element.name, element.inner or NOTHING
    if named[name] then add_named(named, name, element.alone) else named[name] = element.alone end
    for i = 1, #inner do add_named(named, inner[i].name, inner[i].list) end
  end
end

-- Few options are new: most stand in some message before, octet for octet and at the same place. Those are the same
-- elements again, which nothing may change once they are read; what they look like is worked out once too (`label`,
-- `info`). Those that came lately are remembered: in `young`, and in `old`, which was young before. More of them would cost
-- more than they save: each collection of garbage walks through them.
local MOST_YOUNG, LONGEST = 96, 64
local young, old, young_count = {}, {}, 0 -- place -> octets -> element

function forget_elements() young, old, young_count = {}, {}, 0 end

local function remember_element(element, octets)
  if young_count >= MOST_YOUNG then young, old, young_count = {}, young, 0 end
  local here = young[element.at]
  if here == nil then
    here = {}
    young[element.at] = here
  end
  here[octets] = element
  young_count = young_count + 1
end

local function remembered(at, octets)
  local here = young[at]
  local element = here and here[octets]
  if element then return element end
  here = old[at]
  element = here and here[octets]
  if element then remember_element(element, octets) end
  return element
end

local face_of

do
  local function octets_face(octets) return #octets .. (string.find(octets, "[^\0]") and "x" or "z") end

  -- The function that says what tells changing options of an entry apart; `v` are the values of the first.
  local function write_face(entry, v)
    local source, parts = new_source(), { quoted("," .. entry.name) }
    local function say(name)
      local value = "v[" .. quoted(name) .. "]"
      parts[#parts + 1] = type(v[name]) == "number" and value or source:given(octets_face) .. "(" .. value .. ")"
    end
    for _, field in ipairs(entry.fields) do
      for _, one in ipairs(field.parts or { field }) do
        if one.kind == "prefix" then say(one.length_key) end
        say(one.kind == "prefix" and one.address_key or one.name)
      end
    end
    source:line("return %s", table.concat(parts, " .. ',' .. "))
    entry.face = source:load("v", "face")
    return entry.face
  end

  -- What a steady rule (steady.py) can see of an option. Of a changing one: its numbers, the size of the rest, and whether
  -- that is all zero.
  function face_of(element, octets)
    local entry, v = element.entry, element.v
    if not (entry and entry.changing and v) then return element.at .. ":" .. octets end
    return element.at .. (entry.face or write_face(entry, v))(v)
  end
end

-- Whether an option may stand under the number of another, or have been read by the wrong length.
local function is_doubtful(m, element)
  local entry = element.entry
  return not entry or element.implausible or (entry.carried_in and not entry.carried_in[m.name])
end

local reading_now = { findings = {} } -- takes what is found of an option that is being read

-- An option that stands nowhere yet. `other`: the reading that it follows, where that is not the one taken.
local function new_option(m, s, octets, at, behind, other)
  local element = { -- whole at once, and with room for four more: a table that grows costs more than one that does not
    false, false, -- what it breaks in two kinds of messages (judging.lua)
    type = byte(s, at), length = byte(s, at + 1), offset = at - 1, at = at, stop = behind, v = false, entry = false,
    parts = NO_PARTS, face = false, name = false, alone = false, label = false,
  }
  if other then element.other = other end
  read_option(reading_now, element, s)
  if reading_now.findings[1] then element.findings, reading_now.findings = reading_now.findings, {} end
  element.face = face_of(element, octets)
  local entry = element.entry
  if ambiguous[element.type] and entry and entry.fields[#entry.fields].kind == "numbers" then
    element.implausible = not plausible(entry, element.v)
  end
  if not other and behind - at <= LONGEST then remember_element(element, octets) end
  return element
end

local function check_padding(m, s, at, length, stop)
  local past, odd = not m.cut and at + 2 + length > stop, string.find(s, "[^\0]", at + 2)
  odd = odd and odd < at + 2 + length and odd < stop
  if not past and not odd then return end
  local element = { type = 1, length = length, offset = at - 1, at = at, stop = stop, parts = NO_PARTS }
  if past then
    local text = "PadN has length " .. length .. ", and " .. stop - at - 2 .. " octets are there"
    found(m, description.form["option-past-end"], element, text)
  end
  if odd then found(m, description.form["padn-octets"], element, "PadN holds other octets than 0") end
end

-- An option whose octets are not all there. No more can be read behind it.
local function cut_option(m, at, stop, kind, length, known)
  local element = { type = kind, length = length, at = at, offset = at - 1, stop = stop, parts = NO_PARTS }
  local text = " has no length octet"
  if length then text = " has length " .. length .. ", and " .. stop - at - 2 .. " octets are there" end
  if not m.cut then found(m, description.form["option-past-end"], element, "option " .. kind .. text) end
  m.odd = element
  name_option(m.named, element, known)
end

-- What comes with an option that holds more than most: findings, sub-options, another of its name, or no name yet.
local function take_in(m, element, known)
  for i = 1, element.findings and #element.findings or 0 do m.findings[#m.findings + 1] = element.findings[i] end
  name_option(m.named, element, known)
end

-- Gives "ambiguous" where an option is one that may be read otherwise, "doubtful" where one should be.
local function read_options(m, s, at, stop)
  local options, named, chosen, n, other_reading = m.options, m.named, m.chosen, 0, nil
  while at < stop do
    local kind, length = byte(s, at, at + 1)
    if kind == 0 then
      at = at + 1
    elseif at + 2 > stop then
      cut_option(m, at, stop, kind, nil, option_of[kind])
      return other_reading
    else
      local other = chosen and chosen[at]
      local behind, span = at + 2 + length, other or spans[kind]
      if span then behind = at + 2 + span.unit * length + span.more end
      if kind == 1 then
        check_padding(m, s, at, length, stop)
      elseif behind > stop or behind < at + 2 then
        cut_option(m, at, stop, kind, length, other and other.entry or option_of[kind])
        return other_reading or ambiguous[kind] and "ambiguous"
      else
        local octets = sub(s, at, behind - 1)
        local element = not other and remembered(at, octets) or new_option(m, s, octets, at, behind, other)
        n = n + 1
        options[n] = element
        if ambiguous[kind] and other_reading ~= "doubtful" then
          other_reading = is_doubtful(m, element) and "doubtful" or "ambiguous"
        end
        local name = element.name -- false where it is new
        if not name or element.inner or element.findings or named[name] then
          take_in(m, element, other and other.entry or option_of[kind])
        else
          named[name] = element.alone
        end
      end
      at = behind
    end
  end
  return other_reading
end

local titles = {} -- what a message is called, by its name
for _, entry in ipairs(description.messages) do
  titles[entry.name] = entry.title
  if entry.proxy then titles[entry.proxy.name] = entry.proxy.title end
end

-- The option at an offset from the start of the Mobility Header.
local function option_by_offset(m, offset)
  local options = m.options
  for i = 1, #options do
    if options[i].offset == offset then return options[i] end
  end
end

local message_of = {} -- type -> description, or, where several share a type, a table of them by their first field
for _, entry in ipairs(description.messages) do
  if entry.when then
    local forms = message_of[entry.number] or { octets = entry.fields[1].octets, forms = {} }
    forms.forms[entry.when] = entry
    message_of[entry.number] = forms
  else
    message_of[entry.number] = entry
  end
end

local read_message

do
  -- Tables with room for eight: one that grows to that is allocated four times.
  local function new_named() return { a = nil, b = nil, c = nil, d = nil, e = nil, f = nil, g = nil, h = nil } end
  local function new_options() return { nil, nil, nil, nil, nil, nil, nil, nil } end

  -- A whole Mobility Header. `total`: its octets on the wire, of which `s` may have only the first.
  function read_message(s, total)
    local m = { -- whole at once: a table that grows costs more than one that does not
      type = false, checksum = nil, stated = nil, v = NOTHING, named = new_named(), findings = {}, cut = #s < total,
      options = new_options(), name = false, entry = nil, options_at = nil, shared = nil, shown = nil, base = nil,
      alone = nil, label = "",
    }
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
    local entry, told = message_of[kind], "message type " .. kind
    if entry and entry.forms then
      local first = uint(s, 7, entry.octets)
      entry, told = entry.forms[first], "form " .. first .. " of " .. told
    end
    if entry == nil then
      m.name = "message-" .. kind
      found(m, form["unknown-type"], nil, told .. " is unknown")
      return m
    end
    m.name = entry.name
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
      m.name = entry.proxy.name
    end
    m.options_at = behind
    local other = read_options(m, s, behind, stop)
    if other and (other == "doubtful" or m.findings[1]) then read_otherwise(m, s, behind, stop) end
    return m
  end
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

local UINT = { ProtoField.uint8, ProtoField.uint16, ProtoField.uint24, ProtoField.uint32 }

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

local widest = {} -- the octets of the widest field of a filter name: one type must hold the values of all

local function measure(entries)
  for _, entry in ipairs(entries) do
    for _, field in ipairs(entry.fields or {}) do
      if field.kind == "uint" or field.kind == "flags" then
        widest[field.filter] = math.max(widest[field.filter] or 0, field.octets)
      end
      measure(field.records or {})
    end
  end
end

measure(description.messages)
measure(description.options)
for _, space in pairs(description.spaces) do
  measure(space.entries)
  measure(space.forms)
end

local function declare_uint(field, octets)
  field.enum = field.enum and description.enums[field.enum]
  local display = field.reserved and base.HEX or base.DEC
  local width = field.mask and octets or widest[field.filter]
  field.field = protofield(UINT[width], field.filter, field.title, display, static_names(field.enum), field.mask)
end

local declare = {}

function declare.uint(field) declare_uint(field, field.octets) end

function declare.bits(field)
  for _, part in ipairs(field.parts) do declare_uint(part, field.octets) end
end

function declare.flags(field)
  field.field = protofield(UINT[widest[field.filter]], field.filter, field.title, base.HEX)
  for _, flag in ipairs(field.flags) do
    flag.field = protofield(ProtoField.bool, flag.filter, flag.title, 8 * field.octets, nil, flag.mask)
  end
  local reserved = field.reserved
  if reserved then
    reserved.field = protofield(UINT[field.octets], reserved.filter, "Reserved", base.HEX, nil, reserved.mask)
  end
end

local INT = { ProtoField.int8, ProtoField.int16, ProtoField.int24, ProtoField.int32 }

function declare.signed(field)
  field.field = protofield(INT[field.octets], field.filter, field.title, base.DEC)
  if field.fraction then
    field.degrees_field = protofield(ProtoField.double, field.degrees_filter, field.title .. ", degrees")
  end
end

function declare.address(field)
  field.field = protofield(field.octets == 4 and ProtoField.ipv4 or ProtoField.ipv6, field.filter, field.title)
end

function declare.octets(field) field.field = protofield(ProtoField.bytes, field.filter, field.title) end

declare.addresses = declare.address

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

declare.sized, declare.text = declare.rest, declare.rest

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
      declare_all(field.records or {})
    end
  end
end

function declare.records(field)
  field.field = protofield(ProtoField.none, field.filter, field.title)
  field.octets_field = protofield(ProtoField.bytes, field.octets_filter, field.title .. ", octets")
end

declare_all(description.messages)
declare_all(description.options)
for _, space in pairs(description.spaces) do
  declare_all(space.entries)
  declare_all(space.forms)
end

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
by_key = nil -- all are made; its long keys would live as long as the file

-- ---------------------------------------------------------------------------------------------------- otherwise

-- Options read otherwise, where the texts contradict themselves. Only where something is odd under the readings taken
-- are the others tried; one is taken only where it alone makes sense: of lengths, where all that follows does too.

local level_of = {}
for _, rule in ipairs(description.rules) do level_of[rule.id] = rule.level end

-- Other readings of the options in force.
function number_others()
  lengths_of, numbers_of, ambiguous = {}, {}, {}
  for kind, entry in pairs(option_of) do
    local unit, more = span_of(kind)
    for _, length in ipairs(entry.lengths or NOTHING) do
      local list = lengths_of[kind] or {}
      local other = { entry = entry, rule = length.rule, last = length.last, text = length.text }
      other.unit, other.more = length.unit, length.more
      if unit == length.unit and more == length.more then -- a setting has made the other reading the one that is taken
        other.unit, other.more, other.text = 1, 0, length.turned
      end
      list[#list + 1] = other
      lengths_of[kind], ambiguous[kind] = list, true
    end
    for _, number in ipairs(entry.numbers and entry.numbers.list or NOTHING) do
      if number ~= kind and option_of[number] then
        local list = numbers_of[number] or {}
        local its_unit, its_more = span_of(number)
        local other = { entry = entry, rule = entry.numbers.rule, text = entry.numbers.text }
        other.unit, other.more = its_unit, its_more
        list[#list + 1] = other
        numbers_of[number], ambiguous[number] = list, true
      end
    end
  end
end

-- Whether values are ones that their description knows: reserved bits 0, members of enumerations, identifiers once and
-- not 0.
local function known_number(field, number)
  if field.reserved and number ~= 0 then return false end
  return not field.enum or current_names[field.enum][number] ~= nil
end

function plausible(entry, v)
  for _, field in ipairs(entry.fields) do
    if field.kind == "uint" and not known_number(field, v[field.name]) then return false end
    if field.kind == "bits" then
      for _, part in ipairs(field.parts) do
        if not known_number(part, v[part.name]) then return false end
      end
    end
    if field.kind == "numbers" then
      local seen = { [0] = true }
      if #v[field.name] == 0 then return false end
      for _, number in ipairs(v[field.name]) do
        if seen[number] then return false end
        seen[number] = true
      end
    end
  end
  return true
end

-- The element of octets that fit their format and leave nothing to say.
local function clean(m, entry, unit, s, at, stop)
  local trial, one, behind = { findings = {} }, { v = {}, parts = NO_PARTS }, nil
  if unit == 8 then
    behind = read_in_units(entry, trial, one, s, at, stop)
  else
    behind = read_fields(entry.fields, trial, one, s, at, stop)
  end
  return behind == stop and #trial.findings == 0 and one or nil
end

-- The options, by position, whose length counts otherwise than it should.
local function other_lengths(m, s, start, stop)
  local sense, padded = { [stop] = true }, { [stop] = true }
  local function fits(kind, at, other)
    local unit, more = span_of(kind)
    if other then unit, more = other.unit, other.more end
    local behind = at + 2 + unit * byte(s, at + 1) + more
    local last = false
    for _, one in ipairs(lengths_of[kind] or NOTHING) do last = last or one.last end
    if behind < at + 2 or behind > stop or not (last and padded or sense)[behind] then return nil end
    local entry = other and other.entry or option_of[kind]
    local one = clean(m, entry, unit, s, at + 2, behind)
    return one and (not other or plausible(entry, one.v)) and behind or nil
  end
  for at = stop - 1, start, -1 do
    local kind = byte(s, at)
    if kind == 0 then
      sense[at], padded[at] = sense[at + 1], padded[at + 1]
    elseif at + 2 <= stop and kind == 1 then
      local behind = at + 2 + byte(s, at + 1)
      if behind <= stop and not string.find(sub(s, at + 2, behind - 1), "[^\0]") then
        sense[at], padded[at] = sense[behind], padded[behind]
      end
    elseif at + 2 <= stop and option_of[kind] then
      sense[at] = fits(kind, at) ~= nil
      for _, other in ipairs(lengths_of[kind] or NOTHING) do sense[at] = sense[at] or fits(kind, at, other) ~= nil end
    end
  end
  local chosen, any, at = {}, false, start
  while at + 2 <= stop do
    local kind = byte(s, at)
    local behind = at + 1
    if kind ~= 0 then
      local unit, more = span_of(kind)
      behind = at + 2 + unit * byte(s, at + 1) + more
      if lengths_of[kind] and not fits(kind, at) then
        local fitting, ends = {}, nil
        for _, other in ipairs(lengths_of[kind]) do
          local found_at = fits(kind, at, other)
          if found_at then fitting[#fitting + 1], ends = other, found_at end
        end
        if #fitting == 1 then chosen[at], behind, any = fitting[1], ends, true end
      end
      if behind <= at then break end
    end
    at = behind
  end
  return any and chosen
end

-- Whether something is wrong with an option or one of its sub-options.
local function is_odd(m, element)
  for _, finding in ipairs(m.findings) do
    if finding.element == element then return true end
    for _, one in ipairs(element.subs or NOTHING) do
      if finding.element == one then return true end
    end
  end
  return false
end

-- The options, by position, that stand under the number of another.
local function other_numbers(m, s)
  local chosen, any = {}, false
  for _, element in ipairs(m.options) do
    local others = not element.other and numbers_of[element.type]
    if others and (is_odd(m, element) or is_doubtful(m, element)) then
      for _, other in ipairs(others) do
        local entry = other.entry
        local one = entry.carried_in[m.name] and clean(m, entry, 1, s, element.at + 2, element.stop)
        if one and plausible(entry, one.v) then chosen[element.at], any = other, true end
      end
    end
  end
  return any and chosen
end

function read_otherwise(m, s, at, stop)
  local of_header = {}
  for _, finding in ipairs(m.findings) do
    if finding.element == nil then of_header[#of_header + 1] = finding end
  end
  local function again(chosen)
    local before = { m.named, m.options, m.findings, m.chosen, m.odd }
    m.named, m.options, m.findings, m.chosen, m.odd = {}, {}, {}, chosen, nil
    for i, finding in ipairs(of_header) do m.findings[i] = finding end
    read_options(m, s, at, stop)
    return before
  end
  local lengths = #m.findings > #of_header and other_lengths(m, s, at, stop)
  if lengths then again(lengths) end
  local numbers = other_numbers(m, s)
  if not numbers then return end
  for position, other in pairs(lengths or NOTHING) do numbers[position] = other end
  local before = again(numbers)
  for i = #of_header + 1, #m.findings do
    if level_of[m.findings[i].id] == "error" then
      m.named, m.options, m.findings, m.chosen, m.odd = before[1], before[2], before[3], before[4], before[5]
      return
    end
  end
end

-- ---------------------------------------------------------------------------------------------------- text

-- Values as text.

-- Octets of the wire as text that every output can carry: valid UTF-8 stays, the rest and controls become \xNN.
local function clean(octets)
  if not string.find(octets, "[^\32-\126]") then return octets end
  local out, at, last = {}, 1, #octets
  while at <= last do
    local a, b, c = byte(octets, at, at + 2)
    local n = utf8_octets(octets, at)
    if n == 1 and (a < 32 or a == 127) or n == 2 and a == 194 and b < 160 then n = nil end -- controls
    if n == 3 and a == 226 and b == 128 and c >= 168 and c <= 174 then n = nil end -- line ends, changes of direction
    out[#out + 1] = n and sub(octets, at, at + n - 1) or string.format("\\x%02x", a)
    at = at + (n or 1)
  end
  return table.concat(out)
end

local function hex(octets)
  return (string.gsub(octets, ".", function(c) return string.format("%02x", byte(c)) end))
end

local ipv6_text

do
  -- Some are remembered, for few addresses come often; not many, for each collection of garbage passes what lives.
  local MOST_TEXTS = 500
  local address_texts, address_count = {}, 0
  local WORDS = { [0] = "" }
  for i = 1, 8 do WORDS[i] = string.rep("%x", i, ":") end

  -- An IPv6 address (RFC 5952).
  function ipv6_text(octets)
    local text = address_texts[octets]
    if text then return text end
    local words, best, best_size, run = {}, 0, 1, 0
    for i = 1, 8 do
      local word = uint(octets, 2 * i - 1, 2)
      words[i], run = word, word == 0 and run + 1 or 0
      if run > best_size then best, best_size = i - run + 1, run end
    end
    if best == 0 then
      text = string.format(WORDS[8], table.unpack(words))
    else -- what is behind the zeros moves up
      for i = best + best_size, 8 do words[i - best_size] = words[i] end
      local form = WORDS[best - 1] .. "::" .. WORDS[9 - best - best_size]
      text = string.format(form, table.unpack(words, 1, 8 - best_size))
    end
    if address_count >= MOST_TEXTS then address_texts, address_count = {}, 0 end
    address_texts[octets], address_count = text, address_count + 1
    return text
  end
end

local function address_text(octets)
  if #octets == 16 then return ipv6_text(octets) end
  if #octets == 4 then return table.concat({ byte(octets, 1, 4) }, ".") end
  return hex(octets)
end

local text_of_address

do
  -- The text of an address of Wireshark's, whose own text is a name where names are resolved: several may share it, and it
  -- may come while the capture is read. Lua cannot ask for the octets; they are found by comparing.
  local MOST_KNOWN = 1000
  local WEIGHTS = { 128, 64, 32, 16, 8, 4, 2, 1 }
  local known, known_count = {}, 0 -- text -> the same text; name -> its addresses and their texts

  local function ipv6_form(octets)
    local words = {}
    for i = 1, 15, 2 do words[#words + 1] = string.format("%x", octets[i] * 256 + octets[i + 1]) end
    return table.concat(words, ":")
  end

  local function ipv4_form(octets) return table.concat(octets, ".") end

  local function search(address, size, make, form)
    local octets = {}
    for i = 1, size do octets[i] = 0 end
    for i = 1, size do
      for _, weight in ipairs(WEIGHTS) do
        octets[i] = octets[i] + weight
        if not (make(form(octets)) <= address) then octets[i] = octets[i] - weight end
      end
    end
    return make(form(octets)) == address and octets or nil
  end

  local function text_behind(address, name)
    local octets = search(address, 16, Address.ipv6, ipv6_form)
    if octets then return ipv6_text(string.char(table.unpack(octets))) end
    octets = search(address, 4, Address.ip, ipv4_form)
    return octets and ipv4_form(octets) or name
  end

  local function is_number(text)
    if string.find(text, "[^%x:.]") then return false end
    return string.find(text, ":", 1, true) or string.find(text, "^%d+%.%d+%.%d+%.%d+$")
  end

  function text_of_address(address)
    local name = tostring(address)
    local there = known[name]
    if there == name then return name end
    if there == nil then
      if known_count >= MOST_KNOWN then known, known_count = {}, 0 end
      there = is_number(name) and name or {}
      known[name], known_count = there, known_count + 1
      if there == name then return name end
    end
    for i = 1, #there do
      if there[i].address == address then return there[i].text end
    end
    local text = text_behind(address, name)
    there[#there + 1] = { address = address, text = text }
    return text
  end
end

-- The labels of DNS with a dot behind each, or text as it is; text that ends with a dot shows it as \x2e.
local function domain_text(octets)
  local labels, at = {}, 1
  while at <= #octets and byte(octets, at) > 0 and byte(octets, at) < 64 and at + byte(octets, at) <= #octets do
    local label = sub(octets, at + 1, at + byte(octets, at))
    if string.find(label, "[^!-~]") or string.find(label, "[.\\]") then break end
    labels[#labels + 1] = label
    at = at + 1 + #label
  end
  if at == #octets and byte(octets, at) == 0 then return table.concat(labels, ".") .. "." end
  return (string.gsub(clean(octets), "%.$", "\\x2e"))
end

local function rest_text(field, element, octets)
  local form = field.form or (field.forms and field.forms[element.v[field.by]]) or "hex"
  if form == "text" then return clean(octets) end
  if form == "address" then return address_text(octets) end
  if form == "imsi" then return (string.gsub(hex(octets), "f$", "")) end
  if form == "eui" then return (string.gsub(string.gsub(hex(octets), "..", "%0:"), ":$", "")) end
  if form == "domain" then return domain_text(octets) end
  if form == "number" and #octets <= 6 then
    local number = 0
    for i = 1, #octets do number = number * 256 + byte(octets, i) end
    return string.format("%.0f", number)
  end
  return hex(octets)
end

local function enum_text(name, number)
  local enum = description.enums[name]
  return enum and current_names[enum][number] or number
end

-- ---------------------------------------------------------------------------------------------------- drawing

-- What shows the fields of an entry: Lua of one function for each list of fields, made when the first such entry comes,
-- and anew when preferences change names. Two functions, in truth: one for a tree that is drawn, which gives what the
-- line above says of the fields too, and one that adds only those fields that someone asks for.

local drawing = {}
-- Methods of Wireshark's: to look one up in an object costs as much as a call.
local add_item, set_text, append_text = TreeItem.add, TreeItem.set_text, TreeItem.append_text
local set_generated, set_len, referenced = TreeItem.set_generated, TreeItem.set_len, TreeItem.referenced
local offset_of, octets_of, reported_octets, octets_in = Tvb.offset, Tvb.len, Tvb.reported_len, Tvb.raw
local visible = true -- whether the tree is drawn; where it is not, only fields that someone asks for are added

do
  local drawn, asked -- list of fields -> function(element, item, tvb, at), `at` being where they begin in the TvbRange's octets

  function drawing.forget() drawn, asked = {}, {} end

  -- The writer has: source, drawn (which of the two), k (octets behind `at`), range (what `r` holds), said (name and text
  -- of the line above, or nil when what it says is known only later).

  local function place(k) return k == 0 and "at" or "at + " .. k end

  -- The TvbRange of some octets from here: one that was made before, if possible.
  local function range_of(w, octets)
    local wanted = place(w.k) .. ", " .. octets
    if not w.drawn then return "tvb(" .. wanted .. ")" end
    if w.range ~= wanted then
      w.source:line("r = tvb(%s)", wanted)
      w.range = wanted
    end
    return "r"
  end

  -- Add a field: its octets, with what `more` says of value and text. `to`: what takes its line, where it is drawn.
  local function add(w, field, octets, to, more)
    local name = w.source:given(field)
    local range = range_of(w, octets)
    if w.drawn then
      w.source:line("%sadd(item, %s, %s%s)", to or "", name, range, more or "")
    else
      if to and string.find(to, "local", 1, true) then to = nil end
      w.source:line("if referenced(item, %s) then %sadd(item, %s, %s%s) end", name, to or "", name, range, more or "")
    end
  end

  -- The octets are behind us: `by` many, or, when it is a name, as many as that says.
  local function step(w, by)
    if type(by) == "number" then
      w.k = w.k + by
    else
      w.source:line("at = %s + %s", place(w.k), by)
      w.k, w.range = 0, nil
    end
  end

  -- The line above says this of the fields: name=text, or the text alone where it is the only one.
  local function say(w, name, text)
    if not w.drawn then return end
    if w.said then
      w.said[#w.said + 1] = { name, text }
    else
      w.source:line("if not label then")
      w.source:line("  last = %s", text)
      w.source:line("  count, line = count + 1, line .. %s .. last", quoted(" " .. name .. "="))
      w.source:line("end")
    end
  end

  -- A name of the text's own that it does not have yet.
  local function fresh(w, stem)
    w.count = w.count + 1
    return stem .. w.count
  end

  local function value_text(field) return "v[" .. quoted(field.name) .. "]" end

  local function add_number(w, field, octets)
    local source, value, enum = w.source, value_text(field), field.enum
    if not w.drawn then return add(w, field.field, octets) end
    local name = value
    if enum then
      name = string.format("(%s[%s] or %s .. %s)", source:given(current_names[enum]), value, quoted(enum.key .. "_"), value)
    end
    if enum then -- where a preference gave it another name than Wireshark knows, or nothing did
      local chosen, known = fresh(w, "name"), source:given(enum.static)
      source:line("local %s = %s", chosen, name)
      name = chosen
      add(w, field.field, octets, "local l = ")
      source:line("if %s ~= %s[%s] then", name, known, value)
      source:line("  set_text(l, %s .. %s .. ' (' .. %s .. ')')", quoted(field.title .. ": "), name, value)
      source:line("end")
    elseif field.unit and not field.mask then
      local text = string.format(", %s, %s .. %s .. ' (' .. %s * %d .. ' s)'", value, quoted(field.title .. ": "), value, value, field.unit)
      add(w, field.field, octets, nil, text)
    else
      add(w, field.field, octets, field.unit and "local l = ")
    end
    if field.unit and (enum or field.mask) then source:line("append_text(l, ' (' .. %s * %d .. ' s)')", value, field.unit) end
    if not field.reserved then say(w, field.name, name) end
  end

  local write = {}

  function write.uint(w, field)
    add_number(w, field, field.octets)
    step(w, field.octets)
  end

  function write.bits(w, field)
    for _, part in ipairs(field.parts) do add_number(w, part, field.octets) end
    step(w, field.octets)
  end

  -- What the bit of a flag means instead, beside an option in a message that is no proxy form.
  local function meant_instead(flag, m)
    local also = flag.also
    return also and m.name == m.entry.name and m.named[also.beside] and also
  end

  local function letters_in(field, m)
    local out, number = {}, m.v[field.name]
    for _, flag in ipairs(field.flags) do
      if bit.band(number, flag.mask) ~= 0 then out[#out + 1] = (meant_instead(flag, m) or flag).letter end
    end
    return table.concat(out)
  end

  local function letters_of(field)
    return remembering(function(number) return letters_in(field, { v = { [field.name] = number } }) end)
  end

  local function write_flag(w, field, flag)
    if flag.also == nil then return add(w, flag.field, field.octets) end
    local source = w.source
    source:line("local l")
    add(w, flag.field, field.octets, "l = ")
    source:line("local also = l and %s(%s, element)", source:given(meant_instead), source:given(flag))
    source:line("if also then append_text(l, ' (here ' .. also.title .. ')') end")
  end

  -- The reserved bits of flags, where one is set: for all others a line less.
  local function write_reserved(w, field, reserved)
    local value, mask = value_text(field), reserved.mask
    local these = bit.band(mask, mask + 1) == 0 and string.format("%s %% %d", value, mask + 1)
      or string.format("%s(%s, %d)", w.source:given(bit.band), value, mask)
    w.source:line("if %s ~= 0 then", these)
    add(w, reserved.field, field.octets)
    w.source:line("end")
  end

  function write.flags(w, field)
    local source, letters, fixed = w.source, fresh(w, "letters"), true
    for _, flag in ipairs(field.flags) do fixed = fixed and flag.also == nil end
    local name, range = source:given(field.field), range_of(w, field.octets)
    source:line("local %s", letters)
    source:line("do")
    if w.drawn then
      if fixed then
        source:line("%s = %s(%s)", letters, source:given(letters_of(field)), value_text(field))
      else
        source:line("%s = %s(%s, element)", letters, source:given(letters_in), source:given(field))
      end
      source:line("local item = add(item, %s, %s)", name, range)
      source:line("if %s ~= '' then append_text(item, ' (' .. %s .. ')') end", letters, letters)
    else
      source:line("local item = item")
      source:line("if referenced(item, %s) then item = add(item, %s, %s) end", name, name, range)
    end
    for _, flag in ipairs(field.flags) do write_flag(w, field, flag) end
    if field.reserved then write_reserved(w, field, field.reserved) end
    source:line("end")
    say(w, field.name, letters)
    step(w, field.octets)
  end

  function write.signed(w, field)
    local source, value = w.source, value_text(field)
    if w.drawn and field.fraction then
      local degrees = fresh(w, "degrees")
      source:line("local %s = string.format('%%.5f', %s / %d)", degrees, value, field.fraction)
      add(w, field.field, field.octets, "local l = ")
      source:line("append_text(l, ' (' .. %s .. ' degrees)')", degrees)
      say(w, field.name, degrees)
    else
      add(w, field.field, field.octets)
      say(w, field.name, value)
    end
    if field.fraction then add(w, field.degrees_field, field.octets, nil, ", " .. value .. " / " .. field.fraction) end
    step(w, field.octets)
  end

  function write.address(w, field)
    add(w, field.field, field.octets)
    say(w, field.name, w.source:given(address_text) .. "(" .. value_text(field) .. ")")
    step(w, field.octets)
  end

  function write.octets(w, field)
    add(w, field.field, field.octets)
    say(w, field.name, w.source:given(hex) .. "(" .. value_text(field) .. ")")
    step(w, field.octets)
  end

  -- Several values of one size.
  local function add_each(w, field)
    w.source:line("local stop = %s + #%s * %d", place(w.k), value_text(field), field.octets)
    w.source:line("for at = %s, stop - 1, %d do", place(w.k), field.octets)
    w.k, w.range = 0, nil
    add(w, field.field, field.octets)
    w.source:line("end")
    w.source:line("at = stop")
    w.range = nil
  end

  function write.addresses(w, field) add_each(w, field) end

  function write.numbers(w, field)
    add_each(w, field)
    say(w, field.name, string.format("(%s[1] and table.concat(%s, ',') or 'none')", value_text(field), value_text(field)))
  end

  function write.prefix(w, field)
    add(w, field.length_field, 1)
    w.k = w.k + 1
    add(w, field.field, 16)
    local address, length = "v[" .. quoted(field.address_key) .. "]", "v[" .. quoted(field.length_key) .. "]"
    say(w, field.name, string.format("%s(%s) .. '/' .. %s", w.source:given(ipv6_text), address, length))
    w.k = w.k + 16
  end

  -- The seconds of a timestamp, and the moment, where a clock of the platform knows it: before the year 10000.
  local last_octets, last_moment, last_seconds -- an answer has that of its request again

  local function moment_of(octets)
    if octets == last_octets then return last_moment, last_seconds end
    local seconds, part = uint(octets, 1, 2) * 4294967296 + uint(octets, 3, 4), uint(octets, 7, 2)
    last_octets, last_seconds = octets, string.format("%.6f", seconds + part / 65536)
    last_moment = seconds < 253402300800 and NSTime.new(seconds, math.floor(part * 1000000000 / 65536)) or nil
    return last_moment, last_seconds
  end

  function write.time48(w, field)
    local source, value = w.source, w.source:given(moment_of) .. "(" .. value_text(field) .. ")"
    local time = source:given(field.time_field)
    if w.drawn then
      local seconds = fresh(w, "seconds")
      source:line("local moment, %s = %s", seconds, value)
      add(w, field.field, 8, "local l = ")
      source:line("if moment then add(item, %s, r, moment) end", time)
      source:line("append_text(l, ' (' .. %s .. ' s)')", seconds)
      say(w, field.name, seconds)
    else
      add(w, field.field, 8)
      source:line("local moment = referenced(item, %s) and %s", time, value)
      source:line("if moment then add(item, %s, %s, moment) end", time, range_of(w, 8))
    end
    step(w, 8)
  end

  function write.rest(w, field)
    local source, size = w.source, "#" .. value_text(field)
    local text = string.format("%s(%s, element, %s)", source:given(rest_text), source:given(field), value_text(field))
    if field.form == "text" then text = source:given(clean) .. "(" .. value_text(field) .. ")" end
    if field.octets_field then
      if w.drawn then
        local once = fresh(w, "text")
        source:line("local %s = %s", once, text)
        text = once
      end
      add(w, field.field, size, nil, ", " .. text)
      add(w, field.octets_field, size)
    else
      source:line("if %s > 0 then", size)
      add(w, field.field, size)
      source:line("end")
      w.range = nil
    end
    say(w, field.name, text)
    step(w, size)
  end

  write.sized, write.text = write.rest, write.rest

  function write.address_rest(w, field)
    local source, value = w.source, value_text(field)
    for _, octets in ipairs({ 16, 4 }) do
      source:line("if #%s == %d then", value, octets)
      add(w, octets == 16 and field.field or field.field4, octets)
      say(w, field.name, source:given(address_text) .. "(" .. value .. ")")
      source:line("end")
      w.range = nil
    end
    step(w, "#" .. value)
  end

  function write.flagged(w, field)
    local source, value = w.source, value_text(field)
    add(w, field.word_field, 4)
    source:line("if %s ~= 0 then", value)
    add(w, field.field, 4)
    source:line("end")
    step(w, "4")
    for _, part in ipairs(field.parts) do
      local text = value_text(part)
      source:line("if %s ~= nil then", text)
      add(w, part.field, part.octets)
      if part.kind == "address" then
        text = source:given(address_text) .. "(" .. text .. ")"
      elseif part.mask then
        text = string.format("%s(%s / %d) %% %d", source:given(math.floor), text, part.weight, part.count)
      end
      say(w, part.name, text)
      step(w, tostring(part.octets))
      source:line("end")
    end
  end

  -- Kinds that stand in tree.lua: a function(field, element, item, tvb, at) that gives what the line says of them, if
  -- anything, and the position behind.
  local function write_call(w, field)
    w.source:line("local text, behind = %s(%s, element, item, tvb, %s)", w.source:given(drawing[field.kind]), w.source:given(field), place(w.k))
    if w.drawn and w.said == nil then
      w.source:line("if text then")
      say(w, field.name, "text")
      w.source:line("end")
    end
    w.source:line("at = behind")
    w.k, w.range = 0, nil
  end

  local LATER = { flagged = true, address_rest = true, records = true } -- whether the line speaks of them is seen later

  local function said_text(w)
    if w.said == nil then return "count == 1 and last .. '' or string.sub(line, 2)" end
    if w.said[1] == nil then return "''" end
    if w.said[2] == nil then return w.said[1][2] .. " .. ''" end
    local parts = {}
    for i, one in ipairs(w.said) do parts[i] = quoted((i > 1 and " " or "") .. one[1] .. "=") .. " .. " .. one[2] end
    return table.concat(parts, " .. ")
  end

  local function write_function(fields)
    local w = { source = new_source(), drawn = visible, k = 0, said = {}, count = 0 }
    for _, field in ipairs(fields) do
      if LATER[field.kind] then w.said = nil end
    end
    local source = w.source
    source:line("local add, append_text, set_text, referenced = %s, %s, %s, %s", source:given(add_item),
      source:given(append_text), source:given(set_text), source:given(referenced))
    source:line("local v, label, r = element.v, element.label")
    if w.said == nil then source:line("local line, count, last = '', 0") end
    for _, field in ipairs(fields) do
      (write[field.kind] or write_call)(w, field)
    end
    if visible then
      source:line("if label then return label end")
      source:line("return %s", said_text(w))
    end
    local made = source:load("element, item, tvb, at", "drawing")
    if visible then drawn[fields] = made else asked[fields] = made end
    return made
  end

  -- Show the fields of an element from octet `at` of the Tvb; when it is drawn, gives what the line above says of them, or
  -- the label of the element where it has one.
  function drawing.fields(fields, element, item, tvb, at)
    return ((visible and drawn or asked)[fields] or write_function(fields))(element, item, tvb, at)
  end
end

-- ---------------------------------------------------------------------------------------------------- tree

-- Options, sub-options and records in Wireshark's tree. `at` is where one stands in the octets of `tvb`.

local lines -- the lines of options and what is in them, by element, where something will be said of any

-- Add a field, where anyone looks at it: its line, or nil.
local function put(item, field, tvb, at, octets, value)
  if visible or referenced(item, field) then
    if value then return add_item(item, field, tvb(at, octets), value) end
    return add_item(item, field, tvb(at, octets))
  end
end

-- What the line of an element says: its title, and what its fields say. It stands in the element, which comes again.
local function entitle(line, element, title, text)
  local label = element.label
  if not label then
    label = text and text ~= "" and title .. ": " .. text or title
    element.label = label
  end
  set_text(line, label)
end

function drawing.records(field, element, item, tvb, at)
  local octets = element.undecoded and element.undecoded[field.name]
  if octets then
    if #octets > 0 then put(item, field.octets_field, tvb, at, #octets) end
    return hex(octets), at + #octets
  end
  local list = element.parts[field.name]
  for i = 1, #list do
    local one = list[i]
    local size = one.stop - one.at
    local whole = put(item, field.field, tvb, at, size)
    local line = whole or item
    if lines then lines[one] = whole end
    local text = drawing.fields(one.record.fields, one, line, tvb, at)
    if visible then entitle(line, one, one.record.title, text) end
    at = at + size
  end
  return not field.single and #list or nil, at
end

local PADS = { [0] = "Pad1", [1] = "PadN" }

local function show_suboption(one, item, tvb, at)
  local size, entry, text = one.stop - one.at, one.entry, nil
  local line = item
  if visible then -- one TvbRange for the whole and its type: they cost most of all
    local range = tvb(at, size)
    line = add_item(item, F.suboption, range)
    set_len(add_item(line, F.suboption_type, range, one.type), 1)
    if lines then lines[one] = line end
  else
    local whole = put(item, F.suboption, tvb, at, size)
    line = whole or item
    if lines then lines[one] = whole end
    put(line, F.suboption_type, tvb, at, 1)
  end
  if one.length then put(line, F.suboption_length, tvb, at + 1, 1) end
  if entry then
    text = drawing.fields(entry.fields, one, line, tvb, at + 2)
    if one.trailing then put(line, F.suboption_trailing, tvb, at + one.trailing - one.at, one.stop - one.trailing) end
  elseif size > 2 then
    put(line, F.suboption_data, tvb, at + 2, size - 2)
  end
  if visible then
    local known = entry or one.asked
    entitle(line, one, known and known.title or one.pad and PADS[one.type] or "Sub-option " .. one.type, text)
  end
  return at + size
end

function drawing.suboptions(field, element, item, tvb, at)
  local list = element.subs
  for i = 1, #list do at = show_suboption(list[i], item, tvb, at) end
  return nil, at
end

local show_option

do
  local OPTION, TYPE, LENGTH, OFFSET = F.option, F.option_type, F.option_length, F.option_offset

  -- An option's line and its fields; gives the line, or what it would stand in.
  function show_option(element, tree, tvb, at, with_offset)
    local size, entry, text = element.stop - element.at, element.entry, nil
    local line
    if visible and at == 0 then -- what begins where Wireshark's current Tvb does needs no TvbRange, which costs most of all
      line = add_item(tree, OPTION)
      set_len(line, size)
      set_len(add_item(line, TYPE, element.type), 1)
      add_item(line, LENGTH, tvb(1, 1), element.length)
      if with_offset then set_generated(add_item(line, OFFSET, element.offset)) end
    else
      line = put(tree, OPTION, tvb, at, size) or tree
      put(line, TYPE, tvb, at, 1)
      put(line, LENGTH, tvb, at + 1, 1, element.length)
      local offset = with_offset and put(line, OFFSET, tvb, at, 1, element.offset)
      if offset then set_generated(offset) end
    end
    if lines then lines[element] = line end
    if entry then
      text = drawing.fields(entry.fields, element, line, tvb, at + 2)
      if element.trailing then
        put(line, F.option_trailing, tvb, at + element.trailing - element.at, element.stop - element.trailing)
      end
    elseif size > 2 then
      put(line, F.option_data, tvb, at + 2, size - 2)
    end
    if visible then
      local known = entry or option_of[element.type]
      entitle(line, element, known and known.title or "Option " .. element.type .. " (unknown)", text)
    end
    return line
  end
end

-- ---------------------------------------------------------------------------------------------------- info

-- The Info column: what matters of a message, in a line.

local summary

do
  local SHORT = {
    pbu = "PBU", pba = "PBA", ["binding-update"] = "BU", ["binding-ack"] = "BA", ["binding-error"] = "BE", bri = "BRI",
    bra = "BRA", ["update-notification"] = "UPN", ["update-ack"] = "UPA", lri = "LRI", lra = "LRA", fbi = "FBI",
    fba = "FBA", ["handover-initiate"] = "HI", ["handover-ack"] = "HAck", fbu = "FBU", fback = "FBack",
  }
  local PRO = { [0] = "+", [1] = "~", [2] = "*" } -- added, modified, re-instantiated
  local TOLD = { trigger = true, reason = true, code = true, revocation_trigger = true } -- they say why a message comes

  for _, entry in ipairs(description.messages) do
    for _, field in ipairs(entry.fields) do
      if field.name == "status" then entry.status_enum = field.enum end
      if field.name == "lifetime" then entry.lifetime_unit = field.unit end
      if TOLD[field.name] and field.enum then
        entry.told = entry.told or {}
        table.insert(entry.told, field)
      end
    end
    for _, exchange in ipairs(description.exchanges) do
      if exchange.request == entry.name and exchange.answer_when then entry.exchange = exchange end
    end
  end

  -- Which of the two it is, where request and answer are one message; an answer to nothing says so.
  local function side_of(exchange, v)
    local function says(sign) return sign and bits(v[sign.field] or 0, sign.mask) == sign.value end
    return says(exchange.unsolicited_when) and "unsolicited" or says(exchange.answer_when) and "response" or "request"
  end

  local function status_text(enum, status)
    return enum and current_names[enum][status] or "status " .. status
  end

  local function flow_status(enum, status)
    return (string.gsub(string.gsub(status_text(enum, status), "^fid%-", ""), "%-", " "))
  end

  -- What is said of an option stands in it: the same one comes in many messages. `make`: what gives it.
  local function info_of(element, make, answer)
    local text = element.info
    if not text or element.info_of_answer ~= answer then
      text = make(element, element.v, answer)
      element.info, element.info_of_answer = text, answer
    end
    return text
  end

  local function flow_text(element, v, answer)
    if answer then return v.fid .. (v.pro == 2 and "*" or "") .. " " .. flow_status(element.entry.status_enum, v.status) end
    return v.fid .. (v.pro and (PRO[v.pro] or v.pro == set.pro_delete and "-" or "?") or "")
  end

  -- FID 1+ 2~ of a request, FID 1 ok, 2 in use of an answer.
  local function flows_text(elements, answer)
    local text = ""
    for i = 1, #elements do
      local element = elements[i]
      if element.v then
        text = text .. (text == "" and "FID " or answer and ", " or " ") .. info_of(element, flow_text, answer)
      end
    end
    return text == "" and "FID ?" or text
  end

  local function node_text(element, v)
    local field = element.entry.fields[#element.entry.fields]
    return rest_text(field, element, v[field.name])
  end

  local function prefix_text(_, v) return ipv6_text(v["home_network_prefix.address"]) .. "/" .. v["home_network_prefix.length"] end

  for _, entry in ipairs(description.options) do
    for _, field in ipairs(entry.fields) do
      if field.name == "status" then entry.status_enum = field.enum end
    end
  end

  local out, count = {}, 0 -- of the message that is summed up

  local function add(text)
    if text == "" then return end
    count = count + 1
    out[count] = text
  end

  function summary(m)
    local v, options = m.v, m.named
    for i = count, 1, -1 do out[i] = nil end
    out[1], count = SHORT[m.name] or titles[m.name], 1
    if m.entry.exchange then add(side_of(m.entry.exchange, v)) end
    if v.status then add(status_text(m.entry.status_enum, v.status)) end
    for _, field in ipairs(m.entry.told or NOTHING) do
      local number = v[field.name]
      if number then add(current_names[field.enum][number] or field.name .. " " .. number) end
    end
    local mn = v.status == nil and first(options["mn-id"])
    if mn and mn.v then
      add(info_of(mn, node_text, false))
    end
    for _, element in ipairs(options.hnp or NOTHING) do
      local w = element.v
      local length = w and w["home_network_prefix.length"]
      if w and (v.status or length > 0) then add(info_of(element, prefix_text, false)) end
    end
    if v.lifetime == 0 and (v.status or 0) < 128 then add("lifetime=0") end
    local hi = v.status == nil and values_of(options.hi).hi
    if hi then add("HI=" .. enum_text("hi", hi)) end
    local group = values_of(options.multihoming)
    if group.mhgid and (v.status == nil or group.mhgid ~= 0) then add("MHGID=" .. group.mhgid) end
    if group.act and group.act ~= 0 then add("ACT=" .. enum_text("act", group.act)) end
    if options.fid then add(flows_text(options.fid, v.status ~= nil)) end
    local kept = values_of(options["flow-summary"]).fid
    if kept then add("summary " .. (#kept > 0 and table.concat(kept, ",") or "none")) end
    if v.lifetime and v.lifetime > 0 then add("lifetime=" .. (m.entry.lifetime_unit or 1) * v.lifetime .. "s") end
    if v.sequence then add("seq=" .. v.sequence) end
    return table.concat(out, " ")
  end
end

-- ---------------------------------------------------------------------------------------------------- by_hand

-- The rules that no expression says: those on a message (rules/messages.py, rules/flows.py), and those that match the
-- FID options of an answer with those of its request (rules/answers.py, rules/exchanges.py). What needs the anchor's
-- configuration, or headers before the Mobility Header, Wireshark cannot judge.

local by_hand = {}

do
  local ADD, MODIFY, REINSTANTIATED = 0, 1, 2 -- PRO
  local DISCARD, N_CAST = 2, 3 -- actions
  local UPDATE = { pbu = true, ["binding-update"] = true }
  local ZERO15 = string.rep("\0", 15)

  -- Whether an address is unicast and routable: not ::, ::1, link-local or multicast; any of IPv4 but the like.
  local function routable(address)
    local a, b = byte(address, 1, 2)
    if #address == 4 then return a ~= 0 and a ~= 127 and a < 224 and not (a == 169 and b == 254) end
    if a == 255 or (a == 254 and b >= 128 and b < 192) then return false end
    return sub(address, 1, 15) ~= ZERO15 or byte(address, 16) > 1
  end

  local function address_text(octets)
    return #octets == 16 and ipv6_text(octets) or table.concat({ byte(octets, 1, 4) }, ".")
  end

  local function described(element)
    for _, part in ipairs(element.subs or NOTHING) do
      if not part.pad and part.type >= 17 and part.type <= 32 then return true end
    end
    return element.parts["traffic-selector"] ~= nil
  end

  -- What an option breaks whatever stands beside it, in a message of that name. `m` takes the findings.
  function by_hand.option(m, name, element, option)
    if option ~= "fid" or not UPDATE[name] then return end
    local v = element.v or NOTHING
    if v.pro == ADD and not described(element) then
      found(m, "mext/5.2.2.1/no-selector", element, "FID " .. v.fid .. " has no flow description")
    end
    for _, part in ipairs(element.subs or NOTHING) do
      local w = part.v or NOTHING
      for _, end_of in ipairs({ "src", "dst" }) do
        local from, to = w[end_of], w[end_of .. "_end"]
        if from and to and to < from then
          local text = end_of .. " is " .. address_text(from) .. " to " .. address_text(to)
          found(m, "rfc6088/3/address-range", element, text)
        end
      end
    end
  end

  -- RFC 6705 10.1: MN1-ID, MN1-HNP, MN2-ID, MN2-HNP.
  local function tuples(m, rule)
    local short, nodes, prefixes = {}, 0, 0
    local function take(element)
      local known = option_of[element.type]
      local name = known and known.name
      if name == "mn-id" or name == "hnp" then
        if name == "mn-id" then nodes = nodes + 1 else prefixes = prefixes + 1 end
        if not (name == "hnp" and short[#short] == "hnp") then short[#short + 1] = name end
      end
    end
    for _, element in ipairs(m.options) do take(element) end
    if m.odd then take(m.odd) end
    if nodes == 2 and prefixes >= 2 and table.concat(short, " ") ~= "mn-id hnp mn-id hnp" then
      found(m, rule, first(m.named["mn-id"]), "each mobile node stands before its prefixes")
    end
  end

  -- Whether nothing but Pad1 and PadN stands from `at` to `last`, and something does.
  local function ends_in_pads(s, at, last)
    if at > last then return false end
    while at <= last do
      local kind = byte(s, at)
      if kind > 1 then return false end
      at = kind == 0 and at + 1 or at + 2 + (byte(s, at + 1) or 0)
    end
    return true
  end

  function by_hand.message(m, s)
    local named = m.named
    local other = named["alt-coa"] and values_of(named["alt-coa"]).alternate_care_of_address
    if UPDATE[m.name] then
      if other and not routable(other) then
        found(m, "rfc6275/6.1.7/care-of-address", named["alt-coa"][1], "the care-of address is " .. address_text(other))
      end
    elseif m.name == "pba" then
      local address = named.redirect and values_of(named.redirect).r2lma_address
      if address and address ~= "" and not routable(address) then
        found(m, "rfc6463/4.2/unicast", named.redirect[1], "the redirection goes to " .. address_text(address))
      end
    elseif m.name == "lri" then
      tuples(m, "rfc6705/10.1/order")
    elseif m.name == "lra" and m.v.status == 0 then
      tuples(m, "rfc6705/10.2/tuples")
    end
    local authorization = first(named["binding-auth-data"])
    if authorization and ends_in_pads(s, authorization.stop, math.min(m.stated, #s)) then
      found(m, "rfc6275/6.2/trailing-padding", authorization, "padding stands behind binding authorization data")
    end
  end

  -- Sub-options of one FID option that the other does not have, octet for octet.
  local function lost_suboptions(one, s, other, os)
    local kept, lost = {}, {}
    for _, part in ipairs(other.subs or NOTHING) do kept[sub(os, part.at, part.stop - 1)] = true end
    for _, part in ipairs(one.subs or NOTHING) do
      if not part.pad and not kept[sub(s, part.at, part.stop - 1)] then
        lost[#lost + 1] = part.entry and part.entry.title or "sub-option " .. part.type
      end
    end
    return table.concat(lost, ", ")
  end

  local function copied(id, asked, rs, echo, s, tell)
    local one, other, told = asked.v, echo.v, {}
    for _, name in ipairs({ "pri", "action", "pro" }) do
      local was, now = one[name], other[name]
      if was ~= now and not (name == "pro" and was == MODIFY and now == REINSTANTIATED) then
        told[#told + 1] = name .. " is " .. now .. ", expected " .. was
      end
    end
    if told[1] then tell(id .. "fid-changed", echo, "FID " .. other.fid .. ": " .. table.concat(told, ", ")) end
    local lost = lost_suboptions(asked, rs, echo, s)
    if lost ~= "" then
      tell(id .. "fid-suboptions", echo, "FID " .. other.fid .. " comes back without the same " .. lost)
    end
  end

  local function fits(mext, asked, echo, tell)
    local flow, status, has, refers = asked.v, echo.v.status, false, false
    for name in pairs(asked.parts) do
      if name == "binding-reference" then refers = true else has = true end
    end
    local text = "FID " .. flow.fid .. " has status " .. status
    if not mext then
      if status == 131 and not refers or status == 133 and not has then
        tell("rfc6089/4.2/status-fits", echo, text .. ", and its request has nothing that it speaks of")
      end
      return
    end
    if flow.pro == ADD and not has and status ~= 129 and status ~= 135 then
      tell("mext/5.3.2.1/no-selector", echo, text)
    end
    if status == 136 and flow.pro == ADD or status == 138 and flow.action ~= DISCARD or status == 139 and flow.action ~= N_CAST then
      tell("mext/4.2/status-fits", echo, text .. " for PRO " .. flow.pro .. " and action " .. flow.action)
    end
  end

  -- Whether a FID option says that the anchor re-instantiated it, by PRO=2 or by a status (muho 4.1, 4.2).
  local function marked(flow)
    if flow.pro == nil or flow.pro == REINSTANTIATED then return flow.status < 128 end
    local agreed = set.reinstantiated_status
    if agreed and agreed ~= 0 then return flow.status == agreed end
    return flow.status > 0 and flow.status < 128
  end

  -- `s` and `rs` are the octets of answer and request.
  local function flows(m, s, r, rs, tell)
    local mext = set.dialect == "mext"
    local id, asked, given, times = mext and "mext/5.3.5/" or "rfc6089/5.3.5/", {}, {}, {}
    local any, shared, twice = false, false, false
    for _, element in ipairs(r.named.fid or NOTHING) do
      if element.v then
        local fid = element.v.fid
        asked[#asked + 1], times[fid] = element, (times[fid] or 0) + 1
        twice = twice or times[fid] > 1
      end
    end
    for _, element in ipairs(m.named.fid or NOTHING) do
      if element.v then given[element.v.fid] = element end
    end
    for fid in pairs(times) do shared = shared or given[fid] ~= nil end
    any = m.named.multihoming or m.named["mag-multipath"]
    if not any and not shared then return end
    if asked[1] and not shared then
      tell(mext and "mext/5.2.5/flows-unsupported" or "rfc6089/5.3.5/flows-unsupported", nil, "none of its FIDs is answered")
    else
      for fid in pairs(times) do
        if given[fid] == nil then tell(id .. "fid-echo", nil, "FID " .. fid .. " of the request is not answered") end
      end
    end
    for _, element in ipairs(asked) do
      local echo = given[element.v.fid]
      if echo and twice then
        if echo.v.status < 128 then
          local text = "FID " .. echo.v.fid .. " has status " .. echo.v.status
          tell(mext and "mext/5.3.2/fid-twice-accepted" or "rfc6089/5.3.2/fid-twice-accepted", echo, text)
        end
      elseif echo then
        copied(id, element, rs, echo, s, tell)
        fits(mext, element, echo, tell)
      end
    end
    local named = {}
    for _, element in ipairs(r.named["flow-summary"] or NOTHING) do
      for _, fid in ipairs(element.v and element.v.fid or NOTHING) do named[fid] = true end
    end
    for fid, element in pairs(given) do
      if times[fid] == nil then
        local flow = element.v
        if flow.status >= 128 then
          if not named[fid] then tell("muho/4.2/fid-unasked", element, "FID " .. fid .. " has status " .. flow.status) end
        elseif mext and not marked(flow) then
          tell("muho/4.2/pro", element, "FID " .. fid .. ", which the request does not name, has PRO " .. flow.pro)
        end
      end
    end
  end

  -- What an answer says to the FID options and the lifetime of its request: the same for all that are alike.
  function by_hand.steady_exchange(m, s, r, rs, tell)
    if r.name ~= "pbu" or m.v.status == nil then return end
    local asked, granted = r.v.lifetime, m.v.lifetime
    if asked > 0 and m.v.status < 128 and granted == 4 * asked then
      tell("rfc6275/6.1.8/lifetime-in-seconds", nil, "the answer has " .. granted .. ", four times what was asked")
    end
    if m.v.status < 128 and asked > 0 then flows(m, s, r, rs, tell) end
  end

  local DISCARDING = { ["rfc6275/6.1.1/checksum"] = true, ["rfc6275/6.1.1/payload-proto"] = true }

  function by_hand.exchange(m, r, tell)
    if not UPDATE[r.name] or m.v.status == nil then return end
    for _, finding in ipairs(r.findings) do
      if DISCARDING[finding.id] then
        tell("rfc6275/9.2/answered", nil, "the request should have been discarded: " .. (finding.text or finding.id))
        break
      end
    end
    local other = r.named["alt-coa"] and value_of(r, "alt-coa")
    other = other and other.alternate_care_of_address
    if other and not routable(other) then
      tell("rfc6275/6.1.7/answered", nil, "the care-of address of the request is " .. address_text(other))
    end
  end
end

-- ---------------------------------------------------------------------------------------------------- judging

-- The rules, and their expert information.

local judging = {}

do
  local SEVERITY = { error = expert.severity.ERROR, warning = expert.severity.WARN, note = expert.severity.NOTE }
  local rules, experts = {}, {}
  F.expert = ProtoField.string("pmip6.expert", "Rule")
  fields[#fields + 1] = F.expert
  for _, rule in ipairs(description.rules) do
    local summary = "Broken: " .. rule.sentence .. " (" .. rule.clause .. ")" -- in a column of some 40 characters
    rule.expert = ProtoExpert.new(rule.filter, summary, expert.group[rule.group], SEVERITY[rule.level])
    experts[#experts + 1] = rule.expert
    rules[rule.id] = rule
  end
  judging.no_response = ProtoExpert.new("pmip6.no_response", "No response", expert.group.SEQUENCE, expert.severity.NOTE)
  experts[#experts + 1] = judging.no_response
  judging.experts = experts

  -- The rules for one kind of message (or exchange, by its request); made when the first comes. A rule looks at
  --   alone: one option and nothing else: judged once for each option that is read;
  --   steady: what is the same in messages that are alike (steady.py): judged once for all that are;
  --   others: more: judged each time.
  -- Each is silent without its option (`on`), where it names one.

  local rules_for, exchange_rules_for, kinds = {}, {}, 0
  local alike, alike_count = {}, 0 -- message name -> fields -> face of its first option -> of its second -> ...
  local MOST_ALIKE, MOST_SOUND = 20000, 1000

  function judging.forget()
    rules_for, exchange_rules_for, kinds, alike, alike_count = {}, {}, 0, {}, 0
  end

  -- Whichever reading a peer is set to follow, it is not at fault.
  local SILENT = {
    ["muho/4.1/act-in-pba"] = { "pba-act", "echo" }, ["muho/4.1/mhgid"] = { "mhgid-nonzero", "accept" },
  }

  local function is_silent(id)
    local by = SILENT[id]
    return by ~= nil and set.reading[by[1]] == by[2]
  end

  local function sort_rules(scope, name)
    kinds = kinds + 1
    local sorted = {
      alone = {}, steady = {}, others = {}, place = kinds, -- where, in an element, stands what they found
      sound = {}, sound_count = 0, -- faces of options that break nothing, as true
    }
    for _, rule in ipairs(description.rules) do
      local meant = rule.messages == nil or rule.messages[name]
      local spoken = rule.dialect == nil or rule.dialect == set.dialect
      if rule.broken and rule.scope == scope and meant and spoken and not is_silent(rule.id) then
        if rule.alone then
          local list = sorted.alone[rule.on] or {}
          sorted.alone[rule.on], list[#list + 1] = list, rule
        else
          local list = rule.steady and sorted.steady or sorted.others
          list[#list + 1] = rule
        end
      end
    end
    return sorted
  end

  local function judge_each(rule, m, elements)
    for i = 1, #elements do
      local element = elements[i]
      if rule.broken(m, element, element.v or NOTHING) then found(m, rule.id, element, nil) end
    end
  end

  local function judge_by(list, m)
    for i = 1, #list do
      local rule = list[i]
      local elements = rule.on and m.named[rule.on]
      if rule.each then
        if elements then judge_each(rule, m, elements) end
      elseif (elements or not rule.on) and rule.broken(m) then
        if noted[1] == nil then
          found(m, rule.id, first(m.named[rule.about]), nil)
        else
          for _, element in ipairs(noted) do found(m, rule.id, element, nil) end
        end
      end
      if noted[1] then noted = {} end
    end
  end

  local trial = { findings = {} } -- takes what an option breaks while it is judged

  local function judge_by_alone(rules_on, elements, is_sound)
    for i = 1, rules_on and #rules_on or 0 do
      local rule = rules_on[i]
      if not (is_sound and rule.steady) then judge_each(rule, trial, elements) end
    end
  end

  -- What an option breaks by itself in a message of this name. It stands in the option, by the rules that judged it.
  -- Changing ones that look the same to steady rules (`face`) are judged by those once, where nothing was found.
  local function judge_alone(sorted, name, element)
    local changing = element.entry and element.entry.changing
    judge_by_alone(sorted.alone[element.name], element.alone, changing and sorted.sound[element.face])
    for _, inner in ipairs(element.inner or NOTHING) do judge_by_alone(sorted.alone[inner.name], inner.list) end
    by_hand.option(trial, name, element, element.name)
    if noted[1] then noted = {} end
    local broken = NOTHING
    if trial.findings[1] then
      broken, trial.findings = trial.findings, {}
    elseif changing and not sorted.sound[element.face] then
      if sorted.sound_count >= MOST_SOUND then sorted.sound, sorted.sound_count = {}, 0 end
      sorted.sound[element.face], sorted.sound_count = true, sorted.sound_count + 1
    end
    element[sorted.place] = broken
    return broken
  end

  local function judge_options(sorted, m)
    local findings, options, place = m.findings, m.options, sorted.place
    for i = 1, #options do
      local element = options[i]
      local broken = element[place] or judge_alone(sorted, m.name, element)
      if broken ~= NOTHING then
        for k = 1, #broken do findings[#findings + 1] = broken[k] end
      end
    end
    local odd = m.odd
    if odd then
      for _, finding in ipairs(judge_alone(sorted, m.name, odd)) do findings[#findings + 1] = finding end
    end
  end

  -- Where the sequence number stands among the fields of a message: position and octets; nil where that is not known.
  local NUMBER = { uint = true, flags = true, bits = true, signed = true, octets = true, address = true, text = true }
  local sequence_of = {}

  local function place_sequence(entry)
    local at, found_at = 7, { 0, 0 }
    for _, field in ipairs(entry.fields) do
      if not NUMBER[field.kind] or not field.octets then return nil end
      if field.name == "sequence" then found_at = { at, field.octets } end
      at = at + field.octets
    end
    return found_at
  end

  -- What all messages that are alike share: `broken`, the findings of the steady rules, as rule id and place in the list of
  -- options; `with`, what their exchanges with requests that are alike break. nil where something was odd about this one.
  local function shared_by_alike(m, s)
    local entry = m.entry
    local place = sequence_of[entry]
    if place == nil then
      place = place_sequence(entry) or false
      sequence_of[entry] = place
    end
    if not place then return nil end
    if alike_count > MOST_ALIKE then alike, alike_count = {}, 0 end
    local node = alike[m.name]
    if node == nil then
      node = {}
      alike[m.name] = node
    end
    local behind, options = m.options_at - 1, m.options
    local head = sub(s, 7, place[1] - 1) .. sub(s, math.max(7, place[1] + place[2]), behind)
    local next_node = node[head]
    for i = 0, #options do
      if i > 0 then
        head = options[i].face
        next_node = node[head]
      end
      if next_node == nil then
        next_node, alike_count = {}, alike_count + 1
        node[head] = next_node
      end
      node = next_node
    end
    return node
  end

  -- The findings that the steady rules have just added, for those that come; nil when one is on no option of the list.
  local function keep(m, before)
    local broken = {}
    for i = before + 1, #m.findings do
      local finding, place = m.findings[i], nil
      for k, element in ipairs(m.options) do
        if element == finding.element then place = k end
      end
      if finding.element and not place then return nil end
      broken[#broken + 1] = { id = finding.id, place = place }
    end
    return broken
  end

  function judging.judge(m, s)
    local name = m.name
    local sorted = rules_for[name]
    if sorted == nil then
      sorted = sort_rules(nil, name)
      rules_for[name] = sorted
    end
    local shared = m.findings[1] == nil and shared_by_alike(m, s) or nil
    m.shared = shared
    by_hand.message(m, s)
    judge_options(sorted, m)
    judge_by(sorted.others, m)
    local broken = shared and shared[0]
    if broken then
      for i = 1, #broken do found(m, broken[i].id, m.options[broken[i].place], nil) end
    else
      local before = #m.findings
      judge_by(sorted.steady, m)
      if shared then shared[0] = keep(m, before) end
    end
  end

  -- What an answer breaks for its request: rule ids, the offsets of the options meant, and what was seen. `s` and `rs`
  -- are the octets of answer and request.

  local function judge_exchange(list, m, r, out)
    for i = 1, #list do
      local rule = list[i]
      if rule.broken(m, r) then
        out = out or {}
        if noted[1] == nil then
          local about = first(m.named[rule.about])
          out[#out + 1] = { id = rule.id, offset = about and about.offset }
        end
        for _, element in ipairs(noted) do
          local own = element ~= NOTHING and option_by_offset(m, element.offset) == element
          out[#out + 1] = { id = rule.id, offset = own and element.offset or nil }
        end
      end
      if noted[1] then noted = {} end
    end
    return out
  end

  local function judge_steady_exchange(list, m, s, r, rs)
    local out
    by_hand.steady_exchange(m, s, r, rs, function(id, element, text)
      out = out or {}
      out[#out + 1] = { id = id, offset = element and element.offset, text = text }
    end)
    return judge_exchange(list, m, r, out)
  end

  function judging.exchange(m, s, r, rs)
    local sorted = exchange_rules_for[r.name]
    if sorted == nil then
      sorted = sort_rules("exchange", r.name)
      exchange_rules_for[r.name] = sorted
    end
    local known, steady = m.shared and r.shared and m.shared[r.shared], nil
    if known == nil then
      steady = judge_steady_exchange(sorted.steady, m, s, r, rs)
      if m.shared and r.shared then m.shared[r.shared] = steady or false end
    else
      steady = known or nil
    end
    local out
    by_hand.exchange(m, r, function(id, element, text)
      out = out or {}
      out[#out + 1] = { id = id, offset = element and element.offset, text = text }
    end)
    out = judge_exchange(sorted.others, m, r, out)
    if out == nil then return steady end
    for _, finding in ipairs(steady or NOTHING) do out[#out + 1] = finding end
    return out
  end

  -- Whether a length in it is wrong, as Wireshark says of others in the Info column.
  function judging.malformed(m)
    for i = 1, #m.findings do
      local rule = rules[m.findings[i].id]
      if rule and rule.group == "MALFORMED" then return true end
    end
    return false
  end

  -- Every finding on the line of its option, or on that of the message.
  function judging.complain(m, item)
    for i = 1, #m.findings do
      local finding = m.findings[i]
      local rule = rules[finding.id]
      if rule then
        local at = finding.element and lines and lines[finding.element] or item
        local text = finding.text and finding.text .. " (" .. rule.clause .. ")"
        at:add_proto_expert_info(rule.expert, text or "Against " .. rule.clause .. ": " .. rule.sentence)
        if visible or referenced(at, F.expert) then set_generated(add_item(at, F.expert, rule.id)) end
      end
    end
  end
end

-- ---------------------------------------------------------------------------------------------------- ledger

-- Rows of numbers, as hundreds of thousands of frames need them. A collection of garbage walks through all tables that
-- live, so only the pages that were written lately are tables; each of the others is a string, which it passes at once.
--
-- ledger.get(row, column) gives a number, or nil where none was entered; ledger.set(row, column, number) enters one; rows
-- are numbered from 1 on. ledger.clear(row) takes all numbers of a row out again; ledger.drop(row) says that no row before
-- this one will be asked for.

local new_ledger

do
  local ROWS = 64 -- of a page
  local AWAKE = 16 -- pages that are tables
  local EMPTY = math.huge -- no number that anyone enters
  local packed, unpacked = Struct.pack, Struct.unpack
  local NUMBER = "<d"

  function new_ledger(columns)
    local cells = ROWS * columns
    local form = "<" .. string.rep("d", cells)
    local awake, asleep = {}, {} -- number of a page -> its cells, as a table or a string
    local turn, hand = {}, 0 -- the pages that are awake, in a ring, and the one that came last
    local first = 0 -- the first page that is kept

    local function empty_page()
      local page = {}
      for i = 1, cells do page[i] = EMPTY end
      return page
    end

    local function wake(number)
      hand = hand % AWAKE + 1
      local out = turn[hand]
      if awake[out] then
        asleep[out], awake[out] = packed(form, table.unpack(awake[out], 1, cells)), nil
      end
      local octets = asleep[number]
      local page = octets and { unpacked(form, octets) } or empty_page()
      turn[hand], awake[number], asleep[number] = number, page, nil
      return page
    end

    local ledger = {}

    function ledger.get(row, column)
      local at = (row - 1) % ROWS
      local number, cell = (row - 1 - at) / ROWS, at * columns + column
      local page, value = awake[number], nil
      if page then
        value = page[cell]
      elseif asleep[number] then
        value = unpacked(NUMBER, asleep[number], 8 * cell - 7)
      end
      if value ~= EMPTY then return value end
    end

    function ledger.set(row, column, value)
      local at = (row - 1) % ROWS
      local number = (row - 1 - at) / ROWS
      local page = awake[number] or wake(number)
      page[at * columns + column] = value
    end

    function ledger.clear(row)
      for column = 1, columns do ledger.set(row, column, EMPTY) end
    end

    function ledger.drop(row)
      local stop = math.floor((row - 1) / ROWS)
      while first < stop do
        awake[first], asleep[first], first = nil, nil, first + 1
      end
    end

    return ledger
  end
end

-- ---------------------------------------------------------------------------------------------------- frames

-- What is known of each frame, by its key (analysis.key_of): numbers, found when it is read for the first time and looked up
-- at every visit.

local frames = { TIME = 1, PARTNER = 2, SESSION = 3, SHOWN = 4 }

do
  local COLUMNS = 4
  local whole, others -- of most frames there is one key; those of further Mobility Headers are no whole numbers
  local by_user = gui_enabled() -- whether there is one who makes frames time references
  local zero -- by the clock of the wall, where the time of the first frame began

  function frames.forget() whole, others, zero = new_ledger(COLUMNS), {}, nil end

  -- The seconds at which a frame came. Wireshark counts them from its last time reference; the clock of the wall, which is
  -- exact to a microsecond only, says how much that took away.
  function frames.time_of(pinfo)
    local time = pinfo.rel_ts
    if not by_user then return time end
    local now = pinfo.abs_ts - time
    zero = zero or now
    local away = math.floor((now - zero) * 1000000 + 0.5)
    return away == 0 and time or time + away / 1000000
  end

  function frames.get(key, column)
    if key % 1 == 0 then return whole.get(key, column) end
    local other = others[key]
    return other and other[column]
  end

  function frames.clear(key)
    if key % 1 == 0 then return whole.clear(key) end
    others[key] = nil
  end

  function frames.set(key, column, number)
    if key % 1 == 0 then return whole.set(key, column, number) end
    others[key] = others[key] or {}
    others[key][column] = number
  end
end

-- ---------------------------------------------------------------------------------------------------- keyed

-- Numbers by keys. Most often a key has one: it stands alone then, and in a list only when there are more.

local keyed = {}

function keyed.enter(by_key, key, number)
  local there = by_key[key]
  if there == nil then
    by_key[key] = number
  elseif type(there) == "number" then
    by_key[key] = { there, number }
  else
    there[#there + 1] = number
  end
end

function keyed.leave(by_key, key, number)
  local there = by_key[key]
  if there == number then
    by_key[key] = nil
  elseif type(there) == "table" then
    for i = #there, 1, -1 do
      if there[i] == number then
        table.remove(there, i)
        break
      end
    end
    if there[1] == nil then by_key[key] = nil end
  end
end

-- What stands there as a list; `alone` is one to say it with.
function keyed.list_of(there, alone)
  if type(there) ~= "number" then return there or NOTHING end
  alone[1] = there
  return alone
end

-- Where many share a key their lists know where they begin and end, and the oldest goes first.
function keyed.enter_behind(by_key, key, number)
  local there = by_key[key]
  if there == nil then
    by_key[key] = number
  elseif type(there) == "number" then
    by_key[key] = { first = 1, last = 2, there, number }
  else
    there.last = there.last + 1
    there[there.last] = number
  end
end

function keyed.leave_first(by_key, key)
  local there = by_key[key]
  if type(there) == "table" then
    there[there.first], there.first = nil, there.first + 1
    if there.first <= there.last then return end
  end
  by_key[key] = nil
end

-- ---------------------------------------------------------------------------------------------------- likeness

-- What of a message pairs it with others: which of its exchange's two it is, its number, its mobile node, its timestamp, what
-- an answer copies, and what a request asks. `s` are the octets of the message.

local likeness = {}

do
  likeness.REGISTRATION = "binding-update" -- the family of registrations, with or without P

  local exchange_of_request, exchange_of_answer = {}, {}
  for _, exchange in ipairs(description.exchanges) do
    exchange_of_request[exchange.request], exchange_of_answer[exchange.answer] = exchange, exchange
    exchange.registers = exchange.family == likeness.REGISTRATION
  end

  -- The fields of a message that are part of what it asks: all but those that pair it and the lifetime.
  local asking = {}
  for _, entry in ipairs(description.messages) do
    local exchange, names = exchange_of_request[entry.proxy and entry.proxy.name or entry.name], {}
    local other = { lifetime = true }
    for _, name in ipairs(exchange and exchange.pairs or NOTHING) do other[name] = true end
    for _, field in ipairs(entry.fields) do
      for _, part in ipairs(field.parts or { field }) do
        if not other[part.name] then names[#names + 1] = part.name end
      end
    end
    asking[entry] = names
  end

  -- Which of its two a message is: the exchange, and "request" or "answer".
  function likeness.role_of(m)
    local exchange = exchange_of_request[m.name] or exchange_of_answer[m.name]
    if exchange == nil or m.v[exchange.pairs[1]] == nil then return nil end
    local sign = exchange.answer_when
    if sign then
      return exchange, bits(m.v[sign.field] or 0, sign.mask) == sign.value and "answer" or "request"
    end
    return exchange, exchange_of_request[m.name] and "request" or "answer"
  end

  -- Whether a message has the sign of being an answer, unsolicited or one that asks for an answer.
  function likeness.says(m, sign)
    local number = m.v[sign.field]
    return number ~= nil and bits(number, sign.mask) == sign.value
  end

  function likeness.number_of(exchange, m)
    if exchange.pairs[2] == nil then return m.v[exchange.pairs[1]] end
    local parts = {}
    for i, name in ipairs(exchange.pairs) do parts[i] = tostring(m.v[name]) end
    return table.concat(parts, ",")
  end

  local GLOBAL = 0x2000 -- a revocation whose identifier is a realm, or the gateway's (RFC 5846 8.1, 9.2)

  -- Subtype and identifier of the MN-ID option; nil without one, when it is empty, or that of no mobile node.
  function likeness.mobile_node(m)
    if (m.name == "bri" or m.name == "bra") and bits(m.v.flags or 0, GLOBAL) ~= 0 then return nil end
    local element = first(m.named["mn-id"])
    if element == nil then return nil end
    local node = element.node
    if node == nil then
      local v = element.v or NOTHING
      node = v.identifier and v.identifier ~= "" and v.subtype .. ":" .. v.identifier
      element.node = node or false
    end
    return node or nil
  end

  local function option_octets(element, s) return sub(s, element.at + 2, element.stop - 1) end

  -- Those of a number with a reserved octet before it, whatever stands behind.
  local function number_octets(element, s) return sub(s, element.at + 2, element.at + 3) end

  -- The first of a list that fits its format.
  local function well_formed(elements)
    for i = 1, elements and #elements or 0 do
      if elements[i].v then return elements[i] end
    end
  end

  -- What RFC 5213 5.3.6 has copied from the request.
  function likeness.echo_of(exchange, m, s)
    if not exchange.registers then return "" end
    local named = m.named
    local hi, att, ll = well_formed(named.hi), well_formed(named.att), well_formed(named["ll-id"])
    return (hi and number_octets(hi, s) or "-") .. "|" .. (att and number_octets(att, s) or "-") .. "|"
      .. (ll and option_octets(ll, s) or "-")
  end

  -- As a number where one holds it, which is no object of its own: thousands are remembered.
  function likeness.stamp_of(m, s)
    local element = well_formed(m.named.timestamp)
    if element == nil then return false end
    local at, stop = element.at + 2, element.stop
    if stop - at ~= 8 or byte(s, at) > 0 or byte(s, at + 1) > 0 then return sub(s, at, stop - 1) end
    return uint(s, at + 2, 4) * 65536 + uint(s, at + 6, 2)
  end

  -- What a request asks: its fields but those that pair it, and all options but the timestamp.
  function likeness.gist_of(m, s)
    local parts, n, again = { m.v.lifetime == 0 and "0" or "" }, 1, exchange_of_request[m.name].repeat_when
    for _, name in ipairs(asking[m.entry]) do
      local value = m.v[name]
      if again and name == again.field then value = value - bits(value, again.mask) end
      n = n + 1
      parts[n] = tostring(value)
    end
    if m.odd and m.odd.name ~= "timestamp" then parts[2], n = sub(s, m.odd.at, m.odd.stop - 1), 2 end
    for _, element in ipairs(m.options) do
      if element.entry == false or element.entry.name ~= "timestamp" then
        n = n + 1
        parts[n] = sub(s, element.at, element.stop - 1)
      end
    end
    return table.concat(parts, "|")
  end
end

-- ---------------------------------------------------------------------------------------------------- pairing

-- Requests and their answers, paired as pmiptool's own judge pairs them (rules/pairing.py). Everything is worked out
-- when a frame is read for the first time, in order; later visits, in whatever order, look up what was found then.
-- Nothing here touches Wireshark: addresses come as text, times in seconds.
--
-- A request is a number, one higher for each, and a row of a ledger: KEY (its frame), TIME, PLACE, NUMBER (that an answer
-- copies), STAMP (its timestamp), BEFORE (the request before it at its place), and of its answer ANSWER_KEY and ANSWER_TIME.
-- What no number of Lua holds stands in `texts`. Besides there are opens (what matters as long as it has no answer), echoes
-- (the options that its answer copied) and, for a moment, answer_octets. Millions of requests may pass: what is no longer
-- needed goes at once.
--
-- `open` has: key, time, m (the message), raw (its octets), mn, source, target, echo (the options that an answer copies),
-- asking (what it asks, once someone wanted to know), repeats (the open of the request that it sends again), asked (what it
-- says of its binding: sessions.lua), copied (the same octets came a moment before), done (what answered the same
-- octets that came a moment before or after it).
--
-- Requests of one family of exchanges from one node to another stand `between` these: places (mobile node -> place),
-- numbered (number -> requests, answered or not), waiting (those without an answer) and count (how many these are). Of one
-- mobile node, they have one place, a number too: place_between says what it belongs to, exact (place and number -> requests,
-- answered or not), unanswered (place -> those without an answer) and newest (place -> the one that came last).
--
local pairing = {}

local function load_pairing() -- a function of its own: Lua has no more than 200 local variables in one
  local FORGET = 64 -- seconds after which no answer is expected any more: twice MAX_BINDACK_TIMEOUT (RFC 6275 12)
  local MOMENT = 0.5 -- seconds within which the same octets again are the network's doing
  local RECENT = 2 -- seconds within which a request that was answered may be meant once more
  local MOST = 4096 -- requests that are remembered at a time: a bound for the memory
  local FAR = 64 -- unanswered requests of one mobile node that are looked through

  local REGISTRATION = likeness.REGISTRATION
  local says, number_of, mobile_node = likeness.says, likeness.number_of, likeness.mobile_node
  local echo_of, stamp_of, gist_of = likeness.echo_of, likeness.stamp_of, likeness.gist_of
  local enter, leave, list_of = keyed.enter, keyed.leave, keyed.list_of
  local enter_behind, leave_first = keyed.enter_behind, keyed.leave_first

  local KEY, TIME, PLACE, NUMBER, STAMP, BEFORE, ANSWER_KEY, ANSWER_TIME = 1, 2, 3, 4, 5, 6, 7, 8
  local COLUMNS = 8
  local PARTNER = frames.PARTNER
  local rows, texts, opens, echoes, answer_octets
  local raws -- request -> its octets, as long as answer_octets
  local more_answers -- request -> octets and times of further answers, each behind the other
  local oldest, latest -- the requests that are remembered
  local seen_at -- when the message before this one was seen
  local fresh, fresh_first, fresh_last -- those whose answer's octets are still kept, by its time
  local all_between -- family -> who answers -> who asks -> what stands between them
  local place_between, last_place, exact, unanswered, newest
  local open_anywhere -- family -> mobile node -> requests without an answer

  -- What later visits look up, by frame; what most frames have stands in frames.lua: the PARTNER of a request is its first
  -- answer, that of an answer its request.
  local repeat_of -- request -> the one that it sends again
  local repeated_by -- request -> the one that sends it again
  local again_of -- answer -> an earlier answer to the same request
  local waiting -- request -> true while it has no answer, and one is due

  function pairing.forget()
    rows, texts, opens, answer_octets = new_ledger(COLUMNS), { [NUMBER] = {}, [STAMP] = {} }, {}, {}
    echoes, more_answers, raws = {}, {}, {}
    oldest, latest, seen_at = 1, 0, -math.huge
    place_between, last_place, exact, unanswered, newest = {}, 0, {}, {}, {}
    fresh, fresh_first, fresh_last = {}, 1, 0
    all_between, open_anywhere = {}, {}
    for _, exchange in ipairs(description.exchanges) do
      all_between[exchange.family], open_anywhere[exchange.family] = {}, {}
    end
    repeat_of, repeated_by, again_of, waiting = {}, {}, {}, {}
    pairing.again_of, pairing.waiting, pairing.repeat_of, pairing.repeated_by = again_of, waiting, repeat_of, repeated_by
  end

  local function between_of(family, answers, asks)
    local others = all_between[family][answers]
    return others and others[asks]
  end

  local function place_of(family, answers, asks, mn)
    local between = between_of(family, answers, asks)
    if between == nil then
      local nodes = all_between[family]
      nodes[answers] = nodes[answers] or {}
      between = { places = {}, numbered = {}, waiting = {}, count = 0 }
      nodes[answers][asks] = between
    end
    local place = between.places[mn or ""]
    if place == nil then
      place = last_place + 1
      last_place = place
      between.places[mn or ""] = place
      place_between[place] = between
    end
    return place
  end

  -- Place and number as one.
  local function exactly(place, number)
    if type(number) == "number" then return place * 4294967296 + number end
    return place .. "," .. number
  end

  -- A number, or octets.
  local function enter_value(request, column, value)
    if type(value) == "number" then
      rows.set(request, column, value)
    elseif value then
      texts[column][request] = value
    end
  end

  local function value_at(request, column) return rows.get(request, column) or texts[column][request] end

  local function close(request)
    local open, place = opens[request], rows.get(request, PLACE)
    leave(unanswered, place, request)
    local between = place_between[place]
    between.count, between.waiting[request] = between.count - 1, nil
    if open.mn then leave(open_anywhere[open.family], open.mn, request) end
    opens[request], open.over = nil, true
  end

  -- A later request of the same place has an answer.
  local function answered_since(request, place)
    local later = newest[place]
    while later and later > request do
      if not opens[later] then return true end
      later = rows.get(later, BEFORE)
    end
    return false
  end

  -- A message is seen at `time`: what was too old when the one before it came is forgotten. lost: is told of removals that
  -- nobody answered.
  function pairing.seen(time, lost)
    local now = seen_at
    seen_at = time
    while fresh_first <= fresh_last do
      local request = fresh[fresh_first]
      local young = request >= oldest and now - rows.get(request, ANSWER_TIME) < MOMENT
      if young and fresh_last - fresh_first < MOST then break end
      answer_octets[request], raws[request], fresh[fresh_first], fresh_first = nil, nil, nil, fresh_first + 1
    end
    while oldest <= latest do
      local request = oldest
      if rows.get(request, TIME) >= now - FORGET and latest - oldest < MOST then break end
      oldest = oldest + 1
      local place, number = rows.get(request, PLACE), value_at(request, NUMBER)
      leave(exact, exactly(place, number), request)
      leave_first(place_between[place].numbered, number)
      local open = opens[request]
      if open then
        close(request)
        if open.family == REGISTRATION and open.m.v.lifetime == 0 and not answered_since(request, place) then lost(open) end
      end
      answer_octets[request], texts[NUMBER][request], texts[STAMP][request] = nil, nil, nil
      echoes[request], more_answers[request], raws[request] = nil, nil, nil
      if newest[place] == request then newest[place] = nil end
    end
    rows.drop(oldest)
  end

  local one_exact, one_unanswered, one_elsewhere = {}, {}, {}

  do
    local function asking_of(open)
      local m = open.m
      open.asking = open.asking or gist_of(m, open.raw)
      return open.asking
    end

    -- The same octets came a moment ago, and may have been answered.
    local function note_copies(open, earlier)
      for _, request in ipairs(earlier) do
        local raw = raws[request] or opens[request] and opens[request].raw
        if raw == open.raw and open.time - rows.get(request, TIME) < MOMENT then
          open.copied, open.done = true, open.done or {}
          table.insert(open.done, answer_octets[request])
          for i = 1, #(more_answers[request] or NOTHING), 2 do table.insert(open.done, more_answers[request][i]) end
        end
      end
    end

    -- A request was seen from `source` to `target`: what it has open.
    function pairing.request(exchange, m, s, key, time, source, target)
      local mn, number, family = exchange.mn_id and mobile_node(m) or nil, number_of(exchange, m), exchange.family
      local place = place_of(family, target, source, mn)
      local open = { -- whole at once: a table that grows costs more than one that does not
        key = key, time = time, m = m, raw = s, mn = mn, family = family, source = source, target = target,
        echo = echo_of(exchange, m, s), asking = nil, asked = nil, repeats = nil, told = nil, over = nil, copied = nil,
        done = nil,
      }
      local alike = list_of(unanswered[place], one_unanswered)
      for i = #alike, math.max(1, #alike - FAR), -1 do
        local earlier = opens[alike[i]]
        if asking_of(earlier) == asking_of(open) then
          open.repeats = earlier
          repeat_of[key], repeated_by[earlier.key] = earlier.key, key
          break
        end
      end
      latest = latest + 1
      local request = latest
      rows.set(request, KEY, key)
      rows.set(request, TIME, time)
      rows.set(request, PLACE, place)
      enter_value(request, NUMBER, number)
      enter_value(request, STAMP, stamp_of(m, s))
      if newest[place] then rows.set(request, BEFORE, newest[place]) end
      newest[place] = request
      opens[request] = open
      local same_number = exactly(place, number)
      if exact[same_number] then note_copies(open, list_of(exact[same_number], one_exact)) end
      enter(exact, same_number, request)
      enter(unanswered, place, request)
      local between = place_between[place]
      enter_behind(between.numbered, number, request)
      between.count, between.waiting[request] = between.count + 1, true
      if mn then enter(open_anywhere[family], mn, request) end
      if exchange.asks_when == nil or says(m, exchange.asks_when) then waiting[key] = true end
      return open
    end
  end

  -- What else is open of the same mobile node at the same node; nil where nothing is.
  function pairing.others(open)
    local there, others = open_anywhere[open.family][open.mn], nil
    for _, request in ipairs(list_of(there, one_elsewhere)) do
      local other = opens[request]
      if other.target == open.target then
        others = others or {}
        others[#others + 1] = other
      end
    end
    return others
  end

  -- Of several transmissions with one number that with the answer's timestamp, else the newest.
  local function timed(list, stamp)
    for i = #list, 1, -1 do
      if stamp and value_at(list[i], STAMP) == stamp then return list[i] end
    end
    return list[#list]
  end

  local function newest_of(list, fits)
    for i = #list, 1, -1 do
      if fits(list[i]) then return list[i] end
    end
  end

  -- The requests of one place that are remembered, the newest first.
  local function each_at(place)
    local request = newest[place]
    return function()
      local this = request
      if this == nil or this < oldest then return nil end
      request = rows.get(this, BEFORE)
      return this
    end
  end

  -- The request of a place with a timestamp, where only one has it.
  local function with_stamp(place, stamp)
    local same
    for request in each_at(place) do
      if value_at(request, STAMP) == stamp then
        if same then return nil end
        same = request
      end
    end
    return same
  end

  -- When these very octets answered a request a moment ago.
  local function doubled_at(request, s, time)
    if answer_octets[request] == s and time - rows.get(request, ANSWER_TIME) < MOMENT then
      return rows.get(request, ANSWER_TIME)
    end
    local more = more_answers[request] or NOTHING
    for i = 1, #more, 2 do
      if more[i] == s and time - more[i + 1] < MOMENT then return more[i + 1] end
    end
  end

  -- The request that these very octets answered a moment ago, the first of several.
  local function doubled(place, s, time)
    local found_one, at
    for request in each_at(place) do
      local when = not opens[request] and doubled_at(request, s, time)
      if when and (at == nil or when <= at) then found_one, at = request, when end
    end
    return found_one
  end

  -- The newest answered request of a moment ago whose answer copied the same.
  local function just_answered(place, echo, time)
    for request in each_at(place) do
      if time - rows.get(request, TIME) >= RECENT then return nil end
      if echoes[request] == echo then return request end
    end
  end

  -- Of requests between other nodes that with most of these.
  local function likely(elsewhere, number, source, target)
    local best, most = nil, -1
    for i = #elsewhere, 1, -1 do
      local request = elsewhere[i]
      if value_at(request, NUMBER) == number then
        local open, ends = opens[request], 0
        if open.source == source or open.target == source then ends = ends + 1 end
        if open.source == target or open.target == target then ends = ends + 1 end
        if ends > most then best, most = request, ends end
      end
    end
    return best
  end

  -- The request that an answer belongs to, and whether it had been answered.
  local function find_request(exchange, m, s, time, source, target)
    local mn = exchange.mn_id and mobile_node(m) or nil
    local between, number = between_of(exchange.family, source, target), number_of(exchange, m)
    local place = between and between.places[mn or ""]
    local same_number = list_of(place and exact[exactly(place, number)], one_exact)
    local open = list_of(place and unanswered[place], one_unanswered)
    local stamp, status = stamp_of(m, s), exchange.registers and m.v.status
    local echo = echo_of(exchange, m, s)
    local returned = stamp and status ~= 156 and status ~= 157 -- RFC 5213 5.5 (7): an accepted timestamp comes back
    local only = same_number[1]
    if only and same_number[2] == nil and opens[only] and opens[only].echo == echo then
      if not returned or value_at(only, STAMP) == stamp then return only, false end
    end
    local timely = returned and place and with_stamp(place, stamp)
    if timely and value_at(timely, NUMBER) ~= number then return timely, not opens[timely] end
    local candidates, fitting = {}, {}
    for i = 1, #same_number do
      local request = same_number[i]
      if opens[request] then
        candidates[#candidates + 1] = request
        if opens[request].echo == echo then fitting[#fitting + 1] = request end
      end
    end
    local again = place and fitting[1] == nil and doubled(place, s, time)
    local last_accepted = status == 135 and stamp == false
    if candidates[1] and not again and (fitting[1] or not last_accepted) then
      return timed(fitting[1] and fitting or candidates, stamp), false
    end
    if again then return again, true end
    if last_accepted and open[1] then -- RFC 6275 9.5.1: it carries the last accepted sequence number
      local same = newest_of(open, function(request) return opens[request].echo == echo end)
      local done = same == nil and just_answered(place, echo, time)
      if done then return done, true end -- a doubled request is refused like this
      return same or open[#open], false
    end
    local same, answered, numbered = {}, nil, between and between.numbered[number]
    if type(numbered) == "number" then numbered = { first = 1, last = 1, numbered } end
    for i = numbered and numbered.first or 1, numbered and numbered.last or 0 do
      local request = numbered[i]
      if opens[request] then same[#same + 1] = request else answered = request end
    end
    if mn == nil then
      if same[1] then return newest_of(same, function(request) return opens[request].mn == nil end) or same[#same], false end
      if answered then return answered, true end
      if between and between.count == 1 then return next(between.waiting), false end
    end
    if same_number[1] then return timed(same_number, stamp), true end
    if same[1] and not place then return same[#same], false end
    if open[1] then return open[#open], false end
    local elsewhere = mn and list_of(open_anywhere[exchange.family][mn], one_elsewhere)
    local there = elsewhere and likely(elsewhere, number, source, target)
    if there then return there, false end
  end

  -- The same octets as a request that has been answered so, a moment before or after it, and have no answer yet.
  local function tell_copies(request, raw, s)
    local there = exact[exactly(rows.get(request, PLACE), value_at(request, NUMBER))]
    for i = 1, type(there) == "table" and #there or 0 do
      local other = opens[there[i]]
      if other and other.raw == raw and math.abs(other.time - rows.get(request, TIME)) < MOMENT then
        other.done = other.done or {}
        table.insert(other.done, s)
      end
    end
  end

  -- Whether this answer to these very octets has been seen a moment ago.
  function pairing.is_copy(open, s)
    for _, octets in ipairs(open.done or NOTHING) do
      if octets == s then return true end
    end
    return false
  end

  -- An answer was seen: what its request had open; nil where it has none, or was answered before.
  function pairing.answer(exchange, m, s, key, time, source, target)
    if exchange.unsolicited_when and says(m, exchange.unsolicited_when) then return nil end
    local request, again = find_request(exchange, m, s, time, source, target)
    if request == nil then return nil end
    frames.set(key, PARTNER, rows.get(request, KEY))
    if again then
      again_of[key] = rows.get(request, ANSWER_KEY)
      local more = more_answers[request] or {}
      more_answers[request], more[#more + 1] = more, s
      more[#more + 1] = time
      if raws[request] then tell_copies(request, raws[request], s) end
      return nil
    end
    local open = opens[request]
    frames.set(open.key, PARTNER, key)
    waiting[open.key] = nil
    local earlier = open.repeats
    while earlier do -- what was sent before it is done with
      waiting[earlier.key] = nil
      earlier = not earlier.over and earlier.repeats
    end
    close(request)
    tell_copies(request, open.raw, s)
    rows.set(request, ANSWER_KEY, key)
    rows.set(request, ANSWER_TIME, time)
    answer_octets[request], raws[request], fresh_last = s, open.raw, fresh_last + 1
    fresh[fresh_last], echoes[request] = request, open.echo
    return open
  end
end

load_pairing()

-- ---------------------------------------------------------------------------------------------------- flows

-- The flows of a binding, as the accepted exchanges say (rules/watch_flows.py does the same for `pmiptool validate`): those
-- that FID options ask for, with the status that each got, and those that the anchor has re-instantiated. `since` is a
-- number that grows with each that is installed. It is negative for one that was not named in the last exchange, or was not
-- answered: the anchor may have it no more.
-- `session.shown` goes with every change: what is shown of the session is then made again (sessions.lua).

local flows = {}

do
  local last_since -- of a flow: they are numbered as they are installed

  function flows.forget() last_since = 0 end

  local ADD, MODIFY = 0, 1 -- PRO (mext 4.1)
  local NOT_FOUND = { [135] = true, [136] = true } -- mext 5.3.2.2 prints 135, its table says 136

  function flows.at(binding, fid)
    for i, flow in ipairs(binding.flows) do
      if flow.fid == fid then return flow, i end
    end
  end

  -- The selector of a FID option, as its octets and as text.
  local function selector_of(element, s)
    for _, part in ipairs(element.subs or NOTHING) do
      local field = part.entry and part.entry.fields[#part.entry.fields]
      if field and field.kind == "flagged" then return sub(s, part.at, part.stop - 1), part end
    end
  end

  -- The binding references of a FID option, as octets.
  local function bids_of(element, s)
    local part = first(element.parts["binding-reference"])
    return part and sub(s, part.at + 2, part.stop - 1) or ""
  end

  local function selector_text(part)
    local out, v = {}, part.v
    for _, one in ipairs(part.entry.fields[#part.entry.fields].parts) do
      local value = v[one.name]
      if value ~= nil then
        if one.kind == "address" then
          value = one.octets == 16 and ipv6_text(value) or table.concat({ byte(value, 1, 4) }, ".")
        elseif one.mask then
          value = math.floor(value / one.weight) % one.count
        end
        if one.start and v[one.start] ~= nil then
          out[#out] = out[#out] .. "-" .. value
        else
          out[#out + 1] = string.gsub(one.name, "_", "-") .. "=" .. value
        end
      end
    end
    return out[1] and table.concat(out, " ") or "everything"
  end

  -- A flow as an option tells it. Many sessions have the same: one that differs from its option is a copy.
  local function flow_of(element, s)
    if element.flow == nil then
      local v = element.v
      local octets, part = selector_of(element, s)
      element.flow = {
        fid = v.fid, pri = v.pri, action = v.action or 1, selector = octets, text = part and selector_text(part) or "?",
        bids = bids_of(element, s), said = {},
      }
    end
    return element.flow
  end

  local function copy_of(flow)
    local copy = {}
    for key, value in pairs(flow) do copy[key] = value end
    copy.said = {}
    return copy
  end

  local function same_flow(one, other)
    return one.pri == other.pri and one.action == other.action and one.selector == other.selector
      and one.bids == other.bids and one.reinstantiated == other.reinstantiated and not one.unsure
  end

  -- A flow enters the list, behind the others of its priority. One that is there as it is stays in its place.
  local function install(session, binding, flow)
    binding.since = binding.since or {}
    local existing, at = flows.at(binding, flow.fid)
    if existing and same_flow(existing, flow) then
      binding.since[at] = math.abs(binding.since[at])
      return
    end
    last_since, at = last_since + 1, at or #binding.flows + 1
    binding.flows[at], binding.since[at], session.shown = flow, last_since, nil
  end

  -- Another description of a flow takes its place.
  local function replace(session, binding, at, flow)
    if not same_flow(binding.flows[at], flow) then binding.flows[at], session.shown = flow, nil end
    binding.since[at] = math.abs(binding.since[at])
  end

  local function remove(session, binding, at)
    table.remove(binding.flows, at)
    table.remove(binding.since, at)
    session.shown = nil
  end

  -- Nobody knows any more whether the flows of a binding are still there. fids: only these, where given.
  function flows.doubt(binding, fids)
    for i = 1, #binding.flows do
      if fids == nil or fids[binding.flows[i].fid] then binding.since[i] = -math.abs(binding.since[i]) end
    end
  end

  -- Adds to a set the FIDs of Flow Summary options.
  local function name_summaries(options, named)
    for _, element in ipairs(options) do
      for _, fid in ipairs(element.v and element.v.fid or NOTHING) do named[fid] = true end
    end
  end

  -- Adds to a set the FIDs that a request names.
  function flows.name_fids(m, named)
    for _, element in ipairs(m.named.fid or NOTHING) do
      if element.v then named[element.v.fid] = true end
    end
    name_summaries(m.named["flow-summary"] or NOTHING, named)
  end

  -- A FID option that its MAG did not ask for: the anchor has re-instantiated a filter.
  function flows.announced(session, binding, element, s)
    local existing, at = flows.at(binding, element.v.fid)
    if existing == nil or binding.since[at] < 0 then
      local flow = copy_of(flow_of(element, s))
      flow.reinstantiated = true
      if existing == nil or not same_flow(existing, flow) then install(session, binding, flow) end
      existing = flow
    end
    for i, kept in ipairs(session.kept) do
      if kept.selector == existing.selector then
        table.remove(session.kept, i)
        session.shown = nil
        break
      end
    end
  end

  -- Filters of a binding whose lifetime goes on: what was asked, with the status that it got, then what was announced.
  function flows.apply(session, binding, request, rs, answer, as)
    local given, times = {}, {}
    for _, element in ipairs(answer.named.fid or NOTHING) do
      if element.v then given[element.v.fid] = element end
    end
    for _, element in ipairs(request.named.fid or NOTHING) do
      if element.v then times[element.v.fid] = (times[element.v.fid] or 0) + 1 end
    end
    for _, element in ipairs(request.named.fid or NOTHING) do
      local v = element.v
      if v and times[v.fid] == 1 then
        local echo, existing, place = given[v.fid], flows.at(binding, v.fid)
        local pro = v.pro or (existing and MODIFY or ADD)
        if echo == nil then
          if existing then
            binding.flows[place], session.shown = copy_of(existing), nil
            binding.flows[place].unsure = true
            binding.since[place] = -math.abs(binding.since[place])
          elseif pro == ADD then
            install(session, binding, flow_of(element, rs))
            binding.since[#binding.since] = -last_since
          end
        elseif existing and pro == MODIFY and set.dialect == "mext" and NOT_FOUND[echo.v.status] and binding.since[place] > 0 then
          remove(session, binding, place) -- the anchor no longer knows it: a restart
        elseif echo.v.status >= 128 then
          if existing then binding.since[place] = math.abs(binding.since[place]) end
        elseif pro == set.pro_delete then
          if existing then remove(session, binding, place) end
        elseif pro == ADD or existing == nil then
          install(session, binding, flow_of(element, rs))
        elseif pro == MODIFY then
          local changed = flow_of(element, rs)
          if existing.reinstantiated or changed.selector == nil or changed.bids == "" and existing.bids ~= "" then
            changed = copy_of(changed)
            changed.reinstantiated = existing.reinstantiated
            if changed.selector == nil then changed.selector, changed.text = existing.selector, existing.text end
            if changed.bids == "" then changed.bids = existing.bids end
          end
          replace(session, binding, place, changed)
        else
          binding.since[place] = math.abs(binding.since[place])
        end
      end
    end
    local summary, reading, unnamed = request.named["flow-summary"], set.reading["flow-omission"], nil
    summary = summary and value_of(request, "flow-summary") and summary -- one that does not fit names nothing
    local removes = reading == "strict" or summary and reading == "summary" -- what nothing names
    local named = NOTHING
    if summary then
      named = {}
      name_summaries(summary, named)
    end
    for i = #binding.flows, 1, -1 do
      local fid = binding.flows[i].fid
      local refused = named[fid] and given[fid] and given[fid].v.status >= 128
      if refused and binding.since[i] > 0 and set.dialect == "mext" or removes and not named[fid] and not times[fid] then
        remove(session, binding, i)
      elseif not named[fid] and not times[fid] then
        unnamed = unnamed or {}
        unnamed[fid] = true
      end
    end
    for _, element in ipairs(answer.named.fid or NOTHING) do
      local last = element.v and given[element.v.fid]
      if last and times[last.v.fid] == nil then
        if last.v.status < 128 then flows.announced(session, binding, last, as) end
        given[last.v.fid] = nil
      end
    end
    if unnamed then flows.doubt(binding, unnamed) end
  end

  local ACTIONS = { [1] = "forward", [2] = "discard", [3] = "n-cast" }

  function flows.text(flow, care_of)
    if flow.said[care_of] then return flow.said[care_of] end
    local action = ACTIONS[flow.action] or "action " .. flow.action
    local text = "FID " .. flow.fid .. " pri=" .. flow.pri .. " " .. action .. " " .. flow.text .. " at " .. care_of
    if flow.reinstantiated then text = text .. " (re-instantiated)" end
    if flow.unsure then text = text .. " (unsure)" end
    flow.said[care_of] = text
    return text
  end
end

-- ---------------------------------------------------------------------------------------------------- nodes

-- Mobile nodes as each anchor has them, with their sessions. A collection of garbage walks through all tables that live,
-- and thousands of nodes may live of which nothing comes for long. So only the few that came lately stand in tables;
-- the others sleep in the cells of a single one (7 tables for each of 2,000 nodes were half of what collections cost).
--
-- A node has number, anchor, mn, its sessions in order, and plain: those without the Multihoming option that are in force.
-- A session has number, key (the mobile node), mhgid, prefixes (as text), mag (of several paths), shown (what is shown of
-- it, while that is known), bindings, kept (flows of none), ended (the ages of bindings that may come again), home (its
-- IPv4 home address) and bids (BID -> the key of its binding).
-- A binding has key, care_of, att, ll, age, expires, renewed, path and flows; of each of these `since` (flows.lua), in
-- the same order.

local nodes = {}

do
  local AWAKE = 32 -- nodes that stand in tables
  local NONE = {}

  local number_of -- anchor -> mobile node -> number
  local anchor_of, mn_of -- by number
  local awake -- number -> node
  local turn, hand -- the nodes that are awake, in a ring, and the one that came last
  local bed_of -- number -> where its cells begin
  local cells, cell_count
  local beds -- size -> where so many cells are free
  local all_of -- anchor -> numbers of all its nodes, in order

  function nodes.forget()
    number_of, anchor_of, mn_of, all_of, awake, turn, hand = {}, {}, {}, {}, {}, {}, 0
    bed_of, cells, cell_count, beds = {}, {}, 0, {}
  end

  local row, width = {}, 0 -- the cells of the node that goes to sleep

  local function lay_binding(binding)
    local at, flows = width, binding.flows
    row[at + 1], row[at + 2], row[at + 3], row[at + 4] = binding.key, binding.care_of, binding.att or false, binding.ll
    row[at + 5], row[at + 6], row[at + 7] = binding.age, binding.expires or false, binding.renewed or false
    row[at + 8], row[at + 9] = binding.path or false, #flows
    width = at + 9 + 2 * #flows
    for i = 1, #flows do row[at + 8 + 2 * i], row[at + 9 + 2 * i] = flows[i], binding.since[i] end
  end

  local function lay_session(session, is_plain)
    local at, bindings = width, session.bindings
    row[at + 1], row[at + 2], row[at + 3] = session.number, session.mhgid or false, session.prefixes
    row[at + 4], row[at + 5], row[at + 6] = session.mag or false, session.shown or false, is_plain
    row[at + 7], row[at + 8], row[at + 9] = session.kept, session.ended or false, session.home or false
    row[at + 10], row[at + 11], width = session.bids or false, #bindings, at + 11
    for i = 1, #bindings do lay_binding(bindings[i]) end
  end

  local function put_to_sleep(node)
    row[2], width = #node, 2
    for _, session in ipairs(node) do
      local is_plain = false
      for _, one in ipairs(node.plain) do is_plain = is_plain or one == session end
      lay_session(session, is_plain)
    end
    row[1] = width
    local free = beds[width]
    local bed = free and table.remove(free)
    if bed == nil then bed, cell_count = cell_count + 1, cell_count + width end
    for i = 1, width do cells[bed + i - 1] = row[i] end
    bed_of[node.number], awake[node.number] = bed, nil
  end

  local function take_binding(at)
    local binding = { -- whole at once: a table that grows costs more than one that does not
      since = nil, key = cells[at], care_of = cells[at + 1], att = cells[at + 2] or nil, ll = cells[at + 3], age = cells[at + 4],
      expires = cells[at + 5] or nil, renewed = cells[at + 6] or nil, path = cells[at + 7] or nil, flows = {},
    }
    local count = cells[at + 8]
    if count > 0 then
      local flows, since = binding.flows, {}
      for i = 1, count do flows[i], since[i] = cells[at + 7 + 2 * i], cells[at + 8 + 2 * i] end
      binding.since = since
    end
    return binding, at + 9 + 2 * count
  end

  local function take_session(at, mn)
    local session, is_plain = {
      number = cells[at], key = mn, mhgid = cells[at + 1] or nil, prefixes = cells[at + 2], mag = cells[at + 3] or nil,
      shown = cells[at + 4] or nil, kept = cells[at + 6], ended = cells[at + 7] or nil, home = cells[at + 8] or nil,
      bids = cells[at + 9] or nil, bindings = {},
    }, cells[at + 5]
    local count = cells[at + 10]
    at = at + 11
    for i = 1, count do session.bindings[i], at = take_binding(at) end
    return session, is_plain, at
  end

  local function new_table(number)
    return { number = number, anchor = anchor_of[number], mn = mn_of[number], plain = {}, used = true }
  end

  -- The one that has not been asked for since the hand passed it last makes room.
  local function keep_awake(node)
    awake[node.number] = node
    local there
    repeat
      hand = hand % AWAKE + 1
      there = turn[hand]
      local stays = there and there.used
      if stays then there.used = false end
    until not stays
    if there then put_to_sleep(there) end
    turn[hand] = node
  end

  local function wake(number)
    local bed, node = bed_of[number], new_table(number)
    local size, count, at = cells[bed], cells[bed + 1], bed + 2 -- how many they are stands first
    for i = 1, count do
      local session, is_plain
      session, is_plain, at = take_session(at, node.mn)
      node[i] = session
      if is_plain then node.plain[#node.plain + 1] = session end
    end
    for i = bed, bed + size - 1 do cells[i] = false end
    local free = beds[size] or {}
    beds[size], free[#free + 1] = free, bed
    bed_of[number] = false
    keep_awake(node)
    return node
  end

  local function numbered(number)
    local node = awake[number]
    if node == nil then return wake(number) end
    node.used = true
    return node
  end

  -- The node of an anchor; nil where there is none.
  function nodes.at(anchor, mn)
    local there = number_of[anchor]
    local number = there and there[mn]
    return number and numbered(number)
  end

  function nodes.new(anchor, mn)
    local node = nodes.at(anchor, mn)
    if node then return node end
    local number = #mn_of + 1
    anchor_of[number], mn_of[number], bed_of[number] = anchor, mn, false
    local there, all = number_of[anchor] or {}, all_of[anchor] or {}
    number_of[anchor], there[mn] = there, number
    all_of[anchor], all[#all + 1] = all, number
    node = new_table(number)
    keep_awake(node)
    return node
  end

  -- All nodes of an anchor, one after the other: what was done with one is done when the next comes.
  function nodes.each(anchor)
    local i, all = 0, all_of[anchor] or NONE
    return function()
      i = i + 1
      return all[i] and numbered(all[i])
    end
  end

  function nodes.by_number(number) return numbered(number) end

  function nodes.mn_of(number) return mn_of[number] end
end

-- ---------------------------------------------------------------------------------------------------- bindings

-- What a registration asks of its binding, and what changes the bindings of a session. `session.shown` goes with every
-- change: what is shown of the session is then made again (sessions.lua).

local bindings = {}

do
  local REMOVE, KEEP = 1, 2 -- ACT (muho 4.1)
  local ALL_ZERO = string.rep("\0", 16)
  local LIFETIME_UNIT = 4 -- seconds
  local NONE = {} -- no flows are kept

  local last_age -- of a binding: they are numbered as they come

  function bindings.forget() last_age = 0 end

  -- The prefix of an option as text; false where it has none, or ALL_ZERO.
  local function prefix_of(element)
    if element.prefix == nil then
      local v = element.v
      local length = v and v["home_network_prefix.length"]
      local network_address = v and masked(v["home_network_prefix.address"], length)
      element.prefix = v and network_address ~= ALL_ZERO and ipv6_text(network_address) .. "/" .. length
    end
    return element.prefix
  end

  -- The prefixes of a message that are not ALL_ZERO, each once, as text.
  function bindings.prefixes_of(m)
    local elements = m.named.hnp
    if elements == nil then return "" end
    local all, seen = prefix_of(elements[1]) or "", nil
    for i = 2, #elements do
      local text = prefix_of(elements[i])
      seen = seen or { [all] = true }
      if text and not seen[text] then
        all, seen[text] = all == "" and text or all .. ", " .. text, true
      end
    end
    return all
  end

  -- Whether two texts have a prefix in common.
  function bindings.share(one, other)
    if one == other then return one ~= "" end
    for prefix in string.gmatch(one, "[^, ]+") do
      for another in string.gmatch(other, "[^, ]+") do
        if prefix == another then return true end
      end
    end
    return false
  end

  -- What a request says of its binding.
  local function asked_of(m, source)
    local att, ll, hi, option = value_of(m, "att"), value_of(m, "ll-id"), value_of(m, "hi"), value_of(m, "multihoming")
    local other = value_of(m, "alt-coa")
    local care_of = other and ipv6_text(other.alternate_care_of_address) or source
    local identifier = ll and ll.link_layer_identifier or ""
    if not string.find(identifier, "[^\0]") then identifier = "" end
    local asked = { care_of = care_of, hi = hi and hi.hi, att = att and att.att, mhgid = option and option.mhgid, ll = identifier }
    asked.act = option and asked.hi == 4 and m.v.lifetime == 0 and option.act or 0
    asked.key = care_of
    if set.reading["binding-key"] == "interface" or option == nil then
      asked.key = care_of .. "|" .. (asked.att or "-") .. "|" .. identifier
    end
    asked.removal = m.v.lifetime == 0
    asked.home, asked.names_prefix = m.named["ipv4-hoa-request"] ~= nil, m.named.hnp ~= nil
    local way = option == nil and value_of(m, "mag-multipath") or nil
    if way then
      local mag = value_of(m, "mag-id")
      asked.path, asked.mag = way, mag and mag.subtype .. ":" .. mag.identifier or "0:"
    end
    asked.prefixes = bindings.prefixes_of(m)
    return asked
  end

  function bindings.asked_by(open)
    open.asked = open.asked or asked_of(open.m, open.source)
    return open.asked
  end

  function bindings.new_session(number, mn, mhgid, prefixes)
    return { number = number, key = mn, mhgid = mhgid, prefixes = prefixes, bindings = {}, kept = NONE, shown = nil }
  end

  function bindings.find(session, key)
    for i, binding in ipairs(session.bindings) do
      if binding.key == key then return binding, i end
    end
  end

  -- A binding leaves force; where its filters go by ACT.
  function bindings.take_away(session, index, act)
    local binding = table.remove(session.bindings, index)
    session.shown = nil
    if act == KEEP and session.bindings[1] then
      if session.kept == NONE then session.kept = {} end
      for _, flow in ipairs(binding.flows) do session.kept[#session.kept + 1] = flow end
    end
    for i = 1, act == REMOVE and #session.bindings or 0 do flows.doubt(session.bindings[i]) end -- or those of all are gone
    if session.bindings[1] == nil then session.kept = NONE end
  end

  function bindings.expire(session, now)
    for i = #session.bindings, 1, -1 do
      local expires = session.bindings[i].expires
      if expires and expires < now then bindings.take_away(session, i, 0) end
    end
  end

  function bindings.add(session, asked)
    last_age = last_age + 1
    local binding = { key = asked.key, care_of = asked.care_of, att = asked.att, ll = asked.ll, flows = {}, age = last_age }
    session.bindings[#session.bindings + 1] = binding
    session.shown = nil
    return binding
  end

  -- BIDs that an answer grants: each is that of one binding, the last that registered it (RFC 5648 6.2).
  function bindings.take_bids(session, binding, answer)
    session.bids = session.bids or {}
    for _, element in ipairs(answer.named.bid) do
      if element.v and element.v.status < 128 then session.bids[element.v.bid] = binding.key end
    end
  end

  -- Whether a binding has one of the BIDs that a message names, where it names any.
  function bindings.is_named(session, binding, elements)
    local any = false
    for _, element in ipairs(elements or NONE) do
      local bid = element.v and element.v.bid or nil
      any = any or bid ~= nil
      if bid and (binding.path == bid or session.bids and session.bids[bid] == binding.key) then return true end
    end
    return not any
  end

  -- A de-registered binding may come again.
  function bindings.remember(session, binding)
    session.ended = session.ended or {}
    session.ended[binding.key] = binding.age
  end

  local function by_age(one, other) return one.age < other.age end

  -- One that comes again keeps the age that it had.
  function bindings.revive(session, binding, age)
    binding.age = age
    table.sort(session.bindings, by_age)
    session.ended[binding.key] = nil
  end

  -- A handover moves the binding that it names.
  function bindings.handed_over(session, asked)
    if set.reading.handover ~= "move" then return nil end
    if asked.hi == 2 then return session.bindings[2] == nil and session.bindings[1] or nil end
    if asked.att == nil or asked.hi ~= 3 and asked.hi ~= 4 then return nil end
    local same
    for _, binding in ipairs(session.bindings) do
      if binding.att == asked.att and binding.ll == asked.ll then
        if same then return nil end
        same = binding
      end
    end
    return same
  end

  function bindings.move(session, binding, asked)
    for bid, key in pairs(session.bids or NONE) do
      if key == binding.key then session.bids[bid] = asked.key end
    end
    binding.key, binding.care_of, session.shown = asked.key, asked.care_of, nil
  end


  function bindings.give(session, prefixes)
    if session.prefixes ~= prefixes then session.prefixes, session.shown = prefixes, nil end
  end

  -- A request was accepted: how long, and at which interface its mobile node is.
  function bindings.renew(session, binding, asked, answer, now)
    binding.expires, binding.renewed = now + answer.v.lifetime * LIFETIME_UNIT, now
    if binding.att ~= asked.att then binding.att, session.shown = asked.att, nil end
    binding.ll = asked.ll
  end

  -- The IPv4 home address that an answer gives, as octets (RFC 5844 3.3.2).
  function bindings.home_of(answer)
    local reply = answer.named["ipv4-hoa-reply"] and value_of(answer, "ipv4-hoa-reply")
    if not reply or reply.status >= 128 or not string.find(reply.ipv4_home_address, "[^\0]") then return nil end
    return reply.ipv4_home_address
  end

  -- The address of a session as an answer says it. A handoff that names none gives it up (3.1.2.4).
  function bindings.settle_home(session, asked, answer, entered)
    local home = bindings.home_of(answer)
    if home or entered and not asked.home then session.home = home end
  end

  -- An accepted de-registration of the address alone, or of the prefixes alone, of a session that has both: it goes on
  -- with the other (RFC 5844 3.1.2.5).
  function bindings.goes_on(session, asked)
    if not session.home or session.prefixes == "" or asked.home == asked.names_prefix then return false end
    if asked.home then session.home = nil else bindings.give(session, "") end
    return true
  end
end

-- ---------------------------------------------------------------------------------------------------- sessions

-- What the anchor must believe: mobility sessions, the care-of addresses bound in them, and their flows, as the accepted
-- exchanges say (rules/watch.py does the same for `pmiptool validate`; a test holds the two against each other).
-- Worked out when a frame is read for the first time; later visits look up what was shown then.

local sessions = {}

do
  local NONE = {}
  local LAST = 65536 -- behind all priorities

  -- Sessions are numbered as they come, and so is what is shown of them, one after the other.
  local SESSION, SHOWN = frames.SESSION, frames.SHOWN
  local node_of -- session -> its node's number
  local anchors -- those that have given a session
  local suffix_of, mhgid_of, prefixes_of -- by session: what its name has behind the mobile node's; the prefixes of now
  local shown_count, shown_bindings, shown_flows, shown_prefixes -- by what is shown: lists of texts, and a text
  local lists, list_count -- text of a list -> the list

  function sessions.forget()
    nodes.forget()
    bindings.forget()
    flows.forget()
    sessions.anchors = {}
    node_of, anchors, suffix_of, mhgid_of, prefixes_of = {}, sessions.anchors, {}, {}, {}
    shown_count, shown_bindings, shown_flows, shown_prefixes, lists, list_count = 0, {}, {}, {}, {}, 0
    sessions.mhgid, sessions.prefixes = mhgid_of, prefixes_of
    sessions.shown_bindings, sessions.shown_flows, sessions.shown_prefixes = shown_bindings, shown_flows, shown_prefixes
  end

  local function new_session(node, mhgid, prefixes)
    local number = #suffix_of + 1
    local session, alone = bindings.new_session(number, node.mn, mhgid, prefixes), string.match(prefixes, "^[^,]+")
    node[#node + 1], anchors[node.anchor] = session, true
    node_of[number], mhgid_of[number], prefixes_of[number] = node.number, mhgid or false, prefixes
    suffix_of[number] = mhgid and " group " .. mhgid or alone and " " .. alone or ""
    return session
  end

  -- The name of a session, and the identifier of its mobile node.
  function sessions.name(number)
    local mn = clean(string.match(nodes.mn_of(node_of[number]), "^%d+:(.*)$"))
    return mn .. suffix_of[number], mn
  end

  function sessions.count() return #suffix_of end

  local function group_in(node, mhgid)
    for i = 1, #node do
      if node[i].mhgid == mhgid then return node[i] end
    end
  end

  local function plain_session(list, key)
    for i, session in ipairs(list) do
      if bindings.find(session, key) then return session, i end
    end
  end

  local function apply_grouped(session, asked, request, rs, answer, as, now)
    local binding, index = bindings.find(session, asked.key)
    if asked.removal then
      if binding then
        bindings.take_away(session, index, asked.act)
        bindings.remember(session, binding)
      end
      return
    end
    local given = bindings.prefixes_of(answer)
    if given ~= "" and (session.prefixes == "" or session.bindings[1] == nil or (binding and session.bindings[2] == nil)) then
      bindings.give(session, given)
    end
    if binding == nil then
      local age = session.ended and session.ended[asked.key]
      binding = age == nil and bindings.handed_over(session, asked) or nil
      if binding then
        bindings.move(session, binding, asked)
        flows.doubt(binding) -- or they stayed behind
      else
        binding = bindings.add(session, asked)
        if age then bindings.revive(session, binding, age) end
      end
    end
    bindings.renew(session, binding, asked, answer, now)
    if answer.named.bid then bindings.take_bids(session, binding, answer) end
    flows.apply(session, binding, request, rs, answer, as)
  end

  -- Sessions without the Multihoming option whose bindings are gone.
  local function drop_empty(list)
    for i = #list, 1, -1 do
      if list[i].bindings[1] == nil then table.remove(list, i) end
    end
  end
  sessions.drop_empty = drop_empty

  -- The session that has a prefix which an answer gives, or else the address.
  local function holder_of(list, given, home)
    for _, session in ipairs(list) do
      if bindings.share(given, session.prefixes) then return session end
    end
    for _, session in ipairs(home and list or NONE) do
      if session.home == home then return session end
    end
  end

  local function apply_plain(node, asked, answer, now)
    local list = node.plain
    local session, at = plain_session(list, asked.key)
    if asked.removal then
      if session and not bindings.goes_on(session, asked) then
        table.remove(list, at)
        session.bindings, session.shown = {}, nil
      end
      return session
    end
    local given, home, entered = bindings.prefixes_of(answer), bindings.home_of(answer), session == nil
    if entered then
      session = holder_of(list, given, home)
      if session then
        bindings.move(session, session.bindings[1], asked)
      else
        session = new_session(node, nil, given)
        list[#list + 1] = session
      end
    end
    local binding = bindings.find(session, asked.key) or bindings.add(session, asked)
    if given ~= "" then bindings.give(session, given) end
    bindings.renew(session, binding, asked, answer, now)
    bindings.settle_home(session, asked, answer, entered)
    return session
  end

  -- Several paths between a MAG and the anchor (RFC 8278): a plain session whose bindings have their BID for a key.

  local function session_with_paths(list, asked)
    for _, session in ipairs(list) do
      if session.mag == asked.mag then
        if asked.prefixes ~= "" then
          if bindings.share(session.prefixes, asked.prefixes) then return session end
        else
          for _, binding in ipairs(session.bindings) do
            if asked.att and binding.att == asked.att and binding.ll == asked.ll then return session end
          end
        end
      end
    end
  end

  local function apply_paths(node, asked, request, rs, answer, as, now)
    local list = node.plain
    local session, bid = session_with_paths(list, asked), "BID " .. asked.path.bid
    if asked.removal then
      for i = session and #session.bindings or 0, 1, -1 do
        local binding = session.bindings[i]
        if asked.path.b == 1 or binding.key == bid then
          bindings.take_away(session, i, 0)
          bindings.remember(session, binding)
        end
      end
      drop_empty(list)
      return session
    end
    local given = bindings.prefixes_of(answer)
    if session == nil then
      session = holder_of(list, given, nil)
      if session then
        session.bindings, session.shown = {}, nil -- another gateway had it
      else
        session = new_session(node, nil, given)
        list[#list + 1] = session
      end
      session.mag = asked.mag
    end
    local binding, age = bindings.find(session, bid), session.ended and session.ended[bid]
    bindings.settle_home(session, asked, answer, binding == nil)
    if binding == nil then
      binding = bindings.add(session, asked)
      binding.key = bid
      if age then bindings.revive(session, binding, age) end
    end
    if binding.care_of ~= asked.care_of or binding.path ~= asked.path.bid then session.shown = nil end
    binding.care_of, binding.path = asked.care_of, asked.path.bid
    if given ~= "" and (session.prefixes == "" or session.bindings[2] == nil) then bindings.give(session, given) end
    bindings.renew(session, binding, asked, answer, now)
    for i = #session.bindings, 1, -1 do
      local other = session.bindings[i]
      if other ~= binding and asked.path.b == 1 then
        other.expires = binding.expires
      elseif other ~= binding and asked.path.o == 1 then
        bindings.take_away(session, i, 0)
      end
    end
    flows.apply(session, binding, request, rs, answer, as)
    return session
  end

  -- A request without paths was accepted for a session that had several: one binding is left, or one fewer.
  local function collapse(list, asked, answer)
    local given = bindings.prefixes_of(answer)
    for _, session in ipairs(list) do
      if session.mag and bindings.share(session.prefixes, given) then
        local kept
        for _, binding in ipairs(session.bindings) do
          if binding.care_of == asked.care_of then kept = kept or binding end
        end
        local own = kept ~= nil
        kept = kept or session.bindings[1]
        for i = #session.bindings, 1, -1 do
          local binding = session.bindings[i]
          local goes = asked.removal and own and binding.care_of == asked.care_of or not asked.removal and binding ~= kept
          if goes then bindings.take_away(session, i, 0) end
        end
        if not asked.removal and kept then
          if own then kept.key = asked.key end
          kept.path, session.mag, session.shown = nil, nil, nil
        end
      end
    end
    drop_empty(list)
  end

  local function locate(node, asked)
    local group = asked.mhgid and group_in(node, asked.mhgid)
    if group then return group end
    local several = asked.path and session_with_paths(node.plain, asked)
    if several then return several end
    return (plain_session(node.plain, asked.key))
  end

  local function by_priority(one, other)
    if one.pri ~= other.pri then return one.pri < other.pri end
    return one.since < other.since
  end

  -- Lists of the same texts are one: many sessions of a gateway have the same flows.
  local function shared(list)
    local text = table.concat(list, "\n")
    if lists[text] == nil then
      if list_count >= 1000 then lists, list_count = {}, 0 end
      lists[text], list_count = list, list_count + 1
    end
    return lists[text]
  end

  -- What is in force, as text; made again only when it has changed.
  local function show(session)
    if session.shown then return session.shown end
    local bound, filters, owned = {}, {}, {}
    for i, binding in ipairs(session.bindings) do
      local att = binding.att and enum_text("att", binding.att)
      local path = binding.path and "BID " .. binding.path or nil
      local more = path and att and path .. ", " .. att or path or att
      bound[i] = binding.care_of .. (more and " (" .. more .. ")" or "")
      for k, flow in ipairs(binding.flows) do
        owned[#owned + 1] = {
          flow = flow, care_of = binding.care_of, pri = flow.unsure and LAST or flow.pri, since = math.abs(binding.since[k]),
        }
      end
    end
    table.sort(owned, by_priority)
    for i, one in ipairs(owned) do filters[i] = flows.text(one.flow, one.care_of) end
    for _, flow in ipairs(session.kept) do
      filters[#filters + 1] = flows.text(flow, "another interface") .. " (kept, not announced yet)"
    end
    shown_count = shown_count + 1
    shown_bindings[shown_count], shown_flows[shown_count] = shared(bound), shared(filters)
    session.shown, shown_prefixes[shown_count], prefixes_of[session.number] = shown_count, session.prefixes, session.prefixes
    return shown_count
  end

  -- The session of a frame, and what is shown of it.
  local function remember_session(key, session, shown)
    frames.set(key, SESSION, session.number)
    frames.set(key, SHOWN, shown)
  end
  sessions.show, sessions.remember = show, remember_session

  -- All sessions with what is in force now, one after the other.
  function sessions.each()
    local number = 0
    return function()
      number = number + 1
      if node_of[number] == nil then return nil end
      for _, session in ipairs(nodes.by_number(node_of[number])) do
        if session.number == number then return number, show(session) end
      end
    end
  end

  -- The bindings of a node whose lifetime has ended.
  local function expire(node, now)
    for i = 1, #node do bindings.expire(node[i], now) end
    drop_empty(node.plain)
  end

  -- A request: the session that it belongs to, as it stands before the answer.
  function sessions.asked(open)
    local node = open.mn and nodes.at(open.target, open.mn)
    if node == nil then return end
    expire(node, open.time)
    local session = locate(node, bindings.asked_by(open))
    if session then remember_session(open.key, session, show(session)) end
  end

  -- An answer with what its request had open: what it changes, and the session as it stands then.
  function sessions.answered(open, m, s, key, time)
    if open.mn == nil then return end
    local copy = pairing.is_copy(open, s)
    local fids, removals
    if not copy then fids, removals = sessions.doubts(open) end
    if open.m.name ~= "pbu" then return end
    local accepted = m.v.status < 128 and not copy
    local node = accepted and nodes.new(open.target, open.mn) or nodes.at(open.target, open.mn)
    if node == nil then return end
    expire(node, time)
    local asked = bindings.asked_by(open)
    local session = locate(node, asked)
    if accepted then
      local echoed = value_of(m, "multihoming") ~= nil
      local grouped = session and session.mhgid
      if asked.mhgid and (echoed or grouped) then
        session = grouped and session or new_session(node, asked.mhgid, "")
        if fids then sessions.doubt(session, (bindings.find(session, asked.key)), fids, removals) end
        apply_grouped(session, asked, open.m, open.raw, m, s, time)
      elseif asked.path and (value_of(m, "mag-multipath") or session and session.mag) then
        if fids and session then
          sessions.doubt(session, (bindings.find(session, "BID " .. asked.path.bid)), fids, removals)
        end
        session = apply_paths(node, asked, open.m, open.raw, m, s, time) or session
      else
        collapse(node.plain, asked, m)
        session = apply_plain(node, asked, m, time)
      end
    end
    if session == nil then return end
    remember_session(key, session, show(session))
    frames.set(open.key, SESSION, session.number)
  end

  -- A removal whose answer will not come any more: its binding may be gone.
  function sessions.lost(open)
    local node = open.mn and nodes.at(open.target, open.mn)
    local asked = bindings.asked_by(open)
    local session = node and locate(node, asked)
    local _, index = nil, nil
    if session then _, index = bindings.find(session, asked.path and session.mag and "BID " .. asked.path.bid or asked.key) end
    if index == nil then return end
    bindings.take_away(session, index, 0)
    drop_empty(node.plain)
  end
end

-- ---------------------------------------------------------------------------------------------------- endings

-- What changes sessions besides registrations: revocations, notifications, and an anchor that has lost its state. What an
-- onlooker cannot know any more is shown no longer, as `pmiptool validate` does it (rules/watch_revocation.py).

do
  local P, V, G = 0x8000, 0x4000, 0x2000 -- flags of a revocation (RFC 5846 5.1)
  local FLOW_MOBILITY = 8 -- reason of a notification (RFC 7864 4.2)
  local NONE = {}

  local revocations -- anchor -> mobile node, or "" for all -> indications since its last registration
  local restarts -- node -> the restart counter that it told last

  local doubted -- mobile node -> anchor -> gateway -> FIDs named in requests without an answer

  function sessions.forget_endings() revocations, restarts, doubted = {}, {}, {} end

  -- What requests without an answer leave unknown when another of their mobile node has its answer, since the anchor may
  -- have acted on them: FIDs, and requests that remove a binding; nil twice where every one has its answer.
  function sessions.doubts(open)
    local others, of_node = pairing.others(open), doubted[open.mn]
    if others == nil and of_node == nil then return nil, nil end
    of_node = of_node or {}
    doubted[open.mn] = of_node
    local there, removals, fids = of_node[open.target] or {}, {}, {}
    of_node[open.target] = there
    for _, other in ipairs(others or NONE) do
      there[other.source] = there[other.source] or {}
      flows.name_fids(other.m, there[other.source])
      if other.m.v.lifetime == 0 then removals[#removals + 1] = other end
    end
    local unsure = there[open.source] or {}
    for fid in pairs(unsure) do fids[fid] = true end
    for _, element in ipairs(open.m.named.fid or NONE) do
      if element.v then unsure[element.v.fid] = nil end
    end
    if next(unsure) == nil then there[open.source] = nil end
    if next(there) == nil then of_node[open.target] = nil end
    if next(of_node) == nil then doubted[open.mn] = nil end
    return fids, removals
  end

  -- As much of that as is about a session; `binding`: that of the request.
  function sessions.doubt(session, binding, fids, removals)
    if binding then flows.doubt(binding, fids) end
    for _, other in ipairs(removals) do
      local care_of = bindings.asked_by(other).care_of
      for _, one in ipairs(session.bindings) do
        if one.care_of == care_of then flows.doubt(one, nil) end
      end
    end
  end

  -- Which of the two is the anchor: where a registration went to.
  local function anchor_among(open)
    if sessions.anchors[open.source] then return open.source, open.target end
    if sessions.anchors[open.target] then return open.target, open.source end
  end

  -- `@example.com` in a global revocation means all of that realm (RFC 5846 8.1).
  local function of_realm(node, m)
    local realm = values_of(m.named["mn-id"]).identifier
    return realm == nil or sub(realm, 1, 1) ~= "@" or sub(node.mn, -#realm) == realm
  end

  -- The bindings of a session at a care-of address, with one of these BIDs. `before`: not registered since then.
  local function end_bindings(node, session, care_of, bids, before)
    for i = #session.bindings, 1, -1 do
      local binding = session.bindings[i]
      local meant = (care_of == nil or binding.care_of == care_of)
        and bindings.is_named(session, binding, bids)
      if meant and (before == nil or (binding.renewed or 0) < before) then bindings.take_away(session, i, 0) end
    end
    sessions.drop_empty(node.plain)
  end

  -- Calls `act` for each session that an indication means, with its node and the care-of address meant.
  local function each_named(open, act)
    local anchor, gateway = anchor_among(open)
    local flags = open.m.v.flags
    if anchor == nil or bits(flags, P) == 0 then return end
    local other = value_of(open.m, "alt-coa")
    local care_of = other and ipv6_text(other.alternate_care_of_address) or gateway
    local named, all = bindings.prefixes_of(open.m), bits(flags, G) ~= 0
    local function on(node)
      for i = #node, 1, -1 do
        local session = node[i]
        local meant = all or named == "" or bindings.share(session.prefixes, named)
        -- Without prefixes it may have had nothing but the address.
        if meant and (bits(flags, V) == 0 or session.prefixes == "") then act(node, session, care_of) end
      end
    end
    if open.mn and not all then
      local node = nodes.at(anchor, open.mn)
      if node then on(node) end
    elseif all or named ~= "" or bits(flags, V) ~= 0 then
      for node in nodes.each(anchor) do
        if not all or of_realm(node, open.m) then on(node) end
      end
    end
  end

  -- A revocation was sent.
  function sessions.revoking(open)
    local anchor = anchor_among(open)
    if anchor == nil or open.copied then return end
    local there, mn = revocations[anchor] or {}, open.mn or ""
    revocations[anchor], there[mn] = there, there[mn] or {}
    table.insert(there[mn], open)
  end

  -- A registration comes: revocations without an answer may have been acted on or not.
  function sessions.registering(open)
    local there = revocations[open.target]
    if there == nil then return end
    for _, mn in ipairs({ open.mn or "", open.mn and "" }) do
      for _, revocation in ipairs(there[mn] or NONE) do
        if not revocation.answered then
          each_named(revocation, function(node, session, care_of)
            local before = bits(revocation.m.v.flags, V) == 0 and revocation.time or nil
            end_bindings(node, session, care_of, revocation.m.named.bid, before)
          end)
        end
      end
      there[mn] = nil
    end
    if next(there) == nil then revocations[open.target] = nil end
  end

  -- A revocation was answered: where it was refused, or a registration crossed it, the anchor has to decide (6.2.2, 8.1).
  function sessions.revoked(open, m, key, time)
    local all = bits(open.m.v.flags, G) ~= 0
    open.answered = true
    each_named(open, function(node, session, care_of)
      bindings.expire(session, time)
      local before = not all and sessions.show(session)
      end_bindings(node, session, care_of, open.m.named.bid, nil)
      if before then
        sessions.remember(open.key, session, before)
        sessions.remember(key, session, sessions.show(session))
      end
    end)
  end

  -- The response to a heartbeat, asked for or not: a counter that has grown tells of a restart (RFC 5847 3.2).
  function sessions.heard(m, source)
    local option = value_of(m, "restart-counter")
    if option == nil then return end
    local counter, last = option.restart_counter, restarts[source]
    restarts[source] = counter
    if last == nil or counter <= last then return end
    for node in nodes.each(source) do
      for i = #node, 1, -1 do end_bindings(node, node[i], nil, nil, nil) end
    end
  end

  -- A flow mobility notification that its gateway has taken (RFC 7864 3.4). key: of the answer, where there is one.
  function sessions.notified(open, m, key, time)
    if open.m.v.reason ~= FLOW_MOBILITY or open.mn == nil then return end
    for _, session in ipairs(nodes.at(open.source, open.mn) or NONE) do
      if session.mhgid ~= nil then
        bindings.expire(session, time)
        local before = sessions.show(session)
        for _, binding in ipairs(session.bindings) do
          if binding.care_of == open.target and (m == nil or m.v.status == 0) then
            for _, element in ipairs(open.m.named.fid or NONE) do
              local v = element.v
              local existing = v and flows.at(binding, v.fid)
              if v and v.status < 128 and (existing == nil or existing.reinstantiated) then
                flows.announced(session, binding, element, open.raw)
              end
            end
          end
        end
        sessions.remember(open.key, session, before)
        sessions.remember(key, session, sessions.show(session))
      end
    end
  end
end

-- ---------------------------------------------------------------------------------------------------- statistics

-- Statistics, and the ladder of a session, as text: Tools > PMIPv6 in Wireshark; at the end of a run of tshark with
-- `-o pmip6.statistics:TRUE`. Counted when a frame is read for the first time.

local statistics = {}

do
  local LADDER = 10000 -- messages of all ladders that are kept
  local LISTED = 1000 -- sessions in a window: with tens of thousands of them Wireshark stands still for seconds

  local counts, order -- message and status -> how many; in the order of their first appearance
  local times -- who answered -> response times
  local ladders, kept -- session -> its messages; how many there are in all

  function statistics.forget()
    counts, order, times, ladders, kept = {}, {}, {}, {}, 0
  end

  -- Whether anyone will ask.
  function statistics.wanted() return gui_enabled() or set.statistics end

  function statistics.message(m)
    local status, name = m.v.status, m.name or "shorter than a header"
    if status then
      local enum = m.entry.status_enum
      name = name .. ", " .. (enum and current_names[enum][status] or "status") .. " (" .. status .. ")"
    end
    if counts[name] == nil then
      counts[name] = 0
      order[#order + 1] = name
    end
    counts[name] = counts[name] + 1
  end

  function statistics.answered(by, seconds)
    local one = times[by]
    if one == nil then
      one = { count = 0, sum = 0, least = seconds, most = seconds }
      times[by] = one
    end
    one.count, one.sum = one.count + 1, one.sum + seconds
    one.least, one.most = math.min(one.least, seconds), math.max(one.most, seconds)
  end

  function statistics.step(session, number, time, source, target, text)
    local list = ladders[session]
    if list == nil then
      list = {}
      ladders[session] = list
    end
    if kept >= LADDER then
      list.cut = true
      return
    end
    list[#list + 1] = { number = number, time = time, source = source, target = target, text = text }
    kept = kept + 1
  end

  local function sorted(map)
    local keys = {}
    for key in pairs(map) do keys[#keys + 1] = key end
    table.sort(keys)
    return keys
  end

  -- most: how many sessions are listed.
  function statistics.text(most)
    local out = { "Messages" }
    local function say(...) out[#out + 1] = string.format(...) end
    table.sort(order)
    for _, name in ipairs(order) do say("  %-52s %8d", name, counts[name]) end
    say("")
    say("Response time in ms           answers     least      mean      most")
    for _, by in ipairs(sorted(times)) do
      local one = times[by]
      say("  %-26s %9d %9.3f %9.3f %9.3f", by, one.count, 1000 * one.least, 1000 * one.sum / one.count, 1000 * one.most)
    end
    say("")
    local bound, flows, inner = 0, 0, {}
    for session, now in sessions.each() do
      local its_flows = sessions.shown_flows[now]
      if sessions.shown_bindings[now][1] then
        bound, flows = bound + 1, flows + #its_flows
        if bound <= most then
          inner[#inner + 1] = "  " .. sessions.name(session)
          for _, text in ipairs(sessions.shown_bindings[now]) do inner[#inner + 1] = "    " .. text end
          for _, text in ipairs(its_flows) do inner[#inner + 1] = "    " .. text end
        end
      end
    end
    say("Sessions: %d seen, %d in force at the end, with %d flows", sessions.count(), bound, flows)
    for _, line in ipairs(inner) do out[#out + 1] = line end
    if bound > most then say("  and %d more", bound - most) end
    return table.concat(out, "\n") .. "\n"
  end

  local LEFT_OUT = "Left out: what comes after the first %d messages of all sessions. To see it, export the packets of\n"
    .. '  pmip6.session.id == "%s"\nto a file of their own, and open that.'

  local function say_cut(out, steps, name)
    if steps.cut then out[#out + 1] = string.format(LEFT_OUT, LADDER, name) end
    return table.concat(out, "\n") .. "\n"
  end

  -- One session as a ladder: a column for each address, an arrow for each message.
  function statistics.ladder(session)
    local steps = session and ladders[session]
    if steps == nil then return "No session: select a packet of one first.\n" end
    local name, mn = sessions.name(session)
    if steps[1] == nil then return say_cut({ name, "" }, steps, name) end
    local place, columns = {}, {}
    for _, step in ipairs(steps) do
      for _, address in ipairs({ step.source, step.target }) do
        if place[address] == nil then
          columns[#columns + 1] = address
          place[address] = #columns
        end
      end
    end
    local out = { name, "" }
    for i, address in ipairs(columns) do out[#out + 1] = string.rep(" ", 18 + 10 * (i - 1)) .. "|  " .. address end
    for _, step in ipairs(steps) do
      local from, to = place[step.source], place[step.target]
      local left, right = math.min(from, to), math.max(from, to)
      local line = {}
      for i = 1, #columns do
        local last = i == #columns
        line[i] = "|" .. (last and "" or string.rep((i >= left and i < right) and "-" or " ", 9))
      end
      local arrow = table.concat(line)
      local tip = to > from and 10 * (to - 1) or 10 * (to - 1) + 2
      arrow = sub(arrow, 1, tip - 1) .. (to > from and ">" or "<") .. sub(arrow, tip + 1)
      local from_mn, to_mn = string.find(step.text, " " .. mn .. " ", 1, true) -- which stands above all of them
      local text = from_mn and sub(step.text, 1, from_mn) .. sub(step.text, to_mn + 1) or step.text
      out[#out + 1] = string.format("%6d %10.6f %s  %s", math.floor(step.number), step.time, arrow, text)
    end
    return say_cut(out, steps, name)
  end

  local function window(title, text)
    local one = TextWindow.new(title)
    one:set(text())
    one:add_button("Refresh", function() one:set(text()) end)
  end

  -- The menu in Wireshark.
  function statistics.offer(selected)
    if not gui_enabled() then return end
    register_menu("PMIPv6/Statistics", function()
      window("PMIPv6 statistics", function() return statistics.text(LISTED) end)
    end, MENU_TOOLS_UNSORTED)
    register_menu("PMIPv6/Ladder of the selected session", function()
      window("PMIPv6 ladder", function() return statistics.ladder(selected()) end)
    end, MENU_TOOLS_UNSORTED)
  end

  local tap

  -- What tshark prints at the end.
  function statistics.print_at_end()
    if tap or gui_enabled() or not set.statistics then return end
    tap = Listener.new("frame")
    function tap.draw()
      print(statistics.text(math.huge))
      for session in sessions.each() do
        if ladders[session] and ladders[session][1] then print(statistics.ladder(session)) end
      end
    end
  end
end

-- ---------------------------------------------------------------------------------------------------- analysis

-- Requests with their answers and the sessions they make, in Wireshark. What is found stands by frame, so that every
-- later visit, in whatever order, shows the same.

local analysis = {}

do
  F.response_in = ProtoField.framenum("pmip6.response_in", "Response in", base.NONE, frametype.RESPONSE)
  F.response_to = ProtoField.framenum("pmip6.response_to", "Response to", base.NONE, frametype.REQUEST)
  F.response_time = ProtoField.relative_time("pmip6.response_time", "Response time", base.NONE)
  F.response_again = ProtoField.framenum("pmip6.response_again", "Answered before in", base.NONE, frametype.DUP_ACK)
  F.repeat_of = ProtoField.framenum("pmip6.retransmission_of", "Retransmission of", base.NONE, frametype.RETRANS_PREV)
  F.repeated_in = ProtoField.framenum("pmip6.retransmitted_in", "Sent again in", base.NONE, frametype.RETRANS_NEXT)
  F.session = ProtoField.none("pmip6.session", "Mobility session")
  F.session_id = ProtoField.string("pmip6.session.id", "Session")
  F.session_mn = ProtoField.string("pmip6.session.mn_id", "MN-ID")
  F.session_hnp = ProtoField.string("pmip6.session.hnp", "HNP")
  F.session_mhgid = ProtoField.uint8("pmip6.session.mhgid", "MHGID", base.DEC)
  F.session_binding = ProtoField.string("pmip6.session.bindings", "Bound care-of address")
  F.session_flow = ProtoField.string("pmip6.session.flows", "Flow")
  for _, key in ipairs({
    "response_in", "response_to", "response_time", "response_again", "repeat_of", "repeated_in",
    "session", "session_id", "session_mn", "session_hnp", "session_mhgid", "session_binding", "session_flow",
  }) do
    fields[#fields + 1] = F[key]
  end

  local found_of -- frame -> findings on the exchange: rule ids and the offsets of the options meant
  local TIME, PARTNER, SESSION, SHOWN = frames.TIME, frames.PARTNER, frames.SESSION, frames.SHOWN
  local selected -- the session of the packet whose tree was drawn last
  local first_at, headers_of -- where the first Mobility Header of a frame stands: in most frames, in others
  local last_key -- of the frame that was read last for the first time

  local function count_exchange(open, key, time, source, target, m)
    statistics.answered(source, time - open.time)
    local session = frames.get(key, SESSION)
    if session == nil then return end
    if not open.told then statistics.step(session, open.key, open.time, target, source, summary(open.m)) end
    statistics.step(session, key, time, source, target, summary(m))
  end

  -- A read filter has dropped the frame of that number, and the next one has it now.
  local function forget_frame(key)
    frames.clear(key)
    found_of[key] = nil
    for _, what in ipairs({ "again_of", "waiting", "repeat_of", "repeated_by" }) do pairing[what][key] = nil end
  end

  -- A frame is read for the first time: pair it, judge the pair, follow the session. TIME of an answer is how long it took,
  -- below 0: the frame of its request may have another time by then.
  function analysis.observe(m, s, key, source, target, time)
    if key == last_key then forget_frame(key) end
    last_key = key
    pairing.seen(time, sessions.lost)
    local exchange, role = likeness.role_of(m)
    if role ~= "answer" then frames.set(key, TIME, time) end
    if exchange == nil then return end
    if role == "request" then
      local open = pairing.request(exchange, m, s, key, time, source, target)
      if exchange.registers then
        sessions.registering(open)
        if not m.cut then sessions.asked(open) end
      elseif exchange.name == "binding-revocation" then
        sessions.revoking(open)
      elseif exchange.name == "update-notification" and not m.cut and not pairing.waiting[key] then
        sessions.notified(open, nil, key, time)
      end
      local session = frames.get(key, SESSION)
      if session and statistics.wanted() then
        statistics.step(session, key, time, source, target, summary(m))
        open.told = true
      end
      return
    end
    if exchange.name == "heartbeat" then sessions.heard(m, source) end
    local open = pairing.answer(exchange, m, s, key, time, source, target)
    frames.set(key, TIME, open and math.min(0, open.time - time) or time)
    if open == nil or m.cut or open.m.cut then return end -- nobody knows what the other octets say
    found_of[key] = judging.exchange(m, s, open.m, open.raw)
    if exchange.registers then
      sessions.answered(open, m, s, key, time)
    elseif exchange.name == "binding-revocation" then
      sessions.revoked(open, m, key, time)
    elseif exchange.name == "update-notification" then
      sessions.notified(open, m, key, time)
    end
    if statistics.wanted() then count_exchange(open, key, time, source, target, m) end
  end

  -- What earlier frames, or an earlier visit, found out about this one.
  function analysis.recall(m, key)
    if found_of[key] == nil then return end
    for _, finding in ipairs(found_of[key]) do
      m.findings[#m.findings + 1] = { id = finding.id, element = finding.offset and option_by_offset(m, finding.offset), text = finding.text }
    end
  end

  local function generated(item, field, value)
    if visible or referenced(item, field) then set_generated(add_item(item, field, value)) end
  end

  local function show_session_of(item, key)
    local session, now = frames.get(key, SESSION), frames.get(key, SHOWN) -- their numbers
    if visible then selected = session end
    if session == nil then return end
    local part = visible and item:add(F.session) or item
    local prefixes, mhgid = now and sessions.shown_prefixes[now] or sessions.prefixes[session], sessions.mhgid[session]
    local bound, owned = sessions.shown_bindings[now or 0] or NOTHING, sessions.shown_flows[now or 0] or NOTHING
    local name, mn = sessions.name(session)
    generated(part, F.session_id, name)
    generated(part, F.session_mn, mn)
    if prefixes ~= "" then generated(part, F.session_hnp, prefixes) end
    if mhgid then generated(part, F.session_mhgid, mhgid) end
    for i = 1, #bound do generated(part, F.session_binding, bound[i]) end
    for i = 1, #owned do generated(part, F.session_flow, owned[i]) end
    if visible then
      part:set_text("Mobility session: " .. name .. (now and ", " .. #bound .. " bound, " .. #owned .. " flows" or ""))
      part:set_generated()
    end
  end

  function analysis.show(m, item, key, visited)
    local partner, _, role = frames.get(key, PARTNER), likeness.role_of(m)
    if partner and role == "request" then
      generated(item, F.response_in, math.floor(partner))
    elseif partner then
      generated(item, F.response_to, math.floor(partner))
      local time = frames.get(key, TIME)
      local delay = math.max(0, time > 0 and time - frames.get(partner, TIME) or -time)
      local seconds = math.floor(delay)
      generated(item, F.response_time, NSTime.new(seconds, math.floor((delay - seconds) * 1000000000 + 0.5)))
      if pairing.again_of[key] then generated(item, F.response_again, math.floor(pairing.again_of[key])) end
    end
    if pairing.repeat_of[key] then generated(item, F.repeat_of, math.floor(pairing.repeat_of[key])) end
    if pairing.repeated_by[key] then generated(item, F.repeated_in, math.floor(pairing.repeated_by[key])) end
    if visited and pairing.waiting[key] and pairing.repeated_by[key] == nil then
      item:add_proto_expert_info(judging.no_response, "No response in this capture")
    end
    show_session_of(item, key)
  end

  -- The frame's number; a second Mobility Header in the same frame has a fraction of its own.
  function analysis.key_of(number, tvb, visited)
    local at = offset_of(tvb)
    first_at = first_at or at
    if at ~= first_at and headers_of[number] ~= at then
      if visited or frames.get(number, TIME) then
        number = number + (at % 65536 + 1) / 131072
      else
        headers_of[number] = at
      end
    end
    return number
  end

  function analysis.selected() return selected end

  function analysis.forget()
    frames.forget()
    pairing.forget()
    sessions.forget()
    sessions.forget_endings()
    statistics.forget()
    selected = nil
    found_of, first_at, headers_of, last_key = {}, nil, {}, nil
  end
end

-- ---------------------------------------------------------------------------------------------------- checksum

-- The checksum of a message (RFC 6275 6.1.1). Wireshark puts the addresses that count into pinfo.src and dst: the home
-- address after a Home Address option or a type 2 routing header.

local check

do
  local BAD, RIGHT, UNVERIFIED, NOT_PRESENT = 0, 1, 2, 3

  -- By words of four octets, which makes no difference to a sum that counts modulo 65535.
  local unpack_words, EIGHT_WORDS, TWO_WORDS = Struct.unpack, ">I4I4I4I4I4I4I4I4", ">I4I4"

  local function sum_of(s, last)
    local total, at = 0, 1
    while at + 31 <= last do
      local a, b, c, d, e, f, g, h = unpack_words(EIGHT_WORDS, s, at)
      total = total + a + b + c + d + e + f + g + h
      at = at + 32
    end
    while at + 7 <= last do
      local a, b = unpack_words(TWO_WORDS, s, at)
      total, at = total + a + b, at + 8
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

  -- The status of a message's checksum; nil where it has none. `source` and `target`: the addresses as text.
  function check(m, s, source, target, over_udp)
    if m.checksum == nil then return nil end
    if not set.check_checksum then return UNVERIFIED end
    local form = description.form
    if over_udp then
      if m.checksum ~= 0 then
        found(m, form["checksum-over-udp"], nil, string.format("the checksum is 0x%04x", m.checksum))
        return UNVERIFIED
      end
      return NOT_PRESENT
    end
    if m.cut then return UNVERIFIED end
    local from, to = address_sum(source), address_sum(target)
    if from == nil or to == nil then return UNVERIFIED end
    local octets = math.min(m.stated, #s)
    local total = from + to + octets + 135 + sum_of(s, octets)
    if total % 65535 == 0 then return RIGHT end
    local right = (65535 - (total - m.checksum) % 65535) % 65535
    local text = string.format("the checksum is 0x%04x, and 0x%04x would be right", m.checksum, right)
    found(m, form["checksum"], nil, text)
    return BAD
  end
end

-- ---------------------------------------------------------------------------------------------------- runtime

-- The protocol: preferences, the option dissectors in Wireshark's own table, the layer around Wireshark's own
-- dissector, and the Info column.

local proto = Proto("pmip6", "Proxy Mobile IPv6")
local udp_proto = Proto("pmip6.udp", "Proxy Mobile IPv6 over UDP")
local option_proto = Proto("pmip6.tlv", "Proxy Mobile IPv6 Mobility Option")

local GOOD = { [0] = "Bad", [1] = "Good", [2] = "Unverified", [3] = "Not present" } -- as Wireshark's own

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

proto.experts = judging.experts

-- Preferences: every code point, and whether our layer stands around Wireshark's own dissector.

for _, preference in ipairs(description.preferences) do
  local key = preference.key
  if preference.choices then
    local choices, default = {}, 1
    for i, choice in ipairs(preference.choices) do
      choices[i] = { i, choice, i }
      if choice == preference.default then default = i end
    end
    proto.prefs[key] = Pref.enum(preference.title, default, preference.help, choices, false)
  else
    proto.prefs[key] = Pref.uint(preference.title, preference.default, preference.help)
  end
end
for _, reading in ipairs(description.readings) do
  local choices = {}
  for i, choice in ipairs(reading.choices) do choices[i] = { i, choice, i } end
  proto.prefs[reading.preference] = Pref.enum(reading.title, 1, reading.help, choices, false)
end
proto.prefs.layer = Pref.bool("Show the Proxy Mobile IPv6 layer", true,
  "Summary, checksum, findings and Info column; without it only the mobility options are shown")
proto.prefs.analysis = Pref.bool("Pair requests with answers and follow sessions", true,
  "Response in, response to, response time, rules on answers, and the session's bindings and flows")
proto.prefs.statistics = Pref.bool("Print statistics at the end (tshark)", false,
  "Messages, response times, sessions and ladders, as Tools > PMIPv6 shows them")
proto.prefs.check_checksum = Pref.bool("Validate the checksum", true, "RFC 6275 6.1.1; there is none over UDP")
proto.prefs.keep_mip6_fields = Pref.bool("Keep Wireshark's own fields of mobility options", false,
  "Show Wireshark's own dissection (mip6.*) inside each option that it knows; not after its Lua plugins were reloaded")

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
  for _, reading in ipairs(description.readings) do
    set.reading[reading.key] = reading.choices[proto.prefs[reading.preference]] or reading.choices[1]
  end
  judging.forget()
  number_options()
  name_values()
  drawing.forget()
end

-- Garbage. Lua 5.4 keeps far less memory when it collects by generations. On 5.2 it would keep more, for there it then
-- finalizes four userdata at a time, and nearly all garbage is userdata of Wireshark's, some 180 for a message. There it is
-- collected at once, not in steps (5 MB living and by steps: twice the time), and before there is more of it than the caches
-- of a processor hold: rarer collections took longer, since what is made then stands in memory that is cold.
if string.find(_VERSION, "5%.[123]") then
  collectgarbage("setpause", 125) -- when there is a quarter as much as lives
  collectgarbage("setstepmul", 5000)
else
  collectgarbage("generational")
end

-- The layers.

local mip6, call_dissector = Dissector.get("mip6"), Dissector.call
local option_table = DissectorTable.get("mip6.option")
local ip_table, udp_table = DissectorTable.get("ip.proto"), DissectorTable.get("udp.port")
local MOBILITY_HEADER, UDP_PORT = 135, 5436

local originals = {} -- Wireshark's own option dissectors, by type
if option_table then
  for number = 2, 255 do originals[number] = option_table:get_dissector(number) end
end

local current -- the message whose options Wireshark's own dissector is walking through
local expected -- where in its list the option stands that should come next

-- Whether anyone looks at our fields, and whether the tree is drawn. Wireshark knows our dissector by name only after
-- this file has been loaded.
local own, frame
local function shown(tree)
  own = own or Dissector.get("pmip6")
  visible = tree.visible
  return visible or own == nil or tree:referenced(own)
end

local function show_original(element, tvb, pinfo, item)
  local original = set.keep_mip6_fields and originals[element.type]
  if original then pcall(original.call, original, tvb, pinfo, item) end
end

-- An option that the layer has not read: it is switched off, or does not know the message. It is judged by its form alone,
-- and only where the layer does not judge the message (`m`, if any).
local function show_alone(m, tvb, pinfo, tree)
  local s = tvb:raw()
  if #s < 2 then return end
  local judged, trial = m and (m.entry or message_of[m.type]), { named = {}, findings = {} }
  local element = { type = byte(s, 1), length = byte(s, 2), at = 1, stop = #s + 1, offset = 0, parts = NO_PARTS }
  read_option(trial, element, s)
  local outer = lines
  lines = #trial.findings > 0 and {} or nil
  local item = show_option(element, tree, tvb, 0, false)
  if not judged then judging.complain(trial, item) end
  lines = outer
  show_original(element, tvb, pinfo, item)
end

-- One option in Wireshark's own list.
function option_proto.dissector(tvb, pinfo, tree)
  local m = current
  if m == nil then
    if shown(tree) then show_alone(nil, tvb, pinfo, tree) end
    return
  end
  if not m.shown then return end
  local element, offset = m.options[expected], offset_of(tvb) - m.base
  if not element or element.offset ~= offset then element = option_by_offset(m, offset) end
  expected = expected + 1
  if element and octets_of(tvb) >= element.stop - element.at then
    show_original(element, tvb, pinfo, show_option(element, tree, tvb, 0, true))
  else
    show_alone(m, tvb, pinfo, tree)
  end
end

-- Wireshark's own dissector steps by the length octet. Where that counts units or words, it gets a copy in octets. It
-- has no part in a message with an option of more octets than that can say, which ours shows alone.
local function read_lengths(m)
  local known = m.shared or m -- messages that are alike have the same lengths
  if known.alone == nil then
    known.alone, known.counts_otherwise = m.entry ~= nil and m.entry.own or false, false
    for _, element in ipairs(m.entry and m.options or NOTHING) do
      if element.stop - element.at - 2 > 255 then known.alone = true end
      if spans[element.type] or element.other then known.counts_otherwise = true end
    end
  end
  m.alone = known.alone
  return known.counts_otherwise
end

local function in_octets(m, tvb)
  local copy = tvb:bytes()
  for _, element in ipairs(m.options) do
    if spans[element.type] or element.other then copy:set_index(element.offset + 1, element.stop - element.at - 2) end
  end
  return copy:tvb("Mobility Header, lengths in octets")
end

local function show_message(m, item, tvb, status)
  if visible or referenced(item, F.message) then set_generated(add_item(item, F.message, m.name)) end
  put(item, F.payload_proto, tvb, 0, 1)
  local length = put(item, F.header_length, tvb, 1, 1)
  local kind = put(item, F.type, tvb, 2, 1)
  put(item, F.header_reserved, tvb, 3, 1)
  put(item, F.checksum, tvb, 4, 2)
  if status and (visible or referenced(item, F.checksum_status)) then
    set_generated(add_item(item, F.checksum_status, status))
  end
  if visible then
    append_text(length, " (" .. m.stated .. " octets)")
    local title = titles[m.name]
    if title then append_text(kind, " (" .. title .. ")") end
  end
  if m.entry then drawing.fields(m.entry.fields, m, item, tvb, 6) end
  if m.alone then
    for _, element in ipairs(m.options) do show_option(element, item, tvb, element.at - 1, true) end
  end
end

-- Whether anyone may see what Wireshark's own dissector does with a message of which ours is not shown: it adds fields (and
-- frame.protocols), names what it alone knows, and calls others for what stands behind the header.
local function wants_mip6(m, s, tree)
  frame = frame or Dissector.get("frame")
  return m.entry == nil or byte(s, 1) ~= 59 or mip6 and referenced(tree, mip6) or frame == nil or referenced(tree, frame)
end

local function call_mip6(tvb, pinfo, tree)
  if mip6 == nil then return end
  return pcall(call_dissector, mip6, tvb, pinfo, tree)
end

local MOST_LAYERS = 400

local function dissect(tvb, pinfo, tree, over_udp)
  local s = octets_in(tvb)
  local m = read_message(s, reported_octets(tvb))
  m.shown = shown(tree)
  local source, target, visited = text_of_address(pinfo.src), text_of_address(pinfo.dst), pinfo.visited
  local status = check(m, s, source, target, over_udp)
  if m.entry and not m.cut then judging.judge(m, s) end
  if not visited and statistics.wanted() then statistics.message(m) end
  local key
  if set.analysis and m.entry then
    key = analysis.key_of(pinfo.number, tvb, visited)
    if not visited then analysis.observe(m, s, key, source, target, frames.time_of(pinfo)) end
    analysis.recall(m, key)
  end
  local counts_otherwise = read_lengths(m)
  -- Where octets were not captured Wireshark's own dissector leaves by an exception that passes Lua by. Lua counts its calls,
  -- and after some 200 that never came back it would refuse all others. It counts each option as a layer too, and gives up
  -- a packet of 500 layers.
  if m.cut or #m.options > MOST_LAYERS then m.alone = m.entry ~= nil end
  local copy = m.shown and not m.alone and counts_otherwise and in_octets(m, tvb)
  m.base = copy and 0 or offset_of(tvb)
  local outer, outer_lines, outer_expected = current, lines, expected
  current, lines, expected = m, #m.findings > 0 and {} or nil, 1
  if not m.alone and not m.cut and (m.shown or wants_mip6(m, s, tree)) then call_mip6(copy or tvb, pinfo, tree) end
  if expected == 1 and m.options[1] then m.alone = true end -- it gave up before the first option, or is switched off
  local item
  if m.shown or #m.findings > 0 then
    item = add_item(tree, proto)
    set_len(item, octets_of(tvb))
    if m.shown and m.stated then show_message(m, item, tvb, status) end
    if key then analysis.show(m, item, key, visited) end
    judging.complain(m, item)
  end
  current, lines, expected = outer, outer_lines, outer_expected
  if m.entry then
    local text = summary(m)
    if key and pairing.repeat_of[key] then text = text .. " [Retransmission]" end
    if m.findings[1] and judging.malformed(m) then text = text .. " [Malformed Packet]" end
    local columns = pinfo.cols
    columns.info = text
    columns.protocol = (m.name == "pbu" or m.name == "pba") and "PMIPv6" or "MIPv6"
    if item and visible then append_text(item, ", " .. text) end
  end
  return octets_of(tvb)
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

local layered -- after its Lua plugins were reloaded, Wireshark has nothing in our places, so each is filled at first

local function place(layer)
  if layer == layered or mip6 == nil then return end
  layered = layer
  if ip_table then ip_table:add(MOBILITY_HEADER, layer and proto or mip6) end
  if udp_table then udp_table:add(UDP_PORT, layer and udp_proto or mip6) end
end

local function follow_preferences()
  read_preferences()
  set.keep_mip6_fields = proto.prefs.keep_mip6_fields
  set.analysis, set.check_checksum = proto.prefs.analysis, proto.prefs.check_checksum
  set.statistics = proto.prefs.statistics
  register()
  place(proto.prefs.layer)
  statistics.print_at_end()
end

analysis.forget()
proto.init = analysis.forget

follow_preferences()
proto.prefs_changed = follow_preferences

statistics.offer(analysis.selected)

if set_plugin_info then
  set_plugin_info({
    version = description.version,
    author = "pmiptool",
    description = "Proxy Mobile IPv6 with multihoming (draft-melia-netext-muho-solution-00)",
  })
end

