# Stands in for what `openclaw completion --shell bash` of the Node CLI prints, in its form.
_openclaw_completion() {
    local cur opts
    COMPREPLY=()
    cur="${COMP_WORDS[COMP_CWORD]}"
    opts="gateway doctor docs config --profile"
    [[ ${COMP_WORDS[1]} == gateway && $COMP_CWORD -gt 1 ]] && opts="run status --port"
    [[ ${COMP_WORDS[1]} == doctor && $COMP_CWORD -gt 1 ]] && opts="--fix --node-only"
    COMPREPLY=($(compgen -W "${opts}" -- "${cur}"))
}

complete -F _openclaw_completion openclaw
