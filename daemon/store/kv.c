/* kv - the order of keys, the same for every filling of the seam.
 *
 * LMDB compares keys as bytes by itself; this is that order for the RAM twin
 * and for walks that stop at the end of a prefix.
 * Not here: any storage (kv_ram.c, kv_lmdb.c).
 */
#include "store/kv.h"

#include <string.h>

int kv_key_compare(const struct kv_key *a, const struct kv_key *b)
{
    size_t common = a->len < b->len ? a->len : b->len;
    int order = memcmp(a->b, b->b, common);

    if (order != 0)
        return order;
    return (int)a->len - (int)b->len;
}

bool kv_key_under(const struct kv_key *key, const struct kv_key *prefix,
                  size_t len, size_t len_key)
{
    return key->len == len_key && key->len >= len &&
           memcmp(key->b, prefix->b, len) == 0;
}
