/* build - from what the person typed to a record of the argument kind.
 *
 * Responsible for: reading one value per field type, with hints.
 * Not here: which options there are (argv.c), whether the values make sense
 * together (the daemon).
 */
#include "build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "argv.h"
#include "cli.h"
#include "command.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/nearest.h"
#include "kith/verbs.h"
#include "memory.h"

enum {
    CHOICES_MAX = 64,
    DAYS_MAX = 36500
};

void build_start(struct build *build, struct cli *cli, uint32_t kind)
{
    memset(build, 0, sizeof *build);
    build->cli = cli;
    build->record.kind = kind;
    kith_build_start(&build->builder, cli->arena);
}

void build_text(struct build *build, uint32_t number, const char *text)
{
    kith_build_text(&build->builder, number, kith_bytes_of(text));
}

struct kith_record build_finish(struct build *build)
{
    if (kith_build_finish(&build->builder, &build->record) != KITH_OK)
        memory_exhausted();
    return build->record;
}

/* Days since 1970 where the person is. */
static int32_t today(void)
{
    time_t now = time(NULL);
    struct tm parts;
    int32_t day = 0;

    if (localtime_r(&now, &parts) == NULL ||
        kith_day_from_civil(parts.tm_year + 1900, parts.tm_mon + 1,
                            parts.tm_mday, &day) != KITH_OK)
        return (int32_t)(now / 86400);
    return day;
}

enum kith_status build_day(const char *text, struct kith_when *ret_when)
{
    struct kith_when when = {.kind = KITH_WHEN_DATE, .from_day = today()};
    char *end = NULL;
    long days = 0;
    enum kith_status status = KITH_OK;

    if (strcmp(text, "today") == 0) {
        *ret_when = when;
        return KITH_OK;
    }
    if (strcmp(text, "tomorrow") == 0 || text[0] == '+') {
        days = text[0] == '+' ? strtol(text + 1, &end, 10) : 1;
        if (days < 0 || days > DAYS_MAX || (end != NULL && *end != '\0'))
            return KITH_INVALID;
        when.from_day += (int32_t)days;
        *ret_when = when;
        return KITH_OK;
    }
    status = kith_when_parse(kith_bytes_of(text), &when);
    if (status != KITH_OK || when.kind != KITH_WHEN_DATE)
        return KITH_INVALID;
    *ret_when = when;
    return KITH_OK;
}

static enum kith_status add_choice(struct build *build,
                                   const struct kith_field_info *info,
                                   const char *name, const char *text,
                                   struct kith_error *err)
{
    const char *names[CHOICES_MAX];
    size_t count = 0;
    struct kith_buf all = {0};
    const char *near = NULL;
    const char *word = memory_copy(build->cli->arena, text);
    uint32_t number = 0;
    enum kith_status status = KITH_OK;

    for (char *c = (char *)word; *c != '\0'; c++)
        if (*c == '-')
            *c = '_';
    number = kith_choice_number(info->choices, kith_bytes_of(word));
    if (number != 0) {
        kith_build_choice(&build->builder, info->number, number);
        return KITH_OK;
    }
    for (; count < CHOICES_MAX && info->choices[count].number != 0; count++) {
        names[count] = info->choices[count].name;
        buffer_format(&all, "%s%s", count > 0 ? ", " : "", names[count]);
    }
    near = kith_nearest(word, names, count);
    if (near != NULL)
        status =
            kith_fail(err, KITH_INVALID, "usage", "",
                      "'%s' is no %s. Did you mean '%s'?", text, name, near);
    else
        status = kith_fail(err, KITH_INVALID, "usage", "",
                           "'%s' is no %s; it is one of %s", text, name,
                           buffer_string(&all));
    kith_buf_clear(&all);
    return status;
}

static enum kith_status add_number(struct build *build,
                                   const struct kith_field_info *info,
                                   const char *name, const char *text,
                                   struct kith_error *err)
{
    char *end = NULL;
    long long value = 0;

    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return kith_fail(err, KITH_INVALID, "usage", "",
                         "%s takes a number%s%s, not '%s'", name,
                         info->unit != NULL ? " of " : "",
                         info->unit != NULL ? info->unit : "", text);
    kith_build_number(&build->builder, info->number, value);
    return KITH_OK;
}

static enum kith_status add_when(struct build *build,
                                 const struct kith_field_info *info,
                                 const char *name, const char *text,
                                 struct kith_error *err)
{
    struct kith_when when = {0};
    enum kith_status status = build_day(text, &when);

    if (status != KITH_OK && info->type == KITH_FIELD_WHEN)
        status = kith_when_parse(kith_bytes_of(text), &when);
    if (status != KITH_OK && info->type == KITH_FIELD_WHEN)
        return kith_fail(err, KITH_INVALID, "usage", "",
                         "'%s' is no date for %s: give 2027-03-01, 2027-W09, "
                         "2027-03, 2027-03-01..2027-04-15, unknown, "
                         "not_announced or passed",
                         text, name);
    if (status != KITH_OK)
        return kith_fail(err, KITH_INVALID, "usage", "",
                         "'%s' is no day for %s: give YYYY-MM-DD, today or "
                         "+DAYS",
                         text, name);
    kith_build_when(&build->builder, info->number, &when);
    return KITH_OK;
}

static enum kith_status add_octets(struct build *build,
                                   const struct kith_field_info *info,
                                   const char *name, const char *text,
                                   struct kith_error *err)
{
    size_t len = strlen(text) / 2;
    uint8_t *data = memory_take(build->cli->arena, len);

