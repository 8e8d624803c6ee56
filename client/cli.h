/* cli - what every command of the client is given: options and streams.
 *
 * Owns: the arena, the streams are the process's. Warnings are collected so
 * that JSON can carry them.
 * Threads: one.
 */
#ifndef CLIENT_CLI_H
#define CLIENT_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "kith/status.h"

struct kith_arena;
struct kith_error;

/* Exit codes (`kith help` lists them); the one of a status is given by
 * kith_status_exit. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_WARNINGS = 3, /* partly done, or done with warnings */
    EXIT_NO_DAEMON = 4,
    EXIT_DENIED = 5,
    EXIT_NOT_FOUND = 6,
    EXIT_CONFLICT = 7,
    EXIT_TIMEOUT = 8,
    EXIT_DAMAGED = 9,
    EXIT_UNTRUSTED = 10,
    EXIT_INTERRUPTED = 130
};

enum {
    CLI_WARNINGS_MAX = 64
};

struct cli {
    struct kith_arena *arena; /* everything kept until exit */
    FILE *out, *err;
    bool json, plain, quiet, verbose, utc, yes, dry_run, no_input;
    bool color;            /* colours may be used on `out` */
    bool interactive;      /* standard input and error are a terminal */
    size_t width;          /* columns of `out`; 0: not a terminal */
    const char *socket;    /* path of the control socket */
    const char *as_person; /* --as, or NULL */
    unsigned timeout_ms;   /* for one request */
    const char *warnings[CLI_WARNINGS_MAX];
    size_t n_warnings;
};

/* Remembers a warning; it is printed at the end and makes exit code 3. */
void cli_warn(struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Says something on standard error, not with -q. */
void cli_say(const struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints ERROR on standard error, as text or JSON; returns its exit code. */
int cli_fail(const struct cli *cli, const struct kith_error *error);
/* The same for an error of usage: exit code 2. NEXT may be NULL. */
int cli_usage(const struct cli *cli, const char *next, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Prints the warnings unless JSON has carried them; EXIT_DONE or
 * EXIT_WARNINGS. */
int cli_finish(const struct cli *cli);

/* Start and end of a colour, or "" when there are none. */
enum cli_color {
    CLI_BOLD,
    CLI_RED,
    CLI_YELLOW,
    CLI_GREEN,
    CLI_DIM
};
const char *cli_color(const struct cli *cli, enum cli_color color);
const char *cli_plain(const struct cli *cli);

#endif
