/* audit - the company's own audit log, and whether it is still what it was.
 *
 * Not here: what is held against what (daemon/rules/audit_check.c).
 */
#include <inttypes.h>

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "json.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "nouns.h"
#include "output.h"

static const struct kith_record *verdict_of(const struct reply *reply)
{
    for (size_t i = reply->n_records; i-- > 0;) {
        if (reply->records[i].kind == KITH_KIND_AUDIT_VERDICT_ROW)
            return &reply->records[i];
    }
    return NULL;
}

static int64_t number_of(const struct kith_record *row, uint32_t field)
{
    return kith_record_value(row, field, 0);
}

static const char *text_of(struct cli *cli, const struct kith_record *row,
                           uint32_t field)
{
    return cell_field(cli->arena, row, field);
}

/* One turn of the check; *check_inout 0 begins one. */
static enum kith_status ask(struct cli *cli, int64_t *check_inout,
                            struct reply *reply, struct kith_error *error)
{
    const struct kith_record *verdict;
    struct kith_record record;
    struct build build;
    enum kith_status status;

    build_start(&build, cli, KITH_KIND_RECORD_ARGS);
    if (*check_inout != 0)
        kith_build_number(&build.builder, KITH_RECORD_ARGS_CHECK, *check_inout);
    record = build_finish(&build);
    status = connection_ask(cli, KITH_VERB_AUDIT_VERIFY, &record, reply, error);
    if (status != KITH_OK)
        return status;
    verdict = verdict_of(reply);
    if (verdict == NULL)
        return kith_fail(error, KITH_NOT_UNDERSTOOD, "no_verdict",
                         "install kith and kithd of the same version",
                         "the answer of kithd says nothing");
    *check_inout =
        number_of(verdict, KITH_AUDIT_VERDICT_ROW_STATE) == KITH_AUDIT_GOES_ON
            ? number_of(verdict, KITH_AUDIT_VERDICT_ROW_CHECK)
            : 0;
    return KITH_OK;
}

static void print_progress(const struct cli *cli, const struct reply *reply)
{
    if (cli->interactive && !cli->quiet)
        fprintf(cli->err, "\rchecking: %" PRId64 " rows and entries",
                number_of(verdict_of(reply), KITH_AUDIT_VERDICT_ROW_DONE));
}

/* Asks until the check is done. */
static enum kith_status ask_all(struct cli *cli, struct reply *reply,
                                struct kith_error *error)
{
    const struct kith_arena_mark mark = kith_arena_mark(cli->arena);
    int64_t check = 0;
    bool printed = false;
    enum kith_status status = ask(cli, &check, reply, error);

    while (status == KITH_OK && check != 0) {
        print_progress(cli, reply);
        printed = true;
        kith_arena_rewind(cli->arena, mark);
        status = ask(cli, &check, reply, error);
    }
    if (printed && cli->interactive && !cli->quiet)
        fputs("\n", cli->err);
    return status;
}

static void print_log(struct cli *cli, const struct kith_record *row)
{
    const int64_t back = number_of(row, KITH_AUDIT_LOG_ROW_BACK);
    const char *fault = text_of(cli, row, KITH_AUDIT_LOG_ROW_FAULT);
    const struct kith_field *index =
        kith_record_field(row, KITH_AUDIT_LOG_ROW_INDEX);

    fprintf(cli->out,
            "%s, our log %" PRId64 ": %" PRId64 " entries, %" PRId64
            " fit, %" PRId64 " receipted by the partner\n",
            text_of(cli, row, KITH_AUDIT_LOG_ROW_PARTNER),
            number_of(row, KITH_AUDIT_LOG_ROW_LOG_NUMBER),
            number_of(row, KITH_AUDIT_LOG_ROW_ENTRIES),
            number_of(row, KITH_AUDIT_LOG_ROW_FIT),
            number_of(row, KITH_AUDIT_LOG_ROW_RECEIPTED));
    if (back > 0)
        fprintf(cli->out,
                "  %" PRId64 " came back from the partner after a loss; what "
                "the audit log said of them is lost\n",
                back);
    if (*fault == '\0')
        return;
    if (kith_bytes_is(kith_record_bytes(row, KITH_AUDIT_LOG_ROW_FAULT),
                      "receipt_differs"))
        fputs("  the partner's newest receipt is not of these entries: kith "
              "evidence show --entries\n",
              cli->out);
    else if (index != NULL)
        fprintf(cli->out,
                "  the header of entry %s is not the one that was signed: kith "
                "check\n",
                text_of(cli, row, KITH_AUDIT_LOG_ROW_INDEX));
    else
        fputs("  its headers are not those that were signed\n", cli->out);
}

/* The sentence for each fault; NULL ends them. */
static const struct {
    const char *code;
    const char *sentence;
} faults[] = {
    {"row_damaged", "a row does not open"},
    {"witness_differs", "an entry bears witness of other rows"},
    {"entry_untold", "an entry was told that no row speaks of"},
    {"entry_absent", "a row speaks of an entry that the log does not hold"},
    {"root_differs", "the rows are not those that were written"},
    {NULL, NULL},
};

