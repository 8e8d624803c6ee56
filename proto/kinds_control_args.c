/* kinds_control_args - tables of the control protocol: arguments.
 *
 * Their numbers have names in include/kith/verbs.h. They never travel
 * between companies. Not here: what the daemon does with them.
 */
#include "kind_tables.h"

#include "kith/ids.h"
#include "kith/limits.h"
#include "kith/verbs.h"

static const struct kith_field_info partner_args_fields[] = {
    {KITH_PARTNER_ARGS_PARTNER, "partner", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "alias, short id or company id"},
    {KITH_PARTNER_ARGS_NAME, "name", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0, NULL,
     NULL, "name we use for the partner"},
    {KITH_PARTNER_ARGS_URL, "url", KITH_FIELD_NAME, KITH_F_LIST, KITH_URL_MAX,
     0, NULL, NULL, "address, tcp://host:port"},
    {KITH_PARTNER_ARGS_GROUPS, "groups", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "the six groups they read to you"},
    {KITH_PARTNER_ARGS_CARD, "card", KITH_FIELD_TEXT, 0, 2 * KITH_CARD_MAX, 0,
     NULL, NULL, "text of a card"},
    {KITH_PARTNER_ARGS_CONFIRM, "confirm", KITH_FIELD_FLAG, 0, 0, 0, NULL, NULL,
     "you know what this undoes"},
};

static const struct kith_field_info person_args_fields[] = {
    {KITH_PERSON_ARGS_PERSON, "person", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "name of a person of this company"},
    {KITH_PERSON_ARGS_ROLE, "role", KITH_FIELD_CHOICE, 0, 0, 0, kith_roles,
     NULL, "what the person may do"},
    {KITH_PERSON_ARGS_USER, "user", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0, NULL,
     NULL, "Unix account that acts as this person"},
    {KITH_PERSON_ARGS_UID, "uid", KITH_FIELD_NUMBER, 0, 0, 0, NULL, NULL,
     "number of that account"},
    {KITH_PERSON_ARGS_PARTNER, "partner", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "the partner concerned"},
    {KITH_PERSON_ARGS_PROJECT, "project", KITH_FIELD_NAME, 0, KITH_PATH_MAX, 0,
     NULL, NULL, "project the person is bound to, or any"},
};

static const struct kith_field_info nda_args_fields[] = {
    {KITH_NDA_ARGS_PARTNER, "partner", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "the partner concerned"},
    {KITH_NDA_ARGS_DOCUMENT, "document", KITH_FIELD_DIGEST, 0, KITH_HASH_LEN, 0,
     NULL, NULL, "SHA-256 of the text"},
    {KITH_NDA_ARGS_DOCUMENT_NAME, "document_name", KITH_FIELD_NAME, 0,
     KITH_NAME_MAX, 0, NULL, NULL, "name of the text"},
    {KITH_NDA_ARGS_PURPOSE, "purpose", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "what it is for"},
    {KITH_NDA_ARGS_FROM, "from", KITH_FIELD_DAY, 0, 0, 0, NULL, NULL,
     "first day it is in force"},
    {KITH_NDA_ARGS_UNTIL, "until", KITH_FIELD_DAY, 0, 0, 0, NULL, NULL,
     "last day it is in force"},
    {KITH_NDA_ARGS_YEARS, "years", KITH_FIELD_NUMBER, 0, 0, 0, NULL, "years",
     "years of confidence after the end"},
    {KITH_NDA_ARGS_GOVERNING_LAW, "governing_law", KITH_FIELD_NAME, 0,
     KITH_NAME_MAX, 0, NULL, NULL, "law that governs it"},
    {KITH_NDA_ARGS_JURISDICTION, "jurisdiction", KITH_FIELD_NAME, 0,
     KITH_NAME_MAX, 0, NULL, NULL, "courts that decide"},
    {KITH_NDA_ARGS_RETURN_OR_DESTROY, "return_or_destroy", KITH_FIELD_FLAG, 0,
     0, 0, NULL, NULL, "items are returned or destroyed at its end"},
    {KITH_NDA_ARGS_SIGNER, "signer", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0, NULL,
     NULL, "name of the person who signs"},
    {KITH_NDA_ARGS_SIGNER_TITLE, "signer_title", KITH_FIELD_NAME, 0,
     KITH_NAME_MAX, 0, NULL, NULL, "title of the person who signs"},
    {KITH_NDA_ARGS_AGREEMENT, "agreement", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "first digits of the digest of the terms"},
};

