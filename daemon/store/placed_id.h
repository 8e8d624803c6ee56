/* placed_id - ids that carry the place of what they name, for us alone.
 *
 * An id that the store draws is a pseudorandom permutation, under a key of the
 * store, of {project, record, salt}: to everyone else a random UUID of version
 * 4, to the store the way to the row without an index. An index on random ids
 * dirties a page for each new row, which is most of what a bulk costs.
 * Not here: ids made elsewhere; those are indexed.
 * Threads: one.
 */
#ifndef STORE_PLACED_ID_H
#define STORE_PLACED_ID_H

#include "kith/ids.h"

enum {
    PLACED_ID_KEY = 16
};

struct placed_id_key {
    uint8_t b[PLACED_ID_KEY];
};

struct placed_id {
    uint32_t realm;   /* 0: ids of our records; else the link of the items */
    uint64_t project; /* < 2^48 */
    uint64_t record;  /* < 2^48 */
};

/* Makes the id of PLACE with SALT (random; its low 26 bits count), so that a
 * place can have several. KITH_LIMIT: a number does not fit; then a random id
 * and the index serve. */
enum kith_status placed_id_make(const struct placed_id_key *key,
                                const struct placed_id *place, uint32_t salt,
                                struct kith_id *ret_id) KITH_MUST_CHECK;
/* Where ID leads in *place_inout's realm, if the store drew it. An id made
 * elsewhere leads anywhere: the row found must bear ID. False: not even the
 * form fits. */
bool placed_id_read(const struct placed_id_key *key, const struct kith_id *id,
                    struct placed_id *place_inout);

#endif
