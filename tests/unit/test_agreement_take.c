/* agreement - steps that a partner forged, sends twice, or made for somebody
 * else: they change nothing and get a verdict (inv. 5).
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
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* What a forged proposal says; everything else is as it should be. */
struct proposal {
    struct kith_company_id proposer, partner;
    const char *text;
    int32_t from;
    bool other_key, other_digest, no_purpose, in_words;
    const struct kith_hash *amends; /* NULL: nothing */
    int64_t form;                   /* of the terms, 0: not said */
    bool both_terms;                /* a last day, and none */
};

static struct proposal proposal_over(struct world *world, const char *text)
{
    return (struct proposal){.proposer = world->oem.company.id,
                             .partner = world->ems.company.id,
                             .text = text,
                             .from = TODAY};
}

static void encode(const struct kith_record *record, struct kith_buf *buf)
{
    assert_int_equal(kith_record_encode(record, buf), KITH_OK);
}

static void build_terms(const struct proposal *proposal, struct kith_buf *buf)
{
    const struct kith_when from = {
        .kind = proposal->in_words ? KITH_WHEN_UNKNOWN : KITH_WHEN_DATE,
        .from_day = proposal->in_words ? 0 : proposal->from};
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    struct kith_hash document;

    kith_sha256(proposal->text, strlen(proposal->text), &document);
    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_NDA_DOCUMENT, document.b, KITH_HASH_LEN);
    if (!proposal->no_purpose)
        kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("assembly"));
    kith_build_when(&builder, KITH_NDA_EFFECTIVE, &from);
    kith_build_octets(&builder, KITH_NDA_PROPOSER, proposal->proposer.b,
                      KITH_COMPANY_ID_LEN);
    kith_build_octets(&builder, KITH_NDA_PARTNER, proposal->partner.b,
                      KITH_COMPANY_ID_LEN);
    if (proposal->amends != NULL)
        kith_build_octets(&builder, KITH_NDA_AMENDS, proposal->amends->b,
                          KITH_HASH_LEN);
    if (proposal->both_terms) {
        kith_build_when(&builder, KITH_NDA_UNTIL, &from);
        kith_build_number(&builder, KITH_NDA_UNTIL_TERMINATED, 1);
    }
    assert_int_equal(kith_build_finish(&builder, &terms), KITH_OK);
    encode(&terms, buf);
}

/* Signer, time and signature over DIGEST into BUILDER, as RECORD of KIND. */
static void build_signature(struct kith_record_builder *builder,
                            const struct kith_sign_key *key, uint32_t kind,
                            const struct kith_hash *digest)
{
    struct kith_record record = {.kind = kind};
    struct kith_record_builder over;
    struct kith_buf bytes = {0};
    struct kith_sig signature;

    kith_build_start(&over, forge_arena);
    kith_build_octets(&over, KITH_NDA_TERMS_DIGEST, digest->b, KITH_HASH_LEN);
    kith_build_text(&over, KITH_NDA_SIGNER, kith_bytes_of("eve"));
    kith_build_number(&over, KITH_NDA_SIGNED_AT, WORLD_NOW);
    assert_int_equal(kith_build_finish(&over, &record), KITH_OK);
    encode(&record, &bytes);
    assert_int_equal(kith_sign(key, KITH_STATEMENT_AGREEMENT,
                               kith_buf_bytes(&bytes), &signature),
                     KITH_OK);
    kith_buf_clear(&bytes);
    kith_build_octets(builder, KITH_NDA_TERMS_DIGEST, digest->b, KITH_HASH_LEN);
    kith_build_text(builder, KITH_NDA_SIGNER, kith_bytes_of("eve"));
    kith_build_number(builder, KITH_NDA_SIGNED_AT, WORLD_NOW);
    kith_build_octets(builder, KITH_NDA_SIGNATURE, signature.b, KITH_SIG_LEN);
}

