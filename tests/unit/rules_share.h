/* rules_share - what the tests of telling and telling again have in common: one
 * project «lumen» of the OEM, granted and edited.
 *
 * Threads: one.
 */
#ifndef TESTS_RULES_SHARE_H
#define TESTS_RULES_SHARE_H

#include "rules_world.h"

/* cmocka set-up: a world with an agreement in force; world_down ends it. */
int share_up(void **state);

/* All kinds of PROJECT for all bound, from today for 30 days. */
struct grant_wish share_wish(const struct store_head *project);
enum kith_status share_grant(struct world_company *company,
                             const struct grant_wish *wish);
/* Sets FIELD of project lumen to TEXT at second AT. */
void share_set(struct world_company *company, uint32_t field, const char *text,
               int64_t at);
/* The item that PATH names, as the daemon reads it; lives until the next
 * transaction. */
struct kith_record share_read(struct world_company *company, const char *path);

#endif
