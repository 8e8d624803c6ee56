/* check_rows - walks the tables, opens every row, and follows what it points
 * to.
 *
 * Each table has one function that looks at one row; rows are met in the order
 * of their keys.
 * Not here: entries, nodes, notes (check_logs.c).
 */
#include "store/check.h"

#include <inttypes.h>
#include <string.h>

#include "store/pack.h"
#include "store/state.h"

/* Looks at the row at PLACE, whose opened value is PLAIN. */
typedef void check_row(struct check *check, const struct kv_place *place,
                       struct kith_bytes plain);

static void found_at(struct check *check, const struct kv_place *place,
                     const char *what)
{
    char key[2 * KV_KEY_MAX + 1];

    kith_hex(place->key.b, place->key.len, key);
    check_found(check, "table %d, row %s: %s", place->table, key, what);
}

/* The slot of a row is one that has been drawn. */
static void check_slot(struct check *check, const struct kv_place *place,
                       uint64_t slot)
{
    if (slot == 0 || slot > check->store->root.slots)
        found_at(check, place, "its slot was never drawn");
}

/* True when ID needs no index row to lead to REF within REALM. */
static bool is_placed(const struct check *check, uint32_t realm,
                      const struct kith_id *id, const struct store_ref *ref)
{
    struct placed_id placed = {realm, 0, 0};

    return placed_id_read(&check->store->seal.id_key, id, &placed) &&
           placed.project == ref->project && placed.record == ref->record;
}

static void check_own_text(struct check *check, const struct kv_place *place,
                           const struct store_head *head)
{
    struct kith_bytes text = {NULL, 0};
    struct kith_record record;
    uint64_t before = 0;
    enum kith_status status =
        store_revision_get(check->txn, head, head->newest, check->arena, &text);

    if (status == KITH_UNREADABLE)
        return;
    if (status == KITH_OK)
        status = store_revision_before(check->txn, head, head->newest, &before);
    if (status == KITH_OK && before >= head->newest)
        status = KITH_DAMAGED;
    if (status == KITH_OK)
        status = kith_record_decode(check->arena, text, &record);
    if (status != KITH_OK)
        found_at(check, place, "its newest revision does not open");
}

static void check_head(struct check *check, const struct kv_place *place,
                       struct kith_bytes plain)
{
    struct store_ref ref = {(uint32_t)kv_key_number(&place->key, 0, 4),
                            kv_key_number(&place->key, 4, 8),
                            kv_key_number(&place->key, 12, 8)};
    struct store_head head, by_id;

    (void)plain;
    if (ref.record > check->store->root.records ||
        store_head_get(check->txn, &ref, &head) != KITH_OK) {
        found_at(check, place, "the head does not open");
        return;
    }
    check_slot(check, place, head.slot);
    if (ref.owner != STORE_OWN || !is_placed(check, STORE_OWN, &head.id, &ref))
        check->head_ids++;
    if (store_head_by_id(check->txn, ref.owner, &head.id, &by_id) != KITH_OK ||
        by_id.ref.record != ref.record || by_id.ref.project != ref.project)
        found_at(check, place, "its id does not lead back to it");
    if (ref.owner == STORE_OWN && head.newest != 0)
        check_own_text(check, place, &head);
    if (ref.owner != STORE_OWN && head.log_number != 0) {
        struct store_log_id log = {ref.owner, STORE_IN, head.log_number};
        struct store_entry entry;

        if (store_entry_get(check->txn, &log, head.newest, check->arena,
                            &entry) != KITH_OK)
            found_at(check, place, "its newest entry is not there");
    }
}

/* Index rows hold project and record; that they lead to a row is checked from
 * the row's side, and that there are none besides by counting. */
static void check_name(struct check *check, const struct kv_place *place,
                       struct kith_bytes plain)
{
    struct unpack unpack = unpack_from(plain.data, plain.len);
    struct store_ref ref = {0};
    struct store_head head;

    ref.owner = unpack_u32(&unpack);
    ref.project = unpack_u64(&unpack);
    ref.record = unpack_u64(&unpack);
    if (!unpack_done(&unpack) ||
        store_head_get(check->txn, &ref, &head) != KITH_OK)
        found_at(check, place, "the name leads to no record");
}

static void check_link_name(struct check *check, const struct kv_place *place,
                            struct kith_bytes plain)
{
    uint64_t links = check->store->root.links;

    if (plain.len != 4 || kith_be_get32(plain.data) == 0 ||
        kith_be_get32(plain.data) > links ||
        check->store->root.rows[KV_LINK_NAME] != 2 * links)
        found_at(check, place, "the name leads to no link");
}

