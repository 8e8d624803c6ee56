/* init - root, backup key, sheets, operational keys, card, store, first person.
 *
 * The key file is written last: while it does not stand there is no identity,
 * and init can be tried again.
 * Not here: making all of that (founding.c), the words of the configuration
 * (init_config.c).
 */
#include "core/init.h"

#include <stdio.h>

#include "base/config.h"
#include "base/keyfile.h"
#include "core/founding.h"
#include "kith/error.h"

static void tell(const struct config *config, const struct founding *founding)
{
    char id[KITH_COMPANY_SHORT_SIZE];

    kith_company_id_short(&founding->keys->company, id);
    (void)printf("New identity %s for %s.\n", id, config->company);
    (void)printf("Recovery sheet: %s - print it, then delete it.\n",
                 founding->sheet);
    (void)printf("Next root: %s - print it, keep it elsewhere, then delete "
                 "it.\n",
                 founding->next_sheet);
    (void)printf("Without the recovery sheet a lost disk means a new "
                 "identity.\n");
    founding_tell_key_file(config, founding);
    (void)printf("What is destroyed later may survive in old blocks of the "
                 "file system or SSD.\n");
    (void)printf("You are %s (admin). Next: kithd --config %s\n",
                 founding->person, config->path);
}

static enum kith_status make(const struct options *options,
                             const struct config *config,
                             struct founding *founding, struct kith_error *err)
{
    enum kith_status status = founding_find_sheets(options, founding, err);

    if (status == KITH_OK)
        status = founding_keys(founding, err);
    if (status == KITH_OK)
        status = founding_card(options, config, founding, err);
    if (status == KITH_OK)
        status = founding_sheets(founding, err);
    return status;
}

int init(const struct options *options)
{
    static const struct founding_way way = {"init", make, tell};

    return founding_run(options, &way);
}
