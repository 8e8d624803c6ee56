/* watch - looks once a day, and after each change, for what people are to be
 * told by the calendar.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_WATCH_H
#define CORE_WATCH_H

struct daemon;

/* Call after each round; the loop turns at least once a minute. A failure is
 * logged and tried again in the next round; must_exit when the disk fails. */
void watch_run(struct daemon *daemon);

#endif
