/* view - projection and translation.
 *
 * Not here: whether anything may leave (gate.c), what a link was told before
 * (disclosure.c).
 */
#include "rules/view.h"

#include <sodium.h>
#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "store/logs.h"
#include "store/records.h"

/* A hidden name is "kind.field" or, for every kind, "field". */
static bool name_hides(struct kith_bytes hidden,
                       const struct kith_kind_info *kind,
                       const struct kith_field_info *field)
{
    const size_t kind_len = strlen(kind->name);

    if (kith_bytes_is(hidden, field->name))
        return true;
    return hidden.len == kind_len + 1 + strlen(field->name) &&
           memcmp(hidden.data, kind->name, kind_len) == 0 &&
           hidden.data[kind_len] == '.' &&
           memcmp(hidden.data + kind_len + 1, field->name,
                  hidden.len - kind_len - 1) == 0;
}

/* What a field is made of: hidden with it (PROTOCOL.md 8.1). */
static uint32_t source_of(uint32_t kind, uint32_t number)
{
    return kind == KITH_KIND_MILESTONE && number == KITH_MILESTONE_BASELINE
               ? KITH_MILESTONE_PLANNED
               : 0;
}

bool view_shows(const struct kith_record *grant, uint32_t kind, uint32_t number)
{
    const struct kith_kind_info *kind_info = kith_kind_info(kind);
    const struct kith_field_info *field;
    size_t i;

    if (kind_info == NULL || number >= VIEW_OWN_FIELDS)
        return false;
    field = kith_field_info(kind_info, number);
    if (field == NULL)
        return false;
    if (grant == NULL || (field->flags & KITH_F_HEAD) != 0)
        return true;
    for (i = 0; i < grant->n_fields; i++) {
        if (grant->fields[i].number == KITH_GRANT_STATE_HIDDEN &&
            name_hides(grant->fields[i].bytes, kind_info, field))
            return false;
    }
    number = source_of(kind, number);
    return number == 0 || view_shows(grant, kind, number);
}

enum kith_status view_project(struct act *act, const struct kith_record *record,
                              const struct kith_record *grant,
                              struct kith_record *ret_view)
{
    struct kith_record view = *record;
    struct kith_field *fields =
        kith_arena_alloc(act->arena, record->n_fields * sizeof(*fields));
    size_t i, count = 0;

    if (fields == NULL && record->n_fields != 0)
        return KITH_NOMEM;
    for (i = 0; i < record->n_fields; i++) {
        if (view_shows(grant, record->kind, record->fields[i].number))
            fields[count++] = record->fields[i];
    }
    view.fields = fields;
    view.n_fields = count;
    view.author = (struct kith_id){{0}};
    view.owner = (struct kith_company_id){{0}};
    *ret_view = view;
    return KITH_OK;
}

/* Wire form of VIEW without what every revision changes. */
static enum kith_status encode_content(const struct kith_record *view,
                                       struct kith_buf *buf)
{
    struct kith_record content = *view;

    content.id = (struct kith_id){{0}};
    content.revision = 0;
    content.changed_at = 0;
    return kith_record_encode(&content, buf);
}

enum kith_status view_same(struct act *act, const struct kith_record *old,
                           const struct kith_record *revised,
                           const struct kith_record *grant, bool *ret_same)
{
    struct kith_buf before = {0}, after = {0};
    struct kith_record view;
    enum kith_status status;

    if (old == NULL) {
        *ret_same = false;
        return KITH_OK;
    }
    status = view_project(act, old, grant, &view);
    if (status == KITH_OK)
        status = encode_content(&view, &before);
    if (status == KITH_OK)
        status = view_project(act, revised, grant, &view);
    if (status == KITH_OK)
        status = encode_content(&view, &after);
    if (status == KITH_OK)
        *ret_same =
            kith_bytes_equal(kith_buf_bytes(&before), kith_buf_bytes(&after));
    kith_buf_clear(&before);
    kith_buf_clear(&after);
    return status;
}

/* The id that LINK knows OURS by: of a record we told it, or of its own item.
 * KITH_NOT_FOUND: it does not know it. */
