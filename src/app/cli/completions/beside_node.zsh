
# `openclaw doctor` completes as this doctor; every other word is left to what completed `openclaw` before.
_openclaw-or-doctor() {
    if (( CURRENT > 2 )) && [[ $words[2] == doctor ]]; then
        compset -n 2
        words[1]=openclaw-doctor
        service=openclaw-doctor
        _openclaw-doctor "$@"
    elif [[ -n $_openclaw_before_doctor ]]; then
        $_openclaw_before_doctor "$@"
    elif (( CURRENT == 2 )); then
        compadd doctor
    else
        _default
    fi
}
_openclaw-beside-node() {
    # Before compinit there is nothing to register with; the Node CLI's script waits in the same way.
    (( $+functions[compdef] )) || return
    precmd_functions=(${precmd_functions:#_openclaw-beside-node})
    [[ ${_comps[openclaw]-} == _openclaw-or-doctor ]] || typeset -g _openclaw_before_doctor=${_comps[openclaw]-}
    compdef _openclaw-doctor openclaw-doctor
    compdef _openclaw-or-doctor openclaw
}
_openclaw-beside-node
if (( ! $+functions[compdef] )); then
    typeset -ga precmd_functions
    precmd_functions=(${precmd_functions:#_openclaw-beside-node} _openclaw-beside-node)
fi