static const struct kith_field_info record_args_fields[] = {
    {KITH_RECORD_ARGS_PATH, "path", KITH_FIELD_NAME, 0, KITH_PATH_MAX, 0, NULL,
     NULL, "record, item or id"},
    {KITH_RECORD_ARGS_KIND, "kind", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0, NULL,
     NULL, "only records of this kind"},
    {KITH_RECORD_ARGS_PROJECT, "project", KITH_FIELD_NAME, 0, KITH_PATH_MAX, 0,
     NULL, NULL, "only what belongs to this project"},
    {KITH_RECORD_ARGS_PARTNER, "partner", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "only what concerns this partner"},
    {KITH_RECORD_ARGS_UNREAD, "unread", KITH_FIELD_FLAG, 0, 0, 0, NULL, NULL,
     "only what nobody here has read"},
    {KITH_RECORD_ARGS_SINCE, "since", KITH_FIELD_DAY, 0, 0, 0, NULL, NULL,
     "only what is not older than this day"},
    {KITH_RECORD_ARGS_LIMIT, "limit", KITH_FIELD_NUMBER, 0, 0, 0, NULL, NULL,
     "at most so many rows"},
    {KITH_RECORD_ARGS_ALL, "all", KITH_FIELD_FLAG, 0, 0, 0, NULL, NULL,
     "inactive and ended ones too"},
    {KITH_RECORD_ARGS_TEXT, "text", KITH_FIELD_TEXT, 0, KITH_TEXT_MAX, 0, NULL,
     NULL, "a sentence"},
    {KITH_RECORD_ARGS_UNTIL, "until", KITH_FIELD_DAY, 0, 0, 0, NULL, NULL,
     "up to this day"},
};

static const struct kith_field_info grant_args_fields[] = {
    {KITH_GRANT_ARGS_PROJECT, "project", KITH_FIELD_NAME, 0, KITH_PATH_MAX, 0,
     NULL, NULL, "the project"},
    {KITH_GRANT_ARGS_PARTNER, "partner", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "the partner"},
    {KITH_GRANT_ARGS_PURPOSE, "purpose", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "what they need it for"},
    {KITH_GRANT_ARGS_KINDS, "kinds", KITH_FIELD_NAME, KITH_F_LIST,
     KITH_NAME_MAX, 0, NULL, NULL, "kinds of records they may see"},
    {KITH_GRANT_ARGS_PERSONS, "persons", KITH_FIELD_NAME, KITH_F_LIST,
     KITH_NAME_MAX, 0, NULL, NULL,
     "persons of theirs who may see them, or bound"},
    {KITH_GRANT_ARGS_FROM, "from", KITH_FIELD_DAY, 0, 0, 0, NULL, NULL,
     "first day"},
    {KITH_GRANT_ARGS_UNTIL, "until", KITH_FIELD_DAY, 0, 0, 0, NULL, NULL,
     "last day"},
    {KITH_GRANT_ARGS_HIDE, "hide", KITH_FIELD_NAME, KITH_F_LIST, KITH_NAME_MAX,
     0, NULL, NULL, "field they may not see, kind.field"},
    {KITH_GRANT_ARGS_GRANT, "grant", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0, NULL,
     NULL, "first digits of the id of a grant"},
    {KITH_GRANT_ARGS_ALL, "all", KITH_FIELD_FLAG, 0, 0, 0, NULL, NULL,
     "ended ones too"},
};

