/* links_run - the frames that wait, through the machines, in one transaction.
 *
 * A round's transaction takes frames up to a bound of bytes; the rest waits
 * for the next round, so requests of people get their turn between.
 */
#include "core/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/daemon.h"
#include "core/links_place.h"
#include "core/links_trouble.h"
#include "core/net.h"
#include "rules/act.h"
#include "store/store.h"

/* What EVENT counts for: an empty frame is work and memory too. */
static size_t weigh(const struct links_event *event)
{
    return sizeof(*event) + event->len;
}

/* Names are looked up anew before the next attempt. */
static void take_dial_failed(struct daemon *daemon,
                             const struct kith_net_dial_failed *failed)
{
    struct links_place *place = links_find(daemon->links, failed->partner);

    if (place == NULL)
        return;
    links_trouble_dial(daemon, place, failed);
    links_dial(daemon, place, false);
}

static enum kith_status add_event(struct links *links,
                                  const struct links_event *head,
                                  struct kith_bytes frame)
{
    struct links_event *event = malloc(sizeof(*event) + frame.len);

    if (event == NULL)
        return KITH_NOMEM;
    *event = *head;
    event->next = NULL;
    event->len = frame.len;
    if (frame.len > 0)
        memcpy(event->frame, frame.data, frame.len);
    *links->last = event;
    links->last = &event->next;
    links->waiting += weigh(event);
    return KITH_OK;
}

enum kith_status links_take(struct daemon *daemon,
                            const struct kith_child_frame *frame)
{
    struct links_event head;
    struct links_place *place;
    struct kith_bytes bytes = {NULL, 0};

    memset(&head, 0, sizeof(head));
    head.type = frame->type;
    switch (frame->type) {
    case KITH_CHILD_NET_UP:
        head.session = frame->u.net_up.session;
        head.partner = frame->u.net_up.partner;
        head.key = frame->u.net_up.key;
        head.dialled = frame->u.net_up.dialled;
        break;
    case KITH_CHILD_NET_FRAME:
        head.session = frame->u.net_frame.session;
        bytes = frame->u.net_frame.frame;
        break;
    case KITH_CHILD_NET_DOWN:
        head.session = frame->u.net_down.session;
        head.reason = frame->u.net_down.reason;
        break;
    case KITH_CHILD_NET_DIAL_FAILED:
        take_dial_failed(daemon, &frame->u.net_dial_failed);
        return KITH_OK;
    case KITH_CHILD_NET_OFTEN:
        place = links_find(daemon->links, frame->u.net_often.partner);
        if (place != NULL)
            links_trouble_often(daemon, place);
        return KITH_OK;
    default:
        return KITH_OK;
    }
    return add_event(daemon->links, &head, bytes);
}

void links_down(struct daemon *daemon)
{
    struct links *links = daemon->links;

    links_free_events(&links->first);
    links->last = &links->first;
    links->waiting = 0;
    for (size_t i = 0; i < links->n_places; i++) {
        struct links_place *place = &links->places[i];

        for (size_t j = 0; j < LINKS_SESSIONS_MAX; j++) {
            if (place->sessions[j] != 0)
                (void)link_disconnected(place->machine, place->sessions[j]);
            place->sessions[j] = 0;
        }
        place->marked = true;
    }
}

static enum kith_status connect_session(struct daemon *daemon, struct act *act,
                                        const struct links_event *event)
{
    struct links_place *place = links_find(daemon->links, event->partner);
    struct kith_bytes nothing = {NULL, 0};
    struct link_up up;

    if (place == NULL)
        return KITH_OK;
    for (size_t i = 0; i < LINKS_SESSIONS_MAX; i++) {
        if (place->sessions[i] != 0 ||
            place->barred_until_ms > daemon->now.boot_ms)
            continue;
        place->sessions[i] = event->session;
        place->touched = true;
        links_trouble_connected(place);
        up.session = event->session;
        up.dialled_by_us = event->dialled;
        up.partner_transport = event->key;
        return link_connected(place->machine, act, &up);
    }
    /* one partner needs two at most: whoever opens more is cut, and who broke
     * a transaction waits */
    if (place->barred_until_ms <= daemon->now.boot_ms)
        links_trouble_sessions(daemon, place);
    net_close(daemon->net, event->session, nothing);
    return KITH_OK;
}

static void disconnect_session(struct daemon *daemon,
                               const struct links_event *event)
{
    struct links_place *place =
        links_find_session(daemon->links, event->session);

    if (place == NULL)
        return;
    if (link_disconnected(place->machine, event->session))
        links_trouble_down(daemon, place, event->reason);
    for (size_t i = 0; i < LINKS_SESSIONS_MAX; i++) {
        if (place->sessions[i] == event->session)
            place->sessions[i] = 0;
    }
    place->touched = true;
}

/* The transaction cannot stand for what PLACE did in it. When the store as a
 * whole is not to blame, the link is: it is left alone for a while, or, with a
 * damaged row, until kithd starts anew, so that the others and the people here
 * go on (inv. 7). */
