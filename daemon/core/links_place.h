/* links_place - one partner as links.c and links_dial.c share it.
 *
 * Private to core/links*.c.
 * Threads: loop thread only.
 */
#ifndef CORE_LINKS_PLACE_H
#define CORE_LINKS_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/links.h"
#include "kith/child.h"
#include "kith/limits.h"
#include "store/logs.h"

enum {
    LINKS_ADDRESSES_PER_HOST = 4,
    /* bytes of frames that one transaction takes in: 4 of the largest */
    LINKS_BYTES_PER_ROUND = 4 * KITH_FRAME_MAX,
    LINKS_SESSIONS_MAX = 4, /* of one partner at a time */
    /* a look-up that brought nothing is asked again after this */
    LINKS_LOOKUP_AGAIN_MS = 30000,
    /* a link that broke a transaction is left alone for so long */
    LINKS_BARRED_MS = 60000
};

/* One endpoint of a partner and the addresses known for it. */
struct links_endpoint {
    char host[KITH_URL_MAX + 1];
    uint16_t port;
    bool numeric; /* no look-up is needed */
    char addresses[LINKS_ADDRESSES_PER_HOST][KITH_CHILD_ADDRESS_MAX + 1];
    size_t n_addresses;
};

struct links_place {
    uint32_t number;                       /* of the link */
    struct link_machine *machine;          /* owned */
    uint64_t sessions[LINKS_SESSIONS_MAX]; /* open in kith-net; 0: none */
    struct kith_key transport;             /* of the partner's card */
    struct kith_key former;                /* that it may still use, or zeros */
    char alias[KITH_NAME_MAX + 1];
    struct links_endpoint endpoints[KITH_ENDPOINTS_MAX];
    size_t n_endpoints;
    char dialled[KITH_URL_MAX * 2]; /* addresses that kith-net has now */
    bool dials;                     /* not paused, not removed */
    bool removed;
    bool marked;             /* flush in the next transaction */
    bool arrange;            /* bring kith-net in line after the next commit */
    bool touched;            /* an event of this transaction was its */
    bool unsettled;          /* its session may have come or gone */
    uint32_t cards;          /* brought by hellos and heeded */
    int64_t due_ms;          /* boot clock: next link_tick */
    int64_t barred_until_ms; /* boot clock: it broke a transaction */
    struct links_trouble trouble;
};

struct links_event {
    struct links_event *next;
    enum kith_child_type type;
    uint64_t session;
    uint32_t partner;
    struct kith_key key; /* UP: that the handshake proved */
    bool dialled;
    uint8_t reason; /* NET_DOWN: of kith-net */
    size_t len;     /* bytes of frame */
    uint8_t frame[];
};

struct links {
    struct links_place *places; /* owned, ascending by number */
    size_t n_places;
    struct links_event *first; /* owned */
    struct links_event **last;
    size_t waiting; /* bytes that they count for */
    bool blamed;    /* the last transaction broke by one link's fault */
};

/* The place of partner NUMBER, or of the partner that has SESSION; borrowed,
 * NULL: none. */
struct links_place *links_find(const struct links *links, uint32_t number);
struct links_place *links_find_session(const struct links *links,
                                       uint64_t session);
/* Frees all events of LIST, which is empty then. */
void links_free_events(struct links_event **list);

/* Reads the endpoints of LINK (by hand, else of CARD) into PLACE; true when
 * they differ from what was there. */
struct kith_card;
bool links_read_endpoints(struct links_place *place,
                          const struct store_link *link,
                          const struct kith_card *card);
/* Asks for addresses of names; then hands all known ones to kith-net. NOW: try
 * at once. */
void links_dial(struct daemon *daemon, struct links_place *place, bool now);
/* Dials when there is no good session, and ceases when there is one. */
void links_dial_settle(struct daemon *daemon, struct links_place *place);
/* An answer to a look-up of PLACE's endpoint INDEX. */
void links_dial_found(struct daemon *daemon, struct links_place *place,
                      size_t index,
                      const struct kith_notify_addresses *addresses);
/* The endpoint by which a partner is told apart in look-ups. */
enum {
    LINKS_HANDLE_SHIFT = 4
};

#endif