    if (kith_unhex(text, data, len) != KITH_OK || len == 0 ||
        (info->type == KITH_FIELD_DIGEST && len != KITH_HASH_LEN))
        return kith_fail(err, KITH_INVALID, "usage", "",
                         "%s takes hexadecimal digits, not '%s'", name, text);
    kith_build_octets(&build->builder, info->number, data, len);
    return KITH_OK;
}

/* Line ends and tabs as files of other systems have them. */
static size_t tidy(char *text, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
            continue;
        text[kept++] = text[i] == '\t' ? ' ' : text[i];
    }
    memset(text + kept, 0, len - kept);
    return kept;
}

/* "-" stands for standard input, up to what a text may hold. */
static enum kith_status read_input(struct cli *cli, const char **ret_text,
                                   struct kith_error *err)
{
    char *text = memory_take(cli->arena, KITH_TEXT_MAX + 2);
    size_t len = fread(text, 1, KITH_TEXT_MAX + 1, stdin);

    if (len > KITH_TEXT_MAX)
        return kith_fail(err, KITH_INVALID, "text_too_long", "",
                         "the text is longer than %d bytes", KITH_TEXT_MAX);
    if (memchr(text, '\0', len) != NULL)
        return kith_fail(err, KITH_INVALID, "field_characters", "",
                         "standard input holds a NUL: it is no text");
    len = tidy(text, len);
    while (len > 0 && text[len - 1] == '\n')
        text[--len] = '\0';
    *ret_text = text;
    return KITH_OK;
}

static enum kith_status add_text(struct build *build,
                                 const struct kith_field_info *info,
                                 const char *name, const char *text,
                                 struct kith_error *err)
{
    size_t max = info->max_len > 0 ? info->max_len : KITH_PATH_MAX;

    if (info->type == KITH_FIELD_TEXT && strcmp(text, "-") == 0) {
        enum kith_status status = read_input(build->cli, &text, err);

        if (status != KITH_OK)
            return status;
    }
    if (info->type == KITH_FIELD_REF)
        max = KITH_PATH_MAX;
    if (strlen(text) > max)
        return kith_fail(err, KITH_INVALID, "text_too_long", "",
                         "%s is longer than %zu bytes", name, max);
    build_text(build, info->number, text);
    return KITH_OK;
}

static enum kith_status add_one(struct build *build,
                                const struct kith_field_info *info,
                                const char *name, const char *text,
                                struct kith_error *err)
{
    switch (info->type) {
    case KITH_FIELD_TEXT:
    case KITH_FIELD_NAME:
    case KITH_FIELD_REF:
    case KITH_FIELD_COMPANY:
        return add_text(build, info, name, text, err);
    case KITH_FIELD_FLAG:
        kith_build_number(&build->builder, info->number, 1);
        return KITH_OK;
    case KITH_FIELD_NUMBER:
    case KITH_FIELD_INSTANT:
        return add_number(build, info, name, text, err);
    case KITH_FIELD_DAY:
    case KITH_FIELD_WHEN:
        return add_when(build, info, name, text, err);
    case KITH_FIELD_CHOICE:
        return add_choice(build, info, name, text, err);
    case KITH_FIELD_DIGEST:
    case KITH_FIELD_OCTETS:
        return add_octets(build, info, name, text, err);
    }
    return kith_fail(err, KITH_INVALID, "usage", "", "%s takes no value", name);
}

/* A list is given as words with commas between them, and may be repeated. */
static enum kith_status add_list(struct build *build,
                                 const struct kith_field_info *info,
                                 const char *name, const char *text,
                                 struct kith_error *err)
{
    enum kith_status status = KITH_OK;

    while (status == KITH_OK && *text != '\0') {
        size_t len = strcspn(text, ",");
        const char *word = memory_text(
            build->cli->arena, (struct kith_bytes){(const uint8_t *)text, len});

        if (len > 0)
            status = add_one(build, info, name, word, err);
        text += len + (text[len] == ',');
    }
    return status;
}

enum kith_status build_value(struct build *build,
                             const struct kith_field_info *info,
                             const char *name, const char *text,
                             struct kith_error *err)
{
    if ((info->flags & KITH_F_LIST) != 0)
        return add_list(build, info, name, text, err);
    return add_one(build, info, name, text, err);
}

static enum kith_status set_label(struct build *build, const char *text,
                                  struct kith_error *err)
{
    static const struct kith_field_info info = {
        .number = 1, .type = KITH_FIELD_CHOICE, .choices = kith_labels};
    struct build probe;
    struct kith_record read;
    enum kith_status status = KITH_OK;

    build_start(&probe, build->cli, build->record.kind);
    status = add_choice(&probe, &info, "label", text, err);
    if (status != KITH_OK)
        return status;
    read = build_finish(&probe);
    build->record.label = (enum kith_label)kith_record_value(&read, 1, 0);
    return KITH_OK;
}

enum kith_status build_arguments(struct build *build,
                                 const struct arguments *arguments,
                                 struct kith_error *err)
{
    const char *label = arguments_value(arguments, "label");
    enum kith_status status = KITH_OK;

    for (size_t i = 0; i < arguments->count && status == KITH_OK; i++) {
        const struct parameter *parameter = arguments->given[i].parameter;

        if (parameter->info != NULL)
            status = build_value(build, parameter->info, parameter->name,
                                 arguments->given[i].value, err);
    }
    if (status == KITH_OK && label != NULL)
        status = set_label(build, label, err);
    return status;
}

enum kith_status build_record(struct cli *cli, const struct command *command,
                              const struct arguments *arguments,
                              struct kith_record *ret_record,
                              struct kith_error *err)
{
    struct build build;
    enum kith_status status = KITH_OK;

    build_start(&build, cli, command_kind(command));
    status = build_arguments(&build, arguments, err);
    if (status == KITH_OK)
        *ret_record = build_finish(&build);
    return status;
}
