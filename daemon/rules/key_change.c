/* key_change - see the header.
 *
 * Not here: making keys and the card (core/turnover.c), the form of a notice
 * (key_notice.c).
 */
#include "rules/key_change.h"

#include "kith/card.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/key_notice.h"
#include "rules/keyring.h"
#include "rules/sign_anew.h"
#include "store/logs.h"

/* One key of one link: which, and the sizes at which the log stands. */
struct turn {
    enum kith_link_key_use use;
    uint32_t log_number;
    const struct kith_key *old_key, *new_key;
    uint64_t signed_to; /* the greatest size that the old key signed */
    uint64_t good_to;   /* when it was compromised */
    uint64_t end;       /* the last size for which it counts */
};

/* The last size for which a compromised key counts; one that it never had is
 * not given to it. */
static uint64_t last_good(const struct key_change *change, uint32_t link,
                          const struct turn *turn, uint64_t from)
{
    const struct key_limit *limit = NULL;
    uint64_t to = turn->good_to;

    for (size_t i = 0; i < change->n_limits; i++) {
        if (change->limits[i].link == link ||
            (change->limits[i].link == 0 && limit == NULL))
            limit = &change->limits[i];
    }
    if (limit != NULL && limit->last_good < to)
        to = limit->last_good;
    return from > 0 && to < from - 1 ? from - 1 : to;
}

static enum kith_status end_old(struct act *act, const struct store_link *link,
                                const struct key_change *change,
                                struct turn *turn)
{
    struct keyring_row row = {.use = turn->use,
                              .ours = true,
                              .log_number = turn->log_number,
                              .key = *turn->old_key,
                              .card = change->former->digest,
                              .to = UINT64_MAX};
    enum kith_status status = keyring_find(act, link->number, &row);

    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    turn->end = change->compromised
                    ? last_good(change, link->number, turn, row.from)
                    : turn->signed_to;
    row.to = turn->end < row.to ? turn->end : row.to;
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
                              .from = turn->end + 1,
                              .to = UINT64_MAX,
                              .card = act->company->card_digest};

    return key_notice_tell(act, link, &row);
}

/* What a compromised key signed above its end. */
static enum kith_status sign_anew(struct act *act, struct store_link *link,
                                  const struct turn *turn)
{
    const bool log = turn->use == KITH_LINK_KEY_USE_LOG;
    uint64_t count = 0;
    enum kith_status status =
        log ? sign_anew_checkpoints(act, link, turn->end, &count)
            : sign_anew_receipts(act, link, turn->end, &count);

    if (status != KITH_OK || count == 0)
        return status;
    return audit_add(act, &(struct audit_line){.what = log ? "checkpoints_anew"
                                                           : "receipts_anew",
                                               .link = link->number,
                                               .log_number = turn->log_number,
                                               .index = turn->end,
                                               .count = count});
}

static enum kith_status tell_link(struct act *act, struct store_link *link,
                                  const struct key_change *change)
{
    const struct company *company = act->company;
    const struct kith_card_root *old = &change->former->root;
    struct turn turns[] = {
        {KITH_LINK_KEY_USE_LOG, link->out.number, &old->log, &company->log.pk,
         link->out.noted, link->out.receipted, 0},
        {KITH_LINK_KEY_USE_RECEIPT, link->in.number == 0 ? 1 : link->in.number,
         &old->receipt, &company->receipt.pk, link->in.receipted,
         link->in.receipted, 0},
        {KITH_LINK_KEY_USE_STATEMENT, 0, &old->statement,
         &company->statement.pk, 0, 0, 0},
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
        if (status == KITH_OK && !statement && change->compromised)
            status = sign_anew(act, link, &turns[i]);
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
