/* verb_export - an evidence pack about one partner, in pieces.
 *
 * Not here: what goes in (rules/evidence.c); the file, which the client writes.
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/pack.h"
#include "kith/rows.h"
#include "rules/audit.h"
#include "rules/evidence.h"
#include "rules/resolve.h"
#include "store/state.h"

enum {
    DAY_S = 24 * 60 * 60
};

/* A pack that is made while its pieces are handed to the caller. */
struct export
{
    struct call *call;
    struct kith_pack pack;
    struct kith_buf made; /* and not handed over yet */
};

/* Hands over what is made: whole pieces, and with ALL the rest too. */
static enum kith_status hand_over(struct export *export, bool all)
{
    struct call *call = export->call;
    size_t done = 0;

    while (export->made.len - done >= KITH_PACK_PIECE_MAX ||
           (all && export->made.len > done)) {
        size_t len = export->made.len - done;

        if (len > KITH_PACK_PIECE_MAX)
            len = KITH_PACK_PIECE_MAX;
        if (call->n_rows == 0)
            kith_arena_reset(call->row_arena);
        call_row_start(call);
        kith_build_octets(&call->builder, KITH_PACK_ROW_BYTES,
                          export->made.data + done, len);
        call_row_end(call);
        done += len;
    }
    memmove(export->made.data, export->made.data + done,
            export->made.len - done);
    export->made.len -= done;
    return call->status;
}

static enum kith_status add_part(void *context, enum kith_evidence_part type,
                                 struct kith_bytes content)
{
    struct export *export = context;
    enum kith_status status =
        kith_pack_add(&export->pack, (uint8_t)type, content, &export->made);

    return status == KITH_OK ? hand_over(export, false) : status;
}

/* The company's signature over all parts, and the end. */
static enum kith_status add_end(struct export *export)
{
    const struct kith_bytes chain = {export->pack.chain.b, KITH_HASH_LEN};
    struct kith_sig signature;
    enum kith_status status =
        kith_sign(&export->call->act.company->statement,
                  KITH_STATEMENT_EVIDENCE, chain, &signature);

    if (status == KITH_OK)
        status = add_part(export, KITH_EVIDENCE_SIGNATURE,
                          (struct kith_bytes){signature.b, KITH_SIG_LEN});
    if (status == KITH_OK)
        status = kith_pack_end(&export->pack, &export->made);
    return status == KITH_OK ? hand_over(export, true) : status;
}

/* The project of the partner that a destruction was about, by its whole id:
 * nobody here may read it any more, and what was told of it is to be shown all the
 * same. KITH_NOT_FOUND: TEXT is no such id. */
static enum kith_status find_destroyed(struct call *call,
                                       struct kith_bytes text,
                                       struct evidence_wish *wish)
{
    struct kith_record state;
    uint64_t number = 0;
    enum kith_status status;

    while ((status = store_state_next(call->act.txn, KITH_KIND_DESTRUCTION,
                                      &number, call->act.arena, &state)) ==
           KITH_OK) {
        struct kith_id id;

        if (kith_record_value(&state, KITH_DESTRUCTION_OURS, 0) != 0 ||
            kith_record_value(&state, KITH_DESTRUCTION_LINK, 0) !=
                wish->link.number ||
            kith_record_octets(&state, KITH_DESTRUCTION_PROJECT, id.b,
                               KITH_ID_LEN) != KITH_OK ||
            text.len < 2 * KITH_ID_LEN || !kith_id_begins(&id, text))
            continue;
        wish->item = id;
        wish->project =
            (struct store_ref){.owner = wish->link.number,
                               .record = (uint64_t)kith_record_value(
                                   &state, KITH_DESTRUCTION_RECORD, 0)};
        return wish->project.record == 0 ? KITH_NOT_FOUND : KITH_OK;
    }
    return status;
}

/* The project that the request names, as this link knows it. */
static enum kith_status wish_project(struct call *call,
                                     struct evidence_wish *wish)
{
    struct kith_bytes text =
        kith_record_bytes(call_argument(call), KITH_RECORD_ARGS_PROJECT);
    char path[KITH_PATH_MAX + 1];
    struct store_head head;
    struct store_told told;
    enum kith_status status;

