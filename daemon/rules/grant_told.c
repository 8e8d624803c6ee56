/* grant_told - see the header. Not here: adding, changing and ending grants
 * (grant.c, grant_change.c), what they let through (gate.c, view.c).
 */
#include "rules/grant_told.h"

#include <stdio.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/cache.h"
#include "rules/disclosure.h"
#include "rules/outbox.h"
#include "rules/view.h"
#include "store/state.h"

/* What a grant's state remembers of being told. */
struct marks {
    struct kith_record state;
    int64_t told; /* revision in this log, 0 not yet */
    bool untold;  /* the newest was held back */
};

static enum kith_status read_marks(struct act *act, uint64_t number,
                                   struct marks *ret_marks)
{
    enum kith_status status = store_state_get(
        act->txn, KITH_KIND_GRANT_STATE, number, act->arena, &ret_marks->state);

    if (status != KITH_OK)
        return status;
    ret_marks->told =
        kith_record_value(&ret_marks->state, KITH_GRANT_STATE_TOLD, 1);
    ret_marks->untold =
        kith_record_value(&ret_marks->state, KITH_GRANT_STATE_UNTOLD, 0) != 0;
    return KITH_OK;
}

static enum kith_status write_marks(struct act *act, uint64_t number,
                                    const struct marks *marks)
{
    static const uint32_t anew[] = {KITH_GRANT_STATE_TOLD,
                                    KITH_GRANT_STATE_UNTOLD};
    struct kith_record changed = {.kind = KITH_KIND_GRANT_STATE};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_without(&builder, act->arena, &marks->state, anew, 2);
    kith_build_number(&builder, KITH_GRANT_STATE_TOLD, marks->told);
    if (marks->untold)
        kith_build_number(&builder, KITH_GRANT_STATE_UNTOLD, 1);
    status = kith_build_finish(&builder, &changed);
    /* the cache keeps none of this, and whoever walks it goes on */
    return status == KITH_OK ? store_state_put(act->txn, KITH_KIND_GRANT_STATE,
                                               &number, &changed)
                             : status;
}

enum kith_status grant_told_next(struct act *act, uint64_t number,
                                 uint64_t *ret_revision)
{
    struct marks marks;
    enum kith_status status = read_marks(act, number, &marks);

    if (status == KITH_OK)
        *ret_revision = (uint64_t)marks.told + 1;
    return status;
}

enum kith_status grant_told_done(struct act *act, uint64_t number,
                                 uint64_t revision)
{
    struct marks marks;
    enum kith_status status = read_marks(act, number, &marks);

    if (status != KITH_OK)
        return status;
    marks.told = (int64_t)revision;
    marks.untold = false;
    return write_marks(act, number, &marks);
}

enum kith_status grant_told_missed(struct act *act, uint32_t link,
                                   const struct kith_record *grant,
                                   bool is_void)
{
    const struct rules_cache *cache;
    struct marks marks;
    enum kith_status status = cache_get(act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_grants; i++) {
        const struct cached_grant *row = &cache->grants[i];

        if (row->link != link || !kith_id_equal(&row->item, &grant->id))
            continue;
        status = read_marks(act, row->number, &marks);
        if (status != KITH_OK)
            return status;
        marks.untold = true;
        if (is_void && marks.told == (int64_t)grant->revision)
            marks.told--;
        return write_marks(act, row->number, &marks);
    }
    return status;
}

/* Names the visible fields of the granted kinds; hidden ones are not named. */
static void build_visible(struct kith_record_builder *builder,
                          const struct kith_record *state)
{
    const uint64_t kinds = cache_kinds(state);
    size_t i, k;

    for (i = 0; i < kith_kind_count(); i++) {
        const struct kith_kind_info *kind = kith_kind_at(i);

        if (kind->kind >= 64 || (kinds >> kind->kind & 1) == 0)
            continue;
        for (k = 0; k < kind->n_fields; k++) {
            char full[128];

            if (!view_shows(state, kind->kind, kind->fields[k].number))
                continue;
            snprintf(full, sizeof(full), "%s.%s", kind->name,
                     kind->fields[k].name);
            kith_build_text(builder, KITH_GRANT_FIELDS_VISIBLE,
                            kith_bytes_of(full));
        }
    }
}

