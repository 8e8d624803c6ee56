/* outcome - exit codes by status, in one table.
 */
#include "core/outcome.h"

#include <stdio.h>

#include "kith/error.h"

int outcome_code(enum kith_status status)
{
    static const unsigned char codes[KITH_STATUS_COUNT] = {
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

    return (unsigned)status < KITH_STATUS_COUNT ? codes[status] : 1;
}

int outcome_print(const struct kith_error *err)
{
    (void)fprintf(stderr, "kithd: %s\n", err->what);
    if (err->next[0] != '\0')
        (void)fprintf(stderr, "  -> %s\n", err->next);
    return outcome_code(err->status);
}