static uint16_t send_proposal(struct world *world,
                              const struct proposal *proposal)
{
    struct kith_record record = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    struct kith_buf terms = {0};
    struct kith_hash digest;

    build_terms(proposal, &terms);
    kith_sha256(terms.data, terms.len, &digest);
    digest.b[0] ^= proposal->other_digest;
    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_NDA_TERMS, terms.data, terms.len);
    kith_buf_clear(&terms);
    build_signature(&builder,
                    proposal->other_key ? &world->oem.company.log
                                        : &world->oem.company.statement,
                    KITH_KIND_NDA_SIGNATURE, &digest);
    if (proposal->form != 0)
        kith_build_number(&builder, KITH_NDA_FORM, proposal->form);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return forge_send(world, &record);
}

/* Agreements that COMPANY holds. */
static size_t agreements(struct world_company *company)
{
    struct act *act = world_begin(company);
    struct kith_record record;
    uint64_t number = 0;
    size_t count = 0;

    while (store_state_next(act->txn, KITH_KIND_AGREEMENT, &number, act->arena,
                            &record) == KITH_OK)
        count++;
    world_abort(company);
    return count;
}

/* Digest of the terms of agreement NUMBER at COMPANY. */
static struct kith_hash digest_of(struct world_company *company,
                                  uint64_t number)
{
    struct act *act = world_begin(company);
    struct kith_record record;
    struct kith_hash digest;

    assert_int_equal(store_state_get(act->txn, KITH_KIND_AGREEMENT, number,
                                     act->arena, &record),
                     KITH_OK);
    assert_int_equal(kith_record_octets(&record, KITH_AGREEMENT_TERMS_DIGEST,
                                        digest.b, KITH_HASH_LEN),
                     KITH_OK);
    world_abort(company);
    return digest;
}

static enum gate_reason in_force(struct world_company *company)
{
    struct act *act = world_begin(company);
    enum gate_reason reason;
    struct kith_hash digest;

    assert_int_equal(agreement_in_force(act, 1, &reason, &digest), KITH_OK);
    world_abort(company);
    return reason;
}

static void test_good_proposal_is_kept(void **state)
{
    struct world *world = *state;
    const struct proposal good = proposal_over(world, "second");

    assert_int_equal(send_proposal(world, &good), APPLY_NONE);
    assert_int_equal(agreements(&world->ems), 2);
    assert_int_equal(world_audited(&world->ems, "nda_proposal_received"), 2);
}

static void test_bad_proposal_changes_nothing_and_gets_a_verdict(void **state)
{
    struct world *world = *state;
    struct proposal bad[6];
    size_t i;

    for (i = 0; i < 6; i++)
        bad[i] = proposal_over(world, "second");
    bad[0].other_key = true;
    bad[1].other_digest = true;
    bad[2].proposer = world->ems.company.id;
    bad[3].partner = world->oem.company.id;
    bad[4].no_purpose = true;
    bad[5].in_words = true;
    for (i = 0; i < 6; i++)
        assert_int_equal(send_proposal(world, &bad[i]), APPLY_NDA);
    assert_int_equal(agreements(&world->ems), 1);
    assert_int_equal(world_audited(&world->ems, "nda_step_refused"), 6);
    assert_int_equal(world_queued(&world->ems), 6); /* a verdict each */
}

/* An amendment of what is not there, in the form of terms that have none, with a
 * forged signature, or with terms that say two things. */
static void test_bad_amendment_changes_nothing_and_gets_a_verdict(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = digest_of(&world->ems, 1);
    struct kith_hash other = former;
    struct proposal bad[6];
    size_t i;

    other.b[0] ^= 1;
    for (i = 0; i < 6; i++) {
        bad[i] = proposal_over(world, "amendment");
        bad[i].amends = &former;
        bad[i].form = 2;
    }
    bad[0].amends = &other;
    bad[1].form = 0;
    bad[2].form = 3;
    bad[3].amends = NULL; /* nothing above field 11, and form 2 */
    bad[4].other_key = true;
    bad[5].both_terms = true;
    for (i = 0; i < 6; i++)
        assert_int_equal(send_proposal(world, &bad[i]), APPLY_NDA);
    assert_int_equal(agreements(&world->ems), 1);
    assert_int_equal(in_force(&world->ems), GATE_OPEN);
    assert_int_equal(world_audited(&world->ems, "nda_step_refused"), 6);
    /* and a good one is kept, and changes nothing while half-signed */
    bad[0].amends = &former;
    assert_int_equal(send_proposal(world, &bad[0]), APPLY_NONE);
    assert_int_equal(agreements(&world->ems), 2);
    assert_int_equal(in_force(&world->ems), GATE_OPEN);
}

