# shellcheck shell=bash
# A short set against the newest OpenClaw release, and against one older one, another each day. Sourced by .ci/run.

# Oldest first; the newest is what every other step plays.
readonly OLDER_RELEASES=(2026.2.26 2026.5.28 2026.7.35 2026.8.2 2026.9.5)

# random_sets VERSION PACKAGE SEED DOCTOR - some random machines and configs on one release, 120 s at most.
random_sets() {
    local version=$1 package=$2 seed=$3 doctor=$4 status floor set
    for set in environment configs; do
        floor=$(sed -n "s/^older-$set //p" .ci/floors.txt)
        # The beginnings of both are short enough on a slow machine too: the limit is on starting another one.
        OPENCLAW_NODE='' "tests/oracle/$set" --package "$package" --n 40 --seed "$seed" --limit 60 --min "$floor" "$doctor" doctor
        status=$?
        case $status in
        0) ;;
        "$SKIP") say "$set: not compared on $version" ;;
        *) return "$status" ;;
        esac
    done
}

# newest_release DOCTOR - the sets on the release that every other step plays; RELEASE_SEED chooses.
newest_release() {
    local seed=${RELEASE_SEED:-$RANDOM}
    say "seed $seed (again with: RELEASE_SEED=$seed .ci/run)"
    random_sets "$OPENCLAW_VERSION" "$OPENCLAW_PKG_DIR" "$seed" "$1"
}

# older_release DOCTOR - the sets on an older release, and its tables.
# OLDER_RELEASE and OLDER_SEED choose; a release that cannot be installed here skips the step.
older_release() {
    local doctor=$1 day package
    day=$(($(date +%s) / 86400))
    local version=${OLDER_RELEASE:-${OLDER_RELEASES[day % ${#OLDER_RELEASES[@]}]}} seed=${OLDER_SEED:-$day}
    package=$(timeout 120 scripts/new-release "$version" --install-only 2>&1) || {
        say "OpenClaw $version cannot be installed here: $(tail -n 1 <<<"$package")"
        return "$SKIP"
    }
    say "OpenClaw $version, seed $seed (again with: OLDER_RELEASE=$version OLDER_SEED=$seed .ci/run)"
    scripts/core-tables --check "$package" || return 1
    random_sets "$version" "$package" "$seed" "$doctor"
}
