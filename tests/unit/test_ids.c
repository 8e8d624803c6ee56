/* test_ids - ids and their text forms, against vectors. */
#include "vectors.h"

#include <string.h>

#include "kith/ids.h"

static void test_company_short_matches_vectors(void **state)
{
    json_t *list = json_object_get(vectors_load("ids.json"), "companies");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, i, one)
    {
        struct kith_company_id id = vector_company(one, "id");
        struct kith_company_id read;
        char text[KITH_COMPANY_SHORT_SIZE];
        char hex[KITH_COMPANY_HEX_SIZE];

        kith_company_id_short(&id, text);
        assert_string_equal(text, vector_text(one, "short"));
        assert_int_equal(kith_company_short_check(text), KITH_OK);
        kith_company_id_hex(&id, hex);
        assert_string_equal(hex, vector_text(one, "id"));
        assert_int_equal(kith_company_id_parse(hex, &read), KITH_OK);
        assert_true(kith_company_id_equal(&id, &read));
    }
}

static void test_company_short_check_finds_every_single_mistake(void **state)
{
    json_t *list = json_object_get(vectors_load("ids.json"), "companies");
    const char *good = vector_text(json_array_get(list, 0), "short");
    int missed = 0;
    int tried = 0;

    (void)state;
    for (size_t i = 0; i < strlen(good); i++) {
        for (const char *c = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; *c; c++) {
            char text[KITH_COMPANY_SHORT_SIZE];

            if (good[i] == '-' || good[i] == *c)
                continue;
            memcpy(text, good, sizeof(text));
            text[i] = *c;
            tried++;
            missed += kith_company_short_check(text) == KITH_OK;
        }
    }
    /* Ten check bits miss one in 1,024. */
    assert_true(missed <= tried / 200);
}

static void test_company_short_check_takes_what_people_type(void **state)
{
    json_t *list = json_object_get(vectors_load("ids.json"), "companies");
    char text[KITH_COMPANY_SHORT_SIZE];

    (void)state;
    strcpy(text, vector_text(json_array_get(list, 0), "short"));
    for (char *c = text; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    assert_int_equal(kith_company_short_check(text), KITH_OK);
    assert_int_equal(kith_company_short_check(""), KITH_MALFORMED);
    assert_int_equal(kith_company_short_check("K7QX"), KITH_MALFORMED);
    text[0] = 'U';
    assert_int_equal(kith_company_short_check(text), KITH_MALFORMED);
}

static void test_id_text_round_trip(void **state)
{
    static const char text[] = "0123abcd-4567-89ef-0123-456789abcdef";
    static const char *const forms[] = {
        text, "0123ABCD456789EF0123456789ABCDEF",
        "urn:uuid:0123abcd-4567-89ef-0123-456789abcdef"};
    struct kith_id id;
    char out[KITH_ID_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        memset(&id, 0, sizeof(id));
        assert_int_equal(kith_id_parse(forms[i], &id), KITH_OK);
        kith_id_text(&id, out);
        assert_string_equal(out, text);
    }
}

static void test_id_parse_refuses_other_forms(void **state)
{
    static const char *const bad[] = {"",
                                      "0123abcd-4567-89ef-0123-456789abcde",
                                      "0123abcd-4567-89ef-0123-456789abcdeg",
                                      "0123abcd4567-89ef-0123-456789abcdef0",
                                      "0123abcd-456789ef-0123-4567-89abcdef",
                                      "0123abcd04567089ef001230456789abcdef",
                                      "{123abcd-4567-89ef-0123-456789abcdef",
                                      "urn:uuid:",
                                      " 0123abcd456789ef0123456789abcdef"};
    struct kith_id id = {{7}};
    struct kith_id before = id;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(kith_id_parse(bad[i], &id), KITH_MALFORMED);
        assert_true(kith_id_equal(&id, &before));
    }
}

static void test_id_random_is_version_4_and_fresh(void **state)
{
    struct kith_id a = kith_id_random();
    struct kith_id b = kith_id_random();
    struct kith_id none = {{0}};

    (void)state;
    assert_int_equal(a.b[6] >> 4, 4);
    assert_int_equal(a.b[8] >> 6, 2);
    assert_false(kith_id_equal(&a, &b));
    assert_false(kith_id_is_none(&a));
    assert_true(kith_id_is_none(&none));
}

static void test_unhex_wants_every_digit(void **state)
{
    uint8_t data[2] = {1, 2};

    (void)state;
    assert_int_equal(kith_unhex("00fF", data, 2), KITH_OK);
    assert_int_equal(data[1], 0xff);
    assert_int_equal(kith_unhex("00f", data, 2), KITH_MALFORMED);
    assert_int_equal(kith_unhex("00ff0", data, 2), KITH_MALFORMED);
    assert_int_equal(kith_unhex("12g4", data, 2), KITH_MALFORMED);
    assert_int_equal(data[0], 0x00);
}

static void test_hash_read_wants_32_bytes(void **state)
{
    uint8_t data[33] = {0};
    struct kith_hash hash;

    (void)state;
    assert_int_equal(kith_hash_read((struct kith_bytes){data, 31}, &hash),
                     KITH_MALFORMED);
    assert_int_equal(kith_hash_read((struct kith_bytes){data, 33}, &hash),
                     KITH_MALFORMED);
    assert_int_equal(kith_hash_read((struct kith_bytes){data, 32}, &hash),
                     KITH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_company_short_matches_vectors),
        cmocka_unit_test(test_company_short_check_finds_every_single_mistake),
        cmocka_unit_test(test_company_short_check_takes_what_people_type),
        cmocka_unit_test(test_id_text_round_trip),
        cmocka_unit_test(test_id_parse_refuses_other_forms),
        cmocka_unit_test(test_id_random_is_version_4_and_fresh),
        cmocka_unit_test(test_unhex_wants_every_digit),
        cmocka_unit_test(test_hash_read_wants_32_bytes),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
