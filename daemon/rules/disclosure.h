/* disclosure - what a partner should see, minus what it has been told.
 *
 * The one function (ARCHITECTURE.md): posting, grants, withdrawals, --dry-run,
 * `project who` and recovery all ask here.
 * Threads: loop thread only.
 */
#ifndef RULES_DISCLOSURE_H
#define RULES_DISCLOSURE_H

#include "rules/gate.h"
#include "store/records.h"

struct act;

enum disclosure_change {
    DISCLOSURE_NONE = 1, /* may not be seen, and never was or is withdrawn */
    DISCLOSURE_SAME,     /* seen as it was told */
    DISCLOSURE_NEW,      /* may be seen, was not told */
    DISCLOSURE_CHANGED,  /* looks different from what was told, or is to be
                            read under another grant */
    DISCLOSURE_NARROWED, /* the grant hides more than when it was told, or
                            reaches fewer persons */
    DISCLOSURE_CLOSED    /* was told, may not be seen any more */
};

struct disclosure {
    enum disclosure_change change;
    struct gate_pass pass;   /* reason is not GATE_OPEN: NONE or CLOSED */
    struct kith_record view; /* translated; id and revision not yet set */
    uint8_t digest[16];      /* of the view */
    struct store_told told;  /* ref.record 0: never told */
};

/* About revision row ROW (0: the newest) of our record HEAD. */
enum kith_status disclosure_of(struct act *act, const struct store_link *link,
                               const struct store_head *head, uint64_t row,
                               struct disclosure *ret_disclosure)
    KITH_MUST_CHECK;

/* The label that a revision of HEAD marked REVISION is judged by: the stricter
 * of its own and the record's present one. */
enum kith_label disclosure_label(const struct store_head *head,
                                 enum kith_label revision);

/* When the newest revision of HEAD last changed as GRANT shows it (Unix
 * seconds): an edit of hidden fields alone must not be seen (inv. 3). */
enum kith_status disclosure_changed_at(struct act *act,
                                       const struct store_head *head,
                                       const struct kith_record *grant,
                                       int64_t *ret_at) KITH_MUST_CHECK;

/* Visits the project record PROJECT (record number) and everything in it, in
 * the order of first posting. What a visit gets lives in act->arena until the
 * visitor returns. A status other than KITH_OK from the visitor ends the walk
 * and is returned. */
struct disclosure_visit {
    enum kith_status (*visit)(void *context, const struct store_head *head,
                              const struct disclosure *disclosure);
    void *context;
};
enum kith_status disclosure_walk(struct act *act, const struct store_link *link,
                                 uint64_t project,
                                 const struct disclosure_visit *visit)
    KITH_MUST_CHECK;

/* Brings LINK's queue in line with what it should see of PROJECT after a
 * grant or agreement changed by a person's act: queues what is new, withdraws
 * what is closed or narrowed. */
struct disclosure_settling {
    int64_t reason; /* enum kith_withdrawal_reason of what is closed */
    const struct kith_record *grant; /* to be told right after the project's
                                        own record; NULL none */
    bool changed_anew; /* what looks different now is withdrawn first, as if the
                          grant showed less of it */
    bool only_queue;   /* withdraw nothing: nobody has taken anything back */
};
struct disclosure_counts {
    uint64_t queued, withdrawn;
};
enum kith_status disclosure_settle(struct act *act,
                                   const struct store_link *link,
                                   uint64_t project,
                                   const struct disclosure_settling *settling,
                                   struct disclosure_counts *ret_counts)
    KITH_MUST_CHECK;

/* Queues for LINK our answers to it that it was never told, or told otherwise:
 * they were held back, and no grant covers them. Withdraws nothing. */
enum kith_status disclosure_settle_answers(struct act *act,
                                           const struct store_link *link)
    KITH_MUST_CHECK;

/* Withdraws one told record: marks it and queues the duty entry. */
enum kith_status disclosure_withdraw(struct act *act,
                                     const struct store_link *link,
                                     const struct store_told *told,
                                     int64_t reason) KITH_MUST_CHECK;

#endif
