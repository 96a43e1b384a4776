#compdef openclaw
# Stands in for what `openclaw completion --shell zsh` of the Node CLI prints, in its form.

_openclaw_root_completion() {
  local -a commands
  _arguments -C \
    "--profile[Use a named profile]:profile:" \
    "1: :_values 'command' 'gateway[Run the Gateway]' 'doctor[Health checks]' 'docs[Search]' 'config[Config]'" \
    "*::arg:->args"
  case $state in
    (args)
      case $line[1] in
        (gateway) _arguments -C "--port[Port]" "1: :_values 'command' 'run[Run]' 'status[Status]'" ;;
        (doctor) _arguments -C "--fix[Fix]" "--node-only[Only there]" ;;
      esac
      ;;
  esac
}

_openclaw_register_completion() {
  if (( ! $+functions[compdef] )); then
    return 0
  fi
  compdef _openclaw_root_completion openclaw
  precmd_functions=(${precmd_functions:#_openclaw_register_completion})
  unfunction _openclaw_register_completion 2>/dev/null
}

_openclaw_register_completion
if (( ! $+functions[compdef] )); then
  typeset -ga precmd_functions
  if [[ -z "${precmd_functions[(r)_openclaw_register_completion]}" ]]; then
    precmd_functions+=(_openclaw_register_completion)
  fi
fi
