/* allowed - the allow-list: which transport key is which partner's.
 *
 * Not here: cutting the sessions of a key that goes (net.c).
 */
#include "net/allowed.h"

#include <stdlib.h>

#include <uthash.h>

struct entry {
    uint32_t partner;
    struct kith_key key;
    uint32_t handshakes; /* since window_ms */
    int64_t window_ms;
    UT_hash_handle by_partner, by_key;
};

struct allowed {
    struct entry *by_partner, *by_key; /* two orders of the same entries */
    size_t partners_max;
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

    HASH_FIND(by_partner, allowed->by_partner, &partner, sizeof(partner),
              entry);
    return entry;
}

static struct entry *find_key(const struct allowed *allowed,
                              const struct kith_key *key)
{
    struct entry *entry = NULL;

    HASH_FIND(by_key, allowed->by_key, key->b, sizeof(key->b), entry);
    return entry;
}

static void drop(struct allowed *allowed, struct entry *entry)
{
    HASH_DELETE(by_partner, allowed->by_partner, entry);
    HASH_DELETE(by_key, allowed->by_key, entry);
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
                             const struct kith_key *key)
{
    struct entry *entry = find_key(allowed, key);

    if (entry != NULL)
        return entry->partner == partner ? KITH_OK : KITH_CONFLICT;
    entry = find_partner(allowed, partner);
    if (entry == NULL &&
        HASH_CNT(by_partner, allowed->by_partner) >= allowed->partners_max)
        return KITH_LIMIT;
    if (entry != NULL)
        drop(allowed, entry);
    entry = calloc(1, sizeof(*entry));
    if (entry == NULL)
        return KITH_NOMEM;
    entry->partner = partner;
    entry->key = *key;
    HASH_ADD(by_partner, allowed->by_partner, partner, sizeof(partner), entry);
    HASH_ADD(by_key, allowed->by_key, key, sizeof(entry->key), entry);
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

    return entry != NULL ? &entry->key : NULL;
}

bool allowed_handshake(struct allowed *allowed, uint32_t partner,
                       int64_t now_ms)
{
    struct entry *entry = find_partner(allowed, partner);

    if (entry == NULL)
        return false;
    if (now_ms - entry->window_ms >= ALLOWED_HANDSHAKES_MS) {
        entry->window_ms = now_ms;
        entry->handshakes = 0;
    }
    if (entry->handshakes >= ALLOWED_HANDSHAKES)
        return false;
    entry->handshakes++;
    return true;
}
