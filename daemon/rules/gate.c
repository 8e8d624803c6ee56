/* gate - the conditions of inv. 1, asked in a fixed order so that the first
 * one missing is named.
 *
 * Not here: what of a record a grant shows (view.c), what follows from an
 * answer (disclosure.c, pump.c).
 */
#include "rules/gate.h"

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/cache.h"
#include "rules/openness.h"

static bool kind_named(const struct cached_grant *grant, uint32_t kind)
{
    /* The project's own head and the grant are part of every grant. */
    return kind == KITH_KIND_PROJECT || kind == KITH_KIND_GRANT ||
           (kind < 64 && (grant->kinds >> kind & 1) != 0);
}

/* The newest live grant that names the kind rules. */
static enum gate_reason find_grant(const struct rules_cache *cache,
                                   const struct store_link *link,
                                   const struct gate_question *question,
                                   int32_t today,
                                   const struct cached_grant **ret_grant)
{
    const struct cached_grant *grants;
    size_t count = cache_project_grants(cache, question->project, &grants);
    enum gate_reason reason = GATE_NO_GRANT;
    size_t i;

    for (i = count; i-- > 0;) {
        if (grants[i].link != link->number ||
            !kind_named(&grants[i], question->kind))
            continue;
        if (!grants[i].ended && today >= grants[i].from_day &&
            today <= grants[i].until_day) {
            *ret_grant = &grants[i];
            return GATE_OPEN;
        }
        reason = GATE_GRANT_DATE;
    }
    return reason;
}

/* Fills PASS with GRANT: purpose, audience, what it hides. */
static enum kith_status take_grant(struct act *act,
                                   const struct cached_grant *grant,
                                   struct gate_pass *pass)
{
    const struct kith_record *record = &grant->record;
    struct kith_id *persons = NULL;
    size_t i, count = 0;
    enum kith_status status =
        openness_hide(act, pass->level, &grant->record, &record);

    if (status != KITH_OK)
        return status;

    for (i = 0; i < record->n_fields; i++)
        count += record->fields[i].number == KITH_GRANT_STATE_PERSONS;
    if (count != 0) {
        persons = kith_arena_alloc(act->arena, count * sizeof(*persons));
        if (persons == NULL)
            return KITH_NOMEM;
    }
    count = 0;
    for (i = 0; i < record->n_fields; i++) {
        const struct kith_field *field = &record->fields[i];
        size_t k;

        if (field->number != KITH_GRANT_STATE_PERSONS ||
            field->bytes.len != KITH_ID_LEN)
            continue;
        for (k = 0; k < KITH_ID_LEN; k++)
            persons[count].b[k] = field->bytes.data[k];
        count++;
    }
    pass->grant = grant->number;
    pass->grant_item = grant->item;
    pass->grant_state = record;
    pass->purpose = kith_record_bytes(record, KITH_GRANT_STATE_PURPOSE);
    pass->audience = (struct kith_audience){
        .bound = kith_record_value(record, KITH_GRANT_STATE_BOUND, 0) != 0,
        .persons = persons,
        .n_persons = count,
        .version = (uint64_t)kith_record_value(
            record, KITH_GRANT_STATE_AUDIENCE_VERSION, 1)};
    if (!pass->audience.bound && count == 0)
        pass->reason = GATE_NO_AUDIENCE;
    return KITH_OK;
}

/* An answer needs no grant of ours: it goes to the owner of what it answers,
 * and to all whom that company has bound to the project. */
static void pass_answer(const struct store_link *link,
                        const struct gate_question *question,
                        struct gate_pass *pass)
{
    if (question->answers_owner != link->number) {
        pass->reason = GATE_NOT_ASKED;
        return;
    }
    pass->purpose = kith_bytes_of("answer");
    pass->audience = (struct kith_audience){.bound = true, .version = 1};
}

static enum kith_status pass_grant(struct act *act,
                                   const struct store_link *link,
                                   const struct gate_question *question,
                                   struct gate_pass *pass)
{
    const struct cached_grant *grant = NULL;
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    pass->reason = find_grant(cache, link, question, act_today(act), &grant);
    if (pass->reason != GATE_OPEN)
        return KITH_OK;
    return take_grant(act, grant, pass);
}

