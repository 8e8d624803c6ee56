/* destruction_take - a partner's request for destruction, and its certificate.
 *
 * Not here: our side of both (destruction.c).
 */
#include <stdlib.h>

#include "kith/body.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/signed.h"
#include "rules/act.h"
#include "rules/apply_item.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/destruction.h"
#include "rules/grant_told.h"
#include "rules/keyring.h"
#include "rules/verdict.h"
#include "store/records.h"
#include "store/state.h"

/* Nobody reads any more what stands under PROJECT. Persons stay, who are told
 * for no project. */
static enum kith_status withdraw_all(struct act *act,
                                     const struct store_link *link,
                                     uint64_t project)
{
    struct store_head head = {.ref.record = 0};
    enum kith_status status = KITH_OK;

    while (status == KITH_OK) {
        const struct kith_kind_info *kind;

        status = store_head_next(act->txn, link->number, project,
                                 head.ref.record, &head);
        if (status != KITH_OK)
            break;
        kind = kith_kind_info(head.kind);
        if (kind == NULL || kind->family != KITH_FAMILY_BUSINESS)
            continue;
        if (!head.withdrawn)
            status = apply_withdraw(act, link, &head);
        if (status == KITH_OK && head.kind == KITH_KIND_PROJECT)
            status = withdraw_all(act, link, head.ref.record);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* The project that REQUEST names. *ret_known false: there is no such item. */
static enum kith_status find_project(struct act *act,
                                     const struct store_link *link,
                                     const struct kith_record *request,
                                     struct store_head *ret_project,
                                     bool *ret_known)
{
    struct kith_id id;
    enum kith_status status;

    *ret_known = true;
    if (kith_record_octets(request, KITH_DESTRUCTION_REQUEST_PROJECT, id.b,
                           KITH_ID_LEN) != KITH_OK)
        return KITH_OK;
    status = store_head_by_id(act->txn, link->number, &id, ret_project);
    *ret_known = status == KITH_OK && ret_project->kind == KITH_KIND_PROJECT;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status keep_request(struct act *act,
                                     const struct store_link *link,
                                     const struct kith_record *request,
                                     const struct store_head *project)
{
    struct kith_record state = {.kind = KITH_KIND_DESTRUCTION};
    struct kith_record_builder builder;
    uint64_t number = 0;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_number(&builder, KITH_DESTRUCTION_LINK, link->number);
    kith_build_octets(&builder, KITH_DESTRUCTION_REQUEST, request->id.b,
                      KITH_ID_LEN);
    if (project->ref.record != 0) {
        kith_build_octets(&builder, KITH_DESTRUCTION_PROJECT, project->id.b,
                          KITH_ID_LEN);
        kith_build_number(&builder, KITH_DESTRUCTION_RECORD,
                          (int64_t)project->ref.record);
    }
    kith_build_when(
        &builder, KITH_DESTRUCTION_UNTIL,
        &kith_record_field(request, KITH_DESTRUCTION_REQUEST_UNTIL)->when);
    kith_build_number(&builder, KITH_DESTRUCTION_AT, act->now);
    kith_build_choice(&builder, KITH_DESTRUCTION_STATE,
                      KITH_DESTRUCTION_REQUESTED);
    status = kith_build_finish(&builder, &state);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_DESTRUCTION, &number, &state);
    cache_drop(act->company);
    return status;
}

enum kith_status destruction_take_request(struct act *act,
                                          struct store_link *link,
                                          const struct kith_body *body,
                                          struct apply_entry *entry)
{
    const struct kith_record *request = &body->record;
    const struct kith_bytes id = {request->id.b, KITH_ID_LEN};
    struct store_head project = {.ref.record = 0};
    struct kith_record state;
    uint64_t number;
    bool known;
    enum kith_status status = destruction_by_request(
        act, &(struct destruction_named){link->number, false, id}, &number,
        &state);

    if (status == KITH_OK || kith_id_is_none(&request->id)) {
        apply_reject(entry, APPLY_REVISION); /* asked before */
        return KITH_OK;
    }
    if (status == KITH_NOT_FOUND)
        status = find_project(act, link, request, &project, &known);
    if (status == KITH_OK && !known) {
        apply_reject(entry, APPLY_PARENT);
        return KITH_OK;
    }
    if (status == KITH_OK)
        status = keep_request(act, link, request, &project);
    if (status == KITH_OK && project.ref.record != 0 && !project.withdrawn)
        status = apply_withdraw(act, link, &project);
    if (status == KITH_OK)
        status = withdraw_all(act, link, project.ref.record);
    if (status == KITH_OK)
        status = audit_add(
            act, &(struct audit_line){.what = "destruction_asked_of_us",
                                      .link = link->number,
                                      .item = &request->id});
    return status;
}

static enum kith_status is_signed(struct act *act,
                                  const struct store_link *link,
                                  const struct kith_record *certificate)
{
    struct kith_buf bytes = {0};
    struct kith_sig signature;
    enum kith_status status = kith_record_octets(
        certificate, KITH_CERTIFICATE_SIGNATURE, signature.b, KITH_SIG_LEN);

    if (status == KITH_OK)
        status = kith_signed_certificate(certificate, &bytes);
    if (status == KITH_OK)
        status = keyring_statement(act, link, KITH_STATEMENT_CERTIFICATE,
                                   kith_buf_bytes(&bytes), &signature);
    kith_buf_clear(&bytes);
    return status;
}

/* Is what the certificate speaks of what we told of STATE's project? */
static enum kith_status compare(struct act *act, const struct store_link *link,
                                const struct kith_record *state,
                                const struct kith_record *certificate,
                                bool *ret_same)
{
    const struct destruction_set set = {
        .link = link->number,
        .side = STORE_OUT,
        .project =
            (uint64_t)kith_record_value(state, KITH_DESTRUCTION_RECORD, 0),
        .log_number = (uint32_t)kith_record_value(
            certificate, KITH_CERTIFICATE_LOG_NUMBER, 0),
        .size =
            (uint64_t)kith_record_value(certificate, KITH_CERTIFICATE_SIZE, 0)};
    struct destruction_found found;
    enum kith_status status;

    *ret_same = false;
    if (set.log_number != link->out.number || set.size > link->out.tree.size)
        return KITH_OK;
    status = destruction_find(act, &set, &found);
    if (status != KITH_OK)
        return status;
    *ret_same = kith_record_value(certificate, KITH_CERTIFICATE_ENTRIES, -1) ==
                    (int64_t)found.entries &&
                kith_bytes_equal(
                    kith_record_bytes(certificate, KITH_CERTIFICATE_DIGEST),
                    (struct kith_bytes){found.digest.b, KITH_HASH_LEN});
    free(found.slots);
    return KITH_OK;
}

static enum kith_status keep_certificate(struct act *act, uint64_t number,
                                         const struct kith_record *state,
                                         const struct kith_record *certificate,
                                         bool same)
{
    static const struct {
        uint32_t from, to;
    } kept[] = {
        {KITH_CERTIFICATE_OFFICER, KITH_DESTRUCTION_OFFICER},
        {KITH_CERTIFICATE_OFFICER_TITLE, KITH_DESTRUCTION_OFFICER_TITLE},
        {KITH_CERTIFICATE_EXCEPTIONS, KITH_DESTRUCTION_EXCEPTIONS},
        {KITH_CERTIFICATE_DESTROYED_AT, KITH_DESTRUCTION_DESTROYED_AT},
        {KITH_CERTIFICATE_ENTRIES, KITH_DESTRUCTION_ENTRIES}};
    struct kith_record record = {.kind = KITH_KIND_DESTRUCTION};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_from(&builder, act->arena, state, KITH_DESTRUCTION_STATE);
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        const struct kith_field *field =
            kith_record_field(certificate, kept[i].from);

        if (field != NULL) {
            struct kith_field copy = *field;

            copy.number = kept[i].to;
            kith_build_field(&builder, &copy);
        }
    }
    if (!same)
        kith_build_number(&builder, KITH_DESTRUCTION_DIFFERS, 1);
    kith_build_choice(&builder, KITH_DESTRUCTION_STATE, KITH_DESTRUCTION_DONE);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_DESTRUCTION, &number, &record);
    cache_drop(act->company);
    return status;
}

