/* load - posts changes of 250 bytes to a company and waits for the receipt.
 *
 * usage: load bulk   SOCKET PROJECT COUNT BATCH
 *        load single SOCKET PROJECT COUNT RATE PARTNER-SOCKET
 *
 * Responsible for: the traffic of bench.py, and its times. Each change is a
 * message about PROJECT, as `kith post` makes it. Bulk posts BATCH changes a
 * request over two connections in turn: one batch is made while the daemon
 * works on the other. Single posts RATE a second, one at a time, and asks the partner
 * when it has processed the change and ourselves when its receipt is here.
 * Not here: CPU, disk and wire, which bench.py reads of the daemons.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control.h"
#include "kith/control.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "kith/sign.h"
#include "kith/verbs.h"

enum {
    TEXT_LEN = 200,       /* bytes; with its head a change has 250 */
    FIELDS = 3,           /* of one message */
    COUNT_MAX = 2000000,  /* changes */
    SINGLES_MAX = 100000, /* changes posted one at a time */
    WAIT_S = 300,         /* for a receipt, then the run has failed */
    BULK_POLL_US = 2000,
    SINGLE_POLL_US = 50
};

struct change {
    struct kith_field fields[FIELDS];
    char text[TEXT_LEN + 1];
};

struct load {
    struct control own;    /* who posts */
    struct control second; /* bulk: the same; single: the partner's */
    const char *project;
    long count;
    struct change *changes;      /* BATCH of them */
    struct kith_record *records; /* the same, as records */
    uint64_t made;               /* changes made so far */
};

/* Times of one single change, seconds since it was posted. */
struct single {
    double answered;  /* durable here */
    double processed; /* durable at the partner */
    double receipted; /* and its receipt here */
};

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void sleep_s(double seconds)
{
    struct timespec pause;

    if (seconds <= 0)
        return;
    pause.tv_sec = (time_t)seconds;
    pause.tv_nsec = (long)((seconds - (double)pause.tv_sec) * 1e9);
    nanosleep(&pause, NULL);
}

/* No two changes are alike. */
static void make_change(struct load *load, long at)
{
    struct change *change = &load->changes[at];
    struct kith_record *record = &load->records[at];
    int len = snprintf(change->text, sizeof(change->text),
                       "pull-in %" PRIu64 " pcs, approved by planner %" PRIu64
                       "; see allocation memo ",
                       load->made * 7 % 9001, load->made % 211);

    memset(change->text + len, 'a' + (int)(load->made % 26),
           (size_t)(TEXT_LEN - len));
    load->made++;
    memset(change->fields, 0, sizeof(change->fields));
    change->fields[0].number = KITH_MESSAGE_ABOUT;
    change->fields[0].type = KITH_VALUE_TEXT;
    change->fields[0].bytes = kith_bytes_of(load->project);
    change->fields[1].number = KITH_MESSAGE_TYPE;
    change->fields[1].type = KITH_VALUE_CHOICE;
    change->fields[1].value = KITH_MESSAGE_INFO;
    change->fields[2].number = KITH_MESSAGE_TEXT;
    change->fields[2].type = KITH_VALUE_TEXT;
    change->fields[2].bytes =
        (struct kith_bytes){(const uint8_t *)change->text, TEXT_LEN};
    memset(record, 0, sizeof(*record));
    record->kind = KITH_KIND_MESSAGE;
    record->label = KITH_LABEL_INTERNAL;
    record->fields = change->fields;
    record->n_fields = FIELDS;
}

static int send_changes(struct load *load, struct control *control, long n)
{
    for (long i = 0; i < n; i++)
        make_change(load, i);
    return control_send(control, KITH_VERB_POST, load->records, (size_t)n);
}

/* Posts all changes, BATCH a request; each is durable when it returns. */
static int post_all(struct load *load, long batch)
{
    struct control *lanes[2] = {&load->own, &load->second};
    const long batches = (load->count + batch - 1) / batch;
    struct kith_control_answer answer;

    for (long i = 0; i < batches + 2; i++) {
        const long left = load->count - i * batch;

        if (i >= 2 && i - 2 < batches &&
            control_receive(lanes[i % 2], &answer) != 0)
            return -1;
        if (i < batches &&
            send_changes(load, lanes[i % 2], left < batch ? left : batch) != 0)
            return -1;
    }
    return 0;
}

/* A number of the row of the only partner. */
static int ask(struct control *control, uint32_t field, int64_t *ret_value)
{
    struct kith_control_answer answer;

    if (control_call(control, KITH_VERB_PARTNER_LIST, NULL, 0, &answer) != 0)
        return -1;
    if (answer.n_records != 1) {
        fprintf(stderr, "load: exactly one partner is expected\n");
        return -1;
    }
    *ret_value = kith_record_value(&answer.records[0], field, 0);
    return 0;
}

/* Waits until that number is at least TARGET. */
static int wait_for(struct control *control, uint32_t field, int64_t target,
                    int poll_us)
{
    double end = now_s() + WAIT_S;
    int64_t value = 0;

    for (;;) {
        if (ask(control, field, &value) != 0)
            return -1;
        if (value >= target)
            return 0;
        if (now_s() > end) {
            fprintf(stderr,
                    "load: %" PRId64 " of %" PRId64 " entries after %d s\n",
                    value, target, WAIT_S);
            return -1;
        }
        sleep_s(poll_us / 1e6);
    }
}

