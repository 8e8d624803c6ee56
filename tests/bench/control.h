/* control - one open connection to a kithd, for programs that measure.
 *
 * Threads: one owner at a time.
 */
#ifndef BENCH_CONTROL_H
#define BENCH_CONTROL_H

#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/record.h"

struct kith_control_answer;

struct control {
    int fd;                   /* connected AF_UNIX stream, -1: none */
    struct kith_arena *arena; /* holds the last answer */
    struct kith_buf frame;    /* of the last request or answer */
};

/* Connects to PATH. Returns 0, or -1 with a sentence on stderr. */
int control_open(struct control *control, const char *path);
void control_close(struct control *control);

/* Sends VERB with RECORDS. Returns 0, or -1 with a sentence on stderr. */
int control_send(struct control *control, uint32_t verb,
                 const struct kith_record *records, size_t n_records);
/* Reads the whole answer to what was sent. RET_ANSWER and what it points to
 * live until the next call; of an answer in several parts the rows of the
 * first are given. Returns 0, or -1 when the connection failed or the daemon
 * refused, with a sentence on stderr. */
int control_receive(struct control *control,
                    struct kith_control_answer *ret_answer);
/* Both. */
int control_call(struct control *control, uint32_t verb,
                 const struct kith_record *records, size_t n_records,
                 struct kith_control_answer *ret_answer);

#endif
