/* sim_audit - both ends of a log, entry by entry.
 *
 * Not here: what must have arrived (sim_arrived).
 */
#include "sim/sim_audit.h"

#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "kith/checkpoint.h"
#include "kith/kinds.h"
#include "kith/tree.h"
#include "rules/view.h"
#include "sim/sim_check.h"
#include "sim/sim_model.h"
#include "store/records.h"
#include "store/store.h"

enum {
    ITEMS_MAX = 512
};

/* Newest revision of each item, to see that none is missing or doubled. */
struct tally {
    struct kith_id ids[ITEMS_MAX];
    uint64_t revisions[ITEMS_MAX];
    size_t n;
};

static bool open_end(struct sim_world *world, struct sim_side *side, bool own,
                     struct sim_place *place)
{
    *place = (struct sim_place){.world = world, .reader = side, .own = own};
    return sim_ok(world, store_begin(side->store, false, &place->txn),
                  "read") &&
           sim_ok(world, store_link_get(place->txn, side->link, &place->link),
                  "link read");
}

bool sim_audit_begin(struct sim_world *world, int sender,
                     struct sim_log *ret_log)
{
    memset(ret_log, 0, sizeof *ret_log);
    return open_end(world, &world->sides[sender], true, &ret_log->own) &&
           open_end(world, &world->sides[1 - sender], false, &ret_log->copy);
}

void sim_audit_end(struct sim_log *log)
{
    store_abort(&log->own.txn);
    store_abort(&log->copy.txn);
}

/* The headers' tree, and every checkpoint that ever left, size by size. */
static void check_tree(const struct sim_place *place)
{
    struct sim_world *world = place->world;
    const struct sim_model *model = world->model;
    int log_of = place->own ? place->reader->number : 1 - place->reader->number;
    const struct store_log *log =
        place->own ? &place->link.out : &place->link.in;
    struct store_log_id id = sim_open_log(place);
    struct kith_tree tree;
    struct kith_hash leaf, root, held;
    kith_tree_init(&tree);
    for (uint64_t i = 0; i < log->tree.size; i++) {
        struct store_entry row;
        kith_arena_reset(model->arena);
        if (!sim_ok(world,
                    store_entry_get(place->txn, &id, i, model->arena, &row),
                    "entry read"))
            return;
        kith_tree_leaf_hash(row.header.data, row.header.len, &leaf);
        if (!sim_ok(world, kith_tree_append(&tree, &leaf), "tree"))
            return;
        kith_tree_root(&tree, &root);
        if (i + 1 <= SIM_ENTRIES_MAX && model->signed_size[log_of][i + 1] &&
            !kith_hash_equal(&root, &model->roots[log_of][i + 1]))
            sim_fail(world,
                     "the checkpoint of %c's log at size %" PRIu64
                     " is of another tree",
                     "AB"[log_of], i + 1);
    }
    kith_tree_root(&tree, &root);
    kith_tree_root(&log->tree, &held);
    if (!kith_hash_equal(&root, &held))
        sim_fail(world, "%c holds another root than its headers give",
                 "AB"[place->reader->number]);
}

/* Revisions of an item come as 1, 2, 3 ... */
static void count_revision(struct sim_world *world, struct tally *tally,
                           const struct kith_record *record)
{
    for (size_t i = 0; i < tally->n; i++) {
        if (!kith_id_equal(&tally->ids[i], &record->id))
            continue;
        if (record->revision != tally->revisions[i] + 1)
            sim_fail(world,
                     "an item comes as revision %" PRIu64 " after %" PRIu64,
                     record->revision, tally->revisions[i]);
        tally->revisions[i] = record->revision;
        return;
    }
    if (record->revision != 1)
        sim_fail(world, "an item begins with revision %" PRIu64,
                 record->revision);
    if (tally->n == ITEMS_MAX)
        return;
    tally->ids[tally->n] = record->id;
    tally->revisions[tally->n++] = record->revision;
}

static void compare_bodies(struct sim_log *log, uint64_t index,
                           const struct sim_opened *own,
                           const struct sim_opened *copy)
{
    struct sim_world *world = log->own.world;
    char sender = "AB"[log->own.reader->number];
    bool is_void = own->row.verdict == STORE_VOID;
    if (!kith_bytes_equal(own->row.header, copy->row.header))
        sim_fail(world, "entry %" PRIu64 " of %c has two headers", index,
                 sender);
    if (copy->has_body &&
        (!kith_bytes_equal(own->row.sealed, copy->row.sealed) ||
         !kith_bytes_equal(own->text, copy->text)))
        sim_fail(world, "entry %" PRIu64 " of %c is not byte-equal", index,
                 sender);
    if (!copy->has_body && !is_void)
        sim_fail(world, "entry %" PRIu64 " of %c arrived without its body",
                 index, sender);
    if (copy->row.verdict != STORE_PROCESSED && !is_void)
        sim_fail(world, "entry %" PRIu64 " of %c got verdict %d, code %d",
                 index, sender, copy->row.verdict, copy->row.code);
    if (copy->row.verdict == STORE_PENDING &&
        index < log->own.link.out.receipted)
        sim_fail(world, "entry %" PRIu64 " of %c is receipted and pending",
                 index, sender);
}

