/* test_verify_pack - a pack proves what its signatures prove, whoever made it
 * and whatever its maker wished. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kith/kinds.h"
#include "judge.h"
#include "pack_world.h"
#include "report.h"

enum {
    DAY_S = 24 * 60 * 60,
    WITHIN = 20050 * DAY_S,
    BEFORE = 19999 * DAY_S,
    AFTER = 20101 * DAY_S
};

/* All that kith-verify does before it prints. */
static enum kith_status verify(struct pack_world *world,
                               struct loaded_pack *pack, struct steps *steps)
{
    struct kith_error err = {.status = KITH_OK};
    enum kith_status status;

    status = judge_pack(kith_buf_bytes(&world->file), pack, steps, &err);
    if (status != KITH_OK)
        assert_true(err.what[0] != '\0');
    return status;
}

/* What `verify` says of the pack that WORLD holds. */
static enum kith_status judge(struct pack_world *world)
{
    struct loaded_pack pack;
    struct steps steps;
    enum kith_status status = verify(world, &pack, &steps);

    kith_arena_destroy(&pack.arena);
    return status;
}

/* How the last entry of the maker stood. */
static enum cover cover_of_last(struct pack_world *world)
{
    const struct agreement *agreement;
    struct loaded_pack pack;
    struct steps steps;
    enum cover cover = COVER_NONE;

    pack_world_make(world);
    assert_int_equal(verify(world, &pack, &steps), KITH_OK);
    for (size_t i = 0; i < pack.n_entries; i++) {
        if (pack.entries[i].log == MAKER &&
            pack.entries[i].header.entry_class == KITH_CLASS_PROJECT)
            cover = steps_cover(&steps, &pack.entries[i], &agreement);
    }
    kith_arena_destroy(&pack.arena);
    return cover;
}

static void test_what_was_told_under_a_signed_agreement_is_proven(void **state)
{
    struct pack_world world;
    struct loaded_pack pack;
    struct steps steps;
    char *words = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&words, &len);

    (void)state;
    pack_world_start(&world);
    pack_world_propose(&world);
    pack_world_sign(&world, 1);
    pack_world_project(&world, 0, 1, WITHIN);
    pack_world_make(&world);
    assert_int_equal(verify(&world, &pack, &steps), KITH_OK);
    assert_true(report_print(out, &pack, &steps));
    fclose(out);
    assert_non_null(strstr(words, "name: lumen"));
    assert_non_null(strstr(words, "which both had signed before"));
    assert_non_null(strstr(words, "duty of confidence: without end"));
    free(words);
    kith_arena_destroy(&pack.arena);
    pack_world_clear(&world);
}

static void test_an_agreement_counts_only_when_its_teller_held_it(void **state)
{
    struct pack_world world;

    (void)state;
    pack_world_start(&world);
    pack_world_project(&world, 0, 0, WITHIN); /* names no terms */
    assert_int_equal(cover_of_last(&world), COVER_NONE);
    pack_world_clear(&world);

    pack_world_start(&world);
    pack_world_propose(&world);
    pack_world_project(&world, 0, 0, WITHIN);
    assert_int_equal(cover_of_last(&world), COVER_HALF);
    pack_world_sign(&world, 1); /* too late for the one told already */
    assert_int_equal(cover_of_last(&world), COVER_LATER);
    pack_world_project(&world, 0, 0, WITHIN); /* it had not come yet */
    assert_int_equal(cover_of_last(&world), COVER_LATER);
    pack_world_project(&world, 0, 1, WITHIN);
    assert_int_equal(cover_of_last(&world), COVER_GOOD);
    pack_world_clear(&world);
}

static void test_what_was_seen_is_of_the_others_log_whatever_its_number(
    void **state)
{
    struct pack_world world;

    (void)state;
    for (uint32_t number = 1; number <= 3; number++) {
        pack_world_start(&world);
        pack_world_number(&world, 0, number);
        pack_world_number(&world, 1, 2);
        pack_world_propose(&world);
        pack_world_sign(&world, 1);
        pack_world_project(&world, 0, 0, WITHIN); /* it had not come yet */
        assert_int_equal(cover_of_last(&world), COVER_LATER);
        pack_world_project(&world, 0, 1, WITHIN);
        assert_int_equal(cover_of_last(&world), COVER_GOOD);
        pack_world_clear(&world);
    }
}

