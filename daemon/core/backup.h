/* backup - `kithd backup FOLDER`: two sealed files of a store, also in use.
 *
 * Threads: main thread.
 */
#ifndef CORE_BACKUP_H
#define CORE_BACKUP_H

struct options;

/* Exit code: 0 both files stand and were read back; 9 the store is damaged,
 * else the code of the failure; then the files of before are as they were. */
int backup(const struct options *options);

#endif
