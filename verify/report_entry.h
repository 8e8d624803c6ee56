/* report_entry - one entry in words.
 *
 * Threads: one.
 */
#ifndef VERIFY_REPORT_ENTRY_H
#define VERIFY_REPORT_ENTRY_H

#include <stdio.h>

#include "load.h"
#include "steps.h"

/* Prints what ENTRY says, whom it was for, and what is proven of it. */
void report_entry(FILE *out, const struct loaded_pack *pack,
                  const struct steps *steps, const struct loaded_entry *entry);

/* An instant (Unix seconds) as UTC text, in ARENA. */
const char *report_time(struct kith_arena *arena, uint64_t at);

#endif
