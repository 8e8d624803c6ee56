/* grant - which kinds and fields of a project a partner gets, for what
 * purpose, for whom, until when.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_GRANT_H
#define RULES_GRANT_H

#include "kith/record.h"
#include "rules/disclosure.h"
#include "store/logs.h"

struct act;
struct store_link;

struct grant_wish {
    uint64_t project; /* record number of our project */
    struct kith_id project_id;
    uint64_t kinds;                /* bit k: kind k */
    struct kith_bytes purpose;     /* not empty */
    bool bound;                    /* all whom the partner has bound to it */
    const struct kith_id *persons; /* per-link ids */
    size_t n_persons;
    int32_t from_day, until_day;     /* days since 1970; until inclusive */
    const struct kith_bytes *hidden; /* "kind.field" or "field" */
    size_t n_hidden;
};

/* Adds a grant to LINK, tells it, and queues what it may now see. Refused
 * (KITH_DENIED, by name) when partner, agreement or audience is missing;
 * KITH_INVALID: a kind, field or date that makes no sense. */
enum kith_status grant_add(struct act *act, const struct store_link *link,
                           const struct grant_wish *wish, uint64_t *ret_number,
                           struct disclosure_counts *ret_counts)
    KITH_MUST_CHECK;

/* KITH_INVALID: NAME ("kind.field" or "field") is no field that a grant can
 * hide. */
enum kith_status grant_check_hidden(struct act *act, struct kith_bytes name)
    KITH_MUST_CHECK;

/* A grant of ours that nobody has ended, and what it is about; the state lives
 * in the arena of the act. */
struct grant_found {
    uint64_t number; /* state number */
    struct kith_record state;
    struct store_link link;
    struct store_head project;
    struct kith_id item; /* the grant as told */
};
/* KITH_NOT_FOUND, KITH_CONFLICT: ended; with words. */
enum kith_status grant_find(struct act *act, uint64_t number,
                            struct grant_found *ret_found) KITH_MUST_CHECK;
/* Marks GRANT as ended: what follows for the partner is the caller's. */
enum kith_status grant_close(struct act *act, const struct grant_found *grant)
    KITH_MUST_CHECK;
/* The audit row WHAT about GRANT. */
enum kith_status grant_note(struct act *act, const struct grant_found *grant,
                            const char *what) KITH_MUST_CHECK;

/* Ends grant NUMBER: disclosure under it stops, what no other grant covers is
 * withdrawn. KITH_NOT_FOUND; KITH_CONFLICT: it is ended. */
enum kith_status grant_end(struct act *act, uint64_t number,
                           struct disclosure_counts *ret_counts)
    KITH_MUST_CHECK;

#endif
