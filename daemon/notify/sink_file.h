/* sink_file - one file per notice in a drop folder.
 *
 * Written aside, synced, renamed to the notice's id, so that a reader never
 * sees half of one and a repeat replaces the same file.
 * Threads: loop thread only.
 */
#ifndef NOTIFY_SINK_FILE_H
#define NOTIFY_SINK_FILE_H

#include "kith/child.h"

enum {
    SINK_SENTENCE_MAX = 200
};

/* KITH_OK: it is there for good. KITH_IO, KITH_FULL, KITH_NOT_FOUND (the folder
 * is gone) with a sentence. */
enum kith_status sink_file(const char *folder,
                           const struct kith_notify_deliver *notice,
                           char ret_sentence[SINK_SENTENCE_MAX])
    KITH_MUST_CHECK;

#endif
