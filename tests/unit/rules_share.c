/* rules_share - see the header. */
#include "rules_share.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/ledger.h"
#include "rules/resolve.h"

enum {
    TODAY = WORLD_NOW / 86400,
    ALL_KINDS = 1 << KITH_KIND_PROJECT | 1 << KITH_KIND_GENERATION |
                1 << KITH_KIND_MILESTONE | 1 << KITH_KIND_MESSAGE
};

int share_up(void **state)
{
    int failed = world_up(state);

    world_verify(*state);
    world_agree(*state, TODAY - 1, TODAY + 100);
    return failed;
}

struct grant_wish share_wish(const struct store_head *project)
{
    return (struct grant_wish){.project = project->ref.record,
                               .project_id = project->id,
                               .kinds = ALL_KINDS,
                               .purpose = kith_bytes_of("assembly"),
                               .bound = true,
                               .from_day = TODAY,
                               .until_day = TODAY + 30};
}

enum kith_status share_grant(struct world_company *company,
                             const struct grant_wish *wish)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    struct disclosure_counts counts;
    uint64_t number;
    enum kith_status status = grant_add(act, &link, wish, &number, &counts);

    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

struct kith_record share_read(struct world_company *company, const char *path)
{
    struct kith_record record;
    struct store_head head;
    struct act *act = world_begin(company);

    assert_int_equal(resolve_record(act, kith_bytes_of(path), 0, &head),
                     KITH_OK);
    assert_int_equal(access_read(act, &head, &record), KITH_OK);
    world_abort(company);
    return record;
}

void share_set(struct world_company *company, uint32_t field, const char *text,
               int64_t at)
{
    struct kith_record record = {.kind = KITH_KIND_PROJECT};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(company);

    act->now = at;
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of("lumen"));
    kith_build_text(&builder, field, kith_bytes_of(text));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(company);
}
