/* evidence.c - fixed layouts of the parts of an evidence pack.
 *
 * Not here: the frame of the file (pack.c).
 */
#include "kith/evidence.h"

#include <string.h>

#include "kith/be.h"
#include "kith/limits.h"
#include "kith/record.h"

enum {
    HEAD_LEN = 2 * KITH_COMPANY_ID_LEN + 3 * 8 + KITH_ID_LEN,
    ENTRY_HEAD_LEN = 1 + 4 + 8 + 1, /* side, number, size, hashes */
    OF_MAKER = 1,
    OF_PARTNER = 2
};

/* Bytes that are read from the front. */
struct reader {
    struct kith_bytes rest;
    bool failed; /* fewer were there than asked for */
};

static struct kith_bytes take(struct reader *reader, size_t len)
{
    struct kith_bytes taken = {reader->rest.data, len};

    if (reader->failed || reader->rest.len < len) {
        reader->failed = true;
        return (struct kith_bytes){NULL, 0};
    }
    reader->rest.data += len;
    reader->rest.len -= len;
    return taken;
}

static uint64_t take_number(struct reader *reader, size_t len)
{
    struct kith_bytes bytes = take(reader, len);

    return bytes.len == len ? kith_be_get(bytes.data, len) : 0;
}

static void take_copy(struct reader *reader, void *ret_data, size_t len)
{
    struct kith_bytes bytes = take(reader, len);

    if (bytes.len == len)
        memcpy(ret_data, bytes.data, len);
}

static bool is_ended(const struct reader *reader)
{
    return !reader->failed && reader->rest.len == 0;
}

static bool is_head(const struct kith_evidence_head *head)
{
    return head->from_s <= head->until_s && head->name.len <= KITH_NAME_MAX &&
           kith_bytes_is_utf8(head->name) &&
           !kith_company_id_equal(&head->maker, &head->partner);
}

enum kith_status kith_evidence_head_encode(
    const struct kith_evidence_head *head, struct kith_buf *buf)
{
    uint8_t bytes[HEAD_LEN];
    uint8_t *at = bytes;
    enum kith_status status;

    if (!is_head(head))
        return KITH_INVALID;
    memcpy(at, head->maker.b, KITH_COMPANY_ID_LEN);
    at += KITH_COMPANY_ID_LEN;
    memcpy(at, head->partner.b, KITH_COMPANY_ID_LEN);
    at += KITH_COMPANY_ID_LEN;
    kith_be_put64(at, head->made_at);
    kith_be_put64(at + 8, head->from_s);
    kith_be_put64(at + 16, head->until_s);
    memcpy(at + 24, head->project.b, KITH_ID_LEN);
    status = kith_buf_reserve(buf, sizeof(bytes) + head->name.len);
    if (status == KITH_OK)
        status = kith_buf_add(buf, bytes, sizeof(bytes));
    if (status == KITH_OK)
        status = kith_buf_add(buf, head->name.data, head->name.len);
    return status;
}

enum kith_status kith_evidence_head_decode(struct kith_bytes content,
                                           struct kith_evidence_head *ret_head)
{
    struct reader reader = {.rest = content};
    struct kith_evidence_head head;

    memset(&head, 0, sizeof(head));
    take_copy(&reader, head.maker.b, KITH_COMPANY_ID_LEN);
    take_copy(&reader, head.partner.b, KITH_COMPANY_ID_LEN);
    head.made_at = take_number(&reader, 8);
    head.from_s = take_number(&reader, 8);
    head.until_s = take_number(&reader, 8);
    take_copy(&reader, head.project.b, KITH_ID_LEN);
    head.name = take(&reader, reader.rest.len);
    if (!is_ended(&reader) || !is_head(&head))
        return KITH_MALFORMED;
    *ret_head = head;
    return KITH_OK;
}

static bool is_note(const struct kith_evidence_note *note)
{
    return note->kind >= KITH_EVIDENCE_CHECKPOINT &&
           note->kind <= KITH_EVIDENCE_SECOND && note->note.len > 0 &&
           note->note.len <= KITH_NOTE_MAX;
}

