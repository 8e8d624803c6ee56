/* verbs - what can be asked of kithd on the control socket.
 *
 * One table: verb, name, kind of its argument records, kind of its rows,
 * whether it writes, and the least role. The client builds requests from it,
 * the daemon authorizes by it. Rows stand in rows.h.
 *
 * References. `path` and reference fields of a request may be text that the
 * daemon resolves, case kept: "lumen", "lumen/g1", "lumen/g1/evt" (a
 * milestone's type or its title, if one of the generation has it),
 * "acme:lumen/g1" (what partner acme told us), an id, or a prefix of an id of
 * at least 4 hex digits. Nothing found: NOT_FOUND; several: CONFLICT with
 * some of them in `next`. A name may hold slashes ("iPhone 6 / 6 Plus"): the
 * first slash of a path ends the project; the rest is a generation if there is
 * one of that name, else what stands behind its last slash is a milestone. In
 * a field that refers to generations all of the rest is the name. A partner is
 * named by alias, short id, company id or
 * a prefix of at least 8 hex digits of it; "self" is this company.
 *
 * POST. Each record with an id changes that record; one without is found by
 * its natural key (project: name; generation: project and name; milestone:
 * generation, type and title) or made. Fields of an existing record that the
 * request leaves out keep their value; an empty text clears its field. Label
 * none keeps the label; for a new record it means that of its parent, and
 * confidential when it has none. `inactive` is taken as it is. Records of one
 * request are posted in order and one may name another by path; they all
 * stand or none does. A record that changes nothing gets no revision and the
 * state "unchanged". One posted_row a record, in order.
 *
 * Dry run. Nothing is written; POST, GRANT_ADD and GRANT_END give
 * disclosure_rows instead: what each partner would get.
 * Threads: constant data.
 */
#ifndef KITH_VERBS_H
#define KITH_VERBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/kinds.h"

enum kith_role {
    KITH_ROLE_READER = 1,  /* sees what he is named for */
    KITH_ROLE_EDITOR = 2,  /* posts */
    KITH_ROLE_OFFICER = 3, /* agreements, grants, persons */
    KITH_ROLE_ADMIN = 4    /* partners, keys, configuration */
};

