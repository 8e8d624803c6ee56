/* fuzz_config - no file taken for kith.conf does harm, and one that is refused
 * is refused with a sentence.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/config_load.h"
#include "kith/error.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[MEMORY_PATH];
    int fd = memory_file(data, size, path);
    struct config *config = NULL;
    struct kith_error err;

    kith_error_clear(&err);
    if (config_load(path, &config, &err) != KITH_OK &&
        (config != NULL || err.what[0] == '\0'))
        abort();
    config_destroy(&config);
    (void)close(fd);
    return 0;
}
