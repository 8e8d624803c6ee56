/* padding.c - hides the length of a body, in one way only.
 *
 * Responsible for: the padded length (Padmé of Nikitin et al., «Reducing
 * Metadata Leakage from Encrypted Files», 2019: at most 12 % longer and only
 * O(log log n) bits told), padding and its strict removal.
 * Not here: encryption (seal.c).
 */
#include <string.h>

#include <sodium.h>

#include "kith/be.h"
#include "seal_steps.h"

enum {
    LENGTH_LEN = 4
}; /* bytes of the length in front */

/* Number of bits above the lowest of VALUE; VALUE > 0. */
static unsigned floor_log2(size_t value)
{
    unsigned log = 0;

    while (value >>= 1)
        log++;
    return log;
}

/* LEN rounded up so that only its leading bits tell; LEN >= KITH_BODY_MIN. */
static size_t round_up(size_t len)
{
    unsigned exponent = floor_log2(len);
    unsigned kept = floor_log2(exponent) + 1;
    size_t mask = ((size_t)1 << (exponent - kept)) - 1;

    return (len + mask) & ~mask;
}

size_t kith_padded_len(size_t len)
{
    if (len > KITH_BODY_TEXT_MAX)
        return 0;
    len += LENGTH_LEN;
    return len <= KITH_BODY_MIN ? KITH_BODY_MIN : round_up(len);
}

bool kith_sealed_len_fits(size_t sealed_len)
{
    size_t padded_len = sealed_len - KITH_SEAL_TAG_LEN;

    if (sealed_len < KITH_BODY_MIN + KITH_SEAL_TAG_LEN ||
        sealed_len > KITH_SEALED_MAX)
        return false;
    return round_up(padded_len) == padded_len;
}

void seal_pad(struct kith_bytes body, uint8_t *padded, size_t padded_len)
{
    kith_be_put32(padded, (uint32_t)body.len);
    if (body.len > 0)
        memcpy(padded + LENGTH_LEN, body.data, body.len);
    memset(padded + LENGTH_LEN + body.len, 0,
           padded_len - LENGTH_LEN - body.len);
}

enum kith_status seal_unpad(struct kith_bytes padded,
                            struct kith_bytes *ret_body)
{
    size_t len;

    if (padded.len < KITH_BODY_MIN)
        return KITH_MALFORMED;
    len = kith_be_get32(padded.data);
    if (len > padded.len - LENGTH_LEN || kith_padded_len(len) != padded.len)
        return KITH_MALFORMED;
    if (!sodium_is_zero(padded.data + LENGTH_LEN + len,
                        padded.len - LENGTH_LEN - len))
        return KITH_MALFORMED;
    *ret_body = (struct kith_bytes){padded.data + LENGTH_LEN, len};
    return KITH_OK;
}
