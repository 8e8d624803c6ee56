/* fields - the field numbers of the kinds that travel and of stored state.
 *
 * The tables behind kinds.h give each number its type and bounds; this header
 * gives it a name in C. Numbers are never reused. What the daemon and the
 * client say to each other on the control socket stands in verbs.h, rows.h.
 * Threads: constant data.
 */
#ifndef KITH_FIELDS_H
#define KITH_FIELDS_H

/* ---- business: what companies tell each other about a project ---- */

/* In every business kind: where a record came from, and a note of the owner. */
enum kith_common_field {
    KITH_SOURCE_FORMAT = 900, /* "lifecycle" */
    KITH_SOURCE_REF = 901,    /* the source's own code, a commit */
    KITH_SOURCE_AT = 902,     /* when the source says it changed */
    KITH_SOURCE_PLACE = 903,  /* "devices.csv:12", a time with its offset */
    KITH_NOTE = 904
};

enum kith_project_field {
    KITH_PROJECT_NAME = 1,
    KITH_PROJECT_TITLE = 2,
    KITH_PROJECT_CATEGORY = 3,
    KITH_PROJECT_FAMILY = 4,
    KITH_PROJECT_MARKET = 5
};

enum kith_generation_field {
    KITH_GENERATION_PROJECT = 1,
    KITH_GENERATION_NAME = 2,
    KITH_GENERATION_TITLE = 3,
    KITH_GENERATION_CODENAME = 4,
    KITH_GENERATION_STAGE = 5,
    KITH_GENERATION_PREDECESSOR = 6,
    KITH_GENERATION_DESIGN_REVISION = 7
};

enum kith_milestone_field {
    KITH_MILESTONE_GENERATION = 1,
    KITH_MILESTONE_TYPE = 2, /* enum kith_milestone_type */
    KITH_MILESTONE_TITLE = 3,
    KITH_MILESTONE_PLANNED = 4,
    KITH_MILESTONE_BASELINE = 5,
    KITH_MILESTONE_ACTUAL = 6,
    KITH_MILESTONE_CONFIDENCE = 7,
    KITH_MILESTONE_STATE = 8, /* enum kith_milestone_state */
    KITH_MILESTONE_RESULT = 9,
    KITH_MILESTONE_BUILD_QTY = 10,
    KITH_MILESTONE_DEPENDS_ON = 11
};

enum kith_milestone_type {
    KITH_MILESTONE_KICKOFF = 1,
    KITH_MILESTONE_DESIGN_FREEZE = 2,
    KITH_MILESTONE_EVT = 3,
    KITH_MILESTONE_DVT = 4,
    KITH_MILESTONE_PVT = 5,
    KITH_MILESTONE_SOP = 6,
    KITH_MILESTONE_RELEASE = 7,
    KITH_MILESTONE_RELEASED = 8,
    KITH_MILESTONE_EOAS = 9,
    KITH_MILESTONE_EOL = 10,
    KITH_MILESTONE_EOES = 11,
    KITH_MILESTONE_DISCONTINUED = 12,
    KITH_MILESTONE_LTS = 13,
    KITH_MILESTONE_LTB = 14,
    KITH_MILESTONE_LAST_SHIP = 15,
    KITH_MILESTONE_OTHER = 16
};

enum kith_milestone_state {
    KITH_STATE_EXPECTED = 1,
    KITH_STATE_AT_RISK = 2,
    KITH_STATE_ACTUAL = 3,
    KITH_STATE_CANCELLED = 4
};

enum kith_message_field {
    KITH_MESSAGE_ABOUT = 1,
    KITH_MESSAGE_TYPE = 2, /* enum kith_message_type */
    KITH_MESSAGE_TEXT = 3,
    KITH_MESSAGE_DUE = 4,
    KITH_MESSAGE_ADDRESSEE =
        5, /* of an oral memo: goes to this company alone */
    KITH_MESSAGE_SAID_ON = 6,
    KITH_MESSAGE_SAID_TO = 7
};

enum kith_message_type {
    KITH_MESSAGE_INFO = 1,
    KITH_MESSAGE_ASK = 2,
    KITH_MESSAGE_RISK = 3,
    KITH_MESSAGE_CHANGE = 4,
    KITH_MESSAGE_ORAL = 5 /* memo of an oral disclosure */
};

enum kith_answer_field {
    KITH_ANSWER_TO = 1,
    KITH_ANSWER_VERDICT = 2, /* enum kith_answer_verdict */
    KITH_ANSWER_TEXT = 3,
    KITH_ANSWER_DUE = 4
};

