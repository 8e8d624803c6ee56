/* resolve - partners and records by what people type.
 *
 * Not here: the texts for people (resolve_path.c).
 */
#include "rules/resolve.h"

#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/act.h"
#include "rules/known.h"
#include "rules/resolve_id.h"
#include "rules/resolve_name.h"

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

static struct kith_bytes part(struct kith_bytes path, size_t from, size_t to)
{
    return (struct kith_bytes){path.data + from, to - from};
}

/* What PATH names among the records of OWNER. What the person of ACT may not
 * see is not there (inv. 6). */
static enum kith_status find_path(struct act *act, uint32_t owner,
                                  struct kith_bytes path, uint32_t kind,
                                  struct store_head *ret_head)
{
    struct store_head head;
    enum kith_status status = resolve_name(act, owner, path, kind, &head);

    if (status == KITH_OK && head.withdrawn)
        status = KITH_NOT_FOUND;
    if (status == KITH_OK)
        status = access_may(act, &head);
    if (status == KITH_OK)
        *ret_head = head;
    return status;
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
        if (status == KITH_OK) {
            *ret_head = head;
            found++;
        } else if (status != KITH_NOT_FOUND) {
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
    status = find_anywhere(act, text, kind, ret_head);
    if (status == KITH_NOT_FOUND && found > 1)
        return kith_fail(act->err, KITH_CONFLICT, "partner_unclear",
                         "kith partner list",
                         "'%s' begins with the beginning of several partners' "
                         "names",
                         show(text).text);
    return status;
}

enum kith_status resolve_record(struct act *act, struct kith_bytes text,
                                uint32_t kind, struct store_head *ret_head)
{
    const struct kith_kind_info *info = kith_kind_info(kind);
    struct store_head head;
    enum kith_status status = KITH_OK;

    if (known_by_text(act, text, kind, ret_head))
        return KITH_OK;
    status =
        text.len == 0 ? KITH_NOT_FOUND : find_record(act, text, kind, &head);
    if (status == KITH_OK && kind != 0 && head.kind != kind)
        status = KITH_NOT_FOUND;
    if (status == KITH_NOT_FOUND)
        return kith_fail(act->err, KITH_NOT_FOUND, "record_unknown",
                         "kith project list, kith timeline, kith inbox",
                         "there is no %s '%s'",
                         info != NULL ? info->name : "record", show(text).text);
    if (status == KITH_OK) {
        known_add(act, text, kind, &head);
        *ret_head = head;
    }
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
