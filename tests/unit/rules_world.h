/* rules_world - two companies on RAM twins whose logs are carried by hand, for
 * the tests of the rules: no session, no socket.
 *
 * Threads: one.
 */
#ifndef TESTS_RULES_WORLD_H
#define TESTS_RULES_WORLD_H

#include "kith/error.h"
#include "kith/record.h"
#include "rules/act.h"
#include "rules/grant.h"
#include "store/logs.h"
#include "store/store.h"

enum {
    WORLD_NOW = 1767225600
}; /* 2026-01-01T00:00:00Z */

struct world_company {
    struct company company;
    struct kith_sign_key root;
    struct store *store;
    struct kith_arena *arena;
    struct kith_error err;
    struct act act; /* open between world_begin and world_commit */
    bool doubted;   /* its clock is in doubt */
    int64_t late_s; /* seconds that its clock has gone on from WORLD_NOW */
    struct store_options options; /* of its store */
};

struct world {
    struct world_company oem, ems;
};

/* cmocka set-up and tear-down; *state is a struct world of two companies that
 * hold each other's cards, not yet verified. */
int world_up(void **state);
int world_down(void **state);
/* The same with stores on disk, in two folders that are there and outlive it;
 * NULL: in memory. */
struct world *world_found(const char *oem, const char *ems);

struct act *world_begin(struct world_company *company);
void world_commit(struct world_company *company);
void world_abort(struct world_company *company);
/* The only link of COMPANY, in the open transaction. */
struct store_link world_link(struct world_company *company);

/* Both verify each other, and know it. */
void world_verify(struct world *world);
/* The OEM proposes, the EMS signs; carried both ways. */
void world_agree(struct world *world, int32_t from_day, int32_t until_day);
/* Draws all operational keys of COMPANY. */
void world_renew_keys(struct world_company *company);
/* A newer card of COMPANY with its keys of now, in its open transaction. */
void world_renew_card(struct world_company *company);
/* Carries everything queued by FROM to TO and the receipt back. Returns the
 * number of entries that were new. */
uint64_t world_carry(struct world_company *from, struct world_company *to);

/* Posts a project, generation or milestone of the OEM by names. */
struct store_head world_project(struct world_company *company,
                                const char *name);
struct store_head world_milestone(struct world_company *company,
                                  const char *path, const char *title,
                                  int32_t day, enum kith_label label);
/* A grant on PROJECT for all bound persons: milestones and generations. */
enum kith_status world_grant(struct world_company *company,
                             const struct store_head *project, const char *hide,
                             uint64_t *ret_number);

/* Rows of COMPANY's audit log that say ACT. */
size_t world_audited(struct world_company *company, const char *act);
/* Places in the queue of COMPANY. */
uint64_t world_queued(struct world_company *company);

/* Number of items COMPANY holds of KIND that are not withdrawn. */
size_t world_items(struct world_company *company, uint32_t kind);

#endif
