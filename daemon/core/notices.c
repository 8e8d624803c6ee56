/* notices - the queue of notices that are under way.
 *
 * Rows of the store are looked at once each, by a cursor; what waits is kept
 * here with its next try. The text names kind, partner and due day, never
 * posted text (inv. 9).
 * Not here: which notices there are (rules/notice.c).
 */
#include "core/notices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "core/daemon.h"
#include "core/notifier.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/notice.h"
#include "store/state.h"
#include "store/store.h"

enum {
    UNDER_WAY_MAX = 512, /* notices held here at a time */
    HANDED_MAX = 64,     /* of them with kith-notify */
    TRIES_MAX = 20,      /* then it has failed for good */
    RETRY_MIN_MS = 5000, /* after a failure, by doubling */
    RETRY_MAX_MS = 3600000,
    TEXT_MAX = 1024
};

struct under_way {
    uint64_t number; /* state number */
    struct kith_id id;
    int64_t tries;
    int64_t due_ms; /* boot clock */
    bool handed;    /* kith-notify has it */
};

struct notices {
    uint64_t cursor; /* state number of the last row looked at */
    struct under_way list[UNDER_WAY_MAX];
    size_t n;
    size_t n_handed;
};

enum kith_status notices_new(struct notices **ret_notices)
{
    *ret_notices = calloc(1, sizeof(**ret_notices));
    return *ret_notices == NULL ? KITH_NOMEM : KITH_OK;
}

void notices_destroy(struct notices **notices)
{
    free(*notices);
    *notices = NULL;
}

void notices_again(struct daemon *daemon)
{
    struct notices *notices = daemon->notices;

    for (size_t i = 0; i < notices->n; i++)
        notices->list[i].handed = false;
    notices->n_handed = 0;
}

/* Takes up rows behind the cursor while there is room. */
static enum kith_status take_up(struct daemon *daemon, struct store_txn *txn)
{
    struct notices *notices = daemon->notices;

    while (notices->n < UNDER_WAY_MAX) {
        struct kith_record record;
        struct under_way *item = &notices->list[notices->n];
        uint64_t number = notices->cursor;
        enum kith_status status;

        kith_arena_reset(daemon->arena);
        status = store_state_next(txn, KITH_KIND_NOTICE, &number, daemon->arena,
                                  &record);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status != KITH_OK)
            return status;
        notices->cursor = number;
        if (kith_record_value(&record, KITH_NOTICE_STATE, 0) !=
            KITH_NOTICE_WAITING)
            continue;
        memset(item, 0, sizeof(*item));
        item->number = number;
        item->id = record.id;
        item->tries = kith_record_value(&record, KITH_NOTICE_TRIES, 0);
        notices->n++;
    }
    return KITH_OK;
}

static int64_t retry_ms(int64_t tries)
{
    int64_t wait_ms = RETRY_MIN_MS;

    while (--tries > 0 && wait_ms < RETRY_MAX_MS)
        wait_ms *= 2;
    return wait_ms < RETRY_MAX_MS ? wait_ms : RETRY_MAX_MS;
}

/* RECORD with state, tries and next try replaced. */
static enum kith_status write_state(struct daemon *daemon,
                                    struct store_txn *txn,
                                    const struct kith_record *record,
                                    const struct under_way *item,
                                    enum kith_notice_state state)
{
    struct kith_record_builder builder;
    struct kith_record next = *record;
    uint64_t number = item->number;
    enum kith_status status;

    kith_build_start(&builder, daemon->arena);
    for (size_t i = 0; i < record->n_fields; i++) {
        uint32_t field = record->fields[i].number;

        if (field != KITH_NOTICE_STATE && field != KITH_NOTICE_TRIES &&
            field != KITH_NOTICE_NEXT_TRY)
            kith_build_field(&builder, &record->fields[i]);
    }
    kith_build_choice(&builder, KITH_NOTICE_STATE, state);
    kith_build_number(&builder, KITH_NOTICE_TRIES, item->tries);
    if (state == KITH_NOTICE_WAITING)
        kith_build_number(&builder, KITH_NOTICE_NEXT_TRY,
                          (daemon->now.wall_ms + retry_ms(item->tries)) / 1000);
    status = kith_build_finish(&builder, &next);
    if (status == KITH_OK)
        status = store_state_put(txn, KITH_KIND_NOTICE, &number, &next);
    return status;
}

