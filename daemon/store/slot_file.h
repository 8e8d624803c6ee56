/* slot_file - slot keys on disk, outside LMDB, so that they can be destroyed.
 *
 *   header  "kithslot", version (4), slots in a block (4), then sealed under
 *           a key of the master key: file key (32), generation (8)
 *   block   sealed under the file key, associated data = generation, number:
 *           SLOT_BLOCK keys of 32 bytes; 32 zero bytes: emptied
 *
 * Emptying writes a whole new file under a new file key and then overwrites
 * the old one (STORE.md). A file system or an SSD may keep old blocks;
 * without the old file key, which was in the old header alone, they are noise
 * only as long as that header is gone too.
 * Not here: the cache (slots.c), intents (destroy.c).
 * Threads: one.
 */
#ifndef STORE_SLOT_FILE_H
#define STORE_SLOT_FILE_H

#include "kith/bytes.h"
#include "store/disk.h"

struct kith_error;

enum {
    SLOT_KEY = 32,     /* bytes */
    SLOT_BLOCK = 128,  /* slots in a block: opened for a single read */
    SLOT_AHEAD = 8192, /* slots drawn at a time: one fsync serves many */
    SLOT_CACHE = 32,   /* opened blocks kept, 4 KiB each, however many slots */
    SLOT_BLOCK_LEN = SLOT_BLOCK * SLOT_KEY
};

/* Lives in locked memory; read by slot_rewrite.c besides. */
struct slot_file {
    int fd;
    char folder[DISK_PATH_MAX];
    char path[DISK_PATH_MAX];  /* slots */
    char fresh[DISK_PATH_MAX]; /* slots.new */
    char old[DISK_PATH_MAX];   /* slots.old */
    uint64_t blocks;
    uint64_t generation;
    uint8_t wrap_key[SLOT_KEY]; /* of the master key */
    uint8_t file_key[SLOT_KEY];
};

/* Makes FOLDER/slots with no blocks, synced. KITH_CONFLICT, KITH_FULL,
 * KITH_IO. */
enum kith_status slot_file_create(const char *folder,
                                  const uint8_t master_key[SLOT_KEY],
                                  struct kith_error *err) KITH_MUST_CHECK;
/* KITH_NOT_FOUND; KITH_UNTRUSTED: another master key, or a damaged header;
 * KITH_NOT_UNDERSTOOD: a newer version; KITH_IO. */
enum kith_status slot_file_open(const char *folder,
                                const uint8_t master_key[SLOT_KEY],
                                bool read_only, struct slot_file **ret_file,
                                struct kith_error *err) KITH_MUST_CHECK;
void slot_file_close(struct slot_file **file);

/* Whole blocks, good or not. */
uint64_t slot_file_blocks(const struct slot_file *file);
uint64_t slot_file_bytes(const struct slot_file *file);
/* KITH_DAMAGED, KITH_IO. */
enum kith_status slot_file_read(struct slot_file *file, uint64_t block,
                                uint8_t ret_keys[SLOT_BLOCK_LEN])
    KITH_MUST_CHECK;
/* Writes N blocks of fresh keys from FIRST on and syncs them. KITH_FULL,
 * KITH_IO. */
enum kith_status slot_file_draw(struct slot_file *file, uint64_t first,
                                uint64_t n) KITH_MUST_CHECK;
/* Parts of a rewrite; nothing is synced. KITH_FULL, KITH_IO. */
enum kith_status slot_file_write_header(const struct slot_file *file)
    KITH_MUST_CHECK;
enum kith_status slot_file_write(struct slot_file *file, uint64_t block,
                                 const uint8_t keys[SLOT_BLOCK_LEN])
    KITH_MUST_CHECK;

/* slot_rewrite.c */
/* Removes what an interrupted rewrite left. */
enum kith_status slot_file_settle(struct slot_file *file) KITH_MUST_CHECK;
/* Empties the N slots of LIST (ascending) in a new file that takes this one's
 * place; blocks from KEEP on are dropped. KITH_FULL, KITH_IO, KITH_DAMAGED. */
enum kith_status slot_file_rewrite(struct slot_file *file, const uint64_t *list,
                                   size_t n, uint64_t keep) KITH_MUST_CHECK;

#endif