enum kith_verb {
    /* one status_row, then a partner_row for each partner */
    KITH_VERB_STATUS = 1,
    KITH_VERB_DOCTOR,
    KITH_VERB_ID_SHOW,
    KITH_VERB_CARD_SHOW,
    KITH_VERB_PARTNER_ADD,      /* card, name (alias wished), confirm (take a
                               replacement of a known id) */
    KITH_VERB_PARTNER_LIST,     /* argument partner: only that one */
    KITH_VERB_PARTNER_VERIFY,   /* partner, groups (30 digits) */
    KITH_VERB_PARTNER_RENAME,   /* partner, name */
    KITH_VERB_PARTNER_ENDPOINT, /* partner, url: replaces all */
    KITH_VERB_PARTNER_PAUSE,
    /* logs that are frozen: FORK "frozen", unless confirm is set: then both go
     * on in their next logs */
    KITH_VERB_PARTNER_RESUME,
    KITH_VERB_PARTNER_REMOVE, /* confirm must be set */
    KITH_VERB_PARTNER_PENDING,
    KITH_VERB_PERSON_ADD, /* person, role, user or uid; again: changes */
    /* partner: those it told us of; "self": ours; absent: everybody */
    KITH_VERB_PERSON_LIST,
    /* person; partner: only to that one, absent: to all verified; project
     * "any" (or absent) or a path of theirs; left: no longer bound */
    KITH_VERB_PERSON_ANNOUNCE,
    KITH_VERB_NDA_PROPOSE, /* the client has made the digest of the file */
    KITH_VERB_NDA_SIGN,    /* partner, document: digest of our copy; differs
                              from theirs: UNTRUSTED "digest_differs" */
    KITH_VERB_NDA_LIST,    /* argument partner or agreement: only those */
    KITH_VERB_NDA_END,     /* partner, agreement if several, at */
    KITH_VERB_POST,        /* business records, see above */
    /* Business records, newest revision, not logged as a read of each.
     * path: that record alone; kind, project (path), partner (owner; "self"
     * ours; absent everybody's), all: inactive ones too. */
    KITH_VERB_LIST,
    KITH_VERB_SHOW,     /* path: one record or item; a read that is logged */
    KITH_VERB_HISTORY,  /* path: all revisions, oldest first; a project or
                           partner: revisions of all in it, by time */
    KITH_VERB_TIMELINE, /* project, partner, all */
    /* grant_row, then for a dry run disclosure_rows */
    KITH_VERB_GRANT_ADD,
    KITH_VERB_GRANT_LIST, /* project, partner, all: ended ones too */
    KITH_VERB_GRANT_END,  /* grant (id prefix), or project and partner */
    KITH_VERB_WHO,        /* project: who sees what, and why */
    KITH_VERB_INBOX,      /* unread, project, partner, limit */
    KITH_VERB_ACK,        /* path (id prefix): read, no longer unread */
    KITH_VERB_TOLD,       /* who told us, or whom we told, what and when:
                             path, project, partner, since, limit */
    KITH_VERB_QUEUE,      /* partner */
    KITH_VERB_SYNC_NOW,   /* partner; rows as they stand afterwards */
    /* partner; an evidence_row for each direction, an evidence_key_row for
     * each former key; `all`: then an evidence_entry_row for each entry,
     * ascending */
    KITH_VERB_EVIDENCE,
    KITH_VERB_NOTICE_RULE_ADD,
    KITH_VERB_NOTICE_RULE_LIST,
    KITH_VERB_NOTICE_RULE_END, /* rule: id prefix */
    KITH_VERB_NOTICE_LIST,     /* newest first; limit */
    KITH_VERB_NOTICE_TEST,     /* channel */
    /* the newest of person ("kithd": the daemon's own), act, project, partner,
     * since; limit */
    KITH_VERB_AUDIT_SHOW,
    KITH_VERB_RELOAD,
    KITH_VERB_CLOCK_CONFIRM, /* time is not in doubt any more */
    /* partner, project, since, until: an evidence pack (PROTOCOL.md 11) in
     * pack_rows, whose bytes are put together */
    KITH_VERB_EVIDENCE_EXPORT,
    /* partner, project, until: ends the grants, withdraws, asks */
    KITH_VERB_DESTROY_REQUEST,
    KITH_VERB_DESTROY_LIST, /* argument partner: only that one's */
    /* request (id prefix), officer, officer_title, exceptions */
    KITH_VERB_DESTROY_CARRY_OUT,
    /* The audit log against what our entries bear witness of: an audit_log_row
     * for each log of ours, then an audit_verdict_row. A long check goes on for
     * a moment with each request: while the state is goes_on, ask again with
     * `check` as the row says. */
    KITH_VERB_AUDIT_VERIFY,
    /* text (name of the format), project, partner: the client is about to
     * write these records out; asked first: no row, no file */
    KITH_VERB_EXPORTED,
    /* until; grant, or those of project, partner that end within so many days:
     * they last until then. A grant_row for each */
    KITH_VERB_GRANT_RENEW,
    /* grant; kinds and persons that remain, hide further ones, until an earlier
     * day: another grant in its place. grant_row, then for a dry run
     * disclosure_rows */
    KITH_VERB_GRANT_NARROW,
    /* person: has left. Of ours; person_row */
    KITH_VERB_PERSON_LEAVE,
    /* partner; absent: all verified ones. The caller accepts the duty of
     * confidence to them; person_row */
    KITH_VERB_PERSON_ACCEPT,
    /* partner: only that one; an openness_row for it as a whole, then one for
     * each project with a level of its own */
    KITH_VERB_OPENNESS_SHOW,
    KITH_VERB_OPENNESS_LOWER, /* partner, project, level: at once */
    KITH_VERB_OPENNESS_RAISE, /* the same; counts when a second officer asks */
    KITH_VERB_NDA_AMEND, /* as propose; of the agreement named, what is given
                            is replaced */
    KITH_VERB_ORAL_LIST, /* partner: memos of oral disclosures; they are posted
                            as messages of type oral */
    KITH_VERB_COUNT
};

