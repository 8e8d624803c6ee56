/* sim_history - lines of a schedule's history. */
#include "sim/sim_history.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void sim_say(struct sim_history *history, int side, const char *format, ...)
{
    char line[600];
    va_list args;
    if (!history->aloud)
        return;
    int head = snprintf(line, sizeof line, "%9" PRId64 " %c  ", history->now_ms,
                        side < 0 ? '-' : "AB"[side]);
    va_start(args, format);
    int body =
        vsnprintf(line + head, sizeof line - (size_t)head - 1, format, args);
    va_end(args);
    size_t len = (size_t)head + (size_t)(body < 0 ? 0 : body);
    if (len > sizeof line - 2)
        len = sizeof line - 2;
    line[len++] = '\n';
    fwrite(line, 1, len, stdout);
}
