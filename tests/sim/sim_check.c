/* sim_check - at every commit and every frame that leaves.
 *
 * Not here: the walk over both logs at the end (sim_audit).
 */
#include "sim/sim_check.h"

#include <inttypes.h>
#include <string.h>

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/note.h"
#include "kith/seal.h"
#include "kith/session.h"
#include "sim/sim_model.h"
#include "sim/sim_open.h"
#include "store/records.h"
#include "store/state.h"
#include "store/store.h"

/* Which project of ours does an item of SIDE's log tell of; -1: none. */
static int project_of(const struct sim_place *place,
                      const struct kith_body *body)
{
    const struct sim_model *model = place->world->model;
    int side = place->reader->number;
    struct store_told told;
    struct kith_id item = body->record.id;
    if (body->record.kind == KITH_KIND_GRANT &&
        kith_record_octets(&body->record, KITH_GRANT_PROJECT, item.b,
                           KITH_ID_LEN) != KITH_OK)
        return -1;
    if (store_told_by_item(place->txn, place->link.number, &item, &told) !=
        KITH_OK)
        return -1;
    uint64_t number =
        told.ref.project != 0 ? told.ref.project : told.ref.record;
    for (size_t i = 0; i < model->n_projects[side]; i++)
        if (model->projects[side][i].number == number)
            return (int)i;
    return -1;
}

/* Would a person say that this may leave now? From the simulator's own
 * record of agreements and grants. */
static bool may_leave(const struct sim_model *model, int side,
                      const struct sim_entry *entry)
{
    if (entry->entry_class != KITH_CLASS_PROJECT)
        return true;
    if (!sim_model_agreed(model, side))
        return false;
    if (entry->kind == KITH_KIND_ANSWER)
        return true; /* the only partner asked */
    if (entry->project < 0)
        return false;
    const struct sim_project *project = &model->projects[side][entry->project];
    if (entry->kind == KITH_KIND_GRANT)
        return project->n_grants > 0;
    const struct sim_grant *grant = sim_model_grant(project, entry->kind);
    return grant != NULL && !(entry->title && grant->hides);
}

/* Its id says nothing at home, its time does not run back, and it bears
 * witness of the audit log as the last commit left it. */
static void check_header(const struct sim_place *place,
                         const struct sim_opened *opened)
{
    struct sim_world *world = place->world;
    int side = place->reader->number;
    struct sim_held *held = &world->model->held[side];
    struct kith_origin origin;
    struct kith_hash witness;
    sim_open_origin(place, &origin);
    kith_witness(place->reader->company.witness_salt,
                 &(struct kith_place){&origin, opened->header.index},
                 held->audit_size, &held->audit_root, &witness);
    if (!kith_hash_equal(&witness, &opened->header.witness))
        sim_fail(world, "entry %" PRIu64 " of %c bears false witness",
                 opened->header.index, "AB"[side]);
    if (opened->header.time_s < held->made_at)
        sim_fail(world, "time runs back in %c's log", "AB"[side]);
    held->made_at = opened->header.time_s;
    for (size_t i = 0; i < world->model->n_records[side]; i++)
        if (kith_id_equal(&world->model->records[side][i].id,
                          &opened->body.record.id))
            sim_fail(world, "%c tells an internal id", "AB"[side]);
}

/* An entry that was just made. */
static bool check_made(const struct sim_place *place, uint64_t index)
{
    struct sim_model *model = place->world->model;
    int side = place->reader->number;
    struct sim_entry *entry = &model->made[side][index];
    struct sim_opened opened;
    kith_arena_reset(model->arena);
    if (!sim_open_entry(place, index, model->arena, &opened))
        return false;
    entry->entry_class = opened.header.entry_class;
    entry->kind = opened.body.record.kind;
    entry->project = -1;
    if (entry->entry_class == KITH_CLASS_PROJECT)
        entry->project = project_of(place, &opened.body);
    entry->title =
        entry->kind == KITH_KIND_GENERATION &&
        kith_record_field(&opened.body.record, KITH_GENERATION_TITLE) != NULL;
    if (entry->kind == KITH_KIND_NDA_END)
        model->end_place[side] = index + 1;
    check_header(place, &opened);
    /* Nobody lies here, so no entry deserves any other verdict than good. */
    if (entry->kind == KITH_KIND_VERDICT) {
        struct kith_bytes code =
            kith_record_bytes(&opened.body.record, KITH_VERDICT_CODE);
        sim_fail(place->world, "%c rejects entry %" PRId64 ": %.*s", "AB"[side],
                 kith_record_value(&opened.body.record, KITH_VERDICT_INDEX, -1),
                 (int)code.len, (const char *)code.data);
    }
    sim_open_clear(&opened);
    sim_say(&place->world->history, side,
            "made entry %" PRIu64 ": class %d kind %d project %d", index,
            entry->entry_class, (int)entry->kind, entry->project);
    if (!may_leave(model, side, entry))
        sim_fail(place->world,
                 "entry %" PRIu64 " of %c was made without a grant", index,
                 "AB"[side]);
    return true;
}

