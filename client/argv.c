/* argv - what the person typed, held against the command table.
 *
 * Responsible for: global options, options of a command, positional words,
 * hints for what is misspelt.
 * Not here: what a value means (build.c).
 */
#include "argv.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "kith/nearest.h"
#include "memory.h"

enum global_index {
    GLOBAL_JSON,
    GLOBAL_PLAIN,
    GLOBAL_QUIET,
    GLOBAL_VERBOSE,
    GLOBAL_NO_COLOR,
    GLOBAL_UTC,
    GLOBAL_YES,
    GLOBAL_DRY_RUN,
    GLOBAL_NO_INPUT,
    GLOBAL_SOCKET,
    GLOBAL_TIMEOUT,
    GLOBAL_AS,
    GLOBAL_HELP,
    GLOBAL_COUNT
};

/* getopt_long gives GLOBAL_BASE + index for these and PARAMETER_BASE + index
 * for those of the command; short options give their letter. */
enum {
    GLOBAL_BASE = 0x1000,
    PARAMETER_BASE = 0x2000
};

static const struct global_option globals[GLOBAL_COUNT + 1] = {
    [GLOBAL_JSON] = {"json", NULL, "JSON of schema kith.v1"},
    [GLOBAL_PLAIN] = {"plain", NULL, "lines with tabs, for scripts"},
    [GLOBAL_QUIET] = {"quiet", NULL, "say nothing but results (-q)"},
    [GLOBAL_VERBOSE] = {"verbose", NULL, "more columns (-v)"},
    [GLOBAL_NO_COLOR] = {"no-color", NULL, "no colours"},
    [GLOBAL_UTC] = {"utc", NULL, "times in UTC"},
    [GLOBAL_YES] = {"yes", NULL, "do not ask, act"},
    [GLOBAL_DRY_RUN] = {"dry-run", NULL, "say what would happen, do nothing"},
    [GLOBAL_NO_INPUT] = {"no-input", NULL, "never ask; fail instead"},
    [GLOBAL_SOCKET] = {"socket", "PATH", "control socket of the daemon"},
    [GLOBAL_TIMEOUT] = {"timeout", "SECONDS", "wait so long for an answer"},
    [GLOBAL_AS] = {"as", "PERSON", "act as this person of yours"},
    [GLOBAL_HELP] = {"help", NULL, "help on this command (-h)"},
};

struct scan {
    struct cli *cli;
    const struct command *command; /* NULL: globals only */
    struct arguments *arguments;
    struct option options[GLOBAL_COUNT + PARAMETERS_MAX + 1];
    char letters[2 * PARAMETERS_MAX + 8];
    bool help;
};

const struct global_option *argv_global_at(size_t index)
{
    return index < GLOBAL_COUNT ? &globals[index] : NULL;
}

static int read_timeout(struct cli *cli, const char *text)
{
    char *end = NULL;
    double seconds = strtod(text, &end);

    if (end == text || *end != '\0' || !(seconds > 0) || seconds > 86400)
        return cli_usage(cli, NULL, "--timeout takes seconds, not '%s'", text);
    cli->timeout_ms = (unsigned)(seconds * 1000);
    return EXIT_DONE;
}

static int take_global(struct scan *scan, enum global_index index)
{
    struct cli *cli = scan->cli;
    bool *const flags[GLOBAL_COUNT] = {
        [GLOBAL_JSON] = &cli->json,       [GLOBAL_PLAIN] = &cli->plain,
        [GLOBAL_QUIET] = &cli->quiet,     [GLOBAL_VERBOSE] = &cli->verbose,
        [GLOBAL_UTC] = &cli->utc,         [GLOBAL_YES] = &cli->yes,
        [GLOBAL_DRY_RUN] = &cli->dry_run, [GLOBAL_NO_INPUT] = &cli->no_input,
        [GLOBAL_HELP] = &scan->help,
    };

    if (flags[index] != NULL)
        *flags[index] = true;
    else if (index == GLOBAL_NO_COLOR)
        cli->color = false;
    else if (index == GLOBAL_SOCKET)
        cli->socket = optarg;
    else if (index == GLOBAL_AS)
        cli->as_person = optarg;
    else if (index == GLOBAL_TIMEOUT)
        return read_timeout(cli, optarg);
    return EXIT_DONE;
}

