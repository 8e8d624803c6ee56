/* test_config - what kith.conf may say, and how each mistake is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/config_load.h"
#include "kith/error.h"
#include "temp_folder.h"

#define COMPANY "company = \"ACME Devices\"\n"

static struct config *load(void **state, const char *text)
{
    const char *path = temp_path(state, "kith.conf");
    struct config *config = NULL;
    struct kith_error err;

    kith_error_clear(&err);
    temp_write(path, text, strlen(text));
    assert_int_equal(config_load(path, &config, &err), KITH_OK);
    assert_non_null(config);
    return config;
}

/* TEXT is refused with STATUS; WHAT stands in the sentence. */
static void refuse(void **state, const char *text, enum kith_status status,
                   const char *what)
{
    const char *path = temp_path(state, "kith.conf");
    struct config *config = NULL;
    struct kith_error err;

    kith_error_clear(&err);
    temp_write(path, text, strlen(text));
    if (config_load(path, &config, &err) != status)
        fail_msg("%.200s: '%s'", text, err.what);
    assert_null(config);
    if (strstr(err.what, what) == NULL)
        fail_msg("'%s' is not in '%s'", what, err.what);
    assert_non_null(strstr(err.what, path));
}

static void test_load_shortest_has_defaults(void **state)
{
    struct config *config = load(state, COMPANY);

    assert_string_equal(config->company, "ACME Devices");
    assert_string_equal(config->data, "/var/lib/kith");
    assert_string_equal(config->key, "/var/lib/kith/key");
    assert_string_equal(config->control_socket, "/run/kith/control.sock");
    assert_int_equal(config->n_listen, 0);
    assert_int_equal(config->max_partners, 200);
    assert_true(config->store_map == UINT64_C(16) << 30);
    config_destroy(&config);
    assert_null(config);
}

static void test_load_reads_every_option(void **state)
{
    struct config *config = load(
        state,
        "# a comment with a $ sign\n" COMPANY
        "listen = { \"tcp://0.0.0.0:7443\", \"tcp://[::]:7443\" }\n"
        "announce = { \"tcp://sync.acme.example:7443\" }\n"
        "data = \"/srv/kith\"\n"
        "key = \"file:/etc/kith/key\"\n"
        "limits { max_partners = 3 store_map = \"64MiB\"\n"
        "  reconnect_min = \"50ms\" reconnect_max = \"2s\" }\n"
        "control { socket = \"/run/x/c.sock\" group = \"users\" }\n"
        "channel \"drop\" { kind = file folder = \"/srv/drop\" }\n"
        "channel \"erp\" { kind = exec command = { \"/usr/bin/x\", \"-q\" }\n"
        "  timeout = \"3s\" }\n");
    const struct config_channel *erp = config_channel(config, "erp");

    assert_int_equal(config->n_listen, 2);
    assert_string_equal(config->listen[1], "tcp://[::]:7443");
    assert_string_equal(config->announce[0], "tcp://sync.acme.example:7443");
    assert_string_equal(config->key, "/etc/kith/key");
    assert_int_equal(config->max_partners, 3);
    assert_true(config->store_map == 64 << 20);
    assert_int_equal(config->reconnect_min_ms, 50);
    assert_int_equal(config->reconnect_max_ms, 2000);
    assert_string_equal(config->control_group, "users");
    assert_int_equal(config->n_channels, 2);
    assert_non_null(erp);
    assert_int_equal(erp->kind, CONFIG_CHANNEL_EXEC);
    assert_int_equal(erp->n_argv, 2);
    assert_string_equal(erp->argv[1], "-q");
    assert_int_equal(erp->timeout_ms, 3000);
    assert_null(config_channel(config, "other"));
    config_destroy(&config);
}

static void test_load_unknown_option_names_line_and_nearest(void **state)
{
    const char *path = temp_path(state, "kith.conf");
    const char *text = COMPANY "\nlimits {\n  max_patners = 3\n}\n";
    struct config *config = NULL;
    struct kith_error err;

    kith_error_clear(&err);
    temp_write(path, text, strlen(text));
    assert_int_equal(config_load(path, &config, &err), KITH_INVALID);
    assert_non_null(strstr(err.what, "kith.conf:4:"));
    assert_non_null(strstr(err.what, "max_patners"));
    assert_string_equal(err.next, "did you mean 'max_partners'?");
}

