/* sim_ops - acts of people, drawn by chance, each in one transaction.
 *
 * The model learns of an act when its transaction is durable, or before when
 * it takes something away: what may have been durable in a death is asked
 * from the store.
 * Not here: posting (sim_post).
 */
#include "sim/sim_ops.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/agreement.h"
#include "rules/grant.h"
#include "sim/sim_host.h"
#include "sim/sim_model.h"
#include "sim/sim_post.h"
#include "sim/sim_random.h"
#include "store/logs.h"

struct doing {
    struct sim_world *world;
    struct sim_side *side;
    bool flag;
    struct sim_project *project;
    uint64_t kinds, number;
};

static enum kith_status link_of(struct act *act, const struct doing *doing,
                                struct store_link *ret_link)
{
    return store_link_get(act->txn, doing->side->link, ret_link);
}

static enum kith_status set_verified(struct act *act, void *context)
{
    const struct doing *doing = context;
    struct store_link link;
    enum kith_status status = link_of(act, doing, &link);
    if (status != KITH_OK)
        return status;
    if (link.verified)
        return KITH_DUPLICATE;
    link.verified = true;
    link.verified_at = act->now;
    return store_link_put(act->txn, &link);
}

static enum kith_status set_paused(struct act *act, void *context)
{
    const struct doing *doing = context;
    struct store_link link;
    enum kith_status status = link_of(act, doing, &link);
    if (status != KITH_OK)
        return status;
    link.paused = doing->flag;
    return store_link_put(act->txn, &link);
}

static const char document[] = "the text of the agreement";

static enum kith_status propose(struct act *act, void *context)
{
    const struct doing *doing = context;
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct agreement_signer signer = {.name = kith_bytes_of("Ada")};
    struct kith_when from = {.kind = KITH_WHEN_DATE,
                             .from_day = (int32_t)(act->now / 86400) - 1};
    struct kith_record_builder builder;
    struct kith_hash digest;
    struct store_link link;
    uint64_t number = 0;
    kith_sha256(document, sizeof document, &digest);
    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_NDA_DOCUMENT, digest.b, KITH_HASH_LEN);
    kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("building it"));
    kith_build_when(&builder, KITH_NDA_EFFECTIVE, &from);
    enum kith_status status = kith_build_finish(&builder, &terms);
    if (status == KITH_OK)
        status = link_of(act, doing, &link);
    if (status == KITH_OK)
        status = agreement_propose(act, &link, &terms, &signer, &number);
    return status;
}

static enum kith_status countersign(struct act *act, void *context)
{
    const struct doing *doing = context;
    struct agreement_signer signer = {.name = kith_bytes_of("Ben")};
    struct kith_hash digest;
    struct store_link link;
    uint64_t number = 0;
    kith_sha256(document, sizeof document, &digest);
    enum kith_status status = link_of(act, doing, &link);
    if (status == KITH_OK)
        status = agreement_sign(act, &link, &digest, &signer, &number);
    return status;
}

static enum kith_status add_grant(struct act *act, void *context)
{
    struct doing *doing = context;
    struct disclosure_counts counts = {0};
    struct store_link link;
    struct store_head head;
    int32_t today = (int32_t)(act->now / 86400);
    struct store_ref ref = {.owner = STORE_OWN,
                            .record = doing->project->number};
    enum kith_status status = link_of(act, doing, &link);
    if (status == KITH_OK)
        status = store_head_get(act->txn, &ref, &head);
    if (status != KITH_OK)
        return status;
    struct grant_wish wish = {.project = ref.record,
                              .project_id = head.id,
                              .kinds = doing->kinds,
                              .purpose = kith_bytes_of("building it"),
                              .bound = true,
                              .from_day = today - 1,
                              .until_day = today + 300};
    status = grant_add(act, &link, &wish, &doing->number, &counts);
    /* The model must know before the pump runs in this transaction. */
    if (status == KITH_OK) {
        doing->project->grant = doing->number;
        doing->project->kinds = doing->kinds;
    }
    return status;
}

