/* options - one table of commands and one of options; help comes from them.
 *
 * Not here: what a command does.
 */
#include "core/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "kith/error.h"
#include "kith/nearest.h"

static const struct {
    const char *name;
    enum options_command command;
    const char *help;
} commands[] = {
    {"run", OPTIONS_RUN, "serve in the foreground (the default)"},
    {"init", OPTIONS_INIT, "make this company's identity and store"},
    {"check", OPTIONS_CHECK, "walk the whole store; exit 9 on damage"},
    {"rotate", OPTIONS_ROTATE, "replace keys of a stopped daemon, or its root"},
    {"backup", OPTIONS_BACKUP,
     "FOLDER: two sealed files, also of a running one"},
    {"restore", OPTIONS_RESTORE, "FOLDER: bring the store of a backup back"},
    {"recover", OPTIONS_RECOVER,
     "go on after a lost disk, with the recovery sheet alone"},
    {"version", OPTIONS_VERSION, "print the version"},
    {"help", OPTIONS_HELP, "print this"},
};

enum {
    COMMANDS = sizeof(commands) / sizeof(commands[0])
};

/* Letters that getopt hands back; none of them has a short form. */
enum letter {
    LETTER_CONFIG = 256,
    LETTER_PASSPHRASE_FILE,
    LETTER_PASSPHRASE,
    LETTER_COMPANY,
    LETTER_DATA,
    LETTER_LISTEN,
    LETTER_ANNOUNCE,
    LETTER_SOCKET,
    LETTER_SHEET,
    LETTER_PERSON,
    LETTER_ROLE,
    LETTER_KEY,
    LETTER_COMPROMISED,
    LETTER_LAST_GOOD,
    LETTER_LEAVE,
    LETTER_DRY_RUN,
    LETTER_NEXT_SHEET,
    LETTER_STORE,
    LETTER_CARD,
    LETTER_VERBOSE,
    LETTER_HELP
};

/* Commands that an option is for. */
enum only {
    ONLY_INIT = 1,
    ONLY_ROTATE = 2,
    ONLY_RESTORE = 4,
    ONLY_RECOVER = 8,
    ONLY_FOUND = ONLY_INIT | ONLY_RECOVER
};

static const struct {
    const char *name;
    const char *value; /* NULL: a flag */
    enum letter letter;
    unsigned only; /* enum only; 0: for every command */
    const char *help;
} table[] = {
    {"config", "PATH", LETTER_CONFIG, 0,
     "configuration file (/etc/kith/kith.conf)"},
    {"passphrase-file", "PATH", LETTER_PASSPHRASE_FILE, 0,
     "first line is the key file's passphrase; - is stdin"},
    {"verbose", NULL, LETTER_VERBOSE, 0, "log more"},
    {"help", NULL, LETTER_HELP, 0, "print this"},
    {"company", "NAME", LETTER_COMPANY, ONLY_FOUND, "name of the company"},
    {"data", "FOLDER", LETTER_DATA, ONLY_FOUND, "data folder (/var/lib/kith)"},
    {"listen", "URL", LETTER_LISTEN, ONLY_FOUND,
     "tcp://ADDRESS:PORT to listen on; may repeat"},
    {"announce", "URL", LETTER_ANNOUNCE, ONLY_FOUND,
     "tcp://HOST:PORT printed in the card; may repeat"},
    {"control-socket", "PATH", LETTER_SOCKET, ONLY_FOUND,
     "control socket (/run/kith/control.sock)"},
    {"role", "oem|ems|both", LETTER_ROLE, ONLY_FOUND,
     "what the card says of the company (both)"},
    {"person", "NAME", LETTER_PERSON, ONLY_FOUND,
     "name of the first person (your user name)"},
    {"sheet", "PATH", LETTER_SHEET, ONLY_FOUND | ONLY_ROTATE | ONLY_RESTORE,
     "recovery sheet (~/kith-recovery.txt)"},
    {"passphrase", NULL, LETTER_PASSPHRASE, ONLY_FOUND,
     "protect the key file by a passphrase"},
    {"key", "KEY", LETTER_KEY, ONLY_ROTATE,
     "log, receipt, statement, sealing, transport or root"},
    {"next-sheet", "PATH", LETTER_NEXT_SHEET, ONLY_ROTATE,
     "sheet of the next root, for --key root"},
    {"compromised", NULL, LETTER_COMPROMISED, ONLY_ROTATE,
     "the old key is in other hands: what is not receipted is refused"},
    {"last-good", "[P=]SIZE", LETTER_LAST_GOOD, ONLY_ROTATE,
     "with --compromised: last good size (of partner P); may repeat"},
    {"leave", "PARTNER", LETTER_LEAVE, ONLY_ROTATE,
     "use the new transport key without PARTNER; may repeat"},
    {"dry-run", NULL, LETTER_DRY_RUN, ONLY_ROTATE,
     "say whether it would work, change nothing"},
    {"store", "FILE", LETTER_STORE, ONLY_RESTORE,
     "this store file (the newest in FOLDER)"},
    {"card", "FILE", LETTER_CARD, ONLY_RECOVER,
     "this company's former card, as any partner has it"},
};

