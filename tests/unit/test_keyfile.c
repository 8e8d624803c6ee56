/* test_keyfile - the key file: whole, torn, changed, protected. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/keyfile.h"
#include "kith/bytes.h"
#include "kith/error.h"
#include "kith/sign.h"
#include "temp_folder.h"

static const uint8_t backup_key[KEYFILE_SECRET_LEN] = {7, 1, 9};

static struct keyfile *make_keys(void)
{
    struct kith_company_id id = {{3, 2, 1}};
    struct keyfile *keys = NULL;

    assert_int_equal(kith_crypto_start(), KITH_OK);
    assert_int_equal(keyfile_new(&id, backup_key, &keys), KITH_OK);
    return keys;
}

static void create(const char *path, const char *passphrase)
{
    struct keyfile *keys = make_keys();
    struct keyfile_lock lock = {passphrase, strlen(passphrase),
                                KEYFILE_EFFORT_FAST};

    assert_int_equal(keyfile_create(path, keys, &lock, NULL), KITH_OK);
    keyfile_destroy(&keys);
}

static enum kith_status try_open(const char *path, const char *passphrase,
                                 struct kith_error *err)
{
    struct keyfile *keys = NULL;
    enum kith_status status =
        keyfile_open(path, passphrase, strlen(passphrase), &keys, err);

    if (status != KITH_OK)
        assert_null(keys);
    keyfile_destroy(&keys);
    return status;
}

static void test_open_gives_back_every_secret(void **state)
{
    const char *path = temp_path(state, "key");
    struct keyfile *keys = make_keys();
    struct keyfile *read = NULL;
    struct stat info;

    assert_int_equal(keyfile_create(path, keys, NULL, NULL), KITH_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_false(keyfile_is_locked(path));
    assert_int_equal(keyfile_open(path, "", 0, &read, NULL), KITH_OK);
    assert_memory_equal(read, keys, sizeof(*keys));
    keyfile_destroy(&keys);
    keyfile_destroy(&read);
}

/* While a change of the transport key waits for partners. */
static void test_open_gives_back_the_former_transport_key(void **state)
{
    const char *path = temp_path(state, "key");
    struct keyfile *keys = make_keys();
    struct keyfile *read = NULL;
    struct kith_error err;

    kith_box_key_new(&keys->former);
    keys->has_former = true;
    assert_int_equal(keyfile_create(path, keys, NULL, NULL), KITH_OK);
    assert_int_equal(keyfile_open(path, "", 0, &read, NULL), KITH_OK);
    assert_true(read->has_former);
    assert_memory_equal(read, keys, sizeof(*keys));
    keyfile_destroy(&keys);
    keyfile_destroy(&read);
    assert_int_equal(truncate(path, 400), 0);
    kith_error_clear(&err);
    assert_int_equal(try_open(path, "", &err), KITH_DAMAGED);
}

static void test_new_derives_all_but_the_operational_keys(void **state)
{
    struct keyfile *a = make_keys();
    struct keyfile *b = make_keys();

    (void)state;
    /* a restore has the recovery sheet only */
    assert_memory_equal(a->store_key, b->store_key, KEYFILE_SECRET_LEN);
    assert_memory_equal(a->master_key, b->master_key, KEYFILE_SECRET_LEN);
    assert_memory_equal(a->recovery_key, b->recovery_key, KEYFILE_SECRET_LEN);
    assert_memory_not_equal(a->store_key, a->master_key, KEYFILE_SECRET_LEN);
    assert_memory_not_equal(a->witness_key, a->view_key, KEYFILE_SECRET_LEN);
    assert_memory_not_equal(a->keys.log.seed, b->keys.log.seed, KITH_SEED_LEN);
    keyfile_destroy(&a);
    keyfile_destroy(&b);
}

static void test_open_torn_at_every_length_is_refused(void **state)
{
    char whole[TEMP_PATH_SIZE];
    struct kith_buf file = {0};

    (void)strcpy(whole, temp_path(state, "key"));
    create(whole, "");
    assert_int_equal(file_read(whole, KEYFILE_SIZE_MAX, &file, NULL), KITH_OK);
    for (size_t len = 0; len < file.len; len++) {
        struct kith_error err;
        const char *torn = temp_path(state, "torn");

        kith_error_clear(&err);
        temp_write(torn, file.data, len);
        assert_int_equal(try_open(torn, "", &err), KITH_DAMAGED);
        assert_true(strlen(err.what) > 0);
        assert_non_null(strstr(err.what, torn));
    }
    kith_buf_clear(&file);
}

static void test_open_longer_is_refused(void **state)
{
    const char *path = temp_path(state, "key");
    struct kith_buf file = {0};

    create(path, "");
    assert_int_equal(file_read(path, KEYFILE_SIZE_MAX, &file, NULL), KITH_OK);
    assert_int_equal(kith_buf_add(&file, "", 1), KITH_OK);
    temp_write(path, file.data, file.len);
    assert_int_equal(try_open(path, "", NULL), KITH_DAMAGED);
    kith_buf_clear(&file);
}

