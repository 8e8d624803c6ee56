/* kinds_business - the kinds that companies exchange about projects.
 *
 * Responsible for: fields, numbers and help of kinds 1..99. Numbers are never
 * reused; a test holds docs/PROTOCOL.md 7 equal to these tables.
 * Not here: look-ups (kinds.c), other families (kinds_relation.c).
 */
#include "kind_tables.h"

#include "kith/fields.h"
#include "kith/ids.h"
#include "kith/limits.h"

/* Every business record may say where it came from, and carry a note. */
#define SOURCE_FIELDS                                                          \
    {.number = KITH_SOURCE_FORMAT,                                             \
     .name = "source_format",                                                  \
     .type = KITH_FIELD_NAME,                                                  \
     .flags = KITH_F_WIDE,                                                     \
     .max_len = KITH_NAME_MAX,                                                 \
     .help = "format of the file it was imported from"},                       \
        {.number = KITH_SOURCE_REF,                                            \
         .name = "source_ref",                                                 \
         .type = KITH_FIELD_NAME,                                              \
         .flags = KITH_F_WIDE,                                                 \
         .max_len = KITH_NAME_MAX,                                             \
         .help = "commit or code in that source"},                             \
        {.number = KITH_SOURCE_AT,                                             \
         .name = "source_at",                                                  \
         .type = KITH_FIELD_INSTANT,                                           \
         .flags = KITH_F_WIDE,                                                 \
         .help = "when the source says it changed"},                           \
        {.number = KITH_SOURCE_PLACE,                                          \
         .name = "source_place",                                               \
         .type = KITH_FIELD_NAME,                                              \
         .flags = KITH_F_WIDE,                                                 \
         .max_len = KITH_NAME_MAX,                                             \
         .help = "file and line in that source"},                              \
    {                                                                          \
        .number = KITH_NOTE, .name = "note", .type = KITH_FIELD_TEXT,          \
        .flags = KITH_F_WIDE, .max_len = KITH_TEXT_MAX, .help = "remark"       \
    }

static const struct kith_choice stages[] = {
    {1, "concept"}, {2, "proto"}, {3, "evt"}, {4, "dvt"},
    {5, "pvt"},     {6, "ramp"},  {7, "mp"},  {8, "ramp_down"},
    {9, "ltb"},     {10, "eol"},  {0, NULL},
};

static const struct kith_choice milestone_types[] = {
    {1, "kickoff"},    {2, "design_freeze"},
    {3, "evt"},        {4, "dvt"},
    {5, "pvt"},        {6, "sop"},
    {7, "release"},    {8, "released"},
    {9, "eoas"},       {10, "eol"},
    {11, "eoes"},      {12, "discontinued"},
    {13, "lts"},       {14, "ltb"},
    {15, "last_ship"}, {16, "other"},
    {0, NULL},
};

static const struct kith_choice confidences[] = {
    {1, "low"},
    {2, "mid"},
    {3, "high"},
    {0, NULL},
};

static const struct kith_choice milestone_states[] = {
    {1, "expected"}, {2, "at_risk"}, {3, "actual"}, {4, "cancelled"}, {0, NULL},
};

static const struct kith_choice results[] = {
    {1, "pass"},
    {2, "fail"},
    {3, "waived"},
    {0, NULL},
};

static const struct kith_choice message_types[] = {
    {1, "info"}, {2, "ask"}, {3, "risk"}, {4, "change"}, {5, "oral"}, {0, NULL},
};

static const struct kith_choice answer_verdicts[] = {
    {1, "accept"},
    {2, "reject"},
    {3, "amend"},
    {0, NULL},
};

static const struct kith_field_info project_fields[] = {
    {.number = KITH_PROJECT_NAME,
     .name = "name",
     .type = KITH_FIELD_NAME,
     .flags = KITH_F_MUST | KITH_F_KEY | KITH_F_HEAD,
     .max_len = KITH_NAME_MAX,
     .help = "short name, unique within the company"},
    {.number = KITH_PROJECT_TITLE,
     .name = "title",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "name for people"},
    {.number = KITH_PROJECT_CATEGORY,
     .name = "category",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "sort of product"},
    {.number = KITH_PROJECT_FAMILY,
     .name = "family",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "product family"},
    {.number = KITH_PROJECT_MARKET,
     .name = "market",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "where it is sold"},
    SOURCE_FIELDS,
};

