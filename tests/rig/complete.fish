# complete.fish SETUP LINE…: prints what fish completes each line to, without the descriptions.
eval $argv[1]
for line in $argv[2..]
    echo (complete -C $line | string split -f1 \t)
end
