/* act - what is read off the setting of a rule call.
 */
#include "rules/act.h"

#include "kith/error.h"

enum {
    DAY_S = 24 * 60 * 60
};

int32_t act_today(const struct act *act)
{
    return (int32_t)(act->now / DAY_S);
}

enum kith_status act_certain(const struct act *act)
{
    if (!act->time_doubted)
        return KITH_OK;
    return kith_fail(act->err, KITH_DENIED, "clock_in_doubt",
                     "set the clock, then kith clock confirm",
                     "this machine's clock has jumped: nothing that hangs on a "
                     "date is done until somebody says that it is right");
}

enum kith_status act_link(struct act *act, uint32_t number)
{
    if (act->link.number == number)
        return KITH_OK;
    return store_link_get(act->txn, number, &act->link);
}
