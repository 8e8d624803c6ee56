/* edit_audit - what an administrator can do to the audit log of a company that
 * does not run: gives one row another text, and lets the store's root cover it.
 *
 *     edit-audit KEYFILE DATA ROW TEXT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keyfile.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/record.h"
#include "store/state.h"
#include "store/txn.h"

enum {
    ARENA_MAX = 64 * 1024 * 1024,
    MAP_BYTES = 64 * 1024 * 1024
};

static void need(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "edit-audit: %s\n", what);
    exit(1);
}

static void edit(struct store_txn *txn, struct kith_arena *arena,
                 uint64_t index, const char *text)
{
    struct kv_place place = kv_place(KV_AUDIT);
    struct kith_record row;
    struct kith_record_builder builder;
    struct kith_buf encoded = {0};

    kv_place_add(&place, index, 8);
    need(store_audit_get(txn, index, arena, &row) == KITH_OK, "no such row");
    kith_build_from(&builder, arena, &row, 0);
    kith_build_text(&builder, KITH_AUDIT_TEXT, kith_bytes_of(text));
    need(kith_build_finish(&builder, &row) == KITH_OK &&
             kith_record_encode(&row, &encoded) == KITH_OK &&
             row_put(txn, &place, 0, kith_buf_bytes(&encoded)) == KITH_OK,
         "the row cannot be written");
    kith_buf_clear(&encoded);
}

static void cover(struct store_txn *txn, struct kith_arena *arena)
{
    struct kith_tree tree;

    kith_tree_init(&tree);
    for (uint64_t i = 0; i < store_audit_size(txn); i++) {
        struct kith_record row;
        struct kith_hash leaf;

        need(store_audit_read(txn, i, arena, &row, &leaf) == KITH_OK &&
                 kith_tree_append(&tree, &leaf) == KITH_OK,
             "a row cannot be read");
    }
    txn->store->root.audit = tree;
}

int main(int argc, char **argv)
{
    struct store_options options = {.map_bytes = MAP_BYTES};
    struct keyfile *keys = NULL;
    struct kith_arena *arena = NULL;
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    struct kith_error err;

    need(argc == 5, "edit-audit KEYFILE DATA ROW TEXT");
    kith_error_clear(&err);
    need(kith_crypto_start() == KITH_OK &&
             keyfile_open(argv[1], "", 0, &keys, &err) == KITH_OK,
         err.what);
    options.dir = argv[2];
    memcpy(options.store_key, keys->store_key, STORE_KEY_LEN);
    memcpy(options.master_key, keys->master_key, STORE_KEY_LEN);
    need(kith_arena_new(ARENA_MAX, &arena) == KITH_OK, "no memory");
    need(store_open(&options, &store, &err) == KITH_OK, err.what);
    need(store_begin(store, true, &txn) == KITH_OK, "no transaction");
    edit(txn, arena, strtoull(argv[3], NULL, 10), argv[4]);
    cover(txn, arena);
    need(store_commit(&txn) == KITH_OK, "not committed");
    store_close(&store);
    kith_arena_destroy(&arena);
    keyfile_destroy(&keys);
    return 0;
}
