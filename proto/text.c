/* text - checks the characters of a text from outside.
 *
 * Responsible for: refusing what a terminal, a log or a C string would read
 * differently than its author: broken UTF-8, NUL, control characters.
 * Not here: lengths and lines, which a field's table bounds (record_check.c).
 */
#include "text.h"

#include <string.h>

/* BYTE in each of the eight places. */
static uint64_t each(uint8_t byte)
{
    return UINT64_C(0x0101010101010101) * byte;
}

/* Eight bytes of printable ASCII at once: no high bit, none below 0x20 and
 * none equal to 0x7f. May say no where byte by byte says yes, never the
 * reverse. */
static bool eight_plain(const uint8_t *data)
{
    uint64_t word;
    uint64_t low;
    uint64_t del;

    memcpy(&word, data, sizeof(word));
    low = (word - each(0x20)) & ~word;
    del = word ^ each(0x7f);
    del = (del - each(0x01)) & ~del;
    return ((word | low | del) & each(0x80)) == 0;
}

/* Bytes of the sequence that LEAD opens, 0 when none does. */
static size_t sequence_len(uint8_t lead)
{
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    if (lead >= 0xf0 && lead <= 0xf4)
        return 4;
    return 0;
}

/* Length of the good character of several bytes at DATA, 0 when bad. */
static size_t wide_character(const uint8_t *data, size_t len)
{
    static const uint32_t least[] = {0, 0, 0xa0, 0x800, 0x10000};
    size_t need = sequence_len(data[0]);
    uint32_t code;

    if (need == 0 || need > len)
        return 0;
    code = data[0] & (0x7fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((data[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (data[i] & 0x3fu);
    }
    /* 0x80..0x9f are control characters too, hence least[2]. */
    if (code < least[need] || code > 0x10ffff ||
        (code >= 0xd800 && code <= 0xdfff))
        return 0;
    return need;
}

bool text_is_good(struct kith_bytes text)
{
    size_t at = 0;

    while (at < text.len) {
        uint8_t byte = text.data[at];

        if (text.len - at >= 8 && eight_plain(text.data + at)) {
            at += 8;
        } else if (byte == '\n' || (byte >= 0x20 && byte < 0x7f)) {
            at++;
        } else {
            size_t len = wide_character(text.data + at, text.len - at);

            if (len == 0)
                return false;
            at += len;
        }
    }
    return true;
}
