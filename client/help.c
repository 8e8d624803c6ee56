/* help - what kith says of itself, made of the command table.
 *
 * Responsible for: overview, help of a noun and of a command, the cheat sheet.
 * Not here: manual pages (manual.c), the table itself (command.c).
 */
#include "help.h"

#include <string.h>

#include "argv.h"
#include "cli.h"
#include "command.h"
#include "kith/kinds.h"
#include "memory.h"
#include "nouns.h"
#include "table.h"

static const char exits[] =
    "Exit codes: 0 done, 1 failed, 2 usage, 3 partly done or with warnings,\n"
    "4 no daemon, 5 not allowed, 6 not found, 7 conflict, 8 timed out,\n"
    "9 store damaged, 10 verification failed, 130 interrupted.\n";

static void print_table(struct cli *cli, const struct table *table)
{
    struct table_style style = {.width = cli->width, .indent = "  "};

    table_print(table, &style, cli->out);
}

static const char *full_name(struct cli *cli, const struct command *command)
{
    return memory_format(cli->arena, "%s%s%s", command->noun,
                         command->verb != NULL ? " " : "",
                         command->verb != NULL ? command->verb : "");
}

static const char *upper(struct cli *cli, const char *name)
{
    char *text = memory_copy(cli->arena, name);

    for (char *c = text; *c != '\0'; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    return text;
}

/* "partner verify PARTNER [WORDS]" */
static const char *synopsis(struct cli *cli, const struct command *command,
                            const struct parameters *parameters)
{
    const char *text = full_name(cli, command);

    for (size_t i = 0; i < parameters->n_positional; i++) {
        const struct parameter *one = &parameters->all[i];

        text = memory_format(cli->arena, one->must ? "%s %s" : "%s [%s]", text,
                             upper(cli, one->name));
    }
    for (size_t i = parameters->n_positional; i < parameters->count; i++) {
        const struct parameter *one = &parameters->all[i];

        if (one->must)
            text = parameter_is_flag(one)
                       ? memory_format(cli->arena, "%s --%s", text, one->name)
                       : memory_format(cli->arena, "%s --%s %s", text,
                                       one->name, upper(cli, one->name));
    }
    return text;
}

/* One line per command; those of NOUN only, NULL: all. */
static void print_commands(struct cli *cli, const char *noun)
{
    struct table table;
    const struct command *row = NULL;

    table_init(&table, cli->arena);
    table_column(&table, "COMMAND");
    table_column(&table, "WHAT IT DOES");
    for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
        const char **cells = NULL;

        if (noun != NULL && strcmp(row->noun, noun) != 0)
            continue;
        cells = table_row(&table);
        cells[0] = full_name(cli, row);
        cells[1] = row->summary;
    }
    print_table(cli, &table);
}

static void print_globals(struct cli *cli)
{
    const struct global_option *one = NULL;
    struct table table;

    table_init(&table, cli->arena);
    table_column(&table, "OPTION");
    table_column(&table, "MEANING");
    for (size_t i = 0; (one = argv_global_at(i)) != NULL; i++) {
        const char **cells = table_row(&table);

        cells[0] = memory_format(cli->arena, "--%s%s%s", one->name,
                                 one->value != NULL ? " " : "",
                                 one->value != NULL ? one->value : "");
        cells[1] = one->help;
    }
    print_table(cli, &table);
}

int help_overview(struct cli *cli)
{
    fputs("kith tells partners early what is coming, and tells nobody else.\n\n"
          "  kith status                 how this company and its links are\n"
          "  kith inbox                  what partners told you\n"
          "  kith timeline               all milestones in time\n"
          "  kith cheat                  one example of each command\n"
          "  kith help NOUN [VERB]       more on one\n\n"
          "Commands:\n",
          cli->out);
    print_commands(cli, NULL);
    fputs("\nOptions of every command:\n", cli->out);
    print_globals(cli);
    fprintf(cli->out, "\n%s", exits);
    return EXIT_DONE;
}

int help_noun(struct cli *cli, const char *noun)
{
    if (!command_is_noun(noun))
        return cli_usage(cli, "kith help", "there is no command '%s'", noun);
    print_commands(cli, noun);
    fprintf(cli->out, "\nMore on one: kith help %s VERB\n", noun);
    return EXIT_DONE;
}

static const char *choices_text(struct cli *cli,
                                const struct kith_choice *choices)
{
    const char *text = "";

    for (; choices->number != 0; choices++)
        text = memory_format(cli->arena, "%s%s%s", text,
                             text[0] != '\0' ? ", " : "", choices->name);
    return text;
}

