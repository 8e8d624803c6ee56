/* sync - what was told, what waits, and syncing now.
 *
 * Responsible for: rows of the command table only.
 * Not here: the link (daemon/rules, kith-net).
 */
#include <stddef.h>

#include "command.h"
#include "kith/verbs.h"
#include "nouns.h"

const struct command commands_sync[] = {
    {
        .noun = "told",
        .wire_verb = KITH_VERB_TOLD,
        .positional = "[path]",
        .options = "project partner since limit",
        .summary = "who was told what and when, by us and to us",
        .examples = "told\ntold lumen/g1/evt\ntold --partner acme --since "
                    "2026-11-01",
    },
    {
        .noun = "queue",
        .wire_verb = KITH_VERB_QUEUE,
        .positional = "[partner]",
        .summary = "changes that wait for a partner",
        .examples = "queue\nqueue northwind",
    },
    {
        .noun = "sync",
        .verb = "now",
        .wire_verb = KITH_VERB_SYNC_NOW,
        .positional = "[partner]",
        .summary = "try partners that are away again at once",
        .examples = "sync now\nsync now northwind",
    },
    {.noun = NULL},
};
