/* store_fixture - makes and removes the stores that the store's tests use.
 *
 * Not here: any expectation about the store beyond «it opens and commits».
 */
#define _GNU_SOURCE /* nftw */
#include "store_fixture.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "kith/be.h"

static struct store_fixture *new_fixture(void)
{
    struct store_fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    assert_int_not_equal(sodium_init(), -1);
    memset(f->options.store_key, 0x51, sizeof(f->options.store_key));
    memset(f->options.master_key, 0x4d, sizeof(f->options.master_key));
    f->options.map_bytes = (uint64_t)8 << 20;
    assert_int_equal(kith_arena_new((size_t)16 << 20, &f->arena), KITH_OK);
    return f;
}

int store_fixture_ram(void **state)
{
    struct store_fixture *f = new_fixture();

    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    store_fixture_next(f);
    *state = f;
    return 0;
}

int store_fixture_lmdb(void **state)
{
    struct store_fixture *f = new_fixture();

    store_fixture_folder(f->dir);
    f->options.dir = f->dir;
    assert_int_equal(store_create(&f->options, &f->err), KITH_OK);
    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    store_fixture_next(f);
    *state = f;
    return 0;
}

void store_fixture_reopen(struct store_fixture *f)
{
    if (f->txn != NULL)
        assert_int_equal(store_commit(&f->txn), KITH_OK);
    if (f->dir[0] != '\0') {
        store_close(&f->store);
        assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    }
    store_fixture_next(f);
}

void store_fixture_folder(char ret_dir[64])
{
    const char *base = getenv("TMPDIR");

    (void)snprintf(ret_dir, 64, "%.40s/kith-store-XXXXXX",
                   base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(ret_dir));
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

void store_fixture_remove(const char *dir)
{
    (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int store_fixture_down(void **state)
{
    struct store_fixture *f = *state;

    store_abort(&f->txn);
    store_close(&f->store);
    if (f->dir[0] != '\0')
        store_fixture_remove(f->dir);
    kith_arena_destroy(&f->arena);
    free(f);
    return 0;
}

void store_fixture_next(struct store_fixture *f)
{
    if (f->txn != NULL)
        assert_int_equal(store_commit(&f->txn), KITH_OK);
    assert_int_equal(store_begin(f->store, true, &f->txn), KITH_OK);
}

struct kith_record store_fixture_record(struct store_fixture *f, uint32_t kind,
                                        const char *text)
{
    struct kith_record_builder builder;
    struct kith_record record = {0};

    record.kind = kind;
    record.id = store_fixture_id(kind);
    record.revision = 1;
    kith_build_start(&builder, f->arena);
    kith_build_text(&builder, 3, kith_bytes_of(text));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

struct kith_id store_fixture_id(uint64_t number)
{
    struct kith_id id;

    memset(id.b, 0xa5, sizeof(id.b));
    kith_be_put64(id.b, number * 0x9e3779b97f4a7c15u);
    kith_be_put64(id.b + 8, number);
    return id;
}
