/* help - what kith says of itself, made of the command table.
 *
 * Threads: one.
 */
#ifndef CLIENT_HELP_H
#define CLIENT_HELP_H

struct cli;
struct command;

/* Print on standard output; return EXIT_DONE, or EXIT_USAGE for a noun that
 * does not exist. */
int help_overview(struct cli *cli);
int help_noun(struct cli *cli, const char *noun);
int help_command(struct cli *cli, const struct command *command);
/* One example of each command. */
int help_cheat(struct cli *cli);
/* The manual page of NOUN as scdoc; of the whole program for "kith". */
int help_manual(struct cli *cli, const char *noun);

#endif
