
# `openclaw doctor` completes as this doctor; every other word is left to what completed `openclaw` before.
_openclaw_or_doctor() {
    if [[ $COMP_CWORD -gt 1 && "${COMP_WORDS[1]}" == doctor ]]; then
        local -a typed=(openclaw-doctor "${COMP_WORDS[@]:2}")
        local -a COMP_WORDS=("${typed[@]}")
        local COMP_CWORD=$((COMP_CWORD - 1))
        compopt -o bashdefault -o default 2>/dev/null
        _openclaw__doctor openclaw-doctor "$2" "$3"
    elif [[ -n "$_openclaw_before_doctor" ]]; then
        "$_openclaw_before_doctor" "$@"
    elif [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W doctor -- "$2"))
    fi
}
_openclaw_beside_node() {
    local before
    # Let bash-completion find what is there for `openclaw`, as it would at the first Tab.
    complete -p openclaw >/dev/null 2>&1 || _comp_load openclaw >/dev/null 2>&1 || _completion_loader openclaw >/dev/null 2>&1
    before=$(complete -p openclaw 2>/dev/null)
    # What it puts there for a name that it does not know.
    [[ "$before" == *_minimal* ]] && before=
    if [[ "$before" == *" -F _openclaw_or_doctor "* ]]; then
        return
    elif [[ "$before" =~ " -F "([^ ]+)" " ]]; then
        _openclaw_before_doctor=${BASH_REMATCH[1]}
        eval "${before/ -F $_openclaw_before_doctor / -F _openclaw_or_doctor }"
    elif [[ -z "$before" ]]; then
        _openclaw_before_doctor=
        complete -F _openclaw_or_doctor openclaw
    fi
}
_openclaw_beside_node
unset -f _openclaw_beside_node