/* Kinds of the control protocol: arguments here, rows in rows.h. */
enum kith_control_kind {
    KITH_KIND_PARTNER_ARGS = 1100,
    KITH_KIND_PERSON_ARGS = 1101,
    KITH_KIND_NDA_ARGS = 1102,
    KITH_KIND_RECORD_ARGS = 1103,
    KITH_KIND_GRANT_ARGS = 1104,
    KITH_KIND_NOTICE_ARGS = 1105,
    KITH_KIND_DESTROY_ARGS = 1107,
    KITH_KIND_OPENNESS_ARGS = 1110,

    KITH_KIND_STATUS_ROW = 1200,
    KITH_KIND_CHECK_ROW = 1201,
    KITH_KIND_IDENTITY_ROW = 1202,
    KITH_KIND_CARD_ROW = 1203,
    KITH_KIND_PARTNER_ROW = 1204,
    KITH_KIND_PENDING_ROW = 1205,
    KITH_KIND_PERSON_ROW = 1206,
    KITH_KIND_NDA_ROW = 1207,
    KITH_KIND_POSTED_ROW = 1208,
    KITH_KIND_DISCLOSURE_ROW = 1209,
    KITH_KIND_INBOX_ROW = 1210,
    KITH_KIND_TIMELINE_ROW = 1211,
    KITH_KIND_GRANT_ROW = 1212,
    KITH_KIND_WHO_ROW = 1213,
    KITH_KIND_TOLD_ROW = 1214,
    KITH_KIND_QUEUE_ROW = 1215,
    KITH_KIND_EVIDENCE_ROW = 1216,
    KITH_KIND_EVIDENCE_ENTRY_ROW = 1217,
    KITH_KIND_RULE_ROW = 1218,
    KITH_KIND_NOTICE_ROW = 1219,
    KITH_KIND_AUDIT_ROW = 1220,
    KITH_KIND_RELOAD_ROW = 1221,
    KITH_KIND_ORAL_ROW = 1222,
    KITH_KIND_OPENNESS_ROW = 1227,
    KITH_KIND_EVIDENCE_KEY_ROW = 1230,
    KITH_KIND_PACK_ROW = 1231,
    KITH_KIND_DESTRUCTION_ROW = 1232,
    KITH_KIND_AUDIT_LOG_ROW = 1240,
    KITH_KIND_AUDIT_VERDICT_ROW = 1241
};

enum kith_partner_args {
    KITH_PARTNER_ARGS_PARTNER = 1,
    KITH_PARTNER_ARGS_NAME = 2,
    KITH_PARTNER_ARGS_URL = 3, /* list */
    KITH_PARTNER_ARGS_GROUPS = 4,
    KITH_PARTNER_ARGS_CARD = 5, /* text form */
    KITH_PARTNER_ARGS_CONFIRM = 6
};

enum kith_person_args {
    KITH_PERSON_ARGS_PERSON = 1,
    KITH_PERSON_ARGS_ROLE = 2, /* enum kith_role */
    KITH_PERSON_ARGS_USER = 3, /* name of a Unix account */
    KITH_PERSON_ARGS_UID = 4,
    KITH_PERSON_ARGS_PARTNER = 5,
    KITH_PERSON_ARGS_PROJECT = 6
};

