/* pairing.c - the six groups two people read to each other.
 *
 * Responsible for: deriving them from both ids, comparing what was typed.
 * Not here: what verifying a partner opens (rules).
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "kith/be.h"
#include "kith/card.h"

enum {
    ROUNDS = 65536,
    GROUPS = 6,
    GROUP_BYTES = 5, /* of the hash; 2^40 is so far above 100,000 that the
                        remainder is as good as even */
    DIGITS = 30
};

void kith_pairing_groups(const struct kith_company_id *speaker,
                         const struct kith_company_id *listener,
                         char ret_text[KITH_PAIRING_SIZE])
{
    static const char label[] = "kith/v1/pairing";
    uint8_t bytes[sizeof(label) + 2 * KITH_COMPANY_ID_LEN];
    uint8_t round[KITH_HASH_LEN + 2 * KITH_COMPANY_ID_LEN];
    uint8_t *ids = round + KITH_HASH_LEN;

    memcpy(ids, speaker->b, KITH_COMPANY_ID_LEN);
    memcpy(ids + KITH_COMPANY_ID_LEN, listener->b, KITH_COMPANY_ID_LEN);
    memcpy(bytes, label, sizeof(label));
    memcpy(bytes + sizeof(label), ids, 2 * (size_t)KITH_COMPANY_ID_LEN);
    crypto_generichash(round, KITH_HASH_LEN, bytes, sizeof(bytes), NULL, 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint8_t hash[KITH_HASH_LEN];

        crypto_generichash(hash, sizeof(hash), round, sizeof(round), NULL, 0);
        memcpy(round, hash, sizeof(hash));
    }
    for (size_t i = 0; i < GROUPS; i++) {
        uint64_t group = kith_be_get(round + GROUP_BYTES * i, GROUP_BYTES);

        snprintf(ret_text + 6 * i, KITH_PAIRING_SIZE - 6 * i, "%05lu%s",
                 (unsigned long)(group % 100000), i + 1 < GROUPS ? " " : "");
    }
}

/* The digits of TEXT alone; returns how many, at most DIGITS + 1. */
static size_t gather_digits(const char *text, char ret_digits[DIGITS])
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            continue;
        if (count == DIGITS)
            return DIGITS + 1;
        ret_digits[count++] = *text;
    }
    return count;
}

enum kith_status kith_pairing_check(const char *typed,
                                    const char expected[KITH_PAIRING_SIZE])
{
    char got[DIGITS];
    char want[DIGITS];

    if (gather_digits(typed, got) != DIGITS ||
        gather_digits(expected, want) != DIGITS)
        return KITH_MALFORMED;
    return sodium_memcmp(got, want, DIGITS) == 0 ? KITH_OK : KITH_UNTRUSTED;
}
