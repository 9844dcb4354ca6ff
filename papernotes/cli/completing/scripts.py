"""What makes a shell ask papernotes at TAB. Each runs ``papernotes completion SHELL --line …``.

The answer is a line that says what it is (``words``, ``files`` or ``folders``), then for words
one a line: value, tab, and for zsh and fish what it means. A value that ends with ``:``, ``/`` or
``=`` goes on, so no space is put behind it.
"""

from __future__ import annotations

SHELLS = ("bash", "zsh", "fish")
_BASH = r"""# papernotes: completion for bash
_papernotes() {
    local line program kind=
    program=$(type -P -- "$1") || program=papernotes
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
    done < <("$program" completion bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    case $kind in
        words) [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:/=] ]] && compopt -o nospace ;;
        files) compopt -o default ;;
        folders) compopt -o dirnames ;;
    esac 2>/dev/null
    return 0
}
complete -F _papernotes papernotes
"""
_ZSH = r"""#compdef papernotes
# papernotes: completion for zsh
_papernotes() {
    local line kind= value help program
    local -a words_of open_of
    program=${~words[1]}
    [[ -n ${commands[$program]} || -x $program ]] || program=papernotes
    line="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX"
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            value=${line%%$'\t'*} help=${line#*$'\t'}
            value=${value//\\/\\\\} value=${value//:/\\:}
            if [[ $value == *[:/=] ]]; then
                open_of+=("$value:$help")
            else
                words_of+=("$value:$help")
            fi
        fi
    done < <("$program" completion zsh --line "$line" 2>/dev/null)
    case $kind in
        words)
            _describe -V 'papernotes' open_of -U -S '' -- words_of -U
            ;;
        files) _files ;;
        folders) _files -/ ;;
    esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _papernotes "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _papernotes papernotes
fi
"""
_FISH = r"""# papernotes: completion for fish
function __papernotes_complete
    set -l answer (papernotes completion fish --line (commandline -cp | string collect) 2>/dev/null)
    switch "$answer[1]"
        case words
            printf '%s\n' $answer[2..-1]
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct)
    end
end
complete -c papernotes -f -a '(__papernotes_complete)'
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def script_for(shell: str) -> str:
    """Return the script of one of :data:`SHELLS`."""
    return _SCRIPTS[shell]
