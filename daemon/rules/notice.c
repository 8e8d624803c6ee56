/* notice - holds each rule against a revision that came in.
 *
 * A notice names kind, partner, item and due date, never posted text. Not
 * here: delivery (core, kith-notify).
 */
#include "rules/notice.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/act.h"
#include "rules/cache.h"
#include "rules/reopen.h"
#include "rules/resolve.h"
#include "store/logs.h"
#include "store/records.h"
#include "store/state.h"

/* The revision that rules are held against. */
struct news {
    const struct store_link *link;
    const struct store_head *head;
    const struct kith_body *body;
    uint64_t before;
};

/* "partner:name" of the project that the news are of, in PATH of SIZE bytes; a
 * project's own news bring its name along. */
static enum kith_status project_path(struct act *act, const struct news *news,
                                     char *path, size_t size)
{
    const struct store_ref ref = {news->head->ref.owner, 0,
                                  news->head->ref.project};
    struct store_head project;
    struct kith_bytes name;
    enum kith_status status;

    if (news->head->kind == KITH_KIND_PROJECT) {
        name = kith_record_bytes(&news->body->record, KITH_PROJECT_NAME);
        snprintf(path, size, "%s:%.*s", news->link->alias, (int)name.len,
                 name.data != NULL ? (const char *)name.data : "");
        return KITH_OK;
    }
    if (ref.record == 0)
        return KITH_NOT_FOUND;
    status = store_head_get(act->txn, &ref, &project);
    return status == KITH_OK ? resolve_path(act, &project, path, size) : status;
}

static enum kith_status fits_project(struct act *act, const struct news *news,
                                     struct kith_bytes wanted, bool *ret_fits)
{
    char path[4 * KITH_NAME_MAX];
    const char *name;
    enum kith_status status = project_path(act, news, path, sizeof(path));

    *ret_fits = false;
    if (status != KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    name = strchr(path, ':');
    *ret_fits = kith_bytes_is(wanted, path) ||
                (name != NULL && kith_bytes_is(wanted, name + 1));
    return KITH_OK;
}

static const struct kith_field *planned_day(const struct kith_record *record)
{
    const struct kith_field *planned =
        record->kind == KITH_KIND_MILESTONE
            ? kith_record_field(record, KITH_MILESTONE_PLANNED)
            : NULL;

    return planned != NULL && planned->when.kind == KITH_WHEN_DATE ? planned
                                                                   : NULL;
}

/* Has the planned day moved by at least DAYS, either way? */
static enum kith_status fits_slip(struct act *act, const struct news *news,
                                  int64_t days, bool *ret_fits)
{
    const struct kith_field *planned = planned_day(&news->body->record);
    const struct kith_field *former;
    struct reopened opened = {0};
    enum kith_status status = KITH_OK;

    *ret_fits = days == 0;
    if (days == 0 || planned == NULL || news->before == 0) {
        *ret_fits = days == 0;
        return KITH_OK;
    }
    status = reopen_at(act, news->link,
                       &(struct reopen_place){STORE_IN, news->before - 1}, NULL,
                       &opened);
    if (status == KITH_OK) {
        former = planned_day(&opened.body.record);
        *ret_fits = former != NULL && llabs((long long)planned->when.from_day -
                                            former->when.from_day) >= days;
    }
    reopened_clear(&opened);
    return status == KITH_UNREADABLE ? KITH_OK : status;
}

/* May the person of RULE read it? A notice, too, says that there is an item
 * (inv. 6). A rule of nobody is the daemon's. */
static enum kith_status fits_person(struct act *act, const struct news *news,
                                    const struct kith_record *rule,
                                    bool *ret_fits)
{
    const struct kith_bytes wanted =
        kith_record_bytes(rule, KITH_NOTICE_RULE_PERSON);
    const struct rules_cache *cache;
    struct act reader = *act;
    enum kith_status status = cache_get(act, &cache);
    size_t i;

    if (status != KITH_OK || wanted.len == 0)
        return status;
    *ret_fits = false;
    for (i = 0; i < cache->n_persons; i++) {
        const struct kith_id *id = &cache->persons[i].record.id;

        if (!kith_bytes_equal(wanted, (struct kith_bytes){id->b, KITH_ID_LEN}))
            continue;
        reader.person = cache->persons[i].number;
        status = access_ask(&reader, news->head, news->body);
        *ret_fits = status == KITH_OK;
        return status == KITH_NOT_FOUND || status == KITH_UNREADABLE ? KITH_OK
                                                                     : status;
    }
    return KITH_OK;
}

static enum kith_status fits(struct act *act, const struct news *news,
                             const struct kith_record *rule, bool *ret_fits)
{
    const struct kith_bytes partner =
        kith_record_bytes(rule, KITH_NOTICE_RULE_PARTNER);
    const struct kith_bytes kind =
        kith_record_bytes(rule, KITH_NOTICE_RULE_KIND);
    const struct kith_bytes project =
        kith_record_bytes(rule, KITH_NOTICE_RULE_PROJECT);
    enum kith_status status = KITH_OK;

    *ret_fits =
        kith_record_value(rule, KITH_NOTICE_RULE_ENDED, 0) == 0 &&
        (partner.len == 0 || kith_bytes_is(partner, news->link->alias)) &&
        (kind.len == 0 ||
         kith_bytes_is(kind, kith_kind_info(news->head->kind)->name));
    if (*ret_fits && project.len != 0)
        status = fits_project(act, news, project, ret_fits);
    if (status == KITH_OK && *ret_fits)
        status = fits_slip(
            act, news, kith_record_value(rule, KITH_NOTICE_RULE_SLIP_DAYS, 0),
            ret_fits);
    if (status == KITH_OK && *ret_fits)
        status = fits_person(act, news, rule, ret_fits);
    return status;
}

/* The same revision under the same rule has the same id, for good: whoever
 * gets it twice can tell. */
static struct kith_id notice_id(const struct news *news, uint64_t rule)
{
    struct kith_id id;
    uint64_t parts[2] = {rule, news->head->revision};
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, KITH_ID_LEN);
    crypto_generichash_update(&state, news->head->id.b, KITH_ID_LEN);
    crypto_generichash_update(&state, (const unsigned char *)parts,
                              sizeof(parts));
    crypto_generichash_final(&state, id.b, KITH_ID_LEN);
    return id;
}

