/* verb_destroy - asks partners to destroy what they were told, and carries out
 * what they ask of us.
 *
 * Not here: the slots (destroy.c), what is allowed (rules/destruction.c).
 */
#include "core/verbs.h"

#include "core/call.h"
#include "core/daemon.h"
#include "core/links.h"
#include "kith/fields.h"
#include "kith/rows.h"
#include "rules/cache.h"
#include "rules/destruction.h"
#include "rules/resolve.h"
#include "store/state.h"

static const char *name_state(const struct call *call,
                              const struct kith_record *state)
{
    switch (kith_record_value(state, KITH_DESTRUCTION_STATE, 0)) {
    case KITH_DESTRUCTION_UNDER_WAY:
        return "under_way";
    case KITH_DESTRUCTION_DONE:
        return "destroyed";
    default:
        return kith_record_day(state, KITH_DESTRUCTION_UNTIL, INT32_MAX) <
                       act_today(&call->act)
                   ? "overdue"
                   : "requested";
    }
}

/* Puts what the destruction and the row both have. */
static void put_fields(struct call *call, const struct kith_record *state)
{
    static const struct {
        uint32_t from, to;
    } shown[] = {
        {KITH_DESTRUCTION_REQUEST, KITH_DESTRUCTION_ROW_ID},
        {KITH_DESTRUCTION_UNTIL, KITH_DESTRUCTION_ROW_UNTIL},
        {KITH_DESTRUCTION_ENTRIES, KITH_DESTRUCTION_ROW_ENTRIES},
        {KITH_DESTRUCTION_OFFICER, KITH_DESTRUCTION_ROW_OFFICER},
        {KITH_DESTRUCTION_DESTROYED_AT, KITH_DESTRUCTION_ROW_DESTROYED_AT},
        {KITH_DESTRUCTION_EXCEPTIONS, KITH_DESTRUCTION_ROW_EXCEPTIONS}};

    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        const struct kith_field *field =
            kith_record_field(state, shown[i].from);

        if (field != NULL) {
            struct kith_field copy = *field;

            copy.number = shown[i].to;
            kith_build_field(&call->builder, &copy);
        }
    }
}

/* A project of ours by its path; one of a partner by its id alone, for nobody
 * here may read it any more. */
static enum kith_status put_project(struct call *call,
                                    const struct kith_record *state)
{
    const struct store_ref ref = {
        STORE_OWN, 0,
        (uint64_t)kith_record_value(state, KITH_DESTRUCTION_RECORD, 0)};
    char text[KITH_PATH_MAX + 1];
    struct store_head head;
    struct kith_id id;
    enum kith_status status;

    if (kith_record_octets(state, KITH_DESTRUCTION_PROJECT, id.b,
                           KITH_ID_LEN) != KITH_OK)
        return KITH_OK;
    kith_id_text(&id, text);
    if (kith_record_value(state, KITH_DESTRUCTION_OURS, 0) != 0) {
        status = store_head_get(call->act.txn, &ref, &head);
        if (status == KITH_OK)
            status = resolve_path(&call->act, &head, text, sizeof(text));
        if (status != KITH_OK)
            return status;
    }
    call_put_text(call, KITH_DESTRUCTION_ROW_PROJECT, text);
    return KITH_OK;
}

static enum kith_status add_row(struct call *call,
                                const struct kith_record *state,
                                uint64_t withdrawn)
{
    const bool ours = kith_record_value(state, KITH_DESTRUCTION_OURS, 0) != 0;
    struct store_link link;
    enum kith_status status = store_link_get(
        call->act.txn,
        (uint32_t)kith_record_value(state, KITH_DESTRUCTION_LINK, 0), &link);

    if (status != KITH_OK)
        return status;
    call_row_start(call);
    put_fields(call, state);
    call_put_text(call, KITH_DESTRUCTION_ROW_PARTNER, link.alias);
    kith_build_choice(&call->builder, KITH_DESTRUCTION_ROW_DIRECTION,
                      ours ? KITH_DIRECTION_SENT : KITH_DIRECTION_RECEIVED);
    status = put_project(call, state);
    call_put_text(call, KITH_DESTRUCTION_ROW_STATE, name_state(call, state));
    if (withdrawn > 0)
        kith_build_number(&call->builder, KITH_DESTRUCTION_ROW_WITHDRAWN,
                          (int64_t)withdrawn);
    if (kith_record_value(state, KITH_DESTRUCTION_DIFFERS, 0) != 0)
        call_put_text(call, KITH_DESTRUCTION_ROW_WARNING,
                      "the certificate speaks of other entries than we told");
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}

static enum kith_status add_number(struct call *call, uint64_t number,
                                   uint64_t withdrawn)
{
    struct kith_record state;
    enum kith_status status = store_state_get(
        call->act.txn, KITH_KIND_DESTRUCTION, number, call->act.arena, &state);

    return status == KITH_OK ? add_row(call, &state, withdrawn) : status;
}

