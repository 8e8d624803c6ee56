/* fuzz_body - no bytes taken for a body do harm, and those accepted are the
 * one form in which it can be written.
 */
#include <stdint.h>
#include <stdlib.h>

#include "kith/body.h"
#include "kith/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kith_bytes bytes = {data, size};
    struct kith_arena *arena = NULL;
    struct kith_body body;
    struct kith_buf again = {0};

    if (kith_arena_new(KITH_ARENA_FRAME_MAX, &arena) != KITH_OK)
        return 0;
    if (kith_body_decode(arena, bytes, &body) == KITH_OK &&
        (kith_body_encode(&body, &again) != KITH_OK ||
         !kith_bytes_equal(bytes, kith_buf_bytes(&again))))
        abort();
    kith_buf_clear(&again);
    kith_arena_destroy(&arena);
    return 0;
}
