/* test_keys - operational keys, recovery key, recovery sheets. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith/keys.h"
#include "kith/seal.h"

static void test_keys_match_vector(void **state)
{
    json_t *vector = vectors_load("keys.json");
    struct kith_bytes encoded = vector_bytes(vector, "encoded");
    uint8_t again[KITH_KEYS_LEN];
    uint8_t recovery[KITH_KEY_LEN];
    struct kith_keys keys;

    (void)state;
    assert_int_equal(kith_keys_decode(encoded, &keys), KITH_OK);
    kith_keys_encode(&keys, again);
    assert_bytes_equal(((struct kith_bytes){again, sizeof(again)}), encoded);
    kith_recovery_key(vector_bytes(vector, "backup_key").data, recovery);
    assert_bytes_equal(((struct kith_bytes){recovery, sizeof(recovery)}),
                       vector_bytes(vector, "recovery_key"));
}

static void test_keys_new_are_all_different(void **state)
{
    struct kith_keys a, b;
    uint8_t data[KITH_KEYS_LEN], other[KITH_KEYS_LEN];

    (void)state;
    kith_keys_new(&a);
    kith_keys_new(&b);
    kith_keys_encode(&a, data);
    kith_keys_encode(&b, other);
    for (size_t i = 0; i < KITH_KEYS_LEN; i += 32) {
        assert_memory_not_equal(data + i, other + i, 32);
        for (size_t j = 0; j < i; j += 32)
            assert_memory_not_equal(data + i, data + j, 32);
    }
}

static void test_keys_decode_refuses_any_flipped_bit(void **state)
{
    struct kith_keys keys;
    uint8_t data[KITH_KEYS_LEN];

    (void)state;
    kith_keys_new(&keys);
    kith_keys_encode(&keys, data);
    for (size_t bit = 0; bit < 8 * KITH_KEYS_LEN; bit += 5) {
        size_t pair = bit / 8 / 64;
        size_t in_half = bit % 256;
        bool secret = bit / 8 % 64 < 32;

        /* X25519 sets five bits of a secret itself; they change no key. */
        if (pair >= 3 && secret && (in_half < 3 || in_half >= 254))
            continue;
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(
            kith_keys_decode((struct kith_bytes){data, sizeof(data)}, &keys),
            KITH_DAMAGED);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(
        kith_keys_decode((struct kith_bytes){data, sizeof(data) - 1}, &keys),
        KITH_MALFORMED);
}

static void load_sheet(const json_t *vector, struct kith_sheet *sheet)
{
    memset(sheet, 0, sizeof(*sheet));
    sheet->has_root = true;
    sheet->has_backup = true;
    memcpy(sheet->root_seed, vector_bytes(vector, "root_seed").data, 32);
    memcpy(sheet->backup_key, vector_bytes(vector, "backup_key").data, 32);
}

static void test_sheet_matches_vectors(void **state)
{
    json_t *vector = vectors_load("keys.json");
    struct kith_buf text = {NULL, 0, 0};
    struct kith_sheet sheet;

    (void)state;
    load_sheet(vector, &sheet);
    assert_int_equal(kith_sheet_lines(&sheet, &text), KITH_OK);
    assert_true(
        kith_bytes_is(kith_buf_bytes(&text), vector_text(vector, "sheet")));
    kith_plain_clear(&text);
    memset(&sheet, 0, sizeof(sheet));
    sheet.has_next = true;
    memcpy(sheet.next_seed, vector_bytes(vector, "next_seed").data, 32);
    assert_int_equal(kith_sheet_lines(&sheet, &text), KITH_OK);
    assert_true(kith_bytes_is(kith_buf_bytes(&text),
                              vector_text(vector, "next_sheet")));
    kith_plain_clear(&text);
}

static void assert_reads(const char *text, const struct kith_sheet *want)
{
    struct kith_error err = {.status = KITH_OK};
    struct kith_sheet got;

    if (kith_sheet_parse(kith_bytes_of(text), &got, &err) != KITH_OK)
        fail_msg("%s", err.what);
    assert_int_equal(got.has_root, want->has_root);
    assert_int_equal(got.has_backup, want->has_backup);
    assert_int_equal(got.has_next, want->has_next);
    assert_memory_equal(got.root_seed, want->root_seed, 32);
    assert_memory_equal(got.backup_key, want->backup_key, 32);
    assert_memory_equal(got.next_seed, want->next_seed, 32);
}

