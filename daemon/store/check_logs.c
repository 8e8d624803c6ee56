/* check_logs - holds every entry, node and note of the logs against each
 * other: the trees are computed anew from the headers.
 *
 * Not here: signatures (they need keys: the evidence verifier), other tables
 * (check_rows.c).
 */
#include "store/check.h"

#include <inttypes.h>

#include "kith/checkpoint.h"
#include "store/entries.h"

static const uint64_t no_note = UINT64_MAX;

/* One log on the way. */
struct log_walk {
    struct store_log_id id;
    struct kith_tree tree; /* of all headers so far */
    struct kith_tree run;  /* of those since the last multiple of STORE_RUN */
    uint64_t next_note[4]; /* by kind: size of the next note, no_note none */
    uint64_t entries, nodes, notes;
};

static const char *side_name(const struct log_walk *log)
{
    return log->id.side == STORE_OUT ? "sent" : "received";
}

static void found_in(struct check *check, const struct log_walk *log,
                     uint64_t index, const char *what)
{
    check_found(check, "link %u, %s log %u, %" PRIu64 ": %s", log->id.link,
                side_name(log), log->id.number, index, what);
}

/* Compares the stored nodes that the run just completed. */
static void check_nodes(struct check *check, struct log_walk *log)
{
    uint64_t index = log->tree.size / STORE_RUN - 1;
    unsigned level = STORE_RUN_LEVEL;
    struct kith_hash hash, stored;

    kith_tree_root(&log->run, &hash);
    kith_tree_init(&log->run);
    for (;;) {
        if (store_tree_node(check->txn, &log->id, level, index, &stored) !=
                KITH_OK ||
            !kith_hash_equal(&stored, &hash)) {
            found_in(check, log, log->tree.size, "a tree node is wrong");
            return;
        }
        log->nodes++;
        if (index % 2 == 0)
            return;
        if (store_tree_node(check->txn, &log->id, level, index - 1, &stored) !=
            KITH_OK)
            return;
        kith_tree_node_hash(&stored, &hash, &hash);
        index /= 2;
        level++;
    }
}

/* The three lines before the empty one. */
static struct kith_bytes note_text(struct kith_bytes note)
{
    struct kith_bytes text = {note.data, 0};

    while (text.len + 1 < note.len &&
           (note.data[text.len] != '\n' || note.data[text.len + 1] != '\n'))
        text.len++;
    text.len++;
    return text;
}

/* Finds the next note of KIND of at least SIZE. */
static void seek_note(struct check *check, struct log_walk *log,
                      enum store_note kind, uint64_t size)
{
    struct kith_bytes note = {NULL, 0};
    enum kith_status status =
        store_note_from(check->txn, &log->id, kind, &size, check->arena, &note);

    log->next_note[kind] = status == KITH_OK ? size : no_note;
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        found_in(check, log, size, "a note does not open");
}

/* The note of exactly SIZE; ROOT is the tree's at that size, NULL when it is
 * beyond what we hold. */
static void check_note(struct check *check, struct log_walk *log,
                       enum store_note kind, uint64_t size,
                       const struct kith_hash *root)
{
    struct kith_checkpoint checkpoint;
    struct kith_bytes note = {NULL, 0};
    enum kith_status status = KITH_OK;

    kith_arena_reset(check->arena);
    status =
        store_note_at(check->txn, &log->id, kind, &size, check->arena, &note);
    log->notes++;
    check->report.notes++;
    if (status != KITH_OK ||
        kith_checkpoint_parse(note_text(note), &checkpoint) != KITH_OK ||
        checkpoint.size != size)
        found_in(check, log, size, "a note is not of its size");
    else if (root != NULL && !kith_hash_equal(&checkpoint.root, root))
        found_in(check, log, size, "a note names another root");
    seek_note(check, log, kind, size + 1);
}

static void check_notes_of(struct check *check, struct log_walk *log)
{
    struct kith_hash root;
    uint64_t size = log->tree.size;

    for (int kind = STORE_CHECKPOINT; kind <= STORE_RECEIPT; kind++) {
        if (log->next_note[kind] != size)
            continue;
        kith_tree_root(&log->tree, &root);
        check_note(check, log, (enum store_note)kind, size, &root);
    }
}

/* A partner may have shown a checkpoint of entries that are still to come. */
static void check_notes_beyond(struct check *check, struct log_walk *log)
{
    for (int kind = STORE_CHECKPOINT; kind <= STORE_RECEIPT; kind++) {
        while (log->next_note[kind] != no_note) {
            if (log->id.side == STORE_OUT)
                found_in(check, log, log->next_note[kind],
                         "a note covers entries that are missing");
            check_note(check, log, (enum store_note)kind, log->next_note[kind],
                       NULL);
        }
    }
}

