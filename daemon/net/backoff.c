/* backoff - how long to wait before dialling a partner again.
 *
 * Not here: when an attempt counts as a success (dialler.c).
 */
#include "net/backoff.h"

void backoff_init(struct backoff *backoff, uint32_t min_ms, uint32_t max_ms)
{
    backoff->min_ms = min_ms;
    backoff->max_ms = max_ms;
    backoff->next_ms = min_ms;
}

uint32_t backoff_take(struct backoff *backoff, uint32_t random)
{
    uint32_t half_ms = backoff->next_ms / 2;
    uint32_t spread_ms = backoff->next_ms - half_ms + 1;
    uint32_t wait_ms =
        half_ms + (uint32_t)(((uint64_t)random * spread_ms) >> 32);

    if (backoff->next_ms > backoff->max_ms / 2)
        backoff->next_ms = backoff->max_ms;
    else
        backoff->next_ms *= 2;
    return wait_ms;
}

void backoff_reset(struct backoff *backoff)
{
    backoff->next_ms = backoff->min_ms;
}