static void test_an_agreement_counts_within_its_dates_and_before_its_end(
    void **state)
{
    struct pack_world world;

    (void)state;
    pack_world_start(&world);
    pack_world_propose(&world);
    pack_world_sign(&world, 1);
    pack_world_project(&world, 0, 1, BEFORE);
    assert_int_equal(cover_of_last(&world), COVER_DATES);
    pack_world_project(&world, 0, 1, AFTER);
    assert_int_equal(cover_of_last(&world), COVER_DATES);
    pack_world_end(&world, 1, 3);
    pack_world_project(&world, 0, 1, WITHIN); /* the end was under way */
    assert_int_equal(cover_of_last(&world), COVER_GOOD);
    pack_world_project(&world, 0, 2, WITHIN);
    assert_int_equal(cover_of_last(&world), COVER_ENDED);
    pack_world_clear(&world);
}

static void test_an_amendment_takes_the_place_of_what_it_amends(void **state)
{
    struct kith_hash former, amendment;
    struct pack_world world;

    (void)state;
    pack_world_start(&world);
    pack_world_propose(&world);
    pack_world_sign(&world, 1);
    former = world.terms_digest;
    pack_world_amend(&world, 1);
    amendment = world.terms_digest;
    pack_world_sign(&world, 2);
    world.terms_digest = former;
    pack_world_project(&world, 0, 1, WITHIN); /* half-signed to its teller */
    assert_int_equal(cover_of_last(&world), COVER_GOOD);
    pack_world_project(&world, 0, 2, WITHIN);
    assert_int_equal(cover_of_last(&world), COVER_SUPERSEDED);
    world.terms_digest = amendment;
    pack_world_project(&world, 0, 2, WITHIN);
    assert_int_equal(cover_of_last(&world), COVER_GOOD);
    /* an end of the former one ends the amendment with it */
    world.terms_digest = former;
    pack_world_end(&world, 1, 5);
    world.terms_digest = amendment;
    pack_world_project(&world, 0, 3, WITHIN);
    assert_int_equal(cover_of_last(&world), COVER_ENDED);
    pack_world_clear(&world);
}

/* A pack of one entry of the maker that LIE has changed. */
static enum kith_status judge_lie(void (*lie)(struct pack_world *world,
                                              struct kith_evidence_entry *))
{
    struct kith_evidence_entry entry;
    struct pack_world world;
    enum kith_status status;

    pack_world_start(&world);
    pack_world_project(&world, 0, 0, WITHIN);
    pack_world_project(&world, 0, 0, WITHIN);
    pack_world_project(&world, 1, 0, WITHIN);
    pack_world_begin(&world);
    pack_world_notes(&world, 0);
    pack_world_notes(&world, 1);
    pack_world_entry(&world, 0, 0, &entry);
    lie(&world, &entry);
    pack_world_add(&world, &entry);
    pack_world_finish(&world);
    status = judge(&world);
    pack_world_clear(&world);
    return status;
}

static void lie_not(struct pack_world *world, struct kith_evidence_entry *entry)
{
    (void)world;
    (void)entry;
}

static void lie_about_the_text(struct pack_world *world,
                               struct kith_evidence_entry *entry)
{
    entry->ek = world->logs[0].entries[1].ek;
    entry->sealed = world->logs[0].entries[1].sealed;
}

static void lie_about_the_key(struct pack_world *world,
                              struct kith_evidence_entry *entry)
{
    entry->ek = world->logs[0].entries[1].ek;
}

static void lie_about_the_proof(struct pack_world *world,
                                struct kith_evidence_entry *entry)
{
    (void)world;
    entry->proof.hashes[0].b[5] ^= 1;
}

static void lie_about_the_time(struct pack_world *world,
                               struct kith_evidence_entry *entry)
{
    (void)entry;
    world->logs[0].headers[0][17] ^= 1;
}

static void lie_about_the_teller(struct pack_world *world,
                                 struct kith_evidence_entry *entry)
{
    (void)world;
    entry->by_partner = true;
    entry->size = 1;
    entry->proof.count = 0;
}

static void lie_about_the_size(struct pack_world *world,
                               struct kith_evidence_entry *entry)
{
    (void)world;
    entry->size = 1; /* true, but no note says so */
    entry->proof.count = 0;
}

