/* notify - rules of notices, and the notices themselves.
 *
 * Responsible for: rows of the command table only.
 * Not here: when a notice is made (daemon/rules), channels (configuration).
 */
#include <stddef.h>

#include "command.h"
#include "kith/verbs.h"
#include "nouns.h"

const struct command commands_notify[] = {
    {
        .noun = "notify",
        .verb = "rules",
        .wire_verb = KITH_VERB_NOTICE_RULE_LIST,
        .summary = "your rules",
        .examples = "notify rules",
    },
    {
        .noun = "notify",
        .verb = "rules list",
        .wire_verb = KITH_VERB_NOTICE_RULE_LIST,
        .summary = "your rules",
        .examples = "notify rules list",
    },
    {
        .noun = "notify",
        .verb = "rules add",
        .wire_verb = KITH_VERB_NOTICE_RULE_ADD,
        .flags = COMMAND_ONE | COMMAND_BRIEF,
        .positional = "channel",
        .options = "project partner kind slip_days",
        .summary = "tell me on a channel of what partners tell",
        .examples = "notify rules add inbox --kind message\n"
                    "notify rules add team --partner acme --kind milestone "
                    "--slip-days 7",
        .notes = "A channel is `inbox` or one that kith.conf sets up. A rule "
                 "without --project, --kind and\n--slip-days also hears of "
                 "agreements that end: 90, 30 and 0 days before.",
    },
    {
        .noun = "notify",
        .verb = "rules end",
        .wire_verb = KITH_VERB_NOTICE_RULE_END,
        .flags = COMMAND_ONE | COMMAND_BRIEF,
        .positional = "rule",
        .summary = "end a rule",
        .examples = "notify rules end 4f2a90c1",
    },
    {
        .noun = "notify",
        .verb = "list",
        .wire_verb = KITH_VERB_NOTICE_LIST,
        .options = "channel partner project kind limit",
        .summary = "notices, newest first, and what became of them",
        .examples = "notify list\nnotify list --channel team --limit 20",
    },
    {
        .noun = "notify",
        .verb = "test",
        .wire_verb = KITH_VERB_NOTICE_TEST,
        .flags = COMMAND_ONE | COMMAND_BRIEF,
        .positional = "channel",
        .summary = "send a notice of nothing on a channel",
        .examples = "notify test team",
    },
    {.noun = NULL},
};
