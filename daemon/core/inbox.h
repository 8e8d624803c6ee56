/* inbox - what partners sent for people to read: messages and answers.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_INBOX_H
#define CORE_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/record.h"
#include "store/records.h"

struct call;

/* One message or answer that this person may read. */
struct inbox_item {
    struct store_head head;
    struct kith_record record; /* until the visitor returns */
    bool unread;
    bool answered;             /* by an answer of ours */
    struct kith_bytes verdict; /* of that answer */
};

/* Visits items of link OWNER (0: of all) that the caller may see, newest
 * revision each, in the order of their logs. During a visit call->act.arena is
 * one that is emptied afterwards. A status other than KITH_OK from the visitor
 * ends the walk and is returned. */
struct inbox_walk {
    uint32_t owner;
    enum kith_status (*visit)(void *context, const struct inbox_item *item);
    void *context;
};
enum kith_status inbox_walk(struct call *call, const struct inbox_walk *walk)
    KITH_MUST_CHECK;

/* For a status, in bounded time: a number is only given when it is exact. */
struct inbox_count {
    bool unread_known, asks_known;
    uint64_t unread;
    uint64_t asks;   /* asks that wait for our answer */
    int32_t due_day; /* earliest due day of those, 0 none */
};
enum kith_status inbox_count(struct call *call, struct inbox_count *ret_count)
    KITH_MUST_CHECK;

#endif
