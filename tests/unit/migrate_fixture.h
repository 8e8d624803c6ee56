/* migrate_fixture - a store to be migrated, and what must be true of it.
 *
 * Linked with disk_steps.c.
 * Threads: one.
 */
#ifndef TESTS_MIGRATE_FIXTURE_H
#define TESTS_MIGRATE_FIXTURE_H

#include <stdbool.h>

#include "store_fixture.h"

enum {
    MIGRATE_COUNTED = 3 /* the link whose row counts in schema 1 too */
};

/* Prints what a check finds. */
extern const struct store_check_hooks migrate_hooks;

/* Fills the open store of F with the sample and two links more, one with
 * entries, one that says what it counted; closes it. */
void migrate_fill(struct store_fixture *f);
/* Answers of the sample that are right, today. */
unsigned migrate_ask_all(struct store_fixture *f);
/* store_migrate. */
enum kith_status migrate_run(struct store_fixture *f);
/* The store is of today's schema, good, and says what was put in. */
void migrate_expect_all(struct store_fixture *f, unsigned right);
/* Old or new stands, whole; the old one byte by byte as in the folder "whole".
 * True: the new one. */
bool migrate_expect_one_of_both(struct store_fixture *f);
/* The store of the folder "whole" stands again. */
void migrate_start_over(struct store_fixture *f);
bool migrate_is_there(const struct store_fixture *f, const char *name);
/* Commits and closes. */
void migrate_shut(struct store_fixture *f);

#endif
