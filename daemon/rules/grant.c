/* grant - adding and ending grants.
 *
 * Not here: what a grant lets through (gate.c, view.c).
 */
#include "rules/grant.h"

#include <stdio.h>
#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/grant_told.h"
#include "rules/openness.h"
#include "rules/outbox.h"
#include "rules/view.h"
#include "store/state.h"

/* Is NAME ("kind.field" or "field") a field that can be hidden? */
static bool hides_something(struct kith_bytes name)
{
    size_t i, k;

    for (i = 0; i < kith_kind_count(); i++) {
        const struct kith_kind_info *kind = kith_kind_at(i);

        if (kind->family != KITH_FAMILY_BUSINESS)
            continue;
        for (k = 0; k < kind->n_fields; k++) {
            char full[128];

            snprintf(full, sizeof(full), "%s.%s", kind->name,
                     kind->fields[k].name);
            if ((kind->fields[k].flags & KITH_F_HEAD) == 0 &&
                (kith_bytes_is(name, full) ||
                 kith_bytes_is(name, kind->fields[k].name)))
                return true;
        }
    }
    return false;
}

/* Is each bit a kind that a project's records can have? */
static bool are_kinds(uint64_t kinds)
{
    uint32_t kind;

    for (kind = 0; kind < 64; kind++) {
        const struct kith_kind_info *info = kith_kind_info(kind);

        if ((kinds >> kind & 1) != 0 &&
            (info == NULL || info->family != KITH_FAMILY_BUSINESS))
            return false;
    }
    return true;
}

/* A project whose label nobody's openness covers is granted to nobody. */
static enum kith_status check_project(struct act *act,
                                      const struct store_link *link,
                                      const struct grant_wish *wish)
{
    const struct store_ref ref = {.owner = STORE_OWN, .record = wish->project};
    const struct openness_level *level = NULL;
    struct store_head head;
    enum kith_status status = store_head_get(act->txn, &ref, &head);

    if (status == KITH_OK)
        status = openness_now(act, link->number, wish->project, &level);
    if (status == KITH_OK &&
        !openness_covers(level, (enum kith_label)head.label, KITH_KIND_PROJECT))
        status = gate_refuse(act, GATE_OPENNESS, link);
    return status;
}

enum kith_status grant_check_hidden(struct act *act, struct kith_bytes name)
{
    if (hides_something(name))
        return KITH_OK;
    return kith_fail(
        act->err, KITH_INVALID, "hide_unknown", "kith help grant add",
        "'%.*s' is no field that can be hidden",
        (int)(name.len < 80 ? name.len : 80), (const char *)name.data);
}

static enum kith_status check(struct act *act, const struct grant_wish *wish)
{
    enum kith_status status = KITH_OK;
    size_t i;

    if (wish->purpose.len == 0)
        return kith_fail(act->err, KITH_INVALID, "purpose_missing",
                         "--purpose TEXT",
                         "a grant must say for what purpose it is given");
    if (wish->kinds == 0)
        return kith_fail(act->err, KITH_INVALID, "kinds_missing",
                         "--kinds project,generation,milestone",
                         "a grant must name the kinds it covers");
    if (!are_kinds(wish->kinds))
        return kith_fail(act->err, KITH_INVALID, "kinds_unknown",
                         "kith help grant add",
                         "a grant covers records of a project only");
    if (!wish->bound && wish->n_persons == 0)
        return kith_fail(act->err, KITH_DENIED, "audience_empty",
                         "--persons NAME,... or --persons bound",
                         "an empty audience means nobody");
    if (wish->until_day < wish->from_day)
        return kith_fail(act->err, KITH_INVALID, "grant_dates",
                         "--until a day after --from",
                         "the grant would end before it begins");
    for (i = 0; status == KITH_OK && i < wish->n_hidden; i++)
        status = grant_check_hidden(act, wish->hidden[i]);
    return status;
}

static void build_kinds(struct kith_record_builder *builder, uint32_t number,
                        uint64_t kinds)
{
    int kind;

    for (kind = 1; kind < 64; kind++) {
        if ((kinds >> kind & 1) != 0)
            kith_build_number(builder, number, kind);
    }
}

static enum kith_status build_state(struct act *act,
                                    const struct store_link *link,
                                    const struct grant_wish *wish,
                                    const struct kith_id *item,
                                    struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_GRANT_STATE};
    struct kith_record_builder builder;
    struct kith_hash agreement;
    enum kith_status status = gate_partner(act, link, &agreement);
    size_t i;

    if (status != KITH_OK)
        return status;
    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_GRANT_STATE_PROJECT, wish->project_id.b,
                      KITH_ID_LEN);
    kith_build_number(&builder, KITH_GRANT_STATE_LINK, link->number);
    build_kinds(&builder, KITH_GRANT_STATE_KINDS, wish->kinds);
    kith_build_text(&builder, KITH_GRANT_STATE_PURPOSE, wish->purpose);
    for (i = 0; i < wish->n_persons; i++)
        kith_build_octets(&builder, KITH_GRANT_STATE_PERSONS,
                          wish->persons[i].b, KITH_ID_LEN);
    if (wish->bound)
        kith_build_number(&builder, KITH_GRANT_STATE_BOUND, 1);
    kith_build_day(&builder, KITH_GRANT_STATE_FROM, wish->from_day);
    kith_build_day(&builder, KITH_GRANT_STATE_UNTIL, wish->until_day);
    for (i = 0; i < wish->n_hidden; i++)
        kith_build_text(&builder, KITH_GRANT_STATE_HIDDEN, wish->hidden[i]);
    kith_build_octets(&builder, KITH_GRANT_STATE_AGREEMENT, agreement.b,
                      KITH_HASH_LEN);
    kith_build_number(&builder, KITH_GRANT_STATE_AUDIENCE_VERSION, 1);
    kith_build_octets(&builder, KITH_GRANT_STATE_ITEM, item->b, KITH_ID_LEN);
    kith_build_number(&builder, KITH_GRANT_STATE_TOLD, 0);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