static void test_sheet_parse_takes_what_people_type(void **state)
{
    json_t *vector = vectors_load("keys.json");
    const char *lines = vector_text(vector, "sheet");
    struct kith_sheet sheet;
    char text[2000];
    size_t at = 0;

    (void)state;
    load_sheet(vector, &sheet);
    assert_reads(lines, &sheet);
    /* Lower case, the letters a person takes for digits, other spacing. */
    for (const char *c = lines; *c != '\0'; c++) {
        bool digit_place = c > lines && c[-1] != 'R' && c[-1] != 'B';
        char typed = *c;

        if (typed == '-')
            typed = ' ';
        else if (typed == '0' && digit_place)
            typed = 'o';
        else if (typed == '1' && digit_place)
            typed = 'l';
        else if (typed >= 'A' && typed <= 'Z')
            typed = (char)(typed - 'A' + 'a');
        if (typed == '\n')
            text[at++] = '\r';
        text[at++] = typed;
    }
    text[at] = '\0';
    assert_reads(text, &sheet);
    snprintf(text, sizeof(text),
             "kith recovery sheet of Acme\n\nRoot seed:\n%sKeep it safe.\n",
             lines);
    assert_reads(text, &sheet);
}

static void test_sheet_parse_reads_one_secret_alone(void **state)
{
    json_t *vector = vectors_load("keys.json");
    struct kith_sheet want;
    const char *lines = vector_text(vector, "sheet");

    (void)state;
    load_sheet(vector, &want);
    want.has_root = false;
    memset(want.root_seed, 0, sizeof(want.root_seed));
    assert_reads(strstr(lines, "B1"), &want);
}

static void assert_fault(const char *text, enum kith_status status,
                         const char *part)
{
    struct kith_error err = {.status = KITH_OK};
    struct kith_sheet sheet;

    assert_int_equal(kith_sheet_parse(kith_bytes_of(text), &sheet, &err),
                     status);
    if (strstr(err.what, part) == NULL)
        fail_msg("\"%s\" does not name %s", err.what, part);
}

static void test_sheet_parse_names_the_wrong_line(void **state)
{
    const char *lines = vector_text(vectors_load("keys.json"), "sheet");
    char text[2000];
    char *at = NULL;

    (void)state;
    strcpy(text, lines);
    at = strstr(text, "B3  ") + 6;
    *at = *at == '7' ? '8' : '7';
    assert_fault(text, KITH_MALFORMED, "B3");
    strcpy(text, lines);
    at = strstr(text, "R2  ") + 4;
    *at = '!';
    assert_fault(text, KITH_MALFORMED, "R2");
    strcpy(text, lines);
    at = strstr(text, "R4");
    memmove(at, strstr(at, "B1"), strlen(strstr(at, "B1")) + 1);
    assert_fault(text, KITH_MALFORMED, "R4 is missing");
    assert_fault("nothing of the kind\n", KITH_NOT_FOUND, "no line");
}

static void test_sheet_parse_refuses_two_different_lines_of_one_tag(
    void **state)
{
    json_t *vector = vectors_load("keys.json");
    struct kith_buf text = {NULL, 0, 0};
    struct kith_sheet sheet;

    (void)state;
    load_sheet(vector, &sheet);
    assert_int_equal(kith_sheet_lines(&sheet, &text), KITH_OK);
    assert_int_equal(kith_sheet_lines(&sheet, &text), KITH_OK);
    assert_int_equal(kith_sheet_parse(kith_buf_bytes(&text), &sheet, NULL),
                     KITH_OK); /* the same twice does no harm */
    sheet.backup_key[31] ^= 0x80;
    assert_int_equal(kith_sheet_lines(&sheet, &text), KITH_OK);
    assert_int_equal(kith_buf_add(&text, "", 1), KITH_OK);
    assert_fault((const char *)text.data, KITH_MALFORMED, "B4 is there twice");
    kith_plain_clear(&text);
}

