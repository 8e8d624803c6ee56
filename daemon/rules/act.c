/* act - what is read off the setting of a rule call.
 */
#include "rules/act.h"

enum {
    DAY_S = 24 * 60 * 60
};

int32_t act_today(const struct act *act)
{
    return (int32_t)(act->now / DAY_S);
}
