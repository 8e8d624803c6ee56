/* Random histories in which the sender, the receiver or both go back to an older
 * store, one of them loses its disk, or the sender runs twice: nobody ever takes in two entries at one place
 * of a log, both come to rest when persons resume, and then the receiver sees
 * exactly what the sender has; what the sender had told comes back to it.
 *
 * KITH_CASES: how many, 500; KITH_SEED: of the first, 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "restored_case.h"
#include "rules/audit_check.h"
#include "rules/reopen.h"
#include "rules/revision.h"

enum {
    SEEN_MAX = 64,
    TITLE_MAX = 32
};

/* A milestone as somebody sees it. */
struct seen {
    char title[TITLE_MAX];
    int32_t day;
};

struct sight {
    struct seen rows[SEEN_MAX];
    size_t n;
};

/* How often each kind of history came. */
static struct {
    unsigned cases, back[2], files, lost, clones, forks, entries, back_entries;
} counts;

static int compare_seen(const void *a, const void *b)
{
    const struct seen *one = a, *other = b;
    const int order = strcmp(one->title, other->title);

    return order != 0 ? order
                      : (one->day > other->day) - (one->day < other->day);
}

static void add_row(struct sight *sight, const struct kith_record *record)
{
    const struct kith_bytes title =
        kith_record_bytes(record, KITH_MILESTONE_TITLE);
    struct seen *row = &sight->rows[sight->n++];

    assert_true(sight->n < SEEN_MAX && title.len < TITLE_MAX);
    *row = (struct seen){
        .day = kith_record_day(record, KITH_MILESTONE_PLANNED, 0)};
    memcpy(row->title, title.data, title.len);
}

/* Reads the milestone HEAD: a record of ours, or an item of the partner. */
static void read_one(struct world_company *company,
                     const struct store_head *head, struct sight *sight)
{
    struct store_link link = world_link(company);
    const struct reopen_place place = {STORE_IN, head->newest};
    struct reopened opened = {0};
    struct kith_record record;

    if (head->ref.owner == STORE_OWN) {
        assert_int_equal(revision_read(&company->act, head, 0, &record),
                         KITH_OK);
        add_row(sight, &record);
        return;
    }
    link.in.number = head->log_number;
    assert_int_equal(reopen_at(&company->act, &link, &place, NULL, &opened),
                     KITH_OK);
    add_row(sight, &opened.body.record);
    reopened_clear(&opened);
}

static void look_at(struct world_company *company, uint32_t owner,
                    struct sight *sight)
{
    struct store_head project = {.ref.record = 0}, head;

    sight->n = 0;
    world_begin(company);
    while (store_head_next(company->act.txn, owner, 0, project.ref.record,
                           &project) == KITH_OK) {
        head.ref.record = 0;
        while (project.kind == KITH_KIND_PROJECT &&
               store_head_next(company->act.txn, owner, project.ref.record,
                               head.ref.record, &head) == KITH_OK)
            if (head.kind == KITH_KIND_MILESTONE && !head.withdrawn)
                read_one(company, &head, sight);
    }
    world_abort(company);
    qsort(sight->rows, sight->n, sizeof(sight->rows[0]), compare_seen);
}

static void post(struct restored_case *made)
{
    char title[TITLE_MAX];

    (void)snprintf(title, sizeof(title), "m%u", case_draw(made, 8));
    (void)world_milestone(made->pair->sides[0], "lumen/g1", title,
                          (int32_t)(20500 + case_draw(made, 300)),
                          KITH_LABEL_INTERNAL);
}

static void play_steps(struct restored_case *made, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        switch (case_draw(made, 8)) {
        case 0:
        case 1:
        case 2:
            post(made);
            break;
        case 3:
            case_exchange(made, 3 + case_draw(made, 9)); /* cut in the middle */
            break;
        case 4:
            case_resume(made, (int)case_draw(made, 2));
            break;
        default:
            case_exchange(made, SIZE_MAX);
        }
    }
}

