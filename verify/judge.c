/* judge - see the header. */
#include "judge.h"

#include <string.h>

#include "told.h"
#include "trust.h"

enum kith_status judge_pack(struct kith_bytes bytes,
                            struct loaded_pack *ret_pack,
                            struct steps *ret_steps, struct kith_error *err)
{
    enum kith_status status;

    memset(ret_pack, 0, sizeof(*ret_pack));
    status = load_pack(bytes, ret_pack, err);
    if (status == KITH_OK)
        status = told_open(ret_pack, err);
    if (status == KITH_OK)
        status = trust_notes(ret_pack, err);
    if (status == KITH_OK)
        status = told_prove(ret_pack, err);
    if (status == KITH_OK) {
        trust_keys(ret_pack);
        status = trust_maker(ret_pack, err);
    }
    if (status == KITH_OK)
        status = steps_find(ret_pack, ret_steps);
    return status;
}
