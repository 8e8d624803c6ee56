/* rules_look - what a company of a world has written down and taken in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules_world.h"
#include "store/state.h"

size_t world_audited(struct world_company *company, const char *act)
{
    size_t count = 0;
    uint64_t i, size;

    world_begin(company);
    size = store_audit_size(company->act.txn);
    for (i = 0; i < size; i++) {
        struct kith_record row;

        kith_arena_reset(company->arena);
        assert_int_equal(
            store_audit_get(company->act.txn, i, company->arena, &row),
            KITH_OK);
        count += kith_bytes_is(kith_record_bytes(&row, KITH_AUDIT_ACT), act);
    }
    world_abort(company);
    return count;
}

uint64_t world_queued(struct world_company *company)
{
    uint64_t length;

    world_begin(company);
    assert_int_equal(store_queue_length(company->act.txn, 1, &length), KITH_OK);
    world_abort(company);
    return length;
}

static size_t count_items(struct world_company *company, uint32_t kind,
                          uint64_t project)
{
    struct store_head head;
    uint64_t after = 0;
    size_t count = 0;

    while (store_head_next(company->act.txn, 1, project, after, &head) ==
           KITH_OK) {
        after = head.ref.record;
        count += head.kind == kind && !head.withdrawn;
        if (head.kind == KITH_KIND_PROJECT)
            count += count_items(company, kind, head.ref.record);
    }
    return count;
}

size_t world_items(struct world_company *company, uint32_t kind)
{
    size_t count;

    world_begin(company);
    count = count_items(company, kind, 0);
    world_abort(company);
    return count;
}
