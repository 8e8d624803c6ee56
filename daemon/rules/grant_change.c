/* grant_change - see the header. Not here: what is told of a grant
 * (grant_told.c), what a change means for the partner (disclosure.c).
 */
#include "rules/grant_change.h"

#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/disclosure.h"
#include "rules/grant.h"
#include "rules/grant_told.h"
#include "rules/outbox.h"
#include "store/state.h"

/* Finds grant NUMBER; refuses where nothing may be told just now. */
static enum kith_status start(struct act *act, uint64_t number,
                              struct grant_found *grant,
                              struct kith_hash *ret_agreement)
{
    enum kith_status status = act_certain(act);

    if (status == KITH_OK)
        status = grant_find(act, number, grant);
    return status == KITH_OK ? gate_partner(act, &grant->link, ret_agreement)
                             : status;
}

static int32_t until_of(const struct kith_record *state)
{
    return kith_record_day(state, KITH_GRANT_STATE_UNTIL, INT32_MAX);
}

static enum kith_status put(struct act *act,
                            struct kith_record_builder *builder,
                            uint64_t *number, struct kith_record *ret_state)
{
    struct kith_record state = {.kind = KITH_KIND_GRANT_STATE};
    enum kith_status status = kith_build_finish(builder, &state);

    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_GRANT_STATE, number, &state);
    cache_drop(act->company);
    *ret_state = state;
    return status;
}

enum kith_status grant_renew(struct act *act, uint64_t number,
                             int32_t until_day,
                             struct disclosure_counts *ret_counts)
{
    static const uint32_t anew[] = {KITH_GRANT_STATE_UNTIL,
                                    KITH_GRANT_STATE_AGREEMENT};
    struct disclosure_settling settling = {.only_queue = true};
    struct kith_record_builder builder;
    struct kith_record state, told;
    struct grant_found grant;
    struct kith_hash agreement;
    enum kith_status status = start(act, number, &grant, &agreement);

    if (status != KITH_OK)
        return status;
    if (until_day <= until_of(&grant.state) || until_day < act_today(act))
        return kith_fail(act->err, KITH_INVALID, "grant_until",
                         "--until a later day; kith grant narrow shortens it",
                         "the grant would not last longer than it does");
    kith_build_without(&builder, act->arena, &grant.state, anew, 2);
    kith_build_day(&builder, KITH_GRANT_STATE_UNTIL, until_day);
    kith_build_octets(&builder, KITH_GRANT_STATE_AGREEMENT, agreement.b,
                      KITH_HASH_LEN);
    status = put(act, &builder, &number, &state);
    if (status == KITH_OK)
        status = grant_told_build(act, &state, &told);
    settling.grant = &told;
    if (status == KITH_OK)
        status = disclosure_settle(act, &grant.link, grant.project.ref.record,
                                   &settling, ret_counts);
    return status == KITH_OK ? grant_note(act, &grant, "grant_renewed")
                             : status;
}

static enum kith_status refuse_wider(struct act *act, const char *what)
{
    return kith_fail(act->err, KITH_INVALID, "grant_wider",
                     "kith grant add gives more",
                     "a narrower grant cannot show %s", what);
}

static bool names(const struct kith_record *state, uint32_t number,
                  struct kith_bytes value)
{
    for (size_t i = 0; i < state->n_fields; i++) {
        if (state->fields[i].number == number &&
            kith_bytes_equal(state->fields[i].bytes, value))
            return true;
    }
    return false;
}

static size_t count(const struct kith_record *state, uint32_t number)
{
    size_t found = 0;

    for (size_t i = 0; i < state->n_fields; i++)
        found += state->fields[i].number == number;
    return found;
}

