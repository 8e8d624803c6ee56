/* test_core_audited - of every verb: the row that it leaves in the audit log, or
 * the reason why it leaves none. A new verb must say which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/verbs.h"

/* ROW: what the act is called, as flow.audit meets it; or WHY there is none. */
static const struct {
    enum kith_verb verb;
    const char *row;
    const char *why;
} audited[] = {
    {KITH_VERB_STATUS, NULL, "changes nothing and shows no item"},
    {KITH_VERB_DOCTOR, NULL, "changes nothing and shows no item"},
    {KITH_VERB_ID_SHOW, NULL, "the company's own card"},
    {KITH_VERB_CARD_SHOW, NULL, "the company's own card"},
    {KITH_VERB_PARTNER_ADD, "partner_added", NULL},
    {KITH_VERB_PARTNER_LIST, NULL, "changes nothing and shows no item"},
    {KITH_VERB_PARTNER_VERIFY, "partner_verified", NULL},
    {KITH_VERB_PARTNER_RENAME, "partner_renamed", NULL},
    {KITH_VERB_PARTNER_ENDPOINT, "partner_endpoint", NULL},
    {KITH_VERB_PARTNER_PAUSE, "partner_paused", NULL},
    {KITH_VERB_PARTNER_RESUME, "partner_resumed", NULL},
    {KITH_VERB_PARTNER_REMOVE, "partner_removed", NULL},
    {KITH_VERB_PARTNER_PENDING, NULL, "changes nothing and shows no item"},
    {KITH_VERB_PERSON_ADD, "person_added", NULL},
    {KITH_VERB_PERSON_LIST, NULL, "changes nothing and shows no item"},
    {KITH_VERB_PERSON_ANNOUNCE, "person_announced", NULL},
    {KITH_VERB_NDA_PROPOSE, "nda_proposed", NULL},
    {KITH_VERB_NDA_SIGN, "nda_signed", NULL},
    {KITH_VERB_NDA_LIST, NULL, "changes nothing and shows no item"},
    {KITH_VERB_NDA_END, "nda_ended", NULL},
    {KITH_VERB_NDA_AMEND, "nda_proposed", NULL},
    {KITH_VERB_ORAL_LIST, NULL, "changes nothing; names no text"},
    {KITH_VERB_POST, "posted", NULL},
    {KITH_VERB_LIST, NULL, "a list is no reading of each: verbs.h"},
    {KITH_VERB_SHOW, "read", NULL},
    {KITH_VERB_HISTORY, NULL, "a list is no reading of each: verbs.h"},
    {KITH_VERB_TIMELINE, NULL, "a list is no reading of each: verbs.h"},
    {KITH_VERB_GRANT_ADD, "grant_added", NULL},
    {KITH_VERB_GRANT_LIST, NULL, "changes nothing and shows no item"},
    {KITH_VERB_GRANT_END, "grant_ended", NULL},
    {KITH_VERB_PERSON_LEAVE, "person_left", NULL},
    {KITH_VERB_PERSON_ACCEPT, "duty_accepted", NULL},
    {KITH_VERB_OPENNESS_SHOW, NULL, "changes nothing and shows no item"},
    {KITH_VERB_OPENNESS_LOWER, "openness_lowered", NULL},
    {KITH_VERB_OPENNESS_RAISE, "openness_asked", NULL},
    {KITH_VERB_GRANT_RENEW, "grant_renewed", NULL},
    {KITH_VERB_GRANT_NARROW, "grant_narrowed", NULL},
    {KITH_VERB_WHO, NULL, "changes nothing and shows no item"},
    {KITH_VERB_INBOX, NULL, "a list is no reading of each: verbs.h"},
    {KITH_VERB_ACK, "read", NULL},
    {KITH_VERB_TOLD, NULL, "names what was told, not its text"},
    {KITH_VERB_QUEUE, NULL, "names what is to be told, not its text"},
    {KITH_VERB_SYNC_NOW, NULL, "what it brings about leaves rows of its own"},
    {KITH_VERB_EVIDENCE, NULL, "headers and signatures, no text"},
    {KITH_VERB_NOTICE_RULE_ADD, "notice_rule_added", NULL},
    {KITH_VERB_NOTICE_RULE_LIST, NULL, "changes nothing and shows no item"},
    {KITH_VERB_NOTICE_RULE_END, "notice_rule_ended", NULL},
    {KITH_VERB_NOTICE_LIST, NULL, "names an item, not its text"},
    {KITH_VERB_NOTICE_TEST, "notice_tested", NULL},
    {KITH_VERB_AUDIT_SHOW, NULL, "it would be the newest row of what it shows"},
    {KITH_VERB_RELOAD, "reloaded", NULL},
    {KITH_VERB_EXPORTED, "exported", NULL},
    {KITH_VERB_CLOCK_CONFIRM, "clock_confirmed", NULL},
    {KITH_VERB_EVIDENCE_EXPORT, "evidence_exported", NULL},
    {KITH_VERB_DESTROY_REQUEST, "destruction_requested", NULL},
    {KITH_VERB_DESTROY_LIST, NULL, "changes nothing and shows no item"},
    {KITH_VERB_DESTROY_CARRY_OUT, "destroyed", NULL},
    {KITH_VERB_AUDIT_VERIFY, NULL, "changes nothing and shows no item"},
};

enum {
    COUNT = sizeof(audited) / sizeof(audited[0])
};

static void test_every_verb_leaves_a_row_or_says_why_not(void **state)
{
    (void)state;
    for (uint32_t verb = 1; verb < KITH_VERB_COUNT; verb++) {
        size_t found = 0;

        for (size_t i = 0; i < COUNT; i++) {
            if (audited[i].verb != verb)
                continue;
            found++;
            assert_true((audited[i].row == NULL) != (audited[i].why == NULL));
        }
        if (found != 1)
            fail_msg("verb %s stands %zu times in the table",
                     kith_verb_info(verb)->name, found);
    }
}

/* Only what writes can leave a row, and whatever writes does. */
static void test_what_writes_leaves_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        const struct kith_verb_info *info = kith_verb_info(audited[i].verb);

        if (info->writes != (audited[i].row != NULL))
            fail_msg("%s writes, or does not, and the table says otherwise",
                     info->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_verb_leaves_a_row_or_says_why_not),
        cmocka_unit_test(test_what_writes_leaves_a_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
