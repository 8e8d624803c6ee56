/* restored_case - see the header. */
#define _GNU_SOURCE /* nftw */
#include "restored_case.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kith/entry.h"
#include "kith/sign.h"
#include "rules/cache.h"
#include "rules/ledger.h"
#include "rules/next_log.h"
#include "rules/partner.h"
#include "rules/peer.h"
#include "store/state.h"

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static void remove_folder(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void copy_file(const char *from, const char *to)
{
    static uint8_t bytes[1 << 16];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t len;

    assert_true(in >= 0 && out >= 0);
    while ((len = read(in, bytes, sizeof(bytes))) > 0)
        assert_int_equal(write(out, bytes, (size_t)len), len);
    close(in);
    close(out);
}

/* Copies FROM/store to TO/store: nobody writes to it just now. */
static void copy_store(const char *from, const char *to)
{
    static const char *const names[] = {"data.mdb", "slots", "mark"};
    char source[160], target[160];

    (void)snprintf(target, sizeof(target), "%s/store", to);
    remove_folder(target);
    assert_int_equal(mkdir(target, 0700), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(source, sizeof(source), "%s/store/%s", from, names[i]);
        (void)snprintf(target, sizeof(target), "%s/store/%s", to, names[i]);
        copy_file(source, target);
    }
}

unsigned case_draw(struct restored_case *made, unsigned below)
{
    made->random = made->random * UINT64_C(6364136223846793005) +
                   UINT64_C(1442695040888963407);
    return (unsigned)(made->random >> 33) % below;
}

static void make_folders(struct restored_case *made)
{
    static const char *const names[] = {"oem", "ems", "clone", "kept-oem",
                                        "kept-ems"};
    const char *base = getenv("TMPDIR");
    char path[160];

    (void)snprintf(made->folder, sizeof(made->folder), "%.40s/kith-back-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                   : base != NULL                ? base
                                                 : "/tmp");
    assert_non_null(mkdtemp(made->folder));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", made->folder, names[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        if (i < 3)
            (void)snprintf(made->dirs[i], sizeof(made->dirs[i]), "%s", path);
    }
}

static void kept_path(const struct restored_case *made, int side,
                      char ret_path[96])
{
    (void)snprintf(ret_path, 96, "%s/kept-%s", made->folder,
                   side == 0 ? "oem" : "ems");
}

/* Both have read the groups to each other; they are slow to compute. */
static void verify(struct restored_case *made, int side)
{
    struct store_link link = pair_link(made->pair, side);

    link.verified = link.verified_by_partner = true;
    pair_put(made->pair, side, &link);
}

void case_up(struct restored_case *made, uint64_t seed)
{
    struct store_head project;
    uint64_t number;

    memset(made, 0, sizeof(*made));
    made->random = seed * 2 + 1;
    (void)case_draw(made, 2);
    make_folders(made);
    made->pair = pair_of(world_found(made->dirs[0], made->dirs[1]));
    made->entries = calloc(CASE_ENTRIES_MAX, sizeof(*made->entries));
    assert_non_null(made->entries);
    verify(made, 0);
    verify(made, 1);
    world_agree(made->pair->world, WORLD_NOW / 86400 - 1,
                WORLD_NOW / 86400 + 300);
    project = world_project(&made->pair->world->oem, "lumen");
    assert_int_equal(
        world_grant(&made->pair->world->oem, &project, NULL, &number), KITH_OK);
    case_exchange(made, SIZE_MAX);
}

static void close_clone(struct restored_case *made)
{
    struct world_company *clone = &made->clone;

    if (clone->store == NULL)
        return;
    if (clone->act.txn != NULL)
        store_abort(&clone->act.txn);
    store_close(&clone->store);
    kith_arena_destroy(&clone->arena);
    cache_destroy(&clone->company);
    peer_destroy(&clone->company);
    link_destroy(&made->clone_machine);
}

void case_down(struct restored_case *made)
{
    void *state = made->pair;

    close_clone(made);
    pair_down(&state);
    free(made->entries);
    remove_folder(made->folder);
}

static void step_clocks(struct restored_case *made)
{
    made->now_s++;
    for (int side = 0; side < 2; side++)
        made->pair->sides[side]->late_s = made->now_s;
}

/* One entry more that a receiver holds for good: where it stands no other may
 * ever stand (inv. 8). */
static void remember(struct restored_case *made, int from,
                     const struct kith_push *push, size_t which)
{
    struct case_entry entry = {.from = from,
                               .log_number = push->log_number,
                               .index = push->first + which};

    kith_tree_leaf_hash(push->entries[which].header.data,
                        push->entries[which].header.len, &entry.leaf);
    for (size_t i = 0; i < made->n_entries; i++) {
        const struct case_entry *held = &made->entries[i];

        if (held->from == from && held->log_number == entry.log_number &&
            held->index == entry.index) {
            if (!kith_hash_equal(&held->leaf, &entry.leaf))
                fail_msg("%s has told two entries at log %u, %llu",
                         from == 0 ? "the OEM" : "the EMS", entry.log_number,
                         (unsigned long long)entry.index);
            return;
        }
    }
    assert_true(made->n_entries < CASE_ENTRIES_MAX);
    made->entries[made->n_entries++] = entry;
}

