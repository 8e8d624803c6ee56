/* doctor_dates - see the header.
 *
 * Not here: that disclosure stops on the day (rules/gate.c).
 */
#include "core/doctor_dates.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/call.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/rows.h"
#include "rules/agreement_life.h"
#include "rules/cache.h"
#include "rules/oral.h"
#include "rules/resolve.h"
#include "store/logs.h"

enum {
    WORDS_SIZE = 200
};

static void warn(struct call *call, const char *check, const char *text,
                 const char *next)
{
    call_row_start(call);
    call_put_text(call, KITH_CHECK_ROW_CHECK, check);
    kith_build_choice(&call->builder, KITH_CHECK_ROW_RESULT, KITH_CHECK_WARN);
    call_put_text(call, KITH_CHECK_ROW_TEXT, text);
    call_put_text(call, KITH_CHECK_ROW_NEXT, next);
    call_row_end(call);
    call->warnings = true;
}

/* "ends in 9 days (2026-12-06)", "ends today", "ended on 2026-11-01". */
static void describe_end(int32_t today, int32_t until, char *ret, size_t size)
{
    char day[KITH_DAY_TEXT_SIZE];

    kith_day_text(until, day);
    if (until < today)
        (void)snprintf(ret, size, "ended on %s", day);
    else if (until == today)
        (void)snprintf(ret, size, "ends today");
    else
        (void)snprintf(ret, size, "ends in %" PRId32 " day%s (%s)",
                       until - today, until == today + 1 ? "" : "s", day);
}

/* Of the agreements with LINK that both have signed, the one that lasts
 * longest; NULL: none. */
static const struct cached_agreement *find_longest(
    const struct rules_cache *cache, uint32_t link, int32_t today)
{
    const struct cached_agreement *found = NULL;
    size_t i;

    for (i = 0; i < cache->n_agreements; i++) {
        const struct cached_agreement *one = &cache->agreements[i];

        if (one->link != link || !agreement_has_both(&one->record) ||
            agreement_successor(cache, one, today) != NULL)
            continue;
        if (found == NULL ||
            agreement_over(cache, one) >= agreement_over(cache, found))
            found = one;
    }
    return found;
}

static void look_at_agreement(struct call *call,
                              const struct rules_cache *cache,
                              const struct store_link *link, size_t *warned)
{
    const int32_t today = act_today(&call->act);
    const struct cached_agreement *longest =
        find_longest(cache, link->number, today);
    char check[WORDS_SIZE], text[2 * WORDS_SIZE], next[WORDS_SIZE];
    char end[WORDS_SIZE];
    int32_t until;
    int64_t years;

    if (longest == NULL)
        return;
    until = agreement_over(cache, longest) - 1;
    if (until - today > DOCTOR_AGREEMENT_SOON)
        return;
    describe_end(today, until, end, sizeof(end));
    years = kith_record_value(&longest->record,
                              KITH_AGREEMENT_CONFIDENTIALITY_YEARS, 0);
    if (until >= today)
        (void)snprintf(text, sizeof(text),
                       "%s; then nothing more is told to either side", end);
    else if (years > 0)
        (void)snprintf(text, sizeof(text),
                       "%s; nothing more is told, the duty of confidence goes "
                       "on for %" PRId64 " years from then",
                       end, years);
    else
        (void)snprintf(text, sizeof(text),
                       "%s; nothing more is told, the duty of confidence for "
                       "what was told goes on",
                       end);
    (void)snprintf(check, sizeof(check), "agreement %.100s", link->alias);
    (void)snprintf(next, sizeof(next), "kith nda propose %.100s", link->alias);
    warn(call, check, text, next);
    (*warned)++;
}

/* Does another grant of the same project and partner go on after GRANT? */
static bool goes_on(const struct rules_cache *cache,
                    const struct cached_grant *grant)
{
    const struct cached_grant *same;
    size_t i, count = cache_project_grants(cache, grant->project, &same);

    for (i = 0; i < count; i++) {
        if (same[i].link == grant->link && !same[i].ended &&
            (same[i].until_day > grant->until_day ||
             (same[i].until_day == grant->until_day &&
              same[i].number > grant->number)))
            return true;
    }
    return false;
}

