/* resolve - partners and records by what people type.
 *
 * Not here: whether the person may see what was found (access.h), the texts
 * for people (resolve_path.c).
 */
#include "rules/resolve.h"

#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/resolve_id.h"
#include "rules/revision.h"

/* A text as a C string for messages. */
struct shown {
    char text[80];
};

static struct shown show(struct kith_bytes bytes)
{
    struct shown shown = {{0}};
    size_t i, len = bytes.len < sizeof(shown.text) - 1 ? bytes.len
                                                       : sizeof(shown.text) - 1;

    for (i = 0; i < len; i++)
        shown.text[i] = (char)(bytes.data[i] < 32 ? '?' : bytes.data[i]);
    return shown;
}

static bool is_named(const struct store_link *link, struct kith_bytes text,
                     bool *ret_whole)
{
    char hex[KITH_COMPANY_HEX_SIZE], brief[KITH_COMPANY_SHORT_SIZE];

    kith_company_id_hex(&link->company, hex);
    kith_company_id_short(&link->company, brief);
    *ret_whole = kith_bytes_is(text, link->alias) || kith_bytes_is(text, hex) ||
                 kith_bytes_is(text, brief);
    return *ret_whole ||
           (!link->removed && text.len > 0 && text.len < strlen(link->alias) &&
            memcmp(link->alias, text.data, text.len) == 0);
}

static enum kith_status find_link(struct act *act, struct kith_bytes text,
                                  struct store_link *ret_link,
                                  size_t *ret_found)
{
    struct store_link link = {0};
    enum kith_status status;
    bool whole;

    *ret_found = 0;
    for (;;) {
        status = store_link_next(act->txn, link.number, &link);
        if (status != KITH_OK)
            return status == KITH_NOT_FOUND ? KITH_OK : status;
        if (!is_named(&link, text, &whole))
            continue;
        *ret_link = link;
        (*ret_found)++;
        if (whole) {
            *ret_found = 1;
            return KITH_OK;
        }
    }
}

enum kith_status resolve_partner(struct act *act, struct kith_bytes text,
                                 struct store_link *ret_link)
{
    struct store_link link;
    size_t found;
    enum kith_status status = find_link(act, text, &link, &found);

    if (status != KITH_OK)
        return status;
    if (found == 0)
        return kith_fail(act->err, KITH_NOT_FOUND, "partner_unknown",
                         "kith partner list", "there is no partner '%s'",
                         show(text).text);
    if (found > 1)
        return kith_fail(act->err, KITH_CONFLICT, "partner_unclear",
                         "kith partner list",
                         "'%s' is the beginning of several partners' names",
                         show(text).text);
    *ret_link = link;
    return KITH_OK;
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
        struct kith_record record;

        if (head.kind != KITH_KIND_MILESTONE || head.inactive ||
            head.parent != generation->ref.record ||
            revision_read(act, &head, 0, &record) != KITH_OK ||
            kith_record_value(&record, KITH_MILESTONE_TYPE, 0) != type)
            continue;
        *ret_head = head;
        found++;
    }
    if (status != KITH_NOT_FOUND)
        return status;
    if (found > 1)
        return kith_fail(
            act->err, KITH_CONFLICT, "path_unclear", "kith timeline",
            "there are several milestones of type '%s'", show(text).text);
    return found == 1 ? KITH_OK : KITH_NOT_FOUND;
}

static struct kith_bytes part(struct kith_bytes path, size_t from, size_t to)
{
    return (struct kith_bytes){path.data + from, to - from};
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
    while (slash > 0 && path.data[slash - 1] != '/')
        slash--;
    if (slash == 0)
        return KITH_NOT_FOUND;
    status = by_name(act, name, part(path, 0, slash - 1), NULL, &generation);
    if (status != KITH_OK)
        return status;
    status = find_milestone(act, project->ref.owner, generation.ref.record,
                            part(path, slash, path.len), ret_head);
    return status == KITH_NOT_FOUND
               ? find_by_type(act, &generation, part(path, slash, path.len),
                              ret_head)
               : status;
}

static enum kith_status find_path(struct act *act, uint32_t owner,
                                  struct kith_bytes path, uint32_t kind,
                                  struct store_head *ret_head)
{
    const struct store_name name = {owner, KITH_KIND_PROJECT, 0, {NULL, 0}};
    struct store_head project;
    size_t slash = 0;
    enum kith_status status;

