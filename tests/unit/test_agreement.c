/* agreement - proposing, signing, ending, and the partner's steps: a step that
 * does not fit changes nothing and gets a verdict.
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
#include "rules/verdict.h"
#include "rules_forge.h"

enum {
    TODAY = WORLD_NOW / 86400
};

static const struct agreement_signer ana = {
    .name = {(const uint8_t *)"ana", 3},
    .title = {(const uint8_t *)"head of sourcing", 16}};

/* Terms over the text TEXT, from FROM on, without an end. */
static struct kith_record terms_over(struct kith_arena *arena, const char *text,
                                     int32_t from)
{
    const struct kith_when day = {.kind = KITH_WHEN_DATE, .from_day = from};
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    struct kith_hash document;

    kith_sha256(text, strlen(text), &document);
    kith_build_start(&builder, arena);
    kith_build_octets(&builder, KITH_NDA_DOCUMENT, document.b, KITH_HASH_LEN);
    kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("assembly"));
    kith_build_when(&builder, KITH_NDA_EFFECTIVE, &day);
    assert_int_equal(kith_build_finish(&builder, &terms), KITH_OK);
    return terms;
}

static enum kith_status propose(struct world_company *company, const char *text,
                                int32_t from)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    const struct kith_record terms = terms_over(act->arena, text, from);
    uint64_t number;
    enum kith_status status =
        agreement_propose(act, &link, &terms, &ana, &number);

    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static enum kith_status sign(struct world_company *company, const char *text)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    struct kith_hash document;
    uint64_t number;
    enum kith_status status;

    kith_sha256(text, strlen(text), &document);
    status = agreement_sign(act, &link,
                            &(struct agreement_wanted){.document = &document},
                            &ana, &number);
    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static enum kith_status end(struct world_company *company, uint64_t number)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    enum kith_status status = agreement_end(act, &link, number, &ana);

    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static enum gate_reason in_force(struct world_company *company, int64_t now)
{
    struct act *act = world_begin(company);
    enum gate_reason reason;
    struct kith_hash digest;

    act->now = now;
    assert_int_equal(agreement_in_force(act, 1, &reason, &digest), KITH_OK);
    world_abort(company);
    return reason;
}

static void test_propose_needs_a_verified_partner(void **state)
{
    struct world *world = *state;

    assert_int_equal(propose(&world->oem, "nda", TODAY), KITH_DENIED);
    assert_string_equal(world->oem.err.code, "partner_unverified");
    assert_int_equal(sign(&world->oem, "nda"), KITH_DENIED);
    assert_int_equal(world_queued(&world->oem), 0);
}

static void test_same_terms_are_proposed_once(void **state)
{
    struct world *world = *state;

    world_verify(world);
    assert_int_equal(propose(&world->oem, "nda", TODAY), KITH_OK);
    assert_int_equal(propose(&world->oem, "nda", TODAY), KITH_CONFLICT);
    assert_int_equal(propose(&world->oem, "nda", TODAY + 1), KITH_OK);
}

static void test_terms_that_make_no_sense_are_refused(void **state)
{
    struct world *world = *state;
    const struct kith_when early = {.kind = KITH_WHEN_DATE,
                                    .from_day = TODAY - 1};
    struct kith_record_builder builder;
    struct kith_record terms;
    struct store_link link;
    uint64_t number;
    struct act *act;

    world_verify(world);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    terms = terms_over(act->arena, "nda", TODAY);
    kith_build_start(&builder, act->arena);
    kith_build_field(&builder, kith_record_field(&terms, KITH_NDA_EFFECTIVE));
    kith_build_when(&builder, KITH_NDA_UNTIL, &early);
    assert_int_equal(kith_build_finish(&builder, &terms), KITH_OK);
    assert_int_equal(agreement_propose(act, &link, &terms, &ana, &number),
                     KITH_INVALID);
    assert_string_equal(world->oem.err.code, "nda_dates");
    kith_error_clear(&world->oem.err);
    terms.n_fields = 0;
    assert_int_equal(agreement_propose(act, &link, &terms, &ana, &number),
                     KITH_INVALID);
    assert_string_equal(world->oem.err.code, "nda_from_missing");
    kith_error_clear(&world->oem.err);
    terms = terms_over(act->arena, "nda", TODAY);
    assert_int_equal(agreement_propose(act, &link, &terms,
                                       &(struct agreement_signer){0}, &number),
                     KITH_INVALID);
    assert_string_equal(world->oem.err.code, "signer_missing");
    world_abort(&world->oem);
}

