/* verb_person - persons of this company, and those partners told us of.
 */
#include "core/verbs.h"

#include <pwd.h>
#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/links.h"
#include "core/walk.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/access.h"
#include "rules/cache.h"
#include "rules/person.h"
#include "rules/reopen.h"
#include "rules/resolve.h"

/* Aliases of the partners whose numbers stand in field FROM of PERSON. */
static enum kith_status put_partners(struct call *call,
                                     const struct kith_record *person,
                                     uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < person->n_fields; i++) {
        const struct kith_field *field = &person->fields[i];
        struct store_link link;
        enum kith_status status;

        if (field->number != from)
            continue;
        status = store_link_get(call->act.txn, (uint32_t)field->value, &link);
        if (status != KITH_OK)
            return status;
        call_put_text(call, to, link.alias);
    }
    return KITH_OK;
}

static enum kith_status add_own(struct call *call,
                                const struct cached_person *person)
{
    const struct kith_record *record = &person->record;
    struct kith_record_builder *row = &call->builder;
    const char *role = kith_choice_name(
        kith_roles, kith_record_value(record, KITH_PERSON_STATE_ROLE, 0));
    int64_t uid = kith_record_value(record, KITH_PERSON_STATE_UID, -1);
    enum kith_status status;

    call_row_start(call);
    kith_build_text(row, KITH_PERSON_ROW_PERSON,
                    kith_record_bytes(record, KITH_PERSON_STATE_NAME));
    call_put_text(call, KITH_PERSON_ROW_ROLE, role);
    kith_build_text(row, KITH_PERSON_ROW_USER,
                    kith_record_bytes(record, KITH_PERSON_STATE_USER));
    if (uid >= 0)
        kith_build_number(row, KITH_PERSON_ROW_UID, uid);
    if (kith_record_field(record, KITH_PERSON_STATE_LEFT) != NULL)
        kith_build_number(row, KITH_PERSON_ROW_LEFT, 1);
    status = put_partners(call, record, KITH_PERSON_STATE_ANNOUNCED,
                          KITH_PERSON_ROW_ANNOUNCED);
    if (status == KITH_OK)
        status = put_partners(call, record, KITH_PERSON_STATE_ACCEPTED,
                              KITH_PERSON_ROW_ACCEPTED);
    call_row_end(call);
    return status;
}

enum kith_status verb_person_add(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    struct person_wish wish = {.uid = -1};
    const struct rules_cache *cache = NULL;
    const char *user = call_text(call, KITH_PERSON_ARGS_USER);
    uint64_t number = 0;
    enum kith_status status;

    (void)daemon;
    if (argument == NULL || user == NULL)
        return call_fail(call, KITH_INVALID, "arguments",
                         "kith person add NAME", "name the person");
    wish.name = kith_record_bytes(argument, KITH_PERSON_ARGS_PERSON);
    wish.role =
        (enum kith_role)kith_record_value(argument, KITH_PERSON_ARGS_ROLE, 0);
    wish.may_change = call->person.role == KITH_ROLE_ADMIN;
    if (wish.role > call->person.role)
        return call_fail(call, KITH_DENIED, "role", "ask an admin",
                         "nobody gives a higher role than his own");
    wish.uid = kith_record_value(argument, KITH_PERSON_ARGS_UID, -1);
    if (wish.uid > UINT32_MAX)
        return call_fail(call, KITH_INVALID, "uid", "id -u USER",
                         "this is no uid");
    wish.user = kith_bytes_of(user);
    if (user[0] != '\0' && wish.uid < 0) {
        const struct passwd *account = getpwnam(user);

        if (account == NULL)
            return call_fail(call, KITH_NOT_FOUND, "no_user", "",
                             "this machine has no user '%s'", user);
        wish.uid = (int64_t)account->pw_uid;
    }
    status = person_add(&call->act, &wish, &number);
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    if (status == KITH_OK && cache_person(cache, number) != NULL)
        status = add_own(call, cache_person(cache, number));
    return status;
}

/* A person that a partner told us of, as one of its items. */
static enum kith_status add_theirs(void *context, const struct store_head *head)
{
    struct call *call = context;
    struct kith_record_builder *row = &call->builder;
    struct store_link link;
    struct kith_record record;
    enum kith_status status;

    if (head->kind != KITH_KIND_PERSON || head->withdrawn)
        return KITH_OK;
    status = access_read(&call->act, head, &record);
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
        return KITH_OK;
    if (status == KITH_OK)
        status = store_link_get(call->act.txn, head->ref.owner, &link);
    if (status != KITH_OK)
        return status;
    call_row_start(call);
    kith_build_text(row, KITH_PERSON_ROW_PERSON,
                    kith_record_bytes(&record, KITH_PERSON_NAME));
    kith_build_text(row, KITH_PERSON_ROW_ROLE,
                    kith_record_bytes(&record, KITH_PERSON_ROLE));
    call_put_text(call, KITH_PERSON_ROW_PARTNER, link.alias);
    if (kith_record_field(&record, KITH_PERSON_PROJECT) == NULL)
        call_put_text(call, KITH_PERSON_ROW_PROJECT, "any");
    kith_build_number(row, KITH_PERSON_ROW_LEFT,
                      kith_record_value(&record, KITH_PERSON_LEFT, 0));
    kith_build_octets(row, KITH_PERSON_ROW_ID, head->id.b, KITH_ID_LEN);
    call_row_end(call);
    return call->status;
}

