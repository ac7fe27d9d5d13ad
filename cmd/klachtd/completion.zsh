#compdef klachtd
# source <(klachtd completion zsh)     in ~/.zshrc, or this as the file _klachtd in a folder of $fpath
_klachtd() {
  local -a candidates
  candidates=("${(@f)$($words[1] completion zsh -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case $candidates[1] in
    :file) compset -P '--*='; _files ;;
    :folder) compset -P '--*='; _files -/ ;;
    *) _describe klachtd candidates ;;
  esac
}
if [[ $funcstack[1] == _klachtd ]]; then
  _klachtd "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _klachtd klachtd
fi
