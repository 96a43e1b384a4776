# shellcheck shell=bash
# Tools of single steps, taken into the cache where that is quick; the step says which are missing. Sourced by .ci/run.

readonly CARGO_DEB_VERSION=3.8.0 # newest that the packages were built with

# Puts cargo-deb on PATH; building it takes about a minute.
deb_tool() {
    local root=${XDG_CACHE_HOME:-$HOME/.cache}/openclaw-doctor-ci/tools/cargo-deb-$CARGO_DEB_VERSION
    PATH=$PATH:$root/bin
    command -v cargo-deb >/dev/null 2>&1 ||
        timeout 900 cargo install cargo-deb --locked --quiet --version "$CARGO_DEB_VERSION" --root "$root" ||
        say "cargo-deb could not be had"
}

# shellcheck disable=SC2154 # set by .ci/run
packages() { deb_tool; packaging/check "${doctor}-doctor"; }

# Sets PROMTOOL (out of Debian's package, whose services are not wanted) and ANSIBLE_PLAYBOOK.
monitoring_tools() {
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/openclaw-doctor-ci/tools
    mkdir -p "$cache" || return 0
    PROMTOOL=$(command -v promtool || echo "$cache/prometheus/usr/bin/promtool")
    ANSIBLE_PLAYBOOK=$(command -v ansible-playbook || echo "$cache/ansible/bin/ansible-playbook")
    export PROMTOOL ANSIBLE_PLAYBOOK
    [ -x "$PROMTOOL" ] || (
        cd "$cache" && apt-get download -q prometheus && dpkg-deb -x prometheus_*.deb prometheus && rm -f prometheus_*.deb
    ) >/dev/null 2>&1 || say "promtool could not be had"
    [ -x "$ANSIBLE_PLAYBOOK" ] || (
        python3 -m venv "$cache/ansible" && "$cache/ansible/bin/pip" install -q ansible-core
    ) >/dev/null 2>&1 || say "ansible could not be had"
}

examples() { monitoring_tools; examples/check "${doctor}-doctor"; }
