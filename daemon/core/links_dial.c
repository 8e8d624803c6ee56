/* links_dial - where a partner can be reached.
 *
 * Names are looked up again before every attempt (a partner's address may have
 * changed), by kith-notify: a look-up here would hold up every link. kith-net
 * gets numbers only.
 */
#include "core/links_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/daemon.h"
#include "core/links_trouble.h"
#include "core/net.h"
#include "core/notifier.h"
#include "kith/card.h"

/* Digits and dots, or anything in brackets, is a number and no name. */
static bool is_numeric(const char *host)
{
    if (host[0] == '[')
        return true;
    return host[0] != '\0' && strspn(host, "0123456789.") == strlen(host);
}

/* "tcp://HOST:PORT" into ENDPOINT; false when it is not that. */
static bool read_endpoint(const char *url, struct links_endpoint *endpoint)
{
    const char *host = url + strlen("tcp://");
    const char *colon = strrchr(url, ':');
    long port;

    if (strncmp(url, "tcp://", strlen("tcp://")) != 0 || colon <= host ||
        (size_t)(colon - host) >= sizeof(endpoint->host))
        return false;
    port = strtol(colon + 1, NULL, 10);
    if (port < 1 || port > 65535)
        return false;
    memset(endpoint, 0, sizeof(*endpoint));
    memcpy(endpoint->host, host, (size_t)(colon - host));
    endpoint->port = (uint16_t)port;
    endpoint->numeric = is_numeric(endpoint->host);
    if (endpoint->numeric && strlen(url) <= KITH_CHILD_ADDRESS_MAX) {
        memcpy(endpoint->addresses[0], url, strlen(url) + 1);
        endpoint->n_addresses = 1;
    }
    return true;
}

/* Keeps the addresses found for an endpoint that stays. */
static bool replace(struct links_place *place, size_t index, const char *url)
{
    struct links_endpoint fresh;
    struct links_endpoint *now = &place->endpoints[index];

    if (!read_endpoint(url, &fresh))
        memset(&fresh, 0, sizeof(fresh));
    if (strcmp(fresh.host, now->host) == 0 && fresh.port == now->port)
        return false;
    *now = fresh;
    return true;
}

bool links_read_endpoints(struct links_place *place,
                          const struct store_link *link,
                          const struct kith_card *card)
{
    bool changed = false;
    size_t n = 0;

    if (link->endpoint[0] != '\0') {
        /* by hand: several are separated by blanks */
        char urls[sizeof(link->endpoint)];
        char *rest = NULL;

        memcpy(urls, link->endpoint, sizeof(urls));
        for (char *url = strtok_r(urls, " ", &rest);
             url != NULL && n < KITH_ENDPOINTS_MAX;
             url = strtok_r(NULL, " ", &rest))
            changed = replace(place, n++, url) || changed;
    } else {
        for (; n < card->address.n_endpoints; n++)
            changed = replace(place, n, card->address.endpoints[n]) || changed;
    }
    if (n != place->n_endpoints)
        changed = true;
    place->n_endpoints = n;
    return changed;
}

/* While a good session stands no second one is looked for: whoever dialled it,
 * the other side would only have to end ours again. */
static bool wants_session(const struct links_place *place)
{
    struct link_view view;

    link_look(place->machine, &view);
    return place->dials && view.phase < LINK_PHASE_UNVERIFIED;
}

/* Tells kith-net the addresses of now; nothing when it has them already. */
static void hand_over(struct daemon *daemon, struct links_place *place,
                      bool now)
{
    bool wants = wants_session(place);
    struct kith_bytes list[KITH_CHILD_ADDRESSES_MAX];
    char text[sizeof(place->dialled)] = "";
    size_t used = 0;
    size_t n = 0;

    for (size_t i = 0; wants && i < place->n_endpoints; i++) {
        const struct links_endpoint *endpoint = &place->endpoints[i];

        for (size_t j = 0; j < endpoint->n_addresses; j++) {
            size_t len = strlen(endpoint->addresses[j]);

            if (n == KITH_CHILD_ADDRESSES_MAX || used + len + 2 > sizeof(text))
                break;
            list[n++] = kith_bytes_of(endpoint->addresses[j]);
            memcpy(text + used, endpoint->addresses[j], len);
            used += len;
            text[used++] = ' ';
            text[used] = '\0';
        }
    }
    if (!now && strcmp(text, place->dialled) == 0)
        return;
    memcpy(place->dialled, text, sizeof(text));
    net_dial(daemon->net, place->number, now, list, n);
}

void links_dial(struct daemon *daemon, struct links_place *place, bool now)
{
    bool wants = wants_session(place);

    for (size_t i = 0; wants && i < place->n_endpoints; i++) {
        const struct links_endpoint *endpoint = &place->endpoints[i];

        if (endpoint->numeric || endpoint->host[0] == '\0')
            continue;
        if (notifier_lookup(daemon->notifier,
                            place->number << LINKS_HANDLE_SHIFT | (uint32_t)i,
                            endpoint->host, endpoint->port) != KITH_OK)
            links_note_trouble(daemon, place, "dns",
                               "names cannot be looked up now");
    }
    hand_over(daemon, place, now);
}

void links_dial_settle(struct daemon *daemon, struct links_place *place)
{
    if (wants_session(place) != (place->dialled[0] != '\0'))
        links_dial(daemon, place, false);
}

void links_dial_found(struct daemon *daemon, struct links_place *place,
                      size_t index,
                      const struct kith_notify_addresses *addresses)
{
    struct links_endpoint *endpoint = &place->endpoints[index];
    bool had_none = place->dialled[0] == '\0';

    if (index >= place->n_endpoints || endpoint->numeric)
        return;
    /* a failed look-up does not take away what worked before */
    if (addresses->n_addresses == 0) {
        links_note_trouble(daemon, place, "dns",
                           "no address for %s (DNS): %.*s", endpoint->host,
                           (int)addresses->sentence.len,
                           (const char *)addresses->sentence.data);
        return;
    }
    endpoint->n_addresses = 0;
    for (size_t i = 0; i < addresses->n_addresses &&
                       endpoint->n_addresses < LINKS_ADDRESSES_PER_HOST;
         i++) {
        struct kith_bytes address = addresses->addresses[i];
        char *place_of = endpoint->addresses[endpoint->n_addresses];

        if (address.len == 0 || address.len > KITH_CHILD_ADDRESS_MAX)
            continue;
        memcpy(place_of, address.data, address.len);
        place_of[address.len] = '\0';
        endpoint->n_addresses++;
    }
    hand_over(daemon, place, had_none);
}
