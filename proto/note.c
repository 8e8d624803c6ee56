/* note.c - C2SP signed notes, split without trusting anything.
 *
 * Responsible for: the strict grammar, key names and key hashes.
 * Not here: signatures over notes (note_sign.c), their text (checkpoint.c).
 */
#include "kith/note.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "kith/be.h"
#include "note_line.h"

enum {
    KEY_BASE64_SIZE = 48,
    HASH_HEX_LEN = 8
};

/* Does a Unicode space, as C2SP forbids in names, stand at P? */
static bool is_space(const uint8_t *p, size_t left)
{
    static const char *const spaces[] = {" ",
                                         "\xc2\x85",
                                         "\xc2\xa0",
                                         "\xe1\x9a\x80",
                                         "\xe2\x80\xa8",
                                         "\xe2\x80\xa9",
                                         "\xe2\x80\xaf",
                                         "\xe2\x81\x9f",
                                         "\xe3\x80\x80"};

    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        size_t len = strlen(spaces[i]);

        if (left >= len && memcmp(p, spaces[i], len) == 0)
            return true;
    }
    /* U+2000 to U+200A */
    return left >= 3 && p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0x80 &&
           p[2] <= 0x8a;
}

static bool is_name(struct kith_bytes name)
{
    if (name.len == 0 || name.len > KITH_NOTE_NAME_MAX ||
        !kith_bytes_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] < 0x20 || name.data[i] == '+' ||
            is_space(name.data + i, name.len - i))
            return false;
    return true;
}

static uint32_t hash_key(const char *name, uint8_t type,
                         const struct kith_key *pk)
{
    uint8_t bytes[KITH_NOTE_NAME_MAX + 2 + KITH_KEY_LEN];
    size_t len = strlen(name);
    struct kith_hash hash;

    memcpy(bytes, name, len);
    bytes[len++] = '\n';
    bytes[len++] = type;
    memcpy(bytes + len, pk->b, KITH_KEY_LEN);
    kith_sha256(bytes, len + KITH_KEY_LEN, &hash);
    return kith_be_get32(hash.b);
}

enum kith_status kith_note_key_make(const char *name, uint8_t type,
                                    const struct kith_key *pk,
                                    struct kith_note_key *ret_key)
{
    if (!is_name(kith_bytes_of(name)) ||
        (type != KITH_NOTE_ED25519 && type != KITH_NOTE_COSIGNATURE))
        return KITH_INVALID;
    memset(ret_key, 0, sizeof(*ret_key));
    memcpy(ret_key->name, name, strlen(name));
    ret_key->type = type;
    ret_key->pk = *pk;
    ret_key->hash = hash_key(name, type, pk);
    return KITH_OK;
}

/* Position of the first C in BYTES from FROM on, or its length. */
static size_t find(struct kith_bytes bytes, size_t from, char c)
{
    while (from < bytes.len && bytes.data[from] != (uint8_t)c)
        from++;
    return from;
}

static struct kith_bytes slice(struct kith_bytes bytes, size_t from, size_t to)
{
    return (struct kith_bytes){bytes.data + from, to - from};
}

/* Eight lower-case digits, as every writer of such keys prints them. */
static enum kith_status parse_hash(struct kith_bytes text, uint32_t *ret_hash)
{
    char hex[HASH_HEX_LEN + 1];
    uint8_t hash[4];
    enum kith_status status;

    if (text.len != HASH_HEX_LEN)
        return KITH_MALFORMED;
    memcpy(hex, text.data, HASH_HEX_LEN);
    hex[HASH_HEX_LEN] = '\0';
    status = kith_unhex(hex, hash, sizeof(hash));
    if (status == KITH_OK)
        *ret_hash = kith_be_get32(hash);
    return status;
}

enum kith_status kith_note_key_parse(struct kith_bytes text,
                                     struct kith_note_key *ret_key)
{
    size_t plus = find(text, 0, '+');
    size_t plus2 = plus < text.len ? find(text, plus + 1, '+') : text.len;
    struct kith_bytes name = slice(text, 0, plus);
    char name_text[KITH_NOTE_NAME_MAX + 1] = "";
    uint8_t data[1 + KITH_KEY_LEN];
    struct kith_note_key key;
    struct kith_key pk;
    uint32_t hash = 0;
    size_t len = 0;