enum kith_answer_verdict {
    KITH_ANSWER_ACCEPT = 1,
    KITH_ANSWER_REJECT = 2,
    KITH_ANSWER_AMEND = 3
};

/* A grant as the grantee is told it. */
enum kith_grant_field {
    KITH_GRANT_PROJECT = 1,
    KITH_GRANT_KINDS = 2,
    KITH_GRANT_PURPOSE = 3,
    KITH_GRANT_PERSONS = 4,
    KITH_GRANT_BOUND = 5,
    KITH_GRANT_FROM = 6,
    KITH_GRANT_UNTIL = 7,
    KITH_GRANT_FIELDS_VISIBLE = 8 /* "milestone.planned" */
};

/* ---- relation ---- */

enum kith_log_opened_field {
    KITH_LOG_OPENED_LOG_NUMBER = 1,
    KITH_LOG_OPENED_PREVIOUS_SIZE = 2,
    KITH_LOG_OPENED_PREVIOUS_ROOT = 3,
    KITH_LOG_OPENED_OWN_CARD = 4,
    KITH_LOG_OPENED_PARTNER_CARD = 5
};

enum kith_key_notice_field {
    KITH_KEY_NOTICE_KEY_USE = 1, /* enum kith_key_notice_use */
    KITH_KEY_NOTICE_PUBLIC_KEY = 2,
    KITH_KEY_NOTICE_FROM_SIZE = 3,
    KITH_KEY_NOTICE_TO_SIZE = 4,
    KITH_KEY_NOTICE_COMPROMISED = 5,
    KITH_KEY_NOTICE_SIGNATURE = 6,
    KITH_KEY_NOTICE_LOG_NUMBER = 7
};

enum kith_key_notice_use {
    KITH_NOTICE_KEY_LOG = 1,
    KITH_NOTICE_KEY_RECEIPT,
    KITH_NOTICE_KEY_STATEMENT
};

enum kith_card_notice_field {
    KITH_CARD_NOTICE_CARD = 1
};

/* Terms (1..11) and signature (20..25) of an agreement; proposal, signature,
 * end and our own agreement state use the same numbers. */
enum kith_nda_field {
    KITH_NDA_DOCUMENT = 1, /* in nda_proposal */
    KITH_NDA_PROPOSAL = 1, /* in nda_signature: item id of the proposal */
    KITH_NDA_DOCUMENT_NAME = 2,
    KITH_NDA_PURPOSE = 3,
    KITH_NDA_EFFECTIVE = 4,
    KITH_NDA_UNTIL = 5,
    KITH_NDA_CONFIDENTIALITY_YEARS = 6,
    KITH_NDA_GOVERNING_LAW = 7,
    KITH_NDA_JURISDICTION = 8,
    KITH_NDA_RETURN_OR_DESTROY = 9,
    KITH_NDA_PROPOSER = 10,
    KITH_NDA_PARTNER = 11,
    KITH_NDA_TERMS = 12,
    KITH_NDA_AMENDS = 13, /* terms digest of the agreement that is amended */
    KITH_NDA_TRADE_SECRETS = 14,
    KITH_NDA_PERPETUAL = 15,
    KITH_NDA_UNTIL_TERMINATED = 16,
    KITH_NDA_MODIFICATIONS = 17,
    KITH_NDA_MARKING_DAYS = 18,
    KITH_NDA_READS = 19, /* each side tells the other who read what */
    KITH_NDA_TERMS_DIGEST = 20,
    KITH_NDA_SIGNER = 21,
    KITH_NDA_SIGNER_TITLE = 22,
    KITH_NDA_SIGNED_AT = 23,
    KITH_NDA_SIGNATURE = 24,
    KITH_NDA_END_AT = 25,
    KITH_NDA_NOTICE_ADDRESS = 26,
    KITH_NDA_FORM = 27 /* of the terms: 2 when they hold fields above 11 */
};

enum kith_person_field {
    KITH_PERSON_NAME = 1,
    KITH_PERSON_ROLE = 2,
    KITH_PERSON_PROJECT = 3, /* absent: any */
    KITH_PERSON_LEFT = 4
};

/* ---- duty ---- */

enum kith_void_field {
    KITH_VOID_FROM = 1,
    KITH_VOID_COUNT = 2,
    KITH_VOID_REASON = 3 /* enum kith_void_reason */
};