static void check_revision(struct check *check, const struct kv_place *place,
                           struct kith_bytes plain)
{
    struct unpack unpack = unpack_from(plain.data, plain.len);
    uint64_t slot = unpack_u64(&unpack), before = 0;
    struct store_ref ref = {STORE_OWN, 0, 0};
    struct store_head head;

    ref.project = unpack_u64(&unpack);
    ref.record = unpack_u64(&unpack);
    before = unpack_u64(&unpack);
    check_slot(check, place, slot);
    if (unpack.short_of || store_head_get(check->txn, &ref, &head) != KITH_OK ||
        head.slot != slot)
        found_at(check, place, "the revision belongs to no record");
    else if (before >= kv_key_number(&place->key, 0, 8))
        found_at(check, place, "the revision before it comes after it");
    else if (before != 0 && store_revision_before(check->txn, &head, before,
                                                  &before) != KITH_OK)
        found_at(check, place, "the revision before it is another record's");
}

static void check_told(struct check *check, const struct kv_place *place,
                       struct kith_bytes plain)
{
    uint32_t link = (uint32_t)kv_key_number(&place->key, 0, 4);
    struct store_ref ref = {STORE_OWN, kv_key_number(&place->key, 4, 8),
                            kv_key_number(&place->key, 12, 8)};
    struct store_log_id log = {link, STORE_OUT, 0};
    struct store_told told, by_item;
    struct store_entry entry;
    struct store_head head;

    (void)plain;
    if (store_told_get(check->txn, link, &ref, &told) != KITH_OK) {
        found_at(check, place, "what was told does not open");
        return;
    }
    check_slot(check, place, told.slot);
    if (!is_placed(check, link, &told.item, &ref))
        check->items++;
    if (store_head_get(check->txn, &ref, &head) != KITH_OK)
        found_at(check, place, "what was told of is no record");
    if (store_told_by_item(check->txn, link, &told.item, &by_item) != KITH_OK ||
        by_item.ref.record != ref.record)
        found_at(check, place, "its item id does not lead back to it");
    log.number = told.log_number;
    if (log.number != 0 && store_entry_get(check->txn, &log, told.index,
                                           check->arena, &entry) != KITH_OK)
        found_at(check, place, "the entry that told it is not there");
}

static void check_queued(struct check *check, const struct kv_place *place,
                         struct kith_bytes plain)
{
    uint32_t link = (uint32_t)kv_key_number(&place->key, 0, 4);
    uint64_t after = 0, length = 0, counted = 0;
    struct store_queued queued;
    enum kith_status status = KITH_OK;

    if (place->key.len != 4)
        return;
    length = plain.len == 8 ? kith_be_get64(plain.data) : UINT64_MAX;
    for (;;) {
        kith_arena_reset(check->arena);
        status =
            store_queue_next(check->txn, link, after, check->arena, &queued);
        if (status != KITH_OK)
            break;
        counted++;
        after = queued.sequence;
    }
    if (status != KITH_NOT_FOUND || counted != length)
        found_at(check, place, "the queue has another length");
}

static void check_state(struct check *check, const struct kv_place *place,
                        struct kith_bytes plain)
{
    struct kith_record record;

    if (kv_key_number(&place->key, 4, 8) == 0) {
        if (plain.len != 8)
            found_at(check, place, "it is no number");
        return;
    }
    if (kith_record_decode(check->arena, plain, &record) != KITH_OK)
        found_at(check, place, "it is no record");
}

/* The tree over the audit rows, which come in order. */
static void check_audit(struct check *check, const struct kv_place *place,
                        struct kith_bytes plain)
{
    struct kith_tree *tree = &check->audit;
    struct kith_record record;
    struct kith_hash leaf;

    if (kv_key_number(&place->key, 0, 8) != tree->size)
        found_at(check, place, "an audit row is missing before it");
    if (kith_record_decode(check->arena, plain, &record) != KITH_OK)
        found_at(check, place, "it is no record");
    kith_tree_leaf_hash(plain.data, plain.len, &leaf);
    if (kith_tree_append(tree, &leaf) != KITH_OK)
        found_at(check, place, "the tree is full");
}

static void check_age(struct check *check, const struct kv_place *place,
                      struct kith_bytes plain)
{
    struct kv_place request = kv_place(KV_REQUEST);
    struct kith_bytes answer = {NULL, 0};

