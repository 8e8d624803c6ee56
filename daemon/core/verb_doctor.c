/* verb_doctor - looks at what usually goes wrong and says what to do.
 *
 * Only what kithd itself can know; what it cannot, it calls unknown (inv. 10).
 */
#include "core/verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/config.h"
#include "base/keyfile.h"
#include "core/call.h"
#include "core/child.h"
#include "core/daemon.h"
#include "core/doctor_dates.h"
#include "core/net.h"
#include "core/notifier.h"
#include "core/links.h"
#include "core/link_words.h"
#include "kith/card.h"
#include "kith/rows.h"
#include "store/logs.h"
#include "store/store.h"

enum {
    DISK_FULL_MB = 4,
    DISK_LOW_MB = 256
};

static void add_check(struct call *call, const char *check,
                      enum kith_check_result result, const char *text,
                      const char *next)
{
    call_row_start(call);
    call_put_text(call, KITH_CHECK_ROW_CHECK, check);
    kith_build_choice(&call->builder, KITH_CHECK_ROW_RESULT, result);
    call_put_text(call, KITH_CHECK_ROW_TEXT, text);
    call_put_text(call, KITH_CHECK_ROW_NEXT, next);
    call_row_end(call);
    if (result == KITH_CHECK_WARN || result == KITH_CHECK_FAIL)
        call->warnings = true;
}

/* The wall clock against the boot clock since the start. */
static void check_clock(struct daemon *daemon, struct call *call)
{
    int64_t wall_ms = daemon->now.wall_ms - daemon->started.wall_ms;
    int64_t boot_ms = daemon->now.boot_ms - daemon->started.boot_ms;
    int64_t jump_s = (wall_ms - boot_ms) / 1000;
    char text[120];

    (void)snprintf(text, sizeof(text),
                   "jumped by %" PRId64 " s since kithd started", jump_s);
    if (daemon->time_doubted)
        add_check(call, "clock", KITH_CHECK_FAIL,
                  "in doubt: what hangs on a date waits",
                  "set the clock, then kith clock confirm");
    else if (jump_s > 3600 || jump_s < -3600)
        add_check(call, "clock", KITH_CHECK_WARN, text, "check the clock");
    else
        add_check(call, "clock", KITH_CHECK_OK, "steady since kithd started",
                  NULL);
}

static enum kith_status check_store(struct daemon *daemon, struct call *call)
{
    struct store_size size;
    char text[120];
    enum kith_status status = store_size(daemon->store, &size);
    uint64_t percent;

    if (status != KITH_OK)
        return status;
    percent = size.map_bytes == 0 ? 0 : size.used_bytes * 100 / size.map_bytes;
    (void)snprintf(text, sizeof(text), "%" PRIu64 " of %" PRIu64 " MB used",
                   size.used_bytes / (1024 * 1024),
                   size.map_bytes / (1024 * 1024));
    add_check(call, "store", percent > 80 ? KITH_CHECK_WARN : KITH_CHECK_OK,
              text, percent > 80 ? "raise store_map in kith.conf" : NULL);
    return KITH_OK;
}

/* What the file system of the data folder still takes. */
static void check_disk(struct daemon *daemon, struct call *call)
{
    struct statvfs disk;
    char text[120];
    uint64_t free_mb;

    if (statvfs(daemon->config->data, &disk) != 0)
        return;
    free_mb = (uint64_t)disk.f_bavail * disk.f_frsize / (1024 * 1024);
    (void)snprintf(text, sizeof(text), "%" PRIu64 " MB free", free_mb);
    if (free_mb < DISK_FULL_MB)
        add_check(call, "disk", KITH_CHECK_FAIL, text,
                  "make room: nothing can be stored");
    else if (free_mb < DISK_LOW_MB)
        add_check(call, "disk", KITH_CHECK_WARN, text, "make room soon");
    else
        add_check(call, "disk", KITH_CHECK_OK, text, NULL);
}

static void check_key(struct daemon *daemon, struct call *call)
{
    if (daemon->config->key_is_credential ||
        keyfile_is_locked(daemon->config->key))
        add_check(call, "key file", KITH_CHECK_OK, "protected", NULL);
    else
        add_check(call, "key file", KITH_CHECK_WARN,
                  "not protected: a thief of this disk gets everything",
                  "protect it by a systemd credential");
}

