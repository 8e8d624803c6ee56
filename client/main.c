/* main - the program kith: one command, then the end.
 *
 * Responsible for: what the environment says, finding the command, hints for
 * a misspelt noun or verb.
 * Not here: what commands do (one file per noun, nouns.h).
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "argv.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "help.h"
#include "kith/bytes.h"
#include "kith/nearest.h"
#include "memory.h"
#include "output.h"
#include "terminal.h"

enum {
    TIMEOUT_MS = 30000,
    WORDS_MAX = 200
};

/* Interrupted: say nothing more, but with the exit code people know. */
static void interrupt(int signal_number)
{
    (void)signal_number;
    _exit(EXIT_INTERRUPTED);
}

static size_t read_width(FILE *stream)
{
    struct winsize size;

    if (!isatty(fileno(stream)))
        return 0;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

static void start(struct cli *cli)
{
    const char *socket = getenv("KITH_SOCKET");
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    memset(cli, 0, sizeof *cli);
    cli->arena = memory_new();
    cli->out = stdout;
    cli->err = stderr;
    cli->socket = socket != NULL && socket[0] != '\0'
                      ? socket
                      : CONNECTION_SOCKET_DEFAULT;
    cli->timeout_ms = TIMEOUT_MS;
    cli->width = read_width(stdout);
    cli->interactive = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    cli->color = cli->width > 0 && (no_color == NULL || no_color[0] == '\0') &&
                 terminal != NULL && strcmp(terminal, "dumb") != 0;
    signal(SIGINT, interrupt);
    signal(SIGPIPE, SIG_IGN);
    terminal_locale();
}

static int refuse_noun(struct cli *cli, const char *noun)
{
    const char *words[WORDS_MAX];
    const struct command *row = NULL;
    const char *near = NULL;
    size_t count = 0;

    for (size_t i = 0; (row = command_at(i)) != NULL && count < WORDS_MAX; i++)
        words[count++] = row->noun;
    near = kith_nearest(noun, words, count);
    if (near != NULL)
        return cli_usage(cli, NULL, "unknown command '%s'. Did you mean '%s'?",
                         noun, near);
    return cli_usage(cli, "kith help", "unknown command '%s'", noun);
}

static int refuse_verb(struct cli *cli, const char *noun, const char *verb)
{
    const char *words[WORDS_MAX];
    const char *hint = memory_format(cli->arena, "kith help %s", noun);
    const struct command *row = NULL;
    const char *near = NULL;
    size_t count = 0;

    for (size_t i = 0; (row = command_at(i)) != NULL && count < WORDS_MAX; i++)
        if (strcmp(row->noun, noun) == 0 && row->verb != NULL)
            words[count++] = row->verb;
    if (verb == NULL)
        return cli_usage(cli, hint, "'%s' needs a verb", noun);
    near = kith_nearest(verb, words, count);
    if (near != NULL)
        return cli_usage(cli, NULL,
                         "unknown verb '%s' for '%s'. Did you mean '%s'?", verb,
                         noun, near);
    return cli_usage(cli, hint, "unknown verb '%s' for '%s'", verb, noun);
}

/* Finds the row for WORDS; *RET_USED counts the words of noun and verb. */
static const struct command *find_row(struct cli *cli, int count, char **words,
                                      int *ret_used)
{
    const struct command *row = NULL;

    if (count >= 3) {
        row = command_find(
            words[0], memory_format(cli->arena, "%s %s", words[1], words[2]));
        *ret_used = 3;
    }
    if (row == NULL && count >= 2) {
        row = command_find(words[0], words[1]);
        *ret_used = 2;
    }
    if (row == NULL) {
        row = command_find(words[0], NULL);
        *ret_used = 1;
    }
    return row;
}

static int run_command(struct cli *cli, int count, char **words)
{
    struct arguments *arguments = memory_take(cli->arena, sizeof *arguments);
    const struct command *row = NULL;
    int used = 0;
    int code = 0;

    if (!command_is_noun(words[0]))
        return refuse_noun(cli, words[0]);
    row = find_row(cli, count, words, &used);
    if (row == NULL && count > 1 && strcmp(words[1], "--help") == 0)
        return help_noun(cli, words[0]);
    if (row == NULL)
        return refuse_verb(cli, words[0], count > 1 ? words[1] : NULL);
    code = argv_read(cli, row, count - used, words + used, arguments);
    if (code != EXIT_DONE)
        return code;
    if (arguments->help)
        return help_command(cli, row);
    if (cli->dry_run && (row->flags & (COMMAND_DRY_RUN | COMMAND_PASS)) == 0)
        return cli_usage(cli, NULL, "'%s%s%s' has no --dry-run", row->noun,
                         row->verb != NULL ? " " : "",
                         row->verb != NULL ? row->verb : "");
    return row->run != NULL ? row->run(cli, row, arguments)
                            : output_send(cli, row, arguments);
}

int main(int argc, char **argv)
{
    static char version_word[] = "version";
    struct cli cli;
    bool help = false;
    int next = 0;
    int code = 0;

    start(&cli);
    /* as every other program has it */
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        argv[1] = version_word;
    code = argv_globals(&cli, argc, argv, &next, &help);
    if (code == EXIT_DONE && (help || next >= argc))
        code = help_overview(&cli);
    else if (code == EXIT_DONE)
        code = run_command(&cli, argc - next, argv + next);
    if (fflush(stdout) != 0 && code == EXIT_DONE)
        code = EXIT_FAILED;
    kith_arena_destroy(&cli.arena);
    return code;
}
