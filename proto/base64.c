/* base64.c - strict decoding of base64.
 *
 * Responsible for: refusing what libsodium's decoder lets pass: bytes from
 * 0x80 on, which it takes for digits where char is signed (seen with 1.0.18).
 * Not here: encoding, which libsodium does for all.
 */
#include "base64.h"

#include <sodium.h>

static bool is_base64(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

enum kith_status base64_decode(struct kith_bytes text, uint8_t *ret_data,
                               size_t size, size_t *ret_len)
{
    const char *chars = (const char *)text.data;
    const char *end = NULL;
    size_t len = 0;

    if (text.len == 0)
        return KITH_MALFORMED;
    for (size_t i = 0; i < text.len; i++)
        if (!is_base64(text.data[i]))
            return KITH_MALFORMED;
    if (sodium_base642bin(ret_data, size, chars, text.len, NULL, &len, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != chars + text.len)
        return KITH_MALFORMED;
    *ret_len = len;
    return KITH_OK;
}
