/* test_armour - text blocks and what mail does to them. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith/armour.h"
#include "kith/card.h"

static void test_armour_matches_vector(void **state)
{
    json_t *vector = vectors_load("card.json");
    struct kith_buf text = {NULL, 0, 0};

    (void)state;
    assert_int_equal(
        kith_armour(KITH_CARD_TITLE, vector_bytes(vector, "card"), &text),
        KITH_OK);
    assert_true(
        kith_bytes_is(kith_buf_bytes(&text), vector_text(vector, "armour")));
    kith_buf_clear(&text);
}

static void test_armour_round_trip_at_every_length(void **state)
{
    uint8_t data[200];

    (void)state;
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 37);
    for (size_t len = 0; len <= sizeof(data); len++) {
        struct kith_buf text = {NULL, 0, 0};
        struct kith_buf back = {NULL, 0, 0};
        struct kith_bytes bytes = {data, len};

        assert_int_equal(kith_armour("TEST", bytes, &text), KITH_OK);
        assert_int_equal(kith_unarmour("TEST", kith_buf_bytes(&text), &back),
                         KITH_OK);
        assert_bytes_equal(kith_buf_bytes(&back), bytes);
        kith_buf_clear(&text);
        kith_buf_clear(&back);
    }
}

/* TEXT with FROM replaced by TO everywhere; the caller frees. */
static char *replace(const char *text, const char *from, const char *to)
{
    char *out = calloc(1, strlen(text) * (1 + strlen(to)) + 1);
    char *at = out;

    assert_non_null(out);
    while (*text != '\0') {
        if (strncmp(text, from, strlen(from)) == 0) {
            at += sprintf(at, "%s", to);
            text += strlen(from);
        } else {
            *at++ = *text++;
        }
    }
    return out;
}

static enum kith_status read_back(const char *text, struct kith_bytes want)
{
    struct kith_buf back = {NULL, 0, 0};
    enum kith_status status =
        kith_unarmour(KITH_CARD_TITLE, kith_bytes_of(text), &back);

    if (status == KITH_OK)
        assert_bytes_equal(kith_buf_bytes(&back), want);
    else
        assert_int_equal(back.len, 0);
    kith_buf_clear(&back);
    return status;
}

static void test_unarmour_survives_what_mail_does(void **state)
{
    json_t *vector = vectors_load("card.json");
    struct kith_bytes card = vector_bytes(vector, "card");
    const char *text = vector_text(vector, "armour");
    static const char *const newlines[] = {"\r\n",  "\n> ", "\n>> ",    "\n  ",
                                           " \n\n", "\n\t", "\n> \n> ", " "};

    (void)state;
    for (size_t i = 0; i < sizeof(newlines) / sizeof(newlines[0]); i++) {
        char *changed = replace(text, "\n", newlines[i]);

        assert_int_equal(read_back(changed, card), KITH_OK);
        free(changed);
    }
}

static void test_unarmour_passes_over_words_around(void **state)
{
    json_t *vector = vectors_load("card.json");
    struct kith_bytes card = vector_bytes(vector, "card");
    char text[8000];

    (void)state;
    snprintf(text, sizeof(text),
             "Hello,\n\nour card:\n%s\n-- \nAna, Acme\n"
             "-----BEGIN KITH CARD-----\nnot this one\n",
             vector_text(vector, "armour"));
    assert_int_equal(read_back(text, card), KITH_OK);
}

static void test_unarmour_tells_damage_from_a_missing_block(void **state)
{
    json_t *vector = vectors_load("card.json");
    struct kith_bytes card = vector_bytes(vector, "card");
    const char *text = vector_text(vector, "armour");
    static const struct {
        const char *from;
        const char *to;
        enum kith_status status;
    } cases[] = {
        {"BEGIN", "BEGUN", KITH_NOT_FOUND},
        {"END", "AND", KITH_MALFORMED},
        {"CARD", "NOTE", KITH_NOT_FOUND},
        {"check:", "check ", KITH_MALFORMED},
        {"check:", "check:0", KITH_MALFORMED},
        {"check:", "*check:", KITH_MALFORMED},
        {"-----\n", "-----\nAAAA", KITH_UNTRUSTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *changed = replace(text, cases[i].from, cases[i].to);

        assert_int_equal(read_back(changed, card), cases[i].status);
        free(changed);
    }
    assert_int_equal(read_back("", card), KITH_NOT_FOUND);
}

static void test_unarmour_bounds_its_input(void **state)
{
    char *text = calloc(1, KITH_ARMOUR_TEXT_MAX + 2);

    (void)state;
    assert_non_null(text);
    memset(text, 'x', KITH_ARMOUR_TEXT_MAX + 1);
    assert_int_equal(read_back(text, (struct kith_bytes){NULL, 0}), KITH_LIMIT);
    free(text);
}

static void test_armour_refuses_unfit_titles(void **state)
{
    struct kith_buf text = {NULL, 0, 0};
    struct kith_bytes none = {NULL, 0};

    (void)state;
    assert_int_equal(kith_armour("", none, &text), KITH_INVALID);
    assert_int_equal(kith_armour("card", none, &text), KITH_INVALID);
    assert_int_equal(kith_armour("A\nB", none, &text), KITH_INVALID);
    assert_int_equal(
        kith_armour("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", none, &text),
        KITH_INVALID);
    assert_int_equal(text.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_armour_matches_vector),
        cmocka_unit_test(test_armour_round_trip_at_every_length),
        cmocka_unit_test(test_unarmour_survives_what_mail_does),
        cmocka_unit_test(test_unarmour_passes_over_words_around),
        cmocka_unit_test(test_unarmour_tells_damage_from_a_missing_block),
        cmocka_unit_test(test_unarmour_bounds_its_input),
        cmocka_unit_test(test_armour_refuses_unfit_titles),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
