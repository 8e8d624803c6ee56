/* intake - a Push, verified as a whole before anything of it counts.
 *
 * Order: decode, place, checkpoint, tree; only then bodies, one by one. Not
 * here: opening bodies (intake_entry.c), what a record does (apply.c), receipts
 * (intake_receipt.c).
 */
#include "rules/intake.h"

#include "kith/checkpoint.h"
#include "kith/note.h"
#include "kith/session.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/fork.h"
#include "rules/intake_entry.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"

/* Did a person close the log that LINK reads? Its entries are here then, and
 * count as none of the next. */
static enum kith_status is_closed(struct act *act,
                                  const struct store_link *link,
                                  bool *ret_closed)
{
    const struct store_log_id log = logkeys_id(link, STORE_IN);
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct store_entry first;
    enum kith_status status = KITH_NOT_FOUND;

    if (link->in.tree.size == 0)
        status = store_entry_get(act->txn, &log, 0, act->arena, &first);
    if (status == KITH_OK)
        kith_wipe(&first.ek, sizeof(first.ek));
    kith_arena_rewind(act->arena, mark);
    *ret_closed = status == KITH_OK;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Is this the log we are reading, and does the push join what we have? */
static enum kith_status find_place(struct act *act, struct store_link *link,
                                   const struct kith_push *push,
                                   struct intake_result *result)
{
    bool closed = false;
    enum kith_status status;

    if (link->in.frozen)
        return KITH_BUSY;
    /* a log that nothing is held of gives way to a later one */
    if (push->log_number > link->in.number && link->in.tree.size == 0)
        link->in.number = push->log_number;
    if (push->log_number != link->in.number)
        return KITH_MALFORMED;
    /* it would come in once more, at places that are taken */
    status = is_closed(act, link, &closed);
    if (status != KITH_OK || closed)
        return status != KITH_OK ? status : KITH_CONFLICT;
    if (push->first > link->in.tree.size) {
        result->want_from = link->in.tree.size;
        result->want_count = push->first - link->in.tree.size;
        return KITH_GAP;
    }
    return KITH_OK;
}

/* Reads the push's checkpoint: for the size at which the push ends, signed by
 * the key that was the partner's log key at that size. */
static enum kith_status read_checkpoint(struct intake *intake)
{
    const uint64_t end = intake->push.first + intake->push.n_entries;
    struct kith_checkpoint *checkpoint = &intake->checkpoint;
    const struct keyring_note note = {.link = intake->link,
                                      .side = STORE_IN,
                                      .log_number = intake->link->in.number,
                                      .note = intake->push.checkpoint};
    enum kith_status status =
        keyring_checkpoint(intake->act, &note, checkpoint);

    if (status != KITH_OK)
        return status;
    return checkpoint->size == end ? KITH_OK : KITH_MALFORMED;
}

/* Headers below our size must be the ones we hold: anything else is a fork. */
static enum kith_status compare_known(struct intake *intake, uint64_t index,
                                      const struct kith_push_entry *entry)
{
    const struct kith_arena_mark mark = kith_arena_mark(intake->act->arena);
    struct store_entry known;
    enum kith_status status = store_entry_get(
        intake->act->txn, &intake->log, index, intake->act->arena, &known);

    if (status == KITH_OK && !kith_bytes_equal(known.header, entry->header))
        status = KITH_FORK;
    kith_wipe(&known.ek, sizeof(known.ek));
    kith_arena_rewind(intake->act->arena, mark);
    return status;
}

/* Decodes all headers and grows a copy of the tree by the new ones. */
static enum kith_status read_headers(struct intake *intake,
                                     struct kith_tree *tree)
{
    size_t i;
    enum kith_status status = KITH_OK;

    for (i = 0; status == KITH_OK && i < intake->push.n_entries; i++) {
        const struct kith_push_entry *entry = &intake->push.entries[i];
        const uint64_t index = intake->push.first + i;
        struct kith_hash *leaf = &intake->leaves[i];

        status = kith_entry_decode(entry->header, &intake->headers[i]);
        if (status == KITH_OK && intake->headers[i].index != index)
            status = KITH_MALFORMED;
        if (status == KITH_OK && entry->sealed.len != 0) {
            status =
                kith_entry_check_sealed(&intake->headers[i], entry->sealed);
            intake->n_bodies++;
        }
        if (status != KITH_OK)
            return status;
        if (index < intake->link->in.tree.size) {
            status = compare_known(intake, index, entry);
            continue;
        }
        kith_tree_leaf_hash(entry->header.data, entry->header.len, leaf);
        status = kith_tree_append(tree, leaf);
    }
    return status;
}

/* The signed root must be that of what we hold and what came. Of what we hold
 * already a signed root that differs is a second history. */
static enum kith_status check_root(const struct intake *intake,
                                   const struct kith_tree *tree)
{
    const uint64_t size = intake->checkpoint.size;
    const bool known = size <= intake->link->in.tree.size;
    struct kith_hash root;
    enum kith_status status = KITH_OK;

    if (known)
        status = logkeys_root(intake->act, intake->link, STORE_IN, size, &root);
    else
        kith_tree_root(tree, &root);
    if (status != KITH_OK)
        return status;
    if (kith_hash_equal(&root, &intake->checkpoint.root))
        return KITH_OK;
    return known ? KITH_FORK : KITH_UNTRUSTED;
}

/* Each key must be the one its header commits to: asked of all of them before
 * anything is stored, for a fault in one refuses the whole push. */
static enum kith_status check_keys(const struct intake *intake)
{
    size_t i, body = 0;
    enum kith_status status = KITH_OK;

    for (i = 0; status == KITH_OK && i < intake->push.n_entries; i++) {
        if (intake->push.entries[i].sealed.len != 0)
            status = kith_seal_commits(&intake->origin, &intake->headers[i],
                                       &intake->eks[body++]);
    }
    return status;
}

static enum kith_status open_keys(struct intake *intake)
{
    enum kith_status status;

    if (intake->n_bodies == 0)
        return intake->push.keys.len == 0 ? KITH_OK : KITH_MALFORMED;
    status = kith_ek_box_open(&intake->act->company->sealing, intake->push.keys,
                              intake->n_bodies, intake->eks);
    /* Sealed to a key that is not ours any more: each entry is unreadable,
     * the log goes on. */
    if (status == KITH_UNREADABLE) {
        intake->keys_lost = true;
        return KITH_OK;
    }
    return status == KITH_OK ? check_keys(intake) : status;
}

static void note_times(const struct intake *intake,
                       struct intake_result *result)
{
    size_t i;

    for (i = 0; i < intake->push.n_entries; i++) {
        const int64_t time = (int64_t)intake->headers[i].time_s;

        if (intake->push.first + i >= intake->link->in.tree.size &&
            time > result->newest_time)
            result->newest_time = time;
    }
}

static enum kith_status take_entries(struct intake *intake,
                                     struct intake_result *result)
{
    size_t i, body = 0;
    enum kith_status status = KITH_OK;

    for (i = 0; status == KITH_OK && i < intake->push.n_entries; i++) {
        const struct kith_arena_mark mark = kith_arena_mark(intake->act->arena);
        const bool has_body = intake->push.entries[i].sealed.len != 0;
        const struct kith_ek *ek =
            has_body && !intake->keys_lost ? &intake->eks[body] : NULL;

        status = intake_entry(intake, i, ek, &result->fresh);
        body += has_body;
        kith_arena_rewind(intake->act->arena, mark);
    }
    return status;
}

/* Another signature under what we hold: of a key that took a compromised one's
 * place. KITH_FORK: it says something else. */
static enum kith_status renew_checkpoint(struct intake *intake)
{
    uint64_t size = intake->checkpoint.size;
    struct kith_checkpoint former;
    struct kith_note read;
    struct kith_bytes note;
    enum kith_status status =
        store_note_at(intake->act->txn, &intake->log, STORE_CHECKPOINT, &size,
                      intake->act->arena, &note);

    if (status == KITH_OK)
        status = kith_note_parse(note, &read);
    if (status == KITH_OK)
        status = kith_checkpoint_parse(read.text, &former);
    if (status != KITH_OK)
        return status == KITH_NOMEM ? status : KITH_DAMAGED;
    if (!kith_checkpoint_equal(&former, &intake->checkpoint))
        return KITH_FORK;
    return store_note_renew(intake->act->txn, &intake->log, STORE_CHECKPOINT,
                            size, intake->push.checkpoint);
}

/* Keeps the checkpoint; one of a size, ever. */
static enum kith_status keep_checkpoint(struct intake *intake)
{
    const uint64_t size = intake->checkpoint.size;
    enum kith_status status =
        store_note_put(intake->act->txn, &intake->log, STORE_CHECKPOINT, size,
                       intake->push.checkpoint);

    if (status == KITH_FORK)
        status = renew_checkpoint(intake);
    if (status == KITH_OK && size > intake->link->in.noted)
        intake->link->in.noted = size;
    return status;
}

static enum kith_status freeze(struct intake *intake)
{
    const struct fork_note fork = {.side = STORE_IN,
                                   .size = intake->checkpoint.size,
                                   .note = intake->push.checkpoint};

    return fork_keep(intake->act, intake->link, &fork);
}

/* What taking the push in would use up: new entries, and bodies that come
 * behind their header. A bare header is no entry a minute yet, else a backlog
 * of them would keep the duty entries behind it out. */
static void count_cost(const struct intake *intake, struct quota_cost *cost)
{
    const struct store_log *log = &intake->link->in;
    size_t i;

    *cost = (struct quota_cost){.reserve = true};
    for (i = 0; i < intake->push.n_entries; i++) {
        const uint64_t index = intake->push.first + i;
        const size_t body = intake->push.entries[i].sealed.len;
        const bool late = log->pending != 0 && index >= log->pending - 1;

        if (index < log->tree.size && (!late || body == 0))
            continue;
        cost->entries += body != 0;
        cost->bytes += KITH_ENTRY_HEADER_LEN + KITH_QUOTA_ENTRY_BYTES + body;
        if (body != 0 && intake->headers[i].entry_class != KITH_CLASS_DUTY)
            cost->reserve = false;
    }
}

/* Asks the quota, and counts the push when it may pass. */
static enum kith_status spend(struct intake *intake, struct quota_use *use,
                              struct intake_result *result)
{
    struct quota_cost cost;

    count_cost(intake, &cost);
    result->over = quota_ask(intake->act, intake->link, use, &cost);
    if (result->over != QUOTA_NONE)
        return KITH_DENIED;
    quota_take(intake->link, use, &cost);
    /* the reserve says nothing of whether the quota has room again */
    return cost.reserve ? KITH_OK
                        : quota_passed(intake->act, intake->link, use);
}

static enum kith_status take(struct intake *intake, struct quota_use *use,
                             struct intake_result *result)
{
    struct kith_tree tree = intake->link->in.tree;
    enum kith_status status = read_checkpoint(intake);

    if (status == KITH_OK)
        status = read_headers(intake, &tree);
    if (status == KITH_OK)
        status = check_root(intake, &tree);
    if (status == KITH_OK)
        status = open_keys(intake);
    if (status == KITH_OK)
        status = spend(intake, use, result);
    if (status != KITH_OK)
        return status;
    note_times(intake, result);
    status = take_entries(intake, result);
    if (status != KITH_OK)
        return status;
    if (tree.size > intake->link->in.tree.size)
        intake->link->in.tree = tree;
    status = keep_checkpoint(intake);
    if (status != KITH_OK)
        return status;
    intake->link->in.processed = intake->link->in.tree.size;
    return store_link_put(intake->act->txn, intake->link);
}

enum kith_status intake_push(struct act *act, struct store_link *link,
                             struct kith_bytes frame, struct quota_use *use,
                             struct intake_result *ret_result)
{
    struct intake_result result = {0};
    struct intake *intake = kith_arena_alloc(act->arena, sizeof(*intake));
    enum kith_status status;

    if (intake == NULL)
        return KITH_NOMEM;
    intake->act = act;
    intake->link = link;
    status = kith_push_decode(act->arena, frame, &intake->push);
    if (status == KITH_OK)
        status = find_place(act, link, &intake->push, &result);
    if (status == KITH_OK) {
        intake->log = logkeys_id(link, STORE_IN);
        logkeys_origin(act, link, STORE_IN, &intake->origin);
    }
    if (status == KITH_OK)
        status = take(intake, use, &result);
    kith_wipe(intake->eks, sizeof(intake->eks));
    if (status == KITH_FORK) {
        enum kith_status kept = freeze(intake);

        if (kept != KITH_OK)
            status = kept;
    }
    if (status == KITH_OK || status == KITH_GAP || status == KITH_DENIED)
        *ret_result = result;
    return status;
}
