/* resolve_id - see the header.
 *
 * A beginning is looked for by walking all heads: look-up tables hold keyed
 * hashes, which have no beginnings (STORE.md).
 */
#include "rules/resolve_id.h"

#include <ctype.h>
#include <string.h>

#include "kith/error.h"
#include "rules/access.h"
#include "rules/act.h"
#include "rules/known.h"
#include "store/logs.h"

enum {
    PREFIX_MIN = 4
};

struct search {
    char prefix[2 * KITH_ID_LEN + 1]; /* lower-case hex, no dashes */
    size_t len;
    struct store_head found;
    size_t count;
};

static bool read_prefix(struct kith_bytes text, struct search *search)
{
    size_t i;

    for (i = 0; i < text.len; i++) {
        const int c = tolower(text.data[i]);

        if (c == '-')
            continue;
        if (!isxdigit(c) || search->len == 2 * KITH_ID_LEN)
            return false;
        search->prefix[search->len++] = (char)c;
    }
    return search->len >= PREFIX_MIN;
}

static enum kith_status search_project(struct act *act, uint32_t owner,
                                       uint64_t project, struct search *search);

static enum kith_status look(struct act *act, const struct store_head *head,
                             struct search *search)
{
    char hex[2 * KITH_ID_LEN + 1];

    kith_hex(head->id.b, KITH_ID_LEN, hex);
    if (!head->withdrawn && memcmp(hex, search->prefix, search->len) == 0) {
        const enum kith_status status = access_may(act, head);

        if (status != KITH_OK && status != KITH_NOT_FOUND)
            return status;
        if (status == KITH_OK) {
            search->found = *head;
            search->count++;
        }
    }
    if (head->ref.project != 0)
        return KITH_OK;
    return search_project(act, head->ref.owner, head->ref.record, search);
}

static enum kith_status search_project(struct act *act, uint32_t owner,
                                       uint64_t project, struct search *search)
{
    struct store_head head;
    uint64_t after = 0;
    enum kith_status status = KITH_OK;

    while (status == KITH_OK && search->count < 2) {
        status = store_head_next(act->txn, owner, project, after, &head);
        if (status != KITH_OK)
            break;
        after = head.ref.record;
        status = look(act, &head, search);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status resolve_whole_id(struct act *act, const struct kith_id *id,
                                  struct store_head *ret_head)
{
    struct store_link link = {0};
    struct store_head head;
    enum kith_status status = KITH_OK;

    if (known_by_id(act, id, ret_head))
        return KITH_OK;
    status = store_head_by_id(act->txn, STORE_OWN, id, &head);
    while (status == KITH_NOT_FOUND) {
        status = store_link_next(act->txn, link.number, &link);
        if (status != KITH_OK)
            return status;
        status = store_head_by_id(act->txn, link.number, id, &head);
        if (status == KITH_OK)
            status = access_may(act, &head);
    }
    if (status == KITH_OK) {
        known_add(act, (struct kith_bytes){NULL, 0}, 0, &head);
        *ret_head = head;
    }
    return status;
}

enum kith_status resolve_id(struct act *act, struct kith_bytes text,
                            struct store_head *ret_head)
{
    char copy[64];
    struct search search = {.len = 0};
    struct store_link link = {0};
    struct kith_id id;
    enum kith_status status;

    if (text.len >= sizeof(copy))
        return KITH_NOT_FOUND;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (kith_id_parse(copy, &id) == KITH_OK)
        return resolve_whole_id(act, &id, ret_head);
    if (!read_prefix(text, &search))
        return KITH_NOT_FOUND;
    status = search_project(act, STORE_OWN, 0, &search);
    while (status == KITH_OK && search.count < 2) {
        status = store_link_next(act->txn, link.number, &link);
        if (status == KITH_OK)
            status = search_project(act, link.number, 0, &search);
    }
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    if (search.count == 0)
        return KITH_NOT_FOUND;
    if (search.count > 1)
        return kith_fail(
            act->err, KITH_CONFLICT, "id_unclear", "give more digits of the id",
            "several records have an id that begins with '%s'", copy);
    *ret_head = search.found;
    return KITH_OK;
}