static void blame(struct daemon *daemon, const struct act *act,
                  struct links_place *place, enum kith_status status)
{
    const enum kith_status store = store_status(act->txn);

    if (store != KITH_OK && store != KITH_DAMAGED)
        return;
    place->barred_until_ms = store == KITH_DAMAGED
                                 ? INT64_MAX
                                 : daemon->now.boot_ms + LINKS_BARRED_MS;
    daemon->links->blamed = true;
    if (store == KITH_DAMAGED)
        links_note_trouble(daemon, place, "damaged",
                           "set aside: a row of this link in our store is "
                           "damaged; stop kithd and run kith check");
    else
        links_note_trouble(daemon, place, "left_alone",
                           "left alone for a minute: %s",
                           kith_status_name(status));
    log_event(LOG_LEVEL_ERROR, "link.failed", "partner", place->alias, "why",
              kith_status_name(status), NULL);
}

bool links_blamed(struct daemon *daemon)
{
    bool blamed = daemon->links->blamed;

    daemon->links->blamed = false;
    return blamed;
}

static enum kith_status run_event(struct daemon *daemon, struct act *act,
                                  const struct links_event *event)
{
    struct kith_bytes frame = {event->frame, event->len};
    struct links_place *place;
    enum kith_status status;

    if (event->type == KITH_CHILD_NET_UP) {
        status = connect_session(daemon, act, event);
        place = links_find(daemon->links, event->partner);
        if (status != KITH_OK && place != NULL)
            blame(daemon, act, place, status);
        return status;
    }
    if (event->type == KITH_CHILD_NET_DOWN) {
        disconnect_session(daemon, event);
        return KITH_OK;
    }
    place = links_find_session(daemon->links, event->session);
    if (place == NULL)
        return KITH_OK;
    place->touched = true;
    status = link_frame(place->machine, act, event->session, frame);
    if (status != KITH_OK)
        blame(daemon, act, place, status);
    return status;
}

static enum kith_status flush(struct daemon *daemon, struct act *act)
{
    struct links *links = daemon->links;
    enum kith_status status = KITH_OK;

    for (size_t i = 0; status == KITH_OK && i < links->n_places; i++) {
        struct links_place *place = &links->places[i];
        bool due = place->due_ms <= daemon->now.boot_ms;

        if (!place->touched && !place->marked && !due)
            continue;
        if (place->barred_until_ms > daemon->now.boot_ms) {
            place->due_ms = place->barred_until_ms;
        } else {
            status = link_flush(place->machine, act);
            if (status == KITH_OK)
                status = link_tick(place->machine, act, daemon->now.boot_ms,
                                   &place->due_ms);
            if (status != KITH_OK)
                blame(daemon, act, place, status);
        }
        place->unsettled = place->unsettled || place->touched;
        place->touched = false;
        place->marked = false;
    }
    return status;
}

enum kith_status links_run(struct daemon *daemon, struct act *act)
{
    struct links *links = daemon->links;
    enum kith_status status = KITH_OK;
    size_t bytes = 0;

    while (status == KITH_OK && links->first != NULL &&
           bytes < LINKS_BYTES_PER_ROUND) {
        struct links_event *event = links->first;

        links->first = event->next;
        if (links->first == NULL)
            links->last = &links->first;
        bytes += weigh(event);
        links->waiting -= weigh(event);
        status = run_event(daemon, act, event);
        free(event);
    }
    if (status == KITH_OK)
        status = flush(daemon, act);
    return status;
}

/* A hello brought a newer card: addresses and key may be others. */
static void heed_card(struct daemon *daemon, struct links_place *place)
{
    struct link_view view;

    link_look(place->machine, &view);
    if (view.cards == place->cards)
        return;
    place->cards = view.cards;
    place->arrange = true;
    daemon->arrange = true;
}

void links_done(struct daemon *daemon)
{
    struct links *links = daemon->links;

    for (size_t i = 0; i < links->n_places; i++) {
        struct links_place *place = &links->places[i];
        const struct link_action *actions = NULL;
        size_t n = link_actions(place->machine, &actions);

        for (size_t j = 0; j < n; j++) {
            if (actions[j].type == LINK_SEND)
                net_send(daemon->net, actions[j].session, actions[j].frame);
            else if (actions[j].type == LINK_CLOSE)
                net_close(daemon->net, actions[j].session, actions[j].frame);
            links_trouble_told(daemon, place, &actions[j]);
        }
        link_done(place->machine);
        heed_card(daemon, place);
        if (place->unsettled) {
            links_trouble_settle(place);
            links_dial_settle(daemon, place);
        }
        place->unsettled = false;
    }
}

void links_lost(struct daemon *daemon)
{
    struct links *links = daemon->links;
    struct kith_bytes nothing = {NULL, 0};

    for (size_t i = 0; i < links->n_places; i++) {
        struct links_place *place = &links->places[i];

        link_forget(place->machine);
        for (size_t j = 0; j < LINKS_SESSIONS_MAX; j++) {
            if (place->sessions[j] != 0)
                net_close(daemon->net, place->sessions[j], nothing);
            place->sessions[j] = 0;
        }
    }
}
