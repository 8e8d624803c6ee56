/* failing - lets one call fail: an allocation of our code, or an access to a row
 * of the store. The linker puts the functions of failing.c in their places
 * (unit.cmake); libraries allocate as ever.
 *
 * Threads: one.
 */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>
#include <stdint.h>

/* From now on the N-th such call fails, 1 is the next. */
void failing_arm(uint64_t n);
/* No call fails any more. True: one did. */
bool failing_disarm(void);
/* What failed last: "calloc", "row_put" ... */
const char *failing_name(void);

#endif
