/* notifier - kithd's side of kith-notify: channels, look-ups, deliveries.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_NOTIFIER_H
#define CORE_NOTIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/child.h"

struct child;
struct daemon;
struct notifier;

/* Whom notifier tells of what comes from kith-notify. */
struct notifier_hooks {
    /* it runs, and knows of no look-up or notice yet */
    void (*fresh)(struct daemon *daemon);
    void (*addresses)(struct daemon *daemon,
                      const struct kith_notify_addresses *addresses);
};

/* kith-notify is started at its first child_tick. */
enum kith_status notifier_new(struct daemon *daemon,
                              const struct notifier_hooks *hooks,
                              struct notifier **ret_notifier) KITH_MUST_CHECK;
void notifier_destroy(struct notifier **notifier);

/* Asks for the addresses of HOST; the answer comes through the hook with
 * HANDLE. KITH_BUSY: it does not run now, ask again later. */
enum kith_status notifier_lookup(struct notifier *notifier, uint32_t handle,
                                 const char *host, uint16_t port)
    KITH_MUST_CHECK;
/* Hands one notice over; how it went comes back through outcomes. KITH_BUSY,
 * KITH_FULL: later. */
enum kith_status notifier_deliver(struct notifier *notifier,
                                  const struct kith_notify_deliver *deliver)
    KITH_MUST_CHECK;

/* How a delivery went. */
struct notifier_outcome {
    struct kith_id notice;
    bool delivered;
    bool permanent; /* failed, and trying again is of no use */
};
enum {
    NOTIFIER_OUTCOMES_MAX = 256
};
/* An outcome that kith-notify has no part in. */
void notifier_add_outcome(struct notifier *notifier,
                          const struct notifier_outcome *outcome);
/* True when there is an outcome that the store has not heard of. */
bool notifier_waiting(const struct notifier *notifier);
/* The next outcome that the store has not heard of; false: none. */
bool notifier_next(struct notifier *notifier,
                   struct notifier_outcome *ret_outcome);
/* Forgets the outcomes that notifier_next gave: the store has them. */
void notifier_done(struct notifier *notifier);
/* The store did not take them: notifier_next gives them again. */
void notifier_undo(struct notifier *notifier);

/* The configuration changed: the child is started anew with its channels. */
void notifier_reload(struct notifier *notifier);
/* Landlock level of the running child, -1 while unknown. */
int notifier_landlock(const struct notifier *notifier);
struct child *notifier_child(struct notifier *notifier);

#endif
