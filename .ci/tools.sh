# Tools of single steps, taken into the cache where that is quick; the step says which are missing. Sourced by .ci/run.

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
