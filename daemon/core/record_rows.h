/* record_rows - business records as rows, and what of them is wished for.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_RECORD_ROWS_H
#define CORE_RECORD_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/record.h"
#include "store/records.h"

struct call;

/* The record arguments of a request, names resolved. */
struct record_wish {
    struct call *call;
    bool alone; /* path: HEAD and nothing else */
    struct store_head head;
    bool owner_given; /* project or partner: only OWNER's */
    uint32_t owner;
    uint64_t project; /* record number, 0: all */
    uint32_t kind;    /* 0: all business kinds */
    bool all;         /* inactive ones too */
    int64_t since;    /* Unix seconds; 0: ever */
    int64_t left;     /* rows still wanted */
};

/* Words of a failure are in the call. */
enum kith_status record_wish_read(struct call *call,
                                  struct record_wish *ret_wish) KITH_MUST_CHECK;
/* Is HEAD wished for, as far as it says? */
bool record_wish_fits(const struct record_wish *wish,
                      const struct store_head *head);

/* Opens the record of HEAD into the arena of the rows and counts it as one row
 * of WISH. Any status but KITH_OK ends the walk; *RET_FOUND is false where the
 * head is not wished for, not ours to see, or cannot be opened. */
enum kith_status record_wish_open(struct record_wish *wish,
                                  const struct store_head *head,
                                  struct kith_record *ret_record,
                                  bool *ret_found) KITH_MUST_CHECK;

/* Adds RECORD (of HEAD) as a row, its owner set to the partner's company. */
enum kith_status record_rows_add(struct call *call,
                                 const struct store_head *head,
                                 const struct kith_record *record)
    KITH_MUST_CHECK;

#endif
