/* placed_id - a Feistel network over the 122 free bits of a UUID.
 *
 * Six rounds over two halves of 61 bits, SipHash-2-4 as the round function,
 * keyed and bound to realm and round. Four rounds of a pseudorandom function
 * make a strong pseudorandom permutation (Luby and Rackoff); two are margin.
 * Not here: who uses such ids (heads.c, told.c).
 */
#include "store/placed_id.h"

#include <sodium.h>

#include "kith/be.h"

enum {
    ROUNDS = 6,
    NUMBER_BITS = 48,
    SALT_BITS = 122 - 2 * NUMBER_BITS,
    HALF_BITS = 61
};

static const uint64_t half_mask = (UINT64_C(1) << HALF_BITS) - 1;
static const uint64_t number_mask = (UINT64_C(1) << NUMBER_BITS) - 1;

/* 122 bits: high 61, low 61. */
struct halves {
    uint64_t high, low;
};

static uint64_t mix(const struct placed_id_key *key, uint32_t realm,
                    unsigned round, uint64_t half)
{
    uint8_t in[13], out[crypto_shorthash_BYTES];

    kith_be_put32(in, realm);
    in[4] = (uint8_t)round;
    kith_be_put64(in + 5, half);
    crypto_shorthash(out, in, sizeof(in), key->b);
    return kith_be_get64(out) & half_mask;
}

static void permute(const struct placed_id_key *key, uint32_t realm,
                    struct halves *h)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t next = h->high ^ mix(key, realm, i, h->low);

        h->high = h->low;
        h->low = next;
    }
}

static void permute_back(const struct placed_id_key *key, uint32_t realm,
                         struct halves *h)
{
    for (unsigned i = ROUNDS; i > 0; i--) {
        uint64_t former = h->low ^ mix(key, realm, i - 1, h->high);

        h->low = h->high;
        h->high = former;
    }
}

/* 60 bits before the variant, 62 behind it, around version and variant. */
static void write_id(const struct halves *h, struct kith_id *ret_id)
{
    uint64_t first = h->high >> 1;
    uint64_t second = (h->high & 1) << HALF_BITS | h->low;

    kith_be_put(ret_id->b, first >> 12, 6);
    kith_be_put16(ret_id->b + 6, (uint16_t)(0x4000 | (first & 0x0fff)));
    kith_be_put64(ret_id->b + 8, UINT64_C(1) << 63 | second);
}

static bool read_id(const struct kith_id *id, struct halves *ret)
{
    uint64_t first = kith_be_get(id->b, 6);
    uint16_t middle = kith_be_get16(id->b + 6);
    uint64_t second = kith_be_get64(id->b + 8);

    if (middle >> 12 != 4 || second >> 62 != 2)
        return false;
    first = first << 12 | (middle & 0x0fff);
    second &= (UINT64_C(1) << 62) - 1;
    ret->high = first << 1 | second >> HALF_BITS;
    ret->low = second & half_mask;
    return true;
}

enum kith_status placed_id_make(const struct placed_id_key *key,
                                const struct placed_id *place, uint32_t salt,
                                struct kith_id *ret_id)
{
    struct halves h;

    if (place->project > number_mask || place->record > number_mask)
        return KITH_LIMIT;
    /* project 48, record 13 | record 35, salt 26 */
    h.high = place->project << 13 | place->record >> 35;
    h.low = (place->record << SALT_BITS & half_mask) |
            (salt & ((UINT32_C(1) << SALT_BITS) - 1));
    permute(key, place->realm, &h);
    write_id(&h, ret_id);
    return KITH_OK;
}

bool placed_id_read(const struct placed_id_key *key, const struct kith_id *id,
                    struct placed_id *place_inout)
{
    struct halves h;

    if (!read_id(id, &h))
        return false;
    permute_back(key, place_inout->realm, &h);
    place_inout->project = h.high >> 13;
    place_inout->record = (h.high & 0x1fff) << 35 | h.low >> SALT_BITS;
    return true;
}