static void print_finding(void *context, const char *sentence)
{
    (void)context;
    print_error("%s\n", sentence);
}

static void assert_stores_good(struct restored_case *made)
{
    for (int side = 0; side < 2; side++) {
        struct world_company *company = made->pair->sides[side];
        const struct store_check_hooks hooks = {print_finding, NULL, NULL};
        struct store_check_report report;

        store_close(&company->store);
        assert_int_equal(
            store_check(&company->options, &hooks, &report, &company->err),
            KITH_OK);
        assert_int_equal(
            store_open(&company->options, &company->store, &company->err),
            KITH_OK);
    }
}

/* Whatever went back, the audit log that is here is the one that what was told
 * from here bears witness of. */
static void assert_audit_fits(struct restored_case *made)
{
    for (int side = 0; side < 2; side++) {
        struct world_company *company = made->pair->sides[side];
        struct audit_check check = {0};
        bool done = false;

        assert_int_equal(audit_check_start(world_begin(company), &check),
                         KITH_OK);
        while (!done)
            assert_int_equal(
                audit_check_step(&company->act, &check, 1000, &done), KITH_OK);
        world_abort(company);
        if (!audit_check_fits(&check))
            print_error("side %d, fault %d, log %u, entry %llu\n", side,
                        (int)check.found.fault, check.found.log_number,
                        (unsigned long long)check.found.index);
        for (size_t i = 0; i < check.logs.count; i++)
            counts.back_entries += (unsigned)check.logs.list[i].back;
        assert_true(audit_check_fits(&check));
        audit_check_clear(&check);
    }
}

static void print_sight(const char *who, const struct sight *sight)
{
    for (size_t i = 0; i < sight->n; i++)
        print_error("%s: %s on %d\n", who, sight->rows[i].title,
                    sight->rows[i].day);
}

/* Both copies of the sender went on in one log and only one of them was heard:
 * the other learns of it by its own signature, and the proof is kept. What the
 * receiver was told by the one is then more than the other knows. */
static bool is_forked(struct restored_case *made)
{
    struct world_company *oem = made->pair->sides[0];
    const struct store_log_id log = {1, STORE_OUT, 1};
    struct kith_bytes note;
    uint64_t size = UINT64_MAX;

    if (world_audited(oem, "fork_seen") == 0)
        return false;
    world_begin(oem);
    assert_int_equal(store_note_at(oem->act.txn, &log, STORE_SECOND, &size,
                                   oem->arena, &note),
                     KITH_OK);
    world_abort(oem);
    counts.forks++;
    return true;
}

static bool has_row(const struct sight *sight, const struct seen *row)
{
    for (size_t i = 0; i < sight->n; i++)
        if (compare_seen(&sight->rows[i], row) == 0)
            return true;
    return false;
}

/* Both see the same, and what was told before is not lost with the sender. */
static void assert_healed(struct restored_case *made, const struct sight *told)
{
    struct sight own, theirs;
    bool same = true;

    case_settle(made);
    look_at(made->pair->sides[0], STORE_OWN, &own);
    look_at(made->pair->sides[1], 1, &theirs);
    for (size_t i = 0; i < own.n; i++)
        same = same && has_row(&theirs, &own.rows[i]);
    if (!same || (own.n != theirs.n && !is_forked(made))) {
        print_sight("sender", &own);
        print_sight("receiver", &theirs);
        fail_msg("the two do not see the same");
    }
    for (size_t i = 0; told != NULL && i < told->n; i++) {
        size_t found = 0;

        for (size_t k = 0; k < own.n; k++)
            found += strcmp(own.rows[k].title, told->rows[i].title) == 0;
        if (found == 0)
            fail_msg("%s was told and did not come back", told->rows[i].title);
    }
}

