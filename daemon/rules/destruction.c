/* destruction - asking for one, and carrying out what was asked of us.
 *
 * Not here: a partner's entries (destruction_take.c), which entries it is about
 * (destruction_set.c), the slots themselves (daemon/store).
 */
#include "rules/destruction.h"

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/signed.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/disclosure.h"
#include "rules/grant.h"
#include "rules/outbox.h"
#include "store/records.h"
#include "store/state.h"

static uint64_t project_number(const struct destruction_wish *wish)
{
    return wish->project == NULL ? 0 : wish->project->ref.record;
}

/* Ends each live grant of the wish. */
static enum kith_status end_grants(struct act *act,
                                   const struct destruction_wish *wish)
{
    const uint64_t project = project_number(wish);
    enum kith_status status = KITH_OK;
    uint64_t last = 0;

    /* the cache is dropped by each end: go on behind the last number */
    while (status == KITH_OK) {
        const struct rules_cache *cache;
        struct disclosure_counts counts;
        uint64_t next = 0;
        size_t i;

        status = cache_get(act, &cache);
        for (i = 0; status == KITH_OK && i < cache->n_grants; i++) {
            const struct cached_grant *grant = &cache->grants[i];

            if (grant->link == wish->link->number && !grant->ended &&
                (project == 0 || grant->project == project) &&
                grant->number > last && (next == 0 || grant->number < next))
                next = grant->number;
        }
        if (status != KITH_OK || next == 0)
            return status;
        last = next;
        status = grant_end(act, next, &counts);
    }
    return status;
}

/* Withdraws what was told of PROJECT and its children; counts all that was
 * ever told. */
