/* posting - sends business records and says what became of them.
 *
 * Responsible for: the line that a person sees after a post.
 * Not here: which records (the nouns), imports of many (data.c).
 */
#include "posting.h"

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "disclosure.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "output.h"

static void print_posted(struct cli *cli, const struct kith_record *row)
{
    const char *path = cell_field(cli->arena, row, KITH_POSTED_ROW_PATH);
    const char *sent = cell_field(cli->arena, row, KITH_POSTED_ROW_SENT_TO);
    const char *queued =
        cell_field(cli->arena, row, KITH_POSTED_ROW_QUEUED_FOR);

    fprintf(cli->out, "%s %s  %s%s%s, revision %s",
            cell_field(cli->arena, row, KITH_POSTED_ROW_STATE),
            cell_field(cli->arena, row, KITH_POSTED_ROW_ID),
            cell_field(cli->arena, row, KITH_POSTED_ROW_KIND),
            path[0] != '\0' ? " " : "", path,
            cell_field(cli->arena, row, KITH_POSTED_ROW_REVISION));
    if (sent[0] != '\0')
        fprintf(cli->out, "  sent to %s", sent);
    if (queued[0] != '\0')
        fprintf(cli->out, "  queued for %s", queued);
    fputc('\n', cli->out);
}

int posting_send(struct cli *cli, const struct command *command,
                 const struct kith_record *records, size_t count)
{
    struct kith_error error = {0};
    struct reply reply = {0};
    struct call call = {
        .verb = KITH_VERB_POST,
        .records = records,
        .n_records = count,
        .dry_run = cli->dry_run,
    };
    int code = 0;

    if (connection_call(cli, &call, &reply, &error) != KITH_OK)
        return cli_fail(cli, &error);
    if (cli->dry_run)
        return disclosure_output(cli, command, &reply);
    if (output_is_for_programs(cli))
        return output_reply(cli, command, &reply, NULL);
    for (size_t i = 0; i < reply.n_records; i++)
        if (reply.records[i].kind == KITH_KIND_POSTED_ROW)
            print_posted(cli, &reply.records[i]);
    code = cli_finish(cli);
    return code == EXIT_DONE && reply.warnings ? EXIT_WARNINGS : code;
}

int posting_run(struct cli *cli, const struct command *command,
                const struct arguments *arguments)
{
    struct kith_error error = {0};
    struct kith_record record;

    if (build_record(cli, command, arguments, &record, &error) != KITH_OK)
        return cli_fail(cli, &error);
    return posting_send(cli, command, &record, 1);
}

enum kith_status posting_find(struct cli *cli, const char *path,
                              struct kith_record *ret_record,
                              struct kith_error *err)
{
    struct kith_record argument;
    struct reply reply = {0};
    struct build build;
    struct call call = {
        .verb = KITH_VERB_LIST, .records = &argument, .n_records = 1};
    enum kith_status status = KITH_OK;

    build_start(&build, cli, KITH_KIND_RECORD_ARGS);
    build_text(&build, KITH_RECORD_ARGS_PATH, path);
    argument = build_finish(&build);
    status = connection_call(cli, &call, &reply, err);
    if (status != KITH_OK)
        return status;
    if (reply.n_records != 1)
        return kith_fail(err, KITH_NOT_FOUND, "not_found", "kith timeline",
                         "there is no '%s'", path);
    *ret_record = reply.records[0];
    return KITH_OK;
}

enum kith_status posting_reach(struct cli *cli, const char *partner,
                               struct kith_record *record,
                               struct kith_error *err)
{
    struct kith_record argument;
    struct reply reply = {0};
    struct build build;
    struct call call = {
        .verb = KITH_VERB_PARTNER_LIST, .records = &argument, .n_records = 1};
    enum kith_status status = KITH_OK;

    build_start(&build, cli, KITH_KIND_PARTNER_ARGS);
    build_text(&build, KITH_PARTNER_ARGS_PARTNER, partner);
    argument = build_finish(&build);
    status = connection_call(cli, &call, &reply, err);
    if (status == KITH_OK && reply.n_records == 1)
        status =
            kith_record_octets(&reply.records[0], KITH_PARTNER_ROW_COMPANY_ID,
                               record->owner.b, KITH_COMPANY_ID_LEN);
    return status;
}
