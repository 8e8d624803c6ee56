/* rules_forge - see the header. */
#include "rules_forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/agreement.h"
#include "rules/append.h"
#include "rules/logkeys.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400
};

struct kith_arena *forge_arena;

int forge_up(void **state)
{
    int failed = world_up(state);

    assert_int_equal(kith_arena_new(1 << 24, &forge_arena), KITH_OK);
    world_verify(*state);
    world_agree(*state, TODAY - 1, TODAY + 100);
    return failed;
}

int forge_down(void **state)
{
    kith_arena_destroy(&forge_arena);
    return world_down(state);
}

uint64_t world_forge(struct world_company *from, const struct kith_body *body)
{
    struct act *act = world_begin(from);
    struct store_link link = world_link(from);
    struct append_audit audit;
    const uint64_t index = link.out.tree.size;
    struct kith_origin origin;
    const struct kith_place place = {&origin, index};
    struct append_subject subject = {
        .audit = &audit, .entry_class = body->entry_class, .place = &place};
    struct kith_buf plain = {0};
    size_t bytes;

    assert_int_equal(store_audit_head(act->txn, &audit.size, &audit.root),
                     KITH_OK);
    assert_int_equal(kith_body_encode(body, &plain), KITH_OK);
    subject.plain = kith_buf_bytes(&plain);
    logkeys_origin(act, &link, STORE_OUT, &origin);
    assert_int_equal(append_entry(act, &link, &subject, &bytes), KITH_OK);
    assert_int_equal(append_checkpoint(act, &link), KITH_OK);
    assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    kith_buf_clear(&plain);
    world_commit(from);
    return index;
}

uint64_t world_forge_record(struct world_company *from,
                            const struct kith_record *record)
{
    struct kith_body body = {.entry_class = KITH_CLASS_RELATION,
                             .record = *record};

    if (kith_kind_info(record->kind)->family == KITH_FAMILY_DUTY)
        body.entry_class = KITH_CLASS_DUTY;
    if (kith_id_is_none(&body.record.id))
        body.record.id = kith_id_random();
    if (body.record.revision == 0)
        body.record.revision = 1;
    return world_forge(from, &body);
}

uint8_t world_verdict(struct world_company *company, uint64_t index,
                      uint16_t *ret_code)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    const struct store_log_id log = logkeys_id(&link, STORE_IN);
    struct store_entry row;

    assert_int_equal(store_entry_get(act->txn, &log, index, act->arena, &row),
                     KITH_OK);
    world_abort(company);
    if (ret_code != NULL)
        *ret_code = row.code;
    return row.verdict;
}

struct kith_body forge_body(struct world *world,
                            const struct kith_record *record)
{
    struct kith_body body = {.entry_class = KITH_CLASS_PROJECT,
                             .record = *record,
                             .purpose = kith_bytes_of("assembly"),
                             .audience = {.bound = true, .version = 1}};
    enum gate_reason reason;
    struct act *act = world_begin(&world->oem);

    assert_int_equal(agreement_in_force(act, 1, &reason, &body.agreement),
                     KITH_OK);
    assert_int_equal(reason, GATE_OPEN);
    world_abort(&world->oem);
    return body;
}

uint16_t forge_send(struct world *world, const struct kith_record *record)
{
    uint64_t index;
    uint16_t code;

    if (kith_kind_info(record->kind)->family == KITH_FAMILY_BUSINESS) {
        const struct kith_body body = forge_body(world, record);

        index = world_forge(&world->oem, &body);
    } else {
        index = world_forge_record(&world->oem, record);
    }
    assert_int_equal(world_carry(&world->oem, &world->ems), 1);
    (void)world_verdict(&world->ems, index, &code);
    return code;
}

static struct kith_record item_of(uint32_t kind)
{
    return (struct kith_record){.kind = kind,
                                .id = kith_id_random(),
                                .revision = 1,
                                .label = KITH_LABEL_INTERNAL};
}

struct kith_record forge_project(const char *name)
{
    struct kith_record record = item_of(KITH_KIND_PROJECT);
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of(name));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

struct kith_record forge_generation(const struct kith_id *project,
                                    const char *name)
{
    struct kith_record record = item_of(KITH_KIND_GENERATION);
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_GENERATION_PROJECT, project->b,
                      KITH_ID_LEN);
    kith_build_text(&builder, KITH_GENERATION_NAME, kith_bytes_of(name));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

struct kith_record forge_milestone(const struct kith_id *generation,
                                   const char *title, int32_t day)
{
    const struct kith_when when = {.kind = KITH_WHEN_DATE, .from_day = day};
    struct kith_record record = item_of(KITH_KIND_MILESTONE);
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_MILESTONE_GENERATION, generation->b,
                      KITH_ID_LEN);
    kith_build_choice(&builder, KITH_MILESTONE_TYPE, KITH_MILESTONE_OTHER);
    kith_build_text(&builder, KITH_MILESTONE_TITLE, kith_bytes_of(title));
    kith_build_when(&builder, KITH_MILESTONE_PLANNED, &when);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}
