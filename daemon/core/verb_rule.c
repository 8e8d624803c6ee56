/* verb_rule - rules by which a person is told.
 *
 * Channels stand in the configuration only; a rule names one of them, or
 * «inbox», which needs no delivery.
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/notice_row.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/cache.h"
#include "rules/notice_rule.h"
#include "rules/resolve.h"
#include "store/logs.h"
#include "store/state.h"

static enum kith_status put_person(struct call *call,
                                   const struct kith_record *rule)
{
    const struct rules_cache *cache = NULL;
    struct kith_bytes id = kith_record_bytes(rule, KITH_NOTICE_RULE_PERSON);
    enum kith_status status = cache_get(&call->act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_persons; i++) {
        const struct kith_record *person = &cache->persons[i].record;
        struct kith_bytes own = {person->id.b, KITH_ID_LEN};

        if (kith_bytes_equal(own, id)) {
            kith_build_text(&call->builder, KITH_RULE_ROW_PERSON,
                            kith_record_bytes(person, KITH_PERSON_STATE_NAME));
            break;
        }
    }
    return status;
}

static enum kith_status add_rule_row(struct call *call,
                                     const struct kith_record *rule)
{
    static const uint32_t pairs[][2] = {
        {KITH_RULE_ROW_CHANNEL, KITH_NOTICE_RULE_CHANNEL},
        {KITH_RULE_ROW_PARTNER, KITH_NOTICE_RULE_PARTNER},
        {KITH_RULE_ROW_PROJECT, KITH_NOTICE_RULE_PROJECT},
        {KITH_RULE_ROW_KIND, KITH_NOTICE_RULE_KIND},
        {KITH_RULE_ROW_SLIP_DAYS, KITH_NOTICE_RULE_SLIP_DAYS},
    };
    enum kith_status status;

    call_row_start_kind(call, KITH_KIND_RULE_ROW);
    kith_build_octets(&call->builder, KITH_RULE_ROW_ID, rule->id.b,
                      KITH_ID_LEN);
    status = put_person(call, rule);
    notice_row_copy(call, rule, pairs, sizeof(pairs) / sizeof(pairs[0]));
    call_put_text(call, KITH_RULE_ROW_STATE,
                  kith_record_value(rule, KITH_NOTICE_RULE_ENDED, 0) != 0
                      ? "ended"
                      : "live");
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}

/* The caller's own id, which rules and notices name him by. */
static enum kith_status find_caller(struct call *call, struct kith_id *ret_id)
{
    struct kith_record person;
    enum kith_status status =
        store_state_get(call->act.txn, KITH_KIND_PERSON_STATE,
                        call->person.number, call->act.arena, &person);

    if (status == KITH_OK)
        *ret_id = person.id;
    return status;
}

static enum kith_status check_filter(struct call *call,
                                     const struct kith_record *argument,
                                     struct kith_bytes *ret_alias)
{
    struct kith_bytes kind = kith_record_bytes(argument, KITH_NOTICE_ARGS_KIND);
    struct kith_bytes partner =
        kith_record_bytes(argument, KITH_NOTICE_ARGS_PARTNER);
    struct store_link link;
    enum kith_status status = KITH_OK;

    if (kind.len > 0) {
        const char *name =
            (const char *)kith_arena_copy(call->act.arena, kind).data;
        const struct kith_kind_info *info =
            name == NULL ? NULL : kith_kind_by_name(name);

        if (info == NULL || info->family != KITH_FAMILY_BUSINESS)
            return call_fail(call, KITH_INVALID, "kind", "kith help notify",
                             "there are no records of kind '%.60s'",
                             name == NULL ? "" : name);
    }
    if (kith_record_value(argument, KITH_NOTICE_ARGS_SLIP_DAYS, 0) < 0)
        return call_fail(call, KITH_INVALID, "slip_days", "",
                         "a slip is a number of days from 0 on");
    if (partner.len == 0)
        return KITH_OK;
    status = resolve_partner(&call->act, partner, &link);
    if (status == KITH_OK)
        *ret_alias =
            kith_arena_copy(call->act.arena, kith_bytes_of(link.alias));
    return status;
}

