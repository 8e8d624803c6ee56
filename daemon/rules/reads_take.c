/* reads_take - what a partner says that its persons have read (reads.h).
 */
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement_life.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/reads.h"
#include "rules/verdict.h"
#include "store/logs.h"

/* Has LINK's partner ever signed with us that readings are told? One that was
 * read under an agreement that has ended since may come late. */
static bool are_agreed(const struct rules_cache *cache, uint32_t link)
{
    for (size_t i = 0; i < cache->n_agreements; i++) {
        const struct cached_agreement *agreement = &cache->agreements[i];

        if (agreement->link == link && agreement_has_both(&agreement->record) &&
            kith_record_value(&agreement->record, KITH_AGREEMENT_READS, 0) != 0)
            return true;
    }
    return false;
}

enum kith_status reads_take(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry)
{
    const struct kith_record *record = &body->record;
    const uint64_t revision =
        (uint64_t)kith_record_value(record, KITH_READ_REVISION, 0);
    struct kith_id item = {{0}}, person = {{0}};
    const struct rules_cache *cache;
    char text[KITH_ID_TEXT_SIZE];
    struct store_told told;
    struct store_head head;
    enum kith_status status = cache_get(act, &cache);

    if (status == KITH_OK && !are_agreed(cache, link->number)) {
        apply_reject(entry, APPLY_AGREEMENT);
        return KITH_OK;
    }
    if (status == KITH_OK)
        status =
            kith_record_octets(record, KITH_READ_ITEM, item.b, KITH_ID_LEN);
    if (status == KITH_OK)
        status =
            kith_record_octets(record, KITH_READ_PERSON, person.b, KITH_ID_LEN);
    if (status == KITH_OK)
        status = store_told_by_item(act->txn, link->number, &item, &told);
    if (status == KITH_NOT_FOUND ||
        (status == KITH_OK &&
         (revision == 0 || revision > told.item_revision))) {
        apply_reject(entry, APPLY_PLACE);
        return KITH_OK;
    }
    if (status == KITH_OK)
        status = store_head_by_id(act->txn, link->number, &person, &head);
    if (status == KITH_NOT_FOUND ||
        (status == KITH_OK && head.kind != KITH_KIND_PERSON)) {
        apply_reject(entry, APPLY_PARENT);
        return KITH_OK;
    }
    if (status != KITH_OK)
        return status;
    kith_id_text(&person, text);
    return audit_add(act, &(struct audit_line){.what = "item_read",
                                               .text = text,
                                               .link = link->number,
                                               .item = &item,
                                               .project = told.ref.project,
                                               .count = revision});
}
