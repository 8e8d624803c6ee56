/* audit_logs - see the header.
 *
 * A header that the disk damaged must not be blamed on the audit log, so the
 * headers of each log are first held against the tree that its link keeps, or,
 * of a closed one, against our newest checkpoint; and against the partner's
 * newest receipt, which we could not forge.
 */
#include "rules/audit_logs.h"

#include <stdlib.h>
#include <string.h>

#include "kith/entry.h"
#include "rules/act.h"
#include "rules/keyring.h"
#include "store/store.h"

enum {
    FIRST_ROOM = 16
};

static const uint64_t unknown = UINT64_MAX;

static struct store_log_id id_of(const struct audit_log *log)
{
    return (struct store_log_id){log->link, STORE_OUT, log->number};
}

static enum kith_status add_log(struct act *act, struct audit_logs *logs,
                                const struct store_link *link, uint32_t number)
{
    struct audit_log *log;

    if (logs->count == logs->room) {
        const size_t room = logs->room == 0 ? FIRST_ROOM : 2 * logs->room;
        struct audit_log *list = realloc(logs->list, room * sizeof(*list));

        if (list == NULL)
            return KITH_NOMEM;
        logs->list = list;
        logs->room = room;
    }
    log = &logs->list[logs->count++];
    *log = (struct audit_log){.link = link->number,
                              .number = number,
                              .entries = unknown,
                              .fault_index = unknown,
                              .closed = number != link->out.number,
                              .returned = link->recovering};
    memcpy(log->alias, link->alias, sizeof(link->alias));
    kith_origin_make(&act->company->id, &link->company, number, &log->origin);
    if (!log->closed) {
        log->entries = link->out.tree.size;
        log->signed_at.size = link->out.tree.size;
        kith_tree_root(&link->out.tree, &log->signed_at.root);
    }
    return KITH_OK;
}

static enum kith_status add_logs_of(struct act *act, struct audit_logs *logs,
                                    const struct store_link *link)
{
    struct store_log_id id = {link->number, STORE_OUT, 0};
    enum kith_status status = store_log_next(act->txn, &id);

    while (status == KITH_OK && id.number < link->out.number) {
        status = add_log(act, logs, link, id.number);
        if (status == KITH_OK)
            status = store_log_next(act->txn, &id);
    }
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    return link->out.number == 0 ? KITH_OK
                                 : add_log(act, logs, link, link->out.number);
}

enum kith_status audit_logs_start(struct act *act, struct audit_logs *logs)
{
    struct store_link link = {0};
    enum kith_status status = KITH_OK;

