/* measure - times a piece of work in CPU time and prints one JSON line.
 *
 * The middle of several runs counts; each run repeats the work until enough
 * CPU time has gone by for the clock's grain not to matter.
 * Threads: main only.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>

/* One piece of work; CTX is the caller's. Returns 0, or -1 when it failed. */
typedef int (*measure_work)(void *ctx);

/* Runs WORK and prints {"bench":"primitive","name":NAME,...} with the median,
 * least and most microseconds of CPU time a call, divided by PER (how many
 * items one call handles). Returns -1 when WORK failed. */
int measure(const char *name, measure_work work, void *ctx, size_t per);

#endif
