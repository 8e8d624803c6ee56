/* slots - slot keys in memory, for the RAM twin.
 *
 * Not here: the slot file.
 */
#include "store/slots.h"

#include <sodium.h>
#include <stdlib.h>

struct slots {
    uint8_t (*keys)[SLOT_KEY]; /* owned; keys[0] is slot 1 */
    uint64_t drawn;
};

enum kith_status slots_new_ram(struct slots **ret_slots)
{
    struct slots *slots = calloc(1, sizeof(*slots));

    if (slots == NULL)
        return KITH_NOMEM;
    *ret_slots = slots;
    return KITH_OK;
}

void slots_close(struct slots **slots)
{
    if (slots == NULL || *slots == NULL)
        return;
    if ((*slots)->keys != NULL)
        sodium_memzero((*slots)->keys, (*slots)->drawn * SLOT_KEY);
    free((*slots)->keys);
    free(*slots);
    *slots = NULL;
}

uint64_t slots_drawn(const struct slots *slots)
{
    return slots->drawn;
}

enum kith_status slots_draw(struct slots *slots, uint64_t claimed,
                            uint64_t last)
{
    uint64_t total = 2 * last + SLOT_BLOCK;
    uint8_t(*keys)[SLOT_KEY] = NULL;

    (void)claimed;
    if (total > SIZE_MAX / SLOT_KEY)
        return KITH_NOMEM;
    keys = realloc(slots->keys, (size_t)total * SLOT_KEY);
    if (keys == NULL)
        return KITH_NOMEM;
    randombytes_buf(keys[slots->drawn],
                    (size_t)(total - slots->drawn) * SLOT_KEY);
    slots->keys = keys;
    slots->drawn = total;
    return KITH_OK;
}

enum kith_status slots_key(struct slots *slots, uint64_t slot,
                           uint8_t ret_key[SLOT_KEY])
{
    if (slot == 0 || slot > slots->drawn ||
        sodium_is_zero(slots->keys[slot - 1], SLOT_KEY))
        return KITH_NOT_FOUND;
    for (size_t i = 0; i < SLOT_KEY; i++)
        ret_key[i] = slots->keys[slot - 1][i];
    return KITH_OK;
}

enum kith_status slots_empty(struct slots *slots, const uint64_t *list,
                             size_t n, struct kith_error *err)
{
    (void)err;
    for (size_t i = 0; i < n; i++) {
        if (list[i] >= 1 && list[i] <= slots->drawn)
            sodium_memzero(slots->keys[list[i] - 1], SLOT_KEY);
    }
    return KITH_OK;
}

uint64_t slots_bytes(const struct slots *slots)
{
    return slots->drawn * SLOT_KEY;
}