    while (status == KITH_OK) {
        status = store_link_next(act->txn, link.number, &link);
        if (status == KITH_OK)
            status = add_logs_of(act, logs, &link);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

void audit_logs_clear(struct audit_logs *logs)
{
    free(logs->list);
    memset(logs, 0, sizeof(*logs));
}

struct audit_log *audit_logs_find(const struct audit_logs *logs, uint32_t link,
                                  uint32_t number)
{
    size_t i = logs->count;

    /* the newest log of a link, which most rows tell of, is its last */
    while (i-- > 0) {
        if (logs->list[i].link == link && logs->list[i].number == number)
            return &logs->list[i];
    }
    return NULL;
}

enum kith_status audit_logs_witness(struct act *act,
                                    const struct audit_log *log, uint64_t index,
                                    struct kith_hash *ret_witness)
{
    const struct store_log_id id = id_of(log);
    struct kith_bytes bytes = {NULL, 0};
    struct kith_entry_header header;
    enum kith_status status = store_entry_header(act->txn, &id, index, &bytes);

    if (status == KITH_OK)
        status = kith_entry_decode(bytes, &header);
    if (status == KITH_OK)
        *ret_witness = header.witness;
    return status;
}

/* A failure of the medium, or of memory: it says nothing of the logs. */
static bool is_no_answer(enum kith_status status)
{
    return status == KITH_IO || status == KITH_NOMEM;
}

static void find_fault(struct audit_log *log, enum audit_fault fault,
                       uint64_t index)
{
    if (log->fault != AUDIT_FITS)
        return;
    log->fault = fault;
    log->fault_index = index;
}

/* Reads what our newest checkpoint says of a closed log. */
static enum kith_status mark_closed(struct act *act,
                                    const struct store_link *link,
                                    struct audit_log *log)
{
    const struct store_log_id id = id_of(log);
    struct kith_checkpoint checkpoint;
    struct keyring_note note = {.link = link,
                                .side = STORE_OUT,
                                .log_number = log->number,
                                .ever = true};
    uint64_t size = UINT64_MAX;
    enum kith_status status = store_note_at(act->txn, &id, STORE_CHECKPOINT,
                                            &size, act->arena, &note.note);

    if (status == KITH_OK)
        status = keyring_checkpoint(act, &note, &checkpoint);
    if (status == KITH_OK) {
        log->signed_at.size = checkpoint.size;
        log->signed_at.root = checkpoint.root;
    }
    if (is_no_answer(status) || status == KITH_NOT_FOUND || status == KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    find_fault(log, AUDIT_HEADER, unknown);
    return KITH_OK;
}

static enum kith_status mark_receipt(struct act *act,
                                     const struct store_link *link,
                                     struct audit_log *log,
                                     struct audit_mark *ret_mark)
{
    const struct store_log_id id = id_of(log);
    struct kith_receipt_read read;
    struct keyring_note note = {.link = link,
                                .side = STORE_OUT,
                                .log_number = log->number,
                                .ever = true};
    uint64_t size = log->entries;
    enum kith_status status = store_note_at(act->txn, &id, STORE_RECEIPT, &size,
                                            act->arena, &note.note);

    if (status == KITH_OK)
        status = keyring_receipt(act, &note, &read);
    if (status == KITH_OK)
        *ret_mark = (struct audit_mark){.size = read.checkpoint.size,
                                        .root = read.checkpoint.root};
    if (is_no_answer(status) || status == KITH_NOT_FOUND || status == KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    find_fault(log, AUDIT_RECEIPT, unknown);
    return KITH_OK;
}

static enum kith_status begin_log(struct act *act, struct audit_logs *logs)
{
    struct audit_log *log = &logs->list[logs->at];
    struct store_link link;
    enum kith_status status = store_link_get(act->txn, log->link, &link);

    kith_tree_init(&logs->tree);
    memset(&logs->receipt, 0, sizeof(logs->receipt));
    if (status == KITH_OK && log->closed)
        status = mark_closed(act, &link, log);
    if (status == KITH_OK && log->fault == AUDIT_FITS)
        status = mark_receipt(act, &link, log, &logs->receipt);
    return status;
}

static void meet(const struct kith_tree *tree, struct audit_mark *mark)
{
    struct kith_hash root;

    if (mark->size == 0 || mark->size != tree->size)
        return;
    kith_tree_root(tree, &root);
    mark->met = kith_hash_equal(&root, &mark->root);
}

static void next_log(struct audit_logs *logs)
{
    logs->at++;
    logs->index = 0;
    logs->locating = false;
}

/* All its headers were seen. */
static void end_log(struct audit_logs *logs)
{
    struct audit_log *log = &logs->list[logs->at];

    log->entries = logs->tree.size;
    log->receipted = logs->receipt.met ? logs->receipt.size : 0;
    if (log->signed_at.size > log->entries)
        find_fault(log, AUDIT_HEADER, log->entries);
    else if (log->signed_at.size != 0 && !log->signed_at.met)
        logs->locating = true; /* what the disk did is found by opening */
    else if (logs->receipt.size != 0 && !logs->receipt.met)
        find_fault(log, AUDIT_RECEIPT, unknown);
    if (logs->locating && log->fault == AUDIT_FITS) {
        find_fault(log, AUDIT_HEADER, unknown);
        logs->index = 0;
        return;
    }
    next_log(logs);
}

/* Opens one more row of a log whose headers are wrong. */
static enum kith_status locate(struct act *act, struct audit_logs *logs)
{
    struct audit_log *log = &logs->list[logs->at];
    const struct store_log_id id = id_of(log);
    struct store_entry entry = {0};
    enum kith_status status = KITH_OK;

    if (logs->index < log->entries)
        status =
            store_entry_get(act->txn, &id, logs->index, act->arena, &entry);
    if (is_no_answer(status))
        return status;
    if (status != KITH_OK)
        log->fault_index = logs->index;
    kith_wipe(&entry.ek, sizeof(entry.ek));
    if (status != KITH_OK || logs->index >= log->entries)
        next_log(logs);
    else
        logs->index++;
    return KITH_OK;
}

static enum kith_status add_header(struct act *act, struct audit_logs *logs)
{
    struct audit_log *log = &logs->list[logs->at];
    const struct store_log_id id = id_of(log);
    struct kith_bytes header = {NULL, 0};
    struct kith_hash leaf;
    enum kith_status status = KITH_OK;

    if (logs->index == 0)
        status = begin_log(act, logs);
    if (status != KITH_OK)
        return status;
    status = KITH_NOT_FOUND;
    if (logs->index != log->entries)
        status = store_entry_header(act->txn, &id, logs->index, &header);
    if (status == KITH_NOT_FOUND) {
        end_log(logs);
        return KITH_OK;
    }
    if (is_no_answer(status))
        return status;
    if (status != KITH_OK) { /* a hole */
        find_fault(log, AUDIT_HEADER, logs->index);
        log->entries = logs->index;
        next_log(logs);
        return KITH_OK;
    }
    kith_tree_leaf_hash(header.data, header.len, &leaf);
    status = kith_tree_append(&logs->tree, &leaf);
    if (status != KITH_OK)
        return status;
    logs->index++;
    meet(&logs->tree, &log->signed_at);
    meet(&logs->tree, &logs->receipt);
    return KITH_OK;
}

enum kith_status audit_logs_step(struct act *act, struct audit_logs *logs,
                                 bool *ret_done)
{
    *ret_done = logs->at == logs->count;
    if (*ret_done)
        return KITH_OK;
    return logs->locating ? locate(act, logs) : add_header(act, logs);
}
