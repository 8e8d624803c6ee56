/* evidence_scope - see the header.
 *
 * Not here: making the parts of a pack (evidence.c).
 */
#include "rules/evidence_scope.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/act.h"
#include "rules/destruction.h"

enum {
    ANSWERS_MAX = 8 /* answers that answer one another, at most */
};

/* LINK as it was when log NUMBER of SIDE was the one in use. */
static struct store_link as_of(const struct store_link *link,
                               enum store_side side, uint32_t number)
{
    struct store_link then = *link;

    if (side == STORE_OUT)
        then.out.number = number;
    else
        then.in.number = number;
    return then;
}

enum kith_status evidence_read(struct act *act,
                               const struct evidence_wish *wish,
                               const struct evidence_place *place,
                               struct store_entry *ret_entry,
                               struct reopened *ret_opened, bool *ret_open)
{
    const struct store_link then =
        as_of(&wish->link, place->side, place->log_number);
    const struct store_log_id log = {wish->link.number, place->side,
                                     place->log_number};
    enum kith_status status =
        store_entry_get(act->txn, &log, place->index, act->arena, ret_entry);

    *ret_open = false;
    if (status != KITH_OK)
        return status;
    status = reopen_entry(act, &then, place->side, ret_entry, ret_opened);
    switch (status) {
    case KITH_OK:
        *ret_open = true;
        return KITH_OK;
    case KITH_UNREADABLE:
    case KITH_UNTRUSTED:
    case KITH_MALFORMED:
    case KITH_NOT_UNDERSTOOD:
        return KITH_OK;
    default:
        return status;
    }
}

/* Where ITEM was told or came from last; KITH_NOT_FOUND: it is not known. */
static enum kith_status find_item(struct act *act,
                                  const struct evidence_wish *wish,
                                  const struct kith_id *item,
                                  struct evidence_place *ret_place)
{
    struct store_told told;
    struct store_head head;
    enum kith_status status =
        store_told_by_item(act->txn, wish->link.number, item, &told);

    if (status == KITH_OK) {
        *ret_place =
            (struct evidence_place){STORE_OUT, told.log_number, told.index};
        return KITH_OK;
    }
    if (status == KITH_NOT_FOUND)
        status = store_head_by_id(act->txn, wish->link.number, item, &head);
    if (status == KITH_OK)
        *ret_place =
            (struct evidence_place){STORE_IN, head.log_number, head.newest};
    return status;
}

/* Is the record that an entry of SIDE tells of in the project? Numbers of the
 * store know it when the text is gone. */
static bool record_in_scope(const struct evidence_wish *wish,
                            enum store_side side,
                            const struct store_entry *entry,
                            const struct reopened *opened)
{
    const uint32_t owner = side == STORE_OUT ? STORE_OWN : wish->link.number;

    if (opened != NULL)
        return kith_id_equal(&opened->body.record.id, &wish->item) ||
               kith_id_equal(&opened->body.record.project, &wish->item);
    return owner == wish->project.owner &&
           (entry->project == wish->project.record ||
            (entry->project == 0 && entry->record == wish->project.record));
}

/* The item that OPENED answers, which says what project it belongs to. */
static bool answers(const struct reopened *opened, struct kith_id *ret_item)
{
    return opened->body.record.kind == KITH_KIND_ANSWER &&
           kith_record_octets(&opened->body.record, KITH_ANSWER_TO, ret_item->b,
                              KITH_ID_LEN) == KITH_OK;
}

/* Is the entry at PLACE, one of class project, in scope? Answers are followed
 * to what they answer. */
