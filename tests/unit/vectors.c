/* vectors.c - reads JSON files and byte strings for the tests.
 *
 * Responsible for: failing loudly when a file or field is not there.
 * Not here: what the values mean.
 */
#include "vectors.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "kith/sign.h"

enum {
    ROOM = 64 * 1024 * 1024,
    FILES_MAX = 32,
    PATH_SIZE = 1024
};

static struct kith_arena *arena;
static json_t *files[FILES_MAX];
static size_t n_files;

int vectors_setup(void **state)
{
    (void)state;
    if (kith_crypto_start() != KITH_OK)
        return -1;
    return kith_arena_new(ROOM, &arena) == KITH_OK ? 0 : -1;
}

int vectors_teardown(void **state)
{
    (void)state;
    while (n_files > 0)
        json_decref(files[--n_files]);
    kith_arena_destroy(&arena);
    return 0;
}

static json_t *keep(json_t *json)
{
    assert_non_null(json);
    assert_true(n_files < FILES_MAX);
    files[n_files++] = json;
    return json;
}

json_t *vectors_load(const char *name)
{
    char path[PATH_SIZE];
    json_error_t error;
    json_t *json = NULL;

    snprintf(path, sizeof(path), "%s/%s", KITH_TEST_VECTORS, name);
    json = json_load_file(path, 0, &error);
    if (json == NULL)
        fail_msg("%s: %s", path, error.text);
    return keep(json);
}

json_t *vectors_load_lines(const char *path)
{
    json_t *lines = keep(json_array());
    FILE *file = fopen(path, "r");
    json_t *line = NULL;

    if (file == NULL)
        fail_msg("%s is not there", path);
    /* As reals, because one line holds 2^64 - 1. */
    while ((line = json_loadf(file,
                              JSON_DISABLE_EOF_CHECK | JSON_DECODE_INT_AS_REAL,
                              NULL)) != NULL)
        json_array_append_new(lines, line);
    assert_true(feof(file));
    fclose(file);
    return lines;
}

struct kith_bytes vectors_file(const char *path)
{
    struct kith_bytes bytes = {NULL, 0};
    uint8_t *data = kith_arena_alloc(arena, 1024 * 1024);
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        fail_msg("%s is not there", path);
    assert_non_null(data);
    bytes.len = fread(data, 1, 1024 * 1024, file);
    bytes.data = data;
    fclose(file);
    return bytes;
}

const char *vector_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    if (text == NULL)
        fail_msg("no text \"%s\" in the vector", name);
    return text;
}

uint64_t vector_number(const json_t *object, const char *name)
{
    const json_t *number = json_object_get(object, name);

    if (!json_is_number(number))
        fail_msg("no number \"%s\" in the vector", name);
    if (json_number_value(number) >= 0x1p64)
        return UINT64_MAX;
    if (json_is_real(number))
        return (uint64_t)json_real_value(number);
    return (uint64_t)json_integer_value(number);
}

struct kith_bytes vector_bytes(const json_t *object, const char *name)
{
    const char *hex = vector_text(object, name);
    size_t len = strlen(hex) / 2;
    uint8_t *data = kith_arena_alloc(arena, len);

    assert_non_null(data);
    assert_int_equal(kith_unhex(hex, data, len), KITH_OK);
    return (struct kith_bytes){data, len};
}

struct kith_hash vector_hash(const json_t *object, const char *name)
{
    struct kith_hash hash = {{0}};

    assert_int_equal(kith_hash_read(vector_bytes(object, name), &hash),
                     KITH_OK);
    return hash;
}

struct kith_key vector_key(const json_t *object, const char *name)
{
    struct kith_hash hash = vector_hash(object, name);
    struct kith_key key;

    memcpy(key.b, hash.b, sizeof(key.b));
    return key;
}

struct kith_company_id vector_company(const json_t *object, const char *name)
{
    struct kith_hash hash = vector_hash(object, name);
    struct kith_company_id id;

    memcpy(id.b, hash.b, sizeof(id.b));
    return id;
}

struct kith_bytes vector_base64(const char *text)
{
    size_t size = strlen(text) + 1;
    uint8_t *data = kith_arena_alloc(arena, size);
    size_t len = 0;

    assert_non_null(data);
    assert_int_equal(sodium_base642bin(data, size, text, strlen(text), NULL,
                                       &len, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    return (struct kith_bytes){data, len};
}

uint8_t *vector_copy(struct kith_bytes bytes)
{
    uint8_t *data = kith_arena_alloc(arena, bytes.len);

    assert_non_null(data);
    if (bytes.len > 0)
        memcpy(data, bytes.data, bytes.len);
    return data;
}
