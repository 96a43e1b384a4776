# shellcheck shell=bash
# Steps of the gate: printed, timed, and fatal when they fail. Sourced by .ci/run.

readonly SKIP=77 # a step ends with this when the machine cannot do it; see `optional`
step_times=()
step_skips=()

say() { printf '%s\n' "$*"; }

die() {
    printf 'ci: %s\n' "$*" >&2
    exit 1
}

# step TITLE COMMAND... - runs the command; the first failure ends the whole run.
step() { run_step 0 "$@"; }

# optional TITLE COMMAND... - the same, but exit 77 with its one line of why counts as skipped. These start real Gateways
# and have time limits of their own: what fails is played once more before it counts.
optional() { run_step 1 "$1" twice "${@:2}"; }

twice() {
    local status=0
    "$@" || status=$?
    case $status in 0 | "$SKIP") return "$status" ;; esac
    say "failed with status $status; once more:"
    "$@"
}

run_step() {
    local may_skip=$1 title=$2 start=$SECONDS status=0
    shift 2
    printf '\n== %s\n' "$title"
    "$@" || status=$?
    local took=$((SECONDS - start))
    if [ "$status" = "$SKIP" ] && [ "$may_skip" = 1 ]; then
        step_skips+=("$title")
        say "-- $title: SKIPPED after $took s"
    elif [ "$status" != 0 ]; then
        summary
        die "FAILED: $title (status $status, after $took s)"
    else
        say "-- $title: ok, $took s"
    fi
    step_times+=("$(printf '%5d s  %s' "$took" "$title")")
}

# summary - durations of all steps so far, and what was skipped.
summary() {
    printf '\n== durations\n'
    printf '%s\n' "${step_times[@]+"${step_times[@]}"}"
    printf '%5d s  in all\n' "$SECONDS"
    [ ${#step_skips[@]} = 0 ] || printf 'SKIPPED: %s\n' "${step_skips[@]}"
}
