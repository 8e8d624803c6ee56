/* sim_company - what every simulated company is, however many there are: keys,
 * a card, a store, partners, and events given to a link machine.
 *
 * Threads: one.
 */
#ifndef SIM_COMPANY_H
#define SIM_COMPANY_H

#include <stdint.h>

#include "sim/sim_world.h"
#include "store/store.h"

struct store_link;

/* What signs a company's cards. */
struct sim_root {
    struct kith_sign_key key; /* drawn by sim_company_make */
    struct kith_key next;     /* the next root, committed to */
    uint8_t roles;            /* enum kith_role */
};

/* A company to be made. */
struct sim_new {
    struct sim_root root;         /* its roles are given */
    struct store_options options; /* dir: where its store is to be, NULL: RAM;
                                     its keys are drawn here */
    struct store *store;          /* afterwards; the caller's to close */
};

/* Gives COMPANY, whose name is set, KEYS, secrets, a card and an empty store.
 * False: failed, said in WORLD. */
bool sim_company_make(struct sim_world *world, struct company *company,
                      struct kith_keys *keys, struct sim_new *made);

/* Gives COMPANY the signing keys of KEYS and a card of REVISION that says so. */
bool sim_company_card(struct sim_world *world, struct company *company,
                      const struct kith_keys *keys, const struct sim_root *root,
                      uint64_t revision);

/* OTHER becomes a partner; LINK is what its row says besides its card, and
 * gets its number. */
enum kith_status sim_company_partner(struct act *act,
                                     const struct company *other,
                                     struct store_link *link) KITH_MUST_CHECK;

/* Gives EVENT of a connection of NET to MACHINE, which is at its side;
 * TRANSPORT is the partner's key. What no connection stands for is passed
 * over, and so are events of other types. */
enum kith_status sim_company_take(struct link_machine *machine, struct act *act,
                                  struct sim_net *net,
                                  const struct sim_event *event,
                                  const struct kith_key *transport)
    KITH_MUST_CHECK;

#endif
