/* agreement_watch - see the header.
 *
 * Not here: that disclosure stops at the end (gate.c), delivery (core).
 */
#include "rules/agreement_watch.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement_life.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/notice.h"
#include "store/logs.h"
#include "store/state.h"

enum {
    SECONDS_A_DAY = 24 * 60 * 60,
    NOT_TOLD = INT32_MAX,
    TEXT_SIZE = 512
};

/* Days before the end, in the order in which they come. */
static const int32_t days_before[] = {90, 30, 0};
enum {
    N_DAYS = sizeof(days_before) / sizeof(days_before[0])
};

/* One agreement that is looked at. */
struct watched {
    const struct rules_cache *cache;
    const struct cached_agreement *agreement;
    struct store_link link;
    int32_t today;
    int32_t last; /* the last day on which it is in force */
    int32_t from; /* days before this one were over when it was signed */
    bool ended;   /* by somebody, not by its term */
};

/* The day from which its notices lie ahead. Agreements signed before kith kept
 * it: when we signed. */
static int32_t watched_from(const struct kith_record *record)
{
    const int64_t signed_at =
        kith_record_value(record, KITH_AGREEMENT_OWN_SIGNED_AT, 0);

    return kith_record_day(record, KITH_AGREEMENT_WATCH_FROM,
                           (int32_t)(signed_at / SECONDS_A_DAY));
}

/* Another agreement with the same partner that lasts longer; NULL: none. */
static const struct cached_agreement *find_longer(const struct watched *watched)
{
    const struct rules_cache *cache = watched->cache;
    size_t i;

    for (i = 0; i < cache->n_agreements; i++) {
        const struct cached_agreement *other = &cache->agreements[i];
        enum kith_nda_state state;

        if (other->link != watched->link.number || other == watched->agreement)
            continue;
        state = agreement_state(cache, other, watched->today);
        if ((state == KITH_NDA_IN_FORCE || state == KITH_NDA_NOT_YET) &&
            agreement_over(cache, other) - 1 > watched->last)
            return other;
    }
    return NULL;
}

/* "agreement with northwind ends in 30 days (2026-12-31); then ..." */
static void describe(const struct watched *watched, char *ret, size_t size)
{
    const int32_t left = watched->last - watched->today;
    char end[80], day[KITH_DAY_TEXT_SIZE];

    if (left < 0 && watched->ended) {
        kith_day_text(watched->last + 1, day);
        (void)snprintf(end, sizeof(end), "was ended on %s", day);
    } else {
        kith_day_text(watched->last, day);
        if (left > 0)
            (void)snprintf(end, sizeof(end), "ends in %" PRId32 " day%s (%s)",
                           left, left == 1 ? "" : "s", day);
        else
            (void)snprintf(end, sizeof(end), "%s on %s",
                           left == 0 ? "ends today," : "has ended", day);
    }
    (void)snprintf(ret, size, "agreement with %s %s; %s: kith nda show %s",
                   watched->link.alias, end,
                   find_longer(watched) != NULL
                       ? "another one with them goes on"
                   : left >= 0 ? "then nothing more is told to either side"
                               : "nothing more is told, and the duty of "
                                 "confidence goes on",
                   watched->link.alias);
}

static struct kith_id notice_id(const struct watched *watched, int32_t before)
{
    const unsigned char days = (unsigned char)before;
    crypto_generichash_state state;
    struct kith_id id;

    crypto_generichash_init(&state, NULL, 0, KITH_ID_LEN);
    crypto_generichash_update(&state, watched->agreement->digest.b,
                              KITH_HASH_LEN);
    crypto_generichash_update(&state, &days, 1);
    crypto_generichash_final(&state, id.b, KITH_ID_LEN);
    return id;
}

static enum kith_status tell(struct act *act, const struct watched *watched,
                             int32_t before)
{
    char text[TEXT_SIZE], hex[2 * KITH_HASH_LEN + 1];
    const struct notice_words words = {.link = &watched->link,
                                       .about = "agreement",
                                       .text = text,
                                       .due_day = watched->last,
                                       .id = notice_id(watched, before)};
    enum kith_status status;

    describe(watched, text, sizeof(text));
    status = notice_tell(act, &words);
    kith_hex(watched->agreement->digest.b, KITH_HASH_LEN, hex);
    if (status == KITH_OK)
        status =
            audit_add(act, &(struct audit_line){.what = "nda_end_told",
                                                .link = watched->link.number,
                                                .text = hex});
    return status;
}

/* Tells what is due of one agreement; *ret_told: the least of days_before that
 * was told, as before when there is nothing. */
static enum kith_status tell_due(struct act *act, const struct watched *watched,
                                 int32_t *ret_told)
{
    enum kith_status status = KITH_OK;
    size_t i;

    for (i = 0; status == KITH_OK && i < N_DAYS; i++) {
        const int32_t before = days_before[i];
        const int32_t day = watched->last - before;

        /* one that is ended with the day is told of on that day still */
        if (before >= *ret_told || day > watched->today ||
            day + watched->ended < watched->from)
            continue;
        status = tell(act, watched, before);
        *ret_told = before;
    }
    return status;
}

static enum kith_status keep(struct act *act,
                             const struct cached_agreement *agreement,
                             int32_t told)
{
    struct kith_record state = {.kind = KITH_KIND_AGREEMENT};
    struct kith_record_builder builder;
    uint64_t number = agreement->number;
    enum kith_status status;

    kith_build_from(&builder, act->arena, &agreement->record,
                    KITH_AGREEMENT_WATCHED);
    kith_build_number(&builder, KITH_AGREEMENT_WATCHED, told);
    status = kith_build_finish(&builder, &state);
    return status == KITH_OK
               ? store_state_put(act->txn, KITH_KIND_AGREEMENT, &number, &state)
               : status;
}

static enum kith_status watch_one(struct act *act, struct watched *watched,
                                  bool *ret_changed)
{
    const struct kith_record *record = &watched->agreement->record;
    const int32_t before =
        (int32_t)kith_record_value(record, KITH_AGREEMENT_WATCHED, NOT_TOLD);
    const int32_t over = agreement_over(watched->cache, watched->agreement);
    int32_t told = before;
    enum kith_status status;

    if (before == 0 || over == AGREEMENT_NO_END ||
        !agreement_has_both(record) ||
        agreement_successor(watched->cache, watched->agreement,
                            watched->today) != NULL)
        return KITH_OK;
    watched->last = over - 1;
    watched->from = watched_from(record);
    watched->ended =
        over != kith_record_day(record, KITH_AGREEMENT_UNTIL, over) + 1;
    status = store_link_get(act->txn, watched->agreement->link, &watched->link);
    if (status == KITH_OK && !watched->link.removed)
        status = tell_due(act, watched, &told);
    if (status != KITH_OK || told == before)
        return status;
    *ret_changed = true;
    return keep(act, watched->agreement, told);
}

enum kith_status agreement_watch(struct act *act, bool *ret_told)
{
    struct watched watched = {.today = act_today(act)};
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);
    size_t i;

    watched.cache = cache;
    for (i = 0; status == KITH_OK && i < cache->n_agreements; i++) {
        watched.agreement = &cache->agreements[i];
        status = watch_one(act, &watched, ret_told);
    }
    return status;
}
