/* destruction - asked for, carried out, certified; and what partners forge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/signed.h"
#include "rules/destruction.h"
#include "rules/verdict.h"
#include "rules_forge.h"
#include "rules_share.h"
#include "store/records.h"
#include "store/state.h"
#include "store/store.h"

enum {
    DAY_S = 24 * 60 * 60
};

static int32_t today(void)
{
    return (int32_t)(WORLD_NOW / DAY_S);
}

/* The OEM asks for the destruction of PROJECT, NULL: of all. */
static enum kith_status ask(struct world *world,
                            const struct store_head *project, int32_t until_day,
                            uint64_t *ret_withdrawn)
{
    struct act *act = world_begin(&world->oem);
    struct store_link link = world_link(&world->oem);
    const struct destruction_wish wish = {&link, project, until_day};
    uint64_t number;
    enum kith_status status =
        destruction_request(act, &wish, &number, ret_withdrawn);

    if (status == KITH_OK)
        world_commit(&world->oem);
    else
        world_abort(&world->oem);
    return status;
}

/* State of the newest destruction that COMPANY knows; its fields live until the
 * next transaction. *ret_number 0: none. */
static struct kith_record newest(struct world_company *company,
                                 uint64_t *ret_number)
{
    struct act *act = world_begin(company);
    struct kith_record state = {.kind = 0}, next;
    uint64_t number = 0;

    *ret_number = 0;
    while (store_state_next(act->txn, KITH_KIND_DESTRUCTION, &number,
                            act->arena, &next) == KITH_OK) {
        state = next;
        *ret_number = number;
    }
    world_abort(company);
    return state;
}

static int64_t state_of(struct world_company *company)
{
    uint64_t number;
    const struct kith_record state = newest(company, &number);

    return number == 0 ? 0
                       : kith_record_value(&state, KITH_DESTRUCTION_STATE, 0);
}

/* The EMS's officer carries out the newest request, as the daemon does. */
static enum kith_status carry_out(struct world *world, const char *officer)
{
    const struct destruction_officer who = {.name = kith_bytes_of(officer)};
    struct destruction_found found;
    struct act *act;
    uint64_t number;
    enum kith_status status;

    (void)newest(&world->ems, &number);
    act = world_begin(&world->ems);
    status = destruction_begin(act, number, &who);
    if (status != KITH_OK) {
        world_abort(&world->ems);
        return status;
    }
    world_commit(&world->ems);
    act = world_begin(&world->ems);
    assert_int_equal(destruction_under_way(act, &number), KITH_OK);
    assert_int_equal(destruction_entries(act, number, &found), KITH_OK);
    world_abort(&world->ems);
    assert_int_equal(store_slots_destroy(world->ems.store, found.slots,
                                         found.n_slots, &world->ems.err),
                     KITH_OK);
    act = world_begin(&world->ems);
    status = destruction_finish(act, number, &found);
    world_commit(&world->ems);
    free(found.slots);
    return status;
}

/* Project lumen with a generation, granted and told. */
static struct store_head tell_lumen(struct world *world)
{
    struct store_head project = world_project(&world->oem, "lumen");
    const struct grant_wish wish = share_wish(&project);

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    return project;
}

static void test_what_is_asked_is_withdrawn_destroyed_and_certified(
    void **state)
{
    struct world *world = *state;
    struct store_head project = tell_lumen(world);
    struct kith_record at_oem;
    uint64_t number, withdrawn;

    assert_int_equal(ask(world, &project, today() + 9, &withdrawn), KITH_OK);
    assert_int_equal(withdrawn, 2);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 0);
    assert_int_equal(state_of(&world->ems), KITH_DESTRUCTION_REQUESTED);
    assert_int_equal(carry_out(world, "J. Bauer"), KITH_OK);
    assert_int_equal(state_of(&world->ems), KITH_DESTRUCTION_DONE);
    world_carry(&world->ems, &world->oem);
    at_oem = newest(&world->oem, &number);
    assert_int_equal(kith_record_value(&at_oem, KITH_DESTRUCTION_STATE, 0),
                     KITH_DESTRUCTION_DONE);
    assert_int_equal(kith_record_value(&at_oem, KITH_DESTRUCTION_ENTRIES, 0),
                     2);
    assert_null(kith_record_field(&at_oem, KITH_DESTRUCTION_DIFFERS));
    assert_int_equal(world_audited(&world->ems, "destroyed"), 1);
    assert_int_equal(world_audited(&world->oem, "destruction_certified"), 1);
}

