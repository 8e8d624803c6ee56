/* ids.c - ids and hashes: comparing, making, writing and reading them.
 *
 * Responsible for: the text forms people and files use.
 * Not here: what an id names, or who may use it.
 */
#include "kith/ids.h"

#include <nettle/sha2.h>
#include <sodium.h>
#include <string.h>

#include "base32.h"

enum {
    SHORT_CHARS = 12,
    SHORT_CHECK_CHARS = 2,
    UUID_HEX = 32
};

bool kith_company_id_equal(const struct kith_company_id *a,
                           const struct kith_company_id *b)
{
    return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool kith_id_equal(const struct kith_id *a, const struct kith_id *b)
{
    return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool kith_id_is_none(const struct kith_id *id)
{
    static const struct kith_id none;

    return kith_id_equal(id, &none);
}

bool kith_hash_equal(const struct kith_hash *a, const struct kith_hash *b)
{
    return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool kith_key_equal(const struct kith_key *a, const struct kith_key *b)
{
    return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

struct kith_id kith_id_random(void)
{
    struct kith_id id;

    randombytes_buf(id.b, sizeof(id.b));
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40); /* version 4 */
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80); /* RFC 4122 variant */
    return id;
}

void kith_hex(const uint8_t *data, size_t len, char *ret_text)
{
    sodium_bin2hex(ret_text, 2 * len + 1, data, len);
}

/* 0..15, or -1. */
static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum kith_status kith_unhex(const char *text, uint8_t *ret_data, size_t len)
{
    if (strlen(text) != 2 * len)
        return KITH_MALFORMED;
    for (size_t i = 0; i < 2 * len; i++)
        if (digit_value(text[i]) < 0)
            return KITH_MALFORMED;
    for (size_t i = 0; i < len; i++)
        ret_data[i] = (uint8_t)(digit_value(text[2 * i]) << 4 |
                                digit_value(text[2 * i + 1]));
    return KITH_OK;
}

void kith_company_id_hex(const struct kith_company_id *id,
                         char ret_text[KITH_COMPANY_HEX_SIZE])
{
    kith_hex(id->b, sizeof(id->b), ret_text);
}

enum kith_status kith_company_id_parse(const char *text,
                                       struct kith_company_id *ret_id)
{
    return kith_unhex(text, ret_id->b, sizeof(ret_id->b));
}

/* Two check characters over the twelve of a short id. */
static void check_short(const char chars[SHORT_CHARS],
                        char ret_check[SHORT_CHECK_CHARS])
{
    static const char label[] = "kith/v1/check";
    uint8_t bytes[sizeof(label) + SHORT_CHARS];
    struct kith_hash hash;

    memcpy(bytes, label, sizeof(label));
    memcpy(bytes + sizeof(label), chars, SHORT_CHARS);
    kith_sha256(bytes, sizeof(bytes), &hash);
    base32_write(hash.b, sizeof(hash.b), SHORT_CHECK_CHARS, ret_check);
}

void kith_company_id_short(const struct kith_company_id *id,
                           char ret_text[KITH_COMPANY_SHORT_SIZE])
{
    static const char label[] = "kith/v1/short";
    uint8_t bytes[sizeof(label) + KITH_COMPANY_ID_LEN];
    char chars[SHORT_CHARS];
    struct kith_hash hash;

    memcpy(bytes, label, sizeof(label));
    memcpy(bytes + sizeof(label), id->b, sizeof(id->b));
    kith_sha256(bytes, sizeof(bytes), &hash);
    base32_write(hash.b, sizeof(hash.b), SHORT_CHARS, chars);
    for (size_t group = 0; group < 3; group++) {
        memcpy(ret_text + 5 * group, chars + 4 * group, 4);
        ret_text[5 * group + 4] = '-';
    }
    check_short(chars, ret_text + 15);
    ret_text[17] = '\0';
}

enum kith_status kith_company_short_check(const char *text)
{
    char chars[SHORT_CHARS + SHORT_CHECK_CHARS];
    char check[SHORT_CHECK_CHARS];
    size_t count = 0;

    for (; *text != '\0'; text++) {
        int value = base32_value(*text);

        if (*text == '-')
            continue;
        if (value < 0 || count == sizeof(chars))
            return KITH_MALFORMED;
        chars[count++] = base32_digit((unsigned)value);
    }
    if (count != sizeof(chars))
        return KITH_MALFORMED;
    check_short(chars, check);
    if (memcmp(check, chars + SHORT_CHARS, sizeof(check)) != 0)
        return KITH_MALFORMED;
    return KITH_OK;
}

void kith_id_text(const struct kith_id *id, char ret_text[KITH_ID_TEXT_SIZE])
{
    static const uint8_t group_len[] = {4, 2, 2, 2, 6};
    size_t at = 0;
    size_t from = 0;

    for (size_t i = 0; i < sizeof(group_len); i++) {
        if (i > 0)
            ret_text[at++] = '-';
        kith_hex(id->b + from, group_len[i], ret_text + at);
        at += 2 * (size_t)group_len[i];
        from += group_len[i];
    }
}

bool kith_id_begins(const struct kith_id *id, struct kith_bytes digits)
{
    char hex[2 * KITH_ID_LEN + 1];
    size_t at = 0;

    kith_hex(id->b, KITH_ID_LEN, hex);
    for (size_t i = 0; i < digits.len; i++) {
        char c = (char)digits.data[i];

        if (c == '-')
            continue;
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        if (at == 2 * KITH_ID_LEN || hex[at++] != c)
            return false;
    }
    return at >= 4;
}

/* Copies the 32 digits of a UUID without its dashes, which stand at their
 * places or nowhere. */
static enum kith_status gather_digits(const char *text, char *ret_hex)
{
    bool dashed = strlen(text) == KITH_ID_TEXT_SIZE - 1;
    size_t count = 0;

    if (!dashed && strlen(text) != UUID_HEX)
        return KITH_MALFORMED;
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool at_dash = dashed && (i == 8 || i == 13 || i == 18 || i == 23);

        if (at_dash != (text[i] == '-'))
            return KITH_MALFORMED;
        if (!at_dash)
            ret_hex[count++] = text[i];
    }
    ret_hex[count] = '\0';
    return KITH_OK;
}

enum kith_status kith_id_parse(const char *text, struct kith_id *ret_id)
{
    static const char urn[] = "urn:uuid:";
    char hex[UUID_HEX + 1];
    enum kith_status status;

    if (strncmp(text, urn, sizeof(urn) - 1) == 0)
        text += sizeof(urn) - 1;
    status = gather_digits(text, hex);
    if (status != KITH_OK)
        return status;
    return kith_unhex(hex, ret_id->b, sizeof(ret_id->b));
}

enum kith_status kith_hash_read(struct kith_bytes bytes,
                                struct kith_hash *ret_hash)
{
    if (bytes.len != sizeof(ret_hash->b))
        return KITH_MALFORMED;
    memcpy(ret_hash->b, bytes.data, sizeof(ret_hash->b));
    return KITH_OK;
}

/* Nettle's SHA-256 uses the processor's instructions where there are some: a
 * third of an entry's hashing is this, and libsodium's is portable C. */
void kith_sha256_parts(const struct kith_bytes *parts, size_t count,
                       struct kith_hash *ret_hash)
{
    struct sha256_ctx state;

    sha256_init(&state);
    for (size_t i = 0; i < count; i++)
        sha256_update(&state, parts[i].len, parts[i].data);
    sha256_digest(&state, sizeof(ret_hash->b), ret_hash->b);
}

void kith_sha256(const void *data, size_t len, struct kith_hash *ret_hash)
{
    const struct kith_bytes all = {data, len};

    kith_sha256_parts(&all, 1, ret_hash);
}
