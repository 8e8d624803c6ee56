/* Tests of quotas: what is counted, what the reserve lets pass, and what both
 * sides do when one is full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/session.h"
#include "link_pair.h"
#include "rules/grant.h"
#include "rules/ledger.h"
#include "rules/outbox.h"
#include "rules/quota.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400,
    SHARED = 20
};

static void post(struct pair *pair, const struct store_head *project)
{
    struct kith_record record = {.kind = KITH_KIND_MESSAGE,
                                 .label = KITH_LABEL_INTERNAL};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(pair->sides[0]);

    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_MESSAGE_ABOUT, project->id.b, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_INFO);
    kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of("news"));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(pair->sides[0]);
    pair_flush(pair, 0);
}

/* An open session over which the EMS got SHARED messages. */
static struct store_head share_project(struct pair *pair)
{
    struct store_head project;
    uint64_t grant;

    world_verify(pair->world);
    world_agree(pair->world, TODAY - 1, TODAY + 100);
    project = world_project(pair->sides[0], "lumen");
    assert_int_equal(world_grant(pair->sides[0], &project, NULL, &grant),
                     KITH_OK);
    pair_connect(pair, 1, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_OPEN);
    for (int i = 0; i < SHARED; i++)
        post(pair, &project);
    pair_run(pair);
    return project;
}

/* A duty record of the OEM that names nothing the EMS has: it gets a verdict
 * there, which is as good as any for passing. */
static void queue_duty(struct pair *pair)
{
    struct kith_record record = {.kind = KITH_KIND_VOID};
    struct kith_record_builder builder;
    struct act *act = world_begin(pair->sides[0]);
    struct store_link link = world_link(pair->sides[0]);

    kith_build_start(&builder, act->arena);
    kith_build_number(&builder, KITH_VOID_FROM, 0);
    kith_build_number(&builder, KITH_VOID_COUNT, 1);
    kith_build_choice(&builder, KITH_VOID_REASON, KITH_VOID_NOT_ALLOWED);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(outbox_add(act, &link, OUTBOX_DUTY, &record), KITH_OK);
    world_commit(pair->sides[0]);
    pair_flush(pair, 0);
}

static struct link_view look(const struct pair *pair, int side)
{
    struct link_view view;

    link_look(pair->machines[side], &view);
    return view;
}

/* How many audit rows of SIDE say WHAT. */
static size_t count_audit(struct pair *pair, int side, const char *what)
{
    struct act *act = world_begin(pair->sides[side]);
    uint64_t size = store_audit_size(act->txn);
    struct kith_record row;
    size_t count = 0;

    for (uint64_t i = 0; i < size; i++) {
        assert_int_equal(store_audit_get(act->txn, i, act->arena, &row),
                         KITH_OK);
        count += kith_bytes_equal(kith_record_bytes(&row, KITH_AUDIT_ACT),
                                  kith_bytes_of(what));
    }
    world_abort(pair->sides[side]);
    return count;
}

/* The EMS has taken as many entries this minute as it may. */
static void fill_quota(struct pair *pair)
{
    const struct link_view view = look(pair, 1);

    assert_true(view.quota.entries > 0);
    pair->sides[1]->company.limits.entries_minute = view.quota.entries;
}

static void empty_quota(struct pair *pair)
{
    pair->sides[1]->company.limits.entries_minute = 0;
}

static void reconnect(struct pair *pair, uint64_t session)
{
    pair_cut(pair, session - 1);
    pair_connect(pair, session, 0);
    pair_run(pair);
}

static void test_full_quota_is_read_on_both_sides(void **state)
{
    struct pair *pair = *state;
    struct store_head project = share_project(pair);

    fill_quota(pair);
    post(pair, &project);
    pair_run(pair);
    assert_int_equal(pair->closed[1].code, KITH_REFUSE_QUOTA);
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_QUOTA);
    assert_true(pair->closed[0].by_partner);
    assert_int_equal(look(pair, 1).quota.over, QUOTA_ENTRIES);
    assert_true(look(pair, 0).held);
    assert_string_equal(look(pair, 0).held_sentence,
                        quota_sentence(QUOTA_ENTRIES));
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), SHARED);
    reconnect(pair, 2);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_OPEN);
    assert_true(look(pair, 0).held);
    assert_int_equal(look(pair, 1).quota.over, QUOTA_ENTRIES);
}

static void test_held_bodies_follow_when_there_is_room(void **state)
{
    struct pair *pair = *state;
    struct store_head project = share_project(pair);
    struct store_link ours;

    fill_quota(pair);
    post(pair, &project);
    pair_run(pair);
    reconnect(pair, 2);
    assert_true(pair_link(pair, 1).in.pending != 0);
    post(pair, &project);
    pair_run(pair);
    empty_quota(pair);
    pair_tick(pair, 0, 1000);
    pair_run(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), SHARED);
    pair_tick(pair, 0, 1000 + KITH_QUOTA_HOLD_MS);
    pair_flush(pair, 0);
    pair_run(pair);
    assert_false(look(pair, 0).held);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE),
                     SHARED + 2);
    ours = pair_link(pair, 0);
    assert_int_equal(pair_link(pair, 1).in.pending, 0);
    assert_int_equal(ours.out.receipted, ours.out.tree.size);
    assert_int_equal(look(pair, 1).quota.over, QUOTA_NONE);
}

