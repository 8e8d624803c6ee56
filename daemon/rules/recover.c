/* recover - see the header. Not here: asking and waiting (link_recover.c), what
 * an entry means for our records (recover_entry.c).
 */
#include "rules/recover.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kith/body.h"
#include "kith/card.h"
#include "kith/checkpoint.h"
#include "kith/session.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"
#include "rules/next_log.h"
#include "rules/recover_proof.h"

static enum kith_status has_entry(struct act *act,
                                  const struct store_log_id *log,
                                  uint64_t index, bool *ret_has)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct store_entry entry;
    enum kith_status status =
        store_entry_get(act->txn, log, index, act->arena, &entry);

    *ret_has = status == KITH_OK;
    kith_wipe(&entry.ek, sizeof(entry.ek));
    kith_arena_rewind(act->arena, mark);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* By halving: a log has no holes. */
enum kith_status recover_size(struct act *act, const struct store_link *link,
                              uint32_t log_number, uint64_t *ret_size)
{
    const struct store_log_id log = {link->number, STORE_OUT, log_number};
    uint64_t low = 0, high = 1;
    bool has = true;
    enum kith_status status = has_entry(act, &log, 0, &has);

    while (status == KITH_OK && has) {
        low = high;
        high *= 2;
        status = has_entry(act, &log, high - 1, &has);
    }
    if (low == 0)
        high = 0;
    /* entries below low are here, entry high - 1 is not */
    while (status == KITH_OK && high > low + 1) {
        const uint64_t middle = low + (high - low) / 2;

        status = has_entry(act, &log, middle - 1, &has);
        if (has)
            low = middle;
        else
            high = middle;
    }
    if (status == KITH_OK)
        *ret_size = low;
    return status;
}

/* What comes back must be the log that goes on from what is here. *ret_fits
 * false: signed by us, and another history. */
static enum kith_status check_tree(struct taking *taking, bool *ret_fits)
{
    const struct kith_push *push = &taking->push;
    struct kith_entry_header header;
    struct kith_hash leaf, root;
    struct kith_tree tree;
    enum kith_status status =
        logkeys_tree_of(taking->act, &taking->log, push->first, &tree);

    for (size_t i = 0; status == KITH_OK && i < push->n_entries; i++) {
        const struct kith_push_entry *entry = &push->entries[i];

        status = kith_entry_decode(entry->header, &header);
        if (status == KITH_OK && header.index != push->first + i)
            status = KITH_MALFORMED;
        if (status == KITH_OK && entry->sealed.len != 0)
            status = kith_entry_check_sealed(&header, entry->sealed);
        if (status != KITH_OK)
            break;
        kith_tree_leaf_hash(entry->header.data, entry->header.len, &leaf);
        status = kith_tree_append(&tree, &leaf);
    }
    if (status != KITH_OK)
        return status;
    kith_tree_root(&tree, &root);
    *ret_fits = kith_hash_equal(&root, &taking->checkpoint.root);
    return KITH_OK;
}

/* The keys of the bodies, each the one that its header commits to. */
static enum kith_status open_keys(struct taking *taking)
{
    const struct kith_push *push = &taking->push;
    struct kith_entry_header header;
    size_t i, bodies = 0;
    enum kith_status status = KITH_OK;

    for (i = 0; i < push->n_entries; i++)
        bodies += push->entries[i].sealed.len != 0;
    if (bodies != 0)
        status = kith_ek_box_open(&taking->act->company->sealing, push->keys,
                                  bodies, taking->eks);
    for (i = bodies = 0; status == KITH_OK && i < push->n_entries; i++) {
        if (push->entries[i].sealed.len == 0)
            continue;
        status = kith_entry_decode(push->entries[i].header, &header);
        if (status == KITH_OK)
            status = kith_seal_commits(&taking->origin, &header,
                                       &taking->eks[bodies++]);
    }
    return status;
}

