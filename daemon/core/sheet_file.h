/* sheet_file - a recovery sheet, as it was written or typed again.
 *
 * Threads: main thread.
 */
#ifndef CORE_SHEET_FILE_H
#define CORE_SHEET_FILE_H

#include "kith/ids.h"
#include "kith/keys.h"
#include "kith/status.h"

struct kith_error;

/* Reads PATH; the caller wipes *ret_sheet (kith_sheet_wipe). KITH_NOT_FOUND,
 * KITH_INVALID and the like, with ERR. */
enum kith_status sheet_file_read(const char *path, struct kith_sheet *ret_sheet,
                                 struct kith_error *err) KITH_MUST_CHECK;
/* Writes SHEET of COMPANY to PATH, mode 0600, with what to do with it. A sheet
 * with a root is the recovery sheet, one without is that of the next root.
 * KITH_CONFLICT: PATH is there; KITH_IO, KITH_NOMEM. */
enum kith_status sheet_file_write(const char *path,
                                  const struct kith_company_id *company,
                                  const struct kith_sheet *sheet,
                                  struct kith_error *err) KITH_MUST_CHECK;
/* The company that the sheet PATH was written for, when it still says so: a
 * short id; "": it does not, or cannot be read. */
void sheet_file_company(const char *path,
                        char ret_text[KITH_COMPANY_SHORT_SIZE]);

#endif
