/* pages - LMDB's file as bytes, read without LMDB.
 *
 * LMDB has no checksums and believes what a page says. What is looked at here
 * is looked at before LMDB maps the file.
 * Threads: any.
 */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include "kith/bytes.h"

/* Transaction numbers of the two meta pages of PATH. KITH_NOT_FOUND: no file;
 * KITH_DAMAGED: not two meta pages of the layout we know; KITH_IO. */
enum kith_status pages_metas(const char *path, uint64_t ret_numbers[2])
    KITH_MUST_CHECK;

#endif