    if (plus2 == text.len || !is_name(name) ||
        parse_hash(slice(text, plus + 1, plus2), &hash) != KITH_OK ||
        base64_decode(slice(text, plus2 + 1, text.len), data, sizeof(data),
                      &len) != KITH_OK)
        return KITH_MALFORMED;
    if (data[0] != KITH_NOTE_ED25519 && data[0] != KITH_NOTE_COSIGNATURE)
        return KITH_NOT_UNDERSTOOD;
    if (len != sizeof(data))
        return KITH_MALFORMED;
    memcpy(name_text, name.data, name.len);
    memcpy(pk.b, data + 1, KITH_KEY_LEN);
    if (kith_note_key_make(name_text, data[0], &pk, &key) != KITH_OK)
        return KITH_MALFORMED;
    if (key.hash != hash)
        return KITH_UNTRUSTED;
    *ret_key = key;
    return KITH_OK;
}

enum kith_status kith_note_key_format(const struct kith_note_key *key,
                                      struct kith_buf *buf)
{
    char text[KITH_NOTE_NAME_MAX + KEY_BASE64_SIZE + HASH_HEX_LEN + 3];
    char base64[KEY_BASE64_SIZE];
    uint8_t data[1 + KITH_KEY_LEN];
    int len;

    data[0] = key->type;
    memcpy(data + 1, key->pk.b, KITH_KEY_LEN);
    sodium_bin2base64(base64, sizeof(base64), data, sizeof(data),
                      sodium_base64_VARIANT_ORIGINAL);
    len = snprintf(text, sizeof(text), "%s+%08lx+%s", key->name,
                   (unsigned long)key->hash, base64);
    return kith_buf_add(buf, text, (size_t)len);
}

/* One signature line, without its newline. */
static enum kith_status parse_line(struct kith_bytes text,
                                   struct kith_note_line *ret_line)
{
    const size_t dash_len = sizeof(NOTE_DASH) - 1;
    uint8_t data[KITH_NOTE_MAX];
    struct kith_note_line line;
    size_t space;
    size_t len = 0;

    if (text.len < dash_len || memcmp(text.data, NOTE_DASH, dash_len) != 0)
        return KITH_MALFORMED;
    space = find(text, dash_len, ' ');
    if (space == text.len)
        return KITH_MALFORMED;
    line.name = slice(text, dash_len, space);
    line.base64 = slice(text, space + 1, text.len);
    if (!is_name(line.name) ||
        base64_decode(line.base64, data, sizeof(data), &len) != KITH_OK ||
        len < NOTE_HASH_LEN + 1)
        return KITH_MALFORMED;
    line.hash = kith_be_get32(data);
    *ret_line = line;
    return KITH_OK;
}

/* Lines LINES, each ended by a newline, into NOTE. */
static enum kith_status parse_lines(struct kith_bytes lines,
                                    struct kith_note *note)
{
    size_t at = 0;

    while (at < lines.len) {
        size_t end = find(lines, at, '\n');
        enum kith_status status;

        if (end == lines.len)
            return KITH_MALFORMED;
        if (note->n_lines == KITH_NOTE_LINES_MAX)
            return KITH_LIMIT;
        status = parse_line(slice(lines, at, end), &note->lines[note->n_lines]);
        if (status != KITH_OK)
            return status;
        note->n_lines++;
        at = end + 1;
    }
    return note->n_lines == 0 ? KITH_MALFORMED : KITH_OK;
}

bool note_is_text(struct kith_bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < 0x20 && text.data[i] != '\n')
            return false;
    return text.len > 0 && text.data[text.len - 1] == '\n' &&
           kith_bytes_is_utf8(text);
}

enum kith_status kith_note_parse(struct kith_bytes bytes,
                                 struct kith_note *ret_note)
{
    struct kith_note note = {.n_lines = 0};
    size_t split = bytes.len;
    enum kith_status status;

    if (bytes.len > KITH_NOTE_MAX)
        return KITH_LIMIT;
    if (!note_is_text(bytes))
        return KITH_MALFORMED;
    /* The last empty line parts text and signatures. */
    while (split >= 2 &&
           !(bytes.data[split - 1] == '\n' && bytes.data[split - 2] == '\n'))
        split--;
    if (split < 2)
        return KITH_MALFORMED;
    note.text = slice(bytes, 0, split - 1);
    status = parse_lines(slice(bytes, split, bytes.len), &note);
    if (status != KITH_OK)
        return status;
    *ret_note = note;
    return KITH_OK;
}
