/* when - the dates of roadmaps: their texts, order and calendar.
 *
 * Responsible for: struct kith_when, days since 1970-01-01, ISO weeks.
 * Not here: the wire form (record.c), time zones (kith has none: a day is a
 * day on the owner's calendar).
 */
#include "kith/record.h"

#include <stdio.h>
#include <string.h>

#include "record_wire.h"
#include "text.h"

enum {
    DAY_MIN = -719162, /* 0001-01-01 */
    DAY_MAX = 2932896, /* 9999-12-31 */
    ERA_DAYS = 146097  /* 400 years */
};

static const struct {
    const char *text;
    enum kith_when_kind kind;
} words[] = {
    {"unknown", KITH_WHEN_UNKNOWN},
    {"not_announced", KITH_WHEN_NOT_ANNOUNCED},
    {"passed", KITH_WHEN_PASSED},
};

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

enum kith_status kith_day_from_civil(int year, int month, int day,
                                     int32_t *ret_day)
{
    int years_before = year - 1;
    int32_t count;

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > month_days(year, month))
        return KITH_INVALID;
    count = DAY_MIN + 365 * years_before + years_before / 4 -
            years_before / 100 + years_before / 400 + day - 1;
    for (int m = 1; m < month; m++)
        count += month_days(year, m);
    *ret_day = count;
    return KITH_OK;
}

void kith_day_to_civil(int32_t day, int *ret_year, int *ret_month, int *ret_day)
{
    int32_t left = day;
    int year = 1970;
    int month = 1;

    /* Whole eras first, then at most 400 steps in either direction. */
    year += 400 * (left / ERA_DAYS);
    left %= ERA_DAYS;
    while (left < 0) {
        year--;
        left += 365 + is_leap(year);
    }
    while (left >= 365 + is_leap(year)) {
        left -= 365 + is_leap(year);
        year++;
    }
    while (left >= month_days(year, month)) {
        left -= month_days(year, month);
        month++;
    }
    *ret_year = year;
    *ret_month = month;
    *ret_day = left + 1;
}

static bool is_day(int32_t day)
{
    return day >= DAY_MIN && day <= DAY_MAX;
}

bool when_is_good(const struct kith_when *when)
{
    bool has_days = when->from_day != 0 || when->to_day != 0;

    if (!text_is_good(when->text))
        return false;
    switch (when->kind) {
    case KITH_WHEN_DATE:
        return is_day(when->from_day) && when->to_day == 0 &&
               when->text.len == 0;
    case KITH_WHEN_UNKNOWN:
    case KITH_WHEN_NOT_ANNOUNCED:
    case KITH_WHEN_PASSED:
        return !has_days && when->text.len == 0;
    case KITH_WHEN_WINDOW:
        return is_day(when->from_day) && is_day(when->to_day) &&
               when->from_day <= when->to_day && when->text.len == 0;
    case KITH_WHEN_VERBATIM:
        return !has_days && when->text.len > 0;
    }
    /* A newer version's; it is not understood, but it is well formed. */
    return (uint32_t)when->kind != 0;
}

bool kith_when_equal(const struct kith_when *a, const struct kith_when *b)
{
    return a->kind == b->kind && a->from_day == b->from_day &&
           a->to_day == b->to_day && kith_bytes_equal(a->text, b->text);
}

void kith_day_text(int32_t day, char ret_text[KITH_DAY_TEXT_SIZE])
{
    int year, month, day_of_month;

    kith_day_to_civil(day, &year, &month, &day_of_month);
    (void)snprintf(ret_text, KITH_DAY_TEXT_SIZE, "%04d-%02d-%02d", year, month,
                   day_of_month);
}

static enum kith_status add_day(struct kith_buf *buf, int32_t day)
{
    char text[KITH_DAY_TEXT_SIZE];

    kith_day_text(day, text);
    return kith_buf_add(buf, text, strlen(text));
}

enum kith_status kith_when_text(const struct kith_when *when,
                                struct kith_buf *buf)
{
    size_t before = buf->len;
    enum kith_status status;

