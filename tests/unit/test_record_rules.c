/* test_record_rules - rules between the fields of a kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame_arena.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/record.h"

static const uint8_t some_id[KITH_ID_LEN] = {1};

static struct kith_record finish(struct kith_record_builder *builder,
                                 uint32_t kind)
{
    struct kith_record record = {
        .kind = kind, .id = {{9}}, .revision = 1, .label = KITH_LABEL_INTERNAL};

    assert_int_equal(kith_build_finish(builder, &record), KITH_OK);
    return record;
}

/* Checks what BUILDER holds; a refusal must name CODE. */
static void assert_check(struct kith_record_builder *builder, uint32_t kind,
                         enum kith_status status, const char *code)
{
    struct kith_record record = finish(builder, kind);
    struct kith_error err = {0};

    assert_int_equal(kith_record_check(&record, true, &err), status);
    assert_string_equal(err.code, code);
    assert_int_equal(err.status, status);
}

static void start_grant(struct kith_record_builder *builder)
{
    kith_arena_reset(frame_arena);
    kith_build_start(builder, frame_arena);
    kith_build_octets(builder, KITH_GRANT_PROJECT, some_id, KITH_ID_LEN);
    kith_build_number(builder, KITH_GRANT_KINDS, KITH_KIND_MILESTONE);
    kith_build_text(builder, KITH_GRANT_PURPOSE, kith_bytes_of("planning"));
    kith_build_when(builder, KITH_GRANT_FROM,
                    &(struct kith_when){.kind = KITH_WHEN_DATE});
}

static void test_check_grant_to_nobody_is_invalid(void **state)
{
    struct kith_record_builder builder;

    (void)state;
    start_grant(&builder);
    assert_check(&builder, KITH_KIND_GRANT, KITH_INVALID, "audience_empty");
    kith_build_number(&builder, KITH_GRANT_BOUND, 0);
    assert_check(&builder, KITH_KIND_GRANT, KITH_INVALID, "audience_empty");
    start_grant(&builder);
    kith_build_number(&builder, KITH_GRANT_BOUND, 1);
    assert_check(&builder, KITH_KIND_GRANT, KITH_OK, "");
    start_grant(&builder);
    kith_build_octets(&builder, KITH_GRANT_PERSONS, some_id, KITH_ID_LEN);
    assert_check(&builder, KITH_KIND_GRANT, KITH_OK, "");
}

static void test_check_grant_to_too_many_is_invalid(void **state)
{
    struct kith_record_builder builder;

    (void)state;
    start_grant(&builder);
    for (size_t i = 0; i < KITH_PERSONS_MAX; i++)
        kith_build_octets(&builder, KITH_GRANT_PERSONS, some_id, KITH_ID_LEN);
    assert_check(&builder, KITH_KIND_GRANT, KITH_OK, "");
    kith_build_octets(&builder, KITH_GRANT_PERSONS, some_id, KITH_ID_LEN);
    assert_check(&builder, KITH_KIND_GRANT, KITH_INVALID, "list_too_long");
}

static void test_check_void_needs_pairs(void **state)
{
    struct kith_record_builder builder;

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_number(&builder, KITH_VOID_FROM, 3);
    kith_build_number(&builder, KITH_VOID_COUNT, 2);
    kith_build_choice(&builder, KITH_VOID_REASON, KITH_VOID_WITHDRAWN);
    assert_check(&builder, KITH_KIND_VOID, KITH_OK, "");
    kith_build_number(&builder, KITH_VOID_FROM, 9);
    assert_check(&builder, KITH_KIND_VOID, KITH_INVALID, "ranges_uneven");
    for (size_t i = 0; i < KITH_RANGES_MAX; i++)
        kith_build_number(&builder, KITH_VOID_FROM, 9);
    for (size_t i = 0; i < KITH_RANGES_MAX + 1; i++)
        kith_build_number(&builder, KITH_VOID_COUNT, 1);
    assert_check(&builder, KITH_KIND_VOID, KITH_INVALID, "list_too_long");
}

static void test_check_proposal_says_its_terms_once(void **state)
{
    static const uint8_t octets[KITH_SIG_LEN] = {1};
    struct kith_record_builder builder;

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_octets(&builder, KITH_NDA_TERMS, octets, sizeof(octets));
    kith_build_octets(&builder, KITH_NDA_TERMS_DIGEST, octets, KITH_HASH_LEN);
    kith_build_text(&builder, KITH_NDA_SIGNER, kith_bytes_of("Ann"));
    kith_build_number(&builder, KITH_NDA_SIGNED_AT, 1795000000);
    kith_build_octets(&builder, KITH_NDA_SIGNATURE, octets, sizeof(octets));
    assert_check(&builder, KITH_KIND_NDA_PROPOSAL, KITH_OK, "");
    kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("another"));
    assert_check(&builder, KITH_KIND_NDA_PROPOSAL, KITH_INVALID, "terms_twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_grant_to_nobody_is_invalid),
        cmocka_unit_test(test_check_grant_to_too_many_is_invalid),
        cmocka_unit_test(test_check_void_needs_pairs),
        cmocka_unit_test(test_check_proposal_says_its_terms_once),
    };

    return cmocka_run_group_tests(tests, frame_arena_open, frame_arena_close);
}