static void test_load_dollar_is_refused_with_its_line(void **state)
{
    refuse(state, COMPANY "data = \"/srv/${HOME}\"\n", KITH_INVALID,
           "kith.conf:2:");
    refuse(state, COMPANY "data = '/srv/$x'\n", KITH_INVALID, "'$'");
}

static void test_load_each_wrong_value_is_named(void **state)
{
    refuse(state, "", KITH_INVALID, "is empty");
    refuse(state, "data = \"/srv\"\n", KITH_INVALID, "no company");
    refuse(state, "company = \"\"\n", KITH_INVALID, "is empty");
    refuse(state, COMPANY COMPANY, KITH_INVALID, "given twice");
    refuse(state, COMPANY "listen = { \"udp://1.2.3.4:5\" }\n", KITH_INVALID,
           "tcp://HOST:PORT");
    refuse(state, COMPANY "listen = { \"tcp://1.2.3.4:70000\" }\n",
           KITH_INVALID, "tcp://HOST:PORT");
    refuse(state, COMPANY "announce = { \"tcp://a b:1\" }\n", KITH_INVALID,
           "announce");
    refuse(state, COMPANY "data = \"srv\"\n", KITH_INVALID, "absolute");
    refuse(state, COMPANY "key = \"/etc/key\"\n", KITH_INVALID,
           "credential:NAME");
    refuse(state, COMPANY "limits { max_partners = 0 }\n", KITH_INVALID,
           "within 1..");
    refuse(state, COMPANY "limits { max_partners = many }\n", KITH_INVALID,
           "max_partners");
    refuse(state, COMPANY "limits { store_map = \"16 GiB\" }\n", KITH_INVALID,
           "no size");
    refuse(state, COMPANY "limits { partner_rate = \"50/h\" }\n", KITH_INVALID,
           "is no rate such as");
    refuse(state, COMPANY "limits { store_map = \"1MiB\" }\n", KITH_INVALID,
           "4MiB..4TiB");
    refuse(state, COMPANY "limits { reconnect_min = \"soon\" }\n", KITH_INVALID,
           "no time");
    refuse(state, COMPANY "limits { reconnect_min = \"2min\" }\n", KITH_INVALID,
           "reconnect_min is above");
    refuse(state, COMPANY "control { socket = \"c.sock\" }\n", KITH_INVALID,
           "absolute");
    refuse(state, COMPANY "policy { }\n", KITH_INVALID,
           "no such option 'policy'");
    refuse(state, COMPANY "limits {\n", KITH_INVALID, "not closed");
    refuse(state, COMPANY "limits { }\n}\n", KITH_INVALID, "not closed");
    refuse(state, COMPANY "data = \"/srv\n", KITH_INVALID, "not closed");
    refuse(state, COMPANY "data = \"/srv\x01\"\n", KITH_INVALID,
           "control character");
}

static void test_load_list_twice_is_refused(void **state)
{
    refuse(state,
           COMPANY "listen = { \"tcp://1.1.1.1:1\", \"tcp://1.1.1.1:2\" }\n"
                   "listen = { \"tcp://1.1.1.1:3\" }\n",
           KITH_INVALID, "given twice");
}

static void test_load_channels_that_cannot_be(void **state)
{
    refuse(state, COMPANY "channel \"m\" { kind = mail }\n",
           KITH_NOT_UNDERSTOOD, "'mail' are not supported yet");
    refuse(state, COMPANY "channel \"w\" { kind = webhook }\n",
           KITH_NOT_UNDERSTOOD, "'webhook' are not supported yet");
    refuse(state, COMPANY "channel \"m\" { to = { \"a@b\" } }\n",
           KITH_NOT_UNDERSTOOD, "mail and webhook");
    refuse(state, COMPANY "channel \"x\" { kind = pigeon }\n", KITH_INVALID,
           "no kind 'pigeon'");
    refuse(state, COMPANY "channel \"x\" { folder = \"/srv\" }\n", KITH_INVALID,
           "has no kind");
    refuse(state, COMPANY "channel \"x\" { kind = file }\n", KITH_INVALID,
           "needs 'folder'");
    refuse(state, COMPANY "channel \"x\" { kind = exec }\n", KITH_INVALID,
           "needs 'command'");
    refuse(state,
           COMPANY "channel \"x\" { kind = file folder = \"/a\" command = { "
                   "\"/b\" } }\n",
           KITH_INVALID, "takes no 'command'");
    refuse(state,
           COMPANY "channel \"x\" { kind = exec command = { \"sh\" } }\n",
           KITH_INVALID, "absolute path");
    refuse(state,
           COMPANY "channel \"x\" { kind = file folder = \"/a\" }\n"
                   "channel \"x\" { kind = file folder = \"/b\" }\n",
           KITH_INVALID, "x");
}

