/* vectors - JSON files with fixed inputs and what must come out of them.
 *
 * Everything handed out lives until vectors_teardown. A missing file or field
 * fails the test at hand.
 */
#ifndef KITH_TESTS_VECTORS_H
#define KITH_TESTS_VECTORS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "kith/bytes.h"
#include "kith/ids.h"

/* Group fixtures: libsodium is ready, and there is room for what follows. */
int vectors_setup(void **state);
int vectors_teardown(void **state);

/* The whole of tests/vectors/NAME. */
json_t *vectors_load(const char *name);
/* All values of the file at PATH, one after the other, as an array. */
json_t *vectors_load_lines(const char *path);
/* The bytes of the file at PATH. */
struct kith_bytes vectors_file(const char *path);

const char *vector_text(const json_t *object, const char *name);
uint64_t vector_number(const json_t *object, const char *name);
/* A field of hex digits. */
struct kith_bytes vector_bytes(const json_t *object, const char *name);
struct kith_hash vector_hash(const json_t *object, const char *name);
struct kith_key vector_key(const json_t *object, const char *name);
struct kith_company_id vector_company(const json_t *object, const char *name);
/* Base64 text. */
struct kith_bytes vector_base64(const char *text);

/* A copy of BYTES to be damaged. */
uint8_t *vector_copy(struct kith_bytes bytes);

#define assert_bytes_equal(a, b)                                               \
    do {                                                                       \
        struct kith_bytes left_ = (a);                                         \
        struct kith_bytes right_ = (b);                                        \
                                                                               \
        assert_int_equal(left_.len, right_.len);                               \
        if (left_.len > 0)                                                     \
            assert_memory_equal(left_.data, right_.data, left_.len);           \
    } while (0)

#endif