static void check_order(struct sim_world *world, int side,
                        const struct store_link *link)
{
    const struct sim_held *held = &world->model->held[side];
    if (link->out.tree.size < held->out_size ||
        link->in.tree.size < held->in_size ||
        link->in.processed < held->in_processed ||
        link->in.receipted < held->in_receipted)
        sim_fail(world, "%c: a log or its processed size ran back", "AB"[side]);
    if (link->out.noted != link->out.tree.size)
        sim_fail(world, "%c: entries without a checkpoint", "AB"[side]);
    if (link->in.processed > link->in.tree.size ||
        link->in.receipted > link->in.processed ||
        (link->in.pending != 0 && link->in.receipted >= link->in.pending))
        sim_fail(world,
                 "%c: receipted %" PRIu64 ", processed %" PRIu64
                 ", holds %" PRIu64,
                 "AB"[side], link -> in.receipted, link->in.processed,
                 link->in.tree.size);
    if (link->out.receipted > link->out.tree.size ||
        link->out.processed > link->out.tree.size)
        sim_fail(world, "%c: processed beyond what was made", "AB"[side]);
    if (link->stall != 0 || link->out.frozen || link->in.frozen)
        sim_fail(world, "%c: the link is frozen or stalled (%s)", "AB"[side],
                 link -> stall == 0 ? "frozen" : kith_refuse_name(link->stall));
}

/* No receipt goes for an entry whose body is missing. */
static void check_receipted(const struct sim_place *place)
{
    struct sim_world *world = place->world;
    const struct store_log *in = &place->link.in;
    struct store_log_id id = {
        .link = place->link.number, .side = STORE_IN, .number = in->number};
    uint64_t index = world->model->held[place->reader->number].in_receipted;
    for (; index < in->receipted; index++) {
        struct store_entry row;
        kith_arena_reset(world->model->arena);
        if (sim_ok(world,
                   store_entry_get(place->txn, &id, index, world->model->arena,
                                   &row),
                   "entry read") &&
            row.verdict == STORE_PENDING)
            sim_fail(world, "%c receipts entry %" PRIu64 " without its body",
                     "AB"[place->reader->number], index);
    }
}

/* The audit log says how many entries were made. */
static void read_audit(const struct sim_place *place)
{
    struct sim_world *world = place->world;
    struct sim_held *held = &world->model->held[place->reader->number];
    uint64_t size = 0;
    if (!sim_ok(world, store_audit_head(place->txn, &size, &held->audit_root),
                "audit read"))
        return;
    for (; held->audit_size < size; held->audit_size++) {
        struct kith_record row;
        kith_arena_reset(world->model->arena);
        if (!sim_ok(world,
                    store_audit_get(place->txn, held->audit_size,
                                    world->model->arena, &row),
                    "audit row"))
            return;
        if (kith_bytes_is(kith_record_bytes(&row, KITH_AUDIT_ACT), "disclosed"))
            held->disclosed +=
                (uint64_t)kith_record_value(&row, KITH_AUDIT_COUNT, 0);
    }
    if (held->disclosed != place->link.out.tree.size)
        sim_fail(world,
                 "%c's audit log tells of %" PRIu64
                 " entries, made are %" PRIu64,
                 "AB"[place->reader->number], held -> disclosed,
                 place -> link.out.tree.size);
}

void sim_check_committed(struct sim_world *world, struct sim_side *side)
{
    struct sim_held *held = &world->model->held[side->number];
    struct sim_place place = {.world = world, .reader = side, .own = true};
    if (!sim_ok(world, store_begin(side->store, false, &place.txn), "read"))
        return;
    if (!sim_ok(world, store_link_get(place.txn, side->link, &place.link),
                "link read"))
        goto out;
    const struct store_link *link = &place.link;
    check_order(world, side->number, link);
    check_receipted(&place);
    if (link->out.tree.size >= SIM_ENTRIES_MAX) {
        sim_fail(world, "the log outgrows the simulator's table");
        goto out;
    }
    for (uint64_t i = held->out_size; i < link->out.tree.size; i++)
        if (!check_made(&place, i))
            break;
    held->out_size = link->out.tree.size;
    held->out_noted = link->out.noted;
    held->in_size = link->in.tree.size;
    held->in_processed = link->in.processed;
    held->in_pending = link->in.pending;
    held->in_receipted = link->in.receipted;
    read_audit(&place);
out:
    store_abort(&place.txn);
}

