/* daemon - everything one running kithd owns.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_DAEMON_H
#define CORE_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "kith/status.h"
#include "rules/act.h"
#include "rules/audit_check.h"

struct config;
struct control;
struct keyfile;
struct kith_error;
struct links;
struct loop;
struct net;
struct notices;
struct notifier;
struct refusals;
struct store;
struct store_txn;

#define DAEMON_VERSION "0.1.0"

enum {
    /* what the rules of one transaction may allocate, bytes */
    DAEMON_ARENA_MAX = 64 * 1024 * 1024
};

/* In memory from sodium_malloc, because company holds keys. */
struct daemon {
    struct config *config;            /* owned */
    struct keyfile *keys;             /* owned */
    struct store *store;              /* owned */
    struct company company;           /* its buffers are owned */
    struct kith_arena *arena;         /* owned; of a transaction's rules */
    struct kith_arena *request_arena; /* owned; of one request */
    struct kith_arena *row_arena;     /* owned; of one group of rows */
    struct loop *loop;                /* owned */
    struct control *control;          /* owned */
    struct links *links;              /* owned */
    struct net *net;                  /* owned */
    struct notifier *notifier;        /* owned */
    struct notices *notices;          /* owned */
    struct refusals *refusals;        /* owned */
    struct clock_now now;             /* of this round */
    struct clock_now started;
    int64_t wall_offset_ms; /* wall clock less boot clock, last look */
    bool time_doubted;      /* wall.h */
    bool doubt_unsaved;     /* it is not in the store yet */
    bool wall_changed;      /* a person has confirmed: read the store again */
    bool arrange;     /* some links changed: links_arrange after the commit */
    bool arrange_all; /* all of them: kith-net or kith-notify is new */
    bool former_transport;   /* the transport key of before is in use */
    int64_t transport_at_ms; /* boot clock: when transport_run looks again */
    int64_t destroy_at_ms;   /* boot clock: when destroy_run looks again */
    struct audit_check checking; /* verb_audit_verify.c; zeroed: none */
    uint64_t checking_number;    /* of the newest */
    bool must_exit;              /* the store failed: exit and start anew */
};

struct daemon_secret {
    const char *passphrase; /* of the key file; NULL or "" when none */
    size_t len;             /* bytes */
};

/* Opens keys and store and reads the company's card; the loop, the socket and
 * the children stay NULL. CONFIG is consumed on success. Words of a failure
 * in ERR. */
enum kith_status daemon_open(struct config **take_config,
                             const struct daemon_secret *secret,
                             struct daemon **ret_daemon, struct kith_error *err)
    KITH_MUST_CHECK;
/* Closes keys, store and arenas; the others were closed before. NULL-safe. */
void daemon_close(struct daemon **daemon);

/* Starts an act of the daemon itself in TXN, at this round's time. */
void daemon_act(struct daemon *daemon, struct store_txn *txn,
                struct act *ret_act);

/* Brings the company's limits in line with the configuration and with how full
 * the store is. Not within a transaction. */
void daemon_limit(struct daemon *daemon);

/* Reads our newest card from the store into daemon->company. */
enum kith_status daemon_read_card(struct daemon *daemon, struct store_txn *txn)
    KITH_MUST_CHECK;
/* Writes CARD as our newest; daemon_read_card after the commit. */
enum kith_status daemon_write_card(struct act *act, struct kith_bytes card)
    KITH_MUST_CHECK;

#endif
