/* slots - the keys by which an item's text can be destroyed (protocol.md 6).
 *
 * A slot is a number from 1 and a random key of 32 bytes. The keys live
 * outside LMDB, because what LMDB has deleted may stay in its file: in a slot
 * file of sealed blocks, or in memory for the RAM twin. Keys are drawn and
 * fsynced ahead in blocks; which of them are in use is a counter in the store,
 * claimed in its transaction.
 * Not here: that counter and the intents of destruction (txn.h, destroy.c).
 * Threads: one.
 */
#ifndef STORE_SLOTS_H
#define STORE_SLOTS_H

#include "kith/bytes.h"

struct kith_error;
struct slots;

enum {
    SLOT_KEY = 32,    /* bytes */
    SLOT_BLOCK = 128, /* slots in a block: opened for a single read */
    SLOT_AHEAD =
        8192,       /* slots drawn at a time, so that one fsync serves many */
    SLOT_CACHE = 32 /* opened blocks kept, 4 KiB each */
};

/* Slots in memory. KITH_NOMEM. */
enum kith_status slots_new_ram(struct slots **ret_slots) KITH_MUST_CHECK;
void slots_close(struct slots **slots);

/* Slots 1 .. drawn exist. */
uint64_t slots_drawn(const struct slots *slots);
/* Draws until slot LAST exists, durable. CLAIMED: the last one in use; what
 * is behind it may be drawn anew when it is damaged. KITH_FULL, KITH_IO,
 * KITH_NOMEM: nothing has changed for the slots that are in use. */
enum kith_status slots_draw(struct slots *slots, uint64_t claimed,
                            uint64_t last) KITH_MUST_CHECK;
/* KITH_NOT_FOUND: emptied, or never drawn. KITH_DAMAGED: its block does not
 * open. KITH_IO. */
enum kith_status slots_key(struct slots *slots, uint64_t slot,
                           uint8_t ret_key[SLOT_KEY]) KITH_MUST_CHECK;
/* Empties the N slots of LIST. Can be repeated. KITH_FULL, KITH_IO: they may
 * still be there. */
enum kith_status slots_empty(struct slots *slots, const uint64_t *list,
                             size_t n, struct kith_error *err) KITH_MUST_CHECK;
/* Bytes of the slot file, or of memory. */
uint64_t slots_bytes(const struct slots *slots);

#endif
