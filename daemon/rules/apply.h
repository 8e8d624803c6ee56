/* apply - what an opened entry of a partner does here, by kind.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_APPLY_H
#define RULES_APPLY_H

#include "kith/body.h"
#include "store/logs.h"

struct act;

/* Where the entry stands and what becomes of it. */
struct apply_entry {
    uint64_t index;
    struct store_entry *row; /* not yet stored: record, project, before, slot,
                                verdict and code are set here */
    bool silent;             /* set: a verdict about it is never sent */
};

/* Applies BODY of an entry of LINK's partner. A fault of the partner sets the
 * row's verdict and code and changes nothing else; the status is then KITH_OK.
 * Other statuses are faults of ours: abort the transaction. */
enum kith_status apply_body(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry) KITH_MUST_CHECK;

/* The verdict about a body that does not decode. */
enum kith_status apply_malformed(struct apply_entry *entry) KITH_MUST_CHECK;

/* Names of the verdict codes that apply_body gives, for evidence and logs;
 * "code 0" is none. */
const char *apply_code_name(uint16_t code);

#endif
