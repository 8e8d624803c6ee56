/* refusals - see the header.
 */
#include "core/refusals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/call.h"
#include "core/daemon.h"
#include "rules/audit.h"
#include "store/store.h"

enum {
    TEXT_MAX = 160
};

/* Who asked for what, and why it was refused. */
struct refusal {
    uint64_t person; /* state number; 0: nobody of ours */
    uint32_t uid;
    uint32_t verb;                  /* 0: none that kithd knows */
    enum kith_status status;        /* KITH_OK: of all that found no room */
    char code[KITH_ERROR_CODE_MAX]; /* as the caller was told */
    uint64_t count;                 /* not written down yet */
    int64_t next_ms;                /* boot clock: not before; 0: at once */
    bool used;
};

struct refusals {
    struct refusal list[REFUSALS_MAX];
    struct refusal others; /* all that found no room */
    int64_t due_ms;        /* boot clock: refusals_run has work; 0: none */
};

enum kith_status refusals_new(struct refusals **ret_refusals)
{
    struct refusals *refusals = calloc(1, sizeof(*refusals));

    if (refusals == NULL)
        return KITH_NOMEM;
    *ret_refusals = refusals;
    return KITH_OK;
}

void refusals_destroy(struct refusals **refusals)
{
    free(*refusals);
    *refusals = NULL;
}

static bool is_ours(enum kith_status status)
{
    return status == KITH_OK || status == KITH_IO || status == KITH_FULL ||
           status == KITH_NOMEM || status == KITH_DAMAGED;
}

static bool is_same(const struct refusal *refusal, const struct refusal *other)
{
    return refusal->person == other->person && refusal->uid == other->uid &&
           refusal->verb == other->verb && refusal->status == other->status &&
           strcmp(refusal->code, other->code) == 0;
}

/* The place of its kind, a free one, or that of all others. */
static struct refusal *find_place(struct refusals *refusals,
                                  const struct refusal *made)
{
    struct refusal *place = NULL;

    for (size_t i = 0; i < REFUSALS_MAX; i++) {
        struct refusal *one = &refusals->list[i];

        if (one->used && is_same(one, made))
            return one;
        if (!one->used && place == NULL)
            place = one;
    }
    if (place != NULL)
        *place = *made;
    else
        place = &refusals->others;
    place->used = true;
    return place;
}

void refusals_note(struct daemon *daemon, const struct call *call,
                   enum kith_status status)
{
    struct refusals *refusals = daemon->refusals;
    struct refusal made = {
        .person = call->person.number, .uid = call->uid, .status = status};
    struct refusal *place;

    if (is_ours(status) || call->act.dry_run ||
        (call->request != NULL && call->request->dry_run))
        return;
    if (call->info != NULL)
        made.verb = call->info->verb;
    memcpy(made.code, call->error.code, sizeof(made.code));
    place = find_place(refusals, &made);
    place->count++;
    if (refusals->due_ms == 0 || place->next_ms < refusals->due_ms)
        refusals->due_ms = place->next_ms != 0 ? place->next_ms : 1;
}

static enum kith_status write_one(struct act *act,
                                  const struct refusal *refusal)
{
    const struct kith_verb_info *info = kith_verb_info(refusal->verb);
    const bool role = strcmp(refusal->code, "role") == 0;
    char text[TEXT_MAX];

    act->person = refusal->person;
    (void)snprintf(text, sizeof(text), "%s: %s",
                   info != NULL ? info->name : "a request",
                   refusal->code[0] != '\0'
                       ? refusal->code
                       : kith_status_name(refusal->status));
    if (refusal->person == 0 && refusal->status != KITH_OK)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
                       ", asked by uid %u", refusal->uid);
    if (refusal->status == KITH_OK)
        (void)snprintf(text, sizeof(text), "of many kinds");
    return audit_add(act,
                     &(struct audit_line){.what = "refused",
                                          .text = text,
                                          .rule = role ? AUDIT_BY_ROLE : NULL,
                                          .count = refusal->count});
}

/* Writes REFUSAL if that is due; forgets one that was not repeated. */
static enum kith_status take(struct act *act, struct refusal *refusal,
                             int64_t now_ms)
{
    enum kith_status status = KITH_OK;

    if (!refusal->used || refusal->next_ms > now_ms)
        return KITH_OK;
    if (refusal->count == 0) {
        memset(refusal, 0, sizeof(*refusal));
        return KITH_OK;
    }
    status = write_one(act, refusal);
    if (status == KITH_OK) {
        refusal->count = 0;
        refusal->next_ms = now_ms + REFUSALS_EVERY_MS;
    }
    return status;
}

static int64_t sooner(int64_t due_ms, const struct refusal *refusal)
{
    if (!refusal->used || (due_ms != 0 && refusal->next_ms >= due_ms))
        return due_ms;
    return refusal->next_ms != 0 ? refusal->next_ms : 1;
}

static enum kith_status take_all(struct act *act, struct refusals *refusals,
                                 int64_t now_ms)
{
    enum kith_status status = KITH_OK;

    refusals->due_ms = 0;
    for (size_t i = 0; status == KITH_OK && i < REFUSALS_MAX; i++) {
        status = take(act, &refusals->list[i], now_ms);
        refusals->due_ms = sooner(refusals->due_ms, &refusals->list[i]);
    }
    if (status == KITH_OK)
        status = take(act, &refusals->others, now_ms);
    refusals->due_ms = sooner(refusals->due_ms, &refusals->others);
    return status;
}

void refusals_run(struct daemon *daemon)
{
    struct refusals *refusals = daemon->refusals;
    const int64_t now_ms = clock_boot_ms();
    struct refusals before;
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status;

    if (refusals->due_ms == 0 || refusals->due_ms > now_ms)
        return;
    before = *refusals;
    status = store_begin(daemon->store, true, &txn);
    if (status == KITH_OK) {
        kith_arena_reset(daemon->arena);
        daemon_act(daemon, txn, &act);
        status = take_all(&act, refusals, now_ms);
    }
    if (status == KITH_OK)
        status = store_commit(&txn);
    else
        store_abort(&txn);
    if (status == KITH_OK)
        return;
    /* the disk may be full: once more in a while, with what came meanwhile */
    log_event(LOG_LEVEL_ERROR, "store.failed", "why", kith_status_name(status),
              NULL);
    *refusals = before;
    refusals->due_ms = now_ms + REFUSALS_EVERY_MS;
    if (status == KITH_IO)
        daemon->must_exit = true;
}

int64_t refusals_deadline(const struct daemon *daemon)
{
    return daemon->refusals->due_ms != 0 ? daemon->refusals->due_ms : INT64_MAX;
}