    if (text.len == 0)
        return KITH_OK;
    status = find_destroyed(call, text, wish);
    if (status != KITH_NOT_FOUND)
        return status;
    status = resolve_record(&call->act, text, KITH_KIND_PROJECT, &head);
    if (status != KITH_OK)
        return status;
    wish->project = head.ref;
    wish->item = head.id;
    if (head.ref.owner == STORE_OWN) {
        status =
            store_told_get(call->act.txn, wish->link.number, &head.ref, &told);
        wish->item = told.item;
    } else if (head.ref.owner != wish->link.number) {
        status = KITH_NOT_FOUND;
    }
    if (status == KITH_NOT_FOUND)
        return call_fail(call, status, "not_told", "kith project who PROJECT",
                         "%s and this company have told one another nothing "
                         "of that project",
                         wish->link.alias);
    if (status == KITH_OK)
        status = resolve_path(&call->act, &head, path, sizeof(path));
    if (status != KITH_OK)
        return status;
    wish->name = kith_arena_copy(call->act.arena, kith_bytes_of(path));
    if (wish->name.len > KITH_NAME_MAX)
        wish->name = (struct kith_bytes){NULL, 0};
    return KITH_OK;
}

/* Partner, project and days of the request. */
static enum kith_status read_wish(struct call *call, struct evidence_wish *wish)
{
    const struct kith_record *argument = call_argument(call);
    const int32_t from =
        argument == NULL ? 0
                         : kith_record_day(argument, KITH_RECORD_ARGS_SINCE, 0);
    const int32_t until =
        argument == NULL
            ? -1
            : kith_record_day(argument, KITH_RECORD_ARGS_UNTIL, -1);
    enum kith_status status;

    if (argument == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith partner list",
                         "name the partner");
    if (from < 0 || (until != -1 && until < from))
        return call_fail(call, KITH_INVALID, "days",
                         "give a last day that is not before the first",
                         "that is no period");
    wish->from_s = (uint64_t)from * DAY_S;
    wish->until_s =
        until == -1 ? UINT64_MAX : (uint64_t)until * DAY_S + (DAY_S - 1);
    status = resolve_partner(
        &call->act, kith_record_bytes(argument, KITH_RECORD_ARGS_PARTNER),
        &wish->link);
    return status == KITH_OK ? wish_project(call, wish) : status;
}

static void add_counts(struct call *call, const struct evidence_counts *counts)
{
    call_row_start(call);
    kith_build_number(&call->builder, KITH_PACK_ROW_ENTRIES,
                      (int64_t)counts->entries);
    kith_build_number(&call->builder, KITH_PACK_ROW_GONE,
                      (int64_t)counts->gone);
    kith_build_number(&call->builder, KITH_PACK_ROW_CLOSED,
                      (int64_t)counts->closed);
    call_row_end(call);
}

enum kith_status verb_export(struct daemon *daemon, struct call *call)
{
    struct export export = {.call = call};
    const struct evidence_sink sink = {add_part, &export};
    struct evidence_wish wish = {.project = {.record = 0}};
    struct evidence_counts counts;
    enum kith_status status = read_wish(call, &wish);

    (void)daemon;
    if (status == KITH_OK)
        status = kith_pack_begin(&export.pack, &export.made);
    if (status == KITH_OK)
        status = evidence_gather(&call->act, &wish, &sink, &counts);
    if (status == KITH_OK)
        status = add_end(&export);
    kith_plain_clear(&export.made);
    if (status == KITH_LIMIT)
        return call_fail(call, status, "pack_too_large",
                         "narrow it by --project, --since and --until",
                         "the pack would be larger than %d MiB",
                         CALL_ANSWER_MAX / (1024 * 1024));
    if (status != KITH_OK)
        return status;
    add_counts(call, &counts);
    return audit_add(&call->act,
                     &(struct audit_line){
                         .what = "evidence_exported",
                         .owner = wish.project.owner,
                         .project = wish.project.record,
                         .link = wish.link.number,
                         .item = wish.project.record == 0 ? NULL : &wish.item,
                         .count = counts.entries});
}
