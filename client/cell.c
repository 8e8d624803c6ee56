/* cell - a field of a record as text for a person or a script.
 *
 * Responsible for: one text form per field type. Not here: columns (table.c),
 * JSON (json.c).
 */
#include "cell.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "kith/fields.h"
#include "kith/ids.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "memory.h"
#include "terminal.h"

const char *cell_clean(struct kith_arena *arena, struct kith_bytes bytes)
{
    struct kith_buf buf = {0};
    const char *text = NULL;

    terminal_clean(bytes, false, &buf);
    text = memory_text(arena, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    return text;
}

static const char *clean_lines(struct kith_arena *arena,
                               struct kith_bytes bytes)
{
    struct kith_buf buf = {0};
    const char *text = NULL;

    terminal_clean(bytes, true, &buf);
    text = memory_text(arena, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    return text;
}

const char *cell_instant(struct kith_arena *arena, int64_t instant,
                         const struct cell_style *style)
{
    time_t seconds = (time_t)instant;
    struct tm parts;
    char text[40];

    if (style->exact || style->utc) {
        if (gmtime_r(&seconds, &parts) == NULL)
            return memory_format(arena, "%" PRId64, instant);
        strftime(text, sizeof text,
                 style->exact ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d %H:%MZ",
                 &parts);
    } else {
        if (localtime_r(&seconds, &parts) == NULL)
            return memory_format(arena, "%" PRId64, instant);
        strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
    }
    return memory_copy(arena, text);
}

const char *cell_span(struct kith_arena *arena, int64_t seconds)
{
    if (seconds < 120)
        return memory_format(arena, "%" PRId64 " s", seconds);
    if (seconds < 120 * 60)
        return memory_format(arena, "%" PRId64 " min", seconds / 60);
    if (seconds < 48 * 3600)
        return memory_format(arena, "%" PRId64 " h", seconds / 3600);
    return memory_format(arena, "%" PRId64 " d", seconds / 86400);
}

const char *cell_ago(struct kith_arena *arena, int64_t instant, int64_t now)
{
    if (instant == 0)
        return "never";
    if (instant > now)
        return "just now";
    return memory_format(arena, "%s ago", cell_span(arena, now - instant));
}

const char *cell_day(struct kith_arena *arena, int32_t day)
{
    char text[KITH_DAY_TEXT_SIZE];

    kith_day_text(day, text);
    return memory_copy(arena, text);
}

static const char *when_text(struct kith_arena *arena,
                             const struct kith_when *when)
{
    struct kith_buf buf = {0};
    const char *text = NULL;

    if (kith_when_text(when, &buf) != KITH_OK)
        memory_exhausted();
    text = cell_clean(arena, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    return text;
}

/* An id as UUID, else hex; the beginning alone for a person. */
static const char *octets_text(struct kith_arena *arena,
                               struct kith_bytes bytes,
                               const struct cell_style *style)
{
    char *hex = memory_take(arena, 2 * bytes.len + 1);
    bool whole = style->exact || style->whole;

    if (bytes.len == KITH_ID_LEN && whole) {
        struct kith_id id;
        char text[KITH_ID_TEXT_SIZE];

        memcpy(id.b, bytes.data, KITH_ID_LEN);
        kith_id_text(&id, text);
        return memory_copy(arena, text);
    }
    kith_hex(bytes.data, bytes.len, hex);
    if (!whole && bytes.len == KITH_ID_LEN)
        hex[CELL_ID_DIGITS] = '\0';
    else if (!whole && bytes.len > KITH_ID_LEN)
        hex[CELL_DIGEST_DIGITS] = '\0';
    return hex;
}

static const char *number_text(struct kith_arena *arena, int64_t value,
                               const struct kith_field_info *info,
                               const struct cell_style *style)
{
    if (info->type == KITH_FIELD_FLAG)
        return value != 0 ? "yes" : "no";
    if (info->type == KITH_FIELD_INSTANT)
        return value == 0 && !style->exact ? "never"
                                           : cell_instant(arena, value, style);
    return memory_format(arena, "%" PRId64, value);
}

const char *cell_value(struct kith_arena *arena, const struct kith_field *field,
                       const struct kith_field_info *info,
                       const struct cell_style *style)
{
    const char *name = NULL;

    switch (field->type) {
    case KITH_VALUE_TEXT:
        return style->keep_lines ? clean_lines(arena, field->bytes)
                                 : cell_clean(arena, field->bytes);
    case KITH_VALUE_NUMBER:
        return number_text(arena, field->value, info, style);
    case KITH_VALUE_OCTETS:
        return octets_text(arena, field->bytes, style);
    case KITH_VALUE_WHEN:
        return when_text(arena, &field->when);
    case KITH_VALUE_CHOICE:
        if (info->choices != NULL)
            name = kith_choice_name(info->choices, field->value);
        return name != NULL ? name
                            : memory_format(arena, "%" PRId64, field->value);
    }
    return "?";
}

const char *cell_text(struct kith_arena *arena,
                      const struct kith_record *record,
                      const struct kith_field_info *info,
                      const struct cell_style *style)
{
    const struct kith_field *field = kith_record_field(record, info->number);
    const struct kith_field *end =
        field != NULL ? record->fields + record->n_fields : NULL;
    const char *text = "";

    bool kinds = record->kind == KITH_KIND_GRANT &&
                 info->number == KITH_GRANT_KINDS && !style->exact;

    for (; field != NULL && field < end && field->number == info->number;
         field++) {
        const struct kith_kind_info *kind =
            kinds ? kith_kind_info((uint32_t)field->value) : NULL;
        const char *value =
            kind != NULL ? kind->name : cell_value(arena, field, info, style);

        text = text[0] == '\0' ? value
                               : memory_format(arena, "%s, %s", text, value);
    }
    return text;
}

const char *cell_field(struct kith_arena *arena,
                       const struct kith_record *record, uint32_t number)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    const struct kith_field_info *info =
        kind == NULL ? NULL : kith_field_info(kind, number);
    struct cell_style style = {0};

    return info == NULL ? "" : cell_text(arena, record, info, &style);
}
