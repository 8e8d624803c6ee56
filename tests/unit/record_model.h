/* record_model - takes records as kithd does, in a few lines.
 *
 * Found by natural key, absent fields kept, empty texts cleared; a record that
 * changes nothing gets no revision (verbs.h, POST). Only what imports need.
 * Threads: one.
 */
#ifndef TESTS_RECORD_MODEL_H
#define TESTS_RECORD_MODEL_H

#include <stddef.h>

#include "kith/bytes.h"

struct kith_record;

struct record_model {
    struct kith_arena *arena; /* borrowed; holds everything */
    struct kith_record *records;
    struct kith_bytes *keys; /* natural key of each */
    size_t count;
    size_t revisions, unchanged; /* posts that did, and did not, change one */
};

/* Posts RECORDS in order. */
struct record_model record_model_take(struct kith_arena *arena,
                                      const struct kith_record *records,
                                      size_t n_records);
void record_model_post(struct record_model *model,
                       const struct kith_record *record);
/* Turns references into ids, as the daemon hands them out. */
void record_model_use_ids(struct record_model *model);

#endif