enum kith_status verb_notice_rule_add(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_record_builder builder;
    struct kith_record rule;
    struct kith_bytes alias = {NULL, 0};
    struct kith_id person;
    uint64_t number = 0;
    enum kith_status status;

    if (argument == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith help notify",
                         "say by which channel");
    status = notice_row_channel(
        daemon, call, kith_record_bytes(argument, KITH_NOTICE_ARGS_CHANNEL));
    if (status == KITH_OK)
        status = check_filter(call, argument, &alias);
    if (status == KITH_OK)
        status = find_caller(call, &person);
    if (status != KITH_OK)
        return status;
    memset(&rule, 0, sizeof(rule));
    rule.kind = KITH_KIND_NOTICE_RULE;
    rule.id = kith_id_random();
    kith_build_start(&builder, call->act.arena);
    kith_build_octets(&builder, KITH_NOTICE_RULE_PERSON, person.b, KITH_ID_LEN);
    kith_build_text(&builder, KITH_NOTICE_RULE_CHANNEL,
                    kith_record_bytes(argument, KITH_NOTICE_ARGS_CHANNEL));
    if (alias.len > 0)
        kith_build_text(&builder, KITH_NOTICE_RULE_PARTNER, alias);
    if (kith_record_field(argument, KITH_NOTICE_ARGS_PROJECT) != NULL)
        kith_build_text(&builder, KITH_NOTICE_RULE_PROJECT,
                        kith_record_bytes(argument, KITH_NOTICE_ARGS_PROJECT));
    if (kith_record_field(argument, KITH_NOTICE_ARGS_KIND) != NULL)
        kith_build_text(&builder, KITH_NOTICE_RULE_KIND,
                        kith_record_bytes(argument, KITH_NOTICE_ARGS_KIND));
    if (kith_record_field(argument, KITH_NOTICE_ARGS_SLIP_DAYS) != NULL)
        kith_build_number(
            &builder, KITH_NOTICE_RULE_SLIP_DAYS,
            kith_record_value(argument, KITH_NOTICE_ARGS_SLIP_DAYS, 0));
    status = kith_build_finish(&builder, &rule);
    if (status == KITH_OK)
        status = store_state_put(call->act.txn, KITH_KIND_NOTICE_RULE, &number,
                                 &rule);
    cache_drop(call->act.company);
    if (status == KITH_OK)
        status = notice_rule_note(&call->act, "notice_rule_added", &rule);
    return status == KITH_OK ? add_rule_row(call, &rule) : status;
}

/* Reads the next rule of the caller; an officer sees everybody's. */
static enum kith_status next_rule(struct call *call, uint64_t *number,
                                  struct kith_record *ret_rule)
{
    struct kith_id person;
    struct kith_bytes own = {person.b, KITH_ID_LEN};
    enum kith_status status = find_caller(call, &person);

    while (status == KITH_OK) {
        status = store_state_next(call->act.txn, KITH_KIND_NOTICE_RULE, number,
                                  call->act.arena, ret_rule);
        if (status == KITH_OK &&
            (call->person.role >= KITH_ROLE_OFFICER ||
             kith_bytes_equal(
                 own, kith_record_bytes(ret_rule, KITH_NOTICE_RULE_PERSON))))
            return KITH_OK;
    }
    return status;
}

enum kith_status verb_notice_rule_list(struct daemon *daemon, struct call *call)
{
    uint64_t number = 0;
    struct kith_record rule;
    enum kith_status status;

    (void)daemon;
    for (;;) {
        status = next_rule(call, &number, &rule);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status == KITH_OK &&
            kith_record_value(&rule, KITH_NOTICE_RULE_ENDED, 0) == 0)
            status = add_rule_row(call, &rule);
        if (status != KITH_OK)
            return status;
    }
}

enum kith_status verb_notice_rule_end(struct daemon *daemon, struct call *call)
{
    struct kith_bytes prefix = {NULL, 0};
    struct kith_record found;
    struct kith_record rule;
    uint64_t found_number = 0;
    uint64_t number = 0;
    size_t n = 0;
    enum kith_status status;

    (void)daemon;
    if (call_argument(call) != NULL)
        prefix = kith_record_bytes(call_argument(call), KITH_NOTICE_ARGS_RULE);
    do {
        status = next_rule(call, &number, &rule);
        if (status == KITH_OK && kith_id_begins(&rule.id, prefix) &&
            kith_record_value(&rule, KITH_NOTICE_RULE_ENDED, 0) == 0) {
            found = rule;
            found_number = number;
            n++;
        }
    } while (status == KITH_OK);
    if (status != KITH_NOT_FOUND)
        return status;
    if (n != 1)
        return call_fail(call, n == 0 ? KITH_NOT_FOUND : KITH_CONFLICT,
                         n == 0 ? "no_rule" : "unclear", "kith notify rules",
                         "%zu live rules have an id that begins so", n);
    status = notice_rule_end(&call->act, found_number, &found, &rule);
    return status == KITH_OK ? add_rule_row(call, &rule) : status;
}
