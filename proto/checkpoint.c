/* checkpoint.c - names of logs, signed sizes and roots, receipts.
 *
 * Responsible for: the exact text of origin and checkpoint, and which key
 * signs it under which name.
 * Not here: the form of notes (note.c), when to sign (rules).
 */
#include "kith/checkpoint.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "kith/note.h"
#include "kith/sign.h"
#include "kith/tree.h"

enum {
    ROOT_BASE64_SIZE = 45,
    NUMBER_DIGITS_MAX = 20
};

void kith_origin_make(const struct kith_company_id *sender,
                      const struct kith_company_id *receiver,
                      uint32_t log_number, struct kith_origin *ret_origin)
{
    char from[KITH_COMPANY_HEX_SIZE];
    char to[KITH_COMPANY_HEX_SIZE];

    kith_company_id_hex(sender, from);
    kith_company_id_hex(receiver, to);
    memset(ret_origin, 0, sizeof(*ret_origin));
    ret_origin->len =
        (size_t)snprintf(ret_origin->text, sizeof(ret_origin->text),
                         "kith/%s/%s/%" PRIu32, from, to, log_number);
}

/* A decimal number as this program writes it: no sign, no leading zero. */
static enum kith_status parse_number(struct kith_bytes text, uint64_t max,
                                     uint64_t *ret_number)
{
    uint64_t number = 0;

    if (text.len == 0 || text.len > NUMBER_DIGITS_MAX ||
        (text.data[0] == '0' && text.len > 1))
        return KITH_MALFORMED;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned)text.data[i] - '0';

        if (digit > 9 || number > (max - digit) / 10)
            return KITH_MALFORMED;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return KITH_OK;
}

/* Reads 64 digits; lower case is proved by writing them again. */
static enum kith_status parse_company(const uint8_t *text,
                                      struct kith_company_id *ret_id)
{
    char hex[KITH_COMPANY_HEX_SIZE];
    enum kith_status status;

    memcpy(hex, text, sizeof(hex) - 1);
    hex[sizeof(hex) - 1] = '\0';
    status = kith_company_id_parse(hex, ret_id);
    if (status != KITH_OK)
        return status;
    kith_company_id_hex(ret_id, hex);
    return memcmp(hex, text, sizeof(hex) - 1) == 0 ? KITH_OK : KITH_MALFORMED;
}

enum kith_status kith_origin_parse(struct kith_bytes text,
                                   struct kith_log_name *ret_name)
{
    static const char prefix[] = "kith/";
    const size_t sender_at = sizeof(prefix) - 1;
    const size_t receiver_at = sender_at + 65;
    const size_t number_at = receiver_at + 65;
    struct kith_log_name name;
    uint64_t number = 0;

    if (text.len <= number_at || text.len >= KITH_ORIGIN_SIZE ||
        memcmp(text.data, prefix, sender_at) != 0 ||
        text.data[receiver_at - 1] != '/' || text.data[number_at - 1] != '/')
        return KITH_MALFORMED;
    if (parse_company(text.data + sender_at, &name.sender) != KITH_OK ||
        parse_company(text.data + receiver_at, &name.receiver) != KITH_OK ||
        parse_number(
            (struct kith_bytes){text.data + number_at, text.len - number_at},
            UINT32_MAX, &number) != KITH_OK ||
        number == 0)
        return KITH_MALFORMED;
    name.log_number = (uint32_t)number;
    *ret_name = name;
    return KITH_OK;
}

