
# `openclaw doctor` completes as this doctor, beside what completes `openclaw` otherwise.
function __openclaw_doctor_is_typed
    set -l typed (commandline -opc)
    test "$typed[2]" = doctor
end
function __openclaw_doctor_complete
    set -l typed (commandline -opc)
    set -e typed[1..2]
    complete -C "openclaw-doctor "(string join ' ' -- (string escape -- $typed) (commandline -ct))
end
complete -c openclaw -n __openclaw_doctor_is_typed -f -a '(__openclaw_doctor_complete)'
