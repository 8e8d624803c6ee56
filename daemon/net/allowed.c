/* allowed - the allow-list: which transport key is which partner's.
 *
 * Not here: cutting the sessions of a key that goes (net.c).
 */
#include "net/allowed.h"

#include <stdlib.h>

#include <uthash.h>

struct entry;

struct slot {
    struct kith_key key;
    struct entry *entry; /* whose it is; NULL: the slot is free */
    UT_hash_handle hh;
};

struct entry {
    uint32_t partner;
    struct slot newest, former;
    uint32_t handshakes; /* since window_ms, with the first that was refused */
    int64_t window_ms;
    bool often; /* one was refused, and nobody was told yet */
    UT_hash_handle hh;
};

struct allowed {
    struct entry *by_partner;
    struct slot *by_key;
    size_t partners_max;
    size_t n_often; /* entries with often */
};

enum kith_status allowed_new(size_t partners_max, struct allowed **ret_allowed)
{
    struct allowed *allowed = calloc(1, sizeof(*allowed));

    if (allowed == NULL)
        return KITH_NOMEM;
    allowed->partners_max = partners_max;
    *ret_allowed = allowed;
    return KITH_OK;
}

static struct entry *find_partner(const struct allowed *allowed,
                                  uint32_t partner)
{
    struct entry *entry = NULL;

    HASH_FIND(hh, allowed->by_partner, &partner, sizeof(partner), entry);
    return entry;
}

static struct entry *find_key(const struct allowed *allowed,
                              const struct kith_key *key)
{
    struct slot *slot = NULL;

    HASH_FIND(hh, allowed->by_key, key->b, sizeof(key->b), slot);
    return slot != NULL ? slot->entry : NULL;
}

static void empty(struct allowed *allowed, struct slot *slot)
{
    if (slot->entry != NULL)
        HASH_DELETE(hh, allowed->by_key, slot);
    slot->entry = NULL;
}

static void fill(struct allowed *allowed, struct entry *entry,
                 struct slot *slot, const struct kith_key *key)
{
    slot->key = *key;
    slot->entry = entry;
    HASH_ADD(hh, allowed->by_key, key, sizeof(slot->key), slot);
}

static void drop(struct allowed *allowed, struct entry *entry)
{
    if (entry->often)
        allowed->n_often--;
    empty(allowed, &entry->newest);
    empty(allowed, &entry->former);
    HASH_DELETE(hh, allowed->by_partner, entry);
    free(entry);
}

void allowed_destroy(struct allowed **allowed)
{
    if (*allowed == NULL)
        return;
    while ((*allowed)->by_partner != NULL)
        drop(*allowed, (*allowed)->by_partner);
    free(*allowed);
    *allowed = NULL;
}

enum kith_status allowed_put(struct allowed *allowed, uint32_t partner,
                             const struct kith_key *key,
                             const struct kith_key *former)
{
    const struct entry *owner = find_key(allowed, key);
    const struct entry *second =
        former != NULL ? find_key(allowed, former) : NULL;
    struct entry *entry = find_partner(allowed, partner);

    if ((owner != NULL && owner != entry) ||
        (second != NULL && second != entry))
        return KITH_CONFLICT;
    if (entry == NULL &&
        HASH_COUNT(allowed->by_partner) >= allowed->partners_max)
        return KITH_LIMIT;
    if (entry == NULL) {
        entry = calloc(1, sizeof(*entry));
        if (entry == NULL)
            return KITH_NOMEM;
        entry->partner = partner;
        HASH_ADD(hh, allowed->by_partner, partner, sizeof(partner), entry);
    }
    empty(allowed, &entry->newest);
    empty(allowed, &entry->former);
    fill(allowed, entry, &entry->newest, key);
    if (former != NULL && !kith_key_equal(former, key))
        fill(allowed, entry, &entry->former, former);
    return KITH_OK;
}

void allowed_remove(struct allowed *allowed, uint32_t partner)
{
    struct entry *entry = find_partner(allowed, partner);

    if (entry != NULL)
        drop(allowed, entry);
}

uint32_t allowed_partner(const struct allowed *allowed,
                         const struct kith_key *key)
{
    const struct entry *entry = find_key(allowed, key);

    return entry != NULL ? entry->partner : 0;
}

const struct kith_key *allowed_key(const struct allowed *allowed,
                                   uint32_t partner)
{
    const struct entry *entry = find_partner(allowed, partner);

    return entry != NULL ? &entry->newest.key : NULL;
}

const struct kith_key *allowed_former(const struct allowed *allowed,
                                      uint32_t partner)
{
    const struct entry *entry = find_partner(allowed, partner);

    return entry != NULL && entry->former.entry != NULL ? &entry->former.key
                                                        : NULL;
}

bool allowed_handshake(struct allowed *allowed, uint32_t partner,
                       int64_t now_ms)
{
    struct entry *entry = find_partner(allowed, partner);

    if (entry == NULL)
        return false;
    if (now_ms - entry->window_ms >= KITH_HANDSHAKES_MS) {
        entry->window_ms = now_ms;
        entry->handshakes = 0;
    }
    if (entry->handshakes > KITH_HANDSHAKES_MAX)
        return false;
    entry->handshakes++;
    if (entry->handshakes <= KITH_HANDSHAKES_MAX)
        return true;
    if (!entry->often)
        allowed->n_often++;
    entry->often = true;
    return false;
}

uint32_t allowed_often(struct allowed *allowed)
{
    struct entry *entry = NULL, *next = NULL;

    if (allowed->n_often == 0)
        return 0;
    HASH_ITER(hh, allowed->by_partner, entry, next)
    {
        if (!entry->often)
            continue;
        entry->often = false;
        allowed->n_often--;
        return entry->partner;
    }
    return 0;
}