/* Opens and applies one body; what does not open or decode is kept as it is. */
static enum kith_status open_body(struct taking *taking, uint64_t index,
                                  const struct kith_entry_header *header,
                                  struct store_entry *row)
{
    struct kith_sealed_entry sealed = {&taking->origin, header, row->sealed};
    struct recovered entry = {.link = taking->link,
                              .place = {&taking->origin, index},
                              .log_number = taking->log.number};
    struct kith_buf plain = {0};
    struct kith_bytes bytes;
    struct kith_body body;
    struct kith_ek ek;
    enum kith_status status;

    memcpy(ek.b, row->ek.b, KITH_EK_LEN);
    status = kith_open_entry(&sealed, &ek, &plain, &bytes);
    if (status == KITH_OK)
        status = kith_body_decode(taking->act->arena, bytes, &body);
    if (status == KITH_OK) {
        entry.body = &body;
        status = recover_entry(taking->act, &entry, row, taking->recovery);
    } else if (status != KITH_NOMEM) {
        taking->recovery->unplaced++;
        status = KITH_OK;
    }
    kith_wipe(&ek, sizeof(ek));
    kith_plain_clear(&plain);
    return status;
}

static enum kith_status take_entry(struct taking *taking, size_t which,
                                   const struct kith_ek *ek)
{
    const struct kith_push_entry *entry = &taking->push.entries[which];
    const uint64_t index = taking->push.first + which;
    struct store_entry row = {.header = entry->header,
                              .sealed = entry->sealed,
                              .at = taking->act->now};
    struct kith_entry_header header;
    enum kith_status status = kith_entry_decode(entry->header, &header);

    if (status == KITH_OK && ek != NULL) {
        row.has_ek = true;
        memcpy(row.ek.b, ek->b, KITH_EK_LEN);
        status = open_body(taking, index, &header, &row);
    } else if (status == KITH_OK) {
        taking->recovery->bodiless++;
        row.verdict = STORE_VOID; /* its body is nowhere any more */
    }
    if (status == KITH_OK)
        status =
            store_entry_append(taking->act->txn, &taking->log, index, &row);
    kith_wipe(&row.ek, sizeof(row.ek));
    return status;
}

static enum kith_status take_entries(struct taking *taking)
{
    const struct kith_push *push = &taking->push;
    size_t body = 0;
    enum kith_status status = KITH_OK;

    for (size_t i = 0; status == KITH_OK && i < push->n_entries; i++) {
        const struct kith_arena_mark mark = kith_arena_mark(taking->act->arena);
        const bool has_body = push->entries[i].sealed.len != 0;

        status = take_entry(taking, i, has_body ? &taking->eks[body] : NULL);
        body += has_body;
        kith_arena_rewind(taking->act->arena, mark);
    }
    if (status == KITH_OK)
        status =
            store_note_put(taking->act->txn, &taking->log, STORE_CHECKPOINT,
                           taking->checkpoint.size, push->checkpoint);
    return status;
}

/* The push inside the answer. *ret_fits as check_tree says. */
static enum kith_status take_push(struct taking *taking,
                                  struct kith_bytes bytes, bool *ret_fits)
{
    struct kith_push *push = &taking->push;
    struct recovery *recovery = taking->recovery;
    enum kith_status status = kith_push_decode(taking->act->arena, bytes, push);

    if (status == KITH_OK && (push->log_number != taking->log.number ||
                              push->first != recovery->from))
        status = KITH_MALFORMED;
    if (status == KITH_OK)
        status =
            proof_verify_note(taking, push->checkpoint, &taking->checkpoint);
    if (status == KITH_OK &&
        taking->checkpoint.size != push->first + push->n_entries)
        status = KITH_MALFORMED;
    if (status == KITH_OK)
        status = check_tree(taking, ret_fits);
    if (status == KITH_OK && !*ret_fits)
        return proof_keep_fork(taking, push->checkpoint,
                               taking->checkpoint.size);
    if (status == KITH_OK)
        status = open_keys(taking);
    if (status == KITH_OK)
        status = take_entries(taking);
    if (status == KITH_OK) {
        recovery->from += push->n_entries;
        recovery->entries += push->n_entries;
    }
    return status;
}

