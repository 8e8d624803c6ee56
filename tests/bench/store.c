#define _GNU_SOURCE /* nftw, mkdtemp */
/* store - what a change costs the store, in CPU time and on disk.
 *
 * Responsible for: N changes of 250 bytes in batches through the domain verbs
 * as the sender's ledger calls them (head, revision, told row, entry; link,
 * checkpoint and audit row once a batch), then the same read back; prints one
 * JSON line a verb.
 * Not here: rules, seals of bodies, the network.
 */
#include <ftw.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kith/be.h"
#include "kith/bytes.h"
#include "kith/kinds.h"
#include "kith/tree.h"
#include "store/logs.h"
#include "store/records.h"
#include "store/state.h"
#include "store/store.h"

enum {
    BATCH_MAX = 512,
    CHANGE_LEN = 250,
    SEALED_LEN = 512 + 16,
    ARENA_LEN = 4 << 20
};

enum step {
    STEP_HEAD,
    STEP_REVISION,
    STEP_TOLD,
    STEP_ENTRY,
    STEP_ROUND,
    STEP_COMMIT,
    STEP_READ_HEAD,
    STEP_READ_REVISION,
    STEP_READ_ENTRY,
    STEPS
};

static const char *const step_names[STEPS] = {
    "head_add",     "revision_add",    "told_put",
    "entry_append", "link_note_audit", "commit",
    "head_by_id",   "revision_get",    "entry_get",
};

struct bench {
    struct store *store;
    struct store_txn *txn;
    struct kith_arena *arena;
    struct store_link link;
    struct store_head heads[BATCH_MAX];
    struct kith_id *ids; /* of all heads; owned */
    uint64_t batch;      /* changes a commit */
    double cpu_us[STEPS];
    double started_us;
};

static void need(enum kith_status status, const char *what)
{
    if (status == KITH_OK)
        return;
    (void)fprintf(stderr, "%s: %s\n", what, kith_status_name(status));
    exit(1);
}

