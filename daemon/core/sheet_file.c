/* sheet_file - see the header. Not here: what its secrets are used for. */
#include "core/sheet_file.h"

#include "base/file.h"
#include "kith/bytes.h"
#include "kith/seal.h"

enum kith_status sheet_file_read(const char *path, struct kith_sheet *ret_sheet,
                                 struct kith_error *err)
{
    struct kith_buf text = {0};
    enum kith_status status = file_read(path, KITH_SHEET_TEXT_MAX, &text, err);

    if (status == KITH_OK)
        status = kith_sheet_parse(kith_buf_bytes(&text), ret_sheet, err);
    kith_plain_clear(&text);
    return status;
}