static const struct kith_field_info generation_fields[] = {
    {.number = KITH_GENERATION_PROJECT,
     .name = "project",
     .type = KITH_FIELD_REF,
     .flags = KITH_F_MUST | KITH_F_KEY | KITH_F_HEAD,
     .max_len = KITH_ID_LEN,
     .ref_kind = KITH_KIND_PROJECT,
     .help = "project it belongs to"},
    {.number = KITH_GENERATION_NAME,
     .name = "name",
     .type = KITH_FIELD_NAME,
     .flags = KITH_F_MUST | KITH_F_KEY | KITH_F_HEAD,
     .max_len = KITH_NAME_MAX,
     .help = "short name, unique within the project"},
    {.number = KITH_GENERATION_TITLE,
     .name = "title",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "name for people"},
    {.number = KITH_GENERATION_CODENAME,
     .name = "codename",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "name before it is announced"},
    {.number = KITH_GENERATION_STAGE,
     .name = "stage",
     .type = KITH_FIELD_CHOICE,
     .choices = stages,
     .help = "where it stands in its life"},
    {.number = KITH_GENERATION_PREDECESSOR,
     .name = "predecessor",
     .type = KITH_FIELD_REF,
     .max_len = KITH_ID_LEN,
     .ref_kind = KITH_KIND_GENERATION,
     .help = "generation that it replaces"},
    {.number = KITH_GENERATION_DESIGN_REVISION,
     .name = "design_revision",
     .type = KITH_FIELD_NAME,
     .max_len = KITH_NAME_MAX,
     .help = "revision of the design"},
    SOURCE_FIELDS,
};

static const struct kith_field_info milestone_fields[] = {
    {.number = KITH_MILESTONE_GENERATION,
     .name = "generation",
     .type = KITH_FIELD_REF,
     .flags = KITH_F_MUST | KITH_F_KEY | KITH_F_HEAD,
     .max_len = KITH_ID_LEN,
     .ref_kind = KITH_KIND_GENERATION,
     .help = "generation it belongs to"},
    {.number = KITH_MILESTONE_TYPE,
     .name = "type",
     .type = KITH_FIELD_CHOICE,
     .flags = KITH_F_MUST | KITH_F_KEY | KITH_F_HEAD,
     .choices = milestone_types,
     .help = "what happens then"},
    {.number = KITH_MILESTONE_TITLE,
     .name = "title",
     .type = KITH_FIELD_NAME,
     .flags = KITH_F_KEY | KITH_F_HEAD,
     .max_len = KITH_NAME_MAX,
     .help = "tells milestones of one type apart"},
    {.number = KITH_MILESTONE_PLANNED,
     .name = "planned",
     .type = KITH_FIELD_WHEN,
     .flags = KITH_F_MUST,
     .help = "when it is planned now"},
    {.number = KITH_MILESTONE_BASELINE,
     .name = "baseline",
     .type = KITH_FIELD_WHEN,
     .help = "when it was planned at first"},
    {.number = KITH_MILESTONE_ACTUAL,
     .name = "actual",
     .type = KITH_FIELD_DAY,
     .help = "day on which it happened"},
    {.number = KITH_MILESTONE_CONFIDENCE,
     .name = "confidence",
     .type = KITH_FIELD_CHOICE,
     .choices = confidences,
     .help = "how sure the plan is"},
    {.number = KITH_MILESTONE_STATE,
     .name = "state",
     .type = KITH_FIELD_CHOICE,
     .flags = KITH_F_MUST,
     .choices = milestone_states,
     .help = "how it stands"},
    {.number = KITH_MILESTONE_RESULT,
     .name = "result",
     .type = KITH_FIELD_CHOICE,
     .choices = results,
     .help = "how it ended"},
    {.number = KITH_MILESTONE_BUILD_QTY,
     .name = "build_qty",
     .type = KITH_FIELD_NUMBER,
     .unit = "pieces",
     .help = "pieces built for it"},
    {.number = KITH_MILESTONE_DEPENDS_ON,
     .name = "depends_on",
     .type = KITH_FIELD_REF,
     .flags = KITH_F_LIST,
     .max_len = KITH_ID_LEN,
     .ref_kind = KITH_KIND_MILESTONE,
     .help = "milestone that must come first"},
    SOURCE_FIELDS,
};

static const struct kith_field_info message_fields[] = {
    {.number = KITH_MESSAGE_ABOUT,
     .name = "about",
     .type = KITH_FIELD_REF,
     .flags = KITH_F_MUST | KITH_F_HEAD,
     .max_len = KITH_ID_LEN,
     .help = "project, generation, milestone or item it is about"},
    {.number = KITH_MESSAGE_TYPE,
     .name = "type",
     .type = KITH_FIELD_CHOICE,
     .flags = KITH_F_MUST | KITH_F_HEAD,
     .choices = message_types,
     .help = "what it is"},
    {.number = KITH_MESSAGE_TEXT,
     .name = "text",
     .type = KITH_FIELD_TEXT,
     .flags = KITH_F_MUST,
     .max_len = KITH_TEXT_MAX,
     .help = "what it says"},
    {.number = KITH_MESSAGE_DUE,
     .name = "due",
     .type = KITH_FIELD_DAY,
     .help = "day by which an answer is wanted"},
    {.number = KITH_MESSAGE_ADDRESSEE,
     .name = "addressee",
     .type = KITH_FIELD_COMPANY,
     .flags = KITH_F_HEAD,
     .max_len = KITH_COMPANY_ID_LEN,
     .help = "the only company that is told"},
    {.number = KITH_MESSAGE_SAID_ON,
     .name = "said_on",
     .type = KITH_FIELD_DAY,
     .flags = KITH_F_HEAD,
     .help = "day on which it was said"},
    {.number = KITH_MESSAGE_SAID_TO,
     .name = "said_to",
     .type = KITH_FIELD_NAME,
     .flags = KITH_F_LIST | KITH_F_HEAD,
     .max_len = KITH_NAME_MAX,
     .help = "persons to whom it was said"},
    SOURCE_FIELDS,
};

