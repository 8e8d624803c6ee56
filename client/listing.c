/* listing - business records of one kind as a table.
 *
 * Responsible for: asking for the records and for the names they refer to.
 * Not here: columns (output.c).
 */
#include "listing.h"

#include "argv.h"
#include "build.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/verbs.h"
#include "names.h"
#include "output.h"

/* Names only matter where a person reads, and only with references. */
static enum kith_status load_names(struct cli *cli, const struct reply *reply,
                                   struct names *names, struct kith_error *err)
{
    if (output_is_for_programs(cli) || reply->n_records == 0 ||
        reply->records[0].kind == KITH_KIND_PROJECT)
        return KITH_OK;
    return names_load(cli, names, err);
}

int listing_run(struct cli *cli, const struct command *command,
                const struct arguments *arguments)
{
    struct kith_error error = {0};
    struct kith_record record;
    struct reply reply = {0};
    struct names names = {0};
    struct build build;

    build_start(&build, cli, KITH_KIND_RECORD_ARGS);
    build_text(&build, KITH_RECORD_ARGS_KIND, command->noun);
    if (build_arguments(&build, arguments, &error) != KITH_OK)
        return cli_fail(cli, &error);
    record = build_finish(&build);
    if (connection_ask(cli, command->wire_verb, &record, &reply, &error) !=
            KITH_OK ||
        load_names(cli, &reply, &names, &error) != KITH_OK)
        return cli_fail(cli, &error);
    return output_reply(cli, command, &reply, &names);
}

int listing_show(struct cli *cli, const struct command *command,
                 const struct arguments *arguments)
{
    struct kith_error error = {0};
    struct reply reply = {0};
    struct names names = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (load_names(cli, &reply, &names, &error) != KITH_OK)
        return cli_fail(cli, &error);
    return output_reply(cli, command, &reply, &names);
}
