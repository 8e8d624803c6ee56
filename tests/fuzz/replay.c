/* replay - runs a fuzz target once on every file of a corpus folder.
 *
 * Responsible for: giving fuzz_X.c a main() in builds without libFuzzer, so
 * that each input that once mattered is tried by every compiler.
 * Not here: finding new inputs (cmake --preset fuzz).
 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_LEN_MAX ((size_t)16 * 1024 * 1024) /* bytes of one file */
#define PATH_LEN_MAX  4096                       /* bytes, with the NUL */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len);

/* Reads the whole of PATH into the caller's buffer of INPUT_LEN_MAX bytes. */
static int read_input(const char *path, uint8_t *buffer, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    size_t len;

    if (file == NULL) {
        perror(path);
        return -1;
    }
    len = fread(buffer, 1, INPUT_LEN_MAX, file);
    if (ferror(file) || !feof(file)) {
        fprintf(stderr, "%s: unreadable or too long\n", path);
        fclose(file);
        return -1;
    }
    fclose(file);
    *ret_len = len;
    return 0;
}

/* The target gets an exact-size copy, so that a sanitizer sees the end. */
static int replay_one(const char *path, uint8_t *buffer)
{
    uint8_t *input = NULL;
    size_t len = 0;

    if (read_input(path, buffer, &len) != 0)
        return -1;
    input = malloc(len == 0 ? 1 : len);
    if (input == NULL)
        return -1;
    memcpy(input, buffer, len);
    LLVMFuzzerTestOneInput(input, len);
    free(input);
    return 0;
}

static int replay_folder(const char *folder, uint8_t *buffer)
{
    char path[PATH_LEN_MAX];
    struct dirent *file = NULL;
    DIR *dir = opendir(folder);
    int count = 0;

    if (dir == NULL) {
        perror(folder);
        return -1;
    }
    while ((file = readdir(dir)) != NULL) {
        int len;

        if (file->d_name[0] == '.')
            continue;
        len = snprintf(path, sizeof(path), "%s/%s", folder, file->d_name);
        if (len < 0 || (size_t)len >= sizeof(path) ||
            replay_one(path, buffer) != 0) {
            count = -1;
            break;
        }
        count++;
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    uint8_t *buffer = NULL;
    int count;

    if (argc != 2) {
        fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
        return 2;
    }
    buffer = malloc(INPUT_LEN_MAX);
    if (buffer == NULL)
        return 1;
    count = replay_folder(argv[1], buffer);
    free(buffer);
    if (count <= 0) {
        fprintf(stderr, "%s: no input replayed\n", argv[1]);
        return 1;
    }
    printf("%d inputs replayed\n", count);
    return 0;
}