/* A bit of every byte of the file, one at a time: header, seal, tag. */
static void flip_all(void **state, const char *passphrase)
{
    char path[TEMP_PATH_SIZE];
    struct kith_buf file = {0};

    (void)strcpy(path, temp_path(state, "key"));
    create(path, passphrase);
    assert_int_equal(file_read(path, KEYFILE_SIZE_MAX, &file, NULL), KITH_OK);
    for (size_t at = 0; at < file.len; at++) {
        uint8_t bit = (uint8_t)(1u << at % 8);

        /* argon2id's cost stands there: minutes, not another path */
        if (passphrase[0] != '\0' && at >= 10 && at < 18)
            continue;
        file.data[at] ^= bit;
        temp_write(path, file.data, file.len);
        assert_int_not_equal(try_open(path, passphrase, NULL), KITH_OK);
        file.data[at] ^= bit;
    }
    temp_write(path, file.data, file.len);
    assert_int_equal(try_open(path, passphrase, NULL), KITH_OK);
    kith_buf_clear(&file);
}

static void test_open_changed_byte_is_refused(void **state)
{
    flip_all(state, "");
}

static void test_open_changed_byte_of_a_protected_file_is_refused(void **state)
{
    flip_all(state, "correct horse");
}

static void test_open_protected_needs_its_passphrase(void **state)
{
    const char *path = temp_path(state, "key");

    create(path, "correct horse");
    assert_true(keyfile_is_locked(path));
    assert_int_equal(try_open(path, "", NULL), KITH_DENIED);
    assert_int_equal(try_open(path, "wrong horse", NULL), KITH_UNTRUSTED);
    assert_int_equal(try_open(path, "correct horse", NULL), KITH_OK);
}

static void test_open_protected_shows_no_secret(void **state)
{
    const char *path = temp_path(state, "key");
    struct keyfile *keys = make_keys();
    struct keyfile_lock lock = {"pass", 4, KEYFILE_EFFORT_FAST};
    struct kith_buf file = {0};

    assert_int_equal(keyfile_create(path, keys, &lock, NULL), KITH_OK);
    assert_int_equal(file_read(path, KEYFILE_SIZE_MAX, &file, NULL), KITH_OK);
    assert_null(
        memmem(file.data, file.len, keys->keys.statement.seed, KITH_SEED_LEN));
    assert_null(
        memmem(file.data, file.len, keys->store_key, KEYFILE_SECRET_LEN));
    assert_null(
        memmem(file.data, file.len, keys->company.b, KITH_COMPANY_ID_LEN));
    keyfile_destroy(&keys);
    kith_buf_clear(&file);
}

static void test_create_never_replaces(void **state)
{
    const char *path = temp_path(state, "key");
    struct keyfile *keys = make_keys();

    create(path, "");
    assert_int_equal(keyfile_create(path, keys, NULL, NULL), KITH_CONFLICT);
    assert_int_equal(try_open(path, "", NULL), KITH_OK);
    keyfile_destroy(&keys);
}

static void test_open_readable_by_others_is_refused(void **state)
{
    const char *path = temp_path(state, "key");

    create(path, "");
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(try_open(path, "", NULL), KITH_DENIED);
}

static void test_open_missing_and_foreign_files(void **state)
{
    const char *path = temp_path(state, "key");

    assert_int_equal(try_open(path, "", NULL), KITH_NOT_FOUND);
    temp_write(path, "-----BEGIN PGP-----", 19);
    assert_int_equal(try_open(path, "", NULL), KITH_DAMAGED);
    temp_write(path, "kith-key\x03", 9);
    assert_int_equal(try_open(path, "", NULL), KITH_NOT_UNDERSTOOD);
}

/* A pair whose halves do not belong together gives the secret away with the
 * first signature: it must not load. */
static void test_open_mismatched_pair_is_damaged(void **state)
{
    const char *path = temp_path(state, "key");
    struct keyfile *keys = make_keys();

    keys->keys.log.pk.b[0] ^= 1;
    assert_int_equal(keyfile_create(path, keys, NULL, NULL), KITH_OK);
    assert_int_equal(try_open(path, "", NULL), KITH_DAMAGED);
    keyfile_destroy(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_open_gives_back_the_former_transport_key, temp_folder_make,
            temp_folder_remove),
        cmocka_unit_test_setup_teardown(test_open_gives_back_every_secret,
                                        temp_folder_make, temp_folder_remove),
        cmocka_unit_test(test_new_derives_all_but_the_operational_keys),
        cmocka_unit_test_setup_teardown(
            test_open_torn_at_every_length_is_refused, temp_folder_make,
            temp_folder_remove),
        cmocka_unit_test_setup_teardown(test_open_longer_is_refused,
                                        temp_folder_make, temp_folder_remove),
        cmocka_unit_test_setup_teardown(test_open_changed_byte_is_refused,
                                        temp_folder_make, temp_folder_remove),
        cmocka_unit_test_setup_teardown(
            test_open_changed_byte_of_a_protected_file_is_refused,
            temp_folder_make, temp_folder_remove),
        cmocka_unit_test_setup_teardown(
            test_open_protected_needs_its_passphrase, temp_folder_make,
            temp_folder_remove),
        cmocka_unit_test_setup_teardown(test_open_protected_shows_no_secret,
                                        temp_folder_make, temp_folder_remove),
        cmocka_unit_test_setup_teardown(test_create_never_replaces,
                                        temp_folder_make, temp_folder_remove),
        cmocka_unit_test_setup_teardown(test_open_readable_by_others_is_refused,
                                        temp_folder_make, temp_folder_remove),
        cmocka_unit_test_setup_teardown(test_open_missing_and_foreign_files,
                                        temp_folder_make, temp_folder_remove),
        cmocka_unit_test_setup_teardown(test_open_mismatched_pair_is_damaged,
                                        temp_folder_make, temp_folder_remove),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
