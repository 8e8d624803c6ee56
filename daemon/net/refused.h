/* refused - the keys that knocked and were not let in, counted per key.
 *
 * Bounded by KITH_PENDING_MAX: the key that was quiet longest makes room, so
 * a stranger with many keys costs no memory (inv. 7). Each key is reported at
 * most once in REFUSED_REPORT_MS, however often it knocks.
 * Threads: loop thread only.
 */
#ifndef NET_REFUSED_H
#define NET_REFUSED_H

#include "kith/ids.h"
#include "kith/limits.h"

enum {
    REFUSED_REPORT_MS = 1000,
    REFUSED_REMOTE_SIZE = 64
};

struct refused_key {
    struct kith_key key;
    uint32_t count;                   /* knocks; stays at its largest value */
    char remote[REFUSED_REMOTE_SIZE]; /* of the last knock, text with NUL */
    int64_t last_ms;                  /* clock value of the last knock */
    int64_t reported_ms;              /* of the last report */
    bool news;                        /* knocked since then */
};

struct refused {
    struct refused_key keys[KITH_PENDING_MAX];
    size_t n_keys;
};

/* Counts one knock. REMOTE is cut to its room. */
void refused_count(struct refused *refused, const struct kith_key *key,
                   const char *remote, int64_t now_ms);
/* Next key to report now, marked as reported; NULL when there is none.
 * Borrowed until the next call. */
const struct refused_key *refused_report(struct refused *refused,
                                         int64_t now_ms);
/* When the next report is due; INT64_MAX: nothing to report. */
int64_t refused_due_ms(const struct refused *refused);
/* Forgets KEY: it has been allowed. */
void refused_forget(struct refused *refused, const struct kith_key *key);

#endif
