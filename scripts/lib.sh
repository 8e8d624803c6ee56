# Shared by the scripts of this folder; sourced, not run.
# Says what it does in plain words, keeps long output in log files.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$top/build-logs
mkdir -p "$logs"
export DEBIAN_FRONTEND=noninteractive
# Debian's own tools, whatever else the caller has in front of them.
export PATH="/usr/sbin:/usr/bin:/sbin:/bin${PATH:+:$PATH}"
# A thin clone's compiler cache may serve several checkouts.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$top} CCACHE_NOHASHDIR=1

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# The first failure of a log in a few lines, then where the rest is.
show_failure() {
    local log=$1 first
    first=$(grep -nEm1 'error:|FAILED:|ERROR:|\*\*\*Failed|\[  FAILED|CMake Error|runtime error' \
        "$log" | cut -d: -f1) || true
    say "---- from $log"
    if [ -n "$first" ]; then
        sed -n "$first,$((first + 39))p" "$log"
    else
        tail -n 40 "$log"
    fi
    say "----"
}

# as_root COMMAND...: directly, or through sudo where that asks nothing.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif [ -t 0 ] && [ -z "${CI:-}" ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# packages WHEN...: the names of scripts/packages.txt for these uses.
packages() {
    local when
    for when; do
        awk -v when="$when" '$1 !~ /^#/ && $2 == when { print $1 }' \
            "$top/scripts/packages.txt"
    done
}

missing_packages() {
    local name
    for name; do
        case $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) in
        installed) ;;
        *) say "$name" ;;
        esac
    done
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get \
        -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" \
        </dev/null >>"$logs/apt.log" 2>&1
}

# install_packages WHEN...: installs what is missing, through apt.
install_packages() {
    local missing
    missing=$(missing_packages $(packages "$@") | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    say "Installing from Debian: $missing"
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        fail "packages are missing and this is neither root nor is sudo" \
            "there; install them first: apt-get install $missing"
    fi
    : >"$logs/apt.log"
    apt_get update || say "apt-get update failed; trying with the lists at hand"
    # shellcheck disable=SC2086 # a list of names
    if ! apt_get install -y --no-install-recommends $missing; then
        tail -n 20 "$logs/apt.log"
        fail "apt could not install them; the whole log is $logs/apt.log"
    fi
}

# build PRESET: configures and builds it; the log is build-logs/PRESET.log.
build() {
    local preset=$1 log=$logs/$1.log
    cd "$top"
    if cmake --preset "$preset" >"$log" 2>&1 </dev/null &&
        cmake --build --preset "$preset" >>"$log" 2>&1 </dev/null; then
        return 0
    fi
    show_failure "$log"
    return 1
}