bool kith_origin_equal(const struct kith_origin *a, const struct kith_origin *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

enum kith_status kith_checkpoint_text(const struct kith_checkpoint *checkpoint,
                                      struct kith_buf *buf)
{
    char text[KITH_ORIGIN_SIZE + NUMBER_DIGITS_MAX + ROOT_BASE64_SIZE + 3];
    char root[ROOT_BASE64_SIZE];
    int len;

    sodium_bin2base64(root, sizeof(root), checkpoint->root.b, KITH_HASH_LEN,
                      sodium_base64_VARIANT_ORIGINAL);
    len = snprintf(text, sizeof(text), "%s\n%" PRIu64 "\n%s\n",
                   checkpoint->origin.text, checkpoint->size, root);
    return kith_buf_add(buf, text, (size_t)len);
}

/* The next line of TEXT from AT on, without its newline; AT moves behind it. */
static enum kith_status take_line(struct kith_bytes text, size_t *at,
                                  struct kith_bytes *ret_line)
{
    const uint8_t *start = text.data + *at;
    const uint8_t *end =
        *at < text.len ? memchr(start, '\n', text.len - *at) : NULL;

    if (end == NULL)
        return KITH_MALFORMED;
    *ret_line = (struct kith_bytes){start, (size_t)(end - start)};
    *at += ret_line->len + 1;
    return KITH_OK;
}

enum kith_status kith_checkpoint_parse(struct kith_bytes text,
                                       struct kith_checkpoint *ret_checkpoint)
{
    struct kith_checkpoint checkpoint;
    struct kith_log_name name;
    struct kith_bytes lines[3];
    size_t at = 0;
    size_t root_len = 0;

    for (size_t i = 0; i < 3; i++)
        if (take_line(text, &at, &lines[i]) != KITH_OK)
            return KITH_MALFORMED;
    memset(&checkpoint, 0, sizeof(checkpoint));
    if (at != text.len || kith_origin_parse(lines[0], &name) != KITH_OK ||
        parse_number(lines[1], KITH_TREE_SIZE_MAX, &checkpoint.size) !=
            KITH_OK ||
        base64_decode(lines[2], checkpoint.root.b, KITH_HASH_LEN, &root_len) !=
            KITH_OK ||
        root_len != KITH_HASH_LEN)
        return KITH_MALFORMED;
    checkpoint.origin.len = lines[0].len;
    memcpy(checkpoint.origin.text, lines[0].data, lines[0].len);
    *ret_checkpoint = checkpoint;
    return KITH_OK;
}

bool kith_checkpoint_equal(const struct kith_checkpoint *a,
                           const struct kith_checkpoint *b)
{
    return a->size == b->size && kith_hash_equal(&a->root, &b->root) &&
           kith_origin_equal(&a->origin, &b->origin);
}

static void name_receipt(const struct kith_company_id *receiver,
                         char ret_name[KITH_RECEIPT_NAME_SIZE])
{
    memcpy(ret_name, "kith/", 5);
    kith_company_id_hex(receiver, ret_name + 5);
}

static enum kith_status sign_text(const struct kith_checkpoint *checkpoint,
                                  const struct kith_note_signer *signer,
                                  struct kith_buf *buf)
{
    struct kith_buf text = {NULL, 0, 0};
    enum kith_status status = kith_checkpoint_text(checkpoint, &text);

    if (status == KITH_OK)
        status = kith_note_sign(kith_buf_bytes(&text), signer, buf);
    kith_buf_clear(&text);
    return status;
}

enum kith_status kith_checkpoint_sign(const struct kith_checkpoint *checkpoint,
                                      const struct kith_sign_key *log_key,
                                      struct kith_buf *buf)
{
    struct kith_note_signer signer = {
        .name = checkpoint->origin.text,
        .type = KITH_NOTE_ED25519,
        .secret = log_key,
    };

    return sign_text(checkpoint, &signer, buf);
}

enum kith_status kith_receipt_sign(const struct kith_checkpoint *checkpoint,
                                   const struct kith_receipt_signer *signer,
                                   struct kith_buf *buf)
{
    char name[KITH_RECEIPT_NAME_SIZE];
    struct kith_note_signer note_signer = {
        .name = name,
        .type = KITH_NOTE_COSIGNATURE,
        .time_s = signer->time_s,
        .secret = signer->receipt_key,
    };

    name_receipt(&signer->receiver, name);
    return sign_text(checkpoint, &note_signer, buf);
}

/* A checkpoint of ORIGIN in NOTE with a good line of KEY. */
static enum kith_status verify_note(struct kith_bytes bytes,
                                    const struct kith_origin *origin,
                                    const struct kith_note_key *key,
                                    struct kith_receipt_read *ret_read)
{
    struct kith_receipt_read read;
    struct kith_note note;
    enum kith_status status = kith_note_parse(bytes, &note);

    if (status != KITH_OK)
        return status;
    status = kith_note_verify(&note, key, &read.time_s);
    if (status == KITH_NOT_FOUND)
        return KITH_UNTRUSTED;
    if (status != KITH_OK)
        return status;
    status = kith_checkpoint_parse(note.text, &read.checkpoint);
    if (status != KITH_OK)
        return status;
    if (!kith_origin_equal(&read.checkpoint.origin, origin))
        return KITH_UNTRUSTED;
    *ret_read = read;
    return KITH_OK;
}

enum kith_status kith_checkpoint_verify(struct kith_bytes note,
                                        const struct kith_origin *origin,
                                        const struct kith_key *log_key,
                                        struct kith_checkpoint *ret_checkpoint)
{
    struct kith_receipt_read read;
    struct kith_note_key key;
    enum kith_status status;

    status = kith_note_key_make(origin->text, KITH_NOTE_ED25519, log_key, &key);
    if (status == KITH_OK)
        status = verify_note(note, origin, &key, &read);
    if (status == KITH_OK)
        *ret_checkpoint = read.checkpoint;
    return status;
}

enum kith_status kith_receipt_verify(struct kith_bytes note,
                                     const struct kith_origin *origin,
                                     const struct kith_key *receipt_key,
                                     struct kith_receipt_read *ret_receipt)
{
    char name[KITH_RECEIPT_NAME_SIZE];
    struct kith_log_name log;
    struct kith_note_key key;
    enum kith_status status;

    status = kith_origin_parse(
        (struct kith_bytes){(const uint8_t *)origin->text, origin->len}, &log);
    if (status != KITH_OK)
        return status;
    name_receipt(&log.receiver, name);
    status = kith_note_key_make(name, KITH_NOTE_COSIGNATURE, receipt_key, &key);
    if (status == KITH_OK)
        status = verify_note(note, origin, &key, ret_receipt);
    return status;
}
