/* text - small readings of what people type: sizes and durations.
 *
 * Threads: any.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdint.h>

#include "kith/status.h"

/* Bytes of "512", "64KiB", "16GiB", "10MB". KITH_INVALID: no such number or
 * unit; KITH_LIMIT: above INT64_MAX. */
enum kith_status text_size(const char *text, uint64_t *ret_bytes)
    KITH_MUST_CHECK;
/* Milliseconds of "250ms", "5s", "10min", "2h", "3d". KITH_INVALID;
 * KITH_LIMIT: above 10 years. */
enum kith_status text_duration(const char *text, int64_t *ret_ms)
    KITH_MUST_CHECK;
/* How many a minute: "50/s", "3000/min". KITH_INVALID; KITH_LIMIT: above a
 * thousand million. */
enum kith_status text_rate(const char *text, uint64_t *ret_per_minute)
    KITH_MUST_CHECK;

#endif
