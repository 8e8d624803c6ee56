/* store_sample - fills a store and compares it with what was put in.
 *
 * Everything is computed from the number of a thing, so that the truth need
 * not be kept anywhere. Ids are brought along: they must not be random.
 */
#include "store_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kith/be.h"
#include "kith/checkpoint.h"

enum {
    HEADS = 120,
    ENTRIES = 300,
    STATES = 40,
    AUDITS = 60,
    QUEUED = 20,
    BATCHES = 10,
    BODY = 560,
    KIND = 1001,
    FIELD = 3,
    GONE = 5 /* the head whose slot is destroyed */
};

static void fill_text(uint64_t number, char ret_text[64])
{
    (void)snprintf(ret_text, 64, "text %llu of the sample",
                   (unsigned long long)(number * 7919));
}

static struct store_head make_head(uint64_t number)
{
    struct store_head head = {0};

    head.ref.project = number % 4;
    head.ref.record = number + 1;
    head.id = store_fixture_id(number + 1);
    head.kind = (uint32_t)(number % 5 + 1);
    head.label = KITH_LABEL_CONFIDENTIAL;
    head.changed_at = (int64_t)(1700000000 + number);
    head.parent = number / 2;
    return head;
}

static struct store_told make_told(uint64_t number)
{
    struct store_told told = {0};

    told.ref = make_head(number).ref;
    told.item = store_fixture_id(number + 100000);
    told.item_revision = number + 1;
    told.revision = number + 2;
    memset(told.view, (int)number, sizeof(told.view));
    told.grant = number % 3;
    told.log_number = 1;
    told.index = number;
    return told;
}

static void fill_entry(uint64_t index, uint8_t ret_header[126],
                       uint8_t ret_body[BODY], struct store_entry *ret_entry)
{
    struct kith_entry_header header = {0};

    memset(ret_body, (int)(index * 31), BODY);
    kith_be_put64(ret_body, index);
    header.entry_class = KITH_CLASS_PROJECT;
    header.index = index;
    header.time_s = 1700000000 + index;
    header.sealed_len = BODY;
    kith_sha256(ret_body, BODY, &header.sealed_hash);
    memset(header.commitment.b, (int)index, sizeof(header.commitment.b));
    kith_entry_encode(&header, ret_header);
    memset(ret_entry, 0, sizeof(*ret_entry));
    ret_entry->header = (struct kith_bytes){ret_header, 126};
    ret_entry->sealed = (struct kith_bytes){ret_body, BODY};
    ret_entry->has_ek = true;
    memset(ret_entry->ek.b, (int)(index + 3), sizeof(ret_entry->ek.b));
    ret_entry->record = index + 1;
    ret_entry->at = (int64_t)index;
}

static void fill_note(const struct kith_tree *tree, struct kith_buf *buf)
{
    static const struct kith_company_id us = {{1}}, them = {{2}};
    struct kith_checkpoint checkpoint = {.size = tree->size};

    kith_origin_make(&us, &them, 1, &checkpoint.origin);
    kith_tree_root(tree, &checkpoint.root);
    buf->len = 0;
    assert_int_equal(kith_checkpoint_text(&checkpoint, buf), KITH_OK);
    assert_int_equal(kith_buf_add(buf, "\nsignature\n", 11), KITH_OK);
}

static void add_heads(struct store_fixture *f, uint64_t batch)
{
    for (uint64_t i = batch * HEADS / BATCHES;
         i < (batch + 1) * HEADS / BATCHES; i++) {
        struct store_head head = make_head(i);
        struct store_told told = make_told(i);
        char text[64];
        struct kith_record record;
        struct kith_buf encoded = {0};

        fill_text(i, text);
        record = store_fixture_record(f, head.kind, text);
        assert_int_equal(kith_record_encode(&record, &encoded), KITH_OK);
        assert_int_equal(store_head_add(f->txn, &head), KITH_OK);
        assert_int_equal(
            store_revision_add(f->txn, &head, kith_buf_bytes(&encoded)),
            KITH_OK);
        kith_buf_clear(&encoded);
        assert_int_equal(store_told_put(f->txn, 1, &told), KITH_OK);
    }
}

static void add_entries(struct store_fixture *f, uint64_t batch,
                        struct store_link *link)
{
    struct store_log_id log = {1, STORE_OUT, 1};
    uint8_t header[126], body[BODY];
    struct store_entry entry;
    struct kith_buf note = {0};
    struct kith_hash leaf;

