/* disk - the folder of a store: where its files stand, its lock, its medium.
 *
 *   DIR/store.lock   held by the one process that has the store open
 *   DIR/store/       data.mdb, lock.mdb, slots, mark
 *   DIR/store.new/   a store being made; never opened
 *
 * Not here: what the files hold.
 * Threads: one.
 */
#ifndef STORE_DISK_H
#define STORE_DISK_H

#include "kith/bytes.h"

struct kith_error;

enum {
    DISK_PATH_MAX = 1024
};

struct disk_paths {
    char dir[DISK_PATH_MAX]; /* as given */
    char lock[DISK_PATH_MAX];
    char store[DISK_PATH_MAX];
    char fresh[DISK_PATH_MAX]; /* store.new */
};

/* KITH_LIMIT: DIR is too long. */
enum kith_status disk_paths(const char *dir, struct disk_paths *ret_paths,
                            struct kith_error *err) KITH_MUST_CHECK;
/* FOLDER "/" NAME. KITH_LIMIT. */
enum kith_status disk_join(const char *folder, const char *name,
                           char ret_path[DISK_PATH_MAX], struct kith_error *err)
    KITH_MUST_CHECK;
bool disk_exists(const char *path);

/* Takes the lock of the folder, without waiting. KITH_BUSY: another process
 * has it. KITH_NOT_FOUND: no folder. KITH_IO. The lock ends with the
 * descriptor. */
enum kith_status disk_lock(const struct disk_paths *paths, int *ret_fd,
                           struct kith_error *err) KITH_MUST_CHECK;
/* KITH_INVALID: DIR is on a network file system, where neither the lock nor
 * the order of writes can be relied on. */
enum kith_status disk_check_medium(const char *dir, struct kith_error *err)
    KITH_MUST_CHECK;
/* True for the type numbers of statfs(2) that mean a network or a file
 * system in user space. */
bool disk_is_remote(uint64_t type);

/* Overwrites the file behind FD with zeros and syncs it. KITH_IO. */
enum kith_status disk_wipe(int fd) KITH_MUST_CHECK;
/* All of DATA at OFFSET. KITH_FULL, KITH_IO. */
enum kith_status disk_write(int fd, uint64_t offset, struct kith_bytes data)
    KITH_MUST_CHECK;
/* Exactly LEN bytes from OFFSET. KITH_DAMAGED: the file ends before. */
enum kith_status disk_read(int fd, uint64_t offset, uint8_t *ret_data,
                           size_t len) KITH_MUST_CHECK;
/* KITH_FULL or KITH_IO, as errno says. */
enum kith_status disk_status(void);
/* Syncs the folder PATH itself. KITH_IO. */
enum kith_status disk_sync(const char *path) KITH_MUST_CHECK;
/* The folders A and B change their names, at once: whoever looks finds one or
 * the other under each. KITH_INVALID: the file system cannot. KITH_IO. */
enum kith_status disk_exchange(const char *a, const char *b) KITH_MUST_CHECK;
/* Removes the folder PATH and all that is in it; it is no error when it is not
 * there. */
enum kith_status disk_remove(const char *path) KITH_MUST_CHECK;

#endif