static enum kith_status withdraw_told(struct act *act,
                                      const struct store_link *link,
                                      uint64_t project, uint64_t only,
                                      uint64_t *told)
{
    struct store_told row = {.ref.record = 0};
    enum kith_status status = KITH_OK;

    while (status == KITH_OK) {
        status = store_told_next(act->txn, link->number, project,
                                 row.ref.record, &row);
        if (status != KITH_OK || (only != 0 && row.ref.record != only))
            continue;
        *told += 1;
        if (!row.withdrawn)
            status =
                disclosure_withdraw(act, link, &row, KITH_WITHDRAWAL_REMOVED);
        if (status == KITH_OK && project == 0)
            status = withdraw_told(act, link, row.ref.record, 0, told);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status ask(struct act *act,
                            const struct destruction_wish *wish,
                            const struct kith_id *item,
                            struct kith_record *request)
{
    struct kith_record_builder builder;
    enum kith_status status;

    request->kind = KITH_KIND_DESTRUCTION_REQUEST;
    request->id = kith_id_random();
    kith_build_start(&builder, act->arena);
    if (wish->project != NULL)
        kith_build_octets(&builder, KITH_DESTRUCTION_REQUEST_PROJECT, item->b,
                          KITH_ID_LEN);
    kith_build_day(&builder, KITH_DESTRUCTION_REQUEST_UNTIL, wish->until_day);
    status = kith_build_finish(&builder, request);
    return status == KITH_OK ? outbox_add(act, wish->link, OUTBOX_DUTY, request)
                             : status;
}

static enum kith_status keep_request(struct act *act,
                                     const struct destruction_wish *wish,
                                     const struct kith_id *item,
                                     const struct kith_record *request,
                                     uint64_t *ret_number)
{
    struct kith_record state = {.kind = KITH_KIND_DESTRUCTION};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_number(&builder, KITH_DESTRUCTION_LINK, wish->link->number);
    kith_build_number(&builder, KITH_DESTRUCTION_OURS, 1);
    kith_build_octets(&builder, KITH_DESTRUCTION_REQUEST, request->id.b,
                      KITH_ID_LEN);
    if (wish->project != NULL) {
        kith_build_octets(&builder, KITH_DESTRUCTION_PROJECT, item->b,
                          KITH_ID_LEN);
        kith_build_number(&builder, KITH_DESTRUCTION_RECORD,
                          (int64_t)wish->project->ref.record);
    }
    kith_build_day(&builder, KITH_DESTRUCTION_UNTIL, wish->until_day);
    kith_build_number(&builder, KITH_DESTRUCTION_AT, act->now);
    kith_build_choice(&builder, KITH_DESTRUCTION_STATE,
                      KITH_DESTRUCTION_REQUESTED);
    status = kith_build_finish(&builder, &state);
    *ret_number = 0;
    if (status == KITH_OK)
        status = store_state_put(act->txn, KITH_KIND_DESTRUCTION, ret_number,
                                 &state);
    cache_drop(act->company);
    return status;
}

enum kith_status destruction_request(struct act *act,
                                     const struct destruction_wish *wish,
                                     uint64_t *ret_number,
                                     uint64_t *ret_withdrawn)
{
    const uint64_t project = project_number(wish);
    struct kith_record request = {.kind = 0};
    struct store_told told = {.withdrawn = false};
    enum kith_status status = act_certain(act);

    *ret_withdrawn = 0;
    if (status == KITH_OK && wish->until_day < act_today(act))
        return kith_fail(act->err, KITH_INVALID, "until", "",
                         "the last day for it is past");
    if (status == KITH_OK && project != 0)
        status = store_told_get(act->txn, wish->link->number,
                                &wish->project->ref, &told);
    if (status == KITH_OK)
        status = end_grants(act, wish);
    if (status == KITH_OK)
        status = withdraw_told(act, wish->link, 0, project, ret_withdrawn);
    if (status == KITH_OK && *ret_withdrawn == 0)
        status = KITH_NOT_FOUND;
    if (status == KITH_NOT_FOUND)
        return kith_fail(act->err, status, "not_told", "kith told",
                         "%s was told nothing of that", wish->link->alias);
    if (status == KITH_OK)
        status = ask(act, wish, &told.item, &request);
    if (status == KITH_OK)
        status = keep_request(act, wish, &told.item, &request, ret_number);
    if (status == KITH_OK)
        status =
            audit_add(act, &(struct audit_line){.what = "destruction_requested",
                                                .project = project,
                                                .link = wish->link->number,
                                                .item = &request.id,
                                                .count = *ret_withdrawn});
    return status;
}

enum kith_status destruction_by_request(struct act *act,
                                        const struct destruction_named *named,
                                        uint64_t *ret_number,
                                        struct kith_record *ret_state)
{
    enum kith_status status;

    *ret_number = 0;
    while ((status = store_state_next(act->txn, KITH_KIND_DESTRUCTION,
                                      ret_number, act->arena, ret_state)) ==
           KITH_OK) {
        const bool ours =
            kith_record_value(ret_state, KITH_DESTRUCTION_OURS, 0) != 0;

        if (kith_record_value(ret_state, KITH_DESTRUCTION_LINK, 0) ==
                (int64_t)named->link &&
            ours == named->ours &&
            kith_bytes_equal(
                kith_record_bytes(ret_state, KITH_DESTRUCTION_REQUEST),
                named->request))
            return KITH_OK;
    }
    return status;
}

/* State NUMBER with another state and what BUILDER got besides. */
static enum kith_status put_state(struct act *act, uint64_t number,
                                  struct kith_record_builder *builder,
                                  enum kith_destruction_state state)
{
    struct kith_record record = {.kind = KITH_KIND_DESTRUCTION};
    enum kith_status status;

    kith_build_choice(builder, KITH_DESTRUCTION_STATE, state);
    status = kith_build_finish(builder, &record);
    return status == KITH_OK ? store_state_put(act->txn, KITH_KIND_DESTRUCTION,
                                               &number, &record)
                             : status;
}

enum kith_status destruction_begin(struct act *act, uint64_t number,
                                   const struct destruction_officer *officer)
{
    struct kith_record_builder builder;
    struct kith_record state;
    enum kith_status status = store_state_get(act->txn, KITH_KIND_DESTRUCTION,
                                              number, act->arena, &state);

    if (status != KITH_OK)
        return status;
    if (kith_record_value(&state, KITH_DESTRUCTION_OURS, 0) != 0)
        return kith_fail(act->err, KITH_CONFLICT, "destruction_ours",
                         "kith destroy list",
                         "that was asked by us: the partner carries it out");
    if (kith_record_value(&state, KITH_DESTRUCTION_STATE, 0) !=
        KITH_DESTRUCTION_REQUESTED)
        return kith_fail(act->err, KITH_CONFLICT, "destruction_done",
                         "kith destroy list", "that is carried out already");
    if (officer->name.len == 0)
        return kith_fail(act->err, KITH_INVALID, "officer_missing", "",
                         "a certificate needs the name of the person who "
                         "answers for it");
    kith_build_from(&builder, act->arena, &state, KITH_DESTRUCTION_STATE);
    kith_build_text(&builder, KITH_DESTRUCTION_OFFICER, officer->name);
    if (officer->title.len > 0)
        kith_build_text(&builder, KITH_DESTRUCTION_OFFICER_TITLE,
                        officer->title);
    if (officer->exceptions.len > 0)
        kith_build_text(&builder, KITH_DESTRUCTION_EXCEPTIONS,
                        officer->exceptions);
    return put_state(act, number, &builder, KITH_DESTRUCTION_UNDER_WAY);
}

enum kith_status destruction_under_way(struct act *act, uint64_t *ret_number)
{
    uint64_t number = 0;
    enum kith_status status;

    for (;;) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);
        struct kith_record state;

        status = store_state_next(act->txn, KITH_KIND_DESTRUCTION, &number,
                                  act->arena, &state);
        if (status != KITH_OK)
            return status;
        if (kith_record_value(&state, KITH_DESTRUCTION_STATE, 0) ==
            KITH_DESTRUCTION_UNDER_WAY)
            break;
        kith_arena_rewind(act->arena, mark);
    }
    *ret_number = number;
    return KITH_OK;
}