static void check_network(struct daemon *daemon, struct call *call)
{
    char text[KITH_REASON_MAX];

    if (!child_runs(net_child(daemon->net)) ||
        (daemon->config->n_listen > 0 && net_bound(daemon->net)[0] == '\0')) {
        add_check(call, "network", KITH_CHECK_FAIL,
                  "kith-net does not run or cannot listen",
                  "look at kithd's log");
        return;
    }
    if (daemon->config->n_listen == 0) {
        add_check(call, "network", KITH_CHECK_OK, "dials only, listens nowhere",
                  NULL);
        return;
    }
    (void)snprintf(text, sizeof(text), "listens on %.380s",
                   net_bound(daemon->net));
    add_check(call, "network", KITH_CHECK_OK, text, NULL);
    add_check(call, "reachable from outside", KITH_CHECK_UNKNOWN,
              "not known until a partner connects", NULL);
}

static void check_channels(struct daemon *daemon, struct call *call)
{
    int landlock = notifier_landlock(daemon->notifier);
    char text[120];

    if (daemon->config->n_channels == 0) {
        add_check(call, "channels", KITH_CHECK_OK, "none set", NULL);
    } else if (landlock < 0) {
        add_check(call, "channels", KITH_CHECK_FAIL, "kith-notify does not run",
                  "look at kithd's log");
    } else if (landlock == 0) {
        add_check(call, "channels", KITH_CHECK_FAIL,
                  "this kernel has no Landlock: file and exec channels are "
                  "refused",
                  "use a kernel from 5.13 on");
    } else {
        (void)snprintf(text, sizeof(text), "%zu, Landlock level %d",
                       daemon->config->n_channels, landlock);
        add_check(call, "channels", KITH_CHECK_OK, text, "kith notify test");
    }
}

static enum kith_status check_card(struct daemon *daemon, struct call *call)
{
    struct kith_card card;
    enum kith_status status =
        kith_card_read(kith_buf_bytes(&daemon->company.card), &card);

    if (status != KITH_OK)
        return status;
    if (kith_card_in_time(&card, (uint64_t)call->act.now) == KITH_CARD_VALID)
        add_check(call, "card", KITH_CHECK_OK, "valid", NULL);
    else
        add_check(call, "card", KITH_CHECK_WARN, "out of its time",
                  "make a new card with the recovery sheet");
    return KITH_OK;
}

static enum kith_status check_partners(struct daemon *daemon, struct call *call)
{
    struct store_link link = {0};

    for (;;) {
        struct link_view view;
        struct links_trouble trouble;
        char check[KITH_NAME_MAX + 1];
        char skew[LINK_WORDS_SKEW_SIZE];
        enum kith_status status =
            store_link_next(call->act.txn, link.number, &link);

        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status != KITH_OK)
            return status;
        if (link.removed || link.paused)
            continue;
        memset(&view, 0, sizeof(view));
        memset(&trouble, 0, sizeof(trouble));
        (void)links_look(daemon, link.number, &view, &trouble);
        (void)snprintf(check, sizeof(check), "partner %.100s", link.alias);
        if (view.phase == LINK_PHASE_OPEN &&
            link_words_skew(&view, skew, sizeof(skew)) != NULL)
            add_check(call, check, KITH_CHECK_WARN, skew,
                      "compare both clocks with the time of day");
        else if (view.phase == LINK_PHASE_OPEN)
            add_check(call, check, KITH_CHECK_OK, "connected", NULL);
        else {
            struct link_words words;

            link_words(daemon, &link, &words);
            add_check(call, check, KITH_CHECK_WARN, words.link,
                      "kith partner list");
        }
    }
}

enum kith_status verb_doctor(struct daemon *daemon, struct call *call)
{
    enum kith_status status;

    check_clock(daemon, call);
    status = check_store(daemon, call);
    if (status != KITH_OK)
        return status;
    check_disk(daemon, call);
    check_key(daemon, call);
    check_network(daemon, call);
    check_channels(daemon, call);
    status = check_card(daemon, call);
    if (status == KITH_OK)
        status = check_partners(daemon, call);
    return status == KITH_OK ? doctor_dates(call) : status;
}
