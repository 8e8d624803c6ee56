/* fuzz_record - no bytes taken for a record do harm, and those accepted are
 * the one form in which it can be written.
 */
#include <stdint.h>
#include <stdlib.h>

#include "kith/error.h"
#include "kith/limits.h"
#include "kith/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every accessor and the check must bear whatever was decoded. */
static void use(const struct kith_record *record)
{
    struct kith_error err = {0};
    struct kith_buf text = {0};

    for (size_t i = 0; i < record->n_fields; i++) {
        if (record->fields[i].type == KITH_VALUE_WHEN)
            (void)!kith_when_text(&record->fields[i].when, &text);
        if (kith_record_field(record, record->fields[i].number) == NULL)
            abort();
    }
    (void)!kith_record_check(record, true, &err);
    (void)!kith_record_check(record, false, NULL);
    kith_buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kith_bytes bytes = {data, size};
    struct kith_arena *arena = NULL;
    struct kith_record record;
    struct kith_buf again = {0};

    if (kith_arena_new(KITH_ARENA_FRAME_MAX, &arena) != KITH_OK)
        return 0;
    if (kith_record_decode(arena, bytes, &record) == KITH_OK) {
        use(&record);
        if (kith_record_encode(&record, &again) != KITH_OK ||
            !kith_bytes_equal(bytes, kith_buf_bytes(&again)))
            abort();
    }
    kith_buf_clear(&again);
    kith_arena_destroy(&arena);
    return 0;
}
