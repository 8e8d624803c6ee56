/* verbs - what can be asked of kithd on the control socket.
 *
 * One table: verb, name, kind of its argument records, kind of its rows,
 * whether it writes, and the least role. The client builds requests from it,
 * the daemon authorizes by it.
 * Threads: constant data.
 */
#ifndef KITH_VERBS_H
#define KITH_VERBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kith_role {
    KITH_ROLE_READER = 1, /* sees what he is named for */
    KITH_ROLE_EDITOR = 2, /* posts */
    KITH_ROLE_OFFICER = 3, /* agreements, grants, persons */
    KITH_ROLE_ADMIN = 4   /* partners, keys, configuration */
};

enum kith_verb {
    KITH_VERB_STATUS = 1,
    KITH_VERB_DOCTOR,
    KITH_VERB_ID_SHOW,
    KITH_VERB_CARD_SHOW,
    KITH_VERB_PARTNER_ADD,
    KITH_VERB_PARTNER_LIST, /* argument partner: only that one */
    KITH_VERB_PARTNER_VERIFY,
    KITH_VERB_PARTNER_RENAME,
    KITH_VERB_PARTNER_ENDPOINT,
    KITH_VERB_PARTNER_PAUSE,
    KITH_VERB_PARTNER_RESUME,
    KITH_VERB_PARTNER_REMOVE,
    KITH_VERB_PARTNER_PENDING,
    KITH_VERB_PERSON_ADD,
    KITH_VERB_PERSON_LIST,
    KITH_VERB_PERSON_ANNOUNCE,
    KITH_VERB_NDA_PROPOSE,
    KITH_VERB_NDA_SIGN,
    KITH_VERB_NDA_LIST,
    KITH_VERB_NDA_END,
    KITH_VERB_POST,         /* business records; new, or found by their key */
    KITH_VERB_LIST,         /* business records, newest revision */
    KITH_VERB_SHOW,         /* one record or item; a read that is logged */
    KITH_VERB_HISTORY,      /* revisions of one record or item */
    KITH_VERB_TIMELINE,
    KITH_VERB_GRANT_ADD,
    KITH_VERB_GRANT_LIST,
    KITH_VERB_GRANT_END,
    KITH_VERB_WHO,          /* who sees what of a project, and why */
    KITH_VERB_INBOX,
    KITH_VERB_ACK,
    KITH_VERB_TOLD,         /* who told us, or whom we told, what and when */
    KITH_VERB_QUEUE,
    KITH_VERB_SYNC_NOW,
    KITH_VERB_EVIDENCE,     /* cards, checkpoint, receipt of one partner */
    KITH_VERB_NOTICE_RULE_ADD,
    KITH_VERB_NOTICE_RULE_LIST,
    KITH_VERB_NOTICE_RULE_END,
    KITH_VERB_NOTICE_LIST,
    KITH_VERB_NOTICE_TEST,
    KITH_VERB_AUDIT_SHOW,
    KITH_VERB_RELOAD,
    KITH_VERB_COUNT
};

struct kith_verb_info {
    uint32_t verb;
    const char *name;       /* "partner_add" */
    uint32_t argument_kind; /* 0: none; POST takes business kinds */
    uint32_t row_kind;      /* 0: none; LIST, SHOW, HISTORY give records */
    bool writes;            /* carries a request id that is remembered */
    enum kith_role role;    /* least role of the person */
};

/* Row of VERB, NULL when there is none. */
const struct kith_verb_info *kith_verb_info(uint32_t verb);

#endif