    if (plain.len == ROWSEAL_HASH) {
        memcpy(request.key.b, plain.data, plain.len);
        request.key.len = ROWSEAL_HASH;
    }
    if (row_get_arena(check->txn, &request, check->arena, &answer) != KITH_OK)
        found_at(check, place, "its request is not there");
}

static void check_gone(struct check *check, const struct kv_place *place,
                       struct kith_bytes plain)
{
    uint8_t key[SLOT_KEY];
    uint64_t slot = kv_key_number(&place->key, 0, 8);
    bool done = plain.len == 1 && plain.data[0] == 2;

    if (plain.len == 1 && plain.data[0] == 1)
        check->intents++;
    else if (!done)
        found_at(check, place, "it is no state of a destruction");
    if (done && slots_key(check->store->slots, slot, key) != KITH_NOT_FOUND)
        found_at(check, place, "the slot is said to be gone and is not");
}

static void check_nothing(struct check *check, const struct kv_place *place,
                          struct kith_bytes plain)
{
    (void)check;
    (void)place;
    (void)plain;
}

/* NULL: the table is walked elsewhere. */
static check_row *const row_checks[KV_TABLES] = {
    [KV_LINK_NAME] = check_link_name, [KV_CARD] = check_nothing,
    [KV_HEAD] = check_head,           [KV_HEAD_ID] = check_nothing,
    [KV_NAME] = check_name,           [KV_REVISION] = check_revision,
    [KV_TOLD] = check_told,           [KV_TOLD_ITEM] = check_nothing,
    [KV_QUEUE] = check_queued,        [KV_STATE] = check_state,
    [KV_AUDIT] = check_audit,         [KV_REQUEST] = check_nothing,
    [KV_REQUEST_AGE] = check_age,     [KV_READ] = check_nothing,
    [KV_VALUE] = check_nothing,       [KV_SLOT_GONE] = check_gone,
};

/* Moves *place to the next row after it; false at the end. */
static bool next_row(struct check *check, struct kv_place *place,
                     struct kith_bytes *ret_plain)
{
    struct kv *kv = check->store->kv;
    struct kv_place from = *place;
    struct kv_around around;
    enum kith_status status = KITH_OK;

    /* The least key above this one; LMDB takes no empty key. */
    from.key.b[from.key.len++] = 0;
    status = kv->ops->around(kv, &from, &around);
    if (status == KITH_OK && around.above.key.len == 0)
        return false;
    if (status != KITH_OK ||
        (place->key.len > 0 &&
         kv_key_compare(&around.above.key, &place->key) <= 0)) {
        found_at(check, place, "the row after it cannot be reached");
        return false;
    }
    place->key = around.above.key;
    ret_plain->data = NULL;
    ret_plain->len = 0;
    kith_arena_reset(check->arena);
    if (row_open_arena(check->txn, place, around.above.value, check->arena,
                       ret_plain) != KITH_OK)
        found_at(check, place, "the row does not open");
    return true;
}

static void walk_table(struct check *check, enum kv_table table)
{
    struct kv_place place = kv_place(table);
    struct kith_bytes plain = {NULL, 0};
    uint64_t rows = 0;

    while (next_row(check, &place, &plain)) {
        rows++;
        check_step(check);
        /* One that did not open has been reported. */
        if (plain.data != NULL)
            row_checks[table](check, &place, plain);
    }
    if (rows != check->store->root.rows[table])
        check_found(check, "table %d has %" PRIu64 " rows instead of %" PRIu64,
                    table, rows, check->store->root.rows[table]);
}

static void check_sums(struct check *check)
{
    const struct store_root *root = &check->store->root;
    struct kith_hash mine, theirs;

    kith_tree_root(&check->audit, &mine);
    kith_tree_root(&root->audit, &theirs);
    if (check->audit.size != root->audit.size ||
        !kith_hash_equal(&mine, &theirs))
        check_found(check, "the audit log does not make the tree it should");
    if (check->intents != root->intents)
        check_found(check, "intents of destruction are missing");
    if (check->head_ids != root->rows[KV_HEAD_ID] ||
        check->items != root->rows[KV_TOLD_ITEM])
        check_found(check, "ids lead to rows that are missing");
    if (root->rows[KV_REQUEST] != root->rows[KV_REQUEST_AGE])
        check_found(check, "requests and their ages differ in number");
}

enum kith_status check_rows(struct check *check)
{
    kith_tree_init(&check->audit);
    for (int i = 0; i < KV_TABLES; i++) {
        if (row_checks[i] != NULL)
            walk_table(check, (enum kv_table)i);
    }
    check_sums(check);
    return KITH_OK;
}
