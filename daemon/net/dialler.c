/* dialler - the partners that we dial: one socket each, and our own way of
 * trying again.
 *
 * A dialler is idle, waiting for its next attempt, connecting, or up; up
 * lasts until libzmq reports the end of the connection, also when the session
 * was ended before.
 * Not here: one attempt's socket and reports (attempt.c).
 */
#include "net/dialler.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <uthash.h>

#include "kith/child.h"
#include "net/address.h"
#include "net/allowed.h"
#include "net/attempt.h"
#include "net/backoff.h"
#include "net/report.h"
#include "net/state.h"
#include "net/traffic.h"

enum {
    /* A session that lived shorter was no success: the wait grows on. */
    SUCCESS_MS = KITH_HANDSHAKE_MS,
    /* longest wait while our key is refused */
    NOT_ALLOWED_WAIT_MS = 4000
};

struct dialler {
    uint32_t partner;
    struct address *addresses; /* owned; NULL: idle when not up */
    size_t n_addresses;
    size_t turn;            /* which address is next */
    bool former;            /* the former server key is next */
    struct attempt attempt; /* its socket is NULL between attempts */
    bool waiting;           /* an attempt is due at due_ms */
    bool touched;
    int64_t due_ms;
    uint32_t tries; /* since the last session */
    struct backoff backoff;
    UT_hash_handle hh;
};

struct diallers {
    struct dialler *by_partner;
    bool touched; /* at least one is */
};

static void touch(struct net *net, void *owner)
{
    struct dialler *dialler = owner;

    dialler->touched = true;
    net->diallers->touched = true;
}

enum kith_status diallers_new(struct net *net)
{
    net->diallers = calloc(1, sizeof(*net->diallers));
    return net->diallers != NULL ? KITH_OK : KITH_NOMEM;
}

static struct dialler *find(const struct net *net, uint32_t partner)
{
    struct dialler *dialler = NULL;

    HASH_FIND(hh, net->diallers->by_partner, &partner, sizeof(partner),
              dialler);
    return dialler;
}

static struct dialler *find_or_add(struct net *net, uint32_t partner)
{
    struct dialler *dialler = find(net, partner);

    if (dialler != NULL)
        return dialler;
    dialler = calloc(1, sizeof(*dialler));
    if (dialler == NULL)
        return NULL;
    dialler->partner = partner;
    attempt_init(&dialler->attempt, partner, touch, dialler);
    backoff_init(&dialler->backoff, net->backoff_min_ms, net->backoff_max_ms);
    HASH_ADD(hh, net->diallers->by_partner, partner, sizeof(partner), dialler);
    return dialler;
}

static void schedule(struct net *net, struct dialler *dialler, uint32_t wait_ms)
{
    dialler->waiting = true;
    dialler->due_ms = net->now_ms + wait_ms;
    state_wake_at(net, dialler->due_ms);
}

static uint32_t next_wait(struct dialler *dialler)
{
    uint32_t random = 0;

    if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
        random = UINT32_MAX;
    return backoff_take(&dialler->backoff, random);
}

/* The attempt came to nothing. */
static void fail(struct net *net, struct dialler *dialler,
                 enum kith_dial_reason reason)
{
    const char *address = dialler->attempt.address.text;
    uint32_t wait_ms = next_wait(dialler);

    /* They may add our card at any moment, and cannot always dial us. */
    if (reason == KITH_DIAL_NOT_ALLOWED && wait_ms > NOT_ALLOWED_WAIT_MS)
        wait_ms = NOT_ALLOWED_WAIT_MS;
    dialler->tries++;
    report_dial_failed(
        net, (struct kith_net_dial_failed){.partner = dialler->partner,
                                           .reason = (uint8_t)reason,
                                           .tries = dialler->tries,
                                           .wait_ms = wait_ms,
                                           .address = kith_bytes_of(address)});
    dialler->turn = (dialler->turn + 1) % dialler->n_addresses;
    /* all addresses with one key, then with the other */
    if (dialler->turn == 0)
        dialler->former = !dialler->former;
    schedule(net, dialler, wait_ms);
}

/* The connection of a session is over. */
static void lose(struct net *net, struct dialler *dialler, int64_t lived_ms)
{
    dialler->tries = 0;
    if (lived_ms >= SUCCESS_MS)
        backoff_reset(&dialler->backoff);
    if (dialler->n_addresses > 0)
        schedule(net, dialler, next_wait(dialler));
}

static void start(struct net *net, struct dialler *dialler)
{
    const struct kith_key *key = allowed_key(net->allowed, dialler->partner);
    const struct kith_key *former =
        allowed_former(net->allowed, dialler->partner);
    enum kith_status status = KITH_OK;

    if (dialler->former && former != NULL)
        key = former;
    dialler->waiting = false;
    status = attempt_start(net, &dialler->attempt, key,
                           &dialler->addresses[dialler->turn]);
    if (status != KITH_OK)
        fail(net, dialler,
             status == KITH_INVALID ? KITH_DIAL_ADDRESS : KITH_DIAL_RESOURCES);
}

