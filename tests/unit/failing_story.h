/* failing_story - a story of two companies, step by step, in which every call
 * may fail (failing.h).
 *
 * Threads: one.
 */
#ifndef TESTS_FAILING_STORY_H
#define TESTS_FAILING_STORY_H

#include "kith/card.h"
#include "rules/destruction.h"
#include "rules_forge.h"
#include "rules_world.h"

/* What the steps hand on to each other. */
struct story {
    struct world *world;
    struct world_company *from, *to; /* of the carrying under way */
    struct kith_buf frame, receipt;
    uint64_t next;   /* first index of the next push */
    uint64_t behind; /* of the one after it, once that is made */
    bool more;       /* there was a frame */
    struct destruction_found found;
    struct kith_card former; /* of the OEM, before its keys changed */
    uint64_t failures, swallowed;
};

/* The work of one transaction of COMPANY. */
typedef enum kith_status step(struct story *story, struct act *act,
                              struct store_link *link);

/* Does WORK with its first call failing, then its second ... until it is done
 * without any. Fails when a failure comes out as anything but one of ours. */
void story_run(struct story *story, struct world_company *company, step *work);
/* Carries all that FROM has queued to TO, and the receipts back. */
void story_carry(struct story *story, struct world_company *from,
                 struct world_company *to);

/* What persons and the daemon do, in failing_steps.c and failing_late.c. */
step story_propose;
step story_sign;
step story_announce;
step story_post_project;
step story_plan;
step story_move;
step story_grant_all;
step story_grant_less;
step story_read_milestone;
step story_answer;
step story_go_on;
step story_ask_destruction;
step story_begin_destruction;
step story_end_destruction;
step story_end_agreement;
step story_gather;
step story_preview;
step story_tell_keys;
step story_take_card;

#endif
