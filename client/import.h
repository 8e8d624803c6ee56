/* import - a file of the outside world becomes records.
 *
 * Threads: one.
 */
#ifndef CLIENT_IMPORT_H
#define CLIENT_IMPORT_H

struct arguments;
struct cli;
struct command;

/* `import lifecycle`: reads, plans, posts in batches, reports findings. With
 * --dry-run it needs no daemon. Returns the exit code. */
int import_lifecycle(struct cli *cli, const struct command *command,
                     const struct arguments *arguments);

#endif
