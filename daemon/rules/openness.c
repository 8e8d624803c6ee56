/* openness - the first level, the same for every partner. */
#include "rules/openness.h"

#include "kith/kinds.h"

bool openness_covers(const struct store_link *link, uint64_t project,
                     enum kith_label label, uint32_t kind)
{
    const struct kith_kind_info *info = kith_kind_info(kind);

    (void)link;
    (void)project;
    return info != NULL && info->family == KITH_FAMILY_BUSINESS &&
           label >= KITH_LABEL_PUBLIC && label <= KITH_LABEL_CONFIDENTIAL;
}