/* This log is done: what comes next? */
static enum kith_status move_on(struct taking *taking,
                                const struct kith_held *held, bool *ret_more)
{
    struct recovery *recovery = taking->recovery;

    *ret_more = held->next_log != 0;
    if (held->next_log == 0)
        return KITH_OK;
    recovery->log_number = held->next_log;
    return recover_size(taking->act, taking->link, held->next_log,
                        &recovery->from);
}

static enum kith_status take(struct taking *taking,
                             const struct kith_held *held, bool *ret_more)
{
    struct recovery *recovery = taking->recovery;
    struct kith_checkpoint shown = {.size = 0};
    bool fits = true;
    enum kith_status status = KITH_OK;

    if (held->log_number != recovery->log_number)
        return KITH_MALFORMED;
    if (held->size != 0)
        status = proof_verify_note(taking, held->note, &shown);
    if (status == KITH_OK && shown.size != held->size)
        status = KITH_MALFORMED;
    /* only the first log may be one that nothing is held of */
    if (status == KITH_OK && shown.size == 0 && recovery->log_number != 1)
        status = KITH_MALFORMED;
    if (status != KITH_OK)
        return status;
    if (shown.size != 0)
        recovery->used = recovery->log_number;
    if (recovery->from < shown.size) {
        if (held->push.len == 0)
            return KITH_MALFORMED;
        status = take_push(taking, held->push, &fits);
    } else if (shown.size != 0) {
        status = proof_compare(taking, &shown, held->note);
    }
    if (status == KITH_OK && fits && recovery->from < shown.size) {
        *ret_more = true;
        return KITH_OK;
    }
    if (status == KITH_OK && fits)
        status = proof_keep_receipt(taking, held->receipt);
    return status == KITH_OK ? move_on(taking, held, ret_more) : status;
}

enum kith_status recover_take(struct act *act, const struct store_link *link,
                              const struct kith_held *held,
                              struct recovery *recovery, bool *ret_more)
{
    struct taking *taking;
    enum kith_status status;

    if (held->card.len != 0) {
        *ret_more = true;
        return proof_take_card(act, held->card, recovery);
    }
    taking = kith_arena_alloc(act->arena, sizeof(*taking));
    if (taking == NULL)
        return KITH_NOMEM;
    *taking =
        (struct taking){.act = act,
                        .link = link,
                        .recovery = recovery,
                        .log = {link->number, STORE_OUT, recovery->log_number}};
    kith_origin_make(&act->company->id, &link->company, recovery->log_number,
                     &taking->origin);
    status = take(taking, held, ret_more);
    kith_wipe(taking->eks, sizeof(taking->eks));
    return status;
}

enum kith_status recover_finish(struct act *act, struct store_link *link,
                                const struct recovery *recovery)
{
    char text[128];
    enum kith_status status;

    if (link->out.tree.size == 0 && link->out.number <= recovery->used)
        link->out.number = recovery->used + 1;
    link->recovering = false;
    status = store_link_put(act->txn, link);
    if (status == KITH_OK && recovery->entries != 0)
        status = next_log_tell(act, link);
    (void)snprintf(text, sizeof(text),
                   "%" PRIu64 " revisions, %" PRIu64 " without body, %" PRIu64
                   " of no record, %" PRIu32 " logs otherwise",
                   recovery->revisions, recovery->bodiless, recovery->unplaced,
                   recovery->forked);
    if (status == KITH_OK && recovery->entries != 0)
        status =
            audit_add(act, &(struct audit_line){.what = "recovered",
                                                .link = link->number,
                                                .text = text,
                                                .log_number = recovery->used,
                                                .count = recovery->entries});
    return status;
}