static enum kith_status end_grant(struct act *act, void *context)
{
    struct doing *doing = context;
    struct disclosure_counts counts = {0};
    if (doing->world->broken == SIM_BREAK_DEAF_GATE)
        return KITH_OK;
    return grant_end(act, doing->number, &counts);
}

static bool run(struct doing *doing, const char *name,
                enum kith_status (*act)(struct act *, void *))
{
    struct sim_work work = {.work = act, .context = doing, .name = name};
    return sim_host_work(doing->world, doing->side, &work);
}

static void verify(struct sim_world *world, struct sim_side *side)
{
    struct doing doing = {.world = world, .side = side};
    bool *verified = &world->model->verified[side->number];
    if (!*verified)
        *verified = run(&doing, "verifies", set_verified);
}

static void pause_or_resume(struct sim_world *world, struct sim_side *side,
                            bool paused)
{
    struct doing doing = {.world = world, .side = side, .flag = paused};
    if (run(&doing, paused ? "pauses" : "resumes", set_paused))
        world->model->paused[side->number] = paused;
}

static void agree(struct sim_world *world)
{
    struct sim_model *model = world->model;
    struct doing doing = {.world = world};
    doing.side = &world->sides[model->proposed ? 1 : 0];
    if (!doing.side->alive || model->countersigned)
        return;
    if (!model->proposed) {
        model->proposed = run(&doing, "proposes an agreement", propose);
        return;
    }
    /* Set before: the pump of this very transaction may use it. */
    model->countersigned = true;
    model->countersigned = run(&doing, "countersigns", countersign);
}

/* One grant a project: gives it when there is none, ends it else. */
static void change_grant(struct sim_world *world, struct sim_side *side)
{
    static const uint64_t sets[] = {
        1u << KITH_KIND_PROJECT,
        1u << KITH_KIND_PROJECT | 1u << KITH_KIND_MESSAGE,
        1u << KITH_KIND_PROJECT | 1u << KITH_KIND_GENERATION,
        1u << KITH_KIND_PROJECT | 1u << KITH_KIND_GENERATION |
            1u << KITH_KIND_MILESTONE | 1u << KITH_KIND_MESSAGE};
    struct sim_model *model = world->model;
    size_t n = model->n_projects[side->number];
    if (n == 0 || !model->countersigned)
        return;
    struct sim_project *project = &model->projects[side->number][sim_below(n)];
    struct sim_project before = *project;
    struct doing doing = {.world = world,
                          .side = side,
                          .project = project,
                          .number = project->grant,
                          .kinds = sets[sim_below(4)]};
    if (project->grant == 0) {
        if (!run(&doing, "gives a grant", add_grant))
            *project = before;
        return;
    }
    project->grant = 0;
    project->kinds = 0;
    if (!run(&doing, "ends a grant", end_grant))
        *project = before;
}

void sim_ops_any(struct sim_world *world)
{
    struct sim_side *side = &world->sides[sim_below(SIM_SIDES)];
    uint64_t what = sim_below(100);
    if (!world->model->countersigned && sim_chance(300)) {
        agree(world);
        return;
    }
    if (!side->alive)
        return;
    if (what < 10)
        verify(world, side);
    else if (world->model->paused[side->number] ? what < 40 : what < 13)
        pause_or_resume(world, side, !world->model->paused[side->number]);
    else if (what < 30)
        change_grant(world, side);
    else
        sim_post_any(world, side);
}

void sim_ops_heal(struct sim_world *world)
{
    for (int i = 0; i < SIM_SIDES; i++) {
        struct sim_side *side = &world->sides[i];
        if (!side->alive)
            continue;
        verify(world, side);
        if (world->model->paused[i])
            pause_or_resume(world, side, false);
    }
    agree(world);
}
