/* sheet.c - secrets on paper, in lines that a person can type again.
 *
 * Responsible for: writing the lines, reading them back, naming the line that
 * was mistyped.
 * Not here: the words around them (whoever prints a sheet).
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base32.h"
#include "kith/keys.h"

enum {
    SECRETS = 3,
    LINES = 4,       /* per secret */
    DATA_CHARS = 13, /* per line */
    CHECK_CHARS = 2, /* per line */
    LINE_CHARS = DATA_CHARS + CHECK_CHARS,
    SECRET_CHARS = LINES * DATA_CHARS, /* 260 bits, the last 4 are zero */
    LINE_TEXT_SIZE = 32
};

/* In the order of tags: root seed, backup key, next root's seed. */
static const char letters[SECRETS + 1] = "RBN";

/* What has been read so far. */
struct gathered {
    bool seen[SECRETS][LINES];
    char chars[SECRETS][SECRET_CHARS];
};

struct line {
    size_t secret; /* place in letters */
    size_t number; /* from 0 */
    size_t count;  /* characters in chars */
    char chars[LINE_CHARS];
};

static void check_line(size_t secret, size_t number,
                       const char chars[DATA_CHARS],
                       char ret_check[CHECK_CHARS])
{
    static const char label[] = "kith/v1/sheet";
    uint8_t bytes[sizeof(label) + 2 + DATA_CHARS];
    struct kith_hash hash;

    memcpy(bytes, label, sizeof(label));
    bytes[sizeof(label)] = (uint8_t)letters[secret];
    bytes[sizeof(label) + 1] = (uint8_t)('1' + number);
    memcpy(bytes + sizeof(label) + 2, chars, DATA_CHARS);
    kith_sha256(bytes, sizeof(bytes), &hash);
    base32_write(hash.b, sizeof(hash.b), CHECK_CHARS, ret_check);
    sodium_memzero(bytes, sizeof(bytes));
}

static enum kith_status put_secret(size_t secret, const uint8_t data[32],
                                   struct kith_buf *text)
{
    char chars[SECRET_CHARS];
    enum kith_status status = KITH_OK;

    base32_write(data, 32, SECRET_CHARS, chars);
    for (size_t i = 0; status == KITH_OK && i < LINES; i++) {
        const char *part = chars + i * DATA_CHARS;
        char line[LINE_TEXT_SIZE];
        char check[CHECK_CHARS];
        int len;

        check_line(secret, i, part, check);
        len =
            snprintf(line, sizeof(line), "%c%zu  %.5s-%.5s-%.3s%.2s\n",
                     letters[secret], i + 1, part, part + 5, part + 10, check);
        status = kith_buf_add(text, line, (size_t)len);
        sodium_memzero(line, sizeof(line));
    }
    sodium_memzero(chars, sizeof(chars));
    return status;
}

enum kith_status kith_sheet_lines(const struct kith_sheet *sheet,
                                  struct kith_buf *ret_text)
{
    /* All of it at once, so that no grown buffer leaves a copy behind. */
    enum kith_status status =
        kith_buf_reserve(ret_text, SECRETS * LINES * LINE_TEXT_SIZE);

    if (status == KITH_OK && sheet->has_root)
        status = put_secret(0, sheet->root_seed, ret_text);
    if (status == KITH_OK && sheet->has_backup)
        status = put_secret(1, sheet->backup_key, ret_text);
    if (status == KITH_OK && sheet->has_next)
        status = put_secret(2, sheet->next_seed, ret_text);
    return status;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static char upper(uint8_t c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/* Does a tag begin TEXT, with something other than a letter or digit behind
 * it? Sets the line's secret and number. */
static bool take_tag(struct kith_bytes text, struct line *line)
{
    const char *letter = NULL;

    if (text.len < 3 || text.data[1] < '1' || text.data[1] > '0' + LINES)
        return false;
    letter = strchr(letters, upper(text.data[0]));
    if (letter == NULL || *letter == '\0' ||
        base32_value((char)text.data[2]) >= 0)
        return false;
    line->secret = (size_t)(letter - letters);
    line->number = (size_t)(text.data[1] - '1');
    return true;
}

/* The characters behind the tag. */
static bool take_chars(struct kith_bytes text, struct line *line)
{
    line->count = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        int value = base32_value((char)c);

        if (is_blank(c) || c == '-' || c == ':' || c == '.')
            continue;
        if (value < 0 || line->count == LINE_CHARS)
            return false;
        line->chars[line->count++] = base32_digit((unsigned)value);
    }
    return line->count == LINE_CHARS;
}

static enum kith_status fail_line(struct kith_error *err,
                                  const struct line *line, const char *what)
{
    return kith_fail(err, KITH_MALFORMED, "sheet_line",
                     "compare that line with the sheet, letter by letter",
                     "line %c%zu %s", letters[line->secret], line->number + 1,
                     what);
}

/* One line of text, without its newline. */
static enum kith_status read_line(struct kith_bytes text,
                                  struct gathered *gathered,
                                  struct kith_error *err)
{
    struct line line = {0};
    char check[CHECK_CHARS];
    char *place = NULL;
    enum kith_status status = KITH_OK;