/* One outcome into the store; the list follows after the commit. */
static enum kith_status write_outcome(struct daemon *daemon,
                                      struct store_txn *txn,
                                      const struct notifier_outcome *outcome)
{
    struct notices *notices = daemon->notices;
    enum kith_notice_state state = KITH_NOTICE_WAITING;
    struct kith_record record;
    struct under_way next;
    size_t i = 0;
    enum kith_status status;

    while (i < notices->n &&
           !kith_id_equal(&notices->list[i].id, &outcome->notice))
        i++;
    if (i == notices->n)
        return KITH_OK;
    next = notices->list[i];
    next.tries++;
    if (outcome->delivered)
        state = KITH_NOTICE_DELIVERED;
    else if (outcome->permanent || next.tries >= TRIES_MAX)
        state = KITH_NOTICE_FAILED;
    kith_arena_reset(daemon->arena);
    status = store_state_get(txn, KITH_KIND_NOTICE, next.number, daemon->arena,
                             &record);
    if (status == KITH_OK)
        status = write_state(daemon, txn, &record, &next, state);
    return status;
}

/* The list after the commit of the same outcome. */
static void apply_outcome(struct daemon *daemon,
                          const struct notifier_outcome *outcome)
{
    struct notices *notices = daemon->notices;

    for (size_t i = 0; i < notices->n; i++) {
        struct under_way *item = &notices->list[i];

        if (!kith_id_equal(&item->id, &outcome->notice))
            continue;
        if (item->handed)
            notices->n_handed--;
        item->handed = false;
        item->tries++;
        item->due_ms = daemon->now.boot_ms + retry_ms(item->tries);
        if (outcome->delivered || outcome->permanent ||
            item->tries >= TRIES_MAX)
            *item = notices->list[--notices->n];
        return;
    }
}

static void write_outcomes(struct daemon *daemon)
{
    struct notifier_outcome outcomes[NOTIFIER_OUTCOMES_MAX];
    struct store_txn *txn = NULL;
    size_t n = 0;
    enum kith_status status;

    while (n < NOTIFIER_OUTCOMES_MAX &&
           notifier_next(daemon->notifier, &outcomes[n]))
        n++;
    if (n == 0)
        return;
    status = store_begin(daemon->store, true, &txn);
    for (size_t i = 0; status == KITH_OK && i < n; i++)
        status = write_outcome(daemon, txn, &outcomes[i]);
    if (status == KITH_OK)
        status = store_commit(&txn);
    store_abort(&txn);
    if (status != KITH_OK) {
        notifier_undo(daemon->notifier);
        log_event(LOG_LEVEL_ERROR, "notices.store", "why",
                  kith_status_name(status), NULL);
        daemon->must_exit = daemon->must_exit || status == KITH_IO;
        return;
    }
    for (size_t i = 0; i < n; i++)
        apply_outcome(daemon, &outcomes[i]);
    notifier_done(daemon->notifier);
}

static void copy_text(const struct kith_record *record, uint32_t number,
                      char *ret_text, size_t size)
{
    struct kith_bytes text = kith_record_bytes(record, number);

    (void)snprintf(ret_text, size, "%.*s", (int)text.len,
                   text.data == NULL ? "" : (const char *)text.data);
}

