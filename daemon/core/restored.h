/* restored - makes a store that was brought back aside one to go on with.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_RESTORED_H
#define CORE_RESTORED_H

#include "kith/ids.h"
#include "kith/status.h"

struct kith_error;
struct store_options;

/* Notes as destroyed what the slots no longer have, walks everything in a
 * worker, and freezes the links of COMPANY: it may sign on no log of before.
 * KITH_DAMAGED: store and slots do not belong together; KITH_IO; KITH_NOMEM. */
enum kith_status restored_settle(const struct store_options *options,
                                 const struct kith_company_id *company,
                                 struct kith_error *err);

#endif