static void test_load_bounds(void **state)
{
    char *text = calloc(1, CONFIG_FILE_MAX + 64);

    assert_non_null(text);
    memset(text, '#', CONFIG_FILE_MAX + 1);
    refuse(state, text, KITH_LIMIT, "longer than");
    (void)strcpy(text, "company = \"");
    memset(text + 11, 'a', KITH_NAME_MAX + 1);
    (void)strcpy(text + 11 + KITH_NAME_MAX + 1, "\"\n");
    refuse(state, text, KITH_LIMIT, "longer than 128 bytes");
    free(text);
}

static void test_load_credential_needs_systemd(void **state)
{
    struct config *config = NULL;

    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    refuse(state, COMPANY "key = \"credential:kith-key\"\n", KITH_INVALID,
           "systemd gave no credentials");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/run/cred", 1), 0);
    config = load(state, COMPANY "key = \"credential:kith-key\"\n");
    assert_string_equal(config->key, "/run/cred/kith-key");
    assert_true(config->key_is_credential);
    config_destroy(&config);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

static void test_load_torn_at_every_length_never_crashes(void **state)
{
    const char *whole =
        COMPANY "listen = { \"tcp://0.0.0.0:7443\" }\n"
                "limits { max_partners = 3 store_map = \"64MiB\" }\n"
                "channel \"d\" { kind = file folder = \"/srv/drop\" }\n";
    const char *path = temp_path(state, "kith.conf");

    for (size_t len = 0; len <= strlen(whole); len++) {
        struct config *config = NULL;
        struct kith_error err;
        enum kith_status status;

        kith_error_clear(&err);
        temp_write(path, whole, len);
        status = config_load(path, &config, &err);
        assert_true((status == KITH_OK) == (config != NULL));
        assert_true(status == KITH_OK || err.what[0] != '\0');
        config_destroy(&config);
    }
}

static void test_restart_needed_names_what_changed(void **state)
{
    struct config *now = load(state, COMPANY);
    struct config *next = load(state, "company = \"Other\"\n"
                                      "listen = { \"tcp://1.1.1.1:1\" }\n"
                                      "control { socket = \"/run/y.sock\" }\n"
                                      "limits { max_partners = 9 }\n");
    char names[128];

    config_restart_needed(now, now, names, sizeof(names));
    assert_string_equal(names, "");
    config_restart_needed(now, next, names, sizeof(names));
    assert_string_equal(names, "listen, max_partners, control socket");
    config_destroy(&now);
    config_destroy(&next);
}

static void test_kept_running_is_named_again_and_again(void **state)
{
    struct config *now = load(state, COMPANY);
    struct config *next = load(state, COMPANY "limits { store_map = \"64MiB\" "
                                              "partner_rate = \"50/s\" }\n");
    struct config *third = load(state, COMPANY);
    char names[128];

    config_keep_running(now, next);
    assert_true(next->store_map == now->store_map);
    assert_int_equal(next->partner_rate, 3000);
    /* the file goes back to what runs: nothing needs a restart */
    config_restart_needed(next, third, names, sizeof(names));
    assert_string_equal(names, "");
    config_destroy(&now);
    config_destroy(&next);
    config_destroy(&third);
}

#define TEMP(test)                                                             \
    cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEMP(test_load_shortest_has_defaults),
        TEMP(test_load_reads_every_option),
        TEMP(test_load_unknown_option_names_line_and_nearest),
        TEMP(test_load_dollar_is_refused_with_its_line),
        TEMP(test_load_each_wrong_value_is_named),
        TEMP(test_load_list_twice_is_refused),
        TEMP(test_load_channels_that_cannot_be),
        TEMP(test_load_bounds),
        TEMP(test_load_credential_needs_systemd),
        TEMP(test_load_torn_at_every_length_never_crashes),
        TEMP(test_restart_needed_names_what_changed),
        TEMP(test_kept_running_is_named_again_and_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