static void test_bodies_are_asked_for_when_the_sender_forgot(void **state)
{
    struct pair *pair = *state;
    struct store_head project = share_project(pair);

    fill_quota(pair);
    post(pair, &project);
    pair_run(pair);
    reconnect(pair, 2);
    assert_true(pair_link(pair, 1).in.pending != 0);
    empty_quota(pair);
    link_destroy(&pair->machines[0]); /* the sender starts anew */
    assert_int_equal(link_new(1, &pair->machines[0]), KITH_OK);
    link_disconnected(pair->machines[1], 2);
    pair_drop_all(pair);
    pair_connect(pair, 3, 0);
    pair_run(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE),
                     SHARED + 1);
    assert_int_equal(pair_link(pair, 1).in.pending, 0);
}

static void test_duty_passes_a_full_quota(void **state)
{
    struct pair *pair = *state;
    struct store_head project = share_project(pair);
    uint64_t before;

    fill_quota(pair);
    post(pair, &project);
    pair_run(pair);
    assert_true(look(pair, 0).held);
    reconnect(pair, 2);
    before = pair_link(pair, 1).in.processed;
    queue_duty(pair);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_OPEN);
    assert_int_equal(pair_link(pair, 1).in.processed, before + 1);
    assert_int_equal(pair_link(pair, 0).out.processed, before + 1);
}

static void test_repeated_refusals_are_one_audit_entry(void **state)
{
    struct pair *pair = *state;
    struct store_head project = share_project(pair);

    fill_quota(pair);
    post(pair, &project);
    pair_run(pair);
    for (uint64_t session = 2; session < 10; session++) {
        /* the hold of the OEM ends each time */
        link_destroy(&pair->machines[0]);
        assert_int_equal(link_new(1, &pair->machines[0]), KITH_OK);
        link_disconnected(pair->machines[1], session - 1);
        pair_drop_all(pair);
        pair_connect(pair, session, 0);
        pair_run(pair);
        assert_true(look(pair, 0).held);
    }
    assert_int_equal(count_audit(pair, 1, "quota_met"), 1);
    assert_int_equal(look(pair, 1).quota.refusals, 8);
    empty_quota(pair);
    pair_tick(pair, 0, 1000);
    pair_tick(pair, 0, 1000 + KITH_QUOTA_HOLD_MAX_MS);
    pair_cut(pair, 9);
    pair_connect(pair, 10, 0);
    pair_run(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE),
                     SHARED + 1);
    assert_int_equal(count_audit(pair, 1, "quota_met"), 2);
}

static void test_each_bound_is_met(void **state)
{
    struct pair *pair = *state;
    struct act *act = world_begin(pair->sides[1]);
    struct quota_limits *limits = &act->company->limits;
    struct quota_use use = {0};
    struct quota_cost cost = {.entries = 1, .bytes = 1000};
    struct quota_cost duty = {.entries = 1, .bytes = 1000, .reserve = true};
    struct store_link link = world_link(pair->sides[1]);

    *limits = (struct quota_limits){8, 8000, 16000, false};
    link.stored = 0;
    for (int i = 0; i < 8; i++) {
        assert_int_equal(quota_ask(act, &link, &use, &cost), QUOTA_NONE);
        quota_take(&link, &use, &cost);
    }
    assert_int_equal(quota_ask(act, &link, &use, &cost), QUOTA_ENTRIES);
    assert_int_equal(quota_ask(act, &link, &use, &duty), QUOTA_NONE);
    act->now += 60;
    assert_int_equal(quota_ask(act, &link, &use, &cost), QUOTA_BYTES);
    quota_take(&link, &use, &duty);
    assert_int_equal(quota_ask(act, &link, &use, &duty), QUOTA_BYTES);
    act->now += 86400;
    for (int i = 0; i < 6; i++)
        quota_take(&link, &use, &cost);
    use.entries = 0;
    assert_int_equal(quota_ask(act, &link, &use, &cost), QUOTA_NONE);
    quota_take(&link, &use, &cost);
    act->now += 86400;
    assert_int_equal(quota_ask(act, &link, &use, &cost), QUOTA_STORED);
    assert_int_equal(quota_ask(act, &link, &use, &duty), QUOTA_NONE);
    link.stored = 0;
    limits->store_full = true;
    assert_int_equal(quota_ask(act, &link, &use, &cost), QUOTA_STORE);
    assert_int_equal(quota_ask(act, &link, &use, &duty), QUOTA_NONE);
    world_abort(pair->sides[1]);
}

static void test_full_store_refuses_posts(void **state)
{
    struct pair *pair = *state;
    struct kith_record record = {.kind = KITH_KIND_MESSAGE,
                                 .label = KITH_LABEL_INTERNAL};
    struct ledger_posted posted;
    struct act *act = world_begin(pair->sides[0]);

    act->company->limits.store_full = true;
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_LIMIT);
    world_abort(pair->sides[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_full_quota_is_read_on_both_sides,
                                        pair_up, pair_down),
        cmocka_unit_test_setup_teardown(
            test_held_bodies_follow_when_there_is_room, pair_up, pair_down),
        cmocka_unit_test_setup_teardown(
            test_bodies_are_asked_for_when_the_sender_forgot, pair_up,
            pair_down),
        cmocka_unit_test_setup_teardown(test_duty_passes_a_full_quota, pair_up,
                                        pair_down),
        cmocka_unit_test_setup_teardown(
            test_repeated_refusals_are_one_audit_entry, pair_up, pair_down),
        cmocka_unit_test_setup_teardown(test_each_bound_is_met, pair_up,
                                        pair_down),
        cmocka_unit_test_setup_teardown(test_full_store_refuses_posts, pair_up,
                                        pair_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
