/* log - formats one event as one line and writes it to stderr in one call.
 *
 * Not here: deciding what is worth a line, rotating, files. The level is the
 * only state, set once at start.
 */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum log_level level_now = LOG_LEVEL_INFO;

static const struct {
    enum log_level level;
    const char *name;
} levels[] = {
    {LOG_LEVEL_ERROR, "error"},
    {LOG_LEVEL_WARN, "warn"},
    {LOG_LEVEL_INFO, "info"},
    {LOG_LEVEL_DEBUG, "debug"},
};

void log_set_level(enum log_level level)
{
    level_now = level;
}

enum log_level log_level_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(levels[i].name, name) == 0)
            return levels[i].level;
    }
    return 0;
}

static const char *name_level(enum log_level level)
{
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (levels[i].level == level)
            return levels[i].name;
    }
    return "info";
}

struct log_number log_number(int64_t value)
{
    struct log_number number;

    (void)snprintf(number.text, sizeof(number.text), "%" PRId64, value);
    return number;
}

static bool is_plain(const char *text)
{
    if (text[0] == '\0')
        return false;
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;

        if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=')
            return false;
    }
    return true;
}

/* Bytes that a reader of C locale can tell apart: printable ASCII stays,
 * everything else, UTF-8 too, becomes \xNN. */
void log_escape(const char *text, char *ret_text, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    size_t used = 0;

    if (size == 0)
        return;
    if (is_plain(text)) {
        (void)snprintf(ret_text, size, "%s", text);
        return;
    }
    if (size < 3) {
        ret_text[0] = '\0';
        return;
    }
    ret_text[used++] = '"';
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        bool keep = c >= ' ' && c < 0x7f && c != '"' && c != '\\';

        /* room for \xNN, the closing quote and the NUL */
        if (used + 6 > size)
            break;
        if (keep) {
            ret_text[used++] = (char)c;
            continue;
        }
        ret_text[used++] = '\\';
        ret_text[used++] = 'x';
        ret_text[used++] = digits[c >> 4];
        ret_text[used++] = digits[c & 15];
    }
    ret_text[used++] = '"';
    ret_text[used] = '\0';
}

/* Appends TEXT to the line of LOG_LINE_MAX bytes, cutting it there. */
static void append_text(char *line, size_t *len, const char *text)
{
    size_t more = strlen(text);

    if (more > LOG_LINE_MAX - *len)
        more = LOG_LINE_MAX - *len;
    memcpy(line + *len, text, more);
    *len += more;
}

static void append_start(char *line, size_t *len, enum log_level level)
{
    char prefix[16];

    /* journald reads <N>; a person reads the word */
    if (getenv("JOURNAL_STREAM") != NULL)
        (void)snprintf(prefix, sizeof(prefix), "<%d>", (int)level);
    else
        (void)snprintf(prefix, sizeof(prefix), "%s: ", name_level(level));
    append_text(line, len, prefix);
}

void log_event(enum log_level level, const char *event, ...)
{
    char line[LOG_LINE_MAX + 1];
    char value[LOG_LINE_MAX];
    size_t len = 0;
    int kept = errno;
    va_list pairs;

    if (level > level_now)
        return;
    append_start(line, &len, level);
    append_text(line, &len, event);
    va_start(pairs, event);
    for (const char *key = va_arg(pairs, const char *); key != NULL;
         key = va_arg(pairs, const char *)) {
        const char *text = va_arg(pairs, const char *);

        if (text == NULL)
            continue;
        log_escape(text, value, sizeof(value));
        append_text(line, &len, " ");
        append_text(line, &len, key);
        append_text(line, &len, "=");
        append_text(line, &len, value);
    }
    va_end(pairs);
    if (len == LOG_LINE_MAX)
        memcpy(line + LOG_LINE_MAX - 3, "...", 3);
    line[len++] = '\n';
    /* a log that cannot be written has nowhere to be reported */
    if (write(STDERR_FILENO, line, len) < 0)
        errno = kept;
    errno = kept;
}