enum kith_status destruction_take_certificate(struct act *act,
                                              struct store_link *link,
                                              const struct kith_body *body,
                                              struct apply_entry *entry)
{
    const struct kith_record *certificate = &body->record;
    const struct kith_bytes request =
        kith_record_bytes(certificate, KITH_CERTIFICATE_REQUEST);
    struct kith_record state;
    uint64_t number;
    bool same = false;
    enum kith_status status = destruction_by_request(
        act, &(struct destruction_named){link->number, true, request}, &number,
        &state);

    if (status == KITH_NOT_FOUND ||
        (status == KITH_OK &&
         kith_record_value(&state, KITH_DESTRUCTION_STATE, 0) !=
             KITH_DESTRUCTION_REQUESTED)) {
        apply_reject(entry, APPLY_PLACE); /* of nothing that we asked for */
        return KITH_OK;
    }
    if (status == KITH_OK)
        status = is_signed(act, link, certificate);
    if (status == KITH_UNTRUSTED) {
        apply_reject(entry, APPLY_KEY);
        return KITH_OK;
    }
    if (status == KITH_OK)
        status = compare(act, link, &state, certificate, &same);
    if (status == KITH_OK)
        status = keep_certificate(act, number, &state, certificate, same);
    /* while it was overdue, openness held things back */
    if (status == KITH_OK)
        status = grant_settle(act, link);
    if (status == KITH_OK)
        status = audit_add(
            act, &(struct audit_line){
                     .what = "destruction_certified",
                     .link = link->number,
                     .text = same ? NULL : "of other entries than we told",
                     .count = (uint64_t)kith_record_value(
                         certificate, KITH_CERTIFICATE_ENTRIES, 0)});
    return status;
}
