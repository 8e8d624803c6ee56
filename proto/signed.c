/* signed.c - see the header. */
#include "kith/signed.h"

#include "kith/be.h"
#include "kith/fields.h"
#include "kith/kinds.h"

enum {
    SIGNED_FIELDS_MAX = 12 /* more than any of the lists below */
};

/* Appends a record of KIND with those fields of FROM that NUMBERS, ascending
 * and ended by 0, names: the first of each. */
static enum kith_status add_fields(const struct kith_record *from,
                                   uint32_t kind, const uint32_t *numbers,
                                   struct kith_buf *buf)
{
    struct kith_field fields[SIGNED_FIELDS_MAX];
    struct kith_record record = {.kind = kind, .fields = fields};

    for (; *numbers != 0; numbers++) {
        const struct kith_field *field = kith_record_field(from, *numbers);

        if (field != NULL)
            fields[record.n_fields++] = *field;
    }
    return kith_record_encode(&record, buf);
}

enum kith_status kith_signed_agreement(const struct kith_record *step,
                                       struct kith_buf *buf)
{
    static const uint32_t of_signature[] = {
        KITH_NDA_TERMS_DIGEST, KITH_NDA_SIGNER,         KITH_NDA_SIGNER_TITLE,
        KITH_NDA_SIGNED_AT,    KITH_NDA_NOTICE_ADDRESS, 0};
    static const uint32_t of_end[] = {KITH_NDA_TERMS_DIGEST,
                                      KITH_NDA_SIGNER,
                                      KITH_NDA_SIGNER_TITLE,
                                      KITH_NDA_SIGNED_AT,
                                      KITH_NDA_END_AT,
                                      KITH_NDA_NOTICE_ADDRESS,
                                      0};

    switch (step->kind) {
    case KITH_KIND_NDA_PROPOSAL:
    case KITH_KIND_NDA_SIGNATURE:
        return add_fields(step, KITH_KIND_NDA_SIGNATURE, of_signature, buf);
    case KITH_KIND_NDA_END:
        return add_fields(step, KITH_KIND_NDA_END, of_end, buf);
    default:
        return KITH_INVALID;
    }
}

enum kith_status kith_signed_key_notice(const struct kith_origin *origin,
                                        const struct kith_record *notice,
                                        struct kith_buf *buf)
{
    static const uint32_t of_notice[] = {KITH_KEY_NOTICE_KEY_USE,
                                         KITH_KEY_NOTICE_PUBLIC_KEY,
                                         KITH_KEY_NOTICE_FROM_SIZE,
                                         KITH_KEY_NOTICE_TO_SIZE,
                                         KITH_KEY_NOTICE_COMPROMISED,
                                         KITH_KEY_NOTICE_LOG_NUMBER,
                                         0};
    const size_t before = buf->len;
    enum kith_status status = KITH_INVALID;

    if (notice->kind == KITH_KIND_KEY_NOTICE)
        status = kith_buf_add(buf, origin->text, origin->len + 1);
    if (status == KITH_OK)
        status = add_fields(notice, KITH_KIND_KEY_NOTICE, of_notice, buf);
    if (status != KITH_OK)
        buf->len = before;
    return status;
}

enum kith_status kith_signed_certificate(const struct kith_record *certificate,
                                         struct kith_buf *buf)
{
    static const uint32_t of_certificate[] = {
        KITH_CERTIFICATE_REQUEST,    KITH_CERTIFICATE_LOG_NUMBER,
        KITH_CERTIFICATE_SIZE,       KITH_CERTIFICATE_ENTRIES,
        KITH_CERTIFICATE_DIGEST,     KITH_CERTIFICATE_DESTROYED_AT,
        KITH_CERTIFICATE_OFFICER,    KITH_CERTIFICATE_OFFICER_TITLE,
        KITH_CERTIFICATE_EXCEPTIONS, 0};

    if (certificate->kind != KITH_KIND_DESTRUCTION_CERTIFICATE)
        return KITH_INVALID;
    return add_fields(certificate, KITH_KIND_DESTRUCTION_CERTIFICATE,
                      of_certificate, buf);
}

void kith_destroyed_begin(struct kith_hash *ret_digest)
{
    /* the zero byte behind it is the string's own */
    static const char label[] = "kith/v1/destroyed";

    kith_sha256(label, sizeof(label), ret_digest);
}

void kith_destroyed_add(struct kith_hash *digest, uint32_t log_number,
                        uint64_t index, const struct kith_hash *leaf)
{
    uint8_t place[4 + 8];
    const struct kith_hash before = *digest;
    const struct kith_bytes parts[] = {{before.b, KITH_HASH_LEN},
                                       {place, sizeof(place)},
                                       {leaf->b, KITH_HASH_LEN}};

    kith_be_put32(place, log_number);
    kith_be_put64(place + 4, index);
    kith_sha256_parts(parts, 3, digest);
}
