/* peer - remembers partners' keys by link number.
 *
 * Not here: taking new cards in (partner.c, link_hello.c).
 */
#include "rules/peer.h"

#include <stdlib.h>

#include "kith/card.h"
#include "rules/act.h"
#include "store/logs.h"

struct peers {
    struct peer *rows; /* by link number, zeroed when not yet read */
    size_t count;
};

static enum kith_status make_room(struct company *company, uint32_t link)
{
    struct peers *peers = company->peers;
    struct peer *rows;
    size_t count, i;

    if (peers == NULL) {
        peers = calloc(1, sizeof(*peers));
        if (peers == NULL)
            return KITH_NOMEM;
        company->peers = peers;
    }
    if (link < peers->count)
        return KITH_OK;
    count = (size_t)link + 16;
    rows = realloc(peers->rows, count * sizeof(*rows));
    if (rows == NULL)
        return KITH_NOMEM;
    for (i = peers->count; i < count; i++)
        rows[i] = (struct peer){0};
    peers->rows = rows;
    peers->count = count;
    return KITH_OK;
}

enum kith_status peer_get(struct act *act, const struct store_link *link,
                          const struct peer **ret_peer)
{
    enum kith_status status = make_room(act->company, link->number);
    struct kith_bytes bytes;
    struct kith_card card;
    struct peer *peer;

    if (status != KITH_OK)
        return status;
    peer = &act->company->peers->rows[link->number];
    if (!kith_hash_equal(&peer->card_digest, &link->card_digest)) {
        status =
            store_card_get(act->txn, &link->card_digest, act->arena, &bytes);
        if (status == KITH_OK)
            status = kith_card_read(bytes, &card);
        if (status != KITH_OK)
            return status == KITH_NOMEM || status == KITH_IO ? status
                                                             : KITH_DAMAGED;
        *peer = (struct peer){.card_digest = link->card_digest,
                              .log = card.root.log,
                              .receipt = card.root.receipt,
                              .statement = card.root.statement,
                              .transport = card.root.transport,
                              .sealing = card.root.sealing};
    }
    *ret_peer = peer;
    return KITH_OK;
}

void peer_destroy(struct company *company)
{
    if (company->peers == NULL)
        return;
    free(company->peers->rows);
    free(company->peers);
    company->peers = NULL;
}
