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

enum {
    SIM_GRANTS_MAX = 3 /* live ones of one project */
};

struct sim_grant {
    uint64_t number; /* state number */
    uint64_t kinds;  /* bit k: kind k is named */
    bool hides;      /* the title of a generation */
};

struct sim_project {
    uint64_t number;                         /* record number in its store */
    struct sim_grant grants[SIM_GRANTS_MAX]; /* live, the newest last */
    size_t n_grants;
};

/* An entry when it was made. */
struct sim_entry {
    uint8_t entry_class;
    uint32_t kind;
    int project; /* -1: none */
    bool title;  /* it shows the title of a generation */
};

/* What one side durably holds. */
struct sim_held {
    uint64_t out_size, out_noted;
    uint64_t in_size, in_processed, in_pending, in_receipted;
    bool frozen;
    uint8_t stall;
    uint64_t audit_size; /* of the company's audit log, and its root */
    struct kith_hash audit_root;
    uint64_t disclosed;   /* entries that it says were made */
    uint64_t made_at;     /* newest time in a header, Unix seconds */
    uint64_t cosigned_at; /* newest time of a receipt */
};

struct sim_model {
    struct kith_arena *arena; /* for decoding, reset at each use */
    uint64_t serial;          /* newest drawn */
    struct sim_project projects[2][SIM_PROJECTS_MAX];
    size_t n_projects[2];
    struct sim_record records[2][SIM_RECORDS_MAX];
    size_t n_records[2];
    /* the newest agreement, and whether a side has ended it */
    uint64_t document; /* number of its text */
    int proposer;
    bool proposed, countersigned, ended[2];
    uint64_t end_place[2]; /* 1 + index of that end in its log, 0 none yet */
    bool verified[2], paused[2];
    struct sim_entry made[2][SIM_ENTRIES_MAX];      /* log of that side */
    struct kith_hash roots[2][SIM_ENTRIES_MAX + 1]; /* ever sent, by size */
    bool signed_size[2][SIM_ENTRIES_MAX + 1];
    struct sim_held held[2];
};

/* Which live grant of PROJECT rules KIND: the newest that names it; NULL. A
 * project's own head is part of every grant. */
const struct sim_grant *sim_model_grant(const struct sim_project *project,
                                        uint32_t kind);
/* Does an agreement rule for SIDE: our own end binds at once, the partner's
 * when it was taken in. */
bool sim_model_agreed(const struct sim_model *model, int side);

#endif
