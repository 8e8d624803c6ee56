/* oral - memos of what was said aloud: who gets one, what confirms it, when it is
 * overdue, and forged ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/ledger.h"
#include "rules/oral.h"
#include "rules/resolve.h"
#include "rules/verdict.h"
#include "rules/watch.h"
#include "rules_forge.h"
#include "rules_share.h"

enum {
    TODAY = WORLD_NOW / 86400,
    DAY = 86400
};

/* A memo as a person gives it, about lumen. */
static struct kith_record given(struct kith_arena *arena, const char *text,
                                int32_t said)
{
    const struct kith_when day = {.kind = KITH_WHEN_DATE, .from_day = said};
    struct kith_record memo = {.kind = KITH_KIND_MESSAGE,
                               .label = KITH_LABEL_INTERNAL};
    struct kith_record_builder builder;

    kith_build_start(&builder, arena);
    kith_build_text(&builder, KITH_MESSAGE_ABOUT, kith_bytes_of("lumen"));
    kith_build_choice(&builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_ORAL);
    kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of(text));
    kith_build_when(&builder, KITH_MESSAGE_SAID_ON, &day);
    kith_build_text(&builder, KITH_MESSAGE_SAID_TO, kith_bytes_of("Jan"));
    assert_int_equal(kith_build_finish(&builder, &memo), KITH_OK);
    return memo;
}

/* The OEM writes TEXT down, said on SAID; *ret_id: of the memo. */
static enum kith_status disclose(struct world_company *company,
                                 const char *text, int32_t said,
                                 struct kith_id *ret_id)
{
    struct act *act = world_begin(company);
    const struct store_link link = world_link(company);
    const struct kith_record as_given = given(act->arena, text, said);
    struct ledger_posted posted;
    struct kith_record memo;
    enum kith_status status = oral_complete(act, &link, &as_given, &memo);

    if (status == KITH_OK)
        status = ledger_post(act, &memo, link.number, &posted);
    if (status == KITH_OK)
        status = oral_keep(act, &link, &memo, &posted.head);
    if (status == KITH_OK) {
        *ret_id = posted.head.id;
        world_commit(company);
    } else {
        world_abort(company);
    }
    return status;
}

/* «lumen» with messages granted; carried. */
static void share(struct world *world)
{
    const struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);

    wish.until_day = TODAY + 100;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
}

/* The only item of kind message that the EMS holds. */
static struct kith_id item_of(struct world_company *company)
{
    struct store_head head;
    struct act *act = world_begin(company);
    uint64_t after = 0;
    struct kith_id id = {{0}};
    struct store_ref project = {0};

    assert_int_equal(resolve_record(act, kith_bytes_of("acme:lumen"), 0, &head),
                     KITH_OK);
    project = head.ref;
    while (store_head_next(act->txn, project.owner, project.record, after,
                           &head) == KITH_OK) {
        after = head.ref.record;
        if (head.kind == KITH_KIND_MESSAGE)
            id = head.id;
    }
    assert_false(kith_id_is_none(&id));
    world_abort(company);
    return id;
}

static void answer(struct world *world, const struct kith_id *item,
                   int64_t verdict)
{
    struct kith_record record = {.kind = KITH_KIND_ANSWER,
                                 .label = KITH_LABEL_INTERNAL};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(&world->ems);

    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_ANSWER_TO, item->b, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_ANSWER_VERDICT, verdict);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(&world->ems);
    world_carry(&world->ems, &world->oem);
}

/* The only memo of COMPANY. */
static struct oral_memo memo_of(struct world_company *company)
{
    struct oral_memo memo = {0};
    struct act *act = world_begin(company);

    assert_int_equal(oral_next(act, &memo), KITH_OK);
    world_abort(company);
    return memo;
}

/* COMPANY looks DAYS after WORLD_NOW; how many alarms there were so far. */
static size_t looks(struct world_company *company, int32_t days)
{
    struct act *act;
    bool told;

    company->late_s = (int64_t)days * DAY;
    act = world_begin(company);
    assert_int_equal(watch_tell(act, &told), KITH_OK);
    world_commit(company);
    return world_audited(company, "oral_overdue");
}

static void test_accept_closes_it_and_nothing_else_does(void **state)
{
    struct world *world = *state;
    struct kith_id id, item;

    share(world);
    assert_int_equal(disclose(&world->oem, "eight layers", TODAY - 2, &id),
                     KITH_OK);
    assert_int_equal(memo_of(&world->oem).due_day, TODAY + 18);
    world_carry(&world->oem, &world->ems);
    item = item_of(&world->ems);
    answer(world, &item, KITH_ANSWER_REJECT);
    assert_int_equal(memo_of(&world->oem).verdict, KITH_ANSWER_REJECT);
    assert_int_equal(world_audited(&world->oem, "oral_disputed"), 1);
    assert_int_equal(looks(&world->oem, 18), 0);
    assert_int_equal(looks(&world->oem, 19), 1); /* overdue: told ... */
    assert_int_equal(looks(&world->oem, 20), 1); /* ... once */
    answer(world, &item, KITH_ANSWER_ACCEPT);
    assert_int_equal(memo_of(&world->oem).verdict, KITH_ANSWER_ACCEPT);
    assert_int_equal(world_audited(&world->oem, "oral_confirmed"), 1);
    answer(world, &item, KITH_ANSWER_REJECT); /* confirmed is confirmed */
    assert_int_equal(memo_of(&world->oem).verdict, KITH_ANSWER_ACCEPT);
}

