/* access - who reads an item: persons on the need-to-know list, while grant and
 * agreement are in force; for everybody else it does not exist (inv. 6).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/agreement.h"
#include "rules/ledger.h"
#include "rules/person.h"
#include "rules/resolve.h"
#include "rules/resolve_id.h"
#include "rules_world.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400,
    LATER = 31 /* days: the grant of a world is over */
};

static uint64_t add_person(struct world_company *company, const char *name)
{
    const struct person_wish wish = {
        .name = kith_bytes_of(name), .role = KITH_ROLE_EDITOR, .uid = -1};
    struct act *act = world_begin(company);
    uint64_t number;

    assert_int_equal(person_add(act, &wish, &number), KITH_OK);
    world_commit(company);
    return number;
}

static void announce(struct world_company *company, uint64_t number,
                     const struct kith_id *project)
{
    const struct kith_id any = {{0}};
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);

    assert_int_equal(
        person_announce(act, &link, number, project != NULL ? project : &any),
        KITH_OK);
    act->person = number;
    assert_int_equal(person_accept(act, &link), KITH_OK);
    world_commit(company);
}

/* The item that PATH names, looked up as the daemon. */
static struct store_head item(struct world_company *company, const char *path)
{
    struct store_head head;

    world_begin(company);
    assert_int_equal(
        resolve_record(&company->act, kith_bytes_of(path), 0, &head), KITH_OK);
    world_abort(company);
    return head;
}

/* Reads HEAD as PERSON on day TODAY + DAYS. */
static enum kith_status read_as(struct world_company *company, uint64_t person,
                                const struct store_head *head, int days)
{
    struct act *act = world_begin(company);
    struct kith_record record;
    enum kith_status status;

    act->person = person;
    act->now = WORLD_NOW + (int64_t)days * 86400;
    status = access_read(act, head, &record);
    world_abort(company);
    return status;
}

/* «lumen» and «solis», told to the EMS for all it has bound; jan and eva are
 * persons 1 and 2 of it. */
