/* logkeys - see the header. */
#include "rules/logkeys.h"

#include "rules/act.h"

void logkeys_origin(const struct act *act, const struct store_link *link,
                    enum store_side side, struct kith_origin *ret_origin)
{
    if (side == STORE_OUT)
        kith_origin_make(&act->company->id, &link->company, link->out.number,
                         ret_origin);
    else
        kith_origin_make(&link->company, &act->company->id, link->in.number,
                         ret_origin);
}

struct store_log_id logkeys_id(const struct store_link *link,
                               enum store_side side)
{
    return (struct store_log_id){.link = link->number,
                                 .side = side,
                                 .number = side == STORE_OUT ? link->out.number
                                                             : link->in.number};
}
