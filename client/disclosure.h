/* disclosure - what a partner would get, in sentences.
 *
 * Threads: one.
 */
#ifndef CLIENT_DISCLOSURE_H
#define CLIENT_DISCLOSURE_H

#include <stddef.h>

struct cli;
struct command;
struct reply;

/* Prints the disclosure rows among REPLY, a sentence for each partner:
 * "northwind would see: 1 project (name, title), 1 milestone (planned). Not:
 * note." Rows of other kinds are passed over; returns how many there were. */
size_t disclosure_print(struct cli *cli, const struct reply *reply);

/* A dry run of a write: sentences, JSON or tab lines. Returns the exit code.
 */
int disclosure_output(struct cli *cli, const struct command *command,
                      const struct reply *reply);

#endif
