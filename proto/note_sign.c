/* note_sign.c - signatures on notes: plain Ed25519 and cosignature/v1.
 *
 * Responsible for: what each type signs, verifying before returning, putting
 * the lines of two notes together.
 * Not here: the grammar (note.c).
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "ed25519.h"
#include "kith/be.h"
#include "kith/note.h"
#include "kith/sign.h"
#include "note_line.h"

enum {
    TIME_LEN = 8, /* bytes of a cosignature's time */
    BLOB_MAX = NOTE_HASH_LEN + TIME_LEN + KITH_SIG_LEN,
    BLOB_BASE64_SIZE = 112 /* room for BLOB_MAX bytes and the NUL */
};

_Static_assert(sodium_base64_ENCODED_LEN(BLOB_MAX,
                                         sodium_base64_VARIANT_ORIGINAL) <=
                   BLOB_BASE64_SIZE,
               "room for the longest signature");

/* What TYPE signs: the text, or the cosignature's two lines and the text. */
static enum kith_status put_message(uint8_t type, uint64_t time_s,
                                    struct kith_bytes text,
                                    struct kith_buf *buf)
{
    char head[48];
    int len;
    enum kith_status status = KITH_OK;

    if (type == KITH_NOTE_COSIGNATURE) {
        len = snprintf(head, sizeof(head), "cosignature/v1\ntime %" PRIu64 "\n",
                       time_s);
        status = kith_buf_add(buf, head, (size_t)len);
    }
    if (status == KITH_OK)
        status = kith_buf_add(buf, text.data, text.len);
    return status;
}

static bool is_time(uint64_t time_s)
{
    return time_s > 0 && time_s <= INT64_MAX;
}

/* The line's bytes behind the key hash against KEY. */
static enum kith_status verify_blob(struct kith_bytes text,
                                    const struct kith_note_key *key,
                                    struct kith_bytes blob, uint64_t *ret_time)
{
    struct kith_buf message = {NULL, 0, 0};
    bool cosigned = key->type == KITH_NOTE_COSIGNATURE;
    size_t time_len = cosigned ? TIME_LEN : 0;
    struct kith_sig sig;
    uint64_t time_s = 0;
    enum kith_status status;

    if (blob.len != time_len + KITH_SIG_LEN)
        return KITH_UNTRUSTED;
    if (cosigned)
        time_s = kith_be_get64(blob.data);
    if (cosigned && !is_time(time_s))
        return KITH_UNTRUSTED;
    memcpy(sig.b, blob.data + time_len, KITH_SIG_LEN);
    status = put_message(key->type, time_s, text, &message);
    if (status == KITH_OK &&
        !ed25519_verifies(&key->pk, kith_buf_bytes(&message), &sig))
        status = KITH_UNTRUSTED;
    kith_buf_clear(&message);
    if (status == KITH_OK)
        *ret_time = time_s;
    return status;
}

enum kith_status kith_note_verify(const struct kith_note *note,
                                  const struct kith_note_key *key,
                                  uint64_t *ret_time)
{
    const struct kith_note_line *line = NULL;
    uint8_t blob[KITH_NOTE_MAX];
    uint64_t time_s = 0;
    size_t len = 0;
    enum kith_status status;

    for (size_t i = 0; i < note->n_lines; i++) {
        if (note->lines[i].hash != key->hash ||
            !kith_bytes_is(note->lines[i].name, key->name))
            continue;
        if (line != NULL)
            return KITH_UNTRUSTED;
        line = &note->lines[i];
    }
    if (line == NULL)
        return KITH_NOT_FOUND;
    if (base64_decode(line->base64, blob, sizeof(blob), &len) != KITH_OK)
        return KITH_UNTRUSTED;
    status = verify_blob(
        note->text, key,
        (struct kith_bytes){blob + NOTE_HASH_LEN, len - NOTE_HASH_LEN},
        &time_s);
    if (status == KITH_OK && ret_time != NULL)
        *ret_time = time_s;
    return status;
}