/* What the sender remembers to have told is what this entry says. */
static void check_told(struct sim_log *log, uint64_t index,
                       const struct sim_opened *own)
{
    struct sim_world *world = log->own.world;
    struct sim_side *side = log->own.reader;
    struct act act = {.company = &side->company,
                      .txn = log->own.txn,
                      .arena = world->model->arena,
                      .now = sim_now(world)};
    uint8_t digest[VIEW_DIGEST_LEN];
    struct store_told told;
    if (store_told_by_item(log->own.txn, side->link, &own->body.record.id,
                           &told) != KITH_OK ||
        told.index != index || told.item_revision == 0 ||
        sodium_is_zero(told.view,
                       sizeof told.view)) /* untold, see pump_frame */
        return;
    if (told.item_revision != own->body.record.revision)
        sim_fail(world,
                 "%c remembers revision %" PRIu64
                 " of an item where it told %" PRIu64,
                 "AB"[side->number], told.item_revision,
                 own->body.record.revision);
    if (!sim_ok(world, view_digest(&act, &own->body.record, digest),
                "view digest"))
        return;
    if (memcmp(digest, told.view, sizeof digest) != 0)
        sim_fail(world,
                 "entry %" PRIu64 " of %c shows another view than it "
                 "remembers",
                 index, "AB"[side->number]);
}

static void check_entries(struct sim_log *log)
{
    struct sim_world *world = log->own.world;
    struct tally tally = {.n = 0};
    uint64_t held = log->copy.link.in.tree.size;
    for (uint64_t i = 0; i < log->own.link.out.tree.size; i++) {
        struct sim_opened own, copy;
        kith_arena_reset(world->model->arena);
        if (!sim_open_entry(&log->own, i, world->model->arena, &own))
            return;
        if (own.has_body && own.row.verdict != STORE_VOID &&
            own.header.entry_class == KITH_CLASS_PROJECT &&
            own.body.record.kind != KITH_KIND_GRANT) {
            count_revision(world, &tally, &own.body.record);
            check_told(log, i, &own);
        }
        if (i < held &&
            sim_open_entry(&log->copy, i, world->model->arena, &copy)) {
            compare_bodies(log, i, &own, &copy);
            sim_open_clear(&copy);
        }
        sim_open_clear(&own);
    }
}

/* The newest notes verify with the keys of the cards alone. */
static void check_notes(struct sim_log *log)
{
    struct sim_world *world = log->own.world;
    const struct sim_side *sender = log->own.reader;
    const struct sim_side *receiver = log->copy.reader;
    struct store_log_id id = sim_open_log(&log->own);
    uint64_t size = log->own.link.out.receipted;
    struct kith_receipt_read receipt;
    struct kith_origin origin;
    struct kith_bytes note;
    if (size == 0)
        return;
    kith_arena_reset(world->model->arena);
    sim_open_origin(&log->own, &origin);
    if (!sim_ok(world,
                store_note_at(log->own.txn, &id, STORE_RECEIPT, &size,
                              world->model->arena, &note),
                "receipt stored") ||
        !sim_ok(world,
                kith_receipt_verify(note, &origin, &receiver->keys.receipt.pk,
                                    &receipt),
                "receipt verified"))
        return;
    if (receipt.checkpoint.size != log->own.link.out.receipted)
        sim_fail(world, "%c stores another receipt than it counts",
                 "AB"[sender->number]);
    if (receipt.checkpoint.size > log->copy.link.in.processed)
        sim_fail(world,
                 "%c cosigned %" PRIu64 " entries and processed %" PRIu64,
                 "AB"[receiver->number], receipt.checkpoint.size,
                 log->copy.link.in.processed);
}

void sim_audit_log(struct sim_log *log)
{
    struct sim_world *world = log->own.world;
    if (log->copy.link.in.tree.size > log->own.link.out.tree.size ||
        log->own.link.out.receipted > log->copy.link.in.receipted ||
        log->own.link.out.processed > log->copy.link.in.processed)
        sim_fail(world, "%c counts more than %c holds",
                 "AB"[log->own.reader->number], "AB"[log->copy.reader->number]);
    check_tree(&log->own);
    check_tree(&log->copy);
    check_entries(log);
    check_notes(log);
}

/* Healing ends with one open session, the same at both ends, and people who
 * have agreed. */
static void check_healed(struct sim_world *world)
{
    struct link_view views[SIM_SIDES];
    for (int i = 0; i < SIM_SIDES; i++)
        if (world->sides[i].machine != NULL)
            link_look(world->sides[i].machine, &views[i]);
        else
            views[i] = (struct link_view){.phase = LINK_PHASE_DOWN};
    if (views[0].phase != LINK_PHASE_OPEN ||
        views[1].phase != LINK_PHASE_OPEN ||
        views[0].session != views[1].session)
        sim_fail(world, "the faults have ended, and no session is open");
    if (!world->model->countersigned || world->model->ended[0] ||
        world->model->ended[1])
        sim_fail(world, "the faults have ended, and nobody could agree");
}

void sim_check_all(struct sim_world *world, bool quiet)
{
    if (quiet)
        check_healed(world);
    for (int sender = 0; sender < SIM_SIDES; sender++) {
        struct sim_log log;
        if (sim_audit_begin(world, sender, &log)) {
            sim_audit_log(&log);
            if (quiet)
                sim_audit_arrived(&log);
        }
        sim_audit_end(&log);
    }
}
