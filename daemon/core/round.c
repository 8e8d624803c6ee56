/* round - groups requests and frames into transactions.
 *
 * A request that fails may have written, so its transaction is given up and
 * what stood before it in the group is done again; then the group goes on
 * behind it. Each request runs at most three times, whatever the others do.
 */
#include "core/round.h"

#include <string.h>

#include "base/log.h"
#include "core/control.h"
#include "core/daemon.h"
#include "core/links.h"
#include "core/request.h"
#include "kith/limits.h"
#include "rules/cache.h"
#include "store/store.h"

enum {
    GROUP_MAX = KITH_CONTROL_CLIENTS_MAX
};

struct group {
    struct control_waiting waiting[GROUP_MAX];
    struct kith_buf answers[GROUP_MAX]; /* owned until sent */
    size_t n;
};

/* Requests FROM to before END of a group. */
struct span {
    size_t from, end;
};

static void send_answer(struct daemon *daemon, uint32_t client,
                        struct kith_buf *answers)
{
    if (answers->len == 0)
        control_drop(daemon->control, client);
    else
        control_answer(daemon->control, client, kith_buf_bytes(answers));
    kith_buf_clear(answers);
}

static void abort_txn(struct daemon *daemon, struct store_txn **txn)
{
    store_abort(txn);
    /* rules may remember rows that were never committed */
    cache_drop(&daemon->company);
}

/* A read or a dry run: nothing of it stays. */
static void run_alone(struct daemon *daemon,
                      const struct control_waiting *waiting, bool write)
{
    struct store_txn *txn = NULL;
    struct kith_buf answers = {0};
    enum kith_status failed = KITH_OK;
    enum kith_status status = store_begin(daemon->store, write, &txn);

    if (status == KITH_OK)
        status = request_run(daemon, txn, waiting, &answers, &failed);
    else
        status = request_refuse(daemon, waiting, status, &answers);
    if (status != KITH_OK)
        answers.len = 0;
    if (write)
        abort_txn(daemon, &txn);
    else
        store_abort(&txn);
    send_answer(daemon, waiting->client, &answers);
}

/* Sorts what waits: reads and dry runs are done at once, writes are kept. */
static void gather(struct daemon *daemon, struct group *group)
{
    struct control_waiting waiting;

    while (group->n < GROUP_MAX && control_next(daemon->control, &waiting)) {
        enum request_way way = request_look(daemon, &waiting);

        if (way == REQUEST_WRITE)
            group->waiting[group->n++] = waiting;
        else
            run_alone(daemon, &waiting, way == REQUEST_TRY);
    }
}

/* Runs the requests of SPAN in TXN until one fails; returns the place where it
 * stopped. */
static size_t run_requests(struct daemon *daemon, struct store_txn *txn,
                           struct group *group, struct span span,
                           enum kith_status *ret_failed)
{
    *ret_failed = KITH_OK;
    for (size_t i = span.from; i < span.end; i++) {
        enum kith_status status;

        group->answers[i].len = 0;
        status = request_run(daemon, txn, &group->waiting[i],
                             &group->answers[i], ret_failed);
        if (status != KITH_OK) {
            group->answers[i].len = 0;
            *ret_failed = status;
        }
        if (*ret_failed != KITH_OK)
            return i;
    }
    return span.end;
}

static void refuse_range(struct daemon *daemon, struct group *group,
                         size_t from, size_t end, enum kith_status failure)
{
    for (size_t i = from; i < end; i++) {
        group->answers[i].len = 0;
        if (request_refuse(daemon, &group->waiting[i], failure,
                           &group->answers[i]) != KITH_OK)
            group->answers[i].len = 0;
    }
}

/* The frames' part and the commit. */
static enum kith_status commit(struct daemon *daemon, struct store_txn **txn)
{
    enum kith_status status = KITH_OK;
    struct act act;

    kith_arena_reset(daemon->arena);
    daemon_act(daemon, *txn, &act);
    status = links_run(daemon, &act);
    /* store_commit gives up a transaction with a sticky error, and grows the
     * map when that was the reason */
    if (status == KITH_OK || store_status(*txn) != KITH_OK) {
        enum kith_status committed = store_commit(txn);

        if (status == KITH_OK)
            status = committed;
    }
    if (status != KITH_OK) {
        abort_txn(daemon, txn);
        links_lost(daemon);
    }
    return status;
}

