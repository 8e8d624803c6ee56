/* evidence_scope - what goes into a pack of one project: what is about it, what
 * is about no project, and nothing of a kind that nobody has decided on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kith/entry.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/seal.h"
#include "rules/evidence_scope.h"
#include "rules_share.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* Two projects of the OEM that the EMS was told. */
struct scene {
    struct world *world;
    struct store_head lumen, ochre;
};

static void play(struct scene *scene, void **state)
{
    uint64_t grant;

    scene->world = *state;
    world_verify(scene->world);
    world_agree(scene->world, TODAY - 1, TODAY + 100);
    scene->lumen = world_project(&scene->world->oem, "lumen");
    scene->ochre = world_project(&scene->world->oem, "ochre");
    assert_int_equal(
        world_grant(&scene->world->oem, &scene->lumen, NULL, &grant), KITH_OK);
    assert_int_equal(
        world_grant(&scene->world->oem, &scene->ochre, NULL, &grant), KITH_OK);
    world_carry(&scene->world->oem, &scene->world->ems);
}

/* The id of PROJECT on the link. */
static struct kith_id item_of(struct scene *scene,
                              const struct store_head *project)
{
    struct world_company *oem = &scene->world->oem;
    struct store_told told;

    assert_int_equal(store_told_get(oem->act.txn, world_link(oem).number,
                                    &project->ref, &told),
                     KITH_OK);
    return told.item;
}

/* Is an entry of the OEM that says RECORD in the pack that it makes about
 * PROJECT? Its transaction is open. */
static bool in_pack(struct scene *scene, const struct store_head *project,
                    enum kith_entry_class entry_class,
                    const struct kith_record *record)
{
    struct world_company *oem = &scene->world->oem;
    const struct evidence_wish wish = {.link = world_link(oem),
                                       .project = project->ref,
                                       .item = item_of(scene, project),
                                       .until_s = UINT64_MAX};
    const struct evidence_place place = {STORE_OUT, 1, 0};
    const struct kith_entry_header header = {
        .entry_class = (uint8_t)entry_class,
        .time_s = WORLD_NOW,
        .sealed_len = 512 + KITH_SEAL_TAG_LEN};
    const struct reopened opened = {
        .body = {.entry_class = (uint8_t)entry_class, .record = *record}};
    uint8_t bytes[KITH_ENTRY_HEADER_LEN];
    struct store_entry entry = {.header = {bytes, sizeof(bytes)}};
    bool in = false;

    kith_entry_encode(&header, bytes);
    assert_int_equal(
        evidence_in_scope(&oem->act, &wish, &place, &entry, &opened, &in),
        KITH_OK);
    return in;
}

/* A withdrawal of the items A and B; NULL: an id that nobody knows. */
static void withdrawal_of(struct scene *scene, const struct store_head *a,
                          const struct store_head *b,
                          struct kith_record *ret_record)
{
    const struct kith_id first = item_of(scene, a);
    const struct kith_id second =
        b != NULL ? item_of(scene, b) : kith_id_random();
    struct kith_record_builder builder;

    *ret_record = (struct kith_record){.kind = KITH_KIND_WITHDRAWAL};
    kith_build_start(&builder, scene->world->oem.act.arena);
    kith_build_octets(&builder, KITH_WITHDRAWAL_ITEM, first.b, KITH_ID_LEN);
    kith_build_octets(&builder, KITH_WITHDRAWAL_ITEM, second.b, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_WITHDRAWAL_REASON,
                      KITH_WITHDRAWAL_REMOVED);
    assert_int_equal(kith_build_finish(&builder, ret_record), KITH_OK);
}

static void test_a_withdrawal_is_in_the_pack_of_each_project_it_names(
    void **state)
{
    struct kith_record record;
    struct scene scene;

    play(&scene, state);
    world_begin(&scene.world->oem);
    withdrawal_of(&scene, &scene.lumen, &scene.ochre, &record);
    assert_true(in_pack(&scene, &scene.lumen, KITH_CLASS_DUTY, &record));
    assert_true(in_pack(&scene, &scene.ochre, KITH_CLASS_DUTY, &record));
    /* an id put in beside it keeps it out of nothing */
    withdrawal_of(&scene, &scene.lumen, NULL, &record);
    assert_true(in_pack(&scene, &scene.lumen, KITH_CLASS_DUTY, &record));
    assert_false(in_pack(&scene, &scene.ochre, KITH_CLASS_DUTY, &record));
    withdrawal_of(&scene, &scene.ochre, &scene.ochre, &record);
    assert_false(in_pack(&scene, &scene.lumen, KITH_CLASS_DUTY, &record));
    world_abort(&scene.world->oem);
}

/* Every kind that travels in class relation or duty, and whether an entry of it
 * that names nothing is about no project and so in each pack. Who adds a kind
 * adds it here, and in evidence_scope.c when it is to be in. */
static const struct {
    uint32_t kind;
    bool in;
} decided[] = {
    {KITH_KIND_LOG_OPENED, true},
    {KITH_KIND_KEY_NOTICE, true},
    {KITH_KIND_CARD_NOTICE, true},
    {KITH_KIND_NDA_PROPOSAL, true},
    {KITH_KIND_NDA_SIGNATURE, true},
    {KITH_KIND_NDA_END, true},
    {KITH_KIND_PERSON, true},
    {KITH_KIND_VOID, true},
    {KITH_KIND_WITHDRAWAL, false},
    {KITH_KIND_VERDICT, false},
    {KITH_KIND_DESTRUCTION_REQUEST, true},
    {KITH_KIND_DESTRUCTION_CERTIFICATE, false},
    {KITH_KIND_READ, false},
};

static void test_every_kind_is_decided(void **state)
{
    const size_t n_decided = sizeof(decided) / sizeof(decided[0]);
    struct scene scene;

    play(&scene, state);
    world_begin(&scene.world->oem);
    for (size_t i = 0; i < kith_kind_count(); i++) {
        const struct kith_kind_info *info = kith_kind_at(i);
        const struct kith_record record = {.kind = info->kind};
        size_t at = 0;

        if (info->family != KITH_FAMILY_RELATION &&
            info->family != KITH_FAMILY_DUTY)
            continue;
        while (at < n_decided && decided[at].kind != info->kind)
            at++;
        if (at == n_decided)
            fail_msg("is %s told of a project? decide it here and in "
                     "evidence_scope.c",
                     info->name);
        assert_int_equal(in_pack(&scene, &scene.lumen,
                                 info->family == KITH_FAMILY_DUTY
                                     ? KITH_CLASS_DUTY
                                     : KITH_CLASS_RELATION,
                                 &record),
                         decided[at].in);
    }
    world_abort(&scene.world->oem);
}

static void test_kinds_that_nobody_knows_stay_out(void **state)
{
    const struct kith_record relation = {.kind = 199}, duty = {.kind = 299};
    struct scene scene;

    play(&scene, state);
    assert_null(kith_kind_info(relation.kind));
    assert_null(kith_kind_info(duty.kind));
    world_begin(&scene.world->oem);
    assert_false(in_pack(&scene, &scene.lumen, KITH_CLASS_RELATION, &relation));
    assert_false(in_pack(&scene, &scene.lumen, KITH_CLASS_DUTY, &duty));
    world_abort(&scene.world->oem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_a_withdrawal_is_in_the_pack_of_each_project_it_names, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_every_kind_is_decided, world_up,
                                        world_down),
        cmocka_unit_test_setup_teardown(test_kinds_that_nobody_knows_stay_out,
                                        world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