/* Key hash, time if any, and signature as they stand in a line. */
static enum kith_status make_blob(struct kith_bytes text,
                                  const struct kith_note_signer *signer,
                                  uint8_t ret_blob[BLOB_MAX], size_t *ret_len)
{
    struct kith_buf message = {NULL, 0, 0};
    struct kith_note_key key;
    struct kith_sig sig;
    size_t len = NOTE_HASH_LEN;
    enum kith_status status;

    status = kith_note_key_make(signer->name, signer->type, &signer->secret->pk,
                                &key);
    if (status == KITH_OK)
        status = put_message(signer->type, signer->time_s, text, &message);
    if (status == KITH_OK)
        status = ed25519_sign(signer->secret, kith_buf_bytes(&message), &sig);
    kith_buf_clear(&message);
    if (status != KITH_OK)
        return status;
    kith_be_put32(ret_blob, key.hash);
    if (signer->type == KITH_NOTE_COSIGNATURE) {
        kith_be_put64(ret_blob + len, signer->time_s);
        len += TIME_LEN;
    }
    memcpy(ret_blob + len, sig.b, KITH_SIG_LEN);
    *ret_len = len + KITH_SIG_LEN;
    return KITH_OK;
}

/* Text, empty line and the line of BLOB; NOTE is empty before. */
static enum kith_status put_note(struct kith_bytes text, const char *name,
                                 struct kith_bytes blob, struct kith_buf *note)
{
    char base64[BLOB_BASE64_SIZE];
    char line[sizeof("\n" NOTE_DASH " \n") + KITH_NOTE_NAME_MAX +
              BLOB_BASE64_SIZE];
    enum kith_status status;
    int len;

    sodium_bin2base64(base64, sizeof(base64), blob.data, blob.len,
                      sodium_base64_VARIANT_ORIGINAL);
    len = snprintf(line, sizeof(line), "\n" NOTE_DASH "%s %s\n", name, base64);
    if (text.len + (size_t)len > KITH_NOTE_MAX)
        return KITH_LIMIT;
    status = kith_buf_add(note, text.data, text.len);
    if (status == KITH_OK)
        status = kith_buf_add(note, line, (size_t)len);
    return status;
}

enum kith_status kith_note_sign(struct kith_bytes text,
                                const struct kith_note_signer *signer,
                                struct kith_buf *buf)
{
    struct kith_buf note = {NULL, 0, 0};
    uint8_t blob[BLOB_MAX];
    size_t len = 0;
    enum kith_status status;

    if (!note_is_text(text) ||
        (signer->type == KITH_NOTE_COSIGNATURE && !is_time(signer->time_s)))
        return KITH_INVALID;
    status = make_blob(text, signer, blob, &len);
    if (status == KITH_OK)
        status =
            put_note(text, signer->name, (struct kith_bytes){blob, len}, &note);
    if (status == KITH_OK)
        status = kith_buf_add(buf, note.data, note.len);
    kith_buf_clear(&note);
    return status;
}

/* Is there a line of the same name, key and bytes? */
static bool has_line(const struct kith_note *note,
                     const struct kith_note_line *line)
{
    for (size_t i = 0; i < note->n_lines; i++)
        if (kith_bytes_equal(note->lines[i].name, line->name) &&
            kith_bytes_equal(note->lines[i].base64, line->base64))
            return true;
    return false;
}

/* The signature line as it stands in its note: dash, name, blank, base64. */
static struct kith_bytes whole_line(const struct kith_note_line *line)
{
    const uint8_t *start = line->name.data - (sizeof(NOTE_DASH) - 1);
    const uint8_t *end = line->base64.data + line->base64.len + 1;

    return (struct kith_bytes){start, (size_t)(end - start)};
}

enum kith_status kith_note_merge(struct kith_bytes a, struct kith_bytes b,
                                 struct kith_buf *buf)
{
    struct kith_buf merged = {NULL, 0, 0};
    struct kith_note first, second;
    size_t n_lines;
    enum kith_status status = kith_note_parse(a, &first);

    if (status == KITH_OK)
        status = kith_note_parse(b, &second);
    if (status != KITH_OK)
        return status;
    if (!kith_bytes_equal(first.text, second.text))
        return KITH_CONFLICT;
    n_lines = first.n_lines;
    status = kith_buf_add(&merged, a.data, a.len);
    for (size_t i = 0; status == KITH_OK && i < second.n_lines; i++) {
        struct kith_bytes line = whole_line(&second.lines[i]);

        if (has_line(&first, &second.lines[i]))
            continue;
        n_lines++;
        status = kith_buf_add(&merged, line.data, line.len);
    }
    if (status == KITH_OK &&
        (n_lines > KITH_NOTE_LINES_MAX || merged.len > KITH_NOTE_MAX))
        status = KITH_LIMIT;
    if (status == KITH_OK)
        status = kith_buf_add(buf, merged.data, merged.len);
    kith_buf_clear(&merged);
    return status;
}
