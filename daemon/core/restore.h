/* restore - `kithd restore FOLDER`: a backup becomes the store again.
 *
 * Threads: main thread.
 */
#ifndef CORE_RESTORE_H
#define CORE_RESTORE_H

struct options;

/* Exit code: 0 the store stands and was walked; else the code of the failure,
 * and nothing stands that did not before. */
int restore(const struct options *options);

#endif
