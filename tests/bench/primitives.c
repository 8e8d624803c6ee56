/* primitives - what the single steps of one change cost, in CPU time.
 *
 * Responsible for: driving libkith's public functions on a change of 250
 * bytes and printing one JSON line each.
 * Not here: the whole work with real daemons (bench.py), the bare libraries
 * (strawman/).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith/bytes.h"
#include "kith/checkpoint.h"
#include "kith/entry.h"
#include "kith/record.h"
#include "kith/seal.h"
#include "kith/sign.h"
#include "kith/status.h"
#include "kith/tree.h"
#include "measure.h"

enum {
    CHANGE_LEN = 250, /* bytes, as everywhere in these measurements */
    PUSH_COUNT = 256, /* entries whose keys travel in one box */
    ARENA_LEN = 64 * 1024,
    TEXT_FIELD = 1 /* any number: decoding does not ask for its meaning */
};

/* Everything that the steps below work on. */
struct bench {
    struct kith_sign_key log_key;
    struct kith_sign_key receipt_key;
    struct kith_box_key sealing;
    struct kith_origin origin;
    struct kith_company_id receiver;
    struct kith_entry_header header;
    struct kith_ek eks[PUSH_COUNT];
    uint8_t body[CHANGE_LEN];
    struct kith_tree tree;
    struct kith_checkpoint checkpoint;
    struct kith_record record;
    struct kith_arena *arena;      /* holds the record */
    struct kith_arena *scratch;    /* reset by each decode */
    struct kith_buf sealed, plain; /* an entry's body, both ways */
    struct kith_buf packed;        /* the record */
    struct kith_buf note, receipt; /* signed */
    struct kith_buf box;           /* keys of one Push */
    struct kith_buf out;           /* room for results */
};

static int result(enum kith_status status)
{
    return status == KITH_OK ? 0 : -1;
}

static int encode_record(void *ctx)
{
    struct bench *b = ctx;

    b->out.len = 0;
    return result(kith_record_encode(&b->record, &b->out));
}

static int decode_record(void *ctx)
{
    struct bench *b = ctx;
    struct kith_record record;

    kith_arena_reset(b->scratch);
    return result(
        kith_record_decode(b->scratch, kith_buf_bytes(&b->packed), &record));
}

static int seal_entry(void *ctx)
{
    struct bench *b = ctx;
    struct kith_bytes body = {b->body, sizeof(b->body)};
    struct kith_ek ek;

    b->sealed.len = 0;
    if (kith_seal_entry(&b->origin, &b->header, body, &ek, &b->sealed) !=
        KITH_OK)
        return -1;
    b->eks[0] = ek;
    return 0;
}

static int open_entry(void *ctx)
{
    struct bench *b = ctx;
    const struct kith_sealed_entry entry = {&b->origin, &b->header,
                                            kith_buf_bytes(&b->sealed)};
    struct kith_bytes body;

    return result(kith_open_entry(&entry, &b->eks[0], &b->plain, &body));
}

static int append_leaf(void *ctx)
{
    struct bench *b = ctx;
    struct kith_hash leaf;

    kith_entry_leaf(&b->header, &leaf);
    return result(kith_tree_append(&b->tree, &leaf));
}

static int sign_checkpoint(void *ctx)
{
    struct bench *b = ctx;

    b->note.len = 0;
    return result(kith_checkpoint_sign(&b->checkpoint, &b->log_key, &b->note));
}

static int verify_checkpoint(void *ctx)
{
    struct bench *b = ctx;
    struct kith_checkpoint read;

    return result(kith_checkpoint_verify(kith_buf_bytes(&b->note), &b->origin,
                                         &b->log_key.pk, &read));
}

static int sign_receipt(void *ctx)
{
    struct bench *b = ctx;
    const struct kith_receipt_signer signer = {b->receiver, &b->receipt_key,
                                               1790000000};

    b->receipt.len = 0;
    return result(kith_receipt_sign(&b->checkpoint, &signer, &b->receipt));
}

static int verify_receipt(void *ctx)
{
    struct bench *b = ctx;
    struct kith_receipt_read read;

    return result(kith_receipt_verify(kith_buf_bytes(&b->receipt), &b->origin,
                                      &b->receipt_key.pk, &read));
}

