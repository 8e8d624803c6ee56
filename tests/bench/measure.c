/* measure - times a piece of work in CPU time and prints one JSON line.
 *
 * Responsible for: the repetition, the clock, the form of the line.
 * Not here: what is measured (primitives.c).
 */
#include "measure.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    RUNS = 5,
    RUN_US = 200 * 1000, /* CPU time of one run */
    CHUNK = 16           /* calls between two looks at the clock */
};

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static int run_once(measure_work work, void *ctx, double *ret_us)
{
    double begun = cpu_us(), now = begun;
    uint64_t calls = 0;

    while (now - begun < RUN_US) {
        for (int i = 0; i < CHUNK; i++) {
            if (work(ctx) != 0)
                return -1;
        }
        calls += CHUNK;
        now = cpu_us();
    }
    *ret_us = (now - begun) / (double)calls;
    return 0;
}

int measure(const char *name, measure_work work, void *ctx, size_t per)
{
    double us[RUNS];

    for (int i = 0; i < RUNS; i++) {
        if (run_once(work, ctx, &us[i]) != 0) {
            fprintf(stderr, "%s: failed\n", name);
            return -1;
        }
        us[i] /= (double)per;
    }
    qsort(us, RUNS, sizeof(us[0]), compare);
    printf("{\"bench\":\"primitive\",\"name\":\"%s\",\"unit\":\"cpu_us\","
           "\"runs\":%d,\"median\":%.4g,\"min\":%.4g,\"max\":%.4g}\n",
           name, RUNS, us[RUNS / 2], us[0], us[RUNS - 1]);
    fflush(stdout);
    return 0;
}
