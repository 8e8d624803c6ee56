/* recover - `kithd recover`: goes on as a company whose disk is lost, with
 * nothing but the recovery sheet.
 *
 * Threads: main thread.
 */
#ifndef CORE_RECOVER_H
#define CORE_RECOVER_H

struct options;

/* Makes new operational keys, a card that the root of the sheet signs, and an
 * empty store in which each partner's link first fetches our own logs back.
 * Says what cannot come back. Nothing that stands is overwritten. Returns the
 * exit code. */
int recover(const struct options *options);

#endif
