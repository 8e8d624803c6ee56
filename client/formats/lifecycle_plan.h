/* lifecycle_plan - what tables and histories have in common.
 *
 * Inside client/formats only. Threads: any.
 */
#ifndef FORMATS_LIFECYCLE_PLAN_H
#define FORMATS_LIFECYCLE_PLAN_H

#include "formats/lifecycle.h"

/* What is known of one project or generation while records are planned. */
struct planned {
    struct kith_bytes product, cycle; /* cycle: none for a project */
    bool active;                      /* generation: not removed */
    uint32_t dates;                   /* bit per milestone type that stands */
    struct planned *next;             /* of the same hash */
};

enum {
    PLANNED_BUCKETS = 4096
};

struct planner {
    struct kith_arena *arena;
    const struct lifecycle_source *source;
    struct kith_error *err;
    struct lifecycle_plan plan;
    size_t records_cap, findings_cap;
    struct planned **buckets; /* PLANNED_BUCKETS */
    /* where the record under construction comes from */
    const char *place;
    struct kith_bytes ref; /* empty: none */
    int64_t at;            /* Unix seconds, with ref */
};

/* Makes PLANNER ready. KITH_NOMEM. */
enum kith_status planner_start(struct planner *planner,
                               struct kith_arena *arena,
                               const struct lifecycle_source *source,
                               struct kith_error *err) KITH_MUST_CHECK;
/* The entry of PRODUCT and CYCLE; *RET_NEW: it was made. NULL: no memory. */
struct planned *planner_find(struct planner *planner, struct kith_bytes product,
                             struct kith_bytes cycle, bool *ret_new);

/* Adds a record. KITH_NOMEM, KITH_LIMIT. */
enum kith_status planner_add(struct planner *planner,
                             struct kith_record *record,
                             struct kith_record_builder *builder)
    KITH_MUST_CHECK;
/* Adds the record of a project; empty title or category: left out. */
enum kith_status planner_project(struct planner *planner,
                                 struct kith_bytes name,
                                 struct kith_bytes title,
                                 struct kith_bytes category) KITH_MUST_CHECK;
/* What a record of a generation says; NULL: left out. */
struct planner_generation {
    struct kith_bytes product, cycle;
    const struct kith_bytes *title, *codename;
    bool inactive;
};
enum kith_status planner_generation(struct planner *planner,
                                    const struct planner_generation *generation)
    KITH_MUST_CHECK;
/* What a record of a milestone says. */
struct planner_milestone {
    struct kith_bytes product, cycle;
    uint32_t type;
    struct kith_bytes value; /* as in the file; empty: inactive */
    size_t line, column;     /* for findings; line 0: no finding */
    const char *column_name;
};
enum kith_status planner_milestone(struct planner *planner,
                                   const struct planner_milestone *milestone)
    KITH_MUST_CHECK;
/* Fails with "NAME:LINE: TEXT". */
enum kith_status planner_fail(struct planner *planner, size_t line,
                              const char *text) KITH_MUST_CHECK;

#endif
