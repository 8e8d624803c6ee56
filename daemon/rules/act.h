/* act - what every rule is given: whose company, which transaction, when, who.
 *
 * Rules are pure: they read and write through the transaction, take the time
 * from here and give back rows and actions; no socket, file, clock or thread.
 * Threads: loop thread only.
 */
#ifndef RULES_ACT_H
#define RULES_ACT_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/sign.h"
#include "store/logs.h"
#include "store/records.h"

struct kith_error;
struct peers;
struct rules_cache;
struct store_txn;

enum {
    RULES_SECRET_LEN = 32
};

/* What one partner may make us take in; 0: as include/kith/limits.h says. */
struct quota_limits {
    uint64_t entries_minute;
    uint64_t bytes_day;    /* bytes of entries within a day (UTC) */
    uint64_t stored_bytes; /* bytes of its entries in our store */
    bool store_full;       /* the store is as large as it may become */
};

/* One company's keys and what rules remember between transactions. */
struct company {
    struct kith_company_id id;
    char name[129];                 /* as in the card */
    struct kith_sign_key log;       /* signs checkpoints, nothing else */
    struct kith_sign_key receipt;   /* cosigns, nothing else */
    struct kith_sign_key statement; /* hello, agreements */
    struct kith_key transport_public;
    struct kith_box_key sealing;            /* opens the boxes of entry keys */
    uint8_t recovery_key[RULES_SECRET_LEN]; /* seals {internal id, revision} */
    uint8_t witness_salt[RULES_SECRET_LEN]; /* kept in the backup */
    uint8_t view_key[RULES_SECRET_LEN];     /* keys view digests */
    struct kith_buf card;                   /* newest own card, binary form */
    struct kith_hash card_digest;
    uint64_t card_revision;
    struct quota_limits limits;
    struct rules_cache *cache; /* cache.h; owned, NULL until first asked */
    struct peers *peers;       /* peer.h; the same */
};

/* Ids a link knows our records by, as last looked up in this transaction: the
 * records of a batch mostly hang on the same few. */
enum {
    ACT_TRANSLATIONS = 16
};
struct act_translation {
    uint32_t link; /* 0: empty */
    struct kith_id ours, theirs;
};

/* Heads of ours looked up in this transaction, see known.h. */
enum {
    ACT_KNOWN = 4,
    ACT_KNOWN_TEXT_MAX = 64
};
struct act_known {
    struct store_head head;        /* ref.record 0: empty */
    char text[ACT_KNOWN_TEXT_MAX]; /* as a person typed it */
    size_t text_len;               /* 0: found without one */
    uint32_t asked_kind;
};

/* The setting of one rule call; lives as long as its transaction. */
struct act {
    struct company *company;
    struct store_txn *txn;
    struct kith_arena *arena; /* reset by the caller between transactions */
    int64_t now;              /* Unix seconds */
    bool time_doubted;        /* NOW may be wrong: dates decide nothing */
    uint64_t person;          /* state number of who acts; 0: the daemon */
    bool dry_run;             /* the caller aborts TXN afterwards */
    struct kith_error *err;   /* words for whoever asked; may be NULL */
    struct act_known known[ACT_KNOWN];
    size_t next_known;
    struct store_link link; /* last one that act_link read; number 0: none */
    struct act_translation translations[ACT_TRANSLATIONS]; /* view.c */
};

/* The day of now in UTC, days since 1970-01-01: agreements, grants and plans
 * begin and end by days. */
int32_t act_today(const struct act *act);

/* KITH_DENIED with act->err while time is in doubt: acts whose effect hangs on a
 * date wait until a person has confirmed the clock. */
enum kith_status act_certain(const struct act *act) KITH_MUST_CHECK;

/* Reads link NUMBER into act->link unless it stands there: the records of a
 * batch mostly go to the same few, and posting changes no link. For posting
 * only; what changes links reads its own. Errors as store_link_get. */
enum kith_status act_link(struct act *act, uint32_t number) KITH_MUST_CHECK;

#endif
