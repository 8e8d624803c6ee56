/* config_options - which options the configuration file has, in one table per
 * section, and the scan that comes before parsing.
 *
 * Not here: what a value may be (config_checks.c); turning values into struct
 * config (config.c).
 */
#include "base/config_options.h"

#include <confuse.h>

#include "base/config_checks.h"

struct check {
    const char *option; /* "section|option", as libConfuse takes it */
    cfg_validate_callback_t check;
};

static const struct check checks[] = {
    {"company", config_check_name},
    {"listen", config_check_endpoints},
    {"announce", config_check_endpoints},
    {"data", config_check_path},
    {"key", config_check_key},
    {"limits", config_check_once},
    {"limits|max_partners", config_check_partners},
    {"limits|partner_rate", config_check_rate},
    {"limits|store_map", config_check_map},
    {"limits|reconnect_min", config_check_duration},
    {"limits|reconnect_max", config_check_duration},
    {"control", config_check_once},
    {"control|socket", config_check_socket},
    {"control|group", config_check_group},
    {"channel|kind", config_check_kind},
    {"channel|folder", config_check_path},
    {"channel|command", config_check_command},
    {"channel|timeout", config_check_duration},
    {"channel|to", config_check_later},
    {"channel|smtp", config_check_later},
    {"channel|secret", config_check_later},
    {"channel|url", config_check_later},
    {"channel|on", config_check_later},
    {"channel|digest", config_check_later},
};

cfg_t *config_options_new(struct config_reading *reading)
{
    cfg_opt_t limits[] = {
        CFG_SIMPLE_INT(CONFIG_HIDDEN, &reading->none),
        CFG_INT("max_partners", 200, CFGF_NONE),
        CFG_STR("partner_rate", "10000/s", CFGF_NONE),
        CFG_STR("store_map", "16GiB", CFGF_NONE),
        CFG_STR("reconnect_min", "1s", CFGF_NONE),
        CFG_STR("reconnect_max", "60s", CFGF_NONE),
        CFG_END(),
    };
    cfg_opt_t control[] = {
        CFG_SIMPLE_INT(CONFIG_HIDDEN, &reading->none),
        CFG_STR("socket", "/run/kith/control.sock", CFGF_NONE),
        CFG_STR("group", NULL, CFGF_NONE),
        CFG_END(),
    };
    cfg_opt_t channel[] = {
        CFG_SIMPLE_INT(CONFIG_HIDDEN, &reading->none),
        CFG_STR("kind", NULL, CFGF_NONE),
        CFG_STR("folder", NULL, CFGF_NONE),
        CFG_STR_LIST("command", NULL, CFGF_NONE),
        CFG_STR("timeout", "10s", CFGF_NONE),
        CFG_STR_LIST("to", NULL, CFGF_NONE),
        CFG_STR("smtp", NULL, CFGF_NONE),
        CFG_STR("secret", NULL, CFGF_NONE),
        CFG_STR("url", NULL, CFGF_NONE),
        CFG_STR_LIST("on", NULL, CFGF_NONE),
        CFG_STR("digest", NULL, CFGF_NONE),
        CFG_END(),
    };
    cfg_opt_t root[] = {
        CFG_SIMPLE_INT(CONFIG_HIDDEN, &reading->none),
        CFG_STR("company", NULL, CFGF_NONE),
        CFG_STR_LIST("listen", NULL, CFGF_NONE),
        CFG_STR_LIST("announce", NULL, CFGF_NONE),
        CFG_STR("data", "/var/lib/kith", CFGF_NONE),
        CFG_STR("key", NULL, CFGF_NONE),
        CFG_SEC("limits", limits, CFGF_NONE),
        CFG_SEC("control", control, CFGF_NONE),
        CFG_SEC("channel", channel,
                CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
        CFG_END(),
    };
    cfg_t *cfg = cfg_init(root, CFGF_NONE);

    if (cfg == NULL)
        return NULL;
    (void)cfg_set_error_function(cfg, config_check_error);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        (void)cfg_set_validate_func(cfg, checks[i].option, checks[i].check);
    return cfg;
}

/* What the scanner is in. */
enum place {
    PLAIN,
    IN_DOUBLE,
    IN_SINGLE,
    IN_LINE,
    IN_BLOCK
};

/* The place behind character P, given the place before it. */
static enum place step(enum place place, const char *p)
{
    switch (place) {
    case PLAIN:
        if (p[0] == '#' || (p[0] == '/' && p[1] == '/'))
            return IN_LINE;
        if (p[0] == '/' && p[1] == '*')
            return IN_BLOCK;
        if (p[0] == '"')
            return IN_DOUBLE;
        return p[0] == '\'' ? IN_SINGLE : PLAIN;
    case IN_DOUBLE:
        return p[0] == '"' && p[-1] != '\\' ? PLAIN : IN_DOUBLE;
    case IN_SINGLE:
        return p[0] == '\'' && p[-1] != '\\' ? PLAIN : IN_SINGLE;
    case IN_LINE:
        return p[0] == '\n' ? PLAIN : IN_LINE;
    case IN_BLOCK:
        return p[0] == '/' && p[-1] == '*' ? PLAIN : IN_BLOCK;
    }
    return PLAIN;
}

enum kith_status config_options_scan(struct config_reading *reading,
                                     const char *text, size_t len)
{
    enum place place = PLAIN;
    int depth = 0;
    int line = 1;

    for (size_t i = 0; i < len && reading->status == KITH_OK; i++) {
        unsigned char c = (unsigned char)text[i];

        place = step(place, text + i);
        if (place == PLAIN && c == '{')
            depth++;
        if (place == PLAIN && c == '}')
            depth--;
        if (c == '\n')
            line++;
        else if ((c < ' ' && c != '\t' && c != '\r') || c == 0x7f)
            config_check_report(reading, line, KITH_INVALID, "",
                                "a control character");
        else if (c == '$' && place != IN_LINE && place != IN_BLOCK)
            config_check_report(reading, line, KITH_INVALID,
                                "write the value itself",
                                "'$' is refused: values are not expanded");
    }
    /* libConfuse takes a section that the end of the file cuts off */
    if (depth != 0 || (place != PLAIN && place != IN_LINE))
        config_check_report(reading, line, KITH_INVALID, "is the file whole?",
                            "a brace, quote or comment is not closed");
    return reading->status;
}