    for (uint64_t i = batch * ENTRIES / BATCHES;
         i < (batch + 1) * ENTRIES / BATCHES; i++) {
        fill_entry(i, header, body, &entry);
        assert_int_equal(store_entry_append(f->txn, &log, i, &entry), KITH_OK);
        kith_tree_leaf_hash(header, sizeof(header), &leaf);
        assert_int_equal(kith_tree_append(&link->out.tree, &leaf), KITH_OK);
    }
    fill_note(&link->out.tree, &note);
    assert_int_equal(store_note_put(f->txn, &log, STORE_CHECKPOINT,
                                    link->out.tree.size, kith_buf_bytes(&note)),
                     KITH_OK);
    kith_buf_clear(&note);
    assert_int_equal(store_link_put(f->txn, link), KITH_OK);
}

static void add_rest(struct store_fixture *f, uint64_t batch)
{
    for (uint64_t i = batch * STATES / BATCHES;
         i < (batch + 1) * STATES / BATCHES; i++) {
        char text[64];
        struct kith_record record;
        struct kith_id id = store_fixture_id(i + 500000);
        struct store_ref ref = make_head(i).ref;
        struct store_name name = {0, 1, i, {NULL, 0}};
        struct store_queued queued = {.cause = 1, .record = i + 1, .at = 4};
        uint64_t number = 0;

        fill_text(i + 1000, text);
        name.key = kith_bytes_of(text);
        record = store_fixture_record(f, KIND, text);
        assert_int_equal(store_state_put(f->txn, KIND, &number, &record),
                         KITH_OK);
        assert_int_equal(store_audit_append(f->txn, &record), KITH_OK);
        assert_int_equal(store_request_put(f->txn, &id, kith_bytes_of(text)),
                         KITH_OK);
        assert_int_equal(store_name_put(f->txn, &name, &ref), KITH_OK);
        assert_int_equal(store_read_put(f->txn, 1, &ref, i + 1, 5), KITH_OK);
        assert_int_equal(
            store_value_put(f->txn, (uint32_t)i, kith_bytes_of(text)), KITH_OK);
        if (i % 2 == 0)
            assert_int_equal(store_queue_add(f->txn, 1, &queued), KITH_OK);
    }
}

void store_sample_fill(struct store_fixture *f)
{
    struct store_link link;
    uint64_t slot = 0;
    struct store_head head;

    memset(&link, 0, sizeof(link));
    strcpy(link.alias, "sample");
    link.out.number = 1;
    assert_int_equal(store_link_add(f->txn, &link), KITH_OK);
    for (uint64_t batch = 0; batch < BATCHES; batch++) {
        kith_arena_reset(f->arena);
        add_heads(f, batch);
        add_entries(f, batch, &link);
        add_rest(f, batch);
        store_fixture_next(f);
    }
    head = make_head(GONE);
    assert_int_equal(store_head_get(f->txn, &head.ref, &head), KITH_OK);
    slot = head.slot;
    assert_int_equal(store_commit(&f->txn), KITH_OK);
    assert_int_equal(store_slots_destroy(f->store, &slot, 1, &f->err), KITH_OK);
    assert_int_equal(store_begin(f->store, true, &f->txn), KITH_OK);
}

static void count(struct store_sample_result *result, enum kith_status status,
                  bool right)
{
    if (status == KITH_OK)
        *(right ? &result->right : &result->wrong) += 1;
    else
        *(status == KITH_NOT_FOUND ? &result->missing : &result->refused) += 1;
}

static bool record_says(struct store_fixture *f, struct kith_bytes bytes,
                        uint64_t number)
{
    struct kith_record record;
    char text[64];

    fill_text(number, text);
    return kith_record_decode(f->arena, bytes, &record) == KITH_OK &&
           kith_bytes_is(kith_record_bytes(&record, FIELD), text);
}

/* Each question has a transaction of its own: an error sticks. */
static struct store_txn *ask(struct store_fixture *f)
{
    store_abort(&f->txn);
    kith_arena_reset(f->arena);
    if (store_begin(f->store, false, &f->txn) != KITH_OK)
        _Exit(3);
    return f->txn;
}

static void compare_heads(struct store_fixture *f,
                          struct store_sample_result *result)
{
    for (uint64_t i = 0; i < HEADS; i++) {
        struct store_head truth = make_head(i), head;
        struct store_told told_truth = make_told(i), told;
        struct kith_bytes text = {NULL, 0};
        enum kith_status status = store_head_get(ask(f), &truth.ref, &head);

        count(result, status,
              status == KITH_OK && kith_id_equal(&head.id, &truth.id) &&
                  head.kind == truth.kind && head.parent == truth.parent &&
                  head.changed_at == truth.changed_at && head.newest == i + 1);
        if (status == KITH_OK) {
            status =
                store_revision_get(f->txn, &head, head.newest, f->arena, &text);
            count(result, status,
                  status == KITH_OK && i != GONE && record_says(f, text, i));
        }
        status = store_head_by_id(ask(f), STORE_OWN, &truth.id, &head);
        count(result, status,
              status == KITH_OK && head.ref.record == truth.ref.record);
        status = store_told_by_item(ask(f), 1, &told_truth.item, &told);
        count(result, status,
              status == KITH_OK && told.index == told_truth.index &&
                  told.revision == told_truth.revision &&
                  told.grant == told_truth.grant &&
                  memcmp(told.view, told_truth.view, sizeof(told.view)) == 0);
    }
}