enum {
    OPTIONS = sizeof(table) / sizeof(table[0])
};

static enum kith_status refuse_command(const char *name, struct kith_error *err)
{
    const char *names[COMMANDS];
    char next[KITH_ERROR_NEXT_MAX];
    const char *near;

    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    near = kith_nearest(name, names, COMMANDS);
    (void)snprintf(next, sizeof(next), "kithd %s",
                   near == NULL ? "help" : near);
    return kith_fail(err, KITH_INVALID, "usage", next,
                     "unknown command '%.40s'", name);
}

static enum kith_status refuse_option(const char *word, struct kith_error *err)
{
    const char *names[OPTIONS];
    char name[64];
    char next[KITH_ERROR_NEXT_MAX];
    const char *near;

    for (size_t i = 0; i < OPTIONS; i++)
        names[i] = table[i].name;
    (void)snprintf(name, sizeof(name), "%.60s", word + strspn(word, "-"));
    name[strcspn(name, "=")] = '\0';
    near = kith_nearest(name, names, OPTIONS);
    (void)snprintf(next, sizeof(next), "%s%s",
                   near == NULL ? "kithd help" : "did you mean --",
                   near == NULL ? "" : near);
    return kith_fail(err, KITH_INVALID, "usage", next,
                     "cannot use the option '%.60s'", word);
}

static enum kith_status add(const char **list, size_t *n, const char *value,
                            const char *name, struct kith_error *err)
{
    if (*n == OPTIONS_LIST_MAX)
        return kith_fail(err, KITH_INVALID, "usage", "",
                         "--%s stands more than %d times", name,
                         OPTIONS_LIST_MAX);
    list[(*n)++] = value;
    return KITH_OK;
}

static enum kith_status take(struct options *options, int letter,
                             const char *value, struct kith_error *err)
{
    const char **texts[] = {
        [LETTER_CONFIG - LETTER_CONFIG] = &options->config,
        [LETTER_PASSPHRASE_FILE - LETTER_CONFIG] = &options->passphrase_file,
        [LETTER_COMPANY - LETTER_CONFIG] = &options->company,
        [LETTER_DATA - LETTER_CONFIG] = &options->data,
        [LETTER_SOCKET - LETTER_CONFIG] = &options->socket,
        [LETTER_SHEET - LETTER_CONFIG] = &options->sheet,
        [LETTER_NEXT_SHEET - LETTER_CONFIG] = &options->next_sheet,
        [LETTER_PERSON - LETTER_CONFIG] = &options->person,
        [LETTER_ROLE - LETTER_CONFIG] = &options->role,
        [LETTER_STORE - LETTER_CONFIG] = &options->store_file,
        [LETTER_CARD - LETTER_CONFIG] = &options->card,
    };

    switch (letter) {
    case LETTER_PASSPHRASE:
        options->passphrase = true;
        return KITH_OK;
    case LETTER_COMPROMISED:
        options->compromised = true;
        return KITH_OK;
    case LETTER_LAST_GOOD:
        return add(options->last_good, &options->n_last_good, value,
                   "last-good", err);
    case LETTER_LEAVE:
        return add(options->leave, &options->n_leave, value, "leave", err);
    case LETTER_DRY_RUN:
        options->dry_run = true;
        return KITH_OK;
    case LETTER_KEY:
        return add(options->keys, &options->n_keys, value, "key", err);
    case LETTER_VERBOSE:
        options->verbose = true;
        return KITH_OK;
    case LETTER_HELP:
        options->command = OPTIONS_HELP;
        return KITH_OK;
    case LETTER_LISTEN:
        return add(options->listen, &options->n_listen, value, "listen", err);
    case LETTER_ANNOUNCE:
        return add(options->announce, &options->n_announce, value, "announce",
                   err);
    default:
        *texts[letter - LETTER_CONFIG] = value;
        return KITH_OK;
    }
}

