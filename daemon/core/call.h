/* call - one request on the control socket on its way through a handler.
 *
 * A handler reads call->request, works through call->act and gives rows back
 * with call_row_start, kith_build_* and call_row_end. Rows are encoded in
 * groups, so a long listing needs no more memory than one group.
 * Threads: loop thread only.
 */
#ifndef CORE_CALL_H
#define CORE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/control.h"
#include "kith/verbs.h"
#include "rules/act.h"

struct daemon;

enum {
    CALL_GROUP = 200,                  /* rows in one answer */
    CALL_ANSWER_MAX = 64 * 1024 * 1024 /* bytes of all answers */
};

/* Who calls: found by the uid of the socket's other side. */
struct call_person {
    uint64_t number; /* of its state row */
    enum kith_role role;
};

struct call {
    uint32_t uid;
    const struct kith_verb_info *info;
    const struct kith_control_request *request;
    struct call_person person;
    struct act act; /* txn, arena and now; act.person is person.number */
    struct kith_error error;
    bool warnings; /* done, but exit code 3 */

    /* rows */
    struct kith_arena *row_arena; /* reset after each group */
    struct kith_record rows[CALL_GROUP];
    size_t n_rows;
    struct kith_record_builder builder; /* of the row under way */
    struct kith_buf answers;            /* frames with their lengths; owned */
    enum kith_status status; /* the first failure while adding rows */
};

typedef enum kith_status call_handler(struct daemon *daemon, struct call *call);

/* The argument record, NULL when the request has none. */
const struct kith_record *call_argument(const struct call *call);
/* Text of argument field NUMBER as a C string in the arena, "" when absent;
 * NULL: out of memory. */
const char *call_text(struct call *call, uint32_t number);
bool call_flag(const struct call *call, uint32_t number);

/* Begins a row of the verb's row kind; set call->builder's fields, then end
 * it. Another kind: call_row_start_kind. */
void call_row_start(struct call *call);
void call_row_start_kind(struct call *call, uint32_t kind);
/* Ends it; encodes the group when it is full. */
void call_row_end(struct call *call);
/* Adds a finished record whose texts live in row_arena. */
void call_row_add(struct call *call, const struct kith_record *record);
/* Shorthand: nothing is set when TEXT is NULL or empty. */
void call_put_text(struct call *call, uint32_t number, const char *text);

/* Fails with words: fills call->error, returns STATUS. */
enum kith_status call_fail(struct call *call, enum kith_status status,
                           const char *code, const char *next,
                           const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Encodes what is left and the last answer, with STATUS when no error is set
 * yet. KITH_NOMEM: no answer could be made. */
enum kith_status call_finish(struct call *call, enum kith_status status)
    KITH_MUST_CHECK;

#endif