static const struct kith_field_info answer_fields[] = {
    {.number = KITH_ANSWER_TO,
     .name = "to",
     .type = KITH_FIELD_REF,
     .flags = KITH_F_MUST | KITH_F_HEAD,
     .max_len = KITH_ID_LEN,
     .help = "item it answers"},
    {.number = KITH_ANSWER_VERDICT,
     .name = "verdict",
     .type = KITH_FIELD_CHOICE,
     .flags = KITH_F_MUST | KITH_F_HEAD,
     .choices = answer_verdicts,
     .help = "what is said to it"},
    {.number = KITH_ANSWER_TEXT,
     .name = "text",
     .type = KITH_FIELD_TEXT,
     .max_len = KITH_TEXT_MAX,
     .help = "why, or what instead"},
    {.number = KITH_ANSWER_DUE,
     .name = "due",
     .type = KITH_FIELD_DAY,
     .help = "day by which it will be done"},
    SOURCE_FIELDS,
};

static const struct kith_field_info grant_fields[] = {
    {.number = KITH_GRANT_PROJECT,
     .name = "project",
     .type = KITH_FIELD_REF,
     .flags = KITH_F_MUST | KITH_F_HEAD,
     .max_len = KITH_ID_LEN,
     .ref_kind = KITH_KIND_PROJECT,
     .help = "project whose records are shown"},
    {.number = KITH_GRANT_KINDS,
     .name = "kinds",
     .type = KITH_FIELD_NUMBER,
     .flags = KITH_F_MUST | KITH_F_LIST | KITH_F_HEAD,
     .help = "number of a kind that is shown"},
    {.number = KITH_GRANT_PURPOSE,
     .name = "purpose",
     .type = KITH_FIELD_NAME,
     .flags = KITH_F_MUST | KITH_F_HEAD,
     .max_len = KITH_NAME_MAX,
     .help = "what the receiver needs them for"},
    {.number = KITH_GRANT_PERSONS,
     .name = "persons",
     .type = KITH_FIELD_OCTETS,
     .flags = KITH_F_LIST | KITH_F_EXACT,
     .max_len = KITH_ID_LEN,
     .help = "person who may read, by id on this link"},
    {.number = KITH_GRANT_BOUND,
     .name = "bound",
     .type = KITH_FIELD_FLAG,
     .help = "all whom the receiver has bound to the project"},
    {.number = KITH_GRANT_FROM,
     .name = "from",
     .type = KITH_FIELD_DAY,
     .flags = KITH_F_MUST | KITH_F_HEAD,
     .help = "first day"},
    {.number = KITH_GRANT_UNTIL,
     .name = "until",
     .type = KITH_FIELD_DAY,
     .help = "last day"},
    {.number = KITH_GRANT_FIELDS_VISIBLE,
     .name = "fields_visible",
     .type = KITH_FIELD_NAME,
     .flags = KITH_F_LIST,
     .max_len = KITH_NAME_MAX,
     .help = "field that is shown, as in milestone.planned"},
    SOURCE_FIELDS,
};

static const struct kith_kind_info kinds[] = {
    {.kind = KITH_KIND_PROJECT,
     .name = "project",
     .family = KITH_FAMILY_BUSINESS,
     .fields = project_fields,
     .n_fields = sizeof(project_fields) / sizeof(project_fields[0]),
     .help = "a product line that is planned and built"},
    {.kind = KITH_KIND_GENERATION,
     .name = "generation",
     .family = KITH_FAMILY_BUSINESS,
     .fields = generation_fields,
     .n_fields = sizeof(generation_fields) / sizeof(generation_fields[0]),
     .help = "one version of a project that is built and sold"},
    {.kind = KITH_KIND_MILESTONE,
     .name = "milestone",
     .family = KITH_FAMILY_BUSINESS,
     .fields = milestone_fields,
     .n_fields = sizeof(milestone_fields) / sizeof(milestone_fields[0]),
     .help = "a date in the life of a generation"},
    {.kind = KITH_KIND_MESSAGE,
     .name = "message",
     .family = KITH_FAMILY_BUSINESS,
     .fields = message_fields,
     .n_fields = sizeof(message_fields) / sizeof(message_fields[0]),
     .help = "information, question, risk or change in words"},
    {.kind = KITH_KIND_ANSWER,
     .name = "answer",
     .family = KITH_FAMILY_BUSINESS,
     .fields = answer_fields,
     .n_fields = sizeof(answer_fields) / sizeof(answer_fields[0]),
     .help = "what the receiver says to an item"},
    {.kind = KITH_KIND_GRANT,
     .name = "grant",
     .family = KITH_FAMILY_BUSINESS,
     .fields = grant_fields,
     .n_fields = sizeof(grant_fields) / sizeof(grant_fields[0]),
     .help = "what the receiver may see of a project, and why"},
};

const struct kind_table kinds_business = {kinds,
                                          sizeof(kinds) / sizeof(kinds[0])};
