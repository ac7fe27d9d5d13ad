# klachtd completion fish | source     in ~/.config/fish/config.fish
function __klachtd
  set -l words (commandline -opc) (commandline -ct)
  set -l flag (string match -r -- '^--[^=]*=' $words[-1])
  set -l candidates ($words[1] completion fish -- $words[2..-1] 2>/dev/null)
  switch "$candidates[1]"
    case :file
      printf '%s\n' "$flag"(__fish_complete_path (string replace -- "$flag" '' $words[-1]))
    case :folder
      printf '%s\n' "$flag"(__fish_complete_directories (string replace -- "$flag" '' $words[-1]))
    case '*'
      printf '%s\n' $candidates
  end
end
complete -c klachtd -f -a '(__klachtd)'
