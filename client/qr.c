/* qr - text as a QR code made of half blocks.
 *
 * Responsible for: drawing, with the quiet zone that scanners need.
 * Not here: encoding (libqrencode).
 */
#include "qr.h"

#include <qrencode.h>
#include <string.h>

#include "cli.h"

enum {
    QUIET = 2
};

static bool is_dark(const QRcode *code, int x, int y)
{
    if (x < 0 || y < 0 || x >= code->width || y >= code->width)
        return false;
    return (code->data[y * code->width + x] & 1) != 0;
}

/* Light modules are drawn, dark ones left as the background: most terminals
 * are dark; with colours both are set. */
static void draw(struct cli *cli, const QRcode *code)
{
    static const char *const blocks[] = {" ", "\xE2\x96\x84", "\xE2\x96\x80",
                                         "\xE2\x96\x88"};
    const char *start = cli->color ? "\033[97;40m" : "";

    for (int y = -QUIET; y < code->width + QUIET; y += 2) {
        fputs(start, cli->out);
        for (int x = -QUIET; x < code->width + QUIET; x++) {
            int upper = is_dark(code, x, y) ? 0 : 2;
            int lower = is_dark(code, x, y + 1) ? 0 : 1;

            fputs(blocks[upper + lower], cli->out);
        }
        fprintf(cli->out, "%s\n", cli_plain(cli));
    }
}

int qr_print(struct cli *cli, const char *text)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);

    if (code == NULL)
        return cli_usage(cli, NULL, "%zu bytes are too many for a QR code",
                         strlen(text));
    draw(cli, code);
    QRcode_free(code);
    return EXIT_DONE;
}
