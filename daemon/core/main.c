/* main - kithd's commands.
 *
 * Not here: what they do (run.c, init.c, check.c, turnover.c,
 * backup.c, restore.c).
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/backup.h"
#include "core/check.h"
#include "core/daemon.h"
#include "core/init.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/process.h"
#include "core/recover.h"
#include "core/restore.h"
#include "core/run.h"
#include "core/turnover.h"
#include "kith/error.h"
#include "kith/sign.h"

enum {
    HEAP_KEPT = 8 * 1024 * 1024 /* bytes */
};

/* Arenas are filled and emptied with every batch: without this the heap is
 * given back to the kernel and asked for again each time, which costs more than
 * the work itself. */
static void keep_heap(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, HEAP_KEPT);
    (void)mallopt(M_MMAP_THRESHOLD, HEAP_KEPT);
}

int main(int argc, char **argv)
{
    struct options options;
    struct kith_error err;

    keep_heap();
    kith_error_clear(&err);
    if (options_read(argc, argv, &options, &err) != KITH_OK)
        return outcome_print(&err);
    if (process_harden() != KITH_OK || kith_crypto_start() != KITH_OK) {
        (void)fprintf(stderr, "kithd: this system lacks what kithd needs\n");
        return EXIT_FAILURE;
    }
    switch (options.command) {
    case OPTIONS_RUN:
        return run(&options);
    case OPTIONS_INIT:
        return init(&options);
    case OPTIONS_CHECK:
        return check(&options);
    case OPTIONS_ROTATE:
        return turnover(&options);
    case OPTIONS_BACKUP:
        return backup(&options);
    case OPTIONS_RESTORE:
        return restore(&options);
    case OPTIONS_RECOVER:
        return recover(&options);
    case OPTIONS_VERSION:
        (void)printf("kithd %s\n", DAEMON_VERSION);
        return EXIT_SUCCESS;
    case OPTIONS_HELP:
        options_help();
        return EXIT_SUCCESS;
    }
    return EXIT_FAILURE;
}