static enum kith_status look_up(struct act *act, const struct store_link *link,
                                const struct kith_id *ours,
                                struct kith_id *ret_theirs)
{
    struct store_told told;
    struct store_head head;
    enum kith_status status =
        store_head_by_id(act->txn, STORE_OWN, ours, &head);

    if (status == KITH_OK) {
        status = store_told_get(act->txn, link->number, &head.ref, &told);
        if (status == KITH_OK && told.withdrawn)
            status = KITH_NOT_FOUND;
        if (status == KITH_OK)
            *ret_theirs = told.item;
        return status;
    }
    if (status != KITH_NOT_FOUND)
        return status;
    status = store_head_by_id(act->txn, link->number, ours, &head);
    if (status == KITH_OK)
        *ret_theirs = *ours;
    return status;
}

static enum kith_status translate_id(struct act *act,
                                     const struct store_link *link,
                                     const struct kith_id *ours,
                                     struct kith_id *ret_theirs)
{
    struct act_translation *known =
        &act->translations[ours->b[KITH_ID_LEN - 1] % ACT_TRANSLATIONS];
    enum kith_status status;

    if (known->link == link->number && kith_id_equal(&known->ours, ours)) {
        *ret_theirs = known->theirs;
        return KITH_OK;
    }
    status = look_up(act, link, ours, ret_theirs);
    if (status == KITH_OK)
        *known = (struct act_translation){link->number, *ours, *ret_theirs};
    return status;
}

void view_forget(struct act *act)
{
    memset(act->translations, 0, sizeof(act->translations));
}

static enum kith_status translate_field(struct act *act,
                                        const struct store_link *link,
                                        struct kith_field *field)
{
    struct kith_id ours, theirs;
    struct kith_bytes copy;
    enum kith_status status;

    if (field->bytes.len != KITH_ID_LEN)
        return KITH_DAMAGED;
    memcpy(ours.b, field->bytes.data, KITH_ID_LEN);
    status = translate_id(act, link, &ours, &theirs);
    if (status != KITH_OK)
        return status;
    copy =
        kith_arena_copy(act->arena, (struct kith_bytes){theirs.b, KITH_ID_LEN});
    if (copy.data == NULL)
        return KITH_NOMEM;
    field->bytes = copy;
    return KITH_OK;
}

enum kith_status view_translate(struct act *act, const struct store_link *link,
                                const struct kith_record *view,
                                struct kith_record *ret_told, bool *ret_whole)
{
    const struct kith_kind_info *kind = kith_kind_info(view->kind);
    struct kith_record told = *view;
    struct kith_field *fields =
        kith_arena_alloc(act->arena, view->n_fields * sizeof(*fields));
    size_t i, count = 0;
    bool whole = true;
    enum kith_status status = KITH_OK;

    if (kind == NULL)
        return KITH_DAMAGED;
    if (fields == NULL && view->n_fields != 0)
        return KITH_NOMEM;
    for (i = 0; i < view->n_fields; i++) {
        const struct kith_field_info *info =
            kith_field_info(kind, view->fields[i].number);

        fields[count] = view->fields[i];
        if (info != NULL && info->type == KITH_FIELD_REF)
            status = translate_field(act, link, &fields[count]);
        if (status == KITH_NOT_FOUND) {
            whole = whole && (info->flags & KITH_F_HEAD) == 0;
            status = KITH_OK;
            continue;
        }
        if (status != KITH_OK)
            return status;
        count++;
    }
    if (!kith_id_is_none(&view->project)) {
        status = translate_id(act, link, &view->project, &told.project);
        if (status == KITH_NOT_FOUND)
            told.project = (struct kith_id){{0}};
        else if (status != KITH_OK)
            return status;
    }
    told.fields = fields;
    told.n_fields = count;
    *ret_told = told;
    *ret_whole = whole;
    return KITH_OK;
}

enum kith_status view_digest(struct act *act, const struct kith_record *told,
                             uint8_t ret_digest[VIEW_DIGEST_LEN])
{
    struct kith_buf buf = {0};
    enum kith_status status = encode_content(told, &buf);

    if (status == KITH_OK)
        crypto_generichash(ret_digest, VIEW_DIGEST_LEN, buf.data, buf.len,
                           act->company->view_key,
                           sizeof(act->company->view_key));
    kith_buf_clear(&buf);
    return status;
}