static void test_confirmed_in_time_is_never_told(void **state)
{
    struct world *world = *state;
    struct kith_id id, item;

    share(world);
    assert_int_equal(disclose(&world->oem, "eight layers", TODAY, &id),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    item = item_of(&world->ems);
    answer(world, &item, KITH_ANSWER_ACCEPT);
    assert_int_equal(looks(&world->oem, 30), 0);
}

static void test_written_too_late_is_told_at_once(void **state)
{
    struct world *world = *state;
    struct kith_id id;

    share(world);
    assert_int_equal(looks(&world->oem, 0), 0);
    assert_int_equal(disclose(&world->oem, "long ago", TODAY - 21, &id),
                     KITH_OK);
    assert_true(watch_is_due(&world->oem.company, TODAY));
    assert_int_equal(looks(&world->oem, 0), 1);
}

static void test_what_cannot_be_a_memo_is_refused(void **state)
{
    struct world *world = *state;
    struct kith_record record;
    struct ledger_posted posted;
    struct kith_id id;
    struct act *act;

    assert_int_equal(disclose(&world->oem, "in the future", TODAY + 1, &id),
                     KITH_INVALID);
    assert_string_equal(world->oem.err.code, "said_in_future");
    /* no addressee and no deadline: posted behind oral_complete's back */
    share(world);
    act = world_begin(&world->oem);
    record = given(act->arena, "bare", TODAY);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "oral_memo");
    world_abort(&world->oem);
    /* it is not changed afterwards */
    assert_int_equal(disclose(&world->oem, "eight layers", TODAY, &id),
                     KITH_OK);
    act = world_begin(&world->oem);
    record = (struct kith_record){.kind = KITH_KIND_MESSAGE, .id = id};
    {
        struct kith_record_builder builder;

        kith_build_start(&builder, act->arena);
        kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of("ten"));
        assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    }
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "oral_fixed");
    world_abort(&world->oem);
}

static void test_no_memo_without_an_agreement_in_force(void **state)
{
    struct world *world = *state;
    struct kith_id id;

    share(world);
    world->oem.late_s = 101 * (int64_t)DAY;
    assert_int_equal(disclose(&world->oem, "late", TODAY, &id), KITH_DENIED);
    assert_string_equal(world->oem.err.code, "nda_not_in_force");
}

/* What a partner forges: a memo for somebody else, one that is not whole, and a
 * message that bears an addressee. */
static void test_forged_memo_changes_nothing_and_gets_a_verdict(void **state)
{
    struct world *world = *state;
    struct kith_record project = forge_project("forged");
    size_t i;

    assert_int_equal(forge_send(world, &project), APPLY_NONE);
    for (i = 0; i < 4; i++) {
        const struct kith_when day = {.kind = KITH_WHEN_DATE,
                                      .from_day = TODAY};
        const struct kith_company_id *to =
            i == 0 ? &world->oem.company.id : &world->ems.company.id;
        struct kith_record memo = {.kind = KITH_KIND_MESSAGE,
                                   .id = kith_id_random(),
                                   .revision = 1,
                                   .changed_at = WORLD_NOW,
                                   .label = KITH_LABEL_INTERNAL,
                                   .project = project.id};
        struct kith_record_builder builder;

        kith_build_start(&builder, forge_arena);
        kith_build_octets(&builder, KITH_MESSAGE_ABOUT, project.id.b,
                          KITH_ID_LEN);
        kith_build_choice(&builder, KITH_MESSAGE_TYPE,
                          i == 2 ? KITH_MESSAGE_INFO : KITH_MESSAGE_ORAL);
        kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of("x"));
        kith_build_octets(&builder, KITH_MESSAGE_ADDRESSEE, to->b,
                          KITH_COMPANY_ID_LEN);
        if (i != 1)
            kith_build_when(&builder, KITH_MESSAGE_SAID_ON, &day);
        kith_build_text(&builder, KITH_MESSAGE_SAID_TO, kith_bytes_of("Jan"));
        assert_int_equal(kith_build_finish(&builder, &memo), KITH_OK);
        assert_int_equal(forge_send(world, &memo),
                         i == 3 ? APPLY_NONE : APPLY_FIELDS);
    }
    assert_int_equal(world_items(&world->ems, KITH_KIND_MESSAGE), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_accept_closes_it_and_nothing_else_does, share_up, world_down),
        cmocka_unit_test_setup_teardown(test_confirmed_in_time_is_never_told,
                                        share_up, world_down),
        cmocka_unit_test_setup_teardown(test_written_too_late_is_told_at_once,
                                        share_up, world_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_a_memo_is_refused,
                                        share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_no_memo_without_an_agreement_in_force, share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_forged_memo_changes_nothing_and_gets_a_verdict, forge_up,
            forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
