/* lifecycle - the life-cycle tables of devices and products, both ways.
 *
 * product = project (name, title, category), cycle = generation (name, title
 * = label, codename), each date = one milestone without title. A date that is
 * empty is unknown: no milestone; `true` is «passed», `false` «not announced»;
 * anything that is no date is kept verbatim and reported.
 *
 * Tables have the columns product, title, category, cycle, label, codename,
 * release_date, eoas, eol, eoes, discontinued, lts. Histories have product,
 * cycle, field, old, new, committed_at, commit, one revision a row; the field
 * "(removed)" makes the generation inactive, and a later row of that cycle
 * starts it anew.
 * Not here: reading files, sending records (data.c).
 * Threads: any.
 */
#ifndef FORMATS_LIFECYCLE_H
#define FORMATS_LIFECYCLE_H

#include "formats/csv_file.h"
#include "kith/record.h"

struct lifecycle_finding {
    size_t line;             /* of the file, from 1 */
    size_t column;           /* from 1 */
    const char *column_name; /* as in the header */
    struct kith_bytes value;
};

/* Records in the order in which they are to be posted; references are paths.
 * Everything lives in the arena. */
struct lifecycle_plan {
    struct kith_record *records;
    size_t n_records;
    struct lifecycle_finding *findings;
    size_t n_findings;
    size_t n_projects, n_generations, n_milestones; /* different ones */
    size_t n_revisions;                             /* rows of a history */
};

struct lifecycle_source {
    const char *name;              /* of the file, for places */
    const struct csv_file *file;   /* table or history */
    const struct csv_file *titles; /* history: table with titles, or NULL */
    enum kith_label label;         /* of the records, or none */
    /* Milestones that stand already, as "product/cycle" and a type; a table
     * row that lacks their date makes them inactive. May be NULL. */
    bool (*stands)(void *context, struct kith_bytes product,
                   struct kith_bytes cycle, uint32_t type);
    void *context;
};

/* KITH_INVALID: a column is missing, a row has no product or cycle, a field
 * or time of a history is unknown; ERR names file and line. KITH_NOMEM. */
enum kith_status lifecycle_plan_table(struct kith_arena *arena,
                                      const struct lifecycle_source *source,
                                      struct lifecycle_plan *ret_plan,
                                      struct kith_error *err) KITH_MUST_CHECK;
enum kith_status lifecycle_plan_history(struct kith_arena *arena,
                                        const struct lifecycle_source *source,
                                        struct lifecycle_plan *ret_plan,
                                        struct kith_error *err) KITH_MUST_CHECK;

/* Appends the table, sorted by product and cycle, of RECORDS: projects,
 * generations and milestones with ids as references. Inactive ones are left
 * out. KITH_NOMEM. */
enum kith_status lifecycle_write(struct kith_arena *arena,
                                 const struct kith_record *records,
                                 size_t n_records, struct kith_buf *buf)
    KITH_MUST_CHECK;

/* Columns of the dates and the milestone types they stand for; name NULL
 * behind the last. */
struct lifecycle_date {
    const char *column;  /* of a table */
    const char *history; /* field of a history */
    uint32_t type;       /* enum kith_milestone_type */
};
extern const struct lifecycle_date lifecycle_dates[];

#endif
