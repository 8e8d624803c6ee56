/* many_liar - one company that lies to its partners, with keys that are good.
 *
 * Its own process is honest; the lie is put in on the way out, signed with its
 * own log key where that needs a signature.
 */
#include <string.h>

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/note.h"
#include "kith/session.h"
#include "kith/tree.h"
#include "rules/outbox.h"
#include "sim/many_world.h"
#include "sim/sim_host.h"
#include "sim/sim_random.h"
#include "store/logs.h"

enum {
    LIE_PERMILLE = 300
};

/* The push with a checkpoint of the same size and another root. */
static bool fork_push(const struct many_place *place, struct kith_bytes frame,
                      struct kith_buf *ret_frame)
{
    struct kith_checkpoint checkpoint;
    struct kith_buf note = {0};
    struct kith_push push;
    struct kith_note parsed;
    kith_arena_reset(place->world->reading);
    enum kith_status status =
        kith_push_decode(place->world->reading, frame, &push);
    if (status == KITH_OK)
        status = kith_note_parse(push.checkpoint, &parsed);
    if (status == KITH_OK)
        status = kith_checkpoint_parse(parsed.text, &checkpoint);
    if (status == KITH_OK) {
        checkpoint.root.b[0] ^= 1;
        status = kith_checkpoint_sign(&checkpoint,
                                      &many_company(place)->company.log, &note);
    }
    push.checkpoint = kith_buf_bytes(&note);
    if (status == KITH_OK)
        status = kith_push_encode(&push, ret_frame);
    kith_buf_clear(&note);
    return sim_ok(&place->world->base, status, "second history made");
}

/* The receipt, signed for another root than the partner's log has. */
static bool cosign(const struct many_place *place, struct kith_bytes frame,
                   struct kith_buf *ret_frame)
{
    const struct many_company *who = many_company(place);
    struct kith_receipt_signer signer = {
        .receiver = who->company.id,
        .receipt_key = &who->company.receipt,
        .time_s = (uint64_t)sim_now(&place->world->base)};
    struct kith_checkpoint checkpoint;
    struct kith_buf note = {0};
    struct kith_receipt receipt;
    struct kith_note parsed;
    kith_arena_reset(place->world->reading);
    if (kith_receipt_decode(place->world->reading, frame, &receipt) !=
            KITH_OK ||
        receipt.note.len == 0 ||
        kith_note_parse(receipt.note, &parsed) != KITH_OK ||
        kith_checkpoint_parse(parsed.text, &checkpoint) != KITH_OK)
        return false;
    checkpoint.root.b[0] ^= 1;
    enum kith_status status = kith_receipt_sign(&checkpoint, &signer, &note);
    receipt.note = kith_buf_bytes(&note);
    if (status == KITH_OK)
        status = kith_receipt_encode(&receipt, ret_frame);
    kith_buf_clear(&note);
    return sim_ok(&place->world->base, status, "false receipt made");
}

static bool copy(struct kith_bytes frame, struct kith_buf *ret_frame)
{
    kith_buf_clear(ret_frame);
    return kith_buf_add(ret_frame, frame.data, frame.len) == KITH_OK;
}

static bool lie(const struct many_place *place, struct kith_bytes frame,
                struct kith_buf *ret_frame, bool *ret_behind)
{
    const bool push = frame.data[0] == KITH_FRAME_PUSH;
    const struct kith_buf *kept = &place->link->kept[!push];
    switch (place->world->lie) {
    case MANY_FORGES:
        if (!copy(frame, ret_frame))
            return false;
        ret_frame->data[1 + sim_below(frame.len - 1)] ^=
            (uint8_t)(1u << sim_below(8));
        return true;
    case MANY_FORKS:
        *ret_behind = true;
        return push && fork_push(place, frame, ret_frame);
    case MANY_REPLAYS:
        return kept->len > 0 && copy(kith_buf_bytes(kept), ret_frame);
    case MANY_COSIGNS:
        return !push && cosign(place, frame, ret_frame);
    default:
        return false;
    }
}

bool many_liar_sends(const struct many_place *place, struct kith_bytes frame,
                     struct kith_buf *ret_frame, bool *ret_behind)
{
    struct many_world *world = place->world;
    bool lies = false;
    if (many_company(place)->number != world->liar ||
        (frame.data[0] != KITH_FRAME_PUSH &&
         frame.data[0] != KITH_FRAME_RECEIPT))
        return false;
    if (sim_chance(LIE_PERMILLE))
        lies = lie(place, frame, ret_frame, ret_behind);
    if (!lies)
        copy(frame, &place->link->kept[frame.data[0] != KITH_FRAME_PUSH]);
    place->link->lied = place->link->lied || lies;
    world->n_lies += lies;
    return lies;
}

/* Rejects an entry of the partner that was good. */
static enum kith_status judge(struct act *act, void *context)
{
    const struct many_place *place = context;
    struct kith_record record = {.kind = KITH_KIND_VERDICT};
    struct kith_record_builder builder;
    struct store_entry entry;
    struct store_link link;
    struct kith_hash leaf;
    enum kith_status status =
        store_link_get(act->txn, many_end(place)->number, &link);
    if (status == KITH_OK && link.in.tree.size == 0)
        return KITH_NOT_FOUND;
    if (status != KITH_OK)
        return status;
    uint64_t index = sim_below(link.in.tree.size);
    struct store_log_id log = {link.number, STORE_IN, link.in.number};
    status = store_entry_get(act->txn, &log, index, act->arena, &entry);
    if (status != KITH_OK)
        return status;
    kith_tree_leaf_hash(entry.header.data, entry.header.len, &leaf);
    kith_build_start(&builder, act->arena);
    kith_build_number(&builder, KITH_VERDICT_LOG_NUMBER, log.number);
    kith_build_number(&builder, KITH_VERDICT_INDEX, (int64_t)index);
    kith_build_octets(&builder, KITH_VERDICT_LEAF, leaf.b, KITH_HASH_LEN);
    kith_build_choice(&builder, KITH_VERDICT_VERDICT, KITH_VERDICT_REJECTED);
    kith_build_text(&builder, KITH_VERDICT_CODE, kith_bytes_of("revision"));
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status = outbox_add(act, &link, OUTBOX_DUTY, &record);
    return status;
}

void many_liar_acts(struct many_world *world)
{
    if (world->lie != MANY_JUDGES || !sim_chance(LIE_PERMILLE))
        return;
    for (int i = 0; i < 2 * world->n_links; i++) {
        struct many_place place = {world, &world->links[i / 2], i & 1};
        struct sim_work work = {
            .work = judge, .context = &place, .name = "judges falsely"};
        struct many_company *who = many_company(&place);
        if (who->number == world->liar && who->alive &&
            many_host_work(world, who, &work))
            world->n_lies++;
    }
}
