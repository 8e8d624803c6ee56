/* fuzz_archive - no file taken for a backup does harm, and nothing is read from
 * one that was changed: the key is zeros, so that the corpus can hold good ones.
 */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/archive.h"
#include "kith/error.h"
#include "kith/sign.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct archive_seal seal = {.kind = ARCHIVE_STORE};
    struct archive *archive = NULL;
    char path[MEMORY_PATH];
    int fd = memory_file(data, size, path);
    uint8_t bytes[512];
    size_t len = 1;
    struct kith_error err;

    if (kith_crypto_start() != KITH_OK)
        abort();
    kith_error_clear(&err);
    if (archive_open(path, &seal, &archive, &err) == KITH_OK) {
        while (len > 0 && archive_read(archive, bytes, sizeof(bytes), &len,
                                       &err) == KITH_OK)
            continue;
    } else if (err.what[0] == '\0') {
        abort();
    }
    archive_close(&archive);
    (void)close(fd);
    return 0;
}
