/* report - plain sentences for what a pack proves, and what it does not.
 *
 * Threads: one.
 */
#ifndef VERIFY_REPORT_H
#define VERIFY_REPORT_H

#include <stdio.h>

#include "load.h"
#include "steps.h"

/* Prints the report of a pack all of whose parts verify. Returns true when
 * every entry that tells of a project is covered by a receipt and by an
 * agreement. */
bool report_print(FILE *out, const struct loaded_pack *pack,
                  const struct steps *steps);

#endif
