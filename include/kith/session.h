/* session - the messages two daemons exchange on a link (PROTOCOL.md 5).
 *
 * A frame is one type byte and a payload. Greet, refuse, ping and pong have a
 * fixed layout that every version reads; the others are strict protobuf
 * (proto/session.proto). Decoded structs borrow from the frame or the arena.
 * Threads: any.
 */
#ifndef KITH_SESSION_H
#define KITH_SESSION_H

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/limits.h"
#include "kith/status.h"

enum {
    KITH_NONCE_LEN = 32
};

enum kith_frame_type {
    KITH_FRAME_GREET = 1,
    KITH_FRAME_HELLO = 2,
    KITH_FRAME_PUSH = 3,
    KITH_FRAME_RECEIPT = 4,
    KITH_FRAME_WANT = 5,
    KITH_FRAME_REFUSE = 6,
    KITH_FRAME_PING = 7, /* 8-byte token; answered by a pong with the same */
    KITH_FRAME_PONG = 8,
    KITH_FRAME_HELD = 9 /* answers a want with own_log */
};

enum kith_refuse_code {
    KITH_REFUSE_VERSION = 1,  /* no common protocol */
    KITH_REFUSE_FRAME = 2,    /* malformed frame, or in the wrong state */
    KITH_REFUSE_IDENTITY = 3, /* hello does not fit the handshake */
    KITH_REFUSE_SIGNATURE = 4,
    KITH_REFUSE_UNKNOWN = 5, /* not a partner, or removed */
    KITH_REFUSE_PAUSED = 6,
    KITH_REFUSE_FROZEN = 7,   /* fork seen */
    KITH_REFUSE_RESTORED = 8, /* session numbers show a restore or clone */
    KITH_REFUSE_QUOTA = 9,
    KITH_REFUSE_REPLACED = 10, /* another session of this link stays */
    KITH_REFUSE_REVERIFY = 11, /* verified just now: say hello again */
    KITH_REFUSE_STOPPING = 12,
    KITH_REFUSE_OURS = 13 /* fault on the refusing side; try later */
};

struct kith_greet {
    uint16_t protocol_min, protocol_max;
    uint8_t nonce[KITH_NONCE_LEN]; /* fresh, random */
};

/* What one side says of one log. */
struct kith_log_claim {
    uint32_t log_number;    /* 1, 2 ...; 0 = none yet */
    uint64_t size;          /* own log: appended; partner's: processed */
    struct kith_bytes note; /* own: newest checkpoint; partner's: its newest
                               checkpoint, with our cosignature when we gave
                               it; empty when size is 0 */
};

struct kith_hello {
    struct kith_company_id sender, receiver;
    struct kith_key sender_transport, receiver_transport;
    uint8_t sender_nonce[KITH_NONCE_LEN], receiver_nonce[KITH_NONCE_LEN];
    uint16_t protocol;        /* the highest in both greets */
    uint64_t features;        /* bit set: KITH_FEATURE_..., or newer */
    struct kith_bytes card;   /* our newest card, binary form */
    uint64_t session;         /* number of this hello, committed before */
    uint64_t partner_session; /* highest of theirs we have committed; 0 none */
    bool verified;            /* we have verified them */
    struct kith_log_claim mine, yours;
};

struct kith_push_entry {
    struct kith_bytes header; /* KITH_ENTRY_HEADER_LEN bytes (entry.h) */
    struct kith_bytes sealed; /* empty: bare header, body void or withheld */
};

struct kith_push {
    uint32_t log_number;
    uint64_t first; /* index of entries[0] */
    const struct kith_push_entry *entries;
    size_t n_entries;             /* 1..KITH_PUSH_ENTRIES_MAX */
    struct kith_bytes checkpoint; /* for size first + n_entries */
    struct kith_bytes keys;       /* EK box of the entries that have a body;
                                    empty when none has */
};

struct kith_receipt {
    uint32_t log_number;    /* of the partner's log */
    uint64_t processed;     /* «processed up to»: frees credit */
    struct kith_bytes note; /* cosigned checkpoint; may be empty when a
                                 cosignature is held back */
};

struct kith_range {
    uint64_t from, count;
};

struct kith_want {
    bool own_log; /* true: entries of the asker's own log */
    uint32_t log_number;
    const struct kith_range *ranges; /* ascending, none touches the next */
    size_t n_ranges;                 /* 1..KITH_RANGES_MAX */
};

