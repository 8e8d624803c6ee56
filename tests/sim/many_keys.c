/* many_keys - a company replaces its log, receipt or statement key while
 * changes are under way, as `kith key replace` does it: with no process running.
 *
 * Keys are replaced once every partner has the newest card, or at once when
 * they may be in other hands. Whoever lies, and whoever's store goes back,
 * keeps its keys.
 * Not here: transport and sealing keys (flow.rotate-transport,
 * flow.rotate-keys).
 */
#include <inttypes.h>

#include "kith/card.h"
#include "kith/checkpoint.h"
#include "rules/key_change.h"
#include "rules/logkeys.h"
#include "sim/many_world.h"
#include "sim/sim_company.h"
#include "sim/sim_random.h"
#include "store/logs.h"

enum {
    TURN_PERMILLE = 60
};

struct turning {
    struct many_world *world;
    struct many_company *who;
    bool compromised;
};

/* Has every partner the card of now? *ret_waits: something is queued,
 * which the keys of now may have signed: people would have to sign it again. */
static enum kith_status all_told(struct act *act, bool *ret_told,
                                 bool *ret_waits)
{
    struct store_link link = {0};
    enum kith_status status;
    *ret_told = true;
    *ret_waits = false;
    while ((status = store_link_next(act->txn, link.number, &link)) ==
           KITH_OK) {
        const bool told = link.told_card >= act->company->card_revision;
        uint64_t queued = 0;
        status = store_queue_length(act->txn, link.number, &queued);
        if (status != KITH_OK)
            return status;
        *ret_told = *ret_told && (told || link.out.number == 0);
        *ret_waits = *ret_waits || queued > 0;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static void draw_keys(struct kith_keys *keys)
{
    struct kith_keys fresh;
    kith_keys_new(&fresh);
    uint64_t which = sim_below(4);
    if (which == 0 || which == 3)
        keys->log = fresh.log;
    if (which == 1 || which == 3)
        keys->receipt = fresh.receipt;
    if (which == 2 || which == 3)
        keys->statement = fresh.statement;
}

/* What the keys of now do not sign at the ends of WHO. */
static enum kith_status note_sizes(struct act *act, struct turning *turning)
{
    struct many_world *world = turning->world;
    for (int i = 0; i < 2 * world->n_links; i++) {
        struct many_end *end = &world->links[i / 2].ends[i & 1];
        struct store_link link;
        if (end->company != turning->who->number)
            continue;
        enum kith_status status = store_link_get(act->txn, end->number, &link);
        if (status != KITH_OK)
            return status;
        end->log_from = link.out.noted;
        end->receipt_from = link.in.receipted;
    }
    return KITH_OK;
}

static enum kith_status turn(struct act *act, void *context)
{
    struct turning *turning = context;
    struct company *company = act->company;
    struct many_company *who = turning->who;
    struct kith_buf former_card = {0};
    struct kith_card former;
    struct key_change change = {.former = &former,
                                .compromised = turning->compromised};
    bool told = false, waits = false;
    enum kith_status status = all_told(act, &told, &waits);
    if (status != KITH_OK || waits || (!told && !turning->compromised))
        return status;
    struct kith_bytes held = kith_buf_bytes(&company->card);
    status = kith_buf_add(&former_card, held.data, held.len);
    if (status == KITH_OK)
        status = kith_card_read(kith_buf_bytes(&former_card), &former);
    if (status == KITH_OK)
        status = store_card_put(act->txn, &former.digest, held);
    if (status == KITH_OK)
        status = note_sizes(act, turning);
    if (status == KITH_OK) {
        draw_keys(&who->keys);
        if (!sim_company_card(&turning->world->base, company, &who->keys,
                              &who->root, company->card_revision + 1))
            status = KITH_INVALID;
    }
    if (status == KITH_OK)
        status = store_card_put(act->txn, &company->card_digest,
                                kith_buf_bytes(&company->card));
    if (status == KITH_OK)
        status = key_change_tell(act, &change);
    turning->world->n_turned++;
    kith_buf_clear(&former_card);
    return status;
}

void many_keys_act(struct many_world *world)
{
    int number = (int)sim_below((uint64_t)world->n_companies);
    struct turning turning = {.world = world,
                              .who = &world->companies[number],
                              .compromised = sim_chance(200)};
    struct sim_work work = {
        .work = turn, .context = &turning, .name = "replaces keys"};
    if (!world->keys_turn || number == world->liar ||
        number == world->back.company || !sim_chance(TURN_PERMILLE))
        return;
    if (turning.who->alive)
        many_host_kill(world, turning.who);
    sim_say(&world->base.history, -1, "company %d replaces keys%s", number,
            turning.compromised ? ", compromised" : "");
    many_host_settle(world, turning.who, &work);
}

void many_keys_check(const struct many_place *place, struct act *act,
                     const struct store_link *link)
{
    const struct many_company *own = many_company(place);
    const struct many_company *partner = many_partner(place);
    const struct many_end *end = many_end(place);
    const struct many_end *other = &place->link->ends[1 - place->side];
    struct store_log_id log = logkeys_id(link, STORE_OUT);
    struct kith_checkpoint checkpoint;
    struct kith_receipt_read receipt;
    struct kith_origin origin;
    struct kith_bytes note;
    uint64_t size = link->out.noted;
    logkeys_origin(act, link, STORE_OUT, &origin);
    if (size > end->log_from &&
        (store_note_at(act->txn, &log, STORE_CHECKPOINT, &size, act->arena,
                       &note) != KITH_OK ||
         kith_checkpoint_verify(note, &origin, &own->keys.log.pk,
                                &checkpoint) != KITH_OK))
        sim_fail(&place->world->base,
                 "company %d's newest checkpoint is under a former key",
                 own->number);
    size = link->out.receipted;
    if (size > other->receipt_from &&
        (store_note_at(act->txn, &log, STORE_RECEIPT, &size, act->arena,
                       &note) != KITH_OK ||
         kith_receipt_verify(note, &origin, &partner->keys.receipt.pk,
                             &receipt) != KITH_OK))
        sim_fail(&place->world->base,
                 "company %d's newest receipt is under a former key",
                 own->number);
}