static enum kith_status check_persons(struct act *act,
                                      const struct kith_record *state,
                                      const struct grant_narrowing *narrowing,
                                      bool *narrower)
{
    const bool bound = kith_record_value(state, KITH_GRANT_STATE_BOUND, 0) != 0;

    for (size_t i = 0; i < narrowing->n_persons; i++) {
        const struct kith_bytes id = {narrowing->persons[i].b, KITH_ID_LEN};

        if (!bound && !names(state, KITH_GRANT_STATE_PERSONS, id))
            return refuse_wider(act, "more persons");
    }
    *narrower |= narrowing->n_persons > 0 &&
                 (bound || narrowing->n_persons <
                               count(state, KITH_GRANT_STATE_PERSONS));
    return KITH_OK;
}

/* Is each part within what the grant shows, and one of them less? */
static enum kith_status check(struct act *act, const struct kith_record *state,
                              const struct grant_narrowing *narrowing)
{
    const uint64_t kinds = cache_kinds(state);
    bool narrower = narrowing->kinds != 0 && narrowing->kinds != kinds;
    enum kith_status status;

    if ((narrowing->kinds & ~kinds) != 0)
        return refuse_wider(act, "more kinds");
    if (narrowing->until_day != INT32_MAX &&
        narrowing->until_day > until_of(state))
        return refuse_wider(act, "anything longer");
    status = check_persons(act, state, narrowing, &narrower);
    for (size_t i = 0; i < narrowing->n_hidden; i++) {
        if (status == KITH_OK)
            status = grant_check_hidden(act, narrowing->hidden[i]);
        narrower |=
            !names(state, KITH_GRANT_STATE_HIDDEN, narrowing->hidden[i]);
    }
    narrower |= narrowing->until_day < until_of(state);
    if (status == KITH_OK && !narrower)
        return kith_fail(act->err, KITH_INVALID, "grant_same",
                         "--kinds, --persons, --hide or --until",
                         "nothing of the grant would become less");
    return status;
}

/* The state of a narrower grant in the place of FORMER: with an item of its own,
 * not told yet. */
static void build_narrower(struct kith_record_builder *builder,
                           struct kith_arena *arena,
                           const struct kith_record *former,
                           const struct grant_narrowing *narrowing)
{
    const struct kith_id item = kith_id_random();
    uint32_t anew[10] = {
        KITH_GRANT_STATE_ITEM,   KITH_GRANT_STATE_TOLD,
        KITH_GRANT_STATE_UNTOLD, KITH_GRANT_STATE_AUDIENCE_VERSION,
        KITH_GRANT_STATE_UNTIL,  KITH_GRANT_STATE_AGREEMENT};
    size_t n = 6;

    if (narrowing->kinds != 0)
        anew[n++] = KITH_GRANT_STATE_KINDS;
    if (narrowing->n_persons > 0) {
        anew[n++] = KITH_GRANT_STATE_PERSONS;
        anew[n++] = KITH_GRANT_STATE_BOUND;
    }
    kith_build_without(builder, arena, former, anew, n);
    for (int kind = 1; kind < 64; kind++) {
        if ((narrowing->kinds >> kind & 1) != 0)
            kith_build_number(builder, KITH_GRANT_STATE_KINDS, kind);
    }
    for (size_t i = 0; i < narrowing->n_persons; i++)
        kith_build_octets(builder, KITH_GRANT_STATE_PERSONS,
                          narrowing->persons[i].b, KITH_ID_LEN);
    for (size_t i = 0; i < narrowing->n_hidden; i++) {
        if (!names(former, KITH_GRANT_STATE_HIDDEN, narrowing->hidden[i]))
            kith_build_text(builder, KITH_GRANT_STATE_HIDDEN,
                            narrowing->hidden[i]);
    }
    kith_build_day(builder, KITH_GRANT_STATE_UNTIL,
                   narrowing->until_day < until_of(former)
                       ? narrowing->until_day
                       : until_of(former));
    kith_build_octets(builder, KITH_GRANT_STATE_ITEM, item.b, KITH_ID_LEN);
    kith_build_number(builder, KITH_GRANT_STATE_TOLD, 0);
    kith_build_number(
        builder, KITH_GRANT_STATE_AUDIENCE_VERSION,
        kith_record_value(former, KITH_GRANT_STATE_AUDIENCE_VERSION, 1) + 1);
}

