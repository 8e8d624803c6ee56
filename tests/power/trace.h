/* trace - what a program did to the files of one folder, in order.
 *
 * record.c writes it from inside the program; cuts.c reads it. One entry is
 * this head, the path (relative to the folder, no NUL), the second path of a
 * rename or link, and the bytes of a write.
 */
#ifndef POWER_TRACE_H
#define POWER_TRACE_H

#include <stdint.h>

enum trace_act {
    TRACE_CREATE = 1, /* a file that was not there */
    TRACE_FOLDER,     /* mkdir */
    TRACE_WRITE,
    TRACE_CUT,  /* ftruncate: offset is the new length */
    TRACE_SYNC, /* fsync or fdatasync, of a file or a folder */
    TRACE_RENAME,
    TRACE_EXCHANGE, /* two folders change their names */
    TRACE_LINK,
    TRACE_UNLINK
};

struct trace_head {
    uint8_t act;         /* enum trace_act */
    uint8_t synchronous; /* write: through O_DSYNC, durable on return */
    uint16_t path_len, second_len;
    uint32_t data_len;
    uint64_t offset;
};

#endif
