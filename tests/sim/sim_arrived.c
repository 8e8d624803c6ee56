/* sim_arrived - after healing: nothing is queued, nothing is missing, and each
 * record shows at the partner what was posted last, or is not there at all.
 */
#include <inttypes.h>

#include "kith/kinds.h"
#include "sim/sim_audit.h"
#include "sim/sim_model.h"
#include "sim/sim_post.h"
#include "store/records.h"
#include "store/store.h"

/* Grants are as the model has them; an answer goes to the asker by itself. */
static bool is_visible(const struct sim_model *model, int side,
                       const struct sim_record *record)
{
    if (!model->countersigned || model->ended[0] || model->ended[1])
        return false;
    if (record->kind == KITH_KIND_ANSWER)
        return true;
    return sim_model_grant(&model->projects[side][record->project],
                           record->kind) != NULL;
}

/* The serial number that the receiver sees of a told record; 0: nothing. */
static uint64_t serial_seen(struct sim_log *log, const struct store_told *told)
{
    struct sim_world *world = log->own.world;
    struct sim_opened opened;
    struct store_head head;
    if (store_head_by_id(log->copy.txn, log->copy.link.number, &told->item,
                         &head) != KITH_OK ||
        head.withdrawn)
        return 0;
    kith_arena_reset(world->model->arena);
    if (!sim_open_entry(&log->copy, head.newest, world->model->arena, &opened))
        return 0;
    uint64_t serial =
        opened.has_body ? sim_post_serial(&opened.body.record) : 0;
    sim_open_clear(&opened);
    return serial;
}

static void check_record(struct sim_log *log, const struct sim_record *record)
{
    struct sim_world *world = log->own.world;
    int side = log->own.reader->number;
    struct store_told told = {0};
    uint64_t seen = 0;
    uint64_t wanted =
        is_visible(world->model, side, record) ? record->serial : 0;
    if (wanted != 0 && record->kind == KITH_KIND_GENERATION &&
        sim_model_grant(&world->model->projects[side][record->project],
                        record->kind)
            ->hides)
        wanted = 0; /* the item is there, its title is not */
    enum kith_status status =
        store_told_get(log->own.txn, log->own.link.number, &record->ref, &told);
    if (status == KITH_OK && told.item_revision > 0)
        seen = serial_seen(log, &told);
    if (seen != wanted)
        sim_fail(world,
                 "%c's record of kind %d: posted %" PRIu64
                 ", to be seen as %" PRIu64 ", seen as %" PRIu64,
                 "AB"[side], (int)record -> kind, record -> serial, wanted,
                 seen);
}

void sim_audit_arrived(struct sim_log *log)
{
    struct sim_world *world = log->own.world;
    const struct sim_model *model = world->model;
    int side = log->own.reader->number;
    const struct store_log *out = &log->own.link.out;
    const struct store_log *in = &log->copy.link.in;
    uint64_t queued = 0;
    if (sim_ok(world,
               store_queue_length(log->own.txn, log->own.link.number, &queued),
               "queue read") &&
        queued != 0)
        sim_fail(world, "%c still has %" PRIu64 " places queued", "AB"[side],
                 queued);
    if (out->tree.size != in->processed || out->processed != in->processed ||
        out->receipted != out->tree.size || in->pending != 0)
        sim_fail(world,
                 "%c made %" PRIu64 ", processed %" PRIu64
                 ", receipted %" PRIu64 "; the partner processed %" PRIu64,
                 "AB"[side], out -> tree.size, out->processed, out->receipted,
                 in->processed);
    for (size_t i = 0; i < model->n_records[side]; i++)
        check_record(log, &model->records[side][i]);
}
