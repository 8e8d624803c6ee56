/* links_trouble - why there is no session with a partner, as its operator
 * reads it.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_LINKS_TROUBLE_H
#define CORE_LINKS_TROUBLE_H

#include <stdint.h>

#include "kith/child.h"

struct daemon;
struct link_action;
struct links_place;

/* Remembers why there is no session. CODE: a short name, constant; NULL: none.
 * That somebody refused, or that it is a cut, is for the caller to set behind
 * it. */
__attribute__((format(printf, 4, 5))) void links_note_trouble(
    struct daemon *daemon, struct links_place *place, const char *code,
    const char *format, ...);

/* A dial came to nothing. */
void links_trouble_dial(struct daemon *daemon, struct links_place *place,
                        const struct kith_net_dial_failed *failed);
/* Our listener turned the partner away, for it connects too often. */
void links_trouble_often(struct daemon *daemon, struct links_place *place);
/* A session that the link machine had not ended is over, for REASON of
 * kith-net. */
void links_trouble_down(struct daemon *daemon, struct links_place *place,
                        uint8_t reason);
/* There is no place left for a session of this partner. */
void links_trouble_sessions(struct daemon *daemon, struct links_place *place);
/* What the link machine tells: LINK_TELL, or a LINK_CLOSE with a cut. */
void links_trouble_told(struct daemon *daemon, struct links_place *place,
                        const struct link_action *action);

/* A connection stands. A cut is remembered until a session is good. */
void links_trouble_connected(struct links_place *place);
/* A session may have become good: then nothing is the trouble any more. */
void links_trouble_settle(struct links_place *place);

#endif