enum kith_void_reason {
    KITH_VOID_NOT_ALLOWED = 1,
    KITH_VOID_AGREEMENT_OVER = 2,
    KITH_VOID_GRANT_OVER = 3,
    KITH_VOID_WITHDRAWN = 4,
    KITH_VOID_DESTROYED = 5
};

enum kith_withdrawal_field {
    KITH_WITHDRAWAL_ITEM = 1,
    KITH_WITHDRAWAL_REASON = 2 /* enum kith_withdrawal_reason */
};

enum kith_withdrawal_reason {
    KITH_WITHDRAWAL_GRANT_OVER = 1,
    KITH_WITHDRAWAL_AGREEMENT_OVER = 2,
    KITH_WITHDRAWAL_NARROWED = 3,
    KITH_WITHDRAWAL_REMOVED = 4
};

enum kith_read_field {
    KITH_READ_ITEM = 1,
    KITH_READ_REVISION = 2,
    KITH_READ_PERSON = 3 /* id on the link */
};

enum kith_verdict_field {
    KITH_VERDICT_LOG_NUMBER = 1,
    KITH_VERDICT_INDEX = 2,
    KITH_VERDICT_LEAF = 3,
    KITH_VERDICT_VERDICT = 4, /* enum kith_verdict_value */
    KITH_VERDICT_CODE = 5,
    KITH_VERDICT_WHY = 6
};

enum kith_verdict_value {
    KITH_VERDICT_UNREADABLE = 1,
    KITH_VERDICT_NOT_UNDERSTOOD = 2,
    KITH_VERDICT_REJECTED = 3,
    KITH_VERDICT_PROCESSED = 4 /* now; another had been told before */
};

/* ---- local: state in our own store ---- */

enum kith_agreement_field {
    KITH_AGREEMENT_PARTNER = 1, /* link number */
    KITH_AGREEMENT_TERMS = 2,   /* the exact bytes that terms_digest is of */
    KITH_AGREEMENT_DOCUMENT = 3,
    KITH_AGREEMENT_DOCUMENT_NAME = 4,
    KITH_AGREEMENT_PURPOSE = 5,
    KITH_AGREEMENT_EFFECTIVE = 6,
    KITH_AGREEMENT_UNTIL = 7,
    KITH_AGREEMENT_CONFIDENTIALITY_YEARS = 8,
    KITH_AGREEMENT_GOVERNING_LAW = 9,
    KITH_AGREEMENT_JURISDICTION = 10,
    KITH_AGREEMENT_RETURN_OR_DESTROY = 11,
    KITH_AGREEMENT_AMENDS = 12,
    KITH_AGREEMENT_TRADE_SECRETS = 13,
    KITH_AGREEMENT_PERPETUAL = 14,
    KITH_AGREEMENT_UNTIL_TERMINATED = 15,
    KITH_AGREEMENT_MODIFICATIONS = 16,
    KITH_AGREEMENT_MARKING_DAYS = 17,
    KITH_AGREEMENT_READS = 18,
    KITH_AGREEMENT_TERMS_DIGEST = 20,
    KITH_AGREEMENT_OWN_SIGNER = 30,
    KITH_AGREEMENT_OWN_SIGNED_AT = 31,
    KITH_AGREEMENT_OWN_SIGNATURE = 32,
    KITH_AGREEMENT_OWN_SIGNER_TITLE = 33,
    KITH_AGREEMENT_OWN_NOTICE_ADDRESS = 34,
    KITH_AGREEMENT_PARTNER_SIGNER = 40,
    KITH_AGREEMENT_PARTNER_SIGNED_AT = 41,
    KITH_AGREEMENT_PARTNER_SIGNATURE = 42,
    KITH_AGREEMENT_PARTNER_SIGNER_TITLE = 43,
    KITH_AGREEMENT_PARTNER_NOTICE_ADDRESS = 44,
    KITH_AGREEMENT_PROPOSED_BY_US = 50,
    KITH_AGREEMENT_ENDED_OWN = 51,
    KITH_AGREEMENT_ENDED_PARTNER = 52,
    KITH_AGREEMENT_PROPOSAL_ITEM = 53,
    KITH_AGREEMENT_WATCH_FROM = 54, /* day: notices before it are not missed */
    KITH_AGREEMENT_WATCHED = 55, /* days before the end, of the last notice */
    KITH_AGREEMENT_ENDED_OWN_SIGNER = 56,
    KITH_AGREEMENT_ENDED_OWN_TITLE = 57,
    KITH_AGREEMENT_ENDED_PARTNER_SIGNER = 58,
    KITH_AGREEMENT_ENDED_PARTNER_TITLE = 59,
    KITH_AGREEMENT_REFUSED = 60 /* why they could not use a step of ours */
};