static void test_a_request_for_all_reaches_every_project(void **state)
{
    struct world *world = *state;
    struct store_head lumen = tell_lumen(world);
    struct store_head ochre = world_project(&world->oem, "ochre");
    const struct grant_wish wish = share_wish(&ochre);
    uint64_t withdrawn;

    (void)lumen;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 2);
    assert_int_equal(ask(world, NULL, today(), &withdrawn), KITH_OK);
    assert_int_equal(withdrawn, 4);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 0);
    assert_int_equal(carry_out(world, "J. Bauer"), KITH_OK);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(state_of(&world->oem), KITH_DESTRUCTION_DONE);
}

static void test_a_request_that_makes_no_sense_is_refused(void **state)
{
    struct world *world = *state;
    struct store_head untold = world_project(&world->oem, "untold");
    struct store_head lumen = tell_lumen(world);
    uint64_t withdrawn;

    assert_int_equal(ask(world, &untold, today() + 1, &withdrawn),
                     KITH_NOT_FOUND);
    assert_int_equal(ask(world, &lumen, today() - 1, &withdrawn), KITH_INVALID);
    world->oem.doubted = true;
    assert_int_equal(ask(world, &lumen, today() + 1, &withdrawn), KITH_DENIED);
    world->oem.doubted = false;
    assert_int_equal(state_of(&world->oem), 0);
}

static void test_only_the_asked_side_carries_out_and_once(void **state)
{
    struct world *world = *state;
    struct store_head lumen = tell_lumen(world);
    const struct destruction_officer who = {.name = kith_bytes_of("x")};
    uint64_t number, withdrawn;
    struct act *act;

    assert_int_equal(ask(world, &lumen, today() + 1, &withdrawn), KITH_OK);
    world_carry(&world->oem, &world->ems);
    (void)newest(&world->oem, &number);
    act = world_begin(&world->oem);
    assert_int_equal(destruction_begin(act, number, &who), KITH_CONFLICT);
    world_abort(&world->oem);
    assert_int_equal(carry_out(world, ""), KITH_INVALID);
    assert_int_equal(carry_out(world, "J. Bauer"), KITH_OK);
    assert_int_equal(carry_out(world, "J. Bauer"), KITH_CONFLICT);
}

