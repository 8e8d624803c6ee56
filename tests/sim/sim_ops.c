/* sim_ops - acts of people, drawn by chance, each in one transaction.
 *
 * The model learns of an act when its transaction is durable, or before when
 * it takes something away: what may have been durable in a death is asked
 * from the store.
 * Not here: posting (sim_post).
 */
#include "sim/sim_ops.h"

#include <string.h>

#include "kith/kinds.h"
#include "rules/grant.h"
#include "sim/sim_fate.h"
#include "sim/sim_host.h"
#include "sim/sim_model.h"
#include "sim/sim_post.h"
#include "sim/sim_random.h"
#include "sim/sim_terms.h"
#include "store/logs.h"

struct doing {
    struct sim_world *world;
    struct sim_side *side;
    bool flag;
    struct sim_project *project;
    struct sim_grant grant; /* to be given, or ended */
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
    if (doing->world->broken == SIM_BREAK_DEAF_PAUSE && doing->flag)
        return KITH_OK;
    link.paused = doing->flag;
    return store_link_put(act->txn, &link);
}

/* Each agreement has a text of its own. */
static void digest_document(const struct doing *doing,
                            struct kith_hash *ret_digest)
{
    uint64_t number = doing->world->model->document;
    kith_sha256(&number, sizeof number, ret_digest);
}

static enum kith_status propose(struct act *act, void *context)
{
    struct kith_hash digest;
    struct store_link link;
    digest_document(context, &digest);
    enum kith_status status = link_of(act, context, &link);
    return status == KITH_OK ? sim_terms_propose(act, &link, &digest) : status;
}

static enum kith_status countersign(struct act *act, void *context)
{
    struct kith_hash digest;
    struct store_link link;
    digest_document(context, &digest);
    enum kith_status status = link_of(act, context, &link);
    return status == KITH_OK ? sim_terms_sign(act, &link, &digest) : status;
}

static enum kith_status end_agreement(struct act *act, void *context)
{
    struct store_link link;
    enum kith_status status = link_of(act, context, &link);
    return status == KITH_OK ? sim_terms_end(act, &link) : status;
}

static enum kith_status add_grant(struct act *act, void *context)
{
    struct doing *doing = context;
    struct disclosure_counts counts = {0};
    struct store_link link;
    struct kith_bytes hidden = kith_bytes_of("generation.title");
    struct grant_wish wish;
    enum kith_status status = link_of(act, doing, &link);
    if (status == KITH_OK)
        status = sim_terms_wish(act, doing->project->number, doing->grant.kinds,
                                &wish);
    if (status != KITH_OK)
        return status;
    wish.hidden = &hidden;
    wish.n_hidden = doing->grant.hides ? 1 : 0;
    status = grant_add(act, &link, &wish, &doing->grant.number, &counts);
    /* The model must know before the pump runs in this transaction. */
    if (status == KITH_OK) {
        struct sim_project *project = doing->project;
        project->grants[project->n_grants++] = doing->grant;
    }
    return status;
}

static enum kith_status end_grant(struct act *act, void *context)
{
    struct doing *doing = context;
    struct disclosure_counts counts = {0};
    if (doing->world->broken == SIM_BREAK_DEAF_GATE)
        return KITH_OK;
    return grant_end(act, doing->grant.number, &counts);
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

/* A proposal when there is none in force, then the other side's signature. */
static void agree(struct sim_world *world)
{
    struct sim_model *model = world->model;
    struct doing doing = {.world = world};
    bool over = model->ended[0] || model->ended[1];
    if (model->countersigned && !over)
        return;
    if (over) { /* a new one begins */
        if (model->end_place[0] + model->end_place[1] == 0)
            return; /* its end has not been told yet */
        for (int i = 0; i < SIM_SIDES; i++)
            if (model->ended[i] &&
                model->held[1 - i].in_processed < model->end_place[i])
                return;
        model->document++;
        model->proposer = (int)sim_below(SIM_SIDES);
        model->proposed = model->countersigned = false;
        memset(model->ended, 0, sizeof model->ended);
        memset(model->end_place, 0, sizeof model->end_place);
    }
    doing.side =
        &world->sides[model->proposed ? 1 - model->proposer : model->proposer];
    if (!doing.side->alive)
        return;
    if (!model->proposed) {
        model->proposed = run(&doing, "proposes an agreement", propose);
        return;
    }
    /* Set before: the pump of this very transaction may use it. */
    model->countersigned = true;
    model->countersigned = run(&doing, "countersigns", countersign);
}

static void end_agreed(struct sim_world *world, struct sim_side *side)
{
    struct sim_model *model = world->model;
    struct doing doing = {.world = world, .side = side};
    /* an end is dated by its author's clock */
    if (!model->countersigned || model->ended[0] || model->ended[1] ||
        world->clocks_jump)
        return;
    model->ended[side->number] = true;
    model->ended[side->number] =
        run(&doing, "ends the agreement", end_agreement);
}

/* Adds a grant, wider or narrower, beside those that are there, or ends one. */
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
    struct doing doing = {.world = world, .side = side, .project = project};
    if (project->n_grants == 0 ||
        (project->n_grants < SIM_GRANTS_MAX && sim_chance(500))) {
        doing.grant = (struct sim_grant){.kinds = sets[sim_below(4)],
                                         .hides = sim_chance(400)};
        if (!run(&doing, "gives a grant", add_grant))
            *project = before;
        return;
    }
    size_t which = sim_below(project->n_grants);
    doing.grant = project->grants[which];
    project->n_grants--;
    memmove(project->grants + which, project->grants + which + 1,
            (project->n_grants - which) * sizeof project->grants[0]);
    if (!run(&doing, "ends a grant", end_grant))
        *project = before;
}

void sim_ops_any(struct sim_world *world)
{
    struct sim_side *side = &world->sides[sim_below(SIM_SIDES)];
    uint64_t what = sim_below(100);
    if (sim_chance(300) && (!world->model->countersigned ||
                            world->model->ended[0] || world->model->ended[1])) {
        agree(world);
        return;
    }
    if (what >= 96)
        sim_fate_any(world, side);
    if (!side->alive || world->net.now_ms < side->asleep_until_ms)
        return;
    if (what < 10)
        verify(world, side);
    else if (world->model->paused[side->number] ? what < 40 : what < 13)
        pause_or_resume(world, side, !world->model->paused[side->number]);
    else if (what < 32)
        change_grant(world, side);
    else if (what < 34)
        end_agreed(world, side);
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