static int run_bulk(struct load *load, long batch)
{
    double begun, posted, done;
    int64_t before = 0;

    if (ask(&load->own, KITH_PARTNER_ROW_SENT, &before) != 0)
        return -1;
    begun = now_s();
    if (post_all(load, batch) != 0)
        return -1;
    posted = now_s();
    if (wait_for(&load->own, KITH_PARTNER_ROW_RECEIPTED, before + load->count,
                 BULK_POLL_US) != 0)
        return -1;
    done = now_s();
    printf("{\"n\":%ld,\"batch\":%ld,\"posted_per_s\":%.0f,"
           "\"changes_per_s\":%.0f,\"seconds\":%.4f}\n",
           load->count, batch, (double)load->count / (posted - begun),
           (double)load->count / (done - begun), done - begun);
    return 0;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print_quantiles(const char *name, double *values, long n)
{
    qsort(values, (size_t)n, sizeof(*values), compare);
    printf(",\"%s_p50_ms\":%.3f,\"%s_p99_ms\":%.3f", name,
           values[(n - 1) / 2] * 1e3, name, values[(n - 1) * 99 / 100] * 1e3);
}

static int post_single(struct load *load, int64_t received, int64_t receipted,
                       struct single *ret_times)
{
    struct kith_control_answer answer;
    double begun = now_s();

    if (send_changes(load, &load->own, 1) != 0 ||
        control_receive(&load->own, &answer) != 0)
        return -1;
    ret_times->answered = now_s() - begun;
    if (wait_for(&load->second, KITH_PARTNER_ROW_PROCESSED, received,
                 SINGLE_POLL_US) != 0)
        return -1;
    ret_times->processed = now_s() - begun;
    if (wait_for(&load->own, KITH_PARTNER_ROW_RECEIPTED, receipted,
                 SINGLE_POLL_US) != 0)
        return -1;
    ret_times->receipted = now_s() - begun;
    return 0;
}

static int measure_singles(struct load *load, long rate, double *times)
{
    double *answered = times, *processed = times + load->count;
    double *receipted = processed + load->count;
    int64_t here = 0, there = 0;
    double begun = now_s();

    if (ask(&load->own, KITH_PARTNER_ROW_RECEIPTED, &here) != 0 ||
        ask(&load->second, KITH_PARTNER_ROW_PROCESSED, &there) != 0)
        return -1;
    for (long i = 0; i < load->count; i++) {
        struct single single;

        sleep_s(begun + (double)i / (double)rate - now_s());
        if (post_single(load, there + i + 1, here + i + 1, &single) != 0)
            return -1;
        answered[i] = single.answered;
        processed[i] = single.processed;
        receipted[i] = single.receipted;
    }
    printf("{\"n\":%ld,\"rate_hz\":%ld", load->count, rate);
    print_quantiles("answered", answered, load->count);
    print_quantiles("durable", processed, load->count);
    print_quantiles("receipt", receipted, load->count);
    printf("}\n");
    return 0;
}

static int run_single(struct load *load, long rate)
{
    double *times = calloc((size_t)load->count * 3, sizeof(*times));
    int code;

    if (times == NULL)
        return -1;
    code = measure_singles(load, rate, times);
    free(times);
    return code;
}

static long number(const char *text, long max)
{
    char *end = NULL;
    long value = strtol(text, &end, 10);

    if (*end != '\0' || value < 1 || value > max) {
        fprintf(stderr, "load: %s is no number of 1 to %ld\n", text, max);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    struct load load = {.own = {.fd = -1}, .second = {.fd = -1}};
    long pace, batch;
    int bulk, code = 1;

    if (argc < 6 || argc > 7) {
        fprintf(stderr, "usage: see the top of load.c\n");
        return 2;
    }
    bulk = strcmp(argv[1], "bulk") == 0 && argc == 6;
    load.project = argv[3];
    load.count = number(argv[4], bulk ? COUNT_MAX : SINGLES_MAX);
    pace = number(argv[5], bulk ? KITH_CONTROL_RECORDS_MAX : 10000);
    batch = bulk ? pace : 1;
    load.changes = calloc((size_t)batch, sizeof(*load.changes));
    load.records = calloc((size_t)batch, sizeof(*load.records));
    if (load.changes == NULL || load.records == NULL ||
        kith_crypto_start() != KITH_OK || control_open(&load.own, argv[2]) != 0)
        goto out;
    if (bulk) {
        if (control_open(&load.second, argv[2]) == 0)
            code = run_bulk(&load, batch) == 0 ? 0 : 1;
        goto out;
    }
    if (argc == 7 && control_open(&load.second, argv[6]) == 0)
        code = run_single(&load, pace) == 0 ? 0 : 1;
out:
    control_close(&load.own);
    control_close(&load.second);
    free(load.changes);
    free(load.records);
    return code;
}
