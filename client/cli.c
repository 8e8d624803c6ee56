/* cli - what every command of the client is given: options and streams.
 *
 * Responsible for: messages to the person, exit codes, colours.
 * Not here: rows (output.c), arguments (argv.c).
 */
#include "cli.h"

#include <jansson.h>
#include <stdarg.h>
#include <string.h>

#include "kith/error.h"
#include "memory.h"
#include "terminal.h"

void cli_warn(struct cli *cli, const char *format, ...)
{
    char text[KITH_ERROR_WHAT_MAX];
    va_list arguments;

    if (cli->n_warnings == CLI_WARNINGS_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cli->warnings[cli->n_warnings++] = memory_copy(cli->arena, text);
}

void cli_say(const struct cli *cli, const char *format, ...)
{
    va_list arguments;

    if (cli->quiet)
        return;
    va_start(arguments, format);
    vfprintf(cli->err, format, arguments);
    va_end(arguments);
    fputc('\n', cli->err);
}

static void print_clean(FILE *stream, const char *text)
{
    struct kith_buf buf = {0};

    terminal_clean(kith_bytes_of(text), true, &buf);
    fputs(buffer_string(&buf), stream);
    kith_buf_clear(&buf);
}

static void print_json_error(const struct cli *cli,
                             const struct kith_error *error)
{
    json_t *root = json_pack(
        "{s{s:s,s:s,s:s}}", "error", "code",
        error->code[0] != '\0' ? error->code : kith_status_name(error->status),
        "message", error->what, "next", error->next);

    if (root == NULL)
        memory_exhausted();
    json_dumpf(root, cli->err, JSON_COMPACT);
    fputc('\n', cli->err);
    json_decref(root);
}

int cli_fail(const struct cli *cli, const struct kith_error *error)
{
    int code = kith_status_exit(error->status);

    if (strcmp(error->code, "no_daemon") == 0)
        code = EXIT_NO_DAEMON;
    if (strcmp(error->code, "timeout") == 0)
        code = EXIT_TIMEOUT;
    fflush(cli->out);
    if (cli->json) {
        print_json_error(cli, error);
        return code;
    }
    fputs("kith: ", cli->err);
    print_clean(cli->err, error->what[0] != '\0'
                              ? error->what
                              : kith_status_name(error->status));
    fputc('\n', cli->err);
    if (error->next[0] != '\0') {
        fputs("  -> ", cli->err);
        print_clean(cli->err, error->next);
        fputc('\n', cli->err);
    }
    return code;
}

int cli_usage(const struct cli *cli, const char *next, const char *format, ...)
{
    struct kith_error error = {.status = KITH_INVALID, .code = "usage"};
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error.what, sizeof error.what, format, arguments);
    va_end(arguments);
    if (next != NULL)
        snprintf(error.next, sizeof error.next, "%s", next);
    return cli_fail(cli, &error);
}

int cli_finish(const struct cli *cli)
{
    if (!cli->json) {
        for (size_t i = 0; i < cli->n_warnings; i++) {
            fputs("kith: warning: ", cli->err);
            print_clean(cli->err, cli->warnings[i]);
            fputc('\n', cli->err);
        }
    }
    return cli->n_warnings > 0 ? EXIT_WARNINGS : EXIT_DONE;
}

const char *cli_color(const struct cli *cli, enum cli_color color)
{
    static const char *const codes[] = {
        [CLI_BOLD] = "\033[1m",    [CLI_RED] = "\033[31m",
        [CLI_YELLOW] = "\033[33m", [CLI_GREEN] = "\033[32m",
        [CLI_DIM] = "\033[2m",
    };

    return cli->color ? codes[color] : "";
}

const char *cli_plain(const struct cli *cli)
{
    return cli->color ? "\033[0m" : "";
}
