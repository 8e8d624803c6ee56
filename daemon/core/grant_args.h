/* grant_args - what a request about a grant names.
 *
 * Each refuses by name, with the words in the call; what it returns lives in
 * call->act.arena. The request has an argument.
 * Threads: loop thread only.
 */
#ifndef CORE_GRANT_ARGS_H
#define CORE_GRANT_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/status.h"

struct cached_grant;
struct call;
struct store_link;

/* The kinds it names: bit k is kind k. KITH_INVALID: there is no such kind. */
enum kith_status grant_args_kinds(struct call *call, uint64_t *ret_kinds)
    KITH_MUST_CHECK;

struct grant_persons {
    bool bound; /* all whom the partner has bound to the project */
    const struct kith_id *ids; /* per-link ids */
    size_t n;
};
/* Names of the partner's persons, or the one word «bound». KITH_NOT_FOUND,
 * KITH_LIMIT; KITH_INVALID: both. */
enum kith_status grant_args_persons(struct call *call,
                                    const struct store_link *link,
                                    struct grant_persons *ret_persons)
    KITH_MUST_CHECK;

/* Names of the fields to be hidden, as they were typed. */
enum kith_status grant_args_hidden(struct call *call,
                                   const struct kith_bytes **ret_hidden,
                                   size_t *ret_n) KITH_MUST_CHECK;

/* The one grant, not ended, whose id begins as said, or that PROJECT and PARTNER
 * have. KITH_NOT_FOUND; KITH_CONFLICT: several fit. */
enum kith_status grant_args_find(struct call *call,
                                 struct cached_grant *ret_grant)
    KITH_MUST_CHECK;

#endif
