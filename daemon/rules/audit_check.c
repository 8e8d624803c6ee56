/* audit_check - see the header.
 *
 * Not here: the headers of our logs (audit_logs.c), how it is shown (core).
 */
#include "rules/audit_check.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/seal.h"
#include "rules/act.h"
#include "store/state.h"
#include "store/store.h"

enum kith_status audit_check_start(struct act *act, struct audit_check *check)
{
    enum kith_status status =
        store_audit_head(act->txn, &check->rows, &check->root);

    kith_tree_init(&check->tree);
    return status == KITH_OK ? audit_logs_start(act, &check->logs) : status;
}

void audit_check_clear(struct audit_check *check)
{
    audit_logs_clear(&check->logs);
    memset(check, 0, sizeof(*check));
}

bool audit_check_fits(const struct audit_check *check)
{
    for (size_t i = 0; i < check->logs.count; i++) {
        if (check->logs.list[i].fault != AUDIT_FITS)
            return false;
    }
    return check->phase == AUDIT_DONE && check->found.fault == AUDIT_FITS;
}

/* Nothing behind the first fault can be judged. */
static void find(struct audit_check *check, enum audit_fault fault,
                 const struct audit_log *log, uint64_t index, uint64_t to)
{
    check->found = (struct audit_finding){.fault = fault,
                                          .link = log != NULL ? log->link : 0,
                                          .index = index,
                                          .from = check->witnessed,
                                          .to = to};
    if (log != NULL)
        check->found.log_number = log->number;
    check->phase = AUDIT_DONE;
}

/* Reads row INDEX. *ret_there false: it does not open, which was noted. */
static enum kith_status read_row(struct act *act, struct audit_check *check,
                                 uint64_t index, struct kith_record *ret_row,
                                 struct kith_hash *ret_leaf, bool *ret_there)
{
    enum kith_status status =
        store_audit_read(act->txn, index, act->arena, ret_row, ret_leaf);

    *ret_there = status == KITH_OK;
    if (status != KITH_DAMAGED && status != KITH_NOT_FOUND)
        return status;
    find(check, AUDIT_ROW, NULL, 0, index + 1);
    check->found.from = index;
    return KITH_OK;
}

/* Takes the next row into the tree. */
static enum kith_status grow(struct act *act, struct audit_check *check)
{
    struct kith_record row;
    struct kith_hash leaf;
    bool there = false;
    enum kith_status status =
        read_row(act, check, check->tree.size, &row, &leaf, &there);

    return there ? kith_tree_append(&check->tree, &leaf) : status;
}

static bool says(const struct kith_record *row, const char *act)
{
    return kith_bytes_is(kith_record_bytes(row, KITH_AUDIT_ACT), act);
}

static uint64_t number_of(const struct kith_record *row, uint32_t field)
{
    return (uint64_t)kith_record_value(row, field, 0);
}

/* Begins with the entries that ROW tells of. */
static void look_at(struct audit_check *check, const struct kith_record *row)
{
    const uint32_t number = (uint32_t)number_of(row, KITH_AUDIT_LOG_NUMBER);
    struct audit_log *log = audit_logs_find(
        &check->logs, (uint32_t)number_of(row, KITH_AUDIT_LINK), number);
    const uint64_t first = number_of(row, KITH_AUDIT_INDEX);
    const uint64_t count = number_of(row, KITH_AUDIT_COUNT);

    if (log != NULL && log->fault != AUDIT_FITS) {
        check->scan++; /* of that one nothing can be said */
        return;
    }
    if (log == NULL || count == 0 || first > log->entries ||
        count > log->entries - first) {
        find(check, AUDIT_ABSENT, log, log == NULL ? first : log->entries,
             check->scan + 1);
        check->found.link = (uint32_t)number_of(row, KITH_AUDIT_LINK);
        check->found.log_number = number;
        return;
    }
    if (first > log->fit) {
        find(check, AUDIT_UNTOLD, log, log->fit, check->scan + 1);
        return;
    }
    log->told_by = check->scan + 1;
    check->told = log;
    check->index = first;
    check->end = first + count;
    check->phase = AUDIT_SEARCH;
}

/* Entries of these logs came back from a partner. */
static void note_return(struct audit_check *check,
                        const struct kith_record *row)
{
    for (size_t i = 0; i < check->logs.count; i++) {
        struct audit_log *log = &check->logs.list[i];

        if (log->link == number_of(row, KITH_AUDIT_LINK) &&
            log->number <= number_of(row, KITH_AUDIT_LOG_NUMBER))
            log->returned = true;
    }
}

static enum kith_status scan(struct act *act, struct audit_check *check)
{
    struct kith_record row;
    struct kith_hash leaf;
    bool there = false;
    enum kith_status status = KITH_OK;

