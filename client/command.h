/* command - the one table of what a person can type.
 *
 * A row names noun and verb, the verb of the control protocol, and which
 * fields of its argument kind are positional and which are options; types,
 * choices and help come from the tables of kinds (kinds.h). Help, manual and
 * near-miss hints are made of the same rows.
 *
 * A word of a specification is
 *     [name=]field[/letter][!]
 * name    what the person types; as the field's with '-' for '_' when absent
 * field   a field of the argument kind, or with `@` one of the extra options
 * letter  short option
 * !       must be given
 * and of a positional one `field`, `[field]` when it may be absent.
 * Threads: constant data.
 */
#ifndef CLIENT_COMMAND_H
#define CLIENT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arguments;
struct cli;
struct kith_field_info;

enum command_flag {
    COMMAND_ONE = 1,     /* JSON data is an object, not an array */
    COMMAND_DRY_RUN = 2, /* --dry-run makes sense */
    COMMAND_CONFIRM = 4, /* asks before it acts, --yes skips that */
    COMMAND_PASS = 8,    /* all that follows goes to another program */
    COMMAND_LABEL = 16,  /* posts: --label is an option */
    COMMAND_BRIEF = 32   /* an act: its row is shown as one line */
};

struct command {
    const char *noun;
    const char *verb;       /* NULL: the noun alone */
    uint32_t wire_verb;     /* enum kith_verb, 0: done in the client */
    uint32_t kind;          /* of the argument, 0: the verb's */
    unsigned flags;         /* enum command_flag */
    const char *positional; /* specification, NULL: none */
    const char *options;    /* specification, NULL: none */
    /* NULL: send the argument, print the rows. Returns the exit code. */
    int (*run)(struct cli *cli, const struct command *command,
               const struct arguments *arguments);
    const char *summary;  /* one line, no full stop */
    const char *examples; /* one a line, without "kith " */
    const char *notes;    /* more lines of help, or NULL */
};

/* An option that is no field of a record. */
struct command_extra {
    const char *name;
    const char *value; /* word for its value, NULL: a flag */
    const char *help;
    bool repeats; /* positional: takes all words that are left */
};

/* A specification word, read. */
struct parameter {
    const char *field; /* field_len bytes, not ended */
    size_t field_len;
    char name[48]; /* what the person types */
    char letter;   /* 0: none */
    bool must;
    const struct kith_field_info *info; /* NULL: an extra one */
    const struct command_extra *extra;  /* NULL: a field */
};

enum {
    PARAMETERS_MAX = 24
};

struct parameters {
    struct parameter all[PARAMETERS_MAX]; /* positional ones first */
    size_t n_positional;
    size_t count;
};

/* The rows in the order of the help: index 0 ..; NULL behind the last. */
const struct command *command_at(size_t index);
/* The row of NOUN and VERB (NULL: the noun alone), or NULL. */
const struct command *command_find(const char *noun, const char *verb);
/* True when there is a row of NOUN. */
bool command_is_noun(const char *noun);
/* Kind of the argument record, 0 when there is none. */
uint32_t command_kind(const struct command *command);
/* Name in JSON: that of the wire verb, or noun_verb. At most 48 bytes. */
void command_name(const struct command *command, char ret_name[48]);
/* Reads the specifications of COMMAND; false: one is wrong (a test holds all
 * rows against this). */
bool command_parameters(const struct command *command,
                        struct parameters *ret_parameters);
/* True when PARAMETER, the last positional one, takes all words left. */
bool parameter_repeats(const struct parameter *parameter);
/* True when PARAMETER is given without a value. */
bool parameter_is_flag(const struct parameter *parameter);
/* Its line of help, never NULL. */
const char *parameter_help(const struct parameter *parameter);

#endif
