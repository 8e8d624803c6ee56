/* doctor_dates - what ends soon, or has ended: agreements and grants (F8, F39).
 *
 * Threads: loop thread only.
 */
#ifndef CORE_DOCTOR_DATES_H
#define CORE_DOCTOR_DATES_H

#include "kith/status.h"

struct call;

enum {
    /* An agreement takes weeks to renew: lawyers read it, days. */
    DOCTOR_AGREEMENT_SOON = 90,
    /* A grant is renewed by one command, days; one that ended is named as long. */
    DOCTOR_GRANT_SOON = 30
};

/* Adds a check_row with a warning for each partner whose newest agreement ends
 * within DOCTOR_AGREEMENT_SOON days or has ended, and for each grant that ends
 * within DOCTOR_GRANT_SOON days or ended so long ago, when no other grant of the
 * same project goes on, and for each oral disclosure that was not confirmed in
 * time and each destruction that was not certified in time; one row that says so when there is nothing to warn of.
 * Partners that were removed are left out. Errors: of the store. */
enum kith_status doctor_dates(struct call *call) KITH_MUST_CHECK;

#endif