/* Writes the short option of ONE, if it has any; returns what is behind. */
static char *add_letter(char *letter, const struct parameter *one)
{
    if (one->letter == 0)
        return letter;
    *letter++ = one->letter;
    if (!parameter_is_flag(one))
        *letter++ = ':';
    return letter;
}

/* Fills options and letters from the globals and the command. */
static void collect_options(struct scan *scan, bool stop_at_word)
{
    size_t count = 0;
    char *letter = scan->letters;

    *letter++ = stop_at_word ? '+' : ':';
    if (stop_at_word)
        *letter++ = ':';
    memcpy(letter, "qvh", 3);
    letter += 3;
    if (scan->command != NULL) {
        const struct parameters *all = &scan->arguments->parameters;

        for (size_t i = all->n_positional; i < all->count; i++) {
            const struct parameter *one = &all->all[i];
            bool flag = parameter_is_flag(one);

            scan->options[count++] = (struct option){
                one->name, flag ? no_argument : required_argument, NULL,
                PARAMETER_BASE + (int)i};
            letter = add_letter(letter, one);
        }
    }
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        scan->options[count++] = (struct option){
            globals[i].name,
            globals[i].value != NULL ? required_argument : no_argument, NULL,
            GLOBAL_BASE + (int)i};
    *letter = '\0';
}

static int refuse_option(const struct scan *scan, const char *word, int result)
{
    const char *names[GLOBAL_COUNT + PARAMETERS_MAX];
    size_t count = 0;
    const char *near = NULL;
    char plain[64];
    size_t len = 0;

    if (result == ':')
        return cli_usage(scan->cli, NULL, "option '%s' needs a value", word);
    if (word[0] != '-' || word[1] != '-')
        return cli_usage(scan->cli, NULL, "unknown option '%s'", word);
    len = strcspn(word + 2, "=");
    if (len >= sizeof plain)
        return cli_usage(scan->cli, NULL, "unknown option '%s'", word);
    memcpy(plain, word + 2, len);
    plain[len] = '\0';
    for (; scan->options[count].name != NULL; count++) {
        names[count] = scan->options[count].name;
        if (strcmp(plain, names[count]) == 0)
            return cli_usage(scan->cli, NULL, "option '--%s' takes no value",
                             plain);
    }
    near = kith_nearest(plain, names, count);
    if (near != NULL)
        return cli_usage(scan->cli, NULL,
                         "unknown option '--%s'. Did you mean '--%s'?", plain,
                         near);
    return cli_usage(scan->cli, "kith help", "unknown option '--%s'", plain);
}

static int add_argument(struct scan *scan, size_t parameter, const char *value)
{
    struct arguments *arguments = scan->arguments;

    if (arguments->count == ARGUMENTS_MAX)
        return cli_usage(scan->cli, NULL, "too many options");
    arguments->given[arguments->count++] =
        (struct argument){&arguments->parameters.all[parameter], value};
    return EXIT_DONE;
}

static int take_result(struct scan *scan, int result, const char *word)
{
    const char *value = optarg != NULL ? optarg : "";

    if (result == '?' || result == ':')
        return refuse_option(scan, word, result);
    if (result >= PARAMETER_BASE)
        return add_argument(scan, (size_t)(result - PARAMETER_BASE), value);
    if (result >= GLOBAL_BASE)
        return take_global(scan, (enum global_index)(result - GLOBAL_BASE));
    if (scan->command != NULL) {
        const struct parameters *all = &scan->arguments->parameters;

        for (size_t i = all->n_positional; i < all->count; i++)
            if (all->all[i].letter == result)
                return add_argument(scan, i, value);
    }
    return take_global(scan, result == 'q'   ? GLOBAL_QUIET
                             : result == 'v' ? GLOBAL_VERBOSE
                                             : GLOBAL_HELP);
}

