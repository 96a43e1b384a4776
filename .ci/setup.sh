# shellcheck shell=bash
# What the gate needs from outside: Debian packages, node and OpenClaw. Sourced by .ci/run.

# Newest OpenClaw that the rules were checked on, and a node it accepts.
readonly OPENCLAW_VERSION=2026.9.6 NODE_MAJOR=26

# Packages by the command that shows that they are there.
wanted_packages() {
    local pair
    for pair in python3:python3 gcc:gcc npm:npm systemctl:systemd dbus-daemon:dbus unshare:util-linux \
                setpriv:util-linux time:time openssl:openssl \
                shellcheck:shellcheck lintian:lintian zsh:zsh fish:fish \
                podman:podman crun:crun catatonit:catatonit supervisord:supervisor runsvdir:runit s6-svscan:s6; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || echo "${pair#*:}"
    done
    [ -e /usr/include/stdio.h ] || echo libc6-dev
    [ -e /usr/lib/systemd/user/dbus.socket ] || echo dbus-user-session
    [ -e /sbin/init ] || echo systemd-sysv
    ls /usr/lib/*/security/pam_systemd.so /lib/*/security/pam_systemd.so >/dev/null 2>&1 || echo libpam-systemd
}

install_packages() {
    local packages
    mapfile -t packages < <(wanted_packages | sort -u)
    [ ${#packages[@]} -gt 0 ] || { say "nothing to install"; return 0; }
    say "installing: ${packages[*]}"
    [ "$(id -u)" = 0 ] || die "not root; install by hand: apt-get install --no-install-recommends ${packages[*]}"
    local try
    for try in 1 2 3 4 5 6; do # another run may hold the lock
        apt-get update -q >/dev/null &&
            DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${packages[@]}" >/dev/null &&
            return 0
        say "apt-get failed (try $try)"
        sleep 10
    done
    return 1
}

need_cargo() {
    command -v cargo >/dev/null 2>&1 || die "no cargo: install Rust 1.95 or newer (rustup) and put it on PATH"
    cargo --version
}

npm_openclaw() {
    local cache=$1
    rm -rf "$cache" && mkdir -p "$cache" || return 1
    (
        cd "$cache" && echo '{"private":true}' > package.json &&
            npm install --no-audit --no-fund --loglevel=error "node@$NODE_MAJOR" &&
            PATH="$cache/node_modules/node/bin:$PATH" \
                npm install --no-audit --no-fund --loglevel=error "openclaw@$OPENCLAW_VERSION" &&
            touch complete
    ) || {
        say "the installation failed with status $?"
        sleep 10
        return 1
    }
}

# Sets OPENCLAW_PKG_DIR and OPENCLAW_NODE: the caller's, else a cache outside the repository.
install_openclaw() {
    if [ -z "${OPENCLAW_PKG_DIR:-}" ]; then
        local cache=${XDG_CACHE_HOME:-$HOME/.cache}/openclaw-doctor-ci/$OPENCLAW_VERSION
        OPENCLAW_PKG_DIR=$cache/node_modules/openclaw
        # A registry that does not answer once is no fault of the code.
        [ -e "$cache/complete" ] || npm_openclaw "$cache" || npm_openclaw "$cache" || npm_openclaw "$cache" || return 1
    fi
    [ -f "$OPENCLAW_PKG_DIR/package.json" ] || die "no OpenClaw package in $OPENCLAW_PKG_DIR"
    OPENCLAW_NODE=${OPENCLAW_NODE:-$(dirname "$OPENCLAW_PKG_DIR")/node/bin/node}
    export OPENCLAW_PKG_DIR OPENCLAW_NODE
    say "OpenClaw $(sed -n 's/^ *"version": "\(.*\)",$/\1/p' "$OPENCLAW_PKG_DIR/package.json" | head -n 1)," \
        "node $("$OPENCLAW_NODE" --version)"
}