/* Delivers the first frame; a push that was taken in is remembered. */
static bool deliver(struct restored_case *made)
{
    struct pair *pair = made->pair;
    struct kith_arena *arena = NULL;
    struct kith_push push;
    struct store_link link;
    struct kith_bytes frame, copy;
    bool is_push;
    int from;

    if (pair->n_frames == 0)
        return false;
    from = pair->frames[0].from;
    frame = kith_buf_bytes(&pair->frames[0].bytes);
    is_push = frame.data[0] == KITH_FRAME_PUSH;
    if (!is_push)
        return pair_deliver(pair);
    assert_int_equal(kith_arena_new(2 << 20, &arena), KITH_OK);
    copy = kith_arena_copy(arena, frame);
    assert_int_equal(kith_push_decode(arena, copy, &push), KITH_OK);
    (void)pair_deliver(pair);
    link = pair_link(pair, 1 - from);
    if (!link.in.frozen && link.in.number == push.log_number &&
        link.in.tree.size >= push.first + push.n_entries)
        for (size_t i = 0; i < push.n_entries; i++)
            remember(made, from, &push, i);
    kith_arena_destroy(&arena);
    return true;
}

void case_exchange(struct restored_case *made, size_t frames)
{
    size_t steps = 0;

    step_clocks(made);
    made->session++;
    pair_connect(made->pair, made->session, (int)case_draw(made, 2));
    while (steps < frames && deliver(made))
        assert_true(++steps < 2000);
    pair_cut(made->pair, made->session);
}

void case_keep(struct restored_case *made, int side)
{
    char kept[96];

    kept_path(made, side, kept);
    copy_store(made->dirs[side], kept);
}

/* As kith restore does before anything else runs. */
static void freeze(struct world_company *company)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);

    link.out.frozen = link.in.frozen = true;
    link.stall = KITH_REFUSE_RESTORED;
    assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    world_commit(company);
}

/* SIDE's programs are gone, with all that they had in memory. */
static void forget(struct restored_case *made, int side)
{
    struct world_company *company = made->pair->sides[side];

    store_close(&company->store);
    cache_destroy(&company->company);
    peer_destroy(&company->company);
    link_destroy(&made->pair->machines[side]);
    assert_int_equal(link_new(1, &made->pair->machines[side]), KITH_OK);
}

void case_bring_back(struct restored_case *made, int side, bool frozen)
{
    struct world_company *company = made->pair->sides[side];
    char kept[96];

    kept_path(made, side, kept);
    forget(made, side);
    copy_store(kept, company->options.dir);
    assert_int_equal(
        store_open(&company->options, &company->store, &company->err), KITH_OK);
    if (frozen)
        freeze(company);
}

static void take_card(struct world_company *company,
                      const struct world_company *other, bool is_new)
{
    struct act *act = world_begin(company);
    struct store_link link;

    assert_int_equal(partner_add(act, kith_buf_bytes(&other->company.card),
                                 (struct kith_bytes){NULL, 0}, &link),
                     KITH_OK);
    if (is_new) {
        link.verified = link.verified_by_partner = true;
        assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    }
    world_commit(company);
}

void case_lose(struct restored_case *made, int side)
{
    struct world_company *lost = made->pair->sides[side];
    struct world_company *other = made->pair->sides[1 - side];
    char path[200];

    step_clocks(made);
    forget(made, side);
    (void)snprintf(path, sizeof(path), "%s/store", lost->options.dir);
    remove_folder(path);
    assert_int_equal(store_create(&lost->options, &lost->err), KITH_OK);
    assert_int_equal(store_open(&lost->options, &lost->store, &lost->err),
                     KITH_OK);
    world_renew_keys(lost);
    world_begin(lost);
    world_renew_card(lost);
    assert_int_equal(
        store_value_put(lost->act.txn, LEDGER_RECOVERED, kith_bytes_of("yes")),
        KITH_OK);
    world_commit(lost);
    take_card(lost, other, true);
    take_card(other, lost, false);
}

void case_clone(struct restored_case *made)
{
    const struct world_company *oem = made->pair->sides[0];
    struct world_company *clone = &made->clone;
    char kept[96];

    kept_path(made, 0, kept);
    copy_store(kept, made->dirs[2]);
    clone->company = oem->company;
    clone->company.cache = NULL;
    clone->company.peers = NULL;
    clone->options = oem->options;
    clone->options.dir = made->dirs[2];
    assert_int_equal(store_open(&clone->options, &clone->store, &clone->err),
                     KITH_OK);
    assert_int_equal(kith_arena_new(64 << 20, &clone->arena), KITH_OK);
    assert_int_equal(link_new(1, &made->clone_machine), KITH_OK);
}

/* What the pair calls the OEM is the other of the two from now on. */
void case_swap(struct restored_case *made)
{
    struct world_company *oem = made->pair->sides[0];
    struct world_company other = made->clone;
    struct link_machine *machine = made->clone_machine;

    made->clone = *oem;
    *oem = other;
    made->clone_machine = made->pair->machines[0];
    made->pair->machines[0] = machine;
}

void case_resume(struct restored_case *made, int side)
{
    struct world_company *company = made->pair->sides[side];
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);

    if (link.in.frozen || link.out.frozen)
        assert_int_equal(next_log_open(act, &link), KITH_OK);
    world_commit(company);
}

static bool is_settled(struct restored_case *made)
{
    bool settled = true;

    for (int side = 0; side < 2; side++) {
        const struct store_link link = pair_link(made->pair, side);

        settled = settled && !link.in.frozen && !link.out.frozen &&
                  link.stall == 0 && !link.recovering &&
                  link.out.noted == link.out.receipted && link.out.noted != 0 &&
                  world_queued(made->pair->sides[side]) == 0;
    }
    return settled;
}

void case_settle(struct restored_case *made)
{
    for (int round = 0; round < 40; round++) {
        step_clocks(made);
        case_resume(made, 0);
        case_resume(made, 1);
        case_exchange(made, SIZE_MAX);
        if (is_settled(made))
            return;
    }
    fail_msg("the two do not come to rest");
}