/* A request of the OEM for PROJECT (NULL: all), with ID. */
static struct kith_record forged_request(const struct kith_id *project,
                                         const struct kith_id *id)
{
    struct kith_record record = {
        .kind = KITH_KIND_DESTRUCTION_REQUEST, .id = *id, .revision = 1};
    const struct kith_when until = {.kind = KITH_WHEN_DATE,
                                    .from_day = today()};
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    if (project != NULL)
        kith_build_octets(&builder, KITH_DESTRUCTION_REQUEST_PROJECT,
                          project->b, KITH_ID_LEN);
    kith_build_when(&builder, KITH_DESTRUCTION_REQUEST_UNTIL, &until);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

static void test_a_request_of_a_partner_must_name_what_it_told(void **state)
{
    struct world *world = *state;
    const struct kith_id unknown = kith_id_random(), id = kith_id_random();
    struct kith_record record = forged_request(&unknown, &id);

    assert_int_equal(forge_send(world, &record), APPLY_PARENT);
    assert_int_equal(state_of(&world->ems), 0);
    record = forged_request(NULL, &id);
    assert_int_equal(forge_send(world, &record), APPLY_NONE);
    assert_int_equal(forge_send(world, &record), APPLY_REVISION);
    assert_int_equal(world_audited(&world->ems, "destruction_asked_of_us"), 1);
}

/* A certificate of the OEM for REQUEST of the EMS, signed by KEY. */
static struct kith_record forged_certificate(struct kith_bytes request,
                                             const struct kith_sign_key *key)
{
    struct kith_record record = {.kind = KITH_KIND_DESTRUCTION_CERTIFICATE};
    const uint8_t digest[KITH_HASH_LEN] = {7};
    struct kith_record_builder builder;
    struct kith_buf bytes = {0};
    struct kith_sig signature;

    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_CERTIFICATE_REQUEST, request.data,
                      request.len);
    kith_build_number(&builder, KITH_CERTIFICATE_LOG_NUMBER, 1);
    kith_build_number(&builder, KITH_CERTIFICATE_SIZE, 1);
    kith_build_number(&builder, KITH_CERTIFICATE_ENTRIES, 1);
    kith_build_octets(&builder, KITH_CERTIFICATE_DIGEST, digest,
                      sizeof(digest));
    kith_build_number(&builder, KITH_CERTIFICATE_DESTROYED_AT, WORLD_NOW);
    kith_build_text(&builder, KITH_CERTIFICATE_OFFICER, kith_bytes_of("x"));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(kith_signed_certificate(&record, &bytes), KITH_OK);
    assert_int_equal(kith_sign(key, KITH_STATEMENT_CERTIFICATE,
                               kith_buf_bytes(&bytes), &signature),
                     KITH_OK);
    kith_buf_clear(&bytes);
    kith_build_octets(&builder, KITH_CERTIFICATE_SIGNATURE, signature.b,
                      KITH_SIG_LEN);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

/* The EMS asks the OEM, which forges: as if something had been told. */
static struct kith_bytes asked_by_ems(struct world *world)
{
    struct act *act = world_begin(&world->ems);
    struct kith_record state = {.kind = KITH_KIND_DESTRUCTION};
    const struct kith_when until = {.kind = KITH_WHEN_DATE,
                                    .from_day = today()};
    const struct kith_id id = kith_id_random();
    struct store_link link = world_link(&world->ems);
    struct kith_record_builder builder;
    uint64_t number = 0;

    kith_build_start(&builder, act->arena);
    kith_build_number(&builder, KITH_DESTRUCTION_LINK, link.number);
    kith_build_number(&builder, KITH_DESTRUCTION_OURS, 1);
    kith_build_octets(&builder, KITH_DESTRUCTION_REQUEST, id.b, KITH_ID_LEN);
    kith_build_when(&builder, KITH_DESTRUCTION_UNTIL, &until);
    kith_build_number(&builder, KITH_DESTRUCTION_AT, WORLD_NOW);
    kith_build_choice(&builder, KITH_DESTRUCTION_STATE,
                      KITH_DESTRUCTION_REQUESTED);
    assert_int_equal(kith_build_finish(&builder, &state), KITH_OK);
    assert_int_equal(
        store_state_put(act->txn, KITH_KIND_DESTRUCTION, &number, &state),
        KITH_OK);
    world_commit(&world->ems);
    return kith_arena_copy(forge_arena, (struct kith_bytes){id.b, KITH_ID_LEN});
}

static void test_a_certificate_counts_only_when_asked_for_and_signed(
    void **state)
{
    struct world *world = *state;
    const struct kith_bytes none = {(const uint8_t *)"0123456789abcdef", 16};
    const struct kith_bytes request = asked_by_ems(world);
    const struct kith_sign_key *good = &world->oem.company.statement;
    struct kith_record record = forged_certificate(none, good);
    uint64_t number;

    assert_int_equal(forge_send(world, &record), APPLY_PLACE);
    record = forged_certificate(request, &world->oem.company.log);
    assert_int_equal(forge_send(world, &record), APPLY_KEY);
    assert_int_equal(state_of(&world->ems), KITH_DESTRUCTION_REQUESTED);
    /* signed, but of entries that were never told: kept, and said so */
    record = forged_certificate(request, good);
    assert_int_equal(forge_send(world, &record), APPLY_NONE);
    record = newest(&world->ems, &number);
    assert_int_equal(kith_record_value(&record, KITH_DESTRUCTION_STATE, 0),
                     KITH_DESTRUCTION_DONE);
    assert_non_null(kith_record_field(&record, KITH_DESTRUCTION_DIFFERS));
    record = forged_certificate(request, good);
    assert_int_equal(forge_send(world, &record), APPLY_PLACE);
}

static void test_late_certificate_opens_again_and_tells_what_was_held_back(void **state)
{
    struct world *world = *state;
    const struct store_head lumen = tell_lumen(world);
    struct store_head solis = world_project(&world->oem, "solis");
    const struct grant_wish wish = share_wish(&solis);
    uint64_t withdrawn;

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_milestone(&world->oem, "solis/g1", "EVT", today(), KITH_LABEL_NONE);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(ask(world, &lumen, today() + 2, &withdrawn), KITH_OK);
    world_carry(&world->oem, &world->ems);
    world->oem.late_s = world->ems.late_s = 5 * DAY_S;
    world_milestone(&world->oem, "solis/g1", "EVT", today() + 9,
                    KITH_LABEL_NONE);
    world_milestone(&world->oem, "solis/g1", "PVT", today(), KITH_LABEL_NONE);
    assert_int_equal(world_carry(&world->oem, &world->ems), 0);
    /* withheld, and nothing taken back */
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    assert_int_equal(carry_out(world, "J. Bauer"), KITH_OK);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(world_carry(&world->oem, &world->ems), 2);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 2);
    assert_int_equal(world_audited(&world->oem, "destruction_certified"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_late_certificate_opens_again_and_tells_what_was_held_back,
            share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_what_is_asked_is_withdrawn_destroyed_and_certified, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_a_request_for_all_reaches_every_project, share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_a_request_that_makes_no_sense_is_refused, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_only_the_asked_side_carries_out_and_once, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_a_request_of_a_partner_must_name_what_it_told, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_a_certificate_counts_only_when_asked_for_and_signed, forge_up,
            forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