/* State NUMBER and its link. */
static enum kith_status read_state(struct act *act, uint64_t number,
                                   struct kith_record *ret_state,
                                   struct store_link *ret_link)
{
    enum kith_status status = store_state_get(act->txn, KITH_KIND_DESTRUCTION,
                                              number, act->arena, ret_state);

    if (status == KITH_OK)
        status = store_link_get(
            act->txn,
            (uint32_t)kith_record_value(ret_state, KITH_DESTRUCTION_LINK, 0),
            ret_link);
    return status;
}

enum kith_status destruction_entries(struct act *act, uint64_t number,
                                     struct destruction_found *ret_found)
{
    struct kith_record state;
    struct store_link link;
    enum kith_status status = read_state(act, number, &state, &link);
    struct destruction_set set = {.side = STORE_IN};

    if (status != KITH_OK)
        return status;
    set.link = link.number;
    set.project =
        (uint64_t)kith_record_value(&state, KITH_DESTRUCTION_RECORD, 0);
    set.log_number = link.in.number;
    set.size = link.in.processed;
    return destruction_find(act, &set, ret_found);
}

/* The certificate's fields 1 to 9 from STATE. */
static void build_certificate(struct act *act, const struct store_link *link,
                              const struct kith_record *state,
                              const struct destruction_found *found,
                              struct kith_record_builder *builder)
{
    const struct kith_bytes request =
        kith_record_bytes(state, KITH_DESTRUCTION_REQUEST);
    const struct kith_bytes title =
        kith_record_bytes(state, KITH_DESTRUCTION_OFFICER_TITLE);
    const struct kith_bytes exceptions =
        kith_record_bytes(state, KITH_DESTRUCTION_EXCEPTIONS);

    kith_build_start(builder, act->arena);
    kith_build_octets(builder, KITH_CERTIFICATE_REQUEST, request.data,
                      request.len);
    kith_build_number(builder, KITH_CERTIFICATE_LOG_NUMBER, link->in.number);
    kith_build_number(builder, KITH_CERTIFICATE_SIZE,
                      (int64_t)link->in.processed);
    kith_build_number(builder, KITH_CERTIFICATE_ENTRIES,
                      (int64_t)found->entries);
    kith_build_octets(builder, KITH_CERTIFICATE_DIGEST, found->digest.b,
                      KITH_HASH_LEN);
    kith_build_number(builder, KITH_CERTIFICATE_DESTROYED_AT, act->now);
    kith_build_text(builder, KITH_CERTIFICATE_OFFICER,
                    kith_record_bytes(state, KITH_DESTRUCTION_OFFICER));
    if (title.len > 0)
        kith_build_text(builder, KITH_CERTIFICATE_OFFICER_TITLE, title);
    if (exceptions.len > 0)
        kith_build_text(builder, KITH_CERTIFICATE_EXCEPTIONS, exceptions);
}

/* Signs what BUILDER holds and queues it. */
static enum kith_status certify(struct act *act, const struct store_link *link,
                                struct kith_record_builder *builder)
{
    struct kith_record record = {.kind = KITH_KIND_DESTRUCTION_CERTIFICATE};
    struct kith_buf bytes = {0};
    struct kith_sig signature;
    enum kith_status status = kith_build_finish(builder, &record);

    if (status == KITH_OK)
        status = kith_signed_certificate(&record, &bytes);
    if (status == KITH_OK)
        status = kith_sign(&act->company->statement, KITH_STATEMENT_CERTIFICATE,
                           kith_buf_bytes(&bytes), &signature);
    kith_buf_clear(&bytes);
    if (status != KITH_OK)
        return status;
    kith_build_octets(builder, KITH_CERTIFICATE_SIGNATURE, signature.b,
                      KITH_SIG_LEN);
    status = kith_build_finish(builder, &record);
    return status == KITH_OK ? outbox_add(act, link, OUTBOX_DUTY, &record)
                             : status;
}

enum kith_status destruction_finish(struct act *act, uint64_t number,
                                    const struct destruction_found *found)
{
    struct kith_record_builder builder;
    struct kith_record state;
    struct store_link link;
    enum kith_status status = read_state(act, number, &state, &link);

    if (status != KITH_OK)
        return status;
    build_certificate(act, &link, &state, found, &builder);
    status = certify(act, &link, &builder);
    if (status != KITH_OK)
        return status;
    kith_build_from(&builder, act->arena, &state, KITH_DESTRUCTION_STATE);
    kith_build_number(&builder, KITH_DESTRUCTION_DESTROYED_AT, act->now);
    kith_build_number(&builder, KITH_DESTRUCTION_ENTRIES,
                      (int64_t)found->entries);
    status = put_state(act, number, &builder, KITH_DESTRUCTION_DONE);
    if (status == KITH_OK)
        status = audit_add(act, &(struct audit_line){.what = "destroyed",
                                                     .link = link.number,
                                                     .count = found->entries});
    return status;
}
