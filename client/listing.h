/* listing - business records of one kind as a table.
 *
 * Threads: one.
 */
#ifndef CLIENT_LISTING_H
#define CLIENT_LISTING_H

struct arguments;
struct cli;
struct command;

/* Lists the kind that the noun of COMMAND names ("project list"); references
 * are shown as paths. Returns the exit code. */
int listing_run(struct cli *cli, const struct command *command,
                const struct arguments *arguments);
/* Shows one record or item, which is a read that the daemon logs. */
int listing_show(struct cli *cli, const struct command *command,
                 const struct arguments *arguments);

#endif
