/* status.c - names of the result type, for logs and tests.
 *
 * Responsible for: one name per status.
 * Not here: words for people (error.c).
 */
#include "kith/status.h"

#include <stddef.h>

static const char *const names[KITH_STATUS_COUNT] = {
    [KITH_OK] = "OK",
    [KITH_MALFORMED] = "MALFORMED",
    [KITH_UNTRUSTED] = "UNTRUSTED",
    [KITH_DENIED] = "DENIED",
    [KITH_LIMIT] = "LIMIT",
    [KITH_INVALID] = "INVALID",
    [KITH_NOT_UNDERSTOOD] = "NOT_UNDERSTOOD",
    [KITH_UNREADABLE] = "UNREADABLE",
    [KITH_DUPLICATE] = "DUPLICATE",
    [KITH_GAP] = "GAP",
    [KITH_FORK] = "FORK",
    [KITH_NOT_FOUND] = "NOT_FOUND",
    [KITH_CONFLICT] = "CONFLICT",
    [KITH_BUSY] = "BUSY",
    [KITH_NOMEM] = "NOMEM",
    [KITH_IO] = "IO",
    [KITH_FULL] = "FULL",
    [KITH_DAMAGED] = "DAMAGED",
};

const char *kith_status_name(enum kith_status status)
{
    if ((unsigned)status >= KITH_STATUS_COUNT || names[status] == NULL)
        return "UNKNOWN";
    return names[status];
}
