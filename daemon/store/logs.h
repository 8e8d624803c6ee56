/* logs - links, their two logs, entries, notes, and the queue of a link.
 *
 * Threads: as the transaction.
 */
#ifndef STORE_LOGS_H
#define STORE_LOGS_H

#include "kith/bytes.h"
#include "kith/entry.h"
#include "kith/limits.h"
#include "kith/tree.h"

struct store_txn;

enum store_side {
    STORE_OUT = 1,
    STORE_IN = 2
}; /* ours, the partner's */

struct store_log {
    uint32_t number;       /* 1, 2, ...; 0: not opened yet */
    struct kith_tree tree; /* every header so far; size = entries */
    uint64_t processed;    /* in: entries below are verified and processed
                              or void; out: the partner's «processed up to» */
    uint64_t noted;        /* out: size of our newest checkpoint;
                              in: size of the partner's newest checkpoint */
    uint64_t receipted;    /* size of the newest receipt, either way */
    int64_t last_time;     /* out: newest header time; in: newest cosign time
                              (Unix seconds), never back */
    uint64_t pending;      /* in: 1 + index of the first entry that has
                              neither body nor void yet; 0 none */
    bool frozen;
};

struct store_link {
    uint32_t number; /* 1.. */
    struct kith_company_id company;
    char alias[KITH_NAME_MAX + 1];
    char endpoint[KITH_URL_MAX + 1]; /* set by hand; empty: the card's */
    struct kith_hash card_digest;    /* newest card, store_card_get */
    uint64_t card_revision;
    bool verified;            /* we have verified them */
    bool verified_by_partner; /* they said so in their newest hello */
    bool paused;
    bool removed;
    bool recovering;          /* our closed logs are to be fetched back before
                                 anything goes on */
    int64_t verified_at;      /* Unix seconds, 0 never */
    int64_t last_sync;        /* Unix seconds of the newest receipt */
    uint64_t session;         /* highest hello number of ours, committed */
    uint64_t partner_session; /* highest of theirs, committed */
    uint64_t told_card;       /* revision of our card that they have */
    uint8_t stall;            /* enum kith_refuse_code of a stall, 0 none */
    uint64_t stored;          /* bytes of the partner's entries taken in, as
                                 its quota counts them */
    struct store_log out, in;
};

/* Draws link->number. KITH_CONFLICT: company or alias is taken. */
enum kith_status store_link_add(struct store_txn *txn, struct store_link *link)
    KITH_MUST_CHECK;
enum kith_status store_link_put(struct store_txn *txn,
                                const struct store_link *link) KITH_MUST_CHECK;
enum kith_status store_link_get(struct store_txn *txn, uint32_t number,
                                struct store_link *ret_link) KITH_MUST_CHECK;
/* The link with a number above AFTER; KITH_NOT_FOUND at the end. */
enum kith_status store_link_next(struct store_txn *txn, uint32_t after,
                                 struct store_link *ret_link) KITH_MUST_CHECK;

/* Cards, ours and partners', all revisions, by digest. */
enum kith_status store_card_put(struct store_txn *txn,
                                const struct kith_hash *digest,
                                struct kith_bytes card) KITH_MUST_CHECK;
enum kith_status store_card_get(struct store_txn *txn,
                                const struct kith_hash *digest,
                                struct kith_arena *arena,
                                struct kith_bytes *ret_card) KITH_MUST_CHECK;

struct store_log_id {
    uint32_t link;
    enum store_side side;
    uint32_t number;
};

enum store_verdict {
    STORE_PROCESSED = 0,
    STORE_PENDING = 1, /* bare header, neither body nor void yet */
    STORE_VOID = 2,
    STORE_UNREADABLE = 3,
    STORE_NOT_UNDERSTOOD = 4,
    STORE_REJECTED = 5
};

struct store_entry {
    struct kith_bytes header; /* KITH_ENTRY_HEADER_LEN */
    struct kith_bytes sealed; /* empty: bare or void */
    bool has_ek;              /* false on read when the slot is destroyed */
    struct kith_hash ek;      /* wrapped under `slot` at rest */
    uint64_t slot;            /* of the item; 0: drawn for this entry alone */
    uint64_t record;          /* record number it tells of, 0 none */
    uint64_t project;         /* as in store_ref */
    uint64_t before;          /* index + 1 of the item's former entry, 0 none */
    int64_t at;               /* Unix seconds: made here, or arrived here */
    uint8_t verdict;          /* enum store_verdict */
    uint16_t code;            /* reason of a verdict, 0 none */
    /* append: the header's leaf hash when it is at hand (saves computing it
     * again), else NULL; NULL on read */
    const struct kith_hash *leaf;
};
/* Appends entry INDEX (must be the next). Also keeps the 256-leaf tree tiles
 * that proofs need; the compact tree itself is the caller's, in the link. */
