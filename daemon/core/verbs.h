/* verbs - the handlers of dispatch.c, one file per noun.
 *
 * Each does what include/kith/verbs.h says of its verb. OK: rows are added;
 * else call->error has the words, or the status speaks for itself.
 * Threads: loop thread only.
 */
#ifndef CORE_VERBS_H
#define CORE_VERBS_H

#include "core/call.h"

/* verb_status.c */
call_handler verb_status, verb_id_show, verb_card_show, verb_reload;
/* verb_clock.c */
call_handler verb_clock_confirm;
/* verb_doctor.c */
call_handler verb_doctor;
/* verb_partner.c */
call_handler verb_partner_add, verb_partner_list, verb_partner_verify,
    verb_partner_rename, verb_partner_endpoint, verb_partner_pause,
    verb_partner_resume, verb_partner_remove, verb_partner_pending;
/* verb_person.c */
call_handler verb_person_add, verb_person_list, verb_person_announce,
    verb_person_leave, verb_person_accept;
/* verb_oral.c */
call_handler verb_oral_list;
/* verb_nda.c */
call_handler verb_nda_propose, verb_nda_sign, verb_nda_amend, verb_nda_list,
    verb_nda_end;
/* verb_post.c */
call_handler verb_post;
/* verb_record.c */
call_handler verb_list, verb_show, verb_history, verb_exported;
/* verb_timeline.c */
call_handler verb_timeline;
/* verb_grant.c */
call_handler verb_grant_add, verb_grant_list, verb_grant_end;
/* verb_openness.c */
call_handler verb_openness_show, verb_openness_lower, verb_openness_raise;
/* verb_grant_change.c */
call_handler verb_grant_renew, verb_grant_narrow;
/* verb_who.c */
call_handler verb_who;
/* verb_inbox.c */
call_handler verb_inbox, verb_ack;
/* verb_sync.c */
call_handler verb_told, verb_queue, verb_sync_now;
/* verb_evidence.c */
call_handler verb_evidence;

/* verb_destroy.c */
call_handler verb_destroy_request;
call_handler verb_destroy_list;
call_handler verb_destroy_carry_out;

/* verb_export.c */
call_handler verb_export;
/* verb_rule.c */
call_handler verb_notice_rule_add, verb_notice_rule_list, verb_notice_rule_end;
/* verb_notice.c */
call_handler verb_notice_list, verb_notice_test;
/* verb_audit.c */
call_handler verb_audit_show;
/* verb_audit_verify.c */
call_handler verb_audit_verify;

#endif
