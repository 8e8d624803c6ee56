/* fuzz_pack - the frame of an evidence pack, from anybody.
 *
 * What is read to its end is written again as the same bytes.
 */
#include <stdlib.h>

#include "kith/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len);

/* Bytes of the next part, as far as the file has them; 0: it has too many. */
static size_t next_len(const struct kith_pack *pack, const uint8_t *next,
                       size_t left)
{
    size_t size = left;

    if (left >= KITH_PACK_PART_HEAD_LEN &&
        kith_pack_part_size(pack, next, &size, NULL) != KITH_OK)
        return 0;
    return size < left ? size : left;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len)
{
    struct kith_bytes head = {
        data, data_len < KITH_PACK_HEAD_LEN ? data_len : KITH_PACK_HEAD_LEN};
    struct kith_buf again = {NULL, 0, 0};
    struct kith_pack in, out;
    struct kith_pack_part part;
    enum kith_status status = kith_pack_begin(&out, &again);

    if (kith_pack_open(&in, head, NULL) != KITH_OK)
        status = KITH_MALFORMED;
    while (status == KITH_OK && in.offset < data_len) {
        const uint8_t *next = data + in.offset;
        size_t len = next_len(&in, next, data_len - (size_t)in.offset);

        if (len == 0 || kith_pack_take(&in, (struct kith_bytes){next, len},
                                       &part, NULL) != KITH_OK)
            break;
        status = part.type == KITH_PACK_END
                     ? kith_pack_end(&out, &again)
                     : kith_pack_add(&out, part.type, part.content, &again);
        if (status != KITH_OK && status != KITH_NOMEM)
            abort();
    }
    if (status == KITH_OK && in.offset == data_len &&
        kith_pack_close(&in, NULL) == KITH_OK &&
        !kith_bytes_equal(kith_buf_bytes(&again),
                          (struct kith_bytes){data, data_len}))
        abort();
    kith_buf_clear(&again);
    return 0;
}