    while (text.len > 0 && is_blank(text.data[0])) {
        text.data++;
        text.len--;
    }
    if (!take_tag(text, &line))
        return KITH_OK;
    if (!take_chars((struct kith_bytes){text.data + 2, text.len - 2}, &line))
        return fail_line(err, &line, "is not three groups of five characters");
    check_line(line.secret, line.number, line.chars, check);
    place = gathered->chars[line.secret] + line.number * DATA_CHARS;
    if (memcmp(check, line.chars + DATA_CHARS, CHECK_CHARS) != 0)
        status = fail_line(err, &line, "has a mistyped character");
    else if (gathered->seen[line.secret][line.number] &&
             memcmp(place, line.chars, DATA_CHARS) != 0)
        status = fail_line(err, &line, "is there twice and differs");
    else
        memcpy(place, line.chars, DATA_CHARS);
    gathered->seen[line.secret][line.number] = true;
    sodium_memzero(&line, sizeof(line));
    return status;
}

/* The 32 bytes of a whole secret; false when its last four bits are set. */
static bool unpack(const char chars[SECRET_CHARS], uint8_t ret_data[32])
{
    unsigned bits = 0;
    unsigned held = 0;
    size_t at = 0;

    for (size_t i = 0; i < SECRET_CHARS; i++) {
        held = (held << 5 | (unsigned)base32_value(chars[i])) & 0xfff;
        bits += 5;
        if (bits >= 8 && at < 32) {
            bits -= 8;
            ret_data[at++] = (uint8_t)(held >> bits & 0xff);
        }
    }
    return (held & 0x0f) == 0;
}

/* Secret number SECRET out of its lines. RET_HAS is false when none is there. */
static enum kith_status take_secret(const struct gathered *gathered,
                                    size_t secret, uint8_t ret_data[32],
                                    bool *ret_has, struct kith_error *err)
{
    struct line line = {.secret = secret};
    size_t count = 0;

    for (size_t i = 0; i < LINES; i++) {
        if (gathered->seen[secret][i])
            count++;
        else
            line.number = i;
    }
    if (count > 0 && count < LINES)
        return fail_line(err, &line, "is missing");
    line.number = LINES - 1;
    if (count > 0 && !unpack(gathered->chars[secret], ret_data))
        return fail_line(err, &line, "has a mistyped character");
    *ret_has = count > 0;
    return KITH_OK;
}

static enum kith_status read_lines(struct kith_bytes text,
                                   struct gathered *gathered,
                                   struct kith_error *err)
{
    size_t at = 0;

    while (at < text.len) {
        const uint8_t *start = text.data + at;
        const uint8_t *end = memchr(start, '\n', text.len - at);
        size_t len = end == NULL ? text.len - at : (size_t)(end - start);
        enum kith_status status =
            read_line((struct kith_bytes){start, len}, gathered, err);

        if (status != KITH_OK)
            return status;
        at += len + 1;
    }
    return KITH_OK;
}

enum kith_status kith_sheet_parse(struct kith_bytes text,
                                  struct kith_sheet *ret_sheet,
                                  struct kith_error *err)
{
    struct gathered gathered;
    struct kith_sheet sheet;
    enum kith_status status;

    if (text.len > KITH_SHEET_TEXT_MAX)
        return kith_fail(err, KITH_LIMIT, "sheet_too_long", "",
                         "the text is too long for a recovery sheet");
    memset(&gathered, 0, sizeof(gathered));
    memset(&sheet, 0, sizeof(sheet));
    status = read_lines(text, &gathered, err);
    if (status == KITH_OK)
        status =
            take_secret(&gathered, 0, sheet.root_seed, &sheet.has_root, err);
    if (status == KITH_OK)
        status =
            take_secret(&gathered, 1, sheet.backup_key, &sheet.has_backup, err);
    if (status == KITH_OK)
        status =
            take_secret(&gathered, 2, sheet.next_seed, &sheet.has_next, err);
    if (status == KITH_OK && !sheet.has_root && !sheet.has_backup &&
        !sheet.has_next)
        status = kith_fail(err, KITH_NOT_FOUND, "sheet_empty",
                           "type the lines R1 to R4 and B1 to B4",
                           "no line of a recovery sheet is in the text");
    if (status == KITH_OK)
        *ret_sheet = sheet;
    sodium_memzero(&gathered, sizeof(gathered));
    kith_sheet_wipe(&sheet);
    return status;
}

void kith_sheet_wipe(struct kith_sheet *sheet)
{
    sodium_memzero(sheet, sizeof(*sheet));
}