static int seal_keys(void *ctx)
{
    struct bench *b = ctx;

    b->box.len = 0;
    return result(
        kith_ek_box_seal(&b->sealing.pk, b->eks, PUSH_COUNT, &b->box));
}

static int open_keys(void *ctx)
{
    struct bench *b = ctx;
    struct kith_ek eks[PUSH_COUNT];

    return result(kith_ek_box_open(&b->sealing, kith_buf_bytes(&b->box),
                                   PUSH_COUNT, eks));
}

/* A record whose one text makes it about CHANGE_LEN bytes on the wire. */
static int make_record(struct bench *b)
{
    struct kith_record_builder builder;
    char text[CHANGE_LEN - 60];

    memset(text, 'x', sizeof(text));
    b->record.kind = 4;
    b->record.id = kith_id_random();
    b->record.project = kith_id_random();
    b->record.revision = 1;
    b->record.changed_at = 1790000000;
    b->record.label = KITH_LABEL_CONFIDENTIAL;
    kith_build_start(&builder, b->arena);
    kith_build_text(&builder, TEXT_FIELD,
                    (struct kith_bytes){(const uint8_t *)text, sizeof(text)});
    if (kith_build_finish(&builder, &b->record) != KITH_OK)
        return -1;
    return result(kith_record_encode(&b->record, &b->packed));
}

static int set_up(struct bench *b)
{
    struct kith_company_id sender;

    if (kith_crypto_start() != KITH_OK ||
        kith_arena_new(ARENA_LEN, &b->arena) != KITH_OK ||
        kith_arena_new(ARENA_LEN, &b->scratch) != KITH_OK)
        return -1;
    kith_sign_key_new(&b->log_key);
    kith_sign_key_new(&b->receipt_key);
    kith_box_key_new(&b->sealing);
    kith_random(sender.b, sizeof(sender.b));
    kith_random(b->receiver.b, sizeof(b->receiver.b));
    kith_random(b->eks, sizeof(b->eks));
    kith_random(b->body, sizeof(b->body));
    kith_origin_make(&sender, &b->receiver, 1, &b->origin);
    b->header.entry_class = KITH_CLASS_PROJECT;
    b->header.time_s = 1790000000;
    kith_tree_init(&b->tree);
    b->checkpoint.origin = b->origin;
    b->checkpoint.size = 100000;
    return make_record(b);
}

static void tear_down(struct bench *b)
{
    kith_arena_destroy(&b->arena);
    kith_arena_destroy(&b->scratch);
    kith_buf_clear(&b->sealed);
    kith_plain_clear(&b->plain);
    kith_buf_clear(&b->packed);
    kith_buf_clear(&b->note);
    kith_buf_clear(&b->receipt);
    kith_buf_clear(&b->box);
    kith_buf_clear(&b->out);
}

int main(void)
{
    /* In an order in which each finds what the one before it left. */
    static const struct {
        const char *name;
        measure_work work;
        size_t per;
    } steps[] = {
        {"record_encode_250", encode_record, 1},
        {"record_decode_250", decode_record, 1},
        {"seal_entry_250", seal_entry, 1},
        {"open_entry_250", open_entry, 1},
        {"leaf_and_append", append_leaf, 1},
        {"checkpoint_sign", sign_checkpoint, 1},
        {"checkpoint_verify", verify_checkpoint, 1},
        {"receipt_sign", sign_receipt, 1},
        {"receipt_verify", verify_receipt, 1},
        {"keys_seal_per_entry", seal_keys, PUSH_COUNT},
        {"keys_open_per_entry", open_keys, PUSH_COUNT},
    };
    static struct bench bench;
    int code = 1;

    if (set_up(&bench) != 0) {
        fprintf(stderr, "primitives: cannot be set up\n");
        goto out;
    }
    printf("{\"bench\":\"size\",\"name\":\"record_packed\",\"unit\":\"bytes\","
           "\"median\":%zu}\n",
           bench.packed.len);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (measure(steps[i].name, steps[i].work, &bench, steps[i].per) != 0)
            goto out;
    }
    code = 0;
out:
    tear_down(&bench);
    return code;
}