/* What the person is told: subject, and a few lines with the next command. */
static void compose(const struct kith_record *record, char *ret_subject,
                    char *ret_text)
{
    const struct kith_field *due = kith_record_field(record, KITH_NOTICE_DUE);
    char kind[KITH_NAME_MAX + 1];
    char partner[KITH_NAME_MAX + 1];
    char own[TEXT_MAX / 2];
    char item[KITH_ID_TEXT_SIZE] = "";
    char day[KITH_DAY_TEXT_SIZE + 8] = "";
    struct kith_id id;

    copy_text(record, KITH_NOTICE_KIND, kind, sizeof(kind));
    copy_text(record, KITH_NOTICE_PARTNER, partner, sizeof(partner));
    copy_text(record, KITH_NOTICE_TEXT, own, sizeof(own));
    if (kith_record_octets(record, KITH_NOTICE_ITEM, id.b, KITH_ID_LEN) ==
        KITH_OK)
        kith_id_text(&id, item);
    if (due != NULL && due->when.kind == KITH_WHEN_DATE) {
        char due_day[KITH_DAY_TEXT_SIZE];

        kith_day_text(due->when.from_day, due_day);
        (void)snprintf(day, sizeof(day), "due: %s\n", due_day);
    }
    if (own[0] != '\0') {
        (void)snprintf(ret_subject, TEXT_MAX, "kith: %.200s", own);
        ret_subject[strcspn(ret_subject, "\n")] = '\0';
        (void)snprintf(ret_text, TEXT_MAX, "%s\n", own);
        return;
    }
    (void)snprintf(ret_subject, TEXT_MAX, "kith: %s from %s", kind, partner);
    (void)snprintf(ret_text, TEXT_MAX,
                   "from: %s\nkind: %s\n%sitem: %s\nread it: kith show %s\n",
                   partner, kind, day, item, item);
}

/* Hands ITEM over, or settles it without kith-notify. True: go on. */
static bool hand_over(struct daemon *daemon, struct store_txn *txn,
                      struct under_way *item)
{
    struct notifier_outcome outcome = {item->id, true, false};
    struct kith_notify_deliver deliver;
    struct kith_record record;
    char channel[KITH_NAME_MAX + 1];
    char subject[TEXT_MAX];
    char text[TEXT_MAX];

    kith_arena_reset(daemon->arena);
    if (store_state_get(txn, KITH_KIND_NOTICE, item->number, daemon->arena,
                        &record) != KITH_OK)
        return false;
    copy_text(&record, KITH_NOTICE_CHANNEL, channel, sizeof(channel));
    memset(&deliver, 0, sizeof(deliver));
    if (strcmp(channel, NOTICE_INBOX) == 0) {
        notifier_add_outcome(daemon->notifier, &outcome);
    } else if (config_channel(daemon->config, channel) == NULL) {
        outcome.delivered = false;
        outcome.permanent = true;
        log_event(LOG_LEVEL_WARN, "notices.no_channel", "channel", channel,
                  NULL);
        notifier_add_outcome(daemon->notifier, &outcome);
    } else {
        compose(&record, subject, text);
        deliver.notice = item->id;
        deliver.channel = kith_bytes_of(channel);
        deliver.subject = kith_bytes_of(subject);
        deliver.text = kith_bytes_of(text);
        if (notifier_deliver(daemon->notifier, &deliver) != KITH_OK)
            return false;
    }
    item->handed = true;
    daemon->notices->n_handed++;
    return true;
}

void notices_run(struct daemon *daemon)
{
    struct notices *notices = daemon->notices;
    struct store_txn *txn = NULL;
    enum kith_status status;

    write_outcomes(daemon);
    if (daemon->must_exit)
        return;
    status = store_begin(daemon->store, false, &txn);
    if (status == KITH_OK)
        status = take_up(daemon, txn);
    for (size_t i = 0;
         status == KITH_OK && i < notices->n && notices->n_handed < HANDED_MAX;
         i++) {
        struct under_way *item = &notices->list[i];

        if (!item->handed && item->due_ms <= daemon->now.boot_ms &&
            !hand_over(daemon, txn, item))
            break;
    }
    store_abort(&txn);
    if (status != KITH_OK)
        log_event(LOG_LEVEL_ERROR, "notices.store", "why",
                  kith_status_name(status), NULL);
}

int64_t notices_deadline(const struct daemon *daemon)
{
    const struct notices *notices = daemon->notices;
    int64_t next = INT64_MAX;

    if (notifier_waiting(daemon->notifier))
        return daemon->now.boot_ms;
    for (size_t i = 0; i < notices->n; i++) {
        const struct under_way *item = &notices->list[i];
        /* one that could not be handed over waits for kith-notify */
        int64_t due = item->due_ms > daemon->now.boot_ms
                          ? item->due_ms
                          : daemon->now.boot_ms + RETRY_MIN_MS;

        if (!item->handed && due < next)
            next = due;
    }
    return next;
}
