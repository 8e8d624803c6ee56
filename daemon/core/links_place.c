/* links_place - the partners: one place each, brought in line with the store.
 *
 * Not here: the frames that wait (links_run.c), addresses (links_dial.c).
 */
#include "core/links_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/daemon.h"
#include "core/links.h"
#include "core/net.h"
#include "kith/card.h"
#include "rules/act.h"
#include "rules/transport_key.h"
#include "store/store.h"

enum kith_status links_new(struct links **ret_links)
{
    struct links *links = calloc(1, sizeof(*links));

    if (links == NULL)
        return KITH_NOMEM;
    links->last = &links->first;
    *ret_links = links;
    return KITH_OK;
}

void links_free_events(struct links_event **list)
{
    while (*list != NULL) {
        struct links_event *event = *list;

        *list = event->next;
        free(event);
    }
}

void links_destroy(struct links **links)
{
    struct links *old = *links;

    if (old == NULL)
        return;
    links_free_events(&old->first);
    for (size_t i = 0; i < old->n_places; i++)
        link_destroy(&old->places[i].machine);
    free(old->places);
    free(old);
    *links = NULL;
}

struct links_place *links_find(const struct links *links, uint32_t number)
{
    for (size_t i = 0; i < links->n_places; i++) {
        if (links->places[i].number == number)
            return &links->places[i];
    }
    return NULL;
}

struct links_place *links_find_session(const struct links *links,
                                       uint64_t session)
{
    for (size_t i = 0; i < links->n_places; i++) {
        for (size_t j = 0; j < LINKS_SESSIONS_MAX; j++) {
            if (links->places[i].sessions[j] == session)
                return &links->places[i];
        }
    }
    return NULL;
}

static enum kith_status add_place(struct links *links, uint32_t number,
                                  struct links_place **ret_place)
{
    size_t size = (links->n_places + 1) * sizeof(*links->places);
    struct links_place *places = realloc(links->places, size);
    struct links_place *place;
    enum kith_status status;

    if (places == NULL)
        return KITH_NOMEM;
    links->places = places;
    place = &places[links->n_places];
    memset(place, 0, sizeof(*place));
    place->number = number;
    place->due_ms = INT64_MAX;
    status = link_new(number, &place->machine);
    if (status != KITH_OK)
        return status;
    links->n_places++;
    *ret_place = place;
    return KITH_OK;
}

/* The partner's transport keys: that of its card, and the one it may still use.
 */
static enum kith_status read_former(struct daemon *daemon,
                                    struct store_txn *txn, uint32_t link,
                                    struct kith_key *ret_former)
{
    struct act act = {
        .company = &daemon->company, .txn = txn, .arena = daemon->arena};
    enum kith_status status = transport_key_former(&act, link, ret_former);

