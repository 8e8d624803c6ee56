/* check - opens the key file, then lets a worker walk the store.
 *
 * LMDB trusts its pages: a torn one may kill the process that reads it. The
 * walk therefore runs in a child, and a child that dies counts as damage.
 * Not here: what is checked (store_check).
 */
#include "core/check.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/config.h"
#include "base/config_load.h"
#include "base/keyfile.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/passphrase.h"
#include "kith/error.h"
#include "store/store.h"

static void print_finding(void *context, const char *sentence)
{
    (void)context;
    (void)printf("damaged: %s\n", sentence);
    (void)fflush(stdout);
}

static void print_progress(void *context, uint64_t done, uint64_t total)
{
    (void)context;
    if (total > 0)
        (void)fprintf(stderr, "\rchecking %3" PRIu64 " %%",
                      done >= total ? 100 : done * 100 / total);
}

/* In the worker. Returns its exit code. */
static int walk(const struct store_options *options, bool quiet)
{
    struct store_check_hooks hooks = {quiet ? NULL : print_finding, NULL, NULL};
    struct store_check_report report = {0};
    struct kith_error err;
    enum kith_status status;

    kith_error_clear(&err);
    if (isatty(STDERR_FILENO) == 1)
        hooks.progress = print_progress;
    status = store_check(options, &hooks, &report, &err);
    if (hooks.progress != NULL)
        (void)fprintf(stderr, "\n");
    if (quiet && (status == KITH_OK || report.findings > 0))
        return kith_status_exit(status);
    if (status == KITH_DAMAGED && report.findings > 0) {
        (void)printf("%" PRIu64 " faults found. Leave the folder as it is; "
                     "what the partners were told, they still hold.\n",
                     report.findings);
        return kith_status_exit(status);
    }
    if (status != KITH_OK) {
        (void)kith_fail(&err, status, "check",
                        status == KITH_BUSY ? "stop kithd first" : "",
                        "the store cannot be checked (%s)",
                        kith_status_name(status));
        return outcome_print(&err);
    }
    (void)printf("store good: %" PRIu64 " rows, %" PRIu64 " entries, %" PRIu64
                 " records, %" PRIu64 " notes, %" PRIu64 " slots\n",
                 report.rows, report.entries, report.records, report.notes,
                 report.slots);
    return 0;
}

int check_in_worker(const struct store_options *options, bool quiet)
{
    pid_t worker;
    int result = 0;

    (void)fflush(NULL);
    worker = fork();
    if (worker == 0) {
        int code = walk(options, quiet);

        (void)fflush(NULL);
        _exit(code);
    }
    if (worker < 0)
        return 1;
    while (waitpid(worker, &result, 0) < 0) {
        if (errno != EINTR)
            return 1;
    }
    if (WIFEXITED(result))
        return WEXITSTATUS(result);
    if (!quiet)
        (void)printf("damaged: a page of the store cannot be read at all\n");
    return kith_status_exit(KITH_DAMAGED);
}

int check(const struct options *options)
{
    struct kith_error err;
    struct config *config = NULL;
    struct keyfile *keys = NULL;
    struct passphrase passphrase = {NULL, 0};
    struct store_options store = {0};
    enum kith_status status;
    int code = 0;

    kith_error_clear(&err);
    status = config_load(options->config, &config, &err);
    if (status == KITH_OK && keyfile_is_locked(config->key))
        status =
            passphrase_read(options->passphrase_file, false, &passphrase, &err);
    if (status == KITH_OK)
        status = keyfile_open(config->key, passphrase.text, passphrase.len,
                              &keys, &err);
    passphrase_clear(&passphrase);
    if (status != KITH_OK) {
        code = outcome_print(&err);
        goto out;
    }
    store.dir = config->data;
    store.map_bytes = config->store_map;
    memcpy(store.store_key, keys->store_key, STORE_KEY_LEN);
    memcpy(store.master_key, keys->master_key, STORE_KEY_LEN);
    code = check_in_worker(&store, false);
out:
    sodium_memzero(&store, sizeof(store));
    keyfile_destroy(&keys);
    config_destroy(&config);
    return code;
}