static void play_back(struct restored_case *made, unsigned who)
{
    const bool files = who != 3 && case_draw(made, 2) == 0;
    struct sight told;

    look_at(made->pair->sides[1], 1, &told);
    for (int side = 0; side < 2; side++) {
        if ((who >> side & 1) == 0)
            continue;
        case_bring_back(made, side, !files);
        counts.back[side]++;
        counts.files += files;
    }
    play_steps(made, case_draw(made, 10));
    /* what the receiver lost as well is nowhere any more */
    assert_healed(made, who == 1 ? &told : NULL);
}

/* What a person does when the own log is back: agreement and persons are, the
 * grant is not. */
static void grant_anew(struct restored_case *made)
{
    struct world_company *oem = made->pair->sides[0];
    struct store_head project = {.ref.record = 0};
    uint64_t number;

    world_begin(oem);
    assert_int_equal(store_head_next(oem->act.txn, STORE_OWN, 0, 0, &project),
                     KITH_OK);
    world_abort(oem);
    assert_int_equal(project.kind, KITH_KIND_PROJECT);
    assert_int_equal(world_grant(oem, &project, NULL, &number), KITH_OK);
}

static void play_lost(struct restored_case *made, int side)
{
    struct sight told, own;

    look_at(made->pair->sides[1], 1, &told);
    case_lose(made, side);
    counts.lost++;
    case_settle(made);
    look_at(made->pair->sides[0], STORE_OWN, &own);
    for (size_t i = 0; side == 0 && i < told.n; i++)
        if (!has_row(&own, &told.rows[i]))
            fail_msg("%s on %d was told and did not come back",
                     told.rows[i].title, told.rows[i].day);
    if (side == 0)
        grant_anew(made);
    play_steps(made, case_draw(made, 10));
    assert_healed(made, side == 0 ? &told : NULL);
}

static void play_clone(struct restored_case *made)
{
    const unsigned turns = 1 + case_draw(made, 4);

    case_clone(made);
    counts.clones++;
    for (unsigned i = 0; i < turns; i++) {
        case_swap(made);
        play_steps(made, 1 + case_draw(made, 5));
    }
    assert_healed(made, NULL);
}

static void play(uint64_t seed)
{
    struct restored_case made;
    unsigned who;

    case_up(&made, seed);
    who = case_draw(&made, 6);
    play_steps(&made, case_draw(&made, 8));
    case_keep(&made, 0);
    case_keep(&made, 1);
    play_steps(&made, 1 + case_draw(&made, 12));
    if (who > 3)
        play_lost(&made, (int)who - 4);
    else if (who == 0)
        play_clone(&made);
    else
        play_back(&made, who);
    /* once more from the same copy: logs were opened that it knows nothing of */
    if (who != 0 && who < 4 && case_draw(&made, 3) == 0)
        play_back(&made, who);
    if (seed % 10 == 0)
        assert_stores_good(&made);
    assert_audit_fits(&made);
    counts.cases++;
    counts.entries += (unsigned)made.n_entries;
    case_down(&made);
}

static uint64_t number_of(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);

    return text == NULL ? fallback : strtoull(text, NULL, 10);
}

static void test_no_history_is_told_twice(void **state)
{
    const uint64_t cases = number_of("KITH_CASES", 500);
    const uint64_t seed = number_of("KITH_SEED", 1);

    (void)state;
    for (uint64_t i = 0; i < cases; i++) {
        (void)fprintf(stderr, "\rcase %llu ", (unsigned long long)(seed + i));
        play(seed + i);
    }
    (void)fprintf(stderr, "\n");
    print_message(
        "%u cases: sender back %u, receiver back %u (as files %u), "
        "disks lost %u; clones %u, of which %u told two histories and have the "
        "proof; %u entries taken in, none at a place twice; %u came back\n",
        counts.cases, counts.back[0], counts.back[1], counts.files, counts.lost,
        counts.clones, counts.forks, counts.entries, counts.back_entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_history_is_told_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
