/* test_core_decided - what a partner has answered is decided, as far as it had
 * seen it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/call.h"
#include "core/decided.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/ledger.h"
#include "rules_share.h"

enum {
    DAY = 20500
};

static void answer(struct world_company *company, const char *to)
{
    struct kith_record record = {.kind = KITH_KIND_ANSWER,
                                 .label = KITH_LABEL_INTERNAL};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(company);

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_ANSWER_TO, kith_bytes_of(to));
    kith_build_choice(&builder, KITH_ANSWER_VERDICT, KITH_ANSWER_ACCEPT);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(company);
}

static bool is_decided(struct world_company *company, uint64_t record,
                       uint64_t index)
{
    static struct call call;
    struct decided decided = {.known = false};
    struct store_link link;
    bool is;

    memset(&call, 0, sizeof(call));
    call.act = *world_begin(company);
    link = world_link(company);
    assert_int_equal(decided_read(&call, &link, &decided), KITH_OK);
    is = decided_has(&decided, record, index);
    decided_clear(&decided);
    world_abort(company);
    return is;
}

static uint64_t newest(struct world_company *company)
{
    uint64_t size;

    (void)world_begin(company);
    size = world_link(company).out.tree.size;
    world_abort(company);
    return size - 1;
}

static void test_only_what_was_seen_before_the_answer_is_decided(void **state)
{
    struct world *world = *state;
    const struct store_head project = world_project(&world->oem, "lumen");
    const struct grant_wish wish = share_wish(&project);
    struct store_head evt, dvt;
    uint64_t asked, changed;

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    dvt = world_milestone(&world->oem, "lumen/g1", "DVT", DAY,
                          KITH_LABEL_INTERNAL);
    evt = world_milestone(&world->oem, "lumen/g1", "EVT", DAY,
                          KITH_LABEL_INTERNAL);
    (void)world_carry(&world->oem, &world->ems);
    asked = newest(&world->oem);
    assert_false(is_decided(&world->oem, evt.ref.record, asked));
    answer(&world->ems, "acme:lumen/g1/EVT");
    assert_false(is_decided(&world->oem, evt.ref.record, asked));
    (void)world_carry(&world->ems, &world->oem);
    assert_true(is_decided(&world->oem, evt.ref.record, asked));
    assert_false(is_decided(&world->oem, dvt.ref.record, asked - 1));
    /* changed since: nobody has decided on that */
    (void)world_milestone(&world->oem, "lumen/g1", "EVT", DAY + 9,
                          KITH_LABEL_INTERNAL);
    (void)world_carry(&world->oem, &world->ems);
    changed = newest(&world->oem);
    assert_true(changed > asked);
    assert_true(is_decided(&world->oem, evt.ref.record, asked));
    assert_false(is_decided(&world->oem, evt.ref.record, changed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_only_what_was_seen_before_the_answer_is_decided, share_up,
            world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
