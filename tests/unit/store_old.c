/* store_old - see the header. Nonces are kept, which only a test may do. */
#include "store_old.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "kith/be.h"
#include "store/kv.h"

enum {
    HEADER = 126,                  /* of an entry */
    NONCE = 24,                    /* bytes */
    OVERHEAD = 40,                 /* nonce and tag */
    REST = 5 * 8 + 1 + 2 + 1 + 32, /* sealed part of an entry */
    ROW_MAX = 256 * 1024,          /* bytes of any row */
    CHECK_ROW = 1,
    ROOT_ROW = 2
};

struct old {
    struct kv *kv;
    uint8_t row_key[32], mark_key[32];
    uint32_t counted;
};

static void derive(const struct store_options *options, const char *label,
                   uint8_t ret_key[32])
{
    crypto_generichash(ret_key, 32, (const uint8_t *)label, strlen(label),
                       options->store_key, sizeof(options->store_key));
}

static void open_old(const struct store_options *options, struct old *old)
{
    char folder[1024];
    struct kv_lmdb_options lmdb = {folder, options->map_bytes, false, false};

    (void)snprintf(folder, sizeof(folder), "%s/store", options->dir);
    derive(options, "kith/v1/store/row", old->row_key);
    derive(options, "kith/v1/store/mark", old->mark_key);
    assert_int_equal(kv_lmdb_open(&lmdb, &old->kv, NULL), KITH_OK);
    assert_int_equal(old->kv->ops->begin(old->kv, true), KITH_OK);
}

static void close_old(struct old *old)
{
    assert_int_equal(old->kv->ops->commit(old->kv), KITH_OK);
    old->kv->ops->close(old->kv);
}

static uint8_t *put(struct old *old, const struct kv_place *place, size_t len)
{
    uint8_t *space = NULL;

    assert_int_equal(old->kv->ops->put(old->kv, place, 0, len, &space),
                     KITH_OK);
    return space;
}

static void put_check(struct old *old, uint32_t schema)
{
    struct kv_place place = kv_place(KV_META);
    uint8_t *space = NULL;

    kv_place_add(&place, CHECK_ROW, 1);
    space = put(old, &place, 4 + 16);
    kith_be_put32(space, schema);
    crypto_generichash(space + 4, 16, space, 4, old->mark_key, 32);
}

/* schema || table || key || what stands before the sealed part */
static size_t fill_ad(const struct kv_place *place, uint32_t schema,
                      const uint8_t *before, size_t len, uint8_t *ret_ad)
{
    kith_be_put32(ret_ad, schema);
    ret_ad[4] = (uint8_t)place->table;
    memcpy(ret_ad + 5, place->key.b, place->key.len);
    memcpy(ret_ad + 5 + place->key.len, before, len);
    return 5 + (size_t)place->key.len + len;
}

/* What schema 1 had otherwise. Returns the new length of PLAIN. */
static size_t change(const struct old *old, const struct kv_place *place,
                     uint8_t *plain, size_t len)
{
    if (place->table == KV_META) /* the root row names its transaction */
        kith_be_put64(plain, old->kv->ops->number(old->kv));
    if (place->table == KV_LINK &&
        kv_key_number(&place->key, 0, 4) != old->counted)
        return len - 8;
    return len;
}

static void rewrite(struct old *old, const struct kv_place *place,
                    const uint8_t *row, size_t len)
{
    static uint8_t ad[ROW_MAX + 64], plain[ROW_MAX], copy[ROW_MAX];
    const bool entry =
        place->table == KV_ENTRY_OUT || place->table == KV_ENTRY_IN;
    const size_t before = entry ? len - REST - OVERHEAD : 0;
    unsigned long long got = 0;
    uint8_t *space = NULL;
    size_t ad_len = fill_ad(place, STORE_SCHEMA, row, before, ad);

    assert_true(len <= ROW_MAX);
    memcpy(copy, row, len);
    assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(
                         plain, &got, NULL, copy + before + NONCE,
                         len - before - NONCE, ad, ad_len, copy + before,
                         old->row_key),
                     0);
    got = change(old, place, plain, (size_t)got);
    space = put(old, place, before + OVERHEAD + (size_t)got);
    memcpy(space, copy, before + NONCE);
    ad_len = fill_ad(place, 1, copy, before, ad);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        space + before + NONCE, NULL, plain, got, ad, ad_len, NULL,
        copy + before, old->row_key);
}

static void rewrite_table(struct old *old, enum kv_table table)
{
    struct kv_place place = kv_place(table);
    struct kv_around around;

    kv_place_add(&place, 0, 1);
    for (;;) {
        assert_int_equal(old->kv->ops->around(old->kv, &place, &around),
                         KITH_OK);
        if (around.above.key.len == 0)
            return;
        place.key = around.above.key;
        if (table != KV_META || place.key.b[0] == ROOT_ROW)
            rewrite(old, &place, around.above.value.data,
                    around.above.value.len);
        kv_place_add(&place, 0, 1);
    }
}

void store_old_write(const struct store_options *options, uint32_t counted)
{
    struct old old = {.counted = counted};

    open_old(options, &old);
    for (int i = 0; i < KV_TABLES; i++)
        rewrite_table(&old, (enum kv_table)i);
    put_check(&old, 1);
    close_old(&old);
}

void store_old_claim(const struct store_options *options, uint32_t schema)
{
    struct old old = {0};

    open_old(options, &old);
    put_check(&old, schema);
    close_old(&old);
}