    while (slash < path.len && path.data[slash] != '/')
        slash++;
    status = by_name(act, name, part(path, 0, slash), NULL, &project);
    if (status != KITH_OK)
        return status;
    if (slash == path.len) {
        if (kind != 0 && kind != KITH_KIND_PROJECT)
            return KITH_NOT_FOUND;
        *ret_head = project;
        return KITH_OK;
    }
    return find_below(act, &project, part(path, slash + 1, path.len), kind,
                      ret_head);
}

/* Among the items of all partners; unclear when several fit. */
static enum kith_status find_anywhere(struct act *act, struct kith_bytes path,
                                      uint32_t kind,
                                      struct store_head *ret_head)
{
    struct store_link link = {0};
    struct store_head head;
    size_t found = 0;
    enum kith_status status = find_path(act, STORE_OWN, path, kind, ret_head);

    if (status != KITH_NOT_FOUND)
        return status;
    for (;;) {
        status = store_link_next(act->txn, link.number, &link);
        if (status != KITH_OK)
            break;
        status = find_path(act, link.number, path, kind, &head);
        if (status == KITH_OK && !head.withdrawn) {
            *ret_head = head;
            found++;
        } else if (status != KITH_OK && status != KITH_NOT_FOUND) {
            return status;
        }
    }
    if (status != KITH_NOT_FOUND)
        return status;
    if (found > 1)
        return kith_fail(act->err, KITH_CONFLICT, "path_unclear",
                         "put the partner in front: acme:lumen",
                         "'%s' fits items of several partners",
                         show(path).text);
    return found == 1 ? KITH_OK : KITH_NOT_FOUND;
}

static enum kith_status find_record(struct act *act, struct kith_bytes text,
                                    uint32_t kind, struct store_head *ret_head)
{
    const uint8_t *colon = memchr(text.data, ':', text.len);
    struct store_link link;
    size_t found = 0;
    enum kith_status status = resolve_id(act, text, ret_head);

    if (status != KITH_NOT_FOUND)
        return status;
    if (colon != NULL) {
        const size_t at = (size_t)(colon - text.data);

        status = find_link(act, part(text, 0, at), &link, &found);
        if (status != KITH_OK)
            return status;
        if (found == 1)
            return find_path(act, link.number, part(text, at + 1, text.len),
                             kind, ret_head);
    }
    return find_anywhere(act, text, kind, ret_head);
}

enum kith_status resolve_record(struct act *act, struct kith_bytes text,
                                uint32_t kind, struct store_head *ret_head)
{
    const struct kith_kind_info *info = kith_kind_info(kind);
    struct store_head head;
    enum kith_status status =
        text.len == 0 ? KITH_NOT_FOUND : find_record(act, text, kind, &head);

    if (status == KITH_OK && kind != 0 && head.kind != kind)
        status = KITH_NOT_FOUND;
    if (status == KITH_NOT_FOUND)
        return kith_fail(act->err, KITH_NOT_FOUND, "record_unknown",
                         "kith project list, kith timeline, kith inbox",
                         "there is no %s '%s'",
                         info != NULL ? info->name : "record", show(text).text);
    if (status == KITH_OK)
        *ret_head = head;
    return status;
}

enum kith_status resolve_fields(struct act *act,
                                const struct kith_record *record,
                                struct kith_record *ret_record)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    struct kith_record_builder builder;
    struct kith_record resolved = *record;
    enum kith_status status;
    size_t i;

    kith_build_start(&builder, act->arena);
    for (i = 0; i < record->n_fields; i++) {
        const struct kith_field *field = &record->fields[i];
        const struct kith_field_info *info =
            kind != NULL ? kith_field_info(kind, field->number) : NULL;
        struct store_head head;

        if (info == NULL || info->type != KITH_FIELD_REF ||
            field->type != KITH_VALUE_TEXT || field->bytes.len == 0) {
            kith_build_field(&builder, field);
            continue;
        }
        status = resolve_record(act, field->bytes, info->ref_kind, &head);
        if (status != KITH_OK)
            return status;
        kith_build_octets(&builder, field->number, head.id.b, KITH_ID_LEN);
    }
    status = kith_build_finish(&builder, &resolved);
    if (status == KITH_OK)
        *ret_record = resolved;
    return status;
}
