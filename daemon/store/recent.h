/* recent - in memory: where the ids lead that were brought along lately.
 *
 * An index on random ids dirties a page of its file for nearly every new row.
 * So new ids first stand in rows in the order they came, and here; when many
 * have gathered they move into the index together (head_ids.c).
 * Included by the files of this folder only.
 * Threads: as the transaction.
 */
#ifndef STORE_RECENT_H
#define STORE_RECENT_H

#include <stdbool.h>

#include "kith/ids.h"
#include "store/records.h"

enum {
    RECENT_MAX = 8192
};

struct recent;

/* An empty one. NULL: no memory. */
struct recent *recent_new(void);
/* Takes NULL. */
void recent_destroy(struct recent **recent);

/* Adds what ID leads to. False: there is no room. */
bool recent_add(struct recent *recent, const struct kith_id *id,
                const struct store_ref *ref);
/* Where OWNER's ID leads; NULL: it is not here. Takes NULL. */
const struct store_ref *recent_find(const struct recent *recent, uint32_t owner,
                                    const struct kith_id *id);
size_t recent_count(const struct recent *recent);
/* The one that was added after I others, and its id. */
const struct store_ref *recent_at(const struct recent *recent, size_t i,
                                  struct kith_id *ret_id);

/* The transaction is committed: what it added stays. Takes NULL. */
void recent_keep(struct recent *recent);
/* It is not: what it added is forgotten. Takes NULL. */
void recent_drop(struct recent *recent);
/* All have moved into the index. */
void recent_clear(struct recent *recent);

#endif
