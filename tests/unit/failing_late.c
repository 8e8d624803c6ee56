/* failing_late - evidence, previews, keys that change. */
#include <stdio.h>

#include "failing_story.h"
#include "kith/limits.h"
#include "rules/access.h"
#include "rules/disclosure.h"
#include "rules/evidence.h"
#include "rules/key_change.h"
#include "rules/partner.h"
#include "rules/resolve.h"

/* All that a pack is made of, into nothing. */
static enum kith_status take_part(void *context, enum kith_evidence_part type,
                                  struct kith_bytes content)
{
    uint64_t *bytes = context;

    *bytes += content.len + (type == KITH_EVIDENCE_HEAD);
    return KITH_OK;
}

enum kith_status story_gather(struct story *story, struct act *act,
                              struct store_link *link)
{
    struct evidence_wish wish = {.link = *link, .until_s = UINT64_MAX};
    struct evidence_counts counts;
    struct store_head project;
    uint64_t bytes = 0;
    const struct evidence_sink sink = {take_part, &bytes};
    char path[KITH_PATH_MAX + 1];
    enum kith_status status = KITH_OK;

    (void)snprintf(path, sizeof(path), "%s:lumen", link->alias);
    if (act->company == &story->world->ems.company)
        status = resolve_record(act, kith_bytes_of(path), 0, &project);
    else
        status = resolve_record(act, kith_bytes_of("lumen"), 0, &project);
    if (status != KITH_OK)
        return status;
    wish.project = project.ref;
    wish.item = project.id;
    if (project.ref.owner == STORE_OWN) {
        struct store_told told;

        status = store_told_get(act->txn, link->number, &project.ref, &told);
        wish.item = told.item;
    }
    return status == KITH_OK ? evidence_gather(act, &wish, &sink, &counts)
                             : status;
}

static enum kith_status look(void *context, const struct store_head *head,
                             const struct disclosure *disclosure)
{
    size_t *seen = context;

    *seen += head->kind != 0 && disclosure->pass.reason == GATE_OPEN;
    return KITH_OK;
}

/* What a dry run and `project who` ask, and a history. */
enum kith_status story_preview(struct story *story, struct act *act,
                               struct store_link *link)
{
    size_t seen = 0;
    const struct disclosure_visit visit = {look, &seen};
    struct store_head project;
    struct kith_record record;
    uint64_t before = 0;
    enum kith_status status =
        resolve_record(act, kith_bytes_of("lumen"), 0, &project);

    (void)story;
    if (status == KITH_OK)
        status = disclosure_walk(act, link, project.ref.record, &visit);
    if (status == KITH_OK)
        status = access_history(act, &project, 0, &record, &before);
    return status == KITH_OK ? access_may(act, &project) : status;
}

enum kith_status story_tell_keys(struct story *story, struct act *act,
                                 struct store_link *link)
{
    const struct key_change change = {.former = &story->former};

    (void)link;
    return key_change_tell(act, &change);
}

enum kith_status story_take_card(struct story *story, struct act *act,
                                 struct store_link *link)
{
    const struct kith_buf *card = &story->world->oem.company.card;
    enum kith_card_order order;
    struct kith_card read;
    enum kith_status status = kith_card_read(kith_buf_bytes(card), &read);

    if (status == KITH_OK)
        status =
            partner_take_card(act, link, kith_buf_bytes(card), &read, &order);
    return status;
}
