/* fresh - see the header. Not here: heads (heads.c) and places (queue.c), whose
 * owners keep them in the arrays of the header.
 */
#include "store/fresh.h"

#include <sodium.h>
#include <string.h>

struct fresh *fresh_new(void)
{
    struct fresh *fresh = sodium_malloc(sizeof(*fresh));

    if (fresh != NULL)
        memset(fresh, 0, sizeof(*fresh));
    return fresh;
}

void fresh_destroy(struct fresh **fresh)
{
    if (fresh == NULL)
        return;
    sodium_free(*fresh); /* wipes */
    *fresh = NULL;
}

void fresh_forget(struct fresh *fresh)
{
    if (fresh == NULL)
        return;
    for (size_t i = 0; i < fresh->n_heads; i++)
        fresh->head_used[fresh->head_order[i]] = false;
    fresh->n_heads = 0;
    fresh->n_places = 0;
    sodium_memzero(fresh->text_bytes, fresh->text_used);
    fresh->n_texts = 0;
    fresh->text_used = 0;
    fresh_forget_entries(fresh);
    fresh->n_told = 0;
    fresh->told_unknown = false;
}

void fresh_add_text(struct fresh *fresh, uint64_t number,
                    const struct store_ref *ref, struct kith_bytes text)
{
    struct fresh_text *kept = NULL;

    if (fresh == NULL || fresh->n_texts == FRESH_TEXTS ||
        text.len > FRESH_TEXT_BYTES - fresh->text_used)
        return;
    if (fresh->n_texts == 0)
        fresh->first_text = number;
    if (number != fresh->first_text + fresh->n_texts)
        return; /* one before it found no room */
    kept = &fresh->texts[fresh->n_texts++];
    *kept = (struct fresh_text){ref->project, ref->record, fresh->text_used,
                                text.len};
    if (text.len > 0)
        memcpy(fresh->text_bytes + kept->at, text.data, text.len);
    fresh->text_used += text.len;
}

bool fresh_text(const struct fresh *fresh, uint64_t number,
                const struct store_ref *ref, struct kith_bytes *ret_text)
{
    const struct fresh_text *kept = NULL;

    if (fresh == NULL || number < fresh->first_text ||
        number - fresh->first_text >= fresh->n_texts)
        return false;
    kept = &fresh->texts[number - fresh->first_text];
    if (ref->owner != STORE_OWN || kept->project != ref->project ||
        kept->record != ref->record)
        return false;
    *ret_text = (struct kith_bytes){fresh->text_bytes + kept->at, kept->len};
    return true;
}

static bool same_log(const struct store_log_id *a, const struct store_log_id *b)
{
    return a->link == b->link && a->side == b->side && a->number == b->number;
}

void fresh_add_entry(struct fresh *fresh, const struct store_log_id *log,
                     uint64_t index, const struct store_entry *entry)
{
    struct store_entry *kept = NULL;

    if (fresh == NULL)
        return;
    if (fresh->n_entries == FRESH_ENTRIES || !same_log(&fresh->log, log) ||
        index != fresh->first_entry + fresh->n_entries)
        fresh_forget_entries(fresh);
    if (fresh->n_entries == 0) {
        fresh->log = *log;
        fresh->first_entry = index;
    }
    kept = &fresh->entries[fresh->n_entries++];
    *kept = *entry;
    kept->header = kept->sealed = (struct kith_bytes){NULL, 0};
    kept->leaf = NULL;
}

const struct store_entry *fresh_entry(const struct fresh *fresh,
                                      const struct store_log_id *log,
                                      uint64_t index)
{
    if (fresh == NULL || !same_log(&fresh->log, log) ||
        index < fresh->first_entry ||
        index - fresh->first_entry >= fresh->n_entries)
        return NULL;
    return &fresh->entries[index - fresh->first_entry];
}

void fresh_forget_entries(struct fresh *fresh)
{
    if (fresh == NULL)
        return;
    sodium_memzero(fresh->entries, fresh->n_entries * sizeof(*fresh->entries));
    fresh->n_entries = 0;
}

void fresh_add_told(struct fresh *fresh, uint32_t link, uint64_t record)
{
    size_t i = 0;

    while (i < fresh->n_told && fresh->told[i].link != link)
        i++;
    if (i == FRESH_LINKS) {
        fresh->told_unknown = true;
        return;
    }
    if (i == fresh->n_told) {
        fresh->told[i].link = link;
        fresh->told[i].record = record;
        fresh->n_told++;
    }
    if (record > fresh->told[i].record)
        fresh->told[i].record = record;
}

bool fresh_is_untold(const struct fresh *fresh, uint32_t link, uint64_t record)
{
    for (size_t i = 0; i < fresh->n_told; i++) {
        if (fresh->told[i].link == link)
            return record > fresh->told[i].record;
    }
    return !fresh->told_unknown;
}