/* Does RULE ask for whatever is news of the partner ALIAS? One that names a
 * project, a kind of record or a slip asks for less. */
static bool asks_for_all(const struct rules_cache *cache,
                         const struct kith_record *rule, const char *alias)
{
    const struct kith_bytes partner =
        kith_record_bytes(rule, KITH_NOTICE_RULE_PARTNER);
    const struct kith_bytes person =
        kith_record_bytes(rule, KITH_NOTICE_RULE_PERSON);
    bool known = person.len == 0;
    size_t i;

    for (i = 0; !known && i < cache->n_persons; i++)
        known = kith_bytes_equal(
            person,
            (struct kith_bytes){cache->persons[i].record.id.b, KITH_ID_LEN});
    return known && (partner.len == 0 || kith_bytes_is(partner, alias)) &&
           kith_record_field(rule, KITH_NOTICE_RULE_KIND) == NULL &&
           kith_record_field(rule, KITH_NOTICE_RULE_PROJECT) == NULL &&
           kith_record_value(rule, KITH_NOTICE_RULE_SLIP_DAYS, 0) == 0;
}

/* Was CHANNEL told already, by the inbox or by a rule before rule N? */
static bool is_told(const struct rules_cache *cache, size_t n,
                    const char *alias, struct kith_bytes channel)
{
    size_t i;

    if (kith_bytes_is(channel, NOTICE_INBOX))
        return true;
    for (i = 0; i < n; i++) {
        const struct kith_record *rule = &cache->notice_rules[i].record;

        if (asks_for_all(cache, rule, alias) &&
            kith_bytes_equal(kith_record_bytes(rule, KITH_NOTICE_RULE_CHANNEL),
                             channel))
            return true;
    }
    return false;
}

/* One notice a channel: each is delivered under an id of its own. */
static enum kith_status put_words(struct act *act,
                                  const struct notice_words *words,
                                  struct kith_bytes channel)
{
    const struct kith_when due = {.kind = KITH_WHEN_DATE,
                                  .from_day = words->due_day};
    struct kith_record record = {.kind = KITH_KIND_NOTICE};
    struct kith_record_builder builder;
    crypto_generichash_state state;
    uint64_t number = 0;
    enum kith_status status;

