/* transport - which of two transport keys is in use, and when that changes.
 *
 * A listening socket keeps its key, and partners take a key from our card. So a
 * new transport key is named by the card first, while the former one stays in
 * use; once every partner has that card kith-net is started anew with the new
 * key. What partners let in: rules/transport_key.h.
 * Threads: loop thread, or main thread without a loop.
 */
#ifndef CORE_TRANSPORT_H
#define CORE_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"

struct act;
struct daemon;
struct keyfile;
struct kith_box_key;
struct options;

/* Finds out which key is in use; the company's public one is that from here
 * on. A fault of the store. */
enum kith_status transport_open(struct daemon *daemon) KITH_MUST_CHECK;
/* The secret half of the key in use, 32 bytes; borrowed. */
const uint8_t *transport_secret(const struct daemon *daemon);
/* Looks whether every partner has our card. True: so it is, the new key is in
 * use, and kith-net is to be started anew with it. */
bool transport_run(struct daemon *daemon);
/* When it is to look again, boot ms. */
int64_t transport_deadline(const struct daemon *daemon);

/* For a change of keys. FRESH becomes the transport key of KEYS, and the one of
 * before stays in use; NULL: it is left alone. Of a compromised one nothing
 * stays. A former key that is not in use any more is dropped either way.
 * KITH_CONFLICT: the last change still waits for a partner. */
enum kith_status transport_turn(struct act *act, struct keyfile *keys,
                                const struct kith_box_key *fresh,
                                bool compromised) KITH_MUST_CHECK;
/* `--leave`: the new key is in use now, and the partners that OPTIONS names have
 * to take our card by hand. KITH_CONFLICT: one that is not named would have to;
 * KITH_INVALID: nothing waits. With words in act->err. */
enum kith_status transport_leave(struct act *act, const struct keyfile *keys,
                                 const struct options *options) KITH_MUST_CHECK;

#endif