/* A failure of the store, not of the request. */
static bool is_ours(enum kith_status status)
{
    return status == KITH_FULL || status == KITH_IO || status == KITH_DAMAGED;
}

static void judge(struct daemon *daemon, enum kith_status status)
{
    if (status == KITH_OK)
        return;
    log_event(LOG_LEVEL_ERROR, "store.failed", "why", kith_status_name(status),
              NULL);
    /* after a failed write nobody knows what the medium holds; a damaged row
     * is refused to whoever needs it, and the others go on */
    if (status == KITH_IO)
        daemon->must_exit = true;
}

/* Is the same worth a second try? The map has grown, or the one link that
 * broke the transaction is out of the way. */
static bool is_worth_trying(struct daemon *daemon, enum kith_status status)
{
    return status != KITH_OK && (links_blamed(daemon) || status == KITH_FULL);
}

/* Requests FROM..END in one transaction, once more when that may help. */
static enum kith_status commit_range(struct daemon *daemon, struct group *group,
                                     size_t from, size_t end)
{
    enum kith_status status = KITH_OK;

    for (int attempt = 0; attempt < 2; attempt++) {
        struct store_txn *txn = NULL;
        enum kith_status failed = KITH_OK;

        status = store_begin(daemon->store, true, &txn);
        if (status != KITH_OK)
            return status;
        if (run_requests(daemon, txn, group, (struct span){from, end},
                         &failed) != end) {
            status = failed;
            if (is_ours(store_status(txn)))
                status = store_commit(&txn);
            abort_txn(daemon, &txn);
        } else {
            status = commit(daemon, &txn);
        }
        if (!is_worth_trying(daemon, status))
            return status;
    }
    return status;
}

/* Finds how far the group goes before one fails, without keeping it. */
static size_t probe(struct daemon *daemon, struct group *group, size_t from,
                    enum kith_status *ret_status)
{
    struct store_txn *txn = NULL;
    enum kith_status failed = KITH_OK;
    size_t end = from;

    *ret_status = store_begin(daemon->store, true, &txn);
    if (*ret_status != KITH_OK)
        return from;
    end = run_requests(daemon, txn, group, (struct span){from, group->n},
                       &failed);
    if (end == group->n)
        *ret_status = commit(daemon, &txn);
    else if (is_ours(store_status(txn)))
        *ret_status = store_commit(&txn);
    abort_txn(daemon, &txn);
    return end;
}

/* One transaction from FROM on; returns where the next one begins. */
static size_t run_group(struct daemon *daemon, struct group *group, size_t from)
{
    enum kith_status status = KITH_OK;
    size_t end = probe(daemon, group, from, &status);

    if (is_worth_trying(daemon, status)) {
        status = KITH_OK;
        end = probe(daemon, group, from, &status);
    }
    if (status != KITH_OK) {
        judge(daemon, status);
        refuse_range(daemon, group, from, group->n, status);
        return group->n;
    }
    if (end == group->n)
        return end;
    /* request END failed and has its answer: keep those before it */
    if (end > from) {
        status = commit_range(daemon, group, from, end);
        judge(daemon, status);
        if (status != KITH_OK)
            refuse_range(daemon, group, from, end, status);
    }
    return end + 1;
}

void round_run(struct daemon *daemon)
{
    struct group group;
    size_t done = 0;

    memset(&group, 0, sizeof(group));
    gather(daemon, &group);
    if (group.n == 0 && !links_waiting(daemon))
        return;
    do {
        size_t next = run_group(daemon, &group, done);

        for (size_t i = done; i < next && i < group.n; i++)
            send_answer(daemon, group.waiting[i].client, &group.answers[i]);
        done = next;
        links_done(daemon);
    } while (done < group.n && !daemon->must_exit);
    for (size_t i = done; i < group.n; i++)
        send_answer(daemon, group.waiting[i].client, &group.answers[i]);
}
