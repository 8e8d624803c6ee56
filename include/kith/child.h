/* child - the frames between kithd and its children kith-net, kith-notify.
 *
 * They travel on a stream socketpair, descriptor KITH_CHILD_FD of the child:
 * a 4-byte big-endian length, and that many bytes of payload, the first of
 * which is the type. The layout behind it is fixed, see docs/PROTOCOL.md:
 *   integers big-endian, flags one byte 0 or 1, keys 32 bytes, ids 16;
 *   text and lists behind a 2-byte length or count; a session's frame behind a
 *   4-byte length. Nothing may be left over.
 * Neither side trusts the other's bytes: kith-net reads what strangers send.
 * Threads: any.
 */
#ifndef KITH_CHILD_H
#define KITH_CHILD_H

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/limits.h"
#include "kith/status.h"

enum {
    KITH_CHILD_FD = 3,
    KITH_CHILD_HEAD_LEN = 4,       /* the length before a payload */
    KITH_CHILD_ADDRESSES_MAX = 16, /* numeric addresses of one partner */
    KITH_CHILD_CHANNELS_MAX = 16,  /* channels of kith-notify */
    KITH_CHILD_OPTIONS_MAX = 16,   /* "key=value" of one channel */
    KITH_CHILD_OPTION_MAX = 1280,  /* bytes of one */
    KITH_CHILD_ADDRESS_MAX = 128,  /* bytes of one numeric address */
    /* What decoding one frame may allocate, bytes. */
    KITH_CHILD_ARENA_MAX = 64 * 1024
};

/* Who sends whom. A type of another way is KITH_MALFORMED. */
enum kith_child_way {
    KITH_CHILD_TO_NET = 0,
    KITH_CHILD_FROM_NET = 1,
    KITH_CHILD_TO_NOTIFY = 2,
    KITH_CHILD_FROM_NOTIFY = 3
};

/* The way is the type divided by 32. */
enum kith_child_type {
    /* kithd -> kith-net */
    KITH_CHILD_NET_SETUP = 1, /* first, once */
    KITH_CHILD_NET_ALLOW = 2,
    KITH_CHILD_NET_DIAL = 3,
    KITH_CHILD_NET_SEND = 4,
    KITH_CHILD_NET_CLOSE = 5,
    KITH_CHILD_NET_PROBE = 6, /* tests: try what the sandbox forbids */
    KITH_CHILD_NET_STOP = 7,

    /* kith-net -> kithd */
    KITH_CHILD_NET_READY = 33,
    KITH_CHILD_NET_UP = 34,
    KITH_CHILD_NET_FRAME = 35,
    KITH_CHILD_NET_DOWN = 36,
    KITH_CHILD_NET_DIAL_FAILED = 37,
    KITH_CHILD_NET_REFUSED_KEY = 38,
    KITH_CHILD_NET_QUEUED = 39,
    KITH_CHILD_NET_PROBED = 40,
    KITH_CHILD_NET_FAILED = 41, /* could not start; it leaves */
    KITH_CHILD_NET_OFTEN = 42,

    /* kithd -> kith-notify */
    KITH_CHILD_NOTIFY_SETUP = 65, /* first, once */
    KITH_CHILD_NOTIFY_DELIVER = 66,
    KITH_CHILD_NOTIFY_LOOKUP = 67,
    KITH_CHILD_NOTIFY_PROBE = 68,
    KITH_CHILD_NOTIFY_STOP = 69,

    /* kith-notify -> kithd */
    KITH_CHILD_NOTIFY_READY = 97,
    KITH_CHILD_NOTIFY_DELIVERED = 98,
    KITH_CHILD_NOTIFY_FAILED = 99,
    KITH_CHILD_NOTIFY_ADDRESSES = 100,
    KITH_CHILD_NOTIFY_PROBED = 101
};

/* Why a session ended. */
enum kith_down_reason {
    KITH_DOWN_BY_PARTNER = 1, /* connection closed or lost */
    KITH_DOWN_BY_US,          /* answer to CLOSE */
    KITH_DOWN_NOT_ALLOWED,    /* key removed or replaced by ALLOW */
    KITH_DOWN_FRAME,          /* not exactly one payload, over the bound, or
                                 not to be decrypted */
    KITH_DOWN_FLOODED,        /* hidden bytes of an endless message */
    KITH_DOWN_QUEUE,          /* partner does not read: our queue is full */
    KITH_DOWN_REASON_END
};

