/* data - import and export of files of the outside world.
 *
 * Responsible for: rows of the command table, writing an export.
 * Not here: import (import.c), formats (formats/).
 */
#include <string.h>

#include "argv.h"
#include "build.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "formats/lifecycle.h"
#include "import.h"
#include "json.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/verbs.h"
#include "memory.h"
#include "nouns.h"
#include "standing.h"

/* Is the project NAME wanted? All are when none is named. */
static bool is_wanted(const struct arguments *arguments, struct kith_bytes name)
{
    if (!arguments_has(arguments, "project"))
        return true;
    for (size_t i = 0; i < arguments->count; i++)
        if (strcmp(arguments->given[i].parameter->name, "project") == 0 &&
            kith_bytes_is(name, arguments->given[i].value))
            return true;
    return false;
}

/* Passes over the projects that are not wanted. KITH_NOT_FOUND: one that is
 * wanted is not there. */
static enum kith_status choose_projects(const struct arguments *arguments,
                                        struct reply *all,
                                        struct kith_error *err)
{
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *one = &arguments->given[i];
        bool found = strcmp(one->parameter->name, "project") != 0;

        for (size_t k = 0; k < all->n_records && !found; k++)
            found = all->records[k].kind == KITH_KIND_PROJECT &&
                    kith_bytes_is(
                        kith_record_bytes(&all->records[k], KITH_PROJECT_NAME),
                        one->value);
        if (!found)
            return kith_fail(err, KITH_NOT_FOUND, "not_found",
                             "kith project list", "there is no project '%s'",
                             one->value);
    }
    for (size_t k = 0; k < all->n_records; k++)
        if (all->records[k].kind == KITH_KIND_PROJECT &&
            !is_wanted(arguments,
                       kith_record_bytes(&all->records[k], KITH_PROJECT_NAME)))
            all->records[k].inactive = true;
    return KITH_OK;
}

/* The project, when one is named alone. */
static const char *only_project(const struct arguments *arguments)
{
    const char *project = NULL;

    for (size_t i = 0; i < arguments->count; i++) {
        if (strcmp(arguments->given[i].parameter->name, "project") != 0)
            continue;
        if (project != NULL)
            return NULL;
        project = arguments->given[i].value;
    }
    return project;
}

/* Has the daemon note what is about to be written: no row, no file. */
static enum kith_status tell_export(struct cli *cli,
                                    const struct arguments *arguments,
                                    struct kith_error *err)
{
    const char *partner = arguments_value(arguments, "owner");
    const char *project = only_project(arguments);
    struct reply reply = {0};
    struct kith_record argument;
    struct build build;
    struct call call = {
        .verb = KITH_VERB_EXPORTED, .records = &argument, .n_records = 1};

    build_start(&build, cli, KITH_KIND_RECORD_ARGS);
    build_text(&build, KITH_RECORD_ARGS_TEXT, "lifecycle");
    if (project != NULL)
        build_text(&build, KITH_RECORD_ARGS_PROJECT, project);
    if (partner != NULL)
        build_text(&build, KITH_RECORD_ARGS_PARTNER, partner);
    argument = build_finish(&build);
    return connection_call(cli, &call, &reply, err);
}

static int run_export(struct cli *cli, const struct command *command,
                      const struct arguments *arguments)
{
    const char *owner = arguments_value(arguments, "owner");
    struct kith_error error = {0};
    struct kith_buf buf = {0};
    struct reply all = {0};

    (void)command;
    if (standing_list(cli, owner, &all, &error) != KITH_OK ||
        choose_projects(arguments, &all, &error) != KITH_OK ||
        tell_export(cli, arguments, &error) != KITH_OK)
        return cli_fail(cli, &error);
    if (lifecycle_write(cli->arena, all.records, all.n_records, &buf) !=
        KITH_OK)
        memory_exhausted();
    fwrite(buf.data, 1, buf.len, cli->out);
    kith_buf_clear(&buf);
    return cli_finish(cli);
}

static int run_formats(struct cli *cli, const struct command *command,
                       const struct arguments *arguments)
{
    (void)command;
    (void)arguments;
    if (cli->json)
        json_print(cli, "formats",
                   json_pack("[{s:s,s:b,s:b,s:s}]", "name", "lifecycle",
                             "import", 1, "export", 1, "help",
                             "life-cycle tables and histories (CSV)"));
    else
        fputs("lifecycle   import, export   life-cycle tables and histories "
              "(CSV)\n",
              cli->out);
    return EXIT_DONE;
}

const struct command commands_data[] = {
    {
        .noun = "import",
        .verb = "lifecycle",
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "@file",
        .options = "@history @titles",
        .run = import_lifecycle,
        .summary = "take in a life-cycle table, or a history of one",
        .examples = "import lifecycle devices.csv --dry-run\n"
                    "import lifecycle --history device_revisions.csv --titles "
                    "devices.csv",
        .notes = "Product becomes project, cycle generation, each date a "
                 "milestone: empty is unknown, true passed,\nfalse not "
                 "announced. What is no date is kept as it stands and "
                 "reported: exit code 3.\nWith --history each row of FILE "
                 "becomes one revision, in the order of the file.",
    },
    {
        .noun = "export",
        .verb = "lifecycle",
        .wire_verb = KITH_VERB_EXPORTED,
        .options = "project=@projects @owner",
        .run = run_export,
        .summary = "write a life-cycle table, sorted by product and cycle",
        .examples = "export lifecycle > all.csv\n"
                    "export lifecycle --owner acme --project iphone",
        .notes = "Without --owner what this company owns and what partners "
                 "told it; --owner self: ours alone.",
    },
    {
        .noun = "formats",
        .run = run_formats,
        .summary = "formats of import and export",
        .examples = "formats",
    },
    {.noun = NULL},
};
