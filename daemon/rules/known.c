/* known - see the header. */
#include "rules/known.h"

#include <string.h>

#include "rules/act.h"

bool known_by_text(const struct act *act, struct kith_bytes text, uint32_t kind,
                   struct store_head *ret_head)
{
    size_t i;

    for (i = 0; i < ACT_KNOWN && text.len > 0; i++) {
        const struct act_known *known = &act->known[i];

        if (known->text_len == text.len && known->asked_kind == kind &&
            memcmp(known->text, text.data, text.len) == 0) {
            *ret_head = known->head;
            return true;
        }
    }
    return false;
}

bool known_by_id(const struct act *act, const struct kith_id *id,
                 struct store_head *ret_head)
{
    size_t i;

    for (i = 0; i < ACT_KNOWN; i++) {
        const struct store_head *head = &act->known[i].head;

        if (head->ref.record != 0 && kith_id_equal(&head->id, id)) {
            *ret_head = *head;
            return true;
        }
    }
    return false;
}

bool known_by_ref(const struct act *act, const struct store_ref *ref,
                  struct store_head *ret_head)
{
    size_t i;

    for (i = 0; i < ACT_KNOWN; i++) {
        const struct store_head *head = &act->known[i].head;

        if (head->ref.record == ref->record && head->ref.owner == ref->owner &&
            ref->record != 0) {
            *ret_head = *head;
            return true;
        }
    }
    return false;
}

void known_add(struct act *act, struct kith_bytes text, uint32_t kind,
               const struct store_head *head)
{
    struct act_known *known = &act->known[act->next_known];

    if (head->ref.owner != STORE_OWN || text.len > sizeof(known->text))
        return;
    *known = (struct act_known){
        .head = *head, .asked_kind = kind, .text_len = text.len};
    if (text.len > 0)
        memcpy(known->text, text.data, text.len);
    act->next_known = (act->next_known + 1) % ACT_KNOWN;
}

void known_forget(struct act *act)
{
    memset(act->known, 0, sizeof(act->known));
}
