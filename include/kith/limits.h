/* limits - every bound that two programs must agree on, with unit and reason.
 *
 * One header, so that no side has its own idea of them (PROTOCOL.md 9).
 */
#ifndef KITH_LIMITS_H
#define KITH_LIMITS_H

enum {
    /* Largest payload of one frame between daemons, bytes. ZMQ_MAXMSGSIZE is
     * this plus CURVE's 33 bytes, so no peer can make libzmq hold more. */
    KITH_FRAME_MAX = 256 * 1024,
    /* Entries in one Push: bounds the work of one verification step. */
    KITH_PUSH_ENTRIES_MAX = 512,
    /* Padded plaintext of an entry, bytes; refused at posting above this. */
    KITH_BODY_MAX = 128 * 1024,
    /* Smallest padded body, bytes: short texts look alike (inv. 3). */
    KITH_BODY_MIN = 512,
    /* What decoding one frame may allocate, bytes: 8 frames' worth. */
    KITH_ARENA_FRAME_MAX = 8 * KITH_FRAME_MAX,

    /* A control request or answer, bytes: 1,000 records of some KiB. */
    KITH_CONTROL_MAX = 4 * 1024 * 1024,
    /* What decoding one control frame may allocate, bytes. */
    KITH_ARENA_CONTROL_MAX = 8 * KITH_CONTROL_MAX,
    /* Records in one control request or answer. */
    KITH_CONTROL_RECORDS_MAX = 2000,
    /* Open connections on the control socket: one per person at work. */
    KITH_CONTROL_CLIENTS_MAX = 64,
    /* A frame between kithd and a child: payload and its small head. */
    KITH_CHILD_FRAME_MAX = KITH_FRAME_MAX + 4096,

    KITH_FIELDS_MAX = 256,     /* fields in one record, lists included */
    KITH_NAME_MAX = 128,       /* bytes: names, titles, purposes' short form */
    KITH_TEXT_MAX = 16 * 1024, /* bytes: message text, notes */
    KITH_PATH_MAX = 640,       /* bytes: path of a record, as persons type it */
    KITH_URL_MAX = 512,        /* bytes: one endpoint */
    KITH_ENDPOINTS_MAX = 8,    /* endpoints in a card */
    KITH_TERMS_MAX = 4 * 1024, /* bytes: signed terms of an agreement */
    KITH_MODIFICATIONS_MAX = 2048, /* bytes: what differs from the text; the
                                      terms hold all the rest besides */
    KITH_CARD_MAX = 16 * 1024,     /* bytes of a card, both parts */
    KITH_NOTE_MAX = 2048,          /* bytes of a checkpoint or receipt */
    KITH_REASON_MAX = 400,         /* bytes of a sentence in Refuse or Void */
    KITH_RANGES_MAX = 64,          /* ranges in one Want or Void */
    KITH_VOID_LATE_MAX = 64,       /* entries in a range that voids what came */
    KITH_PERSONS_MAX = 200,        /* persons named in one grant */
    KITH_KINDS_MAX = 32,           /* kinds named in one grant */

    /* Content of one part of an evidence pack, bytes: an entry fits. */
    KITH_PACK_PART_MAX = 256 * 1024,
    /* Bytes of a pack in one row on the control socket: a group of rows fits a
     * frame. */
    KITH_PACK_PIECE_MAX = 16 * 1024,

    KITH_PARTNERS_MAX = 1000,
    KITH_PENDING_MAX = 256, /* refused keys remembered */

    /* Bytes of entries sent and not yet «processed up to», per link. */
    KITH_CREDIT_BYTES = 2 * 1024 * 1024,
    /* Sealed bytes below the receipted size that Want may make us send. */
    KITH_WANT_BYTES_DAY = 64 * 1024 * 1024,
    /* Bytes a day of the partner's own log that are sent back to it: a whole
     * log of years, and an end for one who asks for nothing else. */
    KITH_HELD_BYTES_DAY = 1024 * 1024 * 1024,
    /* Beyond credit, bytes: duty entries (a void, a withdrawal, a verdict) and
     * the bare headers before them need no credit, up to here. */
    KITH_CREDIT_RESERVE = 256 * 1024,

    /* What one partner may make us take in. Entries a minute: far above what
     * people and imports make, so that only a flood meets it; `partner_rate`
     * in kith.conf sets another. */
    KITH_QUOTA_ENTRIES_MINUTE = 600 * 1000,
    /* Bytes of its frames' entries within one day (UTC). */
    KITH_QUOTA_BYTES_DAY_MIB = 2048,
    /* MiB of its entries in our store; never more than a quarter of
     * `store_map`, so that one partner leaves room for others. */
    KITH_QUOTA_STORED_MIB = 4096,
    KITH_QUOTA_STORED_SHARE = 4,
    /* What an entry costs in the store besides header and body, bytes: seals,
     * tree, head and text of the item. */
    KITH_QUOTA_ENTRY_BYTES = 512,
    /* On top of each quota, for duty entries and bare headers: one n-th, and so
     * many entries a minute (the withdrawal of a project is one an item). */
    KITH_QUOTA_RESERVE_SHARE = 8,
    KITH_QUOTA_RESERVE_ENTRIES = 6000,
    /* A sender that met a quota sends no bodies but of duty entries for so
     * long; doubles each time up to the maximum. */
    KITH_QUOTA_HOLD_MS = 60 * 1000,
    KITH_QUOTA_HOLD_MAX_MS = 15 * 60 * 1000,

    /* A partner's clock this far from ours is told to the operator, seconds. */
    KITH_SKEW_TOLD_S = 5 * 60,

    KITH_HANDSHAKE_MS = 5000,      /* CURVE handshake, then greet and hello */
    KITH_HANDSHAKES_MAX = 100,     /* of one partner with our listener ... */
    KITH_HANDSHAKES_MS = 10000,    /* ... in so long */
    KITH_HEARTBEAT_BUSY_MS = 1000, /* while anything is outstanding */
    KITH_HEARTBEAT_DEAD_MS = 3000, /* no answer for so long: session ends */
    KITH_HEARTBEAT_QUIET_MS = 30000
};

#endif