enum kith_status verb_destroy_request(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    struct destruction_wish wish = {.project = NULL};
    struct store_head project;
    struct store_link link;
    struct kith_bytes text;
    uint64_t number = 0, withdrawn = 0;
    enum kith_status status;

    if (argument == NULL ||
        kith_record_field(argument, KITH_DESTROY_ARGS_UNTIL) == NULL)
        return call_fail(call, KITH_INVALID, "arguments",
                         "kith help destroy request",
                         "name the partner and the last day for it");
    status = resolve_partner(
        &call->act, kith_record_bytes(argument, KITH_DESTROY_ARGS_PARTNER),
        &link);
    text = kith_record_bytes(argument, KITH_DESTROY_ARGS_PROJECT);
    if (status == KITH_OK && text.len > 0) {
        status = resolve_record(&call->act, text, KITH_KIND_PROJECT, &project);
        wish.project = &project;
        if (status == KITH_OK && project.ref.owner != STORE_OWN)
            return call_fail(call, KITH_DENIED, "not_ours", "kith project list",
                             "only the owner of a project can ask for that");
    }
    wish.link = &link;
    wish.until_day = kith_record_day(argument, KITH_DESTROY_ARGS_UNTIL, 0);
    if (status == KITH_OK)
        status = destruction_request(&call->act, &wish, &number, &withdrawn);
    if (status == KITH_OK)
        status = add_number(call, number, withdrawn);
    if (status == KITH_OK)
        links_mark(daemon, link.number);
    return status;
}

enum kith_status verb_destroy_list(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_bytes text = {NULL, 0};
    struct store_link link = {.number = 0};
    struct kith_record state;
    uint64_t number = 0;
    enum kith_status status = KITH_OK;

    (void)daemon;
    if (argument != NULL)
        text = kith_record_bytes(argument, KITH_DESTROY_ARGS_PARTNER);
    if (text.len > 0)
        status = resolve_partner(&call->act, text, &link);
    while (status == KITH_OK) {
        status = store_state_next(call->act.txn, KITH_KIND_DESTRUCTION, &number,
                                  call->act.arena, &state);
        if (status == KITH_OK &&
            (link.number == 0 ||
             kith_record_value(&state, KITH_DESTRUCTION_LINK, 0) ==
                 (int64_t)link.number))
            status = add_row(call, &state, 0);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* The destruction whose request id begins as the argument says. */
static enum kith_status find_request(struct call *call, uint64_t *ret_number)
{
    const struct kith_bytes prefix =
        kith_record_bytes(call_argument(call), KITH_DESTROY_ARGS_REQUEST);
    struct kith_record state;
    uint64_t number = 0;
    size_t found = 0;
    enum kith_status status;

    while ((status = store_state_next(call->act.txn, KITH_KIND_DESTRUCTION,
                                      &number, call->act.arena, &state)) ==
           KITH_OK) {
        struct kith_id id;

        if (kith_record_octets(&state, KITH_DESTRUCTION_REQUEST, id.b,
                               KITH_ID_LEN) == KITH_OK &&
            kith_id_begins(&id, prefix)) {
            *ret_number = number;
            found++;
        }
    }
    if (status != KITH_NOT_FOUND)
        return status;
    if (found == 0)
        return call_fail(call, KITH_NOT_FOUND, "no_request",
                         "kith destroy list", "there is no such request");
    if (found > 1)
        return call_fail(call, KITH_CONFLICT, "unclear", "kith destroy list",
                         "%zu requests begin so: give more digits", found);
    return KITH_OK;
}

/* Who answers for it: whom the argument names, else who asks. */
static enum kith_status read_officer(struct call *call,
                                     struct destruction_officer *officer)
{
    const struct kith_record *argument = call_argument(call);
    const struct rules_cache *cache = NULL;
    const struct cached_person *person;
    enum kith_status status = cache_get(&call->act, &cache);

    if (status != KITH_OK)
        return status;
    officer->name = kith_record_bytes(argument, KITH_DESTROY_ARGS_OFFICER);
    officer->title =
        kith_record_bytes(argument, KITH_DESTROY_ARGS_OFFICER_TITLE);
    officer->exceptions =
        kith_record_bytes(argument, KITH_DESTROY_ARGS_EXCEPTIONS);
    person = cache_person(cache, call->person.number);
    if (officer->name.len == 0 && person != NULL)
        officer->name =
            kith_record_bytes(&person->record, KITH_PERSON_STATE_NAME);
    return KITH_OK;
}

enum kith_status verb_destroy_carry_out(struct daemon *daemon,
                                        struct call *call)
{
    struct destruction_officer officer;
    uint64_t number = 0;
    enum kith_status status;

    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith destroy list",
                         "name the request");
    status = find_request(call, &number);
    if (status == KITH_OK)
        status = read_officer(call, &officer);
    if (status == KITH_OK)
        status = destruction_begin(&call->act, number, &officer);
    if (status == KITH_OK)
        status = add_number(call, number, 0);
    if (status == KITH_OK && !call->act.dry_run)
        daemon->destroy_at_ms = 0;
    return status;
}