enum kith_status kith_evidence_note_encode(
    const struct kith_evidence_note *note, struct kith_buf *buf)
{
    const uint8_t kind = (uint8_t)note->kind;
    enum kith_status status;

    if (!is_note(note))
        return KITH_INVALID;
    status = kith_buf_reserve(buf, 1 + note->note.len);
    if (status == KITH_OK)
        status = kith_buf_add(buf, &kind, 1);
    if (status == KITH_OK)
        status = kith_buf_add(buf, note->note.data, note->note.len);
    return status;
}

enum kith_status kith_evidence_note_decode(struct kith_bytes content,
                                           struct kith_evidence_note *ret_note)
{
    struct reader reader = {.rest = content};
    struct kith_evidence_note note;

    note.kind = (enum kith_evidence_note_kind)take_number(&reader, 1);
    note.note = take(&reader, reader.rest.len);
    if (!is_ended(&reader) || !is_note(&note))
        return KITH_MALFORMED;
    *ret_note = note;
    return KITH_OK;
}

/* A key and a body of the header's length when it is opened, else neither. */
static bool is_entry(const struct kith_evidence_entry *entry)
{
    struct kith_entry_header header;

    if (entry->log_number == 0 || entry->size > KITH_TREE_SIZE_MAX ||
        (entry->size == 0 && entry->proof.count != 0) ||
        kith_entry_decode(entry->header, &header) != KITH_OK ||
        (entry->size != 0 && header.index >= entry->size))
        return false;
    switch (entry->body) {
    case KITH_EVIDENCE_OPEN:
        return entry->sealed.len == header.sealed_len;
    case KITH_EVIDENCE_GONE:
    case KITH_EVIDENCE_CLOSED:
        return entry->sealed.len == 0;
    default:
        return false;
    }
}

/* What stands behind the proof. */
static enum kith_status add_body(const struct kith_evidence_entry *entry,
                                 struct kith_buf *buf)
{
    const uint8_t body = (uint8_t)entry->body;
    enum kith_status status =
        kith_buf_add(buf, entry->header.data, entry->header.len);

    if (status == KITH_OK)
        status = kith_buf_add(buf, &body, 1);
    if (status != KITH_OK || entry->body != KITH_EVIDENCE_OPEN)
        return status;
    status = kith_buf_add(buf, entry->ek.b, KITH_EK_LEN);
    if (status == KITH_OK)
        status = kith_buf_add(buf, entry->sealed.data, entry->sealed.len);
    return status;
}

enum kith_status kith_evidence_entry_encode(
    const struct kith_evidence_entry *entry, struct kith_buf *buf)
{
    const size_t before = buf->len;
    uint8_t bytes[ENTRY_HEAD_LEN];
    enum kith_status status;

    if (!is_entry(entry))
        return KITH_INVALID;
    bytes[0] = entry->by_partner ? OF_PARTNER : OF_MAKER;
    kith_be_put32(bytes + 1, entry->log_number);
    kith_be_put64(bytes + 5, entry->size);
    bytes[13] = (uint8_t)entry->proof.count;
    status = kith_buf_add(buf, bytes, sizeof(bytes));
    if (status == KITH_OK)
        status = kith_proof_encode(&entry->proof, buf);
    if (status == KITH_OK)
        status = add_body(entry, buf);
    if (status != KITH_OK)
        buf->len = before;
    return status;
}

enum kith_status kith_evidence_entry_decode(
    struct kith_bytes content, struct kith_evidence_entry *ret_entry)
{
    struct reader reader = {.rest = content};
    struct kith_evidence_entry entry = {.sealed = {NULL, 0}};
    uint64_t side = take_number(&reader, 1);
    struct kith_bytes proof;

    entry.by_partner = side == OF_PARTNER;
    entry.log_number = (uint32_t)take_number(&reader, 4);
    entry.size = take_number(&reader, 8);
    proof = take(&reader, (size_t)take_number(&reader, 1) * KITH_HASH_LEN);
    entry.header = take(&reader, KITH_ENTRY_HEADER_LEN);
    entry.body = (enum kith_evidence_body)take_number(&reader, 1);
    if (entry.body == KITH_EVIDENCE_OPEN) {
        take_copy(&reader, entry.ek.b, KITH_EK_LEN);
        entry.sealed = take(&reader, reader.rest.len);
    }
    if ((side != OF_MAKER && side != OF_PARTNER) || !is_ended(&reader) ||
        kith_proof_decode(proof, &entry.proof) != KITH_OK || !is_entry(&entry))
        return KITH_MALFORMED;
    *ret_entry = entry;
    return KITH_OK;
}
