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
#include "rules/grant_told.h"
#include "sim/sim_fate.h"
#include "sim/sim_host.h"
#include "sim/sim_model.h"
#include "sim/sim_post.h"
#include "sim/sim_random.h"
#include "store/logs.h"
#include "store/state.h"

/* Days of agreements and grants: wide enough for every clock jump. */
enum {
    SIM_FIRST_DAY = SIM_EPOCH_S / 86400 - 5000,
    SIM_LAST_DAY = SIM_EPOCH_S / 86400 + 5000
};

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
    const struct doing *doing = context;
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct agreement_signer signer = {.name = kith_bytes_of("Ada")};
    struct kith_when from = {.kind = KITH_WHEN_DATE, .from_day = SIM_FIRST_DAY};
    struct kith_record_builder builder;
    struct kith_hash digest;
    struct store_link link;
    uint64_t number = 0;
    digest_document(doing, &digest);
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
    digest_document(doing, &digest);
    enum kith_status status = link_of(act, doing, &link);
    if (status == KITH_OK)
        status = agreement_sign(act, &link,
                                &(struct agreement_wanted){.document = &digest},
                                &signer, &number);
    return status == KITH_OK ? grant_settle(act, &link) : status;
}

/* Ends the newest agreement. */
static enum kith_status end_agreement(struct act *act, void *context)
{
    struct agreement_signer signer = {.name = kith_bytes_of("Eve")};
    struct kith_record state;
    struct store_link link;
    uint64_t number = 0, newest = 0;
    while (store_state_next(act->txn, KITH_KIND_AGREEMENT, &number, act->arena,
                            &state) == KITH_OK)
        newest = number;
    enum kith_status status = link_of(act, context, &link);
    return status == KITH_OK ? agreement_end(act, &link, newest, &signer)
                             : status;
}

static enum kith_status add_grant(struct act *act, void *context)
{
    struct doing *doing = context;
    struct disclosure_counts counts = {0};
    struct store_link link;
    struct store_head head;
    struct kith_bytes hidden = kith_bytes_of("generation.title");
    struct store_ref ref = {.owner = STORE_OWN,
                            .record = doing->project->number};
    enum kith_status status = link_of(act, doing, &link);
    if (status == KITH_OK)
        status = store_head_get(act->txn, &ref, &head);
    if (status != KITH_OK)
        return status;
    struct grant_wish wish = {.project = ref.record,
                              .project_id = head.id,
                              .kinds = doing->grant.kinds,
                              .hidden = &hidden,
                              .n_hidden = doing->grant.hides ? 1 : 0,
                              .purpose = kith_bytes_of("building it"),
                              .bound = true,
                              .from_day = SIM_FIRST_DAY,
                              .until_day = SIM_LAST_DAY};
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