/* What is held of a log of the one who asked for it. */
struct kith_held {
    struct kith_bytes card;    /* not empty: a card of the asker, alone */
    uint32_t log_number;       /* as asked for */
    uint64_t size;             /* entries held; 0: none, and no note */
    struct kith_bytes note;    /* the asker's checkpoint of that size */
    struct kith_bytes receipt; /* the newest one given; may be empty */
    uint32_t next_log;         /* the next log held of, 0 none */
    struct kith_bytes push;    /* a whole push frame; may be empty */
};

struct kith_refuse {
    uint16_t code;              /* enum kith_refuse_code, or newer */
    struct kith_bytes sentence; /* UTF-8, <= KITH_REASON_MAX */
};

/* Type of a frame; KITH_MALFORMED: empty or over KITH_FRAME_MAX. Unknown
 * types are returned as they are. */
enum kith_status kith_frame_type(struct kith_bytes frame, uint8_t *ret_type)
    KITH_MUST_CHECK;

/* Encoders append one whole frame, or nothing. KITH_LIMIT: a part or the
 * frame would exceed its bound; KITH_INVALID: a decoder would refuse it;
 * KITH_NOMEM. */
enum kith_status kith_greet_encode(const struct kith_greet *greet,
                                   struct kith_buf *buf) KITH_MUST_CHECK;
/* SIGNATURE is over kith_hello_signed_bytes under type "hello". */
enum kith_status kith_hello_encode(struct kith_bytes signed_bytes,
                                   const struct kith_sig *signature,
                                   struct kith_buf *buf) KITH_MUST_CHECK;
enum kith_status kith_hello_signed_bytes(const struct kith_hello *hello,
                                         struct kith_buf *buf) KITH_MUST_CHECK;
enum kith_status kith_push_encode(const struct kith_push *push,
                                  struct kith_buf *buf) KITH_MUST_CHECK;
enum kith_status kith_receipt_encode(const struct kith_receipt *receipt,
                                     struct kith_buf *buf) KITH_MUST_CHECK;
enum kith_status kith_want_encode(const struct kith_want *want,
                                  struct kith_buf *buf) KITH_MUST_CHECK;
enum kith_status kith_held_encode(const struct kith_held *held,
                                  struct kith_buf *buf) KITH_MUST_CHECK;
enum kith_status kith_refuse_encode(const struct kith_refuse *refuse,
                                    struct kith_buf *buf) KITH_MUST_CHECK;
enum kith_status kith_ping_encode(uint8_t type, uint64_t token,
                                  struct kith_buf *buf) KITH_MUST_CHECK;

/* Decoders take the whole frame. KITH_MALFORMED, KITH_LIMIT, KITH_NOMEM. */
enum kith_status kith_greet_decode(struct kith_bytes frame,
                                   struct kith_greet *ret_greet)
    KITH_MUST_CHECK;
/* Gives the signed bytes and signature too: verify before use. */
enum kith_status kith_hello_decode(struct kith_arena *arena,
                                   struct kith_bytes frame,
                                   struct kith_hello *ret_hello,
                                   struct kith_bytes *ret_signed,
                                   struct kith_sig *ret_signature)
    KITH_MUST_CHECK;
enum kith_status kith_push_decode(struct kith_arena *arena,
                                  struct kith_bytes frame,
                                  struct kith_push *ret_push) KITH_MUST_CHECK;
enum kith_status kith_receipt_decode(struct kith_arena *arena,
                                     struct kith_bytes frame,
                                     struct kith_receipt *ret_receipt)
    KITH_MUST_CHECK;
enum kith_status kith_want_decode(struct kith_arena *arena,
                                  struct kith_bytes frame,
                                  struct kith_want *ret_want) KITH_MUST_CHECK;
/* The push inside is decoded by kith_push_decode. */
enum kith_status kith_held_decode(struct kith_arena *arena,
                                  struct kith_bytes frame,
                                  struct kith_held *ret_held) KITH_MUST_CHECK;
enum kith_status kith_refuse_decode(struct kith_bytes frame,
                                    struct kith_refuse *ret_refuse)
    KITH_MUST_CHECK;
enum kith_status kith_ping_decode(struct kith_bytes frame, uint64_t *ret_token)
    KITH_MUST_CHECK;

/* Short name of a refuse code ("restored"), "code 99" style for newer ones
 * is the caller's; NULL when unknown. */
const char *kith_refuse_name(uint16_t code);

#endif
