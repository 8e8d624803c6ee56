/* transport_key - see the header. Not here: keeping the key of a card that is
 * replaced (keyring.c).
 */
#include "rules/transport_key.h"

#include "rules/keyring.h"

enum kith_status transport_key_former(struct act *act, uint32_t link,
                                      struct kith_key *ret_key)
{
    struct keyring_row row;
    uint64_t number = 0;
    enum kith_status status;
    bool found = false;

    while ((status = keyring_next(act, link, &number, &row)) == KITH_OK) {
        if (row.use != KITH_LINK_KEY_USE_TRANSPORT)
            continue;
        *ret_key = row.key;
        found = true;
    }
    return status == KITH_NOT_FOUND && found ? KITH_OK : status;
}

enum kith_status transport_key_end(struct act *act, uint32_t link,
                                   bool *ret_ended)
{
    struct keyring_row row;
    uint64_t number = 0;
    enum kith_status status;

    *ret_ended = false;
    while ((status = keyring_next(act, link, &number, &row)) == KITH_OK) {
        if (row.use != KITH_LINK_KEY_USE_TRANSPORT)
            continue;
        status = keyring_drop(act, link, number);
        if (status != KITH_OK)
            return status;
        *ret_ended = true;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}