/* The last character holds one bit of the secret; the other four are zero. */
static void test_sheet_parse_refuses_bits_behind_the_secret(void **state)
{
    static const char label[] = "kith/v1/sheet";
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const char *lines = vector_text(vectors_load("keys.json"), "sheet");
    char text[2000];
    uint8_t checked[sizeof(label) + 15];
    struct kith_hash hash;
    char *at = NULL;

    (void)state;
    strcpy(text, lines);
    at = strstr(text, "R4  ") + 4;
    at[14] = digits[(strchr(digits, at[14]) - digits) | 1];
    memcpy(checked, label, sizeof(label));
    memcpy(checked + sizeof(label), "R4", 2);
    memcpy(checked + sizeof(label) + 2, at, 5);
    memcpy(checked + sizeof(label) + 7, at + 6, 5);
    memcpy(checked + sizeof(label) + 12, at + 12, 3);
    kith_sha256(checked, sizeof(checked), &hash);
    at[15] = digits[hash.b[0] >> 3];
    at[16] = digits[(hash.b[0] << 2 | hash.b[1] >> 6) & 31];
    assert_fault(text, KITH_MALFORMED, "R4 has a mistyped");
}

/* The tag is part of the check: two good lines that change places are not. */
static void test_sheet_parse_notices_swapped_lines(void **state)
{
    const char *lines = vector_text(vectors_load("keys.json"), "sheet");
    char text[2000];

    (void)state;
    strcpy(text, lines);
    strstr(text, "R1")[1] = '9';
    strstr(text, "R2")[1] = '1';
    strstr(text, "R9")[1] = '2';
    assert_fault(text, KITH_MALFORMED, "mistyped");
}

static void test_sheet_parse_finds_every_single_mistake(void **state)
{
    const char *lines = vector_text(vectors_load("keys.json"), "sheet");
    int missed = 0;
    int tried = 0;
    char text[2000];

    (void)state;
    for (size_t i = 0; i < strlen(lines); i++) {
        bool in_tag = i < 2 || lines[i - 1] == '\n' || lines[i - 2] == '\n';

        if (in_tag || strchr("- \n", lines[i]) != NULL)
            continue;
        for (const char *c = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; *c; c++) {
            struct kith_sheet sheet;

            if (*c == lines[i])
                continue;
            strcpy(text, lines);
            text[i] = *c;
            tried++;
            missed +=
                kith_sheet_parse(kith_bytes_of(text), &sheet, NULL) == KITH_OK;
        }
    }
    /* Ten check bits a line miss one in 1,024. */
    assert_true(tried > 3000 && missed <= tried / 300);
}

static void test_sheet_parse_bounds_its_input(void **state)
{
    struct kith_error err = {.status = KITH_OK};
    size_t len = KITH_SHEET_TEXT_MAX + 1;
    uint8_t *text = calloc(1, len);
    struct kith_sheet sheet;

    (void)state;
    assert_non_null(text);
    assert_int_equal(
        kith_sheet_parse((struct kith_bytes){text, len}, &sheet, &err),
        KITH_LIMIT);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_match_vector),
        cmocka_unit_test(test_keys_new_are_all_different),
        cmocka_unit_test(test_keys_decode_refuses_any_flipped_bit),
        cmocka_unit_test(test_sheet_matches_vectors),
        cmocka_unit_test(test_sheet_parse_takes_what_people_type),
        cmocka_unit_test(test_sheet_parse_reads_one_secret_alone),
        cmocka_unit_test(test_sheet_parse_names_the_wrong_line),
        cmocka_unit_test(
            test_sheet_parse_refuses_two_different_lines_of_one_tag),
        cmocka_unit_test(test_sheet_parse_refuses_bits_behind_the_secret),
        cmocka_unit_test(test_sheet_parse_notices_swapped_lines),
        cmocka_unit_test(test_sheet_parse_finds_every_single_mistake),
        cmocka_unit_test(test_sheet_parse_bounds_its_input),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
