/* partner - cards of partners, pairing by phone, the links.
 *
 * Responsible for: reading card files, the prompt for the six groups.
 * Not here: whether the groups fit (the daemon).
 */
#include <stdio.h>
#include <string.h>

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "file.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "nouns.h"
#include "output.h"

static const char *field(struct cli *cli, const struct kith_record *row,
                         uint32_t number)
{
    return cell_field(cli->arena, row, number);
}

static void print_call(struct cli *cli, const struct kith_record *row)
{
    const char *name = field(cli, row, KITH_PARTNER_ROW_PARTNER);

    fprintf(cli->out,
            "Call someone you know there (not the number in the mail).\n"
            "Read them your groups: %s%s%s    and type theirs: kith partner "
            "verify %s\n",
            cli_color(cli, CLI_BOLD), field(cli, row, KITH_PARTNER_ROW_GROUPS),
            cli_plain(cli), name);
}

static void print_added(struct cli *cli, const struct kith_record *row)
{
    const char *name = field(cli, row, KITH_PARTNER_ROW_PARTNER);

    fprintf(cli->out, "%s  %s  %s\n", field(cli, row, KITH_PARTNER_ROW_COMPANY),
            field(cli, row, KITH_PARTNER_ROW_SHORT),
            field(cli, row, KITH_PARTNER_ROW_URL));
    if (kith_record_value(row, KITH_PARTNER_ROW_VERIFIED, 0) != 0) {
        fprintf(cli->out, "Known as %s, verified.\n", name);
        return;
    }
    fprintf(cli->out,
            "Added as %s, UNVERIFIED: nothing is shared until you verify. Send "
            "them yours: kith card show --file MINE.card\n",
            name);
    print_call(cli, row);
}

static int run_add(struct cli *cli, const struct command *command,
                   const struct arguments *arguments)
{
    const char *path = arguments_value(arguments, "file");
    struct kith_error error = {0};
    struct kith_bytes card = {0};
    struct kith_record record;
    struct reply reply = {0};
    struct build build;

    build_start(&build, cli, KITH_KIND_PARTNER_ARGS);
    if (file_take(cli, path, 2 * KITH_CARD_MAX, &card, &error) != KITH_OK ||
        build_arguments(&build, arguments, &error) != KITH_OK)
        return cli_fail(cli, &error);
    kith_build_text(&build.builder, KITH_PARTNER_ARGS_CARD, card);
    record = build_finish(&build);
    if (connection_ask(cli, command->wire_verb, &record, &reply, &error) !=
        KITH_OK)
        return cli_fail(cli, &error);
    if (output_is_for_programs(cli) || reply.n_records == 0)
        return output_reply(cli, command, &reply, NULL);
    output_dry_run(cli);
    print_added(cli, &reply.records[0]);
    return cli_finish(cli);
}

/* Words that were typed behind the partner, or a line of standard input. */
static const char *read_groups(struct cli *cli,
                               const struct arguments *arguments)
{
    const char *groups = "";
    char line[256];

    for (size_t i = 0; i < arguments->count; i++)
        if (strcmp(arguments->given[i].parameter->name, "groups") == 0)
            groups = memory_format(cli->arena, "%s%s%s", groups,
                                   groups[0] != '\0' ? " " : "",
                                   arguments->given[i].value);
    if (groups[0] != '\0' || cli->no_input)
        return groups;
    if (cli->interactive) {
        fputs("The six groups they read to you: ", cli->err);
        fflush(cli->err);
    }
    if (fgets(line, sizeof line, stdin) == NULL)
        return "";
    line[strcspn(line, "\n")] = '\0';
    return memory_copy(cli->arena, line);
}

/* Shows our own groups before asking for theirs. */
static int show_own(struct cli *cli, const char *partner)
{
    struct kith_error error = {0};
    struct kith_record record;
    struct reply reply = {0};
    struct build build;

    build_start(&build, cli, KITH_KIND_PARTNER_ARGS);
    build_text(&build, KITH_PARTNER_ARGS_PARTNER, partner);
    record = build_finish(&build);
    if (connection_ask(cli, KITH_VERB_PARTNER_LIST, &record, &reply, &error) !=
        KITH_OK)
        return cli_fail(cli, &error);
    if (reply.n_records > 0)
        fprintf(cli->err, "Read them your groups:           %s\n",
                field(cli, &reply.records[0], KITH_PARTNER_ROW_GROUPS));
    return EXIT_DONE;
}

