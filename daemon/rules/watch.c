/* watch - see the header.
 *
 * Not here: what is due (agreement_watch.c, oral.c).
 */
#include "rules/watch.h"

#include "rules/act.h"
#include "rules/agreement_watch.h"
#include "rules/cache.h"
#include "rules/oral.h"

bool watch_is_due(const struct company *company, int32_t day)
{
    return company->cache == NULL || !company->cache->filled ||
           company->cache->watched_day != day;
}

enum kith_status watch_tell(struct act *act, bool *ret_told)
{
    bool told = false;
    enum kith_status status;

    *ret_told = false;
    if (act->time_doubted)
        return KITH_OK;
    status = agreement_watch(act, &told);
    if (status == KITH_OK)
        status = oral_watch(act, &told);
    if (told || status != KITH_OK)
        cache_drop(act->company);
    else
        act->company->cache->watched_day = act_today(act);
    *ret_told = told;
    return status;
}
