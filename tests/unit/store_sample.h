/* store_sample - a store that holds something of everything, and the truth
 * about it, for tests that damage it.
 *
 * Threads: one.
 */
#ifndef TESTS_STORE_SAMPLE_H
#define TESTS_STORE_SAMPLE_H

#include "store_fixture.h"

/* How a store that may be damaged answered. */
struct store_sample_result {
    unsigned right;   /* answers that are the truth */
    unsigned refused; /* errors: damaged, unreadable ... */
    unsigned missing; /* «not found» of what is there */
    unsigned wrong;   /* answers that are not the truth */
};

/* Fills the open store of F in several commits; its content depends on
 * nothing but this code. One slot is destroyed. */
void store_sample_fill(struct store_fixture *f);
/* Asks for all of it through a read transaction. */
void store_sample_compare(struct store_fixture *f,
                          struct store_sample_result *ret_result);

#endif
