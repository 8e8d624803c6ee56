/* pages - LMDB's file as bytes, read without LMDB.
 *
 * LMDB has no checksums and believes what a page says. What is looked at here
 * is looked at before LMDB maps the file. The layout is that of LMDB 0.9 on a
 * 64-bit machine, in host byte order.
 * Threads: any.
 */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include "kith/bytes.h"

enum {
    PAGES_SIZE = 4096,
    PAGES_HEAD = 16, /* bytes before a page's content */
    PAGES_DB = 48    /* bytes of a tree's description */
};

/* A tree: where its root is and what it should hold. */
struct pages_db {
    uint16_t depth; /* 0: empty */
    uint64_t branches, leaves, overflows, entries;
    uint64_t root; /* page number */
};

struct pages_meta {
    uint64_t number;         /* transaction that wrote it */
    uint64_t last;           /* last page in use */
    struct pages_db free_db; /* pages that may be used again */
    struct pages_db main_db; /* the tables by name */
};

/* The fields of a table as they stand in a meta page or in the main table. */
void pages_read_db(const uint8_t data[PAGES_DB], struct pages_db *ret_db);

/* Both meta pages of the open file FD. KITH_DAMAGED: not of the layout we
 * know; KITH_IO. */
enum kith_status pages_read_metas(int fd, struct pages_meta ret[2])
    KITH_MUST_CHECK;
/* Their transaction numbers, of PATH. KITH_NOT_FOUND: no file. */
enum kith_status pages_metas(const char *path, uint64_t ret_numbers[2])
    KITH_MUST_CHECK;

#endif