/* Reads options until words are left; *RET_NEXT is the first word. */
static int read_options(struct scan *scan, int argc, char **argv, int *ret_next)
{
    int result = 0;
    int code = EXIT_DONE;

    opterr = 0;
    optind = 0; /* start anew, with the leading characters of the letters */
    for (;;) {
        int at = optind > 0 ? optind : 1;

        result = getopt_long(argc, argv, scan->letters, scan->options, NULL);
        if (result == -1)
            break;
        /* getopt moves words about: the word it stopped at is behind. */
        code = take_result(scan, result,
                           optind > 1 && optind <= argc ? argv[optind - 1]
                                                        : argv[at]);
        if (code != EXIT_DONE)
            return code;
    }
    *ret_next = optind;
    return EXIT_DONE;
}

int argv_globals(struct cli *cli, int argc, char **argv, int *ret_next,
                 bool *ret_help)
{
    struct scan scan = {.cli = cli};
    int code = 0;

    collect_options(&scan, true);
    code = read_options(&scan, argc, argv, ret_next);
    *ret_help = scan.help;
    return code;
}

static const char *usage_hint(const struct cli *cli,
                              const struct command *command)
{
    return memory_format(cli->arena, "kith help %s%s%s", command->noun,
                         command->verb != NULL ? " " : "",
                         command->verb != NULL ? command->verb : "");
}

static int take_words(struct scan *scan, int count, char **words)
{
    const struct parameters *all = &scan->arguments->parameters;
    size_t last = all->n_positional;
    int code = EXIT_DONE;

    for (int i = 0; i < count && code == EXIT_DONE; i++) {
        size_t at = (size_t)i;

        /* What is left over goes to a last field that is a list. */
        if (at >= last && last > 0 && parameter_repeats(&all->all[last - 1]))
            at = last - 1;
        if (at >= last)
            return cli_usage(scan->cli, usage_hint(scan->cli, scan->command),
                             "unexpected word '%s'", words[i]);
        code = add_argument(scan, at, words[i]);
    }
    return code;
}

static int check_musts(const struct scan *scan)
{
    const struct parameters *all = &scan->arguments->parameters;

    for (size_t i = 0; i < all->count; i++) {
        const struct parameter *one = &all->all[i];

        if (!one->must || arguments_has(scan->arguments, one->name))
            continue;
        return cli_usage(scan->cli, usage_hint(scan->cli, scan->command),
                         "%s%s is missing: %s",
                         i < all->n_positional ? "" : "--", one->name,
                         parameter_help(one));
    }
    return EXIT_DONE;
}

int argv_read(struct cli *cli, const struct command *command, int argc,
              char **argv, struct arguments *ret_arguments)
{
    struct scan scan = {
        .cli = cli, .command = command, .arguments = ret_arguments};
    char **words = memory_take(cli->arena, (size_t)(argc + 2) * sizeof *words);
    int next = 0;
    int code = 0;

    memset(ret_arguments, 0, sizeof *ret_arguments);
    if (!command_parameters(command, &ret_arguments->parameters))
        return cli_usage(cli, NULL, "the command table is at fault");
    ret_arguments->rest = argv;
    if ((command->flags & COMMAND_PASS) != 0)
        return EXIT_DONE;
    /* getopt wants a program's name in front. */
    words[0] = argv[-1];
    memcpy(words + 1, argv, (size_t)argc * sizeof *words);
    collect_options(&scan, false);
    code = read_options(&scan, argc + 1, words, &next);
    ret_arguments->help = scan.help;
    if (code != EXIT_DONE || scan.help)
        return code;
    code = take_words(&scan, argc + 1 - next, words + next);
    return code != EXIT_DONE ? code : check_musts(&scan);
}

const char *arguments_value(const struct arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->count; i++)
        if (strcmp(arguments->given[i].parameter->name, name) == 0)
            return arguments->given[i].value;
    return NULL;
}

bool arguments_has(const struct arguments *arguments, const char *name)
{
    return arguments_value(arguments, name) != NULL;
}