static enum kith_status place_in_scope(struct act *act,
                                       const struct evidence_wish *wish,
                                       struct evidence_place place,
                                       bool *ret_in)
{
    enum kith_status status = KITH_OK;
    bool follow = true;

    *ret_in = false;
    for (int steps = 0; follow && steps < ANSWERS_MAX; steps++) {
        struct reopened opened = {0};
        struct store_entry entry;
        struct kith_id item;
        bool open;

        status = evidence_read(act, wish, &place, &entry, &opened, &open);
        follow = status == KITH_OK && open && answers(&opened, &item);
        if (status == KITH_OK && !follow)
            *ret_in = record_in_scope(wish, place.side, &entry,
                                      open ? &opened : NULL);
        reopened_clear(&opened);
        if (follow)
            status = find_item(act, wish, &item, &place);
        follow = follow && status == KITH_OK;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Is ITEM of a record in scope? One that is not known here is not. */
static enum kith_status item_in_scope(struct act *act,
                                      const struct evidence_wish *wish,
                                      const struct kith_id *item, bool *ret_in)
{
    struct evidence_place place;
    enum kith_status status = find_item(act, wish, item, &place);

    *ret_in = false;
    if (status == KITH_OK)
        status = place_in_scope(act, wish, place, ret_in);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Is one of the items that field NUMBER of RECORD lists in scope? One is
 * enough: a withdrawal that was left out for what else it names would let the
 * pack show its item as never withdrawn. The ids of the others go with it; they
 * are random and say nothing. */
static enum kith_status items_in_scope(struct act *act,
                                       const struct evidence_wish *wish,
                                       const struct kith_record *record,
                                       uint32_t number, bool *ret_in)
{
    enum kith_status status = KITH_OK;

    *ret_in = false;
    for (size_t i = 0; status == KITH_OK && !*ret_in && i < record->n_fields;
         i++) {
        const struct kith_field *field = &record->fields[i];
        struct kith_id item;

        if (field->number != number || field->bytes.len != KITH_ID_LEN)
            continue;
        memcpy(item.b, field->bytes.data, KITH_ID_LEN);
        status = item_in_scope(act, wish, &item, ret_in);
    }
    return status;
}

/* Is the project in field NUMBER of RECORD the wanted one, or none named? */
static bool names_project(const struct evidence_wish *wish,
                          const struct kith_record *record, uint32_t number)
{
    struct kith_id project;

    return kith_record_octets(record, number, project.b, KITH_ID_LEN) !=
               KITH_OK ||
           kith_id_equal(&project, &wish->item);
}

/* A certificate is about what its request was about. */
static enum kith_status certificate_in_scope(struct act *act,
                                             const struct evidence_wish *wish,
                                             enum store_side side,
                                             const struct kith_record *record,
                                             bool *ret_in)
{
    const struct destruction_named named = {
        .link = wish->link.number,
        .ours = side == STORE_IN,
        .request = kith_record_bytes(record, KITH_CERTIFICATE_REQUEST)};
    struct kith_record state;
    uint64_t number;
    enum kith_status status =
        destruction_by_request(act, &named, &number, &state);

    *ret_in = status == KITH_OK &&
              names_project(wish, &state, KITH_DESTRUCTION_PROJECT);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* A kind that is not named here and in relation_in_scope is in no pack of one
 * project: whoever adds one decides what it tells of others. */
static enum kith_status duty_in_scope(struct act *act,
                                      const struct evidence_wish *wish,
                                      const struct evidence_place *place,
                                      const struct kith_record *record,
                                      bool *ret_in)
{
    const struct evidence_place judged = {
        place->side == STORE_OUT ? STORE_IN : STORE_OUT,
        (uint32_t)kith_record_value(record, KITH_VERDICT_LOG_NUMBER, 0),
        (uint64_t)kith_record_value(record, KITH_VERDICT_INDEX, 0)};

    switch (record->kind) {
    case KITH_KIND_DESTRUCTION_REQUEST:
        *ret_in = names_project(wish, record, KITH_DESTRUCTION_REQUEST_PROJECT);
        return KITH_OK;
    case KITH_KIND_DESTRUCTION_CERTIFICATE:
        return certificate_in_scope(act, wish, place->side, record, ret_in);
    case KITH_KIND_WITHDRAWAL:
        return items_in_scope(act, wish, record, KITH_WITHDRAWAL_ITEM, ret_in);
    case KITH_KIND_READ:
        return items_in_scope(act, wish, record, KITH_READ_ITEM, ret_in);
    case KITH_KIND_VERDICT:
        return place_in_scope(act, wish, judged, ret_in);
    case KITH_KIND_VOID: /* it names places in the log alone */
        *ret_in = true;
        return KITH_OK;
    default:
        *ret_in = false;
        return KITH_OK;
    }
}

/* A person who is bound to another project is that project's business. */
static bool relation_in_scope(const struct evidence_wish *wish,
                              const struct kith_record *record)
{
    switch (record->kind) {
    case KITH_KIND_LOG_OPENED:
    case KITH_KIND_KEY_NOTICE:
    case KITH_KIND_CARD_NOTICE:
    case KITH_KIND_NDA_PROPOSAL:
    case KITH_KIND_NDA_SIGNATURE:
    case KITH_KIND_NDA_END:
        return true;
    case KITH_KIND_PERSON:
        return names_project(wish, record, KITH_PERSON_PROJECT);
    default:
        return false;
    }
}

enum kith_status evidence_in_scope(struct act *act,
                                   const struct evidence_wish *wish,
                                   const struct evidence_place *place,
                                   const struct store_entry *entry,
                                   const struct reopened *opened, bool *ret_in)
{
    struct kith_entry_header header;

    *ret_in = false;
    if (kith_entry_decode(entry->header, &header) != KITH_OK)
        return KITH_DAMAGED;
    if (header.entry_class != KITH_CLASS_RELATION &&
        (header.time_s < wish->from_s || header.time_s > wish->until_s))
        return KITH_OK;
    *ret_in = true;
    if (wish->project.record == 0)
        return KITH_OK;
    if (header.entry_class == KITH_CLASS_PROJECT && opened != NULL &&
        opened->body.record.kind == KITH_KIND_ANSWER)
        return place_in_scope(act, wish, *place, ret_in);
    if (header.entry_class == KITH_CLASS_PROJECT)
        *ret_in = record_in_scope(wish, place->side, entry, opened);
    else if (opened == NULL)
        *ret_in = false;
    else if (header.entry_class == KITH_CLASS_RELATION)
        *ret_in = relation_in_scope(wish, &opened->body.record);
    else
        return duty_in_scope(act, wish, place, &opened->body.record, ret_in);
    return KITH_OK;
}

enum kith_status evidence_body(struct act *act,
                               const struct evidence_wish *wish,
                               const struct evidence_place *place,
                               const struct store_entry *entry,
                               const struct reopened *opened,
                               enum kith_evidence_body *ret_body)
{
    const struct store_ref ref = {wish->link.number, entry->project,
                                  entry->record};
    struct store_head head;
    enum kith_status status;

    *ret_body = KITH_EVIDENCE_OPEN;
    if (place->side == STORE_OUT || entry->record == 0 ||
        opened->body.entry_class != KITH_CLASS_PROJECT)
        return KITH_OK;
    status = store_head_get(act->txn, &ref, &head);
    if (status == KITH_OK && head.withdrawn) {
        *ret_body = KITH_EVIDENCE_GONE;
        return KITH_OK;
    }
    if (status == KITH_OK)
        status = access_ask(act, &head, &opened->body);
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE) {
        *ret_body = KITH_EVIDENCE_CLOSED;
        status = KITH_OK;
    }
    return status;
}
