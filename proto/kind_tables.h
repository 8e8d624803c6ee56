/* kind_tables - the tables that kinds.c puts together, one per family file.
 *
 * A new family file declares its table here and is named in kinds.c, in the
 * order of its numbers.
 * Inside proto/ only. Threads: constant data.
 */
#ifndef PROTO_KIND_TABLES_H
#define PROTO_KIND_TABLES_H

#include "kith/kinds.h"

struct kind_table {
    const struct kith_kind_info *kinds; /* ascending by kind */
    size_t n_kinds;
};

extern const struct kind_table kinds_business;      /* 1..99 */
extern const struct kind_table kinds_relation;      /* 100..199 */
extern const struct kind_table kinds_duty;          /* 200..299 */
extern const struct kind_table kinds_local;         /* 1000..1099 */
extern const struct kind_table kinds_control_args;  /* 1100..1199 */
extern const struct kind_table kinds_control_rows;  /* 1200..1209 */
extern const struct kind_table kinds_control_items; /* 1210..1229 */
extern const struct kind_table kinds_control_proof; /* 1230..1299 */

/* Whose log, for rows of both files. */
extern const struct kith_choice kinds_directions[];

#endif