static const char *value_word(struct cli *cli, const struct parameter *one)
{
    if (parameter_is_flag(one))
        return "";
    if (one->extra != NULL)
        return one->extra->value;
    switch (one->info->type) {
    case KITH_FIELD_DAY:
        return "DAY";
    case KITH_FIELD_WHEN:
        return "DATE";
    case KITH_FIELD_NUMBER:
        return one->info->unit != NULL ? upper(cli, one->info->unit) : "NUMBER";
    case KITH_FIELD_TEXT:
        return "TEXT";
    default:
        return upper(cli, one->info->name);
    }
}

static void print_parameters(struct cli *cli,
                             const struct parameters *parameters)
{
    struct table table;

    table_init(&table, cli->arena);
    table_column(&table, "NAME");
    table_column(&table, "MEANING");
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *one = &parameters->all[i];
        const char **cells = table_row(&table);
        const char *help = parameter_help(one);

        if (i < parameters->n_positional)
            cells[0] = upper(cli, one->name);
        else
            cells[0] = memory_format(
                cli->arena, "%s--%s %s",
                one->letter != 0
                    ? memory_format(cli->arena, "-%c, ", one->letter)
                    : "",
                one->name, value_word(cli, one));
        if (one->info != NULL && one->info->choices != NULL)
            help = memory_format(cli->arena, "%s: %s", help,
                                 choices_text(cli, one->info->choices));
        if (one->info != NULL && (one->info->flags & KITH_F_LIST) != 0)
            help = memory_format(cli->arena, "%s; several with commas", help);
        cells[1] = help;
    }
    print_table(cli, &table);
}

/* EXAMPLES, one a line, as somebody would type them. */
static void print_examples(struct cli *cli, const char *examples)
{
    while (*examples != '\0') {
        size_t len = strcspn(examples, "\n");

        fprintf(cli->out, "  kith %.*s\n", (int)len, examples);
        examples += len + (examples[len] == '\n');
    }
}

int help_command(struct cli *cli, const struct command *command)
{
    struct parameters parameters = {0};

    if (!command_parameters(command, &parameters))
        return cli_usage(cli, NULL, "the command table is at fault");
    fprintf(cli->out, "%s: %s.\n\n", full_name(cli, command), command->summary);
    print_examples(cli, command->examples);
    fprintf(cli->out, "\nUsage: kith %s%s\n",
            synopsis(cli, command, &parameters),
            parameters.count > parameters.n_positional ? " [OPTION...]" : "");
    print_parameters(cli, &parameters);
    if (command->notes != NULL)
        fprintf(cli->out, "\n%s\n", command->notes);
    if ((command->flags & COMMAND_DRY_RUN) != 0)
        fputs("\nWith --dry-run it says what would happen and does nothing.\n",
              cli->out);
    return EXIT_DONE;
}

int help_cheat(struct cli *cli)
{
    const struct command *row = NULL;

    for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
        size_t len = strcspn(row->examples, "\n");

        fprintf(cli->out, "kith %.*s\n", (int)len, row->examples);
    }
    return EXIT_DONE;
}

static int run_help(struct cli *cli, const struct command *command,
                    const struct arguments *arguments)
{
    const char *words[3] = {NULL, NULL, NULL};
    const struct command *row = NULL;
    size_t count = 0;

    (void)command;
    for (size_t i = 0; i < arguments->count && count < 3; i++)
        if (strcmp(arguments->given[i].parameter->name, "words") == 0)
            words[count++] = arguments->given[i].value;
    if (arguments_has(arguments, "man"))
        return help_manual(cli, count > 0 ? words[0] : "kith");
    if (count == 0)
        return help_overview(cli);
    if (count == 1) {
        row = command_find(words[0], NULL);
        return row != NULL ? help_command(cli, row) : help_noun(cli, words[0]);
    }
    row =
        command_find(words[0], count == 2 ? words[1]
                                          : memory_format(cli->arena, "%s %s",
                                                          words[1], words[2]));
    if (row == NULL)
        return cli_usage(cli,
                         memory_format(cli->arena, "kith help %s", words[0]),
                         "there is no command '%s %s'", words[0], words[1]);
    return help_command(cli, row);
}

static int run_cheat(struct cli *cli, const struct command *command,
                     const struct arguments *arguments)
{
    (void)command;
    (void)arguments;
    return help_cheat(cli);
}

const struct command commands_help[] = {
    {
        .noun = "help",
        .positional = "[@words]",
        .options = "@man",
        .run = run_help,
        .summary = "say what a command does and takes",
        .examples = "help\nhelp partner\nhelp partner verify",
    },
    {
        .noun = "cheat",
        .run = run_cheat,
        .summary = "one example of each command",
        .examples = "cheat",
    },
    {.noun = NULL},
};
