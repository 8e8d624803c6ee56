/* many_ops - acts of people at a company with several partners.
 *
 * What the model must know before the pump runs in the same transaction is
 * set before, and taken back when the transaction is lost.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/grant.h"
#include "rules/ledger.h"
#include "sim/many_world.h"
#include "sim/sim_host.h"
#include "sim/sim_random.h"
#include "sim/sim_terms.h"
#include "store/logs.h"
#include "store/state.h"

struct doing {
    struct many_place place;
    struct many_company *who;
    int project;
    bool message;
    struct many_record record; /* as it will stand in the model */
    struct kith_id about;
    int asker;
};

static enum kith_status link_of(struct act *act, const struct doing *doing,
                                struct store_link *ret_link)
{
    return store_link_get(act->txn, many_end(&doing->place)->number, ret_link);
}

static enum kith_status propose(struct act *act, void *context)
{
    struct kith_hash digest;
    struct store_link link;
    many_terms_document(&((const struct doing *)context)->place, &digest);
    enum kith_status status = link_of(act, context, &link);
    return status == KITH_OK ? sim_terms_propose(act, &link, &digest) : status;
}

static enum kith_status countersign(struct act *act, void *context)
{
    struct kith_hash digest;
    struct store_link link;
    many_terms_document(&((const struct doing *)context)->place, &digest);
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
    const struct doing *doing = context;
    struct many_project *project = &doing->who->projects[doing->project];
    int partner = many_partner(&doing->place)->number;
    struct disclosure_counts counts = {0};
    struct store_link link;
    struct grant_wish wish;
    enum kith_status status = link_of(act, doing, &link);
    if (status == KITH_OK)
        status = sim_terms_wish(
            act, project->record.ref.record,
            1u << KITH_KIND_PROJECT | 1u << KITH_KIND_MESSAGE, &wish);
    /* in a store that went back another record may bear that number */
    if (status == KITH_OK &&
        !kith_id_equal(&wish.project_id, &project->record.id))
        status = KITH_NOT_FOUND;
    if (status == KITH_OK)
        status =
            grant_add(act, &link, &wish, &project->grant[partner], &counts);
    if (status == KITH_OK)
        project->ever[partner] = true;
    if (status == KITH_OK)
        project->bare[partner] = false;
    return status;
}

static enum kith_status end_grant(struct act *act, void *context)
{
    const struct doing *doing = context;
    struct many_project *project = &doing->who->projects[doing->project];
    uint64_t *grant = &project->grant[many_partner(&doing->place)->number];
    struct disclosure_counts counts = {0};
    enum kith_status status = grant_end(act, *grant, &counts);
    if (status == KITH_OK)
        *grant = 0;
    return status;
}

