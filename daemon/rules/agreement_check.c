/* agreement_check - do the terms of an agreement make sense?
 *
 * Not here: their types and lengths (the table of the state that keeps them),
 * who may sign them (agreement.c).
 */
#include "kith/error.h"
#include "kith/fields.h"
#include "rules/act.h"
#include "rules/agreement_terms.h"

enum {
    YEARS_MAX = 1000,
    MARKING_DAYS_MAX = 3650
};

/* Is the NUMBER of days or years, when there is one, within 0 to MOST? */
static bool within(const struct kith_record *terms, uint32_t number,
                   int64_t most)
{
    const int64_t value = kith_record_value(terms, number, 0);

    return value >= 0 && value <= most;
}

/* How long it is in force and how long the duty goes on, each said once. */
static enum kith_status check_lengths(struct act *act,
                                      const struct kith_record *terms)
{
    if (kith_record_field(terms, KITH_NDA_UNTIL) != NULL &&
        kith_record_value(terms, KITH_NDA_UNTIL_TERMINATED, 0) != 0)
        return kith_fail(act->err, KITH_INVALID, "nda_term_twice",
                         "--until DAY, or --until-terminated",
                         "the terms name a last day, and say that there is "
                         "none");
    if (kith_record_value(terms, KITH_NDA_CONFIDENTIALITY_YEARS, 0) != 0 &&
        kith_record_value(terms, KITH_NDA_PERPETUAL, 0) != 0)
        return kith_fail(act->err, KITH_INVALID, "nda_duty_twice",
                         "--years N, or --perpetual",
                         "the duty of confidence cannot have a number of "
                         "years and no end");
    if (!within(terms, KITH_NDA_CONFIDENTIALITY_YEARS, YEARS_MAX) ||
        !within(terms, KITH_NDA_MARKING_DAYS, MARKING_DAYS_MAX))
        return kith_fail(act->err, KITH_INVALID, "nda_number",
                         "--years from 0 to 1000, --marking-days from 0 to "
                         "3650",
                         "a number of years or days in the terms makes no "
                         "sense");
    return KITH_OK;
}

enum kith_status terms_check(struct act *act, const struct kith_record *terms)
{
    const struct kith_field *from =
        kith_record_field(terms, KITH_NDA_EFFECTIVE);
    const struct kith_field *until = kith_record_field(terms, KITH_NDA_UNTIL);

    if (from == NULL)
        return kith_fail(act->err, KITH_INVALID, "nda_from_missing",
                         "kith nda propose P --from YYYY-MM-DD ...",
                         "the terms do not say from when they hold");
    if (until != NULL && until->when.from_day < from->when.from_day)
        return kith_fail(act->err, KITH_INVALID, "nda_dates",
                         "give an end after the beginning",
                         "the agreement would end before it begins");
    return check_lengths(act, terms);
}
