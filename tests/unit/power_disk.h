/* power_disk - what a disk may hold after a power cut.
 *
 * Takes, in order, what a program did to the files of one folder, and builds
 * any state that a cut at this moment may leave: what was synced is there; of
 * what was not, each piece of a write, and each change of a name from some
 * point on, may be there or not.
 * Not here: how the calls are seen (test_store_power.c).
 * Threads: one.
 */
#ifndef TESTS_POWER_DISK_H
#define TESTS_POWER_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    POWER_FILES = 64,    /* files ever made */
    POWER_NAMES = 64,    /* names there are at one time */
    POWER_PENDING = 512, /* changes of names not yet synced */
    POWER_PATH = 96      /* bytes of a path below the folder, NUL included */
};

enum power_change {
    POWER_MAKE, /* a file under a new name */
    POWER_FOLDER,
    POWER_LINK,
    POWER_RENAME,
    POWER_REMOVE
};

struct power_disk;

/* Ends the test when memory runs out; the caller destroys. */
struct power_disk *power_disk_new(void);
void power_disk_destroy(struct power_disk **disk);

/* A change of names; FILE counts for POWER_MAKE, TO for link and rename. */
void power_disk_name(struct power_disk *disk, enum power_change change,
                     int file, const char *from, const char *to);
/* The number for a file about to be made. */
int power_disk_file(struct power_disk *disk);
/* The file under PATH as the program sees it; -1: none. */
int power_disk_find(const struct power_disk *disk, const char *path);
/* LEN bytes at OFFSET of FILE. SYNCED: durable as soon as the next thing
 * happens (O_DSYNC). */
void power_disk_write(struct power_disk *disk, int file, uint64_t offset,
                      const void *data, size_t len, bool synced);
void power_disk_truncate(struct power_disk *disk, int file, uint64_t len);
void power_disk_sync(struct power_disk *disk, int file);
/* Every change of a name so far is durable. */
void power_disk_sync_names(struct power_disk *disk);

/* Makes in FOLDER, which is empty, one of the states a cut may leave now.
 * PIECE: bytes of a piece (512 or 4096); SEED draws what is kept. */
void power_disk_cut(struct power_disk *disk, const char *folder, size_t piece,
                    uint64_t *seed);

/* The next number of SEED's sequence. */
uint64_t power_draw(uint64_t *seed);

#endif
