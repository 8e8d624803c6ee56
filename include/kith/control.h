/* control - what `kith` and `kithd` say to each other on the control socket.
 *
 * AF_UNIX stream; each frame is a 4-byte big-endian length and that many
 * bytes of strict protobuf (proto/control.proto). The client speaks first;
 * the daemon answers each request with one or more answers, the last of which
 * has `more` unset. What a verb takes and gives stands in verbs.h.
 * Threads: any.
 */
#ifndef KITH_CONTROL_H
#define KITH_CONTROL_H

#include "kith/error.h"
#include "kith/record.h"

struct kith_control_request {
    struct kith_id request_id;   /* client-made; a repeat of a write returns
                                    the first result */
    uint32_t verb;               /* enum kith_verb */
    struct kith_bytes as_person; /* name of one of the caller's persons;
                                    empty = the first */
    bool dry_run;                /* say what would happen, change nothing */
    const struct kith_record *records; /* arguments, see the verb */
    size_t n_records;                  /* <= KITH_CONTROL_RECORDS_MAX */
};

struct kith_control_answer {
    struct kith_id request_id;
    struct kith_error error;           /* status KITH_OK: done */
    bool more;                         /* another answer follows */
    bool warnings;                     /* done, but exit code 3 */
    const struct kith_record *records; /* rows */
    size_t n_records;
};

/* Append one payload (without the 4-byte length), or nothing. KITH_LIMIT: too
 * large or too many records; KITH_INVALID: a record or text that the decoder
 * would refuse; KITH_NOMEM. */
enum kith_status kith_control_request_encode(
    const struct kith_control_request *request, struct kith_buf *buf)
    KITH_MUST_CHECK;
enum kith_status kith_control_answer_encode(
    const struct kith_control_answer *answer, struct kith_buf *buf)
    KITH_MUST_CHECK;

/* Strict, as kith_record_decode: KITH_MALFORMED, KITH_NOMEM. Results live in
 * ARENA. */
enum kith_status kith_control_request_decode(
    struct kith_arena *arena, struct kith_bytes payload,
    struct kith_control_request *ret_request) KITH_MUST_CHECK;
/* The same but for the records, which are neither read nor checked: what a
 * request is about, at no cost that grows with it. */
enum kith_status kith_control_request_look(
    struct kith_arena *arena, struct kith_bytes payload,
    struct kith_control_request *ret_request) KITH_MUST_CHECK;
enum kith_status kith_control_answer_decode(
    struct kith_arena *arena, struct kith_bytes payload,
    struct kith_control_answer *ret_answer) KITH_MUST_CHECK;

#endif