    if (check->scan == check->rows) {
        check->phase = AUDIT_REST;
        return KITH_OK;
    }
    status = read_row(act, check, check->scan, &row, &leaf, &there);
    if (!there)
        return status;
    if (says(&row, "disclosed")) {
        look_at(check, &row);
        return KITH_OK;
    }
    if (says(&row, "recovered"))
        note_return(check, &row);
    else if (says(&row, "restored") || says(&row, "recover"))
        check->restored = check->scan + 1;
    check->scan++;
    return KITH_OK;
}

/* Does the entry at hand bear witness of the tree as it stands? */
static enum kith_status try_witness(struct act *act, struct audit_check *check,
                                    bool *ret_fits)
{
    const struct kith_place place = {&check->told->origin, check->index};
    struct kith_hash root, said, made;
    enum kith_status status =
        audit_logs_witness(act, check->told, check->index, &said);

    *ret_fits = false;
    if (status != KITH_OK)
        return status;
    kith_tree_root(&check->tree, &root);
    kith_witness(act->company->witness_salt, &place, check->tree.size, &root,
                 &made);
    *ret_fits = kith_hash_equal(&said, &made);
    return KITH_OK;
}

/* The entry at hand fits: on to the next. */
static void go_on(struct audit_check *check)
{
    check->index++;
    if (check->told->fit < check->index)
        check->told->fit = check->index;
    check->phase = AUDIT_RANGE;
    if (check->index < check->end)
        return;
    check->scan++;
    check->least = check->scan;
    check->phase = AUDIT_SCAN;
}

static enum kith_status search(struct act *act, struct audit_check *check)
{
    bool fits = false;
    enum kith_status status = KITH_OK;

    if (check->tree.size == check->witnessed ||
        check->tree.size >= check->least)
        status = try_witness(act, check, &fits);
    if (status != KITH_OK)
        return status;
    if (fits) {
        check->witnessed = check->tree.size;
        go_on(check);
        return KITH_OK;
    }
    if (check->tree.size < check->scan)
        return grow(act, check);
    find(check, AUDIT_WITNESS, check->told, check->index, check->scan + 1);
    return KITH_OK;
}

/* All entries of one row were made in one transaction. */
static enum kith_status follow(struct act *act, struct audit_check *check)
{
    bool fits = false;
    enum kith_status status = try_witness(act, check, &fits);

    if (status == KITH_OK && fits)
        go_on(check);
    else if (status == KITH_OK)
        find(check, AUDIT_WITNESS, check->told, check->index, check->scan + 1);
    return status;
}

/* Entries at the end of LOG that no row tells of: either the rows are missing,
 * or the entries came back after a restore and the rows did not. */
static void judge_end(struct audit_check *check, struct audit_log *log)
{
    const bool excused =
        log->returned || (log->closed && check->restored > log->told_by);

    if (log->fault != AUDIT_FITS || log->fit == log->entries)
        return;
    if (excused)
        log->back = log->entries - log->fit;
    else
        find(check, AUDIT_UNTOLD, log, log->fit, check->rows);
}

static enum kith_status finish(struct act *act, struct audit_check *check)
{
    struct kith_hash root;

    if (check->tree.size < check->rows)
        return grow(act, check);
    kith_tree_root(&check->tree, &root);
    if (!kith_hash_equal(&root, &check->root)) {
        find(check, AUDIT_ROOT, NULL, 0, check->rows);
        return KITH_OK;
    }
    for (size_t i = 0; check->phase == AUDIT_REST && i < check->logs.count; i++)
        judge_end(check, &check->logs.list[i]);
    check->phase = AUDIT_DONE;
    return KITH_OK;
}

static enum kith_status look_at_logs(struct act *act, struct audit_check *check)
{
    bool done = false;
    enum kith_status status = audit_logs_step(act, &check->logs, &done);

    if (done)
        check->phase = AUDIT_SCAN;
    return status;
}

static enum kith_status take_one(struct act *act, struct audit_check *check)
{
    switch (check->phase) {
    case AUDIT_LOGS:
        return look_at_logs(act, check);
    case AUDIT_SCAN:
        return scan(act, check);
    case AUDIT_SEARCH:
        return search(act, check);
    case AUDIT_RANGE:
        return follow(act, check);
    case AUDIT_REST:
        return finish(act, check);
    case AUDIT_DONE:
        return KITH_OK;
    }
    return KITH_INVALID;
}

enum kith_status audit_check_step(struct act *act, struct audit_check *check,
                                  uint64_t units, bool *ret_done)
{
    enum kith_status status = KITH_OK;

    /* what is damaged spoils the transaction: the next one looks further */
    while (status == KITH_OK && units-- > 0 && check->phase != AUDIT_DONE &&
           store_status(act->txn) == KITH_OK) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);

        status = take_one(act, check);
        kith_arena_rewind(act->arena, mark);
    }
    *ret_done = check->phase == AUDIT_DONE;
    return status;
}
