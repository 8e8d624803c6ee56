/* strict_fixture - the record on which strict decoding is tried. */
#ifndef TESTS_UNIT_STRICT_FIXTURE_H
#define TESTS_UNIT_STRICT_FIXTURE_H

#include "kith/record.h"

extern const uint8_t strict_id[KITH_ID_LEN];
extern struct kith_arena *strict_arena;

/* Group setup and teardown: the arena. */
int strict_setup(void **state);
int strict_teardown(void **state);

/* Decodes BUF as a record and empties it. */
enum kith_status strict_decode(struct kith_buf *buf);
/* The same, and it must be KITH_MALFORMED. */
void strict_refused(struct kith_buf *buf);
/* Kind 4 and an id: what every record of these tests starts with. */
void strict_start(struct kith_buf *buf);
/* Field NUMBER of a record with TEXT. */
void strict_add_text(struct kith_buf *buf, uint32_t number, const void *text,
                     size_t len);
/* A record with a text, a window and a number. */
void strict_good(struct kith_buf *buf);

#endif
