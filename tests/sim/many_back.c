/* many_back - a store that goes back to an older copy, or runs twice.
 *
 * One company of a schedule has its store in a folder. The copy is put back as
 * files, or as `kith restore` does it, which freezes the links; or both go on,
 * in turns: two hosts with one identity. People resume what is frozen when
 * they come to it.
 * Not here: what must hold meanwhile (many_shown) and afterwards (many_healed).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/session.h"
#include "rules/next_log.h"
#include "rules/revision.h"
#include "sim/many_world.h"
#include "sim/sim_random.h"
#include "store/logs.h"
#include "store/snapshot.h"
#include "store/store.h"

enum {
    BACK_PERMILLE = 150,
    COPY_PERMILLE = 80,
    GO_BACK_PERMILLE = 60,
    TURN_PERMILLE = 120,
    RESUME_PERMILLE = 150,
    PATH_LEN = 128
};

static const char *const store_files[] = {"data.mdb", "lock.mdb", "slots",
                                          "mark"};

static struct many_company *whose(struct many_world *world)
{
    return &world->companies[world->back.company];
}

static void remove_store(const char *folder)
{
    char path[PATH_LEN];
    for (size_t i = 0; i < sizeof store_files / sizeof store_files[0]; i++) {
        snprintf(path, sizeof path, "%s/store/%s", folder, store_files[i]);
        (void)unlink(path);
    }
    snprintf(path, sizeof path, "%s/store", folder);
    (void)rmdir(path);
}

void many_back_draw(struct many_world *world)
{
    struct many_back *back = &world->back;
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    back->company = -1;
    if (!sim_chance(BACK_PERMILLE))
        return;
    back->fate = (enum many_fate)(1 + sim_below(MANY_FATES - 1));
    back->company = (int)sim_below((uint64_t)world->n_companies);
    snprintf(back->folder, sizeof back->folder, "%s/kith-sim-XXXXXX", base);
    back->shown = calloc(MANY_SHOWN_MAX, sizeof *back->shown);
    if (back->shown == NULL || mkdtemp(back->folder) == NULL)
        abort();
    snprintf(back->now, sizeof back->now, "%.48s/now", back->folder);
    snprintf(back->kept, sizeof back->kept, "%.48s/kept", back->folder);
    if (mkdir(back->now, 0700) != 0 || mkdir(back->kept, 0700) != 0)
        abort();
}

void many_back_remove(struct many_world *world)
{
    struct many_back *back = &world->back;
    if (back->shown == NULL)
        return;
    remove_store(back->now);
    remove_store(back->kept);
    (void)rmdir(back->now);
    (void)rmdir(back->kept);
    (void)rmdir(back->folder);
    free(back->shown);
    back->shown = NULL;
}

bool many_back_touches(const struct many_world *world,
                       const struct many_link *link)
{
    return world->back.went_back &&
           (link->ends[0].company == world->back.company ||
            link->ends[1].company == world->back.company);
}

/* The process ends, FROM's store is copied to TO, and the store in NOW opens
 * again. */
static void copy_store(struct many_world *world, const char *from,
                       const char *to)
{
    struct many_company *who = whose(world);
    if (who->alive)
        many_host_kill(world, who);
    store_close(&who->store);
    remove_store(to);
    sim_ok(&world->base, store_snapshot(from, to, NULL), "store copied");
    sim_ok(&world->base, store_open(&who->options, &who->store, NULL),
           "store opened");
}

static void swap_stores(struct many_world *world)
{
    struct many_company *who = whose(world);
    struct many_back *back = &world->back;
    char aside[PATH_LEN];
    if (who->alive)
        many_host_kill(world, who);
    store_close(&who->store);
    snprintf(aside, sizeof aside, "%s/aside", back->folder);
    if (rename(back->now, aside) != 0 || rename(back->kept, back->now) != 0 ||
        rename(aside, back->kept) != 0)
        abort();
    sim_ok(&world->base, store_open(&who->options, &who->store, NULL),
           "store opened");
}

/* Calls WORK for each record that the company has posted for PLACE's partner,
 * as the model has it. */
static void each_record(const struct many_place *place,
                        void (*work)(const struct many_place *place,
                                     struct many_record *record))
{
    struct many_company *who = many_company(place);
    int partner = many_partner(place)->number;
    for (size_t i = 0; i < who->n_projects; i++) {
        work(place, &who->projects[i].record);
        work(place, &who->projects[i].message);
    }
    for (size_t i = 0; i < who->n_answers; i++)
        if (who->asker[i] == partner)
            work(place, &who->answers[i]);
}

static void each_place(struct many_world *world,
                       void (*work)(const struct many_place *place))
{
    for (int i = 0; i < 2 * world->n_links; i++) {
        struct many_place place = {world, &world->links[i / 2], i & 1};
        if (many_end(&place)->company == world->back.company)
            work(&place);
    }
}

static void note_told(const struct many_place *place,
                      struct many_record *record)
{
    if (record->serial != 0 && many_check_seen(place, record) != 0)
        record->comes_back = true;
}

static void note_all_told(const struct many_place *place)
{
    each_record(place, note_told);
}

