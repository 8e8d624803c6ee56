/* error.c - keeps the first fault with its words and the next step.
 *
 * Responsible for: filling and emptying struct kith_error within its bounds.
 * Not here: printing it (client), choosing the words (whoever finds a fault).
 */
#include "kith/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Takes off a character that the bound has cut in two: continuation bytes at
 * the end, and their lead byte when they are fewer than it promises. */
static void trim_split_character(char *text, size_t len)
{
    size_t lead = len;
    size_t want = 1;
    unsigned char byte;

    while (lead > 0 && len - lead < 3 &&
           ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
        lead--;
    if (lead == 0)
        return;
    byte = (unsigned char)text[lead - 1];
    if (byte >= 0xf0)
        want = 4;
    else if (byte >= 0xe0)
        want = 3;
    else if (byte >= 0xc0)
        want = 2;
    if (len - (lead - 1) < want)
        text[lead - 1] = '\0';
}

/* Ends TEXT well after a vsnprintf that would have written LEN bytes. */
static void end_text(char *text, size_t size, int len)
{
    if (len < 0)
        text[0] = '\0';
    else if ((size_t)len >= size)
        trim_split_character(text, size - 1);
}

enum kith_status kith_fail(struct kith_error *err, enum kith_status status,
                           const char *code, const char *next,
                           const char *format, ...)
{
    va_list args;

    if (err == NULL || err->status != KITH_OK)
        return status;
    err->status = status;
    end_text(
        err->code, sizeof(err->code),
        snprintf(err->code, sizeof(err->code), "%s", code == NULL ? "" : code));
    end_text(
        err->next, sizeof(err->next),
        snprintf(err->next, sizeof(err->next), "%s", next == NULL ? "" : next));
    va_start(args, format);
    end_text(err->what, sizeof(err->what),
             vsnprintf(err->what, sizeof(err->what), format, args));
    va_end(args);
    return status;
}

void kith_error_clear(struct kith_error *err)
{
    memset(err, 0, sizeof(*err));
}
