/* agreement_watch - people hear of the end of an agreement 90, 30 and 0 days
 * before it, once each, whatever the daemon did on those days.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/agreement.h"
#include "rules/cache.h"
#include "rules/watch.h"
#include "rules_agree.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400,
    DAY = 86400
};

/* COMPANY looks DAYS after WORLD_NOW; returns how many notices it has. The
 * newest one's text into TEXT of SIZE bytes unless NULL. */
static size_t look_for(struct world_company *company, int32_t days, char *text,
                       size_t size)
{
    struct kith_record notice;
    struct kith_bytes words = {NULL, 0};
    uint64_t number = 0;
    size_t count = 0;
    bool told;
    struct act *act;

    company->late_s = (int64_t)days * DAY;
    act = world_begin(company);
    assert_int_equal(watch_tell(act, &told), KITH_OK);
    world_commit(company);
    act = world_begin(company);
    while (store_state_next(act->txn, KITH_KIND_NOTICE, &number, act->arena,
                            &notice) == KITH_OK) {
        words = kith_record_bytes(&notice, KITH_NOTICE_TEXT);
        count++;
    }
    if (text != NULL)
        (void)snprintf(text, size, "%.*s", (int)words.len,
                       words.data == NULL ? "" : (const char *)words.data);
    world_abort(company);
    return count;
}

static size_t look(struct world_company *company, int32_t days)
{
    return look_for(company, days, NULL, 0);
}

static void test_three_notices_each_once(void **state)
{
    struct world *world = *state;
    char text[400];

    world_verify(world);
    world_agree(world, TODAY, TODAY + 200);
    assert_int_equal(look(&world->ems, 0), 0);
    assert_int_equal(look(&world->ems, 109), 0);
    assert_int_equal(look_for(&world->ems, 110, text, sizeof(text)), 1);
    assert_non_null(strstr(text, "agreement with acme ends in 90 days"));
    assert_non_null(strstr(text, "(2026-07-20)"));
    assert_int_equal(look(&world->ems, 110), 1);
    assert_int_equal(look(&world->ems, 169), 1);
    assert_int_equal(look(&world->ems, 170), 2);
    assert_int_equal(look(&world->ems, 171), 2);
    assert_int_equal(look_for(&world->ems, 200, text, sizeof(text)), 3);
    assert_non_null(strstr(text, "ends today"));
    assert_int_equal(look(&world->ems, 201), 3);
    assert_int_equal(look(&world->ems, 5000), 3);
    assert_int_equal(world_audited(&world->ems, "nda_end_told"), 3);
    /* the other side counts for itself */
    assert_int_equal(look(&world->oem, 110), 1);
}

static void test_days_that_were_slept_through_are_told_afterwards(void **state)
{
    struct world *world = *state;
    char text[400];

    world_verify(world);
    world_agree(world, TODAY, TODAY + 200);
    assert_int_equal(look_for(&world->ems, 115, text, sizeof(text)), 1);
    assert_non_null(strstr(text, "ends in 85 days"));
    assert_int_equal(look_for(&world->ems, 300, text, sizeof(text)), 3);
    assert_non_null(strstr(text, "has ended on 2026-07-20"));
    assert_int_equal(look(&world->ems, 301), 3);
}

static void test_signed_late_only_what_lies_ahead(void **state)
{
    struct world *world = *state;

    world_verify(world);
    world_agree(world, TODAY, TODAY + 60);
    assert_int_equal(look(&world->ems, 0), 0);
    assert_int_equal(look(&world->ems, 29), 0);
    assert_int_equal(look(&world->ems, 30), 1);
    assert_int_equal(look(&world->ems, 60), 2);
    assert_int_equal(look(&world->ems, 61), 2);
}

/* The day of the signature itself lies ahead still. */
static void test_signed_on_the_day(void **state)
{
    struct world *world = *state;

    world_verify(world);
    world_agree(world, TODAY, TODAY + 90);
    assert_int_equal(look(&world->ems, 0), 1);
}

static void test_a_far_end_is_quiet(void **state)
{
    struct world *world = *state;

    world_verify(world);
    world_agree(world, TODAY, TODAY + 40000);
    assert_int_equal(look(&world->ems, 20000), 0);
}

