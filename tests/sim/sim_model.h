/* sim_model - what should be: kept by the simulator, apart from the rules it
 * is held against.
 *
 * Threads: one.
 */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/ids.h"
#include "store/records.h"

enum {
    SIM_PROJECTS_MAX = 4,  /* of one side */
    SIM_RECORDS_MAX = 48,  /* of one side, projects included */
    SIM_ENTRIES_MAX = 2048 /* in one log */
};

/* A record that a side has posted. Its content is the serial number of its
 * newest posting, as text or as a day. */
struct sim_record {
    struct kith_id id;
    struct store_ref ref;
    uint32_t kind;
    int project;     /* index in projects; -1: an answer */
    uint64_t serial; /* newest */
};

struct sim_project {
    uint64_t number; /* record number in its store */
    uint64_t grant;  /* state number of the live grant, 0 none */
    uint64_t kinds;  /* bit k: kind k is granted now */
};

/* An entry when it was made. */
struct sim_entry {
    uint8_t entry_class;
    uint32_t kind;
    int project; /* -1: none */
};

/* What one side durably holds. */
struct sim_held {
    uint64_t out_size, out_noted;
    uint64_t in_size, in_processed, in_pending, in_receipted;
    bool frozen;
    uint8_t stall;
};

struct sim_model {
    struct kith_arena *arena; /* for decoding, reset at each use */
    uint64_t serial;          /* newest drawn */
    struct sim_project projects[2][SIM_PROJECTS_MAX];
    size_t n_projects[2];
    struct sim_record records[2][SIM_RECORDS_MAX];
    size_t n_records[2];
    bool proposed, countersigned; /* the one agreement */
    bool verified[2], paused[2];
    struct sim_entry made[2][SIM_ENTRIES_MAX];      /* log of that side */
    struct kith_hash roots[2][SIM_ENTRIES_MAX + 1]; /* ever sent, by size */
    bool signed_size[2][SIM_ENTRIES_MAX + 1];
    struct sim_held held[2];
};

#endif
