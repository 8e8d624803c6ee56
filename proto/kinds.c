/* kinds - finds kinds, fields and choices in the tables.
 *
 * Responsible for: the order of the family files and the look-ups.
 * Not here: the tables (kinds_*.c); holding a record against one
 * (record_check.c).
 */
#include "kith/kinds.h"

#include <string.h>

#include "kind_tables.h"

/* Ascending by the numbers they hold. */
static const struct kind_table *const tables[] = {
    &kinds_business,      &kinds_relation,      &kinds_duty,
    &kinds_local,         &kinds_control_args,  &kinds_control_rows,
    &kinds_control_items, &kinds_control_proof,
};

enum {
    TABLE_COUNT = sizeof(tables) / sizeof(tables[0])
};

const struct kith_choice kith_labels[] = {
    {1, "public"},       {2, "internal"},
    {3, "confidential"}, {4, "strictly_confidential"},
    {0, NULL},
};

const struct kith_kind_info *kith_kind_info(uint32_t kind)
{
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        const struct kind_table *table = tables[t];

        if (kind > table->kinds[table->n_kinds - 1].kind)
            continue;
        for (size_t i = 0; i < table->n_kinds; i++)
            if (table->kinds[i].kind == kind)
                return &table->kinds[i];
        return NULL;
    }
    return NULL;
}

const struct kith_kind_info *kith_kind_by_name(const char *name)
{
    for (size_t t = 0; t < TABLE_COUNT; t++)
        for (size_t i = 0; i < tables[t]->n_kinds; i++)
            if (strcmp(tables[t]->kinds[i].name, name) == 0)
                return &tables[t]->kinds[i];
    return NULL;
}

const struct kith_kind_info *kith_kind_at(size_t index)
{
    size_t left = index;

    for (size_t t = 0; t < TABLE_COUNT; t++) {
        if (left < tables[t]->n_kinds)
            return &tables[t]->kinds[left];
        left -= tables[t]->n_kinds;
    }
    return NULL;
}

size_t kith_kind_count(void)
{
    size_t count = 0;

    for (size_t t = 0; t < TABLE_COUNT; t++)
        count += tables[t]->n_kinds;
    return count;
}

const struct kith_field_info *kith_field_info(const struct kith_kind_info *kind,
                                              uint32_t number)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].number == number)
            return &kind->fields[i];
    return NULL;
}

const struct kith_field_info *kith_field_by_name(
    const struct kith_kind_info *kind, const char *name)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].name, name) == 0)
            return &kind->fields[i];
    return NULL;
}

const char *kith_choice_name(const struct kith_choice *choices, int64_t number)
{
    for (; choices->number != 0; choices++)
        if (choices->number == number)
            return choices->name;
    return NULL;
}

uint32_t kith_choice_number(const struct kith_choice *choices,
                            struct kith_bytes name)
{
    for (; choices->number != 0; choices++)
        if (kith_bytes_is(name, choices->name))
            return choices->number;
    return 0;
}