enum kith_status grant_add(struct act *act, const struct store_link *link,
                           const struct grant_wish *wish, uint64_t *ret_number,
                           struct disclosure_counts *ret_counts)
{
    const struct kith_id item = kith_id_random();
    struct kith_record told, state;
    struct kith_bytes purpose;
    uint64_t number = 0;
    enum kith_status status = act_certain(act);

    if (status == KITH_OK)
        status = check(act, wish);
    if (status == KITH_OK)
        status = build_state(act, link, wish, &item, &state);
    if (status == KITH_OK)
        status = check_project(act, link, wish);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_GRANT_STATE, &number, &state);
    cache_drop(act->company);
    if (status == KITH_OK)
        status = grant_told_build(act, &state, &told);
    if (status == KITH_OK)
        status = kith_record_check(&told, false, act->err);
    if (status == KITH_OK)
        status = disclosure_settle(
            act, link, wish->project,
            &(struct disclosure_settling){.reason = KITH_WITHDRAWAL_GRANT_OVER,
                                          .grant = &told},
            ret_counts);
    purpose = kith_arena_copy(act->arena, wish->purpose);
    if (status == KITH_OK && purpose.data == NULL)
        status = KITH_NOMEM;
    if (status == KITH_OK)
        status = audit_add(
            act, &(struct audit_line){.what = "grant_added",
                                      .text = (const char *)purpose.data,
                                      .project = wish->project,
                                      .link = link->number,
                                      .item = &item});
    if (status == KITH_OK)
        *ret_number = number;
    return status;
}

enum kith_status grant_find(struct act *act, uint64_t number,
                            struct grant_found *ret_found)
{
    struct grant_found found = {.number = number};
    const struct kith_record *state = &found.state;
    struct kith_id project;
    enum kith_status status = store_state_get(act->txn, KITH_KIND_GRANT_STATE,
                                              number, act->arena, &found.state);

    if (status == KITH_NOT_FOUND)
        return kith_fail(act->err, status, "grant_unknown", "kith grant list",
                         "there is no such grant");
    if (status != KITH_OK)
        return status;
    if (kith_record_value(state, KITH_GRANT_STATE_ENDED, 0) != 0)
        return kith_fail(act->err, KITH_CONFLICT, "grant_ended",
                         "kith grant list", "the grant is ended already");
    status = store_link_get(
        act->txn, (uint32_t)kith_record_value(state, KITH_GRANT_STATE_LINK, 0),
        &found.link);
    if (status == KITH_OK)
        status = kith_record_octets(state, KITH_GRANT_STATE_PROJECT, project.b,
                                    KITH_ID_LEN);
    if (status == KITH_OK)
        status =
            store_head_by_id(act->txn, STORE_OWN, &project, &found.project);
    if (status == KITH_OK)
        status = kith_record_octets(state, KITH_GRANT_STATE_ITEM, found.item.b,
                                    KITH_ID_LEN);
    if (status == KITH_OK)
        *ret_found = found;
    return status;
}

enum kith_status grant_close(struct act *act, const struct grant_found *grant)
{
    struct kith_record ended = {.kind = KITH_KIND_GRANT_STATE};
    struct kith_record_builder builder;
    uint64_t number = grant->number;
    enum kith_status status;

    kith_build_from(&builder, act->arena, &grant->state, 0);
    kith_build_number(&builder, KITH_GRANT_STATE_ENDED, 1);
    status = kith_build_finish(&builder, &ended);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_GRANT_STATE, &number, &ended);
    cache_drop(act->company);
    return status;
}

enum kith_status grant_note(struct act *act, const struct grant_found *grant,
                            const char *what)
{
    return audit_add(act,
                     &(struct audit_line){.what = what,
                                          .project = grant->project.ref.record,
                                          .item = &grant->item,
                                          .link = grant->link.number});
}

enum kith_status grant_end(struct act *act, uint64_t number,
                           struct disclosure_counts *ret_counts)
{
    const struct disclosure_settling settling = {
        .reason = KITH_WITHDRAWAL_GRANT_OVER};
    struct grant_found grant;
    enum kith_status status = act_certain(act);

    if (status == KITH_OK)
        status = grant_find(act, number, &grant);
    if (status == KITH_OK)
        status = grant_close(act, &grant);
    if (status == KITH_OK)
        status = disclosure_settle(act, &grant.link, grant.project.ref.record,
                                   &settling, ret_counts);
    return status == KITH_OK ? grant_note(act, &grant, "grant_ended") : status;
}
