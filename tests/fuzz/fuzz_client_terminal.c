/* fuzz_client_terminal - whatever a partner wrote, nothing that a terminal
 * obeys is left of it, and cleaning twice changes nothing more.
 */
#include <stdlib.h>

#include "memory.h"
#include "terminal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kith_buf once = {NULL, 0, 0};
    struct kith_buf twice = {NULL, 0, 0};

    terminal_clean((struct kith_bytes){data, size}, false, &once);
    for (size_t i = 0; i < once.len; i++) {
        if (once.data[i] < 0x20 || once.data[i] == 0x7F)
            abort();
        if (i > 0 && once.data[i - 1] == 0xC2 && once.data[i] < 0xA0)
            abort();
    }
    terminal_clean(kith_buf_bytes(&once), false, &twice);
    if (!kith_bytes_equal(kith_buf_bytes(&once), kith_buf_bytes(&twice)))
        abort();
    kith_buf_clear(&once);
    kith_buf_clear(&twice);
    return 0;
}
