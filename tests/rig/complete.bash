# complete.bash SETUP LINE…: prints what bash completes each line to. Words are parted by blanks.
eval "$1"
shift
for line; do
    read -ra COMP_WORDS <<<"$line"
    COMP_LINE=$line COMP_POINT=${#line} COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
    spec=$(complete -p "${COMP_WORDS[0]}")
    [[ $spec =~ -F\ ([^ ]+) ]]
    "${BASH_REMATCH[1]}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "${COMPREPLY[*]}"
done
