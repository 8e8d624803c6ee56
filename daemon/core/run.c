/* run - the life of kithd: open, serve, drain, close.
 *
 * Everything is opened before the loop is entered. Not here: what a round does
 * (round.c).
 */
#include "core/run.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/config_load.h"
#include "base/keyfile.h"
#include "base/log.h"
#include "core/child.h"
#include "core/control.h"
#include "core/daemon.h"
#include "core/destroy.h"
#include "core/links.h"
#include "core/loop.h"
#include "core/net.h"
#include "core/notices.h"
#include "core/notifier.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/passphrase.h"
#include "core/process.h"
#include "core/refusals.h"
#include "core/reload.h"
#include "core/round.h"
#include "core/understand.h"
#include "core/transport.h"
#include "core/wall.h"
#include "core/watch.h"
#include "kith/error.h"
#include "store/store.h"

enum {
    TEND_MS = 60000, /* housekeeping of the store */
    LIMIT_MS = 1000, /* how full the store is, at most so often */
    DRAIN_MS = 2000  /* at most, for answers that wait at the end */
};

/* Deadlines of the loop's own work, boot milliseconds. */
struct due {
    int64_t tend;
    int64_t limit;
    int64_t watchdog;
};

/* Asks for a passphrase only when the key file wants one. */
static enum kith_status open_daemon(const struct options *options,
                                    struct config **take_config,
                                    struct daemon **ret_daemon,
                                    struct kith_error *err)
{
    struct passphrase passphrase = {NULL, 0};
    struct daemon_secret secret;
    enum kith_status status = KITH_OK;

    if (keyfile_is_locked((*take_config)->key))
        status =
            passphrase_read(options->passphrase_file, false, &passphrase, err);
    secret.passphrase = passphrase.text;
    secret.len = passphrase.len;
    if (status == KITH_OK)
        status = daemon_open(take_config, &secret, ret_daemon, err);
    passphrase_clear(&passphrase);
    return status;
}

/* A new kith-notify: names are looked up and notices handed over again. */
static void begin_anew(struct daemon *daemon)
{
    links_mark_all(daemon);
    notices_again(daemon);
}

static enum kith_status open_loop(struct daemon *daemon, struct kith_error *err)
{
    static const struct net_hooks net_hooks = {links_mark_all, links_take,
                                               links_down};
    static const struct notifier_hooks notifier_hooks = {begin_anew,
                                                         links_addresses};
    enum kith_status status = loop_new(&daemon->loop);

    if (status == KITH_OK)
        status = links_new(&daemon->links);
    if (status == KITH_OK)
        status = net_new(daemon, &net_hooks, &daemon->net);
    if (status == KITH_OK)
        status = notices_new(&daemon->notices);
    if (status == KITH_OK)
        status = refusals_new(&daemon->refusals);
    if (status == KITH_OK)
        status = notifier_new(daemon, &notifier_hooks, &daemon->notifier);
    if (status == KITH_OK)
        status =
            control_open(daemon->loop, daemon->config, &daemon->control, err);
    if (status != KITH_OK)
        status = kith_fail(err, status, "start", "", "kithd cannot start: %s",
                           kith_status_name(status));
    daemon->arrange_all = true;
    return status;
}

