/* append - one sealed entry more in our log to a partner, and its checkpoint.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_APPEND_H
#define RULES_APPEND_H

#include "kith/seal.h"
#include "store/logs.h"

struct act;

/* Our audit log as it stood before the transaction (PROTOCOL.md 4.6). */
struct append_audit {
    uint64_t size;
    struct kith_hash root;
};

/* What is to be appended. */
struct append_subject {
    const struct append_audit *audit; /* that the entry bears witness of */
    uint8_t entry_class;              /* enum kith_entry_class */
    struct kith_bytes plain;          /* encoded body */
    const struct kith_place *place;   /* where: the end of our log */
    struct store_told *told; /* NULL: of none of our records; else gives the
                                 slot and the place of the former entry, and
                                 gets this entry's log number and index */
};

/* Seals and appends it as the next entry; link->out moves on, LINK is not put.
 * ret_bytes: header and sealed body. KITH_LIMIT: the body is too long. */
enum kith_status append_entry(struct act *act, struct store_link *link,
                              const struct append_subject *subject,
                              size_t *ret_bytes) KITH_MUST_CHECK;

/* Signs a checkpoint over all entries and stores it, once per size. */
enum kith_status append_checkpoint(struct act *act, struct store_link *link)
    KITH_MUST_CHECK;

#endif
