/* openness_change - see the header. Not here: what a level covers (openness.c),
 * what follows for the partner (disclosure.c).
 */
#include "rules/openness_change.h"

#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/verbs.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/disclosure.h"
#include "rules/grant_told.h"
#include "rules/openness.h"
#include "store/state.h"

enum {
    DAY_S = 24 * 60 * 60
};

/* LEVEL and ASKED (0: none, by nobody) in the row of WISH. */
static enum kith_status put(struct act *act, const struct openness_wish *wish,
                            const struct cached_openness *former,
                            enum kith_openness_level level,
                            enum kith_openness_level asked)
{
    struct kith_record record = {.kind = KITH_KIND_OPENNESS};
    struct kith_record_builder builder;
    uint64_t number = former == NULL ? 0 : former->number;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_number(&builder, KITH_OPENNESS_LINK, wish->link->number);
    if (wish->project != 0)
        kith_build_number(&builder, KITH_OPENNESS_PROJECT,
                          (int64_t)wish->project);
    if (level != 0)
        kith_build_choice(&builder, KITH_OPENNESS_LEVEL, level);
    if (asked != 0) {
        kith_build_choice(&builder, KITH_OPENNESS_ASKED, asked);
        kith_build_number(&builder, KITH_OPENNESS_ASKED_BY,
                          (int64_t)act->person);
        kith_build_number(&builder, KITH_OPENNESS_ASKED_AT, act->now);
    }
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_OPENNESS, &number, &record);
    cache_drop(act->company);
    return status;
}

static enum kith_status note(struct act *act, const struct openness_wish *wish,
                             const char *what)
{
    return audit_add(
        act, &(struct audit_line){
                 .what = what,
                 .text = kith_choice_name(kith_openness_levels, wish->level),
                 .project = wish->project,
                 .link = wish->link->number});
}

/* Takes back what is not covered any more, in each project the partner sees. */
static enum kith_status take_back(struct act *act,
                                  const struct openness_wish *wish)
{
    const struct disclosure_settling settling = {
        .reason = KITH_WITHDRAWAL_NARROWED, .changed_anew = true};
    const struct rules_cache *cache;
    uint64_t project = 0;
    enum kith_status status = cache_get(act, &cache);

    if (wish->project != 0 && status == KITH_OK)
        return disclosure_settle(act, wish->link, wish->project, &settling,
                                 NULL);
    while (status == KITH_OK &&
           cache_next_project(cache, wish->link->number, &project))
        status = disclosure_settle(act, wish->link, project, &settling, NULL);
    return status;
}

enum kith_status openness_lower(struct act *act,
                                const struct openness_wish *wish, bool settle)
{
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    if (wish->level >= openness_set(cache, wish->link->number, wish->project))
        return kith_fail(act->err, KITH_INVALID, "openness_level",
                         "kith openness show; kith openness raise",
                         "that is no lower level than the one that is set");
    status =
        put(act, wish, cache_openness(cache, wish->link->number, wish->project),
            wish->level, 0);
    if (status == KITH_OK && settle)
        status = take_back(act, wish);
    return status == KITH_OK ? note(act, wish, "openness_lowered") : status;
}

/* What must hold before anybody becomes more open. */
static enum kith_status check_raise(struct act *act,
                                    const struct rules_cache *cache,
                                    const struct openness_wish *wish)
{
    const struct store_link *link = wish->link;
    struct kith_hash agreement;
    enum kith_status status = act_certain(act);

    if (status != KITH_OK)
        return status;
    if (wish->level <= openness_set(cache, link->number, wish->project))
        return kith_fail(act->err, KITH_INVALID, "openness_level",
                         "kith openness show; kith openness lower",
                         "that is no higher level than the one that is set");
    status = gate_partner(act, link, &agreement);
    if (status == KITH_OK &&
        openness_is_capped(cache, link->number, act_today(act)))
        return kith_fail(
            act->err, KITH_DENIED, "destruction_overdue", "kith destroy list",
            "a destruction that we asked %s for is overdue", link->alias);
    return status;
}

/* Is person NUMBER an officer still? */
static bool is_officer(const struct rules_cache *cache, uint64_t number)
{
    const struct cached_person *person = cache_person(cache, number);

    return person != NULL &&
           kith_record_field(&person->record, KITH_PERSON_STATE_LEFT) == NULL &&
           kith_record_value(&person->record, KITH_PERSON_STATE_ROLE, 0) >=
               KITH_ROLE_OFFICER;
}

/* Did an officer ask for the same, not too long ago? */
static bool is_second(const struct act *act, const struct rules_cache *cache,
                      const struct kith_record *former,
                      enum kith_openness_level level)
{
    return is_officer(cache, (uint64_t)kith_record_value(
                                 former, KITH_OPENNESS_ASKED_BY, 0)) &&
           kith_record_value(former, KITH_OPENNESS_ASKED, 0) ==
               (int64_t)level &&
           kith_record_value(former, KITH_OPENNESS_ASKED_AT, 0) >=
               act->now - (int64_t)OPENNESS_ASKED_DAYS * DAY_S;
}

enum kith_status openness_raise(struct act *act,
                                const struct openness_wish *wish, bool *ret_set)
{
    const struct kith_record none = {.kind = KITH_KIND_OPENNESS};
    const struct cached_openness *row;
    const struct kith_record *former;
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    *ret_set = false;
    if (status == KITH_OK)
        status = check_raise(act, cache, wish);
    if (status != KITH_OK)
        return status;
    row = cache_openness(cache, wish->link->number, wish->project);
    former = row == NULL ? &none : &row->record;
    if (!is_second(act, cache, former, wish->level)) {
        status = put(act, wish, row,
                     (enum kith_openness_level)kith_record_value(
                         former, KITH_OPENNESS_LEVEL, 0),
                     wish->level);
        return status == KITH_OK ? note(act, wish, "openness_asked") : status;
    }
    if (kith_record_value(former, KITH_OPENNESS_ASKED_BY, 0) ==
        (int64_t)act->person)
        return kith_fail(act->err, KITH_CONFLICT, "second_person",
                         "another officer types the same",
                         "you have asked for it; a second officer must too");
    *ret_set = true;
    status = put(act, wish, row, wish->level, 0);
    if (status == KITH_OK)
        status = note(act, wish, "openness_raised");
    return status == KITH_OK ? grant_settle(act, wish->link) : status;
}
