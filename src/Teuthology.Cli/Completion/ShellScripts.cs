namespace Teuthology.Cli;

/// <summary>The scripts that hand a shell's half-typed line to the hidden verb <c>complete</c>.</summary>
internal static class ShellScripts
{
    /// <summary>For bash 4 and later. Bash splits words at colons, so what stands before one is cut from the answers.</summary>
    public const string Bash = """
        # bash completion for teuthology
        _teuthology() {
            local IFS=$'\n' word=${COMP_LINE:0:COMP_POINT} colon
            COMPREPLY=( $(teuthology complete "$COMP_POINT" -- "$COMP_LINE" 2>/dev/null) )
            word=${word##*[[:space:]]}
            if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
                colon=${word%"${word##*:}"}
                COMPREPLY=( "${COMPREPLY[@]#"$colon"}" )
            fi
        }
        complete -o default -F _teuthology teuthology teuthology-describe teuthology-lock teuthology-ls teuthology-results teuthology-suite teuthology-reimage teuthology-nuke

        """;

    /// <summary>For zsh.</summary>
    public const string Zsh = """
        #compdef teuthology teuthology-describe teuthology-lock teuthology-ls teuthology-results teuthology-suite teuthology-reimage teuthology-nuke
        _teuthology() {
            local -a answers
            answers=("${(@f)$(teuthology complete "$CURSOR" -- "$BUFFER" 2>/dev/null)}")
            [[ -n ${answers[1]} ]] && compadd -- "${answers[@]}" || _files
        }
        compdef _teuthology teuthology teuthology-describe teuthology-lock teuthology-ls teuthology-results teuthology-suite teuthology-reimage teuthology-nuke

        """;

    /// <summary>For fish 3.</summary>
    public const string Fish = """
        # fish completion for teuthology
        function __teuthology_complete
            set -l answers (teuthology complete (commandline -C) -- (commandline -p | string collect) 2>/dev/null)
            if test (count $answers) -gt 0
                printf '%s\n' $answers
            else
                __fish_complete_path (commandline -ct)
            end
        end
        for name in teuthology teuthology-describe teuthology-lock teuthology-ls teuthology-results teuthology-suite teuthology-reimage teuthology-nuke
            complete -c $name -f -a '(__teuthology_complete)'
        end

        """;
}
