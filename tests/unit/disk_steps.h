/* disk_steps - kill -9 before each system call that changes the disk.
 *
 * Threads: one.
 */
#ifndef TESTS_DISK_STEPS_H
#define TESTS_DISK_STEPS_H

#include <stdbool.h>

#include "store_fixture.h"

/* A child that kills itself before its call number STEPS; true when WORK came
 * to its end, which must then be KITH_OK. */
bool disk_steps_run(struct store_fixture *f, long steps,
                    enum kith_status (*work)(struct store_fixture *f));
/* Copies the files of the store in DIR/FROM to the folder DIR/TO, over those
 * that are there. */
void disk_steps_copy(const char *dir, const char *from, const char *to);

#endif