    if (when->kind == KITH_WHEN_VERBATIM)
        return kith_buf_add(buf, when->text.data, when->text.len);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i].kind == when->kind)
            return kith_buf_add(buf, words[i].text, strlen(words[i].text));
    if (!when_is_good(when) ||
        (when->kind != KITH_WHEN_DATE && when->kind != KITH_WHEN_WINDOW))
        return KITH_INVALID;
    status = add_day(buf, when->from_day);
    if (status == KITH_OK && when->kind == KITH_WHEN_WINDOW) {
        status = kith_buf_add(buf, "..", 2);
        if (status == KITH_OK)
            status = add_day(buf, when->to_day);
    }
    if (status != KITH_OK)
        buf->len = before;
    return status;
}

/* COUNT digits at AT as a number, -1 when they are not all there. */
static int digits(struct kith_bytes text, size_t at, size_t count)
{
    int value = 0;

    if (at + count > text.len)
        return -1;
    for (size_t i = at; i < at + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return -1;
        value = value * 10 + (text.data[i] - '0');
    }
    return value;
}

static bool has_char(struct kith_bytes text, size_t at, char c)
{
    return at < text.len && text.data[at] == (uint8_t)c;
}

/* "2027-03-01" */
static enum kith_status parse_day(struct kith_bytes text, int32_t *ret_day)
{
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int day = digits(text, 8, 2);

    if (text.len != 10 || !has_char(text, 4, '-') || !has_char(text, 7, '-'))
        return KITH_INVALID;
    return kith_day_from_civil(year, month, day, ret_day);
}

/* "2027-03" */
static enum kith_status parse_month(struct kith_bytes text,
                                    struct kith_when *when)
{
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    enum kith_status status;

    if (text.len != 7 || !has_char(text, 4, '-'))
        return KITH_INVALID;
    status = kith_day_from_civil(year, month, 1, &when->from_day);
    if (status == KITH_OK)
        status = kith_day_from_civil(year, month, month_days(year, month),
                                     &when->to_day);
    return status;
}

/* Monday of ISO week 1: the week that holds 4 January. */
static enum kith_status first_monday(int year, int32_t *ret_day)
{
    int32_t fourth;
    enum kith_status status = kith_day_from_civil(year, 1, 4, &fourth);

    if (status != KITH_OK)
        return status;
    /* 1970-01-01 was a Thursday, 3 days after a Monday; 0001-01-01 a Monday,
     * so counting from there keeps the remainder positive. */
    *ret_day = fourth - (fourth - DAY_MIN) % 7;
    return KITH_OK;
}

/* "2027-W09" */
static enum kith_status parse_week(struct kith_bytes text,
                                   struct kith_when *when)
{
    int year = digits(text, 0, 4);
    int week = digits(text, 6, 2);
    int32_t monday, next_year;

    if (text.len != 8 || !has_char(text, 4, '-') || !has_char(text, 5, 'W') ||
        week < 1 || year >= 9999 || first_monday(year, &monday) != KITH_OK ||
        first_monday(year + 1, &next_year) != KITH_OK)
        return KITH_INVALID;
    when->from_day = monday + 7 * (week - 1);
    when->to_day = when->from_day + 6;
    return when->from_day < next_year ? KITH_OK : KITH_INVALID;
}

/* "2027-03-01..2027-04-15" */
static enum kith_status parse_window(struct kith_bytes text,
                                     struct kith_when *when)
{
    struct kith_bytes from = {text.data, 10};
    struct kith_bytes to;

    if (text.len != 22 || !has_char(text, 10, '.') || !has_char(text, 11, '.'))
        return KITH_INVALID;
    to = (struct kith_bytes){text.data + 12, 10};
    if (parse_day(from, &when->from_day) != KITH_OK ||
        parse_day(to, &when->to_day) != KITH_OK)
        return KITH_INVALID;
    return when->from_day <= when->to_day ? KITH_OK : KITH_INVALID;
}

enum kith_status kith_when_parse(struct kith_bytes text,
                                 struct kith_when *ret_when)
{
    struct kith_when when = {.kind = KITH_WHEN_DATE};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (kith_bytes_is(text, words[i].text)) {
            *ret_when = (struct kith_when){.kind = words[i].kind};
            return KITH_OK;
        }
    }
    if (parse_day(text, &when.from_day) != KITH_OK) {
        when.kind = KITH_WHEN_WINDOW;
        if (parse_window(text, &when) != KITH_OK &&
            parse_month(text, &when) != KITH_OK &&
            parse_week(text, &when) != KITH_OK)
            return KITH_INVALID;
    }
    *ret_when = when;
    return KITH_OK;
}