static enum kith_status freeze(struct act *act, void *context)
{
    struct store_link link = {0};
    enum kith_status status;
    (void)context;
    while ((status = store_link_next(act->txn, link.number, &link)) ==
           KITH_OK) {
        if (link.out.number == 0 && link.in.number == 0)
            continue;
        link.out.frozen = link.in.frozen = true;
        link.stall = KITH_REFUSE_RESTORED;
        status = store_link_put(act->txn, &link);
        if (status != KITH_OK)
            return status;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static void go_back(struct many_world *world)
{
    struct many_company *who = whose(world);
    const bool by_command = sim_chance(500);
    struct sim_work work = {.work = freeze, .name = "is restored"};
    each_place(world, note_all_told);
    copy_store(world, world->back.kept, world->back.now);
    world->back.went_back = who->in_doubt = true;
    world->back.n_back++;
    sim_say(&world->base.history, -1, "company %d's store went back%s",
            who->number, by_command ? ", by restore" : "");
    if (by_command && !world->base.failed)
        many_host_settle(world, who, &work);
}

static void take_turn(struct many_world *world)
{
    struct many_company *who = whose(world);
    each_place(world, note_all_told);
    swap_stores(world);
    world->back.went_back = who->in_doubt = true;
    world->back.n_swaps++;
    sim_say(&world->base.history, -1, "company %d's other host goes on",
            who->number);
}

static enum kith_status resume(struct act *act, void *context)
{
    const struct many_place *place = context;
    struct store_link link;
    enum kith_status status =
        store_link_get(act->txn, many_end(place)->number, &link);
    if (status != KITH_OK)
        return status;
    place->world->back.n_resumed++;
    return next_log_open(act, &link);
}

/* A person at PLACE opens the next logs, as one at the other end does. */
static void resume_at(const struct many_place *place)
{
    struct many_company *who = many_company(place);
    struct many_place copy = *place;
    struct sim_work work = {
        .work = resume, .context = &copy, .name = "resumes"};
    /* a session of before does not know of the next logs */
    if (many_host_work(place->world, who, &work) && who->alive) {
        link_forget(many_end(place)->machine);
        sim_net_lose(&place->link->net, place->side, true);
    }
}

/* Where one end is frozen people call each other, and both resume. */
static bool resume_both(struct many_world *world, struct many_link *link)
{
    if (!link->ends[0].frozen && !link->ends[1].frozen)
        return false;
    for (int side = 0; side < 2; side++) {
        const struct many_place place = {world, link, side};
        const struct many_company *who = many_company(&place);
        if (!who->alive || world->base.net.now_ms < who->asleep_until_ms)
            return true;
    }
    for (int side = 0; side < 2 && !world->base.failed; side++)
        resume_at(&(struct many_place){world, link, side});
    return true;
}

void many_back_acts(struct many_world *world)
{
    struct many_back *back = &world->back;
    if (back->company < 0 || world->base.failed)
        return;
    if (!back->has_copy && sim_chance(COPY_PERMILLE)) {
        copy_store(world, back->now, back->kept);
        back->has_copy = true;
    } else if (back->has_copy && back->fate == MANY_GOES_BACK &&
               sim_chance(GO_BACK_PERMILLE))
        go_back(world);
    else if (back->has_copy && back->fate == MANY_RUNS_TWICE &&
             sim_chance(TURN_PERMILLE))
        take_turn(world);
    for (int i = 0; i < world->n_links && !world->base.failed; i++)
        if (sim_chance(RESUME_PERMILLE))
            resume_both(world, &world->links[i]);
}

bool many_back_heal(struct many_world *world)
{
    bool good = true;
    if (world->back.company < 0)
        return true;
    for (int i = 0; i < world->n_links && !world->base.failed; i++)
        good = !resume_both(world, &world->links[i]) && good;
    for (int i = 0; good && !world->back.settled && i < world->n_links; i++)
        if (many_back_touches(world, &world->links[i]))
            many_ops_agree_anew(&world->links[i]);
    world->back.settled = world->back.settled || good;
    return good;
}

/* What a store says of a record now. */
struct look {
    const struct many_place *place;
    struct many_record *record;
};

static enum kith_status look_up(struct act *act, void *context)
{
    struct look *look = context;
    struct many_record *record = look->record;
    struct kith_record posted;
    struct many_mark mark = {0};
    struct store_head head;
    size_t at = 0;
    enum kith_status status =
        store_head_by_id(act->txn, STORE_OWN, &record->id, &head);
    if (status == KITH_OK)
        status = revision_read(act, &head, 0, &posted);
    if (status == KITH_NOT_FOUND) {
        record->serial = 0;
        return KITH_OK;
    }
    if (status != KITH_OK)
        return status;
    record->ref = head.ref;
    struct kith_bytes text = kith_record_bytes(
        &posted, posted.kind == KITH_KIND_ANSWER    ? KITH_ANSWER_TEXT
                 : posted.kind == KITH_KIND_MESSAGE ? KITH_MESSAGE_TEXT
                                                    : KITH_PROJECT_TITLE);
    record->serial = 0;
    if (many_mark_next(text, &at, &mark))
        record->serial = mark.serial;
    return KITH_OK;
}

static void learn(const struct many_place *place, struct many_record *record)
{
    struct many_world *world = place->world;
    struct look look = {place, record};
    struct sim_work work = {
        .work = look_up, .context = &look, .name = "is looked up"};
    if (record->serial == 0)
        return;
    many_host_settle(world, many_company(place), &work);
    sim_say(&world->base.history, -1,
            "company %d holds record %" PRIu64 " of project %" PRIu64
            " as %" PRIu64,
            world->back.company, record->ref.record, record->ref.project,
            record->serial);
    if (record->serial == 0 && record->comes_back && !world->back.forked)
        sim_fail(&world->base,
                 "company %d told a record, went back, and it did not return",
                 world->back.company);
}

static void learn_all(const struct many_place *place)
{
    each_record(place, learn);
}

void many_back_renew(struct many_world *world)
{
    each_place(world, learn_all);
    each_place(world, many_ops_grant_anew);
    whose(world)->in_doubt = false;
}