enum kith_status store_entry_append(struct store_txn *txn,
                                    const struct store_log_id *log,
                                    uint64_t index,
                                    const struct store_entry *entry)
    KITH_MUST_CHECK;
/* Replaces entry INDEX: a body that came later, a void, a verdict. */
enum kith_status store_entry_put(struct store_txn *txn,
                                 const struct store_log_id *log, uint64_t index,
                                 const struct store_entry *entry)
    KITH_MUST_CHECK;
/* KITH_NOT_FOUND; bytes live in ARENA. */
enum kith_status store_entry_get(struct store_txn *txn,
                                 const struct store_log_id *log, uint64_t index,
                                 struct kith_arena *arena,
                                 struct store_entry *ret_entry) KITH_MUST_CHECK;
/* The header of entry INDEX without opening its row: for the tree, whose root
 * covers it. Borrowed until the next write. KITH_NOT_FOUND. */
enum kith_status store_entry_header(struct store_txn *txn,
                                    const struct store_log_id *log,
                                    uint64_t index,
                                    struct kith_bytes *ret_header)
    KITH_MUST_CHECK;
/* Hash of the complete subtree (level, index) of the log, for proofs. */
enum kith_status store_tree_node(struct store_txn *txn,
                                 const struct store_log_id *log, unsigned level,
                                 uint64_t index, struct kith_hash *ret_hash)
    KITH_MUST_CHECK;

/* Checkpoints (by the log's owner) and receipts (by the other). One note per
 * log, kind and size, ever: KITH_FORK when another stands there. */
enum store_note {
    STORE_CHECKPOINT = 1,
    STORE_RECEIPT = 2,
    STORE_SECOND = 3 /* contradicts the log as we hold it: proof of a fork */
};
enum kith_status store_note_put(struct store_txn *txn,
                                const struct store_log_id *log,
                                enum store_note kind, uint64_t size,
                                struct kith_bytes note) KITH_MUST_CHECK;
/* Puts NOTE in the place of one of the same size that says the same, under a
 * key that is good; whoever calls has compared what they say. */
enum kith_status store_note_renew(struct store_txn *txn,
                                  const struct store_log_id *log,
                                  enum store_note kind, uint64_t size,
                                  struct kith_bytes note) KITH_MUST_CHECK;
/* The note of the greatest size <= SIZE. KITH_NOT_FOUND. */
enum kith_status store_note_at(struct store_txn *txn,
                               const struct store_log_id *log,
                               enum store_note kind, uint64_t *size_inout,
                               struct kith_arena *arena,
                               struct kith_bytes *ret_note) KITH_MUST_CHECK;
/* The note of the least size >= SIZE. KITH_NOT_FOUND. */
enum kith_status store_note_from(struct store_txn *txn,
                                 const struct store_log_id *log,
                                 enum store_note kind, uint64_t *size_inout,
                                 struct kith_arena *arena,
                                 struct kith_bytes *ret_note) KITH_MUST_CHECK;

/* The log of link and side with the least number above log_inout->number that
 * has a note: numbers may be far apart. KITH_NOT_FOUND. */
enum kith_status store_log_next(struct store_txn *txn,
                                struct store_log_id *log_inout) KITH_MUST_CHECK;

/* The queue: what is to be told to a link and has no index yet. Either a
 * revision of one of our records, or a finished relation or duty record. */
struct store_queued {
    uint64_t sequence;        /* drawn by _add, ascending */
    uint8_t cause;            /* rules/ledger.h */
    uint64_t project, record; /* of our record; record 0: RECORD holds it */
    uint64_t revision_row;    /* number of the revision row */
    int64_t at;               /* Unix seconds */
    struct kith_bytes body;   /* encoded kith_record, when record is 0 */
};
enum kith_status store_queue_add(struct store_txn *txn, uint32_t link,
                                 struct store_queued *queued) KITH_MUST_CHECK;
/* The first with a sequence above AFTER. KITH_NOT_FOUND: no more. */
enum kith_status store_queue_next(struct store_txn *txn, uint32_t link,
                                  uint64_t after, struct kith_arena *arena,
                                  struct store_queued *ret_queued)
    KITH_MUST_CHECK;
enum kith_status store_queue_drop(struct store_txn *txn, uint32_t link,
                                  uint64_t sequence) KITH_MUST_CHECK;
/* Queued places of LINK; kept, not counted. */
enum kith_status store_queue_length(struct store_txn *txn, uint32_t link,
                                    uint64_t *ret_length) KITH_MUST_CHECK;

#endif
