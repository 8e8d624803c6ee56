/* names - paths of projects and generations by their ids.
 *
 * Records refer to each other by id; a person wants the path. Loaded once, by
 * two LIST requests, only where a listing needs it.
 * Threads: one.
 */
#ifndef CLIENT_NAMES_H
#define CLIENT_NAMES_H

#include <stddef.h>

#include "kith/bytes.h"

struct cli;
struct kith_error;
struct kith_id;
struct kith_record;

struct name_entry {
    const struct kith_record *record;
    const char *path; /* "lumen", "lumen/g1"; clean */
};

struct names {
    struct name_entry *entries; /* in the client's arena, by id */
    size_t count;
};

/* Fetches all projects and generations that the person may see. */
enum kith_status names_load(struct cli *cli, struct names *ret_names,
                            struct kith_error *err) KITH_MUST_CHECK;
/* Makes NAMES of RECORDS (projects and generations, others are passed over).
 */
void names_make(struct cli *cli, const struct kith_record *records,
                size_t count, struct names *ret_names);
/* The entry of ID, NULL when there is none. */
const struct name_entry *names_find(const struct names *names,
                                    struct kith_bytes id);

#endif
