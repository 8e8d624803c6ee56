/* options - the command line of kithd.
 *
 * Threads: main thread.
 */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "kith/limits.h"
#include "kith/status.h"

struct kith_error;

enum {
    OPTIONS_LIST_MAX = 32 /* times that one option may stand */
};

enum options_command {
    OPTIONS_RUN = 1,
    OPTIONS_INIT,
    OPTIONS_CHECK,
    OPTIONS_ROTATE,
    OPTIONS_BACKUP,
    OPTIONS_RESTORE,
    OPTIONS_RECOVER,
    OPTIONS_VERSION,
    OPTIONS_HELP
};

struct options {
    enum options_command command;
    const char *config;          /* path; never NULL */
    const char *passphrase_file; /* path, "-" for stdin; NULL: ask a terminal
                                    when one is needed */
    bool verbose;
    /* init */
    const char *company; /* NULL: from the configuration */
    const char *data;
    const char *listen[OPTIONS_LIST_MAX];
    size_t n_listen;
    const char *announce[OPTIONS_LIST_MAX];
    size_t n_announce;
    const char *socket;
    const char *sheet;  /* path of the recovery sheet */
    const char *person; /* name of the first person; NULL: the user's */
    const char *role;   /* "oem", "ems" or "both" */
    bool passphrase;    /* protect the key file */
    /* rotate; its sheet is above */
    const char *keys[OPTIONS_LIST_MAX]; /* "log", "receipt" ... */
    size_t n_keys;
    bool compromised;
    const char *next_sheet;                  /* of the next root; NULL: none */
    const char *last_good[OPTIONS_LIST_MAX]; /* "SIZE" or "PARTNER=SIZE" */
    size_t n_last_good;
    const char *leave[OPTIONS_LIST_MAX]; /* partners left behind */
    size_t n_leave;
    bool dry_run;
    /* backup, restore */
    const char *folder;     /* of the two files; never NULL for these two */
    const char *store_file; /* restore: NULL: the newest in the folder */
    /* recover; the rest as init, its sheet is the one that is read */
    const char *card; /* of before; NULL: none */
};

/* Reads ARGV. KITH_INVALID: something typed is wrong; ERR says what, and what
 * was likely meant. Texts are borrowed from ARGV. */
enum kith_status options_read(int argc, char **argv,
                              struct options *ret_options,
                              struct kith_error *err) KITH_MUST_CHECK;
/* Prints what there is, one screen. */
void options_help(void);

#endif
