/* link_words - see the header. Not here: the other columns (partner_row.c).
 */
#include "core/link_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/daemon.h"
#include "core/links.h"
#include "kith/session.h"
#include "kith/version.h"

/* What a partner's refusal means here; NULL: its own sentence says more. */
static const char *explain_refusal(uint16_t code)
{
    switch (code) {
    case KITH_REFUSE_UNKNOWN:
        return "they have removed us; ask them for 'kith partner add' with our "
               "card";
    case KITH_REFUSE_PAUSED:
        return "they have paused this link; ask them for 'kith partner resume'";
    default:
        return NULL;
    }
}

/* One version is named as itself, several as "1 to 3". */
static void name_versions(unsigned low, unsigned high, char ret_text[24])
{
    if (low == high)
        (void)snprintf(ret_text, 24, "%u", low);
    else
        (void)snprintf(ret_text, 24, "%u to %u", low, high);
}

/* No common protocol: which each side speaks, and who needs the newer kith. */
static void describe_versions(const struct link_view *view,
                              struct link_words *words)
{
    char theirs[24], ours[24];

    name_versions(view->their_min, view->their_max, theirs);
    name_versions(KITH_PROTOCOL_MIN, KITH_PROTOCOL_MAX, ours);
    (void)snprintf(words->link, sizeof(words->link),
                   "refused: they speak protocol %s, we speak %s; %s", theirs,
                   ours,
                   view->their_min > KITH_PROTOCOL_MAX
                       ? "install a newer kith here"
                       : "ask them to install a newer kith");
}

static void describe_refusal(const struct link_view *view,
                             struct link_words *words)
{
    const char *words_here =
        view->refused_by_partner ? explain_refusal(view->refuse_code) : NULL;

    words->state = KITH_LINK_REFUSED;
    words->code = kith_refuse_name(view->refuse_code);
    if (view->refuse_code == KITH_REFUSE_VERSION && view->their_max != 0 &&
        (view->their_min > KITH_PROTOCOL_MAX ||
         view->their_max < KITH_PROTOCOL_MIN)) {
        describe_versions(view, words);
        return;
    }
    (void)snprintf(words->link, sizeof(words->link), "refused%s: %.300s",
                   view->refused_by_partner ? "" : " by us",
                   words_here != NULL ? words_here : view->refuse_sentence);
}

/* Why there is no session, as far as anybody knows. */
static void describe_down(const struct store_link *link,
                          const struct link_view *view,
                          const struct links_trouble *trouble,
                          struct link_words *words)
{
    words->state = KITH_LINK_OFFLINE;
    if (view->refuse_code != 0 && !trouble->cut) /* a cut came after it */
        describe_refusal(view, words);
    else if (trouble->what[0] != '\0') {
        (void)snprintf(words->link, sizeof(words->link), "%.390s",
                       trouble->what);
        if (trouble->refused)
            words->state = KITH_LINK_REFUSED;
        words->code = trouble->code;
    } else
        (void)snprintf(words->link, sizeof(words->link), "%s",
                       link->last_sync == 0 ? "never connected"
                                            : "not connected");
}

const char *link_words_skew(const struct link_view *view, char *text,
                            size_t size)
{
    const int64_t minutes =
        (view->skew_s < 0 ? -view->skew_s : view->skew_s) / 60;

    if (!view->skew_known || minutes < KITH_SKEW_TOLD_S / 60)
        return NULL;
    (void)snprintf(text, size, "their clock is %" PRId64 " min %s ours",
                   minutes, view->skew_s < 0 ? "behind" : "ahead of");
    return text;
}

/* A clock that is far off comes behind «connected». */
static void describe_skew(const struct link_view *view,
                          struct link_words *words)
{
    char text[LINK_WORDS_SKEW_SIZE];
    const size_t used = strlen(words->link);

    if (link_words_skew(view, text, sizeof(text)) == NULL)
        return;
    (void)snprintf(words->link + used, sizeof(words->link) - used, "; %s",
                   text);
    words->code = "clock";
}

/* Nothing of ours is told before our own logs are back. */
static void describe_recovery(const struct link_view *view,
                              struct link_words *words)
{
    const size_t used = strlen(words->link);

    (void)snprintf(words->link + used, sizeof(words->link) - used,
                   "; our own log comes back: %" PRIu64
                   " entries so far, log %" PRIu32,
                   view->entries_back, view->log_back);
}

/* A quota that is full, on either side, comes before «connected». */
static void describe_quota(const struct link_view *view,
                           struct link_words *words)
{
    const enum quota_bound over = view->quota.over;

    if (!view->held && over == QUOTA_NONE)
        return;
    words->state = KITH_LINK_HELD;
    words->code = kith_refuse_name(KITH_REFUSE_QUOTA);
    if (view->held)
        (void)snprintf(words->link, sizeof(words->link),
                       "our changes wait, quota: %.300s", view->held_sentence);
    else
        (void)snprintf(words->link, sizeof(words->link),
                       "theirs wait, quota %s: %.300s", quota_code(over),
                       quota_sentence(over));
}

/* Only two persons go on from here, one at each company. */
static void describe_frozen(const struct store_link *link,
                            struct link_words *words)
{
    words->state = KITH_LINK_FROZEN;
    words->next = "kith partner resume --confirm";
    (void)snprintf(words->link, sizeof(words->link), "frozen: %s",
                   link->stall == KITH_REFUSE_RESTORED
                       ? "one side was restored from a backup or runs twice"
                       : "two signed truths about one log");
}

/* It is known without asking kith-net, and outlives a restart. */
static void describe_stall(const struct store_link *link,
                           struct link_words *words)
{
    words->state = KITH_LINK_REFUSED;
    words->code = kith_refuse_name(link->stall);
    words->next = "kith partner resume";
    (void)snprintf(words->link, sizeof(words->link),
                   "refused by us: the same fault came three times; the link "
                   "waits until a person here resumes it");
}

void link_words(const struct daemon *daemon, const struct store_link *link,
                struct link_words *words)
{
    struct link_view view;
    struct links_trouble trouble;

    memset(&view, 0, sizeof(view));
    memset(&trouble, 0, sizeof(trouble));
    memset(words, 0, sizeof(*words));
    (void)links_look(daemon, link->number, &view, &trouble);
    if (link->removed || link->paused) {
        words->state = KITH_LINK_PAUSED;
        (void)snprintf(words->link, sizeof(words->link), "%s",
                       link->removed ? "removed" : "paused");
        if (link->paused && !link->removed)
            words->next = "kith partner resume";
        return;
    }
    if (link->in.frozen || link->out.frozen) {
        describe_frozen(link, words);
        return;
    }
    if (link->stall != 0) {
        describe_stall(link, words);
        return;
    }
    if (view.phase == LINK_PHASE_DOWN) {
        describe_down(link, &view, &trouble, words);
    } else if (view.phase == LINK_PHASE_GREETING) {
        words->state = KITH_LINK_CONNECTING;
        (void)snprintf(words->link, sizeof(words->link), "connecting");
    } else {
        words->state = KITH_LINK_CONNECTED;
        (void)snprintf(words->link, sizeof(words->link),
                       view.round_trip_ms == 0 ? "connected"
                                               : "connected %u ms",
                       view.round_trip_ms);
    }
    if (view.phase == LINK_PHASE_OPEN)
        describe_skew(&view, words);
    if (view.phase == LINK_PHASE_OPEN && view.recovering)
        describe_recovery(&view, words);
    describe_quota(&view, words);
    if (!link->verified)
        words->next = "kith partner verify";
}
