/* resolve_name - see the header. Not here: ids and partners (resolve.c), whether
 * a person may see what is found (access.h).
 */
#include "rules/resolve_name.h"

#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/act.h"
#include "rules/revision.h"

static struct kith_bytes part(struct kith_bytes path, size_t from, size_t to)
{
    return (struct kith_bytes){path.data + from, to - from};
}

static enum kith_status by_name(struct act *act, struct store_name name,
                                struct kith_bytes text, const char *prefix,
                                struct store_head *ret_head)
{
    uint8_t key[2 * KITH_NAME_MAX + 40];
    struct store_ref ref;
    size_t len = 0;
    enum kith_status status;

    /* The key fields' values with a NUL behind each (names.h). */
    if (prefix != NULL) {
        len = strlen(prefix) + 1;
        memcpy(key, prefix, len);
    }
    if (text.len + 1 > sizeof(key) - len)
        return KITH_NOT_FOUND;
    if (text.len != 0)
        memcpy(key + len, text.data, text.len);
    key[len + text.len] = 0;
    name.key = (struct kith_bytes){key, len + text.len + 1};
    status = store_name_get(act->txn, &name, &ref);
    if (status != KITH_OK)
        return status;
    return store_head_get(act->txn, &ref, ret_head);
}

/* A milestone of a generation by its type ("evt"), or by title under any. */
static enum kith_status find_milestone(struct act *act, uint32_t owner,
                                       uint64_t generation,
                                       struct kith_bytes text,
                                       struct store_head *ret_head)
{
    const struct kith_field_info *info = kith_field_info(
        kith_kind_info(KITH_KIND_MILESTONE), KITH_MILESTONE_TYPE);
    const struct kith_choice *type;
    const struct store_name name = {
        owner, KITH_KIND_MILESTONE, generation, {NULL, 0}};

    if (kith_choice_number(info->choices, text) != 0) {
        char prefix[KITH_NAME_MAX + 1];

        memcpy(prefix, text.data, text.len);
        prefix[text.len] = '\0';
        if (by_name(act, name, (struct kith_bytes){NULL, 0}, prefix,
                    ret_head) == KITH_OK)
            return KITH_OK;
    }
    for (type = info->choices; type->number != 0; type++) {
        enum kith_status status =
            by_name(act, name, text, type->name, ret_head);

        if (status != KITH_NOT_FOUND)
            return status;
    }
    return KITH_NOT_FOUND;
}

static enum kith_status has_type(struct act *act, const struct store_head *head,
                                 uint32_t type, bool *ret_has)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct kith_record record;
    enum kith_status status = revision_read(act, head, 0, &record);

    *ret_has = status == KITH_OK &&
               kith_record_value(&record, KITH_MILESTONE_TYPE, 0) == type;
    kith_arena_rewind(act->arena, mark);
    return status == KITH_UNREADABLE ? KITH_OK : status;
}

/* The one milestone of ours under GENERATION whose type is TEXT, whatever its
 * title: people say "evt" for "EVT build". */
static enum kith_status find_by_type(struct act *act,
                                     const struct store_head *generation,
                                     struct kith_bytes text,
                                     struct store_head *ret_head)
{
    const struct kith_field_info *info = kith_field_info(
        kith_kind_info(KITH_KIND_MILESTONE), KITH_MILESTONE_TYPE);
    uint32_t type = kith_choice_number(info->choices, text);
    struct store_head head = {.ref = {.record = 0}};
    size_t found = 0;
    enum kith_status status = KITH_OK;

    if (type == 0 || generation->ref.owner != STORE_OWN)
        return KITH_NOT_FOUND;
    while (
        (status = store_head_next(act->txn, STORE_OWN, generation->ref.project,
                                  head.ref.record, &head)) == KITH_OK) {
        bool fits;

        if (head.kind != KITH_KIND_MILESTONE || head.inactive ||
            head.parent != generation->ref.record)
            continue;
        status = has_type(act, &head, type, &fits);
        if (status != KITH_OK)
            return status;
        if (!fits)
            continue;
        *ret_head = head;
        found++;
    }
    if (status != KITH_NOT_FOUND)
        return status;
    if (found > 1)
        return kith_fail(act->err, KITH_CONFLICT, "path_unclear",
                         "kith timeline",
                         "there are several milestones of that type");
    return found == 1 ? KITH_OK : KITH_NOT_FOUND;
}

static enum kith_status find_in_generation(struct act *act,
                                           const struct store_head *generation,
                                           struct kith_bytes text,
                                           struct store_head *ret_head)
{
    enum kith_status status = find_milestone(
        act, generation->ref.owner, generation->ref.record, text, ret_head);

    return status == KITH_NOT_FOUND
               ? find_by_type(act, generation, text, ret_head)
               : status;
}

/* PATH below PROJECT: a generation, else a generation's milestone behind the
 * last '/'. */
static enum kith_status find_below(struct act *act,
                                   const struct store_head *project,
                                   struct kith_bytes path, uint32_t kind,
                                   struct store_head *ret_head)
{
    const struct store_name name = {project->ref.owner,
                                    KITH_KIND_GENERATION,
                                    project->ref.record,
                                    {NULL, 0}};
    struct store_head generation;
    size_t slash = path.len;
    enum kith_status status = KITH_NOT_FOUND;

    if (kind == 0 || kind == KITH_KIND_GENERATION)
        status = by_name(act, name, path, NULL, ret_head);
    if (status != KITH_NOT_FOUND || kind == KITH_KIND_GENERATION)
        return status;
    /* Either name may hold '/': the longest name of a generation first. */
    while (slash-- > 0 && status == KITH_NOT_FOUND) {
        if (path.data[slash] != '/')
            continue;
        status = by_name(act, name, part(path, 0, slash), NULL, &generation);
        if (status == KITH_OK)
            status = find_in_generation(
                act, &generation, part(path, slash + 1, path.len), ret_head);
    }
    return status;
}

/* The shortest name of a project first: it may hold '/'. */
enum kith_status resolve_name(struct act *act, uint32_t owner,
                              struct kith_bytes path, uint32_t kind,
                              struct store_head *ret_head)
{
    const struct store_name name = {owner, KITH_KIND_PROJECT, 0, {NULL, 0}};
    struct store_head project;
    enum kith_status status = KITH_NOT_FOUND;
    size_t slash;

    for (slash = 0; slash < path.len && status == KITH_NOT_FOUND; slash++) {
        if (path.data[slash] != '/')
            continue;
        status = by_name(act, name, part(path, 0, slash), NULL, &project);
        if (status == KITH_OK)
            status = find_below(act, &project, part(path, slash + 1, path.len),
                                kind, ret_head);
    }
    if (status != KITH_NOT_FOUND || (kind != 0 && kind != KITH_KIND_PROJECT))
        return status;
    return by_name(act, name, path, NULL, ret_head);
}
