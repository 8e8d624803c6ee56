/* resolve_path - the path of a record, for people.
 *
 * Not here: finding records by one (resolve.c). */
#include <stdio.h>
#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/act.h"
#include "rules/resolve.h"

enum {
    PATH_DEPTH = 4
};

/* The name of one step: the key's last text, else its choice ("evt"). */
static void step_name(const struct kith_record *record,
                      char ret_name[KITH_NAME_MAX + 1])
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    size_t i;

    ret_name[0] = '\0';
    for (i = 0; i < record->n_fields; i++) {
        const struct kith_field *field = &record->fields[i];
        const struct kith_field_info *info =
            kind != NULL ? kith_field_info(kind, field->number) : NULL;
        const char *choice;

        if (info == NULL || (info->flags & KITH_F_KEY) == 0)
            continue;
        if (field->type == KITH_VALUE_CHOICE &&
            (choice = kith_choice_name(info->choices, field->value)) != NULL)
            snprintf(ret_name, KITH_NAME_MAX + 1, "%s", choice);
        if (field->type == KITH_VALUE_TEXT)
            snprintf(ret_name, KITH_NAME_MAX + 1, "%.*s", (int)field->bytes.len,
                     (const char *)field->bytes.data);
    }
}

/* Messages and answers have no name. */
static bool has_key(uint32_t kind)
{
    const struct kith_kind_info *info = kith_kind_info(kind);
    size_t i;

    for (i = 0; info != NULL && i < info->n_fields; i++) {
        if ((info->fields[i].flags & KITH_F_KEY) != 0)
            return true;
    }
    return false;
}

static enum kith_status parent_of(struct act *act,
                                  const struct store_head *head,
                                  struct store_head *ret_parent)
{
    /* A generation stands under its project, a milestone too; the parent's
     * own place follows from its kind: projects stand under 0. */
    const struct store_ref inside = {head->ref.owner, head->ref.project,
                                     head->parent};
    const struct store_ref above = {head->ref.owner, 0, head->parent};

    return store_head_get(act->txn,
                          head->parent == head->ref.project ? &above : &inside,
                          ret_parent);
}

enum kith_status resolve_path(struct act *act, const struct store_head *head,
                              char *ret_text, size_t size)
{
    char names[PATH_DEPTH][KITH_NAME_MAX + 1];
    struct act all = *act; /* names of what a record belongs to are part of
                              its own name: read as the daemon */
    struct store_head step = *head;
    struct store_link link;
    size_t depth = 0, used = 0;
    enum kith_status status = KITH_OK;

    all.person = 0;
    ret_text[0] = '\0';
    if (!has_key(head->kind))
        return KITH_OK;
    for (;;) {
        struct kith_record record;

        const struct kith_arena_mark mark = kith_arena_mark(act->arena);

        status = access_read(&all, &step, &record);
        if (status == KITH_OK)
            step_name(&record, names[depth++]);
        else if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
            strcpy(names[depth++], "?");
        else
            return status;
        kith_arena_rewind(act->arena, mark);
        if (step.parent == 0 || depth == PATH_DEPTH)
            break;
        status = parent_of(act, &step, &step);
        if (status != KITH_OK)
            return status;
    }
    if (head->ref.owner != STORE_OWN) {
        status = store_link_get(act->txn, head->ref.owner, &link);
        if (status != KITH_OK)
            return status;
        used = (size_t)snprintf(ret_text, size, "%s:", link.alias);
    }
    while (depth-- > 0 && used < size)
        used += (size_t)snprintf(ret_text + used, size - used, "%s%s",
                                 names[depth], depth > 0 ? "/" : "");
    return KITH_OK;
}