static void test_no_lie_about_an_entry_is_believed(void **state)
{
    (void)state;
    assert_int_equal(judge_lie(lie_not), KITH_OK);
    assert_int_equal(judge_lie(lie_about_the_text), KITH_UNTRUSTED);
    assert_int_equal(judge_lie(lie_about_the_key), KITH_UNTRUSTED);
    assert_int_equal(judge_lie(lie_about_the_proof), KITH_UNTRUSTED);
    assert_int_equal(judge_lie(lie_about_the_time), KITH_UNTRUSTED);
    assert_int_equal(judge_lie(lie_about_the_teller), KITH_UNTRUSTED);
    assert_int_equal(judge_lie(lie_about_the_size), KITH_UNTRUSTED);
}

static void test_a_note_signed_by_another_key_is_refused(void **state)
{
    struct pack_world world;

    (void)state;
    for (size_t which = 0; which < 2; which++) {
        pack_world_start(&world);
        pack_world_project(&world, 0, 0, WITHIN);
        pack_world_begin(&world);
        if (which == 0) /* the maker makes up the partner's receipt */
            world.companies[1].keys.receipt = world.companies[0].keys.receipt;
        else /* ... or the partner's log */
            world.companies[0].keys.log = world.companies[1].keys.log;
        pack_world_notes(&world, 0);
        pack_world_finish(&world);
        assert_int_equal(judge(&world), KITH_UNTRUSTED);
        pack_world_clear(&world);
    }
}

static void test_a_step_that_is_not_signed_is_left_out(void **state)
{
    struct kith_sign_key good;
    struct pack_world world;
    struct loaded_pack pack;
    struct steps steps;

    (void)state;
    pack_world_start(&world);
    pack_world_propose(&world);
    good = world.companies[1].keys.statement;
    world.companies[1].keys.statement = world.companies[0].keys.statement;
    pack_world_sign(&world, 1); /* the maker signs for its partner */
    world.companies[1].keys.statement = good;
    pack_world_project(&world, 0, 1, WITHIN);
    pack_world_make(&world);
    assert_int_equal(verify(&world, &pack, &steps), KITH_OK);
    assert_int_equal(steps.unsigned_steps, 1);
    assert_int_equal(steps.n_agreements, 1);
    assert_null(steps.agreements[0].signature);
    kith_arena_destroy(&pack.arena);
    pack_world_clear(&world);
}

static void test_a_pack_without_head_end_or_signature_is_refused(void **state)
{
    struct pack_world world;

    (void)state;
    pack_world_start(&world);
    pack_world_begin(&world);
    assert_int_equal(judge(&world), KITH_MALFORMED); /* no end */
    assert_int_equal(kith_pack_end(&world.pack, &world.file), KITH_OK);
    assert_int_equal(judge(&world), KITH_MALFORMED); /* no signature */
    world.file.len = 0;
    assert_int_equal(kith_pack_begin(&world.pack, &world.file), KITH_OK);
    pack_world_finish(&world);
    assert_int_equal(judge(&world), KITH_MALFORMED); /* no head */
    pack_world_begin(&world);
    pack_world_part(&world, KITH_EVIDENCE_SIGNATURE,
                    (struct kith_bytes){world.companies[0].part.log.b, 32});
    assert_int_equal(judge(&world), KITH_MALFORMED);
    world.file.len = 0;
    pack_world_begin(&world);
    pack_world_part(&world, (enum kith_evidence_part)77,
                    kith_bytes_of("newer"));
    pack_world_finish(&world);
    assert_int_equal(judge(&world), KITH_NOT_UNDERSTOOD);
    pack_world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_told_under_a_signed_agreement_is_proven),
        cmocka_unit_test(test_an_agreement_counts_only_when_its_teller_held_it),
        cmocka_unit_test(
            test_an_agreement_counts_within_its_dates_and_before_its_end),
        cmocka_unit_test(
            test_what_was_seen_is_of_the_others_log_whatever_its_number),
        cmocka_unit_test(test_an_amendment_takes_the_place_of_what_it_amends),
        cmocka_unit_test(test_no_lie_about_an_entry_is_believed),
        cmocka_unit_test(test_a_note_signed_by_another_key_is_refused),
        cmocka_unit_test(test_a_step_that_is_not_signed_is_left_out),
        cmocka_unit_test(test_a_pack_without_head_end_or_signature_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
