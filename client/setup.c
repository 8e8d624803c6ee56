/* setup - init, check, doctor, status, reload, version.
 *
 * Responsible for: handing init and check to kithd, the status screen.
 * Not here: what init and check do (daemon/core).
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "argv.h"
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
#include "table.h"
#include "version.h"

/* Folders of kithd as seen from the folder that kith is in. */
static const char *const places[] = {".", "../libexec/kith", "../sbin",
                                     "../lib/kith"};

/* Runs `kithd VERB REST...` in place of this program. */
static int exec_daemon(struct cli *cli, const char *verb, char **rest)
{
    char own[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
    char *slash = NULL;
    char **words = NULL;
    size_t count = 0;

    while (rest[count] != NULL)
        count++;
    words = memory_take(cli->arena, (count + 3) * sizeof *words);
    words[0] = memory_copy(cli->arena, "kithd");
    words[1] = memory_copy(cli->arena, verb);
    memcpy(words + 2, rest, count * sizeof *words);
    fflush(NULL);
    own[len > 0 ? len : 0] = '\0';
    slash = strrchr(own, '/');
    for (size_t i = 0; slash != NULL && i < sizeof places / sizeof places[0];
         i++) {
        *slash = '\0';
        execv(memory_format(cli->arena, "%s/%s/kithd", own, places[i]), words);
    }
    execvp("kithd", words);
    return cli_usage(cli, "install the package kithd",
                     "the program kithd cannot be run: %s", strerror(errno));
}

static int run_pass(struct cli *cli, const struct command *command,
                    const struct arguments *arguments)
{
    return exec_daemon(cli, command->noun, arguments->rest);
}

static int run_version(struct cli *cli, const struct command *command,
                       const struct arguments *arguments)
{
    (void)command;
    (void)arguments;
    if (cli->json)
        json_print(cli, "version", json_pack("{s:s}", "version", KITH_VERSION));
    else
        fprintf(cli->out, "kith %s\n", KITH_VERSION);
    return EXIT_DONE;
}

/* ---- doctor ---- */

static void print_checks(struct cli *cli, const struct reply *reply)
{
    static const char *const marks[] = {"", "ok", "!", "NO", "??"};
    struct table_style style = {.width = cli->width};
    struct table table;

    table_init(&table, cli->arena);
    table_column(&table, "RESULT");
    table_column(&table, "CHECK");
    table_column(&table, "TEXT");
    for (size_t i = 0; i < reply->n_records; i++) {
        const struct kith_record *row = &reply->records[i];
        int64_t result = kith_record_value(row, KITH_CHECK_ROW_RESULT, 0);
        const char *next = cell_field(cli->arena, row, KITH_CHECK_ROW_NEXT);
        const char **cells = table_row(&table);

        cells[0] = marks[result >= 1 && result <= 4 ? result : 0];
        cells[1] = cell_field(cli->arena, row, KITH_CHECK_ROW_CHECK);
        cells[2] =
            memory_format(cli->arena, "%s%s%s",
                          cell_field(cli->arena, row, KITH_CHECK_ROW_TEXT),
                          next[0] != '\0' ? "  -> " : "", next);
    }
    table_print(&table, &style, cli->out);
}

static int run_doctor(struct cli *cli, const struct command *command,
                      const struct arguments *arguments)
{
    struct reply reply = {0};
    int64_t worst = KITH_CHECK_OK;
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    for (size_t i = 0; i < reply.n_records; i++) {
        int64_t result =
            kith_record_value(&reply.records[i], KITH_CHECK_ROW_RESULT, 0);

        if (result == KITH_CHECK_FAIL ||
            (result == KITH_CHECK_WARN && worst == KITH_CHECK_OK))
            worst = result;
    }
    if (output_is_for_programs(cli))
        code = output_reply(cli, command, &reply, NULL);
    else
        print_checks(cli, &reply);
    if (worst == KITH_CHECK_FAIL)
        return EXIT_FAILED;
    return worst == KITH_CHECK_WARN ? EXIT_WARNINGS : code;
}

/* ---- status ---- */

static const char *field(struct cli *cli, const struct kith_record *row,
                         uint32_t number)
{
    return cell_field(cli->arena, row, number);
}

static const char *nda_cell(struct cli *cli, const struct kith_record *row)
{
    const struct kith_field *until =
        kith_record_field(row, KITH_PARTNER_ROW_NDA_UNTIL);
    const char *state = field(cli, row, KITH_PARTNER_ROW_NDA);
    int64_t left = 0;

    if (until == NULL || until->when.kind != KITH_WHEN_DATE ||
        strcmp(state, "in force") != 0)
        return state[0] != '\0' ? state : "none";
    left = until->when.from_day - (int64_t)(time(NULL) / 86400);
    if (left >= 0 && left < 30)
        return memory_format(cli->arena, "ends in %" PRId64 " d  !", left);
    return memory_format(cli->arena, "until %s",
                         cell_day(cli->arena, until->when.from_day));
}

static const char *verified_cell(struct cli *cli, const struct kith_record *row)
{
    int64_t at = kith_record_value(row, KITH_PARTNER_ROW_VERIFIED_AT, 0);
    const char *next = field(cli, row, KITH_PARTNER_ROW_NEXT);
    const char *text = "no";

    if (kith_record_value(row, KITH_PARTNER_ROW_VERIFIED, 0) != 0)
        text = at == 0
                   ? "yes"
                   : memory_format(
                         cli->arena, "yes, %.10s",
                         cell_instant(cli->arena, at,
                                      &(struct cell_style){.utc = cli->utc}));
    if (next[0] != '\0')
        text = memory_format(cli->arena, "%s  -> %s", text, next);
    return text;
}

static void print_partners(struct cli *cli, const struct reply *reply)
{
    static const char *const headings[] = {"PARTNER", "LINK", "LAST SYNC", "IN",
                                           "OUT",     "NDA",  "VERIFIED"};
    struct table_style style = {.width = cli->width,
                                .heading_start = cli_color(cli, CLI_BOLD),
                                .heading_end = cli_plain(cli)};
    int64_t now = (int64_t)time(NULL);
    struct table table;

    table_init(&table, cli->arena);
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        table_column(&table, headings[i]);
    for (size_t i = 0; i < reply->n_records; i++) {
        const struct kith_record *row = &reply->records[i];
        const char **cells = NULL;

        if (row->kind != KITH_KIND_PARTNER_ROW)
            continue;
        cells = table_row(&table);
        cells[0] = field(cli, row, KITH_PARTNER_ROW_PARTNER);
        cells[1] = field(cli, row, KITH_PARTNER_ROW_LINK);
        cells[2] = cell_ago(
            cli->arena, kith_record_value(row, KITH_PARTNER_ROW_LAST_SYNC, 0),
            now);
        cells[3] = field(cli, row, KITH_PARTNER_ROW_IN);
        cells[4] = field(cli, row, KITH_PARTNER_ROW_OUT);
        cells[5] = nda_cell(cli, row);
        cells[6] = verified_cell(cli, row);
    }
    table_print(&table, &style, cli->out);
}

static void print_attention(struct cli *cli, const struct kith_record *row)
{
    int64_t asks = kith_record_value(row, KITH_STATUS_ROW_ASKS, 0);
    int64_t unread = kith_record_value(row, KITH_STATUS_ROW_UNREAD, 0);
    int64_t pending = kith_record_value(row, KITH_STATUS_ROW_PENDING, 0);
    const char *due = field(cli, row, KITH_STATUS_ROW_ASK_DUE);
    const char *attention = field(cli, row, KITH_STATUS_ROW_ATTENTION);

    if (asks > 0)
        fprintf(cli->out,
                "%" PRId64 " ask%s for your answer%s%s%s"
                "    -> kith inbox\n",
                asks, asks == 1 ? " waits" : "s wait",
                due[0] != '\0' ? " (due " : "", due, due[0] != '\0' ? ")" : "");
    if (unread > 0)
        fprintf(cli->out, "%" PRId64 " unread    -> kith inbox --unread\n",
                unread);
    if (pending > 0)
        fprintf(cli->out,
                "%" PRId64 " unknown key%s knocked    -> kith partner "
                "pending\n",
                pending, pending == 1 ? "" : "s");
    if (attention[0] != '\0')
        fprintf(cli->out, "%s!%s %s\n", cli_color(cli, CLI_YELLOW),
                cli_plain(cli), attention);
}

static void print_status(struct cli *cli, const struct reply *reply)
{
    const struct kith_record *row = &reply->records[0];
    const char *state = field(cli, row, KITH_STATUS_ROW_STATE);
    bool normal = state[0] == '\0' || strcmp(state, "ready") == 0 ||
                  strcmp(state, "running") == 0;
    double mib = 1024.0 * 1024.0;

    fprintf(
        cli->out, "%skith %s%s  %s  id %s  up %s   store %.1f of %.0f MB%s%s\n",
        cli_color(cli, CLI_BOLD), field(cli, row, KITH_STATUS_ROW_VERSION),
        cli_plain(cli), field(cli, row, KITH_STATUS_ROW_COMPANY),
        field(cli, row, KITH_STATUS_ROW_SHORT),
        cell_span(cli->arena, kith_record_value(row, KITH_STATUS_ROW_UP, 0)),
        (double)kith_record_value(row, KITH_STATUS_ROW_STORE_BYTES, 0) / mib,
        (double)kith_record_value(row, KITH_STATUS_ROW_STORE_MAP_BYTES, 0) /
            mib,
        normal ? "" : "   ", normal ? "" : state);
    if (reply->n_records > 1)
        print_partners(cli, reply);
    else
        fputs("no partners yet    -> kith card show --file MINE.card, "
              "kith partner add THEIRS.card\n",
              cli->out);
    print_attention(cli, row);
}

/* {"company": ..., "partners": [...]} */
static void print_status_json(struct cli *cli, const struct reply *reply)
{
    json_t *data = json_record(&reply->records[0]);
    json_t *partners = json_array();

    for (size_t i = 1; i < reply->n_records; i++)
        if (json_array_append_new(partners, json_record(&reply->records[i])))
            memory_exhausted();
    if (json_object_set_new(data, "partners", partners) != 0)
        memory_exhausted();
    json_print(cli, "status", data);
}

static int run_status(struct cli *cli, const struct command *command,
                      const struct arguments *arguments)
{
    struct reply reply = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (cli->plain || reply.n_records == 0 ||
        reply.records[0].kind != KITH_KIND_STATUS_ROW)
        return output_reply(cli, command, &reply, NULL);
    if (cli->json)
        print_status_json(cli, &reply);
    else
        print_status(cli, &reply);
    code = cli_finish(cli);
    return code == EXIT_DONE && reply.warnings ? EXIT_WARNINGS : code;
}

const struct command commands_setup[] = {
    {
        .noun = "init",
        .flags = COMMAND_PASS,
        .run = run_pass,
        .summary = "make this company's identity, keys and store",
        .examples = "init --company \"ACME Devices\" --announce "
                    "tcp://sync.acme.example:7443\ninit --help",
        .notes = "Runs `kithd init` with the same options; `kith init --help` "
                 "lists them.",
    },
    {
        .noun = "check",
        .flags = COMMAND_PASS,
        .run = run_pass,
        .summary = "walk the whole store of a stopped daemon; 9: damaged",
        .examples = "check\ncheck --config /etc/kith/kith.conf",
        .notes = "Runs `kithd check` with the same options.",
    },
    {
        .noun = "rotate",
        .flags = COMMAND_PASS,
        .run = run_pass,
        .summary = "replace keys of a stopped daemon, or its root",
        .examples = "rotate --key log --sheet kith-recovery.txt\nrotate --key "
                    "statement --compromised --sheet kith-recovery.txt\nrotate "
                    "--key log --compromised --last-good northwind=410 --sheet "
                    "kith-recovery.txt",
        .notes = "Runs `kithd rotate` with the same options; `kith rotate "
                 "--help` lists them. What an old key\nsigned still verifies; "
                 "each partner gets the new card at its next session.",
    },
    {
        .noun = "backup",
        .flags = COMMAND_PASS,
        .run = run_pass,
        .summary = "write two sealed files of the store, also while it runs",
        .examples = "backup /mnt/backup/kith\nbackup --config "
                    "/etc/kith/kith.conf /mnt/backup/kith",
        .notes = "Runs `kithd backup` with the same options. The store's file "
                 "bears the time in its name: keep\nas many as you like. Of "
                 "the slots' file keep only the newest: an older one brings "
                 "back what was\ndestroyed since. Both are read back before "
                 "the command ends.",
    },
    {
        .noun = "restore",
        .flags = COMMAND_PASS,
        .run = run_pass,
        .summary = "bring the store of a backup back to an empty data folder",
        .examples = "restore /mnt/backup/kith\nrestore --sheet "
                    "kith-recovery.txt /mnt/backup/kith",
        .notes = "Runs `kithd restore` with the same options. Needs the key "
                 "file, or the recovery sheet when\nthat is lost too. Nothing "
                 "that stands is overwritten.",
    },
    {
        .noun = "recover",
        .flags = COMMAND_PASS,
        .run = run_pass,
        .summary = "go on after a lost disk, with the recovery sheet alone",
        .examples = "recover --company \"ACME Devices\" --sheet "
                    "kith-recovery.txt --announce "
                    "tcp://sync.acme.example:7443\nrecover --sheet "
                    "kith-recovery.txt --card acme-of-before.card",
        .notes =
            "Runs `kithd recover` with the same options; `kith recover "
            "--help` lists them. For an empty machine\nwithout any backup: "
            "new keys, the same company. What partners hold of your own "
            "logs comes back\nonce they have the new card; it says what "
            "cannot. With a backup, `kith restore` brings more.",
    },
    {
        .noun = "doctor",
        .wire_verb = KITH_VERB_DOCTOR,
        .run = run_doctor,
        .summary = "look at clock, port, store, partners and channels",
        .examples = "doctor",
    },
    {
        .noun = "status",
        .wire_verb = KITH_VERB_STATUS,
        .run = run_status,
        .summary = "how this company and its links are",
        .examples = "status\nstatus --json",
    },
    {
        .noun = "reload",
        .wire_verb = KITH_VERB_RELOAD,
        .summary = "read the configuration again; says what needs a restart",
        .examples = "reload",
    },
    {
        .noun = "version",
        .run = run_version,
        .summary = "version of this program",
        .examples = "version",
    },
    {.noun = NULL},
};
