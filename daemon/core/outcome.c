/* outcome - the last words of a command of kithd that failed.
 *
 * Not here: which exit code a status has (kith_status_exit).
 */
#include "core/outcome.h"

#include <stdio.h>

#include "kith/error.h"

int outcome_print(const struct kith_error *err)
{
    (void)fprintf(stderr, "kithd: %s\n", err->what);
    if (err->next[0] != '\0')
        (void)fprintf(stderr, "  -> %s\n", err->next);
    return kith_status_exit(err->status);
}