/* Why an attempt to dial came to nothing. */
enum kith_dial_reason {
    KITH_DIAL_NOT_ALLOWED = 1, /* the partner's list does not hold our key */
    KITH_DIAL_REFUSED,         /* nobody listens there */
    KITH_DIAL_TIMEOUT,         /* no answer, or handshake not done in time */
    KITH_DIAL_NO_ROUTE,        /* host or network cannot be reached */
    KITH_DIAL_HANDSHAKE,       /* not ZeroMQ, not CURVE, or another key */
    KITH_DIAL_ADDRESS,         /* an address is not numeric "tcp://..." */
    KITH_DIAL_RESOURCES,       /* our own limit of sockets is reached */
    KITH_DIAL_NO_PLACE,  /* not on our list: as many are there as may be */
    KITH_DIAL_KEY_TAKEN, /* the same: another partner has that key */
    KITH_DIAL_OFTEN,     /* the partner counts too many handshakes */
    KITH_DIAL_REASON_END
};

/* What a probe tries; answered with the errno it met, 0 when it succeeded. */
enum kith_probe {
    KITH_PROBE_READ = 1, /* open PATH for reading */
    KITH_PROBE_WRITE,    /* open or create PATH for writing */
    KITH_PROBE_EXEC,     /* execute PATH */
    KITH_PROBE_END
};

struct kith_net_setup {
    uint8_t secret[KITH_KEY_LEN];    /* transport key; wipe after use */
    const struct kith_bytes *listen; /* "tcp://host:port", numeric; port 0: any;
                                        none: this company only dials */
    size_t n_listen;                 /* <= KITH_CHILD_ADDRESSES_MAX */
    uint32_t backoff_min_ms; /* first wait before dialling again, >= 1 */
    uint32_t backoff_max_ms; /* last, by doubling; >= the first */
    uint32_t partners_max;   /* 1..KITH_PARTNERS_MAX */
    uint32_t queue_max;      /* bytes waiting to be sent, per session;
                                 >= KITH_FRAME_MAX */
};

/* Adds, replaces or removes a partner's keys; a listener may still have the
 * former one, so the two are dialled in turn. At once: sessions of a key that
 * is no longer allowed are cut and DOWN. */
struct kith_net_allow {
    uint32_t partner; /* kithd's handle, 1.. */
    struct kith_key key;
    struct kith_key former; /* that it may still use; zeros: none */
    bool allowed;           /* false: removed, the keys are not looked at */
};

/* Dials until told otherwise, with back-off; a partner must be allowed first.
 * Addresses replace those of an earlier DIAL at the next attempt and are tried
 * in turn; none: stop dialling, a session that is up stays. */
struct kith_net_dial {
    uint32_t partner;
    bool now; /* try at once, back to the shortest wait */
    const struct kith_bytes *addresses; /* numeric "tcp://1.2.3.4:5" */
    size_t n_addresses;                 /* <= KITH_CHILD_ADDRESSES_MAX */
};

/* A frame for, or from, one session. */
struct kith_net_frame {
    uint64_t session;
    struct kith_bytes frame; /* 1..KITH_FRAME_MAX bytes; in CLOSE maybe none:
                                else it is sent first, if it can be */
};

struct kith_net_ready {
    bool refuses;   /* self-test: a random key was refused; always true, a
                       kith-net that fails it exits */
    uint32_t limit; /* sockets libzmq was given */
    const struct kith_bytes *bound; /* as bound, ports filled in */
    size_t n_bound;
};

struct kith_net_up {
    uint64_t session; /* never used twice by one kith-net */
    uint32_t partner;
    struct kith_key key;      /* of the partner: that the handshake proved */
    bool dialled;             /* by us */
    struct kith_bytes remote; /* "1.2.3.4:5", only to be shown */
};

struct kith_net_down {
    uint64_t session;
    uint8_t reason;  /* enum kith_down_reason */
    uint64_t hidden; /* FLOODED: bytes that had come in and not out */
    struct kith_bytes sentence;
};

/* One attempt failed. The next one comes in wait_ms: time to look names up and
 * to send a DIAL with the addresses of now. */
struct kith_net_dial_failed {
    uint32_t partner;
    uint8_t reason; /* enum kith_dial_reason */
    uint32_t tries; /* attempts since the last session, 1.. */
    uint32_t wait_ms;
    struct kith_bytes address; /* that was tried */
    struct kith_bytes sentence;
};

struct kith_net_failed {
    struct kith_bytes sentence; /* "cannot listen at tcp://...: in use" */
};

/* A key that nobody allowed has knocked; counted, sent at most once a second
 * and key, at most KITH_PENDING_MAX keys at a time. */
struct kith_net_refused_key {
    struct kith_key key;
    uint32_t count; /* since this kith-net started */
    struct kith_bytes remote;
};

/* A partner was turned away for connecting too often; told once in
 * KITH_HANDSHAKES_MS. */