/* Ends every grant that this partner has in the store. */
static enum kith_status end_grants(struct act *act, void *context)
{
    const struct doing *doing = context;
    struct disclosure_counts counts = {0};
    struct kith_record state;
    uint64_t number = 0;
    while (store_state_next(act->txn, KITH_KIND_GRANT_STATE, &number,
                            act->arena, &state) == KITH_OK) {
        if (kith_record_value(&state, KITH_GRANT_STATE_LINK, 0) !=
                many_end(&doing->place)->number ||
            kith_record_value(&state, KITH_GRANT_STATE_ENDED, 0) != 0)
            continue;
        enum kith_status status = grant_end(act, number, &counts);
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

static bool run(struct doing *doing, const char *name,
                enum kith_status (*act)(struct act *, void *))
{
    struct sim_work work = {.work = act, .context = doing, .name = name};
    doing->who = many_company(&doing->place);
    return doing->who->alive &&
           doing->place.world->base.net.now_ms >= doing->who->asleep_until_ms &&
           many_host_work(doing->place.world, doing->who, &work);
}

static void change_grant(struct doing *doing)
{
    struct many_company *who = many_company(&doing->place);
    if (who->n_projects == 0 || !doing->place.link->agreed || who->in_doubt)
        return;
    doing->project = (int)sim_below(who->n_projects);
    struct many_project before = who->projects[doing->project];
    bool ends = before.grant[many_partner(&doing->place)->number] != 0;
    if (!run(doing, ends ? "ends a grant" : "gives a grant",
             ends ? end_grant : add_grant))
        who->projects[doing->project] = before;
}

void many_ops_grant_anew(const struct many_place *place)
{
    struct doing doing = {.place = *place};
    struct many_company *who = many_company(place);
    int partner = many_partner(place)->number;
    run(&doing, "ends all grants", end_grants);
    /* what is not granted any more may still be told, under a grant that the
     * store has lost: one that is given and ended takes it back */
    for (size_t i = 0; i < who->n_projects; i++) {
        uint64_t *grant = &who->projects[i].grant[partner];
        const bool stays = *grant != 0;
        if (!who->projects[i].ever[partner])
            continue;
        doing.project = (int)i;
        *grant = 0;
        if (run(&doing, "gives a grant anew", add_grant) && !stays)
            run(&doing, "ends it", end_grant);
    }
}

static uint32_t kind_of(const struct doing *doing)
{
    if (doing->asker >= 0)
        return KITH_KIND_ANSWER;
    return doing->message ? KITH_KIND_MESSAGE : KITH_KIND_PROJECT;
}

static void build(struct kith_record_builder *builder,
                  const struct doing *doing, const char *mark, bool first)
{
    const uint8_t *about = doing->about.b;
    switch (kind_of(doing)) {
    case KITH_KIND_ANSWER:
        kith_build_octets(builder, KITH_ANSWER_TO, about, KITH_ID_LEN);
        kith_build_choice(builder, KITH_ANSWER_VERDICT, KITH_ANSWER_ACCEPT);
        kith_build_text(builder, KITH_ANSWER_TEXT, kith_bytes_of(mark));
        break;
    case KITH_KIND_MESSAGE:
        if (first) {
            kith_build_octets(builder, KITH_MESSAGE_ABOUT, about, KITH_ID_LEN);
            kith_build_choice(builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_INFO);
        }
        kith_build_text(builder, KITH_MESSAGE_TEXT, kith_bytes_of(mark));
        break;
    default:
        if (first)
            kith_build_text(builder, KITH_PROJECT_NAME, kith_bytes_of(mark));
        kith_build_text(builder, KITH_PROJECT_TITLE, kith_bytes_of(mark));
        break;
    }
}

static enum kith_status post(struct act *act, void *context)
{
    struct doing *doing = context;
    struct kith_record record = {.kind = kind_of(doing),
                                 .id = doing->record.id,
                                 .label = KITH_LABEL_CONFIDENTIAL};
    const bool first = kith_id_is_none(&record.id);
    struct store_head about;
    struct kith_record_builder builder;
    struct ledger_posted posted = {0};
    char mark[MANY_MARK_MAX];
    /* a store that went back may not know the project */
    if (doing->message &&
        store_head_by_id(act->txn, STORE_OWN, &doing->about, &about) != KITH_OK)
        return KITH_NOT_FOUND;
    many_mark_write(
        mark, &(struct many_mark){doing->who->number,
                                  doing->message
                                      ? doing->project + MANY_MESSAGES_PROJECT
                                      : doing->project,
                                  doing->record.serial});
    kith_build_start(&builder, act->arena);
    build(&builder, doing, mark, first);
    enum kith_status status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status = ledger_post(act, &record, 0, &posted);
    if (status != KITH_OK)
        return status;
    doing->record.id = posted.head.id;
    doing->record.ref = posted.head.ref;
    return ledger_note(act, 1, posted.head.ref.project, &posted.head.id);
}

/* A project, or the message about one, new or revised. */
static void post_record(struct doing *doing)
{
    struct many_world *world = doing->place.world;
    struct many_company *who = many_company(&doing->place);
    const bool opens = who->n_projects < MANY_PROJECTS_MAX && sim_chance(400);
    doing->asker = -1;
    doing->project =
        opens ? (int)who->n_projects
              : (int)sim_below(who->n_projects == 0 ? 1 : who->n_projects);
    struct many_project *project = &who->projects[doing->project];
    doing->message = !opens && who->n_projects > 0 && sim_chance(600);
    struct many_record *record =
        doing->message ? &project->message : &project->record;
    doing->record = *record;
    doing->about = project->record.id;
    doing->record.serial = ++world->serial;
    if (!run(doing, doing->message ? "posts a message" : "posts a project",
             post))
        return;
    *record = doing->record;
    if ((size_t)doing->project == who->n_projects)
        who->n_projects++;
}

static enum kith_status answer(struct act *act, void *context)
{
    struct doing *doing = context;
    struct store_head head;
    uint64_t after = 0;
    while (store_head_next(act->txn, many_end(&doing->place)->number, 0, after,
                           &head) == KITH_OK) {
        after = head.ref.record;
        if (head.withdrawn || head.kind != KITH_KIND_PROJECT)
            continue;
        doing->about = head.id;
        return post(act, doing);
    }
    return KITH_NOT_FOUND;
}

/* Answers an item of this partner: nobody else may read it. */
static void post_answer(struct doing *doing)
{
    struct many_company *who = many_company(&doing->place);
    if (who->n_answers == MANY_ANSWERS_MAX)
        return;
    doing->asker = many_partner(&doing->place)->number;
    doing->project = MANY_ANSWERS_PROJECT;
    doing->record.serial = ++doing->place.world->serial;
    /* before: the pump of this very transaction tells it */
    who->asker[who->n_answers] = doing->asker;
    who->answers[who->n_answers++] = doing->record;
    if (!run(doing, "posts an answer", answer))
        who->n_answers--;
    else
        who->answers[who->n_answers - 1] = doing->record;
}

static void misfortune(struct many_world *world, struct many_company *who,
                       struct many_link *link)
{
    static const int64_t jumps_s[] = {0, 60, 3000, -60, -3000};
    int64_t until_ms = world->base.net.now_ms + sim_between(100, 6000);
    switch (sim_below(5)) {
    case 0:
        who->full_until_ms = until_ms;
        break;
    case 1:
        who->asleep_until_ms = until_ms;
        break;
    case 2:
        link->net.parted_until_ms = until_ms;
        break;
    case 3:
        who->clock_s = jumps_s[sim_below(5)];
        break;
    default:
        if (who->alive)
            many_host_kill(world, who);
        break;
    }
}

void many_ops_agree_anew(struct many_link *link)
{
    link->document++;
    link->proposed = link->agreed = link->amending = false;
    memset(link->ended, 0, sizeof link->ended);
}

/* One step towards an agreement in force; true when it is. */
static bool agree(struct many_world *world, struct many_link *link)
{
    struct doing doing = {.place = {world, link, 0}};
    if (link->agreed && !link->ended[0] && !link->ended[1])
        return true;
    if (link->agreed) /* the end has reached both by now */
        many_ops_agree_anew(link);
    if (!link->proposed) {
        link->proposed = run(&doing, "proposes an agreement", propose);
        return false;
    }
    doing.place.side = 1;
    link->agreed = true; /* the pump of this very transaction may use it */
    link->agreed = run(&doing, "countersigns", countersign);
    return false;
}

bool many_ops_agree(struct many_world *world)
{
    bool all = true;
    for (int i = 0; i < world->n_links && !world->base.failed; i++)
        if (!world->links[i].lied)
            all = agree(world, &world->links[i]) && all;
    return all;
}

void many_ops_any(struct many_world *world)
{
    struct many_link *link = &world->links[sim_below((uint64_t)world->n_links)];
    struct doing doing = {.place = {world, link, (int)sim_below(2)},
                          .asker = -1};
    uint64_t what = sim_below(100);
    if (!link->agreed && sim_chance(500)) {
        agree(world, link);
        return;
    }
    if (what < 8)
        many_terms_any(&doing.place);
    else if (what < 10)
        many_bounds_any(&doing.place);
    else if (what < 14)
        misfortune(world, many_company(&doing.place), link);
    else if (what < 40)
        change_grant(&doing);
    else if (what < 44 && link->agreed && !link->ended[0] && !link->ended[1] &&
             !link->amending) {
        link->ended[doing.place.side] = true;
        link->ended[doing.place.side] =
            run(&doing, "ends the agreement", end_agreement);
    } else if (what < 60)
        post_answer(&doing);
    else
        post_record(&doing);
}
