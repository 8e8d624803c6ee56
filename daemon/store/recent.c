/* recent - see the header. Not here: the rows behind it (head_ids.c). */
#include "store/recent.h"

#include <bsd/sys/tree.h>
#include <stdlib.h>
#include <string.h>

struct recent_id {
    struct kith_id id;
    struct store_ref ref;
    RB_ENTRY(recent_id) entry;
};

RB_HEAD(recent_tree, recent_id);

struct recent {
    struct recent_tree tree;
    size_t count;
    size_t kept; /* of these: of committed transactions */
    struct recent_id ids[RECENT_MAX];
};

/* Ordered, not hashed: the ids are a partner's choice. */
static int compare_ids(const struct recent_id *a, const struct recent_id *b)
{
    int order = memcmp(a->id.b, b->id.b, KITH_ID_LEN);

    if (order != 0)
        return order;
    return a->ref.owner < b->ref.owner ? -1 : a->ref.owner > b->ref.owner;
}

RB_PROTOTYPE(recent_tree, recent_id, entry, compare_ids)
RB_GENERATE(recent_tree, recent_id, entry, compare_ids)

struct recent *recent_new(void)
{
    return calloc(1, sizeof(struct recent));
}

void recent_destroy(struct recent **recent)
{
    if (recent == NULL)
        return;
    free(*recent);
    *recent = NULL;
}

bool recent_add(struct recent *recent, const struct kith_id *id,
                const struct store_ref *ref)
{
    struct recent_id *added = NULL;

    if (recent->count == RECENT_MAX)
        return false;
    added = &recent->ids[recent->count++];
    added->id = *id;
    added->ref = *ref;
    (void)RB_INSERT(recent_tree, &recent->tree, added);
    return true;
}

const struct store_ref *recent_find(const struct recent *recent, uint32_t owner,
                                    const struct kith_id *id)
{
    struct recent_tree tree;
    struct recent_id probe = {.id = *id, .ref.owner = owner};
    const struct recent_id *found = NULL;

    if (recent == NULL)
        return NULL;
    tree = recent->tree; /* RB_FIND takes one that it could change */
    found = RB_FIND(recent_tree, &tree, &probe);
    return found == NULL ? NULL : &found->ref;
}

size_t recent_count(const struct recent *recent)
{
    return recent == NULL ? 0 : recent->count;
}

const struct store_ref *recent_at(const struct recent *recent, size_t i,
                                  struct kith_id *ret_id)
{
    *ret_id = recent->ids[i].id;
    return &recent->ids[i].ref;
}

void recent_keep(struct recent *recent)
{
    if (recent != NULL)
        recent->kept = recent->count;
}

void recent_drop(struct recent *recent)
{
    while (recent != NULL && recent->count > recent->kept) {
        recent->count--;
        (void)RB_REMOVE(recent_tree, &recent->tree,
                        &recent->ids[recent->count]);
    }
}

void recent_clear(struct recent *recent)
{
    RB_INIT(&recent->tree);
    recent->count = 0;
    recent->kept = 0;
}
