/* openness - see the header. Not here: changing a level (openness_change.c).
 */
#include "rules/openness.h"

#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/cache.h"

#define KIND(name) (UINT64_C(1) << KITH_KIND_##name)

static const char *const nothing[] = {NULL};
static const char *const of_outline[] = {"project.market",
                                         "generation.codename",
                                         "generation.design_revision", NULL};
static const char *const of_plan[] = {"milestone.build_qty", NULL};

/* A grant is told at every level but the lowest: it names no secret. */
static const struct openness_level levels[] = {
    {KITH_OPENNESS_CLOSED, 0, KITH_LABEL_NONE, nothing},
    {KITH_OPENNESS_OUTLINE,
     KIND(PROJECT) | KIND(GENERATION) | KIND(ANSWER) | KIND(GRANT),
     KITH_LABEL_INTERNAL, of_outline},
    {KITH_OPENNESS_PLAN,
     KIND(PROJECT) | KIND(GENERATION) | KIND(MILESTONE) | KIND(MESSAGE) |
         KIND(ANSWER) | KIND(GRANT),
     KITH_LABEL_CONFIDENTIAL, of_plan},
    {KITH_OPENNESS_FULL, UINT64_MAX, KITH_LABEL_CONFIDENTIAL, nothing},
    {KITH_OPENNESS_STRICT, UINT64_MAX, KITH_LABEL_STRICT, nothing},
};

const struct openness_level *openness_of(enum kith_openness_level level)
{
    const size_t n = sizeof(levels) / sizeof(levels[0]);

    for (size_t i = 0; i < n; i++) {
        if (levels[i].level == level)
            return &levels[i];
    }
    return &levels[0]; /* a level that this version does not know */
}

/* The level in ROW; 0: only asked for, or no row. */
static int64_t level_in(const struct cached_openness *row)
{
    return row == NULL
               ? 0
               : kith_record_value(&row->record, KITH_OPENNESS_LEVEL, 0);
}

enum kith_openness_level openness_set(const struct rules_cache *cache,
                                      uint32_t link, uint64_t project)
{
    int64_t level = level_in(cache_openness(cache, link, project));

    if (level == 0)
        level = level_in(cache_openness(cache, link, 0));
    return level == 0 ? KITH_OPENNESS_FULL : (enum kith_openness_level)level;
}

bool openness_is_capped(const struct rules_cache *cache, uint32_t link,
                        int32_t day)
{
    for (size_t i = 0; i < cache->n_destructions; i++) {
        if (cache->destructions[i].link == link &&
            cache->destructions[i].until_day < day)
            return true;
    }
    return false;
}

enum kith_status openness_now(struct act *act, uint32_t link, uint64_t project,
                              const struct openness_level **ret_level)
{
    const struct rules_cache *cache;
    enum kith_openness_level level;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    level = openness_set(cache, link, project);
    if (level > KITH_OPENNESS_OUTLINE &&
        openness_is_capped(cache, link, act_today(act)))
        level = KITH_OPENNESS_OUTLINE;
    *ret_level = openness_of(level);
    return KITH_OK;
}

bool openness_covers(const struct openness_level *level, enum kith_label label,
                     uint32_t kind)
{
    const struct kith_kind_info *info = kith_kind_info(kind);

    if (info == NULL || info->family != KITH_FAMILY_BUSINESS || kind >= 64 ||
        (level->kinds >> kind & 1) == 0 || label < KITH_LABEL_PUBLIC)
        return false;
    return label <= level->label ||
           (kind == KITH_KIND_GRANT && label <= KITH_LABEL_CONFIDENTIAL);
}

enum kith_status openness_hide(struct act *act,
                               const struct openness_level *level,
                               const struct kith_record *grant,
                               const struct kith_record **ret_grant)
{
    struct kith_record_builder builder;
    struct kith_record *narrower;
    enum kith_status status;

    *ret_grant = grant;
    if (level->hidden[0] == NULL)
        return KITH_OK;
    narrower = kith_arena_alloc(act->arena, sizeof(*narrower));
    if (narrower == NULL)
        return KITH_NOMEM;
    *narrower = *grant;
    kith_build_from(&builder, act->arena, grant, 0);
    for (size_t i = 0; level->hidden[i] != NULL; i++)
        kith_build_text(&builder, KITH_GRANT_STATE_HIDDEN,
                        kith_bytes_of(level->hidden[i]));
    status = kith_build_finish(&builder, narrower);
    if (status == KITH_OK)
        *ret_grant = narrower;
    return status;
}
