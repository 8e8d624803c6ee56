/* failures - a story of two companies in which, in every transaction, every
 * allocation of our code and every access to a row of the store fails once.
 *
 * Each failure must come out as one of ours (never as a fault of the partner),
 * must leave nothing behind, and the same work done again must succeed: the
 * story ends as one without failures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "failing_story.h"
#include "kith/fields.h"
#include "kith/kinds.h"

/* Other keys of ours, once: the steps that follow are told under them. */
static void renew_keys(struct world_company *company)
{
    kith_sign_key_new(&company->company.log);
    kith_sign_key_new(&company->company.receipt);
    kith_sign_key_new(&company->company.statement);
}

static void turn_keys(struct story *story)
{
    struct world_company *oem = &story->world->oem;

    assert_int_equal(
        kith_card_read(kith_buf_bytes(&oem->company.card), &story->former),
        KITH_OK);
    renew_keys(oem);
    (void)world_begin(oem);
    world_renew_card(oem);
    world_commit(oem);
    story_run(story, oem, story_tell_keys);
    story_run(story, &story->world->ems, story_take_card);
    story_carry(story, oem, &story->world->ems);
}

/* Entries that a partner that keeps no rule makes: each gets a verdict, which is
 * told, whatever fails meanwhile. */
static void misbehave(struct story *story)
{
    struct world_company *oem = &story->world->oem, *ems = &story->world->ems;
    struct kith_record project = forge_project("second");
    const struct kith_record orphan =
        forge_milestone(&project.id, "orphan", 20000);
    struct kith_body body = forge_body(story->world, &orphan);
    struct kith_record withdrawal = {.kind = KITH_KIND_WITHDRAWAL};
    struct kith_record_builder builder;

    (void)world_forge(oem, &body);
    project.revision = 7;
    body = forge_body(story->world, &project);
    (void)world_forge(oem, &body);
    body.agreement.b[0] ^= 1;
    (void)world_forge(oem, &body);
    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_WITHDRAWAL_ITEM, project.id.b,
                      KITH_ID_LEN);
    kith_build_choice(&builder, KITH_WITHDRAWAL_REASON, 9);
    assert_int_equal(kith_build_finish(&builder, &withdrawal), KITH_OK);
    (void)world_forge_record(oem, &withdrawal);
    story_carry(story, oem, ems);
    story_carry(story, ems, oem);
    assert_int_equal(world_audited(oem, "verdict_received"), 4);
}

static void agree_and_tell(struct story *story)
{
    struct world_company *oem = &story->world->oem, *ems = &story->world->ems;

    story_run(story, oem, story_propose);
    story_carry(story, oem, ems);
    story_run(story, ems, story_sign);
    story_run(story, ems, story_announce);
    story_carry(story, ems, oem);
    story_run(story, oem, story_post_project);
    story_run(story, oem, story_plan);
    story_run(story, oem, story_grant_all);
    story_carry(story, oem, ems);
    story_run(story, oem, story_move);
    story_carry(story, oem, ems);
    story_run(story, ems, story_read_milestone);
    story_run(story, ems, story_answer);
    story_carry(story, ems, oem);
}

static void test_no_failure_of_ours_loses_or_doubles_anything(void **state)
{
    struct story story = {.world = *state};
    struct world_company *oem = &story.world->oem, *ems = &story.world->ems;

    world_verify(story.world);
    agree_and_tell(&story);
    assert_int_equal(world_items(ems, KITH_KIND_MILESTONE), 1);
    assert_int_equal(world_items(oem, KITH_KIND_ANSWER), 1);
    assert_int_equal(world_audited(ems, "read"), 1);
    misbehave(&story);
    story_run(&story, oem, story_preview);
    story_run(&story, oem, story_gather);
    story_run(&story, ems, story_gather);
    turn_keys(&story);
    story_run(&story, oem, story_grant_less);
    story_carry(&story, oem, ems);
    story_run(&story, oem, story_go_on);
    story_run(&story, ems, story_go_on);
    story_carry(&story, oem, ems);
    story_carry(&story, ems, oem);
    assert_int_equal(world_items(ems, KITH_KIND_PROJECT), 1);
    story_run(&story, oem, story_ask_destruction);
    story_carry(&story, oem, ems);
    assert_int_equal(world_items(ems, KITH_KIND_PROJECT), 0);
    story_run(&story, ems, story_begin_destruction);
    story_run(&story, ems, story_end_destruction);
    story_carry(&story, ems, oem);
    assert_int_equal(world_audited(oem, "destruction_certified"), 1);
    story_run(&story, oem, story_end_agreement);
    story_carry(&story, oem, ems);
    assert_int_equal(world_queued(oem) + world_queued(ems), 0);
    print_message("%llu failures, %llu of them done without\n",
                  (unsigned long long)story.failures,
                  (unsigned long long)story.swallowed);
    free(story.found.slots);
    kith_buf_clear(&story.frame);
    kith_buf_clear(&story.receipt);
}

/* A world, and the arena in which faults are forged. */
static int arena_up(void **state)
{
    assert_int_equal(kith_arena_new(1 << 24, &forge_arena), KITH_OK);
    return world_up(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_no_failure_of_ours_loses_or_doubles_anything, arena_up,
            forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
