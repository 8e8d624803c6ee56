/* links - the link machines of all partners, between kith-net and the store.
 *
 * Collects what kith-net reports, hands it to the machines inside a
 * transaction of the round, and carries their actions out after its commit.
 * Not here: what a machine decides (rules/link.h), the process (net.h).
 * Threads: loop thread only.
 */
#ifndef CORE_LINKS_H
#define CORE_LINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/child.h"
#include "rules/link.h"

struct act;
struct daemon;
struct links;

/* Why there is no session, as kith-net or a look-up said last. */
struct links_trouble {
    char what[KITH_REASON_MAX + 1]; /* empty: none known */
    bool refused;                   /* somebody answers and says no */
    bool cut; /* we ended a session without a word to the partner */
    int64_t at;                     /* Unix seconds */
    const char *code;               /* short name, constant; NULL: none */
};

/* Without any link yet. KITH_NOMEM. */
enum kith_status links_new(struct links **ret_links) KITH_MUST_CHECK;
void links_destroy(struct links **links);

/* Brings machines, allow-list and dialling in line with the links of the
 * store: at start, after a restart of kith-net (ALL), and for what was marked.
 * Reads only, in transactions of its own; a link whose row or card is damaged
 * is logged and passed over. */
enum kith_status links_arrange(struct daemon *daemon, bool all)
    KITH_MUST_CHECK;

/* Link NUMBER was changed by a request, or something was queued for it: it is
 * flushed in this transaction and arranged anew after the commit. */
void links_mark(struct daemon *daemon, uint32_t number);
/* The same for every link. */
void links_mark_all(struct daemon *daemon);

/* A frame of kith-net: kept until the next links_run. Frames of unknown
 * partners and sessions are passed over. KITH_NOMEM. */
enum kith_status links_take(struct daemon *daemon,
                            const struct kith_child_frame *frame)
    KITH_MUST_CHECK;
/* kith-net is gone: all sessions with it. */
void links_down(struct daemon *daemon);

/* kith-notify found the addresses of a host, or says why not. */
void links_addresses(struct daemon *daemon,
                     const struct kith_notify_addresses *addresses);

/* True while so much waits that no more should be taken from kith-net: what a
 * partner sends faster than it is processed stays there, where it is bounded
 * (inv. 7). */
bool links_full(const struct daemon *daemon);
/* True once after a links_run that failed because of one link alone: that link
 * is left alone now, and the same transaction may be tried again. */
bool links_blamed(struct daemon *daemon);
/* True when links_run has something to do. */
bool links_waiting(const struct daemon *daemon);
/* Hands all waiting frames to their machines, then flushes what is marked and
 * what is due. A status is a fault of ours: abort, then links_lost. */
enum kith_status links_run(struct daemon *daemon, struct act *act)
    KITH_MUST_CHECK;
/* After the commit: sends, closes, tells. */
void links_done(struct daemon *daemon);
/* The transaction was lost: forgets all sessions and closes them. */
void links_lost(struct daemon *daemon);

/* When links_run is due at the latest, boot milliseconds. */
int64_t links_deadline(const struct daemon *daemon);

/* For status: state of link NUMBER; false: there is no machine. */
bool links_look(const struct daemon *daemon, uint32_t number,
                struct link_view *ret_view, struct links_trouble *ret_trouble);
/* Dials link NUMBER at once, back to the shortest wait. */
void links_dial_now(struct daemon *daemon, uint32_t number);

#endif
