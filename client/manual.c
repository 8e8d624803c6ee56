/* manual - manual pages as scdoc, made of the command table.
 *
 * Responsible for: `kith help --man NOUN`, from which scripts make the pages.
 * Not here: help on the screen (help.c).
 */
#include <string.h>

#include "argv.h"
#include "cli.h"
#include "command.h"
#include "help.h"
#include "kith/kinds.h"

/* scdoc gives some characters a meaning, a few only where a line starts;
 * they are escaped. */
static void put_text(struct cli *cli, const char *text)
{
    char last = '\n';

    for (; *text != '\0'; text++) {
        if (strchr("*_~\\<>#`", *text) != NULL ||
            (last == '\n' && strchr("-.;|[", *text) != NULL))
            fputc('\\', cli->out);
        fputc(*text, cli->out);
        last = *text;
    }
}

static void put_parameter(struct cli *cli, const struct parameter *one,
                          bool positional)
{
    if (positional) {
        fputs("_", cli->out);
        put_text(cli, one->name);
        fputs("_\n\t", cli->out);
    } else {
        fputs("*--", cli->out);
        put_text(cli, one->name);
        fprintf(cli->out, "*%s\n\t", parameter_is_flag(one) ? "" : " _VALUE_");
    }
    put_text(cli, parameter_help(one));
    if (one->info != NULL && one->info->choices != NULL) {
        fputs(": ", cli->out);
        for (const struct kith_choice *c = one->info->choices; c->number != 0;
             c++) {
            put_text(cli, c->name);
            fputs(c[1].number != 0 ? ", " : "", cli->out);
        }
    }
    fputs(".\n\n", cli->out);
}

static void put_examples(struct cli *cli, const char *examples)
{
    fputs("```\n", cli->out);
    while (*examples != '\0') {
        size_t len = strcspn(examples, "\n");

        fprintf(cli->out, "kith %.*s\n", (int)len, examples);
        examples += len + (examples[len] == '\n');
    }
    fputs("```\n\n", cli->out);
}

static void put_command(struct cli *cli, const struct command *command)
{
    struct parameters parameters = {0};

    if (!command_parameters(command, &parameters))
        return;
    fputs("## kith ", cli->out);
    put_text(cli, command->noun);
    if (command->verb != NULL) {
        fputc(' ', cli->out);
        put_text(cli, command->verb);
    }
    fputs("\n\n", cli->out);
    put_text(cli, command->summary);
    fputs(".\n\n", cli->out);
    put_examples(cli, command->examples);
    for (size_t i = 0; i < parameters.count; i++)
        put_parameter(cli, &parameters.all[i], i < parameters.n_positional);
    if (command->notes != NULL) {
        put_text(cli, command->notes);
        fputs("\n\n", cli->out);
    }
}

static void put_globals(struct cli *cli)
{
    const struct global_option *one = NULL;

    fputs("# OPTIONS OF EVERY COMMAND\n\n", cli->out);
    for (size_t i = 0; (one = argv_global_at(i)) != NULL; i++) {
        fprintf(cli->out, "*--%s*%s%s%s\n\t", one->name,
                one->value != NULL ? " _" : "",
                one->value != NULL ? one->value : "",
                one->value != NULL ? "_" : "");
        put_text(cli, one->help);
        fputs(".\n\n", cli->out);
    }
}

static void put_exits(struct cli *cli)
{
    fputs("# EXIT STATUS\n\n"
          "0 done, 1 failed, 2 usage, 3 partly done or with warnings, 4 no "
          "daemon, 5 not allowed, 6 not found, 7 conflict, 8 timed out, 9 "
          "store damaged, 10 verification failed, 130 interrupted.\n\n",
          cli->out);
}

int help_manual(struct cli *cli, const char *noun)
{
    bool whole = strcmp(noun, "kith") == 0;
    const struct command *row = NULL;

    if (!whole && !command_is_noun(noun))
        return cli_usage(cli, "kith help", "there is no command '%s'", noun);
    fprintf(cli->out, "kith%s%s(1)\n\n# NAME\n\nkith%s%s - ", whole ? "" : "-",
            whole ? "" : noun, whole ? "" : "-", whole ? "" : noun);
    fputs(whole ? "tell partners early what is coming, and nobody else\n\n"
                : "a part of kith(1)\n\n",
          cli->out);
    fputs("# SYNOPSIS\n\n*kith* [OPTION...] _noun_ [_verb_] [WORD...] "
          "[OPTION...]\n\n# COMMANDS\n\n",
          cli->out);
    for (size_t i = 0; (row = command_at(i)) != NULL; i++)
        if (whole || strcmp(row->noun, noun) == 0)
            put_command(cli, row);
    put_globals(cli);
    put_exits(cli);
    fputs("# SEE ALSO\n\n*kithd*(8), *kith.conf*(5)\n", cli->out);
    return EXIT_DONE;
}
