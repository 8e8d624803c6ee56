/* upgrade - see the header. Not here: how rows change (store/migrate_steps.c).
 */
#include "core/upgrade.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/process.h"
#include "store/migrate.h"

enum {
    TELL_MS = 5000 /* between two lines of progress */
};

struct telling {
    int64_t begun_ms, told_ms; /* boot milliseconds */
};

static void ask_patience(void)
{
    process_tell_systemd("STATUS=migrating the store\n"
                         "EXTEND_TIMEOUT_USEC=60000000");
}

static void tell_begun(void *context, uint32_t from, uint64_t rows)
{
    struct telling *telling = context;

    telling->begun_ms = telling->told_ms = clock_boot_ms();
    log_event(LOG_LEVEL_INFO, "store.migrating", "from", log_number(from).text,
              "to", log_number(STORE_SCHEMA).text, "rows",
              log_number((int64_t)rows).text, NULL);
    ask_patience();
}

static void tell_progress(void *context, uint64_t done, uint64_t total)
{
    struct telling *telling = context;
    const int64_t now = clock_boot_ms();

    if (now - telling->told_ms < TELL_MS)
        return;
    telling->told_ms = now;
    log_event(LOG_LEVEL_INFO, "store.migrating", "done",
              log_number((int64_t)done).text, "of",
              log_number((int64_t)total).text, NULL);
    ask_patience();
}

enum kith_status upgrade_store(const struct store_options *options,
                               struct kith_error *err)
{
    struct telling telling = {0, 0};
    const struct store_migrate_hooks hooks = {tell_begun, tell_progress,
                                              &telling};
    uint32_t from = STORE_SCHEMA;
    enum kith_status status = store_migrate(options, &hooks, &from, err);

    if (status == KITH_OK && from != STORE_SCHEMA)
        log_event(LOG_LEVEL_INFO, "store.migrated", "from",
                  log_number(from).text, "to", log_number(STORE_SCHEMA).text,
                  "ms", log_number(clock_boot_ms() - telling.begun_ms).text,
                  NULL);
    return status;
}
