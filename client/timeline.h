/* timeline - milestones in time and revisions, as text.
 *
 * Threads: one.
 */
#ifndef CLIENT_TIMELINE_H
#define CLIENT_TIMELINE_H

struct arguments;
struct cli;
struct command;

/* Functions of commands; both return the exit code. */
int timeline_run(struct cli *cli, const struct command *command,
                 const struct arguments *arguments);
int timeline_log(struct cli *cli, const struct command *command,
                 const struct arguments *arguments);

#endif
