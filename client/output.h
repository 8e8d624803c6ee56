/* output - rows of an answer as a table, tab lines, JSON, or one by one.
 *
 * Threads: one.
 */
#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct arguments;
struct cli;
struct command;
struct kith_field;
struct kith_field_info;
struct kith_record;
struct names;
struct reply;

/* Prints REPLY in the form the person asked for and returns the exit code. A
 * table per run of rows of one kind. NAMES (may be NULL) turns references
 * into paths. */
int output_reply(struct cli *cli, const struct command *command,
                 const struct reply *reply, const struct names *names);

/* True when the person wants JSON or tab lines: special renderings then leave
 * it to output_reply. */
bool output_is_for_programs(const struct cli *cli);

/* Before what a person reads: in a dry run says that nothing was written, for
 * what follows reads as if it had been. */
void output_dry_run(const struct cli *cli);

/* Prints RECORDS as one table. */
void output_table(struct cli *cli, const struct kith_record *records,
                  size_t count, const struct names *names);
/* Prints RECORD as lines "field  value", empty ones left out. */
void output_details(struct cli *cli, const struct kith_record *record,
                    const struct names *names);
/* A field as text, references as paths. */
const char *output_value(struct cli *cli, const struct kith_field *field,
                         const struct kith_field_info *info,
                         const struct names *names);

/* Sends ARGUMENTS as COMMAND says and prints the rows: what every command
 * without its own function does. */
int output_send(struct cli *cli, const struct command *command,
                const struct arguments *arguments);
/* The first half of it: builds, confirms, sends. Returns the exit code. */
int output_ask(struct cli *cli, const struct command *command,
               const struct arguments *arguments, struct reply *ret_reply);

/* Asks QUESTION on the terminal; true: yes. With --yes it is not asked; where
 * nobody can be asked the answer is no. */
bool output_confirm(const struct cli *cli, const char *question);

#endif
