/* argv - what the person typed, held against the command table.
 *
 * Threads: one.
 */
#ifndef CLIENT_ARGV_H
#define CLIENT_ARGV_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"

struct cli;

enum {
    ARGUMENTS_MAX = 256
};

struct argument {
    const struct parameter *parameter;
    const char *value; /* "" for a flag; borrowed from argv */
};

struct arguments {
    struct parameters parameters;
    struct argument given[ARGUMENTS_MAX];
    size_t count;
    char **rest; /* COMMAND_PASS: what follows, ends with NULL */
    bool help;   /* --help was among them */
};

/* Reads the global options before the noun into CLI and sets *RET_NEXT to the
 * index of the noun (argc when there is none). Returns EXIT_DONE, or the exit
 * code of an error that was printed. */
int argv_globals(struct cli *cli, int argc, char **argv, int *ret_next,
                 bool *ret_help);

/* Reads ARGV (ended by NULL, ARGC words behind noun and verb) for COMMAND;
 * global options may stand among them. Returns as above. */
int argv_read(struct cli *cli, const struct command *command, int argc,
              char **argv, struct arguments *ret_arguments);

/* Value given for what the person types as NAME, NULL when absent. */
const char *arguments_value(const struct arguments *arguments,
                            const char *name);
bool arguments_has(const struct arguments *arguments, const char *name);

/* Names of the global options, for help and hints; NULL behind the last. */
struct global_option {
    const char *name;
    const char *value; /* NULL: a flag */
    const char *help;
};
const struct global_option *argv_global_at(size_t index);

#endif
