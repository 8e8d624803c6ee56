/* sim_break - faults put in on purpose, to see that the checker notices them.
 *
 * Threads: one.
 */
#ifndef SIM_BREAK_H
#define SIM_BREAK_H

#include <stdbool.h>

struct sim_side;
struct sim_world;

enum sim_break {
    SIM_BREAK_NONE = 0,
    SIM_BREAK_EARLY_RECEIPT, /* frames leave before the commit */
    SIM_BREAK_KEEPS_RAM,     /* a lost transaction is not forgotten */
    SIM_BREAK_DEAF_GATE,     /* a grant's end never reaches the rules */
    SIM_BREAK_OTHER_BODY,    /* the receiver's entry is another one's body */
    SIM_BREAK_LOST_PLACE,    /* a queued place vanishes */
    SIM_BREAK_OTHER_TREE,    /* the sender's tree is not that of its headers */
    SIM_BREAK_FALSE_COUNT,   /* the receiver counts what it does not hold */
    /* from here on: calls between parts, see sim_bugs.c */
    SIM_BREAK_TRUSTING_RESEND, /* the gate is not asked about a resend */
    SIM_BREAK_SHOWS_HIDDEN,    /* a hidden field is in the view */
    SIM_BREAK_HIDDEN_CAUSES,   /* a hidden change makes an entry */
    SIM_BREAK_NO_WITHDRAWAL,   /* what is taken back is not told */
    SIM_BREAK_NO_VOID,         /* a body held back is not told */
    SIM_BREAK_WRONG_ORDER,     /* two places of the queue change places */
    SIM_BREAK_REJECTS_GOOD,    /* a good item gets a bad verdict */
    SIM_BREAK_SILENT_AUDIT,    /* a disclosure is not audited */
    SIM_BREAK_NEVER_TIRES,     /* no timeouts */
    SIM_BREAK_NUMBER_TWICE,    /* a hello's number is not kept */
    SIM_BREAK_FORGETS_TOLD,    /* what was told is not remembered */
    SIM_BREAK_OWN_ID,          /* an item bears its record's internal id */
    SIM_BREAK_STALE_CACHE,     /* grants and agreements are not read again */
    SIM_BREAK_PASSES_PENDING,  /* a missing body does not hold the receipt */
    SIM_BREAK_COSIGNS_BACK,    /* cosign time runs back */
    SIM_BREAK_BACK_DATES,      /* time in headers runs back */
    SIM_BREAK_FALSE_WITNESS,   /* witness of another audit log */
    SIM_BREAK_DEAF_PAUSE,      /* a pause never reaches the rules */
    /* from here on: only more than two companies, or a liar, show them */
    SIM_BREAK_ANY_PARTNER, /* open for the first partner is open for all */
    SIM_BREAK_ONE_ID,      /* an item has one id at all partners */
    SIM_BREAK_OTHER_QUEUE, /* what a partner is due is queued at the first */
    SIM_BREAK_LOST_PROOF,  /* frozen, but what proves the fork is not kept */
    SIM_BREAK_FREEZES_ALL, /* a fork of one partner stops another */
    /* only a store that goes back, or runs twice, shows them */
    SIM_BREAK_BLIND_CLAIMS, /* what a hello proves of our log is passed over */
    SIM_BREAK_SAME_LOG,     /* after a freeze the old log goes on */
    SIM_BREAK_NO_RETURN,    /* own records do not come back */
    SIM_BREAK_UNSIGNED,     /* own signatures that come back do not count */
    /* only keys that are replaced show them */
    SIM_BREAK_UNTOLD_KEY, /* no notice says up to where a key was good */
    SIM_BREAK_UNPINNED,   /* a newer card makes the former keys forgotten */
    SIM_BREAK_SAME_KEYS,  /* the partner's newer card is not taken */
    /* only quotas, and terms that change while they are used, show them */
    SIM_BREAK_NO_QUOTA,       /* the quota is not asked */
    SIM_BREAK_NARROW_UNTOLD,  /* what a narrower grant hides stays told */
    SIM_BREAK_LOWER_UNTOLD,   /* what a lower level hides stays told */
    SIM_BREAK_OPEN_ANYWAY,    /* every level covers everything */
    SIM_BREAK_SIGNATURE_LAST, /* items go under what the partner does not know
                                 to be signed yet */
    SIM_BREAK_COUNT,
    SIM_BREAK_MANY = SIM_BREAK_ANY_PARTNER
};

/* "early-receipt"; NULL: none of that number. */
const char *sim_break_name(enum sim_break broken);
/* SIM_BREAK_COUNT: no such name. */
enum sim_break sim_break_by_name(const char *name);

/* Now and then, does to SIDE's rows what world->broken says. */
void sim_break_rows(struct sim_world *world, struct sim_side *side);

/* The bug that wrapped calls have from now on. */
void sim_bugs_choose(enum sim_break broken);
enum sim_break sim_bugs_chosen(void);

#endif
