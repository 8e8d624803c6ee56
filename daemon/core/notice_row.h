/* notice_row - channels by name, and fields of stored notices as row fields.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_NOTICE_ROW_H
#define CORE_NOTICE_ROW_H

#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/record.h"

struct call;
struct daemon;

/* Refuses (with words) a NAME that is neither a channel of the configuration
 * nor the inbox. */
enum kith_status notice_row_channel(struct daemon *daemon, struct call *call,
                                    struct kith_bytes name) KITH_MUST_CHECK;

/* Copies fields of RECORD into the row under way: N pairs {to, from}. */
void notice_row_copy(struct call *call, const struct kith_record *record,
                     const uint32_t pairs[][2], size_t n);

#endif
