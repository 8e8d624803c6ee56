/* state - agreements, grants, persons, rules, notices; audit log, request
 * results, reads, and a few single values.
 *
 * Threads: as the transaction.
 */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "kith/bytes.h"
#include "kith/record.h"
#include "store/records.h"

struct store_txn;

/* Objects of local kinds (KITH_KIND_AGREEMENT ...): one sealed record each,
 * numbered per kind from 1. *number_inout 0 draws the next number. */
enum kith_status store_state_put(struct store_txn *txn, uint32_t kind,
                                 uint64_t *number_inout,
                                 const struct kith_record *record)
    KITH_MUST_CHECK;
enum kith_status store_state_get(struct store_txn *txn, uint32_t kind,
                                 uint64_t number, struct kith_arena *arena,
                                 struct kith_record *ret_record)
    KITH_MUST_CHECK;
/* The first of KIND above *number_inout, which it sets. KITH_NOT_FOUND. */
enum kith_status store_state_next(struct store_txn *txn, uint32_t kind,
                                  uint64_t *number_inout,
                                  struct kith_arena *arena,
                                  struct kith_record *ret_record)
    KITH_MUST_CHECK;
enum kith_status store_state_drop(struct store_txn *txn, uint32_t kind,
                                  uint64_t number) KITH_MUST_CHECK;

/* The company's audit log: append-only, RFC 6962 over the row bytes. */
enum kith_status store_audit_append(struct store_txn *txn,
                                    const struct kith_record *record)
    KITH_MUST_CHECK;
/* Size and root as they stood before TXN began. */
enum kith_status store_audit_head(struct store_txn *txn, uint64_t *ret_size,
                                  struct kith_hash *ret_root) KITH_MUST_CHECK;
enum kith_status store_audit_get(struct store_txn *txn, uint64_t index,
                                 struct kith_arena *arena,
                                 struct kith_record *ret_record)
    KITH_MUST_CHECK;
/* The same, with the row's leaf in the tree. */
enum kith_status store_audit_read(struct store_txn *txn, uint64_t index,
                                  struct kith_arena *arena,
                                  struct kith_record *ret_record,
                                  struct kith_hash *ret_leaf) KITH_MUST_CHECK;
uint64_t store_audit_size(struct store_txn *txn);

/* Result of a control write, by its request id; the oldest beyond 10,000 are
 * forgotten. */
enum kith_status store_request_put(struct store_txn *txn,
                                   const struct kith_id *id,
                                   struct kith_bytes answer) KITH_MUST_CHECK;
enum kith_status store_request_get(struct store_txn *txn,
                                   const struct kith_id *id,
                                   struct kith_arena *arena,
                                   struct kith_bytes *ret_answer)
    KITH_MUST_CHECK;

/* A person (state number) has read revision REVISION of an item. */
enum kith_status store_read_put(struct store_txn *txn, uint64_t person,
                                const struct store_ref *ref, uint64_t revision,
                                int64_t at) KITH_MUST_CHECK;
/* Newest revision that PERSON has read, 0 none. */
enum kith_status store_read_get(struct store_txn *txn, uint64_t person,
                                const struct store_ref *ref,
                                uint64_t *ret_revision) KITH_MUST_CHECK;

/* Single values of at most 16 KiB by number (rules/ledger.h names them). */
enum kith_status store_value_put(struct store_txn *txn, uint32_t which,
                                 struct kith_bytes value) KITH_MUST_CHECK;
enum kith_status store_value_get(struct store_txn *txn, uint32_t which,
                                 struct kith_arena *arena,
                                 struct kith_bytes *ret_value) KITH_MUST_CHECK;

#endif
