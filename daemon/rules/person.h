/* person - persons of this company, and those a partner told us of.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_PERSON_H
#define RULES_PERSON_H

#include "kith/verbs.h"
#include "store/logs.h"

struct act;
struct kith_record;

struct person_wish {
    struct kith_bytes name; /* one word, unique among ours */
    enum kith_role role;    /* 0: reader, or as it was */
    bool may_change;        /* a person who is there already */
    int64_t uid;            /* Unix account; < 0: none, cannot log in */
    struct kith_bytes user; /* its name, may be empty */
};
/* Adds a person of ours, or changes role and account of one. KITH_CONFLICT: the
 * name is taken, and may not be changed or is that of who acts; KITH_INVALID. */
enum kith_status person_add(struct act *act, const struct person_wish *wish,
                            uint64_t *ret_number) KITH_MUST_CHECK;

/* The person with that name, or KITH_NOT_FOUND with words. */
enum kith_status person_find(struct act *act, struct kith_bytes name,
                             uint64_t *ret_number) KITH_MUST_CHECK;

/* Whom UID may act as: the first person bound to it, or the one named AS.
 * KITH_DENIED with words: nobody. */
enum kith_status person_of_uid(struct act *act, int64_t uid,
                               struct kith_bytes as, uint64_t *ret_number,
                               enum kith_role *ret_role) KITH_MUST_CHECK;

/* The person of ACT accepts the duty of confidence to LINK's partner: until then
 * nothing that this partner told is shown to it. Again is harmless. */
enum kith_status person_accept(struct act *act, const struct store_link *link)
    KITH_MUST_CHECK;

/* Tells LINK of person NUMBER under a random id of that link, bound to PROJECT
 * (an item of the partner; none: any project). Again is harmless; for another
 * project it is one more announcement. KITH_LIMIT with words: too many;
 * KITH_DENIED: has an account here and has not accepted the duty;
 * KITH_CONFLICT: has left. */
enum kith_status person_announce(struct act *act, const struct store_link *link,
                                 uint64_t number, const struct kith_id *project)
    KITH_MUST_CHECK;

/* Person NUMBER has left: no account is bound to it any more, nothing that
 * partners told is shown to it, its notice rules are ended, and each partner
 * that knows it (*ret_told of them) is told. KITH_NOT_FOUND; KITH_CONFLICT with
 * words: left already, or the person who acts. */
enum kith_status person_leave(struct act *act, uint64_t number,
                              uint64_t *ret_told) KITH_MUST_CHECK;
/* The refusal of whatever is asked of one who has left: KITH_CONFLICT. */
enum kith_status person_refuse_left(struct act *act) KITH_MUST_CHECK;

/* Queues for LINK each person that was announced on it, under the same id: for
 * a partner that lost its store. */
enum kith_status person_tell_again(struct act *act,
                                   const struct store_link *link)
    KITH_MUST_CHECK;

/* A person of ours as LINK's partner was told it, from our own log that came
 * back: known to it under that id again. One that is not here is added, as a
 * reader without an account: an admin gives it both. */
enum kith_status person_take_back(struct act *act,
                                  const struct store_link *link,
                                  const struct kith_record *told)
    KITH_MUST_CHECK;

/* The id of the person NAME that LINK's partner has told us of and who has not
 * left. KITH_NOT_FOUND with words. */
enum kith_status person_of_partner(struct act *act,
                                   const struct store_link *link,
                                   struct kith_bytes name,
                                   struct kith_id *ret_id) KITH_MUST_CHECK;

#endif
