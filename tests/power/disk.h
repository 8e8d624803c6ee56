/* disk - what may stand on a medium when power is cut.
 *
 * A model of files below one folder: what was synced is there; of what was not,
 * any part may be. Names change in order, as a journal writes them; writes to a
 * file may arrive in any order and in part, sector by sector.
 * Threads: one.
 */
#ifndef POWER_DISK_H
#define POWER_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "trace.h"

struct disk;

/* An act of the trace, with its texts and bytes where they stand in it. */
struct disk_act {
    struct trace_head head;
    const char *path, *second; /* not ended by NUL */
    const uint8_t *data;
};

struct disk *disk_new(void);
void disk_free(struct disk *disk);
/* ACT has been done and has returned. */
void disk_do(struct disk *disk, const struct disk_act *act);
/* Power is cut now: writes one state that may be found into FOLDER, drawn from
 * *seed. Returns 0, -1 when the files cannot be written. */
int disk_cut(const struct disk *disk, uint64_t *seed, const char *folder);

#endif
