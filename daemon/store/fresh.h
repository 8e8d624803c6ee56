/* fresh - what the open transaction has written and will soon read again.
 *
 * Posting and telling share a transaction: the pump reads the heads, queued
 * places, texts and keys that the ledger wrote a moment ago. They are kept in
 * the clear, in locked memory, so that no seal is opened for a row that has
 * never left this process. Heads and places are written late, once, by those
 * who own their rows (heads.c, queue.c); texts and keys are in their rows
 * already. All of it is wiped when the transaction ends. What finds no room is
 * read from its row: nothing here changes what a reader gets.
 * Included by the files of this folder only.
 * Threads: as the transaction.
 */
#ifndef STORE_FRESH_H
#define STORE_FRESH_H

#include "store/logs.h"
#include "store/records.h"

enum {
    FRESH_HEADS = 2048,
    FRESH_PLACES = 2048,
    FRESH_TEXTS = 2048,
    FRESH_TEXT_BYTES = 768 * 1024,
    FRESH_ENTRIES = 2048,
    FRESH_LINKS = 8
};

/* A queued place without a body, not yet in a row. */
struct fresh_place {
    uint32_t link; /* 0: dropped again */
    struct store_queued queued;
};

struct fresh_text {
    uint64_t project, record;
    size_t at, len; /* in text_bytes */
};

struct fresh {
    struct store_head heads[FRESH_HEADS]; /* at record % FRESH_HEADS */
    uint16_t head_order[FRESH_HEADS];     /* as they came */
    size_t n_heads;
    bool head_used[FRESH_HEADS];

    /* Sequences are consecutive from the first one's. */
    struct fresh_place places[FRESH_PLACES];
    size_t n_places;

    /* Rows of revisions, consecutive from first_text. */
    struct fresh_text texts[FRESH_TEXTS];
    uint64_t first_text;
    size_t n_texts, text_used;
    uint8_t text_bytes[FRESH_TEXT_BYTES];

    /* Entries of one log, consecutive from first_entry; their header and
     * sealed bytes stand in the table. */
    struct store_entry entries[FRESH_ENTRIES];
    struct store_log_id log;
    uint64_t first_entry;
    size_t n_entries;

    /* The highest record told to a link, of those this transaction made. */
    struct {
        uint32_t link;
        uint64_t record;
    } told[FRESH_LINKS];
    size_t n_told;
    bool told_unknown; /* more links than fit */
};

/* An empty one. NULL: no memory; then nothing is kept. */
struct fresh *fresh_new(void);
/* Wipes and frees; takes NULL. */
void fresh_destroy(struct fresh **fresh);
/* Forgets everything and wipes what was in the clear; takes NULL. */
void fresh_forget(struct fresh *fresh);

/* Keeps the text of revision row NUMBER of the record at REF. */
void fresh_add_text(struct fresh *fresh, uint64_t number,
                    const struct store_ref *ref, struct kith_bytes text);
/* The text of row NUMBER if it is kept and REF's; borrowed until the end of
 * the transaction. */
bool fresh_text(const struct fresh *fresh, uint64_t number,
                const struct store_ref *ref, struct kith_bytes *ret_text);

/* Keeps what the row of entry INDEX holds besides header and sealed bytes. */
void fresh_add_entry(struct fresh *fresh, const struct store_log_id *log,
                     uint64_t index, const struct store_entry *entry);
/* NULL: not kept. Header and sealed are not set. */
const struct store_entry *fresh_entry(const struct fresh *fresh,
                                      const struct store_log_id *log,
                                      uint64_t index);
/* The row of an entry was written again. */
void fresh_forget_entries(struct fresh *fresh);

/* LINK was told of RECORD, which this transaction made. */
void fresh_add_told(struct fresh *fresh, uint32_t link, uint64_t record);
/* Is it certain that LINK was not told of RECORD, which this transaction made?
 */
bool fresh_is_untold(const struct fresh *fresh, uint32_t link, uint64_t record);

#endif
