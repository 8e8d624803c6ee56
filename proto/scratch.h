/* scratch - one block of memory from which an encoder takes its pieces.
 *
 * protobuf-c wants a tree of structs; their number is known before, so one
 * allocation holds them all.
 * Inside proto/ only. Threads: one owner at a time.
 */
#ifndef PROTO_SCRATCH_H
#define PROTO_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "kith/bytes.h"

struct scratch {
    unsigned char *data; /* owned */
    size_t len;          /* bytes handed out */
    size_t cap;
};

/* Bytes that COUNT things of SIZE bytes take, alignment included. */
size_t scratch_room(size_t count, size_t size);
/* Makes SCRATCH hold CAP bytes; false when there is no memory. */
bool scratch_open(struct scratch *scratch, size_t cap);
/* COUNT zeroed things of SIZE bytes. The caller asked for enough room. */
void *scratch_take(struct scratch *scratch, size_t count, size_t size);
/* A copy of TEXT with a NUL behind it. */
char *scratch_text(struct scratch *scratch, struct kith_bytes text);
void scratch_close(struct scratch *scratch);

#endif
