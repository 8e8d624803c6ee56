/* timeline - milestones in time and revisions, as text.
 *
 * Threads: one.
 */
#ifndef CLIENT_TIMELINE_H
#define CLIENT_TIMELINE_H

struct arguments;
struct cli;
struct command;
struct reply;

/* Functions of commands; both return the exit code. */
int timeline_run(struct cli *cli, const struct command *command,
                 const struct arguments *arguments);
int timeline_log(struct cli *cli, const struct command *command,
                 const struct arguments *arguments);

/* Prints timeline rows, which stand in the order of owner, project and
 * generation, under a heading for each. */
void timeline_print(struct cli *cli, const struct reply *reply);

#endif