static int bound_up(void **state)
{
    int failed = world_up(state);
    struct world *world = *state;
    struct store_head lumen, solis;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    lumen = world_project(&world->oem, "lumen");
    solis = world_project(&world->oem, "solis");
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    assert_int_equal(world_grant(&world->oem, &lumen, NULL, &grant), KITH_OK);
    assert_int_equal(world_grant(&world->oem, &solis, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(add_person(&world->ems, "jan"), 1);
    assert_int_equal(add_person(&world->ems, "eva"), 2);
    return failed;
}

static void test_person_not_announced_reads_nothing(void **state)
{
    struct world *world = *state;
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");

    announce(&world->ems, 1, NULL);
    assert_int_equal(read_as(&world->ems, 1, &evt, 0), KITH_OK);
    assert_int_equal(read_as(&world->ems, 2, &evt, 0), KITH_NOT_FOUND);
    assert_int_equal(read_as(&world->ems, 99, &evt, 0), KITH_NOT_FOUND);
    assert_int_equal(read_as(&world->ems, 0, &evt, 0), KITH_OK);
}

static void test_person_reads_nothing_before_accepting_the_duty(void **state)
{
    struct world *world = *state;
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");
    const struct kith_id any = {{0}};
    struct act *act = world_begin(&world->ems);
    struct store_link link = world_link(&world->ems);

    assert_int_equal(person_announce(act, &link, 1, &any), KITH_OK);
    world_commit(&world->ems);
    assert_int_equal(read_as(&world->ems, 1, &evt, 0), KITH_NOT_FOUND);
    act = world_begin(&world->ems);
    act->person = 2; /* for herself, not for him */
    assert_int_equal(person_accept(act, &link), KITH_OK);
    world_commit(&world->ems);
    assert_int_equal(read_as(&world->ems, 1, &evt, 0), KITH_NOT_FOUND);
    act = world_begin(&world->ems);
    act->person = 1;
    assert_int_equal(person_accept(act, &link), KITH_OK);
    assert_int_equal(person_accept(act, &link), KITH_OK);
    world_commit(&world->ems);
    assert_int_equal(read_as(&world->ems, 1, &evt, 0), KITH_OK);
    assert_int_equal(world_audited(&world->ems, "duty_accepted"), 2);
}

static void test_person_bound_to_one_project_reads_no_other(void **state)
{
    struct world *world = *state;
    const struct store_head lumen = item(&world->ems, "lumen");
    const struct store_head solis = item(&world->ems, "solis");
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");

    announce(&world->ems, 1, &lumen.id);
    assert_int_equal(read_as(&world->ems, 1, &lumen, 0), KITH_OK);
    assert_int_equal(read_as(&world->ems, 1, &evt, 0), KITH_OK);
    assert_int_equal(read_as(&world->ems, 1, &solis, 0), KITH_NOT_FOUND);
    /* Bound to the second one as well. */
    announce(&world->ems, 1, &solis.id);
    assert_int_equal(read_as(&world->ems, 1, &solis, 0), KITH_OK);
    assert_int_equal(read_as(&world->ems, 1, &evt, 0), KITH_OK);
}

static void test_only_listed_persons_read_what_a_list_grants(void **state)
{
    struct world *world = *state;
    struct store_head ventus, item_head;
    struct disclosure_counts counts;
    struct grant_wish wish = {.kinds = 1u << KITH_KIND_GENERATION,
                              .purpose = kith_bytes_of("test"),
                              .n_persons = 1,
                              .from_day = TODAY,
                              .until_day = TODAY + 30};
    struct store_link link;
    struct kith_id jan;
    uint64_t grant;
    struct act *act;

    announce(&world->ems, 1, NULL);
    announce(&world->ems, 2, NULL);
    world_carry(&world->ems, &world->oem);
    ventus = world_project(&world->oem, "ventus");
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(person_of_partner(act, &link, kith_bytes_of("jan"), &jan),
                     KITH_OK);
    wish.project = ventus.ref.record;
    wish.project_id = ventus.id;
    wish.persons = &jan;
    assert_int_equal(grant_add(act, &link, &wish, &grant, &counts), KITH_OK);
    world_commit(&world->oem);
    world_carry(&world->oem, &world->ems);
    item_head = item(&world->ems, "ventus/g1");
    assert_int_equal(read_as(&world->ems, 1, &item_head, 0), KITH_OK);
    assert_int_equal(read_as(&world->ems, 2, &item_head, 0), KITH_NOT_FOUND);
}

static void test_reading_stops_when_the_grant_is_over(void **state)
{
    struct world *world = *state;
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");

    announce(&world->ems, 1, NULL);
    assert_int_equal(read_as(&world->ems, 1, &evt, LATER - 1), KITH_OK);
    assert_int_equal(read_as(&world->ems, 1, &evt, LATER), KITH_NOT_FOUND);
}

static void test_reading_stops_when_the_agreement_ends(void **state)
{
    struct world *world = *state;
    const struct agreement_signer ana = {.name = kith_bytes_of("ana")};
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");
    struct store_link link;
    struct act *act;

    announce(&world->ems, 1, NULL);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(agreement_end(act, &link, 1, &ana), KITH_OK);
    world_commit(&world->ems);
    assert_int_equal(read_as(&world->ems, 1, &evt, 0), KITH_NOT_FOUND);
}

static void test_withdrawn_item_is_gone_for_everybody(void **state)
{
    struct world *world = *state;
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");
    struct disclosure_counts counts;
    struct store_head again;
    struct act *act;

    announce(&world->ems, 1, NULL);
    act = world_begin(&world->oem);
    assert_int_equal(grant_end(act, 1, &counts), KITH_OK);
    world_commit(&world->oem);
    world_carry(&world->oem, &world->ems);
    act = world_begin(&world->ems);
    assert_int_equal(store_head_get(act->txn, &evt.ref, &again), KITH_OK);
    world_abort(&world->ems);
    assert_int_equal(read_as(&world->ems, 1, &again, 0), KITH_NOT_FOUND);
    assert_int_equal(read_as(&world->ems, 0, &again, 0), KITH_NOT_FOUND);
}

static void test_destroyed_item_is_as_if_it_had_never_been(void **state)
{
    struct world *world = *state;
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");

    announce(&world->ems, 1, NULL);
    assert_int_equal(
        store_slots_destroy(world->ems.store, &evt.slot, 1, &world->ems.err),
        KITH_OK);
    assert_int_equal(read_as(&world->ems, 0, &evt, 0), KITH_UNREADABLE);
    assert_int_equal(read_as(&world->ems, 1, &evt, 0), KITH_NOT_FOUND);
    assert_int_equal(read_as(&world->ems, 2, &evt, 0), KITH_NOT_FOUND);
}

static void test_history_gives_no_entry_of_another_item(void **state)
{
    struct world *world = *state;
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");
    const struct store_head solis = item(&world->ems, "solis");
    struct kith_record record;
    uint64_t before;
    struct act *act = world_begin(&world->ems);

    assert_int_equal(
        access_history(act, &evt, evt.newest + 1, &record, &before), KITH_OK);
    assert_int_equal(before, 0);
    assert_int_equal(
        access_history(act, &evt, solis.newest + 1, &record, &before),
        KITH_NOT_FOUND);
    assert_int_equal(access_history(act, &evt, 100000, &record, &before),
                     KITH_NOT_FOUND);
    world_abort(&world->ems);
}

/* Posts an answer of COMPANY to the item TO. */
static enum kith_status answer_as(struct world_company *company,
                                  uint64_t person, const char *to)
{
    struct kith_record record = {.kind = KITH_KIND_ANSWER};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(company);
    enum kith_status status;

    act->person = person;
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_ANSWER_TO, kith_bytes_of(to));
    kith_build_choice(&builder, KITH_ANSWER_VERDICT, KITH_ANSWER_ACCEPT);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    status = ledger_post(act, &record, 0, &posted);
    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static void test_answer_is_read_by_whoever_reads_what_it_answers(void **state)
{
    struct world *world = *state;
    struct store_head head;
    struct act *act;

    announce(&world->ems, 1, NULL);
    assert_int_equal(answer_as(&world->ems, 1, "acme:lumen/g1/EVT"), KITH_OK);
    assert_int_equal(add_person(&world->oem, "ana"), 1);
    assert_int_equal(add_person(&world->oem, "ben"), 2);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(world_items(&world->oem, KITH_KIND_ANSWER), 1);
    act = world_begin(&world->oem);
    head = (struct store_head){.ref = {.record = 0}};
    do {
        assert_int_equal(
            store_head_next(act->txn, 1, 0, head.ref.record, &head), KITH_OK);
    } while (head.kind != KITH_KIND_ANSWER);
    world_abort(&world->oem);
    assert_int_equal(read_as(&world->oem, 1, &head, 0), KITH_OK);
    assert_int_equal(read_as(&world->oem, 2, &head, 0), KITH_OK);
}

/* Whether it is there must not show: same status, same code, same words. */
static void test_hidden_item_is_refused_in_the_words_of_an_absent_one(
    void **state)
{
    static const char *const hidden[] = {"acme:lumen/g1/EVT", "lumen/g1/EVT",
                                         "lumen", "acme:lumen"};
    static const char *const absent[] = {"acme:lumen/g1/DVT", "lumen/g1/DVT",
                                         "luxor", "acme:luxor"};
    struct world *world = *state;
    size_t i;

    announce(&world->ems, 1, NULL);
    for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        struct kith_error one, other;

        assert_int_equal(answer_as(&world->ems, 2, hidden[i]), KITH_NOT_FOUND);
        one = world->ems.err;
        assert_int_equal(answer_as(&world->ems, 2, absent[i]), KITH_NOT_FOUND);
        other = world->ems.err;
        assert_string_equal(one.code, other.code);
        assert_string_equal(one.next, other.next);
        assert_string_equal(one.code, "record_unknown");
        assert_non_null(strstr(one.what, hidden[i]));
    }
}

static void test_hidden_item_is_not_found_by_its_id(void **state)
{
    struct world *world = *state;
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");
    char hex[2 * KITH_ID_LEN + 1];
    struct store_head head;
    struct act *act;

    kith_hex(evt.id.b, KITH_ID_LEN, hex);
    act = world_begin(&world->ems);
    assert_int_equal(resolve_whole_id(act, &evt.id, &head), KITH_OK);
    assert_int_equal(resolve_id(act, kith_bytes_of(hex), &head), KITH_OK);
    act->person = 2;
    assert_int_equal(resolve_whole_id(act, &evt.id, &head), KITH_NOT_FOUND);
    assert_int_equal(resolve_id(act, kith_bytes_of(hex), &head),
                     KITH_NOT_FOUND);
    hex[8] = '\0';
    assert_int_equal(resolve_id(act, kith_bytes_of(hex), &head),
                     KITH_NOT_FOUND);
    world_abort(&world->ems);
}

static void test_reading_is_noted_once_per_revision(void **state)
{
    struct world *world = *state;
    const struct store_head evt = item(&world->ems, "lumen/g1/EVT");
    struct act *act = world_begin(&world->ems);

    act->person = 1;
    assert_int_equal(access_note_read(act, &evt, 1), KITH_OK);
    assert_int_equal(access_note_read(act, &evt, 1), KITH_OK);
    act->person = 2;
    assert_int_equal(access_note_read(act, &evt, 1), KITH_OK);
    act->person = 1;
    assert_int_equal(access_note_read(act, &evt, 2), KITH_OK);
    world_commit(&world->ems);
    assert_int_equal(world_audited(&world->ems, "read"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_person_reads_nothing_before_accepting_the_duty, bound_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_person_not_announced_reads_nothing,
                                        bound_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_person_bound_to_one_project_reads_no_other, bound_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_only_listed_persons_read_what_a_list_grants, bound_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_reading_stops_when_the_grant_is_over, bound_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_reading_stops_when_the_agreement_ends, bound_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_withdrawn_item_is_gone_for_everybody, bound_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_destroyed_item_is_as_if_it_had_never_been, bound_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_history_gives_no_entry_of_another_item, bound_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_answer_is_read_by_whoever_reads_what_it_answers, bound_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_hidden_item_is_refused_in_the_words_of_an_absent_one, bound_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_hidden_item_is_not_found_by_its_id,
                                        bound_up, world_down),
        cmocka_unit_test_setup_teardown(test_reading_is_noted_once_per_revision,
                                        bound_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
