/* request - a frame of the control socket becomes a call: bound, authenticate,
 * decode, authorize, in this order (ARCHITECTURE.md).
 *
 * Threads: loop thread only.
 */
#ifndef CORE_REQUEST_H
#define CORE_REQUEST_H

#include "core/call.h"

struct control_waiting;
struct daemon;

/* How a request is carried out. */
enum request_way {
    REQUEST_READ = 1, /* changes nothing: in a transaction of its own */
    REQUEST_TRY,      /* dry run of a write: as a write, then aborted */
    REQUEST_WRITE
};

/* Decodes WAITING only as far as to say how it is to be carried out; a frame
 * that cannot be read is REQUEST_READ. */
enum request_way request_look(struct daemon *daemon,
                              const struct control_waiting *waiting);

/* Carries WAITING out in TXN up to, not including, the commit, and appends the
 * answer to ANSWERS. A failed request has its answer too; TXN is then to be
 * aborted, because the handler may have written.
 *
 * ret_failed  how the request ended: KITH_OK or the status it answers with
 *
 * KITH_NOMEM  not even an answer could be made: drop the connection
 */
enum kith_status request_run(struct daemon *daemon, struct store_txn *txn,
                             const struct control_waiting *waiting,
                             struct kith_buf *answers,
                             enum kith_status *ret_failed) KITH_MUST_CHECK;

/* Appends an answer to WAITING that says only STATUS, for a commit that
 * failed after request_run. */
enum kith_status request_refuse(struct daemon *daemon,
                                const struct control_waiting *waiting,
                                enum kith_status failure,
                                struct kith_buf *answers) KITH_MUST_CHECK;

#endif
