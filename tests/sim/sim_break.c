/* sim_break - damage done to rows behind the rules' back.
 *
 * Not here: faults in the order of commit and send (sim_host), a grant's end
 * that is swallowed (sim_ops).
 */
#include "sim/sim_break.h"

#include <string.h>

#include "sim/sim_host.h"
#include "sim/sim_random.h"
#include "store/logs.h"

static const char *const names[] = {
    [SIM_BREAK_NONE] = "none",
    [SIM_BREAK_EARLY_RECEIPT] = "early-receipt",
    [SIM_BREAK_KEEPS_RAM] = "keeps-ram",
    [SIM_BREAK_DEAF_GATE] = "deaf-gate",
    [SIM_BREAK_OTHER_BODY] = "other-body",
    [SIM_BREAK_LOST_PLACE] = "lost-place",
    [SIM_BREAK_OTHER_TREE] = "other-tree",
    [SIM_BREAK_FALSE_COUNT] = "false-count",
    [SIM_BREAK_TRUSTING_RESEND] = "trusting-resend",
    [SIM_BREAK_SHOWS_HIDDEN] = "shows-hidden",
    [SIM_BREAK_HIDDEN_CAUSES] = "hidden-causes",
    [SIM_BREAK_NO_WITHDRAWAL] = "no-withdrawal",
    [SIM_BREAK_NO_VOID] = "no-void",
    [SIM_BREAK_WRONG_ORDER] = "wrong-order",
    [SIM_BREAK_REJECTS_GOOD] = "rejects-good",
    [SIM_BREAK_SILENT_AUDIT] = "silent-audit",
    [SIM_BREAK_NEVER_TIRES] = "never-tires",
    [SIM_BREAK_NUMBER_TWICE] = "number-twice",
    [SIM_BREAK_FORGETS_TOLD] = "forgets-told",
    [SIM_BREAK_OWN_ID] = "own-id",
    [SIM_BREAK_STALE_CACHE] = "stale-cache",
    [SIM_BREAK_PASSES_PENDING] = "passes-pending",
    [SIM_BREAK_COSIGNS_BACK] = "cosigns-back",
    [SIM_BREAK_BACK_DATES] = "back-dates",
    [SIM_BREAK_FALSE_WITNESS] = "false-witness",
    [SIM_BREAK_DEAF_PAUSE] = "deaf-pause",
    [SIM_BREAK_ANY_PARTNER] = "any-partner",
    [SIM_BREAK_ONE_ID] = "one-id",
    [SIM_BREAK_OTHER_QUEUE] = "other-queue",
    [SIM_BREAK_LOST_PROOF] = "lost-proof",
    [SIM_BREAK_FREEZES_ALL] = "freezes-all",
    [SIM_BREAK_BLIND_CLAIMS] = "blind-claims",
    [SIM_BREAK_SAME_LOG] = "same-log",
    [SIM_BREAK_NO_RETURN] = "no-return",
    [SIM_BREAK_UNSIGNED] = "unsigned",
    [SIM_BREAK_UNTOLD_KEY] = "untold-key",
    [SIM_BREAK_UNPINNED] = "unpinned",
    [SIM_BREAK_SAME_KEYS] = "same-keys",
    [SIM_BREAK_NO_QUOTA] = "no-quota",
    [SIM_BREAK_NARROW_UNTOLD] = "narrow-untold",
    [SIM_BREAK_LOWER_UNTOLD] = "lower-untold",
    [SIM_BREAK_OPEN_ANYWAY] = "open-anyway",
    [SIM_BREAK_SIGNATURE_LAST] = "signature-last"};

const char *sim_break_name(enum sim_break broken)
{
    return broken < SIM_BREAK_COUNT ? names[broken] : NULL;
}

enum sim_break sim_break_by_name(const char *name)
{
    for (int i = 0; i < SIM_BREAK_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (enum sim_break)i;
    return SIM_BREAK_COUNT;
}

/* The last entry that came gets the body and key of the one before. */
static enum kith_status swap_body(struct act *act,
                                  const struct store_link *link)
{
    struct store_log_id id = {
        .link = link->number, .side = STORE_IN, .number = link->in.number};
    struct store_entry last, before;
    uint64_t index = link->in.tree.size - 1;
    if (link->in.tree.size < 6)
        return KITH_NOT_FOUND;
    enum kith_status status =
        store_entry_get(act->txn, &id, index, act->arena, &last);
    if (status == KITH_OK)
        status = store_entry_get(act->txn, &id, index - 1, act->arena, &before);
    if (status != KITH_OK)
        return status;
    last.sealed = before.sealed;
    last.ek = before.ek;
    return store_entry_put(act->txn, &id, index, &last);
}

static enum kith_status lose_place(struct act *act,
                                   const struct store_link *link)
{
    struct store_queued queued;
    enum kith_status status =
        store_queue_next(act->txn, link->number, 0, act->arena, &queued);
    if (status != KITH_OK)
        return status;
    return store_queue_drop(act->txn, link->number, queued.sequence);
}

static enum kith_status damage(struct act *act, void *context)
{
    const struct sim_world *world = context;
    struct store_link link;
    enum kith_status status = store_link_get(act->txn, 1, &link);
    if (status != KITH_OK)
        return status;
    switch (world->broken) {
    case SIM_BREAK_OTHER_BODY:
        return swap_body(act, &link);
    case SIM_BREAK_LOST_PLACE:
        return lose_place(act, &link);
    case SIM_BREAK_OTHER_TREE:
        if (link.out.tree.size == 0)
            return KITH_NOT_FOUND;
        for (int level = 0; level < KITH_TREE_LEVELS; level++)
            link.out.tree.peaks[level].b[0] ^= 1;
        break;
    case SIM_BREAK_FALSE_COUNT:
        link.in.processed++;
        link.in.tree.size++;
        break;
    default:
        return KITH_NOT_FOUND;
    }
    return store_link_put(act->txn, &link);
}

void sim_break_rows(struct sim_world *world, struct sim_side *side)
{
    struct sim_work work = {
        .work = damage, .context = world, .name = "is damaged on purpose"};
    if (world->broken > SIM_BREAK_DEAF_GATE &&
        world->broken <= SIM_BREAK_FALSE_COUNT && side->alive && sim_chance(20))
        sim_host_work(world, side, &work);
}
