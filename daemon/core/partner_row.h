/* partner_row - one partner and the link to it, as a row.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_PARTNER_ROW_H
#define CORE_PARTNER_ROW_H

#include <stdbool.h>

#include "kith/rows.h"
#include "store/logs.h"

struct call;
struct daemon;
struct kith_record;

/* Adds a partner_row of LINK. GROUPS: with the six groups to read out, which
 * take some 25 ms to make. */
enum kith_status partner_row_add(struct daemon *daemon, struct call *call,
                                 const struct store_link *link, bool groups)
    KITH_MUST_CHECK;

/* Adds one for every partner that was not removed, without groups. */
enum kith_status partner_rows_add(struct daemon *daemon, struct call *call)
    KITH_MUST_CHECK;

/* Name of an agreement's state for people ("in force"). */
const char *partner_row_nda_name(enum kith_nda_state state);
/* The last day that its terms name, -1: none. */
int32_t partner_row_nda_until(const struct kith_record *agreement);

#endif