    crypto_generichash_init(&state, NULL, 0, KITH_ID_LEN);
    crypto_generichash_update(&state, words->id.b, KITH_ID_LEN);
    crypto_generichash_update(&state, channel.data, channel.len);
    crypto_generichash_final(&state, record.id.b, KITH_ID_LEN);
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_NOTICE_CHANNEL, channel);
    kith_build_number(&builder, KITH_NOTICE_LINK, words->link->number);
    kith_build_text(&builder, KITH_NOTICE_KIND, kith_bytes_of(words->about));
    kith_build_text(&builder, KITH_NOTICE_PARTNER,
                    kith_bytes_of(words->link->alias));
    kith_build_when(&builder, KITH_NOTICE_DUE, &due);
    kith_build_text(&builder, KITH_NOTICE_TEXT, kith_bytes_of(words->text));
    kith_build_number(&builder, KITH_NOTICE_AT, act->now);
    kith_build_choice(&builder, KITH_NOTICE_STATE, KITH_NOTICE_WAITING);
    status = kith_build_finish(&builder, &record);
    return status == KITH_OK
               ? store_state_put(act->txn, KITH_KIND_NOTICE, &number, &record)
               : status;
}

enum kith_status notice_tell(struct act *act, const struct notice_words *words)
{
    const char *alias = words->link->alias;
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);
    size_t i;

    if (status == KITH_OK)
        status = put_words(act, words, kith_bytes_of(NOTICE_INBOX));
    for (i = 0; status == KITH_OK && i < cache->n_notice_rules; i++) {
        const struct kith_record *rule = &cache->notice_rules[i].record;
        const struct kith_bytes channel =
            kith_record_bytes(rule, KITH_NOTICE_RULE_CHANNEL);

        if (asks_for_all(cache, rule, alias) &&
            !is_told(cache, i, alias, channel))
            status = put_words(act, words, channel);
    }
    return status;
}

static enum kith_status add(struct act *act, const struct news *news,
                            uint64_t rule_number,
                            const struct kith_record *rule)
{
    const struct kith_field *due =
        news->head->kind == KITH_KIND_MESSAGE
            ? kith_record_field(&news->body->record, KITH_MESSAGE_DUE)
            : NULL;
    struct kith_record record = {.kind = KITH_KIND_NOTICE,
                                 .id = notice_id(news, rule_number)};
    struct kith_record_builder builder;
    uint64_t number = 0;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_NOTICE_CHANNEL,
                    kith_record_bytes(rule, KITH_NOTICE_RULE_CHANNEL));
    kith_build_octets(&builder, KITH_NOTICE_ITEM, news->head->id.b,
                      KITH_ID_LEN);
    kith_build_number(&builder, KITH_NOTICE_LINK, news->link->number);
    kith_build_text(&builder, KITH_NOTICE_KIND,
                    kith_bytes_of(kith_kind_info(news->head->kind)->name));
    kith_build_text(&builder, KITH_NOTICE_PARTNER,
                    kith_bytes_of(news->link->alias));
    if (due != NULL)
        kith_build_when(&builder, KITH_NOTICE_DUE, &due->when);
    kith_build_number(&builder, KITH_NOTICE_AT, act->now);
    kith_build_choice(&builder, KITH_NOTICE_STATE, KITH_NOTICE_WAITING);
    status = kith_build_finish(&builder, &record);
    if (status != KITH_OK)
        return status;
    return store_state_put(act->txn, KITH_KIND_NOTICE, &number, &record);
}

enum kith_status notice_consider(struct act *act, const struct store_link *link,
                                 const struct store_head *head,
                                 const struct kith_body *body, uint64_t before)
{
    const struct news news = {link, head, body, before};
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);
    size_t i;

    if (kith_kind_info(head->kind)->family != KITH_FAMILY_BUSINESS)
        return status;
    for (i = 0; status == KITH_OK && i < cache->n_notice_rules; i++) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);
        const struct cached_rule *rule = &cache->notice_rules[i];
        bool fit;

        status = fits(act, &news, &rule->record, &fit);
        if (status == KITH_OK && fit)
            status = add(act, &news, rule->number, &rule->record);
        kith_arena_rewind(act->arena, mark);
    }
    return status;
}
