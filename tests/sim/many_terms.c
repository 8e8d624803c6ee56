/* many_terms - agreements are amended, grants renewed or narrowed, a project is
 * closed to a partner, while all of it is in use.
 *
 * The model learns of it within the transaction, before the pump runs, and
 * forgets it when the transaction is lost.
 * Not here: the first agreement and grant (many_ops).
 */
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/disclosure.h"
#include "rules/grant_change.h"
#include "rules/openness_change.h"
#include "sim/many_world.h"
#include "sim/sim_random.h"
#include "sim/sim_terms.h"
#include "store/logs.h"

struct changing {
    const struct many_place *place;
    struct many_project *project;
    int partner;
};

bool many_terms_show(const struct many_project *project, int partner,
                     bool message)
{
    return project->grant[partner] != 0 && !project->shut[partner] &&
           !(message && project->bare[partner]);
}

void many_terms_document(const struct many_place *place,
                         struct kith_hash *ret_digest)
{
    const struct many_link *link = place->link;
    uint64_t parts[2] = {(uint64_t)(link - place->world->links),
                         link->document};
    kith_sha256(parts, sizeof parts, ret_digest);
}

typedef enum kith_status (*terms_step)(struct act *act, struct store_link *link,
                                       const struct kith_hash *digest);

static enum kith_status take_step(struct act *act, void *context,
                                  terms_step step)
{
    const struct changing *changing = context;
    struct kith_hash digest;
    struct store_link link;
    many_terms_document(changing->place, &digest);
    enum kith_status status =
        store_link_get(act->txn, many_end(changing->place)->number, &link);
    return status == KITH_OK ? step(act, &link, &digest) : status;
}

static enum kith_status amend(struct act *act, void *context)
{
    return take_step(act, context, sim_terms_amend);
}

static enum kith_status sign(struct act *act, void *context)
{
    return take_step(act, context, sim_terms_sign);
}

static enum kith_status renew(struct act *act, void *context)
{
    const struct changing *changing = context;
    struct disclosure_counts counts = {0};
    const int32_t later = (int32_t)(++changing->place->world->serial % 1000);
    return grant_renew(act, changing->project->grant[changing->partner],
                       SIM_LAST_DAY + later, &counts);
}

static enum kith_status narrow(struct act *act, void *context)
{
    const struct changing *changing = context;
    struct many_project *project = changing->project;
    struct grant_narrowing narrowing = {.kinds = 1u << KITH_KIND_PROJECT,
                                        .until_day = INT32_MAX};
    enum kith_status status =
        grant_narrow(act, project->grant[changing->partner], &narrowing, true,
                     &project->grant[changing->partner]);
    project->bare[changing->partner] |= status == KITH_OK;
    return status;
}

static enum kith_status close_project(struct act *act, void *context)
{
    const struct changing *changing = context;
    struct store_link link;
    struct openness_wish wish = {.link = &link,
                                 .project =
                                     changing->project->record.ref.record,
                                 .level = KITH_OPENNESS_CLOSED};
    enum kith_status status =
        store_link_get(act->txn, many_end(changing->place)->number, &link);
    if (status == KITH_OK)
        status = openness_lower(act, &wish, true);
    changing->project->shut[changing->partner] |= status == KITH_OK;
    return status;
}

static bool run(struct changing *changing, const char *name,
                enum kith_status (*act)(struct act *, void *))
{
    struct many_world *world = changing->place->world;
    struct many_company *who = many_company(changing->place);
    struct sim_work work = {.work = act, .context = changing, .name = name};
    return who->alive && world->base.net.now_ms >= who->asleep_until_ms &&
           many_host_work(world, who, &work);
}

/* Side 0 proposes, and side 1 signs when it has heard of it. */
static void amend_agreement(const struct many_place *place)
{
    struct many_link *link = place->link;
    struct many_place at = {place->world, link, link->amending ? 1 : 0};
    struct changing changing = {.place = &at};
    if (!link->agreed || link->ended[0] || link->ended[1])
        return;
    if (link->amending) {
        link->amending = !run(&changing, "signs an amendment", sign);
        return;
    }
    link->document++;
    link->amending = run(&changing, "proposes an amendment", amend);
}

void many_terms_any(const struct many_place *place)
{
    static const struct {
        const char *name;
        enum kith_status (*act)(struct act *, void *);
    } acts[] = {{"renews a grant", renew},
                {"narrows a grant", narrow},
                {"closes a project", close_project}};
    struct many_company *who = many_company(place);
    uint64_t which = sim_below(5);
    if (which > 2 || place->link->amending) {
        amend_agreement(place);
        return;
    }
    if (who->n_projects == 0 || who->number == place->world->back.company)
        return;
    struct many_project *project = &who->projects[sim_below(who->n_projects)];
    struct many_project before = *project;
    struct changing changing = {.place = place,
                                .project = project,
                                .partner = many_partner(place)->number};
    if (project->record.serial == 0 || (which == 2 && !sim_chance(300)) ||
        (which < 2 && project->grant[changing.partner] == 0))
        return;
    if (!run(&changing, acts[which].name, acts[which].act))
        *project = before;
}
