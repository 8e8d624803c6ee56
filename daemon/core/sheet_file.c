/* sheet_file - see the header. Not here: what its secrets are used for. */
#include "core/sheet_file.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "kith/bytes.h"
#include "kith/error.h"
#include "kith/seal.h"

/* Stands before the id in the head of a sheet. */
static const char before_id[] = "Company ";

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

enum kith_status sheet_file_write(const char *path,
                                  const struct kith_company_id *company,
                                  const struct kith_sheet *sheet,
                                  struct kith_error *err)
{
    char id[KITH_COMPANY_SHORT_SIZE];
    char head[512];
    struct kith_buf text = {0};
    enum kith_status status;

    kith_company_id_short(company, id);
    (void)snprintf(head, sizeof(head),
                   "kith - %s\n%s%s\n\n"
                   "Print this, put it where only those may reach it who "
                   "may speak for the company,\nthen delete the file. "
                   "Whoever has it can be this company.\n\n",
                   sheet->has_root ? "recovery sheet"
                                   : "next root, to be kept elsewhere than the "
                                     "recovery sheet",
                   before_id, id);
    status = kith_buf_add(&text, head, strlen(head));
    if (status == KITH_OK)
        status = kith_sheet_lines(sheet, &text);
    if (status != KITH_OK)
        status = kith_fail(err, status, "no_memory", "", "out of memory");
    else
        status = file_create(path, kith_buf_bytes(&text), 0600, err);
    if (text.data != NULL)
        kith_wipe(text.data, text.cap);
    kith_buf_clear(&text);
    return status;
}

void sheet_file_company(const char *path,
                        char ret_text[KITH_COMPANY_SHORT_SIZE])
{
    const size_t prefix = strlen(before_id), len = KITH_COMPANY_SHORT_SIZE - 1;
    struct kith_buf text = {0};

    ret_text[0] = '\0';
    if (file_read(path, KITH_SHEET_TEXT_MAX, &text, NULL) != KITH_OK)
        return;
    for (size_t i = 0; i + prefix + len <= text.len; i++) {
        if (memcmp(text.data + i, before_id, prefix) != 0)
            continue;
        memcpy(ret_text, text.data + i + prefix, len);
        ret_text[len] = '\0';
        if (kith_company_short_check(ret_text) == KITH_OK)
            break;
        ret_text[0] = '\0';
    }
    kith_plain_clear(&text);
}