static void test_proposal_sent_twice_is_kept_once(void **state)
{
    struct world *world = *state;
    const struct proposal good = proposal_over(world, "second");

    assert_int_equal(send_proposal(world, &good), APPLY_NONE);
    /* as it is told again in a next log: held, and nothing changes */
    assert_int_equal(send_proposal(world, &good), APPLY_NONE);
    assert_int_equal(agreements(&world->ems), 2);
}

/* Each is held in memory: a partner must not fill it (inv. 7). */
static void test_proposals_that_wait_are_bounded(void **state)
{
    struct world *world = *state;
    struct proposal proposal = proposal_over(world, "again");
    int i;

    for (i = 0; i < 32; i++) {
        proposal.from = TODAY + i;
        assert_int_equal(send_proposal(world, &proposal), APPLY_NONE);
    }
    proposal.from = TODAY + i;
    assert_int_equal(send_proposal(world, &proposal), APPLY_NDA);
    assert_int_equal(agreements(&world->ems), 33);
}

static uint16_t send_signature(struct world *world,
                               const struct kith_sign_key *key,
                               const struct kith_hash *digest)
{
    const struct kith_id proposal = kith_id_random();
    struct kith_record record = {.kind = KITH_KIND_NDA_SIGNATURE};
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_NDA_PROPOSAL, proposal.b, KITH_ID_LEN);
    build_signature(&builder, key, KITH_KIND_NDA_SIGNATURE, digest);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return forge_send(world, &record);
}

static void test_signature_that_does_not_fit_changes_nothing(void **state)
{
    struct world *world = *state;
    const struct agreement_signer bob = {.name = kith_bytes_of("bob")};
    struct kith_record terms;
    struct kith_buf bytes = {0};
    struct kith_hash digest = digest_of(&world->ems, 1);
    struct proposal ours = proposal_over(world, "ours");
    struct store_link link;
    uint64_t number;
    struct act *act;

    /* They proposed this one: their second signature is none of ours. */
    assert_int_equal(
        send_signature(world, &world->oem.company.statement, &digest),
        APPLY_NDA);
    build_terms(&ours, &bytes);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(
        kith_record_decode(forge_arena, kith_buf_bytes(&bytes), &terms),
        KITH_OK);
    kith_buf_clear(&bytes);
    assert_int_equal(agreement_propose(act, &link, &terms, &bob, &number),
                     KITH_OK);
    world_commit(&world->ems);
    digest = digest_of(&world->ems, number);
    /* Signed by a key that is not the statement key; over other terms. */
    assert_int_equal(
        send_signature(world, &world->oem.company.receipt, &digest), APPLY_NDA);
    digest.b[0] ^= 1;
    assert_int_equal(
        send_signature(world, &world->oem.company.statement, &digest),
        APPLY_NDA);
    digest.b[0] ^= 1;
    assert_int_equal(
        send_signature(world, &world->oem.company.statement, &digest),
        APPLY_NONE);
    /* told again: the very signature that is held changes nothing */
    assert_int_equal(
        send_signature(world, &world->oem.company.statement, &digest),
        APPLY_NONE);
    assert_int_equal(world_audited(&world->ems, "nda_signature_received"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good_proposal_is_kept, forge_up,
                                        forge_down),
        cmocka_unit_test_setup_teardown(
            test_bad_proposal_changes_nothing_and_gets_a_verdict, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_bad_amendment_changes_nothing_and_gets_a_verdict, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_proposal_sent_twice_is_kept_once,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(test_proposals_that_wait_are_bounded,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_signature_that_does_not_fit_changes_nothing, forge_up,
            forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
