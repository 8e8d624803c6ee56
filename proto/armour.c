/* armour.c - binary things as text blocks, read back from mail.
 *
 * Responsible for: the block's form, its check, tolerance of what mail does.
 * Not here: what the data means, or whether it is genuine.
 */
#include "kith/armour.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "kith/ids.h"

enum {
    LINE_DATA_LEN = 48, /* bytes in a line of 64 characters */
    CHECK_LEN = 4,      /* bytes of the check */
    FRAME_SIZE = KITH_ARMOUR_TITLE_MAX + 32
};

static const char check_word[] = "check:";

static bool is_title(const char *title)
{
    size_t len = strlen(title);

    return len > 0 && len <= KITH_ARMOUR_TITLE_MAX &&
           strspn(title, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ") == len;
}

static void compute_check(struct kith_bytes data,
                          char ret_hex[2 * CHECK_LEN + 1])
{
    static const char label[] = "kith/v1/armour";
    const struct kith_bytes parts[] = {{(const uint8_t *)label, sizeof(label)},
                                       data};
    struct kith_hash hash;

    kith_sha256_parts(parts, 2, &hash);
    kith_hex(hash.b, CHECK_LEN, ret_hex);
}

static enum kith_status put_text(struct kith_buf *buf, const char *text)
{
    return kith_buf_add(buf, text, strlen(text));
}

static enum kith_status put_base64(struct kith_bytes data, struct kith_buf *buf)
{
    enum kith_status status = KITH_OK;

    for (size_t at = 0; status == KITH_OK && at < data.len;
         at += LINE_DATA_LEN) {
        char line[sodium_base64_ENCODED_LEN(LINE_DATA_LEN,
                                            sodium_base64_VARIANT_ORIGINAL)];
        size_t len =
            data.len - at < LINE_DATA_LEN ? data.len - at : LINE_DATA_LEN;

        sodium_bin2base64(line, sizeof(line), data.data + at, len,
                          sodium_base64_VARIANT_ORIGINAL);
        status = put_text(buf, line);
        if (status == KITH_OK)
            status = put_text(buf, "\n");
    }
    return status;
}

enum kith_status kith_armour(const char *title, struct kith_bytes data,
                             struct kith_buf *ret_text)
{
    struct kith_buf text = {NULL, 0, 0};
    char frame[FRAME_SIZE];
    char check[2 * CHECK_LEN + 1];
    enum kith_status status;

    if (!is_title(title))
        return KITH_INVALID;
    compute_check(data, check);
    snprintf(frame, sizeof(frame), "-----BEGIN KITH %s-----\n", title);
    status = put_text(&text, frame);
    if (status == KITH_OK)
        status = put_base64(data, &text);
    snprintf(frame, sizeof(frame), "%s%s\n", check_word, check);
    if (status == KITH_OK)
        status = put_text(&text, frame);
    snprintf(frame, sizeof(frame), "-----END KITH %s-----\n", title);
    if (status == KITH_OK)
        status = put_text(&text, frame);
    if (status == KITH_OK)
        status = kith_buf_add(ret_text, text.data, text.len);
    kith_buf_clear(&text);
    return status;
}

/* Position of WORD in TEXT from FROM on, or the length of TEXT. */
static size_t find_word(struct kith_bytes text, size_t from, const char *word)
{
    size_t len = strlen(word);

    for (; from + len <= text.len; from++)
        if (memcmp(text.data + from, word, len) == 0)
            return from;
    return text.len;
}

/* What stands between the first and last line of the block. */
static enum kith_status find_block(const char *title, struct kith_bytes text,
                                   struct kith_bytes *ret_block)
{
    char frame[FRAME_SIZE];
    size_t start, end;

    snprintf(frame, sizeof(frame), "-----BEGIN KITH %s-----", title);
    start = find_word(text, 0, frame);
    if (start == text.len)
        return KITH_NOT_FOUND;
    start += strlen(frame);
    snprintf(frame, sizeof(frame), "-----END KITH %s-----", title);
    end = find_word(text, start, frame);
    if (end == text.len)
        return KITH_MALFORMED;
    *ret_block = (struct kith_bytes){text.data + start, end - start};
    return KITH_OK;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The block's characters without blanks and without the '>' that a reply puts
 * before each line. */
static enum kith_status gather(struct kith_bytes block, struct kith_buf *chars)
{
    bool line_start = true;

    for (size_t i = 0; i < block.len; i++) {
        uint8_t c = block.data[i];
        enum kith_status status;

        if (c == '\n')
            line_start = true;
        if (is_blank(c) || (line_start && c == '>'))
            continue;
        line_start = false;
        status = kith_buf_add(chars, &c, 1);
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

/* CHARS as base64, the word and eight digits; the colon is no base64, so the
 * parting is clear even when all lines have run together. */
static enum kith_status decode_chars(struct kith_bytes chars,
                                     struct kith_buf *data,
                                     char ret_check[2 * CHECK_LEN + 1])
{
    size_t at = find_word(chars, 0, check_word);
    size_t check_at = at + sizeof(check_word) - 1;
    size_t len = 0;
    enum kith_status status;

    if (at == chars.len || chars.len - check_at != 2 * CHECK_LEN)
        return KITH_MALFORMED;
    status = kith_buf_reserve(data, at / 4 * 3 + 3);
    if (status != KITH_OK)
        return status;
    if (at > 0)
        status = base64_decode((struct kith_bytes){chars.data, at}, data->data,
                               data->cap, &len);
    if (status != KITH_OK)
        return status;
    data->len = len;
    memcpy(ret_check, chars.data + check_at, 2 * CHECK_LEN);
    ret_check[2 * CHECK_LEN] = '\0';
    return KITH_OK;
}

enum kith_status kith_unarmour(const char *title, struct kith_bytes text,
                               struct kith_buf *ret_data)
{
    struct kith_bytes block;
    struct kith_buf chars = {NULL, 0, 0};
    struct kith_buf data = {NULL, 0, 0};
    char typed[2 * CHECK_LEN + 1];
    char check[2 * CHECK_LEN + 1];
    enum kith_status status;

    if (!is_title(title))
        return KITH_INVALID;
    if (text.len > KITH_ARMOUR_TEXT_MAX)
        return KITH_LIMIT;
    status = find_block(title, text, &block);
    if (status != KITH_OK)
        return status;
    status = gather(block, &chars);
    if (status == KITH_OK)
        status = decode_chars(kith_buf_bytes(&chars), &data, typed);
    if (status != KITH_OK)
        goto out;
    compute_check(kith_buf_bytes(&data), check);
    status =
        memcmp(check, typed, sizeof(check)) == 0 ? KITH_OK : KITH_UNTRUSTED;
    if (status == KITH_OK)
        status = kith_buf_add(ret_data, data.data, data.len);
out:
    kith_buf_clear(&chars);
    kith_buf_clear(&data);
    return status;
}