static void test_an_end_by_the_partner_is_told_at_once_and_once(void **state)
{
    struct world *world = *state;
    char text[400];

    world_verify(world);
    world_agree(world, TODAY, TODAY + 200);
    assert_int_equal(agree_end(&world->oem, 1), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(look_for(&world->ems, 0, text, sizeof(text)), 1);
    assert_non_null(strstr(text, "was ended on 2026-01-01"));
    assert_int_equal(look(&world->ems, 110), 1);
    assert_int_equal(look(&world->ems, 500), 1);
}

static void test_half_signed_is_not_watched(void **state)
{
    struct world *world = *state;

    world_verify(world);
    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "nda",
                                                        .from = TODAY,
                                                        .until = TODAY + 90}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(look(&world->oem, 90), 0);
    assert_int_equal(look(&world->ems, 90), 0);
}

static void test_a_clock_in_doubt_tells_nothing(void **state)
{
    struct world *world = *state;

    world_verify(world);
    world_agree(world, TODAY, TODAY + 200);
    world->ems.doubted = true;
    assert_int_equal(look(&world->ems, 300), 0);
    world->ems.doubted = false;
    assert_int_equal(look(&world->ems, 110), 1);
}

/* Signed while the clock stood years ahead: no day was over by that. */
static void test_signed_in_doubt_is_watched_all_the_same(void **state)
{
    struct world *world = *state;

    world_verify(world);
    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "nda",
                                                        .from = TODAY,
                                                        .until = TODAY + 200}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_sign(&world->ems, "nda"), KITH_OK);
    world->oem.doubted = true;
    world->oem.late_s = 400 * (int64_t)DAY;
    world_carry(&world->ems, &world->oem);
    world->oem.doubted = false;
    assert_int_equal(look(&world->oem, 109), 0);
    assert_int_equal(look(&world->oem, 110), 1);
}

static void add_rule(struct world_company *company, const char *channel,
                     const char *partner, const char *kind)
{
    struct kith_record rule = {.kind = KITH_KIND_NOTICE_RULE,
                               .id = kith_id_random()};
    struct kith_record_builder builder;
    struct act *act = world_begin(company);
    uint64_t number = 0;

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_NOTICE_RULE_CHANNEL, kith_bytes_of(channel));
    if (partner != NULL)
        kith_build_text(&builder, KITH_NOTICE_RULE_PARTNER,
                        kith_bytes_of(partner));
    if (kind != NULL)
        kith_build_text(&builder, KITH_NOTICE_RULE_KIND, kith_bytes_of(kind));
    assert_int_equal(kith_build_finish(&builder, &rule), KITH_OK);
    assert_int_equal(
        store_state_put(act->txn, KITH_KIND_NOTICE_RULE, &number, &rule),
        KITH_OK);
    cache_drop(&company->company);
    world_commit(company);
}

/* The inbox, and each channel once of those who ask for news of the partner. */
static void test_channels_are_told_once_each(void **state)
{
    struct world *world = *state;

    world_verify(world);
    world_agree(world, TODAY, TODAY + 200);
    add_rule(&world->ems, "inbox", NULL, NULL);
    add_rule(&world->ems, "mail", NULL, NULL);
    add_rule(&world->ems, "mail", "acme", NULL);
    add_rule(&world->ems, "hook", "other", NULL);
    add_rule(&world->ems, "drop", NULL, "milestone");
    assert_int_equal(look(&world->ems, 110), 2);
}

static void test_looked_at_once_a_day_and_after_each_change(void **state)
{
    struct world *world = *state;
    bool told;

    world_verify(world);
    world_agree(world, TODAY, TODAY + 200);
    assert_true(watch_is_due(&world->ems.company, TODAY));
    assert_int_equal(look(&world->ems, 0), 0);
    (void)world_begin(&world->ems);
    assert_int_equal(watch_tell(&world->ems.act, &told), KITH_OK);
    assert_false(told);
    assert_false(watch_is_due(&world->ems.company, TODAY));
    assert_true(watch_is_due(&world->ems.company, TODAY + 1));
    cache_drop(&world->ems.company);
    assert_true(watch_is_due(&world->ems.company, TODAY));
    world_abort(&world->ems);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_three_notices_each_once),
        TEST(test_days_that_were_slept_through_are_told_afterwards),
        TEST(test_signed_late_only_what_lies_ahead),
        TEST(test_signed_on_the_day),
        TEST(test_a_far_end_is_quiet),
        TEST(test_an_end_by_the_partner_is_told_at_once_and_once),
        TEST(test_half_signed_is_not_watched),
        TEST(test_a_clock_in_doubt_tells_nothing),
        TEST(test_signed_in_doubt_is_watched_all_the_same),
        TEST(test_channels_are_told_once_each),
        TEST(test_looked_at_once_a_day_and_after_each_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
