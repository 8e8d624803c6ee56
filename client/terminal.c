/* terminal - what may reach a terminal, and how wide it is there.
 *
 * Responsible for: cleaning text of others, column widths.
 * Not here: tables (table.c), JSON, which escapes by itself.
 */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "memory.h"

enum {
    REPLACEMENT = 0xFFFD,
    ESCAPE = 0x1B,
    BELL = 0x07
};

/* One code point of the LEN > 0 bytes at DATA; returns the bytes it takes. */
static size_t take_point(const uint8_t *data, size_t len, uint32_t *ret_point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t point = data[0];
    size_t need = point < 0x80             ? 1
                  : (point & 0xE0) == 0xC0 ? 2
                  : (point & 0xF0) == 0xE0 ? 3
                  : (point & 0xF8) == 0xF0 ? 4
                                           : 0;

    *ret_point = REPLACEMENT;
    if (need == 0 || need > len)
        return 1;
    if (need > 1)
        point &= 0x7Fu >> need;
    for (size_t i = 1; i < need; i++) {
        if ((data[i] & 0xC0) != 0x80)
            return 1;
        point = point << 6 | (data[i] & 0x3F);
    }
    if (point < least[need] || point > 0x10FFFF ||
        (point >= 0xD800 && point <= 0xDFFF))
        return 1;
    *ret_point = point;
    return need;
}

/* Bytes of the escape sequence that starts at DATA[0] == ESC. */
static size_t escape_len(const uint8_t *data, size_t len)
{
    size_t i = 2;

    if (len < 2)
        return len;
    if (data[1] == '[') { /* CSI: parameters, then a final byte */
        while (i < len && data[i] >= 0x20 && data[i] <= 0x3F)
            i++;
        return i < len && data[i] >= 0x40 && data[i] <= 0x7E ? i + 1 : i;
    }
    if (strchr("]PX^_", data[1]) != NULL) { /* strings, to BEL or ESC \ */
        for (; i < len; i++) {
            if (data[i] == BELL)
                return i + 1;
            if (data[i] == ESCAPE && i + 1 < len && data[i + 1] == '\\')
                return i + 2;
            if (data[i] == '\n')
                return i;
        }
        return len;
    }
    return data[1] >= 0x20 && data[1] <= 0x7E ? 2 : 1;
}

/* Marks that change the direction or hide text from the reader's eye. */
static bool is_invisible(uint32_t point)
{
    return (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF ||
           (point >= 0xFFF9 && point <= 0xFFFB) ||
           (point >= 0xE0000 && point <= 0xE007F);
}

static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

void terminal_clean(struct kith_bytes bytes, bool keep_lines,
                    struct kith_buf *buf)
{
    size_t step = 0;

    for (size_t i = 0; i < bytes.len; i += step) {
        uint32_t point = 0;

        step = take_point(bytes.data + i, bytes.len - i, &point);
        if (point == ESCAPE) {
            step = escape_len(bytes.data + i, bytes.len - i);
        } else if (point == '\n' && keep_lines) {
            buffer_text(buf, "\n");
        } else if (point == '\n' || point == '\t') {
            buffer_text(buf, " ");
        } else if (is_control(point) || is_invisible(point)) {
            continue;
        } else if (point == REPLACEMENT && step == 1) {
            buffer_text(buf, "\xEF\xBF\xBD");
        } else {
            buffer_add(buf, bytes.data + i, step);
        }
    }
}

static size_t point_width(uint32_t point)
{
    int width = wcwidth((wchar_t)point);

    return width < 0 ? 1 : (size_t)width;
}

size_t terminal_width(const char *text)
{
    size_t len = strlen(text);
    size_t width = 0;
    uint32_t point = 0;

    for (size_t i = 0; i < len;) {
        i += take_point((const uint8_t *)text + i, len - i, &point);
        width += point_width(point);
    }
    return width;
}

size_t terminal_fit(const char *text, size_t columns)
{
    size_t len = strlen(text);
    size_t width = 0;
    size_t i = 0;

    while (i < len) {
        uint32_t point = 0;
        size_t step = take_point((const uint8_t *)text + i, len - i, &point);

        width += point_width(point);
        if (width > columns)
            break;
        i += step;
    }
    return i;
}

void terminal_locale(void)
{
    if (setlocale(LC_CTYPE, "") == NULL ||
        strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}
