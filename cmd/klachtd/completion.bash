# source <(klachtd completion bash)     in ~/.bashrc
_klachtd() {
  mapfile -t COMPREPLY < <("$1" completion bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case ${COMPREPLY[0]-} in
    :file) COMPREPLY=(); compopt -o default ;;
    :folder) COMPREPLY=(); compopt -o dirnames ;;
  esac
}
complete -F _klachtd klachtd