static int run_verify(struct cli *cli, const struct command *command,
                      const struct arguments *arguments)
{
    const char *partner = arguments_value(arguments, "partner");
    const char *groups = NULL;
    const char *by = NULL;
    struct kith_error error = {0};
    struct kith_record record;
    struct reply reply = {0};
    struct build build;
    int code = EXIT_DONE;

    if (cli->interactive && !cli->no_input &&
        !arguments_has(arguments, "groups"))
        code = show_own(cli, partner);
    if (code != EXIT_DONE)
        return code;
    groups = read_groups(cli, arguments);
    if (groups[0] == '\0')
        return cli_usage(cli, "kith partner verify PARTNER GROUPS",
                         "the six groups are missing");
    build_start(&build, cli, KITH_KIND_PARTNER_ARGS);
    build_text(&build, KITH_PARTNER_ARGS_PARTNER, partner);
    build_text(&build, KITH_PARTNER_ARGS_GROUPS, groups);
    record = build_finish(&build);
    if (connection_ask(cli, command->wire_verb, &record, &reply, &error) !=
        KITH_OK)
        return cli_fail(cli, &error);
    if (output_is_for_programs(cli) || reply.n_records == 0)
        return output_reply(cli, command, &reply, NULL);
    output_dry_run(cli);
    by = field(cli, &reply.records[0], KITH_PARTNER_ROW_VERIFIED_BY);
    fprintf(cli->out, "verified %s (%s%s%s)\n",
            field(cli, &reply.records[0], KITH_PARTNER_ROW_PARTNER), by,
            by[0] != '\0' ? ", " : "",
            field(cli, &reply.records[0], KITH_PARTNER_ROW_VERIFIED_AT));
    return cli_finish(cli);
}

static int run_show(struct cli *cli, const struct command *command,
                    const struct arguments *arguments)
{
    struct reply reply = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    code = output_reply(cli, command, &reply, NULL);
    if (!output_is_for_programs(cli) && reply.n_records > 0 &&
        kith_record_value(&reply.records[0], KITH_PARTNER_ROW_VERIFIED, 0) ==
            0 &&
        strcmp(field(cli, &reply.records[0], KITH_PARTNER_ROW_LINK),
               "removed") != 0)
        print_call(cli, &reply.records[0]);
    return code;
}

const struct command commands_partner[] = {
    {
        .noun = "partner",
        .verb = "add",
        .wire_verb = KITH_VERB_PARTNER_ADD,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN,
        .positional = "@file",
        .options = "name confirm",
        .run = run_add,
        .summary = "take in the card of a partner",
        .examples = "partner add northwind.card\n"
                    "partner add northwind.card --name northwind\n"
                    "partner add - < northwind.card",
        .notes = "With --confirm the card may replace that of a known partner "
                 "that lost its disk.",
    },
    {
        .noun = "partner",
        .verb = "list",
        .wire_verb = KITH_VERB_PARTNER_LIST,
        .summary = "all partners and their links",
        .examples = "partner list",
    },
    {
        .noun = "partner",
        .verb = "show",
        .wire_verb = KITH_VERB_PARTNER_LIST,
        .flags = COMMAND_ONE,
        .positional = "partner",
        .run = run_show,
        .summary = "everything about one partner, with your six groups",
        .examples = "partner show northwind",
    },
    {
        .noun = "partner",
        .verb = "verify",
        .wire_verb = KITH_VERB_PARTNER_VERIFY,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN,
        .positional = "partner [@groups]",
        .run = run_verify,
        .summary = "type the six groups that they read to you",
        .examples = "partner verify northwind\n"
                    "partner verify northwind 48213 90017 63352 71904 22865 "
                    "10377",
        .notes = "Call someone you know there, at a number you had before. "
                 "Read your groups to them; type\ntheirs here. Both sides must "
                 "do it before anything but greetings is exchanged.",
    },
    {
        .noun = "partner",
        .verb = "rename",
        .wire_verb = KITH_VERB_PARTNER_RENAME,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_BRIEF,
        .positional = "partner name",
        .summary = "call a partner by another name here",
        .examples = "partner rename northwind nw",
    },
    {
        .noun = "partner",
        .verb = "endpoint",
        .wire_verb = KITH_VERB_PARTNER_ENDPOINT,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_BRIEF,
        .positional = "partner url",
        .summary = "dial a partner at other addresses than its card says",
        .examples = "partner endpoint northwind tcp://10.0.0.7:7443",
    },
    {
        .noun = "partner",
        .verb = "pause",
        .wire_verb = KITH_VERB_PARTNER_PAUSE,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_BRIEF,
        .positional = "partner",
        .summary = "end the session and admit no new one until resumed",
        .examples = "partner pause northwind",
    },
    {
        .noun = "partner",
        .verb = "resume",
        .wire_verb = KITH_VERB_PARTNER_RESUME,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_BRIEF,
        .positional = "partner",
        .options = "confirm",
        .summary = "admit sessions again",
        .examples =
            "partner resume northwind\npartner resume northwind --confirm",
        .notes = "Logs that froze, after a restore, a clone or a fork, are "
                 "closed as they are with --confirm\nand go on in new ones: "
                 "call each other first, both sides must do it, also the one "
                 "where nothing is\nfrozen. What was told stays, with its "
                 "proofs; what the partner should see now is told anew.",
    },
    {
        .noun = "partner",
        .verb = "remove",
        .wire_verb = KITH_VERB_PARTNER_REMOVE,
        .flags =
            COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_BRIEF | COMMAND_CONFIRM,
        .positional = "partner",
        .summary = "admit this partner never again, keep what was told",
        .examples = "partner remove northwind --yes",
    },
    {
        .noun = "partner",
        .verb = "pending",
        .wire_verb = KITH_VERB_PARTNER_PENDING,
        .summary = "keys that knocked and were refused",
        .examples = "partner pending",
    },
    {.noun = NULL},
};