enum kith_nda_args {
    KITH_NDA_ARGS_PARTNER = 1,
    KITH_NDA_ARGS_DOCUMENT = 2, /* SHA-256 of the text */
    KITH_NDA_ARGS_DOCUMENT_NAME = 3,
    KITH_NDA_ARGS_PURPOSE = 4,
    KITH_NDA_ARGS_FROM = 5,
    KITH_NDA_ARGS_UNTIL = 6,
    KITH_NDA_ARGS_YEARS = 7,
    KITH_NDA_ARGS_GOVERNING_LAW = 8,
    KITH_NDA_ARGS_JURISDICTION = 9,
    KITH_NDA_ARGS_RETURN_OR_DESTROY = 10,
    KITH_NDA_ARGS_SIGNER = 11, /* absent: the person's own name */
    KITH_NDA_ARGS_SIGNER_TITLE = 12,
    KITH_NDA_ARGS_AGREEMENT = 13, /* prefix of the terms digest, hex */
    KITH_NDA_ARGS_TRADE_SECRETS = 14,
    KITH_NDA_ARGS_PERPETUAL = 15,
    KITH_NDA_ARGS_UNTIL_TERMINATED = 16,
    KITH_NDA_ARGS_MODIFICATIONS = 17,
    KITH_NDA_ARGS_MARKING_DAYS = 18,
    KITH_NDA_ARGS_NOTICE_ADDRESS = 19,
    KITH_NDA_ARGS_READS = 20
};

enum kith_record_args {
    KITH_RECORD_ARGS_PATH = 1,
    KITH_RECORD_ARGS_KIND = 2, /* name of a kind or of a message type */
    KITH_RECORD_ARGS_PROJECT = 3,
    KITH_RECORD_ARGS_PARTNER = 4,
    KITH_RECORD_ARGS_UNREAD = 5,
    KITH_RECORD_ARGS_SINCE = 6,
    KITH_RECORD_ARGS_LIMIT = 7,
    KITH_RECORD_ARGS_ALL = 8,
    KITH_RECORD_ARGS_TEXT = 9,
    KITH_RECORD_ARGS_UNTIL = 10,
    KITH_RECORD_ARGS_CHECK = 11, /* number of a check that goes on */
    KITH_RECORD_ARGS_PERSON = 12,
    KITH_RECORD_ARGS_ACT = 13
};

enum kith_grant_args {
    KITH_GRANT_ARGS_PROJECT = 1,
    KITH_GRANT_ARGS_PARTNER = 2,
    KITH_GRANT_ARGS_PURPOSE = 3,
    KITH_GRANT_ARGS_KINDS = 4,   /* list of kind names */
    KITH_GRANT_ARGS_PERSONS = 5, /* list of their names; or only "bound" */
    KITH_GRANT_ARGS_FROM = 6,    /* absent: today */
    KITH_GRANT_ARGS_UNTIL = 7,
    KITH_GRANT_ARGS_HIDE = 8,  /* list of "kind.field" */
    KITH_GRANT_ARGS_GRANT = 9, /* id prefix */
    KITH_GRANT_ARGS_ALL = 10,
    KITH_GRANT_ARGS_WITHIN = 11 /* days */
};

enum kith_notice_args {
    KITH_NOTICE_ARGS_CHANNEL = 1,
    KITH_NOTICE_ARGS_PROJECT = 2,
    KITH_NOTICE_ARGS_PARTNER = 3,
    KITH_NOTICE_ARGS_KIND = 4,
    KITH_NOTICE_ARGS_SLIP_DAYS = 5,
    KITH_NOTICE_ARGS_RULE = 6,
    KITH_NOTICE_ARGS_LIMIT = 7
};

enum kith_openness_args {
    KITH_OPENNESS_ARGS_PARTNER = 1,
    KITH_OPENNESS_ARGS_PROJECT = 2,
    KITH_OPENNESS_ARGS_LEVEL = 3 /* enum kith_openness_level */
};

enum kith_destroy_args {
    KITH_DESTROY_ARGS_PARTNER = 1,
    KITH_DESTROY_ARGS_PROJECT = 2,
    KITH_DESTROY_ARGS_UNTIL = 3,
    KITH_DESTROY_ARGS_REQUEST = 4,
    KITH_DESTROY_ARGS_OFFICER = 5, /* absent: the person's own name */
    KITH_DESTROY_ARGS_OFFICER_TITLE = 6,
    KITH_DESTROY_ARGS_EXCEPTIONS = 7
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
/* Roles by number and name, for the tables of kinds and for look-ups. */
extern const struct kith_choice kith_roles[];

#endif
