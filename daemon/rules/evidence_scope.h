/* evidence_scope - which entries of a link an evidence pack is about, and which
 * of them it shows.
 *
 * Of other projects nothing goes into a pack but hashes within proofs, so an
 * entry is in only when it is known to be about the wanted project or about no
 * project at all.
 * Threads: loop thread only.
 */
#ifndef RULES_EVIDENCE_SCOPE_H
#define RULES_EVIDENCE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/evidence.h"
#include "kith/ids.h"
#include "rules/reopen.h"
#include "store/logs.h"
#include "store/records.h"

struct act;

/* What a pack is to be about. */
struct evidence_wish {
    struct store_link link;
    struct store_ref project; /* record 0: every project */
    struct kith_id item;      /* its id on the link */
    struct kith_bytes name;   /* of it, for the reader */
    uint64_t from_s, until_s; /* times of entries, Unix seconds, inclusive;
                                 relation entries are in whatever they say */
};

/* An entry at hand. */
struct evidence_place {
    enum store_side side;
    uint32_t log_number;
    uint64_t index;
};

/* Is ENTRY at PLACE in the scope of WISH? OPENED NULL: its body is not there
 * any more. Withdrawals and verdicts are where what they speak of is. */
enum kith_status evidence_in_scope(struct act *act,
                                   const struct evidence_wish *wish,
                                   const struct evidence_place *place,
                                   const struct store_entry *entry,
                                   const struct reopened *opened, bool *ret_in)
    KITH_MUST_CHECK;

/* May the person of ACT show the body of ENTRY, which is OPENED? *ret_body GONE:
 * it was withdrawn from us. */
enum kith_status evidence_body(struct act *act,
                               const struct evidence_wish *wish,
                               const struct evidence_place *place,
                               const struct store_entry *entry,
                               const struct reopened *opened,
                               enum kith_evidence_body *ret_body)
    KITH_MUST_CHECK;

/* Reads entry PLACE of WISH's link and opens it. *ret_open false: its body is
 * gone, void or no longer readable for anybody here. The caller clears
 * *ret_opened. */
enum kith_status evidence_read(struct act *act,
                               const struct evidence_wish *wish,
                               const struct evidence_place *place,
                               struct store_entry *ret_entry,
                               struct reopened *ret_opened, bool *ret_open)
    KITH_MUST_CHECK;

#endif