/* Copies the addresses that are good. KITH_NOMEM. */
static enum kith_status set_addresses(struct dialler *dialler,
                                      const struct kith_net_dial *dial)
{
    struct address *addresses = NULL;
    size_t count = 0;

    if (dial->n_addresses > 0) {
        addresses = calloc(dial->n_addresses, sizeof(*addresses));
        if (addresses == NULL)
            return KITH_NOMEM;
    }
    for (size_t i = 0; i < dial->n_addresses; i++) {
        if (address_parse(dial->addresses[i], false, &addresses[count]) ==
            KITH_OK)
            count++;
    }
    free(dialler->addresses);
    dialler->addresses = addresses;
    dialler->n_addresses = count;
    dialler->turn = count > 0 ? dialler->turn % count : 0;
    return KITH_OK;
}

enum kith_status dialler_order(struct net *net,
                               const struct kith_net_dial *dial)
{
    struct dialler *dialler = NULL;
    bool was_idle = false;

    if (allowed_key(net->allowed, dial->partner) == NULL)
        return KITH_NOT_FOUND;
    dialler = find_or_add(net, dial->partner);
    if (dialler == NULL || set_addresses(dialler, dial) != KITH_OK)
        return KITH_NOMEM;
    was_idle = !dialler->waiting && !attempt_runs(&dialler->attempt);
    if (dialler->n_addresses == 0) {
        dialler->waiting = false;
        if (!attempt_is_up(&dialler->attempt))
            attempt_stop(net, &dialler->attempt);
        if (dial->n_addresses > 0)
            report_dial_failed(net, (struct kith_net_dial_failed){
                                        .partner = dial->partner,
                                        .reason = KITH_DIAL_ADDRESS,
                                        .tries = 1,
                                        .address = dial->addresses[0]});
        return KITH_OK;
    }
    if (dial->now)
        backoff_reset(&dialler->backoff);
    if (was_idle || (dial->now && dialler->waiting))
        schedule(net, dialler, 0);
    return KITH_OK;
}

void dialler_key_changed(struct net *net, uint32_t partner)
{
    struct dialler *dialler = find(net, partner);

    if (dialler == NULL ||
        (attempt_runs(&dialler->attempt) &&
         allowed_partner(net->allowed, &dialler->attempt.key) == partner))
        return;
    attempt_stop(net, &dialler->attempt);
    backoff_reset(&dialler->backoff);
    if (dialler->n_addresses > 0)
        schedule(net, dialler, 0);
}

void dialler_forget(struct net *net, uint32_t partner)
{
    struct dialler *dialler = find(net, partner);

    if (dialler == NULL)
        return;
    attempt_stop(net, &dialler->attempt);
    HASH_DELETE(hh, net->diallers->by_partner, dialler);
    free(dialler->addresses);
    free(dialler);
}

static bool work(struct net *net, struct dialler *dialler)
{
    enum kith_dial_reason reason = KITH_DIAL_HANDSHAKE;
    int64_t lived_ms = 0;
    bool more = false;

    dialler->touched = false;
    switch (attempt_work(net, &dialler->attempt, &reason, &lived_ms)) {
    case ATTEMPT_MORE:
        more = true;
        break;
    case ATTEMPT_FAILED:
        /* Unless all addresses were taken away meanwhile. */
        if (dialler->n_addresses > 0)
            fail(net, dialler, reason);
        break;
    case ATTEMPT_ENDED:
        lose(net, dialler, lived_ms);
        break;
    case ATTEMPT_QUIET:
        break;
    }
    if (more)
        dialler->touched = true;
    return more;
}

bool diallers_work(struct net *net)
{
    struct diallers *diallers = net->diallers;
    struct dialler *dialler = NULL, *next = NULL;
    bool more = false;

    if (!diallers->touched)
        return false;
    diallers->touched = false;
    HASH_ITER(hh, diallers->by_partner, dialler, next)
    {
        if (dialler->touched && work(net, dialler))
            more = true;
    }
    if (more)
        diallers->touched = true;
    return more;
}

int64_t diallers_tick(struct net *net)
{
    struct dialler *dialler = NULL, *next = NULL;
    int64_t due_ms = INT64_MAX;

    HASH_ITER(hh, net->diallers->by_partner, dialler, next)
    {
        int64_t mine_ms = INT64_MAX;

        if (dialler->waiting && net->now_ms >= dialler->due_ms)
            start(net, dialler);
        if (attempt_is_late(&dialler->attempt, net->now_ms))
            touch(net, dialler);
        if (dialler->waiting)
            mine_ms = dialler->due_ms;
        else
            mine_ms = attempt_due_ms(&dialler->attempt);
        if (mine_ms < due_ms)
            due_ms = mine_ms;
    }
    return due_ms;
}
