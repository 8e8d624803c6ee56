/* test_pairing - the groups that two people read to each other. */
#include "vectors.h"

#include "kith/card.h"

static void test_pairing_groups_match_vectors(void **state)
{
    json_t *list = json_object_get(vectors_load("card.json"), "pairing");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(list), 2);
    json_array_foreach(list, i, one)
    {
        struct kith_company_id speaker = vector_company(one, "speaker");
        struct kith_company_id listener = vector_company(one, "listener");
        char own[KITH_PAIRING_SIZE], others[KITH_PAIRING_SIZE];

        kith_pairing_groups(&speaker, &listener, own);
        kith_pairing_groups(&listener, &speaker, others);
        assert_string_equal(own, vector_text(one, "groups"));
        assert_string_not_equal(own, others);
        assert_int_equal(kith_pairing_check(own, own), KITH_OK);
        assert_int_equal(kith_pairing_check(others, own), KITH_UNTRUSTED);
    }
}

static void test_pairing_check_takes_what_people_type(void **state)
{
    static const char want[KITH_PAIRING_SIZE] =
        "48213 90017 63352 71904 22865 10377";

    (void)state;
    assert_int_equal(
        kith_pairing_check("482139001763352719042286510377\n", want), KITH_OK);
    assert_int_equal(
        kith_pairing_check(" 48213-90017, 63352.71904 22865/10377 ", want),
        KITH_OK);
    assert_int_equal(
        kith_pairing_check("48213 90017 63352 71904 22865 10378", want),
        KITH_UNTRUSTED);
    assert_int_equal(kith_pairing_check("48213 90017", want), KITH_MALFORMED);
    assert_int_equal(
        kith_pairing_check("48213 90017 63352 71904 22865 103770", want),
        KITH_MALFORMED);
    assert_int_equal(kith_pairing_check("", want), KITH_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairing_groups_match_vectors),
        cmocka_unit_test(test_pairing_check_takes_what_people_type),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
