/* log - one line on stderr for each event an operator may want to know.
 *
 * A line reads `event key=value key=value`. Under systemd (JOURNAL_STREAM is
 * set) it opens with the <N> prefix of its priority, elsewhere with the word.
 * Values are escaped: whatever a partner wrote, a line stays one line and
 * holds no control character. Never keys, never payloads (inv. 9).
 * Not here: what people are told; errors are printed by the client.
 * Threads: any; the level is set once, before threads begin.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

enum log_level {
    LOG_LEVEL_ERROR = 3, /* an operator must act */
    LOG_LEVEL_WARN = 4,  /* a partner misbehaves, or something is off */
    LOG_LEVEL_INFO = 6,  /* state changed */
    LOG_LEVEL_DEBUG = 7
};

enum {
    LOG_LINE_MAX = 1024,
    LOG_NUMBER_SIZE = 24
};

/* Lines above LEVEL are dropped. Default LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);
/* The level of its name ("error", "warn", "info", "debug"), 0 when none. */
enum log_level log_level_by_name(const char *name);

/* Writes EVENT and pairs of key and value, both C strings, up to a NULL key:
 *
 *     log_event(LOG_LEVEL_WARN, "link.refused", "partner", alias,
 *               "tries", log_number(n).text, NULL);
 *
 * A NULL value is left out together with its key. A line longer than
 * LOG_LINE_MAX is cut and ends with "...". errno is kept. */
void log_event(enum log_level level, const char *event, ...)
    __attribute__((sentinel));

/* A number as text, for one call of log_event. */
struct log_number {
    char text[LOG_NUMBER_SIZE];
};
struct log_number log_number(int64_t value);

/* Writes TEXT into ret_text (SIZE bytes with NUL) the way log_event shows a
 * value: as it is when it is plain, else in quotes with \xNN escapes. */
void log_escape(const char *text, char *ret_text, size_t size);

#endif
