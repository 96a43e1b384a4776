# Stands in for what `openclaw completion --shell fish` of the Node CLI prints, in its form.
function __openclaw_command_path_matches
  set -l tokens (commandline -opc)
  test "$tokens[2..]" = "$argv"
end

complete -c openclaw -n "__openclaw_command_path_matches" -a "gateway" -d 'Run the Gateway'
complete -c openclaw -n "__openclaw_command_path_matches" -a "doctor" -d 'Health checks'
complete -c openclaw -n "__openclaw_command_path_matches" -a "docs" -d 'Search'
complete -c openclaw -n "__openclaw_command_path_matches gateway" -a "run" -d 'Run'
complete -c openclaw -n "__openclaw_command_path_matches doctor" -l fix -d 'Fix'
