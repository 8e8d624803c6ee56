/* announced - see the header. Not here: announcing (person_announce.c).
 */
#include "rules/announced.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/record.h"

/* Entry WHICH of the list NUMBER; NULL: it is shorter. */
static const struct kith_field *entry(const struct kith_record *record,
                                      uint32_t number, size_t which)
{
    const struct kith_field *first = kith_record_field(record, number);
    const struct kith_field *end = record->fields + record->n_fields;

    if (first == NULL || which >= (size_t)(end - first) ||
        first[which].number != number)
        return NULL;
    return first + which;
}

bool announced_at(const struct kith_record *person, size_t which,
                  struct announced *ret_announced)
{
    const struct kith_field *link =
        entry(person, KITH_PERSON_STATE_ANNOUNCED, which);
    const struct kith_field *id =
        entry(person, KITH_PERSON_STATE_LINK_PERSON, which);
    const struct kith_field *project =
        entry(person, KITH_PERSON_STATE_ANNOUNCED_PROJECT, which);

    if (link == NULL || id == NULL || project == NULL ||
        id->bytes.len != KITH_ID_LEN || project->bytes.len != KITH_ID_LEN)
        return false;
    ret_announced->link = (uint32_t)link->value;
    memcpy(ret_announced->person.b, id->bytes.data, KITH_ID_LEN);
    memcpy(ret_announced->project.b, project->bytes.data, KITH_ID_LEN);
    return true;
}

bool announced_accepted(const struct kith_record *person, uint32_t link)
{
    const struct kith_field *field = NULL;

    for (size_t i = 0;
         (field = entry(person, KITH_PERSON_STATE_ACCEPTED, i)) != NULL; i++) {
        if (field->value == (int64_t)link)
            return true;
    }
    return false;
}
