/* test_verify_trust - nobody is held to what only the maker of a pack, or a key
 * that was given up, says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "judge.h"
#include "pack_world.h"
#include "report.h"

enum {
    DAY_S = 24 * 60 * 60,
    WITHIN = 20050 * DAY_S
};

/* What kith-verify makes of a pack. */
struct verdict {
    enum kith_status status;
    size_t unsigned_steps; /* left out */
    bool agreed;           /* the first agreement has both signatures */
    bool whole;
    char *words; /* of the report; freed by the caller */
};

static struct verdict verify(struct pack_world *world)
{
    struct verdict verdict = {.status = KITH_OK};
    struct kith_error err = {.status = KITH_OK};
    struct loaded_pack pack;
    struct steps steps;
    size_t len = 0;
    FILE *out = open_memstream(&verdict.words, &len);

    verdict.status =
        judge_pack(kith_buf_bytes(&world->file), &pack, &steps, &err);
    if (verdict.status == KITH_OK) {
        verdict.unsigned_steps = steps.unsigned_steps;
        verdict.agreed =
            steps.n_agreements > 0 && steps.agreements[0].signature != NULL;
        verdict.whole = report_print(out, &pack, &steps);
    }
    fclose(out);
    kith_arena_destroy(&pack.arena);
    return verdict;
}

static void add_entry(struct pack_world *world, size_t who, size_t index)
{
    struct kith_evidence_entry entry;

    pack_world_entry(world, who, index, &entry);
    pack_world_add(world, &entry);
}

