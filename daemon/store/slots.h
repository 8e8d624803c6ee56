/* slots - the keys by which an item's text can be destroyed (STORE.md).
 *
 * A slot is a number from 1 and a random key of 32 bytes. The keys live
 * outside LMDB, because what LMDB has deleted may stay in its file: in a slot
 * file of sealed blocks, or in memory for the RAM twin. Keys are drawn and
 * fsynced ahead in blocks; which of them are in use is a counter in the store,
 * claimed in its transaction.
 * Not here: that counter (txn.c) and the intents of destruction (destroy.c).
 * Threads: one.
 */
#ifndef STORE_SLOTS_H
#define STORE_SLOTS_H

#include "kith/bytes.h"
#include "store/slot_file.h"

struct kith_error;
struct slots;

/* Slots in memory. KITH_NOMEM. */
enum kith_status slots_new_ram(struct slots **ret_slots) KITH_MUST_CHECK;
/* Slots of the slot file in FOLDER; what an interrupted rewrite left is
 * removed unless READ_ONLY. Errors as slot_file_open; KITH_IO. */
enum kith_status slots_open(const char *folder,
                            const uint8_t master_key[SLOT_KEY], bool read_only,
                            struct slots **ret_slots, struct kith_error *err)
    KITH_MUST_CHECK;
void slots_close(struct slots **slots);

/* Slots 1 .. drawn exist. */
uint64_t slots_drawn(const struct slots *slots);
/* Makes sure that slot LAST = claimed + 1 or later exists, durable, and that
 * its block opens; a block of which no slot is in use (CLAIMED is the last
 * one) and that a power cut left torn is drawn anew. KITH_FULL, KITH_IO,
 * KITH_NOMEM, KITH_DAMAGED. */
enum kith_status slots_draw(struct slots *slots, uint64_t claimed,
                            uint64_t last) KITH_MUST_CHECK;
/* KITH_NOT_FOUND: emptied, or never drawn. KITH_DAMAGED: its block does not
 * open. KITH_IO. */
enum kith_status slots_key(struct slots *slots, uint64_t slot,
                           uint8_t ret_key[SLOT_KEY]) KITH_MUST_CHECK;
/* Empties the N slots of LIST (ascending), all <= CLAIMED. Can be repeated.
 * KITH_FULL, KITH_DAMAGED: nothing has changed; KITH_IO: they may still be
 * there. */
enum kith_status slots_empty(struct slots *slots, const uint64_t *list,
                             size_t n, uint64_t claimed) KITH_MUST_CHECK;
/* Bytes of the slot file, or of memory. */
uint64_t slots_bytes(const struct slots *slots);

#endif