static void print_fault(struct cli *cli, const struct kith_record *verdict)
{
    const struct kith_bytes code =
        kith_record_bytes(verdict, KITH_AUDIT_VERDICT_ROW_FAULT);
    const int64_t from = number_of(verdict, KITH_AUDIT_VERDICT_ROW_FROM);
    const int64_t to = number_of(verdict, KITH_AUDIT_VERDICT_ROW_TO);

    for (size_t i = 0; faults[i].code != NULL; i++) {
        if (kith_bytes_is(code, faults[i].code))
            fprintf(cli->out, "  %s", faults[i].sentence);
    }
    if (kith_record_field(verdict, KITH_AUDIT_VERDICT_ROW_LOG_NUMBER) != NULL)
        fprintf(cli->out, ": entry %" PRId64 " of log %" PRId64 " to %s",
                number_of(verdict, KITH_AUDIT_VERDICT_ROW_INDEX),
                number_of(verdict, KITH_AUDIT_VERDICT_ROW_LOG_NUMBER),
                text_of(cli, verdict, KITH_AUDIT_VERDICT_ROW_PARTNER));
    fprintf(cli->out,
            "\n  the log was as it should be up to row %" PRId64
            "; changed, or missing, is something in rows %" PRId64
            " to %" PRId64 "\n",
            from, from, to - 1);
}

static void print_verdict(struct cli *cli, const struct kith_record *verdict)
{
    const int64_t state = number_of(verdict, KITH_AUDIT_VERDICT_ROW_STATE);
    const int64_t rows = number_of(verdict, KITH_AUDIT_VERDICT_ROW_ROWS);
    const int64_t witnessed =
        number_of(verdict, KITH_AUDIT_VERDICT_ROW_WITNESSED);

    if (state == KITH_AUDIT_FITS) {
        fprintf(cli->out,
                "%sThe audit log fits%s: %" PRId64 " rows, of which "
                "partners hold witness of the first %" PRId64 ".\n",
                cli_color(cli, CLI_GREEN), cli_plain(cli), rows, witnessed);
        if (rows > witnessed)
            fprintf(cli->out,
                    "The last %" PRId64
                    " are covered by this store alone, until the next entry "
                    "is told.\n",
                    rows - witnessed);
        return;
    }
    fprintf(cli->out, "%sThe audit log DOES NOT FIT%s what was told.\n",
            cli_color(cli, CLI_RED), cli_plain(cli));
    if (kith_record_field(verdict, KITH_AUDIT_VERDICT_ROW_FAULT) != NULL)
        print_fault(cli, verdict);
    fputs("Leave the folder as it is. Compare with what an older backup shows: "
          "kith restore into an empty folder,\nthen kith audit show.\n",
          cli->out);
}

static int run_verify(struct cli *cli, const struct command *command,
                      const struct arguments *arguments)
{
    const struct kith_record *verdict;
    struct kith_error error = {0};
    struct reply reply = {0};
    int code = EXIT_DONE;
    bool fits;

    (void)arguments;
    if (ask_all(cli, &reply, &error) != KITH_OK)
        return cli_fail(cli, &error);
    verdict = verdict_of(&reply);
    fits = number_of(verdict, KITH_AUDIT_VERDICT_ROW_STATE) == KITH_AUDIT_FITS;
    if (output_is_for_programs(cli)) {
        code = output_reply(cli, command, &reply, NULL);
        return fits ? code : EXIT_UNTRUSTED;
    }
    for (size_t i = 0; i < reply.n_records; i++) {
        if (reply.records[i].kind == KITH_KIND_AUDIT_LOG_ROW)
            print_log(cli, &reply.records[i]);
    }
    print_verdict(cli, verdict);
    code = cli_finish(cli);
    return fits ? code : EXIT_UNTRUSTED;
}

const struct command commands_audit[] = {
    {
        .noun = "audit",
        .verb = "show",
        .wire_verb = KITH_VERB_AUDIT_SHOW,
        .options = "since limit project partner person act",
        .summary = "what persons and the daemon did, newest last",
        .examples = "audit show --limit 50\naudit show --partner northwind "
                    "--act withheld\naudit show --person jan --since "
                    "2026-11-01",
        .notes = "The newest rows that are asked for, 100 unless --limit says "
                 "otherwise. TEXT says why, where there\nis "
                 "a reason; -v shows the rule that decided, with its version, "
                 "too.",
    },
    {
        .noun = "audit",
        .verb = "verify",
        .wire_verb = KITH_VERB_AUDIT_VERIFY,
        .run = run_verify,
        .summary = "whether the audit log is still the one that was told of",
        .examples = "audit verify\naudit verify --json",
        .notes = "Each entry that partners hold bears witness of the audit log "
                 "as it stood then: a row that was\nchanged, cut out or cut "
                 "off since is found, and its place named. Exit code 10 when "
                 "something does\nnot fit. A whole store that was put back to "
                 "an older copy fits: partners notice it when they meet.",
    },
    {.noun = NULL},
};