enum kith_grant_state_field {
    KITH_GRANT_STATE_PROJECT = 1,
    KITH_GRANT_STATE_LINK = 2,
    KITH_GRANT_STATE_KINDS = 3,
    KITH_GRANT_STATE_PURPOSE = 4,
    KITH_GRANT_STATE_PERSONS = 5,
    KITH_GRANT_STATE_BOUND = 6,
    KITH_GRANT_STATE_FROM = 7,
    KITH_GRANT_STATE_UNTIL = 8,
    KITH_GRANT_STATE_HIDDEN = 9, /* "milestone.note" */
    KITH_GRANT_STATE_AGREEMENT = 10,
    KITH_GRANT_STATE_ENDED = 11,
    KITH_GRANT_STATE_AUDIENCE_VERSION = 12,
    KITH_GRANT_STATE_ITEM = 13, /* the grant as told */
    KITH_GRANT_STATE_TOLD = 14, /* its revision in this log; absent: 1 */
    KITH_GRANT_STATE_UNTOLD = 15
};

/* How far we are open to a partner, in a project of ours or in all. */
enum kith_openness_field {
    KITH_OPENNESS_LINK = 1,
    KITH_OPENNESS_PROJECT = 2, /* record number; absent: all without a row */
    KITH_OPENNESS_LEVEL = 3,   /* enum kith_openness_level */
    KITH_OPENNESS_ASKED = 4, /* a higher one, that a second officer approves */
    KITH_OPENNESS_ASKED_BY = 5, /* state number of a person */
    KITH_OPENNESS_ASKED_AT = 6  /* Unix seconds */
};

/* From closed to open; each covers what the one before covers. */
enum kith_openness_level {
    KITH_OPENNESS_CLOSED = 1,
    KITH_OPENNESS_OUTLINE = 2,
    KITH_OPENNESS_PLAN = 3,
    KITH_OPENNESS_FULL = 4, /* where nothing else was set */
    KITH_OPENNESS_STRICT = 5
};

/* A key that signs, or once signed, on a link. */
enum kith_link_key_field {
    KITH_LINK_KEY_USE = 1,  /* enum kith_link_key_use */
    KITH_LINK_KEY_OURS = 2, /* ours, else the partner's */
    KITH_LINK_KEY_LOG_NUMBER = 3,
    KITH_LINK_KEY_PUBLIC_KEY = 4,
    KITH_LINK_KEY_FROM = 5, /* first size it signs */
    KITH_LINK_KEY_TO = 6,   /* last size; absent: open */
    KITH_LINK_KEY_COMPROMISED = 7,
    KITH_LINK_KEY_CARD = 8,     /* digest of a card that names it */
    KITH_LINK_KEY_SIGNATURE = 9 /* of the key notice with this range */
};

/* As enum kith_key_notice_use. */
enum kith_link_key_use {
    KITH_LINK_KEY_USE_LOG = 1,
    KITH_LINK_KEY_USE_RECEIPT = 2,
    KITH_LINK_KEY_USE_STATEMENT = 3,
    KITH_LINK_KEY_USE_TRANSPORT = 4 /* may still be used in a handshake */
};

/* In the certificate fields 1 to 9 are what is signed. */
enum kith_destruction_request_field {
    KITH_DESTRUCTION_REQUEST_PROJECT = 1, /* its id on the link; absent: all */
    KITH_DESTRUCTION_REQUEST_UNTIL = 2
};

enum kith_destruction_certificate_field {
    KITH_CERTIFICATE_REQUEST = 1, /* id of the request */
    KITH_CERTIFICATE_LOG_NUMBER = 2,
    KITH_CERTIFICATE_SIZE = 3,
    KITH_CERTIFICATE_ENTRIES = 4,
    KITH_CERTIFICATE_DIGEST = 5, /* PROTOCOL.md 8.4 */
    KITH_CERTIFICATE_DESTROYED_AT = 6,
    KITH_CERTIFICATE_OFFICER = 7,
    KITH_CERTIFICATE_OFFICER_TITLE = 8,
    KITH_CERTIFICATE_EXCEPTIONS = 9,
    KITH_CERTIFICATE_SIGNATURE = 10
};