static enum kith_status list_theirs(struct call *call,
                                    const struct store_link *link)
{
    struct walk walk = {link->number, 0, add_theirs, call};

    return walk_heads(call->act.txn, &walk);
}

static enum kith_status list_own(struct call *call)
{
    const struct rules_cache *cache = NULL;
    enum kith_status status = cache_get(&call->act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_persons; i++)
        status = add_own(call, &cache->persons[i]);
    return status;
}

enum kith_status verb_person_list(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_bytes partner = {NULL, 0};
    struct store_link link = {0};
    enum kith_status status;

    (void)daemon;
    if (argument != NULL)
        partner = kith_record_bytes(argument, KITH_PERSON_ARGS_PARTNER);
    if (partner.len > 0 && !kith_bytes_is(partner, "self")) {
        status = resolve_partner(&call->act, partner, &link);
        return status == KITH_OK ? list_theirs(call, &link) : status;
    }
    status = list_own(call);
    while (status == KITH_OK && partner.len == 0) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status == KITH_OK && !link.removed)
            status = list_theirs(call, &link);
    }
    return status;
}

/* Announces person NUMBER to one partner. */
static enum kith_status announce(struct daemon *daemon, struct call *call,
                                 const struct store_link *link, uint64_t number)
{
    struct kith_bytes path =
        kith_record_bytes(call_argument(call), KITH_PERSON_ARGS_PROJECT);
    struct store_head project;
    struct kith_id any = {{0}};
    enum kith_status status = KITH_OK;

    memset(&project, 0, sizeof(project));
    if (path.len > 0 && !kith_bytes_is(path, "any")) {
        /* an officer binds others to projects that he may not read himself */
        struct act all = call->act;

        all.person = 0;
        status = resolve_record(&all, path, KITH_KIND_PROJECT, &project);
        if (status == KITH_OK && project.ref.owner != link->number)
            return call_fail(call, KITH_INVALID, "project", "kith project list",
                             "the project is none of %s", link->alias);
        any = project.id;
    }
    if (status == KITH_OK)
        status = person_announce(&call->act, link, number, &any);
    if (status == KITH_OK)
        links_mark(daemon, link->number);
    return status;
}

enum kith_status verb_person_announce(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    const struct rules_cache *cache = NULL;
    struct store_link link = {0};
    struct kith_bytes partner;
    uint64_t number = 0;
    enum kith_status status;

    if (argument == NULL)
        return call_fail(call, KITH_INVALID, "arguments",
                         "kith person announce NAME", "name the person");
    status = person_find(&call->act,
                         kith_record_bytes(argument, KITH_PERSON_ARGS_PERSON),
                         &number);
    partner = kith_record_bytes(argument, KITH_PERSON_ARGS_PARTNER);
    if (status == KITH_OK && partner.len > 0) {
        status = resolve_partner(&call->act, partner, &link);
        if (status == KITH_OK)
            status = announce(daemon, call, &link, number);
    }
    while (status == KITH_OK && partner.len == 0) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_OK && !link.removed && link.verified)
            status = announce(daemon, call, &link, number);
    }
    if (partner.len == 0 && status == KITH_NOT_FOUND &&
        call->error.status == KITH_OK)
        status = KITH_OK;
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    if (status == KITH_OK && cache_person(cache, number) != NULL)
        status = add_own(call, cache_person(cache, number));
    return status;
}

enum kith_status verb_person_leave(struct daemon *daemon, struct call *call)
{
    const struct rules_cache *cache = NULL;
    const struct cached_person *person = NULL;
    uint64_t number = 0, told = 0;
    enum kith_status status;

    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments",
                         "kith person leave NAME", "name the person");
    status = person_find(
        &call->act,
        kith_record_bytes(call_argument(call), KITH_PERSON_ARGS_PERSON),
        &number);
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    if (status != KITH_OK)
        return status;
    person = cache_person(cache, number);
    if (person != NULL &&
        kith_record_value(&person->record, KITH_PERSON_STATE_ROLE, 0) >
            (int64_t)call->person.role)
        return call_fail(call, KITH_DENIED, "role", "ask an admin",
                         "nobody closes the account of a higher role");
    status = person_leave(&call->act, number, &told);
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    if (status == KITH_OK && cache_person(cache, number) != NULL)
        status = add_own(call, cache_person(cache, number));
    if (status == KITH_OK)
        links_mark_all(daemon);
    return status;
}

enum kith_status verb_person_accept(struct daemon *daemon, struct call *call)
{
    const struct rules_cache *cache = NULL;
    struct kith_bytes partner = {NULL, 0};
    struct store_link link = {0};
    enum kith_status status = KITH_OK;

    (void)daemon;
    if (call_argument(call) != NULL)
        partner =
            kith_record_bytes(call_argument(call), KITH_PERSON_ARGS_PARTNER);
    if (partner.len > 0) {
        status = resolve_partner(&call->act, partner, &link);
        if (status == KITH_OK)
            status = person_accept(&call->act, &link);
    }
    while (status == KITH_OK && partner.len == 0) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_OK && !link.removed && link.verified)
            status = person_accept(&call->act, &link);
    }
    if (partner.len == 0 && status == KITH_NOT_FOUND)
        status = KITH_OK;
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    if (status == KITH_OK && cache_person(cache, call->person.number) != NULL)
        status = add_own(call, cache_person(cache, call->person.number));
    return status;
}
