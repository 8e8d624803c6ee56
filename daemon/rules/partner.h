/* partner - companies whose card we hold: adding, verifying, pausing, removing.
 *
 * Every change here is one the link machine and kith-net must hear of: the
 * caller flushes the link and renews the allow-list after the commit.
 * Threads: loop thread only.
 */
#ifndef RULES_PARTNER_H
#define RULES_PARTNER_H

#include "kith/card.h"
#include "store/logs.h"

struct act;

/* Takes a card (binary form). A new company becomes a partner under ALIAS
 * (empty: made of its name), unverified; a removed one comes back, unverified;
 * of a known one a newer card is kept. ret_link: as it stands now.
 * KITH_UNTRUSTED, KITH_MALFORMED: the card does not verify;
 * KITH_NOT_UNDERSTOOD: it is of a newer version, or no card; KITH_INVALID: it
 * is our own, or the alias is no name; KITH_CONFLICT: alias taken, or the card
 * is no newer; KITH_FORK: same revision, other content. act->err has the
 * words. */
enum kith_status partner_add(struct act *act, struct kith_bytes card,
                             struct kith_bytes alias,
                             struct store_link *ret_link) KITH_MUST_CHECK;

/* Keeps CARD (read from BYTES) for a known partner when it is newer. *ret_order
 * says how it stood to the one we held. Used for cards that a hello brings. */
enum kith_status partner_take_card(struct act *act, struct store_link *link,
                                   struct kith_bytes bytes,
                                   const struct kith_card *card,
                                   enum kith_card_order *ret_order)
    KITH_MUST_CHECK;

/* Holds the six groups that TYPED gives against the partner's. KITH_UNTRUSTED
 * with words: they differ; nothing is changed. */
enum kith_status partner_verify(struct act *act, struct store_link *link,
                                struct kith_bytes typed) KITH_MUST_CHECK;

/* KITH_INVALID: no alias; KITH_CONFLICT: another partner has it; with words. */
enum kith_status partner_rename(struct act *act, struct store_link *link,
                                struct kith_bytes alias) KITH_MUST_CHECK;
/* URL "tcp://host:port"; empty: the card's endpoints again. */
enum kith_status partner_endpoint(struct act *act, struct store_link *link,
                                  struct kith_bytes url) KITH_MUST_CHECK;
/* Going on lifts a stall, and gives up fetching our closed logs back when that
 * is what stalled. */
enum kith_status partner_pause(struct act *act, struct store_link *link,
                               bool paused) KITH_MUST_CHECK;
/* Nothing leaves to it and nothing is taken from it any more; logs, items and
 * evidence stay. */
enum kith_status partner_remove(struct act *act, struct store_link *link)
    KITH_MUST_CHECK;

#endif
