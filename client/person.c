/* person - persons of this company and those partners told us of.
 *
 * Responsible for: rows of the command table only.
 * Not here: roles and who may what (the daemon).
 */
#include <stddef.h>

#include "command.h"
#include "kith/verbs.h"
#include "nouns.h"

const struct command commands_person[] = {
    {
        .noun = "person",
        .verb = "add",
        .wire_verb = KITH_VERB_PERSON_ADD,
        .flags = COMMAND_ONE | COMMAND_BRIEF,
        .positional = "person",
        .options = "role user uid",
        .summary = "add a person of this company, or change one",
        .examples = "person add jan --role editor --user jan\n"
                    "person add ana --role officer",
        .notes = "Without --user or --uid nobody acts as this person here, who "
                 "can be announced all the same.",
    },
    {
        .noun = "person",
        .verb = "list",
        .wire_verb = KITH_VERB_PERSON_LIST,
        .options = "partner",
        .summary = "persons of this company and those partners told us of",
        .examples = "person list\nperson list --partner northwind\nperson list "
                    "--partner self",
    },
    {
        .noun = "person",
        .verb = "announce",
        .wire_verb = KITH_VERB_PERSON_ANNOUNCE,
        .flags = COMMAND_ONE | COMMAND_BRIEF,
        .positional = "person",
        .options = "project partner",
        .summary = "tell partners that a person here has accepted the duty",
        .examples = "person announce jan --project any\n"
                    "person announce jan --partner acme --project acme:lumen",
        .notes =
            "A grant names persons; only those who are announced can be "
            "named. Without --partner all\nverified partners are told. Who "
            "has an account here accepts first: kith person accept.",
    },
    {
        .noun = "person",
        .verb = "accept",
        .wire_verb = KITH_VERB_PERSON_ACCEPT,
        .flags = COMMAND_ONE | COMMAND_BRIEF | COMMAND_DRY_RUN,
        .positional = "[partner]",
        .summary = "accept the duty of confidence to a partner, for yourself",
        .examples = "person accept acme",
        .notes =
            "What a partner tells is shown only to persons who have "
            "accepted: to keep it to yourself and to\nthose it is granted "
            "to, for the purpose of the agreement (kith nda show), as long "
            "as that says.\nWithout PARTNER to all verified partners.",
    },
    {
        .noun = "person",
        .verb = "leave",
        .wire_verb = KITH_VERB_PERSON_LEAVE,
        .flags =
            COMMAND_ONE | COMMAND_BRIEF | COMMAND_DRY_RUN | COMMAND_CONFIRM,
        .positional = "person",
        .summary = "a person has left: close the account, tell the partners",
        .examples = "person leave jan --yes",
        .notes = "From then on nobody acts as that person here, who reads "
                 "nothing and gets no notices. Each\npartner that knows the "
                 "person is told and takes it out of its grants; kith told "
                 "says when\neach has it. The name is not given again.",
    },
    {.noun = NULL},
};
