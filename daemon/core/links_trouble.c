/* links_trouble - why there is no session, remembered and logged.
 *
 * A refusal is heard by both sides. A cut is not: whoever ends a connection
 * without a refuse has nothing but its own operator to tell, so each cut has a
 * code and says what to do (PROTOCOL.md 5.1).
 * Not here: how a link stands beside that (link_words.c).
 */
#include "core/links_trouble.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "base/log.h"
#include "core/daemon.h"
#include "core/links_place.h"

struct cut {
    const char *code, *words;
};

static const struct cut cut_frame = {
    "frame", "they sent what is not one whole frame; ask them which program "
             "and which version of it they run"};
static const struct cut cut_flooded = {
    "flooded", "they sent a message without an end; ask them which program "
               "they run, or pause the link"};
static const struct cut cut_queue = {
    "queue", "they do not read what we send; ask them whether their kithd "
             "hangs or their disk is full"};

static const struct cut machine_cuts[] = {
    [LINK_CUT_MALFORMED_REFUSE] = {"malformed_refuse",
                                   "they refused in a form that cannot be "
                                   "read; ask them what the log of their "
                                   "kithd says"},
    [LINK_CUT_NO_HELLO] = {"no_hello",
                           "no hello came in 5 s; ask them what the log of "
                           "their kithd says"},
    [LINK_CUT_SILENT] = {"silent",
                         "no sign of life came; look at the network between, "
                         "then ask them whether their kithd runs"},
    [LINK_CUT_SESSIONS] = {"sessions",
                           "they opened more connections at once than one "
                           "company needs; ask them whether two kithd run "
                           "with one key"},
};

void links_note_trouble(struct daemon *daemon, struct links_place *place,
                        const char *code, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    (void)vsnprintf(place->trouble.what, sizeof(place->trouble.what), format,
                    values);
    va_end(values);
    place->trouble.at = daemon->now.wall_ms / 1000;
    place->trouble.code = code;
    place->trouble.refused = false;
    place->trouble.cut = false;
}

static void note_cut(struct daemon *daemon, struct links_place *place,
                     const struct cut *cut)
{
    log_event(LOG_LEVEL_WARN, "link.cut", "partner", place->alias, "code",
              cut->code, NULL);
    links_note_trouble(daemon, place, cut->code, "cut by us: %s", cut->words);
    place->trouble.cut = true;
}

static const char *explain_dial(uint8_t reason)
{
    switch (reason) {
    case KITH_DIAL_NOT_ALLOWED:
        return "refused: they have not accepted our key; ask them for "
               "'kith partner add' with our card";
    case KITH_DIAL_REFUSED:
        return "refused: nobody listens there";
    case KITH_DIAL_TIMEOUT:
        return "no answer";
    case KITH_DIAL_NO_ROUTE:
        return "no route";
    case KITH_DIAL_HANDSHAKE:
        return "refused: something else than their kith answers there";
    case KITH_DIAL_ADDRESS:
        return "the address cannot be used";
    case KITH_DIAL_NO_PLACE:
        return "not let in: more partners than max_partners of kith.conf";
    case KITH_DIAL_KEY_TAKEN:
        return "not let in: its card names the transport key of another "
               "partner; ask them for their real card";
    case KITH_DIAL_OFTEN:
        return "refused: we connect to them too often; look whether another "
               "kithd runs here with our key";
    default:
        return "this machine has no connections left";
    }
}

void links_trouble_dial(struct daemon *daemon, struct links_place *place,
                        const struct kith_net_dial_failed *failed)
{
    links_note_trouble(daemon, place, kith_dial_reason_name(failed->reason),
                       "%s", explain_dial(failed->reason));
    place->trouble.refused = failed->reason == KITH_DIAL_NOT_ALLOWED ||
                             failed->reason == KITH_DIAL_REFUSED ||
                             failed->reason == KITH_DIAL_HANDSHAKE ||
                             failed->reason == KITH_DIAL_OFTEN;
    if (failed->tries == 1)
        log_event(LOG_LEVEL_INFO, "link.dial_failed", "partner", place->alias,
                  "why", kith_dial_reason_name(failed->reason), NULL);
}

void links_trouble_often(struct daemon *daemon, struct links_place *place)
{
    const char *code = kith_dial_reason_name(KITH_DIAL_OFTEN);

    log_event(LOG_LEVEL_WARN, "link.often", "partner", place->alias, NULL);
    links_note_trouble(daemon, place, code,
                       "refused by us: over %d connections in %d s; ask them "
                       "whether two kithd run with one key",
                       KITH_HANDSHAKES_MAX, KITH_HANDSHAKES_MS / 1000);
    place->trouble.refused = true;
    place->trouble.cut = true;
}

void links_trouble_down(struct daemon *daemon, struct links_place *place,
                        uint8_t reason)
{
    switch (reason) {
    case KITH_DOWN_FRAME:
        note_cut(daemon, place, &cut_frame);
        return;
    case KITH_DOWN_FLOODED:
        note_cut(daemon, place, &cut_flooded);
        return;
    case KITH_DOWN_QUEUE:
        note_cut(daemon, place, &cut_queue);
        return;
    case KITH_DOWN_BY_US: /* kith-net made room for a newer one */
        note_cut(daemon, place, &machine_cuts[LINK_CUT_SESSIONS]);
        return;
    case KITH_DOWN_BY_PARTNER:
        if (place->trouble.cut) /* says more */
            return;
        links_note_trouble(daemon, place, "lost",
                           "the connection was closed or lost without a word");
        return;
    default:
        return;
    }
}

void links_trouble_sessions(struct daemon *daemon, struct links_place *place)
{
    note_cut(daemon, place, &machine_cuts[LINK_CUT_SESSIONS]);
}

void links_trouble_told(struct daemon *daemon, struct links_place *place,
                        const struct link_action *action)
{
    const char *name = kith_refuse_name(action->code);

    if (action->type == LINK_CLOSE && action->cut != LINK_CUT_NONE)
        note_cut(daemon, place, &machine_cuts[action->cut]);
    if (action->type != LINK_TELL)
        return;
    if (action->code == 0) { /* nothing is refused, and it may be good news */
        log_event(LOG_LEVEL_WARN, "link.told", "partner", place->alias, "what",
                  action->sentence, NULL);
        return;
    }
    log_event(LOG_LEVEL_WARN, "link.refused", "partner", place->alias, "by",
              action->by_partner ? "partner" : "us", "code",
              name == NULL ? log_number(action->code).text : name, "why",
              action->sentence, NULL);
    links_note_trouble(daemon, place, name, "refused%s: %s",
                       action->by_partner ? "" : " by us", action->sentence);
    place->trouble.refused = true;
}

void links_trouble_connected(struct links_place *place)
{
    if (!place->trouble.cut)
        place->trouble.what[0] = '\0';
}

void links_trouble_settle(struct links_place *place)
{
    struct link_view view;

    link_look(place->machine, &view);
    if (view.phase < LINK_PHASE_UNVERIFIED)
        return;
    place->trouble.what[0] = '\0';
    place->trouble.cut = false;
}
