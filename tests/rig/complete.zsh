# complete.zsh FILE SETUP LINE…: types each line and Tab in an interactive zsh, and puts into FILE what became of its last word.
zmodload zsh/zpty
file=$1 setup=$2
shift 2
: > $file
wait_for() { repeat 400; do (( $(wc -l < $file) >= $1 )) && return; sleep 0.05; done; exit 1 }
zpty inner zsh -f -i
zpty -w inner "stty -echo; $setup; see() { zle complete-word; print -r -- \${\${(z)BUFFER}[-1]} >> $file; BUFFER=; }; zle -N see; bindkey '^I' see; print -r -- ready >> $file"
number=1
wait_for $number
for line; do
    zpty -w -n inner "$line"$'\t'
    wait_for $(( ++number ))
done
zpty -d inner
