/* cache - reads agreements, grants, persons and notice rules once.
 *
 * Not here: deciding anything (gate.c), changing anything.
 */
#include "rules/cache.h"

#include <stdlib.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "store/records.h"
#include "store/state.h"

enum {
    CACHE_BYTES_MAX = 64 * 1024 * 1024,
    FIRST_ROWS = 16
};

/* Makes room for one more row of SIZE bytes; the array lives in the arena, so
 * growing leaves the smaller one behind until the cache is dropped. */
static void *grow(struct kith_arena *arena, void *rows, size_t count,
                  size_t size)
{
    struct kith_bytes former = {rows, count * size};
    uint8_t *bigger;
    size_t i;

    if (count != 0 && (count < FIRST_ROWS || (count & (count - 1)) != 0))
        return rows;
    bigger = kith_arena_alloc(
        arena, (count < FIRST_ROWS ? FIRST_ROWS : 2 * count) * size);
    for (i = 0; bigger != NULL && i < former.len; i++)
        bigger[i] = former.data[i];
    return bigger;
}

static enum kith_status fill_agreements(struct act *act,
                                        struct rules_cache *cache)
{
    struct cached_agreement row = {0};
    enum kith_status status;

    for (;;) {
        status = store_state_next(act->txn, KITH_KIND_AGREEMENT, &row.number,
                                  cache->arena, &row.record);
        if (status != KITH_OK)
            break;
        cache->agreements = grow(cache->arena, cache->agreements,
                                 cache->n_agreements, sizeof(row));
        if (cache->agreements == NULL)
            return KITH_NOMEM;
        row.link =
            (uint32_t)kith_record_value(&row.record, KITH_AGREEMENT_PARTNER, 0);
        status = kith_record_octets(&row.record, KITH_AGREEMENT_TERMS_DIGEST,
                                    row.digest.b, KITH_HASH_LEN);
        if (status != KITH_OK)
            return KITH_DAMAGED;
        row.is_amendment =
            kith_record_octets(&row.record, KITH_AGREEMENT_AMENDS, row.amends.b,
                               KITH_HASH_LEN) == KITH_OK;
        cache->agreements[cache->n_agreements++] = row;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

uint64_t cache_kinds(const struct kith_record *grant)
{
    uint64_t kinds = 0;

    for (size_t i = 0; i < grant->n_fields; i++) {
        const struct kith_field *field = &grant->fields[i];

        if (field->number == KITH_GRANT_STATE_KINDS && field->value > 0 &&
            field->value < 64)
            kinds |= (uint64_t)1 << field->value;
    }
    return kinds;
}

static enum kith_status read_grant(struct act *act, struct cached_grant *row)
{
    struct store_head head;
    struct kith_id project;
    enum kith_status status;

    status = kith_record_octets(&row->record, KITH_GRANT_STATE_PROJECT,
                                project.b, KITH_ID_LEN);
    if (status == KITH_OK)
        status = store_head_by_id(act->txn, STORE_OWN, &project, &head);
    if (status == KITH_OK)
        status = kith_record_octets(&row->record, KITH_GRANT_STATE_ITEM,
                                    row->item.b, KITH_ID_LEN);
    if (status != KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
    row->project = head.ref.record;
    row->link =
        (uint32_t)kith_record_value(&row->record, KITH_GRANT_STATE_LINK, 0);
    row->kinds = cache_kinds(&row->record);
    row->from_day =
        kith_record_day(&row->record, KITH_GRANT_STATE_FROM, INT32_MIN);
    row->until_day =
        kith_record_day(&row->record, KITH_GRANT_STATE_UNTIL, INT32_MAX);
    row->ended =
        kith_record_value(&row->record, KITH_GRANT_STATE_ENDED, 0) != 0;
    return KITH_OK;
}

static int order_grants(const void *a, const void *b)
{
    const struct cached_grant *x = a, *y = b;

    if (x->project != y->project)
        return x->project < y->project ? -1 : 1;
    if (x->link != y->link)
        return x->link < y->link ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static enum kith_status fill_grants(struct act *act, struct rules_cache *cache)
{
    struct cached_grant row = {0};
    enum kith_status status;

    for (;;) {
        status = store_state_next(act->txn, KITH_KIND_GRANT_STATE, &row.number,
                                  cache->arena, &row.record);
        if (status != KITH_OK)
            break;
        cache->grants =
            grow(cache->arena, cache->grants, cache->n_grants, sizeof(row));
        if (cache->grants == NULL)
            return KITH_NOMEM;
        status = read_grant(act, &row);
        if (status != KITH_OK)
            return status;
        cache->grants[cache->n_grants++] = row;
    }
    if (status != KITH_NOT_FOUND)
        return status;
    if (cache->n_grants != 0)
        qsort(cache->grants, cache->n_grants, sizeof(row), order_grants);
    return KITH_OK;
}

static enum kith_status fill_persons(struct act *act, struct rules_cache *cache)
{
    struct cached_person row = {0};
    enum kith_status status;

    for (;;) {
        status = store_state_next(act->txn, KITH_KIND_PERSON_STATE, &row.number,
                                  cache->arena, &row.record);
        if (status != KITH_OK)
            break;
        cache->persons =
            grow(cache->arena, cache->persons, cache->n_persons, sizeof(row));
        if (cache->persons == NULL)
            return KITH_NOMEM;
        cache->persons[cache->n_persons++] = row;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status fill_notice_rules(struct act *act,
                                          struct rules_cache *cache)
{
    struct cached_rule row = {0};
    enum kith_status status;

    for (;;) {
        status = store_state_next(act->txn, KITH_KIND_NOTICE_RULE, &row.number,
                                  cache->arena, &row.record);
        if (status != KITH_OK)
            break;
        if (kith_record_value(&row.record, KITH_NOTICE_RULE_ENDED, 0) != 0)
            continue;
        cache->notice_rules = grow(cache->arena, cache->notice_rules,
                                   cache->n_notice_rules, sizeof(row));
        if (cache->notice_rules == NULL)
            return KITH_NOMEM;
        cache->notice_rules[cache->n_notice_rules++] = row;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status fill_openness(struct act *act,
                                      struct rules_cache *cache)
{
    struct cached_openness row = {0};
    enum kith_status status;

    for (;;) {
        status = store_state_next(act->txn, KITH_KIND_OPENNESS, &row.number,
                                  cache->arena, &row.record);
        if (status != KITH_OK)
            break;
        row.link =
            (uint32_t)kith_record_value(&row.record, KITH_OPENNESS_LINK, 0);
        row.project =
            (uint64_t)kith_record_value(&row.record, KITH_OPENNESS_PROJECT, 0);
        cache->openness =
            grow(cache->arena, cache->openness, cache->n_openness, sizeof(row));
        if (cache->openness == NULL)
            return KITH_NOMEM;
        cache->openness[cache->n_openness++] = row;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status fill_destructions(struct act *act,
                                          struct rules_cache *cache)
{
    struct cached_destruction row;
    struct kith_record record;
    uint64_t number = 0;
    enum kith_status status;

    for (;;) {
        status = store_state_next(act->txn, KITH_KIND_DESTRUCTION, &number,
                                  cache->arena, &record);
        if (status != KITH_OK)
            break;
        if (kith_record_value(&record, KITH_DESTRUCTION_OURS, 0) == 0 ||
            kith_record_value(&record, KITH_DESTRUCTION_STATE, 0) ==
                KITH_DESTRUCTION_DONE)
            continue;
        row.link =
            (uint32_t)kith_record_value(&record, KITH_DESTRUCTION_LINK, 0);
        row.until_day =
            kith_record_day(&record, KITH_DESTRUCTION_UNTIL, INT32_MAX);
        cache->destructions = grow(cache->arena, cache->destructions,
                                   cache->n_destructions, sizeof(row));
        if (cache->destructions == NULL)
            return KITH_NOMEM;
        cache->destructions[cache->n_destructions++] = row;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status fill(struct act *act, struct rules_cache *cache)
{
    enum kith_status status = fill_agreements(act, cache);

    if (status == KITH_OK)
        status = fill_grants(act, cache);
    if (status == KITH_OK)
        status = fill_persons(act, cache);
    if (status == KITH_OK)
        status = fill_notice_rules(act, cache);
    if (status == KITH_OK)
        status = fill_openness(act, cache);
    if (status == KITH_OK)
        status = fill_destructions(act, cache);
    return status;
}

enum kith_status cache_get(struct act *act,
                           const struct rules_cache **ret_cache)
{
    struct rules_cache *cache = act->company->cache;
    enum kith_status status;

    if (cache == NULL) {
        cache = calloc(1, sizeof(*cache));
        if (cache == NULL)
            return KITH_NOMEM;
        status = kith_arena_new(CACHE_BYTES_MAX, &cache->arena);
        if (status != KITH_OK) {
            free(cache);
            return status;
        }
        act->company->cache = cache;
    }
    if (!cache->filled) {
        status = fill(act, cache);
        if (status != KITH_OK) {
            cache_drop(act->company);
            return status;
        }
        cache->filled = true;
    }
    *ret_cache = cache;
    return KITH_OK;
}

void cache_drop(struct company *company)
{
    struct rules_cache *cache = company->cache;

    if (cache == NULL)
        return;
    kith_arena_reset(cache->arena);
    *cache = (struct rules_cache){.arena = cache->arena};
}

void cache_destroy(struct company *company)
{
    if (company->cache == NULL)
        return;
    kith_arena_destroy(&company->cache->arena);
    free(company->cache);
    company->cache = NULL;
}

bool cache_reaches(const struct kith_record *grant)
{
    return kith_record_value(grant, KITH_GRANT_STATE_BOUND, 0) != 0 ||
           kith_record_field(grant, KITH_GRANT_STATE_PERSONS) != NULL;
}

const struct cached_openness *cache_openness(const struct rules_cache *cache,
                                             uint32_t link, uint64_t project)
{
    for (size_t i = 0; i < cache->n_openness; i++) {
        if (cache->openness[i].link == link &&
            cache->openness[i].project == project)
            return &cache->openness[i];
    }
    return NULL;
}

bool cache_next_project(const struct rules_cache *cache, uint32_t link,
                        uint64_t *project)
{
    for (size_t i = 0; i < cache->n_grants; i++) {
        if (cache->grants[i].link != link ||
            cache->grants[i].project <= *project)
            continue;
        *project = cache->grants[i].project;
        return true;
    }
    return false;
}

size_t cache_project_grants(const struct rules_cache *cache, uint64_t project,
                            const struct cached_grant **ret_grants)
{
    size_t low = 0, high = cache->n_grants, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (cache->grants[middle].project < project)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < cache->n_grants; end++) {
        if (cache->grants[end].project != project)
            break;
    }
    /* Without any grant there is no array to point into. */
    *ret_grants = end == low ? NULL : cache->grants + low;
    return end - low;
}

const struct cached_agreement *cache_agreement(const struct rules_cache *cache,
                                               uint64_t number)
{
    size_t i;

    for (i = 0; i < cache->n_agreements; i++) {
        if (cache->agreements[i].number == number)
            return &cache->agreements[i];
    }
    return NULL;
}

const struct cached_person *cache_person(const struct rules_cache *cache,
                                         uint64_t number)
{
    size_t i;

    for (i = 0; i < cache->n_persons; i++) {
        if (cache->persons[i].number == number)
            return &cache->persons[i];
    }
    return NULL;
}
