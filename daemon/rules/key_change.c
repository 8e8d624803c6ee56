/* key_change - see the header.
 *
 * Not here: making keys and the card (core/verb_card.c), the form of a notice
 * (key_notice.c).
 */
#include "rules/key_change.h"

#include "kith/card.h"
#include "rules/act.h"
#include "rules/key_notice.h"
#include "rules/keyring.h"
#include "store/logs.h"

/* One key of one link: which, and the sizes at which the log stands. */
struct turn {
    enum kith_link_key_use use;
    uint32_t log_number;
    const struct kith_key *old_key, *new_key;
    uint64_t signed_to; /* the greatest size that the old key signed */
    uint64_t good_to;   /* when it was compromised */
};

static enum kith_status end_old(struct act *act, const struct store_link *link,
                                const struct key_change *change,
                                const struct turn *turn)
{
    struct keyring_row row = {.use = turn->use,
                              .ours = true,
                              .log_number = turn->log_number,
                              .key = *turn->old_key,
                              .card = change->former->digest,
                              .to = UINT64_MAX};
    uint64_t to = change->compromised ? turn->good_to : turn->signed_to;
    enum kith_status status = keyring_find(act, link->number, &row);

    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    if (change->compromised && change->has_size &&
        (change->link == 0 || change->link == link->number) &&
        change->last_good < to)
        to = change->last_good;
    row.to = to < row.to ? to : row.to;
    row.compromised = change->compromised;
    return key_notice_tell(act, link, &row);
}

static enum kith_status begin_new(struct act *act,
                                  const struct store_link *link,
                                  const struct turn *turn)
{
    struct keyring_row row = {.use = turn->use,
                              .ours = true,
                              .log_number = turn->log_number,
                              .key = *turn->new_key,
                              .from = turn->signed_to + 1,
                              .to = UINT64_MAX,
                              .card = act->company->card_digest};

    return key_notice_tell(act, link, &row);
}

static enum kith_status tell_link(struct act *act,
                                  const struct store_link *link,
                                  const struct key_change *change)
{
    const struct company *company = act->company;
    const struct kith_card_root *old = &change->former->root;
    const struct turn turns[] = {
        {KITH_LINK_KEY_USE_LOG, link->out.number, &old->log, &company->log.pk,
         link->out.noted, link->out.receipted},
        {KITH_LINK_KEY_USE_RECEIPT, link->in.number == 0 ? 1 : link->in.number,
         &old->receipt, &company->receipt.pk, link->in.receipted,
         link->in.receipted},
        {KITH_LINK_KEY_USE_STATEMENT, 0, &old->statement,
         &company->statement.pk, 0, 0},
    };
    enum kith_status status = KITH_OK;

    for (size_t i = 0;
         status == KITH_OK && i < sizeof(turns) / sizeof(turns[0]); i++) {
        const bool statement = turns[i].use == KITH_LINK_KEY_USE_STATEMENT;

        if (kith_key_equal(turns[i].old_key, turns[i].new_key) ||
            (statement && !change->compromised))
            continue;
        status = end_old(act, link, change, &turns[i]);
        if (status == KITH_OK && !statement)
            status = begin_new(act, link, &turns[i]);
    }
    return status;
}

enum kith_status key_change_tell(struct act *act,
                                 const struct key_change *change)
{
    struct store_link link = {0};
    enum kith_status status;

    while ((status = store_link_next(act->txn, link.number, &link)) ==
           KITH_OK) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);

        if (!link.removed && link.out.number != 0)
            status = tell_link(act, &link, change);
        kith_arena_rewind(act->arena, mark);
        if (status != KITH_OK)
            return status;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}
