/* text - sizes, durations and near misses.
 *
 * libConfuse's integers know no units, so both are strings of the file that
 * are read here, strictly: digits, then a unit, nothing else.
 */
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit sizes[] = {
    {"", 1},
    {"B", 1},
    {"kB", 1000},
    {"KiB", 1024},
    {"MB", 1000 * 1000},
    {"MiB", 1024 * 1024},
    {"GB", 1000 * 1000 * 1000},
    {"GiB", UINT64_C(1024) * 1024 * 1024},
    {"TiB", UINT64_C(1024) * 1024 * 1024 * 1024},
    {NULL, 0},
};

static const struct unit durations[] = {
    {"ms", 1},
    {"s", 1000},
    {"min", 60 * 1000},
    {"h", 60 * 60 * 1000},
    {"d", 24 * 60 * 60 * 1000},
    {NULL, 0},
};

/* DIGITS UNIT, at most MAX. */
static enum kith_status read_amount(const char *text, const struct unit *units,
                                    uint64_t max, uint64_t *ret_amount)
{
    uint64_t number = 0;
    const char *p = text;

    for (; *p >= '0' && *p <= '9'; p++) {
        uint64_t digit = (uint64_t)(*p - '0');

        if (number > (max - digit) / 10)
            return KITH_LIMIT;
        number = number * 10 + digit;
    }
    if (p == text)
        return KITH_INVALID;
    for (; units->name != NULL; units++) {
        if (strcmp(units->name, p) != 0)
            continue;
        if (number > max / units->factor)
            return KITH_LIMIT;
        *ret_amount = number * units->factor;
        return KITH_OK;
    }
    return KITH_INVALID;
}

enum kith_status text_size(const char *text, uint64_t *ret_bytes)
{
    return read_amount(text, sizes, INT64_MAX, ret_bytes);
}

enum kith_status text_duration(const char *text, int64_t *ret_ms)
{
    const uint64_t ten_years = UINT64_C(3653) * 24 * 60 * 60 * 1000;
    uint64_t amount = 0;
    enum kith_status status = read_amount(text, durations, ten_years, &amount);

    if (status == KITH_OK)
        *ret_ms = (int64_t)amount;
    return status;
}

enum kith_status text_rate(const char *text, uint64_t *ret_per_minute)
{
    static const struct unit rates[] = {{"/s", 60}, {"/min", 1}, {NULL, 0}};

    return read_amount(text, rates, 1000 * 1000 * 1000, ret_per_minute);
}