static const struct kith_field_info notice_args_fields[] = {
    {KITH_NOTICE_ARGS_CHANNEL, "channel", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "channel of the configuration, or inbox"},
    {KITH_NOTICE_ARGS_PROJECT, "project", KITH_FIELD_NAME, 0, KITH_PATH_MAX, 0,
     NULL, NULL, "only what belongs to this project"},
    {KITH_NOTICE_ARGS_PARTNER, "partner", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "only what comes from this partner"},
    {KITH_NOTICE_ARGS_KIND, "kind", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0, NULL,
     NULL, "only this kind"},
    {KITH_NOTICE_ARGS_SLIP_DAYS, "slip_days", KITH_FIELD_NUMBER, 0, 0, 0, NULL,
     "days", "only milestones moved by at least so many days"},
    {KITH_NOTICE_ARGS_RULE, "rule", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0, NULL,
     NULL, "first digits of the id of a rule"},
    {KITH_NOTICE_ARGS_LIMIT, "limit", KITH_FIELD_NUMBER, 0, 0, 0, NULL, NULL,
     "at most so many rows"},
};

static const struct kith_field_info destroy_args_fields[] = {
    {KITH_DESTROY_ARGS_PARTNER, "partner", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "partner"},
    {KITH_DESTROY_ARGS_PROJECT, "project", KITH_FIELD_NAME, 0, KITH_PATH_MAX, 0,
     NULL, NULL, "project; everything that was told when left out"},
    {KITH_DESTROY_ARGS_UNTIL, "until", KITH_FIELD_DAY, 0, 0, 0, NULL, NULL,
     "last day for it"},
    {KITH_DESTROY_ARGS_REQUEST, "request", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "first digits of the request's id"},
    {KITH_DESTROY_ARGS_OFFICER, "officer", KITH_FIELD_NAME, 0, KITH_NAME_MAX, 0,
     NULL, NULL, "name of the person who answers for it"},
    {KITH_DESTROY_ARGS_OFFICER_TITLE, "officer_title", KITH_FIELD_NAME, 0,
     KITH_NAME_MAX, 0, NULL, NULL, "title of that person"},
    {KITH_DESTROY_ARGS_EXCEPTIONS, "exceptions", KITH_FIELD_TEXT, 0,
     KITH_TEXT_MAX, 0, NULL, NULL,
     "what is not destroyed, and why: printed copies, backups"},
};

static const struct kith_kind_info kinds[] = {
    {KITH_KIND_PARTNER_ARGS, "partner_args", KITH_FAMILY_LOCAL,
     partner_args_fields,
     sizeof partner_args_fields / sizeof partner_args_fields[0],
     "what a verb about partners takes"},
    {KITH_KIND_PERSON_ARGS, "person_args", KITH_FAMILY_LOCAL,
     person_args_fields,
     sizeof person_args_fields / sizeof person_args_fields[0],
     "what a verb about persons takes"},
    {KITH_KIND_NDA_ARGS, "nda_args", KITH_FAMILY_LOCAL, nda_args_fields,
     sizeof nda_args_fields / sizeof nda_args_fields[0],
     "what a verb about agreements takes"},
    {KITH_KIND_RECORD_ARGS, "record_args", KITH_FAMILY_LOCAL,
     record_args_fields,
     sizeof record_args_fields / sizeof record_args_fields[0],
     "what a verb about records and items takes"},
    {KITH_KIND_GRANT_ARGS, "grant_args", KITH_FAMILY_LOCAL, grant_args_fields,
     sizeof grant_args_fields / sizeof grant_args_fields[0],
     "what a verb about grants takes"},
    {KITH_KIND_NOTICE_ARGS, "notice_args", KITH_FAMILY_LOCAL,
     notice_args_fields,
     sizeof notice_args_fields / sizeof notice_args_fields[0],
     "what a verb about notices takes"},
    {KITH_KIND_DESTROY_ARGS, "destroy_args", KITH_FAMILY_LOCAL,
     destroy_args_fields,
     sizeof destroy_args_fields / sizeof destroy_args_fields[0],
     "arguments about a destruction"},
};

const struct kind_table kinds_control_args = {kinds,
                                              sizeof kinds / sizeof kinds[0]};
