/* dispatch - the table of handlers.
 */
#include "core/dispatch.h"

#include "core/verbs.h"

static call_handler *const handlers[KITH_VERB_COUNT] = {
    [KITH_VERB_STATUS] = verb_status,
    [KITH_VERB_DOCTOR] = verb_doctor,
    [KITH_VERB_ID_SHOW] = verb_id_show,
    [KITH_VERB_CARD_SHOW] = verb_card_show,
    [KITH_VERB_PARTNER_ADD] = verb_partner_add,
    [KITH_VERB_PARTNER_LIST] = verb_partner_list,
    [KITH_VERB_PARTNER_VERIFY] = verb_partner_verify,
    [KITH_VERB_PARTNER_RENAME] = verb_partner_rename,
    [KITH_VERB_PARTNER_ENDPOINT] = verb_partner_endpoint,
    [KITH_VERB_PARTNER_PAUSE] = verb_partner_pause,
    [KITH_VERB_PARTNER_RESUME] = verb_partner_resume,
    [KITH_VERB_PARTNER_REMOVE] = verb_partner_remove,
    [KITH_VERB_PARTNER_PENDING] = verb_partner_pending,
    [KITH_VERB_PERSON_ADD] = verb_person_add,
    [KITH_VERB_PERSON_LIST] = verb_person_list,
    [KITH_VERB_PERSON_ANNOUNCE] = verb_person_announce,
    [KITH_VERB_NDA_PROPOSE] = verb_nda_propose,
    [KITH_VERB_NDA_SIGN] = verb_nda_sign,
    [KITH_VERB_NDA_LIST] = verb_nda_list,
    [KITH_VERB_NDA_END] = verb_nda_end,
    [KITH_VERB_NDA_AMEND] = verb_nda_amend,
    [KITH_VERB_ORAL_LIST] = verb_oral_list,
    [KITH_VERB_POST] = verb_post,
    [KITH_VERB_LIST] = verb_list,
    [KITH_VERB_SHOW] = verb_show,
    [KITH_VERB_HISTORY] = verb_history,
    [KITH_VERB_TIMELINE] = verb_timeline,
    [KITH_VERB_GRANT_ADD] = verb_grant_add,
    [KITH_VERB_GRANT_LIST] = verb_grant_list,
    [KITH_VERB_GRANT_END] = verb_grant_end,
    [KITH_VERB_WHO] = verb_who,
    [KITH_VERB_INBOX] = verb_inbox,
    [KITH_VERB_ACK] = verb_ack,
    [KITH_VERB_TOLD] = verb_told,
    [KITH_VERB_QUEUE] = verb_queue,
    [KITH_VERB_SYNC_NOW] = verb_sync_now,
    [KITH_VERB_EVIDENCE] = verb_evidence,
    [KITH_VERB_EVIDENCE_EXPORT] = verb_export,
    [KITH_VERB_DESTROY_REQUEST] = verb_destroy_request,
    [KITH_VERB_DESTROY_LIST] = verb_destroy_list,
    [KITH_VERB_DESTROY_CARRY_OUT] = verb_destroy_carry_out,
    [KITH_VERB_NOTICE_RULE_ADD] = verb_notice_rule_add,
    [KITH_VERB_NOTICE_RULE_LIST] = verb_notice_rule_list,
    [KITH_VERB_NOTICE_RULE_END] = verb_notice_rule_end,
    [KITH_VERB_NOTICE_LIST] = verb_notice_list,
    [KITH_VERB_NOTICE_TEST] = verb_notice_test,
    [KITH_VERB_AUDIT_SHOW] = verb_audit_show,
    [KITH_VERB_RELOAD] = verb_reload,
    [KITH_VERB_CLOCK_CONFIRM] = verb_clock_confirm,
    [KITH_VERB_AUDIT_VERIFY] = verb_audit_verify,
    [KITH_VERB_EXPORTED] = verb_exported,
    [KITH_VERB_PERSON_LEAVE] = verb_person_leave,
    [KITH_VERB_PERSON_ACCEPT] = verb_person_accept,
    [KITH_VERB_GRANT_RENEW] = verb_grant_renew,
    [KITH_VERB_GRANT_NARROW] = verb_grant_narrow,
};

call_handler *dispatch_handler(uint32_t verb)
{
    return verb < KITH_VERB_COUNT ? handlers[verb] : NULL;
}
