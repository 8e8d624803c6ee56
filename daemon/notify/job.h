/* job - work that may block or hang, done in a child process of its own: name
 * lookups and exec hooks.
 *
 * A bounded table; each job has a pipe to watch, a deadline, and is killed with
 * its whole process group when it passes it.
 * Threads: loop thread only.
 */
#ifndef NOTIFY_JOB_H
#define NOTIFY_JOB_H

#include <poll.h>
#include <sys/types.h>

#include "kith/bytes.h"
#include "kith/ids.h"

enum {
    JOBS_MAX = 32,
    JOB_OUTPUT_MAX = 4096
};

enum job_kind {
    JOB_NONE = 0,
    JOB_LOOKUP,
    JOB_EXEC
};

struct job {
    enum job_kind kind;
    pid_t pid;
    int in;                /* we write the input here; -1: done or none */
    int out;               /* we read what it says; its end is the job's end */
    int64_t deadline_ms;   /* boot clock */
    struct kith_buf input; /* owned */
    size_t written;
    uint8_t output[JOB_OUTPUT_MAX];
    size_t output_len;
    bool late;             /* killed at its deadline */
    int exit_code;         /* of an ended job; 128 + signal */
    uint32_t handle;       /* of a lookup */
    struct kith_id notice; /* of a hook */
};

struct jobs {
    struct job rows[JOBS_MAX];
};

/* A free row, or NULL: all are busy. */
struct job *job_take(struct jobs *jobs);

/* Starts BODY(context) in a child with INPUT on its stdin; what it writes to
 * descriptor 1 comes back as output. JOB's kind, handle, notice and deadline
 * are set by the caller. KITH_IO: no process or pipe; the row is free again. */
enum kith_status job_start(struct job *job, void (*body)(const void *context),
                           const void *context, struct kith_bytes input)
    KITH_MUST_CHECK;

/* Fills FDS (room for 2 * JOBS_MAX) with what to poll for; returns how many. */
size_t job_poll(const struct jobs *jobs, struct pollfd *fds);
/* Moves bytes, kills what is late. Calls ENDED for each job that is over, then
 * frees its row. NOW_MS: boot clock. */
void job_serve(struct jobs *jobs, int64_t now_ms,
               void (*ended)(void *context, const struct job *job),
               void *context);
/* Milliseconds to the next deadline, -1 when no job runs. */
int job_wait_ms(const struct jobs *jobs, int64_t now_ms);

#endif