/* Every checkpoint of a log that was ever sent: one root per size. */
static void note_checkpoint(struct sim_world *world, int log_of,
                            struct kith_bytes bytes)
{
    struct sim_model *model = world->model;
    struct kith_checkpoint checkpoint;
    struct kith_note note;
    if (kith_note_parse(bytes, &note) != KITH_OK ||
        kith_checkpoint_parse(note.text, &checkpoint) != KITH_OK ||
        checkpoint.size > SIM_ENTRIES_MAX) {
        sim_fail(world, "a note that was sent is none");
        return;
    }
    if (model->signed_size[log_of][checkpoint.size] &&
        !kith_hash_equal(&model->roots[log_of][checkpoint.size],
                         &checkpoint.root))
        sim_fail(world, "two checkpoints of %c's log at size %" PRIu64,
                 "AB"[log_of], checkpoint.size);
    model->signed_size[log_of][checkpoint.size] = true;
    model->roots[log_of][checkpoint.size] = checkpoint.root;
}

/* Cosign time never runs back (PROTOCOL.md 5). */
static void check_cosign_time(struct sim_world *world, struct sim_side *side,
                              struct kith_bytes note)
{
    struct sim_held *held = &world->model->held[side->number];
    struct kith_receipt_read read;
    struct kith_origin origin;
    kith_origin_make(&world->sides[1 - side->number].company.id,
                     &side->company.id, 1, &origin);
    if (!sim_ok(
            world,
            kith_receipt_verify(note, &origin, &side->keys.receipt.pk, &read),
            "receipt verified"))
        return;
    if (read.time_s < held->cosigned_at)
        sim_fail(world, "%c's cosign time runs back", "AB"[side->number]);
    held->cosigned_at = read.time_s;
}

static void check_receipt(struct sim_world *world, struct sim_side *side,
                          struct kith_bytes frame)
{
    const struct sim_held *held = &world->model->held[side->number];
    struct kith_receipt receipt;
    struct kith_checkpoint checkpoint = {0};
    struct kith_note note;
    if (!sim_ok(world,
                kith_receipt_decode(world->model->arena, frame, &receipt),
                "receipt read"))
        return;
    if (receipt.note.len > 0) {
        note_checkpoint(world, 1 - side->number, receipt.note);
        check_cosign_time(world, side, receipt.note);
        if (kith_note_parse(receipt.note, &note) != KITH_OK ||
            kith_checkpoint_parse(note.text, &checkpoint) != KITH_OK)
            return;
    }
    if (receipt.processed > held->in_processed ||
        checkpoint.size > held->in_processed ||
        (held->in_pending != 0 && checkpoint.size >= held->in_pending))
        sim_fail(world,
                 "%c lets a receipt go without data: size %" PRIu64
                 ", processed %" PRIu64 ", but holds %" PRIu64,
                 "AB"[side->number], checkpoint.size, receipt.processed,
                 held->in_processed);
}

static void check_push(struct sim_world *world, struct sim_side *side,
                       struct kith_bytes frame)
{
    const struct sim_model *model = world->model;
    struct kith_push push;
    if (!sim_ok(world, kith_push_decode(model->arena, frame, &push),
                "push read"))
        return;
    note_checkpoint(world, side->number, push.checkpoint);
    if (push.first + push.n_entries > model->held[side->number].out_noted)
        sim_fail(world, "%c pushes what is not durable", "AB"[side->number]);
    for (size_t i = 0; i < push.n_entries; i++) {
        uint64_t index = push.first + i;
        if (push.entries[i].sealed.len == 0 || index >= SIM_ENTRIES_MAX)
            continue;
        if (!may_leave(model, side->number, &model->made[side->number][index]))
            sim_fail(world,
                     "%c sends the body of entry %" PRIu64 " without a grant",
                     "AB"[side->number], index);
    }
}

void sim_check_sent(struct sim_world *world, struct sim_side *side,
                    struct kith_bytes frame)
{
    kith_arena_reset(world->model->arena);
    if (world->model->paused[side->number] &&
        frame.data[0] != KITH_FRAME_REFUSE)
        sim_fail(world, "%c speaks on a link that it paused",
                 "AB"[side->number]);
    switch (frame.data[0]) {
    case KITH_FRAME_PUSH:
        check_push(world, side, frame);
        break;
    case KITH_FRAME_RECEIPT:
        check_receipt(world, side, frame);
        break;
    default:
        break;
    }
}