static void close_all(struct daemon **daemon)
{
    if (*daemon == NULL)
        return;
    control_close(&(*daemon)->control);
    net_destroy(&(*daemon)->net);
    notifier_destroy(&(*daemon)->notifier);
    notices_destroy(&(*daemon)->notices);
    refusals_destroy(&(*daemon)->refusals);
    links_destroy(&(*daemon)->links);
    loop_destroy(&(*daemon)->loop);
    daemon_close(daemon);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Starts what is due; says when to look again. */
static int64_t tick(struct daemon *daemon, struct due *due)
{
    int64_t now = clock_boot_ms();
    int64_t watchdog_ms = process_watchdog_ms();
    int64_t next = least(child_tick(net_child(daemon->net), now),
                         child_tick(notifier_child(daemon->notifier), now));

    next = least(next, control_tick(daemon->control, now));
    if (due->tend <= now) {
        if (store_tend(daemon->store) != KITH_OK)
            log_event(LOG_LEVEL_WARN, "store.tend", NULL);
        due->tend = now + TEND_MS;
    }
    if (due->limit <= now) {
        daemon_limit(daemon);
        due->limit = now + LIMIT_MS;
    }
    if (watchdog_ms > 0 && due->watchdog <= now) {
        process_tell_systemd("WATCHDOG=1");
        due->watchdog = now + watchdog_ms;
    }
    next = least(next, due->tend);
    if (watchdog_ms > 0)
        next = least(next, due->watchdog);
    next = least(next, notices_deadline(daemon));
    next = least(next, daemon->destroy_at_ms);
    next = least(next, refusals_deadline(daemon));
    next = least(next, transport_deadline(daemon));
    return least(next, links_deadline(daemon));
}

/* kith-net hears of changed links only when they are on disk. */
static void arrange(struct daemon *daemon)
{
    bool all = daemon->arrange_all;
    enum kith_status status;

    if (!daemon->arrange && !all)
        return;
    daemon->arrange = false;
    daemon->arrange_all = false;
    status = links_arrange(daemon, all);
    if (status != KITH_OK)
        log_event(LOG_LEVEL_ERROR, "links.arrange", "why",
                  kith_status_name(status), NULL);
}

static void take_signals(struct daemon *daemon,
                         const struct loop_signals *signals)
{
    if (signals->child) {
        child_reap(net_child(daemon->net));
        child_reap(notifier_child(daemon->notifier));
    }
    if (signals->reload) {
        process_tell_systemd("RELOADING=1");
        reload_by_signal(daemon);
        process_tell_systemd("READY=1");
    }
}

static enum kith_status serve(struct daemon *daemon)
{
    struct due due = {.tend = clock_boot_ms() + TEND_MS};
    enum kith_status status = KITH_OK;
    bool held = false; /* frames of kith-net were left where they are */

    while (status == KITH_OK && !daemon->must_exit) {
        struct loop_signals signals = {false, false, false};
        int64_t deadline = tick(daemon, &due);

        if (daemon->arrange || daemon->arrange_all || held)
            deadline = 0;
        status = loop_wait(daemon->loop, deadline, &signals);
        daemon->now = clock_read();
        wall_look(daemon);
        take_signals(daemon, &signals);
        if (signals.stop)
            return KITH_OK;
        held = links_full(daemon);
        if (!held)
            child_deliver(net_child(daemon->net));
        child_deliver(notifier_child(daemon->notifier));
        round_run(daemon);
        destroy_run(daemon);
        arrange(daemon);
        if (transport_run(daemon))
            child_restart(net_child(daemon->net));
        watch_run(daemon);
        notices_run(daemon);
        refusals_run(daemon);
    }
    return status == KITH_OK ? KITH_IO : status;
}

/* Lets answers out that were promised; nothing new is taken. */
static void drain(struct daemon *daemon)
{
    int64_t until = clock_boot_ms() + DRAIN_MS;

    while (!control_drain(daemon->control) && clock_boot_ms() < until) {
        struct loop_signals signals;

        if (loop_wait(daemon->loop, until, &signals) != KITH_OK)
            break;
    }
}

/* What the store says of before: whether time is in doubt, and what a version
 * that knew less did not understand. */
static enum kith_status open_state(struct daemon *daemon,
                                   struct kith_error *err)
{
    struct store_txn *txn = NULL;
    enum kith_status status = store_begin(daemon->store, false, &txn);

    if (status == KITH_OK)
        status = wall_open(daemon, txn);
    store_abort(&txn);
    if (status == KITH_OK)
        status = transport_open(daemon);
    if (status != KITH_OK)
        return kith_fail(err, status, "store", "kith check",
                         "the store does not say whether time is in doubt, or "
                         "which transport key is in use");
    understand_again(daemon);
    return KITH_OK;
}

static int serve_until_stopped(struct daemon *daemon)
{
    char id[KITH_COMPANY_SHORT_SIZE];
    enum kith_status status;

    process_warn_unlocked();
    kith_company_id_short(&daemon->company.id, id);
    log_event(LOG_LEVEL_INFO, "daemon.started", "version", DAEMON_VERSION,
              "company", daemon->company.name, "id", id, NULL);
    process_tell_systemd("READY=1");
    status = serve(daemon);
    process_tell_systemd("STOPPING=1");
    if (!daemon->must_exit)
        drain(daemon);
    log_event(LOG_LEVEL_INFO, "daemon.stopped", "why",
              status == KITH_OK ? "asked" : kith_status_name(status), NULL);
    return status == KITH_OK ? 0 : 1;
}

int run(const struct options *options)
{
    struct kith_error err;
    struct config *config = NULL;
    struct daemon *daemon = NULL;
    int code;

    kith_error_clear(&err);
    if (options->verbose)
        log_set_level(LOG_LEVEL_DEBUG);
    process_warn_root();
    (void)signal(SIGPIPE, SIG_IGN);
    if (config_load(options->config, &config, &err) != KITH_OK ||
        open_daemon(options, &config, &daemon, &err) != KITH_OK ||
        open_state(daemon, &err) != KITH_OK ||
        open_loop(daemon, &err) != KITH_OK)
        code = outcome_print(&err);
    else
        code = serve_until_stopped(daemon);
    close_all(&daemon);
    config_destroy(&config);
    return code;
}