static bool is_for(int letter, enum options_command command)
{
    const unsigned mine = command == OPTIONS_INIT      ? ONLY_INIT
                          : command == OPTIONS_ROTATE  ? ONLY_ROTATE
                          : command == OPTIONS_RESTORE ? ONLY_RESTORE
                          : command == OPTIONS_RECOVER ? ONLY_RECOVER
                                                       : 0;

    if (command == OPTIONS_HELP)
        return true;
    for (size_t i = 0; i < OPTIONS; i++) {
        if ((int)table[i].letter == letter)
            return table[i].only == 0 || (table[i].only & mine) != 0;
    }
    return true;
}

static bool takes_folder(enum options_command command)
{
    return command == OPTIONS_BACKUP || command == OPTIONS_RESTORE;
}

/* The one word that is no option, wherever it stands. */
static enum kith_status take_folder(const char *word, struct options *options,
                                    struct kith_error *err)
{
    if (options->folder != NULL || word[0] == '\0')
        return kith_fail(err, KITH_INVALID, "usage", "kithd help",
                         "'%.60s' is not expected here: one folder is enough",
                         word);
    options->folder = word;
    return KITH_OK;
}

static enum kith_status read_options(int argc, char **argv,
                                     struct options *options,
                                     struct kith_error *err)
{
    struct option list[OPTIONS + 1];

    memset(list, 0, sizeof(list));
    for (size_t i = 0; i < OPTIONS; i++) {
        list[i].name = table[i].name;
        list[i].has_arg =
            table[i].value == NULL ? no_argument : required_argument;
        list[i].val = (int)table[i].letter;
    }
    opterr = 0;
    optind = 1;
    for (;;) {
        int at = optind;
        int letter = getopt_long(
            argc, argv, takes_folder(options->command) ? "-" : "+", list, NULL);

        if (letter == -1)
            break;
        if (letter == 1) {
            if (take_folder(optarg, options, err) != KITH_OK)
                return err->status;
            continue;
        }
        if (letter == '?' || !is_for(letter, options->command))
            return refuse_option(argv[at], err);
        if (take(options, letter, optarg, err) != KITH_OK)
            return err->status;
    }
    if (takes_folder(options->command) && optind < argc &&
        take_folder(argv[optind++], options, err) != KITH_OK)
        return err->status;
    if (takes_folder(options->command) && options->folder == NULL)
        return kith_fail(err, KITH_INVALID, "usage", "kithd help",
                         "name one folder: where the backup stands");
    if (optind < argc)
        return kith_fail(err, KITH_INVALID, "usage", "kithd help",
                         "'%.60s' is not expected here", argv[optind]);
    return KITH_OK;
}

enum kith_status options_read(int argc, char **argv,
                              struct options *ret_options,
                              struct kith_error *err)
{
    struct options options;
    enum kith_status status;

    memset(&options, 0, sizeof(options));
    options.command = OPTIONS_RUN;
    options.config = config_default_path();
    if (argc > 1 && argv[1][0] != '-') {
        size_t i = 0;

        while (i < COMMANDS && strcmp(commands[i].name, argv[1]) != 0)
            i++;
        if (i == COMMANDS)
            return refuse_command(argv[1], err);
        options.command = commands[i].command;
        argc--;
        argv++;
    }
    status = argc > 0 ? read_options(argc, argv, &options, err) : KITH_OK;
    if (status == KITH_OK)
        *ret_options = options;
    return status;
}

void options_help(void)
{
    (void)printf("kithd COMMAND [OPTION]...\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        (void)printf("  %-10s %s\n", commands[i].name, commands[i].help);
    (void)printf("\n");
    for (size_t i = 0; i < OPTIONS; i++) {
        char left[48];

        (void)snprintf(left, sizeof(left), "--%s%s%s", table[i].name,
                       table[i].value == NULL ? "" : " ",
                       table[i].value == NULL ? "" : table[i].value);
        (void)printf("  %-27s %s%s\n", left,
                     table[i].only == 0              ? ""
                     : table[i].only == ONLY_INIT    ? "init: "
                     : table[i].only == ONLY_ROTATE  ? "rotate: "
                     : table[i].only == ONLY_RESTORE ? "restore: "
                     : table[i].only == ONLY_RECOVER ? "recover: "
                     : table[i].only == ONLY_FOUND
                         ? "init, recover: "
                         : "init, recover, rotate, restore: ",
                     table[i].help);
    }
}
