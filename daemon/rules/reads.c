/* reads - see the header. Not here: who may read (access.c), what the operator
 * sees of it (core/decided.c), what a partner tells (reads_take.c).
 */
#include "rules/reads.h"

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement_life.h"
#include "rules/announced.h"
#include "rules/cache.h"
#include "rules/outbox.h"
#include "store/logs.h"

/* The id under which LINK's partner knows the person of ACT. */
static bool find_person(const struct act *act, const struct rules_cache *cache,
                        uint32_t link, struct kith_id *ret_id)
{
    const struct cached_person *person = cache_person(cache, act->person);
    struct announced announced;

    for (size_t i = 0;
         person != NULL && announced_at(&person->record, i, &announced); i++) {
        if (announced.link == link) {
            *ret_id = announced.person;
            return true;
        }
    }
    return false;
}

enum kith_status reads_tell(struct act *act, const struct store_head *head,
                            uint64_t revision,
                            const struct kith_hash *agreement)
{
    struct kith_record record = {.kind = KITH_KIND_READ};
    const struct cached_agreement *agreed;
    struct kith_record_builder builder;
    const struct rules_cache *cache;
    struct store_link link;
    struct kith_id person;
    enum kith_status status;

    /* how long and to whom is no item: its owner keeps no place for it */
    if (head->kind == KITH_KIND_GRANT)
        return KITH_OK;
    status = cache_get(act, &cache);
    if (status != KITH_OK)
        return status;
    agreed = agreement_by_digest(cache, head->ref.owner, agreement);
    if (agreed == NULL ||
        kith_record_value(&agreed->record, KITH_AGREEMENT_READS, 0) == 0 ||
        !find_person(act, cache, head->ref.owner, &person))
        return KITH_OK;
    status = store_link_get(act->txn, head->ref.owner, &link);
    if (status != KITH_OK)
        return status;
    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_READ_ITEM, head->id.b, KITH_ID_LEN);
    kith_build_number(&builder, KITH_READ_REVISION, (int64_t)revision);
    kith_build_octets(&builder, KITH_READ_PERSON, person.b, KITH_ID_LEN);
    status = kith_build_finish(&builder, &record);
    return status == KITH_OK ? outbox_add(act, &link, OUTBOX_DUTY, &record)
                             : status;
}
