/* verb_grant_change - grants last longer, one by one or in a round, or show less.
 *
 * Not here: the rules (rules/grant_change.c).
 */
#include "core/verbs.h"

#include "core/call.h"
#include "core/daemon.h"
#include "core/disclosure_rows.h"
#include "core/grant_args.h"
#include "core/grant_row.h"
#include "core/links.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/verbs.h"
#include "rules/cache.h"
#include "rules/disclosure.h"
#include "rules/grant_change.h"
#include "rules/resolve.h"
#include "store/logs.h"

enum {
    WITHIN_DEFAULT = 30, /* days */
    ROUND_MAX = 1000     /* grants renewed by one request */
};

/* Which grants a round is about. */
struct grant_round {
    uint64_t project; /* record number, 0: all */
    uint32_t link;    /* 0: all */
    int32_t today, last_day, until_day;
};

static enum kith_status read_round(struct call *call, int32_t until_day,
                                   struct grant_round *round)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_bytes name =
        kith_record_bytes(argument, KITH_GRANT_ARGS_PROJECT);
    int64_t within =
        kith_record_value(argument, KITH_GRANT_ARGS_WITHIN, WITHIN_DEFAULT);
    struct store_head project;
    struct store_link link;
    enum kith_status status = KITH_OK;

    *round = (struct grant_round){.today = act_today(&call->act),
                                  .until_day = until_day};
    if (within < 0 || within > INT32_MAX / 2)
        return call_fail(call, KITH_INVALID, "within", "--within 30",
                         "that is no number of days");
    round->last_day = round->today + (int32_t)within;
    if (name.len > 0) {
        status = resolve_record(&call->act, name, KITH_KIND_PROJECT, &project);
        round->project = project.ref.record;
    }
    name = kith_record_bytes(argument, KITH_GRANT_ARGS_PARTNER);
    if (status == KITH_OK && name.len > 0) {
        status = resolve_partner(&call->act, name, &link);
        round->link = link.number;
    }
    return status;
}

static bool is_in_round(const struct grant_round *round,
                        const struct cached_grant *grant)
{
    return !grant->ended && grant->until_day >= round->today &&
           grant->until_day <= round->last_day &&
           grant->until_day < round->until_day &&
           (round->project == 0 || round->project == grant->project) &&
           (round->link == 0 || round->link == grant->link);
}

/* Numbers, links and projects first: a change of one drops what is cached. */
static enum kith_status gather(struct call *call,
                               const struct grant_round *round,
                               struct cached_grant **ret_grants, size_t *ret_n)
{
    const struct rules_cache *cache = NULL;
    struct cached_grant *grants;
    size_t n = 0;
    enum kith_status status = cache_get(&call->act, &cache);

    if (status != KITH_OK)
        return status;
    grants = kith_arena_alloc(call->act.arena,
                              (cache->n_grants + 1) * sizeof(*grants));
    if (grants == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < cache->n_grants; i++) {
        if (is_in_round(round, &cache->grants[i]))
            grants[n++] = cache->grants[i];
    }
    *ret_grants = grants;
    *ret_n = n;
    if (n > ROUND_MAX)
        return call_fail(call, KITH_LIMIT, "round", "--partner or --project",
                         "%zu grants at once are too many", n);
    return KITH_OK;
}

static enum kith_status renew_one(struct daemon *daemon, struct call *call,
                                  const struct cached_grant *grant,
                                  int32_t until_day)
{
    struct disclosure_counts counts;
    enum kith_status status =
        grant_renew(&call->act, grant->number, until_day, &counts);

    if (status == KITH_OK)
        status = grant_row_add(call, grant->number);
    if (status == KITH_OK)
        links_mark(daemon, grant->link);
    return status;
}

enum kith_status verb_grant_renew(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    struct cached_grant *grants = NULL;
    struct cached_grant alone;
    struct grant_round round;
    int32_t until_day;
    size_t n = 0;
    enum kith_status status;

    if (argument == NULL ||
        kith_record_field(argument, KITH_GRANT_ARGS_UNTIL) == NULL)
        return call_fail(call, KITH_INVALID, "arguments",
                         "add --until YYYY-MM-DD",
                         "say until when the grants are to hold");
    until_day = kith_record_day(argument, KITH_GRANT_ARGS_UNTIL, 0);
    if (kith_record_field(argument, KITH_GRANT_ARGS_GRANT) != NULL) {
        status = grant_args_find(call, &alone);
        return status == KITH_OK ? renew_one(daemon, call, &alone, until_day)
                                 : status;
    }
    status = read_round(call, until_day, &round);
    if (status == KITH_OK)
        status = gather(call, &round, &grants, &n);
    if (status == KITH_OK && n == 0)
        return call_fail(call, KITH_NOT_FOUND, "no_grant", "kith grant list",
                         "no live grant ends by then and before that day");
    for (size_t i = 0; status == KITH_OK && i < n; i++)
        status = renew_one(daemon, call, &grants[i], until_day);
    return status;
}

static enum kith_status read_narrowing(struct call *call,
                                       const struct store_link *link,
                                       struct grant_narrowing *narrowing)
{
    struct grant_persons persons;
    enum kith_status status = grant_args_kinds(call, &narrowing->kinds);

    if (status == KITH_OK)
        status = grant_args_persons(call, link, &persons);
    if (status != KITH_OK)
        return status;
    if (persons.bound)
        return call_fail(call, KITH_INVALID, "persons", "--persons NAME,...",
                         "name the persons that remain");
    narrowing->persons = persons.ids;
    narrowing->n_persons = persons.n;
    narrowing->until_day =
        kith_record_day(call_argument(call), KITH_GRANT_ARGS_UNTIL, INT32_MAX);
    return grant_args_hidden(call, &narrowing->hidden, &narrowing->n_hidden);
}

enum kith_status verb_grant_narrow(struct daemon *daemon, struct call *call)
{
    struct grant_narrowing narrowing = {0};
    struct cached_grant grant;
    struct store_link link;
    uint64_t number = 0;
    enum kith_status status;

    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith grant list",
                         "name the grant");
    status = grant_args_find(call, &grant);
    if (status == KITH_OK)
        status = store_link_get(call->act.txn, grant.link, &link);
    if (status == KITH_OK)
        status = read_narrowing(call, &link, &narrowing);
    if (status == KITH_OK)
        status = grant_narrow(&call->act, grant.number, &narrowing,
                              !call->act.dry_run, &number);
    if (status == KITH_OK)
        status = grant_row_add(call, number);
    if (status == KITH_OK && call->act.dry_run)
        return disclosure_rows_project(call, &link, grant.project);
    if (status == KITH_OK)
        links_mark(daemon, link.number);
    return status;
}
