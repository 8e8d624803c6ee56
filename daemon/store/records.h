/* records - own records with their revisions, items of partners, and who was
 * told what of ours.
 *
 * A record has a store-local number; a child of a project is found under the
 * project's number, a project itself and party-level records under 0. Own
 * revisions hold their encoded record sealed under the record's slot; an
 * item's text stays in the partner's log entry (logs.h) and is opened there.
 * Threads: as the transaction.
 */
#ifndef STORE_RECORDS_H
#define STORE_RECORDS_H

#include "kith/bytes.h"
#include "kith/record.h"

struct store_txn;

enum {
    STORE_OWN = 0
}; /* owner number of this company; links are >= 1 */

struct store_ref {
    uint32_t owner;   /* STORE_OWN or the link the item came by */
    uint64_t project; /* number of the project's record; 0: none */
    uint64_t record;  /* >= 1 */
};

struct store_head {
    struct store_ref ref;
    struct kith_id id; /* internal id, or the item's on the link */
    uint32_t kind;
    uint64_t revision;
    uint64_t slot;       /* destroys the text; 0 only before _add */
    uint64_t newest;     /* own: number of the newest revision row;
                             item: index of its newest entry */
    uint32_t log_number; /* item: of that entry */
    int64_t changed_at;  /* Unix seconds */
    uint64_t parent;     /* record number this one belongs to by its key
                             (generation of a milestone ...), 0 none */
    uint8_t label;       /* enum kith_label */
    bool inactive;
    bool withdrawn; /* item: the owner took it back */
};

/* Adds a head: draws ref.record and slot. An own head without an id gets one
 * that is random to everyone else and needs no index: the cheap way for a bulk.
 * An id that is brought along is indexed. KITH_CONFLICT: the owner has that id
 * already. */
enum kith_status store_head_add(struct store_txn *txn, struct store_head *head)
    KITH_MUST_CHECK;
/* As store_head_add, for a record of ours whose first revision follows: the
 * head itself is written by store_revision_add. */
enum kith_status store_head_draw(struct store_txn *txn, struct store_head *head)
    KITH_MUST_CHECK;
enum kith_status store_head_put(struct store_txn *txn,
                                const struct store_head *head) KITH_MUST_CHECK;
/* KITH_NOT_FOUND in all three. */
enum kith_status store_head_get(struct store_txn *txn,
                                const struct store_ref *ref,
                                struct store_head *ret_head) KITH_MUST_CHECK;
enum kith_status store_head_by_id(struct store_txn *txn, uint32_t owner,
                                  const struct kith_id *id,
                                  struct store_head *ret_head) KITH_MUST_CHECK;
/* The next head of owner and project with a record number above AFTER (0 to
 * begin); projects and party-level records stand under project 0. */
enum kith_status store_head_next(struct store_txn *txn, uint32_t owner,
                                 uint64_t project, uint64_t after,
                                 struct store_head *ret_head) KITH_MUST_CHECK;

/* The newest active record of OWNER and KIND under PARENT (record number, 0
 * none) with the natural key KEY; looked up by a keyed hash. _put replaces. */
struct store_name {
    uint32_t owner;
    uint32_t kind;
    uint64_t parent;
    struct kith_bytes key; /* the key fields' values, 0x00 between */
};
enum kith_status store_name_put(struct store_txn *txn,
                                const struct store_name *name,
                                const struct store_ref *ref) KITH_MUST_CHECK;
enum kith_status store_name_drop(struct store_txn *txn,
                                 const struct store_name *name) KITH_MUST_CHECK;
enum kith_status store_name_get(struct store_txn *txn,
                                const struct store_name *name,
                                struct store_ref *ret_ref) KITH_MUST_CHECK;

/* Appends the encoded RECORD as a revision of HEAD, sealed under its slot;
 * sets head->newest, links it to the former one, puts the head. */
enum kith_status store_revision_add(struct store_txn *txn,
                                    struct store_head *head,
                                    struct kith_bytes record) KITH_MUST_CHECK;
/* Revision row NUMBER of HEAD, decrypted into ARENA. ret_previous: number of
 * the one before, 0 none. KITH_UNREADABLE: the slot is destroyed. */
enum kith_status store_revision_get(struct store_txn *txn,
                                    const struct store_head *head,
                                    uint64_t number, struct kith_arena *arena,
                                    struct kith_bytes *ret_record)
    KITH_MUST_CHECK;
enum kith_status store_revision_before(struct store_txn *txn,
                                       const struct store_head *head,
                                       uint64_t number, uint64_t *ret_previous)
    KITH_MUST_CHECK;

/* What one link was told of one of our records. */
struct store_told {
    struct store_ref ref;   /* ours: owner STORE_OWN */
    struct kith_id item;    /* the record's random id on this link */
    uint64_t item_revision; /* 1, 2, 3 ... of this view */
    uint64_t revision;      /* our revision that this view shows */
    uint8_t view[16];       /* keyed digest of the view, to see a difference */
    uint64_t grant;         /* state number of the grant (state.h), 0 none */
    uint64_t slot;          /* of the item on this link */
    uint32_t log_number;    /* newest entry that told it */
    uint64_t index;
    bool withdrawn;
};
/* A fresh slot, for what is put only later in TXN. */
enum kith_status store_slot_draw(struct store_txn *txn, uint64_t *ret_slot)
    KITH_MUST_CHECK;
/* Draws what a new item needs before its entry is made: told->item when it is
 * none (random to the partner, and needing no index), told->slot when it is 0.
 * Writes nothing; _put follows, once. */
enum kith_status store_told_draw(struct store_txn *txn, uint32_t link,
                                 struct store_told *told) KITH_MUST_CHECK;
/* Puts the row; draws as above what is still missing; indexes an item id that
 * the store has not drawn. KITH_CONFLICT: another record has that item id. */
enum kith_status store_told_put(struct store_txn *txn, uint32_t link,
                                struct store_told *told) KITH_MUST_CHECK;
enum kith_status store_told_get(struct store_txn *txn, uint32_t link,
                                const struct store_ref *ref,
                                struct store_told *ret_told) KITH_MUST_CHECK;
enum kith_status store_told_by_item(struct store_txn *txn, uint32_t link,
                                    const struct kith_id *item,
                                    struct store_told *ret_told)
    KITH_MUST_CHECK;
/* Next told row of LINK and our PROJECT number above record AFTER. */
enum kith_status store_told_next(struct store_txn *txn, uint32_t link,
                                 uint64_t project, uint64_t after,
                                 struct store_told *ret_told) KITH_MUST_CHECK;

#endif
