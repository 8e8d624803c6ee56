/* names - paths of projects and generations by their ids.
 *
 * Responsible for: fetching and looking up. Not here: how they are shown.
 */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "cli.h"
#include "connection.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/verbs.h"
#include "memory.h"

static int compare_entries(const void *a, const void *b)
{
    const struct name_entry *left = a;
    const struct name_entry *right = b;

    return memcmp(left->record->id.b, right->record->id.b, KITH_ID_LEN);
}

const struct name_entry *names_find(const struct names *names,
                                    struct kith_bytes id)
{
    struct kith_record wanted = {0};
    struct name_entry key = {.record = &wanted};

    if (id.len != KITH_ID_LEN || names->count == 0)
        return NULL;
    memcpy(wanted.id.b, id.data, KITH_ID_LEN);
    return bsearch(&key, names->entries, names->count, sizeof key,
                   compare_entries);
}

static void add_kind(struct cli *cli, uint32_t kind,
                     const struct kith_record *records, size_t count,
                     struct names *names)
{
    size_t known = names->count;

    for (size_t i = 0; i < count; i++) {
        const struct kith_record *record = &records[i];
        const char *path = NULL;

        if (record->kind != kind)
            continue;
        if (kind == KITH_KIND_PROJECT) {
            path = cell_field(cli->arena, record, KITH_PROJECT_NAME);
        } else {
            struct names projects = {names->entries, known};
            const struct name_entry *project = names_find(
                &projects, kith_record_bytes(record, KITH_GENERATION_PROJECT));

            path = memory_format(
                cli->arena, "%s/%s", project != NULL ? project->path : "?",
                cell_field(cli->arena, record, KITH_GENERATION_NAME));
        }
        names->entries[names->count++] = (struct name_entry){record, path};
    }
    if (kind == KITH_KIND_PROJECT)
        qsort(names->entries, names->count, sizeof *names->entries,
              compare_entries);
}

void names_make(struct cli *cli, const struct kith_record *records,
                size_t count, struct names *ret_names)
{
    struct names names = {0};

    names.entries = memory_take(cli->arena, count * sizeof *names.entries);
    add_kind(cli, KITH_KIND_PROJECT, records, count, &names);
    add_kind(cli, KITH_KIND_GENERATION, records, count, &names);
    qsort(names.entries, names.count, sizeof *names.entries, compare_entries);
    *ret_names = names;
}

enum kith_status names_load(struct cli *cli, struct names *ret_names,
                            struct kith_error *err)
{
    static const char *const kinds[] = {"project", "generation"};
    struct kith_record *all = NULL;
    size_t count = 0;

    for (size_t i = 0; i < 2; i++) {
        struct kith_record argument = {.kind = KITH_KIND_RECORD_ARGS};
        struct kith_field fields[] = {
            {.number = KITH_RECORD_ARGS_KIND,
             .type = KITH_VALUE_TEXT,
             .bytes = kith_bytes_of(kinds[i])},
            {.number = KITH_RECORD_ARGS_ALL,
             .type = KITH_VALUE_NUMBER,
             .value = 1},
        };
        struct reply reply = {0};
        struct kith_record *more = NULL;
        enum kith_status status = KITH_OK;

        argument.fields = fields;
        argument.n_fields = 2;
        status = connection_ask(cli, KITH_VERB_LIST, &argument, &reply, err);
        if (status != KITH_OK)
            return status;
        more =
            memory_take(cli->arena, (count + reply.n_records) * sizeof *more);
        if (count > 0)
            memcpy(more, all, count * sizeof *more);
        if (reply.n_records > 0)
            memcpy(more + count, reply.records, reply.n_records * sizeof *more);
        all = more;
        count += reply.n_records;
    }
    names_make(cli, all, count, ret_names);
    return KITH_OK;
}