enum kith_destruction_field {
    KITH_DESTRUCTION_LINK = 1,
    KITH_DESTRUCTION_OURS = 2,
    KITH_DESTRUCTION_REQUEST = 3,
    KITH_DESTRUCTION_PROJECT = 4,
    KITH_DESTRUCTION_RECORD = 5, /* number of the project here; absent: all */
    KITH_DESTRUCTION_UNTIL = 6,
    KITH_DESTRUCTION_AT = 7,
    KITH_DESTRUCTION_STATE = 8, /* enum kith_destruction_state */
    KITH_DESTRUCTION_OFFICER = 9,
    KITH_DESTRUCTION_OFFICER_TITLE = 10,
    KITH_DESTRUCTION_EXCEPTIONS = 11,
    KITH_DESTRUCTION_DESTROYED_AT = 12,
    KITH_DESTRUCTION_ENTRIES = 13,
    KITH_DESTRUCTION_DIFFERS = 14
};

enum kith_destruction_state {
    KITH_DESTRUCTION_REQUESTED = 1,
    KITH_DESTRUCTION_UNDER_WAY = 2,
    KITH_DESTRUCTION_DONE = 3
};

enum kith_person_state_field {
    KITH_PERSON_STATE_NAME = 1,
    KITH_PERSON_STATE_ROLE = 2, /* enum kith_role */
    KITH_PERSON_STATE_UID = 3,
    KITH_PERSON_STATE_USER = 4,
    /* three lists of equal length: on which link, as whom, for what */
    KITH_PERSON_STATE_ANNOUNCED = 5,
    KITH_PERSON_STATE_LINK_PERSON = 6,
    KITH_PERSON_STATE_ANNOUNCED_PROJECT = 7, /* all 0: any */
    KITH_PERSON_STATE_LEFT = 8,              /* Unix seconds */
    KITH_PERSON_STATE_ACCEPTED = 9           /* list: links to which the duty of
                                      confidence was accepted */
};

enum kith_oral_memo_field {
    KITH_ORAL_MEMO_LINK = 1,
    KITH_ORAL_MEMO_RECORD = 2, /* id of the message, ours */
    KITH_ORAL_MEMO_DUE = 3,
    KITH_ORAL_MEMO_VERDICT = 4, /* enum kith_answer_verdict; none: no answer */
    KITH_ORAL_MEMO_ANSWERED_AT = 5,
    KITH_ORAL_MEMO_ALARMED = 6
};

enum kith_audit_field {
    KITH_AUDIT_ACT = 1,
    KITH_AUDIT_PERSON = 2,
    KITH_AUDIT_LINK = 3,
    KITH_AUDIT_ITEM = 4,
    KITH_AUDIT_TEXT = 5,
    KITH_AUDIT_RULE = 6,
    KITH_AUDIT_AT = 7,
    KITH_AUDIT_COUNT = 8,
    KITH_AUDIT_LOG_NUMBER = 9,
    KITH_AUDIT_INDEX = 10,
    KITH_AUDIT_PROJECT = 11,
    KITH_AUDIT_OWNER = 12
};

enum kith_notice_rule_field {
    KITH_NOTICE_RULE_PERSON = 1,
    KITH_NOTICE_RULE_PARTNER = 2,
    KITH_NOTICE_RULE_PROJECT = 3,
    KITH_NOTICE_RULE_KIND = 4,
    KITH_NOTICE_RULE_SLIP_DAYS = 5,
    KITH_NOTICE_RULE_CHANNEL = 6,
    KITH_NOTICE_RULE_ENDED = 7
};

enum kith_notice_field {
    KITH_NOTICE_RULE = 1,
    KITH_NOTICE_CHANNEL = 2,
    KITH_NOTICE_ITEM = 3,
    KITH_NOTICE_LINK = 4,
    KITH_NOTICE_KIND = 5,
    KITH_NOTICE_PARTNER = 6,
    KITH_NOTICE_PROJECT = 7,
    KITH_NOTICE_DUE = 8,
    KITH_NOTICE_TEXT = 9,
    KITH_NOTICE_AT = 10,
    KITH_NOTICE_STATE = 11, /* enum kith_notice_state */
    KITH_NOTICE_TRIES = 12,
    KITH_NOTICE_NEXT_TRY = 13
};

enum kith_notice_state {
    KITH_NOTICE_WAITING = 1,
    KITH_NOTICE_DELIVERED = 2,
    KITH_NOTICE_FAILED = 3
};

#endif