    if (status == KITH_NOT_FOUND)
        memset(ret_former, 0, sizeof(*ret_former));
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Tells kith-net what it must know of one link. */
static enum kith_status arrange(struct daemon *daemon, struct store_txn *txn,
                                const struct store_link *link, bool all)
{
    struct links_place *place = links_find(daemon->links, link->number);
    struct kith_bytes bytes = {NULL, 0};
    struct kith_card card;
    struct kith_key former;
    bool fresh = place == NULL || all;
    bool changed;
    enum kith_status status = KITH_OK;

    if (place == NULL)
        status = add_place(daemon->links, link->number, &place);
    if (status == KITH_OK)
        status = store_card_get(txn, &link->card_digest, daemon->arena, &bytes);
    if (status == KITH_OK)
        status = kith_card_read(bytes, &card);
    if (status == KITH_OK)
        status = read_former(daemon, txn, link->number, &former);
    if (status != KITH_OK)
        return status;
    memcpy(place->alias, link->alias, sizeof(place->alias));
    if (link->removed) {
        if (!place->removed || fresh)
            net_disallow(daemon->net, link->number);
        place->removed = true;
        place->dials = false;
        return KITH_OK;
    }
    changed = links_read_endpoints(place, link, &card) || fresh;
    changed = changed || place->dials == link->paused;
    place->dials = !link->paused;
    if (place->removed || fresh ||
        !kith_key_equal(&place->transport, &card.root.transport) ||
        !kith_key_equal(&place->former, &former))
        net_allow(daemon->net, link->number, &card.root.transport, &former);
    place->transport = card.root.transport;
    place->former = former;
    place->removed = false;
    if (fresh)
        place->dialled[0] = '\0';
    if (changed)
        links_dial(daemon, place, true);
    return KITH_OK;
}

static void tell_unreadable(uint32_t link, enum kith_status status)
{
    log_event(LOG_LEVEL_ERROR, "link.unreadable", "link", log_number(link).text,
              "why", kith_status_name(status), NULL);
}

/* Arranges the links behind AFTER in a transaction of its own, up to the first
 * that cannot be read. *ret_at: the last one looked at. */
static enum kith_status arrange_from(struct daemon *daemon, uint32_t after,
                                     bool all, uint32_t *ret_at)
{
    struct store_link link = {.number = after};
    struct store_txn *txn = NULL;
    enum kith_status status = store_begin(daemon->store, false, &txn);

    while (status == KITH_OK) {
        const struct links_place *place;

        *ret_at = link.number;
        status = store_link_next(txn, link.number, &link);
        if (status == KITH_DAMAGED)
            tell_unreadable(++*ret_at, status);
        if (status != KITH_OK)
            break;
        *ret_at = link.number;
        place = links_find(daemon->links, link.number);
        if (!all && place != NULL && !place->arrange)
            continue;
        kith_arena_reset(daemon->arena);
        status = arrange(daemon, txn, &link, all);
        if (status != KITH_OK)
            tell_unreadable(link.number, status);
        if (store_status(txn) == KITH_OK)
            status = KITH_OK;
    }
    store_abort(&txn);
    return status;
}

enum kith_status links_arrange(struct daemon *daemon, bool all)
{
    enum kith_status status = KITH_OK;
    uint32_t before, at = 0;

    /* one bad card or row must not keep the others away */
    do {
        before = at;
        status = arrange_from(daemon, before, all, &at);
    } while (status == KITH_DAMAGED && at > before);
    for (size_t i = 0; i < daemon->links->n_places; i++)
        daemon->links->places[i].arrange = false;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

void links_mark(struct daemon *daemon, uint32_t number)
{
    struct links_place *place = links_find(daemon->links, number);

    daemon->arrange = true;
    if (place == NULL)
        return; /* arranged as a new one after the commit */
    place->marked = true;
    place->arrange = true;
}

void links_mark_all(struct daemon *daemon)
{
    daemon->arrange_all = true;
    for (size_t i = 0; i < daemon->links->n_places; i++)
        daemon->links->places[i].marked = true;
}

void links_addresses(struct daemon *daemon,
                     const struct kith_notify_addresses *addresses)
{
    struct links_place *place =
        links_find(daemon->links, addresses->handle >> LINKS_HANDLE_SHIFT);
    size_t index = addresses->handle & ((1U << LINKS_HANDLE_SHIFT) - 1);

    if (place != NULL && index < KITH_ENDPOINTS_MAX)
        links_dial_found(daemon, place, index, addresses);
}

bool links_full(const struct daemon *daemon)
{
    return daemon->links->waiting >= LINKS_BYTES_PER_ROUND;
}

bool links_waiting(const struct daemon *daemon)
{
    const struct links *links = daemon->links;

    if (links->first != NULL)
        return true;
    for (size_t i = 0; i < links->n_places; i++) {
        if (links->places[i].marked ||
            links->places[i].due_ms <= daemon->now.boot_ms)
            return true;
    }
    return false;
}

int64_t links_deadline(const struct daemon *daemon)
{
    const struct links *links = daemon->links;
    int64_t next = INT64_MAX;

    if (links_waiting(daemon))
        return daemon->now.boot_ms;
    for (size_t i = 0; i < links->n_places; i++) {
        if (links->places[i].due_ms < next)
            next = links->places[i].due_ms;
    }
    return next;
}

bool links_look(const struct daemon *daemon, uint32_t number,
                struct link_view *ret_view, struct links_trouble *ret_trouble)
{
    const struct links_place *place = links_find(daemon->links, number);

    if (place == NULL)
        return false;
    link_look(place->machine, ret_view);
    *ret_trouble = place->trouble;
    return true;
}

void links_dial_now(struct daemon *daemon, uint32_t number)
{
    struct links_place *place = links_find(daemon->links, number);

    if (place == NULL)
        return;
    place->marked = true;
    links_dial(daemon, place, true);
}
