/* destroy - asking partners to destroy what they were told, and doing what they
 * ask.
 *
 * Not here: what is destroyed and how (daemon/rules, daemon/store).
 */
#include <time.h>

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "nouns.h"
#include "output.h"

enum {
    LOOK_MS = 20,    /* between two looks at how far it is */
    LOOKS_MAX = 3000 /* a minute */
};

static int run_request(struct cli *cli, const struct command *command,
                       const struct arguments *arguments)
{
    struct reply reply = {0};
    const struct kith_record *row = NULL;
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (output_is_for_programs(cli) || reply.n_records == 0)
        return output_reply(cli, command, &reply, NULL);
    output_dry_run(cli);
    row = &reply.records[0];
    fprintf(cli->out,
            "%s items withdrawn from %s, grants ended. Asked to destroy them "
            "until %s (request %s).\nWhat it answers: kith destroy list\n",
            cell_field(cli->arena, row, KITH_DESTRUCTION_ROW_WITHDRAWN),
            cell_field(cli->arena, row, KITH_DESTRUCTION_ROW_PARTNER),
            cell_field(cli->arena, row, KITH_DESTRUCTION_ROW_UNTIL),
            cell_field(cli->arena, row, KITH_DESTRUCTION_ROW_ID));
    return cli_finish(cli);
}

/* The row of the request that FIRST tells of, as it stands now. */
static const struct kith_record *find_row(const struct reply *reply,
                                          const struct kith_record *first)
{
    const struct kith_bytes id =
        kith_record_bytes(first, KITH_DESTRUCTION_ROW_ID);

    for (size_t i = 0; i < reply->n_records; i++) {
        if (kith_bytes_equal(
                kith_record_bytes(&reply->records[i], KITH_DESTRUCTION_ROW_ID),
                id))
            return &reply->records[i];
    }
    return first;
}

/* Looks until the daemon has done what it began. */
static enum kith_status await(struct cli *cli, const struct kith_record **row,
                              struct reply *reply, struct kith_error *error)
{
    const struct timespec pause = {0, LOOK_MS * 1000000L};
    const struct kith_record *first = *row;
    enum kith_status status = KITH_OK;

    for (int look = 0; look < LOOKS_MAX; look++) {
        status =
            connection_ask(cli, KITH_VERB_DESTROY_LIST, NULL, reply, error);
        if (status != KITH_OK)
            return status;
        *row = find_row(reply, first);
        if (kith_bytes_is(kith_record_bytes(*row, KITH_DESTRUCTION_ROW_STATE),
                          "destroyed"))
            return KITH_OK;
        (void)nanosleep(&pause, NULL);
    }
    return kith_fail(error, KITH_BUSY, "under_way", "kith destroy list",
                     "it is not done yet; kithd goes on by itself");
}

static int run_carry_out(struct cli *cli, const struct command *command,
                         const struct arguments *arguments)
{
    const struct kith_record *row = NULL;
    struct kith_error error = {0};
    struct reply reply = {0};
    struct reply later = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (reply.n_records == 0 || cli->dry_run)
        return output_reply(cli, command, &reply, NULL);
    row = &reply.records[0];
    if (await(cli, &row, &later, &error) != KITH_OK)
        return cli_fail(cli, &error);
    if (output_is_for_programs(cli))
        return output_reply(
            cli, command,
            &(struct reply){.records = later.records + (row - later.records),
                            .n_records = 1},
            NULL);
    fprintf(cli->out,
            "destroyed: %s entries of %s, on the word of %s. The certificate "
            "is signed and goes to %s.\n",
            cell_field(cli->arena, row, KITH_DESTRUCTION_ROW_ENTRIES),
            cell_field(cli->arena, row, KITH_DESTRUCTION_ROW_PARTNER),
            cell_field(cli->arena, row, KITH_DESTRUCTION_ROW_OFFICER),
            cell_field(cli->arena, row, KITH_DESTRUCTION_ROW_PARTNER));
    cli_say(cli, "A backup of the slots that was made before still opens them: "
                 "make a new one in its place (kith backup), and destroy "
                 "copies on paper.");
    return cli_finish(cli);
}

const struct command commands_destroy[] = {
    {
        .noun = "destroy",
        .verb = "request",
        .wire_verb = KITH_VERB_DESTROY_REQUEST,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_CONFIRM,
        .positional = "partner",
        .options = "project until!",
        .run = run_request,
        .summary = "take back what a partner was told and ask it to destroy it",
        .examples = "destroy request northwind --project lumen --until "
                    "2027-01-31 --dry-run\n"
                    "destroy request northwind --until 2027-01-31 --yes",
        .notes = "Ends the grants of the project, or all grants, withdraws "
                 "what was told, and asks for a\ncertificate. No software can "
                 "make a foreign machine forget: the certificate is the "
                 "partner's word.",
    },
    {
        .noun = "destroy",
        .verb = "list",
        .wire_verb = KITH_VERB_DESTROY_LIST,
        .positional = "[partner]",
        .summary = "destructions asked by us and of us, and how they stand",
        .examples = "destroy list\ndestroy list northwind",
    },
    {
        .noun = "destroy",
        .verb = "carry-out",
        .wire_verb = KITH_VERB_DESTROY_CARRY_OUT,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_CONFIRM,
        .positional = "request",
        .options = "officer officer_title exceptions",
        .run = run_carry_out,
        .summary = "destroy here what a partner asks for, and certify it",
        .examples = "destroy carry-out 4f2a90c1 --officer \"J. Bauer\" "
                    "--officer-title \"quality manager\" --yes\n"
                    "destroy carry-out 4f2a90c1 --exceptions \"two printed "
                    "drawings, shredded on 2027-01-12\" --yes",
        .notes = "Cannot be undone. The keys of all entries concerned are "
                 "destroyed; headers and hashes stay,\nso that both logs "
                 "verify. Exceptions are told to the owner as you write them.",
    },
    {.noun = NULL},
};
