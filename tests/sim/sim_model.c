/* sim_model - who may see what, as a person would say it; no code in common
 * with the rules.
 */
#include "sim/sim_model.h"

#include "kith/kinds.h"

const struct sim_grant *sim_model_grant(const struct sim_project *project,
                                        uint32_t kind)
{
    for (size_t i = project->n_grants; i-- > 0;)
        if (kind == KITH_KIND_PROJECT ||
            (project->grants[i].kinds >> kind & 1) != 0)
            return &project->grants[i];
    return NULL;
}

bool sim_model_agreed(const struct sim_model *model, int side)
{
    int other = 1 - side;
    if (model->countersigned && !model->ended[0] && !model->ended[1])
        return true;
    return !model->ended[side] && model->ended[other] &&
           (model->end_place[other] == 0 ||
            model->held[side].in_processed < model->end_place[other]);
}
