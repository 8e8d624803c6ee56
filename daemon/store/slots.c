/* slots - slot keys by number: from memory, or from the slot file through a
 * small cache of opened blocks in locked memory.
 *
 * Not here: the file (slot_file.c), which slots are in use (txn.c).
 */
#include "store/slots.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t emptied[SLOT_KEY];

struct slot_cache {
    uint64_t block; /* number + 1; 0: empty */
    uint8_t keys[SLOT_BLOCK_LEN];
};

struct slots {
    struct slot_file *file;    /* owned; NULL: in memory */
    struct slot_cache *cache;  /* owned, SLOT_CACHE of them; with a file */
    uint8_t (*keys)[SLOT_KEY]; /* owned; without a file; keys[0] is slot 1 */
    uint64_t drawn;            /* without a file */
};

enum kith_status slots_new_ram(struct slots **ret_slots)
{
    struct slots *slots = calloc(1, sizeof(*slots));

    if (slots == NULL)
        return KITH_NOMEM;
    *ret_slots = slots;
    return KITH_OK;
}

enum kith_status slots_open(const char *folder,
                            const uint8_t master_key[SLOT_KEY], bool read_only,
                            struct slots **ret_slots, struct kith_error *err)
{
    struct slots *slots = calloc(1, sizeof(*slots));
    enum kith_status status = KITH_NOMEM;

    if (slots == NULL)
        return KITH_NOMEM;
    slots->cache = sodium_allocarray(SLOT_CACHE, sizeof(*slots->cache));
    if (slots->cache != NULL) {
        memset(slots->cache, 0, SLOT_CACHE * sizeof(*slots->cache));
        status =
            slot_file_open(folder, master_key, read_only, &slots->file, err);
    }
    if (status == KITH_OK && !read_only)
        status = slot_file_settle(slots->file);
    if (status == KITH_OK)
        *ret_slots = slots;
    else
        slots_close(&slots);
    return status;
}

void slots_close(struct slots **slots)
{
    if (slots == NULL || *slots == NULL)
        return;
    slot_file_close(&(*slots)->file);
    sodium_free((*slots)->cache);
    if ((*slots)->keys != NULL)
        sodium_memzero((*slots)->keys, (*slots)->drawn * SLOT_KEY);
    free((*slots)->keys);
    free(*slots);
    *slots = NULL;
}

uint64_t slots_drawn(const struct slots *slots)
{
    return slots->file != NULL ? slot_file_blocks(slots->file) * SLOT_BLOCK
                               : slots->drawn;
}

static enum kith_status draw_ram(struct slots *slots, uint64_t last)
{
    uint64_t total = 2 * last + SLOT_BLOCK;
    uint8_t(*keys)[SLOT_KEY] = NULL;

    if (last <= slots->drawn)
        return KITH_OK;
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

/* The opened keys of BLOCK, through the cache. */
static enum kith_status find_block(struct slots *slots, uint64_t block,
                                   const uint8_t **ret_keys)
{
    struct slot_cache *cache = &slots->cache[block % SLOT_CACHE];
    enum kith_status status = KITH_OK;

    if (cache->block != block + 1) {
        cache->block = 0;
        status = slot_file_read(slots->file, block, cache->keys);
        if (status == KITH_OK)
            cache->block = block + 1;
    }
    if (status == KITH_OK)
        *ret_keys = cache->keys;
    return status;
}

enum kith_status slots_draw(struct slots *slots, uint64_t claimed,
                            uint64_t last)
{
    uint64_t block = (last - 1) / SLOT_BLOCK;
    const uint8_t *keys = NULL;
    enum kith_status status = KITH_OK;

    if (slots->file == NULL)
        return draw_ram(slots, last);
    if (last > slots_drawn(slots)) {
        uint64_t first = slot_file_blocks(slots->file);

        return slot_file_draw(slots->file, first,
                              block - first + SLOT_AHEAD / SLOT_BLOCK);
    }
    status = find_block(slots, block, &keys);
    if (status == KITH_DAMAGED && claimed <= block * SLOT_BLOCK)
        status = slot_file_draw(slots->file, block, 1);
    return status;
}

enum kith_status slots_key(struct slots *slots, uint64_t slot,
                           uint8_t ret_key[SLOT_KEY])
{
    const uint8_t *key = NULL;
    enum kith_status status = KITH_OK;

    if (slot == 0 || slot > slots_drawn(slots))
        return KITH_NOT_FOUND;
    if (slots->file == NULL) {
        key = slots->keys[slot - 1];
    } else {
        status = find_block(slots, (slot - 1) / SLOT_BLOCK, &key);
        if (status != KITH_OK)
            return status;
        key += (slot - 1) % SLOT_BLOCK * SLOT_KEY;
    }
    if (memcmp(key, emptied, SLOT_KEY) == 0)
        return KITH_NOT_FOUND;
    memcpy(ret_key, key, SLOT_KEY);
    return KITH_OK;
}

enum kith_status slots_empty(struct slots *slots, const uint64_t *list,
                             size_t n, uint64_t claimed)
{
    if (slots->file != NULL) {
        sodium_memzero(slots->cache, SLOT_CACHE * sizeof(*slots->cache));
        return slot_file_rewrite(slots->file, list, n,
                                 (claimed + SLOT_BLOCK - 1) / SLOT_BLOCK);
    }
    for (size_t i = 0; i < n; i++) {
        if (list[i] >= 1 && list[i] <= slots->drawn)
            sodium_memzero(slots->keys[list[i] - 1], SLOT_KEY);
    }
    return KITH_OK;
}

uint64_t slots_bytes(const struct slots *slots)
{
    return slots->file != NULL ? slot_file_bytes(slots->file)
                               : slots->drawn * SLOT_KEY;
}
