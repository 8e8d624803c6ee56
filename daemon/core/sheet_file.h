/* sheet_file - a recovery sheet, as it was written or typed again.
 *
 * Threads: main thread.
 */
#ifndef CORE_SHEET_FILE_H
#define CORE_SHEET_FILE_H

#include "kith/keys.h"
#include "kith/status.h"

struct kith_error;

/* Reads PATH; the caller wipes *ret_sheet (kith_sheet_wipe). KITH_NOT_FOUND,
 * KITH_INVALID and the like, with ERR. */
enum kith_status sheet_file_read(const char *path, struct kith_sheet *ret_sheet,
                                 struct kith_error *err) KITH_MUST_CHECK;

#endif
