/* strict_fixture - the record on which strict decoding is tried.
 *
 * Responsible for: one good record by hand and its decoding in an arena.
 * Not here: the faults (test_strict*.c).
 */
#include "strict_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "kith/limits.h"
#include "pb.h"

const uint8_t strict_id[KITH_ID_LEN] = {1, 2, 3, 4, 5, 6, 7, 8};

struct kith_arena *strict_arena;

int strict_setup(void **state)
{
    (void)state;
    return kith_arena_new(KITH_ARENA_FRAME_MAX, &strict_arena) == KITH_OK ? 0
                                                                          : -1;
}

int strict_teardown(void **state)
{
    (void)state;
    kith_arena_destroy(&strict_arena);
    return 0;
}

enum kith_status strict_decode(struct kith_buf *buf)
{
    struct kith_record record;
    enum kith_status status;

    kith_arena_reset(strict_arena);
    status = kith_record_decode(strict_arena, kith_buf_bytes(buf), &record);
    kith_buf_clear(buf);
    return status;
}

void strict_refused(struct kith_buf *buf)
{
    assert_int_equal(strict_decode(buf), KITH_MALFORMED);
}

void strict_start(struct kith_buf *buf)
{
    pb_number(buf, 1, 4);
    pb_bytes(buf, 2, strict_id, sizeof(strict_id));
}

/* Field NUMBER of a record with TEXT. */
void strict_add_text(struct kith_buf *buf, uint32_t number, const void *text,
                     size_t len)
{
    struct kith_buf field = {0};

    pb_number(&field, 1, number);
    pb_bytes(&field, 2, text, len);
    pb_message(buf, 10, &field);
}

void strict_good(struct kith_buf *buf)
{
    struct kith_buf field = {0};
    struct kith_buf when = {0};

    strict_start(buf);
    pb_number(buf, 3, 300);
    pb_signed(buf, 4, 1763870000);
    pb_number(buf, 5, 2);
    strict_add_text(buf, 1, "h\xc3\xa9\n", 4);
    pb_number(&when, 1, KITH_WHEN_WINDOW);
    pb_signed(&when, 2, -3);
    pb_signed(&when, 3, 20000);
    pb_number(&field, 1, 4);
    pb_message(&field, 5, &when);
    pb_message(buf, 10, &field);
    pb_number(&field, 1, 7);
    pb_signed(&field, 3, 0);
    pb_message(buf, 10, &field);
}
