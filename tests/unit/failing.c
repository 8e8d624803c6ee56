/* failing - see the header. */
#include "failing.h"

#include <stddef.h>

#include "kith/bytes.h"
#include "store/txn.h"

static uint64_t left; /* calls until the one that fails; 0: none does */
static bool has_failed;
static const char *failed_name = "";

void failing_arm(uint64_t n)
{
    has_failed = false;
    left = n;
}

bool failing_disarm(void)
{
    left = 0;
    return has_failed;
}

const char *failing_name(void)
{
    return failed_name;
}

static bool fails(const char *name)
{
    if (left == 0 || --left > 0)
        return false;
    has_failed = true;
    failed_name = name;
    return true;
}

/* The names are the linker's. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

/* PARAMS and ARGUMENTS with their brackets; FAILURE may name parameters. */
#define FAILING(type, name, params, arguments, failure)                        \
    type __real_##name params;                                                 \
    type __wrap_##name params                                                  \
    {                                                                          \
        if (fails(#name))                                                      \
            return failure;                                                    \
        return __real_##name arguments;                                        \
    }

FAILING(void *, malloc, (size_t size), (size), NULL)
FAILING(void *, calloc, (size_t count, size_t size), (count, size), NULL)
FAILING(void *, realloc, (void *old, size_t size), (old, size), NULL)
FAILING(void *, kith_arena_alloc, (struct kith_arena * arena, size_t len),
        (arena, len), NULL)
FAILING(struct kith_bytes, kith_arena_copy,
        (struct kith_arena * arena, struct kith_bytes bytes), (arena, bytes),
        ((struct kith_bytes){NULL, 0}))
FAILING(enum kith_status, row_put,
        (struct store_txn * txn, const struct kv_place *place, unsigned flags,
         struct kith_bytes plain),
        (txn, place, flags, plain), txn_fail(txn, KITH_IO))
FAILING(enum kith_status, row_get,
        (struct store_txn * txn, const struct kv_place *place, void *ret_plain,
         size_t len),
        (txn, place, ret_plain, len), txn_fail(txn, KITH_IO))
FAILING(enum kith_status, row_get_arena,
        (struct store_txn * txn, const struct kv_place *place,
         struct kith_arena *arena, struct kith_bytes *ret_plain),
        (txn, place, arena, ret_plain), txn_fail(txn, KITH_IO))
FAILING(enum kith_status, row_open,
        (struct store_txn * txn, const struct kv_place *place,
         struct kith_bytes sealed, void *ret_plain, size_t len),
        (txn, place, sealed, ret_plain, len), txn_fail(txn, KITH_IO))
FAILING(enum kith_status, row_open_arena,
        (struct store_txn * txn, const struct kv_place *place,
         struct kith_bytes sealed, struct kith_arena *arena,
         struct kith_bytes *ret_plain),
        (txn, place, sealed, arena, ret_plain), txn_fail(txn, KITH_IO))
FAILING(enum kith_status, row_del,
        (struct store_txn * txn, const struct kv_place *place), (txn, place),
        txn_fail(txn, KITH_IO))
FAILING(enum kith_status, row_seek,
        (struct store_txn * txn, enum kv_direction direction,
         struct kv_place *place_inout, size_t under,
         struct kith_bytes *ret_sealed),
        (txn, direction, place_inout, under, ret_sealed),
        txn_fail(txn, KITH_IO))
