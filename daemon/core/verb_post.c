/* verb_post - a person posts business records.
 *
 * The records of one request stand or fall together. A dry run posts them in a
 * transaction that is given up, and shows what each partner would get.
 * Not here: what posting does (rules/ledger.c).
 */
#include "core/verbs.h"

#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "core/call.h"
#include "core/daemon.h"
#include "core/disclosure_rows.h"
#include "core/links.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/ledger.h"
#include "rules/oral.h"
#include "rules/resolve.h"
#include "store/logs.h"

/* Partners that get this revision: those with an open session at once. */
static enum kith_status put_partners(struct daemon *daemon, struct call *call,
                                     const struct ledger_posted *posted)
{
    size_t n =
        posted->n_links < LEDGER_LINKS_MAX ? posted->n_links : LEDGER_LINKS_MAX;

    for (size_t i = 0; i < n; i++) {
        struct link_view view;
        struct links_trouble trouble;
        const struct store_link *link = &call->act.link;
        enum kith_status status = act_link(&call->act, posted->links[i]);

        if (status != KITH_OK)
            return status;
        links_mark(daemon, link->number);
        memset(&view, 0, sizeof(view));
        (void)links_look(daemon, link->number, &view, &trouble);
        call_put_text(call,
                      view.phase == LINK_PHASE_OPEN
                          ? KITH_POSTED_ROW_SENT_TO
                          : KITH_POSTED_ROW_QUEUED_FOR,
                      link->alias);
    }
    if (n < posted->n_links)
        links_mark_all(daemon);
    return KITH_OK;
}

static enum kith_status add_row(struct daemon *daemon, struct call *call,
                                const struct ledger_posted *posted)
{
    const struct kith_kind_info *info = kith_kind_info(posted->head.kind);
    struct kith_record_builder *row = &call->builder;
    char path[KITH_PATH_MAX + 1];
    enum kith_status status =
        resolve_path(&call->act, &posted->head, path, sizeof(path));

    if (status != KITH_OK)
        return status;
    call_row_start(call);
    kith_build_octets(row, KITH_POSTED_ROW_ID, posted->head.id.b, KITH_ID_LEN);
    kith_build_number(row, KITH_POSTED_ROW_REVISION,
                      (int64_t)posted->head.revision);
    call_put_text(call, KITH_POSTED_ROW_KIND, info->name);
    call_put_text(call, KITH_POSTED_ROW_PATH, path);
    call_put_text(call, KITH_POSTED_ROW_STATE,
                  posted->change == LEDGER_UNCHANGED ? "unchanged" : "stored");
    status = put_partners(daemon, call, posted);
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}

/* Every partner that has to do with the project, and what it would get. */
static enum kith_status preview(struct call *call, struct disclosure_rows *rows,
                                const struct ledger_posted *posted)
{
    const struct rules_cache *cache = NULL;
    uint64_t project = posted->head.kind == KITH_KIND_PROJECT
                           ? posted->head.ref.record
                           : posted->head.ref.project;
    struct store_link link = {0};
    enum kith_status status = cache_get(&call->act, &cache);

    if (posted->change == LEDGER_UNCHANGED)
        return status;
    while (status == KITH_OK) {
        const struct cached_grant *grants = NULL;
        bool concerned = false;
        size_t n;

        status = store_link_next(call->act.txn, link.number, &link);
        if (status != KITH_OK)
            break;
        n = cache_project_grants(cache, project, &grants);
        for (size_t i = 0; i < n; i++)
            concerned = concerned ||
                        (grants[i].link == link.number && !grants[i].ended);
        for (size_t i = 0;
             i < posted->n_links && i < LEDGER_LINKS_MAX && !concerned; i++)
            concerned = posted->links[i] == link.number;
        if (concerned)
            status =
                disclosure_rows_ask(call, rows, &link, &posted->head, true);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* The partner named by the record's owner: it must get this one. */
static enum kith_status find_reached(struct daemon *daemon, struct call *call,
                                     const struct kith_record *record,
                                     uint32_t *ret_link)
{
    static const struct kith_company_id none = {{0}};
    struct store_link link = {0};
    enum kith_status status;

    *ret_link = 0;
    if (kith_company_id_equal(&record->owner, &none) ||
        kith_company_id_equal(&record->owner, &daemon->company.id))
        return KITH_OK;
    do {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_NOT_FOUND)
            return call_fail(call, KITH_NOT_FOUND, "no_partner",
                             "kith partner list",
                             "the company named is no partner");
        if (status != KITH_OK)
            return status;
    } while (!kith_company_id_equal(&link.company, &record->owner));
    *ret_link = link.number;
    return KITH_OK;
}

static enum kith_status post_one(struct daemon *daemon, struct call *call,
                                 const struct kith_record *given,
                                 struct ledger_posted *posted)
{
    struct kith_record record = *given;
    const struct kith_kind_info *info = kith_kind_info(given->kind);
    const bool oral = oral_is(given);
    uint32_t reached = 0;
    struct store_link link;
    enum kith_status status;

    if (info == NULL || info->family != KITH_FAMILY_BUSINESS ||
        given->kind == KITH_KIND_GRANT)
        return call_fail(call, KITH_INVALID, "kind", "kith help",
                         "records of kind %u cannot be posted", given->kind);
    status = find_reached(daemon, call, given, &reached);
    memset(&record.owner, 0, sizeof(record.owner));
    memset(posted, 0, sizeof(*posted));
    if (status == KITH_OK && oral && reached == 0)
        status = call_fail(call, KITH_INVALID, "oral_memo",
                           "kith disclose PARTNER PROJECT --oral -m TEXT "
                           "--said-to NAME",
                           "name the partner to whom it was said");
    if (status == KITH_OK && oral)
        status = store_link_get(call->act.txn, reached, &link);
    if (status == KITH_OK && oral) {
        struct kith_record memo;

        status = oral_complete(&call->act, &link, &record, &memo);
        if (status == KITH_OK)
            record = memo;
    }
    if (status == KITH_OK)
        status = ledger_post(&call->act, &record, reached, posted);
    if (status == KITH_OK && oral && posted->change == LEDGER_NEW)
        status = oral_keep(&call->act, &link, &record, &posted->head);
    return status;
}

enum kith_status verb_post(struct daemon *daemon, struct call *call)
{
    struct disclosure_rows *rows = NULL;
    struct ledger_posted posted;
    struct kith_id id = {{0}};
    uint64_t changed = 0;
    uint64_t project = 0; /* that all of them are in */
    enum kith_status status = KITH_OK;

    if (call->request->n_records == 0)
        return call_fail(call, KITH_INVALID, "arguments", "kith help post",
                         "there is nothing to post");
    if (call->act.dry_run) {
        rows = calloc(1, sizeof(*rows));
        if (rows == NULL)
            return KITH_NOMEM;
    }
    for (size_t i = 0; status == KITH_OK && i < call->request->n_records; i++) {
        status = post_one(daemon, call, &call->request->records[i], &posted);
        if (status == KITH_OK && posted.change != LEDGER_UNCHANGED) {
            id = posted.head.id;
            project = changed == 0 || project == audit_project(&posted.head)
                          ? audit_project(&posted.head)
                          : 0;
            changed++;
        }
        if (status == KITH_OK)
            status = rows != NULL ? preview(call, rows, &posted)
                                  : add_row(daemon, call, &posted);
    }
    if (status == KITH_OK && changed > 0)
        status = ledger_note(&call->act, changed, project,
                             changed == 1 ? &id : NULL);
    if (status == KITH_OK && rows != NULL)
        status = disclosure_rows_end(call, rows);
    free(rows);
    return status;
}
