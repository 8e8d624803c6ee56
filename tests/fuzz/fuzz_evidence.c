/* fuzz_evidence - the parts of an evidence pack, from anybody.
 *
 * What is read is written again as the same bytes.
 */
#include <stdlib.h>

#include "kith/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len);

static enum kith_status again(uint8_t type, struct kith_bytes content,
                              struct kith_buf *buf)
{
    struct kith_evidence_head head;
    struct kith_evidence_note note;
    struct kith_evidence_entry entry;
    enum kith_status status;

    switch (type % 3) {
    case 0:
        status = kith_evidence_head_decode(content, &head);
        return status == KITH_OK ? kith_evidence_head_encode(&head, buf)
                                 : status;
    case 1:
        status = kith_evidence_note_decode(content, &note);
        return status == KITH_OK ? kith_evidence_note_encode(&note, buf)
                                 : status;
    default:
        status = kith_evidence_entry_decode(content, &entry);
        return status == KITH_OK ? kith_evidence_entry_encode(&entry, buf)
                                 : status;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len)
{
    const struct kith_bytes content = {data + 1, data_len - 1};
    struct kith_buf buf = {NULL, 0, 0};
    enum kith_status status;

    if (data_len == 0)
        return 0;
    status = again(data[0], content, &buf);
    if (status == KITH_INVALID ||
        (status == KITH_OK && !kith_bytes_equal(kith_buf_bytes(&buf), content)))
        abort();
    kith_buf_clear(&buf);
    return 0;
}
