/* rules_forge - entries as a partner makes them that keeps no rule, for the tests
 * of what the rules do with them.
 *
 * The OEM of a world forges, the EMS takes in. Threads: one.
 */
#ifndef TESTS_RULES_FORGE_H
#define TESTS_RULES_FORGE_H

#include "kith/body.h"
#include "rules_world.h"

/* cmocka set-up and tear-down: a world with an agreement in force and
 * forge_arena, in which the records to be forged are built. */
int forge_up(void **state);
int forge_down(void **state);
extern struct kith_arena *forge_arena;

/* Appends BODY to FROM's log as a partner that keeps no rule would; it leaves
 * with the next world_carry. Returns its index. FROM has carried before. */
uint64_t world_forge(struct world_company *from, const struct kith_body *body);
/* The same for a relation or duty RECORD; id and revision when it has none. */
uint64_t world_forge_record(struct world_company *from,
                            const struct kith_record *record);
/* Verdict (and code) of entry INDEX of the partner's log at COMPANY. */
uint8_t world_verdict(struct world_company *company, uint64_t index,
                      uint16_t *ret_code);
/* A body of class project with RECORD, under the agreement in force, bound. */
struct kith_body forge_body(struct world *world,
                            const struct kith_record *record);
/* The OEM forges RECORD (a business record in such a body, any other as it is)
 * and the EMS takes it in. Returns the code of its verdict. */
uint16_t forge_send(struct world *world, const struct kith_record *record);
/* A project item named NAME, revision 1. */
struct kith_record forge_project(const char *name);
/* A milestone item under GENERATION, revision 1, planned on DAY. */
struct kith_record forge_milestone(const struct kith_id *generation,
                                   const char *title, int32_t day);
/* A generation item under PROJECT, revision 1. */
struct kith_record forge_generation(const struct kith_id *project,
                                    const char *name);

#endif