struct kith_bytes gate_addressee(const struct kith_record *record)
{
    return record->kind == KITH_KIND_MESSAGE
               ? kith_record_bytes(record, KITH_MESSAGE_ADDRESSEE)
               : (struct kith_bytes){NULL, 0};
}

/* What binds everything that a partner is told: the partner and an agreement. */
static enum kith_status ask_partner(struct act *act,
                                    const struct store_link *link,
                                    enum gate_reason *ret_reason,
                                    struct kith_hash *ret_agreement)
{
    *ret_reason = GATE_OPEN;
    if (link->removed)
        *ret_reason = GATE_REMOVED;
    else if (!link->verified || !link->verified_by_partner)
        *ret_reason = GATE_UNVERIFIED;
    else
        return agreement_in_force(act, link->number, ret_reason, ret_agreement);
    return KITH_OK;
}

enum kith_status gate_partner(struct act *act, const struct store_link *link,
                              struct kith_hash *ret_agreement)
{
    enum gate_reason reason;
    enum kith_status status = ask_partner(act, link, &reason, ret_agreement);

    return status == KITH_OK && reason != GATE_OPEN
               ? gate_refuse(act, reason, link)
               : status;
}

/* What binds every project body besides: addressee, label, openness. */
static enum kith_status ask_common(struct act *act,
                                   const struct store_link *link,
                                   const struct gate_question *question,
                                   struct gate_pass *pass)
{
    enum kith_status status =
        ask_partner(act, link, &pass->reason, &pass->agreement);

    if (status == KITH_OK)
        status =
            openness_now(act, link->number, question->project, &pass->level);
    if (status != KITH_OK || pass->reason != GATE_OPEN)
        return status;
    if (question->addressee.len != 0 &&
        !kith_bytes_equal(
            question->addressee,
            (struct kith_bytes){link->company.b, KITH_COMPANY_ID_LEN}))
        pass->reason = GATE_NOT_ADDRESSED;
    else if (question->label == KITH_LABEL_NONE)
        pass->reason = GATE_LABEL_MISSING;
    else if (!openness_covers(pass->level, question->label, question->kind))
        pass->reason = GATE_OPENNESS;
    return KITH_OK;
}

enum kith_status gate_ask(struct act *act, const struct store_link *link,
                          const struct gate_question *question,
                          struct gate_pass *ret_pass)
{
    struct gate_pass pass = {.reason = GATE_OPEN};
    enum kith_status status = ask_common(act, link, question, &pass);

    if (status != KITH_OK)
        return status;
    if (pass.reason == GATE_OPEN) {
        if (question->answers_owner != 0)
            pass_answer(link, question, &pass);
        else
            status = pass_grant(act, link, question, &pass);
    }
    if (status == KITH_OK)
        *ret_pass = pass;
    return status;
}

/* The grant of LINK that was told as ITEM; NULL. */
static const struct cached_grant *find_told(const struct rules_cache *cache,
                                            uint32_t link,
                                            const struct kith_id *item)
{
    for (size_t i = 0; i < cache->n_grants; i++) {
        if (cache->grants[i].link == link &&
            kith_id_equal(&cache->grants[i].item, item))
            return &cache->grants[i];
    }
    return NULL;
}

enum kith_status gate_grant(struct act *act, const struct store_link *link,
                            const struct kith_record *grant,
                            struct gate_pass *ret_pass)
{
    struct gate_question question = {.kind = KITH_KIND_GRANT,
                                     .label = grant->label};
    const int32_t today = act_today(act);
    struct gate_pass pass = {.reason = GATE_OPEN};
    const struct cached_grant *row;
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    row = find_told(cache, link->number, &grant->id);
    question.project = row == NULL ? 0 : row->project;
    status = ask_common(act, link, &question, &pass);
    if (status != KITH_OK)
        return status;
    if (pass.reason == GATE_OPEN) {
        if (row == NULL)
            pass.reason = GATE_NO_GRANT;
        else if (row->ended || today < row->from_day || today > row->until_day)
            pass.reason = GATE_GRANT_DATE;
        else
            status = take_grant(act, row, &pass);
    }
    *ret_pass = pass;
    return status;
}

void gate_stamp(const struct gate_pass *pass, struct kith_body *body)
{
    body->agreement = pass->agreement;
    body->grant = pass->grant_item;
    body->purpose = pass->purpose;
    body->audience = pass->audience;
}