static double now_us(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void start(struct bench *b)
{
    b->started_us = now_us(CLOCK_PROCESS_CPUTIME_ID);
}

static void stop(struct bench *b, enum step step)
{
    b->cpu_us[step] += now_us(CLOCK_PROCESS_CPUTIME_ID) - b->started_us;
}

static void add_heads(struct bench *b, uint64_t first)
{
    start(b);
    for (uint64_t i = 0; i < b->batch; i++) {
        struct store_head *head = &b->heads[i];

        memset(head, 0, sizeof(*head));
        head->kind = KITH_KIND_MESSAGE;
        head->ref.project = 1;
        head->revision = 1;
        need(store_head_add(b->txn, head), "head");
        b->ids[first + i] = head->id;
    }
    stop(b, STEP_HEAD);
}

static void add_revisions(struct bench *b)
{
    uint8_t text[CHANGE_LEN] = {1};
    struct kith_bytes bytes = {text, sizeof(text)};

    start(b);
    for (uint64_t i = 0; i < b->batch; i++)
        need(store_revision_add(b->txn, &b->heads[i], bytes), "revision");
    stop(b, STEP_REVISION);
}

static void tell(struct bench *b, uint64_t first)
{
    uint8_t header[KITH_ENTRY_HEADER_LEN] = {1}, sealed[SEALED_LEN] = {2};
    struct store_log_id log = {b->link.number, STORE_OUT, 1};
    static struct store_told told[BATCH_MAX];

    start(b);
    for (uint64_t i = 0; i < b->batch; i++) {
        memset(&told[i], 0, sizeof(told[i]));
        told[i].ref = b->heads[i].ref;
        told[i].item_revision = told[i].revision = 1;
        told[i].log_number = 1;
        told[i].index = first + i;
        need(store_told_draw(b->txn, b->link.number, &told[i]), "told");
        need(store_told_put(b->txn, b->link.number, &told[i]), "told");
    }
    stop(b, STEP_TOLD);
    start(b);
    for (uint64_t i = 0; i < b->batch; i++) {
        struct kith_hash leaf;
        struct store_entry entry = {0};

        kith_be_put64(header + 2, first + i);
        memset(leaf.b, (int)(i & 255), sizeof(leaf.b));
        entry.header = (struct kith_bytes){header, sizeof(header)};
        entry.sealed = (struct kith_bytes){sealed, sizeof(sealed)};
        entry.has_ek = true;
        entry.slot = told[i].slot;
        entry.record = told[i].ref.record;
        entry.project = 1;
        entry.leaf = &leaf;
        need(store_entry_append(b->txn, &log, first + i, &entry), "entry");
    }
    stop(b, STEP_ENTRY);
}

static void end_batch(struct bench *b, uint64_t size)
{
    struct store_log_id log = {b->link.number, STORE_OUT, 1};
    uint8_t note[300] = {3};
    struct kith_bytes bytes = {note, sizeof(note)};
    struct kith_record_builder builder;
    struct kith_record record = {0};

    start(b);
    kith_arena_reset(b->arena);
    record.kind = KITH_KIND_AUDIT;
    kith_build_start(&builder, b->arena);
    kith_build_text(&builder, 1, kith_bytes_of("disclosed"));
    for (uint64_t i = 0; i < b->batch && i < 200; i++)
        kith_build_octets(&builder, 4, b->heads[i].id.b, KITH_ID_LEN);
    need(kith_build_finish(&builder, &record), "audit");
    need(store_audit_append(b->txn, &record), "audit");
    kith_be_put64(note, size);
    need(store_note_put(b->txn, &log, STORE_CHECKPOINT, size, bytes), "note");
    need(store_link_put(b->txn, &b->link), "link");
    stop(b, STEP_ROUND);
    start(b);
    need(store_commit(&b->txn), "commit");
    stop(b, STEP_COMMIT);
}

static void read_back(struct bench *b, uint64_t total)
{
    struct store_log_id log = {b->link.number, STORE_OUT, 1};
    struct kith_bytes text = {NULL, 0};
    struct store_entry entry;

    need(store_begin(b->store, false, &b->txn), "begin");
    for (uint64_t first = 0; first < total; first += b->batch) {
        kith_arena_reset(b->arena);
        start(b);
        for (uint64_t i = 0; i < b->batch; i++) {
            need(store_head_by_id(b->txn, STORE_OWN, &b->ids[first + i],
                                  &b->heads[i]),
                 "head");
        }
        stop(b, STEP_READ_HEAD);
        start(b);
        for (uint64_t i = 0; i < b->batch; i++)
            need(store_revision_get(b->txn, &b->heads[i], b->heads[i].newest,
                                    b->arena, &text),
                 "revision");
        stop(b, STEP_READ_REVISION);
        start(b);
        for (uint64_t i = 0; i < b->batch; i++)
            need(store_entry_get(b->txn, &log, first + i, b->arena, &entry),
                 "entry");
        stop(b, STEP_READ_ENTRY);
    }
    store_abort(&b->txn);
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static void open_store(struct bench *b, struct store_options *options,
                       char *dir)
{
    if (mkdtemp(dir) == NULL)
        need(KITH_IO, "folder");
    options->dir = dir;
    options->map_bytes = (uint64_t)1 << 30;
    need(store_create(options, NULL), "create");
    need(store_open(options, &b->store, NULL), "open");
    need(store_begin(b->store, true, &b->txn), "begin");
    (void)snprintf(b->link.alias, sizeof(b->link.alias), "partner");
    need(store_link_add(b->txn, &b->link), "link");
    need(store_commit(&b->txn), "commit");
}

int main(int argc, char **argv)
{
    uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    uint64_t batch = argc > 2 ? strtoull(argv[2], NULL, 10) : BATCH_MAX;
    uint64_t total = 0;
    char dir[] = "kith-bench-store-XXXXXX";
    static struct bench b;
    struct store_options options = {0};
    struct store_size size;
    double wall_us = 0, sum_us = 0;

    if (batch == 0 || batch > BATCH_MAX || wanted < batch || sodium_init() < 0)
        return 1;
    total = wanted / batch * batch;
    b.batch = batch;
    need(kith_arena_new(ARENA_LEN, &b.arena), "arena");
    b.ids = calloc(total, sizeof(*b.ids));
    if (b.ids == NULL)
        return 1;
    open_store(&b, &options, dir);
    wall_us = now_us(CLOCK_MONOTONIC);
    for (uint64_t first = 0; first < total; first += batch) {
        need(store_begin(b.store, true, &b.txn), "begin");
        add_heads(&b, first);
        add_revisions(&b);
        tell(&b, first);
        end_batch(&b, first + batch);
    }
    wall_us = now_us(CLOCK_MONOTONIC) - wall_us;
    read_back(&b, total);
    need(store_size(b.store, &size), "size");
    store_close(&b.store);
    kith_arena_destroy(&b.arena);
    free(b.ids);
    (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    for (int i = 0; i < STEPS; i++) {
        sum_us += i <= STEP_COMMIT ? b.cpu_us[i] : 0;
        (void)printf("{\"bench\":\"store\",\"name\":\"%s\",\"n\":%llu,"
                     "\"us\":%.3f}\n",
                     step_names[i], (unsigned long long)total,
                     b.cpu_us[i] / (double)total);
    }
    (void)printf("{\"bench\":\"store\",\"name\":\"change\",\"n\":%llu,"
                 "\"us\":%.3f,\"wall_us\":%.3f,\"per_s\":%.0f,"
                 "\"disk_bytes\":%.0f}\n",
                 (unsigned long long)total, sum_us / (double)total,
                 wall_us / (double)total, (double)total / wall_us * 1e6,
                 (double)(size.used_bytes + size.slot_bytes) / (double)total);
    return 0;
}
