/* resolve - what a person types for a record: a path, an id, the head of one.
 *
 *   lumen                 a project
 *   lumen/g1              a generation of it (any name may hold '/')
 *   lumen/g1/evt          a milestone, by type or title
 *   acme:lumen/g1         the same among the items that partner acme told us
 *   4f2a                  the only record whose id begins so (4 digits or more)
 *   a whole id
 * Without a partner's name ours are looked at first, then items; a path that
 * fits items of several partners is refused as unclear.
 * Threads: loop thread only.
 */
#ifndef RULES_RESOLVE_H
#define RULES_RESOLVE_H

#include "store/logs.h"
#include "store/records.h"

struct act;

/* The partner's link by alias, alias prefix, or id. KITH_NOT_FOUND with words
 * in act->err; removed partners are found only by their whole alias. */
enum kith_status resolve_partner(struct act *act, struct kith_bytes text,
                                 struct store_link *ret_link) KITH_MUST_CHECK;

/* The record. KIND 0: of any kind. KITH_NOT_FOUND or KITH_CONFLICT (unclear)
 * with words in act->err. What the person of ACT may not see, or its owner took
 * back, is not found, in the same words as what is not there (inv. 6). */
enum kith_status resolve_record(struct act *act, struct kith_bytes text,
                                uint32_t kind, struct store_head *ret_head)
    KITH_MUST_CHECK;

/* Replaces the text paths in the reference fields of RECORD by ids; fields
 * that are ids already stay. RET_RECORD lives in act->arena. */
enum kith_status resolve_fields(struct act *act,
                                const struct kith_record *record,
                                struct kith_record *ret_record) KITH_MUST_CHECK;

/* "lumen/g1/evt" of a record, cut to SIZE; for rows and messages. Items get
 * "partner:" in front. "" for what has no name; "?" for a step that was taken
 * back or destroyed. */
enum kith_status resolve_path(struct act *act, const struct store_head *head,
                              char *ret_text, size_t size) KITH_MUST_CHECK;

#endif
