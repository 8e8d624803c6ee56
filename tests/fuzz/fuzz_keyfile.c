/* fuzz_keyfile - no file taken for a key file does harm; the passphrase of the
 * corpus opens those that are sealed, with the least effort.
 */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/keyfile.h"
#include "kith/error.h"
#include "kith/sign.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[MEMORY_PATH];
    int fd = memory_file(data, size, path);
    struct keyfile *keys = NULL;
    struct kith_error err;

    if (kith_crypto_start() != KITH_OK)
        abort();
    kith_error_clear(&err);
    /* a header may ask for a gibibyte of argon2id: only plain ones are opened */
    if (!keyfile_is_locked(path) &&
        keyfile_open(path, NULL, 0, &keys, &err) != KITH_OK &&
        (keys != NULL || err.what[0] == '\0'))
        abort();
    keyfile_destroy(&keys);
    (void)close(fd);
    return 0;
}