static void test_agreement_is_in_force_on_its_days_only(void **state)
{
    struct world *world = *state;

    world_verify(world);
    assert_int_equal(in_force(&world->oem, WORLD_NOW), GATE_NO_AGREEMENT);
    world_agree(world, TODAY, TODAY + 2);
    assert_int_equal(in_force(&world->oem, WORLD_NOW - 1), GATE_AGREEMENT_DATE);
    assert_int_equal(in_force(&world->oem, WORLD_NOW), GATE_OPEN);
    assert_int_equal(in_force(&world->ems, WORLD_NOW + 3 * 86400 - 1),
                     GATE_OPEN);
    assert_int_equal(in_force(&world->ems, WORLD_NOW + 3 * 86400),
                     GATE_AGREEMENT_DATE);
}

static void test_one_signature_is_no_agreement(void **state)
{
    struct world *world = *state;

    world_verify(world);
    assert_int_equal(propose(&world->oem, "nda", TODAY), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(in_force(&world->oem, WORLD_NOW), GATE_NO_AGREEMENT);
    assert_int_equal(in_force(&world->ems, WORLD_NOW), GATE_NO_AGREEMENT);
    assert_int_equal(sign(&world->oem, "nda"), KITH_CONFLICT);
    assert_int_equal(sign(&world->ems, "other"), KITH_NOT_FOUND);
    assert_int_equal(sign(&world->ems, "nda"), KITH_OK);
    assert_int_equal(sign(&world->ems, "nda"), KITH_CONFLICT);
    assert_int_equal(in_force(&world->ems, WORLD_NOW), GATE_OPEN);
    assert_int_equal(in_force(&world->oem, WORLD_NOW), GATE_NO_AGREEMENT);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(in_force(&world->oem, WORLD_NOW), GATE_OPEN);
}

static void test_proposal_of_ours_over_the_same_text_hides_not_theirs(
    void **state)
{
    struct world *world = *state;

    world_verify(world);
    assert_int_equal(propose(&world->oem, "nda", TODAY), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(propose(&world->ems, "nda", TODAY), KITH_OK);
    assert_int_equal(sign(&world->ems, "nda"), KITH_OK);
    assert_int_equal(in_force(&world->ems, WORLD_NOW), GATE_OPEN);
}

static void test_end_binds_its_author_at_once_and_the_other_on_arrival(
    void **state)
{
    struct world *world = *state;

    world_verify(world);
    world_agree(world, TODAY, TODAY + 100);
    assert_int_equal(end(&world->ems, 7), KITH_NOT_FOUND);
    assert_int_equal(end(&world->ems, 1), KITH_OK);
    assert_int_equal(end(&world->ems, 1), KITH_CONFLICT);
    assert_int_equal(in_force(&world->ems, WORLD_NOW), GATE_AGREEMENT_DATE);
    assert_int_equal(in_force(&world->oem, WORLD_NOW), GATE_OPEN);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(in_force(&world->oem, WORLD_NOW), GATE_AGREEMENT_DATE);
}

static void test_proposal_ended_by_its_author_is_not_signed(void **state)
{
    struct world *world = *state;

    world_verify(world);
    assert_int_equal(propose(&world->oem, "nda", TODAY), KITH_OK);
    assert_int_equal(end(&world->oem, 1), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(sign(&world->ems, "nda"), KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "nda_ended");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_propose_needs_a_verified_partner,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(test_same_terms_are_proposed_once,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_terms_that_make_no_sense_are_refused, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_agreement_is_in_force_on_its_days_only, world_up, world_down),
        cmocka_unit_test_setup_teardown(test_one_signature_is_no_agreement,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_proposal_of_ours_over_the_same_text_hides_not_theirs, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_end_binds_its_author_at_once_and_the_other_on_arrival,
            world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_proposal_ended_by_its_author_is_not_signed, world_up,
            world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
