/* clock - the noun clock.
 *
 * Not here: looking at it (setup.c, doctor).
 */
#include "command.h"
#include "kith/verbs.h"
#include "nouns.h"

const struct command commands_clock[] = {
    {
        .noun = "clock",
        .verb = "confirm",
        .wire_verb = KITH_VERB_CLOCK_CONFIRM,
        .summary = "say that this machine's clock is right again",
        .examples = "clock confirm",
        .notes = "When the clock jumps by more than an hour, everything that "
                 "hangs on a date waits: nothing of\na project leaves or is "
                 "read, nothing is cosigned. Set the clock first, then "
                 "confirm; it is audited.",
    },
    {.noun = NULL},
};
