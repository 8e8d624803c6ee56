/* verb_audit_verify - the audit log against what our entries bear witness of.
 *
 * The check goes on for a moment with each request, so that a long one keeps
 * nobody waiting; whoever asked asks again, with the number that the row says,
 * until it is done. There is one check at a time: a new one ends the old.
 * Not here: what is held against what (rules/audit_check.c).
 */
#include "core/verbs.h"

#include "base/clock.h"
#include "core/call.h"
#include "core/daemon.h"
#include "kith/rows.h"
#include "rules/audit_check.h"
#include "store/store.h"

enum {
    TURN_MS = 25, /* of one request */
    UNITS = 64    /* rows or entries between two looks at the clock */
};

static const char *fault_name(enum audit_fault fault)
{
    switch (fault) {
    case AUDIT_FITS:
        return "";
    case AUDIT_ROW:
        return "row_damaged";
    case AUDIT_WITNESS:
        return "witness_differs";
    case AUDIT_UNTOLD:
        return "entry_untold";
    case AUDIT_ABSENT:
        return "entry_absent";
    case AUDIT_ROOT:
        return "root_differs";
    case AUDIT_HEADER:
        return "header_damaged";
    case AUDIT_RECEIPT:
        return "receipt_differs";
    }
    return "";
}

/* What is done of all that is to be looked at: each row twice, each entry
 * twice; nobody knows how many entries a closed log has before. */
static void put_progress(struct call *call, const struct audit_check *check)
{
    uint64_t done = check->scan + check->tree.size;

    for (size_t i = 0; i < check->logs.at; i++)
        done += check->logs.list[i].entries;
    kith_build_number(&call->builder, KITH_AUDIT_VERDICT_ROW_DONE,
                      (int64_t)(done + check->logs.index));
}

static void put_place(struct call *call, const struct audit_check *check)
{
    const struct audit_finding *found = &check->found;
    const struct audit_log *log =
        audit_logs_find(&check->logs, found->link, found->log_number);
    struct kith_record_builder *row = &call->builder;

    call_put_text(call, KITH_AUDIT_VERDICT_ROW_FAULT, fault_name(found->fault));
    kith_build_number(row, KITH_AUDIT_VERDICT_ROW_FROM, (int64_t)found->from);
    kith_build_number(row, KITH_AUDIT_VERDICT_ROW_TO, (int64_t)found->to);
    if (found->log_number == 0)
        return;
    if (log != NULL)
        call_put_text(call, KITH_AUDIT_VERDICT_ROW_PARTNER, log->alias);
    kith_build_number(row, KITH_AUDIT_VERDICT_ROW_LOG_NUMBER,
                      found->log_number);
    kith_build_number(row, KITH_AUDIT_VERDICT_ROW_INDEX, (int64_t)found->index);
}

static void add_verdict(struct call *call, const struct audit_check *check,
                        uint64_t number)
{
    struct kith_record_builder *row = &call->builder;
    const bool done = check->phase == AUDIT_DONE;
    int64_t state = KITH_AUDIT_GOES_ON;

    if (done)
        state = audit_check_fits(check) ? KITH_AUDIT_FITS : KITH_AUDIT_DIFFERS;
    call_row_start_kind(call, KITH_KIND_AUDIT_VERDICT_ROW);
    kith_build_choice(row, KITH_AUDIT_VERDICT_ROW_STATE, state);
    kith_build_number(row, KITH_AUDIT_VERDICT_ROW_ROWS, (int64_t)check->rows);
    if (done) {
        kith_build_number(row, KITH_AUDIT_VERDICT_ROW_WITNESSED,
                          (int64_t)check->witnessed);
    } else {
        kith_build_number(row, KITH_AUDIT_VERDICT_ROW_CHECK, (int64_t)number);
        put_progress(call, check);
    }
    if (check->found.fault != AUDIT_FITS)
        put_place(call, check);
    call_row_end(call);
}

static void add_log(struct call *call, const struct audit_log *log)
{
    struct kith_record_builder *row = &call->builder;

    call_row_start(call);
    call_put_text(call, KITH_AUDIT_LOG_ROW_PARTNER, log->alias);
    kith_build_number(row, KITH_AUDIT_LOG_ROW_LOG_NUMBER, log->number);
    kith_build_number(row, KITH_AUDIT_LOG_ROW_ENTRIES, (int64_t)log->entries);
    kith_build_number(row, KITH_AUDIT_LOG_ROW_FIT, (int64_t)log->fit);
    kith_build_number(row, KITH_AUDIT_LOG_ROW_RECEIPTED,
                      (int64_t)log->receipted);
    kith_build_number(row, KITH_AUDIT_LOG_ROW_BACK, (int64_t)log->back);
    if (log->fault != AUDIT_FITS) {
        call_put_text(call, KITH_AUDIT_LOG_ROW_FAULT, fault_name(log->fault));
        if (log->fault_index != UINT64_MAX)
            kith_build_number(row, KITH_AUDIT_LOG_ROW_INDEX,
                              (int64_t)log->fault_index);
    }
    call_row_end(call);
}

/* The check that the request goes on with, or a new one. */
static enum kith_status begin(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    const int64_t number =
        argument == NULL
            ? 0
            : kith_record_value(argument, KITH_RECORD_ARGS_CHECK, 0);

    if (number != 0 && (uint64_t)number == daemon->checking_number &&
        daemon->checking.phase != AUDIT_DONE)
        return KITH_OK;
    if (number != 0)
        return call_fail(call, KITH_CONFLICT, "check_over", "kith audit verify",
                         "another check has begun and ended this one");
    audit_check_clear(&daemon->checking);
    daemon->checking_number++;
    return audit_check_start(&call->act, &daemon->checking);
}

enum kith_status verb_audit_verify(struct daemon *daemon, struct call *call)
{
    struct audit_check *check = &daemon->checking;
    const int64_t until = clock_boot_ms() + TURN_MS;
    bool done = false;
    enum kith_status status = begin(daemon, call);

    while (status == KITH_OK && !done && clock_boot_ms() < until &&
           store_status(call->act.txn) == KITH_OK)
        status = audit_check_step(&call->act, check, UNITS, &done);
    if (status != KITH_OK)
        return status;
    for (size_t i = 0; done && i < check->logs.count; i++)
        add_log(call, &check->logs.list[i]);
    add_verdict(call, check, daemon->checking_number);
    if (done)
        audit_check_clear(check);
    return call->status;
}