struct kith_net_often {
    uint32_t partner;
};

/* Bytes that wait in kith-net: sent when a session's queue passes half of
 * queue_max, and when it is empty again. */
struct kith_net_queued {
    uint64_t session;
    uint32_t bytes;
};

struct kith_child_probe {
    uint8_t what; /* enum kith_probe */
    struct kith_bytes path;
};

struct kith_child_probed {
    uint32_t error; /* errno; 0: it was possible */
};

struct kith_notify_channel {
    struct kith_bytes name;
    struct kith_bytes kind;           /* "file", "exec", "mail", "webhook" */
    const struct kith_bytes *options; /* "key=value"; a key may repeat */
    size_t n_options;                 /* <= KITH_CHILD_OPTIONS_MAX */
};

struct kith_notify_setup {
    const struct kith_notify_channel *channels;
    size_t n_channels; /* <= KITH_CHILD_CHANNELS_MAX */
};

struct kith_notify_deliver {
    struct kith_id notice;
    struct kith_bytes channel;
    struct kith_bytes recipient; /* mail address; empty: the channel's own */
    struct kith_bytes subject;   /* one line, <= KITH_REASON_MAX */
    struct kith_bytes text;      /* LF lines, <= KITH_FRAME_MAX */
};

struct kith_notify_lookup {
    uint32_t handle; /* comes back in ADDRESSES */
    struct kith_bytes host;
    uint16_t port;
};

struct kith_notify_ready {
    uint8_t landlock; /* ABI level in force; 0: none, file and exec channels
                         are refused */
};

struct kith_notify_delivered {
    struct kith_id notice;
};

struct kith_notify_failed {
    struct kith_id notice;
    bool permanent; /* trying again is of no use */
    struct kith_bytes sentence;
};

struct kith_notify_addresses {
    uint32_t handle;
    const struct kith_bytes *addresses; /* "tcp://1.2.3.4:5"; none: failed */
    size_t n_addresses;
    struct kith_bytes sentence; /* why there are none, else empty */
};

/* STOP has no member. Bytes and lists are borrowed. */
struct kith_child_frame {
    enum kith_child_type type;
    union {
        struct kith_net_setup net_setup;
        struct kith_net_allow net_allow;
        struct kith_net_dial net_dial;
        struct kith_net_frame net_frame; /* SEND, CLOSE, FRAME */
        struct kith_child_probe probe;
        struct kith_net_ready net_ready;
        struct kith_net_up net_up;
        struct kith_net_down net_down;
        struct kith_net_dial_failed net_dial_failed;
        struct kith_net_refused_key net_refused_key;
        struct kith_net_queued net_queued;
        struct kith_net_failed net_failed;
        struct kith_net_often net_often;
        struct kith_child_probed probed;
        struct kith_notify_setup notify_setup;
        struct kith_notify_deliver notify_deliver;
        struct kith_notify_lookup notify_lookup;
        struct kith_notify_ready notify_ready;
        struct kith_notify_delivered notify_delivered;
        struct kith_notify_failed notify_failed;
        struct kith_notify_addresses notify_addresses;
    } u;
};

/* Appends length and payload of FRAME to BUF.
 *
 * KITH_INVALID  no such type
 * KITH_LIMIT    a text, list or frame is over its bound
 * KITH_NOMEM    BUF is as it was, as on every failure
 */
enum kith_status kith_child_encode(const struct kith_child_frame *frame,
                                   struct kith_buf *buf) KITH_MUST_CHECK;

/* Finds the first payload in STREAM, the bytes received and not yet used.
 *
 * ret_payload  borrowed from STREAM
 * ret_used     bytes of STREAM that it took, length included
 *
 * KITH_BUSY       not all of it has come
 * KITH_MALFORMED  the length is 0 or over KITH_CHILD_FRAME_MAX: the stream is
 *                 of no use any more, the other process must go
 */
enum kith_status kith_child_next(struct kith_bytes stream,
                                 struct kith_bytes *ret_payload,
                                 size_t *ret_used) KITH_MUST_CHECK;

/* Reads a payload that came on WAY. Bytes in *ret_frame are borrowed from
 * PAYLOAD, lists live in ARENA.
 *
 * KITH_MALFORMED  anything but the layout of a type of this way
 * KITH_NOMEM
 */
enum kith_status kith_child_decode(struct kith_arena *arena,
                                   enum kith_child_way way,
                                   struct kith_bytes payload,
                                   struct kith_child_frame *ret_frame)
    KITH_MUST_CHECK;

/* Name of a reason in lower_snake ("not_allowed"); "unknown" for others. */
const char *kith_down_reason_name(uint8_t reason);
const char *kith_dial_reason_name(uint8_t reason);

#endif
