/* destruction_set - which entries of a link a destruction is about.
 *
 * Both companies find the same ones, each in its own copy of the log, so the
 * digest in a certificate can be held against what was told.
 * Threads: loop thread only.
 */
#ifndef RULES_DESTRUCTION_SET_H
#define RULES_DESTRUCTION_SET_H

#include "kith/ids.h"
#include "store/logs.h"

struct act;

/* Entries of the logs of SIDE up to SIZE of log LOG_NUMBER. */
struct destruction_set {
    uint32_t link;
    enum store_side side; /* STORE_OUT: our log, what the partner destroys */
    uint64_t project;     /* record number of it here; 0: of all */
    uint32_t log_number;
    uint64_t size;
};

/* What is found: entries of class project that tell a record of the project
 * other than a grant, came with a body and were processed. */
struct destruction_found {
    uint64_t entries;
    struct kith_hash digest; /* kith/signed.h */
    uint64_t *slots;         /* of side IN: every slot that opens an entry of
                                the project, grants and rejected ones of «all»
                                too; malloc'ed, the caller frees it */
    size_t n_slots;
};

/* KITH_NOMEM, or a fault of the store; ret_found->slots is then NULL. */
enum kith_status destruction_find(struct act *act,
                                  const struct destruction_set *set,
                                  struct destruction_found *ret_found)
    KITH_MUST_CHECK;

#endif
