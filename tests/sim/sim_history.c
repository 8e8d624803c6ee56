/* sim_history - lines of a schedule's history. */
#include "sim/sim_history.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "kith/session.h"

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

static const char *const frame_names[] = {
    [KITH_FRAME_GREET] = "greet", [KITH_FRAME_HELLO] = "hello",
    [KITH_FRAME_PUSH] = "push",   [KITH_FRAME_RECEIPT] = "receipt",
    [KITH_FRAME_WANT] = "want",   [KITH_FRAME_REFUSE] = "refuse",
    [KITH_FRAME_PING] = "ping",   [KITH_FRAME_PONG] = "pong"};

const char *sim_frame_name(struct kith_bytes frame)
{
    uint8_t type = frame.len == 0 ? 0 : frame.data[0];
    return type >= KITH_FRAME_GREET && type <= KITH_FRAME_PONG
               ? frame_names[type]
               : "?";
}
