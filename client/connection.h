/* connection - asks the daemon over its control socket.
 *
 * Threads: one.
 */
#ifndef CLIENT_CONNECTION_H
#define CLIENT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/status.h"

struct cli;
struct kith_error;
struct kith_record;

#define CONNECTION_SOCKET_DEFAULT "/run/kith/control.sock"

struct call {
    uint32_t verb;
    const struct kith_record *records; /* arguments, borrowed */
    size_t n_records;
    bool dry_run;
};

struct reply {
    struct kith_record *records; /* rows of all answers, in order */
    size_t n_records;
    bool warnings; /* done, but exit code 3 */
};

/* Sends CALL and collects all answers; rows live as long as the client's
 * arena. A write is repeated under the same request id when the connection is
 * lost before the answer, so that it happens once. On failure ERR says why:
 * what the daemon answered, or code "no_daemon" (exit code 4) or "timeout"
 * (8). */
enum kith_status connection_call(struct cli *cli, const struct call *call,
                                 struct reply *ret_reply,
                                 struct kith_error *err) KITH_MUST_CHECK;

/* The same with one argument record, NULL: none. */
enum kith_status connection_ask(struct cli *cli, uint32_t verb,
                                const struct kith_record *argument,
                                struct reply *ret_reply, struct kith_error *err)
    KITH_MUST_CHECK;

#endif