static void check_entry(struct check *check, struct log_walk *log,
                        const struct store_entry *entry)
{
    struct kith_entry_header header;
    struct kith_hash leaf;
    uint64_t index = log->tree.size;

    if (kith_entry_decode(entry->header, &header) != KITH_OK ||
        header.index != index)
        found_in(check, log, index, "the header is not of its index");
    else if (entry->sealed.len > 0 &&
             kith_entry_check_sealed(&header, entry->sealed) != KITH_OK)
        found_in(check, log, index, "the body is not that of its header");
    if (entry->slot > check->store->root.slots)
        found_in(check, log, index, "its slot was never drawn");
    kith_tree_leaf_hash(entry->header.data, entry->header.len, &leaf);
    if (kith_tree_append(&log->tree, &leaf) != KITH_OK ||
        kith_tree_append(&log->run, &leaf) != KITH_OK)
        found_in(check, log, index, "the tree is full");
}

/* Walks one log to its end. */
static void walk_log(struct check *check, struct log_walk *log)
{
    enum kith_status status = KITH_OK;

    seek_note(check, log, STORE_CHECKPOINT, 0);
    seek_note(check, log, STORE_RECEIPT, 0);
    check_notes_of(check, log);
    while (status == KITH_OK) {
        struct store_entry entry;

        kith_arena_reset(check->arena);
        status = store_entry_get(check->txn, &log->id, log->tree.size,
                                 check->arena, &entry);
        if (status == KITH_NOT_FOUND)
            break;
        if (status != KITH_OK) {
            found_in(check, log, log->tree.size, "the entry does not open");
            break;
        }
        check_entry(check, log, &entry);
        log->entries++;
        check->report.entries++;
        check_step(check);
        if (log->run.size == STORE_RUN)
            check_nodes(check, log);
        check_notes_of(check, log);
    }
    check_notes_beyond(check, log);
}

/* Notes that contradict the log, kept as proof of a fork. */
static void check_second_notes(struct check *check, struct log_walk *log)
{
    seek_note(check, log, STORE_SECOND, 0);
    while (log->next_note[STORE_SECOND] != no_note)
        check_note(check, log, STORE_SECOND, log->next_note[STORE_SECOND],
                   NULL);
}

/* Holds a log that is in use against what its link says of it. */
static void check_newest(struct check *check, const struct log_walk *log,
                         const struct store_log *said)
{
    struct kith_hash mine, theirs;

    kith_tree_root(&log->tree, &mine);
    kith_tree_root(&said->tree, &theirs);
    if (said->tree.size != log->tree.size || !kith_hash_equal(&mine, &theirs))
        found_in(check, log, log->tree.size,
                 "the link has another tree than its entries make");
    if (said->processed > said->tree.size || said->receipted > said->tree.size)
        found_in(check, log, said->tree.size,
                 "more is receipted than there are entries");
}

/* The log of ID, which is in use when SAID is of its number. */
static void walk_one(struct check *check, const struct store_log_id *id,
                     const struct store_log *said, struct log_walk *sum)
{
    struct log_walk log = {.id = *id};

    walk_log(check, &log);
    check_second_notes(check, &log);
    if (id->number == said->number)
        check_newest(check, &log, said);
    sum->entries += log.entries;
    sum->nodes += log.nodes;
    sum->notes += log.notes;
}

/* Every log that has a note, and the one in use, which may have none yet. */
static void walk_side(struct check *check, uint32_t link, enum store_side side,
                      const struct store_log *said, struct log_walk *sum)
{
    const struct store_log_id newest = {link, side, said->number};
    struct store_log_id id = {link, side, 0};
    enum kith_status status;
    bool walked = said->number == 0;

    while ((status = store_log_next(check->txn, &id)) == KITH_OK &&
           id.number <= said->number) {
        walked = walked || id.number == said->number;
        walk_one(check, &id, said, sum);
    }
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        check_found(check, "link %u: the row of a next log does not open",
                    link);
    if (!walked)
        walk_one(check, &newest, said, sum);
}

enum kith_status check_logs(struct check *check)
{
    const uint64_t *rows = check->store->root.rows;
    struct log_walk out = {.entries = 0}, in = {.entries = 0};
    struct store_link link;
    uint32_t after = 0;

    for (after = 0; after < check->store->root.links; after++) {
        if (store_link_get(check->txn, after + 1, &link) != KITH_OK) {
            check_found(check, "link %u does not open", after + 1);
            continue;
        }
        walk_side(check, link.number, STORE_OUT, &link.out, &out);
        walk_side(check, link.number, STORE_IN, &link.in, &in);
    }
    if (out.entries != rows[KV_ENTRY_OUT] || in.entries != rows[KV_ENTRY_IN])
        check_found(check, "there are entries of no log");
    if (out.nodes + in.nodes != rows[KV_NODE])
        check_found(check, "there are tree nodes of no log");
    if (out.notes + in.notes != rows[KV_NOTE])
        check_found(check, "there are notes of no log");
    return KITH_OK;
}
