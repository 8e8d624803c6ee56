/* status.c - names and exit codes of the result type.
 *
 * Responsible for: one name and one exit code per status.
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

static const unsigned char exits[KITH_STATUS_COUNT] = {
    [KITH_OK] = 0,
    [KITH_MALFORMED] = 2,
    [KITH_UNTRUSTED] = 10,
    [KITH_DENIED] = 5,
    [KITH_LIMIT] = 2,
    [KITH_INVALID] = 2,
    [KITH_NOT_UNDERSTOOD] = 2,
    [KITH_UNREADABLE] = 10,
    [KITH_DUPLICATE] = 7,
    [KITH_GAP] = 1,
    [KITH_FORK] = 10,
    [KITH_NOT_FOUND] = 6,
    [KITH_CONFLICT] = 7,
    [KITH_BUSY] = 7,
    [KITH_NOMEM] = 1,
    [KITH_IO] = 1,
    [KITH_FULL] = 1,
    [KITH_DAMAGED] = 9,
};

const char *kith_status_name(enum kith_status status)
{
    if ((unsigned)status >= KITH_STATUS_COUNT || names[status] == NULL)
        return "UNKNOWN";
    return names[status];
}

int kith_status_exit(enum kith_status status)
{
    return (unsigned)status < KITH_STATUS_COUNT ? exits[status] : 1;
}