static enum kith_status look_at_grant(struct call *call,
                                      const struct cached_grant *grant,
                                      const struct store_link *link,
                                      size_t *warned)
{
    const int32_t today = act_today(&call->act);
    const struct store_ref ref = {.owner = STORE_OWN, .record = grant->project};
    char path[KITH_PATH_MAX + 1], end[WORDS_SIZE];
    char check[WORDS_SIZE], text[2 * WORDS_SIZE], next[2 * WORDS_SIZE];
    struct store_head project;
    enum kith_status status = store_head_get(call->act.txn, &ref, &project);

    if (status == KITH_OK)
        status = resolve_path(&call->act, &project, path, sizeof(path));
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
        return KITH_OK; /* the project is gone, and its grant with it */
    if (status != KITH_OK)
        return status;
    (void)snprintf(check, sizeof(check), "grant %.100s", path);
    if (!cache_reaches(&grant->record)) {
        (void)snprintf(text, sizeof(text),
                       "for %.100s: names nobody, all whom it named have left",
                       link->alias);
        (void)snprintf(next, sizeof(next),
                       "kith grant add %.100s %.100s, then kith grant end",
                       path, link->alias);
    } else {
        describe_end(today, grant->until_day, end, sizeof(end));
        (void)snprintf(text, sizeof(text), "for %.100s: %s", link->alias, end);
        (void)snprintf(next, sizeof(next),
                       "kith grant renew --until DAY --partner %.100s, or let "
                       "it end",
                       link->alias);
    }
    warn(call, check, text, next);
    (*warned)++;
    return KITH_OK;
}

static enum kith_status look_at_grants(struct call *call,
                                       const struct rules_cache *cache,
                                       const struct store_link *link,
                                       size_t *warned)
{
    const int32_t today = act_today(&call->act);
    enum kith_status status = KITH_OK;
    size_t i;

    for (i = 0; status == KITH_OK && i < cache->n_grants; i++) {
        const struct cached_grant *grant = &cache->grants[i];

        if (grant->link != link->number || grant->ended ||
            grant->until_day < today - DOCTOR_GRANT_SOON ||
            goes_on(cache, grant) ||
            (grant->until_day > today + DOCTOR_GRANT_SOON &&
             cache_reaches(&grant->record)))
            continue;
        status = look_at_grant(call, grant, link, warned);
    }
    return status;
}

/* Memos of what was said that the partner should have confirmed. */
static enum kith_status look_at_memos(struct call *call, size_t *warned)
{
    const int32_t today = act_today(&call->act);
    char check[WORDS_SIZE], text[WORDS_SIZE], day[KITH_DAY_TEXT_SIZE];
    struct oral_memo memo = {0};
    struct store_link link;
    enum kith_status status;

    while ((status = oral_next(&call->act, &memo)) == KITH_OK) {
        if (!oral_is_overdue(&memo, today))
            continue;
        status = store_link_get(call->act.txn, memo.link, &link);
        if (status != KITH_OK)
            break;
        kith_day_text(memo.due_day, day);
        (void)snprintf(check, sizeof(check), "oral disclosure %.100s",
                       link.alias);
        (void)snprintf(text, sizeof(text),
                       "not confirmed; it was to be until %s", day);
        warn(call, check, text, "kith disclose list, then call them");
        (*warned)++;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Destructions that we asked for and that were not certified in time. */
static void look_at_destructions(struct call *call,
                                 const struct rules_cache *cache,
                                 const struct store_link *link, size_t *warned)
{
    const int32_t today = act_today(&call->act);
    char check[WORDS_SIZE], text[WORDS_SIZE], day[KITH_DAY_TEXT_SIZE];

    for (size_t i = 0; i < cache->n_destructions; i++) {
        const struct cached_destruction *asked = &cache->destructions[i];

        if (asked->link != link->number || asked->until_day >= today)
            continue;
        kith_day_text(asked->until_day, day);
        (void)snprintf(check, sizeof(check), "destruction %.100s", link->alias);
        (void)snprintf(text, sizeof(text),
                       "not certified; it was to be until %s; until it is, no "
                       "more than an outline is told",
                       day);
        warn(call, check, text, "kith destroy list, then call them");
        (*warned)++;
    }
}

enum kith_status doctor_dates(struct call *call)
{
    const struct rules_cache *cache;
    struct store_link link = {0};
    size_t warned = 0;
    enum kith_status status = cache_get(&call->act, &cache);

    while (status == KITH_OK) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status != KITH_OK || link.removed)
            continue;
        look_at_agreement(call, cache, &link, &warned);
        look_at_destructions(call, cache, &link, &warned);
        status = look_at_grants(call, cache, &link, &warned);
    }
    if (status == KITH_NOT_FOUND)
        status = look_at_memos(call, &warned);
    if (status != KITH_OK)
        return status;
    if (warned == 0) {
        call_row_start(call);
        call_put_text(call, KITH_CHECK_ROW_CHECK, "agreements and grants");
        kith_build_choice(&call->builder, KITH_CHECK_ROW_RESULT, KITH_CHECK_OK);
        call_put_text(call, KITH_CHECK_ROW_TEXT, "none ends soon");
        call_row_end(call);
    }
    return KITH_OK;
}
