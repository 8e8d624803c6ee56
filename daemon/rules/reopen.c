/* reopen - see the header. Not here: entries that just arrived (intake.c). */
#include "rules/reopen.h"

#include <string.h>

#include "kith/seal.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/logkeys.h"

enum kith_status reopen_entry(struct act *act, const struct store_link *link,
                              enum store_side side,
                              const struct store_entry *entry,
                              struct reopened *ret_opened)
{
    struct kith_sealed_entry sealed = {.sealed = entry->sealed};
    struct kith_origin origin;
    struct kith_bytes body;
    struct kith_ek ek;
    enum kith_status status;

    if (kith_entry_decode(entry->header, &ret_opened->header) != KITH_OK)
        return KITH_DAMAGED;
    if (!entry->has_ek || entry->sealed.len == 0)
        return KITH_UNREADABLE;
    status = kith_entry_check_sealed(&ret_opened->header, entry->sealed);
    if (status != KITH_OK)
        return KITH_DAMAGED;
    logkeys_origin(act, link, side, &origin);
    sealed.origin = &origin;
    sealed.header = &ret_opened->header;
    memcpy(ek.b, entry->ek.b, sizeof(ek.b));
    status = kith_open_entry(&sealed, &ek, &ret_opened->plain, &body);
    kith_wipe(&ek, sizeof(ek));
    if (status != KITH_OK)
        return status;
    return kith_body_decode(act->arena, body, &ret_opened->body);
}

enum kith_status reopen_at(struct act *act, const struct store_link *link,
                           const struct reopen_place *place,
                           struct store_entry *ret_entry,
                           struct reopened *ret_opened)
{
    const struct store_log_id log = logkeys_id(link, place->side);
    struct store_entry entry;
    enum kith_status status =
        store_entry_get(act->txn, &log, place->index, act->arena, &entry);

    if (status == KITH_OK)
        status = reopen_entry(act, link, place->side, &entry, ret_opened);
    kith_wipe(&entry.ek, sizeof(entry.ek));
    if (ret_entry != NULL && status == KITH_OK)
        *ret_entry = entry;
    return status;
}

void reopened_clear(struct reopened *opened)
{
    kith_plain_clear(&opened->plain);
    *opened = (struct reopened){0};
}
