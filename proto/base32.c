/* base32.c - Crockford's base32, read as people write it.
 *
 * Responsible for: the alphabet and the order of bits.
 * Not here: check characters, which differ from use to use.
 */
#include "base32.h"

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char base32_digit(unsigned value)
{
    return digits[value & 31];
}

int base32_value(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return 0;
    if (c == 'I' || c == 'L')
        return 1;
    for (int i = 0; i < 32; i++)
        if (digits[i] == c)
            return i;
    return -1;
}

void base32_write(const uint8_t *data, size_t len, size_t count, char *ret_text)
{
    for (size_t i = 0; i < count; i++) {
        unsigned value = 0;

        for (size_t bit = 5 * i; bit < 5 * i + 5; bit++) {
            unsigned byte = bit / 8 < len ? data[bit / 8] : 0;

            value = value << 1 | (byte >> (7 - bit % 8) & 1u);
        }
        ret_text[i] = base32_digit(value);
    }
}
