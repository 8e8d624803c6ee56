/* dialler - the partners that we dial: one socket each, and our own way of
 * trying again.
 *
 * libzmq never comes back after a refusal (zeromq/libzmq#3519), so each
 * attempt has a new socket, and between attempts there is none.
 * Threads: loop thread only.
 */
#ifndef NET_DIALLER_H
#define NET_DIALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"

struct kith_net_dial;
struct net;

/* The table in NET, nobody dialled yet. KITH_NOMEM. */
enum kith_status diallers_new(struct net *net) KITH_MUST_CHECK;

/* Obeys a DIAL of kithd. KITH_NOT_FOUND: that partner is not allowed;
 * KITH_NOMEM. */
enum kith_status dialler_order(struct net *net,
                               const struct kith_net_dial *dial)
    KITH_MUST_CHECK;
/* PARTNER's keys were replaced: what runs with one that is gone ends, and a new
 * attempt begins at once. */
void dialler_key_changed(struct net *net, uint32_t partner);
/* PARTNER is not allowed any more. */
void dialler_forget(struct net *net, uint32_t partner);

/* Handles what has come; true: there is more (listener_work). */
bool diallers_work(struct net *net);
/* Attempts that are due; the next is due at the value returned, ms. */
int64_t diallers_tick(struct net *net);

#endif
