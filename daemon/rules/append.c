/* append - seals, indexes and appends; the only place where our logs grow.
 *
 * Not here: what may be told (gate.c, pump.c), frames (pump_frame.c).
 */
#include "rules/append.h"

#include <string.h>

#include "kith/sign.h"
#include "rules/act.h"
#include "rules/logkeys.h"

/* The header of this entry: everything but what sealing fills in. */
static void start_header(const struct act *act, const struct store_link *link,
                         const struct kith_place *place,
                         const struct append_audit *audit,
                         struct kith_entry_header *header)
{
    header->index = place->index;
    header->time_s =
        (uint64_t)(act->now > link->out.last_time ? act->now
                                                  : link->out.last_time);
    header->seen = link->in.tree.size;
    kith_witness(act->company->witness_salt, place, audit->size, &audit->root,
                 &header->witness);
}

static enum kith_status put_entry(struct act *act, struct store_link *link,
                                  const struct kith_entry_header *header,
                                  struct store_entry *entry,
                                  struct store_told *told)
{
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    uint8_t bytes[KITH_ENTRY_HEADER_LEN];
    struct kith_hash leaf;
    enum kith_status status;

    kith_entry_encode(header, bytes);
    entry->header = (struct kith_bytes){bytes, sizeof(bytes)};
    entry->at = act->now;
    kith_tree_leaf_hash(bytes, sizeof(bytes), &leaf);
    entry->leaf = &leaf;
    if (told != NULL) {
        entry->slot = told->slot;
        entry->record = told->ref.record;
        entry->project = told->ref.project;
        entry->before = told->item_revision > 1 ? told->index + 1 : 0;
    }
    status = store_entry_append(act->txn, &log, header->index, entry);
    if (status != KITH_OK)
        return status;
    if (told != NULL) {
        told->log_number = log.number;
        told->index = header->index;
    }
    link->out.last_time = (int64_t)header->time_s;
    return kith_tree_append(&link->out.tree, &leaf);
}

enum kith_status append_entry(struct act *act, struct store_link *link,
                              const struct append_subject *subject,
                              size_t *ret_bytes)
{
    struct kith_entry_header header = {.entry_class = subject->entry_class};
    struct store_entry entry = {.has_ek = true};
    struct kith_buf sealed = {0};
    struct kith_ek ek = {{0}};
    enum kith_status status;

    start_header(act, link, subject->place, subject->audit, &header);
    status = kith_seal_entry(subject->place->origin, &header, subject->plain,
                             &ek, &sealed);
    if (status == KITH_OK) {
        memcpy(entry.ek.b, ek.b, sizeof(ek.b));
        entry.sealed = kith_buf_bytes(&sealed);
        status = put_entry(act, link, &header, &entry, subject->told);
    }
    if (status == KITH_OK)
        *ret_bytes = KITH_ENTRY_HEADER_LEN + sealed.len;
    kith_wipe(&ek, sizeof(ek));
    kith_wipe(&entry.ek, sizeof(entry.ek));
    kith_buf_clear(&sealed);
    return status;
}

enum kith_status append_checkpoint(struct act *act, struct store_link *link)
{
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    struct kith_checkpoint checkpoint = {.size = link->out.tree.size};
    struct kith_buf note = {0};
    enum kith_status status;

    if (checkpoint.size == link->out.noted)
        return KITH_OK;
    logkeys_origin(act, link, STORE_OUT, &checkpoint.origin);
    kith_tree_root(&link->out.tree, &checkpoint.root);
    status = kith_checkpoint_sign(&checkpoint, &act->company->log, &note);
    if (status == KITH_OK)
        status = store_note_put(act->txn, &log, STORE_CHECKPOINT,
                                checkpoint.size, kith_buf_bytes(&note));
    if (status == KITH_OK)
        link->out.noted = checkpoint.size;
    kith_buf_clear(&note);
    return status;
}