/* Where a field of the state stands in the grant as told. */
static const struct {
    uint32_t state, told;
} shown[] = {
    {KITH_GRANT_STATE_PROJECT, KITH_GRANT_PROJECT},
    {KITH_GRANT_STATE_KINDS, KITH_GRANT_KINDS},
    {KITH_GRANT_STATE_PURPOSE, KITH_GRANT_PURPOSE},
    {KITH_GRANT_STATE_PERSONS, KITH_GRANT_PERSONS},
    {KITH_GRANT_STATE_BOUND, KITH_GRANT_BOUND},
    {KITH_GRANT_STATE_FROM, KITH_GRANT_FROM},
    {KITH_GRANT_STATE_UNTIL, KITH_GRANT_UNTIL},
};

enum kith_status grant_told_build(struct act *act,
                                  const struct kith_record *state,
                                  struct kith_record *ret_told)
{
    struct kith_record told = {.kind = KITH_KIND_GRANT,
                               .label = KITH_LABEL_CONFIDENTIAL};
    struct kith_record_builder builder;
    enum kith_status status;
    size_t i, k;

    if (kith_record_octets(state, KITH_GRANT_STATE_ITEM, told.id.b,
                           KITH_ID_LEN) != KITH_OK ||
        kith_record_octets(state, KITH_GRANT_STATE_PROJECT, told.project.b,
                           KITH_ID_LEN) != KITH_OK)
        return KITH_DAMAGED;
    kith_build_start(&builder, act->arena);
    for (i = 0; i < state->n_fields; i++) {
        for (k = 0; k < sizeof(shown) / sizeof(shown[0]); k++) {
            struct kith_field field = state->fields[i];

            if (field.number != shown[k].state)
                continue;
            field.number = shown[k].told;
            kith_build_field(&builder, &field);
        }
    }
    build_visible(&builder, state);
    status = kith_build_finish(&builder, &told);
    if (status == KITH_OK)
        *ret_told = told;
    return status;
}

/* Is grant NUMBER to be told now: ANEW, in a log that knows nothing of it, or
 * since it was held back? It counts as told from then on. */
static enum kith_status is_to_tell(struct act *act, uint64_t number, bool anew,
                                   bool *ret_tells)
{
    struct marks marks;
    enum kith_status status = read_marks(act, number, &marks);

    *ret_tells = anew || marks.untold;
    if (status != KITH_OK || !*ret_tells)
        return status;
    marks.untold = false;
    if (anew)
        marks.told = 0;
    return write_marks(act, number, &marks);
}

/* All projects of which a live grant shows LINK something; TELL: the grants are
 * told too, not only those that were held back. */
static enum kith_status settle(struct act *act, const struct store_link *link,
                               bool tell)
{
    const struct rules_cache *cache;
    uint64_t last = 0;
    enum kith_status status = cache_get(act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_grants; i++) {
        const struct cached_grant *grant = &cache->grants[i];
        struct disclosure_settling settling = {.only_queue = true};
        struct kith_record told;
        bool tells = false;

        if (grant->link != link->number || grant->ended)
            continue;
        status = is_to_tell(act, grant->number, tell, &tells);
        if (status == KITH_OK && tells)
            status = grant_told_build(act, &grant->record, &told);
        if (status != KITH_OK)
            break;
        settling.grant = tells ? &told : NULL;
        if (grant->project != last)
            status =
                disclosure_settle(act, link, grant->project, &settling, NULL);
        else if (tells) /* a second one, behind the project's own record too */
            status = outbox_add(act, link, OUTBOX_GRANT, &told);
        last = grant->project;
    }
    return status;
}

/* *ret_open: an agreement is in force. */
static enum kith_status is_open(struct act *act, const struct store_link *link,
                                bool *ret_open)
{
    enum gate_reason reason;
    struct kith_hash digest;
    enum kith_status status =
        agreement_in_force(act, link->number, &reason, &digest);

    *ret_open = status == KITH_OK && reason == GATE_OPEN;
    return status;
}

enum kith_status grant_settle(struct act *act, const struct store_link *link)
{
    bool open = false;
    enum kith_status status = is_open(act, link, &open);

    if (status == KITH_OK && open)
        status = settle(act, link, false);
    return status == KITH_OK && open ? disclosure_settle_answers(act, link)
                                     : status;
}

enum kith_status grant_tell_again(struct act *act,
                                  const struct store_link *link)
{
    bool open = false;
    enum kith_status status = is_open(act, link, &open);

    if (status == KITH_OK && open)
        status = settle(act, link, true);
    return status == KITH_OK && open ? disclosure_settle_answers(act, link)
                                     : status;
}
