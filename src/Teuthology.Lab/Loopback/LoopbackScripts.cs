namespace Teuthology.Lab;

/// <summary>Programs that stand first in the PATH of a node without a root of its own.</summary>
internal static class LoopbackScripts
{
    /// <summary>Answers to every option as fake as it must: the machine below has but one real sudo, and jobs are not to use that.</summary>
    public const string Sudo = """
        #!/bin/sh
        # There is no other user here: drops sudo's options and runs the command as who we are.
        while :; do
            case "$1" in
                -u|-g|-C|-p|-h|-r|-t|-U|-D|-R|-T) shift 2 ;;
                -l|-v|-k|-K|-V) exit 0 ;;
                --) shift; break ;;
                -*) shift ;;
                *=*) export "$1"; shift ;;
                *) break ;;
            esac
        done
        [ $# -gt 0 ] || exit 0
        exec "$@"

        """;

    /// <summary>Every session comes through here: ForceCommand is what sets the directory, and it also covers the sftp subsystem.</summary>
    public static string Entry(string directory) => $"""
        #!/bin/sh
        cd {directory}/home || exit 255
        case "$SSH_ORIGINAL_COMMAND" in
            "") exec /bin/bash -l ;;
            internal-sftp*|*/sftp-server*) exec /usr/lib/openssh/sftp-server -d {directory}/home ;;
        esac
        exec /bin/bash -c "$SSH_ORIGINAL_COMMAND"

        """;

    /// <summary>The node's name, or its address where that is asked.</summary>
    public static string HostName(string name, string address) => $"""
        #!/bin/sh
        case "$1" in
            -i|-I|--ip-address|--all-ip-addresses) echo {address} ;;
            *) echo {name} ;;
        esac

        """;
}
