/* names - see the header. Not here: paths that people type (resolve.c). */
#include "rules/names.h"

#include <string.h>

#include "kith/kinds.h"
#include "rules/act.h"

static bool is_parent(const struct kith_field_info *info)
{
    return (info->flags & KITH_F_KEY) != 0 && info->type == KITH_FIELD_REF;
}

static bool is_name(const struct kith_field_info *info)
{
    return (info->flags & KITH_F_KEY) != 0 && info->type != KITH_FIELD_REF;
}

enum kith_status names_parent(struct act *act, uint32_t owner,
                              const struct kith_record *record,
                              struct store_head *ret_parent)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    size_t i;

    for (i = 0; kind != NULL && i < kind->n_fields; i++) {
        const uint32_t wanted = kind->fields[i].ref_kind;
        struct store_head parent;
        struct kith_id id;
        enum kith_status status;

        if (!is_parent(&kind->fields[i]))
            continue;
        if (kith_record_octets(record, kind->fields[i].number, id.b,
                               KITH_ID_LEN) != KITH_OK)
            return KITH_NOT_FOUND;
        status = store_head_by_id(act->txn, owner, &id, &parent);
        if (status != KITH_OK)
            return status;
        if (wanted != 0 && parent.kind != wanted)
            return KITH_NOT_FOUND;
        *ret_parent = parent;
        return KITH_OK;
    }
    *ret_parent = (struct store_head){0};
    return KITH_OK;
}

/* Appends the value of one key field and a separator. */
static enum kith_status add_value(const struct kith_field_info *info,
                                  const struct kith_field *field,
                                  struct kith_buf *buf)
{
    enum kith_status status = KITH_OK;

    if (field != NULL && info->type == KITH_FIELD_CHOICE) {
        const char *name = kith_choice_name(info->choices, field->value);

        if (name != NULL)
            status = kith_buf_add(buf, name, strlen(name));
    } else if (field != NULL) {
        status = kith_buf_add(buf, field->bytes.data, field->bytes.len);
    }
    return status == KITH_OK ? kith_buf_add(buf, "", 1) : status;
}

enum kith_status names_key(struct act *act, uint32_t owner, uint64_t parent,
                           const struct kith_record *record,
                           struct store_name *ret_name)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    struct store_name name = {owner, record->kind, parent, {NULL, 0}};
    struct kith_buf buf = {0};
    enum kith_status status = KITH_OK;
    size_t i;

    for (i = 0; kind != NULL && status == KITH_OK && i < kind->n_fields; i++) {
        if (is_name(&kind->fields[i]))
            status = add_value(
                &kind->fields[i],
                kith_record_field(record, kind->fields[i].number), &buf);
    }
    if (status == KITH_OK && buf.len == 0)
        status = KITH_NOT_FOUND;
    if (status == KITH_OK) {
        name.key = kith_arena_copy(act->arena, kith_buf_bytes(&buf));
        if (name.key.data == NULL)
            status = KITH_NOMEM;
    }
    kith_buf_clear(&buf);
    if (status == KITH_OK)
        *ret_name = name;
    return status;
}