static void test_entries_stand_in_the_order_of_their_log(void **state)
{
    static const size_t orders[][2] = {{0, 1}, {1, 0}, {1, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        struct pack_world world;
        struct verdict verdict;

        pack_world_start(&world);
        pack_world_project(&world, 0, 0, WITHIN);
        pack_world_project(&world, 0, 0, WITHIN);
        pack_world_begin(&world);
        pack_world_notes(&world, 0);
        add_entry(&world, 0, orders[i][0]);
        add_entry(&world, 0, orders[i][1]);
        pack_world_finish(&world);
        verdict = verify(&world);
        assert_int_equal(verdict.status, i == 0 ? KITH_OK : KITH_MALFORMED);
        free(verdict.words);
        pack_world_clear(&world);
    }
}

/* The partner's signature of the agreement, and what stands for it. */
enum backing {
    BACKED_BY_BOTH,
    BACKED_BY_RECEIPT, /* of the maker, who makes it up */
    BACKED_BY_NOTHING
};

static struct verdict verify_backed(enum backing backing)
{
    struct kith_evidence_entry entry;
    struct pack_world world;
    struct verdict verdict;

    pack_world_start(&world);
    pack_world_propose(&world);
    pack_world_sign(&world, 1);
    pack_world_project(&world, 0, 1, WITHIN);
    pack_world_begin(&world);
    pack_world_notes(&world, 0);
    for (size_t i = 0; i < 2; i++)
        add_entry(&world, 0, i);
    if (backing == BACKED_BY_BOTH)
        pack_world_notes(&world, 1);
    else if (backing == BACKED_BY_RECEIPT)
        pack_world_receipt(&world, 1);
    pack_world_entry(&world, 1, 0, &entry);
    if (backing == BACKED_BY_NOTHING) {
        entry.size = 0;
        entry.proof.count = 0;
    }
    pack_world_add(&world, &entry);
    pack_world_finish(&world);
    verdict = verify(&world);
    assert_int_equal(verdict.status, KITH_OK);
    pack_world_clear(&world);
    return verdict;
}

static void test_a_partner_said_only_what_it_has_signed(void **state)
{
    (void)state;
    for (enum backing backing = BACKED_BY_BOTH; backing <= BACKED_BY_NOTHING;
         backing++) {
        const bool good = backing == BACKED_BY_BOTH;
        struct verdict verdict = verify_backed(backing);

        assert_int_equal(verdict.agreed, good);
        assert_int_equal(verdict.whole, good);
        assert_int_equal(
            strstr(verdict.words, "SIGNED BY NO KEY OF ITS TELLER") == NULL,
            good);
        assert_int_equal(strstr(verdict.words,
                                "1 entries that no checkpoint covers") == NULL,
                         good);
        free(verdict.words);
    }
}

/* The partner signs with a key that it gives up before or after; FORGED: whoever
 * has neither of its keys says that it gave it up. */
static struct verdict verify_given_up(bool before, bool forged)
{
    struct pack_world world;
    struct kith_sign_key former, fresh, stranger;
    struct verdict verdict;

    pack_world_start(&world);
    kith_sign_key_new(&stranger);
    former = pack_world_renew(&world, 1);
    fresh = world.companies[1].keys.statement;
    pack_world_propose(&world);
    world.companies[1].keys.statement = former;
    if (!before)
        pack_world_sign(&world, 1);
    pack_world_give_up(
        &world, 1,
        &(struct pack_notice){.use = KITH_NOTICE_KEY_STATEMENT,
                              .lost = &former.pk,
                              .signer = forged ? &stranger : &fresh});
    if (before)
        pack_world_sign(&world, 1);
    world.companies[1].keys.statement = fresh;
    pack_world_project(&world, 0, 2, WITHIN);
    pack_world_make(&world);
    verdict = verify(&world);
    assert_int_equal(verdict.status, KITH_OK);
    pack_world_clear(&world);
    return verdict;
}

static void test_a_key_that_was_given_up_signs_nothing_afterwards(void **state)
{
    static const struct {
        bool before, forged, agreed;
    } cases[] = {
        {false, false, true}, {true, false, false}, {true, true, true}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct verdict verdict =
            verify_given_up(cases[i].before, cases[i].forged);

        assert_int_equal(verdict.agreed, cases[i].agreed);
        assert_int_equal(verdict.unsigned_steps, cases[i].agreed ? 0 : 1);
        free(verdict.words);
    }
}

static void test_a_pack_under_a_key_that_was_given_up_is_refused(void **state)
{
    struct pack_world world;
    struct kith_sign_key former, fresh;
    struct verdict verdict;

    (void)state;
    pack_world_start(&world);
    former = pack_world_renew(&world, 0);
    fresh = world.companies[0].keys.statement;
    for (size_t i = 0; i < 2; i++) {
        if (i ==
            1) /* by the fresh key: who stole the former has not this one */
            pack_world_give_up(
                &world, 0,
                &(struct pack_notice){.use = KITH_NOTICE_KEY_STATEMENT,
                                      .lost = &former.pk,
                                      .signer = &fresh});
        pack_world_project(&world, 0, 0, WITHIN);
        pack_world_begin(&world);
        pack_world_notes(&world, 0);
        for (size_t at = 0; at < world.logs[0].count; at++)
            add_entry(&world, 0, at);
        world.companies[0].keys.statement = former;
        pack_world_finish(&world);
        world.companies[0].keys.statement = fresh;
        verdict = verify(&world);
        assert_int_equal(verdict.status, i == 0 ? KITH_OK : KITH_UNTRUSTED);
        free(verdict.words);
    }
    pack_world_clear(&world);
}

/* What is said of a pack with a receipt of size 3 of the maker's log 2, by a
 * key that the partner gives up in its own log OWN: of log NAMED (0: not said)
 * behind size TO. */
static enum kith_status judge_receipt(uint32_t own, uint32_t named, uint64_t to)
{
    struct pack_world world;
    struct verdict verdict;

    pack_world_start(&world);
    pack_world_number(&world, 0, 2);
    pack_world_number(&world, 1, own);
    for (size_t i = 0; i < 3; i++)
        pack_world_project(&world, 0, 0, WITHIN);
    pack_world_give_up(
        &world, 1,
        &(struct pack_notice){.use = KITH_NOTICE_KEY_RECEIPT,
                              .lost = &world.companies[1].part.receipt,
                              .to = to,
                              .log_number = named,
                              .signer = &world.companies[1].keys.statement});
    pack_world_begin(&world);
    pack_world_notes(&world, 0);
    pack_world_checkpoint(&world, 1);
    for (size_t i = 0; i < 3; i++)
        add_entry(&world, 0, i);
    add_entry(&world, 1, 0);
    pack_world_finish(&world);
    verdict = verify(&world);
    free(verdict.words);
    pack_world_clear(&world);
    return verdict.status;
}

static void test_a_receipt_key_counts_in_the_log_that_its_notice_names(
    void **state)
{
    (void)state;
    for (uint32_t own = 1; own <= 3; own++) {
        assert_int_equal(judge_receipt(own, 2, 2), KITH_UNTRUSTED);
        assert_int_equal(judge_receipt(own, 2, 3), KITH_OK);
        /* it ended in the log before, or goes on in the one behind */
        assert_int_equal(judge_receipt(own, 1, 9), KITH_UNTRUSTED);
        assert_int_equal(judge_receipt(own, 3, 0), KITH_OK);
    }
    /* where none is named it is the log of the same number */
    assert_int_equal(judge_receipt(1, 0, 9), KITH_UNTRUSTED);
    assert_int_equal(judge_receipt(2, 0, 2), KITH_UNTRUSTED);
    assert_int_equal(judge_receipt(2, 0, 3), KITH_OK);
    assert_int_equal(judge_receipt(3, 0, 0), KITH_OK);
}

/* Is what the pack says of a second note PHRASE? BESIDE: a note of its size is
 * there to be held against. */
static bool says_of_second(bool other, bool beside, const char *phrase)
{
    struct pack_world world;
    struct verdict verdict;
    bool said;

    pack_world_start(&world);
    pack_world_project(&world, 1, 0, WITHIN);
    pack_world_begin(&world);
    if (beside)
        pack_world_notes(&world, 1);
    pack_world_second(&world, 1, other);
    pack_world_finish(&world);
    verdict = verify(&world);
    assert_int_equal(verdict.status, KITH_OK);
    said = strstr(verdict.words, phrase) != NULL;
    free(verdict.words);
    pack_world_clear(&world);
    return said;
}

static void test_only_two_notes_convict_their_signer(void **state)
{
    static const char proven[] = "A SECOND HISTORY", claimed[] = "as the maker";

    (void)state;
    assert_true(says_of_second(true, true, proven));
    assert_false(says_of_second(true, true, claimed));
    assert_false(says_of_second(true, false, proven));
    assert_true(says_of_second(true, false, claimed));
    assert_false(says_of_second(false, true, proven));
    assert_false(says_of_second(false, true, claimed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries_stand_in_the_order_of_their_log),
        cmocka_unit_test(test_a_partner_said_only_what_it_has_signed),
        cmocka_unit_test(test_a_key_that_was_given_up_signs_nothing_afterwards),
        cmocka_unit_test(test_a_pack_under_a_key_that_was_given_up_is_refused),
        cmocka_unit_test(test_only_two_notes_convict_their_signer),
        cmocka_unit_test(
            test_a_receipt_key_counts_in_the_log_that_its_notice_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