enum kith_status grant_narrow(struct act *act, uint64_t number,
                              const struct grant_narrowing *narrowing,
                              bool settle, uint64_t *ret_number)
{
    struct disclosure_settling settling = {.reason = KITH_WITHDRAWAL_NARROWED};
    struct kith_record_builder builder;
    struct kith_record state, told;
    struct grant_found grant;
    struct kith_hash agreement;
    uint64_t narrower = 0;
    enum kith_status status = start(act, number, &grant, &agreement);

    if (status == KITH_OK)
        status = check(act, &grant.state, narrowing);
    if (status != KITH_OK)
        return status;
    build_narrower(&builder, act->arena, &grant.state, narrowing);
    kith_build_octets(&builder, KITH_GRANT_STATE_AGREEMENT, agreement.b,
                      KITH_HASH_LEN);
    status = put(act, &builder, &narrower, &state);
    if (status == KITH_OK)
        status = grant_close(act, &grant);
    if (status == KITH_OK)
        status = grant_told_build(act, &state, &told);
    settling.grant = &told;
    if (status == KITH_OK && settle)
        status = disclosure_settle(act, &grant.link, grant.project.ref.record,
                                   &settling, NULL);
    if (status == KITH_OK)
        status = grant_note(act, &grant, "grant_narrowed");
    *ret_number = narrower;
    return status;
}

/* STATE without PERSON among those it names. */
static enum kith_status drop_person(struct act *act, uint64_t number,
                                    const struct kith_id *person,
                                    struct kith_record *ret_state)
{
    const struct kith_bytes id = {person->b, KITH_ID_LEN};
    struct kith_record former, state = {.kind = KITH_KIND_GRANT_STATE};
    struct kith_record_builder builder;
    enum kith_status status = store_state_get(act->txn, KITH_KIND_GRANT_STATE,
                                              number, act->arena, &former);

    if (status != KITH_OK)
        return status;
    kith_build_start(&builder, act->arena);
    for (size_t i = 0; i < former.n_fields; i++) {
        const struct kith_field *field = &former.fields[i];

        if (field->number != KITH_GRANT_STATE_AUDIENCE_VERSION &&
            (field->number != KITH_GRANT_STATE_PERSONS ||
             !kith_bytes_equal(field->bytes, id)))
            kith_build_field(&builder, field);
    }
    kith_build_number(
        &builder, KITH_GRANT_STATE_AUDIENCE_VERSION,
        kith_record_value(&former, KITH_GRANT_STATE_AUDIENCE_VERSION, 1) + 1);
    status = kith_build_finish(&builder, &state);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_GRANT_STATE, &number, &state);
    *ret_state = state;
    return status;
}

enum kith_status grant_person_left(struct act *act,
                                   const struct store_link *link,
                                   const struct kith_id *person)
{
    const struct kith_bytes id = {person->b, KITH_ID_LEN};
    const struct rules_cache *cache;
    struct kith_record state, told;
    enum kith_status status = cache_get(act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_grants; i++) {
        const struct cached_grant *grant = &cache->grants[i];

        if (grant->link != link->number || grant->ended ||
            !names(&grant->record, KITH_GRANT_STATE_PERSONS, id))
            continue;
        status = drop_person(act, grant->number, person, &state);
        if (status == KITH_OK && count(&state, KITH_GRANT_STATE_PERSONS) > 0) {
            status = grant_told_build(act, &state, &told);
            if (status == KITH_OK)
                status = outbox_add(act, link, OUTBOX_GRANT, &told);
        }
        if (status == KITH_OK)
            status =
                audit_add(act, &(struct audit_line){.what = "grant_person_left",
                                                    .project = grant->project,
                                                    .item = &grant->item,
                                                    .link = link->number});
    }
    cache_drop(act->company);
    return status;
}