static void compare_log(struct store_fixture *f,
                        struct store_sample_result *result)
{
    struct store_log_id log = {1, STORE_OUT, 1};
    struct kith_tree tree;
    struct kith_buf note = {0};
    struct store_link link;
    struct kith_hash leaf, hash;
    enum kith_status status = KITH_OK;

    memset(&tree, 0, sizeof(tree));
    for (uint64_t i = 0; i < ENTRIES; i++) {
        uint8_t header[126], body[BODY];
        struct store_entry truth, entry;
        struct kith_bytes found = {NULL, 0};
        uint64_t size = i + 1;

        fill_entry(i, header, body, &truth);
        status = store_entry_get(ask(f), &log, i, f->arena, &entry);
        count(result, status,
              status == KITH_OK &&
                  kith_bytes_equal(entry.header, truth.header) &&
                  kith_bytes_equal(entry.sealed, truth.sealed) &&
                  entry.has_ek && kith_hash_equal(&entry.ek, &truth.ek) &&
                  entry.record == truth.record && entry.at == truth.at);
        kith_tree_leaf_hash(header, sizeof(header), &leaf);
        assert_int_equal(kith_tree_append(&tree, &leaf), KITH_OK);
        if (size % (ENTRIES / BATCHES) == 0) {
            fill_note(&tree, &note);
            status = store_note_at(ask(f), &log, STORE_CHECKPOINT, &size,
                                   f->arena, &found);
            count(result, status,
                  status == KITH_OK && size == i + 1 &&
                      kith_bytes_equal(found, kith_buf_bytes(&note)));
        }
        if (size == 256) {
            status = store_tree_node(ask(f), &log, 8, 0, &hash);
            kith_tree_root(&tree, &leaf);
            count(result, status,
                  status == KITH_OK && kith_hash_equal(&hash, &leaf));
        }
    }
    kith_buf_clear(&note);
    status = store_link_get(ask(f), 1, &link);
    kith_tree_root(&tree, &leaf);
    if (status == KITH_OK)
        kith_tree_root(&link.out.tree, &hash);
    count(result, status,
          status == KITH_OK && link.out.tree.size == ENTRIES &&
              kith_hash_equal(&hash, &leaf));
}

static void compare_state(struct store_fixture *f, uint64_t i,
                          struct store_sample_result *result)
{
    char text[64];
    struct kith_record record;
    struct kith_id id = store_fixture_id(i + 500000);
    struct store_ref truth = make_head(i).ref, ref;
    struct store_name name = {0, 1, i, {NULL, 0}};
    struct kith_bytes bytes = {NULL, 0};
    uint64_t revision = 0;
    enum kith_status status =
        store_state_get(ask(f), KIND, i + 1, f->arena, &record);

    fill_text(i + 1000, text);
    name.key = kith_bytes_of(text);
    count(result, status,
          status == KITH_OK &&
              kith_bytes_is(kith_record_bytes(&record, FIELD), text));
    status = store_audit_get(ask(f), i, f->arena, &record);
    count(result, status,
          status == KITH_OK &&
              kith_bytes_is(kith_record_bytes(&record, FIELD), text));
    status = store_request_get(ask(f), &id, f->arena, &bytes);
    count(result, status, status == KITH_OK && kith_bytes_is(bytes, text));
    status = store_name_get(ask(f), &name, &ref);
    count(result, status,
          status == KITH_OK && ref.record == truth.record &&
              ref.project == truth.project);
    status = store_value_get(ask(f), (uint32_t)i, f->arena, &bytes);
    count(result, status, status == KITH_OK && kith_bytes_is(bytes, text));
    status = store_read_get(ask(f), 1, &truth, &revision);
    if (status == KITH_OK && revision == 0)
        status = KITH_NOT_FOUND;
    count(result, status, status == KITH_OK && revision == i + 1);
}

void store_sample_compare(struct store_fixture *f,
                          struct store_sample_result *ret_result)
{
    struct store_sample_result result = {0, 0, 0, 0};
    uint64_t length = 0;
    enum kith_status status = KITH_OK;

    compare_heads(f, &result);
    compare_log(f, &result);
    for (uint64_t i = 0; i < STATES; i++)
        compare_state(f, i, &result);
    status = store_queue_length(ask(f), 1, &length);
    count(&result, status, status == KITH_OK && length == QUEUED);
    store_abort(&f->txn);
    *ret_result = result;
}
