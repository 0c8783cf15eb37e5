/** The shells that have a completion. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Told in place of candidates: the shell completes names of files. */
export const filesWanted = ':files';

const bash = `# bash completion for firecamp: source <(firecamp completion bash)
_firecamp() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == '${filesWanted}' ]]; then compopt -o default; return; fi
    line=\${line%%$'\\t'*}
    [[ $line == "\${COMP_WORDS[COMP_CWORD]#=}"* ]] && COMPREPLY+=("$line")
  done < <(firecamp complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _firecamp firecamp
`;

const zsh = `#compdef firecamp
# zsh completion for firecamp: source <(firecamp completion zsh)
_firecamp() {
  local line value
  local -a candidates
  while IFS= read -r line; do
    if [[ $line == '${filesWanted}' ]]; then _files; return; fi
    value=\${line%%$'\\t'*}
    candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done < <(firecamp complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe firecamp candidates
}
compdef _firecamp firecamp
`;

const fish = `# fish completion for firecamp: firecamp completion fish | source
function __firecamp_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines (firecamp complete -- $words[2..-1] 2>/dev/null)
  if test "$lines[1]" = '${filesWanted}'
    __fish_complete_path (commandline -ct)
  else if set -q lines[1]
    printf '%s\\n' $lines
  end
end
complete -c firecamp -f -a '(__firecamp_complete)'
`;

/** What a shell has to read so that it completes firecamp's words: each time it asks `firecamp complete`. */
export const shellScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
