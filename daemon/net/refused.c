/* refused - the keys that knocked and were not let in, counted per key.
 *
 * Not here: telling kithd of them (report.c), refusing them (zap.c).
 */
#include "net/refused.h"

#include <string.h>

static struct refused_key *find(struct refused *refused,
                                const struct kith_key *key)
{
    for (size_t i = 0; i < refused->n_keys; i++) {
        if (kith_key_equal(&refused->keys[i].key, key))
            return &refused->keys[i];
    }
    return NULL;
}

/* Room for a new key: a free place, else that of the key quiet longest. */
static struct refused_key *make_room(struct refused *refused)
{
    struct refused_key *oldest = &refused->keys[0];

    if (refused->n_keys < KITH_PENDING_MAX)
        return &refused->keys[refused->n_keys++];
    for (size_t i = 1; i < refused->n_keys; i++) {
        if (refused->keys[i].last_ms < oldest->last_ms)
            oldest = &refused->keys[i];
    }
    return oldest;
}

void refused_count(struct refused *refused, const struct kith_key *key,
                   const char *remote, int64_t now_ms)
{
    struct refused_key *entry = find(refused, key);
    size_t len = strnlen(remote, REFUSED_REMOTE_SIZE - 1);

    if (entry == NULL) {
        entry = make_room(refused);
        memset(entry, 0, sizeof(*entry));
        entry->key = *key;
        entry->reported_ms = now_ms - REFUSED_REPORT_MS;
    }
    if (entry->count < UINT32_MAX)
        entry->count++;
    memcpy(entry->remote, remote, len);
    entry->remote[len] = '\0';
    entry->last_ms = now_ms;
    entry->news = true;
}

const struct refused_key *refused_report(struct refused *refused,
                                         int64_t now_ms)
{
    for (size_t i = 0; i < refused->n_keys; i++) {
        struct refused_key *entry = &refused->keys[i];

        if (entry->news && now_ms - entry->reported_ms >= REFUSED_REPORT_MS) {
            entry->news = false;
            entry->reported_ms = now_ms;
            return entry;
        }
    }
    return NULL;
}

int64_t refused_due_ms(const struct refused *refused)
{
    int64_t due_ms = INT64_MAX;

    for (size_t i = 0; i < refused->n_keys; i++) {
        const struct refused_key *entry = &refused->keys[i];

        if (entry->news && entry->reported_ms + REFUSED_REPORT_MS < due_ms)
            due_ms = entry->reported_ms + REFUSED_REPORT_MS;
    }
    return due_ms;
}

void refused_forget(struct refused *refused, const struct kith_key *key)
{
    struct refused_key *entry = find(refused, key);

    if (entry == NULL)
        return;
    *entry = refused->keys[refused->n_keys - 1];
    refused->n_keys--;
}
