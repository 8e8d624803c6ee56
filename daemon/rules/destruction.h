/* destruction - what a partner was told is to be destroyed there, and is
 * (PROTOCOL.md 8.4).
 *
 * The owner asks: its grants end, what they showed is withdrawn, and a request
 * with a last day goes as a duty entry. The receiver's officer carries it out:
 * the slots of all that was told are destroyed, also in the headers' rows, and
 * a signed certificate goes back. Nothing of this happens by itself.
 * Threads: loop thread only.
 */
#ifndef RULES_DESTRUCTION_H
#define RULES_DESTRUCTION_H

#include <stdbool.h>

#include "kith/record.h"
#include "rules/destruction_set.h"

struct act;
struct apply_entry;
struct kith_body;
struct store_head;
struct store_link;

/* What is asked of a partner. */
struct destruction_wish {
    const struct store_link *link;    /* borrowed */
    const struct store_head *project; /* of ours; NULL: all that was told */
    int32_t until_day;                /* days since 1970, inclusive */
};
/* Ends the live grants of it, withdraws all that was told of it, and queues
 * the request. *ret_withdrawn: items. KITH_INVALID: a day that is past;
 * KITH_NOT_FOUND: nothing of it was ever told; KITH_DENIED: time in doubt. */
enum kith_status destruction_request(struct act *act,
                                     const struct destruction_wish *wish,
                                     uint64_t *ret_number,
                                     uint64_t *ret_withdrawn) KITH_MUST_CHECK;

/* Who answers for it. */
struct destruction_officer {
    struct kith_bytes name, title, exceptions; /* the last two may be empty */
};
/* A request by its id, asked by us or of us. */
struct destruction_named {
    uint32_t link;
    bool ours;
    struct kith_bytes request; /* KITH_ID_LEN bytes */
};
/* Number and state of it. KITH_NOT_FOUND. */
enum kith_status destruction_by_request(struct act *act,
                                        const struct destruction_named *named,
                                        uint64_t *ret_number,
                                        struct kith_record *ret_state)
    KITH_MUST_CHECK;
/* An act of a person: destruction NUMBER, asked of us, is carried out once this
 * transaction is committed. KITH_CONFLICT: it is done, or asked by us. */
enum kith_status destruction_begin(struct act *act, uint64_t number,
                                   const struct destruction_officer *officer)
    KITH_MUST_CHECK;
/* A destruction that is under way; KITH_NOT_FOUND: none. */
enum kith_status destruction_under_way(struct act *act, uint64_t *ret_number)
    KITH_MUST_CHECK;
/* What it destroys; see destruction_find for ownership. */
enum kith_status destruction_entries(struct act *act, uint64_t number,
                                     struct destruction_found *ret_found)
    KITH_MUST_CHECK;
/* The slots of FOUND are gone: signs the certificate and queues it. */
enum kith_status destruction_finish(struct act *act, uint64_t number,
                                    const struct destruction_found *found)
    KITH_MUST_CHECK;

/* Takes in a partner's request or certificate; a fault of the partner is a
 * verdict in ENTRY. */
enum kith_status destruction_take_request(struct act *act,
                                          struct store_link *link,
                                          const struct kith_body *body,
                                          struct apply_entry *entry)
    KITH_MUST_CHECK;
enum kith_status destruction_take_certificate(struct act *act,
                                              struct store_link *link,
                                              const struct kith_body *body,
                                              struct apply_entry *entry)
    KITH_MUST_CHECK;

#endif
